-- Zaitu project file, schema version 1. Never edited after a release: the next version is 002.sql and changes it.
-- Geometry columns are added by store (AddGeometryColumn, CreateSpatialIndex); journal triggers are generated for every
-- table below except zaitu_meta, changes, journal and open_change. Areas are m², lengths m, dates ISO 8601 text, flags
-- 0/1, unknown is NULL. In a CHECK, `x IS date(x, '+0 days')` refuses what `x = date(x)` lets pass: a text that is no
-- date at all (NULL), and 30 February (only a modifier makes SQLite look at the month's length).

CREATE TABLE zaitu_meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;

-- Vocabulary
CREATE TABLE certainty_classes (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL,
  label_zh TEXT NOT NULL, label_en TEXT NOT NULL, colour TEXT NOT NULL, pattern TEXT NOT NULL DEFAULT 'solid',
  stacked INTEGER NOT NULL DEFAULT 1);
CREATE TABLE stages (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL,
  name_zh TEXT NOT NULL, name_en TEXT NOT NULL, colour TEXT NOT NULL,
  certainty_class TEXT NOT NULL REFERENCES certainty_classes(code), source TEXT NOT NULL DEFAULT '');
CREATE TABLE pathways (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL, name_en TEXT NOT NULL);
CREATE TABLE pathway_stages (id INTEGER PRIMARY KEY, pathway_code TEXT NOT NULL REFERENCES pathways(code) ON UPDATE CASCADE,
  seq INTEGER NOT NULL, stage_code TEXT NOT NULL REFERENCES stages(code) ON UPDATE CASCADE,
  min_months REAL, typical_months REAL, max_months REAL, conversion_probability REAL, source TEXT NOT NULL DEFAULT '',
  UNIQUE (pathway_code, stage_code));
CREATE TABLE land_use_classes (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL DEFAULT '', colour TEXT NOT NULL, level INTEGER NOT NULL DEFAULT 1, parent_code TEXT,
  colour_status TEXT NOT NULL DEFAULT '');
CREATE TABLE documents (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL DEFAULT '', number TEXT NOT NULL DEFAULT '', status TEXT NOT NULL DEFAULT '',
  version TEXT NOT NULL DEFAULT '', issued_on TEXT, note TEXT NOT NULL DEFAULT '');
CREATE TABLE units (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '');
CREATE TABLE programmes (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL DEFAULT '', document_id INTEGER REFERENCES documents(id));

-- Land. `geom` MULTIPOLYGON.
CREATE TABLE land_records (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, kind TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '', dated TEXT, document_id INTEGER REFERENCES documents(id));
CREATE TABLE parcels (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL DEFAULT '',
  land_use_current TEXT NOT NULL DEFAULT '', land_use_planned TEXT NOT NULL DEFAULT '',
  ownership TEXT NOT NULL DEFAULT '', right_holder TEXT NOT NULL DEFAULT '', far_planned REAL, far_cap REAL,
  area_title_m2 REAL, area_contract_m2 REAL, area_surveyed_m2 REAL, area_planned_m2 REAL, area_planar_m2 REAL,
  area_ellipsoidal_m2 REAL, valid_from TEXT CHECK (valid_from IS date(valid_from, '+0 days')),
  valid_to TEXT CHECK (valid_to IS date(valid_to, '+0 days')),
  created_by_record_id INTEGER REFERENCES land_records(id), retired_by_record_id INTEGER REFERENCES land_records(id),
  synthetic INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '', import_id INTEGER REFERENCES imports(id));
CREATE TABLE parcel_identifiers (id INTEGER PRIMARY KEY, parcel_id INTEGER NOT NULL REFERENCES parcels(id) ON DELETE CASCADE,
  scheme TEXT NOT NULL, value TEXT NOT NULL, normal TEXT NOT NULL, UNIQUE (parcel_id, scheme, value));
CREATE INDEX parcel_identifiers_normal ON parcel_identifiers (normal);
CREATE TABLE parcel_lineage (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parcels(id),
  child_id INTEGER NOT NULL REFERENCES parcels(id), kind TEXT NOT NULL CHECK (kind IN ('split', 'merge', 'realign')),
  record_id INTEGER REFERENCES land_records(id), area_m2 REAL, UNIQUE (parent_id, child_id));
CREATE TABLE parcel_assessments (id INTEGER PRIMARY KEY, parcel_id INTEGER NOT NULL REFERENCES parcels(id) ON DELETE CASCADE,
  cycle TEXT NOT NULL, class TEXT NOT NULL CHECK (class IN ('A', 'B', 'C', 'D')), assessed_on TEXT,
  document_id INTEGER REFERENCES documents(id), note TEXT NOT NULL DEFAULT '', UNIQUE (parcel_id, cycle));

-- Carrier projects. projects.geom POINT.
CREATE TABLE projects (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT 'carrier', type TEXT NOT NULL DEFAULT '',
  pathway_code TEXT REFERENCES pathways(code) ON UPDATE CASCADE, owner_type TEXT NOT NULL DEFAULT '',
  chain_stage TEXT NOT NULL DEFAULT '', location_text TEXT NOT NULL DEFAULT '',
  document_id INTEGER REFERENCES documents(id), quote TEXT NOT NULL DEFAULT '', quote_place TEXT NOT NULL DEFAULT '',
  synthetic INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '', import_id INTEGER REFERENCES imports(id));
CREATE TABLE project_units (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
  unit_id INTEGER NOT NULL REFERENCES units(id), role TEXT NOT NULL CHECK (role IN ('lead', 'responsible', 'push')),
  UNIQUE (project_id, unit_id, role));
CREATE TABLE project_parcels (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
  parcel_id INTEGER NOT NULL REFERENCES parcels(id) ON DELETE CASCADE, UNIQUE (project_id, parcel_id));
CREATE INDEX project_parcels_parcel ON project_parcels (parcel_id);
CREATE TABLE project_programmes (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
  programme_id INTEGER NOT NULL REFERENCES programmes(id), is_primary INTEGER NOT NULL DEFAULT 0,
  UNIQUE (project_id, programme_id));
CREATE TABLE phases (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL DEFAULT '',
  name_en TEXT NOT NULL DEFAULT '', project_id INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
  gross_m2 REAL, plot_ratio_m2 REAL, carrier_m2 REAL, leasable_m2 REAL, demolished_m2 REAL,
  synthetic INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '', import_id INTEGER REFERENCES imports(id));
CREATE INDEX phases_project ON phases (project_id);
CREATE TABLE phase_parcels (id INTEGER PRIMARY KEY, phase_id INTEGER NOT NULL REFERENCES phases(id) ON DELETE CASCADE,
  parcel_id INTEGER NOT NULL REFERENCES parcels(id) ON DELETE CASCADE, UNIQUE (phase_id, parcel_id));
CREATE INDEX phase_parcels_parcel ON phase_parcels (parcel_id);
CREATE TABLE stage_events (id INTEGER PRIMARY KEY, phase_id INTEGER REFERENCES phases(id) ON DELETE CASCADE,
  parcel_id INTEGER REFERENCES parcels(id) ON DELETE CASCADE, stage_code TEXT NOT NULL REFERENCES stages(code) ON UPDATE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('commitment', 'baseline', 'forecast', 'actual')),
  dated TEXT NOT NULL CHECK (dated IS date(dated, '+0 days')), document_id INTEGER REFERENCES documents(id),
  evidence TEXT NOT NULL DEFAULT '', page TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
  synthetic INTEGER NOT NULL DEFAULT 0, import_id INTEGER REFERENCES imports(id),
  CHECK ((phase_id IS NULL) <> (parcel_id IS NULL)));
CREATE INDEX stage_events_phase ON stage_events (phase_id);
CREATE INDEX stage_events_parcel ON stage_events (parcel_id);
CREATE TABLE occupancies (id INTEGER PRIMARY KEY, phase_id INTEGER NOT NULL REFERENCES phases(id) ON DELETE CASCADE,
  as_of TEXT NOT NULL CHECK (as_of IS date(as_of, '+0 days')), leasable_m2 REAL, signed_m2 REAL, moved_in_m2 REAL,
  document_id INTEGER REFERENCES documents(id), synthetic INTEGER NOT NULL DEFAULT 0, UNIQUE (phase_id, as_of));

-- Areas. circle_members, zones and towns have `geom` MULTIPOLYGON.
CREATE TABLE circles (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL DEFAULT '', functions TEXT NOT NULL DEFAULT '', colour TEXT NOT NULL DEFAULT '#888888',
  document_id INTEGER REFERENCES documents(id));
CREATE TABLE circle_members (id INTEGER PRIMARY KEY, circle_id INTEGER NOT NULL REFERENCES circles(id) ON DELETE CASCADE,
  name TEXT NOT NULL DEFAULT '', synthetic INTEGER NOT NULL DEFAULT 0, UNIQUE (circle_id, name));
CREATE TABLE zones (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '',
  valid_from TEXT CHECK (valid_from IS date(valid_from, '+0 days')), valid_to TEXT CHECK (valid_to IS date(valid_to, '+0 days')),
  document_id INTEGER REFERENCES documents(id), synthetic INTEGER NOT NULL DEFAULT 0);
CREATE TABLE towns (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '', synthetic INTEGER NOT NULL DEFAULT 0);

-- Reference layers: one table for each geometry type, so that QGIS shows each as a layer of one type.
CREATE TABLE reference_layers (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL DEFAULT '', role TEXT NOT NULL DEFAULT 'other', geometry_kind TEXT NOT NULL
  CHECK (geometry_kind IN ('point', 'line', 'polygon')), attribution TEXT NOT NULL DEFAULT '',
  licence TEXT NOT NULL DEFAULT '', source TEXT NOT NULL DEFAULT '', synthetic INTEGER NOT NULL DEFAULT 0,
  draw_order INTEGER NOT NULL DEFAULT 0);
CREATE TABLE reference_points (id INTEGER PRIMARY KEY, layer_id INTEGER NOT NULL REFERENCES reference_layers(id) ON DELETE CASCADE,
  name TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '', attributes TEXT NOT NULL DEFAULT '{}');
CREATE TABLE reference_lines (id INTEGER PRIMARY KEY, layer_id INTEGER NOT NULL REFERENCES reference_layers(id) ON DELETE CASCADE,
  name TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '', attributes TEXT NOT NULL DEFAULT '{}');
CREATE TABLE reference_polygons (id INTEGER PRIMARY KEY, layer_id INTEGER NOT NULL REFERENCES reference_layers(id) ON DELETE CASCADE,
  name TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '', attributes TEXT NOT NULL DEFAULT '{}');

-- Indicators, tasks, reports
CREATE TABLE indicators (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, number INTEGER NOT NULL DEFAULT 0,
  name_zh TEXT NOT NULL, name_en TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '',
  scope TEXT NOT NULL DEFAULT '', action_group TEXT NOT NULL DEFAULT '', is_supply INTEGER NOT NULL DEFAULT 0);
CREATE TABLE indicator_units (id INTEGER PRIMARY KEY, indicator_id INTEGER NOT NULL REFERENCES indicators(id) ON DELETE CASCADE,
  unit_id INTEGER NOT NULL REFERENCES units(id), role TEXT NOT NULL CHECK (role IN ('lead', 'responsible', 'push')),
  UNIQUE (indicator_id, unit_id, role));
CREATE TABLE indicator_targets (id INTEGER PRIMARY KEY, indicator_id INTEGER NOT NULL REFERENCES indicators(id) ON DELETE CASCADE,
  year INTEGER NOT NULL, value REAL NOT NULL, document_id INTEGER REFERENCES documents(id),
  document_version TEXT NOT NULL DEFAULT '', UNIQUE (indicator_id, year, document_id));
CREATE TABLE indicator_observations (id INTEGER PRIMARY KEY, indicator_id INTEGER NOT NULL REFERENCES indicators(id) ON DELETE CASCADE,
  as_of TEXT NOT NULL, value REAL NOT NULL, unit TEXT NOT NULL DEFAULT '', scope TEXT NOT NULL DEFAULT '',
  document_id INTEGER REFERENCES documents(id), note TEXT NOT NULL DEFAULT '', synthetic INTEGER NOT NULL DEFAULT 0);
CREATE TABLE tasks (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, number INTEGER NOT NULL DEFAULT 0,
  action_group TEXT NOT NULL DEFAULT '', title_zh TEXT NOT NULL, title_en TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL DEFAULT '', document_id INTEGER REFERENCES documents(id));
CREATE TABLE task_units (id INTEGER PRIMARY KEY, task_id INTEGER NOT NULL REFERENCES tasks(id) ON DELETE CASCADE,
  unit_id INTEGER NOT NULL REFERENCES units(id), role TEXT NOT NULL CHECK (role IN ('lead', 'responsible', 'push')),
  UNIQUE (task_id, unit_id, role));
CREATE TABLE quarterly_reports (id INTEGER PRIMARY KEY, task_id INTEGER REFERENCES tasks(id) ON DELETE CASCADE,
  project_id INTEGER REFERENCES projects(id) ON DELETE CASCADE, quarter TEXT NOT NULL, progress TEXT NOT NULL DEFAULT '',
  problem TEXT NOT NULL DEFAULT '', next_step TEXT NOT NULL DEFAULT '', frozen_on TEXT,
  CHECK ((task_id IS NULL) <> (project_id IS NULL)));

-- Scenarios, findings, assumptions, attachments, imports
CREATE TABLE assumptions (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, subject TEXT NOT NULL, value TEXT NOT NULL,
  unit TEXT NOT NULL DEFAULT '', source TEXT NOT NULL DEFAULT '', owner TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '');
CREATE TABLE scenarios (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '');
CREATE TABLE scenario_edits (id INTEGER PRIMARY KEY, scenario_id INTEGER NOT NULL REFERENCES scenarios(id) ON DELETE CASCADE,
  seq INTEGER NOT NULL, table_name TEXT NOT NULL, row_key TEXT NOT NULL, before TEXT, after TEXT, UNIQUE (scenario_id, seq));
CREATE TABLE findings (id INTEGER PRIMARY KEY, rule TEXT NOT NULL, severity TEXT NOT NULL, table_name TEXT NOT NULL,
  row_keys TEXT NOT NULL, message TEXT NOT NULL, value REAL, x REAL, y REAL, status TEXT NOT NULL DEFAULT 'open', found_at TEXT NOT NULL);
CREATE TABLE attachments (id INTEGER PRIMARY KEY, table_name TEXT NOT NULL, row_id INTEGER NOT NULL, file_name TEXT NOT NULL,
  media_type TEXT NOT NULL DEFAULT '', sha256 TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE imports (id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, layer TEXT NOT NULL DEFAULT '',
  driver TEXT NOT NULL DEFAULT '', bytes INTEGER, sha256 TEXT NOT NULL DEFAULT '', encoding TEXT NOT NULL DEFAULT '',
  encoding_how TEXT NOT NULL DEFAULT '', crs TEXT NOT NULL DEFAULT '', crs_how TEXT NOT NULL DEFAULT '', rows_read INTEGER NOT NULL DEFAULT 0,
  inserted INTEGER NOT NULL DEFAULT 0, updated INTEGER NOT NULL DEFAULT 0, repaired INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0);
CREATE TABLE import_log (id INTEGER PRIMARY KEY, import_id INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
  feature TEXT NOT NULL DEFAULT '', field TEXT NOT NULL DEFAULT '', code TEXT NOT NULL, message TEXT NOT NULL,
  original BLOB);

-- The journal. `changes` is one row per command; `journal` one row per changed row, written by triggers only, so that
-- an edit made by another program is recorded too (its change_id is NULL). before/after are JSON objects
-- column -> SQL literal as quote() writes it, REAL with 21 digits, which read back to the same double. An update holds
-- its changed columns, a delete's `before` the whole row. An insert's `after` is NULL: the row itself, or the `before`
-- of its next journal rows, holds it.
CREATE TABLE changes (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL, command TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'do' CHECK (kind IN ('do', 'undo', 'redo')), of_change INTEGER REFERENCES changes(id));
CREATE TABLE journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, change_id INTEGER REFERENCES changes(id),
  table_name TEXT NOT NULL, row_id INTEGER NOT NULL, op TEXT NOT NULL CHECK (op IN ('I', 'U', 'D')), before TEXT, after TEXT);
CREATE INDEX journal_change ON journal (change_id);
CREATE INDEX journal_row ON journal (table_name, row_id);
-- The change that is being written; one row while a command runs, none otherwise.
CREATE TABLE open_change (id INTEGER PRIMARY KEY CHECK (id = 1), change_id INTEGER NOT NULL REFERENCES changes(id));

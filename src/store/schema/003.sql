-- Schema version 3: what a source said beyond the fields is kept, how a source is to be read is remembered, and the
-- journal is sealed.
-- Never edited after a release: the next version is 004.sql. The triggers of the journal are made anew after this.

-- JSON object: how the source's CRS was decided (candidates, parameters, residuals), which rows were skipped, how its
-- rows met those of the project.
DROP TRIGGER IF EXISTS journal_insert_imports;
DROP TRIGGER IF EXISTS journal_update_imports;
DROP TRIGGER IF EXISTS journal_delete_imports;
ALTER TABLE imports ADD COLUMN decisions TEXT NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN rows_declared INTEGER; -- NULL: the source does not say

-- The columns of a source that feed no field, by the row that was made of them. cells: JSON object column -> value.
-- Written once with its import and not journalled: an import that is undone leaves them behind, so that redoing it has
-- them again, and the next import with that id removes them.
CREATE TABLE source_rows (id INTEGER PRIMARY KEY, import_id INTEGER NOT NULL, table_name TEXT NOT NULL,
  row_id INTEGER NOT NULL, feature INTEGER NOT NULL, cells TEXT NOT NULL);
CREATE INDEX source_rows_row ON source_rows (table_name, row_id);
CREATE INDEX source_rows_import ON source_rows (import_id);

-- How tables with these columns were read the last time. columns_key: the titles in order, in normal form;
-- settings: JSON object (mapping field -> column, header row, encoding).
CREATE TABLE import_templates (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, columns_key TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '', settings TEXT NOT NULL, used_at TEXT NOT NULL, UNIQUE (kind, columns_key));

-- The chain over the journal (store/chain.h): hash is SHA-256 in hexadecimal digits, sealed_to the last row of the
-- journal that it covers. zaitu_meta gets the row 'sealed' (store/seal.h), every page a sum (store/checksum_vfs.h).
ALTER TABLE changes ADD COLUMN sealed_to INTEGER;
ALTER TABLE changes ADD COLUMN hash TEXT;

-- Schema version 2: a quarter's reports are frozen together with its figures. Never edited after a release: the next
-- version is 003.sql. The triggers of the journal are made anew after this.

DROP TRIGGER IF EXISTS journal_insert_quarterly_reports;
DROP TRIGGER IF EXISTS journal_update_quarterly_reports;
DROP TRIGGER IF EXISTS journal_delete_quarterly_reports;
ALTER TABLE quarterly_reports DROP COLUMN frozen_on; -- the quarter is frozen, with all its reports
ALTER TABLE quarterly_reports ADD COLUMN synthetic INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX quarterly_reports_task ON quarterly_reports (task_id, quarter) WHERE task_id IS NOT NULL;
CREATE UNIQUE INDEX quarterly_reports_project ON quarterly_reports (project_id, quarter) WHERE project_id IS NOT NULL;

-- One row while a quarter is frozen; unfreezing removes it. figures: JSON, as the figures stood at as_of by the rule.
CREATE TABLE frozen_quarters (id INTEGER PRIMARY KEY,
  quarter TEXT NOT NULL UNIQUE CHECK (quarter GLOB '[12][0-9][0-9][0-9]Q[1-4]'),
  frozen_on TEXT NOT NULL CHECK (frozen_on IS date(frozen_on, '+0 days')),
  as_of TEXT NOT NULL CHECK (as_of IS date(as_of, '+0 days')), rule TEXT NOT NULL, counted_m2 REAL NOT NULL,
  figures TEXT NOT NULL);

CREATE TRIGGER quarter_of_report_insert BEFORE INSERT ON quarterly_reports
  WHEN NEW.quarter NOT GLOB '[12][0-9][0-9][0-9]Q[1-4]' BEGIN
  SELECT RAISE(ABORT, 'the quarter of a report is written like 2025Q3'); END;
CREATE TRIGGER quarter_of_report_update BEFORE UPDATE OF quarter ON quarterly_reports
  WHEN NEW.quarter NOT GLOB '[12][0-9][0-9][0-9]Q[1-4]' BEGIN
  SELECT RAISE(ABORT, 'the quarter of a report is written like 2025Q3'); END;
CREATE TRIGGER frozen_report_insert BEFORE INSERT ON quarterly_reports
  WHEN EXISTS (SELECT 1 FROM frozen_quarters WHERE quarter = NEW.quarter) BEGIN
  SELECT RAISE(ABORT, 'the quarter of this report is frozen; unfreeze the quarter first'); END;
CREATE TRIGGER frozen_report_update BEFORE UPDATE ON quarterly_reports
  WHEN EXISTS (SELECT 1 FROM frozen_quarters WHERE quarter IN (OLD.quarter, NEW.quarter)) BEGIN
  SELECT RAISE(ABORT, 'the quarter of this report is frozen; unfreeze the quarter first'); END;
CREATE TRIGGER frozen_report_delete BEFORE DELETE ON quarterly_reports
  WHEN EXISTS (SELECT 1 FROM frozen_quarters WHERE quarter = OLD.quarter) BEGIN
  SELECT RAISE(ABORT, 'the quarter of this report is frozen; unfreeze the quarter first'); END;
CREATE TRIGGER frozen_quarter_update BEFORE UPDATE ON frozen_quarters BEGIN
  SELECT RAISE(ABORT, 'the figures of a frozen quarter stay as they are; unfreeze the quarter first'); END;

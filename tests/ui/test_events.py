#!/usr/bin/env python3
"""Stage events in the inspector: entered, changed and removed by hand, impossible ones refused with the reason, and
undone to the last byte of what `zaitu supply` prints."""
import contextlib
import hashlib
import os
import sqlite3
import unittest

from program import run, run_json
from window_driver import DemoWindowCase

AS_OF = "2025-12-31"


class EventsTest(DemoWindowCase):
    size = (1440, 1200)  # the whole inspector in sight

    def open(self):
        project = self.copy_of_demo()
        return self.show(project, settings={"panes_open": [True, True, False]}), project

    def find(self, window, text):
        window.click("top.search")
        window.type(text)
        window.wait("a hit", lambda s: "search.hit.0" in s["widgets"])
        window.key("Return")
        window.wait("the project", lambda s: s["document"]["selected_projects"])

    def supply(self, project):
        return run("supply", project, "--as-of", AS_OF, "--by", "stage,circle", "--json").stdout

    def event(self, project, phase, stage):
        """(id, date) of the actual event of a stage."""
        with contextlib.closing(sqlite3.connect(f"file:{project}?mode=ro", uri=True)) as db:
            rows = db.execute("SELECT e.id, e.dated FROM stage_events e JOIN phases p ON p.id = e.phase_id "
                              "WHERE p.code = ? AND e.stage_code = ? AND e.kind = 'actual'", (phase, stage)).fetchall()
        self.assertEqual(len(rows), 1, rows)
        return rows[0]

    def type_date(self, window, date):
        window.click("event.date")
        window.key("ctrl+a")
        window.type(date)

    def test_a_changed_date_moves_every_figure_and_ctrl_z_brings_the_bytes_back(self):
        window, project = self.open()
        before = self.supply(project)
        number, _ = self.event(project, "C01-1", "S6")
        self.find(window, "C01")
        window.click(f"inspector.event.{number}", share_x=0.3)
        # Completed and in use were 2017: that late it lies after the next stage and is refused.
        self.type_date(window, "2026-06-30")
        window.wait("the reason", lambda s: s.get("event", {}).get("refused"))
        window.key("Escape")
        in_use, _ = self.event(project, "C01-1", "S7")
        window.click(f"inspector.event.{in_use}", share_x=0.3)
        window.click("event.remove")
        window.wait("the removal", lambda s: s["document"]["can_undo"] and not s["document"]["busy"])
        window.click(f"inspector.event.{number}", share_x=0.3)
        self.type_date(window, "2026-06-30")
        window.click("event.save")
        state = window.wait("the change", lambda s: f"inspector.event.{number}" in s["widgets"]
                            and not s["document"]["busy"] and self.event(project, "C01-1", "S6")[1] == "2026-06-30")
        after = self.supply(project)
        self.assertNotEqual(after, before)
        self.assertEqual(state["document"]["counted"],
                         run_json("supply", project, "--as-of", state["document"]["counted_as_of"])["counted"])
        window.key("ctrl+z")
        window.wait("the first undo", lambda s: not s["document"]["busy"]
                    and self.event(project, "C01-1", "S6")[1] != "2026-06-30")
        window.key("ctrl+z")
        window.wait("the second undo", lambda s: not s["document"]["busy"] and s["document"]["can_redo"]
                    and self.supply(project) == before)

    def test_a_second_actual_event_is_refused(self):
        window, project = self.open()
        self.find(window, "C01")
        window.click("inspector.add_event.C01-1")
        window.click("event.stage")
        window.click("event.stage.S6")
        self.type_date(window, "2018-01-01")
        window.wait("the reason", lambda s: s["event"]["refused"])
        window.click("event.save")
        rows = run_json("list", project, "events", "--where", "phase = 'C01-1' AND stage = 'S6'")["rows"]
        self.assertEqual(len(rows), 1)
        self.type_date(window, "2025-02-30")
        window.wait("no such day", lambda s: s["event"]["refused"])

    def test_evidence_is_attached_opened_and_taken_back(self):
        project = self.copy_of_demo()
        opened = self.folder / "opened"
        programs = self.folder / "bin"
        programs.mkdir()
        (programs / "xdg-open").write_text(f'#!/bin/sh\ncp "$1" {opened}.part && mv {opened}.part {opened}\n')
        (programs / "xdg-open").chmod(0o755)
        contract = self.folder / "grant contract.pdf"
        contract.write_bytes(bytes(range(256)) * 4000)
        sha256 = hashlib.sha256(contract.read_bytes()).hexdigest()
        window = self.show(project, settings={"panes_open": [True, True, False]},
                           environment={"PATH": f"{programs}:{os.environ['PATH']}"})
        number, _ = self.event(project, "C01-1", "S6")
        self.find(window, "C01")

        def attach(path):
            window.click("attachment.add")
            window.click("attachment.path")
            window.key("ctrl+a")
            window.type(str(path))
            window.click("attachment.go")
        window.click(f"inspector.event.{number}", share_x=0.3)
        attach(contract)
        window.wait("the hash", lambda s: [p["sha256"] for p in s["evidence"]["pending"]] == [sha256])
        attach(contract)
        window.wait("a word that it is there", lambda s: len(s["evidence"]["pending"]) == 2
                    and s["evidence"]["pending"][1]["told"] and not s["evidence"]["pending"][0]["told"])
        window.click("event.save")
        state = window.wait("the attachment", lambda s: any(k.startswith("inspector.attachment.") for k in s["widgets"])
                            and not s["document"]["busy"])
        row = run_json("list", project, "events", "--where", "attachments <> ''")["rows"]
        self.assertEqual([(r["phase"], r["attachments"], r["attachment_hashes"]) for r in row],
                         [("C01-1", contract.name, sha256)])
        attachment = next(k for k in state["widgets"] if k.startswith("inspector.attachment."))
        window.click(attachment, share_x=0.2)
        window.wait("the desktop's program", lambda s: opened.exists())
        self.assertEqual(opened.read_bytes(), contract.read_bytes())
        # Bytes that do not have their hash are never opened.
        opened.unlink()
        with contextlib.closing(sqlite3.connect(project)) as db:
            db.execute("DROP TRIGGER journal_update_attachments")
            db.execute("UPDATE attachments SET content = X'00112233'")
            db.commit()
        window.click(attachment, share_x=0.2)
        window.wait("the word", lambda s: any(sha256[:8] in n["text"] for n in s["document"]["notices"]))
        self.assertFalse(opened.exists())
        window.key("ctrl+z")
        window.wait("the undo", lambda s: attachment not in s["widgets"] and not s["document"]["busy"])
        self.assertEqual(run_json("list", project, "events", "--where", "attachments <> ''")["rows"], [])


if __name__ == "__main__":
    unittest.main()

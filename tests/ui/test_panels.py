#!/usr/bin/env python3
"""The panels of absorption, indicators and tasks under real events: the figures are those of the command line, a click
selects, a report is edited in place and undone, a frozen quarter is only read."""
import json
import sqlite3
import subprocess
import unittest

from window_driver import DemoWindowCase, ZAITU


def zaitu(*arguments):
    done = subprocess.run([ZAITU, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"zaitu {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


class PanelTest(DemoWindowCase):
    size = (1600, 900)

    def open(self, tab, prepare=None):
        project = self.copy_of_demo()
        if prepare:
            with sqlite3.connect(project) as db:
                prepare(db)
        return self.show(project, settings={"bottom_tab": tab, "panes": [264, 330, 420]}), project

    def at_2026q3(self, window):
        """The clock at the end of 2026Q3, by the quarter's own button."""
        window.click("bottom.tasks")
        state = window.wait("tasks", lambda s: s["tasks"]["rows"])
        while state["tasks"]["quarter"] != "2026Q3":
            before = state["tasks"]["quarter"]
            window.click("tasks.before" if before > "2026Q3" else "tasks.after")
            state = window.wait("another quarter", lambda s, b=before: s["tasks"]["quarter"] != b)
        return state

    def test_absorption_says_what_the_command_line_says_and_a_click_selects_the_phases(self):
        window, project = self.open("absorption")
        self.at_2026q3(window)
        window.click("bottom.absorption")
        state = window.wait("the figures of the date", lambda s: s["absorption"]["as_of"] == "2026-09-30")["absorption"]
        rows = json.loads(zaitu("list", project, "absorption", "--as-of", "2026-09-30", "--format", "json"))["rows"]
        self.assertEqual(state["sentence"], rows[0]["reason"])
        self.assertEqual(state["vacant"], rows[0]["vacant"])
        private = [group for group in state["groups"] if group["code"] == "private"][0]
        self.assertEqual(private["vacant"], [row for row in rows if row["code"] == "private"][0]["vacant"])
        window.click("absorption.row.private", 0.3)
        window.wait("the phases of the group", lambda s: s["inspector"].get("selected", {}).get("phases") == private["phases"])
        window.click("absorption.by.circle")
        window.wait("circles", lambda s: [g["code"] for g in s["absorption"]["groups"]][:1] == ["C1"])

    def test_a_quarters_bar_moves_the_clock(self):
        window, _ = self.open("absorption")
        window.wait("the chart", lambda s: s["absorption"]["groups"])
        before = window.state()["absorption"]["as_of"]
        window.click("absorption.chart", 0.3, 0.3)
        state = window.wait("another date", lambda s: s["absorption"]["as_of"] != before)
        self.assertIn(state["absorption"]["as_of"][5:], ("03-31", "06-30", "09-30", "12-31"))

    def test_the_wall_keeps_other_scopes_on_their_own_lines(self):
        window, project = self.open("indicators")
        rows = window.wait("the wall", lambda s: s["indicators"]["rows"])["indicators"]["rows"]
        own = [row for row in rows if row["own"]]
        self.assertEqual(len(own), 12)
        self.assertTrue(all(len([c for c in row["cells"] if c.get("target") is not None]) == 3 for row in own))
        others = [row for row in rows if not row["own"]]
        self.assertGreater(len(others), 3)
        self.assertTrue(all(cell["status"] == "" for row in others for cell in row["cells"]))
        with sqlite3.connect(project) as db:
            code, count = db.execute("SELECT u.code, count(DISTINCT indicator_id) FROM units u JOIN indicator_units "
                                     "ON unit_id = u.id GROUP BY u.id ORDER BY 2 DESC, 1").fetchall()[-1]
        window.click("indicators.unit")
        key = f"indicators.unit.popup.{code}"
        window.wait("the list of units", lambda s: key in s["widgets"])
        x, y, width, height = window.state()["widgets"]["indicators.unit.popup.all"]
        for _ in range(30):  # the list scrolls
            place = window.state()["widgets"][key]
            if place[1] < y + 240:
                break
            window.wheel(x + width / 2, y + 100, -1)
        window.click(key)
        window.wait("what the unit answers for",
                    lambda s: len({row["code"] for row in s["indicators"]["rows"]}) == count)

    def test_two_issues_of_targets_are_compared(self):
        def second_issue(db):
            db.execute("INSERT INTO documents (code, title_zh, version, issued_on) VALUES ('F9', '印发版', '印发', '2023-02-27')")
            db.execute("INSERT INTO indicator_targets (indicator_id, year, value, document_id, document_version) SELECT "
                       "indicator_id, year, value + (indicator_id % 2), (SELECT id FROM documents WHERE code = 'F9'), '印发' "
                       "FROM indicator_targets")
            db.execute("INSERT INTO documents (code, title_zh, version, issued_on) VALUES ('F10', '修订版', '修订', '2024-02-27')")
            db.execute("INSERT INTO indicator_targets (indicator_id, year, value, document_id, document_version) SELECT "
                       "indicator_id, year, value + 1, (SELECT id FROM documents WHERE code = 'F10'), '修订' "
                       "FROM indicator_targets WHERE document_version = '印发'")
        window, _ = self.open("indicators", second_issue)
        window.click("indicators.compare")
        window.wait("the rows of two", lambda s: "indicators.difference.0" in s["widgets"])
        first, second = window.state()["indicators.compared"]
        # Any two of them: the shown one with the one that is neither shown nor its neighbour.
        window.click("indicators.other")
        window.click("indicators.other.0")
        compared = window.wait("another pair", lambda s: s["indicators.compared"][1] != second)["indicators.compared"]
        self.assertEqual((compared[0], len({*compared, second})), (first, 3))
        window.click("indicators.compare")
        window.wait("the wall", lambda s: "indicators.row.0" in s["widgets"])
        before = window.state()["indicators"]["rows"]
        window.click("indicators.issue")
        window.click("indicators.issue.0")
        window.wait("the targets of the other issue", lambda s: s["indicators"]["rows"] != before)

    def test_a_report_is_written_in_place_and_undone(self):
        window, project = self.open("tasks")
        state = self.at_2026q3(window)
        before = {row["code"]: row for row in state["tasks"]["rows"]}
        code = [row["code"] for row in state["tasks"]["rows"] if row["missing"]][0]
        window.click("tasks.missing", 0.1)
        window.wait("missing ones alone", lambda s: all(row["missing"] for row in s["tasks"]["rows"]))
        window.click(f"tasks.cell.{code}.problem", 0.3)
        window.type("late permit")
        window.key("Return")
        state = window.wait("a report", lambda s: code not in [row["code"] for row in s["tasks"]["rows"]])
        window.click("tasks.missing", 0.1)
        state = window.wait("all", lambda s: len(s["tasks"]["rows"]) == 20)
        self.assertEqual({r["code"]: r for r in state["tasks"]["rows"]}[code]["problem"], "late permit")
        listed = json.loads(zaitu("quarter", project, "2026Q3", "--json"))["reports"]
        self.assertEqual([row["problem"] for row in listed if row["code"] == code], ["late permit"])
        window.click(f"tasks.cell.{code}.problem", 0.3)
        window.key("ctrl+a")
        window.type("solved")
        window.key("Escape")  # leaves it as it was
        window.wait("no change", lambda s: {r["code"]: r for r in s["tasks"]["rows"]}[code]["problem"] == "late permit")
        window.key("ctrl+z")
        window.wait("the state before", lambda s: {r["code"]: r for r in s["tasks"]["rows"]}[code] == before[code])

    def test_a_frozen_quarter_is_only_read(self):
        window, project = self.open("tasks")
        state = self.at_2026q3(window)
        code = [row["code"] for row in state["tasks"]["rows"] if not row["missing"]][0]
        counted = state["tasks"]["counted"]
        window.click("tasks.freeze")
        window.wait("a frozen quarter", lambda s: s["tasks"]["frozen"])
        with sqlite3.connect(project) as db:
            db.execute("UPDATE phases SET carrier_m2 = carrier_m2 + 5000 WHERE carrier_m2 IS NOT NULL")
        window.wait("the changed phases", lambda s: s["document"]["counted"] != counted)
        self.assertEqual(window.ready()["tasks"]["counted"], counted)
        window.click(f"tasks.cell.{code}.progress", 0.3)
        window.type("changed")
        window.key("Return")
        self.assertNotIn("changed", json.dumps(json.loads(zaitu("quarter", project, "2026Q3", "--json"))["reports"]))
        window.click("tasks.freeze")
        state = window.wait("a quarter that is not frozen", lambda s: not s["tasks"]["frozen"])
        self.assertNotEqual(state["tasks"]["counted"], counted)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
"""`zaitu quarter` and the ledgers of absorption, indicators and reports: freezing keeps text and figures, sums agree with
SQL, reports come in by import."""
import os
import sqlite3
import unittest

import program
from program import run, run_json


class QuarterTest(program.DemoCase):
    def rows(self, project, ledger, *options):
        return run_json("list", project, ledger, *options)["rows"]

    def test_a_frozen_quarter_keeps_its_figures_when_a_phase_and_a_parcel_change(self):
        project = self.copy_of_demo()
        live = run_json("quarter", project, "2025Q3")
        self.assertFalse(live["frozen"])
        self.assertEqual(live["figures"]["counted_m2"], run_json("supply", project, "--as-of", "2025-09-30")["counted"])
        self.assertTrue(run_json("quarter", project, "2025Q3", "--freeze")["frozen"])
        frozen = run_json("quarter", project, "2025Q3")
        self.assertTrue(frozen["frozen"])
        self.assertEqual(frozen["figures"], live["figures"])
        self.assertEqual(frozen["reports"], live["reports"])
        with sqlite3.connect(project) as db:
            db.execute("UPDATE phases SET carrier_m2 = carrier_m2 + 1000 WHERE carrier_m2 IS NOT NULL")
            db.execute("UPDATE parcels SET area_planar_m2 = 1 WHERE id IN (SELECT parcel_id FROM project_parcels LIMIT 5)")
        after = run_json("quarter", project, "2025Q3")
        self.assertEqual(after["figures"], live["figures"])
        self.assertNotEqual(run_json("supply", project, "--as-of", "2025-09-30")["counted"], live["figures"]["counted_m2"])
        self.assertNotEqual(run_json("quarter", project, "2025Q2")["figures"]["land_m2"], live["figures"]["land_m2"])
        run_json("quarter", project, "2025Q3", "--unfreeze")
        thawed = run_json("quarter", project, "2025Q3")["figures"]
        self.assertNotEqual(thawed["counted_m2"], live["figures"]["counted_m2"])
        self.assertEqual([change["command"] for change in run_json("history", project)["changes"] if "freeze" in change["command"]],
                         ["unfreeze quarter 2025Q3", "freeze quarter 2025Q3"])

    def test_a_report_of_a_frozen_quarter_is_refused_by_name(self):
        project = self.copy_of_demo()
        run_json("quarter", project, "2025Q3", "--freeze")
        with sqlite3.connect(project) as db, self.assertRaisesRegex(sqlite3.IntegrityError, "unfreeze the quarter first"):
            db.execute("UPDATE quarterly_reports SET progress = 'x' WHERE quarter = '2025Q3'")
        source = os.path.join(os.path.dirname(project), "reports.csv")
        with open(source, "w", encoding="utf-8") as out:
            out.write("任务编号,任务名称,季度,进展,问题,下一步\nT01,,2025Q3,改写,,\nT01,,2026Q4,新进展,新问题,新计划\n")
        result = run_json("import", project, source, "--as", "tasks")
        self.assertEqual((result["inserted"], result["rejected"]), (1, 1))
        self.assertTrue(any("2025Q3 is frozen" in warning["message"] for warning in result["warnings"]))
        row = [r for r in run_json("quarter", project, "2026Q4")["reports"] if r["code"] == "T01"][0]
        self.assertEqual((row["progress"], row["problem"], row["next_step"], row["missing"]), ("新进展", "新问题", "新计划", False))

    def test_reports_of_tasks_and_projects_come_in_by_import(self):
        project = self.copy_of_demo()
        run_json("quarter", project, "2025Q3", "--freeze")
        carrier = run_json("list", project, "projects")["rows"][0]["code"]
        source = os.path.join(os.path.dirname(project), "reports_of_both.csv")

        def bring(text, *options):
            with open(source, "w", encoding="utf-8") as out:
                out.write("项目/任务,季度,进展,问题,下一步\n" + text)
            return run_json("import", project, source, "--as", "reports", *options)

        def counts(result):
            return [result[key] for key in ("read", "inserted", "updated", "rejected")]

        told = bring(f"T01,2026q4,任务进展,,\n{carrier},2026Q4,项目进展,缺资金,年内封顶\n{carrier},2025Q3,改写,,\nT01,2026Q5,,,\n"
                     f"不存在,2026Q4,,,\n{carrier},2026Q4,再来一次,,\n")
        self.assertEqual(counts(told), [6, 2, 0, 4])
        for row, why in (("3", "2025Q3 is frozen"), ("4", "2026Q5\" is no quarter"), ("5", "there is no task or project"),
                         ("6", f"project {carrier} already reported on 2026Q4")):
            self.assertTrue(any(w["feature"] == row and why in w["message"] for w in told["warnings"]), (row, told["warnings"]))
        rows = {r["code"]: r for r in run_json("quarter", project, "2026Q4")["reports"]}
        self.assertEqual(rows["T01"]["progress"], "任务进展")
        self.assertEqual([rows[carrier][key] for key in ("progress", "problem", "next_step")], ["项目进展", "缺资金", "年内封顶"])

        again = f"{carrier},2026Q4,改了,缺资金,年内封顶\n"
        self.assertEqual(counts(bring(again)), [1, 0, 0, 1])
        self.assertEqual(counts(bring(again, "--on-duplicate", "update")), [1, 0, 1, 0])
        rows = {r["code"]: r for r in run_json("quarter", project, "2026Q4")["reports"]}
        self.assertEqual(rows[carrier]["progress"], "改了")
        run_json("undo", project)
        rows = {r["code"]: r for r in run_json("quarter", project, "2026Q4")["reports"]}
        self.assertEqual(rows[carrier]["progress"], "项目进展")

    def test_what_cannot_be_frozen_is_refused(self):
        project = self.copy_of_demo()
        for quarter, why in (("2999Q4", "is not over"), ("2025Q5", "is no quarter")):
            done = run("quarter", project, quarter, "--freeze")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(why, done.stderr)
        self.assertIn("is not frozen", run("quarter", project, "2025Q3", "--unfreeze").stderr)
        run_json("quarter", project, "2025Q3", "--freeze")
        self.assertIn("is frozen already", run("quarter", project, "2025Q3", "--freeze").stderr)

    def test_absorption_is_what_sql_says_of_the_newest_records(self):
        for date in ("2023-12-31", "2025-02-15", "2026-09-30"):
            rows = self.rows(self.demo, "absorption", "--as-of", date)
            total = rows[0]
            with sqlite3.connect(self.demo) as db:
                leasable, moved_in, signed, count = db.execute(
                    "SELECT sum(leasable_m2), sum(moved_in_m2), sum(signed_m2), count(*) FROM occupancies o WHERE as_of = "
                    "(SELECT max(as_of) FROM occupancies WHERE phase_id = o.phase_id AND as_of <= ?)", (date,)).fetchone()
            self.assertEqual(total["measured"], count)
            self.assertAlmostEqual(total["leasable"], leasable, delta=1e-6)
            self.assertAlmostEqual(total["moved_in"], moved_in, delta=1e-6)
            self.assertAlmostEqual(total["signed"], signed, delta=1e-6)
            self.assertAlmostEqual(total["vacant"], leasable - moved_in, delta=1e-6)
            for by in ("owner_type", "circle", "chain_stage"):
                groups = [row for row in rows if row["by"] == by]
                for column in ("leasable", "moved_in", "vacant", "year_take_up"):
                    self.assertAlmostEqual(sum(row[column] or 0 for row in groups), total[column], delta=1e-6)
                self.assertEqual(sum(row["phases"] for row in groups), total["phases"])

    def test_the_wall_never_puts_another_scope_beside_a_target(self):
        rows = self.rows(self.demo, "wall", "--as-of", "2026-09-30")
        self.assertEqual(len([row for row in rows if row["target"] is not None]), 36)
        for row in rows:
            if row["target"] is not None and row["observed"] is not None:
                self.assertEqual((row["scope"], row["document"]), ("大零号湾", "F3"))
            if row["observed"] is not None and row["scope"] != "大零号湾":
                self.assertEqual(row["status"], "")
        listed = {(row["code"], row["year"]): row for row in rows if row["target"] is not None}
        self.assertEqual(listed["I10", 2024]["observed"], 10)
        self.assertEqual(listed["I10", 2024]["target"], 15)
        self.assertEqual(listed["I12", 2025]["target"], 200)

    def test_duties_of_a_unit(self):
        rows = self.rows(self.demo, "duties", "--where", "unit_name = '南滨江公司'")
        with sqlite3.connect(self.demo) as db:
            unit = db.execute("SELECT id FROM units WHERE name_zh = '南滨江公司'").fetchone()[0]
            for kind in ("indicator", "task", "project"):
                count = db.execute(f"SELECT count(DISTINCT {kind}_id) FROM {kind}_units WHERE unit_id = ?", (unit,)).fetchone()[0]
                self.assertEqual(len([row for row in rows if row["kind"] == kind]), count)
                self.assertGreater(count, 0)

    def test_reports_of_the_demo_are_marked_as_invented(self):
        rows = self.rows(self.demo, "reports", "--as-of", "2026-09-30")
        written = [row for row in rows if row["progress"]]
        self.assertGreater(len(written), 20)
        self.assertTrue(all(row["synthetic"] for row in written))
        self.assertTrue(any(row["missing"] for row in rows))


if __name__ == "__main__":
    unittest.main()

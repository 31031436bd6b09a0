#!/usr/bin/python3
"""Stages, pathways, assumptions and targets as files, and evidence of events by hash: what is stored, what is refused
with which word, what follows, and that undo brings the old bytes back."""
import csv
import hashlib
import json
import os
import pathlib
import sqlite3
import unittest

import program
from program import run, run_json

VOCABULARY = pathlib.Path(program.SOURCE) / "data" / "vocabulary"


def table(file):
    with open(file, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


class PlanDataTest(program.DemoCase):
    def setUp(self):
        self.project = self.copy_of_demo()
        self.files = pathlib.Path(self.project).parent

    def write(self, name, rows):
        with open(self.files / name, "w", encoding="utf-8", newline="") as out:
            lines = csv.DictWriter(out, list(rows[0]))
            lines.writeheader()
            lines.writerows(rows)
        return self.files / name

    def rows(self, ledger, where=None):
        return run_json("list", self.project, ledger, *(["--where", where] if where else []))["rows"]

    def said(self, result, keyword):
        return [w["message"] for w in result["warnings"] if w["code"] == keyword]

    def forecast(self):
        done = run("forecast", self.project, "--as-of", "2024-12-31", "--seed", "7", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_shipped_files_are_what_the_project_holds(self):
        for kind in ("stages", "pathways"):
            result = run_json("import", self.project, VOCABULARY / f"{kind}.csv", "--as", kind, "--on-duplicate", "update")
            self.assertEqual((result["rejected"], result["inserted"]), (0, 0), result["warnings"])
        self.assertEqual([(r["code"], r["stage"], r["typical_months"]) for r in self.rows("pathways")],
                         [(r["code"], r["stage"], float(r["typical_months"])) for r in table(VOCABULARY / "pathways.csv")])
        register = self.rows("assumptions")
        self.assertEqual(len(register), 4 * len(table(VOCABULARY / "pathways.csv")))
        self.assertTrue(all(r["owner"] and r["source"] for r in register))
        again = run_json("import", self.project, VOCABULARY / "stages.csv", "--as", "stages")
        self.assertEqual(again["rejected"], again["read"])

    def test_a_duration_from_a_file_moves_the_forecast_and_undo_brings_its_bytes_back(self):
        before, register = self.forecast(), self.rows("assumptions")
        source = self.write("路径.csv", [{"路径代码": "reserve_grant", "阶段": "在建", "典型月数": "41", "来源": "竣工备案统计",
                                          "责任人": "王工"}])
        result = run_json("import", self.project, source, "--as", "pathways", "--on-duplicate", "update")
        self.assertEqual((result["updated"], result["rejected"]), (1, 0), result["warnings"])
        self.assertNotEqual(self.forecast(), before)
        line = self.rows("assumptions", "code = 'reserve_grant.S5.typical_months'")[0]
        self.assertEqual((line["value"], line["source"], line["owner"]), ("41", "竣工备案统计", "王工"))
        self.assertEqual(self.rows("assumptions", "code = 'reserve_grant.S5.max_months'")[0]["owner"], "Zaitu")
        self.assertEqual(run("undo", self.project).returncode, 0)
        self.assertEqual(self.forecast(), before)
        self.assertEqual(self.rows("assumptions"), register)

    def test_numbers_that_cannot_be_are_refused_by_row(self):
        row = {"code": "renewal", "stage": "S5", "min_months": "8", "typical_months": "14", "max_months": "30",
               "conversion_probability": "0.95", "owner": "王工"}
        wrong = [dict(row, max_months="10"), dict(row, conversion_probability="1.2"), dict(row, min_months="-1"),
                 dict(row, typical_months="约十二"), dict(row, stage="S99"), dict(row, stage="SX"), dict(row, code="a b")]
        before = self.rows("pathways")
        result = run_json("import", self.project, self.write("wrong.csv", wrong), "--as", "pathways", "--on-duplicate", "update")
        self.assertEqual((result["rejected"], result["updated"], result["inserted"]), (len(wrong), 0, 0), result["warnings"])
        self.assertEqual(len([m for m in self.said(result, "number") if "rejected" in m]), 4)
        self.assertEqual(self.rows("pathways"), before)
        twice = run_json("import", self.project, self.write("twice.csv", [row, row]), "--as", "pathways",
                         "--on-duplicate", "update")
        self.assertEqual((twice["updated"], twice["rejected"]), (1, 1))

    def test_a_fifth_pathway_from_a_file_carries_a_project(self):
        steps = [("S0", 3, 6, 12, 0.3), ("S1", 4, 8, 16, 0.5), ("S5", 10, 18, 30, 0.95), ("S6", 1, 3, 9, 0.99), ("S7", 0, 0, 0, 1)]
        source = self.write("village.csv", [
            {"code": "village", "name_zh": "城中村改造", "name_en": "Urban village", "seq": i, "stage": s, "min_months": a,
             "typical_months": b, "max_months": c, "conversion_probability": p, "source": "assumption", "owner": "李工"}
            for i, (s, a, b, c, p) in enumerate(steps)])
        self.assertEqual(run_json("import", self.project, source, "--as", "pathways")["inserted"], 5)
        before = self.forecast()
        moved = [r for r in self.rows("projects") if r["stage"] in ("S0", "S1")]
        source = self.write("projects.csv", [{"code": r["code"], "name": r["name"], "pathway": "城中村改造"} for r in moved])
        result = run_json("import", self.project, source, "--as", "projects", "--on-duplicate", "update")
        self.assertEqual(result["updated"], len(moved), result["warnings"])
        self.assertEqual(self.rows("pathways", "code = 'village'")[0]["projects"], len(moved))
        self.assertNotEqual(self.forecast(), before)

    def test_the_targets_of_a_new_plan_period_are_a_file(self):
        supply = next(r for r in self.rows("indicators") if r["supply"])
        source = self.write("2030.csv", [
            {"code": supply["code"], "name": supply["name"], "record": "target", "year": year, "value": 200 + 30 * (year - 2025),
             "document": "F0", "document_version": "十五五送审稿"} for year in range(2026, 2031)])
        self.assertEqual(run_json("import", self.project, source, "--as", "indicators")["inserted"], 5)
        targets = run_json("supply", self.project, "--as-of", "2025-12-31")["targets"]
        self.assertEqual([(t["year"], t["target"]) for t in targets][-1], (2030, 3_500_000))
        self.assertIn(2030, [t["year"] for t in json.loads(self.forecast())["targets"]])

    def test_the_register_takes_other_assumptions_and_keeps_numbers_where_they_are(self):
        source = self.write("register.csv", [
            {"code": "take_up.floor", "subject": "季度去化下限", "value": "1.5", "unit": "万㎡", "source": "assumption", "owner": "王工"},
            {"code": "tod.S5.max_months", "subject": "", "value": "60", "unit": "", "source": "施工合同", "owner": "王工"},
            {"code": "tod.S5.min_months", "subject": "", "value": "7", "unit": "", "source": "施工合同", "owner": "王工"},
            {"code": "empty", "subject": "无值", "value": "", "unit": "", "source": "", "owner": ""}])
        result = run_json("import", self.project, source, "--as", "assumptions", "--on-duplicate", "update")
        self.assertEqual((result["inserted"], result["updated"], result["rejected"]), (1, 1, 2), result["warnings"])
        self.assertTrue(any("--as pathways" in m for m in self.said(result, "number")))
        lines = {r["code"]: r for r in self.rows("assumptions")}
        self.assertEqual((lines["tod.S5.max_months"]["source"], lines["tod.S5.max_months"]["value"]), ("施工合同", "60"))
        self.assertEqual(lines["tod.S5.min_months"]["owner"], "Zaitu")
        self.assertEqual(lines["take_up.floor"]["value"], "1.5")

    def test_evidence_is_read_beside_the_source_and_kept_by_hash(self):
        (self.files / "附件").mkdir()
        contract = bytes(range(256)) * 20000  # 5 MB
        (self.files / "附件" / "出让合同、附图.pdf").write_bytes(contract)
        (self.files.parent / "secret.txt").write_text("not for the project")
        phases = [r["code"] for r in self.rows("phases") if r["stage"] == "S0"][:2]
        row = {"phase": phases[0], "stage": "S1", "date": "2024-02-01", "kind": "baseline", "附件": r"附件\出让合同、附图.pdf"}
        source = self.write("events.csv", [
            row, dict(row, phase=phases[1], 附件="附件/出让合同、附图.pdf;missing.pdf"),
            dict(row, date="2024-03-01", 附件="../secret.txt"), dict(row, date="2024-04-01", 附件="/etc/hostname")])
        before = pathlib.Path(self.project).stat().st_size
        result = run_json("import", self.project, source, "--as", "events")
        self.assertEqual((result["inserted"], result["rejected"]), (4, 0), result["warnings"])
        told = self.said(result, "path")
        self.assertEqual(len(told), 3, result["warnings"])
        for name in ("missing.pdf", "../secret.txt", "/etc/hostname"):
            self.assertTrue(any(name in message for message in told), name)
        kept = self.rows("events", "attachments <> ''")
        self.assertEqual({r["phase"] for r in kept}, set(phases))
        for r in kept:
            self.assertEqual((r["attachments"], r["attachment_hashes"]),
                             ("出让合同、附图.pdf", hashlib.sha256(contract).hexdigest()))
        self.assertLess(pathlib.Path(self.project).stat().st_size - before, 2 * len(contract), "stored once")

        def content():
            db = sqlite3.connect(f"file:{self.project}?mode=ro", uri=True)
            found = [bytes(c) for (c,) in db.execute("SELECT content FROM attachments WHERE length(content) > 0")]
            db.close()
            return found
        self.assertEqual(content(), [contract])
        for command, expected in (("undo", []), ("redo", [contract])):
            done = run(command, self.project)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(content(), expected, command)
        for words in (["--rows"], ["--json"]):
            self.assertLess(len(run("history", self.project, "--limit", "5", *words).stdout), 200_000, words)
        self.assertEqual(run("history", self.project, "--limit", "3", "--rows").stdout.count("5120000 bytes"), 3)


if __name__ == "__main__":
    unittest.main()

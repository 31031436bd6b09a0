#!/usr/bin/python3
"""`zaitu report --quarter`: pages, workbook and GeoPackage of a quarter say the same as `zaitu supply` of its last day; a
frozen quarter stays as it was; a failure leaves nothing behind."""
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as xml
import zipfile

from osgeo import ogr

import program
from program import run, run_json

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
SHEET_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
QUARTER_ENDS = {"2022Q4": "2022-12-31", "2024Q1": "2024-03-31", "2025Q3": "2025-09-30", "2026Q2": "2026-06-30"}


def text_of(pdf):
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s+", "", done.stdout)


def wan(area_m2):
    hundredths = int(abs(area_m2) / 100 + 0.5 + 1e-9)
    return ("-" if area_m2 < 0 and hundredths else "") + f"{hundredths // 100}.{hundredths % 100:02d}"


class Workbook:
    """Cells of an XLSX as {sheet: {"B4": (value, formula)}}."""

    def __init__(self, path):
        self.sheets = {}
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                raise AssertionError("the workbook is damaged")
            strings = ["".join(t.text or "" for t in item.iterfind(".//m:t", NS))
                       for item in xml.fromstring(archive.read("xl/sharedStrings.xml"))]
            targets = {r.get("Id"): r.get("Target") for r in xml.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
            for sheet in xml.fromstring(archive.read("xl/workbook.xml")).iterfind(".//m:sheet", NS):
                cells = {}
                for cell in xml.fromstring(archive.read("xl/" + targets[sheet.get(SHEET_ID)])).iterfind(".//m:c", NS):
                    value, formula = cell.find("m:v", NS), cell.find("m:f", NS)
                    if value is None:
                        continue
                    shown = value.text or ""
                    if cell.get("t") == "s":
                        shown = strings[int(shown)]
                    elif cell.get("t") is None:
                        shown = float(shown)
                    cells[cell.get("r")] = (shown, None if formula is None else formula.text)
                self.sheets[sheet.get("name")] = cells

    def texts(self, sheet):
        return [value for value, _ in self.sheets[sheet].values() if isinstance(value, str)]

    def computed(self, sheet, formula):
        """What SUM says of the cells it names."""
        column, first, last = re.fullmatch(r"SUM\(([A-Z]+)(\d+):\1(\d+)\)", formula).groups()
        cells = self.sheets[sheet]
        return sum(cells[f"{column}{row}"][0] for row in range(int(first), int(last) + 1) if f"{column}{row}" in cells)


class QuarterPackageTest(program.DemoCase):
    def package(self, project, quarter, *options):
        out = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        told = run_json("report", project, "--quarter", quarter, "--out", out, "--lang", "zh", *options)
        self.assertEqual(sorted(p.name for p in out.iterdir()), sorted(pathlib.Path(f["path"]).name for f in told["files"]))
        self.assertTrue(all(f["subject"] == quarter for f in told["files"]))
        return {pathlib.Path(f["path"]).suffix[1:]: f["path"] for f in told["files"]}

    def total_of_workbook(self, book):
        """The front page's figure is a formula on the sheet of supply, which is a sum of its rows."""
        value, formula = book.sheets["概要"]["B4"]
        sheet, cell = re.fullmatch(r"'(.+)'!([A-Z]+\d+)", formula).groups()
        total, sum_formula = book.sheets[sheet][cell]
        self.assertEqual(value, total)
        self.assertAlmostEqual(book.computed(sheet, sum_formula), total, delta=1e-6)
        return value

    def sum_of_phases(self, gpkg):
        with sqlite3.connect(gpkg) as db:
            return db.execute("SELECT sum(counted_m2) FROM phases").fetchone()[0]

    def test_the_three_files_say_what_supply_says_of_the_last_day(self):
        for quarter, end in QUARTER_ENDS.items():
            with self.subTest(quarter=quarter):
                files = self.package(self.demo, quarter)
                self.assertEqual(set(files), {"pdf", "xlsx", "gpkg"})
                supply = run_json("supply", self.demo, "--as-of", end, "--by", "circle,certainty")
                counted = supply["counted"]
                text = text_of(files["pdf"])
                self.assertIn(f"{counted:,.2f}㎡", text)
                self.assertIn(wan(counted) + "万㎡", text)
                self.assertIn("截至" + end, text)
                for target in supply["targets"]:
                    word = "缺口" if target["gap"] > 0 else "超出"
                    self.assertIn(word + wan(abs(target["gap"])), text)
                book = Workbook(files["xlsx"])
                self.assertAlmostEqual(self.total_of_workbook(book), counted, delta=1e-6)
                self.assertAlmostEqual(self.sum_of_phases(files["gpkg"]), counted, delta=1e-6)
                with sqlite3.connect(files["gpkg"]) as db:
                    about = dict(db.execute("SELECT key, value FROM about"))
                    in_projects = db.execute("SELECT sum(counted_m2) FROM projects").fetchone()[0]
                self.assertEqual(float(about["counted_m2"]), counted)
                self.assertEqual(about["as_of"], end)
                self.assertAlmostEqual(in_projects, counted, delta=1e-6)

    def test_the_workbook_has_the_bureaus_sheets_with_real_numbers(self):
        book = Workbook(self.package(self.demo, "2025Q3", "--format", "xlsx")["xlsx"])
        self.assertEqual(list(book.sheets)[:8], ["概要", "指标", "重点任务分解表", "项目季报", "供给", "推算", "转换", "去化"])
        indicators = book.sheets["指标"]
        numbers = [indicators[f"A{row}"][0] for row in range(6, 18)]
        self.assertEqual(numbers, list(range(1, 13)))
        targets = {row["code"] + str(row["year"]): row["target"]
                   for row in run_json("list", self.demo, "wall", "--as-of", "2025-09-30")["rows"] if row["target"] is not None}
        self.assertEqual([indicators[f"{column}17"][0] for column in ("E", "I", "M")],
                         [targets[f"I12{year}"] for year in (2023, 2024, 2025)])
        seen = [row for row in run_json("list", self.demo, "wall", "--as-of", "2025-09-30")["rows"]
                if row["observed"] is not None and row["document"]]
        self.assertTrue(seen)
        for row in seen:  # each number with its year and document, whatever its scope
            self.assertIn(f"{row['year']}: {row['observed']:g} ({row['document']}, ", "".join(book.texts("指标")))
        tasks = book.sheets["重点任务分解表"]
        self.assertEqual([tasks[f"A{row}"][0] for row in range(5, 25)], list(range(1, 21)))
        self.assertNotIn("A25", tasks)
        reports = {r["code"]: r for r in run_json("quarter", self.demo, "2025Q3")["reports"] if r["kind"] == "task"}
        written = [r for r in reports.values() if r["progress"]]
        self.assertTrue(written)
        for report in written:
            self.assertIn(report["progress"], book.texts("重点任务分解表"))
        forecast = run_json("forecast", self.demo, "--as-of", "2025-09-30")
        for i, point in enumerate(forecast["quarters"]):
            self.assertEqual(book.sheets["推算"][f"A{5 + i}"][0], point["date"])
            self.assertAlmostEqual(book.sheets["推算"][f"C{5 + i}"][0], point["p50"], delta=1e-3)
        land = run_json("conversion", self.demo, "--from", "2025-06-30", "--to", "2025-09-30", "--by", "land_use")
        total = [value for value, formula in book.sheets["转换"].values() if formula and formula.startswith("SUM(D6")]
        self.assertAlmostEqual(total[0], sum(link["land_area"] for link in land["links"]), delta=0.01)
        for sheet in ("地块", "项目", "分期"):
            self.assertGreater(len(book.sheets[sheet]), 100)
        self.assertIn("截至 2025-09-30 · 计竣工(S6)起", "".join(book.texts("说明")))

    def test_the_pages_hold_every_block_with_rule_date_and_rows(self):
        text = text_of(self.package(self.demo, "2025Q3", "--format", "pdf")["pdf"])
        basis = r"截至2025-09-30·\d+行(·[^截]{1,40}?)?·计竣工\(S6\)起·载体面积·净增\(扣拆除\)·全部"
        for block in ("地块与项目阶段", "供给曲线与推算", "目标与达标概率", r"圈层×确定性（万㎡）", r"街镇×确定性（万㎡）", "本季用地转换",
                      "本季阶段转换", "去化：入驻与空置", "缺口阶梯·2025年末", "最迟进入·赶上2025年末", "指标墙·3年",
                      "重点任务·本季进展", "在推项目·本季进展", "逾期与闲置的分期", "缺项", "示意数据"):
            self.assertRegex(text, block + basis)
        forecast = run_json("forecast", self.demo, "--as-of", "2025-09-30")
        probability = next(t["probability"] for t in forecast["targets"] if t["year"] == 2025)
        self.assertIn(f"达标概率{probability * 100:.1f}%", text)
        self.assertIn(re.sub(r"\s", "", run_json("quarter", self.demo, "2025Q3")["figures"]["sentence"]), text)

    def test_english_pages_are_english(self):
        out = tempfile.mkdtemp(dir=self.folder)
        told = run_json("report", self.demo, "--quarter", "2025Q3", "--out", out, "--lang", "en", "--format", "pdf")
        text = text_of(told["files"][0]["path"])
        for words in ("2025Q3quarterlypackage", "Supplycurveandforecast", "Circle×certainty", "Gapladder", "Whatismissing"):
            self.assertIn(words, text)

    def test_the_same_project_gives_the_same_bytes(self):
        first, second = self.package(self.demo, "2024Q1"), self.package(self.demo, "2024Q1")
        for kind, path in first.items():
            with self.subTest(kind=kind):
                self.assertEqual(pathlib.Path(path).read_bytes(), pathlib.Path(second[kind]).read_bytes())

    def test_the_layers_open_with_their_styles(self):
        source = ogr.Open(self.package(self.demo, "2025Q3", "--format", "gpkg")["gpkg"])
        kinds = {"parcels": ogr.wkbMultiPolygon, "projects": ogr.wkbPoint, "phases": ogr.wkbPoint,
                 "circles": ogr.wkbMultiPolygon, "zones": ogr.wkbMultiPolygon, "about": ogr.wkbNone}
        for name, kind in kinds.items():
            layer = source.GetLayerByName(name)
            self.assertEqual(layer.GetGeomType(), kind)
            self.assertGreater(layer.GetFeatureCount(), 0)
        phases = source.GetLayerByName("phases")
        fields = [field.GetName() for field in phases.schema]
        for field in ("stage", "certainty", "area_m2", "counted_m2", "circle", "town"):
            self.assertIn(field, fields)
        self.assertGreater(sum(phase.GetGeometryRef() is not None for phase in phases), 0.8 * phases.GetFeatureCount())
        styled = {row["f_table_name"]: row["styleQML"] for row in source.GetLayerByName("layer_styles")}
        self.assertEqual(set(styled), set(kinds) - {"about"})
        for qml in styled.values():
            self.assertIn("categorizedSymbol", qml)

    def test_a_frozen_quarter_stays_as_it_was_when_areas_change(self):
        project = self.copy_of_demo()
        run_json("quarter", project, "2025Q3", "--freeze")
        counted = run_json("supply", project, "--as-of", "2025-09-30")["counted"]
        before = self.package(project, "2025Q3")
        text = text_of(before["pdf"])
        self.assertRegex(text, r"已于\d{4}-\d\d-\d\d冻结")
        self.assertIn("与现有数据重算结果一致", text)
        self.assertIn("供给曲线与推算", text)
        with sqlite3.connect(project) as db:
            db.execute("UPDATE phases SET carrier_m2 = carrier_m2 + 1000 WHERE carrier_m2 IS NOT NULL")
        changed = run_json("supply", project, "--as-of", "2025-09-30")["counted"]
        self.assertNotEqual(changed, counted)
        after = self.package(project, "2025Q3")
        text = text_of(after["pdf"])
        self.assertIn(f"{counted:,.2f}㎡", text)
        self.assertNotIn(f"{changed:,.2f}㎡", text)
        self.assertIn(f"现有数据计{wan(changed)}万㎡", text)
        for left_out in ("供给曲线与推算", "本季用地转换", "缺口阶梯·", "逾期与闲置的分期"):
            self.assertNotIn(left_out, text)
        table = r"圈层×确定性（万㎡）.*?合计[\d.–]+"
        self.assertIn(re.search(table, text_of(before["pdf"])).group()[-20:], text)
        old, new = Workbook(before["xlsx"]), Workbook(after["xlsx"])
        self.assertEqual(self.total_of_workbook(new), counted)
        self.assertEqual(new.sheets["供给"], old.sheets["供给"])
        self.assertNotIn("推算", new.sheets)
        self.assertAlmostEqual(self.sum_of_phases(after["gpkg"]), counted, delta=1e-6)
        with sqlite3.connect(after["gpkg"]) as db, sqlite3.connect(before["gpkg"]) as db_before:
            by_code = "SELECT code, stage, certainty, area_m2, counted_m2 FROM phases ORDER BY code"
            self.assertEqual(db.execute(by_code).fetchall(), db_before.execute(by_code).fetchall())
            columns = {row[1] for row in db.execute("PRAGMA table_info(parcels)")}
        self.assertFalse(columns & {"counted_m2", "carrier_m2", "stage"}, "what was not frozen is left out")

    def test_a_frozen_quarter_keeps_the_rule_it_was_frozen_with(self):
        project = self.copy_of_demo()
        run_json("quarter", project, "2025Q3", "--freeze")
        counted = run_json("supply", project, "--as-of", "2025-09-30")["counted"]
        self.assertNotEqual(run_json("supply", project, "--as-of", "2025-09-30", "--from", "in_use")["counted"], counted)
        files = self.package(project, "2025Q3", "--from", "in_use")
        self.assertAlmostEqual(self.sum_of_phases(files["gpkg"]), counted, delta=1e-6)
        self.assertIn("计竣工(S6)起", text_of(files["pdf"]))

    def test_a_quarter_frozen_by_an_older_release_keeps_its_totals(self):
        project = self.copy_of_demo()
        counted = run_json("supply", project, "--as-of", "2025-09-30")["counted"]
        figures = run_json("quarter", project, "2025Q3")["figures"]
        for later in ("counting", "phases", "by_circle", "by_town"):
            del figures[later]
        with sqlite3.connect(project) as db:
            db.execute("INSERT INTO frozen_quarters (quarter, frozen_on, as_of, rule, counted_m2, figures) VALUES (?, ?, ?, ?, ?, ?)",
                       ("2025Q3", "2025-10-08", "2025-09-30", figures["rule"], counted, json.dumps(figures)))
        files = self.package(project, "2025Q3")
        self.assertIn("与现有数据重算结果一致", text_of(files["pdf"]))
        self.assertAlmostEqual(self.sum_of_phases(files["gpkg"]), counted, delta=1e-6)
        with sqlite3.connect(project) as db:
            db.execute("UPDATE phases SET carrier_m2 = carrier_m2 + 1000 WHERE carrier_m2 IS NOT NULL")
        files = self.package(project, "2025Q3")
        text = text_of(files["pdf"])
        self.assertIn(f"{counted:,.2f}㎡", text)
        self.assertIn("该季度由旧版冻结", text)
        self.assertEqual(Workbook(files["xlsx"]).sheets["概要"]["B4"], (counted, None))
        with sqlite3.connect(files["gpkg"]) as db:
            self.assertAlmostEqual(db.execute("SELECT sum(counted_m2) FROM projects").fetchone()[0], counted, delta=1e-6)

    def test_another_rule_goes_through_all_three(self):
        options = ("--from", "under_construction", "--area", "gross", "--gross", "--scope", "C1", "--split", "share")
        counted = run_json("supply", self.demo, "--as-of", "2025-09-30", *options)["counted"]
        files = self.package(self.demo, "2025Q3", *options)
        self.assertIn(f"{counted:,.2f}㎡", text_of(files["pdf"]))
        self.assertAlmostEqual(self.total_of_workbook(Workbook(files["xlsx"])), counted, delta=1e-6)
        self.assertAlmostEqual(self.sum_of_phases(files["gpkg"]), counted, delta=1e-6)

    def test_when_one_file_cannot_be_written_there_is_none(self):
        for blocked in ("pdf", "xlsx", "gpkg"):
            out = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
            (out / f"quarter_2025Q3.{blocked}").mkdir()
            done = run("report", self.demo, "--quarter", "2025Q3", "--out", out)
            self.assertEqual(done.returncode, 5)
            self.assertIn(f"quarter_2025Q3.{blocked}", done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1)
            self.assertEqual([p.name for p in out.iterdir()], [f"quarter_2025Q3.{blocked}"])

    def test_a_full_disk_leaves_the_package_of_before(self):
        out = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        run_json("report", self.demo, "--quarter", "2024Q1", "--out", out)
        before = {p.name: p.read_bytes() for p in out.iterdir()}
        limit = min(len(content) for content in before.values()) + 8192  # the smallest fits, the others do not
        command = ["prlimit", f"--fsize={limit}", program.ZAITU, "report", self.demo, "--quarter", "2024Q1", "--out", out]
        # Python ignores SIGXFSZ, and so shall the child: a file that must not grow is then an error of its write().
        done = subprocess.run(command, env=program.environment(), capture_output=True, text=True, timeout=240, restore_signals=False)
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertEqual({p.name: p.read_bytes() for p in out.iterdir()}, before)

    def test_wrong_asks(self):
        out = os.path.join(self.folder, "never")
        for options in (("--quarter", "2025Q5"), ("--quarter", "2025Q3", "--format", "csv"), ("--quarter", "2025Q3", "--summary"),
                        ("--quarter", "2025Q3", "--as-of", "2025-01-01"), ("--summary", "--format", "gpkg")):
            done = run("report", self.demo, "--out", out, *options)
            self.assertEqual(done.returncode, 2, options)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1)
        self.assertFalse(os.path.exists(out))


if __name__ == "__main__":
    unittest.main()

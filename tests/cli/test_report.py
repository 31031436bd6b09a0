"""`zaitu report` on the demo project: cards, summary and ledgers as a user gets them, checked by other programs."""
import csv
import io
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as xml
import zipfile

from osgeo import ogr

ZAITU = os.environ.get("ZAITU", "zaitu")
SHEET = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def run(*arguments, expect=0):
    done = subprocess.run([ZAITU, *map(str, arguments)], capture_output=True, text=True, timeout=240)
    if done.returncode != expect:
        raise AssertionError(f"zaitu {' '.join(map(str, arguments))}: exit {done.returncode}, not {expect}\n{done.stderr}")
    return done


def text_of(pdf):
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s+", "", done.stdout)  # what poppler sets between words is its own choice


def wan(area_m2):
    """万㎡ with two decimals, half away from zero, as the product shows floor area."""
    hundredths = int(abs(area_m2) / 100 + 0.5 + 1e-9)
    return ("-" if area_m2 < 0 and hundredths else "") + f"{hundredths // 100}.{hundredths % 100:02d}"


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        cls.project = cls.root / "demo.sqlite"
        run("init", cls.project, "--demo")
        rows = json.loads(run("list", cls.project, "parcels", "--as-of", "2025-12-31", "--json").stdout)["rows"]
        cls.parcels = rows
        cls.code = next(row["code"] for row in rows if row["stage"])

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def report(self, name, *arguments):
        out = self.root / name
        done = run("report", self.project, "--as-of", "2025-12-31", "--out", out, "--json", *arguments)
        files = json.loads(done.stdout)["files"]
        for file in files:
            self.assertTrue(pathlib.Path(file["path"]).is_file())
        # Nothing else was left in the folder.
        self.assertEqual(sorted(p.name for p in out.iterdir()), sorted(pathlib.Path(f["path"]).name for f in files))
        return files

    def test_parcel_card(self):
        files = self.report("card", "--parcel", self.code)
        self.assertEqual([(f["kind"], f["subject"]) for f in files], [("parcel-card", self.code)])
        text = text_of(files[0]["path"])
        row = next(r for r in self.parcels if r["code"] == self.code)
        for wanted in (self.code, row["stage"], "截至2025-12-31", "含示意数据", "©OpenStreetMapcontributors", "椭球面积", "依据与来源"):
            self.assertIn(re.sub(r"\s", "", wanted), text)
        fonts = subprocess.run(["pdffonts", files[0]["path"]], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
        self.assertTrue(fonts)
        for line in fonts:
            self.assertRegex(line, r"^[A-Z]{6}\+Noto.*yes yes yes")

    def test_summary_is_one_page_and_agrees_with_supply(self):
        files = self.report("summary", "--summary")
        info = subprocess.run(["pdfinfo", files[0]["path"]], capture_output=True, text=True, check=True).stdout
        self.assertRegex(info, r"Pages:\s+1\n")
        self.assertIn("A4", info)
        text = text_of(files[0]["path"])
        supply = json.loads(run("supply", self.project, "--as-of", "2025-12-31", "--by", "circle,certainty", "--json").stdout)
        self.assertIn(wan(supply["counted"]), text)
        self.assertIn(f"{supply['missing_area']}个缺面积", text)
        for target in supply["targets"]:
            self.assertIn(wan(target["target"]) + "万㎡", text)
            word = "缺口" if target["gap"] > 0 else "超出"
            self.assertIn(word + wan(abs(target["gap"])), text)
        by_circle = {}
        for group in supply["groups"]:
            by_circle[group["circle"]] = by_circle.get(group["circle"], 0) + group["counted"]
        for counted in by_circle.values():
            self.assertIn(wan(counted), text)

    def test_the_same_input_gives_the_same_bytes(self):
        for form in ("pdf", "xlsx", "csv"):
            first = self.report("a_" + form, "--summary", "--format", form)
            second = self.report("b_" + form, "--summary", "--format", form)
            for a, b in zip(first, second):
                self.assertEqual(pathlib.Path(a["path"]).read_bytes(), pathlib.Path(b["path"]).read_bytes())

    def test_xlsx_ledger(self):
        (file,) = self.report("xlsx", "--where", "stage = 'S5'", "--format", "xlsx")
        wanted = [row for row in self.parcels if row["stage"] == "S5"]
        self.assertTrue(wanted)
        book = ogr.Open(file["path"])
        layer = book.GetLayer(0)
        # GDAL takes the header for field names; the total row is a feature.
        self.assertEqual(layer.GetFeatureCount(), len(wanted) + 1)
        with zipfile.ZipFile(file["path"]) as archive:
            sheet = xml.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        totals = 0
        for cell in sheet.iterfind(".//m:c", SHEET):
            formula = cell.find("m:f", SHEET)
            if formula is None:
                continue
            column = re.match(r"[A-Z]+", cell.get("r")).group()
            self.assertEqual(formula.text, f"SUM({column}2:{column}{len(wanted) + 1})")
            values = [float(c.find("m:v", SHEET).text) for c in sheet.iterfind(".//m:c", SHEET)
                      if re.fullmatch(column + r"\d+", c.get("r")) and c.find("m:f", SHEET) is None
                      and c.get("t") is None and c.find("m:v", SHEET) is not None]
            self.assertAlmostEqual(float(cell.find("m:v", SHEET).text), sum(values), places=3)
            totals += 1
        self.assertGreater(totals, 0)

    def test_csv_ledger(self):
        (file,) = self.report("csv", "--where", "stage = 'S5'", "--format", "csv")
        raw = pathlib.Path(file["path"]).read_bytes()
        self.assertTrue(raw.startswith(b"\xef\xbb\xbf"))
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        self.assertEqual(len({len(row) for row in rows}), 1)
        end = next(i for i, row in enumerate(rows) if not any(row))
        self.assertEqual(sorted(row[0] for row in rows[1:end]),
                         sorted(row["code"] for row in self.parcels if row["stage"] == "S5"))
        notes = "".join(row[0] for row in rows[end:])
        for wanted in ("截至：2025-12-31", "计数规则", "示意数据"):
            self.assertIn(wanted, notes)

    def test_project_card_has_its_parcels(self):
        projects = json.loads(run("list", self.project, "projects", "--json").stdout)["rows"]
        code = projects[0]["code"]
        (file,) = self.report("project", "--project", code)
        self.assertEqual((file["kind"], file["subject"]), ("project-card", code))
        self.assertIn(code, text_of(file["path"]))

    def test_wrong_asks(self):
        out = self.root / "never"
        done = run("report", self.project, "--parcel", self.code[:-1] + "X", "--out", out, expect=2)
        self.assertIn(self.code[:-1] + "X", done.stderr)
        self.assertIn("near: ", done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1)
        self.assertIn("no project", run("report", self.project, "--project", "nowhere", "--out", out, expect=2).stderr)
        run("report", self.project, "--where", "no_such_column = 1", "--out", out, expect=2)
        run("report", self.project, "--out", out, expect=2)
        self.assertFalse(out.exists())

    def test_a_place_that_cannot_be_written(self):
        blocker = self.root / "file"
        blocker.write_text("not a folder")
        before = sorted(p.name for p in self.root.iterdir())
        done = run("report", self.project, "--summary", "--out", blocker / "deep", expect=5)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1)
        if os.geteuid() != 0:
            closed = self.root / "closed"
            closed.mkdir(mode=0o500)
            run("report", self.project, "--summary", "--out", closed, expect=5)
            self.assertEqual(list(closed.iterdir()), [])
            closed.rmdir()
        self.assertEqual(sorted(p.name for p in self.root.iterdir()), before)


if __name__ == "__main__":
    unittest.main()

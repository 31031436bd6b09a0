"""zaitu import: real layers against GDAL's own transformation, wrong files, strictness, and no trace after a failure."""
import json
import math
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

from osgeo import gdal, ogr, osr

gdal.UseExceptions()
gdal.SetConfigOption("GDAL_PAM_ENABLED", "NO")
ZAITU = os.environ["ZAITU"]
DATA = pathlib.Path(os.environ["ZAITU_SOURCE"]) / "tests" / "data"
SEOUL = DATA / "seoul_gangnam_parcels" / "Parcels.shp"
PRAGUE = DATA / "prague_bubenec_plots" / "bubenec.gpkg"


def features(source, layer=0):
    """(attributes, area) of every feature, read while the dataset is alive: a layer dies with its dataset."""
    dataset = ogr.Open(str(source))
    rows = dataset.GetLayerByName(layer) if isinstance(layer, str) else dataset.GetLayer(layer)
    found = []
    for feature in rows:
        shape = feature.GetGeometryRef()
        found.append((feature.items(), shape.GetArea() if shape else 0.0))
    return found


def listing(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in pathlib.Path(folder).rglob("*") if p.is_file()}


class ImportTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="zaitu-test-"))
        (self.folder / "tmp").mkdir()
        self.project = self.folder / "p.sqlite"
        self.environment = dict(os.environ, TMPDIR=str(self.folder / "tmp"))

    def tearDown(self):
        self.assertEqual(list((self.folder / "tmp").iterdir()), [], "temporary files were left behind")
        shutil.rmtree(self.folder)

    def zaitu(self, *words, code=0):
        done = subprocess.run([ZAITU, *map(str, words)], capture_output=True, text=True, env=self.environment, timeout=120)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout[-2000:]} {done.stderr[-2000:]}")
        return done

    def init(self, crs="EPSG:4549"):
        self.zaitu("init", self.project, "--crs", crs)

    def run_import(self, source, *words, kind="parcels", code=0):
        done = self.zaitu("import", self.project, source, "--as", kind, *words, "--json", code=code)
        return json.loads(done.stdout)

    def error(self, *words, code):
        done = self.zaitu(*words, code=code)
        lines = [line for line in done.stderr.splitlines() if line.startswith("error:")]
        self.assertEqual(len(lines), 1, done.stderr)
        return lines[0]

    def count(self, table="parcels"):
        with sqlite3.connect(f"file:{self.project}?mode=ro", uri=True) as database:
            return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def differs_from_gdal(self, source, layer, crs):
        """Largest relative difference of area between what is stored and GDAL's own transformation, row by row."""
        target = osr.SpatialReference()
        target.ImportFromEPSG(int(crs.split(":")[1]))
        target.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        dataset = ogr.Open(str(source))
        rows = dataset.GetLayerByName(layer)
        origin = rows.GetSpatialRef().Clone()
        origin.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        transformation = osr.CoordinateTransformation(origin, target)
        with sqlite3.connect(f"file:{self.project}?mode=ro", uri=True) as database:
            stored = [row[0] for row in database.execute("SELECT area_planar_m2 FROM parcels ORDER BY id")]
        self.assertEqual(len(stored), rows.GetFeatureCount())
        worst = 0.0
        for feature, area in zip(rows, stored):
            shape = feature.GetGeometryRef().Clone()
            shape.Transform(transformation)
            worst = max(worst, abs(area / shape.GetArea() - 1))
        return worst

    def test_real_layers_into_the_usual_and_their_own_crs(self):
        for source, layer, own, count in ((SEOUL, "Parcels", ["EPSG:5186", "EPSG:5179"], 235), (PRAGUE, "plots", ["EPSG:3857", "EPSG:5514"], 407)):
            for crs in ["EPSG:4549", *own]:  # S-JTSK (5514): PROJ has an operation for each of two countries
                with self.subTest(layer=layer, crs=crs):
                    self.project = self.folder / f"{layer}{crs[5:]}.sqlite"
                    self.init(crs)
                    before = listing(source.parent)
                    result = self.run_import(source, "--layer", layer)
                    self.assertEqual((result["read"], result["inserted"], result["rejected"]), (count, count, 0))
                    self.assertLess(self.differs_from_gdal(source, layer, crs), 1e-6)
                    self.assertEqual(listing(source.parent), before, "something was written beside the source")

    def test_areas_are_true_where_the_source_crs_lies(self):
        # EPSG:3857 metres are no metres at 50 degrees north: the stored ellipsoidal areas must not take them for such.
        self.init("EPSG:5514")
        self.run_import(PRAGUE, "--layer", "plots")
        with sqlite3.connect(self.project) as database:
            planar, ellipsoidal = database.execute("SELECT sum(area_planar_m2), sum(area_ellipsoidal_m2) FROM parcels").fetchone()
        web = sum(area for _, area in features(PRAGUE, "plots"))
        self.assertAlmostEqual(web / ellipsoidal, 2.43, delta=0.02)
        self.assertLess(abs(planar / ellipsoidal - 1), 1e-3)

    def test_bad_files_are_one_line_and_leave_the_project_alone(self):
        self.init()
        (self.folder / "text.shp").write_text("this is text")
        (self.folder / "parcels.vrt").write_text("<OGRVRTDataSource/>")
        (self.folder / "cut.csv").write_text('code,name\nA,"x\nB,y\n')
        before = self.project.read_bytes()
        for name, word in (("missing.shp", "missing.shp"), ("text.shp", "format"), ("parcels.vrt", "blocked"), ("cut.csv", "quote")):
            line = self.error("import", self.project, self.folder / name, "--as", "parcels", code=3)
            self.assertIn(word, line)
            self.assertIn(name, line)
        self.assertEqual(self.count(), 0)
        self.assertEqual(self.project.read_bytes(), before)
        self.assertFalse(list(self.folder.glob("*.shx")) + list(self.folder.glob("*.qix")))

    def squares(self, name, corners, codes="P"):
        """A table of squares of 100 m that says no CRS."""
        rows = [f'{codes}{i},"POLYGON(({x} {y},{x + 100} {y},{x + 100} {y + 100},{x} {y + 100},{x} {y}))"' for i, (x, y) in enumerate(corners)]
        (self.folder / name).write_text("code,WKT\n" + "\n".join(rows) + "\n")
        return self.folder / name

    def test_a_crs_is_guessed_only_when_asked_and_the_decision_is_kept(self):
        self.init()
        source = self.squares("naked.csv", [(640000, 3440000), (640200, 3440000), (640400, 3440000)])
        line = self.error("import", self.project, source, "--as", "parcels", code=3)
        for word in ("crs-missing", "EPSG:4549", "--crs guess"):
            self.assertIn(word, line)
        result = self.run_import(source, "--crs", "guess")
        self.assertEqual((result["crs"]["code"], result["crs"]["candidates"][0]["code"]), ("EPSG:4549", "EPSG:4549"))
        self.assertIn("crs-missing", [w["code"] for w in result["warnings"]])
        local = self.squares("local.csv", [(-3500, 2100), (-3300, 2100)], "L")
        self.assertIn("crs-local", [w["code"] for w in self.run_import(local, "--crs", "guess")["warnings"]])
        points = self.folder / "points.csv"
        points.write_text("name,from_x,from_y,to_x,to_y\nA,-4000,2000,636000,3440000\nB,-3000,2000,637000,3440000\nC,-3000,3000,637000,3441000.1\n")
        fitted = self.run_import(local, "--control-points", points, "--on-duplicate", "update")
        self.assertEqual([r["point"] for r in fitted["crs"]["residuals"]], ["A", "B", "C"])
        self.assertLess(fitted["crs"]["rms"], 0.1)
        text = self.zaitu("import", self.project, local, "--as", "parcels", "--control-points", points, "--dry-run").stdout
        self.assertRegex(text, r"B  [+-]0\.\d{3}")
        self.error("import", self.project, local, "--as", "parcels", "--shift", "mars", code=2)
        with sqlite3.connect(f"file:{self.project}?mode=ro", uri=True) as database:
            first, second, third = (json.loads(row[0])["crs"] for row in database.execute("SELECT decisions FROM imports WHERE kind = 'parcels' ORDER BY id DESC LIMIT 3"))
        self.assertEqual(third["candidates"][0]["code"], "EPSG:4549")
        self.assertEqual(second["definition"], "")
        self.assertEqual(len(first["residuals"]), 3)
        self.assertAlmostEqual(first["parameters"]["a"], 1, places=3)

    def test_crs_is_never_guessed(self):
        self.init()
        for suffix in (".shp", ".shx", ".dbf", ".cpg"):
            shutil.copy(SEOUL.with_suffix(suffix), self.folder / f"naked{suffix}")
        self.assertIn("crs-missing", self.error("import", self.project, self.folder / "naked.shp", "--as", "parcels", code=3))
        result = self.run_import(self.folder / "naked.shp", "--crs", "EPSG:5186")
        self.assertEqual(result["inserted"], 235)
        self.assertEqual(result["crs"]["code"], "EPSG:5186")
        self.assertIn("--crs", result["crs"]["how"])

    def test_gbk_shapefile_without_cpg(self):
        self.init()
        driver = ogr.GetDriverByName("ESRI Shapefile")
        srs = osr.SpatialReference()
        srs.ImportFromEPSG(4549)
        source = driver.CreateDataSource(str(self.folder / "gbk.shp"))
        layer = source.CreateLayer("gbk", srs, ogr.wkbPolygon, ["ENCODING=GBK"])  # GDAL prints a warning about the long name: it is meant
        for name in ("地块编号", "规划建筑面积甲"):
            field = ogr.FieldDefn(name, ogr.OFTString)
            field.SetWidth(40)
            layer.CreateField(field)
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField(0, "闵行-０１")
        feature.SetGeometry(ogr.CreateGeometryFromWkt("POLYGON((640000 3430000,640100 3430000,640100 3430080,640000 3430000))"))
        layer.CreateFeature(feature)
        del layer, source
        (self.folder / "gbk.cpg").unlink()
        with open(self.folder / "gbk.dbf", "r+b") as dbf:
            dbf.seek(29)
            dbf.write(b"\0")  # the language byte says nothing either
        result = self.run_import(self.folder / "gbk.shp")
        self.assertEqual(result["encoding"]["name"], "GB18030")
        self.assertIn("encoding", [w["code"] for w in result["warnings"]])
        rows = json.loads(self.zaitu("list", self.project, "parcels", "--format", "json").stdout)["rows"]
        self.assertEqual(rows[0]["code"], "闵行-０１")
        self.assertAlmostEqual(rows[0]["area"], 4000, places=6)

    def test_xlsx_ledger(self):
        self.init()
        source = ogr.GetDriverByName("XLSX").CreateDataSource(str(self.folder / "ledger.xlsx"))
        layer = source.CreateLayer("台账")
        for name, kind in (("地块编号", ogr.OFTString), ("用地面积（亩）", ogr.OFTReal), ("生效日期", ogr.OFTDate), ("备注", ogr.OFTString)):
            layer.CreateField(ogr.FieldDefn(name, kind))
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField(0, "310112001234567890")
        feature.SetField(1, 15.0)
        feature.SetField(2, "2024/02/29")
        feature.SetField(3, "=1+1")
        layer.CreateFeature(feature)
        del layer, source
        result = self.run_import(self.folder / "ledger.xlsx")
        self.assertEqual(result["inserted"], 1)
        with sqlite3.connect(self.project) as database:
            row = database.execute("SELECT code, area_planned_m2, valid_from, note FROM parcels").fetchone()
        self.assertEqual(row[0], "310112001234567890")
        self.assertTrue(math.isclose(row[1], 10000))
        self.assertEqual(row[2:], ("2024-02-29", "=1+1"))

    def test_messages_are_chinese_when_asked(self):
        self.init()
        ledger = self.folder / "台账.csv"
        rows = ["地块编号,地块名称,规划面积", "MH-01,一号,１２００", "MH-01,重复,900", "MH-02,二号,不详", "合计,,2100"]
        ledger.write_text("\n".join(rows) + "\n", encoding="gb18030")
        asked = ["import", self.project, ledger, "--as", "parcels", "--dry-run", "--json"]
        english, chinese = (json.loads(self.zaitu(*language, *asked).stdout)["warnings"]
                            for language in ([], ["--lang", "zh"]))
        told = [{key: warning[key] for key in ("feature", "field", "code")} for warning in english]
        self.assertEqual(told, [{key: warning[key] for key in told[0]} for warning in chinese])
        codes = {warning["code"] for warning in told}
        self.assertLessEqual({"encoding", "total", "duplicate-id", "fullwidth", "number"}, codes)
        for here, there in zip(english, chinese):
            self.assertNotEqual(here["message"], there["message"])
        messages = {warning["code"]: warning["message"] for warning in chinese}
        self.assertEqual(messages["duplicate-id"], "代码 MH-01 在源文件中重复：本行已拒绝")
        self.assertTrue(messages["encoding"].startswith("文字按 GB18030 读取，属推断"), messages["encoding"])
        self.assertIn("本行是合计：已跳过", messages["total"])
        # The keyword of an error is for programs, in any language.
        (self.folder / "bad.zip").write_bytes(b"PK")
        for language, said in (([], "is no zip archive"), (["--lang", "zh"], "不是 ZIP 压缩包")):
            done = self.zaitu(*language, "import", self.project, self.folder / "bad.zip", "--as", "parcels", code=3)
            self.assertRegex(done.stderr, f"^error: format: bad.zip {said}")

    def test_impossible_stage_events_are_refused_or_told_by_row(self):
        self.init()
        write = lambda name, text: (self.folder / name).write_text(text, encoding="utf-8") and self.folder / name
        self.run_import(write("p.csv", "项目编号,项目名称,路径\nP1,科创大厦,存量改建/自主转型\n"), kind="projects")
        self.run_import(write("f.csv", "分期编号,项目编号,载体面积\nF1,P1,20000\nF2,P1,100\n"), kind="phases")
        events = write("e.csv", "分期编号,阶段,日期,事件类型\n"
                                "F1,S5,2023-06-30,实际\n"    # 1
                                "F1,S5,2024-06-30,实际\n"    # 2: a second actual event of a stage
                                "F1,S6,2023-01-01,实际\n"    # 3: the end before the start
                                "F1,S4,2022-01-01,实际\n"    # 4: not on the pathway: told, and kept
                                "F2,S6,2025-02-30,实际\n"    # 5: no such day
                                "F2,S6,2024-02-29,实际\n"    # 6
                                "F2,S7,2024-02-28,实际\n"    # 7: used before it is completed
                                "F9,S7,2024-02-28,实际\n"    # 8: no such phase
                                "F2,S7,2999-01-01,实际\n")   # 9: later than today: told, and kept
        result = self.run_import(events, kind="events")
        self.assertEqual((result["read"], result["inserted"], result["rejected"]), (9, 4, 5))
        said = {(w["feature"], w["field"], w["code"]): w["message"] for w in result["warnings"]}
        for row, field, code, words in (("2", "date", "duplicate", "already has an actual event, of 2023-06-30"),
                                        ("3", "date", "date", "before the earlier stage S5"),
                                        ("4", "stage", "field", "not on the pathway"), ("5", "date", "date", ""),
                                        ("7", "date", "date", "before the earlier stage S6"), ("8", "phase", "field", "F9"),
                                        ("9", "date", "date", "later than today")):
            self.assertIn((row, field, code), said)
            self.assertIn(words, said[row, field, code])
        supply = json.loads(self.zaitu("supply", self.project, "--as-of", "2024-12-31", "--json").stdout)
        self.assertEqual(supply["counted"], 100)
        self.run_import(events, "--strict", kind="events", code=1)

    def test_strict_is_all_or_nothing(self):
        self.init()
        (self.folder / "a.csv").write_text("地块编号,名称\nA,甲\nA,乙\nB,丙\n")
        result = self.run_import(self.folder / "a.csv", "--strict", code=1)
        self.assertEqual(result["rejected"], 1)
        self.assertEqual(self.count(), 0)
        self.assertEqual(self.count("imports"), 0)
        result = self.run_import(self.folder / "a.csv")
        self.assertEqual((result["read"], result["inserted"], result["rejected"]), (3, 2, 1))
        duplicate = [w for w in result["warnings"] if w["code"] == "duplicate-id"]
        self.assertEqual([w["feature"] for w in duplicate], ["2"])
        self.assertEqual(self.count("imports"), 1)
        self.assertEqual(self.count("import_log"), len(result["warnings"]))

    def test_what_was_imported_is_written_down(self):
        self.init()
        self.run_import(SEOUL)
        with sqlite3.connect(self.project) as database:
            database.row_factory = sqlite3.Row
            row = database.execute("SELECT * FROM imports").fetchone()
        self.assertEqual((row["rows_read"], row["inserted"], row["driver"], row["encoding"]), (235, 235, "ESRI Shapefile", "UTF-8"))
        self.assertEqual(len(row["sha256"]), 64)

    def test_init_refuses_what_is_there_and_leaves_nothing_behind(self):
        self.project.write_text("mine")
        self.assertIn("exists", self.error("init", self.project, "--demo", code=5))
        self.assertEqual(self.project.read_text(), "mine")
        self.error("init", self.folder / "no" / "such" / "p.sqlite", code=5)
        self.error("init", self.folder / "x.sqlite", "--crs", "EPSG:999999", code=2)
        self.assertFalse((self.folder / "x.sqlite").exists())

    def test_export_round_trip(self):
        self.init("EPSG:5186")
        self.run_import(SEOUL, "--map", "code=A1")
        for name in ("out.gpkg", "out.shp", "out.csv", "out.xlsx", "out.fgb"):
            with self.subTest(name=name):
                self.zaitu("export", self.project, "parcels", self.folder / name)
                self.assertEqual(len(features(self.folder / name)), 235)
        codes = {row["code"] for row, _ in features(self.folder / "out.gpkg", "parcels")}
        self.assertEqual(codes, {row["A1"] for row, _ in features(SEOUL)})
        style = features(self.folder / "out.gpkg", "layer_styles")[0][0]
        self.assertIn("categorizedSymbol", style["styleQML"])

    def sources(self):
        rows = json.loads(self.zaitu("list", self.project, "parcels", "--format", "json", "--with-source").stdout)["rows"]
        return {row["code"]: row["source"] for row in rows}

    def test_columns_without_a_field_are_kept_as_they_are_written(self):
        self.init("EPSG:5186")
        self.run_import(SEOUL, "--map", "code=A1")
        written = {row["A1"]: {name: value for name, value in row.items() if name != "A1" and value is not None}
                   for row, _ in features(SEOUL)}
        kept = self.sources()
        self.assertEqual(kept.keys(), written.keys())
        for code, cells in kept.items():
            self.assertTrue(cells, code)
            for name, value in cells.items():
                self.assertEqual(value, written[code][name], f"{code} {name}")
        # What is undone is not shown, and comes back; another import in its place does not inherit it.
        self.zaitu("undo", self.project)
        self.assertEqual(self.sources(), {})
        self.zaitu("redo", self.project)
        self.assertEqual(self.sources(), kept)
        self.zaitu("undo", self.project)
        other = self.folder / "other.csv"
        other.write_text("code,旧编号\nA,0012345678901234567890\n", encoding="utf-8")
        self.run_import(other)
        self.assertEqual(self.sources(), {"A": {"旧编号": "0012345678901234567890"}})

    def test_rows_with_a_taken_code_can_be_kept_beside_each_other(self):
        self.init()
        twice = self.folder / "twice.csv"
        twice.write_text("code,name\nA,one\nA,two\nB,three\n", encoding="utf-8")
        told = self.run_import(twice, "--on-duplicate", "keep")
        self.assertEqual((told["read"], told["inserted"], told["rejected"]), (3, 3, 0))
        self.assertEqual([w["code"] for w in told["warnings"]].count("duplicate-id"), 1)
        self.run_import(twice, "--on-duplicate", "keep")
        self.assertEqual(sorted(self.sources()), ["A", "A#2", "A#3", "A#4", "B", "B#2"])
        self.assertIn("reject, update or keep", self.error("import", self.project, twice, "--as", "parcels",
                                                           "--on-duplicate", "merge", code=2))

    def test_any_file_can_be_tried(self):
        source = self.folder / "地块.csv"
        source.write_text("地块编号,名称,WKT,责任人\nSZ-1,枫桥,\"POLYGON((557000 3464000,557100 3464000,557100 3464080,557000 3464080,"
                          "557000 3464000))\",王\n", encoding="gb18030")
        tool = pathlib.Path(os.environ["ZAITU_SOURCE"]) / "tools" / "try-import"
        done = subprocess.run([tool, source], capture_output=True, text=True, env=self.environment, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertIn("FEATURES 1", lines)
        for wanted in ("code=SZ-1", "地块编号=SZ-1", "area=8000.00", "责任人=王"):
            self.assertIn(wanted, lines[-1].split(" | "))
        self.assertRegex(done.stdout, "(?m)^warning: encoding: ")
        self.assertRegex(done.stdout, "(?m)^warning: crs-missing: ")
        lost = subprocess.run([tool, self.folder / "none.shp"], capture_output=True, text=True, env=self.environment, timeout=120)
        self.assertEqual(lost.returncode, 3)
        self.assertRegex(lost.stderr, "^error: .*none.shp")


if __name__ == "__main__":
    unittest.main()

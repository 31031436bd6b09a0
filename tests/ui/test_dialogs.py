#!/usr/bin/env python3
"""The window's dialogs, menus and figures under real events, from a file chosen to the rows and files that come of it."""
import json
import pathlib
import shutil
import tempfile
import time
import unittest

from program import SOURCE, run, run_json
from window_driver import DemoWindowCase, Display, Window
from xdnd import drop_file

OPEN_DATA = pathlib.Path(SOURCE) / "data" / "open"


class DialogTest(DemoWindowCase):
    def name(self):
        return self.id().rsplit(".", 1)[1]

    def open(self, **options):
        project = self.copy_of_demo()
        return self.show(project, **options), project

    def open_empty(self):
        project = self.folder / f"{self.name()}.sqlite"
        run_json("init", project)
        window = Window(self.display, ["view", project])
        self.addCleanup(window.close)
        window.wait("the empty project", lambda s: s["document"]["open"] and not s["document"]["busy"])
        return window, project

    def fill(self, window, widget, text):
        window.click(widget)
        window.key("ctrl+a")
        window.type(str(text))

    def import_buildings(self, window):
        """The dialog is open and names the file: look, then import."""
        state = window.wait("what would come of it", lambda s: s["import"].get("read", 0) > 0)
        self.assertIn("name", state["import"]["mapping"])
        self.assertEqual(state["import"]["rejected"], 0)
        rows = state["import"]["read"]
        window.click("import.go")
        return rows

    # ---- Import ----

    def test_import_shows_its_mapping_writes_its_rows_and_is_one_step_of_undo(self):
        window, project = self.open_empty()
        window.key("ctrl+i")
        window.wait("the dialog", lambda s: "import.path" in s["widgets"])
        self.fill(window, "import.path", OPEN_DATA / "osm_sjtu_buildings")
        window.key("Return")  # a folder is entered
        window.click("import.path.entry.buildings.geojson")
        rows = self.import_buildings(window)
        window.wait("the rows", lambda s: not s["document"]["busy"] and s["document"]["can_undo"] and s["document"]["dialog"] == 0)
        self.assertEqual(len(run_json("list", project, "parcels")["rows"]), rows)
        window.click("status")
        window.key("ctrl+z")
        window.wait("nothing more to undo", lambda s: not s["document"]["can_undo"] and s["document"]["can_redo"])
        self.assertEqual(run_json("list", project, "parcels")["rows"], [])

    def test_import_takes_the_whole_rows_of_a_cut_shapefile_when_that_is_ticked(self):
        window, project = self.open_empty()
        run_json("init", self.folder / "source.sqlite", "--demo")
        cut = self.folder / "cut.shp"
        run_json("export", self.folder / "source.sqlite", "parcels", cut)
        rows = len(run_json("list", self.folder / "source.sqlite", "parcels")["rows"])
        with open(cut, "r+b") as file:
            file.truncate(cut.stat().st_size // 2)
        window.key("ctrl+i")
        window.wait("the dialog", lambda s: "import.path" in s["widgets"])
        self.fill(window, "import.path", cut)
        window.key("Tab")
        state = window.wait("the reason", lambda s: s["import"].get("problem"))
        self.assertIn("cut.shp", state["import"]["problem"])
        window.click("import.partial")
        state = window.wait("what would come of it", lambda s: s["import"].get("read", 0) > 0)
        whole = rows - state["import"]["rejected"]
        self.assertTrue(0 < whole < rows)
        self.assertEqual(state["import"]["read"], rows)
        window.click("import.go")
        window.wait("the rows", lambda s: not s["document"]["busy"] and s["document"]["can_undo"] and s["document"]["dialog"] == 0)
        self.assertEqual(len(run_json("list", project, "parcels")["rows"]), whole)

    def test_import_says_why_a_file_cannot_be_read_and_writes_nothing(self):
        window, project = self.open_empty()
        bad = self.folder / "words.shp"
        bad.write_text("these are words")
        window.key("ctrl+i")
        window.wait("the dialog", lambda s: "import.path" in s["widgets"])
        self.fill(window, "import.path", bad)
        window.key("Tab")
        state = window.wait("the reason", lambda s: s["import"].get("problem"))
        self.assertIn("words.shp", state["import"]["problem"])
        window.click("import.go")
        time.sleep(0.5)
        self.assertNotEqual(window.state()["document"]["dialog"], 0, "there is nothing to import")
        window.key("Escape", "Escape")
        window.wait("the dialog gone", lambda s: s["document"]["dialog"] == 0)
        self.assertEqual(run_json("list", project, "parcels")["rows"], [])

    def test_a_file_dropped_on_the_window_opens_the_import_with_it(self):
        window, project = self.open_empty()
        drop_file(self.display.name, OPEN_DATA / "osm_sjtu_buildings" / "buildings.geojson", 640, 400)
        window.wait("the dialog", lambda s: "import.path" in s["widgets"])
        rows = self.import_buildings(window)
        window.wait("the rows", lambda s: not s["document"]["busy"] and s["document"]["can_undo"])
        self.assertEqual(len(run_json("list", project, "parcels")["rows"]), rows)

    def shapefile_without_words(self):
        """Ten parcels beside the demo's, as survey companies send them: GBK texts, neither .cpg nor .prj."""
        from osgeo import ogr
        folder = self.folder / self.name()
        folder.mkdir()
        source = folder / "parcels.shp"
        dataset = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(str(source))
        layer = dataset.CreateLayer("parcels", None, ogr.wkbPolygon, ["ENCODING=GBK"])
        layer.CreateField(ogr.FieldDefn("DKBH", ogr.OFTString))
        layer.CreateField(ogr.FieldDefn("DKMC", ogr.OFTString))
        for i in range(10):
            x, y = 637000 + 150 * (i % 5), 3434500 + 150 * (i // 5)
            feature = ogr.Feature(layer.GetLayerDefn())
            feature["DKBH"], feature["DKMC"] = f"新测-{i:03}", f"枫桥路{i}号地块"
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON(({x} {y},{x} {y + 120},{x + 120} {y + 120},{x + 120} {y},{x} {y}))"))
            layer.CreateFeature(feature)
        layer = dataset = None
        (folder / "parcels.cpg").unlink()
        content = bytearray((folder / "parcels.dbf").read_bytes())
        content[29] = 0  # the language it may name
        (folder / "parcels.dbf").write_bytes(content)
        return source

    def test_import_shows_where_a_layer_without_crs_and_code_page_lies(self):
        window, project = self.open()
        window.ready()
        window.key("ctrl+i")
        window.wait("the dialog", lambda s: "import.path" in s["widgets"])
        self.fill(window, "import.path", self.shapefile_without_words())
        window.key("Tab")
        state = window.wait("what would come of it", lambda s: s["import"].get("read") == 10)
        self.assertEqual((state["import"]["crs"], state["import"]["outlines"]), ("EPSG:4549", 10))
        self.assertIn("枫桥路0号地块", state["import"]["texts"])
        self.assertIn("import.map", state["widgets"])
        window.click("import.crs_list")
        window.wait("the candidates", lambda s: "crs.2385" in s["widgets"])
        window.click("crs.2385")  # Xian 1980, at the same place
        window.wait("the other CRS", lambda s: s["import"].get("crs") == "EPSG:2385")
        window.click("import.crs_list")
        window.click("crs.4549")
        window.wait("the first CRS again", lambda s: s["import"].get("crs") == "EPSG:4549")
        window.click("import.encoding")
        window.click("encoding.ISO-8859-1")
        window.wait("nonsense", lambda s: s["import"].get("texts") and "枫桥路0号地块" not in s["import"]["texts"])
        window.click("import.encoding")
        window.click("encoding.GB18030")
        window.wait("texts again", lambda s: "枫桥路0号地块" in s["import"].get("texts", []))
        window.click("import.go")
        window.wait("the rows", lambda s: not s["document"]["busy"] and s["document"]["can_undo"] and s["document"]["dialog"] == 0)
        rows = [row for row in run_json("list", project, "parcels")["rows"] if row["code"].startswith("新测")]
        self.assertEqual(len(rows), 10)
        self.assertAlmostEqual(rows[0]["area"], 120 * 120, places=3)

    # ---- Open ----

    def test_open_dialog_opens_the_chosen_project(self):
        window = Window(self.display, [])
        self.addCleanup(window.close)
        window.wait("the start page", lambda s: "start.open" in s["widgets"])
        window.click("start.open")
        window.wait("the dialog", lambda s: "open.path" in s["widgets"])
        self.fill(window, "open.path", self.demo)
        window.key("Return")
        state = window.ready()
        self.assertEqual(state["document"]["project"], str(self.demo))
        self.assertFalse(state["document"]["can_undo"], "what made the demo is not undone")

    def test_a_damaged_project_goes_on_from_its_backup_or_from_what_is_left_of_it(self):
        window, project = self.open()
        window.close()
        run_json("import", project, OPEN_DATA / "osm_sjtu_buildings" / "buildings.geojson", "--as", "parcels")
        window = self.show(project)
        backup = project.with_name(project.name + ".bak1")
        end = time.monotonic() + 30
        while not backup.exists() and time.monotonic() < end:
            time.sleep(0.1)
        self.assertTrue(backup.exists(), "kept when it was opened")
        window.close()
        whole = project.read_bytes()
        damaged = bytearray(whole)
        for page in range(60, len(whole) // 4096, 9):
            damaged[page * 4096 + 1999] ^= 4
        project.write_bytes(damaged)
        for answer, name in (("damaged.backup", "backup"), ("damaged.recover", "recovered")):
            window = Window(self.display, ["view", project])
            self.addCleanup(window.close)
            state = window.wait("what can be done", lambda s: answer in s["widgets"])  # pylint: disable=cell-var-from-loop
            self.assertEqual(state["document"]["notices"], [], "told in one place")
            window.click(answer)
            state = window.ready()
            went_on = project.with_stem(f"{project.stem}-{name}")
            self.assertEqual(state["document"]["project"], str(went_on))
            window.close()
            self.assertEqual(project.read_bytes(), bytes(damaged), "the damaged file stays as it is")
            self.assertTrue(run_json("verify", went_on)["ok"])
        lost = went_on.with_suffix(".lost.csv").read_text(encoding="utf-8-sig").splitlines()
        self.assertGreater(len(lost), 1)
        self.assertEqual({line.count(",") >= 3 for line in lost}, {True}, lost)

    # ---- Export ----

    def written(self, window, folder, ending):
        window.wait("word of it", lambda s: s["document"]["notices"] and not s["document"]["busy"] and s["document"]["dialog"] == 0)
        self.assertEqual([n for n in window.state()["document"]["notices"] if n["error"]], [])
        files = list(folder.glob(f"*{ending}"))
        self.assertEqual(len(files), 1, window.state()["document"]["notices"])
        return files[0]

    def open_export(self, window, what):
        window.key("ctrl+e")
        window.wait("the dialog", lambda s: "export.go" in s["widgets"])
        window.click(what)

    def test_export_of_a_layer_holds_what_the_command_line_exports(self):
        window, project = self.open()
        self.open_export(window, "export.layer")
        window.click("export.format.geojson")
        window.wait("the format", lambda s: s["export"]["format"] == "geojson")
        window.click("export.go")
        file = self.written(window, self.folder / f"{self.name()}-reports", ".geojson")
        told = self.folder / "parcels.geojson"
        run_json("export", project, "parcels", told, LC_ALL="zh_CN.UTF-8", LANG="zh_CN.UTF-8")  # the window's language
        ours = json.loads(file.read_text(encoding="utf-8"))["features"]
        theirs = json.loads(told.read_text(encoding="utf-8"))["features"]
        self.assertEqual(ours, theirs)

    def test_export_of_the_map_is_the_view_as_a_picture(self):
        window, _ = self.open()
        self.open_export(window, "export.map")
        window.click("export.size.1600x1000")
        window.click("export.go")
        file = self.written(window, self.folder / f"{self.name()}-reports", ".png")
        data = file.read_bytes()
        self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual((int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")), (1600, 1000))
        self.assertGreater(len(data), 50000, "land and labels, not an empty sheet")

    def test_the_quarterly_package_is_written_from_the_dialog(self):
        window, project = self.open()
        window.go_to("2025-08-15")
        self.open_export(window, "export.quarter")
        window.click("export.go")
        folder = self.folder / f"{self.name()}-reports"
        files = {ending: self.written(window, folder, ending) for ending in (".pdf", ".xlsx", ".gpkg")}
        self.assertEqual({file.stem for file in files.values()}, {"quarter_2025Q3"})
        told = self.folder / "told"
        run_json("report", project, "--quarter", "2025Q3", "--out", told, LC_ALL="zh_CN.UTF-8", LANG="zh_CN.UTF-8")
        for file in files.values():
            self.assertEqual(file.read_bytes(), (told / file.name).read_bytes(), "as the command line writes it")

    def test_the_inspector_writes_the_card_of_its_parcel(self):
        window, project = self.open()
        first = run_json("list", project, "parcels")["rows"][0]["code"]
        window.click("top.search")
        window.type(first[:9])  # the part that every keyboard has
        window.wait("a parcel found", lambda s: "search.hit.0" in s["widgets"])
        window.key("Return")
        code = window.wait("the parcel", lambda s: s["inspector"].get("parcel"))["inspector"]["parcel"]
        self.assertTrue(code.startswith(first[:9]))
        window.click("inspector.report")
        file = self.written(window, self.folder / f"{self.name()}-reports", ".pdf")
        self.assertIn(code, file.name)
        self.assertEqual(file.read_bytes()[:5], b"%PDF-")

    # ---- The clock ----

    def test_play_moves_quarter_by_quarter_until_it_is_stopped(self):
        window, _ = self.open()
        last = window.ready()["document"]["as_of"]
        window.click("top.play")
        first = window.wait("the first quarter", lambda s: s["document"]["as_of"] < last)["document"]["as_of"]
        window.wait("another quarter", lambda s: first < s["document"]["as_of"] < last
                    and s["document"]["counted_as_of"] == s["document"]["as_of"])
        window.click("top.play")
        stopped = window.wait("the stop", lambda s: not s["document"]["playing"])["document"]["as_of"]
        time.sleep(2)
        self.assertEqual(window.state()["document"]["as_of"], stopped)

    # ---- The figure ----

    def test_the_headline_says_how_it_is_counted(self):
        window, _ = self.open()
        state = window.ready()
        window.move(*window.place("top.headline", 0.2))
        card = window.wait("the card", lambda s: s["headline"])["headline"]
        self.assertEqual(card["headline.as_of"], state["document"]["as_of"])
        self.assertEqual(card["headline.rule"], state["document"]["rule"])
        self.assertIn(str(state["document"]["counted_phases"]), card["headline.rows"])
        self.assertIn("大零号湾", card["headline.target_scope"])
        self.assertIn("全部", card["headline.scope"])
        self.assertIn("大零号湾", card["headline.compare"], "the two scopes differ and it is said")

    def test_the_rows_behind_the_figure_add_up_to_it(self):
        window, _ = self.open()
        window.ready()
        window.click("top.headline", 0.2)
        state = window.wait("the ledger of its rows", lambda s: s["ledger"]["kind"] == "phases"
                            and s["ledger"]["rows"] == s["document"]["counted_phases"])
        self.assertAlmostEqual(state["ledger"]["totals"]["counted"], state["document"]["counted"], places=6)
        window.click("ledger.all")
        window.wait("all rows", lambda s: s["ledger"]["rows"] > s["document"]["counted_phases"])

    # ---- Keys ----

    def test_a_chord_shorter_than_a_frame_is_obeyed(self):
        window, _ = self.open()
        for text in ("abc", "de"):
            window.click("top.search")
            window.type(text)
            window.short_chord("ctrl", "a")
            window._x("type", "--delay", "1", "x930")
            window._x("key", "--delay", "0", "Home", "Delete")
            window.wait("what was typed last, alone", lambda s: s["search"]["text"] == "930")
            window.key("Escape")
            window.click("status")

    def test_escape_closes_a_menu_and_leaves_the_selection(self):
        window, _ = self.open()
        window.click("top.search")
        window.type("930")
        window.wait("a project found", lambda s: "search.hit.0" in s["widgets"])
        window.key("Return")
        window.wait("the project", lambda s: s["document"]["selected_projects"])
        window.click("top.rule")
        window.wait("the menu", lambda s: "rule.net" in s["widgets"])
        window.key("Escape")
        state = window.wait("the menu gone", lambda s: "rule.net" not in s["widgets"])
        self.assertTrue(state["document"]["selected_projects"])

    def test_nothing_of_a_new_demo_can_be_undone(self):
        window, project = self.open()
        self.assertFalse(window.ready()["document"]["can_undo"])
        window.key("ctrl+z")
        time.sleep(1)
        self.assertEqual(len(run_json("list", project, "parcels")["rows"]), len(run_json("list", self.demo, "parcels")["rows"]))
        self.assertEqual(run("undo", project).returncode, 1)


class FineScreenTest(unittest.TestCase):
    """Twice the pixels: everything is twice as large, and shows the same."""

    def test_widgets_and_labels_are_twice_as_large(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="zaitu-fine-test-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        project = folder / "demo.sqlite"
        run_json("init", project, "--demo")
        states = []
        for scale in (1, 2):
            display = Display(1280 * scale, 800 * scale)
            window = Window(display, ["view", project], 1280 * scale, 800 * scale, environment={"ZAITU_UI_SCALE": str(scale)})
            try:
                states.append(window.ready())
            finally:
                window.close()
                display.close()
        one, two = states
        for key in ("top.export", "top.clock", "layers.theme", "map.fit"):
            for i in range(4):
                self.assertAlmostEqual(two["widgets"][key][i], 2 * one["widgets"][key][i], delta=8, msg=key)
        self.assertAlmostEqual(two["map"]["m_per_px"] * 2, one["map"]["m_per_px"], delta=one["map"]["m_per_px"] * 0.2)
        self.assertAlmostEqual(two["map"]["labels"], one["map"]["labels"], delta=max(4, one["map"]["labels"] * 0.3))


if __name__ == "__main__":
    unittest.main()

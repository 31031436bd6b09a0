#!/usr/bin/env python3
"""The window under real events: open, pan, zoom, click a parcel, move the clock, export, edit and undo, rest."""
import json
import math
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

from osgeo import ogr

from window_driver import DemoWindowCase, Display, map_to_screen, Window, ZAITU


def zaitu(*arguments):
    done = subprocess.run([ZAITU, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"zaitu {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


class WindowTest(DemoWindowCase):
    def open(self, **options):
        project = self.copy_of_demo()
        return self.show(project, **options), project

    def parcel_in_view(self, window):
        """A parcel whose middle lies well inside the map, away from project marks: code and screen place."""
        state = window.ready()
        left, top, width, height = state["map"]["rect"]
        for share_y in (0.45, 0.55, 0.35, 0.65, 0.5):
            for share_x in (0.5, 0.55, 0.45, 0.6, 0.4, 0.65, 0.35):
                x, y = left + width * share_x, top + height * share_y
                window.move(x, y)
                hovered = window.wait("the cursor", lambda s, x=x, y=y: self.cursor_is(s, x, y))["map"]["hovered"]
                if hovered:
                    return hovered, x, y
        self.fail("no parcel under any of the places tried")

    @staticmethod
    def cursor_is(state, x, y):
        cursor = map_to_screen(state, *state["map"]["cursor"])
        return abs(cursor[0] - round(x)) < 1.5 and abs(cursor[1] - round(y)) < 1.5

    def test_the_demo_opens_with_map_labels_and_figure(self):
        window, project = self.open()
        state = window.ready()
        self.assertEqual(state["document"]["project"], str(project))
        self.assertGreater(state["map"]["labels"], 5)
        self.assertGreater(state["document"]["counted"], 0)
        self.assertEqual(state["document"]["notices"], [])

    def test_a_window_larger_than_the_screen_is_made_to_fit(self):
        window, _ = self.open(width=1920, height=1200)
        self.assertEqual(window.ready()["window"], [0, 0, 1280, 800])

    def test_dragging_moves_the_map_by_as_much_as_the_mouse(self):
        window, _ = self.open()
        before = window.ready()
        left, top, width, height = before["map"]["rect"]
        x, y = left + width / 2, top + height / 2
        window.drag(x, y, x - 120, y + 60)
        scale = before["map"]["m_per_px"]
        wanted = [before["map"]["centre"][0] + 120 * scale, before["map"]["centre"][1] + 60 * scale]
        after = window.wait("the map to move", lambda s: abs(s["map"]["centre"][0] - wanted[0]) < 3 * scale
                            and abs(s["map"]["centre"][1] - wanted[1]) < 3 * scale)
        self.assertEqual(after["map"]["m_per_px"], scale)
        self.assertEqual(after["document"]["selected_parcels"], [], "a drag is no click")

    def test_the_wheel_keeps_the_place_under_the_cursor(self):
        window, _ = self.open()
        state = window.ready()
        left, top, width, height = state["map"]["rect"]
        x, y = round(left + width * 0.3), round(top + height * 0.4)
        window.move(x, y)
        before = window.wait("the cursor", lambda s: self.cursor_is(s, x, y))
        window.wheel(x, y, 3)
        scale = before["map"]["m_per_px"]
        after = window.wait("a larger scale", lambda s: s["map"]["m_per_px"] < scale * 0.5 and s["map"]["settled"])
        for i in range(2):
            self.assertLess(abs(after["map"]["cursor"][i] - before["map"]["cursor"][i]), 1.5 * after["map"]["m_per_px"])

    def test_a_click_on_a_parcel_fills_the_inspector_and_escape_clears(self):
        window, project = self.open()
        code, x, y = self.parcel_in_view(window)
        window.click_at(x, y)
        state = window.wait("the inspector", lambda s: s["inspector"].get("parcel") == code)
        self.assertEqual(len(state["document"]["selected_parcels"]), 1)
        rows = json.loads(zaitu("list", project, "parcels", "--where", f"code = '{code}'", "--format", "json"))["rows"]
        self.assertEqual(rows[0]["code"], code)
        window.key("Escape")
        window.wait("an empty selection", lambda s: s["document"]["selected_parcels"] == [])

    def test_shift_drag_selects_the_parcels_in_the_box(self):
        window, _ = self.open()
        state = window.ready()
        left, top, width, height = state["map"]["rect"]
        window._x("keydown", "shift")
        try:
            window.drag(left + width * 0.35, top + height * 0.35, left + width * 0.7, top + height * 0.75)
        finally:
            window._x("keyup", "shift")
        window.wait("several parcels", lambda s: len(s["document"]["selected_parcels"]) > 3)

    def draw(self, window, shares):
        """Clicks at shares of the map; the places in the project's CRS, where the boundary caught them."""
        places = []
        for share_x, share_y in shares:
            left, top, width, height = window.ready()["map"]["rect"]
            x, y = left + width * share_x, top + height * share_y
            window.move(x, y)
            state = window.wait("the cursor", lambda s, x=x, y=y: self.cursor_is(s, x, y))["map"]
            places.append(state["snapped"][:2] if "snapped" in state else state["cursor"])
            window.click_at(x, y)
            window.wait("a corner", lambda s, n=len(places): s["map"]["sketch"] == n)
        return places

    def test_a_drawn_area_selects_the_parcels_it_meets(self):
        window, project = self.open()
        window.ready()
        window.key("p")
        window.wait("the tool", lambda s: s["map"]["tool"] == "select_area")
        ring = self.draw(window, [(0.3, 0.3), (0.7, 0.4), (0.6, 0.75), (0.35, 0.6)])
        window.key("Return")
        state = window.wait("a selection", lambda s: s["document"]["selected_parcels"] and s["map"]["sketch"] == 0)
        area = ogr.CreateGeometryFromWkt("POLYGON((%s))" % ",".join(f"{x!r} {y!r}" for x, y in [*ring, ring[0]]))
        as_of, meets = state["document"]["as_of"], set()
        source = ogr.Open(str(project))
        for parcel in source.GetLayerByName("parcels"):
            begins, ends = parcel.GetField("valid_from"), parcel.GetField("valid_to")
            in_force = (begins or "0").replace("/", "-") <= as_of < (ends or "9").replace("/", "-")
            if in_force and parcel.GetGeometryRef() and parcel.GetGeometryRef().Intersects(area):
                meets.add(parcel.GetFID())
        self.assertEqual(set(state["document"]["selected_parcels"]), meets)
        self.assertGreater(len(meets), 3)
        window.key("Escape")
        window.wait("the pointer again", lambda s: s["map"]["tool"] == "select" and "snapped" not in s["map"])

    def test_a_double_click_ends_a_measured_line_on_the_boundaries_it_caught(self):
        window, _ = self.open()
        left, top, width, height = window.ready()["map"]["rect"]
        window.key("m")
        window.wait("the tool", lambda s: s["map"]["tool"] == "measure")
        x, y = left + width * 0.6, top + height * 0.4
        # On a slow machine both clicks may come within one frame, or too far apart: a hand would try again.
        for _ in range(8):
            first = self.draw(window, [(0.3, 0.5)])[0]
            window.move(x, y)
            state = window.wait("the cursor", lambda s: self.cursor_is(s, x, y))["map"]
            last = state["snapped"][:2] if "snapped" in state else state["cursor"]
            window._x("click", "--repeat", 2, "--delay", 60, 1)
            time.sleep(1)
            if window.ready()["map"]["sketch_closed"]:
                break
            window.key("Escape")
            window.wait("nothing drawn", lambda s: s["map"]["sketch"] == 0)
        window.move(left + width * 0.5, top + height * 0.8)  # a finished line does not follow the mouse
        state = window.wait("the line", lambda s: s["map"]["sketch"] == 2 and "measured" in s["map"])["map"]
        self.assertAlmostEqual(state["measured"]["length"], math.dist(first, last), places=6)

    def test_the_clock_moves_figure_and_date_together_and_agrees_with_the_command_line(self):
        window, project = self.open()
        before = window.ready()["document"]
        window.click("top.clock", 0.55)
        state = window.wait("another date", lambda s: s["document"]["as_of"] != before["as_of"]
                            and s["document"]["counted_as_of"] == s["document"]["as_of"] and not s["document"]["busy"])
        day = state["document"]["as_of"]
        told = json.loads(zaitu("supply", project, "--as-of", day, "--json"))
        self.assertAlmostEqual(state["document"]["counted"], told["counted"], places=3)
        self.assertNotEqual(state["document"]["counted"], before["counted"])

    def test_the_figure_selects_the_rows_it_was_counted_from(self):
        window, _ = self.open()
        window.ready()
        window.click("top.headline", 0.2)
        state = window.wait("its phases", lambda s: s["document"]["selected_phases"])
        self.assertEqual(len(state["document"]["selected_phases"]), state["document"]["counted_phases"])

    def test_a_killed_window_leaves_what_was_typed_and_its_place_to_the_next(self):
        window, project = self.open()
        code, x, y = self.parcel_in_view(window)
        window.click_at(x, y)
        window.wait("the inspector", lambda s: s["inspector"].get("parcel") == code)
        window.drag(*window.place("splitter.right"), window.place("splitter.right")[0] - 60, window.place("splitter.right")[1])
        self.scroll_to(window, "inspector.edit.name")
        time.sleep(0.5)  # the pane comes to rest
        window.click("inspector.edit.name")
        window.key("ctrl+a")
        window.type("half a sentence")
        kept = pathlib.Path(window.environment["XDG_CONFIG_HOME"]) / "zaitu" / "drafts" / f"{window.process.pid}.json"
        window.wait("the text on disk", lambda s: kept.exists() and "half a sentence" in kept.read_text(encoding="utf-8"))
        second = self.show(project)
        state = second.wait("the first window's name", lambda s: str(window.process.pid) in s["document"].get("other_writer", ""))
        self.assertTrue(state["document"]["read_only"])
        zaitu("import", project, self.one_more_parcel(), "--as", "parcels", "--json")  # a command beside the window
        second.wait("what was changed there", lambda s: s["document"]["revision"] > state["document"]["revision"])
        window.process.kill()
        window.process.wait()
        second.wait("that it is free", lambda s: s["document"].get("other_writer") == "free")
        second.click("writer.take_over")
        second.wait("the project for writing", lambda s: "other_writer" not in s["document"] and not s["document"]["read_only"])
        second.close()
        third = Window(self.display, ["view", project], environment={"XDG_CONFIG_HOME": window.environment["XDG_CONFIG_HOME"]})
        self.addCleanup(third.close)
        third.wait("the text", lambda s: "drafts.copy.0" in s["widgets"])
        third.click("drafts.forget")
        third.wait("the dialog gone", lambda s: s["document"]["dialog"] == 0)
        self.assertFalse(kept.exists())

    def one_more_parcel(self):
        file = self.folder / "more.geojson"
        ring = [[121.4, 31.0], [121.4005, 31.0], [121.4005, 31.0004], [121.4, 31.0]]
        file.write_text(json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"code": "one more"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}]}))
        return file

    def test_an_edit_is_one_step_of_undo_and_survives_in_the_journal(self):
        window, project = self.open()
        code, x, y = self.parcel_in_view(window)
        window.click_at(x, y)
        before = window.wait("the inspector", lambda s: s["inspector"].get("parcel") == code)
        name = before["inspector"].get("name", "")
        window.drag(*window.place("splitter.right"), window.place("splitter.right")[0] - 60, window.place("splitter.right")[1])
        self.scroll_to(window, "inspector.edit.name")
        window.click("inspector.edit.name")
        window.key("ctrl+a")
        window.type("Test block 7")
        window.key("Tab")
        window.wait("the new name", lambda s: s["inspector"].get("name") == "Test block 7" and s["document"]["can_undo"])
        window.click("status")
        window.key("ctrl+z")
        window.wait("the old name", lambda s: s["inspector"].get("name") == name)
        history = json.loads(zaitu("history", project, "--json"))["changes"]
        self.assertEqual(history[0]["kind"], "undo")

    def test_a_changed_parcel_paints_its_own_tiles_again_and_no_others(self):
        window, project = self.open()
        before = window.ready()
        with sqlite3.connect(project) as file:  # another program; the window looks once a second
            codes = [row[0] for row in file.execute("SELECT DISTINCT code FROM land_use_classes")]
            parcel, now = file.execute("SELECT id, land_use_current FROM parcels WHERE valid_to IS NULL LIMIT 1").fetchone()
            other = next(code for code in codes if code != now)
            file.execute("UPDATE parcels SET land_use_current = ? WHERE id = ?", (other, parcel))
        file.close()
        window.click("layers.theme")
        window.click("theme.land_use")
        window.wait("the change", lambda s: s["document"]["revision"] != before["document"]["revision"])
        in_theme = window.wait("the theme", lambda s: s["document"]["theme"] == "land_use" and s["map"]["settled"])
        with sqlite3.connect(project) as file:
            file.execute("UPDATE parcels SET land_use_current = ? WHERE id = ?", (now, parcel))
        file.close()
        after = window.wait("the change back", lambda s: s["document"]["revision"] != in_theme["document"]["revision"]
                            and s["map"]["settled"])
        painted = after["map"]["tiles_painted"] - in_theme["map"]["tiles_painted"]
        visible = in_theme["map"]["tiles_visible"]
        self.assertGreater(visible, 4)
        self.assertLess(painted, visible, "what did not change was painted again")

    def test_a_recorded_path_is_played_and_measured(self):
        path = self.folder / "short.path"
        path.write_text("section pan  # to and fro\nat map 0.5 0.5\ndrag -80 40 5\nsharp\nwheel 1 3\nsharp\n")
        home = self.folder / "replay-home"
        # Of the graphics driver's own leaks LeakSanitizer cannot tell whose they are: the driver is unloaded at the end.
        leaks = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        done = subprocess.run([ZAITU, "view", str(self.demo), "--replay", str(path), "--json"], timeout=120, check=False,
                              env=dict(os.environ, DISPLAY=self.display.name, LIBGL_ALWAYS_SOFTWARE="1", XDG_CONFIG_HOME=str(home),
                                       ASAN_OPTIONS=leaks), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)
        self.assertTrue(told["renderer"])
        self.assertGreater(told["first_map_ms"], 0)
        pan = next(section for section in told["sections"] if section["section"] == "pan")
        self.assertEqual(pan["given_up"], 0)
        self.assertEqual(len(pan["sharp_ms"]), 2)
        self.assertGreaterEqual(pan["frames"], 2 + 7 + 3)
        self.assertGreaterEqual(pan["max"], pan["p50"])
        path.write_text("section pan\njump 3\n")
        done = subprocess.run([ZAITU, "view", str(self.demo), "--replay", str(path)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("line 2", done.stderr)

    def scroll_to(self, window, key):
        """Turns the wheel over the inspector until the widget lies inside the window."""
        for _ in range(40):
            state = window.ready()
            rect = state["widgets"].get(key)
            if rect and 120 < rect[1] < state["window"][3] - 80:
                return
            x, y = window.place("splitter.right", 0.5, 0.5)
            window.wheel(x + 80, y, -2)
        self.fail(f"{key} cannot be reached")

    def test_export_writes_the_summary_page(self):
        window, project = self.open()
        window.key("ctrl+e")
        window.wait("the dialog", lambda s: "export.go" in s["widgets"])
        window.click("export.summary")
        window.click("export.go")
        window.wait("word of it", lambda s: s["document"]["notices"] and not s["document"]["busy"])
        written = list((project.parent / f"{project.stem}-reports").glob("*.pdf"))
        self.assertEqual(len(written), 1, window.state()["document"]["notices"])
        self.assertEqual(written[0].read_bytes()[:5], b"%PDF-")

    def test_language_light_and_panes_are_remembered(self):
        window, _ = self.open()
        window.click("top.language")
        window.wait("English", lambda s: s["document"]["language"] == "en")
        window.click("top.dark")
        window.wait("dark", lambda s: s["document"]["dark"])
        end = time.monotonic() + 20
        while time.monotonic() < end:
            kept = json.loads(window.settings_file.read_text())
            if kept.get("dark") and kept.get("language") == "en":
                break
            time.sleep(0.1)
        self.assertTrue(kept["dark"])
        self.assertEqual(kept["language"], "en")

    def test_unreadable_settings_are_ignored_with_a_word(self):
        window = Window(self.display, [], settings_text="{ not json")
        self.addCleanup(window.close)
        window.wait("the word", lambda s: any("window.json" in n["text"] for n in s["document"]["notices"]))

    def test_a_resting_window_costs_no_processor_time(self):
        window, _ = self.open()
        window.ready()
        time.sleep(8)  # a word in the status bar may still run out
        start, before = time.monotonic(), window.cpu_seconds()
        time.sleep(5)
        share = (window.cpu_seconds() - before) / (time.monotonic() - start)
        print(f"resting window: {share:.2%} of one processor", file=sys.stderr)
        self.assertLess(share, 0.05)


class NoWindowTest(unittest.TestCase):
    """One clear line and exit 5 where a window cannot be."""

    def refused(self, environment):
        with tempfile.TemporaryDirectory() as home:
            # A driver that was unloaded again leaves leaks which no suppression can name.
            sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
            done = subprocess.run([ZAITU, "view"], env=dict(os.environ, XDG_CONFIG_HOME=home, ASAN_OPTIONS=sanitizer, **environment),
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        return done.stderr

    def test_no_display(self):
        self.assertIn("display", self.refused({"DISPLAY": ":4999", "WAYLAND_DISPLAY": ""}))

    def test_old_opengl(self):
        display = Display(640, 480)
        try:
            line = self.refused({"DISPLAY": display.name, "MESA_GL_VERSION_OVERRIDE": "1.4"})
        finally:
            display.close()
        self.assertIn("opengl", line)
        self.assertIn("3.3", line)


if __name__ == "__main__":
    unittest.main()

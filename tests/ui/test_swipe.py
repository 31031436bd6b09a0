#!/usr/bin/python3
"""One clock: two dates side by side on the map, what changed between them, playing by day or month, and how long every
phase has stood where it stands. Pictures are compared with those of windows that show one of the dates."""
import unittest

from program import run_json
from window_driver import DemoWindowCase

AS_OF, FROM = "2025-12-31", "2022-12-31"


class SwipeTest(DemoWindowCase):
    def open(self, **settings):
        return self.show(self.demo, settings={"bottom_tab": "curve", "compare": "three_years", **settings})

    def at_rest(self, window):
        window.move(3, 3)
        return window.wait("a map at rest", lambda s: s["map"]["settled"] and not s["document"]["busy"])

    def test_each_side_shows_its_date_and_the_line_is_drawn_along(self):
        window = self.open()
        window.key("equal", "equal")
        shown = {}
        for date in (FROM, AS_OF):
            window.go_to(date)
            self.at_rest(window)
            shown[date] = window.picture()
        differ = (shown[FROM] != shown[AS_OF]).any(axis=2)

        def is_of(date, pixels, left, right):
            """Of what tells the dates apart between two columns: the share that is of this date."""
            rect = window.state()["map"]["rect"]
            part = (slice(int(rect[1]) + 50, int(rect[1] + rect[3]) - 60), slice(int(left), int(right)))
            self.assertGreater(differ[part].sum(), 400, "the dates look alike here")
            return ((pixels == shown[date]).all(axis=2) & differ)[part].sum() / differ[part].sum()

        window.key("s")
        state = window.wait("two dates", lambda s: s["map"]["swipe"] and s["map"]["swipe"]["before"] == FROM
                            and s["map"]["settled"])
        left, _, width, _ = state["map"]["rect"]
        line = state["map"]["swipe"]["x"]
        self.assertAlmostEqual(line, left + width / 2, delta=1)
        self.at_rest(window)
        for aim in (0.4, 0.62):
            x, y = window.place("map.line", 0.5, 0.8)
            window.drag(x, y, left + width * aim, y)
            line = window.wait("the line where it was drawn", lambda s, to=left + width * aim:
                               abs(s["map"]["swipe"]["x"] - to) < 2)["map"]["swipe"]["x"]
            self.at_rest(window)
            pixels = window.picture()
            # The outlines of what changed cover some of it.
            self.assertGreater(is_of(FROM, pixels, left + 4, line - 8), 0.4)
            self.assertLess(is_of(AS_OF, pixels, left + 4, line - 8), 0.05)
            self.assertGreater(is_of(AS_OF, pixels, line + 8, left + width - 50), 0.4)
            self.assertLess(is_of(FROM, pixels, line + 8, left + width - 50), 0.05)
        window.key("shift+Left")
        window.wait("the line moved by a key", lambda s: line - width * 0.03 < s["map"]["swipe"]["x"] < line - 4)

        # The date at the left is that of the list of changes, and is changed on the map.
        window.click("map.from")
        window.click("map.from.quarter")
        window.wait("the quarter before", lambda s: s["map"]["swipe"]["before"] == "2025-09-30" and s["map"]["settled"])
        window.key("s")
        window.wait("one date", lambda s: s["map"]["swipe"] is None)
        self.at_rest(window)
        alike = (window.picture() == shown[AS_OF]).all(axis=2)
        rect = window.state()["map"]["rect"]
        self.assertTrue(alike[int(rect[1]) + 50:int(rect[1] + rect[3]) - 60, int(left) + 4:int(left + width) - 50].all())
        window.process.terminate()
        window.process.wait()
        kept = window.settings_file.read_text()
        self.assertIn('"compare": "quarter"', kept)
        self.assertNotIn('"swipe": 0.5,', kept)

    def test_what_changed_is_marked_and_found_from_its_row(self):
        window = self.open(bottom_tab="between")
        window.go_to(AS_OF)
        window.click("between.view.changes")
        state = window.wait("marks", lambda s: s["between"].get("changes", 0) > 20 and s["map"]["changed"][1] > 5)
        self.assertIn("legend.changed", state["widgets"])
        window.move(*window.place("between.change.0", 0.02))
        window.wait("its place lit up", lambda s: s["map"]["lit_change"] > 0)
        window.move(3, 3)
        window.wait("no place lit up", lambda s: s["map"]["lit_change"] == 0)
        # The hover speaks of the date of its side.
        window.key("s")
        state = window.wait("two dates", lambda s: s["map"]["swipe"] and s["map"]["swipe"]["before"] == FROM
                            and s["map"]["settled"])
        left, top, width, height = state["map"]["rect"]
        for shares, date in (((0.1, 0.25, 0.35, 0.45), FROM), ((0.55, 0.65, 0.75, 0.85), AS_OF)):
            for dx, dy in ((dx, dy) for dy in (0.5, 0.4, 0.6, 0.3, 0.7) for dx in shares):
                window.move(left + width * dx, top + height * dy)
                if window.state()["map"]["hovered"]:
                    break
            self.assertEqual(window.state()["map"]["hovered_at"], date)

    def test_the_clock_plays_by_day_and_by_month_and_stops_for_a_key(self):
        window = self.open()
        window.go_to("2024-02-27")
        window.click("top.play_options")
        window.click("play.step.day")
        window.key("space")
        state = window.wait("some days played", lambda s: "2024-02-29" <= s["document"]["as_of"] < "2024-03-31")
        window.key("Left")
        state = window.wait("stopped by a key", lambda s: not s["document"]["playing"]
                            and s["document"]["counted_as_of"] == s["document"]["as_of"])
        self.assertLess(state["document"]["as_of"], "2024-03-31")
        window.click("top.play_options")
        window.click("play.step.month")
        window.click("top.play_options")
        window.click("play.speed.fastest")
        # To the end of the slider, and not beyond.
        last = run_json("forecast", self.demo, "--as-of", AS_OF)["targets"][-1]["year"]
        window.go_to(f"{last}-09-15")
        window.key("space")
        state = window.wait("the end", lambda s: not s["document"]["playing"] and s["document"]["as_of"] > f"{last}-09-30")
        self.assertIn(state["document"]["as_of"][5:], ("12-31", "03-31", "06-30", "09-30"))
        self.assertEqual(state["document"]["counted_as_of"], state["document"]["as_of"])
        window.process.terminate()
        window.process.wait()
        kept = window.settings_file.read_text()
        self.assertIn('"play_step": "month"', kept)
        self.assertIn('"play_speed": 3', kept)

    def test_ageing_is_what_the_command_says(self):
        window = self.open()
        years_on = "2031-12-31"  # without a record since: some land lies idle by then
        window.go_to(years_on)
        rows = run_json("list", self.demo, "ageing", "--as-of", years_on)["rows"]
        late = next(row for row in rows if row["baseline_overdue"] and row["idle"])
        window.key("ctrl+f")
        window.type(late["project"])
        window.key("Return")
        state = window.wait("the project's phases", lambda s: late["code"] in s["inspector"].get("ageing", {}))
        told = state["inspector"]["ageing"]
        for row in rows:
            if row["code"] not in told:
                continue
            for key in ("days_in_stage", "baseline_overdue", "commitment_overdue"):
                self.assertEqual(told[row["code"]][key], row[key], (row["code"], key))
            self.assertEqual(told[row["code"]]["idle"], row["idle"])


if __name__ == "__main__":
    unittest.main()

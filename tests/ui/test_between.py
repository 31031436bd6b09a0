#!/usr/bin/env python3
"""The pane of what happened between two dates: its figures are those of `zaitu conversion`, and what is clicked selects
what stands behind it, by mouse and by keyboard."""
import unittest

from program import run_json
from window_driver import DemoWindowCase

AS_OF, FROM = "2025-12-31", "2022-12-31"


class BetweenTest(DemoWindowCase):
    def open(self, **settings):
        window = self.show(self.demo, settings={"bottom_tab": "between", "compare": "three_years", **settings})
        window.go_to(AS_OF)
        return window

    def links(self, by):
        return run_json("conversion", self.demo, "--from", FROM, "--to", AS_OF, "--by", by)

    def test_matrix_shows_what_the_command_says(self):
        window = self.open()
        window.click("between.view.stage")
        told = self.links("stage")
        state = window.wait("the stages", lambda s: s["between"]["view"] == "stage" and s["between"]["to"] == AS_OF
                            and s["between"]["from"] == FROM)
        self.assertAlmostEqual(state["between"]["total_m2"], told["changed"]["land_area"], places=3)
        window.click("between.measure.floor")
        state = window.wait("floor space", lambda s: s["between"]["measure"] == "floor")
        self.assertAlmostEqual(state["between"]["total_m2"], told["changed"]["floor_area"], places=3)
        window.click("between.all")
        window.wait("unchanged too", lambda s: abs(s["between"]["total_m2"] - told["total"]["floor_area"]) < 1e-3)
        window.click("between.view.land_use")
        window.wait("land use", lambda s: s["between"]["view"] == "land_use"
                    and abs(s["between"]["total_m2"] - self.links("land_use")["total"]["floor_area"]) < 1e-3)

    def test_the_chart_is_saved_with_what_it_rests_on(self):
        window = self.open()
        window.click("between.view.stage")
        window.wait("bands", lambda s: any(k.startswith("between.chart ") for k in s["widgets"]))
        window.click("between.chart", 0.97, 0.97, button=3)
        window.click("between.chart.menu.svg")
        file = self.demo.with_name(self.demo.stem + "-reports") / f"between_chart_{AS_OF}.svg"
        window.wait("the file", lambda s: file.exists())
        svg = file.read_text(encoding="utf-8")
        self.assertTrue(svg.startswith("<?xml"))
        self.assertIn("</svg>", svg)
        # The same bands as on the screen: one filled path for each, and the ground.
        bands = len({key for key in window.state()["widgets"] if key.startswith("between.chart ")})
        self.assertGreater(svg.count("<path"), bands)

    def test_a_band_selects_its_parcels(self):
        window = self.open()
        window.click("between.view.stage")
        state = window.wait("bands", lambda s: any(k.startswith("between.chart ") for k in s["widgets"])
                            and s["between"]["to"] == AS_OF)
        links = [link for link in self.links("stage")["links"] if link["from"] == "S5" and link["to"] == "S7"]
        key = next(k for k in state["widgets"] if k.startswith("between.chart ") and self.names(window, k, "S5", "S7"))
        window.click(key)
        window.wait("the selection", lambda s: len(s["document"]["selected_phases"]) == len(links[0]["phase_codes"])
                    and len(s["document"]["selected_parcels"]) == links[0]["parcels"])
        # The chart has the keyboard now: the arrow goes on to another spot, Enter selects it, the map stands still.
        centre = window.state()["map"]["centre"]
        before = window.state()["between.chart"]["key"]
        window.move(5, 400)
        window.key("Right")
        state = window.wait("the next spot", lambda s: s["between.chart"]["key"] not in ("", before))
        self.assertEqual(window.state()["map"]["centre"], centre)
        window.key("Return")
        window.wait("its selection", lambda s: s["document"]["selected_phases"]
                    and len(s["document"]["selected_phases"]) != len(links[0]["phase_codes"]))
        window.key("Escape")
        window.wait("the keyboard given back", lambda s: s["between.chart"]["key"] == "")

    def names(self, window, widget, before, after):
        """Does the spot under the middle of this widget lead from stage to stage?"""
        window.move(*window.place(widget))
        state = window.wait("a hovered spot", lambda s: s["between.chart"]["key"] is not None)
        words = state["between.chart"]["text"].splitlines()[:1]
        return bool(words) and words[0].startswith(before + " ") and f"→ {after} " in words[0]

    def test_changes_are_listed_with_their_evidence(self):
        window = self.open()
        window.click("between.view.changes")
        window.wait("the list", lambda s: s["between"]["view"] == "changes" and s["between"]["changes"] > 20)
        window.click("between.change.0", share_x=0.02)
        window.wait("one selected", lambda s: len(s["document"]["selected_phases"])
                    + len(s["document"]["selected_parcels"]) == 1)

    def test_the_first_date_follows_the_clock_and_is_remembered(self):
        window = self.open()
        window.click("between.view.stage")
        window.click("between.from")
        window.click("between.from.quarter")
        window.wait("since last quarter", lambda s: s["between"]["from"] == "2025-09-30")
        window.go_to("2024-06-30")
        window.wait("the quarter before", lambda s: s["between"]["from"] == "2024-03-31")
        window.process.terminate()
        window.process.wait()
        self.assertIn('"compare": "quarter"', window.settings_file.read_text().replace('":"', '": "'))


if __name__ == "__main__":
    unittest.main()

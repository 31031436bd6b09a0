#!/usr/bin/env python3
"""What is to come: the pane's, the headline's and the curve's figures are those of `zaitu forecast` for the same date and
rule, they follow the clock and the rule, and what is clicked selects its phase."""
import unittest

from program import run_json
from window_driver import DemoWindowCase

# From here the target of 2025 may be met or not: neither chance is 0.
AS_OF, RULE = "2025-06-30", "under_construction"


class ForecastTest(DemoWindowCase):
    def open(self, **settings):
        rule = {"from": RULE, "area": "carrier", "net": True, "scope": ""}
        window = self.show(self.demo, settings={"bottom_tab": "forecast", "rule": rule, **settings})
        window.go_to(AS_OF)
        return window

    def expect_same(self, window, date, rule=RULE):
        told = run_json("forecast", self.demo, "--as-of", date, "--from", rule)
        wanted = [(t["year"], t["gap"], t["probability"], t["p50_date"]) for t in told["targets"]]

        def agrees(state):
            shown = state["forecast"]
            return shown["as_of"] == date and \
                [(t["year"], t["gap"], t["probability"], t["p50_date"]) for t in shown["targets"]] == wanted
        state = window.wait("the targets of " + date, agrees)
        year = next((t["year"] for t in told["targets"] if not t["decided"]), None)
        ladder = [[row["phase"], row["expected"], row["running"]] for row in told["ladder"] if row["year"] == year]
        self.assertEqual(state["forecast"]["ladder"], ladder)
        return told

    def test_the_curves_bands_are_filled(self):
        window = self.open(bottom_tab="curve")
        x, y, width, height = window.wait("a curve", lambda s: "curve.chart @2025Q2" in s["widgets"])["widgets"]["curve.chart"]
        window.move(3, 3)
        chart = window.picture()[int(y):int(y + height), int(x):int(x + width)]
        in_use = (chart == (0x1B, 0x5E, 0x20)).all(axis=2).sum()
        # Far more than the sample in the legend.
        self.assertGreater(in_use, 0.01 * width * height)

    def test_figures_are_those_of_the_command_and_follow_date_and_rule(self):
        window = self.open()
        told = self.expect_same(window, AS_OF)
        self.assertTrue(any(0 < t["probability"] < 1 for t in told["targets"] if not t["decided"]), "a case that says something")
        window.go_to("2024-06-30")
        self.expect_same(window, "2024-06-30")
        window.click("top.rule")
        window.click("rule.completed")
        window.key("Escape")
        self.expect_same(window, "2024-06-30", "completed")
        window.go_to("2026-12-31")  # no target lies ahead
        self.expect_same(window, "2026-12-31", "completed")

    def test_another_target_has_its_own_ladder(self):
        window = self.open()
        window.go_to("2023-06-30")
        told = self.expect_same(window, "2023-06-30")
        window.click("forecast.target.2025")
        ladder = [[row["phase"], row["expected"], row["running"]] for row in told["ladder"] if row["year"] == 2025]
        window.wait("the ladder of 2025", lambda s: s["forecast"]["year"] == 2025 and s["forecast"]["ladder"] == ladder)

    def test_a_click_selects_the_phase(self):
        window = self.open()
        told = self.expect_same(window, AS_OF)
        first, second = (row["phase"] for row in told["ladder"][:2])
        window.click("forecast.step." + first, share_x=0.05)
        chosen = window.wait("one phase", lambda s: len(s["document"]["selected_phases"]) == 1)["document"]["selected_phases"]
        window.click("forecast.step." + second, share_x=0.05)
        window.wait("the other", lambda s: len(s["document"]["selected_phases"]) == 1
                    and s["document"]["selected_phases"] != chosen)
        # The chart's row of the most urgent phase does the same; then the keyboard goes on from there.
        starts = {}
        for row in told["latest_start"]:
            if row["year"] == told["ladder"][0]["year"]:
                starts.setdefault(row["phase"], row)
        window.click("forecast.view.starts")
        state = window.wait("the chart", lambda s: any(k.startswith("forecast.gantt ") for k in s["widgets"]))
        rows = [k for k in state["widgets"] if k.startswith("forecast.gantt ") and "@" not in k]
        self.assertTrue(rows)
        code = rows[0].split(" ", 1)[1]
        window.click(rows[0], share_x=0.03)
        window.wait("the row", lambda s: s["forecast.gantt"]["key"].split("@")[0] == code
                    and len(s["document"]["selected_phases"]) == 1)
        self.assertIn(starts[code]["latest"], window.state()["forecast.gantt"]["text"])
        window.move(5, 400)
        before = window.state()["forecast.gantt"]["key"]
        window.key("Down")
        window.wait("the next spot", lambda s: s["forecast.gantt"]["key"] not in ("", before))
        window.key("Escape")
        window.wait("the keyboard given back", lambda s: s["forecast.gantt"]["key"] == "")

    def test_headline_and_curve_tell_the_same(self):
        window = self.open()
        told = self.expect_same(window, AS_OF)
        target = next(t for t in told["targets"] if not t["decided"])
        share = f"{100 * target['probability']:.1f} %"
        window.move(*window.place("top.headline"))
        card = window.wait("the card", lambda s: "headline.forecast" in s.get("headline", {}))["headline"]
        self.assertIn(share, card["headline.forecast"])
        if target["p50_date"]:
            self.assertIn(target["p50_date"], card["headline.forecast"])
        self.assertIn("10,000", card["headline.draws"])
        self.assertIn(str(told["assumed_stages"]), card["headline.assumed"])
        window.click("bottom.curve")
        key = f"curve.chart target@{target['year']}"
        window.wait("the curve", lambda s: key in s["widgets"])
        window.move(*window.place(key))
        text = window.wait("the mark", lambda s: s["curve.chart"]["key"] == f"target@{target['year']}")["curve.chart"]["text"]
        self.assertIn(share, text)
        # A quarter to come tells its percentiles, and a click takes the clock there.
        quarter = next(q for q in told["quarters"] if q["date"] == "2026-06-30")
        window.move(*window.place("curve.chart @2026Q2"))
        text = window.wait("the quarter", lambda s: s["curve.chart"]["key"] == "@2026Q2")["curve.chart"]["text"]
        for name in ("p10", "p50", "p90"):
            self.assertIn(f"{name.upper()} {quarter[name] / 10000:.2f} ", text)
        window.click("curve.chart @2026Q2")
        window.wait("the date", lambda s: s["document"]["counted_as_of"] == "2026-06-30")

    def test_cohorts_and_past_forecasts(self):
        window = self.open()
        window.click("forecast.view.cohorts")
        cohorts = window.wait("the cohorts", lambda s: s.get("forecast.cohorts"))["forecast.cohorts"]
        self.assertGreater(len(cohorts), 3)
        for cohort in cohorts:  # up to the as-of date's own year
            self.assertEqual(len(cohort["built"]), 2025 - cohort["year"] + 1)
        window.click(f"forecast.cohort.{cohorts[0]['year']}", share_x=0.02)
        window.wait("its phases", lambda s: s["document"]["selected_phases"])
        window.click("forecast.view.revisions")
        rows = window.wait("past forecasts", lambda s: s.get("forecast.revisions"))["forecast.revisions"]
        self.assertEqual(rows[0]["as_of"], AS_OF)
        self.assertEqual(rows[-1]["as_of"], "2022-06-30")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The clock goes quarter by quarter through the demo project: headline, map, ledger and conversion say at every step what
the command line says of that day."""
import datetime
import unittest

from program import run_json
from window_driver import DemoWindowCase

FIRST, LAST = "2022-12-31", "2026-12-31"


def quarter_ends(first, last):
    day, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    while day <= end:
        yield day.isoformat()
        after = day + datetime.timedelta(days=1)
        month = after.month + 3
        day = datetime.date(after.year + (month > 12), (month - 1) % 12 + 1, 1) - datetime.timedelta(days=1)


class QuartersTest(DemoWindowCase):
    def test_every_quarter_agrees_with_the_command_line(self):
        window = self.show(self.demo, settings={"bottom_tab": "ledger", "compare": "quarter", "theme": "stage"})
        window.click("ledger.kind.phases")
        window.go_to(FIRST)
        days = list(quarter_ends(FIRST, LAST))
        self.assertEqual(len(days), 17)
        counted_of = {}
        for before, day in zip([None] + days, days):
            if before is not None:
                window.key("period")
            with self.subTest(day=day):
                told = run_json("supply", self.demo, "--as-of", day, "--by", "stage")
                counted_of[day] = told["counted"]
                by_stage = {group["stage"]: group["area"] for group in told["groups"] if group["area"]}

                def map_says_it(state):
                    shown = {label.split(" ")[0]: area for label, _, area in state["legend"] if label.startswith("S")}
                    return all(abs(shown.get(stage, 0) - area) < 1e-6 for stage, area in by_stage.items())

                state = window.wait(f"headline, map and ledger of {day}", lambda s: s["document"]["counted_as_of"] == day
                                    and map_says_it(s) and s["map"]["settled"]
                                    and abs(s["ledger"]["totals"]["counted"] - told["counted"]) < 1e-6)
                self.assertEqual(state["document"]["counted"], told["counted"])
                self.assertEqual(state["document"]["counted_phases"], told["counted_phases"])
                if before is None:
                    continue
                changed = run_json("conversion", self.demo, "--from", before, "--to", day, "--by", "stage")["changed"]
                window.click("bottom.between")
                if changed["land_area"] > 0:
                    state = window.wait(f"conversion until {day}", lambda s: s.get("between", {}).get("to") == day
                                        and s["between"]["from"] == before)
                    self.assertAlmostEqual(state["between"]["total_m2"], changed["land_area"], places=6)
                window.click("bottom.ledger")
        self.assertGreater(len(set(counted_of.values())), 10, "the supply moves with the clock")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
"""`zaitu forecast`: its contract, its bytes, and the demo's figures against the rule written once more in plain Python."""
import bisect
import datetime
import json
import os
import random
import sqlite3
import unittest

import program
from program import run, run_json

MONTH_DAYS = 365.2425 / 12
AS_OF = "2024-12-31"


def days_from(as_of, date):
    return (datetime.date.fromisoformat(date) - datetime.date.fromisoformat(as_of)).days


class Rule7:
    """Rule 7 for whole projects, read from the file's tables: what each phase that does not count yet may do."""

    def __init__(self, file, as_of, counts_from="S6"):
        db = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        ways = {}
        for pathway, stage, *numbers in db.execute(
                "SELECT pathway_code, stage_code, min_months, typical_months, max_months, conversion_probability "
                "FROM pathway_stages ORDER BY pathway_code, seq"):
            ways.setdefault(pathway, []).append((stage, numbers))
        events = {}
        for phase, stage, kind, date in db.execute(
                "SELECT phase_id, stage_code, kind, dated FROM stage_events WHERE phase_id IS NOT NULL ORDER BY dated, id"):
            events.setdefault(phase, []).append((stage, kind, date))
        self.counted, self.phases = 0.0, []
        for phase, carrier, demolished, pathway in db.execute(
                "SELECT phases.id, carrier_m2, demolished_m2, pathway_code FROM phases JOIN projects ON project_id = projects.id "
                "ORDER BY phases.id"):
            area = 0 if carrier is None else carrier - (demolished or 0)
            way = ways[pathway]
            codes = [stage for stage, _ in way]
            actual = [(stage, date) for stage, kind, date in events.get(phase, []) if kind == "actual" and date <= as_of]
            reached = [codes.index(stage) for stage, _ in actual if stage in codes]
            goal = codes.index(counts_from)
            if actual and actual[-1][0] == "SX":
                continue
            assert all(stage in codes or stage == "SX" for stage, _ in actual), (phase, actual)
            present = max(reached, default=0)
            if present >= goal:
                self.counted += area
                continue
            given = {}
            for stage, kind, date in events.get(phase, []):
                if kind == "forecast" and date > as_of and stage in codes:
                    self_given = given.setdefault(codes.index(stage), date)
                    assert self_given == date, "two forecasts of a stage"
            self.phases.append((area, [numbers for _, numbers in way], present, goal,
                                -days_from(as_of, actual[-1][1]) if actual else None,
                                {place: days_from(as_of, date) for place, date in given.items()}))
        db.close()

    def day(self, phase, chance):
        """When it counts in one run, in days; None: never."""
        _, way, present, goal, spent, given = phase
        if chance.random() >= way[present][3]:
            return None
        day, counts = 0.0, []
        for place in range(present, len(way) - 1):
            low, mode, high = (months * MONTH_DAYS for months in way[place][:3])
            length = chance.triangular(low, high, mode)
            if place == present and spent is not None and spent < high:
                while length <= spent:
                    length = chance.triangular(low, high, mode)
                length -= spent
            day = given.get(place + 1, day + length)
            if place + 1 >= goal:
                counts.append(day)
        return min(counts)  # it counts with the first stage that counts, be it one further on (rules 1 and 2)

    def runs(self, ends, count):
        chance = random.Random(99)
        by_end = [[] for _ in ends]
        for _ in range(count):
            totals = [self.counted] * len(ends)
            for phase in self.phases:
                day = self.day(phase, chance)
                if day is None:
                    continue
                for i in range(bisect.bisect_left(ends, day), len(ends)):
                    totals[i] += phase[0]
            for i, total in enumerate(totals):
                by_end[i].append(total)
        return [sorted(runs) for runs in by_end]


class Forecast(program.DemoCase):
    def forecast(self, *words):
        return run_json("forecast", self.demo, "--as-of", AS_OF, *words)

    def test_same_bytes(self):
        words = ["forecast", self.demo, "--as-of", AS_OF, "--seed", "7", "--json"]
        first = run(*words)
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertEqual(run(*words).stdout, first.stdout)
        before = os.sched_getaffinity(0)
        self.addCleanup(os.sched_setaffinity, 0, before)
        os.sched_setaffinity(0, {min(before)})
        self.assertEqual(run(*words).stdout, first.stdout)
        self.assertNotEqual(self.forecast("--seed", "8")["quarters"], json.loads(first.stdout)["quarters"])

    def test_keys(self):
        answer = self.forecast("--seed", "7")
        self.assertLessEqual({"as_of", "until", "rule", "draws", "seed", "counted", "quarters", "targets", "ladder",
                              "latest_start", "left_out", "synthetic_phases"}, set(answer))
        self.assertEqual((answer["draws"], answer["seed"], answer["until"]), (10000, 7, "2026-12-31"))
        self.assertEqual([q["date"] for q in answer["quarters"]][:3], ["2024-12-31", "2025-03-31", "2025-06-30"])
        self.assertEqual(len(answer["quarters"]), 9)
        for row in answer["targets"]:
            self.assertLessEqual({"year", "target", "probability", "p50_date"}, set(row))
        for row in answer["latest_start"]:
            self.assertEqual(row["slack_days"], days_from(AS_OF, row["latest"]))
            self.assertEqual(row["missed"], row["slack_days"] < 0)

    def test_begins_with_the_supply_and_p50_never_falls(self):
        for words in ([], ["--from", "in_use"], ["--gross"], ["--scope", "C1"]):
            with self.subTest(words):
                answer = self.forecast("--seed", "7", *words)
                supply = run_json("supply", self.demo, "--as-of", AS_OF, *words)
                self.assertEqual(answer["counted"], supply["counted"])
                self.assertEqual(answer["rule"], supply["rule"])
                first = answer["quarters"][0]
                self.assertEqual({first[p] for p in ("p10", "p50", "p90")}, {supply["counted"]})
                medians = [quarter["p50"] for quarter in answer["quarters"]]
                self.assertEqual(medians, sorted(medians))
                for quarter in answer["quarters"]:
                    self.assertTrue(quarter["p10"] <= quarter["p50"] <= quarter["p90"])

    def test_ladder_is_what_is_expected_by_the_target(self):
        answer = self.forecast()
        by_date = {quarter["date"]: quarter["mean"] for quarter in answer["quarters"]}
        for target in answer["targets"]:
            rows = [row for row in answer["ladder"] if row["year"] == target["year"]]
            if target["decided"]:
                self.assertEqual(rows, [])
                continue
            self.assertEqual(rows, sorted(rows, key=lambda row: -row["expected"]))
            running = 0
            for row in rows:
                self.assertAlmostEqual(row["expected"], row["area"] * row["probability"], delta=1e-6)
                running += row["expected"]
                self.assertAlmostEqual(row["running"], running, delta=1e-6)
                self.assertEqual(row["gap"], target["gap"])
            self.assertAlmostEqual(answer["counted"] + running, by_date[f"{target['year']}-12-31"], delta=1e-3)

    def test_every_phase_is_counted_drawn_or_left_out(self):
        answer = self.forecast()
        drawn = {row["phase"] for row in answer["drawn"]}
        absent = {row["phase"] for row in answer["left_out"] if row["reason"] != "no_area"}
        no_area = {row["phase"] for row in answer["left_out"] if row["reason"] == "no_area"}
        self.assertFalse(drawn & absent)
        self.assertLessEqual(no_area, drawn)
        self.assertEqual(answer["counted_phases"] + len(drawn) + len(absent), answer["phases"])
        self.assertEqual(next(r["reason"] for r in answer["left_out"] if r["phase"] == "P045-2"), "stalled")

    def test_the_rule_in_plain_python_says_the_same(self):
        count = 2000
        for word, stage in (("completed", "S6"), ("in_use", "S7")):
            with self.subTest(word):
                answer = self.forecast("--from", word, "--until", "2029-12-31")
                rule = Rule7(self.demo, AS_OF, stage)
                self.assertEqual(answer["counted"], rule.counted)
                quarters = answer["quarters"][1:]
                of_quarters = rule.runs([days_from(AS_OF, quarter["date"]) for quarter in quarters], count)
                for quarter, runs in zip(quarters, of_quarters):
                    # How many of the other's runs are below a percentile: within four standard deviations.
                    for percentile, share, spread in (("p10", 0.1, 0.03), ("p50", 0.5, 0.05), ("p90", 0.9, 0.03)):
                        below = bisect.bisect_left(runs, quarter[percentile] - 1e-3) / count
                        upto = bisect.bisect_right(runs, quarter[percentile] + 1e-3) / count
                        self.assertLess(below, share + spread, quarter)
                        self.assertGreater(upto, share - spread, quarter)
                    deviation = (sum((run - quarter["mean"]) ** 2 for run in runs) / count) ** 0.5
                    self.assertAlmostEqual(sum(runs) / count, quarter["mean"], delta=0.11 * deviation + 1)

    def test_text_in_both_languages(self):
        zh = run("forecast", self.demo, "--as-of", AS_OF, "--seed", "7").stdout
        for words in ("达标概率", "P50", "计竣工(S6)起", "种子 7", "缺面积", "暂缓", "假设", "synthetic", "最迟进入", "P002-1"):
            self.assertIn(words, zh)
        en = run("forecast", self.demo, "--as-of", AS_OF, "--lang", "en").stdout
        for words in ("probability of the target of 2025", "seed 1", "stalled", "assumptions", "Latest"):
            self.assertIn(words, en)
        after = run("forecast", self.demo, "--as-of", "2026-01-01", "--lang", "en").stdout
        self.assertIn("expected P50", after)

    def test_wrong_words(self):
        for words in (["--draws", "0"], ["--draws", "many"], ["--seed", "-1"], ["--seed", "1.5"], ["--until", "2025-02-30"],
                      ["--until", "2024-01-01"], ["--until", "2099-01-01"], ["--delay", "1,2"], ["--delay", "0,1,2"],
                      ["--delay", "1,2,x"], ["--scope", "nowhere"], ["--by", "circle"]):
            with self.subTest(words):
                done = run("forecast", self.demo, "--as-of", AS_OF, *words)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual((done.stdout, done.stderr.count("\n")), ("", 1), done.stderr)
        self.assertEqual(run("forecast", os.path.join(self.folder, "nothing.sqlite")).returncode, 4)

    def test_a_common_delay_moves_the_curve(self):
        plain, late = self.forecast(), self.forecast("--delay", "1.5,1.5,1.5")
        self.assertIsNone(plain["delay"])
        self.assertEqual(late["delay"], {"min": 1.5, "typical": 1.5, "max": 1.5})
        self.assertLess(late["quarters"][4]["p50"], plain["quarters"][4]["p50"])


if __name__ == "__main__":
    unittest.main()

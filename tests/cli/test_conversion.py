#!/usr/bin/python3
"""`zaitu conversion` on the demo project: land adds up to what SpatiaLite measures, floor space to what `supply` says,
between every two of a run of dates."""
import sqlite3
import unittest

import program

DATES = ["2018-01-01", "2022-12-31", "2024-06-30", "2025-12-31", "2026-09-30"]
# Outlines meet to the rounding of their coordinates: a millimetre along some hundred metres.
TOLERANCE_M2 = 0.01


class Conversion(program.DemoCase):
    def land_in_force(self, at):
        with sqlite3.connect(self.demo) as db:
            db.enable_load_extension(True)
            db.load_extension("mod_spatialite")
            return db.execute("SELECT sum(ST_Area(geom)) FROM parcels WHERE (valid_from IS NULL OR valid_from <= :at) "
                              "AND (valid_to IS NULL OR :at < valid_to)", {"at": at}).fetchone()[0]

    def convert(self, first, second, *options):
        return program.run_json("conversion", self.demo, "--from", first, "--to", second, *options)

    def test_links_add_up(self):
        for first in DATES:
            for second in [date for date in DATES if date >= first]:
                for by in ("land_use", "stage"):
                    with self.subTest(first=first, second=second, by=by):
                        result = self.convert(first, second, "--by", by)
                        links = result["links"]
                        self.assertAlmostEqual(sum(link["land_area"] for link in links), result["total"]["land_area"],
                                               delta=1e-6)
                        self.assertAlmostEqual(sum(link["floor_area"] for link in links),
                                               result["total"]["floor_area"], delta=1e-6)
                        left = sum(link["land_area"] for link in links if link["from"] is not None)
                        entered = sum(link["land_area"] for link in links if link["to"] is not None)
                        self.assertAlmostEqual(left, self.land_in_force(first), delta=TOLERANCE_M2)
                        self.assertAlmostEqual(entered, self.land_in_force(second), delta=TOLERANCE_M2)
                        self.assertEqual(result["overlap"], 0)
                        for link in links:
                            self.assertAlmostEqual(sum(part["land_area"] for part in link["pathways"]),
                                                   link["land_area"], delta=1e-6)

    def test_ledgers_say_the_land_use_that_conversion_says(self):
        converted = 0
        for at in DATES:
            after = {}
            for link in self.convert(DATES[0], at)["links"]:
                after[link["to"]] = after.get(link["to"], 0) + link["land_area"]
                converted += link["from"] != link["to"] and link["from"] is not None
            classes = program.run_json("list", self.demo, "land_use", "--as-of", at)["rows"]
            for row in classes:
                self.assertAlmostEqual(row["area"], after.get(row["code"], 0), delta=TOLERANCE_M2, msg=f"{at} {row}")
            parcels = program.run_json("list", self.demo, "parcels", "--as-of", at)["rows"]
            for row in parcels:
                self.assertIn(row["land_use"], (row["land_use_current"], row["land_use_planned"]))
            for row in classes:
                self.assertEqual(row["parcels"], sum(parcel["land_use"] == row["code"] for parcel in parcels), f"{at} {row}")
        self.assertGreater(converted, 10)

    def test_floor_space_by_stage_is_that_of_supply(self):
        first, second = "2022-12-31", "2025-12-31"
        for options in ([], ["--area", "gross"], ["--area", "plot_ratio", "--gross"]):
            result = self.convert(first, second, "--by", "stage", *options)
            for end, at in (("from", first), ("to", second)):
                sums = {}
                for link in result["links"]:
                    sums[link[end]] = sums.get(link[end], 0) + link["floor_area"]
                groups = program.run_json("supply", self.demo, "--as-of", at, "--by", "stage", *options)["groups"]
                self.assertTrue(any(group["area"] for group in groups))
                for group in groups:
                    self.assertAlmostEqual(sums.get(group["stage"], 0), group["area"], delta=1e-6, msg=str(group))

    def test_changed_links_name_their_parcels(self):
        result = self.convert("2022-12-31", "2025-12-31", "--by", "stage")
        changed = [link for link in result["links"] if link["from"] != link["to"]]
        self.assertGreater(len(changed), 5)
        for link in changed:
            self.assertEqual(link["parcels"], len(link["parcel_codes"]))
        unchanged = self.convert("2025-12-31", "2025-12-31", "--by", "stage")
        self.assertTrue(all(link["from"] == link["to"] for link in unchanged["links"]))
        self.assertEqual(unchanged["changed"], {"land_area": 0, "floor_area": 0})

    def test_table_says_rule_and_total(self):
        done = program.run("conversion", self.demo, "--from", "2022-12-31", "--to", "2025-12-31", "--lang", "en")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("2022-12-31 → 2025-12-31", done.stdout)
        self.assertIn("counted from completion (S6)", done.stdout)
        self.assertIn("synthetic", done.stdout)
        self.assertIn("Total", done.stdout)

    def test_wrong_words(self):
        for words in (["--from", "2025-02-30", "--to", "2025-12-31"], ["--from", "2025-12-31", "--to", "2025-01-01"],
                      ["--from", "2025-01-01"], ["--from", "2025-01-01", "--to", "2025-12-31", "--by", "town"]):
            done = program.run("conversion", self.demo, *words)
            self.assertEqual(done.returncode, 2, words)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)


if __name__ == "__main__":
    unittest.main()

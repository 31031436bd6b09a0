#!/usr/bin/python3
"""The text of `zaitu supply` for the demo project, letter by letter. tools/update_goldens writes the files anew."""
import os
import unittest

import program

FOLDER = os.path.join(program.SOURCE, "tests", "golden", "supply")
CASES = {
    "headline": [],
    "circle_certainty": ["--by", "circle,certainty"],
    "circle_certainty_en": ["--by", "circle,certainty", "--lang", "en"],
    "started_gross_by_town": ["--from", "under_construction", "--area", "gross", "--gross", "--by", "town"],
    "in_use_by_year": ["--from", "in_use", "--by", "year"],
    "core_circle_by_stage": ["--scope", "C1", "--by", "stage"],
    "programmes": ["--by", "programme"],
    "divided_by_share": ["--split", "share", "--by", "circle"],
}


class SupplyText(program.DemoCase):
    maxDiff = None

    def test_goldens(self):
        update = os.environ.get("ZAITU_UPDATE_GOLDENS")
        for date in ("2023-12-31", "2025-12-31"):
            for name, words in CASES.items():
                with self.subTest(name, date=date):
                    done = program.run("supply", self.demo, "--as-of", date, *words)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    file = os.path.join(FOLDER, f"{name}_{date}.txt")
                    expected = ""
                    if os.path.exists(file):
                        with open(file, encoding="utf-8") as golden:
                            expected = golden.read()
                    if update and expected != done.stdout:
                        os.makedirs(FOLDER, exist_ok=True)
                        with open(file, "w", encoding="utf-8") as golden:
                            golden.write(done.stdout)
                    self.assertEqual(done.stdout, expected)


if __name__ == "__main__":
    unittest.main()

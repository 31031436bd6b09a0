#!/usr/bin/python3
"""The supply figures once more in plain SQL: the demo project's file is opened with Python's sqlite3 and SpatiaLite, the
counting rules are written as queries over its tables, and every total and group must agree with the program's."""
import sqlite3
import unittest

import program

TOLERANCE_M2 = 1e-6
# Divided by share, two polygon clippers meet: 1e-9 of the largest phase.
SPLIT_TOLERANCE_M2 = 1e-3

DATES = ["2021-12-31", "2023-12-31", "2025-06-30", "2025-12-31"]
FROM_STAGE = {"completed": "S6", "in_use": "S7", "under_construction": "S5"}
AREA_COLUMN = {"carrier": "carrier_m2", "gross": "gross_m2", "plot_ratio": "plot_ratio_m2"}

# Rank of every stage on every pathway: its place there; off the pathway, after the last stage not above its seq.
RANKS = """
CREATE TEMP TABLE ranks AS
SELECT w.code AS pathway, s.code AS stage,
  1000 * coalesce(
    (SELECT ps.seq FROM pathway_stages ps WHERE ps.pathway_code = w.code AND ps.stage_code = s.code),
    (SELECT max(ps.seq) FROM pathway_stages ps JOIN stages o ON o.code = ps.stage_code
       WHERE ps.pathway_code = w.code AND o.seq <= s.seq), -1) + s.seq AS rank
FROM pathways w, stages s WHERE s.code <> 'SX'
"""
# Each phase's parcels: its own, else its project's.
LAND = """
CREATE TEMP TABLE land AS
SELECT phase_id, parcel_id FROM phase_parcels
UNION ALL
SELECT p.id, pp.parcel_id FROM phases p JOIN project_parcels pp ON pp.project_id = p.project_id
WHERE p.id NOT IN (SELECT phase_id FROM phase_parcels)
"""
# Share of each phase's land (or its project's point) in each circle / town.
SHARES = """
CREATE TEMP TABLE {layer}_shares AS
WITH areas AS ({areas}),
  whole AS (SELECT phase_id, sum(ST_Area(geom)) AS m2 FROM land JOIN parcels ON parcels.id = parcel_id GROUP BY phase_id)
SELECT l.phase_id, a.code, sum(ST_Area(ST_Intersection(q.geom, a.geom))) / w.m2 AS share
FROM land l JOIN parcels q ON q.id = l.parcel_id JOIN areas a ON ST_Intersects(q.geom, a.geom)
  JOIN whole w ON w.phase_id = l.phase_id
GROUP BY l.phase_id, a.code
UNION ALL
SELECT p.id, a.code, 1.0 FROM phases p JOIN projects j ON j.id = p.project_id JOIN areas a
WHERE j.geom IS NOT NULL AND ST_Contains(a.geom, j.geom) AND p.id NOT IN (SELECT phase_id FROM land)
"""
AREAS = {
    "circle": "SELECT c.code, ST_Union(m.geom) AS geom FROM circles c JOIN circle_members m ON m.circle_id = c.id "
              "GROUP BY c.code",
    "town": "SELECT code, geom FROM towns",
}
# Rule 1 at :as_of, rule 2 and rule 4: one row a phase.
STANDING = """
CREATE TEMP TABLE standing AS
WITH actual AS (SELECT * FROM stage_events WHERE kind = 'actual' AND phase_id IS NOT NULL AND dated <= :as_of),
  newest AS (SELECT phase_id, stage_code FROM (SELECT phase_id, stage_code,
      row_number() OVER (PARTITION BY phase_id ORDER BY dated DESC, id DESC) AS n FROM actual) WHERE n = 1),
  furthest AS (SELECT phase_id, stage FROM (SELECT a.phase_id, r.stage,
      row_number() OVER (PARTITION BY a.phase_id ORDER BY r.rank DESC) AS n
      FROM actual a JOIN phases p ON p.id = a.phase_id JOIN projects j ON j.id = p.project_id
      JOIN ranks r ON r.pathway = j.pathway_code AND r.stage = a.stage_code) WHERE n = 1),
  first AS (SELECT pathway, stage FROM (SELECT pathway_code AS pathway, stage_code AS stage,
      row_number() OVER (PARTITION BY pathway_code ORDER BY seq) AS n FROM pathway_stages) WHERE n = 1)
SELECT p.id AS phase_id, j.pathway_code AS pathway,
  CASE WHEN n.stage_code = 'SX' THEN 'SX' ELSE coalesce(f.stage, first.stage) END AS stage
FROM phases p JOIN projects j ON j.id = p.project_id
LEFT JOIN newest n ON n.phase_id = p.id LEFT JOIN furthest f ON f.phase_id = p.id
LEFT JOIN first ON first.pathway = j.pathway_code
"""
ADDENDS = """
CREATE TEMP TABLE addends AS
SELECT s.phase_id, s.stage, coalesce(p.{area} - {demolished}, 0) AS m2, p.{area} IS NULL AS missing,
  coalesce((SELECT r.rank FROM ranks r WHERE r.pathway = s.pathway AND r.stage = s.stage) >=
    (SELECT r.rank FROM ranks r WHERE r.pathway = s.pathway AND r.stage = :from_stage), 0) AS counts
FROM standing s JOIN phases p ON p.id = s.phase_id
"""
# Rule 3: the larger share takes the phase, the lower code on a tie.
LARGEST = """
SELECT coalesce(code, '') AS key, sum(m2) AS area, sum(m2 * counts) AS counted, count(*) AS phases FROM (
  SELECT d.*, (SELECT code FROM {layer}_shares h WHERE h.phase_id = d.phase_id AND h.share > 1e-6
               ORDER BY round(h.share, 9) DESC, code LIMIT 1) AS code FROM addends d) GROUP BY key
"""


class SupplyInSql(program.DemoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.db = sqlite3.connect(cls.copy_of_demo())
        cls.addClassCleanup(cls.db.close)
        cls.db.enable_load_extension(True)
        cls.db.load_extension("mod_spatialite")
        cls.db.execute(RANKS)
        cls.db.execute(LAND)
        for layer, areas in AREAS.items():
            cls.db.execute(SHARES.format(layer=layer, areas=areas))

    def count_in_sql(self, as_of, start="completed", area="carrier", net=True):
        self.db.execute("DROP TABLE IF EXISTS temp.standing")
        self.db.execute("DROP TABLE IF EXISTS temp.addends")
        self.db.execute(STANDING, {"as_of": as_of})
        self.db.execute(ADDENDS.format(area=AREA_COLUMN[area], demolished="coalesce(p.demolished_m2, 0)" if net else "0"),
                        {"from_stage": FROM_STAGE[start]})

    def sql_groups(self, query):
        return {key: (area, counted, phases) for key, area, counted, phases in self.db.execute(query)}

    def program(self, as_of, start="completed", area="carrier", net=True, by=None, more=()):
        arguments = ["supply", self.demo, "--as-of", as_of, "--from", start, "--area", area, "--net" if net else "--gross"]
        if by:
            arguments += ["--by", by]
        return program.run_json(*arguments, *more)

    def assert_groups(self, expected, answer, by, tolerance=TOLERANCE_M2):
        got = {group[by]: group for group in answer["groups"]}
        self.assertEqual(set(expected), set(got))
        for key, (area, counted, phases) in expected.items():
            self.assertAlmostEqual(got[key]["area"], area, delta=tolerance, msg=f"area of {by} {key!r}")
            self.assertAlmostEqual(got[key]["counted"], counted, delta=tolerance, msg=f"counted of {by} {key!r}")
            if phases is not None:
                self.assertEqual(got[key]["phases"], phases, f"phases of {by} {key!r}")

    def test_totals_at_every_date_under_every_rule(self):
        seen = set()
        for as_of in DATES:
            for start in FROM_STAGE:
                for area in AREA_COLUMN:
                    for net in (True, False):
                        with self.subTest(as_of=as_of, start=start, area=area, net=net):
                            self.count_in_sql(as_of, start, area, net)
                            counted, missing = self.db.execute(
                                "SELECT sum(m2 * counts), sum(missing) FROM addends").fetchone()
                            answer = self.program(as_of, start, area, net)
                            self.assertAlmostEqual(answer["counted"], counted, delta=TOLERANCE_M2)
                            self.assertEqual(answer["missing_area"], missing)
                            seen.add(counted)
        self.assertGreater(len(seen), 20, "the demo tells the rules and dates apart")

    def test_groups_by_circle_town_and_stage(self):
        for as_of in DATES:
            for rule in ({}, {"start": "under_construction", "area": "gross", "net": False}):
                self.count_in_sql(as_of, **rule)
                for by in ("circle", "town"):
                    with self.subTest(as_of=as_of, by=by, **rule):
                        self.assert_groups(self.sql_groups(LARGEST.format(layer=by)),
                                           self.program(as_of, by=by, **rule), by)
                with self.subTest(as_of=as_of, by="stage", **rule):
                    self.assert_groups(
                        self.sql_groups("SELECT stage, sum(m2), sum(m2 * counts), count(*) FROM addends GROUP BY stage"),
                        self.program(as_of, by="stage", **rule), "stage")

    def test_groups_by_primary_programme(self):
        self.count_in_sql("2025-12-31")
        expected = self.sql_groups("""
            SELECT coalesce(g.code, ''), sum(m2), sum(m2 * counts), count(*)
            FROM addends d JOIN phases p ON p.id = d.phase_id
            LEFT JOIN project_programmes l ON l.project_id = p.project_id AND l.is_primary
            LEFT JOIN programmes g ON g.id = l.programme_id GROUP BY 1""")
        self.assert_groups(expected, self.program("2025-12-31", by="programme"), "programme")

    def test_divided_by_share(self):
        self.count_in_sql("2025-12-31")
        divided = dict((key, (area, counted, None)) for key, area, counted in self.db.execute("""
            SELECT code, sum(m2 * share), sum(m2 * counts * share) FROM addends d
            JOIN circle_shares h ON h.phase_id = d.phase_id WHERE share > 1e-6 GROUP BY code"""))
        outside = self.db.execute("""
            SELECT sum(m2 * (1 - s)), sum(m2 * counts * (1 - s)) FROM (SELECT d.*,
              (SELECT coalesce(sum(share), 0) FROM circle_shares h WHERE h.phase_id = d.phase_id) AS s FROM addends d)
            WHERE s < 1 - 1e-9""").fetchone()
        divided[""] = (*outside, None)
        self.assert_groups(divided, self.program("2025-12-31", by="circle", more=["--split", "share"]), "circle",
                           SPLIT_TOLERANCE_M2)

    def test_scope_is_the_group(self):
        self.count_in_sql("2024-12-31")
        for key, (_, counted, phases) in self.sql_groups(LARGEST.format(layer="circle")).items():
            if key:
                answer = self.program("2024-12-31", more=["--scope", key])
                self.assertAlmostEqual(answer["counted"], counted, delta=TOLERANCE_M2)
                self.assertEqual(answer["phases"], phases)

    def test_targets_are_those_of_the_file(self):
        rows = self.db.execute("""SELECT t.year, t.value, i.unit FROM indicator_targets t
            JOIN indicators i ON i.id = t.indicator_id WHERE i.is_supply ORDER BY t.year""").fetchall()
        self.assertTrue(rows)
        answer = self.program("2025-12-31")
        self.assertEqual([(t["year"], t["target"]) for t in answer["targets"]],
                         [(year, value * 10000) for year, value, unit in rows])
        self.assertEqual({unit for _, _, unit in rows}, {"万平方米"})
        for target in answer["targets"]:
            self.assertAlmostEqual(target["gap"], target["target"] - answer["counted"], delta=TOLERANCE_M2)


if __name__ == "__main__":
    unittest.main()

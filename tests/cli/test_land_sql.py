#!/usr/bin/python3
"""Land of the parcels in every circle, zone and town, once more in SpatiaLite's SQL. Each parcel gets a phase of its own
whose carrier area is the parcel's area, so that the supply divided by share is the land: by circle and town, and in a
zone as scope. The demo's own layers, and a fabric of jittered parcels under areas as dirty as they come."""
import json
import math
import os
import random
import sqlite3
import unittest

import program

TOLERANCE_M2 = 1e-6
AS_OF = "2025-12-31"
LAYERS = {
    "circle": "SELECT c.code, ST_Union(m.geom) AS geom FROM circles c JOIN circle_members m ON m.circle_id = c.id "
              "GROUP BY c.code",
    "zone": "SELECT code, geom FROM zones WHERE coalesce(valid_from, '') <= :as_of AND "
            "(valid_to IS NULL OR :as_of < valid_to)",
    "town": "SELECT code, geom FROM towns",
}
# What has no more than a millionth of a parcel does not count as meeting it.
LAND = """
SELECT code, sum(m2) FROM (
  SELECT a.code, ST_Area(ST_Intersection(q.geom, a.geom)) AS m2, ST_Area(q.geom) AS whole
  FROM parcels q JOIN ({areas}) a ON ST_Intersects(q.geom, a.geom))
WHERE m2 / whole > 1e-6 GROUP BY code
"""
PHASES = """
UPDATE phases SET carrier_m2 = NULL;
INSERT INTO projects (code, name_zh, pathway_code)
  SELECT 'LAND-' || id, 'LAND-' || id, (SELECT min(code) FROM pathways) FROM parcels;
INSERT INTO phases (project_id, code, name_zh, carrier_m2)
  SELECT j.id, 'LAND-' || q.id, 'LAND-' || q.id, ST_Area(q.geom)
  FROM parcels q JOIN projects j ON j.code = 'LAND-' || q.id;
INSERT INTO phase_parcels (phase_id, parcel_id)
  SELECT p.id, q.id FROM parcels q JOIN phases p ON p.code = 'LAND-' || q.id;
"""


def open_with_spatialite(file):
    db = sqlite3.connect(file)
    db.enable_load_extension(True)
    db.load_extension("mod_spatialite")
    return db


def layer(folder, name, rows):
    """A GeoJSON of (properties, polygon) in the CRS of the project."""
    file = os.path.join(folder, name + ".geojson")
    with open(file, "w", encoding="utf-8") as out:
        json.dump({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": rings}}
            for properties, rings in rows]}, out)
    return file


def star(x, y, radius, corners, inner):
    """A ring with every third corner drawn in."""
    ring = []
    for i in range(corners):
        r = radius * (inner if i % 3 == 0 else 1)
        ring.append([x + r * math.cos(2 * math.pi * i / corners), y + r * math.sin(2 * math.pi * i / corners)])
    return ring + ring[:1]


class LandInSql(program.DemoCase):
    def compare(self, file, layers):
        db = open_with_spatialite(file)
        db.executescript(PHASES)
        db.commit()
        whole = db.execute("SELECT sum(ST_Area(geom)) FROM parcels").fetchone()[0]
        met = 0
        for name in layers:
            expected = dict(db.execute(LAND.format(areas=LAYERS[name]), {"as_of": AS_OF} if name == "zone" else {}))
            self.assertTrue(expected, f"no parcel lies in any {name}")
            for code, land in expected.items():
                with self.subTest(layer=name, code=code):
                    self.assertAlmostEqual(self.land(file, name, code), land, delta=TOLERANCE_M2)
                met += 1
            if name != "zone":
                outside = self.land(file, name, "", missing=0.0)
                with self.subTest(layer=name, code=""):
                    self.assertAlmostEqual(outside + sum(expected.values()), whole, delta=TOLERANCE_M2 + 1e-6 * whole)
        db.close()
        return met

    def land(self, file, layer_name, code, missing=None):
        words = ["supply", file, "--as-of", AS_OF, "--area", "carrier", "--gross", "--split", "share"]
        if layer_name == "zone":
            groups = program.run_json(*words, "--scope", code, "--by", "stage")["groups"]
            return math.fsum(group["area"] for group in groups)
        found = [group["area"] for group in program.run_json(*words, "--by", layer_name)["groups"]
                 if group[layer_name] == code]
        return found[0] if found else missing

    def test_demo(self):
        self.assertGreater(self.compare(self.copy_of_demo("land.sqlite"), ["circle", "zone", "town"]), 5)

    def test_fabric_under_dirty_areas(self):
        folder = os.path.dirname(self.copy_of_demo())
        jitter = random.Random(7)
        side, count, x0, y0 = 20.0, 24, 500000.0, 3400000.0
        corner = [[[x0 + side * (x + jitter.uniform(-0.3, 0.3)), y0 + side * (y + jitter.uniform(-0.3, 0.3))]
                   for x in range(count + 1)] for y in range(count + 1)]
        parcels = [({"code": f"P{y:02}{x:02}"},
                    [[corner[y][x], corner[y][x + 1], corner[y + 1][x + 1], corner[y + 1][x], corner[y][x]]])
                   for y in range(count) for x in range(count)]
        middle = side * count / 2
        hole = star(x0 + middle, y0 + middle, 60, 12, 0.7)[::-1]
        circles = [({"code": "C1"}, [star(x0 + middle, y0 + middle, 150, 50, 0.8), hole]),
                   ({"code": "C2"}, [star(x0, y0, 140, 90, 0.9)])]
        # Two towns that share a jogged limit along outlines of the parcels, and one whose limit cuts through them.
        column = [corner[y][9] for y in range(count + 1)]
        towns = [({"code": "T1"}, [[[x0 - 50, y0 - 50], *column, [x0 - 50, y0 + side * count + 50], [x0 - 50, y0 - 50]]]),
                 ({"code": "T2"}, [[*column, [x0 + 333, y0 + side * count + 50], [x0 + 287, y0 - 50], column[0]]])]
        zones = [({"code": "Z1", "name": "Z1"}, [star(x0 + middle + 70, y0 + middle, 90, 7, 0.5)]),
                 ({"code": "Z2", "name": "Z2"}, [star(x0 + middle, y0 + middle + 30, 33, 40, 1)])]
        file = os.path.join(folder, "fabric.sqlite")
        self.assertEqual(program.run("init", file, "--crs", "EPSG:4549").returncode, 0)
        for kind, rows in (("parcels", parcels), ("circles", circles), ("towns", towns), ("zones", zones)):
            for row in rows:
                row[0].setdefault("name", row[0]["code"])
            answer = program.run_json("import", file, layer(folder, kind, rows), "--as", kind, "--crs", "EPSG:4549")
            self.assertEqual(answer["inserted"], len(rows), kind)
        self.assertEqual(self.compare(file, ["circle", "zone", "town"]), 6)


if __name__ == "__main__":
    unittest.main()

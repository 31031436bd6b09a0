"""The shipped demo data as files: outlines, links, quotes, the story of the supply curve, and that the script still makes exactly these files."""
import csv
import datetime
import filecmp
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from osgeo import osr
from shapely.geometry import Polygon, shape
from shapely.ops import transform

SOURCE = pathlib.Path(os.environ.get("ZAITU_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
DATA = SOURCE / "data"
DEMO = DATA / "demo"


def table(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def layer(name):
    document = json.loads((DEMO / name).read_text(encoding="utf-8"))
    return document, [(f["properties"], shape(f["geometry"]) if f["geometry"] else None) for f in document["features"]]


def items(cell):
    return [c for c in (cell or "").split(";") if c]


def in_force(properties, day):
    return properties["valid_from"] <= day and (not properties["valid_to"] or day < properties["valid_to"])


def project(geometry):
    source, target = osr.SpatialReference(), osr.SpatialReference()
    source.ImportFromEPSG(4490)
    target.ImportFromEPSG(4549)
    for reference in (source, target):
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    to_metres = osr.CoordinateTransformation(source, target)

    def convert(xs, ys, zs=None):
        points = [to_metres.TransformPoint(x, y) for x, y in zip(xs, ys)]
        return [p[0] for p in points], [p[1] for p in points]
    return transform(convert, geometry)


class Outlines(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document, cls.parcels = layer("parcels.geojson")
        cls.now = [(p, g) for p, g in cls.parcels if in_force(p, "2026-10-31")]

    def test_every_layer_names_its_crs_and_is_valid(self):
        for name in ("parcels", "towns", "circles", "zones", "projects", "minhang_outline", "river_sketch"):
            document, features = layer(name + ".geojson")
            self.assertEqual(document["crs"]["properties"]["name"], "urn:ogc:def:crs:EPSG::4549")
            for properties, geometry in features:
                if geometry is not None:
                    self.assertTrue(geometry.is_valid, (name, properties))
                    x, y = geometry.representative_point().coords[0]
                    self.assertTrue(600000 < x < 660000 and 3420000 < y < 3470000, (name, x, y))

    def test_number_and_size(self):
        self.assertTrue(150 <= len(self.now) <= 400, len(self.now))
        for properties, outline in self.parcels:
            self.assertGreater(outline.area, 1500, properties["code"])
            self.assertGreater(4 * outline.area / outline.length, 20, properties["code"])
            self.assertIsInstance(outline, Polygon)

    def test_no_overlap_and_no_hairline_gap_at_any_time(self):
        for day in ("2015-01-01", "2020-06-30", "2023-01-01", "2026-10-31"):
            there = [(p["code"], g) for p, g in self.parcels if in_force(p, day)]
            boxes = [g.bounds for _, g in there]
            for i, (code, outline) in enumerate(there):
                w, s, e, n = boxes[i]
                for other, outline2 in [there[j] for j in range(i) if boxes[j][0] < e + 2 and boxes[j][2] > w - 2 and boxes[j][1] < n + 2 and boxes[j][3] > s - 2]:
                    if outline.distance(outline2) > 2:
                        continue
                    self.assertLess(outline.intersection(outline2).area, 1e-6, (day, code, other))
                    if 0 < outline.distance(outline2) < 0.9:  # corners may come close, edges may not
                        self.assertLess(outline.exterior.intersection(outline2.buffer(1)).length, 6, (day, code, other))

    def test_no_building_is_cut(self):
        buildings = json.loads((DATA / "open/osm_sjtu_buildings/buildings.geojson").read_text(encoding="utf-8"))["features"]
        whole = 0
        for feature in buildings:
            building = project(shape(feature["geometry"]))
            for properties, outline in self.now:
                if outline.disjoint(building):
                    continue
                part = outline.intersection(building).area
                self.assertTrue(part < 0.01 or part > building.area - 0.01, (feature["properties"], properties["code"], part))
                whole += part > 0.01
        self.assertGreater(whole, 450)

    def test_area_book_is_near_the_outline(self):
        missing = 0
        for properties, outline in self.parcels:
            for field in ("area_title", "area_contract", "area_surveyed", "area_planned"):
                if properties[field] is None:
                    missing += 1
                else:
                    self.assertLess(abs(properties[field] / outline.area - 1), 0.04, (properties["code"], field))
        self.assertGreater(missing, 20)

    def test_lineage_keeps_the_land(self):
        outlines = {p["code"]: g for p, g in self.parcels}
        life = {p["code"]: p for p, _ in self.parcels}
        records = {r["code"]: r for r in table(DEMO / "land_records.csv")}
        used = {}
        for properties, _ in self.parcels:
            for parent in items(properties["parents"]):
                used.setdefault(properties["record"], []).append((parent, properties["code"]))
                self.assertEqual(life[parent]["valid_to"], properties["valid_from"])
                self.assertEqual(records[properties["record"]]["dated"], properties["valid_from"])
                self.assertEqual(records[properties["record"]]["kind"], properties["lineage_kind"])
        self.assertEqual(set(used), set(records))
        self.assertEqual({r["kind"] for r in records.values()}, {"split", "merge", "realign"})
        for pairs in used.values():
            parents = sum(outlines[c].area for c in {p for p, _ in pairs})
            children = sum(outlines[c].area for c in {c for _, c in pairs})
            self.assertAlmostEqual(parents, children, delta=1.0)


class Links(unittest.TestCase):
    def test_every_reference_resolves(self):
        parcels = {p["code"]: p for p, _ in layer("parcels.geojson")[1]}
        projects = {p["code"]: p for p, _ in layer("projects.geojson")[1]}
        phases = {r["code"]: r for r in table(DEMO / "phases.csv")}
        documents = {r["code"] for r in table(DEMO / "documents.csv")}
        units = {r["name_zh"] for r in table(DEMO / "units.csv")}
        programmes = {r["code"]: r for r in table(DEMO / "programmes.csv")}
        stages = {r["code"] for r in table(DATA / "vocabulary/stages.csv")}
        pathways = {r["code"] for r in table(DATA / "vocabulary/pathways.csv")}
        uses = {r["code"] for r in table(DATA / "vocabulary/land_use_classes.csv")}
        self.assertEqual(len(phases), len(table(DEMO / "phases.csv")))
        for properties in parcels.values():
            self.assertIn(properties["land_use"], uses)
            self.assertIn(properties["land_use_planned"], uses)
        for properties in projects.values():
            self.assertTrue(set(items(properties["parcels"])) <= set(parcels), properties["code"])
            self.assertTrue({properties["lead_units"], *items(properties["responsible_units"])} - {""} <= units, properties["code"])
            self.assertTrue(set(items(properties["programmes"])) <= set(programmes), properties["code"])
            self.assertIn(properties["pathway"], pathways | {""})
            self.assertIn(properties["document"], documents | {""})
        for row in phases.values():
            self.assertTrue(set(items(row["parcels"])) <= set(items(projects[row["project"]]["parcels"])), row["code"])
            self.assertTrue(projects[row["project"]]["pathway"], row["code"])
        for row in table(DEMO / "events.csv"):
            self.assertTrue((row["phase"] in phases) != (row["parcel"] in parcels), row)
            self.assertIn(row["stage"], stages)
            self.assertIn(row["document"], documents | {""})
        for row in table(DEMO / "occupancy.csv"):
            self.assertTrue(0 < float(row["moved_in"]) <= float(row["signed"]) <= float(row["leasable"]) <= float(phases[row["phase"]]["leasable"]))
        for row in table(DEMO / "assessments.csv"):
            self.assertIn(row["parcel"], parcels)
        for row in table(DEMO / "indicators.csv") + table(DEMO / "tasks.csv"):
            self.assertIn(row["document"], documents)
            self.assertTrue(set(items(row.get("units")) + items(row.get("lead_units")) + items(row.get("responsible_units"))) <= units)

    def test_identifiers(self):
        seen = set()
        for properties, _ in layer("parcels.geojson")[1]:
            values = dict(i.split("=", 1) for i in items(properties["identifiers"]))
            self.assertIn("控规地块", values)
            code = values.get("宗地代码")
            if code:
                self.assertRegex(code, r"^310112\d{6}[GJZ][AB]\d{5}$")
                self.assertEqual(code[12], properties["ownership"])
                self.assertNotIn(code, seen)
                seen.add(code)
        self.assertGreater(len(seen), 150)

    def test_manifest_names_every_file(self):
        manifest = json.loads((DEMO / "manifest.json").read_text(encoding="utf-8"))
        named = {manifest[k] for k in ("documents", "units", "programmes", "land_records")}
        for entry in manifest["imports"]:
            self.assertTrue((DEMO / entry["file"]).is_file(), entry["file"])
            named.add(entry["file"])
            if entry["as"] == "reference" and "OpenStreetMap" in entry["reference"]["attribution"]:
                self.assertEqual(entry["reference"]["licence"], "ODbL 1.0")
        self.assertEqual({p.name for p in DEMO.iterdir()} - {n for n in named if "/" not in n}, {"manifest.json", "README.md"})


class Papers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.facts = json.loads((DATA / "facts/policy_facts.json").read_text(encoding="utf-8"))
        cls.projects = {p["code"]: p for p, _ in layer("projects.geojson")[1]}
        cls.files = {d["file"]: d["id"] for d in cls.facts["documents"]}

    def test_all_named_projects_with_their_quotes(self):
        for paper in self.facts["projects"]:
            row = self.projects[paper["id"]]
            self.assertEqual((row["name"], row["quote"], row["quote_place"], row["document"]),
                             (paper["name"], paper["source"]["quote"], paper["source"]["where"], self.files[paper["source"]["file"]]))

    def test_commitments_say_what_the_paper_says(self):
        papers = {p["id"]: p for p in self.facts["projects"]}
        phase_project = {r["code"]: r["project"] for r in table(DEMO / "phases.csv")}
        commitments = [e for e in table(DEMO / "events.csv") if e["kind"] == "commitment"]
        self.assertGreater(len(commitments), 40)
        for event in commitments:
            paper = papers[phase_project[event["phase"]]]
            self.assertEqual(event["evidence"], paper["source"]["quote"])
            self.assertEqual(event["document"], self.files[paper["source"]["file"]])
            self.assertEqual(event["stage"], re.findall(r"S\d", paper["commitment_stage"])[-1])
            self.assertTrue(event["date"].startswith(paper["commitment_by"][:4]))
            self.assertEqual(event["synthetic"], "0")

    def test_indicators_and_tasks(self):
        rows = table(DEMO / "indicators.csv")
        targets = {(r["code"], r["year"]): float(r["value"]) for r in rows if r["record"] == "target"}
        expected = {(i["id"], y): float(v) for i in self.facts["indicators"] for y, v in i["targets"].items()}
        self.assertEqual(targets, expected)
        supply = {(r["code"], r["unit"]) for r in rows if r["supply"] == "1"}
        self.assertEqual(supply, {("I12", "万平方米")})
        for row in rows:
            self.assertTrue(row["scope"] and row["document"] and row["document_version"], row)
        tasks = table(DEMO / "tasks.csv")
        self.assertEqual([(t["title"], items(t["units"])) for t in tasks], [(t["title"], t["push_units"]) for t in self.facts["tasks_2023_2025"]])

    def test_invented_numbers_are_marked(self):
        for row in table(DEMO / "phases.csv"):
            self.assertEqual(row["synthetic"], "1")
        for row in table(DEMO / "events.csv"):
            self.assertEqual(row["synthetic"], "0" if row["kind"] == "commitment" else "1", row)
        for row in table(DEMO / "occupancy.csv"):
            self.assertEqual(row["synthetic"], "1")
        reports = table(DEMO / "reports.csv")
        self.assertGreater(len(reports), 50)
        for row in reports:
            self.assertEqual(row["synthetic"], "1")
        for name in ("parcels", "towns", "circles", "zones"):
            for properties, _ in layer(name + ".geojson")[1]:
                self.assertEqual(properties["synthetic"], 1)


class Story(unittest.TestCase):
    """Counting rules 1 and 2, written here once more from their text."""

    @classmethod
    def setUpClass(cls):
        cls.order = {}
        for row in table(DATA / "vocabulary/pathways.csv"):
            cls.order.setdefault(row["code"], []).append((int(row["seq"]), row["stage"]))
        cls.order = {k: [s for _, s in sorted(v)] for k, v in cls.order.items()}
        cls.projects = {p["code"]: p for p, _ in layer("projects.geojson")[1]}
        cls.phases = table(DEMO / "phases.csv")
        cls.events = table(DEMO / "events.csv")
        cls.by_phase = {}
        for event in cls.events:
            cls.by_phase.setdefault(event["phase"], []).append(event)

    def stage(self, phase, day):
        order = self.order[self.projects[phase["project"]]["pathway"]]
        best, newest = 0, None
        for event in self.by_phase.get(phase["code"], []):
            if event["kind"] != "actual" or event["date"] > day:
                continue
            if newest is None or event["date"] >= newest["date"]:
                newest = event
            if event["stage"] != "SX":
                best = max(best, order.index(event["stage"]))
        return "SX" if newest and newest["stage"] == "SX" else order[best]

    def total(self, day, stages=("S6", "S7"), only=lambda phase: True, net=True):
        return sum(float(p["carrier"] or 0) - (float(p["demolished"] or 0) if net else 0) for p in self.phases if only(p) and self.stage(p, day) in stages) / 1e4

    def test_the_curve(self):
        for day, low, high in (("2023-12-31", 118, 121), ("2024-12-31", 137, 140), ("2025-12-31", 160, 166), ("2026-09-30", 172, 180)):
            self.assertTrue(low <= self.total(day) <= high, (day, self.total(day)))
        days = [f"{y}-{m}" for y in range(2020, 2027) for m in ("03-31", "06-30", "09-30", "12-31") if f"{y}-{m}" <= "2026-10-31"]
        drops = [d for a, d in zip(days, days[1:]) if self.total(d) < self.total(a) - 0.8]
        self.assertEqual(drops, [])
        gap = 200 - self.total("2026-09-30")
        coming = self.total("2026-09-30", ("S5",))
        self.assertTrue(0.8 * gap < coming < gap, (coming, gap))

    def test_what_the_papers_say_of_use(self):
        street = {c for c, p in self.projects.items() if "PG4" in items(p["programmes"])}
        on_street = lambda phase: phase["project"] in street
        self.assertAlmostEqual(sum(float(p["carrier"]) for p in self.phases if on_street(p)) / 1e4, 45.0, places=6)
        self.assertAlmostEqual(self.total("2021-12-31", ("S7",), on_street), 15.0, places=6)
        core = next(g for p, g in layer("circles.geojson")[1] if p["code"] == "C1")
        outlines = {p["code"]: g for p, g in layer("parcels.geojson")[1]}
        using = {p["project"] for p in self.phases if self.stage(p, "2024-07-11") == "S7" and any(core.contains(outlines[c].representative_point()) for c in items(p["parcels"]))}
        self.assertEqual(len(using), 18, sorted(using))

    def test_the_cases_are_there(self):
        now = {p["code"]: self.stage(p, "2026-10-31") for p in self.phases}
        self.assertEqual(set(now.values()), {"S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "SX"})
        self.assertGreaterEqual(sum(1 for p in self.phases if not p["carrier"]), 3)
        self.assertGreaterEqual(sum(1 for p in self.phases if not items(p["parcels"])), 3)
        self.assertTrue(any(float(p["carrier"] or 0) - float(p["demolished"] or 0) < 0 and now[p["code"]] == "S7" for p in self.phases))
        resumed = [p for p in self.phases if any(e["stage"] == "SX" for e in self.by_phase[p["code"]]) and now[p["code"]] == "S5"]
        self.assertTrue(resumed)
        self.assertEqual(self.stage(resumed[0], "2024-01-01"), "SX")
        circles = layer("circles.geojson")[1]
        outlines = {p["code"]: g for p, g in layer("parcels.geojson")[1]}
        for_two = [p["code"] for p in self.phases if len({c["code"] for c, area in circles for parcel in items(p["parcels"]) if area.intersects(outlines[parcel].representative_point())}) > 1]
        self.assertTrue(for_two)
        reached = {c["code"] for p in self.phases for c, area in circles for parcel in items(p["parcels"]) if area.intersects(outlines[parcel].representative_point())}
        self.assertEqual(reached, {"C1", "C2", "C3"})

    def test_dates(self):
        for phase in self.phases:
            order = self.order[self.projects[phase["project"]]["pathway"]]
            actual = [e for e in self.by_phase[phase["code"]] if e["kind"] == "actual"]
            for event in self.by_phase[phase["code"]]:
                datetime.date.fromisoformat(event["date"])
                if event["kind"] == "actual":
                    self.assertLessEqual(event["date"], "2026-10-31", event)
                if event["kind"] == "forecast":
                    self.assertGreater(event["date"], "2026-10-31", event)
                    self.assertGreater(order.index(event["stage"]), order.index(self.stage(phase, "2026-10-31")), event)
            steps = [order.index(e["stage"]) for e in sorted(actual, key=lambda e: e["date"]) if e["stage"] != "SX"]
            self.assertEqual(steps, sorted(steps), phase["code"])

    def test_built_land_remembers_its_use_before_and_granted_land_is_the_states(self):
        parcels = {p["code"]: p for p, _ in layer("parcels.geojson")[1]}
        built = converted = 0
        for phase in self.phases:
            stage, pathway = self.stage(phase, "2026-10-31"), self.projects[phase["project"]]["pathway"]
            for code in items(phase["parcels"]):
                if stage in ("S6", "S7"):
                    built += 1
                    converted += parcels[code]["land_use"] != parcels[code]["land_use_planned"]
                if stage in ("S4", "S5", "S6", "S7"):
                    self.assertEqual(parcels[code]["ownership"], "J" if pathway == "collective" else "G", (phase["code"], code))
        self.assertGreater(built, 40)
        self.assertGreater(converted, 40)

    def test_floor_space_fits_the_land(self):
        parcels = {p["code"]: (p, g) for p, g in layer("parcels.geojson")[1]}
        load = {}
        for phase in self.phases:
            if not phase["carrier"]:
                continue
            self.assertTrue(float(phase["leasable"]) < float(phase["carrier"]) < float(phase["plot_ratio"]) < float(phase["gross"]), phase["code"])
            codes = items(phase["parcels"])
            land = sum(parcels[c][1].area for c in codes)
            for c in codes:
                load[c] = load.get(c, 0) + float(phase["plot_ratio"]) * parcels[c][1].area / land
        for code, floor in load.items():
            properties, outline = parcels[code]
            self.assertLessEqual(floor / outline.area, properties["far"] + 1e-9, code)
            self.assertLessEqual(properties["far"], properties["far_cap"], code)
            self.assertLessEqual(properties["far_cap"], 4.5, code)


class Made(unittest.TestCase):
    def test_the_script_still_makes_these_files(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, str(SOURCE / "tools/make_demo/make_demo.py"), folder], check=True, stdout=subprocess.DEVNULL)
            names = sorted(p.name for p in DEMO.iterdir())
            self.assertEqual(sorted(p.name for p in pathlib.Path(folder).iterdir()), names)
            _, different, broken = filecmp.cmpfiles(DEMO, folder, names, shallow=False)
            self.assertEqual((different, broken), ([], []))


if __name__ == "__main__":
    unittest.main()

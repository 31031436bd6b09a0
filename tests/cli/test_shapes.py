"""zaitu import of shapes as they come: faulty geometry, drawings, archives, hostile databases and XML, boundary points."""
import csv
import io
import json
import os
import pathlib
import shutil
import sqlite3
import struct
import subprocess
import tempfile
import unittest
import zipfile

from osgeo import gdal, ogr, osr

from half_written import leave_half_written, name_another_file

gdal.UseExceptions()
ZAITU = os.environ["ZAITU"]
X, Y = 557000, 3464000


def box(x=X, y=Y, width=100, height=80):
    return [[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]


def geojson(*geometries):
    features = [{"type": "Feature", "properties": {"DKBH": f"SZ-{i + 1:03}"}, "geometry": g} for i, g in enumerate(geometries)]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features})


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def dxf(*entities):
    lines = ["0", "SECTION", "2", "ENTITIES"]
    for entity in entities:
        lines += [str(word) for word in entity]
    return "\n".join(lines + ["0", "ENDSEC", "0", "EOF", ""])


def drawn(kind, *groups):
    return ["0", kind, "8", "RED", *[word for pair in groups for word in pair]]


class ShapesTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="zaitu-test-"))
        (self.folder / "tmp").mkdir()
        (self.folder / "in").mkdir()
        self.environment = dict(os.environ, TMPDIR=str(self.folder / "tmp"))
        self.project = self.new_project("p.sqlite")

    def tearDown(self):
        self.assertEqual(list((self.folder / "tmp").iterdir()), [], "temporary files were left behind")
        shutil.rmtree(self.folder)

    def run_zaitu(self, *words):
        done = subprocess.run([ZAITU, *map(str, words)], capture_output=True, text=True, env=self.environment, timeout=120)
        self.assertGreaterEqual(done.returncode, 0, f"the program died: {words} {done.stderr}")
        return done

    def zaitu(self, *words):
        done = self.run_zaitu(*words)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout[-1000:]} {done.stderr[-1000:]}")
        return done

    def new_project(self, name):
        self.zaitu("init", self.folder / name, "--crs", "EPSG:4549")
        return self.folder / name

    def write(self, name, content):
        path = self.folder / "in" / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def load(self, source, *words, project=None):
        """The import's answer; nothing is left or changed beside the source."""
        before = {p.name: p.read_bytes() for p in source.parent.iterdir()}
        done = self.zaitu("import", project or self.project, source, "--as", "parcels", "--json", *words)
        self.assertEqual({p.name: p.read_bytes() for p in source.parent.iterdir()}, before)
        return json.loads(done.stdout)

    def codes(self, answer):
        return {w["code"] for w in answer["warnings"]}

    def refusal(self, source, *words):
        done = self.run_zaitu("import", self.project, source, "--as", "parcels", *words)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        return done.stderr.strip()

    def areas(self, project=None):
        with sqlite3.connect(project or self.project) as db:
            return dict(db.execute("SELECT code, area_planar_m2 FROM parcels"))

    def shapefile(self, stem, count=3):
        srs = osr.SpatialReference()
        srs.ImportFromEPSG(4549)
        source = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(str(self.folder / f"{stem}.shp"))
        layer = source.CreateLayer(stem, srs, ogr.wkbPolygon)
        layer.CreateField(ogr.FieldDefn("DKBH", ogr.OFTString))
        for i in range(count):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature["DKBH"] = f"{stem}-{i}"
            feature.SetGeometry(ogr.CreateGeometryFromJson(json.dumps(polygon(box(X + 200 * i)))))
            layer.CreateFeature(feature)
        source = None
        return [(p.name, p.read_bytes()) for p in sorted(self.folder.glob(f"{stem}.*"))]

    # ---- geometry ----

    def test_every_fault_is_named_and_the_rest_comes_whole(self):
        answer = self.load(self.write("a.geojson", geojson(
            polygon([p for p in box() for _ in range(3)]),                                      # 1 repeated vertices
            polygon(box(X + 200)[:-1]),                                                         # 2 unclosed
            polygon([[X + 400, Y], [X + 500, Y + 80], [X + 500, Y], [X + 400, Y + 80], [X + 400, Y]]),  # 3 bow-tie
            polygon(box(X + 600), box(X + 800, width=10)),                                      # 4 hole outside
            polygon([[X, Y], [X + 10, Y], [X, Y]]),                                             # 5 two points
            {"type": "Point", "coordinates": [X, Y]},                                           # 6 a point
            {"type": "GeometryCollection", "geometries": [polygon(box(X + 1000)), {"type": "Point", "coordinates": [X, Y]}]},
            polygon(box(X + 1200)), polygon(box(X + 1200)[2:4] + box(X + 1200)[:2] + [box(X + 1200)[2]]),  # 8, 9 the same
            polygon(box(X + 1250)),                                                             # 10 on 8
            None,                                                                               # 11
            polygon([[X, Y], [1e300, Y], [X, Y + 1], [X, Y]]))))                                # 12
        self.assertEqual(answer["inserted"], 12)
        said = {w["feature"]: w for w in answer["warnings"] if w["feature"]}
        for feature, code in [("0", "geom-duplicate-vertex"), ("1", "geom-unclosed"), ("2", "geom-invalid"),
                              ("3", "geom-invalid"), ("5", "geom-mixed"), ("6", "geom-mixed"), ("8", "duplicate"),
                              ("9", "overlap"), ("10", "geom-null"), ("11", "geom-coordinate")]:
            self.assertIn(code, [w["code"] for w in answer["warnings"] if w["feature"] == feature], feature)
        self.assertTrue({"geom-zero-area", "geom-invalid"} & {w["code"] for w in answer["warnings"] if w["feature"] == "4"})
        self.assertRegex(said["2"]["message"], r"\(557450 3464040\).*area .* before and 4000 after")
        self.assertIn("4000.00", next(w["message"] for w in answer["warnings"] if w["code"] == "overlap"))
        areas = self.areas()
        for code in ("SZ-001", "SZ-002", "SZ-007", "SZ-008", "SZ-009", "SZ-010"):
            self.assertAlmostEqual(areas[code], 8000, 4)
        with sqlite3.connect(self.project) as db:
            kept = {row[0] for row in db.execute("SELECT feature FROM import_log WHERE original IS NOT NULL")}
        self.assertTrue({"0", "1", "2", "3", "5", "6", "11"} <= kept, kept)

        # A later layer is compared with what is there.
        later = self.load(self.write("b.geojson", geojson(polygon(box(X + 1300))).replace("SZ-001", "new")))
        self.assertIn("overlap", self.codes(later))

    def test_nesting_ends_in_a_line(self):
        for depth in (2000, 100000):
            deep = '{"type":"GeometryCollection","geometries":[' * depth + "]}" * depth
            text = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":' + deep + "}]}"
            self.assertIn("nested:", self.refusal(self.write("deep.geojson", text)))
        wkt = "GEOMETRYCOLLECTION(" * 5000 + "POINT(1 1)" + ")" * 5000
        self.assertIn("nested:", self.refusal(self.write("deep.csv", f'DKBH,WKT\na,"{wkt}"\n')))
        good = f"POLYGON(({','.join(f'{x} {y}' for x, y in box())}))"
        some = self.load(self.write("some.csv", f'DKBH,WKT\nb,"GEOMETRYCOLLECTION(POINT EMPTY,{good})"\n'), "--crs", "EPSG:4549")
        self.assertIn("geom", self.codes(some))
        self.assertAlmostEqual(self.areas()["b"], 8000, 6)
        kml = "<kml><Document>" + "<MultiGeometry>" * 5000 + "</MultiGeometry>" * 5000 + "</Document></kml>"
        self.assertIn("nested:", self.refusal(self.write("deep.kml", kml)))

    def test_drawings_have_outlines_of_lines_and_arcs(self):
        half = drawn("ARC", (10, X + 100), (20, Y + 40), (40, 40), (50, 270), (51, 90))
        lines = [drawn("LINE", (10, a), (20, b), (11, c), (21, d)) for a, b, c, d in
                 [(X, Y, X + 100, Y), (X + 100, Y + 80.0015, X, Y + 80), (X, Y + 80, X, Y + 0.001)]]
        circle = drawn("CIRCLE", (10, X + 300), (20, Y), (40, 50))
        text = drawn("TEXT", (10, X), (20, Y), (40, 2), (1, "A-1"))
        answer = self.load(self.write("plan.dxf", dxf(*lines, half, circle, text)), "--crs", "EPSG:4549")
        self.assertEqual((answer["inserted"], answer["rejected"]), (2, 1))
        self.assertTrue({"geom-curve", "geom-mixed"} <= self.codes(answer))
        first, second = sorted(self.areas().values())
        self.assertAlmostEqual(first, 3.14159265 * 50 ** 2, delta=0.2)
        self.assertAlmostEqual(second, 8000 + 3.14159265 * 40 ** 2 / 2, delta=0.4)
        # Without a header nothing says the code page, and the driver takes all for Latin-1.
        red = dxf(*lines, half, drawn("TEXT", (10, X), (20, Y), (40, 2), (1, "枫桥路"))).replace("RED", "用地红线")
        other = self.new_project("dxf.sqlite")
        answer = self.load(self.write("gbk.dxf", red.encode("gbk")), "--crs", "EPSG:4549", project=other)
        self.assertTrue({"encoding", "geom-unclosed"} <= self.codes(answer))
        self.assertIn("枫桥路", next(w["message"] for w in answer["warnings"] if w["code"] == "geom-mixed"))
        rows = json.loads(self.zaitu("list", other, "parcels", "--format", "json", "--with-source").stdout)["rows"]
        self.assertEqual([row["source"]["Layer"] for row in rows], ["用地红线"])

    # ---- shapefiles ----

    def test_shapefiles_that_contradict_themselves(self):
        def written(stem, change):
            files = {name: bytearray(content) for name, content in self.shapefile(stem, 4)}
            change(files)
            for name, content in files.items():
                self.write(name, bytes(content))
            return self.folder / "in" / f"{stem}.shp"

        def cut_index(files):
            del files["cut.shx"][116:]

        def mix_index(files):  # entries of 8 bytes from byte 100: number 2 and 3 change places
            entries = files["mixed.shx"]
            entries[108:116], entries[116:124] = entries[116:124], entries[108:116]

        for stem, change in (("cut", cut_index), ("mixed", mix_index)):
            answer = self.load(written(stem, change))
            self.assertIn("shx", self.codes(answer), stem)
        with sqlite3.connect(self.project) as db:
            stored = db.execute("SELECT code FROM parcels ORDER BY id")
            self.assertEqual([row[0] for row in stored], [f"{stem}-{i}" for stem in ("cut", "mixed") for i in range(4)])
        self.assertIn("truncated", self.refusal(written("head", lambda files: files["head.shp"].__delitem__(slice(60, None)))))

        # Latin-1 in the .cpg means nothing where the bytes are Chinese; more digits than a number holds are kept.
        def rename(files):
            at = files["text.dbf"].index(b"text-0")
            files["text.dbf"][at:at + 10] = "枫桥路枫桥".encode("gbk")
            files["text.cpg"] = bytearray(b"ISO-8859-1")
        self.assertIn("encoding", self.codes(self.load(written("text", rename))))
        self.assertIn("枫桥路枫桥", self.areas())

        srs = osr.SpatialReference()
        srs.ImportFromEPSG(4549)
        source = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(str(self.folder / "in" / "ids.shp"))
        layer = source.CreateLayer("ids", srs, ogr.wkbPolygon)
        field = ogr.FieldDefn("DKBH", ogr.OFTReal)
        field.SetWidth(20)
        layer.CreateField(field)
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromJson(json.dumps(polygon(box()))))
        layer.CreateFeature(feature)
        layer = feature = source = None
        ids = self.folder / "in" / "ids.dbf"
        ids.write_bytes(ids.read_bytes()[:-21] + b"3101041980010112345".rjust(20) + b"\x1a")
        # A ring that runs like the outline it lies in is a hole of it.
        shp = self.folder / "in" / "ids.shp"
        rings = [box()[::-1], box(X + 10, Y + 10, 10, 10)[::-1]]
        body = struct.pack("<i4d2i2i", 5, X, Y, X + 100, Y + 80, 2, 10, 0, 5) + b"".join(struct.pack("<2d", *p) for ring in rings for p in ring)
        head = bytearray(shp.read_bytes()[:100])
        head[24:28] = struct.pack(">i", (108 + len(body)) // 2)
        shp.write_bytes(bytes(head) + struct.pack(">2i", 1, len(body) // 2) + body)
        answer = self.load(shp)
        self.assertTrue({"geom-invalid", "shx"} <= self.codes(answer))
        self.assertAlmostEqual(self.areas()["3101041980010112345"], 7900, 6)

    def test_a_damaged_shapefile_is_taken_in_part_only_when_asked(self):
        def source(stem, change):
            files = {name: bytearray(content) for name, content in self.shapefile(stem, 5)}
            change(files)
            for name, content in files.items():
                self.write(name, bytes(content))
            return self.folder / "in" / f"{stem}.shp"

        def rows_said(dbf, count):
            dbf[4:8] = struct.pack("<I", count)

        # What was done, the keyword, how many whole rows are left of how many.
        # A shape takes 136 bytes with its head: the third is cut; a record takes 81.
        damages = {
            "cut": (lambda files: files["cut.shp"].__delitem__(slice(100 + 2 * 144 + 60, None)), "truncated", 2, 5),
            "noindex": (lambda files: (files["noindex.shp"].__delitem__(slice(100 + 3 * 144, None)), files.pop("noindex.shx")),
                        "truncated", 3, 5),
            "fewer": (lambda files: (rows_said(files["fewer.dbf"], 3), files["fewer.dbf"].__delitem__(slice(-2 * 81 - 1, -1))),
                      "record-count", 3, 5),
            "table": (lambda files: files["table.dbf"].__delitem__(slice(-81 - 40, None)), "truncated", 3, 5),
            "lie": (lambda files: rows_said(files["lie.dbf"], 4_000_000_000), "truncated", 5, 5),
        }
        for stem, (change, keyword, whole, there_were) in damages.items():
            with self.subTest(stem):
                path = source(stem, change)
                line = self.refusal(path)
                self.assertIn(f"error: {keyword}: ", line)
                self.assertIn("--allow-partial", line)
                answer = self.load(path, "--allow-partial", project=self.new_project(f"{stem}.sqlite"))
                self.assertIn(keyword, self.codes(answer))
                self.assertNotIn("shx", self.codes(answer))  # it is we who left the index out
                self.assertEqual([answer[name] for name in ("read", "inserted", "rejected")],
                                 [there_were, whole, there_were - whole])
                self.assertEqual(self.areas(self.folder / f"{stem}.sqlite"), {f"{stem}-{i}": 8000 for i in range(whole)})
                with sqlite3.connect(self.folder / f"{stem}.sqlite") as db:
                    kept, listed = db.execute("SELECT json_extract(decisions, '$.set_aside'), (SELECT count(*) FROM import_log "
                                              "WHERE code = ?) FROM imports", (keyword,)).fetchone()
                self.assertEqual((kept or 0, listed), (there_were - whole, 1))

        alone = source("alone", lambda files: files.pop("alone.dbf"))
        answer = self.load(alone)
        self.assertEqual((answer["inserted"], answer["rejected"]), (5, 0))
        self.assertTrue({"dbf", "id"} <= self.codes(answer))

        lone = self.write("lone.dbf", (self.folder / "in" / "table.dbf").read_bytes())
        self.assertIn("error: truncated: ", self.refusal(lone))
        answer = self.load(lone, "--allow-partial", project=self.new_project("lone.sqlite"))
        self.assertEqual((answer["inserted"], answer["rejected"]), (3, 2))
        self.assertNotIn("format", self.codes(answer))

        # Nothing is left out of what is whole.
        answer = self.load(source("sound", lambda files: None), "--allow-partial", project=self.new_project("sound.sqlite"))
        self.assertEqual((answer["inserted"], answer["rejected"], answer["warnings"]), (5, 0, []))

    # ---- archives ----

    def archive(self, name, members, patch=None, **options):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
            for member, content in members:
                made.writestr(member, content, **options)
        content = data.getvalue()
        for old, new in patch or []:
            content = content.replace(old, new)
        return self.write(name, content)

    def test_archives_are_judged_before_they_are_unpacked(self):
        shape = self.shapefile("parcels")
        # 地块 in GBK takes four bytes.
        chinese = [(name.replace("parcels", "abcd"), content) for name, content in shape]
        answer = self.load(self.archive("gbk.zip", chinese, [(b"abcd", "地块".encode("gbk"))]))
        self.assertEqual(answer["inserted"], 3)
        self.assertIn("encoding", self.codes(answer))
        other = self.shapefile("roads", 1)
        both = self.archive("both.zip", shape + other + [("readme.txt", "text")])
        self.assertRegex(self.refusal(both), "layer: .*parcels.shp, roads.shp")
        self.assertEqual(self.load(both, "--layer", "roads")["inserted"], 1)
        self.assertIn("layer:", self.refusal(both, "--layer", "nothing"))

        self.assertIn("path:", self.refusal(self.archive("slip.zip", [("../../zaitu_pwned.shp", "x")])))
        self.assertIn("path:", self.refusal(self.archive("back.zip", [("..\\..\\zaitu_pwned.shp", "x")])))
        self.assertIn("path:", self.refusal(self.archive("root.zip", [("/tmp/zaitu_pwned.shp", "x")])))
        link = zipfile.ZipInfo("parcels.csv")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        self.assertIn("path:", self.refusal(self.archive("link.zip", [(link, "/etc/passwd")])))
        self.assertIn("too-large:", self.refusal(self.archive("bomb.zip", [("a.csv", b"0" * (300 << 20))])))
        locked = bytearray(self.archive("locked.zip", [("a.csv", "DKBH\n1\n")]).read_bytes())
        for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            locked[locked.index(mark) + at] |= 1
        self.assertIn("password:", self.refusal(self.write("locked.zip", bytes(locked))))
        self.assertIn("truncated:", self.refusal(self.write("cut.zip", both.read_bytes()[:600])))
        self.assertIn("empty:", self.refusal(self.archive("empty.zip", [])))
        self.assertIn("format:", self.refusal(self.archive("photos.zip", [("a.jpg", "x")])))
        ring = " ".join(f"{120.6 + x},{31.3 + y}" for x, y in [(0, 0), (.001, 0), (.001, .001), (0, .001), (0, 0)])
        kml = ('<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>k1</name><Polygon><outerBoundaryIs>'
               f"<LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>")
        self.assertEqual(self.load(self.archive("a.kmz", [("doc.kml", kml), ("files/icon.kml", "<kml/>")]))["inserted"], 1)

    # ---- hostile files ----

    def test_xml_is_looked_through_before_its_driver(self):
        bomb = '<!DOCTYPE k [<!ENTITY a "aaaa">]><kml>&a;</kml>'
        late = '<?xml version="1.0"?><!-- ' + "x" * 100000 + " -->" + bomb
        self.assertIn("entity:", self.refusal(self.write("late.kml", late)))
        self.assertIn("entity:", self.refusal(self.write("late.gml", late)))
        self.assertIn("entity:", self.refusal(self.write("wide.kml", ('<?xml version="1.0" encoding="UTF-16"?>' + bomb).encode("utf-16"))))
        self.assertIn("entity:", self.refusal(self.archive("late.kmz", [("doc.kml", late)])))

    def test_json_and_xml_are_read_in_the_encoding_they_are_in(self):
        placemark = ("<Placemark><name>{}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>120.6,31.3 120.601,31.3 120.601,31.301 "
                     "120.6,31.3</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>")
        text = lambda name, says: f'<?xml version="1.0" encoding="{says}"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{placemark.format(name)}</Document></kml>'
        for i, (says, encoding) in enumerate((("GBK", "gbk"), ("UTF-8", "gbk"), ("gb2312", "utf-8"))):
            answer = self.load(self.write(f"a{i}.kml", text(f"枫桥路{i}", says).encode(encoding)))
            self.assertEqual("encoding" in self.codes(answer), i > 0)
        json_text = json.dumps(json.loads(geojson(polygon(box()))), ensure_ascii=False).replace("SZ-001", "枫桥路3")
        self.assertIn("encoding", self.codes(self.load(self.write("a.geojson", json_text.encode("gbk")))))
        self.load(self.write("b.geojson", json_text.replace("路3", "路4").encode("utf-16")))
        with sqlite3.connect(self.project) as db:
            stored = {row[0] for row in db.execute("SELECT name FROM parcels UNION SELECT code FROM parcels")}
        self.assertTrue({f"枫桥路{i}" for i in range(5)} <= stored, stored)
        self.assertIn("truncated:", self.refusal(self.write("cut.geojson", json_text[:-40])))

    def test_databases_are_scanned_before_their_driver(self):
        path = self.folder / "in" / "a.gpkg"
        srs = osr.SpatialReference()
        srs.ImportFromEPSG(4549)
        source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
        layer = source.CreateLayer("parcels", srs, ogr.wkbPolygon)
        layer.CreateField(ogr.FieldDefn("DKBH", ogr.OFTString))
        feature = ogr.Feature(layer.GetLayerDefn())
        feature["DKBH"] = "a"
        feature.SetGeometry(ogr.CreateGeometryFromJson(json.dumps(polygon(box()))))
        layer.CreateFeature(feature)
        source = layer = feature = None
        clean = path.read_bytes()
        self.assertEqual(self.codes(self.load(path)), set())

        with sqlite3.connect(path) as db:
            db.execute("CREATE TRIGGER odd AFTER INSERT ON parcels BEGIN SELECT 1; END")
        wal = bytearray(path.read_bytes())
        wal[18] = wal[19] = 2
        path.write_bytes(wal)
        answer = self.load(path, project=self.new_project("q.sqlite"))
        self.assertEqual(self.codes(answer), {"untrusted", "wal"})

        for sql in ("CREATE VIRTUAL TABLE v USING VirtualText('/tmp/zaitu_canary.csv', 'UTF-8', 1, COMMA, DOUBLEQUOTE, ',')",
                    "CREATE VIRTUAL TABLE \"using rtree(\" USING VirtualOGR('/tmp/zaitu_canary.csv')"):
            path.write_bytes(clean)
            name = sql.split()[3] if '"' not in sql else "using rtree("
            with sqlite3.connect(path) as db:
                db.execute("PRAGMA writable_schema=ON")
                db.execute("INSERT INTO sqlite_master VALUES ('table', ?, ?, 0, ?)", (name, name, sql))
            self.assertIn("untrusted:", self.refusal(path), sql)
        # A tree of pages that comes back to itself.
        looped = bytearray(clean)
        size = struct.unpack(">H", clean[16:18])[0]
        for page in range(1, len(clean) // size):
            looped[page * size] = 5  # an inner page ...
            looped[page * size + 8:page * size + 12] = struct.pack(">I", page + 1)  # ... whose child it is itself
        path.write_bytes(looped)
        self.assertRegex(self.refusal(path), "corrupt:|format:|time:")

    # ---- boundary points ----

    def test_a_database_whose_writer_died_is_read_as_it_was_before(self):
        source = self.write("half.geojson", geojson(*[polygon(box(X + 200 * i)) for i in range(300)]))
        self.load(source)
        package = self.folder / "in" / "half.gpkg"
        self.zaitu("export", self.project, "parcels", package)
        change = "DELETE FROM parcels WHERE fid > 10"
        with sqlite3.connect(package) as db:
            for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                db.execute(f'DROP TRIGGER "{name}"')
        db.close()
        journal = leave_half_written(package, change)
        answer = self.load(package, project=self.new_project("half.sqlite"))
        self.assertEqual(answer["inserted"], 300)
        self.assertIn("wal", self.codes(answer))
        victim = self.folder / "letter.txt"
        victim.write_bytes(b"/none/there-journal\0")
        name_another_file(journal, victim)
        self.assertIn("untrusted", self.refusal(package))
        self.assertTrue(victim.exists())

    def test_boundary_points_go_out_and_come_back(self):
        self.load(self.write("a.geojson", geojson(polygon(box(), box(X + 10, Y + 10, 20, 20)),
                                                  {"type": "MultiPolygon", "coordinates": [[box(X + 200)], [box(X + 400)]]})))
        out = self.folder / "out"
        out.mkdir()
        self.zaitu("export", self.project, "parcels", out / "a.txt")
        text = (out / "a.txt").read_text(encoding="utf-8")
        self.assertIn("带号=40", text)
        self.assertIn("J1,1,3464080.0000,40557000.0000", text)
        for encoding in ("utf-8", "gbk"):
            back = self.new_project(f"{encoding}.sqlite")
            self.load(self.write(f"{encoding}.txt", text.encode(encoding)), project=back)
            for code, area in self.areas().items():
                self.assertAlmostEqual(self.areas(back)[code], area, 3)
            with sqlite3.connect(back) as db:
                self.assertEqual(db.execute("SELECT crs FROM imports").fetchone()[0], "EPSG:4528")

        self.zaitu("export", self.project, "boundary-points", out / "a.csv", "--crs", "EPSG:4549")
        with open(out / "a.csv", encoding="utf-8-sig") as file:
            rows = [row for row in csv.DictReader(file) if row["地块编号"].lstrip("'") == "SZ-001"]
        self.assertEqual([r["点号"] for r in rows[:5]], ["J1", "J2", "J3", "J4", "J1"])
        self.assertEqual([float(r["边长(m)"]) for r in rows[:4]], [100, 80, 100, 80])
        self.assertEqual((float(rows[0]["X(m)"]), float(rows[0]["Y(m)"])), (Y + 80, X))
        self.zaitu("export", self.project, "boundary-points", out / "a.xlsx")
        self.assertTrue((out / "a.xlsx").read_bytes().startswith(b"PK"))
        self.assertIn("crs:", self.run_zaitu("export", self.project, "boundary-points", out / "b.csv", "--crs", "EPSG:3857").stderr)


if __name__ == "__main__":
    unittest.main()

"""zaitu render: the map as a file, from a project, from any OGR file and from an empty project."""
import json
import os
import pathlib
import re
import struct
import subprocess
import tempfile
import unittest
import zlib

ZAITU = os.environ["ZAITU"]


def run(*arguments, code=0):
    done = subprocess.run([ZAITU, *map(str, arguments)], capture_output=True, text=True, timeout=200)
    assert done.returncode == code, f"exit {done.returncode}, not {code}: {arguments}\n{done.stdout}\n{done.stderr}"
    return done


def png_pixels(path):
    """Width, height and rows of RGB bytes of an 8 bit truecolour PNG."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and colour in (2, 6)
            step = 3 if colour == 2 else 4
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    raw, rows, before = zlib.decompress(packed), [], bytes(width * step)
    for y in range(height):
        line = bytearray(raw[y * (width * step + 1) + 1:(y + 1) * (width * step + 1)])
        kind = raw[y * (width * step + 1)]
        for i in range(len(line)):
            left = line[i - step] if i >= step else 0
            up = before[i]
            corner = before[i - step] if i >= step else 0
            guess = left + up - corner
            paeth = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
            line[i] = (line[i] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
        rows.append(bytes(line))
        before = rows[-1]
    return width, height, step, rows


PARCELS = {
    "type": "FeatureCollection",
    "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}},
    "features": [
        {"type": "Feature", "properties": {"code": f"P{i}", "name": f"地块{i}", "land_use": use},
         "geometry": {"type": "Polygon", "coordinates": [[[x, y], [x + 90, y], [x + 90, y + 90], [x, y + 90], [x, y]]]}}
        for i, (use, x, y) in enumerate(
            [("0701", 636000, 3435000), ("0802", 636100, 3435000), ("1401", 636000, 3435100), ("", 636100, 3435100)])],
}


class Render(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.demo = cls.path / "demo.sqlite"
        run("init", cls.demo, "--demo")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def render(self, project, name, *options):
        out = self.path / name
        answer = json.loads(run("render", project, "--out", out, "--json", *options).stdout)
        self.assertEqual(answer["file"], str(out))
        self.assertTrue(out.stat().st_size > 500)
        return answer, out

    def test_png_has_the_size_and_shows_the_parcels(self):
        answer, out = self.render(self.demo, "map.png", "--size", "640x400")
        width, height, step, rows = png_pixels(out)
        self.assertEqual((width, height), (640, 400))
        self.assertGreater(answer["features"], 100)
        west, south, east, north = answer["extent"]
        self.assertAlmostEqual((east - west) / (north - south), 640 / 400, places=6)
        colours = {row[i:i + 3] for row in rows for i in range(0, len(row), step)}
        self.assertGreater(len(colours), 50)

    def test_the_extent_is_what_is_painted(self):
        box = (632500, 3432000, 636500, 3435000)
        answer, _ = self.render(self.demo, "part.png", "--size", "400x300", "--extent", ",".join(map(str, box)))
        for asked, painted in zip(box, answer["extent"]):
            self.assertAlmostEqual(asked, painted, places=6)

    def test_each_theme_paints_differently_and_the_same_again(self):
        pictures = set()
        for theme in ("stage", "land_use", "land_use_planned", "certainty", "circle", "supply"):
            options = ("--size", "320x240", "--theme", theme, "--as-of", "2024-06-30",
                       "--extent", "632500,3432000,636500,3435000")
            first = self.render(self.demo, "a.png", *options)[1].read_bytes()
            self.assertEqual(first, self.render(self.demo, "b.png", *options)[1].read_bytes(), theme)
            pictures.add(first)
        self.assertEqual(len(pictures), 6)

    def test_the_date_changes_the_map(self):
        at = [self.render(self.demo, "d.png", "--size", "320x240", "--as-of", day)[1].read_bytes()
              for day in ("2021-12-31", "2025-12-31")]
        self.assertNotEqual(*at)

    def test_pdf_is_reproducible_and_tells_its_sources(self):
        a = self.render(self.demo, "a.pdf", "--as-of", "2025-12-31")[1]
        b = self.render(self.demo, "b.pdf", "--as-of", "2025-12-31")[1]
        self.assertEqual(a.read_bytes(), b.read_bytes())
        self.assertNotIn(b"CreationDate", a.read_bytes())
        text = subprocess.run(["pdftotext", a, "-"], capture_output=True, text=True).stdout
        self.assertIn("OpenStreetMap contributors", text)
        self.assertIn("SYNTHETIC", text)
        self.assertIn("2025-12-31", text)

    def test_svg_is_well_formed_and_reproducible(self):
        a = self.render(self.demo, "a.svg", "--size", "500x400")[1].read_text()
        b = self.render(self.demo, "b.svg", "--size", "500x400")[1].read_text()
        self.assertEqual(a, b)
        self.assertRegex(a[:200], r"<svg ")
        self.assertTrue(a.rstrip().endswith("</svg>"))

    def test_without_labels_there_is_less_text(self):
        options = ("--size", "900x700", "--extent", "632500,3432000,636500,3435000")
        named = self.render(self.demo, "named.svg", *options)[1].read_text()
        bare = self.render(self.demo, "bare.svg", "--no-labels", *options)[1].read_text()
        count = lambda text: len(re.findall("<use ", text))
        self.assertLess(count(bare), count(named))

    def test_any_ogr_file_is_parcels(self):
        source = self.path / "fields.geojson"
        source.write_text(json.dumps(PARCELS))
        answer, out = self.render(source, "fields.png", "--size", "300x300", "--theme", "land_use")
        self.assertEqual(answer["features"], 4)
        self.assertEqual(png_pixels(out)[:2], (300, 300))

    def test_an_empty_project_gives_an_empty_map(self):
        project = self.path / "empty.sqlite"
        run("init", project)
        for ending in ("png", "pdf", "svg"):
            answer, _ = self.render(project, "empty." + ending, "--size", "200x150")
            self.assertEqual(answer["features"], 0)

    def test_wrong_words_and_places(self):
        self.assertIn("gif", run("render", self.demo, "--out", self.path / "map.gif", code=2).stderr)
        nowhere = self.path / "missing" / "map.png"
        done = run("render", self.demo, "--out", nowhere, code=5)
        self.assertIn(str(nowhere), done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1)
        run("render", self.path / "not-there.sqlite", "--out", self.path / "x.png", code=4)
        self.assertFalse((self.path / "x.png").exists())


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
"""Copies the open layers the demo uses into data/open, clipped to the surroundings of Minhang.

    tools/make_demo/prepare_open.py SOURCE_FOLDER

SOURCE_FOLDER holds the full layers, one folder each, with a SOURCE.md that names where they come from. Needed again only when
a layer is renewed; make_demo.py reads data/open alone. Geometry is clipped and rounded to 6 decimals (0.1 m), nothing else.
"""
import json
import pathlib
import shutil
import sys

from shapely.geometry import box, mapping, shape

ROOT = pathlib.Path(__file__).resolve().parents[2]
WINDOW = box(121.23, 30.96, 121.60, 31.27)
NEIGHBOURS = {"三林", "徐泾", "虹桥商务区", "古美", "莘庄", "康桥", "周浦", "航头", "江桥", "新桥", "车墩", "西渡", "奉贤金汇",
              "华泾", "长桥", "凌云路", "康健", "叶榭", "九亭", "泗泾", "华新"}
OSM = "© OpenStreetMap contributors, Open Database License (ODbL) 1.0, https://opendatacommons.org/licenses/odbl/1-0/"


def rounded(coordinates):
    if isinstance(coordinates[0], (int, float)):
        return [round(c, 6) for c in coordinates[:2]]
    return [rounded(c) for c in coordinates]


def copy_layer(source, target, keep=lambda properties: True, fields=None, clip=False, rename=None):
    features = []
    for feature in json.loads(source.read_text(encoding="utf-8"))["features"]:
        properties = feature["properties"]
        if not keep(properties):
            continue
        geometry = feature["geometry"]
        if clip:
            clipped = shape(geometry).intersection(WINDOW)
            if clipped.is_empty:
                continue
            geometry = mapping(clipped)
        if fields:
            properties = {f: properties.get(f) for f in fields if properties.get(f) not in (None, "")}
        features.append({"type": "Feature", "properties": properties,
                         "geometry": {"type": geometry["type"], "coordinates": rounded(geometry["coordinates"])}})
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    target.write_text('{"type":"FeatureCollection","name":"%s","features":[\n%s\n]}\n' % (target.stem, lines), encoding="utf-8")
    print(f"{target.relative_to(ROOT)}: {len(features)} features, {target.stat().st_size} bytes")


def note_source(source, target, changed, licence=None):
    text = source.read_text(encoding="utf-8").rstrip() + "\n- **Changed for this copy**: " + changed + "\n"
    text = text.replace("# shared/", "# ", 1)
    (target / "SOURCE.md").write_text(text, encoding="utf-8")
    if licence:
        (target / "LICENSE.txt").write_text(licence + "\n", encoding="utf-8")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: prepare_open.py SOURCE_FOLDER")
    source = pathlib.Path(sys.argv[1])
    target = ROOT / "data" / "open"

    copy_layer(source / "osm_sjtu_buildings/osm_buildings_sjtu_jianchuan_20260807.geojson",
               target / "osm_sjtu_buildings/buildings.geojson",
               fields=["osm_id", "name", "name:en", "building", "building:levels", "addr:street", "addr:housenumber"])
    copy_layer(source / "osm_sjtu_buildings/osm_sjtu_minhang_campus_20260807.geojson",
               target / "osm_sjtu_buildings/campus.geojson")
    note_source(source / "osm_sjtu_buildings/SOURCE.md", target / "osm_sjtu_buildings",
                "coordinates rounded to 6 decimals, attributes reduced; files renamed buildings.geojson and campus.geojson; the raw answers are left out.", OSM)

    folder = "osm_transport_shanghai"
    copy_layer(source / folder / "metro_lines.geojson", target / folder / "metro_lines.geojson", clip=True)
    copy_layer(source / folder / "metro_stations.geojson", target / folder / "metro_stations.geojson", clip=True)
    copy_layer(source / folder / "elevated_and_expressway.geojson", target / folder / "elevated_and_expressway.geojson", clip=True)
    note_source(source / folder / "SOURCE.md", target / folder,
                "clipped to 121.23-121.60 E, 30.96-31.27 N; coordinates rounded to 6 decimals; the raw file is left out.", OSM)

    folder = "osm_admin_neighbours"
    copy_layer(source / folder / "shanghai_sectors_osm_admin_based.geojson", target / folder / "neighbours.geojson",
               keep=lambda p: p.get("name") in NEIGHBOURS)
    copy_layer(source / folder / "pujiang_town_osm_admin_edited.geojson", target / folder / "pujiang.geojson")
    note_source(source / folder / "SOURCE.md", target / folder,
                "neighbours.geojson holds only the sectors around Minhang; pujiang.geojson is the third file; coordinates rounded to 6 decimals; the second file is left out.", OSM)

    folder = "echarts_shanghai_districts"
    copy_layer(source / folder / "shanghai_districts_decoded.geojson", target / folder / "minhang_gcj02.geojson",
               keep=lambda p: p.get("adcode") == "310112")
    note_source(source / folder / "SOURCE.md", target / folder,
                "only 闵行区, still in GCJ-02 as in the source (make_demo.py shifts it); coordinates rounded to 6 decimals; the raw file is left out.")
    for name in ("LICENSE_echarts.txt", "NOTICE_echarts.txt"):
        shutil.copyfile(source / folder / name, target / folder / name)

    folder = "road_axes_sketch"
    copy_layer(source / folder / "road_axes_sketch.geojson", target / folder / "road_axes_sketch.geojson")
    note_source(source / folder / "SOURCE.md", target / folder, "none.")


if __name__ == "__main__":
    main()

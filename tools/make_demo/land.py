"""The land side of the demo: district outline, towns, circles, zones, parcels with their attributes, records and lineage."""
import random

import numpy
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import polygonize, split, transform, unary_union

import blocks
import geo
import sketch

OPEN_VALID_FROM = "2006-01-01"


def degrees_line(points):
    return LineString([geo.to_metres(*p) for p in points])


def degrees_polygon(points):
    return Polygon([geo.to_metres(*p) for p in points]).buffer(0)


def open_layers(folder):
    """The open layers in project metres, as the block maker wants them."""
    elevated = geo.read_layer(folder / "osm_transport_shanghai/elevated_and_expressway.geojson")
    metro = geo.read_layer(folder / "osm_transport_shanghai/metro_lines.geojson")
    major = {"虹梅高架路", "嘉闵高架路", "其他城市高架", "闵浦二桥"}
    return {
        "buildings": [(p, geo.projected(g)) for p, g in geo.read_layer(folder / "osm_sjtu_buildings/buildings.geojson")],
        "campus": geo.projected(geo.read_layer(folder / "osm_sjtu_buildings/campus.geojson")[0][1]),
        "roads": [(p["name"], geo.projected(g)) for p, g in geo.read_layer(folder / "road_axes_sketch/road_axes_sketch.geojson")],
        "expressways": [geo.projected(g) for p, g in elevated if p["kind"] == "expressway" or p["name"] in major],
        "viaducts": [geo.projected(g) for p, g in metro if p["name"] in ("上海地铁5号线", "上海轨道交通网络")],
    }


def district(folder):
    """(outline in metres, facts about its fit): the GCJ-02 outline shifted to WGS84 and measured against OSM's neighbouring towns."""
    raw = geo.read_layer(folder / "echarts_shanghai_districts/minhang_gcj02.geojson")[0][1]

    def shift(xs, ys, zs=None):
        pairs = [geo.gcj02_to_wgs84(x, y) for x, y in zip(xs, ys)]
        return [p[0] for p in pairs], [p[1] for p in pairs]

    before, after = geo.projected(raw), geo.projected(transform(shift, raw))
    inside = {"莘庄", "古美", "虹桥商务区"}  # these are, at least partly, in Minhang itself
    neighbours = [geo.projected(g) for p, g in geo.read_layer(folder / "osm_admin_neighbours/neighbours.geojson") if p["name"] not in inside]
    pujiang = geo.projected(geo.read_layer(folder / "osm_admin_neighbours/pujiang.geojson")[0][1])
    edges = unary_union([n.boundary for n in neighbours] + [pujiang.boundary])
    others = unary_union([n.buffer(0) for n in neighbours])
    facts = {}
    shared = None
    for key, outline in (("before", before), ("after", after)):
        ring = outline.exterior
        distances = numpy.array([edges.distance(ring.interpolate(50.0 * i)) for i in range(int(ring.length // 50))])
        near = distances[distances < 1000]
        facts[key] = {"points": int(len(near)), "median": float(numpy.median(near)), "p75": float(numpy.percentile(near, 75)),
                      "p90": float(numpy.percentile(near, 90)), "overlap_km2": outline.buffer(0).intersection(others).area / 1e6}
        shared = outline
    opened = shared.buffer(0).buffer(-3, join_style=2).buffer(3, join_style=2)  # parts the places where the source's outline touches itself
    repaired = max(blocks.polygons(opened), key=lambda p: p.area)
    facts["area_km2"] = repaired.area / 1e6
    return geo.snapped(Polygon(repaired.exterior)), facts


def river(outline):
    """The sketched 黄浦江 as a band, as far as it lies in or beside the district."""
    band = degrees_line(sketch.RIVER).buffer(sketch.RIVER_HALF_WIDTH)
    return band, geo.snapped(band.simplify(1.0))


def towns(outline):
    """Coarse towns: the faces between the outline, the river's middle and the cut lines; faces without a seed join the longest neighbour."""
    lines = [outline.exterior, degrees_line(sketch.RIVER)] + [degrees_line(c) for c in sketch.TOWN_CUTS]
    faces = [f for f in polygonize(unary_union(lines)) if outline.buffer(1).contains(f.representative_point())]
    faces.sort(key=lambda f: (round(f.centroid.x), round(f.centroid.y)))
    owner = {}
    for number, town in enumerate(sketch.TOWNS):
        seed = Point(geo.to_metres(*town[4]))
        for i, face in enumerate(faces):
            if face.contains(seed):
                owner[i] = number
    assert len(owner) == len(sketch.TOWNS), "a town's seed shares a face with another"
    while len(owner) < len(faces):
        best = max(((faces[i].intersection(faces[j]).length, -i, j, i) for i in range(len(faces)) if i not in owner for j in owner))
        if best[0] <= 0:
            break
        owner[best[3]] = owner[best[2]]
    result = []
    for number, (name, name_en, kind, code, _) in enumerate(sketch.TOWNS):
        shape = unary_union([faces[i] for i in sorted(owner) if owner[i] == number])
        result.append(({"code": code, "name": name, "name_en": name_en, "kind": kind, "synthetic": 1}, geo.snapped(shape)))
    return result


def site_outline(key):
    return degrees_polygon(next(s for s in sketch.SITES if s[0] == key)[-1])


def circles(facts):
    colours = {"C1": "#D84315", "C2": "#F9A825", "C3": "#1565C0"}
    english = {"C1": "Core functional circle", "C2": "Spill-over circle", "C3": "Industrial linkage circle"}
    sites = {"向阳园": "xiangyang", "元江路地块": "yuanjiang", "闵行经济技术开发区": "minkaifa", "临港浦江国际科技城": "pujiang",
             "莘庄工业区": "xinzhuang", "虹桥前湾生物医药产业园区": "hongqiao"}
    result = []
    for circle in facts["circles"]:
        for member in circle["members"]:
            if circle["id"] == "C1":
                shape = degrees_polygon(sketch.CORE_OUTLINE)
            else:
                shape = site_outline(sites[member]).buffer(60, join_style=2)
            result.append(({"code": circle["id"], "name": circle["name"], "name_en": english[circle["id"]], "member": member,
                            "functions": "、".join(circle["functions"]), "colour": colours[circle["id"]], "document": "F2", "synthetic": 1}, geo.snapped(shape)))
    return result


def zones(open_data):
    road = {}
    for name, line in open_data["roads"]:
        road.setdefault(name, line)
    core = degrees_polygon(sketch.CORE_OUTLINE)
    jianchuan = road["剑川路"].intersection(core.buffer(200))
    huminlu = road["沪闵路"].intersection(core.buffer(400))
    t = unary_union([jianchuan.buffer(260, cap_style=2), road["沧源路"].buffer(260, cap_style=2)])
    x = unary_union([jianchuan.buffer(620, cap_style=2), road["沧源路"].buffer(620, cap_style=2)]).intersection(core.buffer(300)).difference(t)
    campus = open_data["campus"]
    ring = campus.buffer(600).difference(campus)
    scattered = [site_outline(k) for k in ("xiangyang", "minkaifa", "xinzhuang", "pujiang", "zizhu", "hongqiao")]
    linked = unary_union([core] + [site_outline(k).buffer(200) for k in ("yuanjiang", "changqing", "xiangyang")])
    rows = [
        ("Z1", "“T字型”区域", "T-shaped area", "policy_area", "2021-01-01", "", "F1", t),
        ("Z2", "周边扩展“X”区域", "Extension X around it", "policy_area", "2021-01-01", "", "F1", x),
        ("Z1C", "产业社区（拟纳入“T字型”及“X”区域）", "Industrial community (proposed for T and X)", "industrial_community", "2021-01-01", "", "F1", unary_union([t, x]).buffer(4, join_style=2).buffer(-4, join_style=2)),
        ("Z4", "大零号湾联动发展区", "Grand Neobay linkage area", "linkage_area", "2025-02-06", "", "F4", linked.buffer(150).buffer(-150)),
        ("Z7", "环高校科创带", "Innovation belt around the universities", "belt", "2023-01-01", "2026-01-01", "F0", ring),
        ("Z8", "沿沪闵路上市公司总部集聚带", "Headquarters belt along Humin Road", "belt", "2023-01-01", "2026-01-01", "F0", huminlu.buffer(320, cap_style=2)),
        ("Z9", "上海(大零号湾)未来产业先导区", "Future industry pilot area", "area", "2025-03-07", "", "F2", unary_union([site_outline("jianchuan_north"), site_outline("changqing")])),
        ("Z12", "张江高新区闵行园区", "Zhangjiang Hi-Tech Park, Minhang", "park", "2021-12-27", "", "F2", unary_union(scattered)),
    ]
    return [({"code": c, "name": n, "name_en": e, "kind": k, "valid_from": a, "valid_to": b, "document": d, "synthetic": 1}, geo.snapped(g.buffer(-2, join_style=2).buffer(2, join_style=2).simplify(0.5).buffer(0)))
            for c, n, e, k, a, b, d, g in rows]


# --- Parcels
# Land use by site: (current, planned) with weights. Codes of the 2023 guide.
USES = {
    "core_west": [("100101", "0802", 6), ("0901", "0902", 2), ("0802", "0802", 3), ("0701", "0701", 3), ("1401", "1401", 1), ("100101", "0902", 2), ("0804", "0804", 1)],
    "jianchuan_north": [("100101", "0802", 5), ("0703", "0802", 3), ("0703", "0902", 2), ("0701", "0701", 2), ("1401", "1401", 1), ("100102", "100101", 1)],
    "huminlu_west": [("0701", "0701", 6), ("0901", "0901", 2), ("100101", "0902", 3), ("080403", "080403", 1), ("1401", "1401", 1)],
    "zizhu": [("0802", "0802", 8), ("100101", "0802", 2), ("0701", "0701", 1), ("1401", "1401", 2), ("2301", "0802", 4)],
    "ecnu": [("080401", "080401", 1)],
    "campus": [("080401", "080401", 1)],
    "jiangchuan_riverside": [("100102", "0802", 4), ("100102", "0902", 2), ("0701", "0701", 4), ("1302", "1401", 1), ("100102", "1401", 1), ("0806", "0806", 1)],
    "changqing": [("100102", "100101", 3), ("100102", "0802", 4), ("1101", "100101", 1)],
    "yuanjiang": [("100101", "100101", 4), ("0703", "100101", 2), ("1101", "0802", 1), ("0802", "0802", 1)],
    "xiangyang": [("100101", "100101", 6), ("0802", "0802", 2), ("1101", "100101", 1)],
    "minkaifa": [("100101", "100101", 7), ("100102", "100101", 2), ("0802", "0802", 1)],
    "xinzhuang": [("100101", "100101", 6), ("0901", "0802", 2), ("0902", "0802", 1), ("100102", "100101", 1)],
    "pujiang": [("0802", "0802", 4), ("100101", "100101", 3), ("2301", "0802", 3), ("0902", "0902", 1)],
    "hongqiao": [("2301", "0802", 3), ("0802", "0802", 2), ("2301", "0902", 1)],
    "maqiao": [("0101", "100101", 2), ("100101", "100101", 4), ("2301", "0802", 2)],
}
FAR = {"0802": (1.8, 3.0), "0902": (2.0, 3.5), "0901": (1.2, 2.5), "100101": (1.5, 2.5), "100102": (1.2, 2.0), "0701": (1.6, 2.5), "080401": (0.6, 1.0),
       "080403": (0.8, 1.0), "0804": (0.8, 1.0), "0806": (1.0, 1.8)}
HOLDERS = {"G": ["国有企业（示意）", "民营企业（示意）", "高校（示意）", "土地储备机构（示意）"], "J": ["村集体经济组织（示意）"]}


class Parcel:
    def __init__(self, key, code, geometry):
        self.site, self.code, self.geometry = key, code, geometry
        self.properties = {}
        self.plot_ratio_planned = 0.0  # of the phases that stand on it
        self.built = False  # some of it is completed

    @property
    def area(self):
        return self.geometry.area


def parcels(open_data, river_band):
    fabric, lots = blocks.form(open_data, river_band)
    site = {s[0]: s for s in sketch.SITES}
    result = []
    counters = {}
    for key, block, lot in lots:
        unit, district_code = (site[key][2], site[key][3]) if key in site else ("1401", "101")
        counters[(unit, block)] = number = counters.get((unit, block), 0) + 1
        parcel = Parcel(key, f"MHP0-{unit}单元{block:02d}-{number:02d}", lot)
        parcel.district = district_code
        result.append(parcel)
    return fabric, result


def attributes(all_parcels, open_data):
    """Fills the parcel's facts; every one of them is invented."""
    named = {}
    for properties, geometry in open_data["buildings"]:
        inside = next((p for p in all_parcels if p.geometry.contains(geometry)), None)
        if inside is not None:
            named.setdefault(inside.code, []).append((properties, geometry))
    sequence = {}
    for parcel in all_parcels:
        chance = random.Random("parcel:" + parcel.code)
        kinds = [b[0].get("building") for b in named.get(parcel.code, [])]
        choices = USES[parcel.site]
        current, planned, _ = chance.choices(choices, weights=[c[2] for c in choices])[0]
        if parcel.site not in ("campus", "ecnu") and kinds:
            if kinds.count("apartments") + kinds.count("house") + kinds.count("residential") > len(kinds) / 2:
                current = planned = "0701"
            elif "retail" in kinds or "hotel" in kinds:
                current = planned = "0901"
            elif {"commercial", "office", "industrial"} & set(kinds) or any(b[0].get("name") for b in named[parcel.code]):
                current = planned = "0802"
        low, high = FAR.get(planned, (0.0, 0.0))
        ownership = "J" if current in ("0703", "0101") else "G"
        sequence[parcel.district] = number = sequence.get(parcel.district, 0) + 1
        right = "A" if ownership == "J" else "B"
        identifiers = [f"宗地代码=310112{parcel.district}{(number // 60) + 1:03d}{ownership}{right}{number:05d}", f"控规地块={parcel.code}地块"]
        name = next(s[1] for s in sketch.SITES if s[0] == parcel.site) if parcel.site != "campus" else "上海交大闵行校区"
        parcel.properties = {"code": parcel.code, "name": f"{name}{parcel.code.split('单元')[1]}", "land_use": current, "land_use_planned": planned, "ownership": ownership,
                             "right_holder": chance.choice(HOLDERS[ownership]), "far": round(chance.uniform(low, high), 1) if high else None,
                             "far_cap": high or None, "identifiers": identifiers, "parents": [], "lineage_kind": "", "record": "", "valid_from": OPEN_VALID_FROM, "valid_to": "", "note": ""}
        parcel.buildings = named.get(parcel.code, [])
        parcel.chance = chance


# What land was used for before carriers were built on it, by pathway.
USES_BEFORE = {"renewal": ["100101", "100102"], "tod": ["1206"], "reserve_grant": ["100101", "0703", "2301"]}


def settle_rights(parcel, reached):
    """Ownership follows what has happened: granted land is the state's, reactivated collective land stays the collective's. The land use stays that before the works: what is built is used as planned from its completion on."""
    properties = parcel.properties
    stages = [s for s, _ in reached]
    parcel.built = any(s in ("S6", "S7") for s in stages)
    before = USES_BEFORE.get(reached[0][1], [])
    if properties["land_use"] == properties["land_use_planned"] and before:
        properties["land_use"] = random.Random("before:" + parcel.code).choice(before)
    collective = any(pathway == "collective" for _, pathway in reached)
    ownership = "J" if collective else "G" if any(s in ("S4", "S5", "S6", "S7", "SX") for s in stages) else properties["ownership"]
    code = properties["identifiers"][0]
    cut = code.index("=") + 13
    right = "B" if collective or ownership == "G" else code[cut + 1]
    properties["identifiers"][0] = code[:cut] + ownership + right + code[cut + 2:]
    if ownership != properties["ownership"]:
        properties["ownership"] = ownership
        properties["right_holder"] = HOLDERS[ownership][0]


def area_book(parcel):
    """Surveyed, title and contract areas as offices would write them: the ellipsoid's area is about 450 ppm below the plane's here."""
    chance = parcel.chance
    surveyed = parcel.area / 1.00045 * (1 + chance.uniform(-3e-4, 3e-4))
    values = {"area_surveyed": round(surveyed, 1), "area_title": round(surveyed * (1 + chance.uniform(-3e-3, 3e-3))),
              "area_contract": round(surveyed * (1 + chance.uniform(-2e-3, 2e-3)) / 10) * 10, "area_planned": round(parcel.area / 100) * 100}
    for field, share in (("area_surveyed", 0.12), ("area_title", 0.10), ("area_contract", 0.45)):
        if chance.random() < share:
            values[field] = None
    if chance.random() < 0.008 and values["area_title"]:
        values["area_title"] = round(surveyed * 1.031)
        parcel.properties["note"] = "证载面积与实测相差约3%（示意，供检查）"
    parcel.properties.update(values)


def lineage(all_parcels, reserved):
    """Retired parcels, their land records, and the children's links: 5 splits, 2 merges, 1 realignment, on parcels that no project has taken."""
    retired, records = [], []
    free = [p for p in all_parcels if p.code not in reserved and p.site not in ("campus", "ecnu")]

    def retire(code, geometry, like, record, until):
        old = Parcel(like.site, code, geometry)
        old.district, old.chance, old.buildings = like.district, random.Random("parcel:" + code), []
        old.properties = dict(like.properties, code=code, name=like.properties["name"] + "（原）", identifiers=[f"控规地块={code}地块"], parents=[], lineage_kind="", record="",
                              valid_from=OPEN_VALID_FROM, valid_to=until, far=like.properties["far"], note="")
        area_book(old)
        retired.append(old)
        return old

    def inherit(child, parents, kind, record, since):
        child.properties.update(parents=[p.code for p in parents], lineage_kind=kind, record=record, valid_from=since)

    used = set()

    def pairs(sites):
        for i, a in enumerate(free):
            for b in free[i + 1:]:
                if a.site == b.site and a.site in sites and not {a.code, b.code} & used and a.code.rsplit("-", 1)[0] == b.code.rsplit("-", 1)[0]:
                    joined = a.geometry.union(b.geometry)
                    if joined.geom_type == "Polygon" and a.geometry.intersection(b.geometry).length > 60 and not joined.interiors:
                        yield a, b, joined

    plans = [("split", "core_west", "2018-05-16"), ("split", "zizhu", "2019-09-10"), ("split", "jianchuan_north", "2022-03-22"), ("split", "minkaifa", "2023-06-30"),
             ("split", "pujiang", "2024-11-08"), ("realign", "jiangchuan_riverside", "2025-04-18")]
    for number, (kind, key, day) in enumerate(plans, 1):
        a, b, joined = next(pairs({key}))
        used.update((a.code, b.code))
        record = f"LR-{day[:4]}-{number:02d}"
        if kind == "split":
            records.append((record, "split", f"{a.code}、{b.code}地块分割（示意）", day))
            parents = [retire(a.code + "原", geo.snapped(joined), a, record, day)]
        else:
            records.append((record, "realign", f"{a.code}、{b.code}地块界线调整（示意）", day))
            box = joined.minimum_rotated_rectangle
            corners = list(box.exterior.coords)
            long_first = Point(corners[0]).distance(Point(corners[1])) > Point(corners[1]).distance(Point(corners[2]))
            s = (corners[0], corners[1], corners[2], corners[3]) if long_first else (corners[1], corners[2], corners[3], corners[0])
            at = lambda p, q, t: (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t)
            line = blocks.stretched(LineString([at(s[0], s[1], 0.42), at(s[3], s[2], 0.42)]), 50)
            pieces = sorted(blocks.polygons(split(joined, line)), key=lambda p: -p.area)[:2]
            pieces = blocks.share_points(pieces)
            parents = [retire(a.code + "原", pieces[0], a, record, day), retire(b.code + "原", pieces[1], b, record, day)]
        for child in (a, b):
            touching = [p for p in parents if p.geometry.intersection(child.geometry).area > 1]
            inherit(child, touching, kind, record, day)
    merged = [p for p in free if p.code not in used and not p.buildings and p.area > 30000]
    for number, (key, day) in enumerate((("yuanjiang", "2021-07-15"), ("xinzhuang", "2025-11-20")), len(plans) + 1):
        child = next(p for p in merged if p.site == key)
        used.add(child.code)
        record = f"LR-{day[:4]}-{number:02d}"
        corners = list(child.geometry.minimum_rotated_rectangle.exterior.coords)
        long_first = Point(corners[0]).distance(Point(corners[1])) > Point(corners[1]).distance(Point(corners[2]))
        s = (corners[0], corners[1], corners[2], corners[3]) if long_first else (corners[1], corners[2], corners[3], corners[0])
        at = lambda p, q, t: (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t)
        line = blocks.stretched(LineString([at(s[0], s[1], 0.55), at(s[3], s[2], 0.55)]), 50)
        pieces = blocks.share_points(sorted(blocks.polygons(split(child.geometry, line)), key=lambda p: -p.area)[:2])
        records.append((record, "merge", f"{child.code}地块合并（示意）", day))
        parents = [retire(child.code + suffix, piece, child, record, day) for suffix, piece in zip(("原a", "原b"), pieces)]
        inherit(child, parents, "merge", record, day)
    return retired, records


def transfer_numbers(all_parcels, taken):
    """Numbers of land transfers (出让地块) on industrial and R&D parcels that a project has taken; invented, in the form the bureau uses."""
    town = {"101": "江川路街道", "102": "吴泾镇", "103": "颛桥镇", "104": "江川路街道", "105": "莘庄工业区", "106": "华漕镇", "107": "马桥镇", "124": "浦江镇"}
    number = 410
    for parcel in all_parcels:
        if parcel.code in taken and parcel.properties["land_use_planned"] in ("0802", "100101"):
            number += 1
            kind = "工" if parcel.properties["land_use_planned"] == "100101" else "研发"
            parcel.properties["identifiers"].append(f"出让地块={town[parcel.district]}{kind}-{number}号")

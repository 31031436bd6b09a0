#!/usr/bin/python3
"""Writes data/demo from data/facts and data/open. Run by developers; the same input gives the same bytes.

    tools/make_demo/make_demo.py [FOLDER]        FOLDER: where to write, data/demo if not given

Needs Debian's python3 with python3-gdal, python3-shapely and python3-numpy. See README.md beside this file.
"""
import csv
import json
import pathlib
import random
import re
import sys
import warnings

from shapely.geometry import Point

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
warnings.filterwarnings("ignore", category=DeprecationWarning)
warnings.filterwarnings("ignore", message=".*STRtree.*")

import blocks  # noqa: E402
import geo  # noqa: E402
import land  # noqa: E402
import papers  # noqa: E402
import readme  # noqa: E402
import timeline  # noqa: E402
import works  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPEN = ROOT / "data/open"
YEAR_ENDS = ["2021-12-31", "2022-12-31", "2023-12-31", "2024-12-31", "2025-12-31", "2026-09-30"]


def write_table(path, fields, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(fields)
        for row in rows:
            writer.writerow(["" if row.get(f) is None else ";".join(row[f]) if isinstance(row.get(f), list) else row.get(f) for f in fields])


class Allotment:
    """Gives each phase its land: the parcel of its building, else the nearest free parcels with room for it at a believable FAR."""

    def __init__(self, parcels):
        self.parcels = parcels
        self.taken = {}

    def building(self, name):
        for parcel in self.parcels:
            for properties, geometry in parcel.buildings:
                if properties.get("name") == name:
                    return parcel, geometry
        raise SystemExit(f"no parcel holds the building {name}")

    def nearest(self, place, plot_ratio, project):
        point = Point(geo.to_metres(*place))
        def suits(p):
            used = p.properties["land_use_planned"]
            return p.site not in ("campus", "ecnu") and used not in ("0701", "1401", "080403", "0804", "0806", "0901") and self.taken.get(p.code, project) == project \
                and not any(b[0].get("name") for b in p.buildings) and p.plot_ratio_planned == 0
        chosen, room = [], 0.0
        for parcel in sorted((p for p in self.parcels if suits(p)), key=lambda p: (round(p.geometry.distance(point), 1), p.code)):
            if chosen and not any(parcel.site == c.site for c in chosen):
                break
            chosen.append(parcel)
            room += parcel.area * 2.6
            if room >= plot_ratio or len(chosen) == 3:
                break
        return chosen

    def take(self, parcels, plot_ratio, project):
        total = sum(p.area for p in parcels)
        for parcel in parcels:
            self.taken[parcel.code] = project
            parcel.plot_ratio_planned += plot_ratio * parcel.area / total


def sized(area, code, demolished):
    """Floor areas of a phase in m² from its carrier area in 10 000 m²; None gives none."""
    chance = random.Random("size:" + code)
    row = {"gross": None, "plot_ratio": None, "carrier": None, "leasable": None, "demolished": round(demolished * 1e4) if demolished else 0}
    if area is not None:
        carrier = area * 1e4
        gross = carrier / chance.uniform(0.76, 0.84)
        row.update(carrier=round(carrier), gross=round(gross, -1), plot_ratio=round(gross * chance.uniform(0.86, 0.93), -1), leasable=round(carrier * chance.uniform(0.82, 0.9), -1))
    return {k: int(v) if isinstance(v, float) else v for k, v in row.items()}


def place_projects(facts, parcels):
    """Projects, phases and events; also the parcels' FAR from what stands on them."""
    allot = Allotment(parcels)
    path = timeline.pathways()
    projects, phases, events = [], [], []
    source = {p["id"]: p for p in facts["projects"]}
    todo = [dict(code=c, name=n, name_en=e, building=b, chain=ch, owner=o) for c, n, e, b, ch, o in works.OSM_CARRIERS]
    todo += [dict(code=p["id"], name=p["name"], name_en=works.NAME_EN.get(p["id"], ""), building=works.BUILDING.get(p["id"]), chain=works.CHAIN.get(p["id"], ""), owner=works.OWNER.get(p["id"], "state")) for p in facts["projects"]]
    todo.sort(key=lambda t: (t["building"] is None, t["code"] not in works.PHASES, t["code"]))
    for item in todo:
        code = item["code"]
        paper = source.get(code)
        pathway = works.PATHWAY.get(code, "renewal" if code.startswith("C") else "reserve_grant")
        specs = works.PHASES.get(code, [])
        place = works.PLACE.get(code)
        location, home = None, []
        if item["building"]:
            parcel, geometry = allot.building(item["building"])
            location, home = geometry.representative_point(), [parcel]
        elif place:
            location = Point(geo.to_metres(*place))
        lands, last = [], []
        for number, spec in enumerate(specs, 1):
            phase = f"{code}-{number}"
            size = sized(spec["area"], phase, spec.get("demolished"))
            need = size["plot_ratio"] or 30000
            for later, follower in enumerate(specs[number:], number + 1):  # phases that follow on the same land need room there too
                if not follower.get("same"):
                    break
                need += sized(follower["area"], f"{code}-{later}", follower.get("demolished"))["plot_ratio"] or 0
            if spec.get("same") and last:
                here = last
            elif home and number == 1:
                here = home
            elif location is not None:
                where = place or geo.to_degrees(location.x, location.y)
                here = allot.nearest(where, need, code)
                if code in works.SECOND_PLACE:
                    here = here[:1] + allot.nearest(works.SECOND_PLACE[code], need / 2, code)[:1]
            else:
                here = []
            if here:
                allot.take(here, size["plot_ratio"] or 0, code)
            last = here
            lands += [p.code for p in here if p.code not in lands]
            label = spec.get("name") or (f"{'一二三四'[number - 1]}期" if len(specs) > 1 else "全部")
            phases.append(dict(size, code=phase, name=label, name_en=f"Phase {number}" if len(specs) > 1 else "Whole", project=code, parcels=[p.code for p in here], synthetic=1,
                               note="面积为示意" if spec["area"] is not None else "缺面积：文件与示意均未给出"))
            order = [s for s, _ in path[pathway]]
            own = timeline.events(phase, spec, path[pathway])
            for stage, date, kind, evidence, note in own:
                events.append(dict(phase=phase, parcel="", stage=stage, date=date, kind=kind, document="", evidence=evidence, page="", note=note, synthetic=1))
            promise = timeline.committed(paper) if paper else None
            issued = papers.SAYS[papers.document_of(paper)] if paper else ""
            if promise and timeline.stage_at(own, order, issued) in order and order.index(timeline.stage_at(own, order, issued)) < (order + ["S7"]).index(promise[0] if promise[0] in order else "S7"):
                events.append(dict(phase=phase, parcel="", stage=promise[0], date=promise[1], kind="commitment", document=papers.document_of(paper), evidence=paper["source"]["quote"],
                                   page=paper["source"]["where"], note="文件未给出单个项目日期，取计划期末", synthetic=0))
        if not specs and not location and place:
            location = Point(geo.to_metres(*place))
        if lands and not item["building"]:
            first = next(p for p in parcels if p.code == lands[0])
            location = first.geometry.representative_point()
        projects.append(papers.project_row(item, paper, pathway if specs else "", lands, location, works))
    reached = {}
    for phase in phases:
        pathway = next(p["pathway"] for p, _ in projects if p["code"] == phase["project"])
        rows = [(e["stage"], e["date"], e["kind"]) for e in events if e["phase"] == phase["code"]]
        stage = timeline.stage_at(rows, [s for s, _ in path[pathway]], timeline.LAST_ACTUAL)
        for parcel in phase["parcels"]:
            reached.setdefault(parcel, []).append((stage, pathway))
    for parcel in parcels:
        if parcel.plot_ratio_planned > 0:
            needed = parcel.plot_ratio_planned / parcel.area
            far = max(parcel.properties["far"] or 0, round(needed + 0.05, 1))
            parcel.properties["far"] = far
            parcel.properties["far_cap"] = max(parcel.properties["far_cap"] or 0, round(far * 2 + 0.499) / 2)
            if parcel.properties["land_use_planned"] not in ("0802", "0902", "100101", "100102"):
                parcel.properties["land_use_planned"] = "0802"
        if parcel.code in reached:
            land.settle_rights(parcel, reached[parcel.code])
    projects.sort(key=lambda p: p[0]["code"])
    key = {p["code"]: i for i, p in enumerate(phases)}
    phases.sort(key=lambda p: p["code"])
    events.sort(key=lambda e: (e["phase"], e["date"], e["kind"], e["stage"]))
    return projects, phases, events, allot, len(key)


def parcel_events(parcels, allot, phases, events):
    """Relocation and reserve dates of some parcels themselves: as the phase that stands on them has them."""
    result = []
    for phase in phases:
        for parcel in phase["parcels"][:2]:
            for event in events:
                if event["phase"] == phase["code"] and event["kind"] == "actual" and event["stage"] in ("S2", "S3", "S4") and event["date"] >= "2023":
                    result.append(dict(event, phase="", parcel=parcel, note="地块收储进度（示意）"))
    return result[:60]


def occupancy(phases, events):
    """A count at the end of every quarter; two phases count once a year, one has stopped, one never began: what is not known stays so."""
    quarter_ends = [f"{year}-{day}" for year in range(2021, 2027) for day in ("03-31", "06-30", "09-30", "12-31")]
    yearly, stopped, never = {"C05-1", "C08-1"}, {"C02-1"}, {"C04-1"}
    rows = []
    for phase in phases:
        use = [e["date"] for e in events if e["phase"] == phase["code"] and e["stage"] == "S7" and e["kind"] == "actual"]
        if not use or not phase["leasable"]:
            continue
        chance = random.Random("occupancy:" + phase["code"])
        ceiling, speed, lived_in = chance.uniform(0.82, 0.97), chance.uniform(14, 26), chance.uniform(0.8, 0.92)
        for as_of in quarter_ends:
            if use[0] > as_of or not "2021-12-31" <= as_of <= "2026-09-30" or phase["code"] in never:
                continue
            if phase["code"] in yearly and not as_of.endswith("12-31") or phase["code"] in stopped and as_of > "2025-03-31":
                continue
            months = (timeline.day(as_of) - timeline.day(use[0])).days / 30.44
            signed = phase["leasable"] * min(ceiling, 0.12 + ceiling * months / speed)
            rows.append(dict(phase=phase["code"], date=as_of, leasable=phase["leasable"], signed=int(round(signed, -1)), moved_in=int(round(signed * min(0.96, lived_in + months * 0.0008), -1)),
                             document="", synthetic=1))
    return rows


REPORT_WORDS = {
    "创新策源功能强基行动": (["本季完成联合攻关课题中期评估", "平台设备安装调试过半", "新签校企联合实验室协议两项", "完成年度指南征集与论证"],
                   ["仪器进口周期长", "配套经费尚未到账", "实验用房改造滞后于计划", ""], ["下季完成设备验收", "下季组织专家评审", "下季落实用房交付"]),
    "科技成果转化加速行动": (["新增转化合同登记十余项", "举办路演与对接活动三场", "科创服务窗口受理量较上季增长", "基金完成新一轮募集签约"],
                   ["作价入股流程时间偏长", "早期项目融资意愿不足", ""], ["下季试行简化审批清单", "下季对接概念验证中心", "下季公布首批入驻名单"]),
    "前沿新兴产业引领行动": (["签约产业项目四个，其中两个已注册", "完成产业链图谱更新", "示范场景开放两处"], ["部分项目用地指标待落实", "中试空间供给不足", ""],
                   ["下季推进项目落地建设", "下季发布新一批场景清单"]),
    "创新创业人才集聚行动": (["引进海外人才申报一批", "人才公寓新增供应并启动配租", "举办人才活动两场"], ["配套学位偏紧", "公寓租金补贴标准待定", ""], ["下季启动下一批配租", "下季完善服务专员机制"]),
    "科创载体能级提升行动": (["在建载体按节点施工，一处结构封顶", "完成一处地块动迁签约", "沿线环境整治完成一段"], ["个别地块收储协议尚未签订", "管线迁改影响工期", "规划调整批复时间不确定", ""],
                   ["下季完成竣工预验收", "下季办理土地收储手续", "下季启动招商预租"]),
}


def reports(facts):
    """Invented quarterly reports of the tasks; about a third is missing, as it happens."""
    rows = []
    for quarter in ("2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3"):
        for task in facts["tasks_2023_2025"]:
            chance = random.Random(f"report:{quarter}:{task['no']}")
            if chance.random() < 0.3:
                continue
            progress, problem, next_step = REPORT_WORDS[task["group"]]
            rows.append(dict(code=f"T{task['no']:02d}", title="", quarter=quarter, progress=chance.choice(progress) + "（示意）", problem=chance.choice(problem),
                             next_step=chance.choice(next_step), synthetic=1))
    return rows


def counted(phases, events, pathway_of, as_of, first="S6", area="carrier", net=True):
    """Counting rules 1 and 2, for the check of the story only: 10 000 m²."""
    path = timeline.pathways()
    total = 0.0
    for phase in phases:
        order = [s for s, _ in path[pathway_of[phase["project"]]]]
        rows = [(e["stage"], e["date"], e["kind"]) for e in events if e["phase"] == phase["code"]]
        stage = timeline.stage_at(rows, order, as_of)
        if stage != "SX" and order.index(stage) >= order.index(first):
            total += (phase[area] or 0) - (phase["demolished"] if net else 0)
    return total / 1e4


def assessments(parcels):
    rows = []
    for parcel in parcels:
        use = parcel.properties["land_use_planned" if parcel.built else "land_use"]
        if use not in ("100101", "100102", "1101") or parcel.properties["valid_to"]:
            continue
        chance = random.Random("assessment:" + parcel.code)
        if chance.random() < 0.45:
            grade = chance.choices("ABCD", weights=[3, 5, 4, 2])[0]
            rows.append(dict(parcel=parcel.code, cycle="2023-2025", **{"class": grade}, date="2025-06-30", document="", note="两评估示意结果"))
    return rows


def main():
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data/demo"
    target.mkdir(parents=True, exist_ok=True)
    facts = json.loads((ROOT / "data/facts/policy_facts.json").read_text(encoding="utf-8"))
    open_data = land.open_layers(OPEN)
    outline, fit = land.district(OPEN)
    band, river = land.river(outline)
    fabric, parcels = land.parcels(open_data, band)
    land.attributes(parcels, open_data)
    projects, phases, events, allot, _ = place_projects(facts, parcels)
    retired, records = land.lineage(parcels, set(allot.taken))
    for parcel in parcels:
        land.area_book(parcel)
    land.transfer_numbers(parcels, allot.taken)
    everything = retired + parcels

    parcel_fields = ["code", "name", "land_use", "land_use_planned", "ownership", "right_holder", "far", "far_cap", "area_title", "area_contract", "area_surveyed", "area_planned",
                     "valid_from", "valid_to", "identifiers", "parents", "lineage_kind", "record", "synthetic", "note"]
    def flat(properties, fields):
        return {f: ";".join(properties[f]) if isinstance(properties.get(f), list) else properties.get(f) for f in fields}
    geo.write_layer(target / "parcels.geojson", [(flat(dict(p.properties, synthetic=1), parcel_fields), p.geometry) for p in everything])
    geo.write_layer(target / "towns.geojson", land.towns(outline))
    geo.write_layer(target / "circles.geojson", land.circles(facts))
    geo.write_layer(target / "zones.geojson", land.zones(open_data))
    geo.write_layer(target / "minhang_outline.geojson", [({"name": "闵行区", "kind": "outline"}, outline)])
    geo.write_layer(target / "river_sketch.geojson", [({"name": "黄浦江（示意）", "kind": "river"}, river)])
    geo.write_layer(target / "projects.geojson", [(flat(p, list(p)), g) for p, g in projects])
    write_table(target / "phases.csv", ["code", "name", "name_en", "project", "gross", "plot_ratio", "carrier", "leasable", "demolished", "parcels", "synthetic", "note"], phases)
    land_events = parcel_events(parcels, allot, phases, events)
    write_table(target / "events.csv", ["phase", "parcel", "stage", "date", "kind", "document", "evidence", "page", "note", "synthetic"], events + land_events)
    occupied = occupancy(phases, events)
    write_table(target / "occupancy.csv", ["phase", "date", "leasable", "signed", "moved_in", "document", "synthetic"], occupied)
    graded = assessments(parcels)
    write_table(target / "assessments.csv", ["parcel", "cycle", "class", "date", "document", "note"], graded)
    write_table(target / "land_records.csv", ["code", "kind", "title", "dated", "document"], [dict(code=c, kind=k, title=t, dated=d, document="") for c, k, t, d in records])
    papers.write(facts, target, write_table)
    reported = reports(facts)
    write_table(target / "reports.csv", ["code", "title", "quarter", "progress", "problem", "next_step", "synthetic"], reported)
    (target / "manifest.json").write_text(json.dumps(papers.manifest(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    outlines = {p.code: p.geometry for p in parcels}
    core_circle = next(g for p, g in land.circles(facts) if p["code"] == "C1")
    core = [p for p in phases if sum(core_circle.intersection(outlines[c]).area for c in p["parcels"]) > 0.5 * sum(outlines[c].area for c in p["parcels"])]
    pathway_of = {p["code"]: p["pathway"] for p, _ in projects}
    figures = {d: {"completed": counted(phases, events, pathway_of, d), "in_use": counted(phases, events, pathway_of, d, "S7"),
                   "under_construction": counted(phases, events, pathway_of, d, "S5"), "core": counted(core, events, pathway_of, d)} for d in YEAR_ENDS}
    summary = readme.write(target, facts, fit, fabric, everything, projects, phases, events, land_events, occupied, graded, reported, records, figures)
    print(summary)


if __name__ == "__main__":
    main()

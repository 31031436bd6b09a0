"""What the demo takes over from the papers as they say it: documents, units, programmes, indicators, tasks, projects' names and quotes; and the manifest."""

FILES = {"000_9fbb2c430a6b0914.txt": "F0", "001_195c21b928602f5b.txt": "F1", "002_d3a01ee86bc30e9c.txt": "F2", "003_74973e1bce3c0287.txt": "F3", "004_a644041c96592561.txt": "F4"}
# From when on a paper speaks: a commitment is recorded for phases that had not got so far by then.
SAYS = {"F0": "2023-01-01", "F1": "2021-06-01", "F2": "2025-03-07", "F3": "2024-07-11", "F4": "2025-02-06"}
VERSION = {"F0": "送审稿", "F1": "印发", "F2": "印发", "F3": "发布稿转载", "F4": "印发"}

PROGRAMMES = [
    ("PG1", "“大零号湾”行动计划（2023—2025年）", "Grand Neobay action plan 2023-2025", "F0"),
    ("PG2", "百万平方米科创载体建设", "One million m² of carrier space", "F0"),
    ("PG3", "张江高新区闵行园区改革创新发展行动方案（2025—2026年）", "Zhangjiang Minhang Park reform plan 2025-2026", "F2"),
    ("PG4", "沿剑川路开放式科创街区（45万平方米）", "Open innovation street along Jianchuan Road (450 000 m²)", "F1"),
    ("PG5", "2021年重点落实工作", "Works of 2021", "F1"),
    ("PG6", "“大零号湾”若干政策措施（2024）", "Grand Neobay policy measures 2024", "F3"),
    ("PG7", "区科委2025年工作要点", "S&T Commission priorities 2025", "F4"),
]
PRIMARY = {"F0": "PG1", "F1": "PG5", "F2": "PG3", "F3": "PG6", "F4": "PG7"}

UNIT_EN = {"上海交大": "Shanghai Jiao Tong University", "上海电机学院": "Shanghai Dianji University", "中国航空无线电电子研究所": "China National Aeronautical Radio Electronics Research Institute",
           "仪电集团": "INESA Group", "区交通委": "District Transport Commission", "区人社局": "District Human Resources Bureau", "区公安分局": "District Public Security", "区卫健委": "District Health Commission",
           "区发改委": "District Development and Reform Commission", "区国资委": "District State Assets Commission", "区委组织部": "District Party Organisation Department", "区市场局": "District Market Regulation Bureau",
           "区建管委": "District Construction Commission", "区征收中心": "District Expropriation Center", "区房管局": "District Housing Bureau", "区投促中心": "District Investment Promotion Center",
           "区教育局": "District Education Bureau", "区科委": "District Science and Technology Commission", "区经委": "District Economic Commission", "区统计局": "District Statistics Bureau",
           "区绿容局": "District Greening Bureau", "区规划资源局": "District Planning and Resources Bureau", "区财政局": "District Finance Bureau", "区金融办": "District Finance Office",
           "华东师大": "East China Normal University", "华谊集团等相关市属国企": "Huayi Group and other municipal enterprises", "南滨江公司": "South Riverside Company", "吴泾镇": "Wujing town",
           "江川路街道": "Jiangchuan Road subdistrict", "紫竹高新区": "Zizhu High-tech Park", "航天八院": "Shanghai Academy of Spaceflight Technology", "颛桥镇": "Zhuanqiao town",
           "马桥试验区公司": "Maqiao Pilot Zone Company", "大零号湾集团": "Grand Neobay Group", "市科委": "Municipal S&T Commission", "闵行区": "Minhang District"}
INDICATOR_EN = ["R&D spending as share of GDP", "Municipal or higher science and technology awards of the year", "Valid invention patents (cumulative)", "District or higher R&D centres (cumulative)",
                "Provincial or higher innovation bases (cumulative)", "High-tech enterprises (cumulative)", "Specialised and innovative SMEs (cumulative)", "Funds gathered (cumulative)", "Output (cumulative)",
                "Listed companies (cumulative)", "Overseas high-level talents (cumulative)", "Carrier space (cumulative)"]
TASK_EN = ["Tap SJTU's basic research", "Help ECNU raise its role as a source", "Spill-over from other universities and institutes", "Innovation and R&D centres", "Functional innovation platforms",
           "Leading enterprises' support of innovation", "SJTU technology transfer reform pilot", "Upgraded university science parks", "Technology and finance", "One-stop service of the Innovation Tower",
           "A 100-billion emerging industry cluster", "New tracks of future industries", "Leading and overseas talents", "Industry-education integration area", "Chunshen talent academy", "Talent housing and services",
           "Release carrier space faster", "Better surroundings", "Changqing industrial area transition", "Municipal state-owned enterprises' transition"]
KINDS = {"public service": "public_service", "information system": "programme"}


def document_of(paper):
    return FILES[paper["source"]["file"]]


def unit_names(facts):
    names = [u["name"] for u in facts["units"]]
    for project in facts["projects"]:
        names += [u for u in project["lead_units"] if u not in names]
    return names


def project_row(item, paper, pathway, lands, location, works):
    """(properties, point or None) of one project."""
    code = item["code"]
    units = list(paper["lead_units"]) if paper else []
    lead = works.LEAD.get(code) or (units[0] if units else "")
    document = document_of(paper) if paper else ""
    programmes = [PRIMARY[document]] if paper else []
    for more, members in (("PG2", works.MILLION), ("PG4", works.STREET), ("PG3", works.REFORM_TOO)):
        if code in members and more not in programmes:
            programmes.append(more)
    notes = [works.NOTE[code]] if code in works.NOTE else []
    if not paper:
        notes.append("名称为示意，楼宇取自OpenStreetMap（紫竹信息数码港公司）" if code == "C07" else "楼宇名称取自OpenStreetMap，文件未列名")
        notes.append("牵头单位为示意")
    if lands:
        notes.append("地块、分期、面积与实际日期均为示意" if item["building"] else "位置、地块、分期、面积与实际日期均为示意")
    elif code in works.PHASES:
        notes.append("文件未给出位置：未定位；分期与日期为示意")
    elif location is not None:
        notes.append("位置为示意")
    if paper and len(units) > 1 and not works.LEAD.get(code):
        notes.append("文件只列推进单位，首位作牵头")
    place = (paper["location"]["road_or_landmark"] or paper["location"]["town"] or "") if paper else "剑川路沧源路一带" if code in works.STREET else "紫竹高新区"
    properties = {"code": code, "name": item["name"], "name_en": item["name_en"], "kind": KINDS.get(paper["kind"], paper["kind"]) if paper else "carrier", "type": paper["type"] if paper else "科创载体",
                  "pathway": pathway, "owner_type": item["owner"] if pathway else "", "chain_stage": item["chain"], "lead_units": lead, "responsible_units": [u for u in units if u != lead],
                  "programmes": programmes, "parcels": lands, "location": place, "document": document, "quote": paper["source"]["quote"] if paper else "",
                  "quote_place": paper["source"]["where"] if paper else "", "synthetic": 1 if code == "C07" else 0, "note": "；".join(notes)}
    return properties, location


def write(facts, target, write_table):
    notes = {"F0": "区内另有印发版：闵府发〔2023〕5号（2023-02-27）；本表数字取自送审稿"}
    number = {"F1": "闵府办意提﹝2021﹞26号", "F2": "闵府发〔2025〕5号"}
    issued = {"F2": "2025-03-07", "F3": "2024-07-11", "F4": "2025-02-06"}
    rows = [dict(code=d["id"], title_zh=d["title"], title_en=d["title_en"], number=number.get(d["id"], ""), status=d["status"], version=VERSION[d["id"]], issued_on=issued.get(d["id"], ""),
                 note=notes.get(d["id"], "")) for d in facts["documents"]]
    rows.append(dict(code="E1", title_zh="2022年区两会报道（T+X区域载体）", title_en="Press report on the district's 2022 sessions", number="", status="secondary source", version="转载", issued_on="",
                     note="http://mh.021cf.cn/index.php/post/8685.html；不属于五份文件"))
    write_table(target / "documents.csv", ["code", "title_zh", "title_en", "number", "status", "version", "issued_on", "note"], rows)

    towns = {"吴泾镇", "颛桥镇", "江川路街道"}
    companies = {"南滨江公司", "紫竹高新区", "马桥试验区公司", "仪电集团", "华谊集团等相关市属国企", "大零号湾集团"}
    academic = {"上海交大", "华东师大", "上海电机学院", "中国航空无线电电子研究所", "航天八院"}
    kind = lambda n: "town" if n in towns else "company" if n in companies else "university" if n in academic else "government"
    write_table(target / "units.csv", ["code", "name_zh", "name_en", "kind"],
                [dict(code=f"U{i:02d}", name_zh=n, name_en=UNIT_EN.get(n, ""), kind=kind(n)) for i, n in enumerate(unit_names(facts), 1)])
    write_table(target / "programmes.csv", ["code", "name_zh", "name_en", "document"], [dict(code=c, name_zh=n, name_en=e, document=d) for c, n, e, d in PROGRAMMES])

    fields = ["code", "number", "name", "name_en", "unit", "kind", "scope", "action_group", "supply", "record", "year", "value", "document", "document_version", "lead_units", "responsible_units", "note", "synthetic"]
    rows = []
    base = {}
    for indicator, english in zip(facts["indicators"], INDICATOR_EN):
        common = dict(code=indicator["id"], number=indicator["no"], name=indicator["name"], name_en=english, unit=indicator["unit"], kind=indicator["kind"], scope=indicator["scope"],
                      action_group=indicator["action_group"], supply=1 if indicator["id"] == "I12" else 0, lead_units=indicator["lead_units"], responsible_units=indicator["responsible_units"], synthetic=0)
        base[indicator["id"]] = common
        for year, value in indicator["targets"].items():
            rows.append(dict(common, record="target", year=year, value=value, document="F0", document_version="送审稿", note=indicator["source"]["where"]))
    seen = [
        ("I10", "2024-07-11", 10, "F3", "大零号湾", "截至目前：上市企业数量10家"),
        ("I06", "2024-07-11", 600, "F3", "大零号湾", "截至目前：高新技术企业超600家（大于600）"),
        ("I06", "2021", 2100, "F1", "口径不明（句称大零号湾区域，数值似为全区）", "高新技术企业力争达到2100家：计划数，与其他口径不可比"),
        ("I12", "2021", 45, "F1", "沿剑川路开放式科创街区", "45万平方米的科创载体建设：建设总量，非投用"),
        ("I12", "2021", 15, "F1", "沿剑川路开放式科创街区（投入使用）", "其中15万平方米投入使用"),
        ("I12", "2022", 141, "E1", "T+X区域（含在建）", "区域科创载体总量141万平方米含在建；二手来源，与建成口径不可比"),
    ]
    for code, when, value, document, scope, note in seen:
        rows.append(dict(base[code], scope=scope, record="observation", year=when, value=value, document=document, document_version="转载" if document == "E1" else VERSION[document], note=note))
    write_table(target / "indicators.csv", fields, rows)

    write_table(target / "tasks.csv", ["code", "number", "action_group", "title", "title_en", "text", "document", "units"],
                [dict(code=f"T{t['no']:02d}", number=t["no"], action_group=t["group"], title=t["title"], title_en=e, text=t["deliverables_text"], document="F0", units=t["push_units"])
                 for t, e in zip(facts["tasks_2023_2025"], TASK_EN)])


OSM = "© OpenStreetMap contributors"
ODBL = "ODbL 1.0"


def manifest():
    def reference(file, code, zh, en, role, attribution, licence, source, synthetic, order):
        return {"file": file, "as": "reference", "reference": {"code": code, "name_zh": zh, "name_en": en, "role": role, "attribution": attribution, "licence": licence, "source": source,
                                                              "synthetic": synthetic, "draw_order": order}}
    transport = "open/osm_transport_shanghai/SOURCE.md"
    return {
        "name_zh": "大零号湾演示项目", "name_en": "Grand Neobay demo", "crs": "EPSG:4549",
        "documents": "documents.csv", "units": "units.csv", "programmes": "programmes.csv", "land_records": "land_records.csv",
        "imports": [
            reference("minhang_outline.geojson", "minhang", "闵行区界（概略）", "Minhang outline (coarse)", "outline", "Apache ECharts", "Apache-2.0", "open/echarts_shanghai_districts/SOURCE.md", 0, 10),
            reference("river_sketch.geojson", "river", "黄浦江（示意）", "Huangpu river (sketch)", "water", "", "CC0", "tools/make_demo/sketch.py", 1, 20),
            reference("../open/road_axes_sketch/road_axes_sketch.geojson", "road_axes", "道路中线（示意）", "Road axes (sketch)", "road_axis", "", "CC0", "open/road_axes_sketch/SOURCE.md", 1, 30),
            reference("../open/osm_transport_shanghai/elevated_and_expressway.geojson", "expressways", "高架与高速", "Elevated roads and expressways", "expressway", OSM, ODBL, transport, 0, 40),
            reference("../open/osm_transport_shanghai/metro_lines.geojson", "metro", "轨道交通线路", "Metro lines", "metro", OSM, ODBL, transport, 0, 50),
            reference("../open/osm_transport_shanghai/metro_stations.geojson", "stations", "轨道交通车站（不全）", "Metro stations (incomplete)", "station", OSM, ODBL, transport, 0, 60),
            reference("../open/osm_sjtu_buildings/campus.geojson", "campus", "上海交大闵行校区", "SJTU Minhang campus", "campus", OSM, ODBL, "open/osm_sjtu_buildings/SOURCE.md", 0, 70),
            reference("../open/osm_sjtu_buildings/buildings.geojson", "buildings", "建筑轮廓", "Buildings", "building", OSM, ODBL, "open/osm_sjtu_buildings/SOURCE.md", 0, 80),
            {"file": "towns.geojson", "as": "towns"}, {"file": "circles.geojson", "as": "circles"}, {"file": "zones.geojson", "as": "zones"}, {"file": "parcels.geojson", "as": "parcels"},
            {"file": "projects.geojson", "as": "projects"}, {"file": "phases.csv", "as": "phases"}, {"file": "events.csv", "as": "events"}, {"file": "occupancy.csv", "as": "occupancy"},
            {"file": "indicators.csv", "as": "indicators"}, {"file": "tasks.csv", "as": "tasks"}, {"file": "reports.csv", "as": "tasks"}, {"file": "assessments.csv", "as": "assessments"},
        ],
    }

"""The carriers of the demo: which project of the papers (or named OpenStreetMap building) stands where, in which phases, at which stage.

Names, quotes and commitments come from data/facts; the buildings' names from OpenStreetMap. Every area, outline, pathway, actual, baseline and forecast
date below is INVENTED so that the totals tell a plausible story; the demo marks them synthetic.
"""

# Carriers that are real buildings by name in OpenStreetMap but are not named in the papers: code, name, English, building, chain stage, owner.
OSM_CARRIERS = [
    ("C01", "零号湾950产业园", "Neobay 950 park", "零号湾950产业园", "incubation", "state"),
    ("C02", "零号湾930产业园", "Neobay 930 park", "零号湾930产业园", "incubation", "state"),
    ("C03", "零号湾955（康博科创大厦）", "Neobay 955 (Kangbo tower)", "零号湾955（康博科创大厦）", "incubation", "private"),
    ("C04", "小零号湾科创园", "Little Neobay park", "小零号湾科创园", "incubation", "collective"),
    ("C05", "飞马旅科创园", "Feimalü innovation park", "飞马旅科创园", "incubation", "private"),
    ("C06", "华谊万创·新所", "Huayi Wanchuang Xinsuo", "华谊万创·新所", "incubation", "state"),
    ("C07", "紫竹高新区研发基地一期", "Zizhu R&D base, phase I", "紫竹信息数码港公司", "research", "mixed"),
    ("C08", "欧姆龙上海研究开发协创中心", "Omron R&D centre", "欧姆龙上海研究开发协创中心", "research", "private"),
]
# Papers' projects that are a named building: project -> building.
BUILDING = {"P042": "大零号湾科创大厦", "P014": "紫竹数码广场", "P091": "创想600上海交通大学国家大学科技园", "P021": "上海閔行白金漢爵大酒店"}

# Where the others are put (longitude, latitude), or a site key; "" = deliberately unplaced.
PLACE = {
    "P001": (121.4205, 31.0340), "P002": (121.4345, 31.0405), "P003": (121.4385, 31.0400), "P004": (121.4300, 31.0375), "P005": (121.4160, 31.0225), "P006": (121.4195, 31.0200),
    "P007": (121.4140, 31.0345), "P009": (121.4360, 31.0425), "P010": (121.4135, 31.0240), "P011": (121.4205, 31.0245), "P013": (121.4375, 31.0180), "P015": (121.4410, 31.0150),
    "P028": (121.4600, 31.0470), "P029": (121.4540, 31.0440), "P030": (121.4335, 31.0390), "P032": (121.4085, 31.0315), "P034": (121.4265, 31.0045), "P035": (121.4225, 31.0010),
    "P036": (121.4310, 31.0065), "P040": (121.4270, 31.0355), "P041": (121.4500, 31.0190), "P043": (121.4570, 31.0150), "P044": (121.4245, 31.0115), "P045": (121.4365, 31.0140),
    "P046": (121.4535, 31.0140), "P047": (121.4195, 31.0085), "P048": (121.4480, 31.0140), "P049": (121.4180, 31.0190), "P053": (121.4405, 31.0200), "P054": (121.3800, 31.0110),
    "P055": (121.4950, 31.0800), "P057": (121.4300, 31.0120), "P060": (121.4900, 31.0860), "P062": (121.5000, 31.0860), "P065": (121.4930, 31.0760), "P066": (121.4440, 31.0415),
    "P067": (121.4165, 31.0330), "P068": (121.3850, 31.0080), "P069": (121.4215, 31.0130), "P070": (121.2935, 31.2160), "P073": (121.3760, 31.0160), "P075": (121.3800, 31.0750),
    "P077": (121.4120, 31.0540), "P078": (121.4190, 31.0710), "P085": (121.4150, 31.0310), "P058": "", "P071": "", "P072": "",
    # works without floor space: a point only
    "P016": (121.4172, 31.0296), "P017": (121.4189, 31.0262), "P018": (121.4203, 31.0228), "P019": (121.4260, 31.0335), "P020": (121.4300, 31.0345), "P023": (121.4180, 31.0105),
    "P024": (121.4262, 31.0108), "P025": (121.4180, 31.0125), "P026": (121.4300, 31.0050), "P027": (121.4160, 31.0290), "P037": (121.4590, 31.0200), "P050": (121.4230, 31.0322),
}
SECOND_PLACE = {"P057": (121.4200, 31.0700)}  # its phase stands on land of two circles

PATHWAY = {"P014": "renewal", "P006": "renewal", "P004": "renewal", "P032": "tod", "P077": "collective", "P028": "renewal", "P029": "renewal", "P047": "renewal", "P044": "renewal", "P073": "renewal",
           "P075": "renewal", "P058": "renewal", "P072": "renewal", "P085": "renewal", "P068": "renewal", "P042": "renewal", "P069": "renewal"}
OWNER = {"P003": "private", "P004": "private", "P005": "private", "P006": "private", "P013": "mixed", "P014": "mixed", "P015": "mixed", "P053": "mixed", "P030": "university", "P040": "university",
         "P041": "university", "P091": "university", "P029": "university", "P049": "private", "P077": "collective", "P009": "state", "P070": "mixed", "P072": "private", "P058": "university"}
CHAIN = {"P001": "incubation", "P002": "pilot", "P003": "research", "P004": "industry", "P005": "industry", "P006": "incubation", "P007": "industry", "P009": "industry", "P010": "service",
         "P011": "pilot", "P013": "industry", "P014": "research", "P015": "research", "P028": "pilot", "P029": "pilot", "P030": "research", "P032": "service", "P034": "industry", "P035": "industry",
         "P036": "industry", "P040": "incubation", "P041": "incubation", "P042": "incubation", "P043": "industry", "P044": "incubation", "P045": "pilot", "P046": "industry", "P047": "research",
         "P048": "research", "P049": "research", "P053": "research", "P054": "industry", "P055": "industry", "P057": "pilot", "P058": "research", "P060": "industry", "P062": "industry",
         "P065": "industry", "P066": "research", "P067": "pilot", "P068": "industry", "P069": "industry", "P070": "industry", "P071": "pilot", "P072": "incubation", "P073": "industry",
         "P075": "research", "P077": "pilot", "P078": "pilot", "P085": "service", "P091": "incubation"}
# The papers list the pushing units of a task together; for works of 紫竹高新区 we name it as lead, otherwise the first unit of the list.
LEAD = {p: "紫竹高新区" for p in ("P013", "P014", "P015", "P041", "P053", "C07", "C08")}
LEAD.update({c: "南滨江公司" for c in ("C01", "C02", "C03", "C05")}, C04="江川路街道", C06="华谊集团等相关市属国企", P091="上海交大", P085="南滨江公司", P067="南滨江公司", P077="颛桥镇", P078="颛桥镇")

# Secondary programmes. The primary one is that of the paper that names the project (works named in no paper: STREET or REFORM as given first).
STREET = {"C01", "C02", "C03", "C04", "C05", "C06", "P042", "P091", "P001", "P085", "P067"}
MILLION = {"P001", "P002", "P003", "P004", "P005", "P006", "P007", "P009", "P011", "P013", "P014", "P015", "P032", "P010"}
REFORM_TOO = {"P001", "P002", "P007", "P040", "P013", "P077", "P078"}

NOTE = {
    "P008": "与P031、P032同一地块（轴承厂），建筑面积只在P032计一次", "P031": "与P008、P032同一地块（轴承厂），建筑面积只在P032计一次", "P032": "轴承厂地块：三处文件条目（P008、P031、P032）的建筑面积只在此计一次",
    "P084": "与P040为同一项目的另一文件条目，建筑面积只在P040计一次", "P050": "总量条目：45万平方米为各楼之和，不另设分期", "P091": "楼宇为OSM“创想600上海交通大学国家大学科技园”",
    "P064": "与P052同一试验区", "P089": "与P069同一园区",
}

# Phases: carrier floor area in 10 000 m² (None: no paper and no estimate, a phase without an area) and what happened.
#   done: {stage: day} actual events given; earlier stages are reckoned back from them.   old: an existing building, only completion and use are known.
#   late: months that the baseline's completion lies before the actual (or forecast) one.   f: {stage: day} forecasts.   demolished: 10 000 m².
#   stop/again: day of SX and day of the stage taken up again.   same: on the land of the phase before.
PHASES = {
    "C01": [dict(area=2.2, done={"S6": "2017-06-20", "S7": "2017-11-08"}, old=True)],
    "C02": [dict(area=2.0, done={"S6": "2016-05-18", "S7": "2016-10-12"}, old=True)],
    "C03": [dict(area=2.4, done={"S6": "2019-05-22", "S7": "2019-11-15"}, old=True)],
    "C04": [dict(area=1.6, done={"S6": "2018-03-28", "S7": "2018-09-06"}, old=True)],
    "C05": [dict(area=1.2, done={"S6": "2018-07-30", "S7": "2018-12-19"}, old=True)],
    "C06": [dict(area=1.0, done={"S6": "2020-04-16", "S7": "2020-10-21"}), dict(area=2.2, done={"S6": "2022-08-24", "S7": "2023-02-15"}, same=True, late=3)],
    "C07": [dict(area=12.0, done={"S6": "2008-06-18", "S7": "2009-03-02"}, old=True), dict(area=8.3, done={"S6": "2014-09-17", "S7": "2015-04-20"}, old=True)],
    "C08": [dict(area=2.6, done={"S6": "2010-10-12", "S7": "2011-02-28"}, old=True)],
    "P042": [dict(area=3.2, done={"S6": "2020-09-25", "S7": "2021-03-18"}, old=True)],
    "P091": [dict(area=1.4, done={"S6": "2015-04-10", "S7": "2015-09-01"}, old=True), dict(area=4.6, done={"S6": "2024-05-30", "S7": "2024-12-05"}, late=4), dict(area=6.0, done={"S4": "2026-07-16"})],
    "P001": [dict(area=6.2, done={"S6": "2024-10-25", "S7": "2025-03-28"}, late=6), dict(area=4.0, done={"S4": "2026-06-11"}, f={"S5": "2026-12-15"})],
    "P002": [dict(area=5.0, done={"S6": "2025-03-20", "S7": "2025-08-29"}, late=5), dict(area=4.2, done={"S3": "2026-02-26"})],
    "P003": [dict(area=4.5, done={"S6": "2025-02-28", "S7": "2025-09-10"}, late=4)],
    "P004": [dict(area=5.6, done={"S6": "2026-02-10"}, late=8, f={"S7": "2026-12-01"}), dict(area=4.0, done={"S1": "2026-01-20"}, same=True)],
    "P005": [dict(area=6.4, done={"S5": "2022-11-08"}, late=24, f={"S6": "2026-12-20", "S7": "2027-05-31"})],
    "P006": [dict(area=4.8, done={"S5": "2023-02-14"}, stop="2023-11-15", again=("S5", "2024-09-02"), late=30, f={"S6": "2027-01-29", "S7": "2027-06-30"})],
    "P007": [dict(area=7.5, done={"S4": "2026-05-18"}, late=24, f={"S5": "2026-12-28", "S6": "2029-03-30"}), dict(area=6.5, done={"S3": "2026-03-12"}), dict(area=5.0, done={"S2": "2025-06-24"})],
    "P009": [dict(area=6.8, done={"S3": "2026-01-15"}), dict(area=5.2, done={"S2": "2025-10-30"})],
    "P010": [dict(area=5.0, done={"S1": "2024-05-21"})],
    "P011": [dict(area=4.2, done={"S6": "2005-11-20", "S7": "2006-05-10"}, old=True, name="既有园区"), dict(area=9.8, done={"S3": "2026-04-22"}, demolished=4.2, same=True, name="转型开发")],
    "P013": [dict(area=8.0, done={"S6": "2021-09-15", "S7": "2022-03-08"}, late=2), dict(area=6.0, done={"S6": "2025-04-18", "S7": "2025-12-10"}, late=7), dict(area=5.5, done={"S4": "2026-07-09"}, f={"S5": "2027-01-20"})],
    "P014": [dict(area=5.2, done={"S6": "2007-12-12", "S7": "2008-05-06"}, old=True, name="既有楼宇"), dict(area=3.6, done={"S6": "2024-11-28", "S7": "2025-04-15"}, demolished=1.5, same=True, late=5, name="改建"),
             dict(area=0.5, done={"S6": "2025-06-27", "S7": "2025-09-30"}, demolished=1.2, same=True, late=1, name="北楼拆改")],
    "P015": [dict(area=6.8, done={"S6": "2023-11-10", "S7": "2024-05-16"}, late=3), dict(area=5.2, done={"S5": "2023-09-20"}, late=18, f={"S6": "2026-12-28", "S7": "2027-06-15"})],
    "P028": [dict(area=3.6, done={"S1": "2024-03-19"})],
    "P029": [dict(area=4.4, done={"S1": "2025-09-23"}, f={"S5": "2027-03-31"})],
    "P030": [dict(area=None, done={"S1": "2024-06-20"})],
    "P032": [dict(area=9.0, done={"S3": "2025-12-18"}, name="上盖一期"), dict(area=7.0, done={"S1": "2024-09-12"}, name="上盖二期")],
    "P034": [dict(area=10.0, done={"S1": "2025-03-27"}, demolished=2.0), dict(area=6.0, done={"S0": "2024-11-14"})],
    "P035": [dict(area=None, done={"S1": "2025-08-19"})],
    "P036": [dict(area=None, done={"S0": "2024-07-03"})],
    "P040": [dict(area=3.2, done={"S6": "2024-06-18", "S7": "2024-11-20"}, late=2), dict(area=5.6, done={"S4": "2026-08-06"})],
    "P041": [dict(area=2.2, done={"S6": "2018-12-18", "S7": "2019-06-12"}, old=True)],
    "P043": [dict(area=4.0, done={"S6": "2025-06-12", "S7": "2026-01-16"}, late=6), dict(area=3.5, done={"S3": "2025-11-27"})],
    "P044": [dict(area=3.0, done={"S6": "2022-12-20", "S7": "2024-09-26"}, late=1)],
    "P045": [dict(area=3.8, done={"S6": "2023-06-15", "S7": "2024-10-22"}, late=2), dict(area=3.0, done={"S5": "2023-12-08"}, stop="2024-10-31", late=14)],
    "P046": [dict(area=4.6, done={"S5": "2024-01-23"}, late=14, f={"S6": "2027-02-26", "S7": "2027-08-31"})],
    "P047": [dict(area=2.4, done={"S6": "2021-08-18", "S7": "2021-12-22"}, late=1)],
    "P048": [dict(area=1.6, done={"S6": "2023-12-06", "S7": "2024-09-12"}, late=3)],
    "P049": [dict(area=1.5, done={"S6": "2023-09-19", "S7": "2024-08-27"}, late=2)],
    "P053": [dict(area=9.0, done={"S6": "2022-06-23", "S7": "2023-01-12"}, late=4), dict(area=7.5, done={"S6": "2023-10-17", "S7": "2024-04-25"}, late=3), dict(area=5.0, done={"S3": "2025-09-04"})],
    "P054": [dict(area=3.2, done={"S6": "2022-10-13", "S7": "2023-04-06"}, late=2)],
    "P055": [dict(area=4.0, done={"S6": "2023-03-22", "S7": "2023-09-14"}, late=3)],
    "P057": [dict(area=3.6, done={"S6": "2025-10-23", "S7": "2026-05-20"}, late=2)],
    "P058": [dict(area=0.8, done={"S6": "2024-03-14", "S7": "2024-07-25"}, late=1)],
    "P060": [dict(area=2.8, done={"S6": "2026-07-21"}, late=7, f={"S7": "2027-01-15"})],
    "P062": [dict(area=4.4, done={"S4": "2026-03-19"}, f={"S5": "2026-11-30"}), dict(area=5.0, done={"S1": "2025-06-10"})],
    "P065": [dict(area=2.4, done={"S3": "2026-06-04"})],
    "P066": [dict(area=2.4, done={"S4": "2026-09-10"}, f={"S5": "2027-02-10"})],
    "P067": [dict(area=4.0, done={"S6": "2025-09-16", "S7": "2026-03-24"}, late=3)],
    "P068": [dict(area=2.6, done={"S6": "2026-04-28", "S7": "2026-09-22"}, late=4)],
    "P069": [dict(area=None, done={"S1": "2025-05-15"})],
    "P070": [dict(area=2.4, done={"S6": "2024-12-12", "S7": "2025-06-19"}, late=2), dict(area=3.0, done={"S4": "2026-04-09"})],
    "P071": [dict(area=None, done={"S1": "2025-09-25"})],
    "P072": [dict(area=1.0, done={"S5": "2026-03-03"}, late=2, f={"S6": "2026-12-10"})],
    "P073": [dict(area=4.0, done={"S1": "2025-07-17"}, demolished=1.1)],
    "P075": [dict(area=3.0, done={"S1": "2025-10-16"})],
    "P077": [dict(area=4.0, done={"S6": "2023-08-10", "S7": "2024-02-27"}, late=2), dict(area=4.6, done={"S3": "2026-05-28"})],
    "P078": [dict(area=6.0, done={"S6": "2012-05-16", "S7": "2012-11-20"}, old=True), dict(area=3.4, done={"S6": "2022-03-09", "S7": "2022-09-21"}, late=2)],
    "P085": [dict(area=3.0, done={"S6": "2022-05-26", "S7": "2022-11-10"}, late=2)],
}

NAME_EN = {
    "P001": "Grand Neobay Technology Transfer Center", "P002": "Grand Neobay International Smart Medical Innovation Center", "P003": "CATL Future Energy Research Institute",
    "P004": "Shengmin Health Valley", "P005": "Hongrun Innovation Center", "P006": "Giti Summer Innovation Park", "P007": "Wuxing Village plots, Zhuanqiao", "P008": "Bearing factory plot, over-station development",
    "P009": "Zhongxin Village plots, Zhuanqiao", "P010": "Listed-company headquarters belt along Humin Road", "P011": "Cangyuan Science Park plots", "P013": "Zizhu online audio-visual industry base",
    "P014": "Zizhu Digital Plaza renovation", "P015": "Zizhu Software Port", "P028": "Changqing industrial area transition", "P029": "Technology transfer and pilot base, Changqing", "P030": "SJTU north campus",
    "P031": "Bearing factory plot, transition study", "P032": "Bearing factory plot, TOD", "P034": "Huayi dye works and surroundings", "P035": "Minhang water treatment works plot", "P036": "Fuxin flour mill plot",
    "P040": "Future Energy and Intelligent Robots Science Park", "P041": "ECNU University Science Park, Zizhu base", "P042": "Grand Neobay Innovation Tower", "P043": "Avionics industry base",
    "P044": "Shanghai Aerospace Innovation Center", "P045": "Shanghai Smart Medical Demonstration Base", "P046": "AVIC Airborne centres and headquarters", "P047": "Shanghai Electric Smart Energy Center",
    "P048": "CSSC Marine Technology Research Institute", "P049": "Trina Digital Energy Research Institute", "P050": "Open innovation street along Jianchuan Road", "P053": "Zizhu R&D base, phase II",
    "P054": "Minhang zone smart manufacturing service base", "P055": "Lingang Pujiang life and health park, phase II", "P057": "Medical robot industry park", "P058": "MindSpore AI Framework Innovation Center",
    "P060": "SMDERI Pujiang base", "P062": "Pujiang Chip City", "P065": "Gene industry cluster, Lingang Pujiang", "P066": "CAS Molecular Cell Science center, Minhang base", "P067": "NICE Yangtze Delta, Grand Neobay base",
    "P068": "Synthetic biology park, Minhang zone", "P069": "Shanghai elderly-care technology park", "P070": "Hongqiao Qianwan biomedical park", "P071": "Brain-computer interface park", "P072": "Sinan life science super incubator",
    "P073": "Headquarters park, Minhang zone", "P075": "Xinzhuang zone commercial-to-R&D land", "P077": "Yuanjiang Road plots", "P078": "Xiangyang park", "P085": "Grand Neobay Financial Port", "P091": "SJTU Science Park",
}

"""data/demo/README.md: what is real, what is invented, how it was made, and the checks with their figures."""
from collections import Counter

import blocks


def write(target, facts, fit, fabric, parcels, projects, phases, events, land_events, occupied, graded, reported, records, figures):
    now = [p for p in parcels if not p.properties["valid_to"]]
    areas = sorted(p.area for p in now)
    cut = sum(1 for p in now for b in fabric.near(p.geometry) if 0.01 < b.intersection(p.geometry).area < b.area - 0.01)
    kinds = Counter(e["kind"] for e in events)
    missing = [p["code"] for p in phases if p["carrier"] is None]
    unplaced = [p["code"] for p in phases if not p["parcels"]]
    before, after = fit["before"], fit["after"]
    lines = [f"| {d} | {f['completed']:.2f} | {f['in_use']:.2f} | {f['under_construction']:.2f} | {f['core']:.2f} |" for d, f in figures.items()]
    text = f"""# data/demo: the demo project of `zaitu init --demo`

Written by `tools/make_demo/make_demo.py` from `data/facts` and `data/open`; do not edit by hand.

## What is real and what is invented
| real (with its source) | invented, marked `synthetic` |
|---|---|
| names, kinds, quotes and places of the {len(facts['projects'])} projects of five policy papers (`document`, `quote`, `quote_place`) | where they lie (except on named buildings), their parcels, phases and pathways |
| the stage each plan commits to and the end of its period (`commitment` events, evidence = the quote) | every actual, baseline and forecast event |
| the twelve indicators, their targets 2023-2025 (of the draft F0), units, tasks, observations with scope | every floor area, occupancy, assessment and quarterly report |
| names of circles, their members and functions; names of zones | their outlines; the towns' outlines (coarse, by hand) |
| buildings, campus, metro, expressways (OpenStreetMap), district outline (ECharts, shifted from GCJ-02) | road axes (sketch), river band (sketch), all parcels with all their attributes and land records |

**No policy paper gives the floor area, the actual stage or the outline of a single project.** The totals below are a story made to be instructive, not a statement about the real
Grand Neobay. Owner type, chain stage and pathway of a project are our reading; so is the lead unit where the paper lists only pushing units (the first is taken).

## What is in it
| what | number |
|---|---|
| parcels in force / retired | {len(now)} / {len(parcels) - len(now)} |
| area of a parcel in force: least, median, largest (m²) | {areas[0]:.0f}, {areas[len(areas) // 2]:.0f}, {areas[-1]:.0f} |
| land records (split, merge, realign) | {len(records)} |
| projects (with phases) | {len(projects)} ({len({p['project'] for p in phases})}) |
| phases; without an area; unplaced | {len(phases)}; {len(missing)} ({', '.join(missing)}); {len(unplaced)} ({', '.join(unplaced)}) |
| events of phases: commitment, baseline, forecast, actual | {kinds['commitment']}, {kinds['baseline']}, {kinds['forecast']}, {kinds['actual']} |
| events of parcels | {len(land_events)} |
| occupancy records; assessments; quarterly reports | {len(occupied)}; {len(graded)}; {len(reported)} |

## The story (万㎡, carrier area, net of demolished, all places)
| as of | completed (S6) | in use (S7) | with under construction (S5) | completed in the core circle C1 |
|---|---|---|---|---|
{chr(10).join(lines)}

Targets of I12 (draft F0): 120 / 150 / 200 at the end of 2023 / 2024 / 2025. The indicator's scope is 大零号湾; the totals hold all places (the default rule), the last column the core circle alone.
Cases to look for: late (P005 宏润, P015 软件港 second phase, P046), stalled (P045 second phase, SX), withdrawn and resumed (P006), renovated (P014), net-negative (P014 third phase), redevelopment of
stock that still counts (P011), completed but long not in use (P044), on land of two circles (P057), unplaced (P058, P071, P072), one site in three paragraphs of a paper (轴承厂: P008, P031, P032; area only
in P032), one project in two papers (P040, P084), a street of 45 万㎡ of which 15 were in use at the end of 2021 (programme PG4), 18 carriers of the core circle in use on 2024-07-11 as the paper F3 says.

## Licence
Parcels, circles, zones and project points are formed with OpenStreetMap's roads, buildings and campus edge, so these files are a derivative database: © OpenStreetMap contributors, ODbL 1.0. The
district outline comes from Apache ECharts (Apache-2.0, `data/open/echarts_shanghai_districts/`). Every map made of them has to name both; Zaitu writes the attribution of each shown layer on its maps.

## How the land was made
1. District outline: ECharts' outline is in GCJ-02. It is shifted with the iterative inverse of the public formula. Measured every 50 m against the edges of the neighbouring towns in OpenStreetMap (points within
   1 km of one): median distance {before['median']:.0f} m before, **{after['median']:.0f} m after** (75 % {before['p75']:.0f} -> {after['p75']:.0f} m, 90 % {before['p90']:.0f} -> {after['p90']:.0f} m; {before['points']} / {after['points']} points);
   overlap with the neighbours {before['overlap_km2']:.1f} -> {after['overlap_km2']:.1f} km². Area {fit['area_km2']:.1f} km². The outline's own resolution is about 100 m.
2. Blocks: hand-drawn sites minus roads (axes buffered by half their width by class), expressways, elevated metro, the river and the campus; edges are moved around buildings.
3. Lots: straight cuts across a block's longer side, aside of buildings; big blocks get a 14 m lane. Coordinates on the millimetre grid, shared edges point by point.
4. Surveyed areas are the plane area / 1.00045 (EPSG:4549 is about 450 ppm too large here) with a random difference below 0.03 %; title areas differ by up to 0.3 %, a few by 3 %; some are missing.

## Checks when this was written
| check | found |
|---|---|
| buildings cut by a parcel in force (of {len(fabric.buildings)}) | {cut} |
| parcels in force thinner than {blocks.MIN_WIDTH:.0f} m (4 area / perimeter) | {sum(1 for p in now if blocks.thickness(p.geometry) < blocks.MIN_WIDTH)} |
| parcels in force below 1 500 m² | {sum(1 for a in areas if a < 1500)} |
| invalid outlines | {sum(1 for p in parcels if not p.geometry.is_valid)} |

`tests/cli/test_demo_data.py` repeats these, looks for overlaps, follows every link, holds the quotes against the facts and makes the folder anew to compare it byte by byte.
"""
    (target / "README.md").write_text(text, encoding="utf-8")
    return "\n".join(text.split("## The story")[1].splitlines()[:10]) + f"\nparcels {len(now)}+{len(parcels) - len(now)}, phases {len(phases)}, cut {cut}"

"""Forms the demo's parcels: blocks between the roads, cut into lots along each block's own axes. All outlines are synthetic.

A block is a site minus the roads (axis buffered by half its width), the expressways, the elevated metro, the river and the campus. Lots are cut
by straight lines across the longer side of what is to be cut, moved aside where a line would meet a building. Every coordinate lies on the
millimetre grid and neighbours share their edges point by point, so a topology check finds nothing.
"""
import math
import random

from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.ops import split, unary_union
from shapely.strtree import STRtree

import geo
import sketch

HALF_WIDTH = {"沪闵路": 24, "剑川路": 20, "东川路": 20, "元江路": 18, "放鹤路": 16, "江川路": 16, "龙吴路": 18, "沧源路": 13, "华宁路": 16, "都会路": 14,
              "都市路": 14, "中春路": 20, "金都路": 18, "颛兴路": 16, "紫星路": 13, "浦锦路": 16, "联航路": 18, "江月路": 14, "立跃路": 14, "陈行路": 14}
LOCAL_HALF_WIDTH = 10
EXPRESSWAY_HALF_WIDTH = 20
VIADUCT_HALF_WIDTH = 12
LANE_WIDTH = 14        # of the local lane that parts a big block
MIN_AREA = 2500.0
MIN_WIDTH = 22.0       # a lot must hold a circle of half this radius


def polygons(geometry):
    if geometry.is_empty:
        return []
    if geometry.geom_type == "Polygon":
        return [geometry]
    return [p for g in getattr(geometry, "geoms", []) for p in polygons(g)]


def stretched(line, metres):
    """The line made longer at both ends: sketch axes end where their last known place is, not where the road ends."""
    points = list(line.coords)
    def beyond(a, b):
        length = math.hypot(b[0] - a[0], b[1] - a[1])
        return b[0] + (b[0] - a[0]) / length * metres, b[1] + (b[1] - a[1]) / length * metres
    return LineString([beyond(points[1], points[0])] + points + [beyond(points[-2], points[-1])])


def thickness(polygon):
    """Width of the widest strip that fits, roughly: 4 area / perimeter."""
    return 4 * polygon.area / polygon.length


class Fabric:
    def __init__(self, open_data, river):
        self.buildings = [g for _, g in open_data["buildings"]]
        self.tree = STRtree(self.buildings)
        bands = []
        for name, line in open_data["roads"]:
            half = HALF_WIDTH.get(name, LOCAL_HALF_WIDTH + 2)
            bands.append(stretched(line, 120).buffer(half, cap_style=2, join_style=2))
        for name, half, points in sketch.STREETS:
            bands.append(LineString([geo.to_metres(*p) for p in points]).buffer(half, cap_style=2, join_style=2))
        bands += [g.buffer(EXPRESSWAY_HALF_WIDTH, cap_style=2, join_style=2) for g in open_data["expressways"]]
        bands += [g.buffer(VIADUCT_HALF_WIDTH, cap_style=2, join_style=2) for g in open_data["viaducts"]]
        self.streets = unary_union(bands)
        self.obstacles = unary_union([self.streets, river, open_data["campus"].buffer(8, join_style=2)])

    def near(self, geometry):
        found = self.tree.query(geometry)
        return [self.buildings[f] if not hasattr(f, "area") else f for f in found]

    def blocks(self, outline):
        result = []
        for block in polygons(outline.difference(self.obstacles)):
            block = block.buffer(-12, join_style=2).buffer(12, join_style=2).simplify(2.0)
            for part in polygons(block):
                if part.area > 1.2 * MIN_AREA and thickness(part) > 1.4 * MIN_WIDTH:
                    result.append(Polygon(part.exterior))
        return result

    def respect_buildings(self, block):
        """Moves the block's edge around buildings that it would cut: wholly in, or wholly out."""
        for _ in range(4):
            cut = [b for b in self.near(block) if 0.01 < b.intersection(block).area < b.area - 0.01]
            if not cut:
                break
            for building in cut:
                hull = building.minimum_rotated_rectangle.buffer(4, join_style=2)
                inside = building.intersection(block).area > 0.5 * building.area
                block = block.union(hull) if inside else block.difference(hull)
            parts = polygons(block.simplify(0.5))
            if not parts:
                return None
            block = max(parts, key=lambda p: p.area)
            block = Polygon(block.exterior)
        return block

    def cut_lines(self, polygon, chance):
        """Lines across the longer side that meet no building, the best first."""
        box = polygon.minimum_rotated_rectangle
        corners = list(box.exterior.coords)[:4]
        sides = [(corners[i], corners[(i + 1) % 4]) for i in range(4)]
        lengths = [math.dist(*s) for s in sides]
        order = [0, 1] if lengths[0] >= lengths[1] else [1, 0]
        near = self.near(polygon)
        lines = []
        for side in order:
            (ax, ay), (bx, by) = sides[side]
            (cx, cy), (dx, dy) = sides[(side + 2) % 4][1], sides[(side + 2) % 4][0]
            start = 0.5 + chance.uniform(-0.07, 0.07)
            for step in range(0, 15):
                t = start + (step + 1) // 2 * (0.022 if step % 2 else -0.022)
                a = (ax + (bx - ax) * t, ay + (by - ay) * t)
                c = (cx + (dx - cx) * t, cy + (dy - cy) * t)
                line = stretched(LineString([a, c]), 40)
                if not any(line.distance(b) < 3.0 for b in near):
                    lines.append(line)
            if lengths[order[0]] > 1.6 * lengths[order[1]]:
                break
        return lines

    def lots(self, block, lot_area, block_area, chance, lane=True):
        """Cuts the block in two, and the parts again, until they are about `lot_area`; the first cuts of a big block leave a lane."""
        if block.area <= 1.45 * lot_area:
            return [block]
        for line in self.cut_lines(block, chance):
            for with_lane in ([True, False] if lane and block.area > block_area else [False]):
                cut = block.difference(line.buffer(LANE_WIDTH / 2, cap_style=2)) if with_lane else split(block, line)
                pieces = polygons(cut)
                if len(pieces) < 2 or min(p.area for p in pieces) < MIN_AREA or min(thickness(p) for p in pieces) < 1.3 * MIN_WIDTH:
                    continue
                if any(0.01 < b.intersection(p).area < b.area - 0.01 for p in pieces for b in self.near(p)):
                    continue
                pieces = sorted(pieces, key=lambda p: (-round(p.area), p.centroid.x))
                return [lot for p in pieces for lot in self.lots(p, lot_area, block_area, chance, with_lane)]
        return [block]


def share_points(lots):
    """Puts every corner that lies on a neighbour's edge into that edge, then rounds to the grid: shared edges are then equal."""
    corners = sorted({(round(c[0], 6), round(c[1], 6)) for lot in lots for c in lot.exterior.coords})
    points = [Point(c) for c in corners]
    tree = STRtree(points)
    result = []
    for lot in lots:
        ring = list(lot.exterior.coords)
        dense = []
        for a, b in zip(ring, ring[1:]):
            edge = LineString([a, b])
            found = tree.query(edge.buffer(0.01))
            found = [points[f] if not hasattr(f, "x") else f for f in found]
            on = sorted({(edge.project(p), p.x, p.y) for p in found if edge.distance(p) < 1e-4})
            dense += [(x, y) for _, x, y in on] if on else [a]
        result.append(geo.snapped(Polygon(dense)))
    return result


def form(open_data, river, seed=310112):
    """(fabric, [(site key, block number, lot)]) of all sites, in a fixed order."""
    fabric = Fabric(open_data, river)
    result = []
    taken = Polygon()

    def settle(block):
        """The block with its edge moved around buildings and off what is taken, or None when too little is left."""
        for distance in (6, 3):
            block = fabric.respect_buildings(block)
            parts = polygons(block.difference(taken.buffer(distance, join_style=2))) if block else []
            if not parts:
                return None
            block = Polygon(max(parts, key=lambda p: p.area).exterior)
        if block.area < 1.2 * MIN_AREA or thickness(block) < 1.3 * MIN_WIDTH or block.intersection(taken).area > 0:
            return None
        if any(0.01 < b.intersection(block).area < b.area - 0.01 for b in fabric.near(block)):
            return None
        return block

    for part in polygons(open_data["campus"].difference(unary_union(open_data["expressways"]).buffer(EXPRESSWAY_HALF_WIDTH, cap_style=2))):
        block = settle(part.simplify(1.0)) if part.area > 1e5 else None
        if block:
            taken = taken.union(block)
            result.append(("campus", 1, share_points([block])[0]))
    for key, _, _, _, lot_hectares, block_hectares, points in sketch.SITES:
        chance = random.Random(f"{seed}:{key}")
        outline = Polygon([geo.to_metres(*p) for p in points]).buffer(0)
        number = 0
        for block in sorted(fabric.blocks(outline), key=lambda b: (round(b.centroid.x), round(b.centroid.y))):
            block = settle(block)
            if block:
                number += 1
                taken = taken.union(block)
                result += [(key, number, lot) for lot in share_points(fabric.lots(block, lot_hectares * 1e4, block_hectares * 1e4, chance))]
    return fabric, result

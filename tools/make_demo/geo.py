"""Coordinates, the millimetre grid and GeoJSON of the demo.

WGS84 (OpenStreetMap) and CGCS2000 are taken as equal: they differ by less than the layers' own accuracy. Project coordinates are EPSG:4549
metres as (easting, northing).
"""
import json
import math

from osgeo import osr
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.ops import transform

osr.UseExceptions()


def _reference(code):
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(code)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


_FORWARD = osr.CoordinateTransformation(_reference(4490), _reference(4549))
_BACK = osr.CoordinateTransformation(_reference(4549), _reference(4490))


def to_metres(lon, lat):
    x, y, _ = _FORWARD.TransformPoint(lon, lat)
    return x, y


def to_degrees(x, y):
    lon, lat, _ = _BACK.TransformPoint(x, y)
    return lon, lat


def projected(geometry):
    def convert(xs, ys, zs=None):
        pairs = [to_metres(x, y) for x, y in zip(xs, ys)]
        return [p[0] for p in pairs], [p[1] for p in pairs]
    return transform(convert, geometry)


# --- GCJ-02 ("Mars coordinates"). The public formula on the Krassovsky ellipsoid; its inverse by iteration.
_A = 6378245.0
_EE = 0.00669342162296594323


def _gcj_offset(lon, lat):
    x, y = lon - 105.0, lat - 35.0
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    d_lat += (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    d_lat += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    d_lat += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    d_lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    d_lon += (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    d_lon += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    d_lon += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    radians = lat / 180 * math.pi
    magic = 1 - _EE * math.sin(radians) ** 2
    d_lat = d_lat * 180 / ((_A * (1 - _EE)) / (magic * math.sqrt(magic)) * math.pi)
    d_lon = d_lon * 180 / (_A / math.sqrt(magic) * math.cos(radians) * math.pi)
    return d_lon, d_lat


def gcj02_to_wgs84(lon, lat):
    """Iterates until the forward formula gives the input back within 1e-9 degrees (0.1 mm)."""
    x, y = lon, lat
    for _ in range(30):
        d_lon, d_lat = _gcj_offset(x, y)
        e_lon, e_lat = lon - (x + d_lon), lat - (y + d_lat)
        x, y = x + e_lon, y + e_lat
        if max(abs(e_lon), abs(e_lat)) < 1e-9:
            break
    return x, y


# --- The grid
def snap(value):
    return round(value, 3)


def snapped(geometry):
    """The same polygon with every coordinate on the millimetre grid and without repeated points."""
    def ring(coordinates):
        points = []
        for x, y in [(snap(c[0]), snap(c[1])) for c in coordinates]:
            if not points or points[-1] != (x, y):
                points.append((x, y))
        return points
    if geometry.geom_type == "Polygon":
        return Polygon(ring(geometry.exterior.coords), [ring(i.coords) for i in geometry.interiors])
    return MultiPolygon([snapped(p) for p in geometry.geoms])


def oriented(geometry):
    """Shell counter-clockwise, holes clockwise (RFC 7946); the same start point each time."""
    from shapely.geometry.polygon import orient
    if geometry.geom_type == "Polygon":
        return orient(geometry)
    if geometry.geom_type == "MultiPolygon":
        return MultiPolygon([orient(p) for p in geometry.geoms])
    return geometry


# --- Files
def read_layer(path):
    """[(properties, geometry in the file's own coordinates)]"""
    return [(f["properties"], shape(f["geometry"]) if f["geometry"] else None) for f in json.loads(path.read_text(encoding="utf-8"))["features"]]


def _rounded(coordinates):
    if isinstance(coordinates[0], (int, float)):
        return [round(c, 3) for c in coordinates[:2]]
    return [_rounded(c) for c in coordinates]


def write_layer(path, features):
    """GeoJSON in EPSG:4549 (named in its "crs" member), one feature a line."""
    lines = []
    for properties, geometry in features:
        shown = None
        if geometry is not None:
            plain = mapping(oriented(geometry))
            shown = {"type": plain["type"], "coordinates": _rounded(plain["coordinates"])}
        lines.append(json.dumps({"type": "Feature", "properties": properties, "geometry": shown}, ensure_ascii=False, separators=(",", ":")))
    path.write_text('{"type":"FeatureCollection","name":"%s","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4549"}},"features":[\n%s\n]}\n'
                    % (path.stem, ",\n".join(lines)), encoding="utf-8")

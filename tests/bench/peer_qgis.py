#!/usr/bin/env python3
"""What QGIS takes for the pictures and the look-ups that Zaitu is timed on: one JSON object on standard output.

Usage: QT_QPA_PLATFORM=offscreen peer_qgis.py PARCELS.gpkg   (a layer "parcels" with a field land_use)
"""

import json
import random
import statistics
import sys
import time

STARTED = time.perf_counter()

from qgis.core import (  # noqa: E402  (the start of QGIS is part of what is timed)
    QgsApplication, QgsCategorizedSymbolRenderer, QgsFeatureRequest, QgsFillSymbol, QgsGeometry,
    QgsMapRendererParallelJob, QgsMapSettings, QgsPointXY, QgsRectangle, QgsRendererCategory, QgsVectorLayer)
from qgis.PyQt.QtCore import QSize  # noqa: E402

WIDTH_PX, HEIGHT_PX = 1920, 1080


def draw(layer, centre_x, centre_y, width_m):
    """Milliseconds of one complete picture, antialiased, as QGIS's canvas asks for it."""
    height_m = width_m * HEIGHT_PX / WIDTH_PX
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(WIDTH_PX, HEIGHT_PX))
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(QgsRectangle(centre_x - width_m / 2, centre_y - height_m / 2,
                                    centre_x + width_m / 2, centre_y + height_m / 2))
    for flag in (QgsMapSettings.Antialiasing, QgsMapSettings.UseRenderingOptimization):
        settings.setFlag(flag, True)
    job = QgsMapRendererParallelJob(settings)
    start = time.perf_counter()
    job.start()
    job.waitForFinished()
    return 1000 * (time.perf_counter() - start)


def measure():
    layer = QgsVectorLayer(sys.argv[1] + "|layername=parcels", "parcels", "ogr")
    if not layer.isValid():
        sys.exit(f"error: QGIS cannot open {sys.argv[1]}")
    uses = sorted(layer.uniqueValues(layer.fields().indexOf("land_use")))
    layer.setRenderer(QgsCategorizedSymbolRenderer("land_use", [
        QgsRendererCategory(use, QgsFillSymbol.createSimple(
            {"color": f"#{hash(use) & 0xFFFFFF:06x}", "outline_color": "#404040", "outline_width": "0.1"}), use)
        for use in uses]))
    extent = layer.extent()
    whole = max(extent.width(), extent.height() * WIDTH_PX / HEIGHT_PX)
    result = {"full_ms": draw(layer, extent.center().x(), extent.center().y(), whole),
              "start_to_first_map_s": time.perf_counter() - STARTED}
    chance = random.Random(7)
    for name, width_m, views in (("full", whole, 3), ("district", whole / 8, 11), ("block", 400, 11)):
        reach = 0.05 if name == "full" else 0.35
        result[name + "_ms"] = statistics.median(
            draw(layer, extent.center().x() + chance.uniform(-reach, reach) * extent.width(),
                 extent.center().y() + chance.uniform(-reach, reach) * extent.height(), width_m)
            for _ in range(views))
    times = []
    for _ in range(100):
        point = QgsPointXY(chance.uniform(extent.xMinimum(), extent.xMaximum()),
                           chance.uniform(extent.yMinimum(), extent.yMaximum()))
        place = QgsGeometry.fromPointXY(point)
        start = time.perf_counter()
        request = QgsFeatureRequest().setFilterRect(place.boundingBox().buffered(0.5))
        request.setFlags(QgsFeatureRequest.ExactIntersect)
        for feature in layer.getFeatures(request):
            feature.geometry().contains(point)
        times.append(1000 * (time.perf_counter() - start))
    result["identify_ms"] = statistics.median(times)
    return result


def main():
    app = QgsApplication([], False)
    app.initQgis()
    print(json.dumps(measure()))  # what it opened is gone before QGIS ends
    app.exitQgis()


if __name__ == "__main__":
    main()

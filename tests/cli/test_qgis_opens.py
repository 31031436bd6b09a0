"""QGIS opens a project file as it is: every spatial layer with its type, coordinate reference system and features, and
what is edited there is in Zaitu's history."""
import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # noqa: E402: the platform must be chosen before
    QgsAbstractDatabaseProviderConnection,
    QgsApplication,
    QgsDataSourceUri,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsWkbTypes,
)

LAYERS = {
    "parcels": QgsWkbTypes.MultiPolygon,
    "projects": QgsWkbTypes.Point,
    "circle_members": QgsWkbTypes.MultiPolygon,
    "zones": QgsWkbTypes.MultiPolygon,
    "towns": QgsWkbTypes.MultiPolygon,
    "reference_points": QgsWkbTypes.Point,
    "reference_lines": QgsWkbTypes.MultiLineString,
    "reference_polygons": QgsWkbTypes.MultiPolygon,
}


def zaitu(*arguments):
    done = subprocess.run([os.environ["ZAITU"], *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"zaitu {arguments}: exit {done.returncode}: {done.stderr}")
    return done.stdout


class QgisOpens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.qgis = QgsApplication([], False)
        cls.qgis.initQgis()
        cls.folder = tempfile.TemporaryDirectory()
        cls.project = pathlib.Path(cls.folder.name) / "p.sqlite"
        zaitu("init", cls.project, "--demo")

    @classmethod
    def tearDownClass(cls):
        cls.qgis.exitQgis()
        cls.folder.cleanup()

    def layer(self, table):
        uri = QgsDataSourceUri()
        uri.setDatabase(str(self.project))
        uri.setDataSource("", table, "geom", "", "id")
        return QgsVectorLayer(uri.uri(), table, "spatialite")

    def rows(self, table):
        with sqlite3.connect(self.project) as connection:
            return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def test_browser_lists_the_layers(self):
        metadata = QgsProviderRegistry.instance().providerMetadata("spatialite")
        connection = metadata.createConnection(f"dbname='{self.project}'", {})
        tables = connection.tables("", QgsAbstractDatabaseProviderConnection.Vector)
        listed = {table.tableName(): table for table in tables if table.geometryColumn()}
        self.assertEqual(set(LAYERS), set(listed))

    def test_layers_have_type_crs_and_features(self):
        for table, wkb_type in LAYERS.items():
            with self.subTest(table):
                layer = self.layer(table)
                self.assertTrue(layer.isValid(), layer.error().message())
                self.assertEqual(layer.crs().authid(), "EPSG:4549")
                self.assertEqual(layer.wkbType(), wkb_type)
                self.assertGreater(self.rows(table), 0)
                self.assertEqual(layer.featureCount(), self.rows(table))
                self.assertEqual(sum(1 for _ in layer.getFeatures()), self.rows(table))
                for feature in layer.getFeatures():
                    geometry = feature.geometry()
                    if not geometry.isNull():
                        self.assertFalse(geometry.isEmpty(), f"{table} {feature.id()}")

    def test_layers_of_the_quarterly_package_come_with_their_styles(self):
        out = pathlib.Path(self.folder.name) / "package"
        zaitu("report", self.project, "--quarter", "2025Q3", "--format", "gpkg", "--out", out)
        for name, attribute in {"parcels": "stage", "projects": "stage", "phases": "certainty", "circles": "code", "zones": "code"}.items():
            with self.subTest(name):
                layer = QgsVectorLayer(f"{out / 'quarter_2025Q3.gpkg'}|layername={name}", name, "ogr")
                self.assertTrue(layer.isValid(), layer.error().message())
                self.assertEqual(layer.crs().authid(), "EPSG:4549")
                self.assertEqual(layer.renderer().type(), "categorizedSymbol")
                self.assertEqual(layer.renderer().classAttribute(), attribute)
                values = {category.value() for category in layer.renderer().categories()}
                seen = {feature[attribute] for feature in layer.getFeatures() if feature[attribute]}
                self.assertTrue(seen and seen <= values, seen - values)

    def test_areas_are_the_project_files(self):
        # QGIS reads the same vertices: its planar area is the area book's.
        for feature in self.layer("parcels").getFeatures():
            self.assertAlmostEqual(feature.geometry().area() / feature["area_planar_m2"], 1, delta=1e-9, msg=feature["code"])

    def test_edit_in_qgis_is_in_the_history(self):
        before = json.loads(zaitu("history", self.project, "--limit", 1000, "--json"))["changes"]
        layer = self.layer("parcels")
        feature = next(layer.getFeatures())
        self.assertTrue(layer.startEditing())
        column = layer.fields().indexOf("note")
        self.assertTrue(layer.changeAttributeValue(feature.id(), column, "在QGIS中改的"))
        geometry = feature.geometry()
        geometry.translate(0.25, 0.5)
        self.assertTrue(layer.changeGeometry(feature.id(), geometry))
        self.assertTrue(layer.commitChanges(), layer.commitErrors())
        del layer
        after = json.loads(zaitu("history", self.project, "--limit", 1000, "--json"))["changes"]
        self.assertEqual(len(after), len(before) + 1)
        self.assertEqual(after[0]["id"], 0)
        self.assertIn("在QGIS中改的", json.dumps(after[0], ensure_ascii=False))


if __name__ == "__main__":
    unittest.main()

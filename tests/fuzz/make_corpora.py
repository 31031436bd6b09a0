"""Small seeds for tools/fuzz, one folder a target. The first byte chooses what a target does with the rest."""
import io
import pathlib
import sqlite3
import struct
import sys
import tempfile
import zipfile

root = pathlib.Path(sys.argv[1])


def seed(target, name, content):
    folder = root / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


ring = struct.pack("<I8d", 4, 0, 0, 9, 0, 9, 9, 0, 0)
polygon = struct.pack("<BII", 1, 3, 1) + ring
line = struct.pack("<BII4d", 1, 2, 2, 0, 0, 9, 9)
seed("geometry", "polygon", b"\x02" + polygon)
seed("geometry", "lines", b"\x01" + struct.pack("<BII", 1, 5, 2) + line + line)
seed("geometry", "collection", b"\x02" + struct.pack("<BII", 1, 7, 2) + polygon + line)
seed("geometry", "blob", b"\x06" + struct.pack("<BBi4dBIIBII", 0, 1, 4549, 0, 0, 9, 9, 0x7C, 6, 1, 0x69, 3, 1) + ring + b"\xFE")

text = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=40\n[地块坐标]\n4,0.4,A,甲,面,,住宅,0701,@\n" \
       "J1,1,3464080,40557000\nJ2,1,3464080,40557100\nJ3,1,3464000,40557100\nJ1,1,3464080,40557000\n"
seed("boundary_text", "full", text.encode())
seed("boundary_text", "short", b"J1,3464080,557000\nJ2,3464080,557100\nJ3,3464000,557100\n")

archive = io.BytesIO()
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
    made.writestr("a/b.csv", "x" * 200)
    made.writestr("c.kml", "<kml/>")
seed("files", "zip", b"\x00" + archive.getvalue())
seed("files", "xml", b'\x01<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "b">]><k><!-- x --><![CDATA[y]]></k>')
seed("files", "json", b'\x02{"type":"FeatureCollection","features":[{"a":"\\"["}]}')
seed("files", "csv", b'\x03id,WKT\n1,"POINT (1 2)"\n')
seed("files", "dxf", b"\x04  0\nSECTION\n  2\nENTITIES\n  0\nCIRCLE\n 40\n5\n  0\nEOF\n")
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "a.gpkg"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA page_size=512")
        db.execute("CREATE TABLE gpkg_contents(table_name TEXT)")
        db.execute("CREATE TABLE t(a)")
    seed("files", "database", b"\x05" + path.read_bytes())
for kind in range(6):
    seed("rows", f"zeros{kind}", bytes([kind]) + bytes(64))

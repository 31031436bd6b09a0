"""Small seeds for tools/fuzz, one folder a target. The first byte chooses what a target does with the rest."""
import io
import pathlib
import sqlite3
import struct
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import xls_file

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

sheet = ("<worksheet><dimension ref='A1:C4'/><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>闵行区地块台账</t></is></c></row>"
         "<row r='2'><c r='A2' t='s'><v>0</v></c><c r='B2' t='inlineStr'><is><t>面积（亩）</t></is></c></row>"
         "<row r='3' hidden='1'><c r='A3' t='str'><v>MHP0-1501</v></c><c r='B3'><v>12.5</v></c><c r='C3' s='2'><v>45000</v></c></row>"
         "</sheetData><mergeCells><mergeCell ref='A1:C1'/></mergeCells></worksheet>")
styles = "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='yyyy-mm-dd'/></numFmts><cellXfs><xf numFmtId='164'/></cellXfs></styleSheet>"
content = ("<office:document-content><office:body><office:spreadsheet><table:table table:name='S'><table:table-row>"
           "<table:table-cell table:number-columns-repeated='2' office:value-type='string'><text:p>编号</text:p></table:table-cell>"
           "</table:table-row><table:table-row table:number-rows-repeated='3'><table:table-cell office:value-type='date' "
           "office:date-value='2025-01-31'/><table:table-cell office:value-type='float' office:value='1.5'><text:p>1.5</text:p>"
           "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>")
ledger = "﻿某区台账,,\n编号,面积(亩),开工日期\nA-1,\"1,234.5\",2025年1月31日\n合计,12.3万,\n"
seed("ledger", "csv", b"\x00" + ledger.encode())
seed("ledger", "csv_gbk", b"\x00" + ledger.lstrip("﻿").encode("gb18030"))
seed("ledger", "ods", b"\x02" + content.encode())
seed("ledger", "xlsx", b"\x03" + sheet.encode())
seed("ledger", "styles", b"\x04" + styles.encode())
cells = xls_file.shared(0, 0, 0) + xls_file.label(1, 0, "A-1") + xls_file.number(1, 1, 45123, 1) + xls_file.formula(1, 2, "丙") + xls_file.merged((1, 2, 0, 0))
for name, filler in (("xls_small", b""), ("xls_large", b"".join(xls_file.label(row, 0, f"B-{row}") for row in range(2, 200)))):
    book = xls_file.workbook([("台账", 0, cells + filler), ("旧", 1, b"")], ["地块编号"], ["yyyy-mm-dd"], break_texts_at=13)
    xls_file.write_xls(root / "book.xls", book)
    seed("ledger", name, b"\x01" + (root / "book.xls").read_bytes())
(root / "book.xls").unlink()

seed("project", "none", b"")
seed("project", "header", struct.pack("<IB", 20, 4) + b"abcd")
seed("project", "pages", b"".join(struct.pack("<IB", page * 4096 + 8 * page, 2) + b"\xff\x00" for page in range(1, 40, 3)))

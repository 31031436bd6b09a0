"""zaitu import of ledgers: workbooks with merged cells, formats and hidden parts; damage and limits; joins by any
identifier; mappings that are remembered. The workbooks are written here, part by part."""
import json
import os
import pathlib
import shutil
import sqlite3
import struct
import subprocess
import tempfile
import unittest
import zipfile

import xls_file

ZAITU = os.environ["ZAITU"]
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def escape(text):
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def letters(column):
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def sheet_xml(rows, merged=(), hidden_rows=(), hidden_columns=(), extra=""):
    """rows: lists of str | number | (number, style) | None; the first is row 1."""
    text = f'<?xml version="1.0" encoding="UTF-8"?><worksheet {MAIN}>'
    if hidden_columns:
        text += "<cols>" + "".join(f'<col min="{c}" max="{c}" hidden="1"/>' for c in hidden_columns) + "</cols>"
    text += "<sheetData>"
    for r, row in enumerate(rows, 1):
        text += f'<row r="{r}"' + (' hidden="1"' if r in hidden_rows else "") + ">"
        for c, value in enumerate(row):
            place = f'{letters(c)}{r}'
            if value is None:
                continue
            if isinstance(value, tuple):
                text += f'<c r="{place}" s="{value[1]}"><v>{value[0]}</v></c>'
            elif isinstance(value, str):
                text += f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
            else:
                text += f'<c r="{place}"><v>{value!r}</v></c>'
        text += "</row>"
    text += extra + "</sheetData>"
    if merged:
        text += "<mergeCells>" + "".join(f'<mergeCell ref="{m}"/>' for m in merged) + "</mergeCells>"
    return text + "</worksheet>"


STYLES = (f'<?xml version="1.0"?><styleSheet {MAIN}><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>'
          '<numFmt numFmtId="165" formatCode="000000"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>')


def write_xlsx(file, sheets, date1904=False, parts=()):
    """sheets: name -> (xml, state)."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("_rels/.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        listed, related = "", f'<Relationship Id="s" Type="{RELATIONS}/styles" Target="styles.xml"/>'
        for n, (name, (xml, state)) in enumerate(sheets.items(), 1):
            listed += f'<sheet name="{escape(name)}" sheetId="{n}" state="{state}" r:id="r{n}"/>'
            related += f'<Relationship Id="r{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            book.writestr(f"xl/worksheets/sheet{n}.xml", xml)
        book.writestr("xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{RELATIONS}"><workbookPr date1904="{int(date1904)}"/><sheets>{listed}</sheets></workbook>')
        book.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{related}</Relationships>')
        book.writestr("xl/styles.xml", STYLES)
        for name, content in parts:
            book.writestr(name, content)


class LedgerTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="zaitu-test-"))
        self.project = self.folder / "p.sqlite"
        self.zaitu("init", self.project)

    def tearDown(self):
        shutil.rmtree(self.folder)

    def zaitu(self, *words, code=0):
        done = subprocess.run([ZAITU, *map(str, words)], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout[-2000:]} {done.stderr[-2000:]}")
        return done

    def run_import(self, source, *words, kind="parcels", code=0):
        result = json.loads(self.zaitu("import", self.project, source, "--as", kind, *words, "--json", code=code).stdout)
        self.assertEqual(result["read"], result["inserted"] + result["updated"] + result["rejected"])
        return result

    def error(self, source, *words, code=3):
        done = self.zaitu("import", self.project, source, "--as", "parcels", *words, code=code)
        lines = [line for line in done.stderr.splitlines() if line.startswith("error:")]
        self.assertEqual(len(lines), 1, done.stderr)
        return lines[0]

    def xlsx(self, *rows, name="t.xlsx", **more):
        book = {key: more.pop(key) for key in ("date1904", "parts") if key in more}
        write_xlsx(self.folder / name, {"台账": (sheet_xml(rows, **more), "visible")}, **book)
        return self.folder / name

    def csv(self, text, name="t.csv", encoding="utf-8"):
        (self.folder / name).write_bytes(text.encode(encoding))
        return self.folder / name

    def sql(self, query):
        with sqlite3.connect(f"file:{self.project}?mode=ro", uri=True) as database:
            return database.execute(query).fetchall()

    def codes(self, result):
        return {warning["code"] for warning in result["warnings"]}

    def test_a_ledger_as_a_bureau_keeps_it(self):
        source = self.xlsx(
            ["闵行区出让地块台账", None, None, None, None, None],
            [None, None, "单位：公顷", None, None, None],
            ["地块编号", "用途", "规划指标", None, "生效日期", "备注"],
            [None, None, "容积率", "用地面积", None, None],
            ["A-1", "工业", 2.5, 1.5, (45123, 1), "甲"],
            ["A-2", None, 3, 2, (45124, 2), "=1+1"],
            ["A-3", "绿地", 0.1, 3, (45125.5, 1), None],
            ["合计", None, None, 6.5, None, None],
            ["制表：张三", None, None, "审核：李四", None, None],
            merged=["A1:F1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "F3:F4", "B5:B6"], hidden_rows=[7], hidden_columns=[6])
        result = self.run_import(source)
        self.assertEqual((result["read"], result["inserted"], result["skipped"]), (3, 3, 2))
        self.assertEqual(result["header_rows"], [3, 4])
        self.assertEqual(result["mapping"]["far"], "规划指标/容积率")
        self.assertTrue({"header", "merged", "hidden", "total", "unit"} <= self.codes(result), result["warnings"])
        self.assertEqual(self.sql("SELECT code, land_use_current, far_planned, area_planned_m2, valid_from, note FROM parcels ORDER BY id"),
                         [("A-1", "工业", 2.5, 15000, "2023-07-16", "甲"), ("A-2", "工业", 3, 20000, "2023-07-17", "=1+1"),
                          ("A-3", "绿地", 0.1, 30000, "2023-07-18", "")])
        self.assertEqual([w["feature"] for w in result["warnings"] if w["code"] == "total"], ["8"])
        kept = json.loads(self.sql("SELECT decisions FROM imports")[0][0])
        self.assertEqual(kept["table"]["skipped"], 2)

    def test_numbers_and_ids_keep_what_they_show(self):
        result = self.run_import(self.xlsx(["地块编号", "名称"], [(123, 3), "零"], ["310112001234567890", "十八位"],
                                           [3.10104198001011e17, "坏"], [(9007199254740991, 0), "x"]))
        self.assertEqual([row[0] for row in self.sql("SELECT code FROM parcels ORDER BY id")],
                         ["000123", "310112001234567890", "310104198001011008", "9007199254740991"])
        self.assertIn("precision", self.codes(result))

    def test_days_from_1904_and_days_that_lost_their_format(self):
        result = self.run_import(self.xlsx(["地块编号", "生效日期"], ["A", (43661, 1)], date1904=True))
        self.assertEqual(self.sql("SELECT valid_from FROM parcels"), [("2023-07-16",)])
        self.assertIn("date", self.codes(result))
        result = self.run_import(self.xlsx(["地块编号", "生效日期"], ["B", 45123], ["C", "2023年7月16日"], ["D", "2023年6月31日"], ["E", "1/2/23"]))
        self.assertEqual([row[0] for row in self.sql("SELECT coalesce(valid_from, '') FROM parcels WHERE code > 'A' ORDER BY code")],
                         ["2023-07-16", "2023-07-16", "", ""])
        self.assertEqual({w["feature"] for w in result["warnings"] if w["code"] == "date"}, {"2", "4", "5"})
        self.run_import(self.csv("地块编号,生效日期\nF,45123\nG,2023/7/16\n"))
        self.assertEqual(self.sql("SELECT DISTINCT valid_from FROM parcels WHERE code > 'E'"), [("2023-07-16",)])

    def test_sheets_are_chosen_and_hidden_ones_told(self):
        table = [["地块编号"], ["A"]]
        book = self.folder / "b.xlsx"
        write_xlsx(book, {"甲": (sheet_xml(table), "visible"), "乙": (sheet_xml(table), "visible")})
        self.assertIn("layer", self.error(book))
        self.assertEqual(self.run_import(book, "--layer", "乙")["inserted"], 1)
        self.assertIn("has no sheet", self.error(book, "--layer", "丙", code=2))
        write_xlsx(book, {"甲": (sheet_xml([["地块编号"], ["B"]]), "visible"), "密": (sheet_xml(table), "hidden"), "空": (sheet_xml([]), "visible")})
        result = self.run_import(book)
        self.assertEqual(result["inserted"], 1)
        self.assertIn("hidden", self.codes(result))
        write_xlsx(book, {"说明": (sheet_xml([["填表说明"], ["一、面积为平方米"]]), "visible"), "台账": (sheet_xml([["地块编号", "名称"], ["C", "丙"]]), "visible")})
        result = self.run_import(book)
        self.assertEqual((result["inserted"], "layer" in self.codes(result)), (1, True))

    def test_huge_empty_sheets_cost_nothing_and_wide_ones_are_refused(self):
        last = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
        self.assertEqual(self.run_import(self.xlsx(["地块编号"], ["A"], extra=last))["read"], 1)
        self.assertIn("limit", self.error(self.xlsx(["地块编号"] + ["x"] * 2500)))
        self.assertIn("limit", self.error(self.csv(",".join(f"c{i}" for i in range(5000)) + "\n" + ",".join("1" * 5000) + "\n")))

    def test_bombs_entities_and_locks_are_one_line(self):
        bomb = self.folder / "bomb.xlsx"
        write_xlsx(bomb, {"a": (sheet_xml([["地块编号"]]) + " " * (64 << 20), "visible")})
        self.assertIn("too-large", self.error(bomb))
        evil = ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + sheet_xml([["&b;"]]).split("?>", 1)[1].replace("&amp;b;", "&b;"))
        write_xlsx(self.folder / "evil.xlsx", {"a": (evil, "visible")})
        self.assertIn("entity", self.error(self.folder / "evil.xlsx"))
        (self.folder / "cut.xlsx").write_bytes(self.xlsx(["地块编号"], ["A"]).read_bytes()[:-300])
        self.assertIn("truncated", self.error(self.folder / "cut.xlsx"))
        (self.folder / "locked.xlsx").write_bytes(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + bytes(1600))
        self.assertIn("password", self.error(self.folder / "locked.xlsx"))

    def test_a_formula_counts_with_its_result(self):
        rows = ('<row r="2"><c r="A2" t="str"><f>"A-"&amp;1</f><v>A-1</v></c><c r="B2"><f>2*1.5</f><v>3</v></c><c r="C2" t="str"><f>IF(1,"","x")</f><v></v></c></row>'
                '<row r="3"><c r="A3" t="inlineStr"><is><t>A-2</t></is></c><c r="B3">{}</c></row>')
        result = self.run_import(self.xlsx(["地块编号", "容积率", "备注"], extra=rows.format("<v>2</v>")))
        self.assertNotIn("type", self.codes(result))
        self.assertEqual(self.sql("SELECT code, far_planned FROM parcels ORDER BY id"), [("A-1", 3), ("A-2", 2)])
        result = self.run_import(self.xlsx(["地块编号", "容积率", "备注"], extra=rows.format("<f>1+1</f>").replace("A-", "B-")))
        self.assertEqual([w["feature"] for w in result["warnings"] if w["code"] == "type"], ["3"])

    def xls(self, stream, name="t.xls", **more):
        xls_file.write_xls(self.folder / name, stream, **more)
        return self.folder / name

    def test_xls_is_read_like_xlsx(self):
        texts = ["地块编号", "用地面积(亩)", "生效日期", "备注", "A-1", "合计", "甲乙丙" * 40]
        rows = b"".join([
            xls_file.hidden_columns(3, 3), xls_file.hidden_row(4),
            xls_file.label(0, 0, "某区出让地块台账"), xls_file.merged((0, 0, 0, 3), (2, 3, 3, 3)),
            *[xls_file.shared(1, column, column) for column in range(4)],
            xls_file.shared(2, 0, 4), xls_file.number(2, 1, 15), xls_file.number(2, 2, 45123, 1), xls_file.shared(2, 3, 6),
            # What formulas came to is what counts: a text, a number, a day.
            xls_file.formula(3, 0, "A-2"), xls_file.formula(3, 1, 1500.0), xls_file.formula(3, 2, 45351.0, 2),
            # A chart has records of its own.
            xls_file.record(xls_file.BOF, bytes.fromhex("00062000") + bytes(12)), xls_file.number(3, 1, 7), xls_file.record(xls_file.EOF),
            xls_file.label(4, 0, "A-3"), xls_file.record(0x027E, struct.pack("<3HI", 4, 1, 0, 300 << 2 | 3)), xls_file.formula(4, 2, b"\x2a"),
            xls_file.label(5, 0, "A-4"), xls_file.record(0x00BD, struct.pack("<2HHIHIH", 5, 1, 0, 45 << 2 | 2, 1, 45124 << 2 | 2, 2)),
            xls_file.shared(6, 0, 5), xls_file.formula(6, 1, 1563.0)])
        sheets = [("台账", 0, rows), ("旧", 1, xls_file.label(0, 0, "x"))]
        for name, more in {"whole.xls": {}, "broken.xls": {"break_texts_at": 201}, "narrow.xls": {"break_texts_at": 59}, "between.xls": {"break_texts_at": 19}}.items():
            with self.subTest(name):
                source = self.xls(xls_file.workbook(sheets, texts, [14, 'yyyy"年"m"月"d"日"'], **more), name)
                result = self.run_import(source, "--on-duplicate", "update")
                self.assertEqual((result["read"], result["skipped"], result["header_rows"]), (4, 1, [2, 2]))
                self.assertEqual({"header", "hidden", "total", "unit", "merged", "date"} - self.codes(result), set(), result["warnings"])
                self.assertEqual(self.sql("SELECT code, round(area_planned_m2, 6), coalesce(valid_from, ''), note FROM parcels ORDER BY id"),
                                 [("A-1", 10000, "2023-07-16", texts[6]), ("A-2", 1000000, "2024-02-29", texts[6]), ("A-3", 2000, "", ""),
                                  ("A-4", 30000, "2023-07-17", "")])
                self.assertTrue(any("旧" in w["message"] for w in result["warnings"] if w["code"] == "hidden"))

    def test_xls_says_what_it_does_not_hold(self):
        def book(*cells, **more):
            return self.xls(xls_file.workbook([("台账", 0, xls_file.label(0, 0, "地块编号") + xls_file.label(0, 1, "备注") + b"".join(cells))], **more))

        # Nobody has worked the formulas out, or a program wrote 0 for a joined text.
        uncalculated = self.run_import(book(xls_file.label(1, 0, "B-1"), xls_file.formula(1, 1, None)))
        self.assertIn("2", [w["feature"] for w in uncalculated["warnings"] if w["code"] == "type"])
        joined = self.run_import(book(xls_file.label(1, 0, "B-2"), xls_file.formula(1, 1, 0.0, tokens=b"\x17\x01\x00a\x17\x01\x00b\x08")))
        self.assertIn("type", self.codes(joined))
        self.assertEqual(self.sql("SELECT note FROM parcels WHERE code = 'B-2'"), [("",)])
        zero = self.run_import(book(xls_file.label(1, 0, "B-3"), xls_file.formula(1, 1, 0.0), by_excel=False))
        self.assertIn("type", self.codes(zero))
        fine = self.run_import(book(xls_file.label(1, 0, "B-4"), xls_file.formula(1, 1, 0.0), xls_file.label(2, 0, "B-5"), xls_file.formula(2, 1, None)))
        self.assertNotIn("type", self.codes(fine))
        self.assertEqual(self.sql("SELECT note FROM parcels WHERE code IN ('B-3', 'B-4') ORDER BY code"), [("0",), ("0",)])
        old = self.run_import(book(xls_file.label(1, 0, "C-1"), from_1904=True))
        self.assertEqual(self.codes(old), self.codes(self.run_import(book(xls_file.label(1, 0, "C-2")))))

        self.assertIn("password", self.error(book(globals_extra=xls_file.record(0x002F, bytes(6)))))
        whole = book(*[xls_file.label(row, 0, f"D-{row}") for row in range(1, 400)]).read_bytes()
        for cut in (400, 700, 5000, len(whole) - 512):
            (self.folder / "cut.xls").write_bytes(whole[:cut])
            self.assertRegex(self.error(self.folder / "cut.xls"), "corrupt|truncated")
        self.assertIn("format", self.error(self.xls(b"x" * 5000, "letter.xls", name_of_stream="WordDocument")))

    def test_ods_is_read_like_xlsx(self):
        cell = lambda text: f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
        body = ('<table:table table:name="台账">'
                '<table:table-row><table:table-cell table:number-columns-spanned="3" office:value-type="string"><text:p>台账</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="2"/></table:table-row>'
                "<table:table-row>" + cell("地块编号") + cell("用地面积(亩)") + cell("生效日期") + '<table:table-cell table:number-columns-repeated="16381"/></table:table-row>'
                "<table:table-row>" + cell("A-1") + '<table:table-cell office:value-type="float" office:value="15"/><table:table-cell office:value-type="date" office:date-value="2024-02-29"/></table:table-row>'
                '<table:table-row table:visibility="collapse">' + cell("A-2") + '<table:table-cell office:value-type="float" office:value="1.5e3"/></table:table-row>'
                '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
                "<table:table-row>" + cell("总计") + "</table:table-row></table:table>")
        names = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"' for p in ("office", "table", "text"))
        with zipfile.ZipFile(self.folder / "t.ods", "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            book.writestr("content.xml", f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>')
        result = self.run_import(self.folder / "t.ods")
        self.assertEqual((result["read"], result["skipped"]), (2, 1))
        self.assertTrue({"header", "hidden", "total", "unit"} <= self.codes(result))
        self.assertEqual(self.sql("SELECT code, round(area_planned_m2, 6), coalesce(valid_from, '') FROM parcels ORDER BY id"),
                         [("A-1", 10000, "2024-02-29"), ("A-2", 1000000, "")])

    def test_encodings_and_delimiters_of_csv(self):
        for name, encoding, text in (("u16.csv", "utf-16", "地块编号,名称\nU-1,枫桥路\n"), ("le.csv", "utf-16-le", "地块编号;名称\nU-2;枫桥路\n"),
                                     ("gbk.csv", "gb18030", "地块编号;名称\nU-3;枫桥路\n"), ("tab.csv", "utf-8", "地块编号\t名称\nU-4\t枫桥路\n"),
                                     ("sep.csv", "utf-8", "sep=;\n地块编号;名称\nU-5;枫桥路\n")):
            with self.subTest(name=name):
                self.assertEqual(self.run_import(self.csv(text, name, encoding))["inserted"], 1)
        self.assertEqual({row[0] for row in self.sql("SELECT name FROM parcels")}, {"枫桥路"})
        mixed = self.folder / "mixed.csv"
        mixed.write_bytes("地块编号,名称\nM-1,枫桥路\n".encode() + "M-2,火车站\n".encode("gbk"))
        result = self.run_import(mixed)
        self.assertTrue(any(w["code"] == "encoding" and "3" in w["message"] for w in result["warnings"]), result["warnings"])
        self.assertEqual(self.sql("SELECT name FROM parcels WHERE code LIKE 'M%' ORDER BY code"), [("枫桥路",), ("火车站",)])
        # A line of UTF-8 among GBK is valid GB18030 too, and means nothing in it.
        mixed.write_bytes("地块编号,名称\nN-1,枫桥路\n".encode("gbk") + "N-2,火车站商业综合体\nN-3,a\0b\n".encode())
        self.assertTrue({"encoding", "character"} <= self.codes(self.run_import(mixed)))
        self.assertEqual(self.sql("SELECT name FROM parcels WHERE code LIKE 'N%' ORDER BY code"), [("枫桥路",), ("火车站商业综合体",), ("ab",)])

    def test_torn_rows_are_rejected_with_their_text(self):
        result = self.run_import(self.csv("地块编号,名称,用地面积\nA,甲,1\nB,乙,丙,2,\n"))
        self.assertEqual((result["read"], result["inserted"], result["rejected"]), (2, 1, 1))
        self.assertTrue(any(w["code"] == "column" and "乙 | 丙" in w["message"] for w in result["warnings"]))
        self.zaitu("import", self.project, self.csv("地块编号,名称\nC,甲\nD,乙,丙\n"), "--as", "parcels", "--strict", code=1)

    def test_a_table_without_a_header_is_told(self):
        self.assertIn("header", self.codes(self.run_import(self.csv("SZ-1,枫桥路,8000\nSZ-2,火车站,9000\n"))))
        self.assertNotIn("header", self.codes(self.run_import(self.csv("地块编号,2024,2025\nA,1,2\n"))))

    def test_areas_in_another_unit_are_told(self):
        result = self.run_import(self.csv("地块编号,用地面积(公顷)\nA,0.80\nB,8000\nC,1.20\nD,12500.5\nE,2\n"))
        self.assertEqual({w["feature"] for w in result["warnings"] if w["code"] == "unit" and w["feature"]}, {"2", "4"})
        outlines = "".join(f'S-{i},{area},"POLYGON((640000 34{i}0000,640100 34{i}0000,640100 34{i}0080,640000 34{i}0080,640000 34{i}0000))"\n'
                           for i, area in ((1, "8000"), (2, "12.00"), (3, "8500"), (4, "8000")))
        result = self.run_import(self.csv("地块编号,MJ,WKT\n" + outlines), "--crs", "EPSG:4549")
        said = {w["feature"]: w["code"] for w in result["warnings"] if w["field"] == "MJ"}
        self.assertEqual(said, {"2": "unit", "3": "area"})
        # Columns that feed no field, ratios that are none, and a last row that is the sum of the others without a word.
        result = self.run_import(self.csv("地块编号,面积,容积率,建筑面积(万㎡)\nF,8000,2,1.6\nG,9000,2,18000\nH,0.9,2,1.7\nI,约8000,16000,1.6\n"
                                          "J,8000,2,1.5\nK,8500,2,1.6\n,33500.9,16010,18008\n"))
        said = {(w["feature"], w["field"][:2]): w["code"] for w in result["warnings"] if w["feature"]}
        self.assertEqual(said, {("3", "面积"): "unit", ("4", "面积"): "number", ("4", "容积"): "area", ("2", "建筑"): "unit", ("7", ""): "total"})

    def test_rows_meet_parcels_by_any_identifier(self):
        self.run_import(self.csv("地块编号,宗地代码,名称\nMHP0-1402单元06-08地块,310112001002GB00001,甲\n浦江镇工-345号,,乙\nX-1,,丙\nX-2,,丙\n", "p.csv"))
        self.assertEqual(self.sql("SELECT scheme, value, normal FROM parcel_identifiers ORDER BY scheme"),
                         [("出让地块", "浦江镇工-345号", "浦江镇工-345"), ("宗地代码", "310112001002GB00001", "310112001002GB00001"),
                          ("控规地块", "MHP0-1402单元06-08地块", "MHP0-1402-06-08")])
        rows = ["MHPO-1402-06-08", "310112001002GB00001F00010001", "浦江镇工—３４５号地块", "X-1", "丙", "Y-9"]
        events = self.csv("地块编号,阶段,日期\n" + "".join(f"{code},S{i + 1},202{i}-01-01\n" for i, code in enumerate(rows)), "e.csv")
        result = self.run_import(events, kind="events")
        join = result["join"]
        self.assertEqual((join["matched"], join["unmatched"], join["ambiguous"]), (4, 1, 1))
        self.assertEqual(join["by"]["parcel"], {"spelling": 2, "identifier": 1, "code": 1, "ambiguous": 1, "none": 1})
        self.assertEqual([(row["row"], row["value"], row["state"]) for row in join["rows"]], [("5", "丙", "ambiguous"), ("6", "Y-9", "unmatched")])
        self.assertEqual(self.sql("SELECT p.code FROM stage_events e JOIN parcels p ON p.id = e.parcel_id ORDER BY e.id"),
                         [("MHP0-1402单元06-08地块",), ("MHP0-1402单元06-08地块",), ("浦江镇工-345号",), ("X-1",)])
        update = self.run_import(self.csv("地块编号,名称\nMHPO-1402单元06-08,新名\n", "u.csv"), "--on-duplicate", "update")
        self.assertEqual((update["updated"], update["inserted"]), (1, 0))
        self.assertEqual(self.sql("SELECT name FROM parcels WHERE code = 'MHP0-1402单元06-08地块'"), [("新名",)])
        alike = self.run_import(self.csv("地块编号,名称\nMHPO-1402单元06-08地块,x\n", "a.csv"))
        self.assertIn("duplicate-id", self.codes(alike))
        self.assertEqual(alike["inserted"], 1)

    def test_a_chosen_mapping_is_remembered(self):
        source = self.csv("甲列,乙列\nA,名\n")
        first = self.run_import(source, "--map", "code=甲列", "--map", "name=乙列")
        self.assertIsNone(first["remembered"])
        again = self.run_import(self.csv("甲列,乙列\nB,名二\n", "next.csv"))
        self.assertIsNotNone(again["remembered"])
        self.assertEqual(again["mapping"], {"code": "甲列", "name": "乙列"})
        self.assertEqual(self.sql("SELECT code, name FROM parcels ORDER BY id"), [("A", "名"), ("B", "名二")])
        other = self.run_import(self.csv("甲列,丙列\nC,名\n", "other.csv"))
        self.assertIsNone(other["remembered"])

    def test_exports_are_inert_in_a_spreadsheet(self):
        cells = ['=HYPERLINK(""http://x/"",""点我"")', "+cmd|' /C calc'!A0", "@SUM(1+1)", "-2+3", "\t=1+1", "=1+1"";=2"]
        self.run_import(self.csv("地块编号,名称\n" + "".join(f'N-{i},"{cell}"\n' for i, cell in enumerate(cells))))
        self.assertEqual(self.sql("SELECT name FROM parcels WHERE code = 'N-2'"), [("@SUM(1+1)",)])
        self.zaitu("export", self.project, "parcels", self.folder / "out.csv")
        self.zaitu("report", self.project, "--summary", "--out", self.folder / "r", "--format", "csv")
        self.zaitu("export", self.project, "parcels", self.folder / "out.xlsx")
        for file in (self.folder / "out.csv", *(self.folder / "r").glob("*.csv")):
            text = file.read_text("utf-8-sig")
            self.assertNotRegex(text, r'(?m)(^|,)"?\t?[=+@]', file.name)
            self.assertIn("SUM(1+1)", text if file.name == "out.csv" else "SUM(1+1)")
        with zipfile.ZipFile(self.folder / "out.xlsx") as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            self.assertNotIn("<f>", sheet)


if __name__ == "__main__":
    unittest.main()

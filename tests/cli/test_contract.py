#!/usr/bin/python3
"""The command line as a contract: keys, exit codes, one JSON object on stdout, one line for an error."""
import csv
import glob
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

import program
from program import run, run_json

COMMANDS = ["view", "init", "import", "info", "list", "supply", "conversion", "forecast", "quarter", "report", "render",
            "export", "history", "undo", "redo", "verify", "recover"]
SEOUL = os.path.join(os.environ["ZAITU_SOURCE"], "tests", "data", "seoul_gangnam_parcels", "Parcels.shp")
LEDGERS = ["parcels", "projects", "phases", "events", "circles", "zones", "towns", "units", "indicators", "tasks",
           "documents", "occupancy", "programmes", "stages", "land_use", "ageing", "absorption", "wall", "reports",
           "duties"]


class Contract(program.DemoCase):
    def assert_error(self, done, code, *words):
        """One line on stderr, nothing on stdout."""
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertTrue(lines[0].startswith("error: "), lines[0])
        for word in words:
            self.assertIn(word, lines[0])


class Results(Contract):
    def test_init(self):
        file = os.path.join(self.folder, "new.sqlite")
        answer = run_json("init", file, "--crs", "EPSG:4548")
        self.assertEqual(answer, {"project": file, "crs": "EPSG:4548", "schema_version": 3})
        self.assert_error(run("init", file), 5, "new.sqlite")

    def test_info(self):
        answer = run_json("info", self.demo)
        self.assertLessEqual({"schema_version", "crs", "extent", "layers"}, set(answer))
        self.assertEqual(answer["crs"], "EPSG:4549")
        west, south, east, north = answer["extent"]
        self.assertTrue(west < east and south < north)
        layers = {layer["name"]: layer["features"] for layer in answer["layers"]}
        self.assertGreaterEqual(layers["parcels"], 150)
        db = sqlite3.connect(f"file:{self.demo}?mode=ro", uri=True)
        self.addCleanup(db.close)
        for layer, table in (("parcels", "parcels"), ("projects", "projects"), ("circles", "circle_members"),
                             ("phases", "phases"), ("events", "stage_events")):
            self.assertEqual(layers[layer], db.execute(f"SELECT count(*) FROM {table}").fetchone()[0], layer)

    def test_every_ledger(self):
        for ledger in LEDGERS:
            with self.subTest(ledger):
                answer = run_json("list", self.demo, ledger)
                self.assertIsInstance(answer["rows"], list)
                self.assertEqual(len({tuple(row) for row in answer["rows"]}), 1 if answer["rows"] else 0)
        parcel = run_json("list", self.demo, "parcels")["rows"][0]
        self.assertLessEqual({"code", "name", "land_use", "area", "stage", "circle", "town"}, set(parcel))
        self.assertIsInstance(parcel["area"], float)
        self.assertIsInstance(parcel["synthetic"], bool)

    def test_list_formats_hold_the_same_rows(self):
        arguments = ["list", self.demo, "phases", "--as-of", "2024-12-31", "--where", "counts AND circle = 'C1'"]
        rows = run_json(*arguments)["rows"]
        self.assertTrue(rows)
        self.assertTrue(all(row["counts"] and row["circle"] == "C1" for row in rows))
        self.assertEqual(json.loads(run(*arguments, "--format", "json").stdout)["rows"], rows)
        done = run(*arguments, "--format", "csv")
        in_csv = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
        self.assertEqual([row["code"] for row in in_csv], [row["code"] for row in rows])
        self.assertEqual([float(row["counted"]) for row in in_csv], [row["counted"] for row in rows])
        table = run(*arguments, "--columns", "code,counted").stdout.splitlines()
        self.assertEqual(len(table), len(rows) + 4)  # title, line, line, total

    def test_list_follows_the_date(self):
        def stages(date):
            rows = run_json("list", self.demo, "phases", "--as-of", date)["rows"]
            return [row["stage"] for row in rows]

        self.assertNotEqual(stages("2022-12-31"), stages("2025-12-31"))

    def test_supply(self):
        answer = run_json("supply", self.demo, "--as-of", "2025-12-31", "--by", "circle,certainty")
        self.assertLessEqual({"as_of", "rule", "counted", "missing_area", "targets", "groups"}, set(answer))
        self.assertEqual(answer["rule"],
                         {"from": "completed", "area": "carrier", "net": True, "scope": None, "split": "largest"})
        self.assertEqual([(t["year"], t["target"]) for t in answer["targets"]],
                         [(2023, 1200000.0), (2024, 1500000.0), (2025, 2000000.0)])
        for group in answer["groups"]:
            self.assertLessEqual({"circle", "certainty", "area", "counted", "phases"}, set(group))
        self.assertAlmostEqual(sum(group["counted"] for group in answer["groups"]), answer["counted"], delta=1e-6)
        self.assertEqual(sum(group["phases"] for group in answer["groups"]), answer["phases"])
        self.assertEqual(len(answer["missing_area_phases"]), answer["missing_area"])

    def test_supply_options_reach_the_rule(self):
        answer = run_json("supply", self.demo, "--from", "in_use", "--area", "gross", "--gross", "--scope", "C1",
                          "--split", "share")
        self.assertEqual(answer["rule"],
                         {"from": "in_use", "area": "gross", "net": False, "scope": "C1", "split": "share"})

    def test_evidence_adds_up_to_the_figure(self):
        figure = run_json("supply", self.demo, "--as-of", "2024-12-31")["counted"]
        rows = run_json("list", self.demo, "phases", "--as-of", "2024-12-31")["rows"]
        self.assertAlmostEqual(sum(row["counted"] for row in rows), figure, delta=1e-6)

    def test_the_text_says_rule_date_and_what_is_invented(self):
        text = run("supply", self.demo, "--as-of", "2025-12-31").stdout
        for words in ("已建成", "/ 200 万㎡", "缺口", "计竣工(S6)起", "2025-12-31", "缺面积", "synthetic"):
            self.assertIn(words, text)
        self.assertIn("completed", run("supply", self.demo, "--lang", "en").stdout)
        self.assertIn("completed", run("supply", self.demo, LC_ALL="en_US.UTF-8").stdout)

    def test_report(self):
        code = run_json("list", self.demo, "parcels")["rows"][0]["code"]
        out = os.path.join(self.folder, "reports")
        answer = run_json("report", self.demo, "--parcel", code, "--out", out)
        self.assertEqual(len(answer["files"]), 1)
        self.assertLessEqual({"path", "kind", "subject"}, set(answer["files"][0]))
        with open(answer["files"][0]["path"], "rb") as file:
            self.assertEqual(file.read(5), b"%PDF-")
        for file in run_json("report", self.demo, "--format", "csv", "--out", out)["files"]:
            self.assertTrue(os.path.getsize(file["path"]) > 0)

    def test_render(self):
        out = os.path.join(self.folder, "map.png")
        answer = run_json("render", self.demo, "--out", out, "--size", "400x300", "--theme", "circle")
        self.assertLessEqual({"file", "extent", "features", "ms"}, set(answer))
        with open(out, "rb") as file:
            head = file.read(24)
        self.assertEqual(head[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual((int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")), (400, 300))

    def test_export_and_import_again(self):
        out = os.path.join(self.folder, "parcels.gpkg")
        answer = run_json("export", self.demo, "parcels", out)
        self.assertEqual(answer["features"], len(run_json("list", self.demo, "parcels")["rows"]))
        project = os.path.join(self.folder, "second.sqlite")
        run_json("init", project)
        answer = run_json("import", project, out, "--as", "parcels")
        self.assertLessEqual({"read", "inserted", "updated", "repaired", "rejected", "crs", "encoding", "warnings"},
                             set(answer))
        self.assertEqual(set(answer["crs"]), {"code", "how"})
        self.assertEqual(set(answer["encoding"]), {"name", "how"})
        self.assertEqual(answer["read"], answer["inserted"] + answer["updated"] + answer["rejected"])
        self.assertEqual(answer["rejected"], 0)
        # The use that was recorded comes back, not the one of the day of the export.
        before, after = ({row["code"]: (row["land_use_current"], row["land_use_planned"])
                          for row in run_json("list", which, "parcels")["rows"]} for which in (self.demo, project))
        self.assertEqual(before, after)

    def test_import_dry_run_and_strict(self):
        project = os.path.join(self.folder, "strict.sqlite")
        run_json("init", project)
        file = os.path.join(self.folder, "projects.csv")
        with open(file, "w", encoding="utf-8") as out:
            out.write("code,name\nA,甲\nA,乙\n")
        self.assertEqual(run_json("import", project, file, "--as", "projects", "--dry-run")["inserted"], 1)
        done = run("import", project, file, "--as", "projects", "--strict", "--json")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(json.loads(done.stdout)["rejected"], 1)
        self.assertEqual(run_json("list", project, "projects")["rows"], [])
        done = run("import", project, file, "--as", "projects")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning: duplicate", done.stderr)
        self.assertEqual(len(run_json("list", project, "projects")["rows"]), 1)

    def test_history_undo_redo(self):
        project = os.path.join(self.folder, "undo.sqlite")
        run_json("init", project)
        file = os.path.join(self.folder, "towns.csv")
        with open(file, "w", encoding="utf-8") as out:
            out.write("code,name\nP1,甲\n")
        run_json("import", project, file, "--as", "projects")
        changes = run_json("history", project, "--limit", "1")["changes"]
        self.assertEqual(len(changes), 1)
        self.assertLessEqual({"id", "at", "who", "command", "rows"}, set(changes[0]))
        self.assertIn("import projects", changes[0]["command"])
        row = next(row for row in changes[0]["rows"] if row["table"] == "projects")
        self.assertEqual((row["op"], row["before"]), ("I", None))

        self.assertEqual(len(run_json("undo", project)["changes"]), 1)
        self.assertEqual(run_json("list", project, "projects")["rows"], [])
        self.assertEqual(len(run_json("redo", project)["changes"]), 1)
        self.assertEqual([row["code"] for row in run_json("list", project, "projects")["rows"]], ["P1"])
        self.assert_error(run("redo", project), 1)

    def test_undo_stops_before_what_made_the_demo(self):
        project = self.copy_of_demo()
        rows = len(run_json("list", project, "parcels")["rows"])
        done = run("undo", project)
        self.assert_error(done, 1)
        self.assertIn("since the project was made", done.stderr)
        self.assertEqual(len(run_json("list", project, "parcels")["rows"]), rows)
        changes = run_json("history", project, "--limit", "100")["changes"]
        self.assertGreater(len(changes), 3)
        self.assertTrue(all(change["of_creation"] for change in changes))

    def test_a_gis_file_is_looked_at_without_a_project(self):
        out = os.path.join(self.folder, "looked-at.gpkg")
        features = run_json("export", self.demo, "parcels", out)["features"]
        layers = {layer["name"]: layer["features"] for layer in run_json("info", out)["layers"]}
        self.assertEqual(layers["parcels"], features)
        self.assertEqual(len(run_json("list", out, "parcels")["rows"]), features)
        self.assertGreater(run_json("render", out, "--out", os.path.join(self.folder, "look.png"))["features"], 0)

    def test_reading_changes_nothing(self):
        copy = self.copy_of_demo()
        with open(copy, "rb") as file:
            before = file.read()
        for arguments in (["info"], ["list", "parcels"], ["supply"], ["history"]):
            self.assertEqual(run(arguments[0], copy, *arguments[1:]).returncode, 0)
        with open(copy, "rb") as file:
            self.assertEqual(file.read(), before)
        self.assertEqual(os.listdir(os.path.dirname(copy)), ["copy.sqlite"])


class Help(unittest.TestCase):
    def test_help_and_version(self):
        done = run("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for command in COMMANDS:
            self.assertRegex(done.stdout, rf"\n  {command}[ ,]")
            one = run(command, "--help")
            self.assertEqual((one.returncode, one.stderr), (0, ""))
            self.assertIn(f"Usage: zaitu {command}", one.stdout)
            self.assertIn(f"\n  zaitu {command} " if command != "view" else "zaitu view", one.stdout)
        self.assertRegex(run("--version").stdout, r"^zaitu \d+\.\d+\.\d+\n$")

    def test_commands_of_later_releases_are_absent(self):
        for command in ("check",):
            done = run(command, "p.sqlite")
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, r"^error: .*\n$")
            self.assertNotIn(command, run("--help").stdout.split())


class Errors(Contract):
    def test_wrong_usage(self):
        for words in (["supply"], ["supply", self.demo, "--bogus"], ["supply", self.demo, "--as-of", "2025-02-30"],
                      ["supply", self.demo, "--as-of", "today"], ["supply", self.demo, "--by", "county"],
                      ["supply", self.demo, "--by", "circle,circle"], ["supply", self.demo, "--from", "S6"],
                      ["supply", self.demo, "--net", "--gross"], ["supply", self.demo, "--scope", "nowhere"],
                      ["list", self.demo], ["list", self.demo, "houses"], ["list", self.demo, "parcels", "--where", "x ="],
                      ["list", self.demo, "parcels", "--columns", "code,colour"],
                      ["import", self.demo, "x.shp"], ["import", self.demo, "x.shp", "--as", "houses"],
                      ["import", self.demo, "x.shp", "--as", "parcels", "--map", "code"],
                      ["render", self.demo], ["render", self.demo, "--out", "m.png", "--size", "big"],
                      ["render", self.demo, "--out", "m.png", "--extent", "1,2,3"],
                      ["report", self.demo, "--out", "r"], ["report", self.demo, "--out", "r", "--summary", "--parcel", "A"],
                      ["export", self.demo, "houses", "out.gpkg"], ["frobnicate"], ["--bogus"],
                      ["--lang", "fr", "info", self.demo]):
            with self.subTest(words=words[:1] + words[2:]):
                self.assert_error(run(*words, cwd=self.folder), 2)
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith(("m.png", "r", "out.gpkg"))
                          and not name.startswith("reports")], [])

    def test_a_missing_project(self):
        for words in (["supply"], ["list", "parcels"], ["history"], ["undo"], ["info"]):
            with self.subTest(words[0]):
                self.assert_error(run(words[0], "gone.sqlite", *words[1:], cwd=self.folder), 4, "gone.sqlite")
        for name in ("gone.sqlite", "gone.db", "gone"):
            self.assert_error(run("view", name, cwd=self.folder), 4, name)
        self.assert_error(run("gone.sqlite", cwd=self.folder), 4, "gone.sqlite")

    def test_a_project_is_in_metres(self):
        file = os.path.join(self.folder, "degrees.sqlite")
        self.assert_error(run("init", file, "--crs", "EPSG:4326"), 2, "metres")
        self.assertFalse(os.path.exists(file))

    def test_what_a_foreign_layer_has_to_say_is_shown(self):
        answer = run("info", SEOUL, "--json")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("warning: id: Parcels.shp", answer.stderr)
        self.assertIn("id", [warning["code"] for warning in json.loads(answer.stdout)["warnings"]])
        self.assertFalse(os.path.exists(os.path.join(self.folder, "gone.sqlite")))

    def test_a_missing_source(self):
        self.assert_error(run("import", self.copy_of_demo(), "gone.shp", "--as", "parcels"), 3, "gone.shp")
        for words in (["info", "gone.gpkg"], ["list", "gone.gpkg", "parcels"], ["view", "gone.gpkg"]):
            self.assert_error(run(*words), 3, "gone.gpkg")

    def test_a_text_called_shp(self):
        file = os.path.join(self.folder, "letter.shp")
        with open(file, "w", encoding="utf-8") as out:
            out.write("尊敬的各位:\n")
        self.assert_error(run("info", file), 3, "letter.shp")
        self.assert_error(run("import", self.copy_of_demo(), file, "--as", "parcels"), 3, "letter.shp")

    def test_what_is_no_project(self):
        file = os.path.join(self.folder, "notes.sqlite")
        with open(file, "w", encoding="utf-8") as out:
            out.write("not a database\n" * 100)
        self.assert_error(run("supply", file), 4, "notes.sqlite")
        foreign = os.path.join(self.folder, "foreign.sqlite")
        with sqlite3.connect(foreign) as db:
            db.execute("CREATE TABLE t (x)")
        self.assert_error(run("supply", foreign), 4, "foreign.sqlite")

    def test_a_newer_project_is_refused_and_not_touched(self):
        newer = self.copy_of_demo("newer.sqlite")
        db = sqlite3.connect(newer)
        db.execute("PRAGMA user_version = 99")
        db.commit()
        db.close()
        with open(newer, "rb") as file:
            before = file.read()
        for words in (["supply"], ["undo"], ["list", "parcels"]):
            self.assert_error(run(words[0], newer, *words[1:]), 4, "newer.sqlite")
        with open(newer, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_a_database_server(self):
        done = run("supply", "postgresql://planner:secret@host/db")
        self.assert_error(done, 4, "project files")
        self.assertNotIn("secret", done.stderr)

    def test_a_read_only_folder(self):
        nobody = None
        if os.geteuid() == 0:  # root may write everywhere: the program runs as somebody who may not
            nobody = 65534
            os.chmod(self.folder, 0o755)
            try:
                self.assertEqual(run("--version", cwd="/", user=nobody).returncode, 0)
            except PermissionError:
                self.skipTest("the program lies where only root may read")
        folder = tempfile.mkdtemp(dir=self.folder)
        shutil.copy(self.demo, os.path.join(folder, "demo.sqlite"))
        os.chmod(folder, 0o555)
        self.addCleanup(os.chmod, folder, 0o755)
        self.assert_error(run("init", os.path.join(folder, "new.sqlite"), user=nobody), 5)
        before = run("supply", self.demo, "--as-of", "2025-12-31").stdout
        done = run("supply", os.path.join(folder, "demo.sqlite"), "--as-of", "2025-12-31", user=nobody)
        self.assertEqual((done.returncode, done.stdout), (0, before), done.stderr)
        self.assertNotEqual(run("undo", os.path.join(folder, "demo.sqlite"), user=nobody).returncode, 0)
        self.assertEqual(os.listdir(folder), ["demo.sqlite"])

    def test_a_folder_that_cannot_be(self):
        """As root too: a path below a file can be written by nobody."""
        inside = os.path.join(self.demo, "inside")
        self.assert_error(run("init", inside + ".sqlite"), 5)
        self.assert_error(run("render", self.demo, "--out", inside + ".png"), 5)
        self.assert_error(run("export", self.demo, "parcels", inside + ".gpkg"), 5)
        self.assert_error(run("report", self.demo, "--summary", "--out", inside), 5)

    def test_a_full_disk_at_stdout(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([program.ZAITU, "supply", self.demo, "--json"], stdout=full, stderr=subprocess.PIPE,
                                  env=program.environment(), timeout=60, encoding="utf-8")
        self.assertEqual(done.returncode, 5)
        self.assertRegex(done.stderr, r"^error: .*\n$")

    def test_interrupt_cancels_an_import_and_writes_nothing(self):
        project = os.path.join(self.folder, "interrupted.sqlite")
        run_json("init", project)
        source = os.path.join(self.folder, "many.csv")
        with open(source, "w", encoding="utf-8") as out:
            out.write("code,name\n")
            for i in range(400000):
                out.write(f"P{i},项目{i}\n")
        running = subprocess.Popen([program.ZAITU, "import", project, source, "--as", "projects"],
                                   env=program.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   encoding="utf-8")
        def has_worker():  # of any of its threads: the import is on its way
            for children in glob.glob(f"/proc/{running.pid}/task/*/children"):
                try:
                    with open(children, encoding="ascii") as file:
                        if file.read():
                            return True
                except FileNotFoundError:
                    pass  # a thread that has ended
            return False

        while running.poll() is None and not has_worker():
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        out, error = running.communicate(timeout=60)
        self.assertEqual((running.returncode, out), (130, ""), error)
        self.assertEqual(error, "cancelled: nothing was changed\n")
        self.assertEqual(run_json("list", project, "projects")["rows"], [])


del Contract  # has no tests of its own

if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The program in a bad place: missing files, odd locales, little memory, no display, read-only folders, full disks. It works,
or says one line and what to do; no project is changed by being refused."""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

from program import ZAITU, environment, run, run_json

NOBODY = 65534
SANITIZED = os.environ.get("ZAITU_SANITIZED") == "1"  # it reserves more address space than there may be


def square(number):
    x, y = 121.4 + number * 0.001, 31.0
    return [[[x, y], [x + 0.0005, y], [x + 0.0005, y + 0.0004], [x, y + 0.0004], [x, y]]]


def write_parcels(file, count, first=0):
    features = [{"type": "Feature", "properties": {"code": f"P{first + i}", "name": f"地块{first + i}"},
                 "geometry": {"type": "Polygon", "coordinates": square(first + i)}} for i in range(count)]
    pathlib.Path(file).write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return file


def limited(limits, *words, cwd=None, **changes):
    """Under limits of the shell (`ulimit -f 100`)."""
    return subprocess.run(["bash", "-c", f'{limits}; exec "$@"', "bash", ZAITU, *map(str, words)], cwd=cwd,
                          env=environment(**changes), capture_output=True, text=True, timeout=120)


class Place(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="zaitu-place-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.project = self.folder / "plan.zaitu"
        run_json("new", self.project)
        self.source = write_parcels(self.folder / "parcels.geojson", 5)

    def digest(self):
        return hashlib.sha256(self.project.read_bytes()).hexdigest()

    def refused(self, done, code, keyword):
        """One line that begins with the keyword, and this exit code."""
        self.assertEqual(done.returncode, code, done.stderr)
        errors = [line for line in done.stderr.splitlines() if not line.startswith("warning: ")]
        self.assertEqual(len(errors), 1, done.stderr)
        self.assertTrue(errors[0].startswith(f"error: {keyword}: "), errors[0])
        return errors[0]

    def works(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("error", done.stderr)


class ProjectErrors(Place):
    def test_newer_version_names_both_and_changes_nothing(self):
        with sqlite3.connect(self.project) as file:
            version = file.execute("PRAGMA user_version").fetchone()[0]
            file.execute("PRAGMA user_version = 999999")
        file.close()
        before = self.digest()
        line = self.refused(run("info", self.project), 4, "version")
        self.assertIn("999999", line)
        self.assertIn(str(version), line)
        self.refused(run("import", self.project, self.source, "--as", "parcels"), 4, "version")
        self.assertEqual(self.digest(), before)

    def test_damage_and_foreign_files(self):
        other = self.folder / "other.gpkg"
        with sqlite3.connect(other) as file:
            file.execute("PRAGMA application_id = 0x47504B47")
            file.execute("CREATE TABLE gpkg_contents (a)")
        file.close()
        line = self.refused(run("supply", other), 4, "format")
        self.assertIn("GeoPackage", line)
        self.assertIn("zaitu import", line)
        whole = self.project.read_bytes()
        self.project.write_bytes(whole[:-4096])
        self.refused(run("info", self.project), 4, "corrupt")
        self.project.write_bytes(whole[:4096] + bytes(7) * 4096)
        self.refused(run("info", self.project), 4, "corrupt")
        flipped = bytearray(whole)
        flipped[whole.rindex(b"CGCS2000") + 1] ^= 1  # one bit, and SQLite would never tell
        self.project.write_bytes(flipped)
        self.refused(run("info", self.project), 4, "corrupt")
        self.refused(run("list", self.project, "parcels"), 4, "corrupt")
        self.project.write_bytes(b"")
        self.refused(run("info", self.project), 4, "empty")
        self.assertEqual(self.project.read_bytes(), b"")

    def test_holder_of_a_lock_is_named_within_five_seconds(self):
        holder = sqlite3.connect(self.project, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        line = self.refused(run("import", self.project, self.source, "--as", "parcels"), 4, "locked")
        self.assertLess(time.monotonic() - began, 15)  # 4 s of it waiting; a busy machine starts slowly
        self.assertIn(str(os.getpid()), line)
        holder.execute("ROLLBACK")
        holder.close()
        run_json("import", self.project, self.source, "--as", "parcels")

    def test_window_elsewhere_is_named(self):
        lease = pathlib.Path(f"{self.project}-lease")
        lease.write_text("zaitu lease\nwho=anna@office\nsince=2025-09-30T08:15:00Z\nmachine=another\npid=1\nstarted=1\n"
                         "writer=window\ntoken=1\n", encoding="utf-8")
        self.assertIn("anna@office", self.refused(run("undo", self.project), 4, "locked"))
        self.works(run("info", self.project))  # reading goes on
        lease.unlink()

    @unittest.skipUnless(os.geteuid() == 0, "needs another user")
    def test_read_only_place_is_said_at_once(self):
        os.chmod(self.folder, 0o755)
        os.chmod(self.project, 0o444)
        for command in ("info", "list", "supply"):
            done = run(command, self.project, *(["parcels"] if command == "list" else []), user=NOBODY)
            self.works(done)
            self.assertEqual(done.stderr.count("warning: readonly: "), 1, done.stderr)
        self.refused(run("import", self.project, self.source, "--as", "parcels", user=NOBODY), 4, "readonly")
        self.refused(run("undo", self.project, user=NOBODY), 5, "readonly")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["parcels.geojson", "plan.zaitu"])


class FullDisk(Place):
    def test_import_keeps_what_was_there(self):
        run_json("import", self.project, self.source, "--as", "parcels")
        more = write_parcels(self.folder / "more.geojson", 700, 100)
        before = run_json("list", self.project, "parcels")["rows"]
        limit = self.source.stat().st_size // 1024 + more.stat().st_size // 1024 + 60  # less than the log of so many rows
        self.refused(limited(f"ulimit -f {limit}", "import", self.project, more, "--as", "parcels"), 5, "disk")
        self.assertEqual(run_json("list", self.project, "parcels")["rows"], before)
        run_json("import", self.project, more, "--as", "parcels")

    def test_export_keeps_the_file_that_was_there(self):
        """Wherever it fills up: a driver that dies of it takes the program with it."""
        run_json("import", self.project, write_parcels(self.folder / "more.geojson", 200, 100), "--as", "parcels")
        out = self.folder / "out"
        out.mkdir()
        target = out / "parcels.dxf"
        run_json("export", self.project, "parcels", target)
        whole = target.read_bytes()
        for limit in range(1, len(whole) // 1024):
            self.refused(limited(f"ulimit -f {limit}", "export", self.project, "parcels", target), 5, "disk")
            self.assertEqual({p.name: p.read_bytes() for p in out.iterdir()}, {target.name: whole}, limit)

    def test_temporary_folder_that_is_full_or_missing(self):
        self.works(run("import", self.project, self.source, "--as", "parcels", "--dry-run", TMPDIR="/nonexistent"))
        big = write_parcels(self.folder / "big.geojson", 3000, 100)
        done = limited("ulimit -f 100", "import", self.project, big, "--as", "parcels")
        self.assertIn("disk", self.refused(done, 5, "disk"))


class Environment(Place):
    def import_here(self, **changes):
        return run("import", self.project, self.source, "--as", "parcels", "--on-duplicate", "update", "--json", **changes)

    def test_odd_settings_change_nothing(self):
        self.works(self.import_here())
        expected = run_json("list", self.project, "parcels")["rows"]
        for changes in ({"LC_ALL": "C", "LANG": "C"}, {"LC_ALL": "de_DE.UTF-8", "LC_NUMERIC": "de_DE.UTF-8"},
                        {"GDAL_DATA": "/nonexistent"}, {"HOME": "/proc", "XDG_CONFIG_HOME": "/proc", "XDG_CACHE_HOME": "/proc"},
                        {"SPATIALITE_SECURITY": "relaxed", "GDAL_DRIVER_PATH": "/nonexistent"}):
            with self.subTest(changes=changes):
                self.works(self.import_here(**changes))
                self.assertEqual(run_json("list", self.project, "parcels", **changes)["rows"], expected)

    def test_little_of_everything(self):
        self.works(limited("ulimit -n 32", "import", self.project, self.source, "--as", "parcels"))
        if not SANITIZED:
            self.works(limited("ulimit -v 600000", "list", self.project, "parcels"))

    def test_missing_proj_db_is_named(self):
        line = self.refused(run("new", self.folder / "q.sqlite", PROJ_DATA="/nonexistent", PROJ_LIB="/nonexistent"), 3, "proj.db")
        self.assertIn("/nonexistent", line)
        self.assertFalse((self.folder / "q.sqlite").exists())

    def test_missing_font_is_said(self):
        (self.folder / "fonts").mkdir()
        fonts = self.folder / "fonts.conf"
        fonts.write_text(f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{self.folder}/fonts</dir>'
                         f"<cachedir>{self.folder}/fonts</cachedir></fontconfig>", encoding="utf-8")
        done = self.import_here(FONTCONFIG_FILE=str(fonts))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning: font: ", done.stderr)
        self.assertNotIn("warning: font: ", self.import_here().stderr)

    def test_paths_of_all_kinds(self):
        for name in ("规划 项目", "🏗️ a", "two\nlines", "q?u#e%20", "-dash"):
            with self.subTest(name=name):
                place = self.folder / name
                place.mkdir()
                project, source = place / (name + ".sqlite"), place / (name + ".geojson")
                write_parcels(source, 2)
                self.works(run("init", project))
                self.works(run("import", project, source, "--as", "parcels"))
                self.works(run("export", project, "parcels", place / (name + " out.gpkg")))
                self.assertEqual(len(run_json("list", project, "parcels")["rows"]), 2)


class Display(Place):
    def window(self, *before, **changes):
        return subprocess.run([*before, ZAITU, str(self.project)], capture_output=True, text=True, timeout=120,
                              env=environment(XDG_CONFIG_HOME=str(self.folder), LIBGL_ALWAYS_SOFTWARE="1", **changes))

    def test_none_too_old_or_gone(self):
        self.refused(self.window(DISPLAY=""), 5, "display")
        self.refused(self.window(DISPLAY=":4711"), 5, "display")
        read_end, write_end = os.pipe()
        server = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-screen", "0", "900x700x24", "-nolisten", "tcp"],
                                  pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            display = ":" + answer.readline().strip()
        try:
            line = self.refused(self.window(DISPLAY=display, MESA_GL_VERSION_OVERRIDE="1.4"), 5, "opengl")
            self.assertIn("1.4", line)
            self.assertIn("3.3", line)
            process = subprocess.Popen([ZAITU, str(self.project)], stderr=subprocess.PIPE, text=True,
                                       env=environment(XDG_CONFIG_HOME=str(self.folder), LIBGL_ALWAYS_SOFTWARE="1",
                                                       DISPLAY=display, ZAITU_UI_PROBE=str(self.folder / "probe.json")))
            end = time.monotonic() + 60
            while not (self.folder / "probe.json").exists() and time.monotonic() < end:
                time.sleep(0.1)
        finally:
            server.send_signal(signal.SIGKILL)
            server.wait()
        _, said = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 5, said)
        self.assertEqual([line for line in said.splitlines() if line.startswith("error: display: ")], said.splitlines())
        self.assertTrue((self.folder / "zaitu" / "window.json").exists(), "the settings are saved")
        self.assertFalse(pathlib.Path(f"{self.project}-wal").exists() and os.path.getsize(f"{self.project}-wal") > 0)


if __name__ == "__main__":
    unittest.main()

"""verify and recover as a user runs them: damage is named, the damaged file stays as it is, what is left is saved."""
import json
import os
import pathlib
import shutil
import sqlite3
import tempfile
import unittest

from half_written import leave_half_written, name_another_file
from program import run, run_json


class Verify(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="zaitu-verify-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.project = self.folder / "plan.sqlite"
        run_json("init", self.project, "--demo")
        self.sound = shutil.copy(self.project, self.folder / "sound.sqlite")

    def verify(self, path, code):
        done = run("verify", path, "--json")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout) if done.stdout else {}, done.stderr

    def test_a_sound_project_and_what_is_none(self):
        before = self.project.read_bytes()
        found, _ = self.verify(self.project, 0)
        self.assertEqual((found["ok"], found["problems"], found["notes"]), (True, [], []))
        self.assertEqual(self.project.read_bytes(), before)
        (self.folder / "text.sqlite").write_text("no project" * 100)
        self.verify(self.folder / "text.sqlite", 4)
        self.verify(self.folder / "none.sqlite", 4)

    def test_damage_is_named_and_the_rest_is_recovered(self):
        rows = run_json("list", self.project, "parcels")["rows"]
        self.assertEqual(run("undo", self.project).returncode, 1)  # nothing to undo, and nothing is backed up
        source = self.folder / "notes.csv"
        source.write_text("code,note\n" + "".join(f"{row['code']},checked\n" for row in rows))
        run_json("import", self.project, source, "--as", "parcels", "--on-duplicate", "update")
        run_json("import", self.project, source, "--as", "parcels", "--on-duplicate", "update")
        backups = run_json("info", self.project)["backups"]
        self.assertEqual([os.path.basename(b["file"]) for b in backups], ["plan.sqlite.bak1"])
        self.verify(self.project.with_name("plan.sqlite.bak1"), 0)

        with sqlite3.connect(f"file:{self.project}?mode=ro", uri=True) as database:
            parcels, = database.execute("SELECT count(*) FROM parcels").fetchone()  # also those that are not in force
            page, = database.execute("SELECT pageno FROM dbstat WHERE name = 'parcels' AND pagetype = 'leaf' LIMIT 1 OFFSET 2").fetchone()
        data = bytearray(self.project.read_bytes())
        data[page * 4096 - 600] ^= 0x10
        self.project.write_bytes(data)
        found, words = self.verify(self.project, 1)
        self.assertFalse(found["ok"])
        problem = found["problems"][0]
        self.assertEqual((problem["kind"], problem["page"], problem["table"]), ("page", page, "parcels"))
        first, last = map(int, problem["rows"].split("-"))
        self.assertIn("last good backup is", words)
        self.assertEqual(words.count("\n"), 1)
        self.assertEqual(self.project.read_bytes(), bytes(data))

        saved = self.folder / "saved.sqlite"
        result = run_json("recover", self.project, saved)
        self.assertEqual(result["recovered"]["parcels"], parcels - (last - first + 1))
        self.assertIn(("parcels", problem["rows"]), [(lost["table"], lost["rows"]) for lost in result["lost"]])
        self.assertEqual(self.project.read_bytes(), bytes(data))
        found, _ = self.verify(saved, 0)
        self.assertTrue(found["ok"])
        self.assertEqual(run("recover", self.project, saved).returncode, 5)  # it is there

    def test_a_change_that_was_never_finished_is_taken_back_by_whoever_reads(self):
        rows = run_json("list", self.project, "parcels")["rows"]
        before = self.project.read_bytes()
        grow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO zaitu_meta SELECT 'x' || i, hex(randomblob(99)) FROM n"
        for words in (["list", self.project, "parcels"], ["verify", self.project], ["recover", self.project, self.folder / "saved.sqlite"]):
            with self.subTest(words[0]):
                journal = leave_half_written(self.project, grow)
                self.assertNotEqual(self.project.read_bytes(), before)
                done = run(*words)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertFalse(os.path.exists(journal))
                self.assertEqual(self.project.read_bytes(), before)
                self.verify(self.project, 0)
        self.assertEqual(run_json("list", self.project, "parcels")["rows"], rows)

    def test_a_journal_that_would_have_another_file_removed_is_not_believed(self):
        victim = self.folder / "letter.txt"
        for words in (["list", self.project, "parcels"], ["verify", self.project], ["undo", self.project],
                      ["recover", self.project, self.folder / "saved.sqlite"]):
            with self.subTest(words[0]):
                # SQLite takes it for a list of journals, none of which is there any more.
                victim.write_bytes(b"/none/there-journal\0")
                journal = leave_half_written(self.project, "UPDATE parcels SET area_planar_m2 = 1", "CREATE TABLE t AS SELECT hex(randomblob(400)) FROM parcels")
                name_another_file(journal, victim)
                done = run(*words)
                self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
                self.assertIn("untrusted", done.stderr)
                self.assertTrue(victim.exists())
                os.remove(journal)
                shutil.copy(self.sound, self.project)

    def test_an_edit_of_another_program_is_told_and_sealed(self):
        with sqlite3.connect(self.project) as database:
            database.execute("UPDATE parcels SET note = 'QGIS'")
        database.close()
        found, _ = self.verify(self.project, 0)
        self.assertIn("another program wrote", " ".join(found["notes"]))
        done = run("quarter", self.project, "2025Q3", "--freeze", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("sealed anew", done.stderr)
        found, _ = self.verify(self.project, 0)
        self.assertEqual(found["notes"], [])


if __name__ == "__main__":
    unittest.main()

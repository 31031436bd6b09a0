"""Runs the built program for tests: environment ZAITU names the binary, ZAITU_SOURCE the repository."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

ZAITU = os.environ.get("ZAITU", "zaitu")
SOURCE = os.environ.get("ZAITU_SOURCE", os.path.join(os.path.dirname(__file__), "..", ".."))


def environment(**changes):
    """One language and no settings of the machine's user, so that every run says the same."""
    env = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC")
    for name in ("LANG", "LANGUAGE", "LC_MESSAGES"):
        env.pop(name, None)
    env.update(changes)
    return env


def run(*arguments, cwd=None, user=None, **changes):
    """The finished process: returncode, stdout, stderr as text. `user`: a uid to run as, for a test that is root."""
    return subprocess.run([ZAITU, *map(str, arguments)], cwd=cwd, env=environment(**changes), capture_output=True,
                          encoding="utf-8", timeout=240, user=user)


def run_json(*arguments, **options):
    """The one JSON object of a run that must succeed."""
    done = run(*arguments, "--json", **options)
    if done.returncode != 0:
        raise AssertionError(f"zaitu {' '.join(map(str, arguments))}: exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


class DemoCase(unittest.TestCase):
    """Tests over one demo project, made once for the class; `self.demo` must not be changed by a test."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="zaitu-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.demo = os.path.join(cls.folder, "demo.sqlite")
        done = run("init", cls.demo, "--demo")
        if done.returncode != 0:
            raise AssertionError(f"init --demo: exit {done.returncode}: {done.stderr}")

    @classmethod
    def copy_of_demo(cls, name="copy.sqlite"):
        return shutil.copy(cls.demo, os.path.join(tempfile.mkdtemp(dir=cls.folder), name))

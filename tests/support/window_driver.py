"""Drives the real window on a virtual display with real X events, and reads its probe (ZAITU_UI_PROBE).

Widgets are found by key in the probe, never by pixel positions written into a test.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from program import run_json

ZAITU = os.environ["ZAITU"]
PATIENCE = 60  # seconds: for a busy machine; nothing waits that long when it works


class Display:
    """An Xvfb of its own on the first free display number."""

    def __init__(self, width=1280, height=800):
        read_end, write_end = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
            pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        self.name = f":{number}"

    def close(self):
        self.process.terminate()
        self.process.wait()


class Window:
    def __init__(self, display, arguments=(), width=1280, height=800, settings=None, settings_text=None,
                 environment=None):
        self.display = display
        self.size = width, height
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="zaitu-window-"))
        self.probe_file = self.folder / "probe.json"
        config = self.folder / "config" / "zaitu"
        config.mkdir(parents=True)
        kept = settings_text or json.dumps({"window": [0, 0, width, height], **(settings or {})})
        (config / "window.json").write_text(kept)
        self.settings_file = config / "window.json"
        self.environment = {**os.environ, "DISPLAY": display.name, "LIBGL_ALWAYS_SOFTWARE": "1",
                            "XDG_CONFIG_HOME": str(self.folder / "config"), "XDG_DATA_HOME": str(self.folder / "data"),
                            "XDG_CACHE_HOME": str(self.folder / "cache"), "ZAITU_UI_PROBE": str(self.probe_file),
                            **(environment or {})}
        self.errors = open(self.folder / "stderr", "w+", encoding="utf-8")
        self.process = subprocess.Popen([ZAITU, *map(str, arguments)], env=self.environment, stderr=self.errors)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()
        if self.errors.closed:  # a test has closed it before its end
            return
        self.errors.seek(0)
        said = self.errors.read()
        self.errors.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        if "Sanitizer: " in said or "runtime error: " in said:  # of a sanitized program
            raise AssertionError(said[-6000:])

    # ---- What the window says of itself ----
    def state(self):
        try:
            return json.loads(self.probe_file.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def wait(self, what, condition):
        """Waits until condition(state) holds and returns the state; fails with `what` and the last state."""
        end = time.monotonic() + PATIENCE
        state = None
        while time.monotonic() < end:
            if self.process.poll() is not None:
                self.errors.seek(0)
                raise AssertionError(f"the window ended with {self.process.returncode}: {self.errors.read()}")
            state = self.state()
            try:
                if state is not None and condition(state):
                    return state
            except KeyError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{what} did not come about; last state: {json.dumps(state, ensure_ascii=False)[:3000]}")

    def ready(self):
        """A project is open, every tile of the map is there and nothing moves."""
        return self.wait("an open project at rest", lambda s: s["document"]["open"] and s["map"]["settled"]
                         and not s["document"]["busy"] and s["map"]["rect"][2] > 0)

    def picture(self):
        """What the screen shows, as rows of RGB."""
        import numpy  # pylint: disable=import-outside-toplevel  # the frame benchmark does without
        width, height = self.size
        raw = subprocess.run(["import", "-window", "root", "-depth", "8", "rgb:-"], env=self.environment, check=True,
                             stdout=subprocess.PIPE).stdout
        return numpy.frombuffer(raw, numpy.uint8).reshape(height, width, 3).astype(int)

    # ---- Real events ----
    def _x(self, *words):
        subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=True)

    def place(self, key, share_x=0.5, share_y=0.5):
        x, y, width, height = self.wait(f"widget {key}", lambda s: key in s["widgets"])["widgets"][key]
        return round(x + width * share_x), round(y + height * share_y)

    def move(self, x, y):
        self._x("mousemove", round(x), round(y))
        time.sleep(0.15)

    def press(self, action, button=1):
        """Presses or lets go of a button, the left one, and waits for the frame that has seen it, however slow the machine is."""
        before = (self.state() or {}).get("frame", 0)
        self._x(action, button)
        end = time.monotonic() + 3
        while (self.state() or {}).get("frame", 0) <= before and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.1)

    def click_at(self, x, y, button=1):
        self.move(x, y)
        self.press("mousedown", button)
        self.press("mouseup", button)

    def click(self, key, share_x=0.5, share_y=0.5, button=1):
        self.click_at(*self.place(key, share_x, share_y), button)

    def drag(self, x0, y0, x1, y1):
        self.move(x0, y0)
        self.press("mousedown")
        for i in range(1, 6):
            self.move(x0 + (x1 - x0) * i / 5, y0 + (y1 - y0) * i / 5)
        self.press("mouseup")

    def wheel(self, x, y, notches):
        self.move(x, y)
        for _ in range(abs(notches)):
            self._x("click", 4 if notches > 0 else 5)
            time.sleep(0.05)

    def key(self, *names):
        """Presses keys or chords ("ctrl+a") for as long as a hand does."""
        for name in names:
            chord = name.split("+")
            for part in chord:
                self._x("keydown", part)
            time.sleep(0.08)
            for part in reversed(chord):
                self._x("keyup", part)
            time.sleep(0.2)

    def short_chord(self, *names):
        """A chord pressed and released at once: shorter than a frame."""
        self._x(*[word for name in names for word in ("keydown", name)],
                *[word for name in reversed(names) for word in ("keyup", name)])

    def type(self, text):
        self._x("type", "--delay", "60", text)
        time.sleep(0.2)

    def go_to(self, date):
        """Types the as-of date and waits until everything is of that day."""
        self.click("top.date")
        self.click("clock.date_field")
        self.key("ctrl+a")
        self.type(date)
        self.key("Return")
        return self.wait(f"the date {date}", lambda s: s["document"]["counted_as_of"] == date
                         and not s["document"]["busy"])

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class DemoWindowCase(unittest.TestCase):
    """Tests over the window with the demo project, which is made once for the class, as the display is."""
    size = (1280, 800)

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="zaitu-ui-test-"))
        cls.demo = cls.folder / "demo.sqlite"
        run_json("init", cls.demo, "--demo")
        cls.display = Display(*cls.size)

    @classmethod
    def tearDownClass(cls):
        cls.display.close()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def copy_of_demo(self):
        return pathlib.Path(shutil.copy(self.demo, self.folder / f"{self.id().rsplit('.', 1)[1]}.sqlite"))

    def show(self, project, **options):
        """A window on the project, of the class's size unless the options say another, at rest."""
        width, height = self.size
        window = Window(self.display, ["view", project], **{"width": width, "height": height, **options})
        self.addCleanup(window.close)
        window.ready()
        return window


def map_to_screen(state, x, y):
    """Window pixels of a place given in the project's CRS."""
    left, top, width, height = state["map"]["rect"]
    centre, scale = state["map"]["centre"], state["map"]["m_per_px"]
    return left + width / 2 + (x - centre[0]) / scale, top + height / 2 - (y - centre[1]) / scale

#!/usr/bin/env python3
"""Frame times of the real window, drawn in software on a virtual display: plays a recorded path of gestures.

Usage: bench_frames.py [--program ZAITU] [--path FILE] [--json] [--size WxH] [PROJECT ...]
Without a project it makes the demo project. Each project is opened twice without a path, with nothing in the user's cache
and then with what the first start left there, and played at 1280x800 and at 1920x1080.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LIMITS_MS = {(1280, 800): 16.7, (1920, 1080): 25.0}  # of the 95th percentile; none may take over WORST_MS
WORST_MS = 100.0


def play(arguments, project, size, home, path):
    settings = pathlib.Path(home) / "config" / "zaitu"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "window.json").write_text(json.dumps({"window": [0, 0, *size]}))
    environment = dict(os.environ, DISPLAY=arguments.display, LIBGL_ALWAYS_SOFTWARE="1", ZAITU_UI_SCALE="1",
                       XDG_CONFIG_HOME=str(settings.parent), XDG_DATA_HOME=f"{home}/data",
                       XDG_CACHE_HOME=f"{home}/cache")
    environment.pop("ZAITU_UI_PROBE", None)
    done = subprocess.run([arguments.program, "view", str(project), "--replay", str(path), "--json"],
                          env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{arguments.program} view {project}: exit {done.returncode}")
    return json.loads(done.stdout)


def tell(project, size, figures):
    limit = LIMITS_MS[size]
    print(f"{pathlib.Path(project).name} {size[0]}x{size[1]}, {figures['renderer']}, load {os.getloadavg()[0]:.1f}: "
          f"first map {figures['first_map_ms']:.0f} ms without a cache, {figures['first_map_again_ms']:.0f} ms with it; memory {figures['resident_mib']:.0f} MiB "
          f"(peak {figures['peak_mib']:.0f})")
    print(f"  {'ms':<12}{'frames':>7}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}{'p95/limit':>11}{'cpu p95':>9}"
          f"{'sharp':>9}{'at rest':>9}")
    for row in figures["sections"]:
        ratio = row["p95"] / limit
        slow = "  over the limit" if ratio > 1 or row["max"] > WORST_MS else ""
        never = f"  {row['given_up']} never sharp" if row["given_up"] else ""
        print(f"  {row['section']:<12}{row['frames']:>7}{row['p50']:>8.1f}{row['p95']:>8.1f}{row['p99']:>8.1f}{row['max']:>8.1f}"
              f"{ratio:>11.2f}{row['cpu_p95']:>9.1f}{max(row['sharp_ms'], default=0):>9.0f}"
              f"{max(row['sharp_after_rest_ms'], default=0):>9.0f}{slow}{never}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("projects", nargs="*")
    parser.add_argument("--program", default=os.environ.get("ZAITU", str(HERE.parents[1] / "build" / "bench" / "zaitu")))
    parser.add_argument("--path", default=str(HERE / "data" / "pan_zoom.path"))
    parser.add_argument("--size", help="only this size, e.g. 1280x800")
    parser.add_argument("--json", action="store_true", help="one JSON object a run")
    arguments = parser.parse_args()
    sizes = [tuple(map(int, arguments.size.split("x")))] if arguments.size else list(LIMITS_MS)
    os.environ["ZAITU"] = arguments.program
    sys.path.insert(0, str(HERE.parent / "support"))
    from window_driver import Display  # pylint: disable=import-outside-toplevel
    with tempfile.TemporaryDirectory(prefix="zaitu-bench-") as home:
        projects = arguments.projects
        if not projects:
            projects = [f"{home}/demo.sqlite"]
            subprocess.run([arguments.program, "init", projects[0], "--demo"], stdout=subprocess.DEVNULL, check=True)
        for size in sizes:
            display = Display(*size)
            arguments.display = display.name
            try:
                for project in projects:
                    start = pathlib.Path(home) / "start.path"
                    start.write_text("")
                    shutil.rmtree(f"{home}/cache", ignore_errors=True)
                    first = play(arguments, project, size, home, start)
                    # The cache is written some seconds after a project was opened: a start alone is over before.
                    figures = play(arguments, project, size, home, arguments.path)
                    again = play(arguments, project, size, home, start)
                    figures["first_map_ms"] = first["first_map_ms"]
                    figures["first_map_again_ms"] = again["first_map_ms"]
                    if arguments.json:
                        print(json.dumps({"project": str(project), "limit_ms": LIMITS_MS[size], **figures}))
                    else:
                        tell(project, size, figures)
            finally:
                display.close()


if __name__ == "__main__":
    main()

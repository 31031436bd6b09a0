#!/usr/bin/env python3
"""Runs the benchmarks on fabrics of invented parcels and writes the tables for README. tools/bench builds and calls it.

Usage: run.py BUILD [--parcels N[,N...]] [--filter REGEX] [--peers] [--only programs|import|frames]

For each size: the fabric's files and a project made of them are kept in BUILD/fabric/N and used again; the time of the
import is taken when the project is made. --peers times QGIS and PostGIS on the same files too (some minutes).
Whole programs are timed by what the operating system accounts to them; every table is written to BUILD/tables.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


class Run:
    """One finished program: wall and processor seconds, peak memory of its largest process, what it printed."""

    def __init__(self, words, **options):
        start = time.perf_counter()
        child = subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, **options)
        self.out = child.stdout.read().decode()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.wall_s = time.perf_counter() - start
        self.cpu_s = usage.ru_utime + usage.ru_stime
        self.peak_mib = usage.ru_maxrss / 1024
        if child.returncode != 0:
            sys.exit(f"error: {' '.join(str(word) for word in words)} ended with {child.returncode}")


class Table:
    def __init__(self, title, *heads):
        self.title, self.rows = title, [heads]

    def add(self, *cells):
        self.rows.append(cells)
        print("  " + " | ".join(cells), flush=True)

    def write(self, file):
        lines = [f"**{self.title}**", ""]
        for number, row in enumerate(self.rows):
            lines.append("| " + " | ".join(row) + " |")
            if number == 0:
                lines.append("|" + "---|" * len(row))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def seconds(value):
    return f"{value:.2f} s" if value >= 0.1 else f"{1000 * value:.1f} ms"


class Bench:
    def __init__(self, build):
        self.build = build
        self.zaitu = build / "zaitu"
        self.programs = build / "tests" / "bench"
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(build / "cache"),
                            "XDG_CONFIG_HOME": str(build / "config")}

    def fabric(self, parcels):
        folder = self.build / "fabric" / str(parcels)
        if not (folder / "parcels.gpkg").exists():
            print(f"making a fabric of {parcels} parcels", file=sys.stderr)
            part = folder.with_name(folder.name + ".part")
            shutil.rmtree(part, ignore_errors=True)
            Run([self.programs / "make_fabric", parcels, part])
            os.replace(part, folder)
        return folder

    def command(self, *words):
        return Run([self.zaitu, *words], env=self.environment, stderr=subprocess.DEVNULL)

    def project(self, parcels):
        """A project with everything of the fabric, made once."""
        folder = self.fabric(parcels)
        project = folder / "project.sqlite"
        if not project.exists():
            part = folder / "part.sqlite"
            for left in folder.glob("part.sqlite*"):
                left.unlink()
            self.command("init", part, "--crs", "EPSG:4549")
            for kind, file in (("parcels", "parcels.gpkg"), ("circles", "circles.geojson"), ("towns", "towns.geojson"),
                               ("projects", "projects.csv"), ("phases", "phases.csv"), ("events", "events.csv")):
                self.command("import", part, folder / file, "--as", kind, "--json")
            os.replace(part, project)
        return project

    def ledger(self):
        """A project of 1 000 carrier projects with 20 000 stage events, made once."""
        file = self.build / "ledger.sqlite"
        if not file.exists():
            Run([sys.executable, HERE.parent.parent / "tools" / "make_ledger", file, "--program", self.zaitu],
                env=self.environment)
        return file

    def time_import(self, parcels):
        """The parcels as a shapefile into a new project, and by ogr2ogr into SpatiaLite without a journal."""
        folder = self.fabric(parcels)
        shape = folder / "shape"
        if not (shape / "parcels.shp").exists():
            Run(["ogr2ogr", "-f", "ESRI Shapefile", "-lco", "ENCODING=UTF-8", shape, folder / "parcels.gpkg"])
        project, peer = folder / "import.sqlite", folder / "peer.sqlite"
        for file in (*folder.glob("import.sqlite*"), *folder.glob("peer.sqlite*")):
            file.unlink()
        self.command("init", project, "--crs", "EPSG:4549")
        own = self.command("import", project, shape / "parcels.shp", "--as", "parcels", "--json")
        if json.loads(own.out)["inserted"] != parcels:
            sys.exit(f"error: the import of {parcels} parcels stored {json.loads(own.out)['inserted']}")
        other = Run(["ogr2ogr", "-f", "SQLite", "-dsco", "SPATIALITE=YES", "-nlt", "PROMOTE_TO_MULTI", "-gt", "200000", peer,
                     shape / "parcels.shp"])
        for file in (*folder.glob("import.sqlite*"), *folder.glob("peer.sqlite*")):
            file.unlink()
        return own, other


def benchmark_programs(bench, sizes, pattern, table):
    """Everything written with Google Benchmark; a counter named *_over_own says how often the other one is slower."""
    for program in sorted(bench.programs.glob("bench_*")):
        if not os.access(program, os.X_OK) or program.suffix:
            continue
        print(f"== {program.name}", file=sys.stderr)
        for parcels in sizes:
            environment = {**bench.environment, "ZAITU_BENCH_PARCELS": str(parcels),
                           "ZAITU_BENCH_PROJECT": str(bench.project(parcels)), "ZAITU_BENCH_LEDGER": str(bench.ledger())}
            done = Run([program, "--benchmark_format=json", f"--benchmark_filter={pattern}"], env=environment,
                       stderr=subprocess.DEVNULL)
            for row in json.loads(done.out or "{}").get("benchmarks", []):
                ratios = [f"{key.removesuffix('_over_own').replace('_', ' ')} {value:.1f} x"
                          for key, value in row.items() if key.endswith("_over_own")]
                unit = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[row["time_unit"]]
                table.add(row["name"], f"{parcels:,}", seconds(row["real_time"] * unit), ", ".join(ratios))


def frames(bench, sizes, whole, parts):
    """The recorded path in the real window at two sizes, each a first time and once more with what is then in the cache;
    of the foreign file at one."""
    def told_of(file, *options):
        done = Run([sys.executable, HERE / "bench_frames.py", "--program", bench.zaitu, "--json", *options, file],
                   env=bench.environment)
        return [json.loads(line) for line in done.out.splitlines()]

    for parcels in sizes:
        for told in (*told_of(bench.project(parcels)),
                     *told_of(bench.fabric(parcels) / "parcels.gpkg", "--size", "1280x800")):
            window = "x".join(map(str, told["size"]))
            every = told["sections"][-1]
            file = "project" if told["project"].endswith(".sqlite") else "GeoPackage"
            whole.add(f"{parcels:,}", file, window, *(f"{every[name]:.1f} ms" for name in ("p50", "p95", "p99", "max")),
                      f"{told['limit_ms']} ms", f"{every['p95'] / told['limit_ms']:.2f}",
                      f"{told['first_map_ms'] / 1000:.2f} s, {told['first_map_again_ms'] / 1000:.2f} s",
                      f"{told['resident_mib']:.0f} MiB")
            for part in told["sections"][:-1]:
                parts.add(f"{parcels:,}", file, window, part["section"], str(part["frames"]),
                          *(f"{part[name]:.1f}" for name in ("p50", "p95", "p99", "max")),
                          " ".join(f"{value:.0f}" for value in part["sharp_after_rest_ms"]))


def main():
    words = argparse.ArgumentParser()
    words.add_argument("build", type=pathlib.Path)
    words.add_argument("--parcels", default="100000")
    words.add_argument("--filter", default=".")
    words.add_argument("--peers", action="store_true")
    words.add_argument("--only", choices=["programs", "import", "frames"])
    asked = words.parse_args()
    sizes = [int(size) for size in asked.parcels.split(",")]
    bench = Bench(asked.build.resolve())
    tables = bench.build / "tables"

    def wanted(part):
        return asked.only in (None, part)

    if wanted("import"):
        table = Table("Import of a shapefile, and the supply of the project", "parcels", "Zaitu", "ogr2ogr to SpatiaLite",
                      "ogr2ogr / Zaitu", "Zaitu CPU", "Zaitu peak memory", "`zaitu supply`: wall, CPU, peak")
        for parcels in sizes:
            own, other = bench.time_import(parcels)
            supply = bench.command("supply", bench.project(parcels), "--json")
            table.add(f"{parcels:,}", seconds(own.wall_s), seconds(other.wall_s), f"{other.wall_s / own.wall_s:.2f}",
                      seconds(own.cpu_s), f"{own.peak_mib:.0f} MiB",
                      f"{seconds(supply.wall_s)}, {seconds(supply.cpu_s)}, {supply.peak_mib:.0f} MiB")
        table.write(tables / "import.md")
    if wanted("programs"):
        table = Table("Parts, each beside another way or a limit in the same run", "benchmark", "parcels", "Zaitu", "others")
        benchmark_programs(bench, sizes, asked.filter, table)
        table.write(tables / "programs.md")
    if wanted("frames"):
        whole = Table("Frames of the window, drawn in software, while it is panned and zoomed with its panels open", "parcels",
                      "file", "window", "p50", "p95", "p99", "longest", "limit of p95", "p95 / limit",
                      "first map without, with cache", "memory")
        parts = Table("The same by part of the path, ms", "parcels", "file", "window", "part", "frames", "p50", "p95", "p99",
                      "longest", "sharp after rest")
        frames(bench, sizes, whole, parts)
        whole.write(tables / "frames.md")
        parts.write(tables / "frame_parts.md")
    if asked.peers:
        table = Table("The same files in other programs", "parcels", "program", "figures")
        for parcels in sizes:
            folder = bench.fabric(parcels)
            for name, words_of in (("QGIS", ["peer_qgis.py", folder / "parcels.gpkg"]),
                                   ("PostGIS", ["peer_postgis.py", folder])):
                done = Run(["/usr/bin/python3", HERE / words_of[0], words_of[1]], stderr=subprocess.DEVNULL,
                           env={**bench.environment, "QT_QPA_PLATFORM": "offscreen"})
                figures = json.loads(done.out)
                table.add(f"{parcels:,}", name, ", ".join(f"{key} {value:.3f}" for key, value in figures.items()
                                                        if isinstance(value, float)))
        table.write(tables / "peers.md")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What PostGIS takes for the same questions: one JSON object on standard output.

Usage: peer_postgis.py FABRIC_FOLDER   (as make_fabric wrote it)

Makes a database cluster of its own in a temporary folder, on a socket only its user can reach, and removes it.
"""

import glob
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import time


class Cluster:
    """A PostgreSQL of this run's own. PostgreSQL refuses to run as root, so root lends it the user `postgres`."""

    def __init__(self):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not programs:
            sys.exit("error: PostgreSQL is not installed; install postgresql and its PostGIS package")
        self.bin = pathlib.Path(programs[-1])
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="zaitu-postgis-"))
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self._run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "zaitu", "-E", "UTF8", "--locale=C.UTF-8")
        options = (f"-k {self.folder} -c listen_addresses='' -c shared_buffers=1GB -c work_mem=256MB -c jit=off "
                   "-c maintenance_work_mem=512MB -c fsync=off -c max_parallel_workers_per_gather=2")
        self._run("pg_ctl", "-w", "-D", self.folder / "data", "-l", self.folder / "log", "-o", options, "start")

    def _run(self, program, *words):
        as_user = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--init-groups"] if os.geteuid() == 0 else []
        subprocess.run([*as_user, self.bin / program, *words], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def sql(self, text):
        """(last line of the answer, seconds)"""
        start = time.perf_counter()
        done = subprocess.run(["psql", "-h", self.folder, "-U", "zaitu", "-d", "postgres", "-qAt", "-v", "ON_ERROR_STOP=1",
                               "-c", text], check=True, capture_output=True, text=True)
        return (done.stdout.strip().splitlines() or [""])[-1], time.perf_counter() - start

    def load(self, source, table):
        dump = subprocess.Popen(["ogr2ogr", "-f", "PGDump", "-lco", "SRID=4549", "-lco", "SPATIAL_INDEX=NONE", "-lco",
                                 "GEOMETRY_NAME=geom", "-lco", "CREATE_SCHEMA=OFF", "--config", "PG_USE_COPY", "YES",
                                 "-nlt", "PROMOTE_TO_MULTI", "-lco", "DROP_TABLE=OFF", "-nln", table, "/vsistdout/", source], stdout=subprocess.PIPE)
        subprocess.run(["psql", "-h", self.folder, "-U", "zaitu", "-d", "postgres", "-q", "-v", "ON_ERROR_STOP=1"],
                       stdin=dump.stdout, check=True, stdout=subprocess.DEVNULL)
        if dump.wait() != 0:
            sys.exit(f"error: ogr2ogr could not read {source}")
        self.sql(f"CREATE INDEX ON {table} USING gist (geom)")
        self.sql(f"ANALYZE {table}")

    def close(self):
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    folder = pathlib.Path(sys.argv[1])
    cluster = Cluster()
    try:
        cluster.sql("CREATE EXTENSION postgis")
        for table, file in (("parcels", "parcels.gpkg"), ("circles", "circles.geojson"), ("towns", "towns.geojson")):
            cluster.load(folder / file, table)
        cluster.sql("ALTER TABLE parcels ADD town text")
        cluster.sql("UPDATE parcels p SET town = t.code FROM towns t WHERE ST_Intersects(ST_PointOnSurface(p.geom), t.geom)")
        shares = ("SELECT c.code, sum(CASE WHEN ST_CoveredBy(p.geom, c.geom) THEN ST_Area(p.geom) "
                  "ELSE ST_Area(ST_Intersection(p.geom, c.geom)) END) FROM parcels p JOIN circles c "
                  "ON ST_Intersects(p.geom, c.geom) WHERE ST_IsValid(p.geom) GROUP BY 1")
        sums = "SELECT land_use, town, count(*), sum(site_area) FROM parcels GROUP BY 1, 2"
        result = {}
        for name, question in (("circle_areas", shares), ("group_sums", sums)):
            result[name + "_s"] = min(cluster.sql(question)[1] for _ in range(3))
        result["areas"] = json.loads(cluster.sql(f"SELECT json_object_agg(code, sum) FROM ({shares}) s")[0])
        print(json.dumps(result))
    finally:
        cluster.close()


if __name__ == "__main__":
    main()

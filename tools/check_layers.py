#!/usr/bin/env python3
"""Holds every #include of src/ to the layers named in src/CMakeLists.txt, and foreign headers to their folder.

A folder may include itself and what its zaitu_layer(... USES ...) names, directly or through those.
Prints each offence as file:line and exits 1.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SRC = ROOT / "src"

# Foreign headers and the only places that may include them (prefixes of paths below src/).
FOREIGN = [
    (r"gdal|ogr_|ogr/|cpl_", ["io/"]),
    (r"geos_c", ["geom/geos/"]),
    (r"proj\.h", ["crs/"]),
    (r"sqlite3\.h|spatialite", ["store/", "io/geopackage.cpp", "io/database_guard.cpp", "app/ledger_filter.cpp"]),
    (r"imgui|GLFW/|epoxy/", ["ui/"]),
    (r"cairo|pango|fontconfig", ["render/", "report/", "ui/fonts.cpp"]),
    (r"ft2build|freetype", ["ui/"]),
    (r"xlsxwriter", ["report/"]),
    (r"CLI/", ["cli/"]),
]


def layers():
    uses = {}
    for name, rest in re.findall(r"zaitu_layer\((\w+)([^)]*)\)", (SRC / "CMakeLists.txt").read_text(encoding="utf-8")):
        found = re.search(r"USES\s+([\w\s]+?)(?:LIBS|$)", rest)
        uses[name] = found.group(1).split() if found else []
    closure = {}

    def reach(name):
        if name not in closure:
            closure[name] = {name}
            for other in uses[name]:
                closure[name] |= reach(other)
        return closure[name]

    for name in uses:
        reach(name)
    return closure


def main():
    allowed = layers()
    offences = []
    for path in sorted([*SRC.rglob("*.h"), *SRC.rglob("*.cpp")]):
        inside = path.relative_to(SRC)
        folder = inside.parts[0] if len(inside.parts) > 1 else None
        if folder is not None and folder not in allowed:
            offences.append(f"{inside}: folder {folder} is no layer of src/CMakeLists.txt")
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if not found:
                continue
            header = found.group(2)
            if found.group(1) == '"' and "/" in header and folder is not None:
                if header.split("/")[0] not in allowed[folder]:
                    offences.append(f"src/{inside}:{number}: {folder}/ may not include {header}")
            if found.group(1) == "<":
                for pattern, places in FOREIGN:
                    if re.match(pattern, header) and not any(str(inside).startswith(place) for place in places):
                        offences.append(f"src/{inside}:{number}: <{header}> belongs in {', '.join(places)} only")
    print("\n".join(offences) if offences else f"layers: {len(allowed)} folders, no include against their direction")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())

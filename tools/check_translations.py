#!/usr/bin/env python3
"""Every tr("key") of the window has a text in both languages, every text is used, and placeholders agree."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    texts = {}
    for name in ("zh_CN", "en"):
        pairs = json.loads((ROOT / "data" / "strings" / f"{name}.json").read_text(encoding="utf-8"))
        texts[name] = pairs
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "ui").rglob("*") if path.suffix in (".h", ".cpp"))
    everywhere = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*") if path.suffix in (".h", ".cpp"))
    used = {key for key in re.findall(r'\btr\(\s*"([^"]+)"', source) if not key.endswith(".")}
    quoted = set(re.findall(r'"([a-z0-9_.]+)"', everywhere))
    faults = []
    for name, pairs in texts.items():
        faults += [f'{name}.json lacks "{key}"' for key in sorted(used - pairs.keys())]
        faults += [f'{name}.json: "{key}" is empty' for key, text in pairs.items() if not text.strip()]
    zh, en = texts["zh_CN"], texts["en"]
    faults += [f'only in one language: "{key}"' for key in sorted(zh.keys() ^ en.keys())]
    for key in sorted(zh.keys() & en.keys()):
        if sorted(re.findall(r"\{[^}]*\}", zh[key])) != sorted(re.findall(r"\{[^}]*\}", en[key])):
            faults.append(f'placeholders differ: "{key}"')
        # Keys may be put together at run time ("theme." + name): then their stem stands in the sources.
        stem = key.rsplit(".", 1)[0] + "."
        if key not in quoted and stem not in quoted:
            faults.append(f'unused: "{key}"')
    print("\n".join(faults) if faults else f"translations: {len(zh)} texts in two languages")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

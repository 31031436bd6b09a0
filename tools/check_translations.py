#!/usr/bin/env python3
"""Every tr("key") of the window and every base::say("message") has its texts, every text is used, places agree."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# What stands in front of a message for programs ("corrupt: ..."): the same in every language.
KEYWORDS = set("""
area big blocked character column corrupt crs crs-axis crs-datum crs-local crs-missing crs-shift crs-units crs-zone date
dbf disk display draws delay duplicate duplicate-id empty encoding entity extent field font format fullwidth geom
geometry header hidden id layer limit locked merged name nested no-features number opengl overlap password path
precision proj.db quote readonly record-count report ring scope shx space time too-large total truncated type unit until
untrusted version wal
""".split())
LITERALS = r'(?:"(?:\\.|[^"\\\n])*"\s*)+'


def english_messages():
    """The template of every base::say(...) in the sources, as the program has it, with its file."""
    found = {}
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        for literals in re.findall(r"\bbase::say\(\s*(" + LITERALS + ")", path.read_text(encoding="utf-8")):
            written = "".join(re.findall(r'"((?:\\.|[^"\\])*)"', literals))
            # The escapes of C++ are Python's for bytes.
            raw = written.encode("utf-8").decode("unicode_escape")
            found.setdefault(raw.encode("latin-1").decode("utf-8"), path.relative_to(ROOT))
    return found


def places(template):
    """The places of a format string as (index, format), sorted; None when it is none."""
    bare = re.sub(r"\{\{|\}\}", "", template)
    fields = re.findall(r"\{(\d*)(:[^{}]*)?\}", bare)
    if re.search(r"[{}]", re.sub(r"\{\d*(?::[^{}]*)?\}", "", bare)):
        return None
    if len({index == "" for index, _ in fields}) > 1:
        return None  # fmt takes either kind, not both
    return sorted((int(index or n), form) for n, (index, form) in enumerate(fields))


def keyword(message):
    word = message.split(": ")[0]
    return word if word in KEYWORDS else ""


def faults_of_messages():
    chinese = json.loads((ROOT / "data" / "strings" / "messages_zh_CN.json").read_text(encoding="utf-8"))
    english = english_messages()
    faults = [f'messages_zh_CN.json lacks "{key}" ({english[key]})' for key in sorted(english.keys() - chinese.keys())]
    faults += [f'messages_zh_CN.json: nobody says "{key}"' for key in sorted(chinese.keys() - english.keys())]
    for key in sorted(chinese.keys() & english.keys()):
        text = chinese[key]
        if places(text) is None or set(places(text)) != set(places(key) or []):
            faults.append(f'messages_zh_CN.json: the places differ: "{key}"')
        if keyword(text) != keyword(key):
            faults.append(f'messages_zh_CN.json: the keyword differs: "{key}"')
    return faults, len(english)


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
    of_messages, messages = faults_of_messages()
    faults += of_messages
    print("\n".join(faults) if faults else f"translations: {len(zh)} texts and {messages} messages in two languages")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

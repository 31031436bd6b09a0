"""Stage events of a phase from the few dates given in works.py: reckoned back by typical months, with baseline, forecast and commitment events."""
import csv
import datetime
import pathlib
import random
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAST_ACTUAL = "2026-10-31"
EVIDENCE = {"S0": "立项研究会议纪要", "S1": "规划调整方案", "S2": "动迁启动通知", "S3": "收储（合作）协议", "S4": "国有土地使用权出让合同", "S5": "建筑工程施工许可证",
            "S6": "竣工验收备案", "S7": "运营通知", "SX": "暂缓说明"}


def pathways():
    result = {}
    with open(ROOT / "data/vocabulary/pathways.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            result.setdefault(row["code"], []).append((row["stage"], float(row["typical_months"])))
    return result


def day(text):
    return datetime.date.fromisoformat(text)


def moved(date, months, chance=None):
    """The date some months away, kept off weekends."""
    days = round(months * 30.44) + (chance.randint(-9, 9) if chance else 0)
    date += datetime.timedelta(days=days)
    while date.weekday() > 4:
        date += datetime.timedelta(days=1 if months >= 0 else -1)
    return date


def committed(project):
    """(stage, date) that the paper's verb commits to, or None. The date is the end of the plan's period: no paper dates a single project."""
    stage_text, by = project["commitment_stage"] or "", project["commitment_by"] or ""
    stages = re.findall(r"S[0-7]", stage_text)
    if not stages or "existing" in stage_text or "programme" in stage_text or "mixed" in stage_text or not re.match(r"\d{4}", by):
        return None
    return stages[-1], (by[:10] if re.match(r"\d{4}-\d\d-\d\d", by) else by[:4] + "-12-31")


def events(code, spec, pathway):
    """[(stage, date text, kind, evidence, note)], oldest first; all invented."""
    chance = random.Random("phase:" + code)
    order = [s for s, _ in pathway]
    typical = dict(pathway)
    done = {s: day(d) for s, d in spec["done"].items()}
    first = min(done, key=order.index)
    if not spec.get("old"):
        at = done[first]
        for stage in reversed(order[:order.index(first)]):
            at = moved(at, -typical[stage] * chance.uniform(0.8, 1.25), chance)
            done[stage] = at
    result = [(s, d, "actual", EVIDENCE[s] + "（示意）", "") for s, d in done.items()]
    if "stop" in spec:
        result.append(("SX", day(spec["stop"]), "actual", EVIDENCE["SX"] + "（示意）", "主体资金调整，暂缓" if "again" not in spec else "投资主体撤出，暂缓"))
    if "again" in spec:
        result.append((spec["again"][0], day(spec["again"][1]), "actual", "恢复施工通知（示意）", "新主体接手，复工"))
    forecast = {s: day(d) for s, d in spec.get("f", {}).items()}
    result += [(s, d, "forecast", "项目单位填报（示意）", "") for s, d in forecast.items()]
    if not spec.get("old"):
        late = spec.get("late", chance.choice([0, 1, 2, 3]))
        known = dict(forecast, **done)
        if "S5" in known:
            known.setdefault("S6", moved(known["S5"], typical["S5"], chance))
        for stage, share in (("S5", 0.35), ("S6", 1.0), ("S7", 1.0)):
            if stage == "S7":
                at = moved(known["S7"], -late, chance) if "S7" in known and "S6" in known else None
                if at and at <= plan_s6:
                    at = moved(plan_s6, 4, chance)
            else:
                at = moved(known[stage], -late * share, chance) if stage in known else None
            if stage == "S6":
                plan_s6 = at
            if at:
                result.append((stage, at, "baseline", "年度推进计划（示意）", ""))
    return [(s, d.isoformat(), k, e, n) for s, d, k, e, n in sorted(result, key=lambda r: (r[1], r[0], r[2]))]


def stage_at(rows, order, as_of):
    """Counting rule 1 over (stage, date, kind) rows."""
    actual = [(d, i, s) for i, (s, d, k, *_) in enumerate(rows) if k == "actual" and d <= as_of]
    if not actual:
        return order[0]
    if max(actual)[2] == "SX":
        return "SX"
    return max((s for _, _, s in actual if s != "SX"), key=order.index)

#!/usr/bin/env python3
"""Stages, pathways and targets edited in the window by mouse and keyboard: figures follow, what cannot be is refused
beside its field, and Ctrl+Z takes it back."""
import unittest

from program import run, run_json
from window_driver import DemoWindowCase

AS_OF = "2025-06-30"


class PathwaysTest(DemoWindowCase):
    def open(self):
        project = self.copy_of_demo()
        window = self.show(project, settings={"bottom_tab": "pathways", "panes": [264, 340, 300]})
        window.go_to(AS_OF)
        return window, project

    def fill(self, window, column, text):
        window.click("form." + column)
        window.key("ctrl+a")
        window.type(text)

    def forecast(self, project):
        return run("forecast", project, "--as-of", AS_OF, "--json").stdout

    def headline_chances(self, project):
        return [(t["year"], t["probability"]) for t in run_json("forecast", project, "--as-of", AS_OF)["targets"]
                if not t["decided"]]

    def steps(self, state):
        return {row["stage"]: row for row in state["plan"]["steps"]}

    def test_a_typical_duration_moves_the_forecast_and_ctrl_z_brings_its_bytes_back(self):
        window, project = self.open()
        before = self.forecast(project)
        window.click("plan.step.S5.typical_months")
        window.wait("the form", lambda s: "form.typical_months" in s["widgets"])
        window.key("ctrl+a")
        window.type("50")
        self.fill(window, "owner", "Wang")
        # 50 months is more than the longest: refused beside the longest, and nothing is saved by Enter.
        state = window.wait("the reason", lambda s: [r["field"] for r in s["form"]["refused"]] == ["max_months"])
        self.assertIn("50", state["form"]["refused"][0]["text"])
        window.key("Return")
        self.fill(window, "typical_months", "41")
        self.fill(window, "source", "record of 12 projects")
        window.wait("nothing against it", lambda s: not s["form"]["refused"])
        window.key("Return")
        window.wait("the number", lambda s: self.steps(s)["S5"]["typical_months"] == "41" and not s["document"]["busy"]
                    and "Wang" in self.steps(s)["S5"]["owner"])
        self.assertNotEqual(self.forecast(project), before)
        told = run_json("forecast", project, "--as-of", AS_OF)
        window.click("bottom.forecast")
        wanted = [(t["year"], t["probability"], t["p50_date"]) for t in told["targets"]]
        window.wait("the new figures", lambda s: [(t["year"], t["probability"], t["p50_date"])
                                                  for t in s["forecast"]["targets"]] == wanted)
        line = run_json("list", project, "assumptions", "--where", "code = 'reserve_grant.S5.typical_months'")["rows"][0]
        self.assertEqual((line["value"], line["owner"], line["source"]), ("41", "Wang", "record of 12 projects"))
        window.key("ctrl+z")
        window.wait("the undo", lambda s: s["document"]["can_redo"] and not s["document"]["busy"]
                    and self.forecast(project) == before)

    def test_a_fifth_pathway_and_targets_of_a_new_period_need_no_code(self):
        window, project = self.open()
        window.click("plan.add_pathway")
        window.wait("the form", lambda s: "form.like" in s["widgets"])
        self.fill(window, "name_zh", "Village renewal")
        self.fill(window, "owner", "Li")
        self.fill(window, "code", "tod")
        window.wait("the code is taken", lambda s: [r["field"] for r in s["form"]["refused"]] == ["code"])
        self.fill(window, "code", "village")
        window.wait("nothing against it", lambda s: not s["form"]["refused"])
        window.click("form.save")
        window.wait("the change", lambda s: s["document"]["can_undo"] and not s["document"]["busy"])
        window.click("plan.pathway")
        window.click("plan.pathway.village")
        state = window.wait("the fifth", lambda s: s["plan"].get("pathway") == "village")
        self.assertEqual(len(state["plan"]["steps"]), 8)
        self.assertEqual(state["plan"]["steps"][0]["owner"], "Li")
        window.click("plan.step.S1.down")
        window.wait("the order", lambda s: [r["stage"] for r in s["plan"]["steps"]][:3] == ["S0", "S2", "S1"])
        # One that projects are on stays, and says how many.
        window.click("plan.pathway")
        window.click("plan.pathway.tod")
        window.click("plan.rename_pathway")
        stays = window.wait("the reason", lambda s: s["form"]["stays"])["form"]["stays"][0]
        count = len([r for r in run_json("list", project, "projects")["rows"] if r["pathway"] == "tod"])
        self.assertIn(str(count), stays)
        window.key("Escape")
        # A project is put on the new one.
        window.click("top.search")
        window.type("C01")
        window.wait("a hit", lambda s: "search.hit.0" in s["widgets"])
        window.key("Return")
        window.click("inspector.pathway.C01")
        window.click("inspector.pathway.C01.village")
        window.wait("the project's pathway", lambda s: not s["document"]["busy"] and run_json(
            "list", project, "projects", "--where", "code = 'C01'")["rows"][0]["pathway"] == "village")
        window.click("plan.section.targets")
        window.click("plan.add_target")
        window.wait("the form", lambda s: "form.document_version" in s["widgets"])
        window.type("240")
        self.fill(window, "document_version", "draft 1")
        window.key("Return")
        state = window.wait("the target", lambda s: any(t["version"] == "draft 1" for t in s["plan"]["targets"]))
        year = next(t["year"] for t in state["plan"]["targets"] if t["version"] == "draft 1")
        targets = run_json("supply", project, "--as-of", AS_OF)["targets"]
        self.assertIn((year, 2_400_000), [(t["year"], t["target"]) for t in targets])
        for _ in range(4):
            window.key("ctrl+z")
            window.wait("an undo", lambda s: not s["document"]["busy"])
        window.wait("all undone", lambda s: not s["document"]["can_undo"] and not s["document"]["busy"])
        self.assertEqual(len({r["code"] for r in run_json("list", project, "pathways")["rows"]}), 4)


if __name__ == "__main__":
    unittest.main()

#include "ui/headline_card.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

std::string scope_name(const Frame& frame, const std::string& scope) {
  if (scope.empty()) return frame.tr("headline.scope.all");
  for (const model::Circle& circle : *frame.picture->project->circles) {
    if (circle.code == scope) return frame.name(circle.name_zh, circle.name_en) + " (" + scope + ")";
  }
  for (const model::Zone& zone : frame.picture->project->zones->rows) {
    if (zone.code == scope) return frame.name(zone.name_zh, zone.name_en) + " (" + scope + ")";
  }
  return scope;
}

// The indicator whose targets the curve shows, for this year.
const model::Indicator* supply_indicator(const model::Project& project, int year) {
  for (const model::IndicatorTarget& target : *project.indicator_targets) {
    if (target.year != year) continue;
    for (const model::Indicator& indicator : *project.indicators) {
      if (indicator.id == target.indicator && indicator.is_supply) return &indicator;
    }
  }
  return nullptr;
}

std::string document_title(const Frame& frame, const std::string& code) {
  for (const model::Document& each : *frame.picture->project->documents) {
    if (each.code == code) return frame.name(each.title_zh, each.title_en);
  }
  return code;
}

// What of the figure lies in no circle.
double outside_m2(const app::Picture& picture) {
  double sum = 0;
  for (const planning::SupplyGroup& group : picture.by_circle_and_certainty->groups) {
    if (!group.key.empty() && group.key.front().empty()) sum += group.counted_m2;
  }
  return sum;
}

void told_row(const Frame& frame, nlohmann::json& told, const char* key, const std::string& value, ImU32 colour) {
  const float column = frame.px(frame.zh() ? 76 : 104);
  text_muted(frame, frame.tr(key));
  ImGui::SameLine(column);
  ImGui::PushTextWrapPos(frame.px(460));
  text(value, colour);
  ImGui::PopTextWrapPos();
  told[key] = value;
}

std::string left_out_text(const Frame& frame, const planning::Forecast& forecast) {
  using Reason = planning::LeftOut::Reason;
  std::string text;
  for (const Reason reason : {Reason::no_area, Reason::stalled, Reason::no_pathway, Reason::never_counts,
                              Reason::no_durations, Reason::no_probability}) {
    const auto count = std::count_if(forecast.left_out.begin(), forecast.left_out.end(),
                                     [reason](const planning::LeftOut& left) { return left.reason == reason; });
    if (count == 0) continue;
    text +=
        (text.empty() ? "" : frame.tr("list.separator")) +
        frame.tr(std::string("forecast.left_out.").append(planning::name_of(reason)), {{"n", std::to_string(count)}});
  }
  return text;
}

// How the target's probability was found, and on what it rests.
void tell_forecast(const Frame& frame, nlohmann::json& told, const planning::TargetGap& target) {
  const auto outlook = frame.document.outlook();
  if (!outlook || outlook->picture != frame.picture) return;
  const Palette& c = frame.look.colour;
  const planning::Forecast& forecast = outlook->forecast;
  for (const planning::TargetForecast& row : forecast.targets) {
    if (row.target.year != target.year || row.decided || !row.probability) continue;
    ImGui::Dummy({1, frame.px(2)});
    ImGui::Separator();
    told_row(frame, told, "headline.forecast",
             frame.tr(row.p50_date ? "headline.forecast.value" : "headline.forecast.never",
                      {{"year", std::to_string(target.year)},
                       {"share", base::percent(*row.probability)},
                       {"date", (row.p50_date ? *row.p50_date : forecast.horizon).iso()}}),
             c.text);
    told_row(frame, told, "headline.draws",
             frame.tr("headline.draws.value", {{"draws", base::number(forecast.draws, 0)},
                                               {"seed", std::to_string(forecast.seed)},
                                               {"phases", std::to_string(forecast.phases.size())}}),
             c.text);
    if (forecast.assumed_stages > 0) {
      told_row(frame, told, "headline.assumed",
               frame.tr("headline.assumed.value", {{"n", std::to_string(forecast.assumed_stages)}}), c.warning);
    }
    if (forecast.synthetic_phases > 0) {
      told_row(frame, told, "headline.invented",
               frame.tr("headline.invented.value", {{"n", std::to_string(forecast.synthetic_phases)}}), c.warning);
    }
    if (forecast.negative_phases > 0) {
      told_row(frame, told, "headline.negative",
               frame.tr("headline.negative.value", {{"n", std::to_string(forecast.negative_phases)}}), c.warning);
    }
    if (const std::string left = left_out_text(frame, forecast); !left.empty()) {
      told_row(frame, told, "headline.left_out", left, c.warning);
    }
  }
}

}  // namespace

void draw_headline_card(const Frame& frame, const planning::TargetGap* target) {
  const Palette& c = frame.look.colour;
  const planning::Supply& supply = *frame.picture->supply;
  const base::Language language = frame.tr.language();
  nlohmann::json told;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(14), frame.px(10)));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(frame.px(8), frame.px(3)));
  ImGui::BeginTooltip();
  ImGui::Dummy({frame.px(450), 0});
  text(frame.tr("headline.how"), c.text);
  told_row(frame, told, "headline.rule", planning::describe(supply.rule, language), c.text);
  told_row(frame, told, "headline.scope", scope_name(frame, supply.rule.scope), c.text);
  told_row(frame, told, "headline.as_of", supply.as_of.iso(), c.text);
  told_row(frame, told, "headline.rows",
           frame.tr("headline.rows.value", {{"counted", std::to_string(supply.counted_phases)},
                                            {"all", std::to_string(supply.evidence.size())},
                                            {"area", base::wan_m2_with_unit(supply.counted_m2, language)}}),
           c.text);
  if (const double outside = outside_m2(*frame.picture); outside != 0) {
    told_row(frame, told, "headline.outside",
             frame.tr("headline.outside.value", {{"area", base::wan_m2_with_unit(outside, language)}}), c.text);
  }
  if (supply.missing_area > 0) {
    told_row(frame, told, "headline.missing",
             frame.tr("headline.missing.value", {{"n", std::to_string(supply.missing_area)},
                                                 {"counted", std::to_string(supply.missing_area_counted)}}),
             c.warning);
  }
  if (supply.stalled > 0) {
    told_row(frame, told, "headline.stalled",
             frame.tr("headline.stalled.value", {{"n", std::to_string(supply.stalled)}}), c.text);
  }
  if (supply.synthetic_phases > 0) {
    told_row(frame, told, "headline.synthetic",
             frame.tr("headline.synthetic.value", {{"n", std::to_string(supply.synthetic_phases)}}), c.warning);
  }
  if (target != nullptr) {
    ImGui::Dummy({1, frame.px(2)});
    ImGui::Separator();
    told_row(frame, told, "headline.target",
             frame.tr("headline.target.value", {{"year", std::to_string(target->year)},
                                                {"area", base::wan_m2_with_unit(target->target_m2, language)}}),
             c.text);
    const model::Indicator* indicator = supply_indicator(*frame.picture->project, target->year);
    if (indicator != nullptr) {
      told_row(frame, told, "headline.indicator",
               indicator->code + " " + frame.name(indicator->name_zh, indicator->name_en), c.text);
      if (!indicator->scope.empty()) {
        told_row(frame, told, "headline.target_scope", indicator->scope, c.text);
        if (indicator->scope != supply.rule.scope) {
          told_row(frame, told, "headline.compare",
                   frame.tr("headline.compare.value",
                            {{"target", indicator->scope}, {"scope", scope_name(frame, supply.rule.scope)}}),
                   c.warning);
        }
      }
    }
    if (!target->document.empty()) {
      std::string source = document_title(frame, target->document);
      if (!target->document_version.empty()) source += " · " + target->document_version;
      told_row(frame, told, "headline.source", source, c.muted);
    }
    tell_forecast(frame, told, *target);
  }
  ImGui::Dummy({1, frame.px(2)});
  text(frame.tr("headline.click"), c.faint);
  ImGui::EndTooltip();
  ImGui::PopStyleVar(2);
  if (frame.probe.on()) frame.probe.state("headline", told.dump());
}

}  // namespace zaitu::ui

#include "ui/absorption_panel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/absorption_figure.h"
#include "ui/plan_table.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

using planning::AbsorptionFigures;
using planning::GroupBy;

constexpr std::array groupings = {GroupBy::owner_type, GroupBy::circle, GroupBy::chain_stage};

std::string wan(double area_m2) { return std::isnan(area_m2) ? "–" : base::wan_m2(area_m2); }
std::string rate(double ratio) { return std::isnan(ratio) ? "–" : base::percent(ratio); }
std::string exact(double area_m2, base::Language language) {
  return std::isnan(area_m2) ? "–" : base::square_metres(area_m2, language);
}

// Everything that is behind a row of the table.
std::string facts_of(const Frame& frame, const AbsorptionFigures& f) {
  const base::Language language = frame.tr.language();
  std::string text;
  const auto add = [&](const char* key, const std::string& value) {
    text += (text.empty() ? "" : "\n") + frame.tr(key) + "  " + value;
  };
  add("absorption.leasable", exact(f.leasable_m2, language));
  add("absorption.signed", exact(f.signed_m2, language) + " · " + rate(f.signed_rate()));
  add("absorption.moved_in", exact(f.moved_in_m2, language) + " · " + rate(f.moved_in_rate()));
  add("absorption.vacant", exact(f.vacant_m2, language) + " · " + rate(f.vacancy_rate()));
  add("absorption.year_take_up", exact(f.year_take_up_m2, language));
  add("absorption.months", f.no_clearing == planning::NoClearing::none ? base::number(f.months_to_clear, 1)
                                                                       : planning::describe(f.no_clearing, language));
  const auto count = [&](const char* key, std::size_t n) {
    if (n > 0) add(key, std::to_string(n));
  };
  count("absorption.without_record", f.without_record);
  count("absorption.incomplete", f.incomplete);
  count("absorption.without_year", f.without_year);
  count("absorption.missing_signed", f.missing_signed);
  count("absorption.stale", f.stale);
  count("absorption.over_full", f.over_full);
  count("absorption.synthetic", f.synthetic);
  return text;
}

chart::BarFigure figure_of(const Frame& frame, const planning::Absorption& absorption) {
  const base::Language language = frame.tr.language();
  const chart::ChartStyle style = chart_style(frame);
  chart::BarFigure figure =
      report::absorption_figure(absorption, {frame.tr("absorption.chart.take_up"), frame.tr("absorption.chart.vacant")},
                                style.accent, style.muted);
  for (const planning::AbsorptionQuarter& quarter : absorption.quarters) {
    std::string hover = quarter.name + " · " + quarter.to.iso() + "\n" + frame.tr("absorption.take_up") + "  " +
                        exact(quarter.take_up_m2, language);
    if (quarter.unknown > 0) {
      hover += " " + frame.tr("absorption.known_of", {{"known", std::to_string(quarter.known)},
                                                      {"all", std::to_string(quarter.known + quarter.unknown)}});
    }
    hover += "\n" + frame.tr("absorption.vacant") + "  " + exact(quarter.vacant_m2, language);
    if (quarter.leasable_m2 > 0) hover += " · " + rate(quarter.vacant_m2 / quarter.leasable_m2);
    hover += "\n" + frame.tr("absorption.new_carrier") + "  " + exact(quarter.new_carrier_m2, language);
    figure.hover.push_back(std::move(hover));
  }
  return figure;
}

}  // namespace

void AbsorptionPanel::draw(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  std::array<std::string, groupings.size()> names, labels;
  for (std::size_t i = 0; i < groupings.size(); ++i) {
    names[i] = planning::name_of(groupings[i]);
    labels[i] = frame.tr("absorption." + names[i]);
  }
  if (const int picked = segmented(frame, "absorption.by", labels, names, m_by); picked >= 0) m_by = picked;
  const float width = ImGui::GetWindowContentRegionMax().x - ImGui::GetWindowContentRegionMin().x;
  const bool both = width > frame.px(820);
  if (!both) {
    ImGui::SameLine(0, frame.px(8));
    if (icon_button(frame, "absorption.view", m_as_chart ? Icon::table : Icon::curve,
                    frame.tr(m_as_chart ? "absorption.as_table" : "absorption.as_chart"))) {
      m_as_chart = !m_as_chart;
    }
  }
  const auto of = frame.document.absorption(groupings[static_cast<std::size_t>(m_by)]);
  if (!of) {
    text_muted(frame, frame.tr("ledger.loading"));
    return;
  }
  const std::string said = planning::sentence(of->value, frame.tr.language());
  if (of->value.total.synthetic > 0) {
    synthetic_chip(frame);
    ImGui::SameLine();
  }
  text_wrapped(said, frame.look.colour.text);
  tooltip(frame, planning::describe(of->value.rule, frame.tr.language()));
  frame.probe.note("absorption.sentence");
  if (both || !m_as_chart) draw_table(frame, commands, *of, both ? std::round(width * 0.6F) : width);
  if (both) ImGui::SameLine(0, frame.px(16));
  if (both || m_as_chart) draw_chart(frame, commands, of);
  if (!frame.probe.on()) return;
  nlohmann::json groups = nlohmann::json::array();
  for (const auto& group : of->value.groups) {
    groups.push_back(
        {{"code", group.key.front()},
         {"vacant", std::isnan(group.figures.vacant_m2) ? nlohmann::json() : nlohmann::json(group.figures.vacant_m2)},
         {"phases", group.phase_rows.size()}});
  }
  frame.probe.state("absorption", nlohmann::json{{"as_of", of->value.as_of.iso()},
                                                 {"sentence", said},
                                                 {"vacant", of->value.total.vacant_m2},
                                                 {"groups", groups}}
                                      .dump());
}

void AbsorptionPanel::draw_table(const Frame& frame, CommandQueue& commands, const app::Of<planning::Absorption>& of,
                                 float width) {
  const planning::Absorption& absorption = of.value;
  const bool narrow = width < frame.px(660);  // what is moved in is then in the hover alone
  std::vector<const char*> keys = {"absorption.leasable"};
  if (!narrow) keys.push_back("absorption.moved_in");
  for (const char* key : {"absorption.vacant", "absorption.vacancy_rate", "absorption.year_take_up",
                          "absorption.months", "absorption.phases"}) {
    keys.push_back(key);
  }
  // The unit stands once, in the head of the names.
  std::vector<PlanColumn> columns = {{frame.tr("absorption.group") + " (" + frame.tr("unit.wan") + ")", 0, false}};
  for (const char* key : keys) columns.push_back({frame.tr(key), 52, true});
  PlanTable table(frame, "absorption", columns, {width, 0});
  if (!table.open()) return;
  const auto row = [&](const std::string& label, const AbsorptionFigures& f, const std::string& probe_key,
                       const std::vector<std::uint32_t>* phase_rows, bool strong) {
    const bool clicked = table.row(probe_key, strong);
    if (table.hovered()) tooltip(frame, label + "\n" + facts_of(frame, f));
    table.cell(label);
    table.cell(wan(f.leasable_m2));
    if (!narrow) table.cell(wan(f.moved_in_m2));
    table.cell(wan(f.vacant_m2));
    table.cell(rate(f.vacancy_rate()));
    table.cell(wan(f.year_take_up_m2));
    table.cell(f.no_clearing == planning::NoClearing::none ? base::number(f.months_to_clear, 1) : "–");
    const std::string phases = std::to_string(f.measured) + "/" + std::to_string(f.phases);
    table.cell(phases, f.measured < f.phases ? frame.look.colour.warning : frame.look.colour.muted);
    if (!clicked) return;
    app::Selection selection;
    for (const planning::AbsorptionPhase& phase : absorption.phases) {
      const bool wanted =
          phase_rows == nullptr || std::find(phase_rows->begin(), phase_rows->end(), phase.phase) != phase_rows->end();
      if (wanted) selection.phases.insert((*of.picture->project->phases)[phase.phase].id.value);
    }
    commands.push([selection](Workspace& workspace) { workspace.select(selection, true); });
  };
  row(frame.tr("ledger.total"), absorption.total, "absorption.total", nullptr, true);
  for (const planning::AbsorptionGroup& group : absorption.groups) {
    row(group.label.front(), group.figures,
        "absorption.row." + (group.key.front().empty() ? "none" : group.key.front()), &group.phase_rows, false);
  }
}

void AbsorptionPanel::draw_chart(const Frame& frame, CommandQueue& commands,
                                 const std::shared_ptr<const app::Of<planning::Absorption>>& of) {
  const ImVec2 size = ImGui::GetContentRegionAvail();
  if (size.x < frame.px(120) || size.y < frame.px(60)) return;
  const float scale = frame.look.scale;
  if (of != m_of || size.x != m_width || size.y != m_height || scale != m_scale || frame.look.dark != m_dark) {
    m_of = of;
    m_width = size.x;
    m_height = size.y;
    m_scale = scale;
    m_dark = frame.look.dark;
    m_laid = chart::lay_out(figure_of(frame, of->value), static_cast<double>(size.x / scale),
                            static_cast<double>(size.y / scale), chart_style(frame), chart_measure(frame));
  }
  const auto clicked = m_view.draw(frame, commands, "absorption.chart", m_laid, size);
  if (!clicked) return;
  if (const auto quarter = planning::Quarter::parse(clicked->substr(1)))
    commands.push([at = quarter->end()](Workspace& workspace) { workspace.set_as_of(at); });
}

}  // namespace zaitu::ui

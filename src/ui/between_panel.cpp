#include "ui/between_panel.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

using planning::ChangeOfLand;
using planning::Conversion;
using planning::ConversionLink;
using report::ConversionMeasure;

const std::array<std::string, 3> view_names = {"land_use", "stage", "changes"};
const std::array<std::string, 2> measure_names = {"land", "floor"};

// In the unit of the matrix: 亩 or 万㎡.
std::string cell_text(double area_m2, ConversionMeasure measure) {
  return measure == ConversionMeasure::land ? base::number(area_m2 / base::m2_per_mu, 1) : base::wan_m2(area_m2);
}

app::Selection selection_of(const app::Between& between, const Conversion& conversion, const std::string& key) {
  const model::Project& project = *between.picture->project;
  app::Selection selection;
  for (const ConversionLink& link : conversion.links) {
    if (!report::is_named(link, key)) continue;
    for (const std::uint32_t row : link.parcels) selection.parcels.insert(project.parcels->id[row].value);
    for (const std::uint32_t row : link.phases) selection.phases.insert((*project.phases)[row].id.value);
  }
  return selection;
}

// What the figures mean, how sure they are and of what they are made.
void draw_facts(const Frame& frame, const Conversion& conversion) {
  const base::Language language = frame.tr.language();
  std::string told = frame.tr("between.how", {{"from", conversion.from.iso()}, {"to", conversion.to.iso()}}) + " · " +
                     planning::describe(conversion.rule, language);
  const bool synthetic = conversion.synthetic_parcels > 0 || conversion.synthetic_phases > 0;
  ImGui::SameLine(0, frame.px(12));
  ImGui::AlignTextToFramePadding();
  const float chip_room = synthetic ? frame.px(80) : 0;
  text_muted(frame, elided(told, std::max(1.0F, ImGui::GetContentRegionAvail().x - chip_room)));
  frame.probe.note("between.how");
  const auto add = [&](const char* key, const std::string& value) { told += "\n" + frame.tr(key) + "  " + value; };
  add("between.land_before", base::land_area(conversion.land_before_m2, language));
  add("between.land_after", base::land_area(conversion.land_after_m2, language));
  add("between.floor", base::wan_m2_with_unit(conversion.floor_m2, language));
  if (conversion.missing_area > 0) add("between.missing_area", std::to_string(conversion.missing_area));
  if (conversion.unplaced_floor_m2 != 0) {
    add("between.unplaced", base::wan_m2_with_unit(conversion.unplaced_floor_m2, language));
  }
  if (conversion.overlap_m2 > 0) add("between.overlap", base::land_area(conversion.overlap_m2, language));
  if (synthetic) {
    add("between.synthetic",
        std::to_string(conversion.synthetic_parcels) + " / " + std::to_string(conversion.synthetic_phases));
  }
  tooltip(frame, told);
  if (synthetic) {
    ImGui::SameLine();
    synthetic_chip(frame);
  }
}

// On the map, the place of the change under the mouse; nullptr: none.
void light_up(const Frame& frame, CommandQueue& commands, const app::Between& between, const ChangeOfLand* change) {
  std::vector<std::uint32_t> rows;
  if (change != nullptr) rows = planning::changed_parcels({change, 1}, *between.picture->locations);
  if (rows == frame.workspace.hovered_change) return;
  commands.push([rows](Workspace& workspace) { workspace.hovered_change = rows; });
}

void select(CommandQueue& commands, app::Selection selection) {
  commands.push([selection = std::move(selection)](Workspace& workspace) { workspace.select(selection, true); });
}

}  // namespace

const Conversion& BetweenPanel::conversion(const app::Between& between) const {
  return m_view == 0 ? between.by_land_use : between.by_stage;
}

void BetweenPanel::draw(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  draw_bar(frame, commands);
  const base::Date from = frame.workspace.compared_with();
  const auto between = frame.document.between(from);
  if (!between || (between->picture != frame.picture && between->from != from)) {
    text_muted(frame, frame.tr("between.loading"));
    return;
  }
  if (m_view == 2) {
    draw_changes(frame, commands, *between);
    return;
  }
  draw_facts(frame, conversion(*between));
  if (m_laid_between != between) m_laid_for = {};
  m_laid_between = between;
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (room.x < frame.px(240) || room.y < frame.px(80)) return;
  const float chart_width = std::floor(room.x * (room.x < frame.px(900) ? 0.48F : 0.56F));
  draw_sankey(frame, commands, *between, {chart_width, room.y});
  ImGui::SameLine(0, frame.px(12));
  draw_matrix(frame, commands, *between, {room.x - chart_width - frame.px(12), room.y});
}

void BetweenPanel::draw_bar(const Frame& frame, CommandQueue& commands) {
  const auto words = [&](const char* stem, const auto& names) {
    std::array<std::string, std::tuple_size_v<std::decay_t<decltype(names)>>> labels;
    for (std::size_t i = 0; i < names.size(); ++i) labels[i] = frame.tr(stem + names[i]);
    return labels;
  };
  if (const int picked = segmented(frame, "between.view", words("between.view.", view_names), view_names, m_view);
      picked >= 0) {
    m_view = picked;
  }
  ImGui::SameLine(0, frame.px(10));
  const std::string since = frame.tr("between.since", {{"date", frame.workspace.compared_with().iso()}});
  m_compare.draw(frame, commands, "between.from", since, frame.px(frame.zh() ? 140 : 170));
  if (m_view == 2) return;
  ImGui::SameLine(0, frame.px(10));
  if (const int picked = segmented(frame, "between.measure", words("between.measure.", measure_names), measure_names,
                                   m_measure == ConversionMeasure::land ? 0 : 1);
      picked >= 0) {
    m_measure = picked == 0 ? ConversionMeasure::land : ConversionMeasure::floor;
  }
  ImGui::SameLine(0, frame.px(10));
  checkbox(frame, "between.all", frame.tr("between.all"), m_all);
}

void BetweenPanel::draw_sankey(const Frame& frame, CommandQueue& commands, const app::Between& between, ImVec2 size) {
  const LaidFor wanted{&between, m_view,           m_measure,          m_all, frame.look.dark, size.x,
                       size.y,   frame.look.scale, frame.tr.language()};
  if (!(wanted == m_laid_for)) {
    m_laid_for = wanted;
    const auto scale = static_cast<double>(frame.look.scale);
    m_laid = chart::lay_out(report::conversion_figure(*between.picture->project, conversion(between), m_measure, !m_all,
                                                      frame.tr.language()),
                            static_cast<double>(size.x) / scale, static_cast<double>(size.y) / scale,
                            chart_style(frame), chart_measure(frame));
  }
  if (m_laid.hot_spots.empty()) {
    ImGui::BeginGroup();
    ImGui::Dummy({size.x, frame.px(8)});
    text_muted(frame, frame.tr("between.nothing"));
    ImGui::EndGroup();
    return;
  }
  if (const auto key = m_chart.draw(frame, commands, "between.chart", m_laid, size)) {
    select(commands, selection_of(between, conversion(between), *key));
  }
}

// Rows: before; columns: after. Each cell is the link of the same states, and the margins are their sums.
void BetweenPanel::draw_matrix(const Frame& frame, CommandQueue& commands, const app::Between& between, ImVec2 size) {
  const Conversion& shown = conversion(between);
  const float figure_width = frame.px(56), name_width = frame.px(size.x < frame.px(420) ? 92 : 130);
  std::map<std::pair<std::size_t, std::size_t>, double> cells;
  std::map<std::size_t, double> rows, columns;
  double whole = 0;
  for (const ConversionLink& link : shown.links) {
    const double value = report::value_of(link, m_measure);
    if (value == 0 || (!m_all && link.from == link.to)) continue;
    cells[{link.from, link.to}] += value;
    rows[link.from] += value;
    columns[link.to] += value;
    whole += value;
  }
  // Dear ImGui 1.86 takes 64 columns at most.
  const int count = static_cast<int>(std::min<std::size_t>(columns.size(), 60)) + 2;
  constexpr ImGuiTableFlags flags = ImGuiTableFlags_ScrollX | ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg |
                                    ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_SizingFixedFit;
  const std::string id = "between.matrix." + std::to_string(m_view);
  if (!ImGui::BeginTable(id.c_str(), count, flags, size)) return;
  const base::Language language = frame.tr.language();
  ImGui::TableSetupScrollFreeze(1, 1);
  ImGui::TableSetupColumn(
      with_glyphs(frame.tr(m_measure == ConversionMeasure::land ? "between.unit.land" : "between.unit.floor")));
  std::vector<std::size_t> order;
  for (const auto& [state, sum] : columns) {
    if (static_cast<int>(order.size()) + 2 < count) order.push_back(state);
  }
  const auto short_name = [&](std::size_t state) {
    const planning::ConversionState& of = shown.states[state];
    return of.code.empty() ? report::state_name(of, language) : of.code;
  };
  for (const std::size_t state : order) ImGui::TableSetupColumn(with_glyphs(short_name(state)));
  ImGui::TableSetupColumn(with_glyphs(frame.tr("between.total")));
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
  for (int c = 0; c < count; ++c) {
    ImGui::TableSetColumnIndex(c);
    ImGui::PushID(c);
    const std::string title = ImGui::TableGetColumnName(c);
    if (c > 0) {
      ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0F, figure_width - text_size(title).x));
    }
    text_muted(frame, title);
    if (c > 0 && c + 1 < count) {
      tooltip(frame, report::state_name(shown.states[order[static_cast<std::size_t>(c - 1)]], language));
    }
    ImGui::PopID();
  }

  int number = 0;
  const auto figure = [&](double value, const std::string& key, const std::string& told) {
    const std::string shown_value = cell_text(value, m_measure);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0F, figure_width - text_size(shown_value).x));
    ImGui::PushID(number++);
    if (ImGui::Selectable(with_glyphs(shown_value), false, 0, text_size(shown_value))) {
      select(commands, selection_of(between, shown, key));
    }
    frame.probe.note("between.cell " + key);
    tooltip(frame, told + "\n" + report::conversion_value(value, m_measure, language));
    ImGui::PopID();
  };
  for (const auto& [from, sum] : rows) {
    ImGui::TableNextRow();
    ImGui::TableSetColumnIndex(0);
    const std::string name = report::state_name(shown.states[from], language);
    text(elided(name, name_width), frame.look.colour.text);
    tooltip(frame, name);
    for (std::size_t c = 0; c < order.size(); ++c) {
      ImGui::TableSetColumnIndex(static_cast<int>(c) + 1);
      const auto found = cells.find({from, order[c]});
      if (found == cells.end()) continue;
      figure(found->second, std::to_string(from) + ">*>" + std::to_string(order[c]),
             name + " → " + report::state_name(shown.states[order[c]], language));
    }
    ImGui::TableSetColumnIndex(count - 1);
    figure(sum, std::to_string(from) + ">*>*", name);
  }
  ImGui::TableNextRow();
  ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, frame.look.colour.raised);
  ImGui::TableSetColumnIndex(0);
  text_muted(frame, frame.tr("between.total"));
  for (std::size_t c = 0; c < order.size(); ++c) {
    ImGui::TableSetColumnIndex(static_cast<int>(c) + 1);
    figure(columns[order[c]], "*>*>" + std::to_string(order[c]), report::state_name(shown.states[order[c]], language));
  }
  ImGui::TableSetColumnIndex(count - 1);
  figure(whole, "*>*>*", frame.tr("between.total"));
  ImGui::EndTable();
  if (frame.probe.on()) {
    frame.probe.state("between", nlohmann::json{{"view", view_names[static_cast<std::size_t>(m_view)]},
                                                {"measure", m_measure == ConversionMeasure::land ? "land" : "floor"},
                                                {"from", shown.from.iso()},
                                                {"to", shown.to.iso()},
                                                {"total_m2", whole},
                                                {"land_after_m2", shown.land_after_m2},
                                                {"floor_m2", shown.floor_m2}}
                                     .dump());
  }
}

void BetweenPanel::draw_changes(const Frame& frame, CommandQueue& commands, const app::Between& between) {
  const model::Project& project = *between.picture->project;
  if (between.changes.empty()) {
    light_up(frame, commands, between, nullptr);
    text_muted(frame, frame.tr("between.nothing"));
    return;
  }
  constexpr ImGuiTableFlags flags =
      ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_Resizable;
  if (!ImGui::BeginTable("between.changes", 5, flags)) return;
  ImGui::TableSetupScrollFreeze(0, 1);
  ImGui::TableSetupColumn(with_glyphs(frame.tr("between.at")), ImGuiTableColumnFlags_WidthFixed, frame.px(84));
  ImGui::TableSetupColumn(with_glyphs(frame.tr("between.what")), ImGuiTableColumnFlags_WidthStretch, 2);
  ImGui::TableSetupColumn(with_glyphs(frame.tr("between.change")), ImGuiTableColumnFlags_WidthStretch, 2);
  ImGui::TableSetupColumn(with_glyphs(frame.tr("between.who")), ImGuiTableColumnFlags_WidthStretch, 1.4F);
  ImGui::TableSetupColumn(with_glyphs(frame.tr("between.evidence")), ImGuiTableColumnFlags_WidthStretch, 2);
  ImGui::TableHeadersRow();

  const auto stage = [&](int row) -> std::string {
    if (row < 0) return "–";
    const model::Stage& of = (*project.stages)[static_cast<std::size_t>(row)];
    return of.code + " " + frame.name(of.name_zh, of.name_en);
  };
  const auto lead_of = [&](model::ProjectId id) -> std::string {
    for (const model::ProjectUnit& link : *project.project_units) {
      if (link.project != id || link.role != model::UnitRole::lead) continue;
      if (const model::Unit* unit = model::find_unit(project, link.unit))
        return frame.name(unit->name_zh, unit->name_en);
    }
    return "";
  };
  const ChangeOfLand* hovered = nullptr;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(between.changes.size()));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const ChangeOfLand& change = between.changes[static_cast<std::size_t>(i)];
      std::string what, who, evidence, turned;
      app::Selection selection;
      if (change.phase >= 0) {
        const model::Phase& phase = (*project.phases)[static_cast<std::size_t>(change.phase)];
        const model::CarrierProject* owner = model::find_project(project, phase.project);
        what = phase.code + " ";
        if (owner != nullptr) what += frame.name(owner->name_zh, owner->name_en) + " ";
        what += frame.name(phase.name_zh, phase.name_en);
        who = lead_of(phase.project);
        selection.phases.insert(phase.id.value);
      } else {
        const auto row = static_cast<std::size_t>(change.parcel);
        what = std::string(project.parcels->code[row]) + " " + std::string(project.parcels->name[row]);
        who = std::string(project.parcels->right_holder[row]);
        selection.parcels.insert(project.parcels->id[row].value);
      }
      bool synthetic = false;
      if (change.event != nullptr) {
        turned = change.before == change.after ? frame.tr("between.stays", {{"stage", stage(change.after)}})
                                               : stage(change.before) + " → " + stage(change.after);
        const model::Document* document =
            change.event->document ? model::find_document(project, change.event->document) : nullptr;
        if (document != nullptr) evidence = frame.name(document->title_zh, document->title_en) + " ";
        evidence += change.event->evidence;
        if (!change.event->page.empty()) evidence += " " + change.event->page;
        synthetic = change.event->synthetic;
      } else {
        turned = frame.tr(change.kind == ChangeOfLand::Kind::made ? "between.made" : "between.retired");
        for (const model::LandRecord& record : *project.land_records) {
          if (record.id == change.record) evidence = record.code + " " + record.title;
        }
        synthetic = project.parcels->synthetic[static_cast<std::size_t>(change.parcel)] != 0;
      }
      ImGui::TableNextRow();
      ImGui::TableNextColumn();
      ImGui::PushID(i);
      if (ImGui::Selectable("##change", false, ImGuiSelectableFlags_SpanAllColumns)) select(commands, selection);
      if (ImGui::IsItemHovered()) hovered = &change;
      frame.probe.note("between.change." + std::to_string(i));
      ImGui::PopID();
      ImGui::SameLine(0, 0);
      text(change.at.iso(), frame.look.colour.text);
      for (const std::string* shown : {&what, &turned, &who, &evidence}) {
        ImGui::TableNextColumn();
        text(*shown, frame.look.colour.text);
        if (shown == &evidence && synthetic) {
          ImGui::SameLine();
          synthetic_chip(frame);
        }
      }
    }
  }
  ImGui::EndTable();
  light_up(frame, commands, between, hovered);
  if (frame.probe.on()) {
    frame.probe.state("between", nlohmann::json{{"view", "changes"}, {"changes", between.changes.size()}}.dump());
  }
}

}  // namespace zaitu::ui

#include "ui/ledger_panel.h"

#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

constexpr std::array kinds = {app::LedgerKind::parcels, app::LedgerKind::projects, app::LedgerKind::phases};

bool right_aligned(app::LedgerColumn::Kind kind) {
  return kind == app::LedgerColumn::Kind::number || kind == app::LedgerColumn::Kind::area_m2;
}

std::string title(const app::LedgerColumn& column) {
  return column.kind == app::LedgerColumn::Kind::area_m2 ? column.title + " ㎡" : column.title;
}

float column_width(const Frame& frame, const app::LedgerColumn& column) {
  const float wide = text_size(title(column)).x + frame.px(28);
  switch (column.kind) {
    case app::LedgerColumn::Kind::area_m2:
      return std::max(wide, frame.px(108));
    case app::LedgerColumn::Kind::number:
      return std::max(wide, frame.px(72));
    case app::LedgerColumn::Kind::date:
      return std::max(wide, frame.px(96));
    case app::LedgerColumn::Kind::flag:
      return wide;
    case app::LedgerColumn::Kind::text:
      break;
  }
  return std::max(wide, frame.px(column.name == "name" ? 200 : column.name == "code" ? 168 : 116));
}

// A code whose name stands in a column of its own ("stage", "stage_name") can be shown, but is not at first.
bool hidden_at_first(const app::Ledger& ledger, const app::LedgerColumn& column) {
  return std::any_of(ledger.columns.begin(), ledger.columns.end(),
                     [&](const app::LedgerColumn& other) { return other.name == column.name + "_name"; });
}

void cell(const std::string& text, bool right, ImU32 colour) {
  if (right) {
    const float room = ImGui::GetContentRegionAvail().x - text_size(text).x;
    if (room > 0) ImGui::SetCursorPosX(ImGui::GetCursorPosX() + room);
  }
  ui::text(text, colour);
}

}  // namespace

LedgerPanel::~LedgerPanel() {
  if (m_progress) m_progress->request_stop();
}

void LedgerPanel::draw(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  if (frame.workspace.ledger_kind != m_kind) {
    m_kind = frame.workspace.ledger_kind;
    m_query = {};
  }
  m_query.only = frame.workspace.ledger_only;
  draw_bar(frame, commands);
  refresh(frame);
  if (m_ledger && m_view) {
    draw_table(frame, commands);
  } else {
    text_muted(frame, frame.tr("ledger.loading"));
  }
}

void LedgerPanel::draw_bar(const Frame& frame, CommandQueue& commands) {
  std::array<std::string, kinds.size()> labels, names;
  int chosen = 0;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    names[i] = app::name_of(kinds[i]);
    labels[i] = frame.tr("ledger." + names[i]);
    if (kinds[i] == m_kind) chosen = static_cast<int>(i);
  }
  if (const int picked = segmented(frame, "ledger.kind", labels, names, chosen); picked >= 0) {
    commands.push(
        [kind = kinds[static_cast<std::size_t>(picked)]](Workspace& workspace) { workspace.show_ledger(kind); });
  }
  ImGui::SameLine(0, frame.px(12));
  // The number of rows and what can be done with them stay in sight.
  const float room = ImGui::GetContentRegionAvail().x - frame.px(m_query.only || !m_query.text.empty() ? 250 : 110);
  ImGui::SetNextItemWidth(std::clamp(room, frame.px(90), frame.px(220)));
  need_glyphs(m_query.text);
  ImGui::InputTextWithHint("##ledger.filter", with_glyphs(frame.tr("ledger.filter")), &m_query.text);
  frame.probe.note("ledger.filter");
  ImGui::SameLine(0, frame.px(12));
  if (m_pending.valid() && m_view && ImGui::GetTime() - m_asked_at > 0.5) {
    const std::uint64_t total = m_progress->total();
    const std::string percent =
        total > 0 ? " " + base::percent(static_cast<double>(m_progress->done()) / static_cast<double>(total), 0) : "";
    text_muted(frame, frame.tr("ledger.loading") + percent);
    ImGui::SameLine(0, frame.px(12));
  }
  if (m_ledger && m_view) {
    const std::size_t shown = m_view->rows.size(), all = m_ledger->size();
    text_muted(frame, frame.tr("ledger.rows", {{"shown", std::to_string(shown)}, {"all", std::to_string(all)}}));
    if (m_query.only) {
      ImGui::SameLine(0, frame.px(8));
      if (button(frame, "ledger.all", frame.tr("ledger.all"), ButtonKind::ghost, Icon::close)) {
        commands.push([](Workspace& workspace) { workspace.ledger_only.reset(); });
      }
    }
    if (shown > 0 && shown < all && !m_query.only) {
      ImGui::SameLine(0, frame.px(12));
      if (button(frame, "ledger.select_shown", frame.tr("ledger.select_shown"), ButtonKind::ghost, Icon::pointer)) {
        app::Selection selection;
        auto& ids = m_kind == app::LedgerKind::parcels    ? selection.parcels
                    : m_kind == app::LedgerKind::projects ? selection.projects
                                                          : selection.phases;
        ids = ids_at(0, shown);
        commands.push([selection](Workspace& workspace) { workspace.select(selection, true); });
      }
    }
  }
}

void LedgerPanel::refresh(const Frame& frame) {
  if (m_pending.valid() && m_pending.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    if (const View view = m_pending.get()) {
      m_view = view;
      m_ledger = m_asked_ledger;
    } else {
      m_asked_ledger.reset();  // stopped for a newer question
    }
  }
  const auto ledger = frame.document.ledger(m_kind);
  if (m_ledger && m_ledger->kind != m_kind) {
    m_ledger.reset();
    m_view.reset();
  }
  if (!ledger || ledger->kind != m_kind) return;
  const bool asked = ledger == m_asked_ledger && m_query == m_asked_query;
  if (m_pending.valid()) {
    if (!asked) m_progress->request_stop();
    return;
  }
  if (asked && m_view) return;
  m_asked_ledger = ledger;
  m_asked_query = m_query;
  m_asked_at = ImGui::GetTime();
  m_progress = std::make_shared<base::Progress>();
  m_progress->on_report = [](std::uint64_t, std::uint64_t) { glfwPostEmptyEvent(); };
  m_pending = std::async(std::launch::async, [ledger, query = m_query, progress = m_progress]() -> View {
    View view;
    try {
      view = std::make_shared<const app::LedgerView>(app::make_ledger_view(*ledger, query, *progress));
    } catch (const base::Cancelled&) {
    }
    glfwPostEmptyEvent();
    return view;
  });
}

const app::IdSet& LedgerPanel::selected_ids(const app::Selection& selection) const {
  switch (m_kind) {
    case app::LedgerKind::parcels:
      return selection.parcels;
    case app::LedgerKind::projects:
      return selection.projects;
    default:
      return selection.phases;
  }
}

// Ids of these places of the view. Taken by row, so that a set of a million of them has nothing left to sort.
app::IdSet LedgerPanel::ids_at(std::size_t from, std::size_t to) const {
  std::vector<bool> wanted(m_ledger->size());
  for (std::size_t place = from; place < to; ++place) wanted[m_view->rows[place]] = true;
  app::IdSet ids;
  for (std::size_t row = 0; row < wanted.size(); ++row) {
    if (wanted[row]) ids.insert(m_ledger->ids[row]);
  }
  return ids;
}

// Place of the first row of the view that is selected; its size when none is.
std::size_t LedgerPanel::first_selected(const app::IdSet& ids) const {
  if (ids.empty()) return m_view->rows.size();
  // Marked by row first, in one walk through both lists where the ledger is in the order of its ids: a search for each
  // of a million ids would be felt.
  std::vector<bool> selected(m_ledger->size());
  const std::vector<std::int64_t>& all = m_ledger->ids;
  const bool ordered = std::is_sorted(all.begin(), all.end());
  auto at = all.begin();
  for (const std::int64_t id : ids) {
    if (ordered) {
      while (at != all.end() && *at < id) ++at;
    } else {
      at = std::find(all.begin(), all.end(), id);
    }
    if (at != all.end() && *at == id) selected[static_cast<std::size_t>(at - all.begin())] = true;
  }
  const auto first =
      std::find_if(m_view->rows.begin(), m_view->rows.end(), [&](std::uint32_t row) { return selected[row]; });
  return static_cast<std::size_t>(first - m_view->rows.begin());
}

void LedgerPanel::draw_table(const Frame& frame, CommandQueue& commands) {
  const app::Ledger& ledger = *m_ledger;
  // Dear ImGui 1.86 takes 64 columns at most.
  const int columns = static_cast<int>(std::min<std::size_t>(ledger.columns.size(), 60));
  constexpr ImGuiTableFlags flags = ImGuiTableFlags_ScrollX | ImGuiTableFlags_ScrollY | ImGuiTableFlags_Resizable |
                                    ImGuiTableFlags_Sortable | ImGuiTableFlags_SortTristate | ImGuiTableFlags_RowBg |
                                    ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_Hideable;
  const std::string id = "ledger." + std::string(app::name_of(m_kind));
  if (!ImGui::BeginTable(id.c_str(), columns, flags)) return;
  ImGui::TableSetupScrollFreeze(1, 2);
  for (int c = 0; c < columns; ++c) {
    const app::LedgerColumn& column = ledger.columns[static_cast<std::size_t>(c)];
    const ImGuiTableColumnFlags hidden = hidden_at_first(ledger, column) ? ImGuiTableColumnFlags_DefaultHide : 0;
    ImGui::TableSetupColumn(title(column).c_str(), ImGuiTableColumnFlags_WidthFixed | hidden,
                            column_width(frame, column));
  }
  ImGui::TableHeadersRow();
  if (ImGuiTableSortSpecs* specs = ImGui::TableGetSortSpecs(); specs != nullptr && specs->SpecsDirty) {
    m_query.sort_column = specs->SpecsCount > 0 ? specs->Specs[0].ColumnIndex : -1;
    m_query.descending = specs->SpecsCount > 0 && specs->Specs[0].SortDirection == ImGuiSortDirection_Descending;
    specs->SpecsDirty = false;
  }
  draw_totals(frame);

  const app::Selection& selection = frame.document.selection();
  const float row_height = ImGui::GetTextLineHeight() + frame.px(8);
  if (selection != m_seen) {
    if (!m_own_click) {
      const std::size_t first = first_selected(selected_ids(selection));
      if (first < m_view->rows.size()) {
        ImGui::SetScrollY(std::max(0.0F, row_height * (static_cast<float>(first) - 2)));
      }
    }
    m_own_click = false;
    m_seen = selection;
  }
  nlohmann::json seen = nlohmann::json::array();
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(m_view->rows.size()), row_height);
  while (clipper.Step()) {
    for (int place = clipper.DisplayStart; place < clipper.DisplayEnd; ++place) {
      const std::uint32_t row = m_view->rows[static_cast<std::size_t>(place)];
      const bool selected = selected_ids(selection).contains(ledger.ids[row]);
      ImGui::TableNextRow(ImGuiTableRowFlags_None, row_height);
      ImGui::TableSetColumnIndex(0);
      ImGui::PushID(static_cast<int>(row));
      if (ImGui::Selectable("##row", selected, ImGuiSelectableFlags_SpanAllColumns, {0, row_height - frame.px(4)})) {
        clicked(frame, commands, static_cast<std::size_t>(place));
      }
      if (place < 40) {  // the row reaches beyond what is seen of the table
        const ImVec2 min = ImGui::GetItemRectMin();
        frame.probe.note("ledger.row." + std::to_string(place), min, {min.x + frame.px(80), ImGui::GetItemRectMax().y});
      }
      ImGui::SameLine(0, 0);
      ImGui::PopID();
      for (int c = 0; c < columns; ++c) {
        if (!ImGui::TableSetColumnIndex(c)) continue;
        const app::LedgerColumn& column = ledger.columns[static_cast<std::size_t>(c)];
        cell(app::shown(ledger.value(row, static_cast<std::size_t>(c)), column.kind), right_aligned(column.kind),
             frame.look.colour.text);
      }
      if (frame.probe.on() && seen.size() < 40)
        seen.push_back(app::shown(ledger.value(row, 0), ledger.columns[0].kind));
    }
  }
  ImGui::EndTable();
  if (frame.probe.on()) {
    nlohmann::json totals = nlohmann::json::object();
    for (std::size_t c = 0; c < ledger.columns.size(); ++c) {
      if (ledger.columns[c].total) totals[ledger.columns[c].name] = m_view->totals[c];
    }
    frame.probe.state("ledger", nlohmann::json{{"kind", app::name_of(m_kind)},
                                               {"rows", m_view->rows.size()},
                                               {"sort_column", m_asked_query.sort_column},
                                               {"totals", totals},
                                               {"first_codes", seen}}
                                    .dump());
  }
}

void LedgerPanel::draw_totals(const Frame& frame) {
  ImGui::TableNextRow();
  ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, frame.look.colour.raised);
  for (std::size_t c = 0; c < m_ledger->columns.size() && c < 60; ++c) {
    if (!ImGui::TableSetColumnIndex(static_cast<int>(c))) continue;
    const app::LedgerColumn& column = m_ledger->columns[c];
    if (c == 0) {
      text(frame.tr("ledger.total"), frame.look.colour.muted);
    } else if (column.total) {
      cell(app::shown(app::LedgerValue(m_view->totals[c]), column.kind), true, frame.look.colour.text);
    }
  }
}

void LedgerPanel::clicked(const Frame& frame, CommandQueue& commands, std::size_t place) {
  app::Selection selection;
  const auto set_of = [&](app::Selection& of) -> app::IdSet& {
    return m_kind == app::LedgerKind::parcels    ? of.parcels
           : m_kind == app::LedgerKind::projects ? of.projects
                                                 : of.phases;
  };
  const std::int64_t id = m_ledger->ids[m_view->rows[place]];
  const ImGuiIO& io = ImGui::GetIO();
  if (io.KeyCtrl) {
    selection = frame.document.selection();
    auto& ids = set_of(selection);
    if (!ids.erase(id)) ids.insert(id);
    m_anchor = place;
  } else if (io.KeyShift && m_anchor < m_view->rows.size()) {
    set_of(selection) = ids_at(std::min(m_anchor, place), std::max(m_anchor, place) + 1);
  } else {
    set_of(selection).insert(id);
    m_anchor = place;
  }
  m_own_click = true;
  commands.push([selection](Workspace& workspace) { workspace.select(selection, true); });
}

}  // namespace zaitu::ui

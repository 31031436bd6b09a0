#include "ui/import_ledger.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

constexpr std::size_t columns_shown = 60;  // ImGui's tables have at most 64

// The field that a column feeds; nullptr: none.
const model::ImportField* field_of(model::ImportKind kind, const app::ImportResult& result, const std::string& column) {
  for (const model::ImportField& field : model::import_fields(kind)) {
    const auto used = result.mapping.find(std::string(field.name));
    if (used != result.mapping.end() && used->second == column) return &field;
  }
  return nullptr;
}

// Of a row as warnings call it: its number in the table above.
std::string row_in_sheet(const app::ImportResult& result, const std::string& feature) {
  std::int64_t name = 0;
  const auto [end, error] = std::from_chars(feature.data(), feature.data() + feature.size(), name);
  const bool number = error == std::errc() && end == feature.data() + feature.size();
  return number ? std::to_string(name + result.table.rows_before) : feature;
}

// Of what a warning calls a field, which may be a column's title too.
std::string label_of(const Frame& frame, model::ImportKind kind, const std::string& name) {
  for (const model::ImportField& field : model::import_fields(kind)) {
    if (field.name == name) return field_label(frame, field);
  }
  return name;
}

}  // namespace

std::string field_label(const Frame& frame, const model::ImportField& field) {
  if (frame.zh()) {
    for (std::string_view rest = field.aliases; !rest.empty();) {
      const std::size_t bar = std::min(rest.find('|'), rest.size());
      const std::string_view word = rest.substr(0, bar);
      if (!word.empty() && static_cast<unsigned char>(word[0]) >= 0x80) return std::string(word);
      rest.remove_prefix(std::min(bar + 1, rest.size()));
    }
  }
  return std::string(field.name);
}

void ImportLedger::forget() {
  m_header_row = 0;
  m_mapping.clear();
}

void ImportLedger::apply(app::ImportOptions& options) const {
  options.source_options.header_row = m_header_row;
  for (const auto& [field, column] : m_mapping) options.mapping[field] = column;
}

bool ImportLedger::draw(const Frame& frame, const app::ImportPreview& preview) {
  const app::ImportResult& result = preview.result;
  if (result.table.header_first == 0) return false;
  const Palette& c = frame.look.colour;
  std::string line = result.table.header_first == result.table.header_last
                         ? frame.tr("import.table.header", {{"row", std::to_string(result.table.header_last)}})
                         : frame.tr("import.table.headers", {{"first", std::to_string(result.table.header_first)},
                                                             {"last", std::to_string(result.table.header_last)}});
  if (result.skipped > 0) line += " · " + frame.tr("import.table.skipped", {{"n", std::to_string(result.skipped)}});
  if (!result.remembered.empty())
    line += " · " + frame.tr("import.table.remembered", {{"day", result.remembered.substr(0, 10)}});
  text_wrapped(line, c.muted);
  const auto rows = static_cast<float>(result.table.first_rows.size() + 2);
  draw_rows(frame, preview, std::min(frame.px(28) * rows, std::max(frame.px(188), ImGui::GetWindowHeight() * 0.5F)));
  if (!result.join.empty()) {
    const app::JoinReport& join = result.join;
    text(frame.tr("import.table.join", {{"matched", std::to_string(join.matched)},
                                        {"unmatched", std::to_string(join.unmatched)},
                                        {"ambiguous", std::to_string(join.ambiguous)}}),
         join.unmatched + join.ambiguous > 0 ? c.warning : c.text);
    constexpr std::size_t most = 8;
    for (std::size_t i = 0; i < std::min(join.rows.size(), most); ++i) {
      const app::JoinRow& row = join.rows[i];
      text_wrapped(frame.tr(row.ambiguous ? "import.table.join.ambiguous" : "import.table.join.unmatched",
                            {{"row", row_in_sheet(result, row.row)}, {"value", row.value}}),
                   c.muted);
    }
  }
  draw_oddities(frame, preview);
  return true;
}

void ImportLedger::draw_rows(const Frame& frame, const app::ImportPreview& preview, float height) {
  const app::ImportResult& result = preview.result;
  const Palette& c = frame.look.colour;
  const std::size_t columns = std::min(result.columns.size(), columns_shown);
  constexpr ImGuiTableFlags flags = ImGuiTableFlags_ScrollX | ImGuiTableFlags_ScrollY | ImGuiTableFlags_BordersInner |
                                    ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_SizingFixedFit;
  if (columns == 0 || !ImGui::BeginTable("##ledger", static_cast<int>(columns) + 1, flags, {0, height})) return;
  ImGui::TableSetupScrollFreeze(1, 1);
  ImGui::TableSetupColumn("##row", ImGuiTableColumnFlags_WidthFixed, frame.px(36));
  for (std::size_t i = 0; i < columns; ++i) {
    ImGui::TableSetupColumn(("##" + std::to_string(i)).c_str(), ImGuiTableColumnFlags_WidthFixed, frame.px(128));
  }
  draw_columns(frame, preview);
  for (const io::TableRow& row : result.table.first_rows) {
    const bool header = row.number >= result.table.header_first && row.number <= result.table.header_last;
    const bool above = row.number < result.table.header_first;
    ImGui::TableNextRow();
    if (header) ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, c.accent_soft);
    ImGui::TableSetColumnIndex(0);
    ImGui::PushID(static_cast<int>(row.number));
    const std::string number = std::to_string(row.number);
    if (ImGui::Selectable("##choose", false,
                          ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowItemOverlap) &&
        row.number != result.table.header_last) {
      m_header_row = row.number;
      m_mapping.clear();
    }
    frame.probe.note("import.table.row." + number);
    tooltip(frame, frame.tr("import.table.choose_header"));
    ImGui::SameLine(0, 0);
    text(number, c.faint);
    ImGui::PopID();
    for (std::size_t i = 0; i < columns; ++i) {
      ImGui::TableSetColumnIndex(static_cast<int>(i) + 1);
      text(elided(row.cells[i], frame.px(124)), above || row.hidden ? c.faint : c.text);
    }
  }
  ImGui::EndTable();
}

void ImportLedger::draw_columns(const Frame& frame, const app::ImportPreview& preview) {
  const app::ImportResult& result = preview.result;
  const std::size_t columns = std::min(result.columns.size(), columns_shown);
  const model::ImportKind kind = preview.asked.kind;
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
  for (std::size_t i = 0; i < columns; ++i) {
    ImGui::TableSetColumnIndex(static_cast<int>(i) + 1);
    const std::string& column = result.columns[i];
    const model::ImportField* const now = field_of(kind, result, column);
    const std::string key = "import.table.field." + std::to_string(i);
    ImGui::PushID(static_cast<int>(i));
    if (drop_field(frame, key, now == nullptr ? frame.tr("import.table.no_field") : field_label(frame, *now),
                   frame.px(124)))
      open_popup(key);
    tooltip(frame, column);
    if (begin_popup(frame, key)) {
      if (menu_item(frame, key + ".none", Icon::none, frame.tr("import.table.no_field"), "", true, now == nullptr))
        choose_field(result, column, "");
      for (const model::ImportField& field : model::import_fields(kind)) {
        if (menu_item(frame, key + "." + std::string(field.name), Icon::none, field_label(frame, field), "", true,
                      &field == now)) {
          choose_field(result, column, field.name);
        }
      }
      end_popup();
    }
    ImGui::PopID();
  }
}

void ImportLedger::choose_field(const app::ImportResult& result, const std::string& column, std::string_view field) {
  // One column feeds one field here.
  for (const auto& [used, of] : result.mapping) {
    if (of == column) m_mapping[used] = "";
  }
  for (auto& [chosen, of] : m_mapping) {
    if (of == column) of.clear();
  }
  if (!field.empty()) m_mapping[std::string(field)] = column;
}

void ImportLedger::draw_oddities(const Frame& frame, const app::ImportPreview& preview) const {
  const app::ImportResult& result = preview.result;
  const Palette& c = frame.look.colour;
  if (!result.warnings.empty())
    text(frame.tr("import.warnings", {{"n", std::to_string(result.warnings.size())}}), c.warning);
  constexpr std::size_t most = 200;
  for (std::size_t i = 0; i < std::min(result.warnings.size(), most); ++i) {
    const io::Warning& warning = result.warnings[i];
    std::string where;
    if (!warning.feature.empty())
      where = frame.tr("import.table.row", {{"row", row_in_sheet(result, warning.feature)}});
    if (!warning.field.empty())
      where += (where.empty() ? "" : " ") + label_of(frame, preview.asked.kind, warning.field);
    text_wrapped((where.empty() ? "" : where + "  ") + without_options(warning.message), c.muted);
  }
  if (!frame.probe.on()) return;
  nlohmann::json told = {{"header", {result.table.header_first, result.table.header_last}},
                         {"skipped", result.skipped},
                         {"warnings", result.warnings.size()},
                         {"matched", result.join.matched},
                         {"unmatched", result.join.unmatched},
                         {"remembered", result.remembered}};
  frame.probe.state("import_ledger", told.dump());
}

}  // namespace zaitu::ui

#include "app/import_memory.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/import_context.h"
#include "app/import_run.h"

namespace zaitu::app {

std::map<std::string, std::string> ImportMemory::mapping_of(const io::SourceHeader& source, std::string& when) {
  m_columns_key.clear();
  for (const io::SourceField& field : source.fields) m_columns_key += title_key(field.name) + '\n';
  m_known = m_change.find("import_templates",
                          {{"kind", std::string(model::name_of(m_options.kind))}, {"columns_key", m_columns_key}});
  std::map<std::string, std::string> mapping;
  if (m_known == 0) return mapping;
  const auto settings = nlohmann::json::parse(m_change.text("import_templates", m_known, "settings"), nullptr, false);
  if (!settings.is_object() || !settings.contains("mapping") || !settings["mapping"].is_object()) return mapping;
  const auto fields = model::import_fields(m_options.kind);
  for (const auto& [field, column] : settings["mapping"].items()) {
    const bool known =
        std::any_of(fields.begin(), fields.end(), [&key = field](const auto& f) { return f.name == key; });
    if (!known || !column.is_string()) continue;
    const auto text = column.get<std::string>();
    // A title may be written a little differently now.
    const auto found = std::find_if(source.fields.begin(), source.fields.end(), [&](const io::SourceField& candidate) {
      return title_key(candidate.name) == title_key(text);
    });
    if (text.empty() || found != source.fields.end()) mapping[field] = text.empty() ? "" : found->name;
  }
  m_mapping = mapping;
  if (!mapping.empty()) when = m_change.text("import_templates", m_known, "used_at");
  return mapping;
}

void ImportMemory::keep() {
  if (m_columns_key.empty() || (m_options.mapping.empty() && m_known == 0)) return;
  Cells cells;
  if (!m_options.mapping.empty()) {
    std::map<std::string, std::string> mapping = m_options.mapping;
    mapping.merge(m_mapping);
    nlohmann::json settings{{"mapping", mapping}};
    if (m_options.source_options.header_row > 0) settings["header_row"] = m_options.source_options.header_row;
    if (!m_options.source_options.encoding.empty()) settings["encoding"] = m_options.source_options.encoding;
    cells.text("settings", settings.dump()).text("name", m_options.source.filename().string());
  }
  cells.text("used_at", utc_now());
  if (m_known != 0) {
    m_change.update("import_templates", m_known, cells.list());
  } else {
    m_change.insert("import_templates",
                    cells.text("kind", model::name_of(m_options.kind)).text("columns_key", m_columns_key).list());
  }
}

std::string decisions_of(const ImportResult& result, const std::string& place) {
  nlohmann::json decisions = nlohmann::json::parse(place, nullptr, false);
  if (!decisions.is_object()) decisions = nlohmann::json::object();
  const io::TableView& table = result.table;
  if (table.header_first > 0) {
    decisions["table"] = {
        {"header_first", table.header_first}, {"header_last", table.header_last}, {"skipped", table.skipped}};
  }
  if (result.set_aside > 0) decisions["set_aside"] = result.set_aside;
  if (!result.join.empty()) {
    const JoinReport& join = result.join;
    decisions["join"] = {{"matched", join.matched}, {"unmatched", join.unmatched}, {"ambiguous", join.ambiguous}};
  }
  if (!result.mapping.empty()) decisions["mapping"] = result.mapping;
  return decisions.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace zaitu::app

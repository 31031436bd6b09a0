#include "app/import_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "base/message.h"
#include "base/utf8.h"

namespace zaitu::app {

void ImportLog::add_once(const std::string& field, const std::string& code, const std::string& message) {
  if (!m_said.emplace(code + '\n' + field, true).second) return;
  add("", field, code, message);
  m_entries.back().once = true;
}

void ImportLog::append(ImportLog&& other) {
  for (Entry& entry : other.m_entries) {
    const io::Warning& warning = entry.warning;
    if (entry.once && !m_said.emplace(warning.code + '\n' + warning.field, true).second) continue;
    m_entries.push_back(std::move(entry));
  }
}

namespace {

// What a field means, as messages say it: in Chinese by its usual title.
std::string_view meaning_of(const model::ImportField& field) {
  return base::message_language() == base::Language::zh ? field.aliases.substr(0, field.aliases.find('|'))
                                                        : field.meaning;
}

std::vector<std::string> aliases_of(const model::ImportField& field) {
  std::vector<std::string> words{std::string(field.name)};
  std::string_view rest = field.aliases;
  while (!rest.empty()) {
    const std::size_t bar = std::min(rest.find('|'), rest.size());
    words.emplace_back(rest.substr(0, bar));
    rest.remove_prefix(std::min(bar + 1, rest.size()));
  }
  return words;
}

// 规划指标/容积率 is also called by what stands last in it.
std::string last_title(const std::string& title) {
  const std::size_t slash = title.rfind('/');
  return slash == std::string::npos ? "" : title_key(std::string_view(title).substr(slash + 1));
}

// The unit that a note above the table gives for all of it: 单位：公顷.
std::optional<TitleUnit> unit_of_notes(const std::vector<std::string>& notes) {
  std::optional<TitleUnit> found;
  for (const std::string& note : notes) {
    const std::string text = base::half_width(note);
    for (std::size_t at = 0; (at = text.find("单位:", at)) != std::string::npos;) {
      at += std::string_view("单位:").size();
      const std::string_view rest = base::trim(std::string_view(text).substr(at));
      std::size_t end = std::min(rest.find_first_of(" ,;|)"), rest.size());
      for (const std::string_view stop : {"、", "，", "；"}) end = std::min(end, rest.find(stop));
      const auto unit = unit_of_title("x(" + std::string(rest.substr(0, end)) + ")");
      if (!unit) continue;
      if (found && found->unit != unit->unit) return std::nullopt;
      found = unit;
    }
  }
  return found;
}

bool is_date_title(const std::string& key) {
  return key.ends_with("日期") || key.ends_with("时间") || key.ends_with("date") || key.ends_with("年月日");
}

bool is_one_of(const std::string& key, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), key) != words.end();
}

std::string column_list(const io::SourceHeader& header) {
  std::string list;
  for (const io::SourceField& field : header.fields) list += (list.empty() ? "" : ", ") + field.name;
  return list.empty() ? "(none)" : list;
}

}  // namespace

void warn_of_date(std::string_view text, const std::string& feature, const std::string& field, ImportLog& log) {
  const std::string_view cell = base::trim(text);
  if (cell.empty() || parse_date(cell)) return;
  constexpr std::size_t longest = 60;  // bytes: more is prose
  if (cell.size() > longest) return;
  log.add(feature, field, "date", base::say("\"{}\" is no day that can be told for sure: kept as it is written", cell));
}

std::string said_of(model::ImportKind kind) {
  switch (kind) {
    case model::ImportKind::parcels:
      return base::say("parcels");
    case model::ImportKind::projects:
      return base::say("projects");
    case model::ImportKind::phases:
      return base::say("phases");
    case model::ImportKind::circles:
      return base::say("circles");
    case model::ImportKind::zones:
      return base::say("zones");
    case model::ImportKind::towns:
      return base::say("towns");
    case model::ImportKind::events:
      return base::say("events");
    case model::ImportKind::occupancy:
      return base::say("occupancy");
    case model::ImportKind::indicators:
      return base::say("indicators");
    case model::ImportKind::tasks:
      return base::say("tasks");
    case model::ImportKind::reports:
      return base::say("reports");
    case model::ImportKind::assessments:
      return base::say("assessments");
    case model::ImportKind::reference:
      return base::say("reference");
    case model::ImportKind::stages:
      return base::say("stages");
    case model::ImportKind::pathways:
      return base::say("pathways");
    default:
      return base::say("assumptions");
  }
}

FieldMapping::FieldMapping(model::ImportKind kind, const io::SourceHeader& header,
                           const std::map<std::string, std::string>& given, ImportLog& log)
    : m_column_used(header.fields.size(), false) {
  const auto fields = model::import_fields(kind);
  std::vector<std::string> keys;
  for (const io::SourceField& field : header.fields) {
    m_names.push_back(field.name);
    keys.push_back(title_key(field.name));
  }
  const auto use = [&](std::string_view field, std::size_t column) {
    m_uses[std::string(field)] = {column, 1};
    m_column_used[column] = true;
  };
  std::vector<std::string> none;  // fields that the user wants from no column
  const auto is_open = [&](std::string_view field) {
    return !m_uses.contains(field) && std::find(none.begin(), none.end(), field) == none.end();
  };
  for (const auto& [field, column] : given) {
    const bool known =
        std::any_of(fields.begin(), fields.end(), [&key = field](const auto& f) { return f.name == key; });
    if (!known) {
      std::string list;
      for (const auto& f : fields) list += (list.empty() ? "" : ", ") + std::string(f.name);
      throw base::Error(base::ExitCode::usage,
                        base::say("--map: {} have no field \"{}\"; they have: {}", said_of(kind), field, list));
    }
    if (column.empty()) {
      none.push_back(field);
      continue;
    }
    const auto found = std::find(m_names.begin(), m_names.end(), column);
    if (found == m_names.end()) {
      throw base::Error(base::ExitCode::usage, base::say("--map {}: the source has no column \"{}\"; it has: {}", field,
                                                         column, column_list(header)));
    }
    use(field, static_cast<std::size_t>(found - m_names.begin()));
  }
  // All exact names before any alias, so that "name" never goes to a field that only likes to be called so.
  std::vector<std::vector<std::string>> words;
  std::size_t longest = 0;
  for (const auto& field : fields) {
    words.push_back(aliases_of(field));
    longest = std::max(longest, words.back().size());
  }
  for (std::size_t f = 0; f < fields.size(); ++f) {
    const bool has_other =
        !fields[f].rather.empty() && std::find(keys.begin(), keys.end(), fields[f].rather) != keys.end();
    const std::string_view wanted = has_other ? fields[f].rather : std::string_view(words[f][0]);
    for (std::size_t c = 0; c < keys.size(); ++c) {
      if (is_open(fields[f].name) && !m_column_used[c] && keys[c] == wanted) use(fields[f].name, c);
    }
  }
  for (std::size_t rank = 1; rank < longest; ++rank) {
    for (std::size_t f = 0; f < fields.size(); ++f) {
      if (rank >= words[f].size() || !is_open(fields[f].name)) continue;
      for (std::size_t c = 0; c < keys.size(); ++c) {
        if (!m_column_used[c] && keys[c] == words[f][rank]) {
          use(fields[f].name, c);
          break;
        }
      }
    }
  }
  // Under a joined header the lower title, where only one column has it.
  std::vector<std::string> last_titles;
  last_titles.reserve(m_names.size());
  for (const std::string& name : m_names) last_titles.push_back(last_title(name));
  for (std::size_t rank = 0; rank < longest; ++rank) {
    for (std::size_t f = 0; f < fields.size(); ++f) {
      if (rank >= words[f].size() || !is_open(fields[f].name)) continue;
      const auto first = std::find(last_titles.begin(), last_titles.end(), words[f][rank]);
      if (first == last_titles.end()) continue;
      const auto c = static_cast<std::size_t>(first - last_titles.begin());
      const auto second = std::find(first + 1, last_titles.end(), words[f][rank]);
      if (second != last_titles.end()) {
        log.add_once(std::string(fields[f].name), "field",
                     base::say("columns \"{}\" and \"{}\" end alike: none was taken; --map chooses", m_names[c],
                               m_names[static_cast<std::size_t>(second - last_titles.begin())]));
        continue;
      }
      if (!m_column_used[c]) use(fields[f].name, c);
    }
  }
  // A DBF cuts names at 10 bytes: 5 Chinese characters in GBK, 3 in UTF-8.
  if (header.driver == "ESRI Shapefile") {
    for (std::size_t c = 0; c < keys.size(); ++c) {
      if (m_column_used[c] || keys[c].size() < 9) continue;
      std::string_view wanted;
      int matches = 0;
      for (std::size_t f = 0; f < fields.size(); ++f) {
        if (!is_open(fields[f].name)) continue;
        if (std::any_of(words[f].begin(), words[f].end(), [&](const std::string& word) {
              return word.size() > keys[c].size() && word.starts_with(keys[c]);
            })) {
          wanted = fields[f].name;
          ++matches;
        }
      }
      if (matches == 1) use(wanted, c);
    }
  }
  for (const auto& [field, taken] : m_uses) {
    for (std::size_t c = 0; c < keys.size(); ++c) {
      if (m_column_used[c] || keys[c] != keys[taken.column]) continue;
      log.add("", field, "field",
              base::say("columns \"{}\" and \"{}\" are called alike: the first was taken; --map chooses",
                        m_names[taken.column], m_names[c]));
    }
  }
  for (const auto& field : fields) {
    if (!field.required || m_uses.contains(field.name)) continue;
    throw base::Error(
        base::ExitCode::input_unreadable,
        base::say("column: no column for the field \"{}\" ({}); name it with --map {}=COLUMN; columns: {}", field.name,
                  meaning_of(field), field.name, column_list(header)));
  }
  find_units(kind, header, log);
  find_other_columns(kind, header);
  m_list.assign(m_uses.begin(), m_uses.end());
}

void FieldMapping::find_units(model::ImportKind kind, const io::SourceHeader& header, ImportLog& log) {
  const auto of_notes = unit_of_notes(header.table.notes);
  for (const auto& field : model::import_fields(kind)) {
    const auto found = m_uses.find(field.name);
    if (found == m_uses.end() || field.type != model::FieldType::area_m2) continue;
    const std::string& title = m_names[found->second.column];
    const auto own = unit_of_title(title);
    const auto& unit = own ? own : of_notes;
    if (!unit || unit->to_m2 == 1) continue;
    found->second.factor = unit->to_m2;
    const std::string factor = fmt::format("{:.6g}", unit->to_m2);  // 2000/3 of a mu
    log.add(
        "", std::string(field.name), "unit",
        own ? base::say("column \"{}\" is in {}: values were multiplied by {} to m²", title, unit->unit, factor)
            : base::say("column \"{}\" is in {}, as the note above the table says: values were multiplied by {} to m²",
                        title, unit->unit, factor));
  }
}

void FieldMapping::find_other_columns(model::ImportKind kind, const io::SourceHeader& header) {
  const bool is_table = header.table.header_first > 0;
  const bool parcels = kind == model::ImportKind::parcels;
  // Each further identifier is a row of its own: of a layer by the million it stays with the source's columns.
  constexpr std::int64_t most_rows = 100'000;
  const bool few_rows = is_table || (header.declared_rows >= 0 && header.declared_rows <= most_rows);
  for (std::size_t c = 0; c < m_names.size(); ++c) {
    if (m_column_used[c]) continue;
    const std::string last = last_title(m_names[c]);
    const std::string key = last.empty() ? title_key(m_names[c]) : last;
    const auto unit = unit_of_title(m_names[c]);
    const OtherColumns::Area area{c, unit ? unit->to_m2 : 1};
    if (parcels && few_rows &&
        is_one_of(key,
                  {"宗地代码", "宗地编号", "宗地号", "不动产单元号", "不动产单元代码", "电子监管号",   "地块编号",
                   "地块编码", "地块代码", "地块号", "控规编号",     "控规地块编号",   "规划地块编号", "出让地块编号",
                   "权籍编号", "zddm",     "zdbh",   "bdcdyh",       "dkbh",           "dkbm",         "dzjgh"})) {
      m_other.identifiers.push_back(c);
    } else if (parcels && is_one_of(key, {"面积", "mj", "shape_area", "area", "tbmj", "总面积", "土地面积"})) {
      m_other.areas.push_back(area);
    } else if (parcels && !m_other.floor_area &&
               is_one_of(key, {"计容建筑面积", "计容面积", "建筑面积", "总建筑面积", "jzmj", "gfa"})) {
      m_other.floor_area = area;
    } else if (is_table && is_date_title(key)) {
      m_other.dates.push_back(c);
    }
  }
}

const FieldMapping::Use* FieldMapping::use_of(std::string_view field) const {
  for (const auto& [name, use] : m_list) {
    if (name == field) return &use;
  }
  return nullptr;
}

std::optional<std::size_t> FieldMapping::column(std::string_view field) const {
  const Use* const use = use_of(field);
  return use == nullptr ? std::nullopt : std::optional(use->column);
}

double FieldMapping::factor(std::string_view field) const {
  const Use* const use = use_of(field);
  return use == nullptr ? 1 : use->factor;
}

std::map<std::string, std::string> FieldMapping::used() const {
  std::map<std::string, std::string> names;
  for (const auto& [field, use] : m_uses) names[field] = m_names[use.column];
  return names;
}

std::string other_cells(const FieldMapping& mapping, const io::SourceHeader& header, const io::SourceRow& row) {
  nlohmann::ordered_json cells = nlohmann::ordered_json::object();
  for (std::size_t c = 0; c < row.values.size(); ++c) {
    if (mapping.is_used(c)) continue;
    const std::string& name = header.fields[c].name;
    const io::SourceValue& value = row.values[c];
    if (const auto* text = std::get_if<std::string>(&value)) {
      cells[name] = *text;
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      cells[name] = *integer;
    } else if (const auto* real = std::get_if<double>(&value)) {
      // JSON has no word for what is not finite.
      cells[name] =
          std::isfinite(*real) ? nlohmann::ordered_json(*real) : nlohmann::ordered_json(fmt::format("{}", *real));
    }
  }
  return cells.empty() ? "" : cells.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string ImportRow::text(std::string_view field) const {
  const auto column = m_mapping.column(field);
  if (!column) return "";
  const io::SourceValue& value = m_row.values[*column];
  if (const auto* text = std::get_if<std::string>(&value)) return std::string(base::trim(*text));
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) {
    if (!std::isfinite(*real)) return "";
    if (std::abs(*real) > 9007199254740992.0)
      warn(field, "id", base::say("the source kept this as a number with lost digits"));
    return *real == std::floor(*real) && std::abs(*real) < 1e18 ? fmt::format("{:.0f}", *real) : base::shortest(*real);
  }
  return "";
}

std::optional<double> ImportRow::numeric(std::string_view field, bool area) const {
  const auto column = m_mapping.column(field);
  if (!column) return std::nullopt;
  const double factor = area ? m_mapping.factor(field) : 1;
  const io::SourceValue& value = m_row.values[*column];
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer) * factor;
  if (const auto* real = std::get_if<double>(&value)) {
    if (std::isfinite(*real)) return *real * factor;
    warn(field, "number", base::say("not a finite number: left unknown"));
    return std::nullopt;
  }
  const std::string cell = text(field);
  if (cell.empty()) return std::nullopt;
  const auto parsed = parse_number(cell, area);
  if (!parsed) {
    warn(field, "number", base::say("\"{}\" is not surely a number: left unknown", cell));
    return std::nullopt;
  }
  if (base::half_width(cell) != cell)
    warn(field, "fullwidth",
         base::say("\"{}\" has full-width characters: read as \"{}\"", cell, base::half_width(cell)));
  if (parsed->unit.empty()) return parsed->value * factor;
  warn(field, "unit",
       base::say("\"{}\" was taken as {}{}", cell, fmt::format("{:.9g}", parsed->value), area ? " m²" : ""));
  return parsed->value;
}

std::optional<double> ImportRow::number(std::string_view field) const { return numeric(field, false); }

std::optional<double> ImportRow::area_m2(std::string_view field) const {
  const auto value = numeric(field, true);
  if (value && *value < 0) {
    warn(field, "number", base::say("{} m² is negative: left unknown", base::shortest(*value)));
    return std::nullopt;
  }
  if (value && m_areas != nullptr) m_areas->see(std::string(field), {m_row.fid, *value, std::nan("")});
  return value;
}

std::optional<base::Date> ImportRow::date(std::string_view field) const {
  const std::string cell = text(field);
  if (cell.empty()) return std::nullopt;
  const auto date = parse_date(cell);
  if (!date) {
    warn(field, "date", base::say("\"{}\" is no day that can be told for sure: left unknown", cell));
  } else if (base::half_width(cell) != cell) {
    warn(field, "fullwidth", base::say("\"{}\" has full-width characters: read as {}", cell, date->iso()));
  }
  return date;
}

std::optional<bool> ImportRow::flag(std::string_view field) const {
  const std::string cell = text(field);
  if (cell.empty()) return std::nullopt;
  const auto flag = parse_flag(cell);
  if (!flag) warn(field, "field", base::say("\"{}\" is neither yes nor no: left out", cell));
  return flag;
}

}  // namespace zaitu::app

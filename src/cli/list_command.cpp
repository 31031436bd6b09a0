// `zaitu list`: the ledgers as a table, CSV or JSON.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "app/ledger_view.h"
#include "base/error.h"
#include "cli/output.h"
#include "cli/text_table.h"

namespace zaitu::cli {

namespace {

using app::Ledger;
using app::LedgerColumn;
using app::LedgerKind;
using app::LedgerValue;
using nlohmann::ordered_json;

// The columns a terminal has room for; ledgers that are not here are shown whole.
const std::vector<std::string>& main_columns(LedgerKind kind) {
  static const std::map<LedgerKind, std::vector<std::string>> columns = {
      {LedgerKind::parcels,
       {"code", "name", "land_use", "area", "stage", "stage_name", "circle", "town", "projects", "synthetic"}},
      {LedgerKind::projects,
       {"code", "name", "stage", "stage_name", "circle", "lead_unit", "phases", "area", "counted", "synthetic"}},
      {LedgerKind::phases,
       {"code", "name", "project", "stage", "stage_name", "since", "circle", "area", "counted", "synthetic"}},
      {LedgerKind::events, {"date", "phase", "parcel", "stage", "stage_name", "kind", "document", "synthetic"}},
      {LedgerKind::circles, {"code", "name", "members", "land_area", "parcels", "phases", "counted", "synthetic"}},
      {LedgerKind::tasks, {"code", "number", "action_group", "title", "units"}},
      {LedgerKind::absorption,
       {"by", "name", "leasable", "moved_in", "vacant", "vacancy_rate", "year_take_up", "months_to_clear", "reason"}},
      {LedgerKind::wall,
       {"number", "name", "line", "unit", "scope", "year", "target", "observed", "status", "observed_on"}},
      {LedgerKind::reports, {"quarter", "kind", "code", "title", "progress", "missing", "frozen", "synthetic"}},
      {LedgerKind::stages, {"code", "seq", "name", "certainty", "colour"}},
      {LedgerKind::pathways,
       {"code", "seq", "stage", "stage_name", "min_months", "typical_months", "max_months", "conversion_probability",
        "owner"}},
      {LedgerKind::assumptions, {"code", "value", "unit", "source", "owner"}},
      {LedgerKind::documents, {"code", "title", "number", "status", "version", "issued_on"}}};
  static const std::vector<std::string> all;
  const auto found = columns.find(kind);
  return found == columns.end() ? all : found->second;
}

std::vector<std::size_t> chosen_columns(const Ledger& ledger, const std::vector<std::string>& names) {
  std::vector<std::size_t> chosen;
  if (names.empty()) {
    chosen.resize(ledger.columns.size());
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    return chosen;
  }
  for (const std::string& name : names) {
    const auto found = std::find_if(ledger.columns.begin(), ledger.columns.end(),
                                    [&](const LedgerColumn& column) { return column.name == name; });
    if (found == ledger.columns.end()) {
      std::string known;
      for (const LedgerColumn& column : ledger.columns) known += " " + column.name;
      throw base::Error(base::ExitCode::usage, "--columns: '" + name + "' is no column of " +
                                                   std::string(app::name_of(ledger.kind)) + "; there are:" + known);
    }
    chosen.push_back(static_cast<std::size_t>(found - ledger.columns.begin()));
  }
  return chosen;
}

ordered_json json_value(const LedgerValue& value, LedgerColumn::Kind kind) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return kind == LedgerColumn::Kind::flag ? ordered_json(*number != 0) : ordered_json(*number);
  }
  if (const auto* real = std::get_if<double>(&value)) return json_number(*real);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return nullptr;
}

// RFC 4180; numbers in full precision, flags 0/1, unknown empty. Values are written as they are, for programs: the
// files of `zaitu report --format csv` are the ones made for a spreadsheet.
std::string csv_field(const LedgerValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&value)) return base::shortest(*real);
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return {};
  if (text->find_first_of(",\"\r\n") == std::string::npos) return *text;
  std::string quoted = "\"";
  for (const char c : *text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

// Text on its way to stdout, in pieces: a million rows are never in memory at once.
class Output {
 public:
  void add(std::string_view text) {
    m_text += text;
    constexpr std::size_t piece = 1 << 20;
    if (m_text.size() >= piece) flush();
  }
  void flush() {
    print(m_text);
    m_text.clear();
  }

 private:
  std::string m_text;
};

void print_csv(const Ledger& ledger, const std::vector<std::uint32_t>& rows, const std::vector<std::size_t>& columns) {
  Output out;
  for (std::size_t i = 0; i < columns.size(); ++i) out.add((i == 0 ? "" : ",") + ledger.columns[columns[i]].name);
  out.add("\r\n");
  for (const std::uint32_t row : rows) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) out.add(",");
      out.add(csv_field(ledger.value(row, columns[i])));
    }
    out.add("\r\n");
  }
  out.flush();
}

// By row id: what the sources of a ledger's rows said beyond the fields, as JSON objects; of several imports the last.
using SourceCells = std::unordered_map<std::int64_t, std::string>;

SourceCells source_cells(Session& session, LedgerKind kind) {
  SourceCells cells;
  const auto path = project_path(session);
  if (!store::ProjectFile::is_project(path)) return cells;
  const store::ProjectFile file = store::ProjectFile::open(path, store::Access::read_only);
  file.for_each_source_row(app::name_of(kind), [&](std::int64_t row, std::string_view said) {
    session.progress.throw_if_stopped();
    cells[row] = said;
  });
  return cells;
}

// One object as print() would lay it out, with the rows written as they come.
void print_json(const Ledger& ledger, const std::string& as_of, const std::vector<std::uint32_t>& rows,
                const std::vector<std::size_t>& columns, const std::optional<SourceCells>& sources) {
  const auto dump = [](const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  };
  std::vector<std::size_t> members;  // a column that was named twice is one member
  for (const std::size_t column : columns) {
    if (std::find(members.begin(), members.end(), column) == members.end()) members.push_back(column);
  }
  Output out;
  out.add("{\n  \"ledger\": " + dump(app::name_of(ledger.kind)) + ",\n  \"as_of\": " + dump(as_of) +
          ",\n  \"rows\": [");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.add(i == 0 ? "\n    {" : ",\n    {");
    for (const std::size_t column : members) {
      const LedgerColumn& about = ledger.columns[column];
      out.add((column == members.front() ? "\n      " : ",\n      ") + dump(about.name) + ": " +
              dump(json_value(ledger.value(rows[i], column), about.kind)));
    }
    if (sources) {
      const auto said = sources->find(ledger.ids[rows[i]]);
      out.add(",\n      \"source\": " + (said == sources->end() ? "{}" : said->second));
    }
    out.add("\n    }");
  }
  out.add(rows.empty() ? "]\n}\n" : "\n  ]\n}\n");
  out.flush();
}

std::string table(const Ledger& ledger, const std::vector<std::uint32_t>& rows, const std::vector<std::size_t>& columns,
                  bool zh) {
  TextTable table;
  std::vector<double> totals(columns.size());
  for (const std::size_t column : columns) {
    const auto kind = ledger.columns[column].kind;
    const bool right = kind == LedgerColumn::Kind::number || kind == LedgerColumn::Kind::area_m2;
    table.add_column(ledger.columns[column].title, right ? TextTable::Align::right : TextTable::Align::left);
  }
  for (const std::uint32_t row : rows) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const LedgerValue value = ledger.value(row, columns[i]);
      cells.push_back(app::shown(value, ledger.columns[columns[i]].kind));
      if (const auto* real = std::get_if<double>(&value)) totals[i] += *real;
      if (const auto* number = std::get_if<std::int64_t>(&value)) totals[i] += static_cast<double>(*number);
    }
    table.add_row(std::move(cells));
  }
  std::vector<std::string> total(columns.size());
  bool any = false;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const LedgerColumn& column = ledger.columns[columns[i]];
    if (!column.total) continue;
    any = true;
    total[i] = base::number(totals[i], column.kind == LedgerColumn::Kind::area_m2 ? 1 : 0);
  }
  if (any && !columns.empty()) {
    if (total.front().empty()) total.front() = zh ? "总计" : "Total";
    table.add_total(std::move(total));
  }
  return table.text();
}

}  // namespace

int run_list(Session& session) {
  const Arguments& arguments = session.arguments;
  if (arguments.with_source && arguments.format != ListFormat::json) {
    throw base::Error(base::ExitCode::usage, "--with-source goes with --format json");
  }
  const app::Picture picture = picture_of(session, load_any(session));
  const Ledger ledger = app::make_ledger(picture, arguments.ledger, arguments.language);
  std::vector<std::uint32_t> rows;
  if (arguments.where) {
    rows = app::filter_ledger(ledger, *arguments.where);
  } else {
    rows.resize(ledger.size());
    std::iota(rows.begin(), rows.end(), 0U);
  }
  const bool curated = arguments.format == ListFormat::table && arguments.columns.empty();
  const auto columns = chosen_columns(ledger, curated ? main_columns(arguments.ledger) : arguments.columns);

  if (arguments.format == ListFormat::json) {
    std::optional<SourceCells> sources;
    if (arguments.with_source) sources = source_cells(session, arguments.ledger);
    print_json(ledger, picture.status->as_of.iso(), rows, columns, sources);
  } else if (arguments.format == ListFormat::csv) {
    print_csv(ledger, rows, columns);
  } else {
    print(table(ledger, rows, columns, session.zh()));
    say(session.zh() ? "截至 " + picture.status->as_of.iso() + " · " + std::to_string(rows.size()) + " 行 · ㎡"
                     : "as of " + picture.status->as_of.iso() + " · " + std::to_string(rows.size()) + " rows · m²");
  }
  return 0;
}

}  // namespace zaitu::cli

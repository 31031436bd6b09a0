#include "app/ledger_table.h"

#include <fmt/format.h>

#include "app/picture.h"
#include "base/format.h"

namespace zaitu::app {

namespace {

std::string tr(base::Language language, std::string_view zh, std::string_view en) {
  return std::string(language == base::Language::zh ? zh : en);
}

std::string text_of(const LedgerValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value)) return base::shortest(*number);
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? "" : *text;
}

}  // namespace

std::vector<std::string> table_notes(const Picture& picture, std::size_t synthetic_rows, std::size_t rows,
                                     base::Language language) {
  const model::Project& project = *picture.project;
  const std::string& name =
      language == base::Language::en && !project.name_en.empty() ? project.name_en : project.name_zh;
  std::vector<std::string> lines;
  lines.push_back(
      tr(language, "项目库：", "Project: ") + name +
      fmt::format(fmt::runtime(tr(language, " · 快照修订 {}", " · snapshot revision {}")), project.revision));
  lines.push_back(tr(language, "截至：", "As of: ") + picture.status->as_of.iso());
  lines.push_back(tr(language, "计数规则：", "Counting rule: ") + planning::describe(picture.rule, language));
  lines.push_back(tr(language, "面积单位：㎡", "Areas in m²"));
  if (synthetic_rows > 0)
    lines.push_back(fmt::format(
        fmt::runtime(tr(language, "含示意数据：{} 行中 {} 行由演示程序编制，无来源，不得作为依据。",
                        "Synthetic data: of {} rows {} are made for demonstration, without a source, not evidence.")),
        rows, synthetic_rows));
  return lines;
}

report::Table table_of_ledger(const Picture& picture, Ledger made, std::string name, std::vector<std::uint32_t> lines,
                              base::Language language, bool row_by_row) {
  using Kind = report::Table::Column::Kind;
  const auto shared = std::make_shared<const Ledger>(std::move(made));
  const Ledger& ledger = *shared;
  report::Table table;
  table.name = std::move(name);
  table.dated = picture.status->as_of;
  std::size_t synthetic_column = ledger.columns.size(), synthetic_rows = 0;
  for (std::size_t c = 0; c < ledger.columns.size(); ++c) {
    const LedgerColumn& column = ledger.columns[c];
    if (column.name == "synthetic") synthetic_column = c;
    switch (column.kind) {
      case LedgerColumn::Kind::text:
        table.columns.push_back({column.title});
        break;
      case LedgerColumn::Kind::date:
        table.columns.push_back({column.title, Kind::date});
        break;
      case LedgerColumn::Kind::area_m2:
        table.columns.push_back({column.title, Kind::number, 1, column.total});
        break;
      case LedgerColumn::Kind::number:
      case LedgerColumn::Kind::flag:
        table.columns.push_back({column.title, Kind::number, -1, column.total});
        break;
    }
  }
  if (synthetic_column < ledger.columns.size()) {
    for (const std::uint32_t line : lines) {
      if (text_of(ledger.value(line, synthetic_column)) == "1") ++synthetic_rows;
    }
  }
  table.notes = table_notes(picture, synthetic_rows, lines.size(), language);
  const std::size_t count = lines.size();
  const auto row_at = [shared, lines = std::move(lines)](std::size_t i) {
    std::vector<std::string> row;
    for (std::size_t c = 0; c < shared->columns.size(); ++c) row.push_back(text_of(shared->value(lines[i], c)));
    return row;
  };
  if (row_by_row) {
    table.made_rows = count;
    table.make_row = row_at;
  } else {
    for (std::size_t i = 0; i < count; ++i) table.rows.push_back(row_at(i));
  }
  return table;
}

std::string ledger_title(LedgerKind kind, base::Language language) {
  switch (kind) {
    case LedgerKind::parcels:
      return tr(language, "地块", "parcels");
    case LedgerKind::projects:
      return tr(language, "项目", "projects");
    case LedgerKind::phases:
      return tr(language, "分期", "phases");
    case LedgerKind::events:
      return tr(language, "阶段事件", "events");
    case LedgerKind::ageing:
      return tr(language, "逾期", "delays");
    default:
      return std::string(name_of(kind));
  }
}

}  // namespace zaitu::app

// Indicators with their targets and observations (one source row is one value), and the tasks of the plan.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "app/import_reports.h"

#include "base/message.h"

namespace zaitu::app {

namespace {

class IndicatorWriter : public RowWriter {
 public:
  explicit IndicatorWriter(ImportContext& context) : m_context(context) {
    for (const model::Indicator& row : *context.project.indicators)
      m_indicators.add(row.code, row.id.value, {row.name_zh, row.name_en});
    for (const model::IndicatorTarget& row : *context.project.indicator_targets) {
      m_values.insert(value_key(row.indicator.value, std::to_string(row.year), row.document.value, true));
    }
    for (const model::IndicatorObservation& row : *context.project.indicator_observations) {
      m_values.insert(value_key(row.indicator.value, row.as_of + row.scope, row.document.value, false));
    }
    for (const model::IndicatorUnit& row : *context.project.indicator_units)
      m_units.insert({row.indicator.value, row.unit.value, row.role});
  }

  RowOutcome write(const ImportRow& row) override {
    const std::string name = row.text("name");
    std::string code = row.text("code");
    if (code.empty()) {  // the rows of one indicator's years share its name
      code = name;
      m_context.log.add_once("code", "id", base::say("indicators without a code: their names are their codes"));
    }
    if (code.empty())
      return m_context.reject(row, "code", "field", base::say("the indicator has neither code nor name"));
    const std::string year = row.text("year");
    const auto value = row.number("value");
    const bool has_value_column = row.mapping().column("value").has_value();
    if (has_value_column && (year.empty() || !value)) {
      return m_context.reject(row, "value", "number", base::say("indicator {} has no year or no certain value", code));
    }
    std::string record = match_key(row.text("record"));
    const bool observation =
        record == "observation" || record.find("实") != record.npos || record.find("观测") != record.npos;
    if (!record.empty() && !observation && record != "target" && record.find("目标") == record.npos) {
      return m_context.reject(row, "record", "field",
                              base::say("\"{}\" is neither target 目标 nor observation 实绩", record));
    }
    std::string as_of = year;
    int target_year = 0;
    if (has_value_column) {
      const auto date = parse_date(year);
      const std::string digits = match_key(year);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), target_year);
      const std::string rest = std::string(end, digits.data() + digits.size());
      const bool is_year =
          error == std::errc() && target_year >= 1900 && target_year <= 2200 && (rest.empty() || rest == "年");
      if (is_year) {
        as_of = std::to_string(target_year);
      } else if (date) {
        as_of = date->iso();
        target_year = date->year();
      } else {
        return m_context.reject(row, "year", "date", base::say("\"{}\" is neither a year nor a day", year));
      }
    }

    const std::int64_t document = m_context.linked(row, "document", m_context.documents(), "document");
    std::int64_t id = m_indicators.by_code(code);
    const bool exists = id != 0;
    if (!exists || (m_context.options.on_duplicate == OnDuplicate::update && m_seen.insert(code).second)) {
      Cells cells;
      if (!exists) cells.text("code", code);
      if (const auto number = row.number("number")) cells.integer("number", std::llround(*number));
      cells.text("name_zh", name.empty() ? code : name)
          .text("name_en", row.text("name_en"))
          .text("unit", row.text("unit"))
          .text("kind", row.text("kind"))
          .text("scope", row.text("scope"))
          .text("action_group", row.text("action_group"))
          .flag("is_supply", row.flag("supply"));
      if (exists) {
        m_context.change.update("indicators", id, cells.list());
      } else {
        id = m_context.change.insert("indicators", cells.list());
        m_indicators.add(code, id, {name});
      }
    }
    write_units(row, id, "lead_units", model::UnitRole::lead, "lead");
    write_units(row, id, "responsible_units", model::UnitRole::responsible, "responsible");
    if (!has_value_column) return exists ? RowOutcome::updated : RowOutcome::inserted;

    if (!m_values
             .insert(value_key(id, observation ? as_of + row.text("scope") : std::to_string(target_year), document,
                               !observation))
             .second) {
      return m_context.reject(
          row, "year", "duplicate",
          base::say("indicator {} already has this value of {} (edit it in the project)", code, as_of));
    }
    Cells cells;
    cells.id("indicator_id", id).number("value", value).id("document_id", document);
    if (observation) {
      cells.text("as_of", as_of)
          .text("unit", row.text("unit"))
          .text("scope", row.text("scope"))
          .text("note", row.text("note"))
          .flag("synthetic", row.flag("synthetic"));
      m_context.change.insert("indicator_observations", cells.list());
    } else {
      cells.integer("year", target_year).text("document_version", row.text("document_version"));
      m_context.change.insert("indicator_targets", cells.list());
    }
    return RowOutcome::inserted;
  }

 private:
  static std::string value_key(std::int64_t indicator, const std::string& as_of, std::int64_t document, bool target) {
    return fmt::format("{}\n{}\n{}\n{}", indicator, as_of, document, target);
  }
  void write_units(const ImportRow& row, std::int64_t indicator, std::string_view field, model::UnitRole role,
                   const std::string& word) {
    for (const std::int64_t unit : m_context.units(row, field)) {
      if (!m_units.insert({indicator, unit, role}).second) continue;
      m_context.change.insert("indicator_units",
                              Cells().id("indicator_id", indicator).id("unit_id", unit).text("role", word).list());
    }
  }

  ImportContext& m_context;
  Keys m_indicators;
  std::set<std::string> m_values, m_seen;
  std::set<std::tuple<std::int64_t, std::int64_t, model::UnitRole>> m_units;
};

class TaskWriter : public RowWriter {
 public:
  explicit TaskWriter(ImportContext& context) : m_context(context), m_reports(context) {
    for (const model::Task& row : *context.project.tasks)
      m_tasks.add(row.code, row.id.value, {row.title_zh, row.title_en});
    for (const model::TaskUnit& row : *context.project.task_units) m_units.insert({row.task.value, row.unit.value});
  }

  RowOutcome write(const ImportRow& row) override {
    const std::string title = row.text("title");
    // A row with a quarter is a report; of a task that is there it says no more than that.
    const std::string quarter = match_key(row.text("quarter"));
    if (!quarter.empty()) {
      const std::string code = row.text("code");
      const std::int64_t task = m_tasks.find(code.empty() ? title : code);
      if (task != 0) return m_reports.write(row, ReportRows::Of::task, task, code.empty() ? title : code);
    }
    if (title.empty()) return m_context.reject(row, "title", "field", base::say("the task has no title"));
    auto stored = m_context.coded_row(row, m_tasks);
    if (!stored) return RowOutcome::rejected;
    Cells cells;
    if (const auto number = row.number("number")) cells.integer("number", std::llround(*number));
    cells.text("action_group", row.text("action_group"))
        .text("title_zh", title)
        .text("title_en", row.text("title_en"))
        .text("text", row.text("text"))
        .id("document_id", m_context.linked(row, "document", m_context.documents(), "document"));
    const RowOutcome outcome = m_context.write_row("tasks", *stored, cells, m_tasks, title);
    m_context.keep_source("tasks", stored->id, row);
    const std::int64_t id = stored->id;
    for (const std::int64_t unit : m_context.units(row, "units")) {
      if (!m_units.insert({id, unit}).second) continue;
      m_context.change.insert("task_units", Cells().id("task_id", id).id("unit_id", unit).text("role", "push").list());
    }
    if (!quarter.empty() && outcome != RowOutcome::rejected) m_reports.write(row, ReportRows::Of::task, id, title);
    return outcome;
  }

 private:
  ImportContext& m_context;
  Keys m_tasks;
  std::set<std::pair<std::int64_t, std::int64_t>> m_units;
  ReportRows m_reports;
};

}  // namespace

std::unique_ptr<RowWriter> indicator_writer(ImportContext& context) {
  return std::make_unique<IndicatorWriter>(context);
}
std::unique_ptr<RowWriter> task_writer(ImportContext& context) { return std::make_unique<TaskWriter>(context); }

}  // namespace zaitu::app

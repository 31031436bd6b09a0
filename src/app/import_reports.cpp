#include "app/import_reports.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/message.h"
#include "planning/quarterly.h"

namespace zaitu::app {

ReportRows::ReportRows(ImportContext& context) : m_context(context) {
  for (const model::QuarterlyReport& row : *context.project.quarterly_reports) {
    const bool of_task = row.task.value != 0;
    m_reports[{of_task ? Of::task : Of::project, of_task ? row.task.value : row.project.value, row.quarter}] = row.id;
  }
  for (const model::FrozenQuarter& row : *context.project.frozen_quarters) m_frozen.insert(row.quarter);
}

RowOutcome ReportRows::write(const ImportRow& row, Of of, std::int64_t subject, const std::string& name) {
  std::string written = match_key(row.text("quarter"));
  std::transform(written.begin(), written.end(), written.begin(), [](char c) { return c == 'q' ? 'Q' : c; });
  const auto quarter = planning::Quarter::parse(written);
  if (!quarter) {
    return m_context.reject(row, "quarter", "date",
                            base::say("\"{}\" is no quarter; it is written like 2025Q3", row.text("quarter")));
  }
  if (m_frozen.contains(quarter->name())) {
    return m_context.reject(row, "quarter", "field",
                            base::say("{} is frozen; unfreeze the quarter first", quarter->name()));
  }
  const char* word = of == Of::task ? "task" : "project";
  const std::string key = fmt::format("report {} {} {}", word, subject, quarter->name());
  std::int64_t& id = m_reports[{of, subject, quarter->name()}];
  const bool exists = id != 0;
  if (exists && m_context.is_repeated(key)) {
    return m_context.reject(row, "quarter", "duplicate",
                            of == Of::task ? base::say("task {} already reported on {}", name, quarter->name())
                                           : base::say("project {} already reported on {}", name, quarter->name()));
  }
  Cells cells;
  cells.text("progress", row.text("progress"))
      .text("problem", row.text("problem"))
      .text("next_step", row.text("next_step"))
      .flag("synthetic", row.flag("synthetic"));
  if (exists) {
    if (!cells.empty()) m_context.change.update("quarterly_reports", id, cells.list());
  } else {
    cells.id(of == Of::task ? "task_id" : "project_id", subject).text("quarter", quarter->name());
    id = m_context.change.insert("quarterly_reports", cells.list());
  }
  m_context.codes_of_this_import.insert(key);
  return exists ? RowOutcome::updated : RowOutcome::inserted;
}

namespace {

class ReportWriter : public RowWriter {
 public:
  explicit ReportWriter(ImportContext& context)
      : m_context(context), m_projects(project_keys(context.project)), m_reports(context) {
    for (const model::Task& row : *context.project.tasks)
      m_tasks.add(row.code, row.id.value, {row.title_zh, row.title_en});
  }

  RowOutcome write(const ImportRow& row) override {
    const std::string subject = row.text("subject");
    const std::string kind = match_key(row.text("kind"));
    const bool says_task = kind.find("任务") != kind.npos || kind == "task";
    const bool says_project = kind.find("项目") != kind.npos || kind == "project";
    const std::int64_t task = says_project ? 0 : m_tasks.find(subject);
    const std::int64_t project = says_task ? 0 : m_projects.find(subject);
    if (task == 0 && project == 0) {
      return m_context.reject(row, "subject", "field",
                              says_task      ? base::say("there is no task \"{}\"", subject)
                              : says_project ? base::say("there is no project \"{}\"", subject)
                                             : base::say("there is no task or project \"{}\"", subject));
    }
    if (task != 0 && project != 0) {
      return m_context.reject(
          row, "subject", "field",
          base::say("\"{}\" is a task and a project; a column kind tells which: 任务 or 项目", subject));
    }
    return task != 0 ? m_reports.write(row, ReportRows::Of::task, task, subject)
                     : m_reports.write(row, ReportRows::Of::project, project, subject);
  }

 private:
  ImportContext& m_context;
  Keys m_tasks, m_projects;
  ReportRows m_reports;
};

}  // namespace

std::unique_ptr<RowWriter> report_writer(ImportContext& context) { return std::make_unique<ReportWriter>(context); }

}  // namespace zaitu::app

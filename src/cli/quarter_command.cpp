// `zaitu quarter`: the figures and reports of a quarter, frozen or as they are, and freezing it.
#include "app/quarter.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/output.h"
#include "cli/text_table.h"

namespace zaitu::cli {

namespace {

using nlohmann::ordered_json;
using planning::ReportLine;

struct Subject {
  std::string kind, code, title;
};
Subject subject_of(const model::Project& project, const ReportLine& line, bool zh) {
  if (line.task.value != 0) {
    for (const model::Task& task : *project.tasks) {
      if (task.id == line.task) return {"task", task.code, zh || task.title_en.empty() ? task.title_zh : task.title_en};
    }
  }
  const model::CarrierProject* row = model::find_project(project, line.project);
  if (row == nullptr) return {"project", "", ""};
  return {"project", row->code, zh || row->name_en.empty() ? row->name_zh : row->name_en};
}

ordered_json board_json(const app::QuarterBoard& board, const Arguments& arguments) {
  ordered_json object;
  object["project"] = arguments.project.string();
  object["quarter"] = board.quarter.name();
  object["frozen"] = board.frozen != nullptr;
  object["frozen_on"] = board.frozen == nullptr ? ordered_json() : ordered_json(board.frozen->frozen_on.iso());
  object["figures"] = ordered_json::parse(app::to_json(board.figures));
  object["reports"] = ordered_json::array();
  for (const ReportLine& line : board.lines) {
    const Subject subject = subject_of(*board.project, line, arguments.language == base::Language::zh);
    const model::QuarterlyReport none;
    const model::QuarterlyReport& report = line.report == nullptr ? none : *line.report;
    object["reports"].push_back({{"kind", subject.kind},
                                 {"code", subject.code},
                                 {"title", subject.title},
                                 {"progress", report.progress},
                                 {"problem", report.problem},
                                 {"next_step", report.next_step},
                                 {"missing", line.missing()},
                                 {"synthetic", report.synthetic}});
  }
  object["missing"] = board.missing;
  return object;
}

std::string board_text(const app::QuarterBoard& board, bool zh) {
  std::string text = board.figures.sentence + "\n" + board.figures.rule + " · " + board.figures.as_of.iso();
  if (board.frozen != nullptr)
    text += (zh ? " · 已于 " : " · frozen on ") + board.frozen->frozen_on.iso() + (zh ? " 冻结" : "");
  text += "\n\n";
  TextTable table;
  table.add_column(zh ? "代码" : "Code");
  table.add_column(zh ? "名称" : "Title");
  table.add_column(zh ? "进展" : "Progress");
  table.add_column(zh ? "问题" : "Problem");
  table.add_column(zh ? "下一步" : "Next step");
  for (const ReportLine& line : board.lines) {
    const Subject subject = subject_of(*board.project, line, zh);
    if (line.missing()) {
      table.add_row({subject.code, subject.title, zh ? "(缺报)" : "(missing)", "", ""});
    } else if (line.report != nullptr) {
      table.add_row({subject.code, subject.title, line.report->progress, line.report->problem, line.report->next_step});
    }
  }
  return text + table.text();
}

}  // namespace

int run_quarter(Session& session) {
  const Arguments& arguments = session.arguments;
  const auto quarter = planning::Quarter::parse(arguments.quarter);
  if (!quarter) throw base::Error(base::ExitCode::usage, "'" + arguments.quarter + "' is no quarter; write 2025Q3");
  if (arguments.freeze || arguments.unfreeze) {
    auto file = open_to_change(session);
    const std::int64_t change = arguments.freeze
                                    ? app::freeze_quarter(file, *quarter, arguments.rule, arguments.language,
                                                          base::Date::today(), session.progress)
                                    : app::unfreeze_quarter(file, *quarter);
    if (arguments.json) {
      print(ordered_json{{"quarter", quarter->name()}, {"frozen", arguments.freeze}, {"change", change}});
    } else {
      const char* done = arguments.freeze ? (session.zh() ? " 已冻结\n" : " is frozen\n")
                                          : (session.zh() ? " 已解冻\n" : " is no longer frozen\n");
      print(quarter->name() + done);
    }
    return 0;
  }
  auto project = load_project_file(session);
  const app::Picture picture =
      app::make_picture(std::move(project), quarter->end(), arguments.rule, arguments.language, session.progress);
  const app::QuarterBoard board = app::quarter_board(picture, *quarter, arguments.language, session.progress);
  if (arguments.json) {
    print(board_json(board, arguments));
  } else {
    print(board_text(board, session.zh()));
  }
  return 0;
}

}  // namespace zaitu::cli

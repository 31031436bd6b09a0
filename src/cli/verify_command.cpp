// verify and recover: is a project as it was written, and what can be saved of one that is not.
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/output.h"
#include "store/backup.h"
#include "store/recover.h"
#include "store/verify.h"

namespace zaitu::cli {

namespace {

using nlohmann::ordered_json;

ordered_json page_json(std::uint32_t page) { return page == 0 ? ordered_json() : ordered_json(page); }

}  // namespace

store::ProjectFile open_to_change(Session& session) {
  const auto path = project_path(session);
  if (store::ProjectFile::is_project(path) && store::backup_is_due(path)) {
    const ProgressLine line(session.progress, session.zh() ? "备份" : "backing up");
    try {
      store::make_backup(path, session.progress);
    } catch (const base::Error& error) {
      // A damaged project is not changed any further; without a backup the work goes on.
      if (error.code() != base::ExitCode::output_failed) throw;
      say(std::string("warning: backup: ") + error.what());
    }
  }
  auto file = store::ProjectFile::open(path, store::Access::read_write);
  warn_of_share(file);
  for (const auto& note : file.notes()) say("note: " + note);
  return file;
}

int run_verify(Session& session) {
  const auto path = project_path(session);
  store::Verification found;
  {
    const ProgressLine line(session.progress, session.zh() ? "校验" : "verifying");
    found = store::verify(path, store::VerifyDepth::full, session.progress);
  }
  const bool zh = session.zh();
  if (session.arguments.json) {
    ordered_json object;
    object["ok"] = found.ok();
    object["problems"] = ordered_json::array();
    for (const auto& problem : found.problems) {
      object["problems"].push_back({{"kind", problem.kind},
                                    {"page", page_json(problem.page)},
                                    {"table", problem.table},
                                    {"rows", problem.rows},
                                    {"message", problem.message}});
    }
    object["notes"] = found.notes;
    object["pages"] = found.pages;
    object["changes"] = found.changes;
    print(object);
  } else {
    std::string text;
    for (const auto& problem : found.problems) text += problem.kind + ": " + problem.message + "\n";
    const auto n = [](std::uint64_t count) { return std::to_string(count); };
    if (found.ok()) {
      text += zh ? "完好:" + n(found.pages) + " 页,日志 " + n(found.changes) + " 条,均与写入时一致\n"
                 : "as it was written: " + n(found.pages) + " pages, " + n(found.changes) + " changes\n";
    }
    print(text);
    for (const auto& note : found.notes) say("note: " + note);
  }
  if (found.ok()) return 0;
  say("error: " + store::damaged_text(path, std::to_string(found.problems.size()) + " problems"));
  return static_cast<int>(base::ExitCode::data_failed);
}

int run_recover(Session& session) {
  const auto path = project_path(session);
  store::Recovery result;
  {
    const ProgressLine line(session.progress, session.zh() ? "抢救" : "recovering");
    result = store::recover(path, session.arguments.out, session.progress);
  }
  if (session.arguments.json) {
    ordered_json object;
    object["recovered"] = ordered_json::object();
    for (const auto& [table, rows] : result.recovered) object["recovered"][table] = rows;
    object["lost"] = ordered_json::array();
    for (const auto& lost : result.lost) {
      object["lost"].push_back(
          {{"table", lost.table}, {"rows", lost.rows}, {"page", page_json(lost.page)}, {"message", lost.message}});
    }
    print(object);
    return 0;
  }
  std::string text;
  for (const auto& [table, rows] : result.recovered) text += table + "  " + std::to_string(rows) + "\n";
  for (const auto& lost : result.lost) {
    text += (session.zh() ? "丢失: " : "lost: ") + lost.table + (lost.rows.empty() ? "" : " " + lost.rows) + ": " +
            lost.message + "\n";
  }
  if (result.lost.empty()) text += session.zh() ? "没有丢失任何一行\n" : "nothing is lost\n";
  print(text);
  return 0;
}

}  // namespace zaitu::cli

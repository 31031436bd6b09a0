// What can be done about a damaged project, and the backups that are kept for that day.
#include <fstream>

#include "app/document_impl.h"
#include "base/output_file.h"
#include "report/report.h"
#include "store/recover.h"
#include "store/verify.h"

namespace zaitu::app {

namespace {

// "plan-recovered.sqlite", or with a number where there is one.
fs::path free_name(const fs::path& project, std::string_view word) {
  std::error_code error;
  for (int number = 1;; ++number) {
    fs::path file =
        project.parent_path() / fmt::format("{}-{}{}{}", project.stem().string(), word,
                                            number == 1 ? "" : std::to_string(number), project.extension().string());
    if (!fs::exists(fs::symlink_status(file, error))) return file;
  }
}

// All of it or nothing, on disk.
void copy_whole(const fs::path& from, const fs::path& to, base::Progress& progress) {
  constexpr std::size_t at_once = std::size_t{4} << 20;
  std::ifstream in(from, std::ios::binary);
  base::OutputFile out(to);
  std::string piece(at_once, '\0');
  std::uint64_t done = 0;
  std::error_code unknown;
  const std::uintmax_t all = fs::file_size(from, unknown);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    progress.throw_if_stopped();
    out.write(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
    progress.report(done += static_cast<std::uint64_t>(in.gcount()), unknown ? 0 : all);
  }
  if (done == 0 || !in.eof()) {
    throw Error(ExitCode::input_unreadable, base::say("cannot read {}", from.string()));
  }
  out.commit_as_written();
}

void write_lost(const std::vector<store::Lost>& lost, const fs::path& list, const base::Translation& words,
                base::Progress& progress) {
  report::Table table;
  for (const char* title : {"recover.table", "recover.rows", "recover.page", "recover.why"}) {
    table.columns.push_back({words(title)});
  }
  for (const store::Lost& what : lost) {
    table.rows.push_back({what.table, what.rows, what.page == 0 ? "" : std::to_string(what.page), what.message});
  }
  report::write_csv(table, list.string(), progress);
}

}  // namespace

void Document::verify() {
  Impl& d = *m_impl;
  // On the strand: nothing is written by this window meanwhile.
  d.run(d.storage, "verify", d.make_job("job.verify", ""),
        [&d, asked = d.session, words = d.words](Impl::Job& running) -> Impl::Result {
          const fs::path file = d.require_file(asked).path();
          const store::Verification found = store::verify(file, store::VerifyDepth::full, running.progress);
          if (found.ok()) {
            return [&d, text = words("notice.verified", {{"pages", std::to_string(found.pages)},
                                                         {"changes", std::to_string(found.changes)}})] {
              d.notices.push_back({false, text});
            };
          }
          DamagedProject damaged{file,
                                 words("notice.damaged", {{"count", std::to_string(found.problems.size())},
                                                          {"first", found.problems.front().message}}),
                                 store::backups_of(file)};
          return [&d, asked, damaged = std::move(damaged)] {
            if (asked == d.session) d.damaged = damaged;  // the dialog tells it
          };
        });
}

const DamagedProject* Document::damaged_project() const { return m_impl->damaged ? &*m_impl->damaged : nullptr; }
void Document::forget_damaged() { m_impl->damaged.reset(); }
void Document::keep_backups(bool wanted) { m_impl->keeps_backups = wanted; }

void Document::recover_damaged() {
  Impl& d = *m_impl;
  if (!d.damaged) return;
  const fs::path from = d.damaged->file;
  d.damaged.reset();
  d.run(
      d.workers, "", d.make_job("job.recover", from.filename().string()),
      [this, from, words = d.words](Impl::Job& job) -> Impl::Result {
        const fs::path to = free_name(from, "recovered");
        const store::Recovery result = store::recover(from, to, job.progress);
        std::int64_t rows = 0;
        for (const auto& [table, count] : result.recovered) rows += count;
        Notice notice{false, words("recover.done", {{"file", to.filename().string()}, {"rows", std::to_string(rows)}})};
        if (!result.lost.empty()) {
          const fs::path list = fs::path(to).replace_extension(".lost.csv");
          write_lost(result.lost, list, words, job.progress);
          notice = {true, words("recover.done_but", {{"file", to.filename().string()},
                                                     {"rows", std::to_string(rows)},
                                                     {"lost", std::to_string(result.lost.size())},
                                                     {"list", list.filename().string()}})};
        }
        return [this, to, notice = std::move(notice)] {
          m_impl->notices.push_back(notice);
          open(to);
        };
      });
}

void Document::open_backup(const fs::path& backup) {
  Impl& d = *m_impl;
  if (!d.damaged) return;
  const fs::path of = d.damaged->file;
  d.damaged.reset();
  d.run(d.workers, "", d.make_job("job.copy", backup.filename().string()),
        [this, backup, of](Impl::Job& job) -> Impl::Result {
          const fs::path to = free_name(of, "backup");
          copy_whole(backup, to, job.progress);
          return [this, to] { open(to); };
        });
}

void Document::Impl::back_up_later(const fs::path& path) {
  if (!keeps_backups) return;
  auto job = make_job("job.backup", path.filename().string());
  job->shown_at_once = false;
  run(workers, "backup", std::move(job), [this, path](Job& running) -> Result {
    if (!store::backup_is_due(path)) return {};
    try {
      store::make_backup(path, running.progress);
    } catch (const Error& error) {
      if (error.code() != ExitCode::project_unusable) throw;
      return [this, found = DamagedProject{path, error.what(), store::backups_of(path)}] { damaged = found; };
    }
    return {};
  });
}

}  // namespace zaitu::app

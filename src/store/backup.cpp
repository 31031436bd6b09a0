#include "store/backup.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <thread>

#include "base/local_time.h"
#include "base/message.h"
#include "base/output_file.h"
#include "store/seal.h"
#include "store/session.h"
#include "store/verify.h"

namespace zaitu::store {

namespace fs = std::filesystem;
using base::Error;
using base::ExitCode;

namespace {

constexpr std::time_t least_age = 12 * 3600;  // of the newest backup, before there is another one
constexpr int pages_at_once = 2000;

// Later than this is a time that a clock, since set back, has given: nothing is younger or older by it.
std::time_t latest_time() { return std::time(nullptr) + 3600; }

std::time_t changed_at(const fs::path& file) {  // 0: there is none
  struct stat facts {};
  return ::stat(file.c_str(), &facts) == 0 ? facts.st_mtime : 0;
}

// With its log, where the newest changes are while it is open.
std::time_t last_change(const fs::path& project) {
  return std::max(changed_at(project), changed_at(beside(project, "-wal")));
}

[[noreturn]] void cannot_be_made(const fs::path& copy, std::string_view why) {
  throw Error(ExitCode::output_failed, base::say("{}: the backup cannot be made: {}", copy.string(), why));
}

void require_room(const fs::path& project) {
  std::error_code error;
  const auto bytes = fs::file_size(project, error);
  const auto space = fs::space(fs::absolute(project).parent_path(), error);
  // What is left must still hold the project's own changes.
  if (!error && space.available < bytes + bytes / 4 + (64U << 20)) {
    cannot_be_made(project, base::say("too little space is left on the disk; make room there"));
  }
}

void sync_path(const fs::path& path) {
  if (!base::sync_to_disk(path)) cannot_be_made(path, std::strerror(errno));
}

// Page by page inside one read transaction, so that the copy is of one moment.
void copy_pages(const fs::path& project, const fs::path& copy, base::Progress& progress) {
  const Connection from(project.string(), SQLITE_OPEN_READONLY, project.string());
  from.execute("BEGIN");
  from.integer("SELECT count(*) FROM sqlite_master");
  const Connection to(copy.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, copy.string());
  to.text("PRAGMA journal_mode = MEMORY");
  to.execute("PRAGMA synchronous = OFF");
  if (DatabaseHeader::read(from).has_sums) reserve_sums(to);
  sqlite3_backup* const backup = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (backup == nullptr) to.fail(sqlite3_errcode(to.handle()));
  int result = SQLITE_OK;
  while (result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED) {
    if (progress.stop_requested()) break;
    result = sqlite3_backup_step(backup, pages_at_once);
    if (result == SQLITE_BUSY || result == SQLITE_LOCKED) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const int all = sqlite3_backup_pagecount(backup);
    progress.report(static_cast<std::uint64_t>(all - sqlite3_backup_remaining(backup)),
                    static_cast<std::uint64_t>(all));
  }
  sqlite3_backup_finish(backup);
  progress.throw_if_stopped();
  if (result != SQLITE_DONE) to.fail(result);
  // As a project that is closed: without a log, and marked so.
  if (to.text("PRAGMA journal_mode = DELETE") != "delete")
    cannot_be_made(copy, base::say("its log cannot be turned off"));
  if (DatabaseHeader::read(to).has_sums) mark_closed(to);
}

std::string first_problem(const Verification& found) {
  return found.problems.size() == 1
             ? found.problems.front().message
             : base::say("{} and {} more", found.problems.front().message, found.problems.size() - 1);
}

// Of copies that were never finished: nobody works on one for an hour.
void remove_left_copies(const fs::path& project) {
  const std::string begin = "." + project.filename().string() + ".";
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(fs::absolute(project, error).parent_path(), error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(begin) || name.find(".backup", begin.size()) == std::string::npos) continue;
    const std::time_t when = changed_at(entry.path());
    if (when != 0 && std::time(nullptr) - when > 3600) ::unlink(entry.path().c_str());
  }
}

// A good copy under a name of its own, on disk.
fs::path make_copy(const fs::path& project, base::Progress& progress) {
  require_room(project);
  if (const Verification found = verify(project, VerifyDepth::quick, progress); !found.ok()) {
    throw Error(ExitCode::project_unusable, damaged_text(project, first_problem(found)));
  }
  remove_left_copies(project);
  fs::path copy = project.parent_path() / fmt::format(".{}.{}.backup", project.filename().string(), ::getpid());
  const auto clean = [&] {
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) ::unlink(beside(copy, suffix).c_str());
  };
  clean();
  try {
    copy_pages(project, copy, progress);
    if (const Verification found = verify(copy, VerifyDepth::quick, progress); !found.ok()) {
      cannot_be_made(copy, first_problem(found));
    }
    sync_path(copy);
  } catch (...) {
    clean();
    throw;
  }
  return copy;
}

bool backups_are_wanted(const fs::path& project) {
  if (const char* value = std::getenv("ZAITU_BACKUPS"); value != nullptr && std::string_view(value) == "off") {
    return false;
  }
  const fs::path folder = fs::absolute(project).parent_path();
  return ::access(folder.c_str(), W_OK | X_OK) == 0;
}

void put_in_place(const fs::path& copy, const fs::path& as) {
  if (::rename(copy.c_str(), as.c_str()) != 0) cannot_be_made(as, std::strerror(errno));
}

}  // namespace

std::vector<Backup> backups_of(const fs::path& project) {
  std::vector<std::pair<std::time_t, Backup>> found;
  const std::string name = project.filename().string();
  std::error_code error;
  const fs::path folder = fs::absolute(project, error).parent_path();
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string other = entry.path().filename().string();
    if (other.size() <= name.size() || other.compare(0, name.size(), name) != 0) continue;
    const std::string_view rest = std::string_view(other).substr(name.size());
    const bool rolling = rest == ".bak1" || rest == ".bak2" || rest == ".bak3" || rest == ".before-import";
    const bool upgrade =
        rest.size() > 17 && rest.substr(0, 2) == ".v" && rest.substr(rest.size() - 14) == ".backup.sqlite";
    struct stat facts {};
    if ((!rolling && !upgrade) || ::stat(entry.path().c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) continue;
    const std::time_t when = facts.st_mtime > latest_time() ? 0 : facts.st_mtime;
    found.emplace_back(when, Backup{project.parent_path() / other, base::local_time(facts.st_mtime),
                                    static_cast<std::uint64_t>(facts.st_size)});
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Backup> backups;
  backups.reserve(found.size());
  for (auto& [when, backup] : found) backups.push_back(std::move(backup));
  return backups;
}

bool backup_is_due(const fs::path& project) {
  if (!backups_are_wanted(project)) return false;
  const std::time_t newest = changed_at(beside(project, ".bak1"));
  if (newest > latest_time()) return true;
  if (newest != 0) return last_change(project) > newest && std::time(nullptr) - newest >= least_age;
  try {
    const Connection look(project.string(), SQLITE_OPEN_READONLY, project.string());
    sqlite3_busy_timeout(look.handle(), 0);  // who has it locked is waited for by the opening, and once
    return look.integer(
               "SELECT coalesce(max(id), 0) > coalesce((SELECT CAST(value AS INTEGER) FROM zaitu_meta WHERE key = "
               "'creation_end'), 0) FROM changes") != 0;
  } catch (const Error&) {
    return false;
  }
}

Backup make_backup(const fs::path& project, base::Progress& progress) {
  const fs::path copy = make_copy(project, progress);
  const auto numbered = [&](int number) { return beside(project, fmt::format(".bak{}", number)); };
  for (int number = 2; number >= 1; --number) {
    if (changed_at(numbered(number)) != 0) put_in_place(numbered(number), numbered(number + 1));
  }
  put_in_place(copy, numbered(1));
  sync_path(fs::absolute(project).parent_path());
  return backups_of(project).front();
}

void snapshot_before_import(const fs::path& project, base::Progress& progress) {
  if (!backups_are_wanted(project)) return;
  const auto backups = backups_of(project);
  if (!backups.empty() && changed_at(backups.front().file) >= last_change(project)) return;
  put_in_place(make_copy(project, progress), beside(project, ".before-import"));
  sync_path(fs::absolute(project).parent_path());
}

std::string damaged_text(const fs::path& project, std::string_view why) {
  const auto backups = backups_of(project);
  const std::string backup =
      backups.empty() ? base::say("there is no backup beside it")
                      : base::say("last good backup is {} of {}", backups.front().file.string(), backups.front().made);
  return base::say("corrupt: {}: is damaged ({}); {}; `zaitu recover` saves what can be read into a new project",
                   project.string(), why, backup);
}

bool tells_of_damage(const Error& error) {
  return error.code() == ExitCode::project_unusable && std::string_view(error.what()).starts_with("corrupt: ");
}

}  // namespace zaitu::store

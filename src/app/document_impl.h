// How the document works inside: its jobs, the storage strand and the watch on the file, the workers. For the sources
// of Document alone. What a thread may touch stands in the sections of Document::Impl.
#pragma once

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "app/document.h"
#include "base/message.h"
#include "base/temporary_folder.h"
#include "base/thread_pool.h"
#include "base/translation.h"

namespace zaitu::app {

namespace fs = std::filesystem;
using base::Error;
using base::ExitCode;

struct Document::Impl {
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t history_length = 500;
  static constexpr auto quick = std::chrono::milliseconds(300);  // shorter jobs are not shown: a bar that flickers
  static constexpr auto look_rest = std::chrono::seconds(1);     // between two looks for another program's changes
  static constexpr auto cache_rest = std::chrono::seconds(3);    // from a load to its way into the cache: the map first
  static constexpr auto progress_rest = std::chrono::milliseconds(100);  // between two wakes for a bar's progress

  struct Job {
    std::string name_key, detail;
    bool can_be_cancelled = true;
    bool shown_at_once = true;
    bool taken = false;  // its result is home; only the window's thread looks
    base::Progress progress;
    Clock::time_point submitted = Clock::now();
  };

  // What a command on the storage strand brings home.
  struct Stored {
    std::shared_ptr<const model::Project> project;
    bool can_undo = false, can_redo = false;
    std::vector<store::Change> history;
    std::vector<io::Warning> warnings;  // of a foreign layer's import
    std::optional<OtherWriter> other_writer = {};
    std::string share = {};  // kind of network share that a project just opened lies on
  };

  // What a picture is made of beside the snapshot.
  struct View {
    base::Date as_of;
    planning::CountingRule rule;
    base::Language language = base::Language::zh;
    friend bool operator==(const View&, const View&) = default;
  };

  // Tells whether a path still names the file that was opened, or another one put in its place.
  struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    static FileIdentity of(const fs::path& file) {
      struct stat facts {};
      if (::stat(file.c_str(), &facts) != 0) return {};
      return {facts.st_dev, facts.st_ino};
    }
    friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
  };

  explicit Impl(std::function<void()> wake_window) : wake(std::move(wake_window)) {
    set_words(base::Language::zh);
    watch = std::thread([this] { run_watch(); });
  }

  // ---- the window's thread -------------------------------------------------------------------------------------
  std::shared_ptr<const model::Project> snapshot;  // the newest; the picture follows
  std::shared_ptr<const Picture> picture;
  std::uint64_t generation = 0;
  std::uint64_t session = 0;         // of the project that is shown; 0: none
  std::uint64_t last_session = 0;    // given out
  std::uint64_t opening = 0;         // session that is being opened; 0: none
  std::uint64_t closed_session = 0;  // up to this one all were closed by the user
  std::uint64_t wanted_picture = 0, shown_picture = 0;
  std::optional<base::Date> as_of;
  planning::CountingRule rule;
  base::Language language = base::Language::zh;
  base::Translation words;
  Selection selection;
  bool can_undo = false, can_redo = false;
  bool history_is_due = false;  // of the project just opened
  bool keeps_backups = true;
  std::vector<store::Change> history;
  std::optional<OtherWriter> other_writer;
  std::vector<Notice> notices;
  std::optional<DamagedProject> damaged;
  void back_up_later(const fs::path& path);
  std::optional<ImportPreview> preview;
  std::shared_ptr<Job> preview_job;
  std::vector<std::weak_ptr<Job>> jobs;
  std::vector<std::function<void()>> waiting_for_picture;  // reports and exports of the state just asked for
  struct CachedLedger {
    std::shared_ptr<const Ledger> ledger;
    std::uint64_t generation = 0, asked_generation = 0;
  };
  std::map<LedgerKind, CachedLedger> ledgers;
  // What panels show of the current picture: the last that came, and the question that is worked on.
  struct Derived {
    std::string asked;             // beside the picture: a date, a grouping
    std::uint64_t generation = 0;  // of the picture it was asked of
    std::shared_ptr<Job> job;
    std::shared_ptr<const void> value;
  };
  std::map<std::string, Derived> derived;  // by what it is

  // ---- the storage strand --------------------------------------------------------------------------------------
  std::optional<store::ProjectFile> file;  // none while an OGR file is shown
  fs::path file_path;
  FileIdentity file_identity;
  std::shared_ptr<const model::Project> stored;
  std::uint64_t file_session = 0;
  std::string seen_writer;  // whose lease it was at the last look

  std::vector<base::TemporaryFolder> evidence_folders;  // with copies of attached files that were opened

  // ---- between threads -----------------------------------------------------------------------------------------
  std::function<void()> wake;
  std::mutex results_mutex;
  std::vector<std::function<void()>> results;
  std::atomic<bool> progressed{false};
  std::atomic<bool> ending{false};
  std::atomic<Clock::rep> last_progress_wake{0};
  base::ThreadPool workers{base::ThreadPool::default_threads()};
  base::ThreadPool storage{1};

  // ---- another program's changes: a thread that sleeps, and once a second has the strand look ------------------
  std::mutex watch_mutex;
  std::condition_variable watch_changed;
  bool watching = false;                                // a project file is open
  std::function<void(const base::Progress&)> to_cache;  // of the last load; the same thread does it
  Clock::time_point to_cache_from;
  base::Progress caching;
  std::thread watch;

  void set_watching(bool on) {
    {
      const std::lock_guard lock(watch_mutex);
      watching = on;
    }
    watch_changed.notify_one();
  }

  void set_cache_writer(std::function<void(const base::Progress&)> writer) {
    const std::lock_guard lock(watch_mutex);
    to_cache = std::move(writer);
    to_cache_from = Clock::now() + cache_rest;
    watch_changed.notify_one();
  }

  void run_watch() {
    std::unique_lock lock(watch_mutex);
    while (!ending) {
      if (to_cache && Clock::now() >= to_cache_from) {
        const auto write = std::exchange(to_cache, {});
        lock.unlock();
        write(caching);
        lock.lock();
      } else if (!watching && to_cache) {
        watch_changed.wait_until(lock, to_cache_from, [this] { return watching || ending; });
      } else if (!watching) {
        watch_changed.wait(lock, [this] { return watching || to_cache || ending; });
      } else if (!watch_changed.wait_for(lock, look_rest, [this] { return !watching || ending; })) {
        storage.submit("look", [this] { look(); });
      }
    }
  }

  // On the strand.
  void look() {
    if (!file || ending) return;
    try {
      look_at_lease();
      if (!file->changed_elsewhere()) return;
      base::Progress no_stop;
      bring_home([this, of = file_session, now = read_stored(no_stop)]() mutable {
        if (of == session) take_stored(std::move(now));
      });
    } catch (const Error& error) {
      set_watching(false);  // say it once; the next command tells more
      bring_home([this, text = std::string(error.what())] { notices.push_back({true, text}); });
    }
  }

  // On the strand. What the window shows of the lease follows it.
  std::optional<OtherWriter> other_writer_now() {
    if (!file || !file->waits_for_lease()) return std::nullopt;
    return OtherWriter{file->other_writer()};
  }

  // On the strand. The same file with other rights; read-only when it cannot be had otherwise.
  void reopen(store::Access access) {
    const fs::path path = file_path;
    file.reset();  // one process must not have it open twice
    try {
      file.emplace(store::ProjectFile::open(path, access, store::Writer::window));
    } catch (const Error&) {
      file.emplace(store::ProjectFile::open(path, store::Access::read_only));
      throw;
    }
    file_identity = FileIdentity::of(path);
  }

  // On the strand.
  void look_at_lease() {
    const bool lost = file->lost_lease();
    if (lost) reopen(store::Access::read_write);  // which is to read, as another has the lease
    auto other = other_writer_now();
    const std::string seen = !other ? "" : other->holder ? other->holder->text() : "free";
    if (seen == seen_writer) return;
    seen_writer = seen;
    bring_home([this, of = file_session, lost, other = std::move(other)]() mutable {
      if (of != session) return;
      other_writer = std::move(other);
      if (lost && other_writer && other_writer->holder) {
        notices.push_back({true, words("lease.lost", {{"who", other_writer->holder->text()}})});
      }
    });
  }

  void set_words(base::Language to) {
    language = to;
    try {
      words = base::Translation::load(to);
    } catch (const Error& error) {
      notices.push_back({true, error.what()});
    }
  }

  void bring_home(std::function<void()> result) {
    {
      const std::lock_guard lock(results_mutex);
      results.push_back(std::move(result));
    }
    if (wake) wake();
  }

  std::shared_ptr<Job> make_job(const char* name_key, std::string detail) {
    auto job = std::make_shared<Job>();
    job->name_key = name_key;
    job->detail = std::move(detail);
    job->progress.on_report = [this](std::uint64_t, std::uint64_t) {
      progressed = true;
      const Clock::rep now = Clock::now().time_since_epoch().count();
      const Clock::rep before = last_progress_wake;
      if (now - before < Clock::duration(progress_rest).count()) return;
      last_progress_wake = now;
      if (wake) wake();
    };
    jobs.push_back(job);
    return job;
  }

  // Runs `work` elsewhere; what it returns runs in poll(). `failed` runs there too, after the error became a notice.
  using Result = std::function<void()>;
  void run(base::ThreadPool& pool, const std::string& tag, std::shared_ptr<Job> job, std::function<Result(Job&)> work,
           std::function<void(const Error*)> failed = {}) {
    pool.submit(tag, [this, job = std::move(job), work = std::move(work), failed = std::move(failed)] {
      Result result;
      std::optional<Error> error;
      bool cancelled = false;
      try {
        result = work(*job);
      } catch (const base::Cancelled&) {
        cancelled = true;
      } catch (const Error& e) {
        error = e;
      } catch (const std::exception& e) {
        error = Error(ExitCode::data_failed, fmt::format("{}: {}", job->name_key, e.what()));
      }
      bring_home([this, job, result = std::move(result), error = std::move(error), cancelled, failed] {
        job->taken = true;
        if (error) notices.push_back({true, error->what()});
        if (error || cancelled) {
          if (failed) failed(error ? &*error : nullptr);
        } else if (result) {
          result();
        }
      });
    });
  }

  // ---- storage: on the strand ----------------------------------------------------------------------------------
  Stored read_stored(base::Progress& progress) {
    stored = std::make_shared<const model::Project>(file->load(progress, stored.get()));
    return {stored, file->can_undo(), file->can_redo(), file->history(history_length, false), {}};
  }

  Stored open_here(const fs::path& path, std::uint64_t new_session, base::Progress& progress) {
    if (!store::ProjectFile::is_project(path)) {
      // Anything else: a missing file or a damaged project is told by whoever can read most of it.
      std::vector<io::Warning> warnings;
      std::function<void(const base::Progress&)> to_cache_then;
      auto project = load_for_reading(path, progress, &warnings, &to_cache_then);
      set_watching(false);
      set_cache_writer(std::move(to_cache_then));
      file.reset();
      file_path = path;
      file_session = new_session;
      stored = project;
      return {project, false, false, {}, std::move(warnings)};
    }
    const FileIdentity identity = FileIdentity::of(path);
    std::error_code error;
    if (file && identity == file_identity) {
      // The file that is open: one process must not open it twice (closing the second drops the first one's locks).
      stored = std::make_shared<const model::Project>(file->load(progress));
    } else {
      // Another file under the same name: the old one's log must be gone before the new one's is made.
      if (file && fs::equivalent(file_path, path, error)) file.reset();
      auto opened = store::ProjectFile::open(path, store::Access::read_write, store::Writer::window);
      auto project = std::make_shared<const model::Project>(opened.load(progress));
      file.emplace(std::move(opened));
      file_identity = identity;
      stored = project;
      set_cache_writer(file->cache_writer(*project));
    }
    file_path = path;
    file_session = new_session;
    set_watching(true);
    seen_writer.clear();
    return {stored, file->can_undo(), file->can_redo(), {}, {}, other_writer_now(), file->disk().kind};
  }

  // The history counts the rows of every change, a million of them after an import: the map does not wait for it.
  void read_history_later(std::uint64_t of) {
    storage.submit("history", [this, of] {
      std::vector<store::Change> changes;
      std::string problem;
      try {
        if (file && of == file_session) changes = file->history(history_length, false);
      } catch (const Error& error) {
        problem = error.what();
      }
      bring_home([this, of, changes = std::move(changes), problem = std::move(problem)]() mutable {
        if (of != session || !history_is_due) return;
        history_is_due = false;
        history = std::move(changes);
        if (!problem.empty()) notices.push_back({true, std::move(problem)});
      });
    });
  }

  store::ProjectFile& require_file(std::uint64_t asked_session) {
    if (asked_session != file_session) throw base::Cancelled();  // another project was opened meanwhile
    if (!file) {
      throw Error(ExitCode::output_failed,
                  base::say("{}: not open for writing; import it into a project to change it", file_path.string()));
    }
    return *file;
  }

  // A command on the file: `change` runs on the strand and returns what is told when it is done.
  void command(std::shared_ptr<Job> job,
               std::function<std::optional<std::string>(store::ProjectFile&, base::Progress&)> change) {
    if (session == 0) return;
    run(storage, "", std::move(job), [this, asked = session, change = std::move(change)](Job& running) -> Result {
      store::ProjectFile& project = require_file(asked);
      std::optional<std::string> told = change(project, running.progress);
      if (ending) throw base::Cancelled();
      // The change is in the file now: what is shown must follow, whoever presses cancel.
      base::Progress no_stop;
      return [this, asked, told = std::move(told), now = read_stored(no_stop)]() mutable {
        if (asked != session) return;
        if (told) notices.push_back({false, std::move(*told)});
        take_stored(std::move(now));
      };
    });
  }

  // Something done with an attached file, on the strand; the file of the project is only read.
  void with_attachment(
      const char* name_key, std::int64_t id,
      std::function<std::optional<std::string>(const store::ProjectFile&, const model::Attachment&)> work) {
    if (!snapshot || !snapshot->attachments) return;
    const auto& all = *snapshot->attachments;
    const auto found = std::find_if(all.begin(), all.end(), [id](const auto& row) { return row.id == id; });
    if (found == all.end()) return;
    auto job = make_job(name_key, found->file_name);
    job->shown_at_once = false;
    run(storage, "", std::move(job), [this, asked = session, of = *found, work = std::move(work)](Job&) -> Result {
      std::optional<std::string> told = work(require_file(asked), of);
      return [this, told = std::move(told)] {
        if (told) notices.push_back({false, *told});
      };
    });
  }

  // On the strand: the first picture of a project just opened. Asked for through the window's thread it would wait
  // until that has made its window. None where the rule does not fit: the usual way knows what to do then.
  std::shared_ptr<const Picture> first_picture(const std::shared_ptr<const model::Project>& project, const View& view) {
    base::Progress progress;  // the project is open now: there is no cancelling any more
    progress.on_report = [&](std::uint64_t, std::uint64_t) {
      if (ending) progress.request_stop();
    };
    try {
      return std::make_shared<const Picture>(
          make_picture(project, view.as_of, view.rule, view.language, progress, nullptr));
    } catch (const Error&) {
      return nullptr;
    }
  }

  // Something made of the current picture on a worker; the one before it until it is there, nullptr at first. A new
  // question stops the one before: nobody waits for it any more. `make`: picture and progress to a T.
  template <class T, class Make>
  std::shared_ptr<const T> derive(const std::string& name, const std::string& asked, const char* job_name, Make make) {
    if (!picture) return nullptr;
    Derived& slot = derived[name];
    if (!slot.job || slot.asked != asked || slot.generation != generation) {
      if (slot.job) slot.job->progress.request_stop();
      slot.asked = asked;
      slot.generation = generation;
      slot.job = make_job(job_name, "");
      slot.job->shown_at_once = false;
      slot.job->can_be_cancelled = false;
      run(workers, name, slot.job, [this, name, make = std::move(make), of = picture, job = slot.job](Job&) -> Result {
        std::shared_ptr<const void> made = std::make_shared<const T>(make(of, job->progress));
        return [this, name, job, made = std::move(made)] {
          const auto place = derived.find(name);
          if (place != derived.end() && place->second.job == job) place->second.value = made;
        };
      });
    }
    return std::static_pointer_cast<const T>(slot.value);
  }

  // ---- results: on the window's thread -------------------------------------------------------------------------
  void take_stored(Stored now) { take_stored(std::move(now), nullptr, {}); }
  // `made`: a picture of it as `view`, or none.
  void take_stored(Stored now, std::shared_ptr<const Picture> made, const View& view) {
    snapshot = std::move(now.project);
    can_undo = now.can_undo;
    can_redo = now.can_redo;
    history = std::move(now.history);
    history_is_due = false;
    if (!now.share.empty()) notices.push_back({false, words("notice.share", {{"kind", now.share}})});
    if (!now.warnings.empty()) {
      const io::Warning& first = now.warnings.front();
      notices.push_back({false, words("notice.import_warnings", {{"count", std::to_string(now.warnings.size())},
                                                                 {"first", first.feature + " " + first.message}})});
    }
    if (made && view == View{date(), rule, language}) {
      take_picture(++wanted_picture, std::move(made));
    } else {
      request_picture();
    }
  }

  base::Date date() const { return as_of.value_or(base::Date::today()); }

  void request_picture() {
    if (!snapshot) return;
    const std::uint64_t number = ++wanted_picture;
    auto job = make_job("job.picture", "");
    job->shown_at_once = false;
    job->can_be_cancelled = false;
    run(
        workers, "picture", std::move(job),
        [this, number, asked = session, project = snapshot, at = date(), by = rule, in = language,
         before = picture](Job& running) -> Result {
          auto made =
              std::make_shared<const Picture>(make_picture(project, at, by, in, running.progress, before.get()));
          return [this, number, asked, made = std::move(made)] {
            if (asked == session && number > shown_picture) take_picture(number, made);
          };
        },
        [this, number, asked = session](const Error* error) {
          if (asked != session || number != wanted_picture) return;
          if (error != nullptr && error->code() == ExitCode::usage && !rule.scope.empty()) {
            rule.scope.clear();  // a zone of another project, or one that was renamed
            request_picture();
            return;
          }
          opening = 0;
          waiting_for_picture.clear();
        });
  }

  void take_picture(std::uint64_t number, std::shared_ptr<const Picture> made) {
    picture = std::move(made);
    shown_picture = number;
    ++generation;
    if (opening == session) opening = 0;
    drop_vanished_rows();
    // What nobody has asked of the last picture is in no panel that is open: it would keep an old snapshot in memory.
    std::erase_if(derived, [this](const auto& slot) { return slot.second.generation + 1 < generation; });
    if (number == wanted_picture) {
      for (const auto& work : std::exchange(waiting_for_picture, {})) work();
    }
  }

  // What is selected and gone (an undo, another program) is no longer selected.
  void drop_vanished_rows() {
    const model::Project& project = *picture->project;
    selection.parcels.erase_if([&](std::int64_t id) { return !project.parcels->row_of(model::ParcelId{id}); });
    selection.projects.erase_if(
        [&](std::int64_t id) { return model::find_project(project, model::ProjectId{id}) == nullptr; });
    selection.phases.erase_if(
        [&](std::int64_t id) { return model::find_phase(project, model::PhaseId{id}) == nullptr; });
  }

  // Runs when the picture is the one last asked for, so that a page never shows the date before.
  void with_current_picture(std::function<void()> work) {
    if (!snapshot) return;
    if (picture && shown_picture == wanted_picture) {
      work();
    } else {
      waiting_for_picture.push_back(std::move(work));
    }
  }

  void forget_project() {
    session = 0;
    opening = 0;
    snapshot.reset();
    picture.reset();
    ++generation;
    shown_picture = wanted_picture;
    as_of.reset();
    selection = {};
    can_undo = can_redo = false;
    other_writer.reset();
    history.clear();
    history_is_due = false;
    preview.reset();
    waiting_for_picture.clear();
    ledgers.clear();
    for (auto& [name, slot] : derived) slot.job->progress.request_stop();
    derived.clear();
  }

  void stop_jobs(bool all) {
    for (const auto& weak : jobs) {
      const auto job = weak.lock();
      if (job && (all || job->can_be_cancelled)) job->progress.request_stop();
    }
  }
};

}  // namespace zaitu::app

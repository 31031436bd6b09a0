#include "app/document_impl.h"

namespace zaitu::app {

namespace {

// What the window offers instead of an error; nullopt: nothing, as the file is no damaged project.
std::optional<DamagedProject> damaged_project_of(const fs::path& path, const Error& error) {
  std::vector<store::Backup> backups = store::backups_of(path);
  // With its first page gone it does not even look like a project; but then nothing else has backups beside it.
  const bool unknown = error.code() == ExitCode::input_unreadable && !backups.empty();
  if (!unknown && !store::tells_of_damage(error)) return std::nullopt;
  return DamagedProject{path, error.what(), std::move(backups)};
}

// Failing is left to the writer, which says which file it could not write.
void make_folder(const fs::path& folder) {
  std::error_code ignored;
  if (!folder.empty()) fs::create_directories(folder, ignored);
}

}  // namespace

Document::Document(std::function<void()> wake) : m_impl(std::make_unique<Impl>(std::move(wake))) {}

void Document::finish() {
  m_impl->ending = true;
  m_impl->stop_jobs(true);
  m_impl->caching.request_stop();
  m_impl->set_watching(false);
  if (m_impl->watch.joinable()) m_impl->watch.join();
  m_impl->storage.finish();  // an edit that waits in the queue is not lost
}

Document::~Document() { finish(); }

void Document::open(const fs::path& path) {
  Impl& d = *m_impl;
  const std::uint64_t session = ++d.last_session;
  d.opening = session;
  const std::optional<base::Date> as_of = d.session == 0 ? d.as_of : std::nullopt;
  d.run(
      d.storage, "open", d.make_job("job.open", path.filename().string()),
      [&d, path, session, as_of, rule = d.rule, language = d.language](Impl::Job& job) -> Impl::Result {
        Impl::Stored now;
        try {
          now = d.open_here(path, session, job.progress);
        } catch (const Error& error) {
          auto damaged = damaged_project_of(path, error);
          if (!damaged) throw;
          return [&d, session, damaged = std::move(*damaged)] {
            if (d.opening == session) d.opening = 0;
            d.damaged = damaged;  // the dialog tells it
          };
        }
        const Impl::View view{as_of.value_or(default_as_of(*now.project)), rule, language};
        auto made = d.first_picture(now.project, view);
        const bool is_writable = d.file && !d.file->read_only();
        std::vector<std::string> notes = d.file ? d.file->notes() : std::vector<std::string>();
        return [&d, session, view, path, is_writable, notes = std::move(notes), now = std::move(now),
                made = std::move(made)]() mutable {
          if (session <= d.closed_session) return;
          for (std::string& note : notes) d.notices.push_back({false, std::move(note)});
          // The strand has this project now, even when another one is already on its way.
          const std::uint64_t newer = d.opening != session ? d.opening : 0;
          const auto chosen = d.session == 0 ? d.as_of : std::nullopt;
          d.forget_project();
          d.session = session;
          d.opening = newer != 0 ? newer : session;
          d.as_of = chosen ? *chosen : default_as_of(*now.project);
          d.other_writer = std::move(now.other_writer);
          d.take_stored(std::move(now), std::move(made), view);
          d.history_is_due = true;
          d.read_history_later(session);
          if (is_writable) d.back_up_later(path);
        };
      },
      [&d, session](const Error*) {
        if (d.opening == session) d.opening = 0;
      });
}

void Document::close() {
  Impl& d = *m_impl;
  d.stop_jobs(true);
  d.forget_project();
  d.closed_session = ++d.last_session;
  d.storage.submit("open", [&d, session = d.closed_session] {
    d.set_watching(false);
    d.set_cache_writer({});
    d.file.reset();
    d.stored.reset();
    d.file_session = session;
  });
}

bool Document::poll() {
  Impl& d = *m_impl;
  std::vector<std::function<void()>> results;
  {
    const std::lock_guard lock(d.results_mutex);
    results.swap(d.results);
  }
  for (const auto& result : results) result();
  std::erase_if(d.jobs, [](const auto& weak) {
    const auto job = weak.lock();
    return !job || job->taken;
  });
  const bool progressed = d.progressed.exchange(false);
  return progressed || !results.empty();
}

std::shared_ptr<const Picture> Document::picture() const { return m_impl->picture; }
std::uint64_t Document::generation() const { return m_impl->generation; }
bool Document::at_rest() const {
  return std::none_of(m_impl->jobs.begin(), m_impl->jobs.end(), [](const auto& weak) {
    const auto job = weak.lock();
    return job && !job->taken;
  });
}

bool Document::loading() const { return m_impl->opening != 0 || m_impl->history_is_due; }

std::vector<JobState> Document::jobs() const {
  std::vector<JobState> states;
  for (const auto& weak : m_impl->jobs) {
    const auto job = weak.lock();
    if (!job || job->taken || (!job->shown_at_once && Impl::Clock::now() - job->submitted < Impl::quick)) continue;
    states.push_back({job->name_key, job->detail, job->progress.done(), job->progress.total()});
  }
  return states;
}

void Document::cancel_jobs() { m_impl->stop_jobs(false); }

std::vector<Notice> Document::take_notices() { return std::exchange(m_impl->notices, {}); }

base::Date Document::as_of() const { return m_impl->date(); }

void Document::set_as_of(base::Date date) {
  m_impl->as_of = date;
  m_impl->request_picture();
}

const planning::CountingRule& Document::rule() const { return m_impl->rule; }

void Document::set_rule(const planning::CountingRule& rule) {
  if (rule == m_impl->rule) return;
  m_impl->rule = rule;
  m_impl->request_picture();
}

base::Language Document::language() const { return m_impl->language; }

void Document::set_language(base::Language language) {
  if (language == m_impl->language) return;
  m_impl->set_words(language);
  m_impl->request_picture();
}

const Selection& Document::selection() const { return m_impl->selection; }
void Document::select(Selection selection) { m_impl->selection = std::move(selection); }

void Document::edit(const std::string& command, std::vector<FieldEdit> edits) {
  Impl& d = *m_impl;
  auto job = d.make_job("job.edit", command);
  job->shown_at_once = false;
  d.command(std::move(job), [command, edits = std::move(edits)](store::ProjectFile& file, base::Progress&) {
    store::Transaction change = file.begin(command);
    apply(change, edits);
    change.commit();
    return std::optional<std::string>();
  });
}

void Document::edit_event(const std::string& command, const FieldEdit& event,
                          std::vector<std::int64_t> removed_attachments,
                          std::vector<std::shared_ptr<const EvidenceFile>> attached) {
  Impl& d = *m_impl;
  auto job = d.make_job("job.edit", command);
  job->shown_at_once = false;
  d.command(std::move(job), [command, event, removed = std::move(removed_attachments), attached = std::move(attached),
                             words = d.words](store::ProjectFile& file, base::Progress&) {
    store::Transaction change = file.begin(command);
    const std::int64_t inserted = apply(change, {event});
    for (const std::int64_t id : removed) change.remove("attachments", id);
    std::optional<std::string> told;
    StoredRows rows(change);
    for (const auto& evidence : attached) {
      if (!attach(rows, inserted != 0 ? inserted : event.row_id, *evidence))
        told = words("attachment.twice", {{"name", evidence->name}});
    }
    change.commit();
    return told;
  });
}

void Document::read_evidence(const std::shared_ptr<PendingEvidence>& evidence) {
  Impl& d = *m_impl;
  auto job = d.make_job("job.attach", evidence->path.filename().string());
  job->shown_at_once = false;
  d.run(
      d.workers, "", std::move(job),
      [evidence, path = evidence->path](Impl::Job& running) -> Impl::Result {
        std::shared_ptr<const EvidenceFile> file;
        std::string problem;
        try {
          file = std::make_shared<const EvidenceFile>(app::read_evidence(path, running.progress));
        } catch (const Error& error) {
          problem = error.what();  // told in the form
        }
        return [evidence, file = std::move(file), problem = std::move(problem)] {
          evidence->file = file;
          evidence->problem = problem;
          evidence->done = true;
        };
      },
      [evidence](const Error*) { evidence->done = true; });
}

void Document::open_attachment(std::int64_t attachment) {
  Impl& d = *m_impl;
  d.with_attachment(
      "job.open_attachment", attachment, [&d](const store::ProjectFile& file, const model::Attachment& of) {
        // A folder of its own that nobody else can read; gone when the document is.
        const fs::path copy = d.evidence_folders.emplace_back("zaitu-evidence-").path() / plain_file_name(of);
        write_attachment(file, of, copy);
        ::chmod(copy.c_str(), S_IRUSR);  // a changed copy would be lost
        open_with_desktop(copy);
        return std::optional<std::string>();
      });
}

void Document::save_attachment(std::int64_t attachment, const fs::path& to) {
  Impl& d = *m_impl;
  d.with_attachment("job.export", attachment,
                    [to, words = d.words](const store::ProjectFile& file, const model::Attachment& of) {
                      write_attachment(file, of, to);
                      return std::optional(words("attachment.saved", {{"file", to.string()}}));
                    });
}

void Document::undo() {
  Impl& d = *m_impl;
  auto job = d.make_job("job.undo", "");
  job->shown_at_once = false;
  d.command(std::move(job), [words = d.words](store::ProjectFile& file, base::Progress&) {
    return std::optional(words("notice.undone", {{"command", file.undo().command}}));
  });
}

void Document::redo() {
  Impl& d = *m_impl;
  auto job = d.make_job("job.redo", "");
  job->shown_at_once = false;
  d.command(std::move(job), [words = d.words](store::ProjectFile& file, base::Progress&) {
    return std::optional(words("notice.redone", {{"command", file.redo().command}}));
  });
}

bool Document::can_undo() const { return m_impl->can_undo; }
bool Document::can_redo() const { return m_impl->can_redo; }
const std::vector<store::Change>& Document::history() const { return m_impl->history; }

const std::optional<OtherWriter>& Document::other_writer() const { return m_impl->other_writer; }

void Document::take_over() {
  Impl& d = *m_impl;
  auto job = d.make_job("job.take_over", "");
  job->shown_at_once = false;
  d.run(d.storage, "", std::move(job), [&d, asked = d.session](Impl::Job&) -> Impl::Result {
    d.require_file(asked);
    d.reopen(store::Access::read_write);
    base::Progress no_stop;
    return [&d, asked, now = d.read_stored(no_stop), other = d.other_writer_now()]() mutable {
      if (asked != d.session) return;
      d.other_writer = std::move(other);
      d.take_stored(std::move(now));
    };
  });
}

void Document::import_source(const ImportOptions& options) {
  Impl& d = *m_impl;
  auto job = d.make_job("job.import", options.source.filename().string());
  d.command(std::move(job), [options, words = d.words](store::ProjectFile& file, base::Progress& progress) {
    const ImportResult result = app::import_source(file, options, progress);
    std::string told = words("notice.imported", {{"file", options.source.filename().string()},
                                                 {"read", std::to_string(result.read)},
                                                 {"inserted", std::to_string(result.inserted)},
                                                 {"updated", std::to_string(result.updated)},
                                                 {"repaired", std::to_string(result.repaired)},
                                                 {"rejected", std::to_string(result.rejected)}});
    if (!result.warnings.empty()) {
      const io::Warning& first = result.warnings.front();
      told += " " + words("notice.import_warnings", {{"count", std::to_string(result.warnings.size())},
                                                     {"first", first.feature + " " + first.message}});
    }
    return std::optional(std::move(told));
  });
}

void Document::preview_import(const ImportOptions& options) {
  Impl& d = *m_impl;
  if (d.session == 0) return;
  if (d.preview_job) d.preview_job->progress.request_stop();  // nobody waits for the one before any more
  ImportPreview preview;
  preview.asked = options;
  preview.asked.dry_run = true;
  d.preview = preview;
  d.preview_job = d.make_job("job.preview", options.source.filename().string());
  d.preview_job->shown_at_once = false;
  d.run(d.storage, "preview", d.preview_job,
        [&d, preview, session = d.session, picture = d.picture](Impl::Job& job) mutable -> Impl::Result {
          try {
            preview.result = app::import_source(d.require_file(session), preview.asked, job.progress);
            if (picture) preview.sketch = sketch_of(preview.asked, preview.result, *picture->project, job.progress);
          } catch (const Error& error) {
            preview.problem = error.what();  // told in the dialog
            // The message names what would help, in every language.
            preview.offers_partial = preview.problem.find("--allow-partial") != std::string::npos;
            preview.sketch.layers = layers_of_source(preview.asked);
          }
          preview.done = true;
          return [&d, session, made = std::move(preview)]() mutable {
            if (session == d.session && d.preview && !d.preview->done && d.preview->asked.source == made.asked.source) {
              d.preview = std::move(made);
            }
          };
        });
}

const ImportPreview* Document::import_preview() const { return m_impl->preview ? &*m_impl->preview : nullptr; }

void Document::write_reports(const ReportOptions& options) {
  Impl& d = *m_impl;
  d.with_current_picture([&d, options] {
    d.run(d.workers, "", d.make_job("job.report", options.out.filename().string()),
          [&d, options, picture = d.picture, language = d.language, words = d.words](Impl::Job& job) -> Impl::Result {
            const auto files = app::write_reports(*picture, options, language, job.progress);
            std::string names;
            for (const report::WrittenFile& file : files) names += (names.empty() ? "" : ", ") + file.path;
            return [&d, told = words("notice.report", {{"files", names}})] { d.notices.push_back({false, told}); };
          });
  });
}

void Document::export_layer(const std::string& layer, const fs::path& out, const std::string& crs) {
  Impl& d = *m_impl;
  d.with_current_picture([&d, layer, out, crs] {
    d.run(d.workers, "", d.make_job("job.export", out.filename().string()),
          [&d, layer, out, crs, picture = d.picture, language = d.language,
           words = d.words](Impl::Job& job) -> Impl::Result {
            make_folder(out.parent_path());
            const std::int64_t rows = app::export_layer(*picture, layer, out, crs, language, job.progress);
            return [&d, told = words("notice.exported", {{"file", out.string()}, {"rows", std::to_string(rows)}})] {
              d.notices.push_back({false, told});
            };
          });
  });
}

void Document::render_map(const RenderOptions& options) {
  Impl& d = *m_impl;
  d.with_current_picture([&d, options] {
    d.run(d.workers, "", d.make_job("job.export", options.out.filename().string()),
          [&d, options, picture = d.picture, words = d.words](Impl::Job&) -> Impl::Result {
            make_folder(options.out.parent_path());
            const RenderResult made = app::render_map(*picture, options);
            return [&d, told = words("notice.rendered", {{"file", made.file}})] { d.notices.push_back({false, told}); };
          });
  });
}

void Document::write_chart(report::ChartPicture picture, const fs::path& out) {
  Impl& d = *m_impl;
  d.run(d.workers, "", d.make_job("job.export", out.filename().string()),
        [&d, picture = std::move(picture), out, words = d.words](Impl::Job&) -> Impl::Result {
          make_folder(out.parent_path());
          report::write_chart(picture, out.string());
          return [&d, told = words("notice.chart", {{"file", out.string()}})] { d.notices.push_back({false, told}); };
        });
}

}  // namespace zaitu::app

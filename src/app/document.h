// The open project as the window sees it: snapshot, picture, selection, undo. Lives on the window's thread and never
// blocks it: every request goes to the storage strand or a worker, and results arrive in poll(), once per frame.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/attachments.h"
#include "app/commands.h"
#include "app/field_edit.h"
#include "app/id_set.h"
#include "app/import_sketch.h"
#include "app/outlook.h"
#include "app/picture.h"
#include "app/quarter.h"
#include "app/source_cells.h"
#include "planning/changes.h"
#include "planning/conversion.h"
#include "planning/indicators.h"
#include "planning/revisions.h"
#include "report/chart_file.h"
#include "store/backup.h"

namespace zaitu::app {

struct Selection {
  IdSet parcels, projects, phases;  // row ids
  bool empty() const { return parcels.empty() && projects.empty() && phases.empty(); }
  friend bool operator==(const Selection&, const Selection&) = default;
};

struct JobState {        // what a progress bar shows
  std::string name_key;  // translation key
  std::string detail;
  std::uint64_t done = 0, total = 0;
};

struct Notice {  // one line for the user; errors stay until dismissed
  bool is_error = false;
  std::string text;
};

// Why the open project cannot be written by this window: another one has it.
struct OtherWriter {
  std::optional<store::LeaseHolder> holder;  // none: it was closed there, and take_over() makes this window the writer
};

// One that could not be opened, or was found to be damaged while it is open.
struct DamagedProject {
  std::filesystem::path file;
  std::string message;                 // one line
  std::vector<store::Backup> backups;  // newest first
};

// What an import would do: read once, nothing written.
struct ImportPreview {
  ImportOptions asked;
  bool done = false;
  ImportResult result;
  ImportSketch sketch;
  std::string problem;          // one line when it cannot be read
  bool offers_partial = false;  // the problem would not be one if a part was allowed
};

// A result with the picture it was made of, whose rows it refers to.
template <class T>
struct Of {
  std::shared_ptr<const Picture> picture;
  T value;
};

// The wall for one issue of targets, and what another one says differently.
struct WallOfIssue {
  std::vector<planning::TargetDocument> issues;
  std::size_t issue = 0;  // of `issues`
  planning::IndicatorWall wall;
  std::optional<std::size_t> other;                     // of `issues`, when it was asked for
  std::vector<planning::TargetDifference> differences;  // from `issue` to `other`
};

// All that is told of the time between two dates, of one picture.
struct Between {
  std::shared_ptr<const Picture> picture;
  base::Date from;
  planning::Conversion by_land_use, by_stage;
  std::vector<planning::ChangeOfLand> changes;
  // Their land in force at the first date, and at the as-of date: rows, ascending.
  std::vector<std::uint32_t> changed_before, changed_parcels;
};

// How the forecast of one year's end has moved over the three years up to the as-of date of one picture.
struct Revised {
  std::shared_ptr<const Picture> picture;
  int year = 0;
  std::vector<planning::Revision> revisions;
};

class Document {
 public:
  // `wake` is called from other threads when a result waits for poll() (the window posts an empty event).
  explicit Document(std::function<void()> wake);
  ~Document();  // finish()
  // Stops jobs and waits for edits that are on their way into the file. Nothing can be asked for afterwards.
  void finish();

  void open(const std::filesystem::path& path);
  void close();
  // Takes finished results; returns true when anything visible changed.
  bool poll();

  std::shared_ptr<const Picture> picture() const;  // nullptr while nothing is open
  std::uint64_t generation() const;                // changes with every new picture
  bool loading() const;
  bool at_rest() const;  // no job runs or waits, also none that a progress bar does not tell of
  std::vector<JobState> jobs() const;
  void cancel_jobs();
  std::vector<Notice> take_notices();

  base::Date as_of() const;
  void set_as_of(base::Date date);
  const planning::CountingRule& rule() const;
  void set_rule(const planning::CountingRule& rule);
  base::Language language() const;
  void set_language(base::Language language);

  const Selection& selection() const;
  void select(Selection selection);

  void edit(const std::string& command, std::vector<FieldEdit> edits);
  // A stage event with its evidence, in one change: `event` is inserted or changed, then files are taken from it and
  // put to it.
  void edit_event(const std::string& command, const FieldEdit& event, std::vector<std::int64_t> removed_attachments,
                  std::vector<std::shared_ptr<const EvidenceFile>> attached);
  // Reads a file to attach on a worker; `evidence` is filled in poll().
  void read_evidence(const std::shared_ptr<PendingEvidence>& evidence);
  // Opens an attached file with the desktop's program for it, or writes it to `to`; never one whose content does not
  // have its hash.
  void open_attachment(std::int64_t attachment);
  void save_attachment(std::int64_t attachment, const std::filesystem::path& to);
  void undo();
  void redo();
  bool can_undo() const;
  bool can_redo() const;
  const std::vector<store::Change>& history() const;
  // Compares every page, row and change of the file with what was written; edits wait for it. A notice tells the
  // outcome.
  void verify();
  // Of the last project that could not be opened, or was found to be damaged; nullptr: none, or forgotten.
  const DamagedProject* damaged_project() const;
  void forget_damaged();
  // What can be read of it, in a new project beside it, which is opened then.
  void recover_damaged();
  // A copy of the backup, beside it: the backup itself stays as it is.
  void open_backup(const std::filesystem::path& backup);
  void keep_backups(bool wanted);  // after opening a project to write; on unless switched off
  // Set while the project is open read-only because another window or machine writes it; what that one changes is
  // shown within a second.
  const std::optional<OtherWriter>& other_writer() const;
  // Opens the project for writing once the other one is gone; says who has it otherwise.
  void take_over();

  void import_source(const ImportOptions& options);
  // A dry run of the import on the storage strand; a newer one replaces one that still waits.
  void preview_import(const ImportOptions& options);
  const ImportPreview* import_preview() const;  // the last asked for; nullptr: none
  void write_reports(const ReportOptions& options);
  void export_layer(const std::string& layer, const std::filesystem::path& out, const std::string& crs);

  void render_map(const RenderOptions& options);
  void write_chart(report::ChartPicture picture, const std::filesystem::path& out);

  // What the sources of a parcel said beyond its fields, read from the file when it is first asked for; nullptr until
  // it is there.
  std::shared_ptr<const std::vector<ImportedRow>> imported_rows_of(model::ParcelId parcel);

  // A ledger of the current picture, built on a worker; nullptr until it is there. Follows the picture.
  std::shared_ptr<const Ledger> ledger(LedgerKind kind);
  // What happened from the end of day `from` to the as-of date, in the same way.
  std::shared_ptr<const Between> between(base::Date from);
  // The picture of another date, of the same snapshot and rule: two dates side by side. Kept while it is asked for, and
  // given back by forget_compared(). Its value stays the same object while snapshot, date and rule do.
  std::shared_ptr<const Of<std::shared_ptr<const Picture>>> compared(base::Date at);
  void forget_compared();
  // What is to come; that of an earlier picture until it is there.
  std::shared_ptr<const Outlook> outlook();
  std::shared_ptr<const Revised> revised(int year);

  // The same for these. `issue`: by date of issue, the last one when there are not so many; `other`: to compare with.
  std::shared_ptr<const Of<planning::Absorption>> absorption(planning::GroupBy by);
  std::shared_ptr<const Of<WallOfIssue>> indicator_wall(std::size_t issue, std::optional<std::size_t> other);
  std::shared_ptr<const Of<QuarterBoard>> quarter_board(planning::Quarter quarter);

  void freeze_quarter(planning::Quarter quarter);
  void unfreeze_quarter(planning::Quarter quarter);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace zaitu::app

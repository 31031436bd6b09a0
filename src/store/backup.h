// Copies of a project beside it: "plan.sqlite.bak1" is the newest of three, "plan.sqlite.before-import" the state
// before the last large import. A backup takes the place of the one before it only when it is whole, has been looked at
// and is on disk; at no moment are there fewer good ones than before. ZAITU_BACKUPS=off switches them off.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/progress.h"

namespace zaitu::store {

struct Backup {
  std::filesystem::path file;
  std::string made;  // local time, "2026-03-01 09:30"
  std::uint64_t bytes = 0;
};
// Newest first; those before an upgrade or a large import too.
std::vector<Backup> backups_of(const std::filesystem::path& project);

// Was it changed since the newest backup, and is that one older than twelve hours (or is there none)? A new project
// has none before somebody changed it. A few stat() calls and one look into the file; false for what cannot be read,
// for a folder that cannot be written, and when backups are switched off.
bool backup_is_due(const std::filesystem::path& project);

// Looks at the project first (verify, quick): throws base::Error(project_unusable) with damaged_text() when it is not
// as it was written, and then leaves all backups as they are. Then copies, looks at the copy and rotates. 0.5 s for 200
// MB. Any thread; the project may be open, also in this program. Returns the backup. Throws base::Error(output_failed)
// when the disk is (nearly) full.
Backup make_backup(const std::filesystem::path& project, base::Progress& progress);
// The same as ".before-import", in place of the last one; nothing to do when the newest backup has all changes.
void snapshot_before_import(const std::filesystem::path& project, base::Progress& progress);

// "corrupt: FILE: is damaged (WHY); ..." with the last good backup, and what to do.
std::string damaged_text(const std::filesystem::path& project, std::string_view why);
// Is it one with damaged_text(), or another that says that a file of ours is damaged?
bool tells_of_damage(const base::Error& error);

}  // namespace zaitu::store

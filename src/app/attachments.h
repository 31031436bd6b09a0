// Files kept in the project as evidence of stage events: read, hashed, stored once for each content, and given back
// only when the content still has its hash.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "app/row_target.h"
#include "base/progress.h"
#include "geom/wkb.h"
#include "model/project.h"

namespace zaitu::app {

inline constexpr std::uint64_t most_evidence_bytes = 64ULL << 20;  // of one file

struct EvidenceFile {
  std::string name, media_type;
  std::string sha256;  // of the content, 64 hexadecimal digits
  geom::Bytes content;
};
// Throws Error(input_unreadable) for what is no file, is empty, larger than the limit or cannot be read; Cancelled.
EvidenceFile read_evidence(const std::filesystem::path& file, base::Progress& progress);

// A file on its way into a form; filled on the window's thread.
struct PendingEvidence {
  std::filesystem::path path;
  bool done = false;
  std::string problem;  // one line when it cannot be read
  std::shared_ptr<const EvidenceFile> file;
};

// Attaches to an event in an open change. False when that event has the same content already: then nothing is stored.
// A content that another event has is not stored a second time.
bool attach(RowTarget& change, std::int64_t event, const EvidenceFile& file);

// Writes an attached file to `to`, which is replaced when the whole of it is there. Throws Error(data_failed) when the
// content does not have its hash, Error(output_failed).
void write_attachment(const store::ProjectFile& project, const model::Attachment& attachment,
                      const std::filesystem::path& to);
// A name without folders, for a file of one's own.
std::string plain_file_name(const model::Attachment& attachment);
// Shows a file with the desktop's program for it (xdg-open); comes back at once. Throws Error(output_failed).
void open_with_desktop(const std::filesystem::path& file);

}  // namespace zaitu::app

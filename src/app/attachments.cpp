#include "app/attachments.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/format.h"
#include "base/message.h"
#include "base/output_file.h"
#include "base/sha256.h"
#include "base/utf8.h"

extern char** environ;

namespace zaitu::app {

namespace fs = std::filesystem;
using base::Error;
using base::ExitCode;

namespace {

constexpr const char* events = "stage_events";

std::string media_type_of(const fs::path& file) {
  static constexpr std::pair<std::string_view, std::string_view> types[] = {
      {".pdf", "application/pdf"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".tif", "image/tiff"},
      {".tiff", "image/tiff"},
      {".txt", "text/plain"},
      {".csv", "text/csv"},
      {".doc", "application/msword"},
      {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {".xls", "application/vnd.ms-excel"},
      {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
      {".wps", "application/vnd.ms-works"},
      {".ofd", "application/ofd"},
      {".zip", "application/zip"}};
  const std::string ending = base::ascii_lower(file.extension().string());
  for (const auto& [known, type] : types) {
    if (known == ending) return std::string(type);
  }
  return "application/octet-stream";
}

[[noreturn]] void cannot_attach(const fs::path& file, const std::string& why) {
  throw Error(ExitCode::input_unreadable, file.string() + ": " + why);
}

struct OpenFile {
  int handle = -1;
  ~OpenFile() {
    if (handle >= 0) ::close(handle);
  }
};

std::string valid_text(const std::string& name) {
  if (base::is_valid_utf8(name)) return name;
  std::string valid;
  for (std::size_t at = 0; at < name.size();) base::append_utf8(valid, base::next_code_point(name, at));
  return valid;
}

std::string_view view_of(const geom::Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

EvidenceFile read_evidence(const fs::path& file, base::Progress& progress) {
  const OpenFile open{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat facts {};
  if (open.handle < 0 || ::fstat(open.handle, &facts) != 0) cannot_attach(file, std::strerror(errno));
  if (!S_ISREG(facts.st_mode)) cannot_attach(file, base::say("is not a file that can be attached"));
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  if (size == 0) cannot_attach(file, base::say("is empty; there is nothing to attach"));
  const auto refuse_size = [&] {
    cannot_attach(file, base::say("too-large: is larger than {}; attach an excerpt, or name the document instead",
                                  base::byte_size(most_evidence_bytes)));
  };
  if (size > most_evidence_bytes) refuse_size();
  EvidenceFile evidence;
  evidence.name = valid_text(file.filename().string());
  evidence.media_type = media_type_of(file);
  evidence.content.reserve(size);
  std::array<std::uint8_t, 1 << 18> piece{};
  for (;;) {
    const ssize_t taken = ::read(open.handle, piece.data(), piece.size());
    if (taken < 0 && errno == EINTR) continue;
    if (taken < 0) cannot_attach(file, std::strerror(errno));
    if (taken == 0) break;
    evidence.content.insert(evidence.content.end(), piece.begin(), piece.begin() + taken);
    if (evidence.content.size() > most_evidence_bytes) refuse_size();  // it grew meanwhile
    progress.report(evidence.content.size(), std::max<std::uint64_t>(size, evidence.content.size()));
    progress.throw_if_stopped();
  }
  evidence.sha256 = base::sha256(view_of(evidence.content));
  return evidence;
}

bool attach(RowTarget& change, std::int64_t event, const EvidenceFile& file) {
  const bool is_there =
      change.find("attachments", {{"table_name", std::string(events)}, {"row_id", event}, {"sha256", file.sha256}}) !=
      0;
  if (is_there) return false;
  const bool is_kept = change.find("attachments", {{"sha256", file.sha256}}) != 0;
  change.insert("attachments", {{"table_name", std::string(events)},
                                {"row_id", event},
                                {"file_name", file.name},
                                {"media_type", file.media_type},
                                {"sha256", file.sha256},
                                {"content", is_kept ? geom::Bytes() : file.content}});
  return true;
}

std::string plain_file_name(const model::Attachment& attachment) {
  std::string name;
  for (const char c : attachment.file_name) {
    if (c != '/' && static_cast<unsigned char>(c) >= ' ') name += c;
  }
  while (name.starts_with('.') || name.starts_with('-')) name.erase(0, 1);
  constexpr std::size_t longest = 200;  // file systems end at 255 bytes
  if (name.size() > longest) {
    std::size_t from = name.size() - longest;  // its ending tells the program
    while (from < name.size() && (static_cast<unsigned char>(name[from]) & 0xC0U) == 0x80U) ++from;
    name.erase(0, from);
  }
  return name.empty() ? "attachment" : name;
}

void write_attachment(const store::ProjectFile& project, const model::Attachment& attachment, const fs::path& to) {
  const geom::Bytes content = project.attached_content(attachment.id);
  if (content.empty() || base::sha256(view_of(content)) != attachment.sha256) {
    throw Error(ExitCode::data_failed,
                base::say("{}: the attachment \"{}\" does not have its hash {} any more and was not opened; attach the "
                          "file again, or take it from a backup of the project",
                          project.path().string(), attachment.file_name, attachment.sha256.substr(0, 8)));
  }
  base::OutputFile output(to);
  output.write(view_of(content));
  output.commit_as_written();
}

void open_with_desktop(const fs::path& file) {
  // The shell starts it in the background, so that it may stay as long as it likes, and says when there is none.
  std::string shell = "sh", option = "-c", name = "zaitu", path = file.string();
  std::string script = "command -v xdg-open >/dev/null 2>&1 || exit 127; xdg-open \"$1\" >/dev/null 2>&1 </dev/null &";
  char* const words[] = {shell.data(), option.data(), script.data(), name.data(), path.data(), nullptr};
  pid_t child = 0;
  int status = 0;
  const bool started = ::posix_spawnp(&child, "sh", nullptr, nullptr, words, environ) == 0;
  while (started && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!started || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw Error(ExitCode::output_failed,
                base::say("{}: xdg-open cannot be started; save the file and open it yourself", file.string()));
  }
}

}  // namespace zaitu::app

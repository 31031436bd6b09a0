#include "io/private_copy.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <map>
#include <system_error>
#include <vector>

#include "base/message.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "io/refuse.h"
#include "io/source_format.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t piece_bytes = std::size_t{16} << 20;

// A handle that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int descriptor) : m_descriptor(descriptor) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (m_descriptor >= 0) ::close(m_descriptor);
  }
  int get() const { return m_descriptor; }

 private:
  int m_descriptor;
};

// The files beside the source that belong to it, by their endings.
std::map<std::string, fs::path> siblings_of(const fs::path& source) {
  std::map<std::string, fs::path> found;
  const SourceFormat* const format = source_format_of(source);
  if (format == nullptr || format->siblings.empty()) return found;
  const fs::path stem = source.stem();
  const std::string stem_key = base::ascii_lower(stem.string());
  std::error_code error;
  const fs::path folder = source.has_parent_path() ? source.parent_path() : fs::path(".");
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (base::ascii_lower(entry.path().stem().string()) != stem_key || !entry.is_regular_file(error)) continue;
    std::string other = base::ascii_lower(entry.path().extension().string());
    if (other.empty()) continue;
    other.erase(0, 1);
    for (const char* sibling : format->siblings) {
      // An exact match of case wins over another file that differs only in case.
      if (other != sibling || (found.contains(other) && entry.path().stem() != stem)) continue;
      found[other] = entry.path();
    }
  }
  return found;
}

}  // namespace

PrivateCopy::PrivateCopy(const fs::path& source, bool with_hash, base::Progress& progress) : m_progress(progress) {
  const std::string text = source.string();
  const std::size_t colon = text.find(':');
  std::error_code error;
  const fs::file_status status = fs::status(source, error);
  if (text.starts_with("/vsi") || (text.starts_with('<') && !fs::exists(status)) ||
      (colon != std::string::npos && colon > 1 && !fs::exists(status))) {
    refuse(base::say("blocked: \"{}\" is no plain file; only files and FileGDB folders are read", text));
  }
  if (!fs::exists(status)) refuse(base::say("cannot find {}; check the name", text));
  std::string name = source.filename().string();
  fs::path clean = source;
  if (name.empty()) {
    clean = source.parent_path();
    name = clean.filename().string();
  }
  const SourceFormat* const format = source_format_of(clean);
  const bool folder = fs::is_directory(status);
  if (!folder && !fs::is_regular_file(status)) refuse(base::say("blocked: {} is no plain file", text));
  if (!folder && fs::file_size(source, error) == 0) refuse(base::say("empty: {} has 0 bytes; fetch it again", text));
  if (format == nullptr || folder != (std::string_view(format->driver) == "OpenFileGDB")) {
    refuse_unknown(folder ? fs::path() : source, name);
  }
  if (!folder) look_inside(source, *format, name);
  m_driver = format->driver;

  m_folder.emplace("zaitu-read-");
  if (folder) {
    copy_folder(clean);
    return;
  }
  copy_files(clean, format->copied_as);
  // A large file is hashed while the worker reads it; readers of the other formats may write to their copy.
  if (!with_hash) return;
  if (m_driver == "ESRI Shapefile" || m_driver == "FlatGeobuf") {
    m_hashing =
        std::thread([this] { m_sha256 = base::sha256_of_file(m_file, [this](std::uint64_t) { return !m_stop; }); });
  } else {
    m_sha256 = base::sha256_of_file(m_file, [this](std::uint64_t bytes) {
      if (bytes % piece_bytes == 0 && bytes > 0) m_progress.report(m_bytes + bytes, 0);
      return !m_progress.stop_requested();
    });
    m_progress.throw_if_stopped();
    if (m_sha256.empty()) refuse(base::say("cannot read {}", source.string()));
  }
}

const std::string& PrivateCopy::sha256() {
  if (m_hashing.joinable()) m_hashing.join();
  return m_sha256;
}

PrivateCopy::~PrivateCopy() {
  m_stop = true;
  if (m_hashing.joinable()) m_hashing.join();
}

void PrivateCopy::copy(const fs::path& from, const fs::path& to) {
  const auto fail = [&](int reason) {
    if (reason == ENOSPC || reason == EDQUOT || reason == EFBIG) {
      throw base::Error(
          base::ExitCode::output_failed,
          base::say(
              "disk: no room in {} for a private copy of {} ({}); free space there or set TMPDIR; nothing was changed",
              m_folder->path().parent_path().string(), from.filename().string(),
              std::generic_category().message(reason)));
    }
    refuse(base::say("cannot read {} into {}: {}", from.string(), m_folder->path().string(),
                     std::generic_category().message(reason)));
  };
  const Descriptor in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) fail(errno);
  struct stat facts {};
  if (::fstat(in.get(), &facts) != 0) fail(errno);
  if (!S_ISREG(facts.st_mode)) fail(EINVAL);
  // Ours to remove and to index, also when the source is read-only.
  const Descriptor out(::open(to.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (out.get() < 0) fail(errno);
  // Where the file system can, the copy is the same blocks until one of the two is written to.
  if (::ioctl(out.get(), FICLONE, in.get()) == 0) {
    if (::fstat(out.get(), &facts) != 0) fail(errno);
    m_bytes += static_cast<std::uint64_t>(facts.st_size);
    return;
  }
  bool by_system = true;
  std::vector<char> buffer;
  for (;;) {
    m_progress.throw_if_stopped();
    ssize_t got = -1;
    if (by_system) {
      got = ::copy_file_range(in.get(), nullptr, out.get(), nullptr, piece_bytes, 0);
      if (got < 0 && errno == EINTR) continue;
      // Not between these two file systems: then by hand.
      if (got < 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)) by_system = false;
    }
    if (!by_system) {
      buffer.resize(piece_bytes);
      do {
        got = ::read(in.get(), buffer.data(), buffer.size());
      } while (got < 0 && errno == EINTR);
      for (ssize_t put = 0; put < got;) {
        const ssize_t more = ::write(out.get(), buffer.data() + put, static_cast<std::size_t>(got - put));
        if (more < 0 && errno == EINTR) continue;
        if (more <= 0) fail(errno);
        put += more;
      }
    }
    if (got < 0) fail(errno);
    if (got == 0) return;
    m_bytes += static_cast<std::uint64_t>(got);
    if (static_cast<std::size_t>(got) == piece_bytes) m_progress.report(m_bytes, 0);
  }
}

void PrivateCopy::copy_folder(const fs::path& source) {
  m_file = m_folder->path() / source.filename();
  std::error_code error;
  fs::create_directory(m_file, error);
  for (const fs::directory_entry& entry : fs::directory_iterator(source, error)) {
    if (entry.is_regular_file(error) && !entry.is_symlink(error)) copy(entry.path(), m_file / entry.path().filename());
  }
  if (m_bytes == 0) refuse(base::say("empty: {} holds no files", source.string()));
}

void PrivateCopy::copy_files(const fs::path& source, const std::string& ending) {
  const fs::path stem = source.stem();
  m_file = m_folder->path() / (stem.string() + "." + ending);
  copy(source, m_file);
  std::error_code error;
  for (const auto& [sibling, file] : siblings_of(source)) {
    const fs::path target = m_folder->path() / (stem.string() + "." + sibling);
    fs::remove(target, error);
    copy(file, target);
  }
}

std::vector<fs::path> files_of_source(const fs::path& source) {
  std::error_code error;
  if (source_format_of(source) == nullptr || !fs::is_regular_file(source, error)) return {};
  std::vector<fs::path> files{source};
  for (const auto& [sibling, file] : siblings_of(source)) files.push_back(file);
  return files;
}

}  // namespace zaitu::io

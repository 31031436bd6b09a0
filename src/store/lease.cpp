#include "store/lease.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "base/message.h"
#include "store/who.h"

namespace zaitu::store {

namespace fs = std::filesystem;
using base::Error;
using base::ExitCode;

namespace {

[[noreturn]] void cannot_write(const fs::path& file, int reason) {
  const bool full = reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
  throw Error(ExitCode::output_failed, full ? base::say("disk: {}: cannot be written: {}; the project is unchanged",
                                                        file.string(), std::strerror(reason))
                                            : base::say("readonly: {}: cannot be written: {}; the project is unchanged",
                                                        file.string(), std::strerror(reason)));
}

// The lease's file, open and locked for a moment, so that looking and writing are one step for all processes. Where
// locks do not work (some shares) the renewal's look at the token tells who was last.
class LeaseFile {
 public:
  // Without `make`, a file that is not there is left at that.
  LeaseFile(const fs::path& file, bool make) : m_file(file) {
    constexpr int tries = 20;
    for (int i = 0; i < tries; ++i) {
      m_handle = ::open(file.c_str(), (make ? O_RDWR | O_CREAT : O_RDWR) | O_CLOEXEC, 0666);
      if (m_handle < 0) {
        if (!make) return;
        cannot_write(file, errno);
      }
      if (lock() && is_still_there()) return;
      ::close(std::exchange(m_handle, -1));
    }
    // Somebody takes and gives it back all the time: as good as held.
    throw Error(ExitCode::project_unusable, base::say("locked: {} is busy; try again", file.string()));
  }
  ~LeaseFile() {
    if (m_handle >= 0) ::close(m_handle);  // and the lock with it
  }
  LeaseFile(const LeaseFile&) = delete;
  LeaseFile& operator=(const LeaseFile&) = delete;

  bool open() const { return m_handle >= 0; }
  std::string read() const {
    std::array<char, 4096> bytes{};
    const ssize_t got = ::pread(m_handle, bytes.data(), bytes.size(), 0);
    return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }
  void write(const std::string& text) {
    const ssize_t put = ::pwrite(m_handle, text.data(), text.size(), 0);
    if (put != static_cast<ssize_t>(text.size())) {
      const int reason = put < 0 ? errno : ENOSPC;
      ::unlink(m_file.c_str());
      cannot_write(m_file, reason);
    }
    if (::ftruncate(m_handle, put) != 0) cannot_write(m_file, errno);
  }
  void remove() { ::unlink(m_file.c_str()); }
  // Seconds since it was written, by the clock of the disk it lies on.
  double age() const {
    struct stat written {};
    if (::fstat(m_handle, &written) != 0) return 0;
    // A file written now tells the disk's time; where none can be made, this machine's.
    timespec now{};
    std::string beside = m_file.string() + "-XXXXXX";
    const int probe = ::mkstemp(beside.data());
    struct stat made {};
    if (probe >= 0 && ::fstat(probe, &made) == 0) {
      now = made.st_mtim;
    } else {
      ::clock_gettime(CLOCK_REALTIME, &now);
    }
    if (probe >= 0) {
      ::close(probe);
      ::unlink(beside.c_str());
    }
    return static_cast<double>(now.tv_sec - written.st_mtim.tv_sec);
  }

 private:
  bool lock() const {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    for (int i = 0; i < 100; ++i) {
      if (::fcntl(m_handle, F_OFD_SETLK, &whole) == 0) return true;
      if (errno != EAGAIN && errno != EACCES) return true;  // no locks here
      ::usleep(2000);
    }
    return false;
  }
  // Not one that was given back between opening and locking it.
  bool is_still_there() const {
    struct stat mine {
    }, named{};
    return ::fstat(m_handle, &mine) == 0 && ::stat(m_file.c_str(), &named) == 0 && mine.st_ino == named.st_ino &&
           mine.st_dev == named.st_dev;
  }

  fs::path m_file;
  int m_handle = -1;
};

std::string first_line(const char* file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

// When the process started; nothing: there is no such process.
std::optional<std::int64_t> start_of(std::int64_t pid) {
  const std::string line = first_line(fmt::format("/proc/{}/stat", pid).c_str());
  const std::size_t name_end = line.rfind(')');  // its name may hold anything
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream words(line.substr(name_end + 1));
  std::string state, word;
  words >> state;
  if (state == "Z" || state == "X") return std::nullopt;  // ended, and not yet waited for
  constexpr int fields = 19;                              // after the state (field 3) to the start (field 22), proc(5)
  for (int i = 0; i < fields; ++i) words >> word;
  std::int64_t started = 0;
  const auto end = std::from_chars(word.data(), word.data() + word.size(), started);
  if (end.ec != std::errc{}) return std::nullopt;
  return started;
}

std::string this_machine() {
  std::error_code error;
  const fs::path space = fs::read_symlink("/proc/self/ns/pid", error);
  return first_line("/proc/sys/kernel/random/boot_id") + "/" + space.string();
}

std::string written_form(const LeaseHolder& holder) {
  return fmt::format("zaitu lease\nwho={}\nsince={}\nmachine={}\npid={}\nstarted={}\nwriter={}\ntoken={}\n", holder.who,
                     holder.since, holder.machine, holder.pid, holder.started,
                     holder.writer == Writer::window ? "window" : "command", holder.token);
}

// Nothing for an empty file, and for one that is no lease.
std::optional<LeaseHolder> holder_in(const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  std::map<std::string, std::string> facts;
  if (!std::getline(lines, line) || line != "zaitu lease") return std::nullopt;
  while (std::getline(lines, line)) {
    if (const std::size_t equals = line.find('='); equals != std::string::npos) {
      facts[line.substr(0, equals)] = line.substr(equals + 1);
    }
  }
  const auto number = [&](const char* name) {
    const std::string& digits = facts[name];
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  };
  LeaseHolder holder;
  holder.who = facts["who"];
  holder.since = facts["since"];
  holder.machine = facts["machine"];
  holder.pid = number("pid");
  holder.started = number("started");
  holder.writer = facts["writer"] == "window" ? Writer::window : Writer::command;
  holder.token = facts["token"];
  if (holder.token.empty()) return std::nullopt;
  return holder;
}

bool is_alive(const LeaseHolder& holder, const LeaseFile& file) {
  if (holder.machine == this_machine()) return start_of(holder.pid) == holder.started;
  return file.age() < static_cast<double>(lease_timeout.count());
}

}  // namespace

std::string LeaseHolder::text() const { return base::say("{} (process {}, since {})", who, pid, since); }

fs::path Lease::file_of(const fs::path& project) {
  fs::path file = project;
  file += "-lease";
  return file;
}

LeaseHolder Lease::this_process(Writer writer) {
  LeaseHolder own;
  own.who = user_at_host();
  own.since = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  own.machine = this_machine();
  own.pid = ::getpid();
  own.started = start_of(own.pid).value_or(0);
  own.writer = writer;
  std::random_device chance;
  own.token = fmt::format("{:08x}{:08x}", chance(), chance());
  return own;
}

Lease::Lease(const fs::path& project, Writer writer) : m_file(file_of(project)), m_own(this_process(writer)) {}

Lease::~Lease() {
  {
    const std::lock_guard lock(m_mutex);
    m_ending = true;
  }
  m_ending_changed.notify_one();
  if (m_renewing.joinable()) m_renewing.join();
  if (!m_held) return;
  try {
    LeaseFile file(m_file, false);
    if (!file.open()) return;
    const auto holder = holder_in(file.read());
    if (holder && holder->token == m_own.token) file.remove();
  } catch (const Error&) {
    // Left behind: of a process that ended it is free.
  }
}

std::optional<LeaseHolder> Lease::take() {
  {
    const std::lock_guard lock(m_mutex);
    if (m_held) return std::nullopt;
  }
  LeaseFile file(m_file, true);
  auto holder = holder_in(file.read());
  if (holder && holder->token != m_own.token && is_alive(*holder, file)) return holder;
  file.write(written_form(m_own));
  const std::lock_guard lock(m_mutex);
  m_held = true;
  m_lost = false;
  if (!m_renewing.joinable()) m_renewing = std::thread([this] { renew_until_the_end(); });
  return std::nullopt;
}

std::optional<LeaseHolder> Lease::other_holder() const {
  const LeaseFile file(m_file, false);
  if (!file.open()) return std::nullopt;
  auto holder = holder_in(file.read());
  if (!holder || holder->token == m_own.token || !is_alive(*holder, file)) return std::nullopt;
  return holder;
}

bool Lease::held() const {
  const std::lock_guard lock(m_mutex);
  return m_held;
}

bool Lease::lost() const {
  const std::lock_guard lock(m_mutex);
  return m_lost;
}

bool Lease::renew() {
  try {
    LeaseFile file(m_file, true);
    const auto holder = holder_in(file.read());
    if (holder && holder->token != m_own.token && is_alive(*holder, file)) return false;
    file.write(written_form(m_own));
  } catch (const Error&) {
    // A full disk or a share that is away for a while: tried again at the next beat.
  }
  return true;
}

void Lease::renew_until_the_end() {
  std::unique_lock lock(m_mutex);
  while (!m_ending_changed.wait_for(lock, lease_renewal, [this] { return m_ending; })) {
    if (!m_held) continue;
    lock.unlock();
    const bool still_held = renew();
    lock.lock();
    if (!still_held) {
      m_held = false;
      m_lost = true;
    }
  }
}

}  // namespace zaitu::store

#include "io/source.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "base/message.h"
#include "io/frame.h"
#include "io/private_copy.h"
#include "io/read_worker.h"
#include "io/refuse.h"
#include "io/row_batch.h"
#include "io/source_format.h"

extern char** environ;

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

// The environment without what could change how GDAL, PROJ or SpatiaLite behave: the worker sets its own.
std::vector<std::string> worker_environment() {
  std::vector<std::string> kept;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    bool foreign = false;
    for (const char* prefix :
         {"GDAL_", "OGR_", "CPL_", "PROJ_", "SHAPE_", "DXF_", "SPATIALITE_", "CURL_", "LD_PRELOAD="}) {
      foreign = foreign || text.starts_with(prefix);
    }
    if (!foreign) kept.emplace_back(text);
  }
  return kept;
}

// The running worker; killed and waited for when it is destroyed.
class Worker {
 public:
  explicit Worker(const WorkerOrder& order) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) refuse(base::say("cannot start the reader: no pipe"));
    std::vector<std::string> arguments{"zaitu"};
    for (std::string& argument : to_arguments(order)) arguments.push_back(std::move(argument));
    std::vector<std::string> environment = worker_environment();
    const auto pointers = [](std::vector<std::string>& texts) {
      std::vector<char*> list;
      list.reserve(texts.size() + 1);
      for (std::string& text : texts) list.push_back(text.data());
      list.push_back(nullptr);
      return list;
    };
    std::vector<char*> argv = pointers(arguments);
    std::vector<char*> envp = pointers(environment);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // its reports must be seen
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
#endif
    // With both ends at the same number dup2 would leave close-on-exec set.
    const int write_end = ends[1] == worker_pipe ? fcntl(ends[1], F_DUPFD_CLOEXEC, worker_pipe + 1) : ends[1];
    posix_spawn_file_actions_adddup2(&actions, write_end, worker_pipe);
    const int failure = posix_spawn(&m_pid, "/proc/self/exe", &actions, nullptr, argv.data(), envp.data());
    posix_spawn_file_actions_destroy(&actions);
    if (write_end != ends[1]) close(write_end);
    close(ends[1]);
    m_read_end = ends[0];
    if (failure != 0) {
      close(m_read_end);
      refuse(base::say("cannot start the reader process: {}", std::strerror(failure)));
    }
  }
  ~Worker() {
    if (m_pid > 0) {
      kill(m_pid, SIGKILL);
      wait();
    }
    close(m_read_end);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  int descriptor() const { return m_read_end; }
  // Has it mostly waited for a processor that others had? Then its silence says nothing.
  bool is_starved() const {
    std::ifstream in("/proc/" + std::to_string(m_pid) + "/schedstat");
    double ran_ns = 0, waited_ns = 0;
    return (in >> ran_ns >> waited_ns) && waited_ns > 2 * ran_ns;
  }
  // The status of waitpid, once its pipe is closed.
  int wait() {
    int status = 0;
    while (waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
    }
    m_pid = -1;
    return status;
  }

 private:
  pid_t m_pid = -1;
  int m_read_end = -1;
};

// Bytes from the worker as whole frames. A block of rows is read to where it stays.
class FrameStream {
 public:
  enum class State { frame, waiting, closed };
  explicit FrameStream(int descriptor) : m_descriptor(descriptor) {
    fcntl(descriptor, F_SETPIPE_SZ, 1 << 20);  // fewer changes between the two processes; a wish
  }

  State next() {
    if (m_got == frame_head_bytes + m_size) m_got = 0;  // the frame before
    for (;;) {
      if (m_got >= frame_head_bytes && m_got == frame_head_bytes + m_size) return State::frame;
      pollfd poll_one{m_descriptor, POLLIN, 0};
      const int ready = poll(&poll_one, 1, 100);
      if (ready <= 0) return State::waiting;
      const bool in_head = m_got < frame_head_bytes;
      char* const to = in_head ? m_head + m_got : m_payload.get() + (m_got - frame_head_bytes);
      const std::size_t wanted = in_head ? frame_head_bytes - m_got : frame_head_bytes + m_size - m_got;
      const ssize_t got = ::read(m_descriptor, to, wanted);
      if (got == 0) return State::closed;
      if (got < 0 && errno != EINTR && errno != EAGAIN) return State::closed;
      m_got += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
      if (!in_head || m_got < frame_head_bytes) continue;
      std::memcpy(&m_size, m_head + 1, sizeof m_size);
      if (m_size > frame_limit_bytes) refuse(base::say("too-large: a row of the source is larger than 1 GiB"));
      m_payload.reset(new char[m_size]);  // not zeroed
    }
  }

  // Of the frame that next() told of.
  FrameType type() const { return static_cast<FrameType>(m_head[0]); }
  std::span<const char> payload() const { return {m_payload.get(), m_size}; }
  std::unique_ptr<char[]> take_payload() { return std::move(m_payload); }

 private:
  int m_descriptor;
  char m_head[frame_head_bytes] = {};
  std::unique_ptr<char[]> m_payload;
  std::uint32_t m_size = 0;
  std::size_t m_got = 0;  // of the frame that comes or is there
};

std::string death_message(const std::string& file, int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGXCPU) {
      return base::say("time: reading {} took too long and was stopped; the file is probably damaged", file);
    }
    return base::say("format: the reader of {} was stopped by signal {} ({}); the file is damaged or too large", file,
                     signal, strsignal(signal));
  }
  return base::say("format: the reader of {} ended early (status {}); the file is damaged or too large", file,
                   WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

struct Callbacks {
  std::function<void(const SourceHeader&)> on_header;
  std::function<void(RowBatch&&)> on_batch;
  std::function<void(Warning&&)> on_warning;
};

// Returns false when the worker was killed by a signal before its header and another driver may be tried.
bool run_worker(PrivateCopy& copy, const std::string& name, const SourceOptions& options, WorkerOrder order,
                bool may_retry, const Callbacks& callbacks, base::Progress& progress) {
  // Generous for a healthy file (it takes well under 1 s for 10 MB), short for one on which a driver turns in circles.
  // An archive holds several times its bytes.
  const std::uint64_t bytes = copy.driver() == archive_driver ? 8 * copy.bytes() : copy.bytes();
  const int seconds = 6 + static_cast<int>(std::min<std::uint64_t>(bytes / 300000, 36000));
  order.cpu_seconds = seconds;
  order.parent = getpid();
  order.layer = options.layer;
  order.encoding = options.encoding;
  order.header_row = options.header_row;
  order.allow_partial = options.allow_partial;
  order.messages = base::message_language();
  Worker worker(order);
  FrameStream stream(worker.descriptor());
  auto last_sign = Clock::now();
  std::optional<SourceHeader> header;
  std::int64_t rows = 0;
  std::int64_t sent = -1;
  for (;;) {
    const FrameStream::State state = stream.next();
    progress.throw_if_stopped();
    if (state == FrameStream::State::waiting) {
      // The worker has its own limit of processor time; this one is for a worker that sleeps or is starved.
      const auto silence = Clock::now() - last_sign;
      const bool too_long = silence > std::chrono::seconds(seconds + 1) && !worker.is_starved();
      if (too_long || silence > std::chrono::seconds(4 * seconds)) {
        refuse(base::say("time: the reader of {} gave no sign for {} s and was stopped", name,
                         std::chrono::duration_cast<std::chrono::seconds>(silence).count()));
      }
      continue;
    }
    if (state == FrameStream::State::closed) break;
    const std::span<const char> payload = stream.payload();
    switch (stream.type()) {
      case FrameType::header:
        header = read_header(payload);
        header->bytes = copy.bytes();
        header->sha256 = copy.sha256();
        if (!options.crs.empty()) {
          header->crs = {options.crs, header->crs.value.empty()
                                          ? base::say("given by --crs")
                                          : base::say("given by --crs; the source says {}", header->crs.value)};
          header->crs_definition = options.crs;
        }
        callbacks.on_header(*header);
        break;
      case FrameType::rows: {
        if (!header) refuse(base::say("format: the reader of {} sent a broken message", name));
        RowBatch batch(stream.take_payload(), payload.size(), *header);
        rows += static_cast<std::int64_t>(batch.size());
        callbacks.on_batch(std::move(batch));
        break;
      }
      case FrameType::warning:
        callbacks.on_warning(read_warning(payload));
        break;
      case FrameType::progress: {
        PayloadReader from(payload);
        const std::int64_t done = from.i64();
        const std::int64_t total = from.i64();
        progress.report(static_cast<std::uint64_t>(std::max<std::int64_t>(done, 0)),
                        static_cast<std::uint64_t>(std::max<std::int64_t>(total, 0)));
        break;
      }
      case FrameType::error: {
        PayloadReader from(payload);
        const std::uint8_t code = from.u8();
        throw base::Error(code == static_cast<std::uint8_t>(base::ExitCode::usage) ? base::ExitCode::usage
                                                                                   : base::ExitCode::input_unreadable,
                          from.text());
      }
      case FrameType::done: {
        PayloadReader from(payload);
        sent = from.i64();
        break;
      }
      default:
        refuse(base::say("format: the reader of {} sent a broken message", name));
    }
    last_sign = Clock::now();
  }
  const int status = worker.wait();
  const bool crashed = WIFSIGNALED(status) && WTERMSIG(status) != SIGXCPU && WTERMSIG(status) != SIGKILL;
  if (sent < 0 && !header && may_retry && crashed) return false;
  if (sent < 0 || !header) refuse(death_message(name, status));
  if (sent != rows) {
    refuse(base::say("record-count: {}: {} rows were read and {} arrived; nothing was taken", name, sent, rows));
  }
  if (!order.header_only && header->declared_rows >= 0 && header->declared_rows != rows) {
    refuse(base::say("record-count: {} says {} rows and {} could be read: rows are lost; fetch it again", name,
                     header->declared_rows, rows));
  }
  return true;
}

void run(const fs::path& file, const SourceOptions& options, bool header_only, const Callbacks& callbacks,
         base::Progress& progress) {
  PrivateCopy copy(file, options.with_hash && !header_only, progress);
  WorkerOrder order;
  order.file = copy.file().string();
  order.driver = copy.driver();
  order.header_only = header_only;
  const std::string name = file.filename().empty() ? file.string() : file.filename().string();
  // LIBKML keeps all attributes but dies on some files that the plain KML driver reads.
  const bool may_be_kml = order.driver == "LIBKML" || order.driver == archive_driver;
  if (run_worker(copy, name, options, order, may_be_kml, callbacks, progress)) return;
  order.plain_kml = true;
  run_worker(copy, name, options, order, false, callbacks, progress);
}

}  // namespace

void read_batches(const fs::path& file, const SourceOptions& options,
                  const std::function<void(const SourceHeader&)>& on_header,
                  const std::function<void(RowBatch&&)>& on_batch, const std::function<void(Warning&&)>& on_warning,
                  base::Progress& progress) {
  run(file, options, false, {on_header, on_batch, on_warning}, progress);
}

void read_source(const fs::path& file, const SourceOptions& options,
                 const std::function<void(const SourceHeader&)>& on_header,
                 const std::function<void(SourceRow&&)>& on_row, const std::function<void(Warning&&)>& on_warning,
                 base::Progress& progress) {
  const auto on_batch = [&](RowBatch&& batch) {
    for (std::size_t row = 0; row < batch.size(); ++row) {
      progress.throw_if_stopped();
      on_row(batch.row(row));
    }
  };
  run(file, options, false, {on_header, on_batch, on_warning}, progress);
}

SourceHeader inspect_source(const fs::path& file, const SourceOptions& options) {
  SourceHeader result;
  base::Progress progress;
  Callbacks callbacks{[&](const SourceHeader& header) { result = header; }, [](RowBatch&&) {}, [](Warning&&) {}};
  run(file, options, true, callbacks, progress);
  return result;
}

}  // namespace zaitu::io

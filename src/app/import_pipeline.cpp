#include "app/import_pipeline.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>

namespace zaitu::app {

namespace {

constexpr std::size_t most_batches = 16;  // on the way
constexpr unsigned most_preparers = 4;
constexpr std::chrono::milliseconds look_again{100};  // for a request to stop

// Some rows of a block, from reading to writing.
struct Batch {
  std::shared_ptr<const io::RowBatch> block;  // nullptr: none, only warnings
  std::size_t from = 0, to = 0;               // of its rows
  std::vector<io::Warning> warnings;          // before the first of them
  std::unique_ptr<PreparedRows> prepared;
  std::exception_ptr failure;
  bool ready = false;
};

class Pipeline {
 public:
  Pipeline(const std::filesystem::path& source, const io::SourceOptions& options, const PipelineSteps& steps,
           base::Progress& progress)
      : m_steps(steps), m_progress(progress) {
    m_reader = std::thread([this, &source, &options] { read(source, options); });
  }
  ~Pipeline() {
    {
      const std::lock_guard lock(m_mutex);
      m_stopping = true;
    }
    m_reading.request_stop();
    m_changed.notify_all();
    m_reader.join();
    for (std::thread& thread : m_preparers) thread.join();
  }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  void run() {
    wait_for([&] { return m_header || m_read_all; });
    if (m_header) {
      m_steps.on_header(*m_header);
      start_preparers();
    }
    for (;;) {
      wait_for([&] { return m_read_all || (!m_batches.empty() && m_batches.front()->ready); });
      std::unique_ptr<Batch> batch;
      {
        std::unique_lock lock(m_mutex);
        if (m_batches.empty()) break;
        if (!m_batches.front()->ready) {
          m_changed.wait_for(lock, look_again);
          continue;
        }
        batch = std::move(m_batches.front());
        m_batches.pop_front();
      }
      m_changed.notify_all();
      write(*batch);
      if (batch->prepared) {
        const std::lock_guard lock(m_mutex);
        m_written.push_back(std::move(batch->prepared));
      }
      pass_on_progress();
    }
    if (m_failure) std::rethrow_exception(m_failure);
  }

 private:
  // Waits until `is_so`, which is asked under the lock, and throws when the import is to stop.
  template <class IsSo>
  void wait_for(const IsSo& is_so) {
    std::unique_lock lock(m_mutex);
    for (;;) {
      m_progress.throw_if_stopped();
      if (m_changed.wait_for(lock, look_again, is_so)) return;
      lock.unlock();
      pass_on_progress();
      lock.lock();
    }
  }

  void pass_on_progress() {
    if (m_reading.done() != m_progress.done()) m_progress.report(m_reading.done(), m_reading.total());
  }

  void start_preparers() {
    const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1U, most_preparers);
    std::vector<std::unique_ptr<RowPreparer>> made;
    for (unsigned i = 0; i < threads; ++i) {
      std::unique_ptr<RowPreparer> preparer = m_steps.make_preparer();
      if (preparer == nullptr) break;
      made.push_back(std::move(preparer));
    }
    {
      const std::lock_guard lock(m_mutex);
      m_prepares = !made.empty();
      if (m_prepares) m_rows_at_once = made.front()->rows_at_once();
      m_header_taken = true;
    }
    m_changed.notify_all();
    for (auto& preparer : made) {
      m_preparers.emplace_back([this, preparer = std::move(preparer)] { prepare(*preparer); });
    }
  }

  void read(const std::filesystem::path& source, const io::SourceOptions& options) {
    auto batch = std::make_unique<Batch>();
    const auto wait_for_room = [&](std::unique_lock<std::mutex>& lock) {
      m_changed.wait(lock, [&] { return m_stopping || (m_header_taken && m_batches.size() < most_batches); });
      if (m_stopping) throw base::Cancelled();
    };
    const auto hand_over = [&] {
      {
        std::unique_lock lock(m_mutex);
        wait_for_room(lock);
        batch->ready = !m_prepares || batch->block == nullptr;
        if (!batch->ready) m_to_prepare.push_back(batch.get());
        m_batches.push_back(std::move(batch));
      }
      m_changed.notify_all();
      batch = std::make_unique<Batch>();
    };
    std::exception_ptr failure;
    try {
      io::read_batches(
          source, options,
          [&](const io::SourceHeader& header) {
            {
              const std::lock_guard lock(m_mutex);
              m_header = header;
            }
            m_changed.notify_all();
          },
          [&](io::RowBatch&& rows) {
            const auto block = std::make_shared<const io::RowBatch>(std::move(rows));
            std::size_t at_once = 0;
            {
              std::unique_lock lock(m_mutex);
              wait_for_room(lock);
              at_once = m_rows_at_once;
            }
            for (std::size_t from = 0; from < block->size(); from = batch_end(*block, from, at_once)) {
              batch->block = block;
              batch->from = from;
              batch->to = batch_end(*block, from, at_once);
              hand_over();
            }
          },
          [&](io::Warning&& warning) { batch->warnings.push_back(std::move(warning)); }, m_reading);
      hand_over();
    } catch (...) {
      failure = std::current_exception();
    }
    {
      const std::lock_guard lock(m_mutex);
      m_failure = failure;
      m_read_all = true;
    }
    m_changed.notify_all();
  }

  static std::size_t batch_end(const io::RowBatch& block, std::size_t from, std::size_t at_once) {
    return std::min(block.size(), from + at_once);
  }

  void prepare(RowPreparer& preparer) {
    for (;;) {
      Batch* batch = nullptr;
      std::vector<std::unique_ptr<PreparedRows>> written;  // their many small pieces are freed here, not by the writer
      {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_stopping || m_read_all || !m_to_prepare.empty(); });
        if (m_stopping || m_to_prepare.empty()) return;
        batch = m_to_prepare.front();
        m_to_prepare.pop_front();
        written.swap(m_written);
      }
      written.clear();
      try {
        batch->prepared = preparer.prepare(*batch->block, batch->from, batch->to);
        batch->block.reset();
      } catch (...) {
        batch->failure = std::current_exception();
      }
      {
        const std::lock_guard lock(m_mutex);
        batch->ready = true;
      }
      m_changed.notify_all();
    }
  }

  void write(Batch& batch) {
    if (batch.failure) std::rethrow_exception(batch.failure);
    for (io::Warning& warning : batch.warnings) m_steps.on_warning(std::move(warning));
    if (batch.prepared) {
      m_steps.on_prepared(*batch.prepared);
    } else if (batch.block) {
      for (std::size_t row = batch.from; row < batch.to; ++row) {
        m_progress.throw_if_stopped();
        m_steps.on_row(batch.block->row(row));
      }
    }
  }

  const PipelineSteps& m_steps;
  base::Progress& m_progress;
  base::Progress m_reading;
  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::optional<io::SourceHeader> m_header;  // set once by the reader, before any row
  bool m_header_taken = false, m_read_all = false, m_stopping = false, m_prepares = false;
  std::size_t m_rows_at_once = std::numeric_limits<std::uint32_t>::max();
  std::exception_ptr m_failure;
  std::deque<std::unique_ptr<Batch>> m_batches;  // in the order of the source
  std::deque<Batch*> m_to_prepare;
  std::vector<std::unique_ptr<PreparedRows>> m_written;  // waiting to be freed
  std::thread m_reader;
  std::vector<std::thread> m_preparers;
};

}  // namespace

void run_pipeline(const std::filesystem::path& source, const io::SourceOptions& options, const PipelineSteps& steps,
                  base::Progress& progress) {
  Pipeline(source, options, steps, progress).run();
}

}  // namespace zaitu::app

#include "base/thread_pool.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace zaitu::base {

void work_in_background() {
  // Little: a thread that hardly ever runs on a busy machine would keep others waiting for what it holds, memory above
  // all.
  constexpr int niceness = 4;
  // Linux keeps a niceness for each thread. A system that refuses leaves the thread as it is.
  (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), niceness);
}

ThreadPool::ThreadPool(unsigned threads) {
  m_threads.reserve(threads);
  for (unsigned i = 0; i < threads; ++i) m_threads.emplace_back([this] { run(); });
}

ThreadPool::~ThreadPool() {
  std::deque<Request> dropped;
  {
    const std::lock_guard lock(m_mutex);
    dropped.swap(m_queue);
  }
  dropped.clear();  // before the wait: what they hold must not outlive the asking
  finish();
}

void ThreadPool::finish() {
  {
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
  }
  m_changed.notify_all();
  for (std::thread& thread : m_threads) thread.join();
  m_threads.clear();
}

void ThreadPool::submit(const std::string& tag, std::function<void()> work) {
  std::deque<Request> dropped;  // destroyed without the lock: what they hold may be large
  {
    const std::lock_guard lock(m_mutex);
    if (m_stopping) return;
    if (!tag.empty()) {
      const auto older = std::find_if(m_queue.begin(), m_queue.end(), [&](const Request& r) { return r.tag == tag; });
      if (older != m_queue.end()) {
        dropped.push_back(std::move(*older));
        m_queue.erase(older);
      }
    }
    m_queue.push_back({tag, std::move(work)});
  }
  m_changed.notify_one();
}

unsigned ThreadPool::default_threads() { return std::max(2U, std::thread::hardware_concurrency()) - 1; }

void ThreadPool::run() {
  for (;;) {
    Request request;
    {
      std::unique_lock lock(m_mutex);
      m_changed.wait(lock, [this] { return m_stopping || !m_queue.empty(); });
      if (m_queue.empty()) return;
      request = std::move(m_queue.front());
      m_queue.pop_front();
    }
    request.work();
  }
}

}  // namespace zaitu::base

// Worker threads with one queue, first come first served. A pool of one thread is a strand: its jobs never overlap.
// All members may be called from any thread; submitting costs a lock.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace zaitu::base {

// The calling thread gives way to threads that a person waits for (the window's), and has the processor otherwise.
void work_in_background();

class ThreadPool {
 public:
  explicit ThreadPool(unsigned threads);
  // Drops what is still queued and waits for what is running.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // A request with the same tag that is still queued is dropped: only the newest is wanted, and it takes its place at
  // the end. An empty tag replaces nothing. `work` must not throw.
  void submit(const std::string& tag, std::function<void()> work);

  // Runs what is queued, then ends the threads; what is submitted later is dropped.
  void finish();

  // One less than the machine's processors, for the window's own thread; at least one.
  static unsigned default_threads();

 private:
  struct Request {
    std::string tag;
    std::function<void()> work;
  };
  void run();

  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::deque<Request> m_queue;
  bool m_stopping = false;  // no more requests; the threads end when the queue is empty
  std::vector<std::thread> m_threads;
};

}  // namespace zaitu::base

#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>

namespace zaitu::base {
namespace {

TEST(ThreadPool, StrandRunsInOrderAndNeverTwoAtOnce) {
  std::vector<int> order;
  std::atomic<int> running{0};
  bool overlapped = false;
  ThreadPool strand(1);
  for (int i = 0; i < 100; ++i) {
    strand.submit("", [&, i] {
      overlapped = overlapped || ++running > 1;
      order.push_back(i);
      --running;
    });
  }
  strand.finish();
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
  EXPECT_FALSE(overlapped);
}

TEST(ThreadPool, NewestRequestOfATagReplacesTheQueuedOne) {
  std::promise<void> gate;
  std::vector<std::string> ran;
  ThreadPool strand(1);
  strand.submit("a", [&, opened = gate.get_future().share()] {
    opened.wait();
    ran.push_back("a, which is running, is not replaced");
  });
  // Whether or not the first has begun, only the last "b" and every untagged request may run.
  auto held = std::make_shared<int>(0);
  strand.submit("b", [&, held] { ran.push_back("b1"); });
  strand.submit("", [&] { ran.push_back("x"); });
  EXPECT_EQ(held.use_count(), 2);
  strand.submit("b", [&] { ran.push_back("b2"); });
  EXPECT_EQ(held.use_count(), 1) << "a dropped request lets go of what it holds";
  strand.submit("", [&] { ran.push_back("y"); });
  gate.set_value();
  strand.finish();
  EXPECT_EQ(ran, (std::vector<std::string>{"a, which is running, is not replaced", "x", "b2", "y"}));
}

TEST(ThreadPool, UsesAllItsThreads) {
  std::promise<void> first, second;
  ThreadPool pool(2);
  // Each waits for the other: one thread alone would never end.
  pool.submit("", [&] {
    first.set_value();
    second.get_future().wait();
  });
  pool.submit("", [&] {
    second.set_value();
    first.get_future().wait();
  });
  pool.finish();
}

TEST(ThreadPool, DestroyingDropsWhatIsQueued) {
  std::promise<void> begun, gate;
  std::atomic<int> ran{0};
  auto opened = gate.get_future().share();
  std::thread opener;
  {
    ThreadPool strand(1);
    strand.submit("", [&, opened] {
      begun.set_value();
      opened.wait();
      ++ran;
    });
    auto held = std::make_shared<int>(0);
    const std::weak_ptr<int> queued = held;
    strand.submit("", [&, held = std::move(held)] { ++ran; });
    begun.get_future().wait();
    opener = std::thread([&gate, queued] {
      while (!queued.expired()) std::this_thread::yield();  // the destructor has emptied the queue
      gate.set_value();
    });
  }
  opener.join();
  EXPECT_EQ(ran, 1);
}

TEST(ThreadPool, NothingRunsAfterFinish) {
  ThreadPool pool(1);
  pool.finish();
  bool ran = false;
  pool.submit("", [&] { ran = true; });
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace zaitu::base

// Makes the demo project in the user's data folder, once, on a thread of its own; then it is opened like any other.
#pragma once

#include <filesystem>
#include <functional>
#include <future>
#include <string>

#include "base/progress.h"

namespace zaitu::ui {

class DemoJob {
 public:
  struct Result {
    std::filesystem::path file;
    std::string problem;  // empty when it worked
  };
  explicit DemoJob(std::function<void()> wake) : m_wake(std::move(wake)) {}
  ~DemoJob();  // stops and waits
  void start();
  bool running() const { return m_result.valid(); }
  bool finished() const;
  Result take() { return m_result.get(); }

 private:
  std::function<void()> m_wake;
  base::Progress m_progress;
  std::future<Result> m_result;
};

}  // namespace zaitu::ui

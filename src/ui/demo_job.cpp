#include "ui/demo_job.h"

#include <chrono>
#include <cstdlib>

#include "app/commands.h"
#include "base/paths.h"

namespace zaitu::ui {

namespace fs = std::filesystem;

namespace {

// $XDG_DATA_HOME/zaitu or ~/.local/share/zaitu; the temporary folder where there is no home.
fs::path user_data_dir() {
  if (const char* dir = std::getenv("XDG_DATA_HOME"); dir != nullptr && dir[0] == '/') return fs::path(dir) / "zaitu";
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/') {
    return fs::path(home) / ".local" / "share" / "zaitu";
  }
  return base::temporary_dir() / "zaitu";
}

DemoJob::Result make_demo(base::Progress& progress) {
  DemoJob::Result result;
  try {
    const fs::path dir = user_data_dir();
    std::error_code error;
    fs::create_directories(dir, error);
    result.file = dir / "demo.sqlite";
    if (fs::exists(result.file, error)) return result;
    app::InitOptions options;
    options.project = result.file;
    options.demo = true;
    app::init_project(options, progress);
  } catch (const std::exception& problem) {
    result.problem = problem.what();
  }
  return result;
}

}  // namespace

DemoJob::~DemoJob() {
  m_progress.request_stop();
  if (m_result.valid()) m_result.wait();
}

void DemoJob::start() {
  if (running()) return;
  m_result = std::async(std::launch::async, [this] {
    Result result = make_demo(m_progress);
    m_wake();
    return result;
  });
}

bool DemoJob::finished() const {
  return m_result.valid() && m_result.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace zaitu::ui

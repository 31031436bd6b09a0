#include "ui/replay.h"

#include <fmt/format.h>
#include <imgui.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "ui/imgui_compat.h"
#include "ui/memory_use.h"

namespace zaitu::ui {

namespace {

constexpr double patience_s = 120;

double seconds_of(clockid_t clock) {
  timespec now{};
  if (clock_gettime(clock, &now) != 0) return 0;
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Mesa's llvmpipe draws on threads of its own.
std::vector<int> drawing_threads() {
  std::vector<int> threads;
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", error)) {
    std::ifstream file(task.path() / "comm");
    std::string name;
    if (std::getline(file, name) && name.starts_with("llvmpipe-")) {
      threads.push_back(std::atoi(task.path().filename().c_str()));
    }
  }
  return threads;
}

double drawing_cpu_s(const std::vector<int>& threads) {
  double seconds = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  // Linux's number of the processor clock of another thread (pthread_getcpuclockid() makes the same).
  for (const int thread : threads) seconds += seconds_of((~static_cast<clockid_t>(thread)) * 8 + 6);
  return seconds;
}

// Since the kernel made the process, to a hundredth of a second; 0 when it does not tell.
double since_process_began_ms() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');  // the name may hold blanks
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  for (int number = 3; number <= 22; ++number) fields >> field;
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  const double ticks = std::strtod(field.c_str(), nullptr), per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  return (static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9 - ticks / per_second) * 1000;
}

double ms(std::chrono::steady_clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

// The smallest value that at least this share of the values does not exceed.
double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

}  // namespace

Replay::Replay(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) {
    throw base::Error(base::ExitCode::input_unreadable, "cannot read " + file.string() + "; check the name");
  }
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string word;
    if (!(words >> word)) continue;
    Step step;
    bool complete = true;
    if (word == "section") {
      step.kind = Step::Kind::section;
      complete = static_cast<bool>(words >> step.name);
    } else if (word == "at") {
      step.kind = Step::Kind::at;
      step.frames = 2;  // Dear ImGui knows what is hovered a frame later
      complete = static_cast<bool>(words >> step.name >> step.x >> step.y);
    } else if (word == "drag") {
      step.kind = Step::Kind::drag;
      complete = static_cast<bool>(words >> step.x >> step.y >> step.frames);
      step.frames += 2;  // the press and the release
    } else if (word == "wheel") {
      step.kind = Step::Kind::wheel;
      complete = static_cast<bool>(words >> step.y >> step.frames);
    } else if (word == "click") {
      step.kind = Step::Kind::click;
      step.frames = 3;
    } else if (word == "frames") {
      complete = static_cast<bool>(words >> step.frames);
    } else if (word == "sharp") {
      step.kind = Step::Kind::sharp;
    } else {
      complete = false;
    }
    if (!complete || step.frames < 1) {
      throw base::Error(base::ExitCode::input_unreadable,
                        fmt::format("{}: line {}: '{}' is no step of a path of gestures", file.string(), number, line));
    }
    m_steps.push_back(std::move(step));
  }
  // The start is waited for in any case.
  m_steps.insert(m_steps.begin(), {Step{Step::Kind::section, "start", 0, 0, 1}, Step{Step::Kind::sharp, "", 0, 0, 1}});
  m_waiting_since = m_last_input = m_rested = Clock::now();
}

bool Replay::wants_frame() const { return !finished() && m_steps[m_next].kind != Step::Kind::sharp; }

double Replay::seconds_left() const { return patience_s - ms(Clock::now() - m_waiting_since) / 1000; }

void Replay::begin_frame() {
  m_frame_began = Clock::now();
  if (m_drawing_threads.empty()) m_drawing_threads = drawing_threads();
  m_frame_cpu_s = drawing_cpu_s(m_drawing_threads);
}

void Replay::feed(const Probe& probe) {
  while (!finished() && m_steps[m_next].kind == Step::Kind::section) {
    m_sections.push_back({m_steps[m_next++].name, {}, {}, {}, {}, 0});
  }
  if (m_opened && wants_frame()) {
    const Step& step = m_steps[m_next];
    feed_step(probe, step);
    m_waiting_since = m_frame_began;
    if (step.kind != Step::Kind::frames) m_last_input = m_rested = m_frame_began;
    if (++m_step_frame >= step.frames) ++m_next, m_step_frame = 0;
  }
  // In every frame: a virtual screen's own pointer is somewhere too.
  if (m_opened) tell_mouse({m_x, m_y}, m_pressed);
}

void Replay::feed_step(const Probe& probe, const Step& step) {
  const auto steps = static_cast<float>(step.frames);
  switch (step.kind) {
    case Step::Kind::at:
      if (const auto rect = probe.find(step.name)) {
        m_x = std::round(rect->x + rect->width * step.x);
        m_y = std::round(rect->y + rect->height * step.y);
      }
      break;
    case Step::Kind::drag:
      if (m_step_frame == 0) {
        m_pressed = true;
      } else if (m_step_frame == step.frames - 1) {
        m_pressed = false;
      } else {
        m_x += step.x / (steps - 2);
        m_y += step.y / (steps - 2);
      }
      break;
    case Step::Kind::wheel:
      tell_wheel(step.y / steps);
      break;
    case Step::Kind::click:
      m_pressed = m_step_frame < step.frames - 1;
      break;
    case Step::Kind::section:
    case Step::Kind::frames:
    case Step::Kind::sharp:
      break;
  }
}

void Replay::end_frame(bool open, bool sharp, bool labelled, bool camera_moves) {
  const auto now = Clock::now();
  if (!m_first_frame_ms) m_first_frame_ms = since_process_began_ms();
  if (open && sharp && !m_first_map_ms) m_first_map_ms = since_process_began_ms();
  if (open && sharp && labelled && !m_first_labels_ms) m_first_labels_ms = since_process_began_ms();
  if (m_sections.empty() || finished()) return;
  Section& section = m_sections.back();
  section.wall_ms.push_back(ms(now - m_frame_began));
  section.cpu_ms.push_back((drawing_cpu_s(m_drawing_threads) - m_frame_cpu_s) * 1000);
  if (camera_moves) m_rested = now;
  if (m_steps[m_next].kind != Step::Kind::sharp) return;
  const bool done = open && sharp && !camera_moves && (m_opened || labelled);
  if (!done && seconds_left() > 0) return;
  m_opened = true;
  if (done) {
    section.sharp_ms.push_back(ms(now - m_last_input));
    section.rested_ms.push_back(ms(now - std::max(m_rested, m_last_input)));
  } else {
    ++section.given_up;
  }
  ++m_next;
}

void Replay::print(bool json, const std::string& renderer, int width_px, int height_px) const {
  nlohmann::ordered_json out;
  out["renderer"] = renderer;
  out["size"] = {width_px, height_px};
  out["first_frame_ms"] = m_first_frame_ms.value_or(0);
  out["first_map_ms"] = m_first_map_ms.value_or(0);
  out["first_labels_ms"] = m_first_labels_ms.value_or(0);
  const double mib = 1024.0 * 1024.0;
  const MemoryUse memory = memory_use();
  out["resident_mib"] = static_cast<double>(memory.resident_bytes) / mib;
  out["peak_mib"] = static_cast<double>(memory.peak_bytes) / mib;
  std::vector<Section> told = m_sections;
  Section all{"all", {}, {}, {}, {}, 0};
  for (const Section& section : m_sections) {
    if (section.name == "start") continue;
    all.wall_ms.insert(all.wall_ms.end(), section.wall_ms.begin(), section.wall_ms.end());
    all.cpu_ms.insert(all.cpu_ms.end(), section.cpu_ms.begin(), section.cpu_ms.end());
    all.sharp_ms.insert(all.sharp_ms.end(), section.sharp_ms.begin(), section.sharp_ms.end());
    all.rested_ms.insert(all.rested_ms.end(), section.rested_ms.begin(), section.rested_ms.end());
    all.given_up += section.given_up;
  }
  told.push_back(std::move(all));
  std::string text = fmt::format(
      "{}, {}x{} px\nfirst frame {:.0f} ms, first complete map {:.0f} ms, with labels {:.0f} ms since the process "
      "began; "
      "resident {:.0f} MiB, peak {:.0f} MiB\n{:<14}{:>7}{:>8}{:>8}{:>8}{:>8}{:>9}{:>9}{:>10}{:>10}\n",
      renderer, width_px, height_px, m_first_frame_ms.value_or(0), m_first_map_ms.value_or(0),
      m_first_labels_ms.value_or(0), out["resident_mib"].get<double>(), out["peak_mib"].get<double>(), "ms", "frames",
      "p50", "p95", "p99", "max", "cpu p50", "cpu p95", "sharp", "rested");
  for (const Section& s : told) {
    nlohmann::ordered_json row{{"section", s.name}, {"frames", s.wall_ms.size()}};
    for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"max", 1.0}}) {
      row[name] = percentile(s.wall_ms, share);
    }
    row["cpu_p50"] = percentile(s.cpu_ms, 0.5);
    row["cpu_p95"] = percentile(s.cpu_ms, 0.95);
    row["sharp_ms"] = s.sharp_ms;
    row["sharp_after_rest_ms"] = s.rested_ms;
    row["given_up"] = s.given_up;
    text += fmt::format("{:<14}{:>7}{:>8.1f}{:>8.1f}{:>8.1f}{:>8.1f}{:>9.1f}{:>9.1f}{:>10.1f}{:>10.1f}{}\n", s.name,
                        s.wall_ms.size(), row["p50"].get<double>(), row["p95"].get<double>(), row["p99"].get<double>(),
                        row["max"].get<double>(), row["cpu_p50"].get<double>(), row["cpu_p95"].get<double>(),
                        percentile(s.sharp_ms, 1), percentile(s.rested_ms, 1),
                        s.given_up > 0 ? fmt::format("  {} never sharp", s.given_up) : std::string());
    out["sections"].push_back(std::move(row));
  }
  std::fputs((json ? out.dump() + "\n" : text).c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace zaitu::ui

// A recorded path of gestures for measuring: fed to Dear ImGui frame by frame as the platform's events are, so that the
// window answers with the very code that a hand meets, and what each frame and each gesture cost. Main thread.
//
// The file has one step a line, words apart by blanks, # begins a comment:
//   section NAME          what follows is told under this name
//   at KEY X Y            the mouse goes to a share (0..1) of a widget's rectangle, by its key in the probe
//   drag DX DY FRAMES     presses, moves by so many pixels over so many frames, lets go
//   wheel NOTCHES FRAMES  turns the wheel (positive: nearer) over so many frames
//   click                 presses and lets go
//   frames N              N frames without input
//   sharp                 waits for the sharp, complete picture and notes how long it took
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ui/probe.h"

namespace zaitu::ui {

class Replay {
 public:
  // Throws base::Error(input_unreadable) naming the file and the line.
  explicit Replay(const std::filesystem::path& file);

  bool wants_frame() const;  // there is input to feed; else it waits for a picture
  bool finished() const { return m_next >= m_steps.size(); }
  double seconds_left() const;  // until waiting for a picture is given up

  // After the wait for events.
  void begin_frame();
  // Before Dear ImGui's new frame; `probe` knows the widgets of the frame before.
  void feed(const Probe& probe);
  // After the frame is on screen.
  void end_frame(bool open, bool sharp, bool labelled, bool camera_moves);
  // Milliseconds; what is on screen is told by the caller. `renderer` is OpenGL's.
  void print(bool json, const std::string& renderer, int width_px, int height_px) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Step {
    enum class Kind { section, at, drag, wheel, click, frames, sharp } kind = Kind::frames;
    std::string name;
    float x = 0, y = 0;
    int frames = 1;
  };
  struct Section {
    std::string name;
    // Of each frame. Processor time is that of the window's thread and of a software renderer's threads: on a machine
    // that is busy with other things it says more than the time on the wall.
    std::vector<double> wall_ms, cpu_ms;
    std::vector<double> sharp_ms, rested_ms;  // of each gesture: since its last input, since the camera came to rest
    std::size_t given_up = 0;
  };
  void feed_step(const Probe& probe, const Step& step);

  std::vector<Step> m_steps;
  std::size_t m_next = 0;
  int m_step_frame = 0;  // frames of the step that were fed
  float m_x = 0, m_y = 0;
  bool m_pressed = false;
  std::vector<Section> m_sections;
  Clock::time_point m_frame_began, m_last_input, m_rested, m_waiting_since;
  std::vector<int> m_drawing_threads;  // of the software renderer
  double m_frame_cpu_s = 0;
  bool m_opened = false;
  std::optional<double> m_first_frame_ms, m_first_map_ms, m_first_labels_ms;  // since the process began
};

}  // namespace zaitu::ui

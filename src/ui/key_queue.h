// Keys and characters in the order in which they were typed, handed out a frame at a time: Dear ImGui 1.86 sees only
// which keys are down when a frame begins, so what would cancel or overtake what stands before it (a key that goes up
// again, Ctrl released after Ctrl+A, a letter after Backspace) waits for the next frame. Main thread.
#pragma once

#include <deque>
#include <vector>

namespace zaitu::ui {

// For the window's own shortcuts.
struct KeyPress {
  int key = 0;  // GLFW key code
  bool ctrl = false, shift = false, alt = false;
};

struct KeyEvent {
  enum class Kind { press, repeat, release, character } kind = Kind::press;
  int key = 0, scancode = 0, mods = 0;  // GLFW's
  unsigned character = 0;
};

class KeyQueue {
 public:
  void push(const KeyEvent& event) { m_events.push_back(event); }
  // What the next frame may see; the rest waits.
  std::vector<KeyEvent> take_frame();
  bool empty() const { return m_events.empty(); }

 private:
  std::deque<KeyEvent> m_events;
};

}  // namespace zaitu::ui

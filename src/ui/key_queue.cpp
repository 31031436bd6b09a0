#include "ui/key_queue.h"

#include <GLFW/glfw3.h>

#include <set>

namespace zaitu::ui {

namespace {

bool is_modifier(int key) { return key >= GLFW_KEY_LEFT_SHIFT && key <= GLFW_KEY_RIGHT_SUPER; }

}  // namespace

std::vector<KeyEvent> KeyQueue::take_frame() {
  std::vector<KeyEvent> frame;
  std::set<int> changed;   // keys that went up or down in this frame
  std::set<int> lettered;  // those of them that typed a character: nobody looks for the key itself
  int last_press = 0;
  bool pressed = false;  // any but modifiers
  // A press that no character followed so far: a text field obeys one such key a frame, after the frame's characters.
  bool silent = false;
  while (!m_events.empty()) {
    const KeyEvent& next = m_events.front();
    switch (next.kind) {
      case KeyEvent::Kind::character:
        if (silent) lettered.insert(last_press);
        silent = false;
        break;
      case KeyEvent::Kind::repeat:
        break;
      case KeyEvent::Kind::press:
      case KeyEvent::Kind::release:
        if (changed.contains(next.key) && !lettered.contains(next.key)) return frame;
        if (is_modifier(next.key)) {
          if (pressed) return frame;
        } else if (next.kind == KeyEvent::Kind::press) {
          if (silent) return frame;
          pressed = silent = true;
          last_press = next.key;
          lettered.erase(next.key);
        }
        changed.insert(next.key);
        break;
    }
    frame.push_back(next);
    m_events.pop_front();
  }
  return frame;
}

}  // namespace zaitu::ui

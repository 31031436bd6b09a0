// Chooses the first of the two dates that are compared: the same one for the list of changes, the conversion and the
// map. Main thread.
#pragma once

#include <string>

#include "ui/frame.h"

namespace zaitu::ui {

class CompareMenu {
 public:
  // A field with the date; a click opens the menu. `key`: of the probe; its rows are known as "key.NAME", the field for
  // a day as "key.day".
  void draw(const Frame& frame, CommandQueue& commands, const std::string& key, const std::string& label, float width);

 private:
  std::string m_day;  // as typed
};

}  // namespace zaitu::ui

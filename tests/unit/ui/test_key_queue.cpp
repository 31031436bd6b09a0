#include "ui/key_queue.h"

#include <GLFW/glfw3.h>
#include <gtest/gtest.h>

#include <string>

namespace zaitu::ui {
namespace {

// A frame as text: "+A" pressed, "-A" released, "a" typed; C is Ctrl, B Backspace.
std::string told(const std::vector<KeyEvent>& frame) {
  std::string text;
  for (const KeyEvent& event : frame) {
    if (!text.empty()) text += ' ';
    if (event.kind == KeyEvent::Kind::character) {
      text += static_cast<char>(event.character);
      continue;
    }
    text += event.kind == KeyEvent::Kind::press ? "+" : event.kind == KeyEvent::Kind::release ? "-" : "=";
    text += event.key == GLFW_KEY_LEFT_CONTROL ? 'C'
            : event.key == GLFW_KEY_BACKSPACE  ? 'B'
                                               : static_cast<char>(event.key);
  }
  return text;
}

class Keys : public testing::Test {
 protected:
  void press(int key) { queue.push({KeyEvent::Kind::press, key, 0, 0, 0}); }
  void release(int key) { queue.push({KeyEvent::Kind::release, key, 0, 0, 0}); }
  void type(char letter) {
    press(letter - 'a' + GLFW_KEY_A);
    queue.push({KeyEvent::Kind::character, 0, 0, 0, static_cast<unsigned>(letter)});
    release(letter - 'a' + GLFW_KEY_A);
  }
  std::vector<std::string> frames() {
    std::vector<std::string> all;
    while (!queue.empty()) all.push_back(told(queue.take_frame()));
    return all;
  }
  KeyQueue queue;
};

TEST_F(Keys, AChordShorterThanAFrameIsSeenWithItsModifier) {
  press(GLFW_KEY_LEFT_CONTROL);
  press(GLFW_KEY_A);
  release(GLFW_KEY_A);
  release(GLFW_KEY_LEFT_CONTROL);
  EXPECT_EQ(frames(), (std::vector<std::string>{"+C +A", "-A -C"}));
}

TEST_F(Keys, WhatIsTypedAfterAChordIsNotTakenForPartOfIt) {
  press(GLFW_KEY_LEFT_CONTROL);
  press(GLFW_KEY_A);
  release(GLFW_KEY_A);
  release(GLFW_KEY_LEFT_CONTROL);
  type('x');
  EXPECT_EQ(frames(), (std::vector<std::string>{"+C +A", "-A -C +X x -X"}));
}

TEST_F(Keys, ALetterDoesNotOvertakeTheKeyBeforeIt) {
  press(GLFW_KEY_BACKSPACE);
  release(GLFW_KEY_BACKSPACE);
  type('x');
  EXPECT_EQ(frames(), (std::vector<std::string>{"+B", "-B +X x -X"}));
}

TEST_F(Keys, LettersAloneWaitForNothing) {
  type('x');
  type('x');
  type('y');
  EXPECT_EQ(frames(), (std::vector<std::string>{"+X x -X +X x -X +Y y -Y"}));
}

TEST_F(Keys, AKeyThatTypesNothingIsSeenDown) {
  press(GLFW_KEY_DOWN);
  release(GLFW_KEY_DOWN);
  press(GLFW_KEY_DOWN);
  release(GLFW_KEY_DOWN);
  EXPECT_EQ(frames().size(), 4U);
}

TEST_F(Keys, AnEmptyQueueGivesAnEmptyFrame) { EXPECT_TRUE(queue.take_frame().empty()); }

}  // namespace
}  // namespace zaitu::ui

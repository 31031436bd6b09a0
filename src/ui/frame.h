// What a panel sees of the world during one frame, and the queue into which it puts its wishes. Commands raised in a
// frame run before the next one: no panel ever sees the document change under it.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "render/map.h"
#include "ui/drafts.h"
#include "ui/fonts.h"
#include "ui/key_queue.h"
#include "ui/look.h"
#include "ui/probe.h"
#include "ui/workspace.h"

namespace zaitu::ui {

using Command = std::function<void(Workspace&)>;

class CommandQueue {
 public:
  void push(Command command) { m_commands.push_back(std::move(command)); }
  std::vector<Command> take() { return std::exchange(m_commands, {}); }
  bool empty() const { return m_commands.empty(); }

 private:
  std::vector<Command> m_commands;
};

struct Frame {
  const Workspace& workspace;
  app::Document& document;                      // for reading; changes go through commands
  std::shared_ptr<const app::Picture> picture;  // nullptr while nothing is open
  std::shared_ptr<const render::Scene> scene;   // nullptr until the map's worker has built it
  const base::Translation& tr;
  const Look& look;
  Fonts& fonts;
  Probe& probe;
  Drafts& drafts;                  // takes note of what is being typed
  std::span<const KeyPress> keys;  // pressed or repeated since the last frame
  bool pressed(int glfw_key) const {
    return std::any_of(keys.begin(), keys.end(), [glfw_key](const KeyPress& press) { return press.key == glfw_key; });
  }
  float px(float length) const { return look.px(length); }
  bool zh() const { return tr.language() == base::Language::zh; }
  // The name in the asked language, else the other one.
  const std::string& name(const std::string& name_zh, const std::string& name_en) const {
    const std::string& first = zh() ? name_zh : name_en;
    return first.empty() ? (zh() ? name_en : name_zh) : first;
  }
};

}  // namespace zaitu::ui

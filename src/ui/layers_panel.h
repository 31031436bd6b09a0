// The left pane: which theme colours the parcels, which layers are shown, and the legend.
#pragma once

#include "ui/frame.h"

namespace zaitu::ui {

class LayersPanel {
 public:
  void draw(const Frame& frame, CommandQueue& commands);

 private:
  void draw_layers(const Frame& frame, CommandQueue& commands);
  void draw_changes(const Frame& frame);
  void draw_legend(const Frame& frame);
};

}  // namespace zaitu::ui

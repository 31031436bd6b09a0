// Where the outlines of an import would lie, over what the project has there: a small map without interaction, drawn
// before anything is written.
#pragma once

#include <memory>
#include <vector>

#include "app/import_sketch.h"
#include "ui/frame.h"

namespace zaitu::ui {

class ImportMap {
 public:
  // At the cursor, of the given size in px. `sketch`: nullptr while there is nothing to be shown.
  void draw(const Frame& frame, const app::ImportSketch* sketch, ImVec2 size);

 private:
  void take_project(const Frame& frame);

  std::shared_ptr<const model::Project> m_project;           // whose outlines these are
  std::vector<std::vector<geom::Coord>> m_parcels, m_areas;  // some of them, thinned
  geom::Envelope m_extent;
};

}  // namespace zaitu::ui

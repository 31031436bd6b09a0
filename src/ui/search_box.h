// Ctrl+F: finds parcels, projects and phases by code or name and shows them on the map.
#pragma once

#include <string>
#include <vector>

#include "ui/frame.h"

namespace zaitu::ui {

class SearchBox {
 public:
  void draw(const Frame& frame, CommandQueue& commands, float width);

 private:
  struct Hit {
    enum class Kind { parcel, project, phase } kind = Kind::parcel;
    std::int64_t id = 0;
    std::string code, name;
  };
  void search(const Frame& frame);
  void choose(const Hit& hit, CommandQueue& commands);

  std::string m_text, m_searched;
  std::uint64_t m_generation = 0;
  std::vector<Hit> m_hits;
  bool m_open = false;
  bool m_list_hovered = false;
  int m_chosen = 0;
};

}  // namespace zaitu::ui

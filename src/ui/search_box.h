// Ctrl+F: finds parcels, projects and phases by code or name and shows them on the map.
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "ui/frame.h"

namespace zaitu::ui {

class SearchBox {
 public:
  ~SearchBox();
  void draw(const Frame& frame, CommandQueue& commands, float width);

 private:
  struct Hit {
    enum class Kind { parcel, project, phase } kind = Kind::parcel;
    std::int64_t id = 0;
    std::string code, name;
  };
  struct Found {
    std::string text;  // that was looked for
    std::uint64_t generation = 0;
    std::vector<Hit> hits;
  };
  static std::vector<Hit> find(const model::Project& project, const std::string& wanted, bool zh,
                               const std::atomic<bool>& stop);
  void search(const Frame& frame);
  void choose(const Hit& hit, CommandQueue& commands);

  std::string m_text, m_asked, m_searched;
  std::uint64_t m_generation = 0;
  std::vector<Hit> m_hits;
  // A million names take longer than a frame: they are looked through on another thread, for one text at a time.
  std::shared_ptr<std::atomic<bool>> m_stop;
  std::future<Found> m_pending;
  bool m_choose_first = false;  // Enter was pressed before the hits were there
  bool m_open = false;
  bool m_list_hovered = false;
  int m_chosen = 0;
};

}  // namespace zaitu::ui

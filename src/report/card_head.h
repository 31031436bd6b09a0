// Head and foot that the pages of all documents share. Pure functions of a snapshot.
#pragma once

#include <string>
#include <vector>

#include "report/project_index.h"
#include "report/sheet.h"

namespace zaitu::report {

struct Head {
  std::string kind;    // small line above: "一地一档 · 地块档案卡"
  std::string title;   // big
  std::string second;  // beside the title
  std::string badge;   // right, on its colour; empty = none
  style::Rgba badge_colour = muted;
  std::vector<std::string> facts;  // right, below the badge
  std::string synthetic_note;      // a strip below; empty = none
};

// The frame of a document whose first page has the whole head and the others a slim one.
Sheet::Frame frame_of(const ProjectIndex& index, const Head& head, const std::vector<std::string>& attributions);

}  // namespace zaitu::report

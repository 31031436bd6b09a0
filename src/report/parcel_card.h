// The parcel card (一地一档): one parcel on one page, or two when it has a long story. One thread.
#pragma once

#include <memory>

#include "report/canvas.h"
#include "report/project_index.h"

namespace zaitu::report {

// The maps' scenes, built once for all cards of a document.
struct CardScenes {
  std::shared_ptr<const render::Scene> locator, detail,
      detail_labels;  // the labels of `detail`, to stand above the marks
};
CardScenes make_card_scenes(const ProjectIndex& index);

// The area a report uses: the first known of title, surveyed, contract, planned, planar.
std::optional<model::AreaKind> used_area(const model::ParcelTable& parcels, std::uint32_t row);

// Draws the card; returns its number of pages. `pages` = that number, 0 in a dry run.
int draw_parcel_card(Canvas& canvas, const ProjectIndex& index, const CardScenes& scenes, std::uint32_t row, int pages);

}  // namespace zaitu::report

// The project card: a carrier project with its phases, units, programmes, timeline and parcels. One thread.
#pragma once

#include "report/canvas.h"
#include "report/parcel_card.h"
#include "report/project_index.h"

namespace zaitu::report {

// Draws the card's pages; `row` of Project::projects. `pages` = their number, 0 in a dry run.
int draw_project_card(Canvas& canvas, const ProjectIndex& index, const CardScenes& scenes, std::uint32_t row,
                      int pages);

}  // namespace zaitu::report

// The one-page summary: headline, map, supply curve, circles by certainty, what fell behind. One thread.
#pragma once

#include "report/supply_blocks.h"

namespace zaitu::report {

int draw_summary(Canvas& canvas, const ProjectIndex& index, const SummaryScenes& scenes, int pages);

}  // namespace zaitu::report

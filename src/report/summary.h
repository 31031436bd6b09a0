// The one-page summary: headline, map, supply curve, circles by certainty, what fell behind. One thread.
#pragma once

#include <memory>

#include "report/canvas.h"
#include "report/project_index.h"

namespace zaitu::report {

struct SummaryScenes {
  std::shared_ptr<const render::Scene> map, map_labels;
};
SummaryScenes make_summary_scenes(const ProjectIndex& index);
int draw_summary(Canvas& canvas, const ProjectIndex& index, const SummaryScenes& scenes, int pages);

}  // namespace zaitu::report

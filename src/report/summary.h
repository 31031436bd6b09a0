// The one-page summary: headline, map, supply curve, circles by certainty, what fell behind. One thread.
#pragma once

#include <memory>

#include "report/canvas.h"
#include "report/project_index.h"

namespace zaitu::report {

std::shared_ptr<const render::Scene> make_summary_scene(const ProjectIndex& index);
int draw_summary(Canvas& canvas, const ProjectIndex& index, const render::Scene& scene, int pages);

}  // namespace zaitu::report

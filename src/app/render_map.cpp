#include <chrono>

#include "app/commands.h"

namespace zaitu::app {

RenderResult render_map(const Picture& picture, const RenderOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const auto scene =
      render::Scene::build(picture.project, picture.locations, picture.status, picture.supply, options.scene);
  const geom::Envelope extent = options.extent.value_or(scene->extent());
  // An asked extent fills the picture to its edge; the scene's own gets a margin.
  const double margin_px = options.extent ? 0 : 24;
  const render::View view = render::View::fitting(extent, options.width_px, options.height_px, margin_px);
  if (options.width_px < 1 || options.height_px < 1 || options.width_px > 20000 || options.height_px > 20000) {
    throw base::Error(base::ExitCode::usage, "the size of a map must be between 1x1 and 20000x20000 pixels");
  }
  render::write_map(*scene, view, options.out.string(), options.scene.theme.language);

  RenderResult result;
  result.file = options.out.string();
  result.extent = view.extent();
  result.features = scene->parcel_count(result.extent);
  result.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace zaitu::app

#include <chrono>

#include "app/commands.h"
#include "base/message.h"
#include "base/utf8.h"

namespace zaitu::app {

RenderResult render_map(const Picture& picture, const RenderOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const std::string ending = base::ascii_lower(options.out.extension().string());
  if (ending != ".png" && ending != ".svg" && ending != ".pdf") {
    throw base::Error(base::ExitCode::usage,
                      base::say("--out: {} must end in .png, .svg or .pdf", options.out.string()));
  }
  const auto scene =
      render::Scene::build(picture.project, picture.locations, picture.status, picture.supply, options.scene);
  const geom::Envelope extent = options.extent.value_or(scene->extent());
  // An asked extent fills the picture to its edge; the scene's own gets a margin.
  const double margin_px = options.extent ? 0 : 24 * options.px_scale;
  render::View view = render::View::fitting(extent, options.width_px, options.height_px, margin_px);
  view.px_scale = options.px_scale;
  render::write_map(*scene, view, options.out.string(), options.scene.theme.language);

  RenderResult result;
  result.file = options.out.string();
  result.extent = view.extent();
  result.features = scene->parcel_count(result.extent);
  result.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace zaitu::app

// The map: a scene of styled layers (built once per snapshot, date and theme), painted for a view by one of two
// painters: our own anti-aliased scanline rasteriser into pixels (window tiles, PNG; same pixels on every machine), and
// Cairo vectors (PDF, SVG). No OpenGL here; the window composes the tiles (ui/gl).
// A Scene is immutable: any number of threads may paint it at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "geom/hilbert_tree.h"
#include "model/project.h"
#include "style/theme.h"

typedef struct _cairo cairo_t;

namespace zaitu::render {

// Nothing that is drawn reaches further from its geometry than this, in pixels of the design.
inline constexpr double reach_px = 28;

// Map to screen: x_px = (x - centre.x) / m_per_px + width_px / 2, y_px grows downwards.
struct View {
  geom::Coord centre;
  double m_per_px = 1;  // CRS units per pixel
  int width_px = 0, height_px = 0;
  // Pixels per pixel of the design: lines, symbols, labels and furniture are that much larger (2 on a fine screen).
  double px_scale = 1;
  // The same land in pixels of the design (px_scale 1); its size is rounded, its centre stays.
  View of_design() const;
  geom::Envelope extent() const;
  geom::Coord to_screen(geom::Coord map) const;
  geom::Coord to_map(geom::Coord screen) const;
  static View fitting(const geom::Envelope& box, int width_px, int height_px, double margin_px = 16);
};

// Premultiplied RGBA, 8 bits, rows from the top.
struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;
};

struct SceneOptions {
  style::ThemeOptions theme;
  std::set<std::string> hidden_layers;  // keys as in Scene::layers()
  bool labels = true;
};

enum class LayerRole { reference, parcels, circles, zones, towns, projects };

struct LayerInfo {
  std::string key;    // "reference:sjtu_buildings", "parcels", "circles", "projects", "zones", "towns"
  std::string title;  // in the asked language
  LayerRole role = LayerRole::reference;
  std::size_t features = 0;
  bool visible = true;
  bool synthetic = false;
  style::Symbol symbol;  // for the layer list
};

struct Snapped {
  geom::Coord place;
  bool is_vertex = false;
};

class Scene {
 public:
  // All inputs are shared with the scene. Hidden layers are left out of painting but stay in layers().
  static std::shared_ptr<const Scene> build(
      std::shared_ptr<const model::Project> project, std::shared_ptr<const planning::Locations> locations,
      std::shared_ptr<const planning::StatusAt> status, std::shared_ptr<const planning::Supply> supply,
      const SceneOptions& options,
      const Scene* before = nullptr);  // re-uses its indexes where tables are the same
  virtual ~Scene() = default;
  virtual const std::vector<LayerInfo>& layers() const = 0;
  virtual const style::Legend& legend() const = 0;
  // Of the parcels that meet the box alone: their classes, number and land, no floor areas.
  virtual style::Legend legend_in(const geom::Envelope& box) const = 0;
  virtual geom::Envelope extent() const = 0;    // of the parcels, else of everything
  virtual std::string attribution() const = 0;  // of the visible layers; must be shown with the map
  virtual bool has_synthetic() const = 0;       // a visible layer holds synthetic features
  virtual style::Rgba background() const = 0;
  virtual std::vector<std::uint32_t> parcels_at(geom::Coord point) const = 0;
  virtual std::vector<std::uint32_t> parcels_in(const geom::Envelope& box) const = 0;  // intersecting
  virtual std::vector<std::uint32_t> parcels_in(geom::Ring area) const = 0;            // a closed ring
  // The place of a parcel's boundary nearest to the point and at most `radius` away: a vertex where one is near
  // enough, else a point of an edge.
  virtual std::optional<Snapped> snap(geom::Coord point, double radius) const = 0;
  virtual std::vector<std::uint32_t> projects_at(geom::Coord point, double radius) const = 0;
  virtual std::size_t parcel_count(const geom::Envelope& box) const = 0;
  // Identity for tile caches: changes when anything painted changes.
  virtual std::uint64_t revision() const = 0;
  // Where the picture of this scene differs from that of `before`: boxes around the features that look different,
  // in the CRS; what is drawn of them reaches up to reach_px pixels of the design further. Empty: nowhere. nullopt:
  // everywhere, or in too many places to name. Labels are another matter: a new name, a larger parcel.
  virtual std::optional<std::vector<geom::Envelope>> changes_since(const Scene& before) const = 0;
};

// Opaque pixels of the view, labels left out (they are placed for the whole window, not per tile).
Image rasterise(const Scene& scene, const View& view);

struct Label {
  std::string text;
  geom::Coord place_px;  // centre of the text in the view
  float size_px = 13;
  style::Rgba colour, halo;
  bool bold = false;
  std::uint32_t parcel = UINT32_MAX;  // row, when it labels a parcel
};
// Size of a text in px, asked of whoever will draw it.
using MeasureText = std::function<geom::Coord(const std::string& text, float size_px)>;
// Labels that do not overlap, most important first; the same scene and view give the same labels.
std::vector<Label> place_labels(const Scene& scene, const View& view, const MeasureText& measure);

// Vectors through Cairo, the view's pixel = 1 user unit; labels too. Draws nothing outside the view.
void paint_vectors(const Scene& scene, const View& view, cairo_t* cr);
// Scale bar, north arrow, attribution, synthetic mark, for a finished map in a corner of the view.
void paint_furniture(const Scene& scene, const View& view, cairo_t* cr, base::Language language);

// The whole map with labels and furniture into .png, .svg or .pdf (by ending), through a temporary file.
// Throws base::Error(output_failed).
void write_map(const Scene& scene, const View& view, const std::string& file, base::Language language);

}  // namespace zaitu::render

#include "render/raster_canvas.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <utility>

#include "render/hatch.h"

namespace zaitu::render {

namespace {

std::uint8_t div255(std::uint32_t v) { return static_cast<std::uint8_t>((v + 128 + ((v + 128) >> 8)) >> 8); }

// A colour over pixels that are already opaque.
class Blend {
 public:
  Blend(Image& image, style::Rgba colour) : m_image(image), m_colour(colour) {}

  void pixel(std::uint8_t* p, std::uint32_t cover) const {
    const std::uint32_t alpha = (cover * m_colour.a + full_coverage / 2) >> 15;
    const std::uint32_t rest = 255 - alpha;
    p[0] = div255(m_colour.r * alpha + p[0] * rest);
    p[1] = div255(m_colour.g * alpha + p[1] * rest);
    p[2] = div255(m_colour.b * alpha + p[2] * rest);
  }
  void span(int y, int x, std::span<const std::uint16_t> covers) const {
    std::uint8_t* p = at(y, x);
    for (std::uint16_t cover : covers) {
      if (cover > 0) pixel(p, cover);
      p += 4;
    }
  }
  void run(int y, int x, int n, std::int32_t cover) const {
    std::uint8_t* p = at(y, x);
    if (m_colour.a == 255 && cover == full_coverage) {
      for (int i = 0; i < n; ++i, p += 4) {
        p[0] = m_colour.r;
        p[1] = m_colour.g;
        p[2] = m_colour.b;
      }
      return;
    }
    for (int i = 0; i < n; ++i, p += 4) pixel(p, static_cast<std::uint32_t>(cover));
  }
  std::uint8_t* at(int y, int x) const {
    return m_image.rgba.data() +
           (static_cast<std::size_t>(y) * static_cast<std::size_t>(m_image.width) + static_cast<std::size_t>(x)) * 4;
  }

 private:
  Image& m_image;
  style::Rgba m_colour;
};

// Adds to the fabric what room is left in each pixel: side by side shares add up to one, real overlaps never to more.
class FabricSink {
 public:
  FabricSink(RasterMemory& memory, Image& image, style::Rgba colour)
      : m_memory(memory), m_blend(image, colour), m_width(image.width), m_alpha(colour.a) {
    m_r = div255(static_cast<std::uint32_t>(colour.r) * colour.a);
    m_g = div255(static_cast<std::uint32_t>(colour.g) * colour.a);
    m_b = div255(static_cast<std::uint32_t>(colour.b) * colour.a);
  }
  void pixel(std::size_t at, std::uint32_t cover) const {
    std::uint16_t& gathered = m_memory.fabric_cover[at];
    if (gathered >= full_coverage) return;
    const std::uint32_t share = std::min<std::uint32_t>(cover, full_coverage - gathered);
    if (share == 0) return;
    gathered = static_cast<std::uint16_t>(gathered + share);
    FabricPixel& p = m_memory.fabric[at];
    p.r += share * m_r;
    p.g += share * m_g;
    p.b += share * m_b;
    p.a += share * m_alpha;
  }
  void span(int y, int x, std::span<const std::uint16_t> covers) const {
    std::size_t at = index(y, x);
    m_memory.touched.add(y, x, x + static_cast<int>(covers.size()));
    for (std::uint16_t cover : covers) pixel(at++, cover);
  }
  void run(int y, int x, int n, std::int32_t cover) const {
    std::size_t at = index(y, x);
    m_memory.touched.add(y, x, x + n);
    if (cover < full_coverage) {
      for (int i = 0; i < n; ++i) pixel(at++, static_cast<std::uint32_t>(cover));
      return;
    }
    // Inside: nothing else can share an untouched pixel, so it is painted at once, rounding as the composing does.
    const std::uint32_t rest = 255 - m_alpha;
    std::uint8_t* p = m_blend.at(y, x);
    for (int i = 0; i < n; ++i, ++at, p += 4) {
      if (m_memory.fabric_cover[at] == 0) {
        p[0] = static_cast<std::uint8_t>(m_r + div255(p[0] * rest));
        p[1] = static_cast<std::uint8_t>(m_g + div255(p[1] * rest));
        p[2] = static_cast<std::uint8_t>(m_b + div255(p[2] * rest));
        m_memory.fabric_cover[at] = painted;
      } else {
        pixel(at, full_coverage);
      }
    }
  }
  void one(int y, int x, std::uint32_t cover) const {
    m_memory.touched.add(y, x, x + 1);
    pixel(index(y, x), cover);
  }
  std::size_t index(int y, int x) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(m_width) + static_cast<std::size_t>(x);
  }

  static constexpr std::uint16_t painted = UINT16_MAX;

 private:
  RasterMemory& m_memory;
  Blend m_blend;
  int m_width;
  std::uint32_t m_alpha, m_r = 0, m_g = 0, m_b = 0;
};

struct HatchSink {
  const Blend& blend;
  const HatchCover& pattern;
  void span(int y, int x, std::span<const std::uint16_t> covers) const {
    for (std::uint16_t cover : covers) {
      if (cover > 0) one(y, x, cover);
      ++x;
    }
  }
  void run(int y, int x, int n, std::int32_t cover) const {
    for (int i = 0; i < n; ++i) one(y, x + i, static_cast<std::uint32_t>(cover));
  }
  void one(int y, int x, std::uint32_t cover) const {
    const std::uint32_t both = (cover * pattern(x, y)) >> 15;
    if (both > 0) blend.pixel(blend.at(y, x), both);
  }
};

struct MaskSink {  // the polygons' cover added up
  std::vector<std::uint16_t>& mask;
  TouchedRows& touched;
  int width;
  std::size_t index(int y, int x) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
  }
  void span(int y, int x, std::span<const std::uint16_t> covers) const {
    std::size_t at = index(y, x);
    touched.add(y, x, x + static_cast<int>(covers.size()));
    for (std::uint16_t cover : covers) add(at++, cover);
  }
  void run(int y, int x, int n, std::int32_t cover) const {
    std::size_t at = index(y, x);
    touched.add(y, x, x + n);
    for (int i = 0; i < n; ++i) add(at++, static_cast<std::uint32_t>(cover));
  }
  void add(std::size_t at, std::uint32_t cover) const {
    mask[at] = static_cast<std::uint16_t>(std::min<std::uint32_t>(full_coverage, mask[at] + cover));
  }
};

struct OutsideSink {
  const Blend& blend;
  const std::vector<std::uint16_t>& mask;
  int width;
  void span(int y, int x, std::span<const std::uint16_t> covers) const {
    for (std::uint16_t cover : covers) one(y, x++, cover);
  }
  void run(int y, int x, int n, std::int32_t cover) const {
    for (int i = 0; i < n; ++i) one(y, x + i, static_cast<std::uint32_t>(cover));
  }
  void one(int y, int x, std::uint32_t cover) const {
    const std::size_t at = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
    const std::uint32_t outside = (cover * (full_coverage - std::uint32_t{mask[at]})) >> 15;
    if (outside > 0) blend.pixel(blend.at(y, x), outside);
  }
};

}  // namespace

PixelGrid::PixelGrid(const View& view, int left_px, int top_px)
    : m_scale(static_cast<double>(subpixel) / view.m_per_px) {
  m_left = rounded(view.centre.x * m_scale) - (static_cast<std::int64_t>(view.width_px) - 2 * left_px) * subpixel / 2;
  m_top = rounded(view.centre.y * m_scale) + (static_cast<std::int64_t>(view.height_px) - 2 * top_px) * subpixel / 2;
}

std::int64_t PixelGrid::rounded(double v) {
  // Far outside anything that can be seen, and never beyond what the integers hold; NaN goes to the edge too.
  constexpr double limit = 17592186044416.0;  // 2^44
  if (!(v > -limit)) v = -limit;
  if (v > limit) v = limit;
  // Adding 1.5 * 2^52 leaves the nearest integer in the low bits of the double.
  constexpr double shifter = 6755399441055744.0;
  return std::bit_cast<std::int64_t>(v + shifter) - std::bit_cast<std::int64_t>(shifter);
}

RasterMemory::RasterMemory(int width, int height)
    : coverage(width, height),
      fabric(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)),
      fabric_cover(fabric.size(), 0),
      mask(fabric.size(), 0),
      touched(height) {}

RasterCanvas::RasterCanvas(Image& image, const PixelGrid& grid, const View& view, RasterMemory& memory)
    : m_image(image),
      m_grid(grid),
      m_units_per_px(view.m_per_px),
      m_px_scale(view.px_scale),
      m_memory(memory),
      m_coverage(memory.coverage) {}

void RasterCanvas::add_polygon(const geom::FeatureGeometry& feature) {
  for (std::size_t p = 0; p < feature.part_count(); ++p) {
    const geom::PartView part = feature.part(p);
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      const geom::Ring ring = part.ring(r);
      if (ring.size() < 3) continue;
      const Point first = m_grid(ring[0]);
      Point last = first;
      for (std::size_t i = 1; i < ring.size(); ++i) {
        const Point next = m_grid(ring[i]);
        m_coverage.add_edge(last, next);
        last = next;
      }
      if (!(last == first)) m_coverage.add_edge(last, first);
    }
  }
}

void RasterCanvas::add_strokes(const geom::GeometryColumn& column, RowList rows, const Pen& pen, bool shells_only,
                               double shortest_px) {
  const bool closed = column.kind() == geom::GeometryKind::polygon;
  for (std::uint32_t row : rows) {
    const geom::FeatureGeometry feature = column[row];
    for (std::size_t p = 0; p < feature.part_count(); ++p) {
      const geom::PartView part = feature.part(p);
      if (shortest_px > 0 && too_short(part, shortest_px * m_units_per_px)) continue;
      const std::size_t rings = shells_only ? std::min<std::size_t>(1, part.ring_count()) : part.ring_count();
      for (std::size_t r = 0; r < rings; ++r) {
        m_memory.points.clear();
        for (geom::Coord c : part.ring(r)) m_memory.points.push_back(m_grid(c));
        drop_close_vertices(m_memory.points);
        add_stroke(m_coverage, m_memory.points, closed, pen);
      }
    }
  }
}

void RasterCanvas::fabric(const LayerIndex& index, const geom::GeometryColumn& column,
                          std::span<const Shaded> features) {
  // Boxes of neighbours overlap where the neighbours do not; below one pixel that loses less than 2 % of their area.
  const double small = m_units_per_px;
  for (std::size_t i = features.size(); i-- > 0;) {  // the last one lies on top: it takes its pixels first
    const Shaded& feature = features[i];
    if (feature.colour.a == 0) continue;
    const LayerIndex::Extent extent = index.extent(feature.slot);
    if (static_cast<double>(std::max(extent.width, extent.height)) < small) {
      add_box(index, extent, feature.colour);
    } else {
      add_polygon(column[feature.row]);
      m_coverage.sweep(FillRule::even_odd, FabricSink(m_memory, m_image, feature.colour));
    }
  }
  constexpr std::uint32_t half = full_coverage / 2;
  m_memory.touched.take([&](int y, int first, int end) {
    const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(m_image.width);
    std::uint8_t* p = m_image.rgba.data() + (row + static_cast<std::size_t>(first)) * 4;
    for (std::size_t at = row + static_cast<std::size_t>(first); at < row + static_cast<std::size_t>(end);
         ++at, p += 4) {
      const std::uint16_t gathered = std::exchange(m_memory.fabric_cover[at], std::uint16_t{0});
      if (gathered == 0 || gathered == FabricSink::painted) continue;
      FabricPixel& f = m_memory.fabric[at];
      const std::uint32_t rest = 255 - ((f.a + half) >> 15);
      p[0] = static_cast<std::uint8_t>(std::min<std::uint32_t>(255, ((f.r + half) >> 15) + div255(p[0] * rest)));
      p[1] = static_cast<std::uint8_t>(std::min<std::uint32_t>(255, ((f.g + half) >> 15) + div255(p[1] * rest)));
      p[2] = static_cast<std::uint8_t>(std::min<std::uint32_t>(255, ((f.b + half) >> 15) + div255(p[2] * rest)));
      f = FabricPixel{};
    }
  });
}

// A box of the feature's own area and proportions in its place: painted area stays true where outlines mean nothing.
void RasterCanvas::add_box(const LayerIndex& index, const LayerIndex::Extent& extent, style::Rgba colour) {
  if (!(extent.area > 0) || !(extent.width > 0) || !(extent.height > 0)) return;
  constexpr std::int64_t fine = 64;  // sub-pixels are divided once more: tiny boxes need it
  constexpr std::int64_t pixel = subpixel * fine;
  const double units = static_cast<double>(pixel) / m_units_per_px;
  const double area = static_cast<double>(extent.area);
  const double width = std::sqrt(area * static_cast<double>(extent.width) / static_cast<double>(extent.height));
  const std::int64_t box_width = std::max<std::int64_t>(1, std::llround(width * units));
  const std::int64_t box_height = std::max<std::int64_t>(1, std::llround(area / width * units));
  const Point centre = m_grid(
      {index.tree.origin().x + static_cast<double>(extent.x), index.tree.origin().y + static_cast<double>(extent.y)});
  const std::int64_t x0 = centre.x * fine - box_width / 2;
  const std::int64_t y0 = centre.y * fine - box_height / 2;
  const std::int64_t x1 = x0 + box_width;
  const std::int64_t y1 = y0 + box_height;
  const FabricSink sink(m_memory, m_image, colour);
  const std::int64_t column_end = std::min<std::int64_t>(m_image.width, (x1 + pixel - 1) / pixel);
  const std::int64_t row_end = std::min<std::int64_t>(m_image.height, (y1 + pixel - 1) / pixel);
  for (std::int64_t y = std::max<std::int64_t>(0, y0 / pixel); y < row_end; ++y) {
    const std::int64_t high = std::min(y1, (y + 1) * pixel) - std::max(y0, y * pixel);
    for (std::int64_t x = std::max<std::int64_t>(0, x0 / pixel); x < column_end; ++x) {
      const std::int64_t wide = std::min(x1, (x + 1) * pixel) - std::max(x0, x * pixel);
      if (high <= 0 || wide <= 0) continue;
      // wide * high / pixel² of full coverage; 2^16 * 2^16 / 2^17.
      const auto cover = static_cast<std::uint32_t>((wide * high + (1 << 16)) >> 17);
      sink.one(static_cast<int>(y), static_cast<int>(x), cover);
    }
  }
}

void RasterCanvas::fill(const geom::GeometryColumn& column, std::uint32_t row, style::Rgba colour) {
  add_polygon(column[row]);
  m_coverage.sweep(FillRule::even_odd, Blend(m_image, colour));
}

void RasterCanvas::hatch(const geom::GeometryColumn& column, RowList rows, const style::Symbol& symbol) {
  const HatchCover pattern(symbol.hatch, static_cast<double>(symbol.hatch_spacing_px), m_px_scale, m_grid.left(),
                           m_grid.top(), m_image.width, m_image.height);
  const Blend blend(m_image, symbol.hatch_colour);
  for (std::uint32_t row : rows) {
    add_polygon(column[row]);
    m_coverage.sweep(FillRule::even_odd, HatchSink{blend, pattern});
  }
}

void RasterCanvas::stroke(const geom::GeometryColumn& column, RowList rows, const LineStyle& line) {
  std::vector<float> dash(line.dash_px.begin(), line.dash_px.end());
  for (float& length : dash) length *= static_cast<float>(m_px_scale);
  add_strokes(column, rows, {line.width_px * m_px_scale, line.round, dash}, line.shells_only,
              line.shortest_px * m_px_scale);
  m_coverage.sweep(FillRule::non_zero, Blend(m_image, line.colour));
}

void RasterCanvas::outer_bands(const geom::GeometryColumn& column, RowList rows, style::Rgba colour,
                               std::span<const double> widths_px) {
  for (std::uint32_t row : rows) {
    add_polygon(column[row]);
    m_coverage.sweep(FillRule::even_odd, MaskSink{m_memory.mask, m_memory.touched, m_image.width});
  }
  const Blend blend(m_image, colour);
  for (double width_px : widths_px) {
    add_strokes(column, rows, {2 * width_px * m_px_scale, true, {}}, true, 0);
    m_coverage.sweep(FillRule::non_zero, OutsideSink{blend, m_memory.mask, m_image.width});
  }
  m_memory.touched.take([&](int y, int first, int end) {
    const auto row = m_memory.mask.begin() + static_cast<std::ptrdiff_t>(y) * m_image.width;
    std::fill(row + first, row + end, std::uint16_t{0});
  });
}

void RasterCanvas::disc(geom::Coord place, double radius_px, style::Rgba colour) {
  const Point centre = m_grid(place);
  // Two coincident points with round caps would do; a 32-sided ring is as round at these sizes and cheaper.
  static const std::vector<geom::Coord> unit = [] {
    std::vector<geom::Coord> ring;
    geom::Coord at{1, 0};
    constexpr double cosine = 0.98078528040323044913, sine = 0.19509032201612826785;  // of 11.25 degrees
    for (int i = 0; i < 32; ++i) {
      ring.push_back(at);
      at = {at.x * cosine - at.y * sine, at.x * sine + at.y * cosine};
    }
    return ring;
  }();
  m_memory.points.clear();
  const double radius = radius_px * m_px_scale * static_cast<double>(subpixel);
  for (geom::Coord c : unit) {
    m_memory.points.push_back({centre.x + std::llround(c.x * radius), centre.y + std::llround(c.y * radius)});
  }
  m_coverage.add_ring(m_memory.points);
  m_coverage.sweep(FillRule::non_zero, Blend(m_image, colour));
}

Image rasterise_part(const Scene& scene, const View& view, int left, int top, int width, int height) {
  Image image;
  image.width = width;
  image.height = height;
  const style::Rgba ground = scene.background();
  image.rgba.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
  for (std::size_t i = 0; i < image.rgba.size(); i += 4) {
    image.rgba[i] = ground.r;
    image.rgba[i + 1] = ground.g;
    image.rgba[i + 2] = ground.b;
    image.rgba[i + 3] = 255;
  }
  // Tiles come by the thousand in one size: each thread keeps the memory of its last one.
  thread_local std::unique_ptr<RasterMemory> memory;
  if (!memory || memory->coverage.width() != width || memory->coverage.height() != height) {
    memory = std::make_unique<RasterMemory>(width, height);
  }
  View part = view;
  part.centre = view.to_map({left + width / 2.0, top + height / 2.0});
  part.width_px = width;
  part.height_px = height;
  RasterCanvas canvas(image, PixelGrid(view, left, top), view, *memory);
  paint_scene(StyledScene::of(scene), part, canvas);
  return image;
}

Image rasterise(const Scene& scene, const View& view) {
  Image image;
  image.width = std::max(0, view.width_px);
  image.height = std::max(0, view.height_px);
  if (image.width == 0 || image.height == 0 || !(view.m_per_px > 0)) return image;
  constexpr int largest = 512;  // beyond it the planes leave the processor's cache
  if (image.width <= largest && image.height <= largest) {
    return rasterise_part(scene, view, 0, 0, image.width, image.height);
  }
  image.rgba.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 4);
  for (int top = 0; top < image.height; top += largest) {
    for (int left = 0; left < image.width; left += largest) {
      const int width = std::min(largest, image.width - left);
      const int height = std::min(largest, image.height - top);
      const Image part = rasterise_part(scene, view, left, top, width, height);
      for (int y = 0; y < height; ++y) {
        const auto from = part.rgba.begin() + static_cast<std::ptrdiff_t>(y) * width * 4;
        const std::ptrdiff_t to = (static_cast<std::ptrdiff_t>(top + y) * image.width + left) * 4;
        std::copy(from, from + static_cast<std::ptrdiff_t>(width) * 4, image.rgba.begin() + to);
      }
    }
  }
  return image;
}

}  // namespace zaitu::render

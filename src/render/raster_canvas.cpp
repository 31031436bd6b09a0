#include "render/raster_canvas.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "render/hatch.h"

namespace zaitu::render {

namespace {

__extension__ typedef __int128 Wide;

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
      const std::array<std::uint8_t, 4> opaque{m_colour.r, m_colour.g, m_colour.b, 255};
      for (int i = 0; i < n; ++i, p += 4) std::memcpy(p, opaque.data(), 4);
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

std::uint64_t four_covers(const std::uint16_t* covers) {
  std::uint64_t all = 0;
  std::memcpy(&all, covers, sizeof(all));
  return all;
}

// Adds to the fabric what room is left in each pixel: side by side shares add up to one, real overlaps never to more.
class FabricSink {
 public:
  FabricSink(RasterMemory& memory, Image& image, style::Rgba colour)
      : m_memory(memory),
        m_blend(image, colour),
        m_width(image.width),
        m_colour(colour),
        m_opaque{colour.r, colour.g, colour.b, 255},
        m_alpha(colour.a) {
    m_r = static_cast<std::uint32_t>(m_colour.rg & UINT32_MAX);
    m_g = static_cast<std::uint32_t>(m_colour.rg >> 32);
    m_b = static_cast<std::uint32_t>(m_colour.ba & UINT32_MAX);
  }
  void pixel(std::size_t at, std::uint32_t cover) const {
    std::uint16_t& gathered = m_memory.fabric_cover[at];
    if (gathered >= full_coverage) return;
    const std::uint32_t share = std::min<std::uint32_t>(cover, full_coverage - gathered);
    if (share == 0) return;
    gathered = static_cast<std::uint16_t>(gathered + share);
    FabricPixel& p = m_memory.fabric[at];
    p.rg += share * m_colour.rg;
    p.ba += share * m_colour.ba;
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
      std::uint16_t* covers = m_memory.fabric_cover.data() + at;
      if (rest == 0 && i + 4 <= n && four_covers(covers) == 0) {
        std::memset(covers, 0xFF, 4 * sizeof(std::uint16_t));
        const auto colour = std::bit_cast<std::uint32_t>(m_opaque);
        for (int k = 0; k < 4; ++k) std::memcpy(p + std::ptrdiff_t{4} * k, &colour, 4);
        i += 3;
        at += 3;
        p += 12;
        continue;
      }
      if (*covers == 0) {
        p[0] = static_cast<std::uint8_t>(m_r + div255(p[0] * rest));
        p[1] = static_cast<std::uint8_t>(m_g + div255(p[1] * rest));
        p[2] = static_cast<std::uint8_t>(m_b + div255(p[2] * rest));
        *covers = painted;
      } else {
        pixel(at, full_coverage);
      }
    }
  }
  std::size_t index(int y, int x) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(m_width) + static_cast<std::size_t>(x);
  }

  static constexpr std::uint16_t painted = UINT16_MAX;

 private:
  RasterMemory& m_memory;
  Blend m_blend;
  int m_width;
  FabricColour m_colour;
  std::array<std::uint8_t, 4> m_opaque;
  std::uint32_t m_alpha, m_r = 0, m_g = 0, m_b = 0;
};

struct HatchSink {
  const Blend& blend;
  const HatchCover& pattern;
  void span(int y, int x, std::span<const std::uint16_t> covers) const {
    if (const std::uint16_t* along = pattern.row(x, y)) {
      std::uint8_t* p = blend.at(y, x);
      for (std::size_t i = 0; i < covers.size(); ++i, p += 4) blended(p, covers[i], along[i]);
      return;
    }
    for (std::uint16_t cover : covers) {
      if (cover > 0) blended(blend.at(y, x), cover, pattern(x, y));
      ++x;
    }
  }
  void run(int y, int x, int n, std::int32_t cover) const {
    const auto all = static_cast<std::uint32_t>(cover);
    std::uint8_t* p = blend.at(y, x);
    if (const std::uint16_t* along = pattern.row(x, y)) {
      for (int i = 0; i < n; ++i, p += 4) blended(p, all, along[i]);
      return;
    }
    for (int i = 0; i < n; ++i, p += 4) blended(p, all, pattern(x + i, y));
  }
  void blended(std::uint8_t* p, std::uint32_t cover, std::uint32_t line) const {
    if (line == 0) return;
    const std::uint32_t both = (cover * line) >> 15;
    if (both > 0) blend.pixel(p, both);
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
      small(static_cast<std::size_t>(width + 2 * margin) * static_cast<std::size_t>(height + 2 * margin)),
      small_cover(small.size(), 0),
      spill(small.size(), 0),
      mask(fabric.size(), 0),
      touched(height),
      small_touched(height + 2 * margin) {}

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

FabricColour::FabricColour(style::Rgba colour) {
  const auto weighed = [&](std::uint8_t channel) { return std::uint64_t{div255(std::uint32_t{channel} * colour.a)}; };
  rg = weighed(colour.r) | weighed(colour.g) << 32;
  ba = weighed(colour.b) | std::uint64_t{colour.a} << 32;
}

void RasterCanvas::fabric(const FeatureIndex& index, const geom::GeometryColumn& column,
                          std::span<const Shaded> features) {
  // Below two pixels a box of the feature's area says all there is to see, up to a few pixels the polygon is summed
  // up beside the others, and from there on each polygon takes what room is left.
  const auto speck = static_cast<float>(2 * m_units_per_px);
  const auto small = static_cast<float>((SmallRasteriser::most_px - 3) * m_units_per_px);
  std::vector<Shaded> large;
  bool specks = false;
  for (const Shaded& feature : features) {
    if (feature.colour.a == 0) continue;
    const geom::FloatBox& box = index.tree.box(feature.slot);
    const float size = std::max(box.max_x - box.min_x, box.max_y - box.min_y);
    if (size < speck) {
      add_speck(index, feature);
      specks = true;
    } else if (size >= small || !add_small(column[feature.row], feature.colour)) {
      large.push_back(feature);
    }
  }
  if (specks) {
    spread_small();
  } else if (large.size() < features.size()) {
    normalise_small();
  }
  std::sort(large.begin(), large.end(), [](const Shaded& a, const Shaded& b) { return a.row > b.row; });
  for (const Shaded& feature : large) {  // the last one lies on top: it takes its pixels first
    add_polygon(column[feature.row]);
    m_coverage.sweep(FillRule::even_odd, FabricSink(m_memory, m_image, feature.colour));
  }
  compose_fabric();
}

void RasterCanvas::compose_fabric() {
  constexpr std::uint32_t half = full_coverage / 2;
  m_memory.touched.take([&](int y, int first, int end) {
    const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(m_image.width);
    std::uint8_t* p = m_image.rgba.data() + (row + static_cast<std::size_t>(first)) * 4;
    for (std::size_t at = row + static_cast<std::size_t>(first); at < row + static_cast<std::size_t>(end);
         ++at, p += 4) {
      std::uint16_t* covers = m_memory.fabric_cover.data() + at;
      if (at + 4 <= row + static_cast<std::size_t>(end)) {  // most are painted already, or untouched
        const std::uint64_t all = four_covers(covers);
        if (all == 0 || all == UINT64_MAX) {
          std::memset(covers, 0, sizeof(all));
          at += 3;
          p += 12;
          continue;
        }
      }
      const std::uint16_t gathered = std::exchange(*covers, std::uint16_t{0});
      if (gathered == 0 || gathered == FabricSink::painted) continue;
      FabricPixel& f = m_memory.fabric[at];
      const auto low = [](std::uint64_t pair) { return (static_cast<std::uint32_t>(pair) + half) >> 15; };
      const auto high = [](std::uint64_t pair) { return (static_cast<std::uint32_t>(pair >> 32) + half) >> 15; };
      const std::uint32_t rest = 255 - std::min<std::uint32_t>(255, high(f.ba));
      p[0] = static_cast<std::uint8_t>(std::min<std::uint32_t>(255, low(f.rg) + div255(p[0] * rest)));
      p[1] = static_cast<std::uint8_t>(std::min<std::uint32_t>(255, high(f.rg) + div255(p[1] * rest)));
      p[2] = static_cast<std::uint8_t>(std::min<std::uint32_t>(255, low(f.ba) + div255(p[2] * rest)));
      f = FabricPixel{};
    }
  });
}

std::size_t RasterCanvas::small_index(std::int64_t x, std::int64_t y) const {
  constexpr int margin = RasterMemory::margin;
  return static_cast<std::size_t>(y + margin) * static_cast<std::size_t>(m_image.width + 2 * margin) +
         static_cast<std::size_t>(x + margin);
}

void RasterCanvas::touch_small(std::int64_t y, std::int64_t first, std::int64_t end) {
  m_memory.small_touched.add(static_cast<int>(y) + RasterMemory::margin, static_cast<int>(first),
                             static_cast<int>(end));
}

void RasterCanvas::add_small_cover(std::int64_t x, std::int64_t y, std::uint32_t cover, const FabricColour& colour) {
  constexpr std::uint32_t most = 64 * full_coverage;  // of features piled up on one pixel; the sums hold twice that
  const std::size_t at = small_index(x, y);
  std::uint32_t& sum = m_memory.small_cover[at];
  if (sum >= most) return;
  sum += cover;
  FabricPixel& p = m_memory.small[at];
  p.rg += cover * colour.rg;
  p.ba += cover * colour.ba;
}

namespace {

// Both channels times share / whole; share <= 2^15.
std::uint64_t part_of(std::uint64_t pair, std::uint64_t share, std::uint64_t whole) {
  const std::uint64_t ratio = (share << 16) / whole;
  const std::uint64_t low = (pair & UINT32_MAX) * ratio >> 16;
  const std::uint64_t high = (pair >> 32) * ratio >> 16;
  return low | high << 32;
}

}  // namespace

// The small features' pixels go into the fabric; where they overlap they share the pixel.
void RasterCanvas::normalise_small() {
  constexpr int margin = RasterMemory::margin;
  m_memory.small_touched.take([&](int row, int first, int end) {
    const int y = row - margin;
    const bool inside = y >= 0 && y < m_image.height;
    if (inside && std::max(0, first) < std::min(m_image.width, end)) {
      m_memory.touched.add(y, std::max(0, first), std::min(m_image.width, end));
    }
    for (int x = first; x < end; ++x) {
      const std::size_t from = small_index(x, y);
      const std::uint32_t sum = std::exchange(m_memory.small_cover[from], 0U);
      if (sum == 0) continue;
      const FabricPixel p = std::exchange(m_memory.small[from], FabricPixel{});
      if (!inside || x < 0 || x >= m_image.width) continue;
      const std::size_t at =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(m_image.width) + static_cast<std::size_t>(x);
      m_memory.fabric_cover[at] = static_cast<std::uint16_t>(std::min<std::uint32_t>(sum, full_coverage));
      m_memory.fabric[at] =
          sum <= full_coverage ? p : FabricPixel{part_of(p.rg, full_coverage, sum), part_of(p.ba, full_coverage, sum)};
    }
  });
}

// The same where boxes stand for shapes: what is too much in one pixel is missing in those around it, and is moved
// there, so that no land is lost and no ground shines through. Each pixel depends on those up to two pixels away.
void RasterCanvas::spread_small() {
  constexpr int margin = RasterMemory::margin;
  constexpr auto full = static_cast<std::uint32_t>(full_coverage);
  const auto pitch = static_cast<std::ptrdiff_t>(m_image.width + 2 * margin);
  const std::ptrdiff_t around[] = {-pitch - 1, -pitch, -pitch + 1, -1, 1, pitch - 1, pitch, pitch + 1};
  const std::uint32_t* cover = m_memory.small_cover.data();
  std::uint32_t* spill = m_memory.spill.data();
  // What a pixel has too much, as a share of the room around it.
  for (int y = -1; y <= m_image.height; ++y) {
    std::size_t at = small_index(-1, y);
    for (int x = -1; x <= m_image.width; ++x, ++at) {
      if (cover[at] <= full) continue;
      std::uint32_t room = 0;
      for (const std::ptrdiff_t step : around) {
        const std::uint32_t other = cover[static_cast<std::ptrdiff_t>(at) + step];
        if (other < full) room += full - other;
      }
      // Boxes are out of place by a part of a pixel at most: the rest of a pile lies there indeed.
      const std::uint32_t surplus = std::min({cover[at] - full, room, full / 2});
      if (room > 0) spill[at] = static_cast<std::uint32_t>(std::uint64_t{surplus} * full / room);
    }
  }
  for (int y = 0; y < m_image.height; ++y) {
    m_memory.touched.add(y, 0, m_image.width);
    std::size_t from = small_index(0, y);
    std::size_t at = static_cast<std::size_t>(y) * static_cast<std::size_t>(m_image.width);
    for (int x = 0; x < m_image.width; ++x, ++from, ++at) {
      const std::uint32_t sum = cover[from];
      FabricPixel p = m_memory.small[from];
      if (sum >= full) {
        if (sum > full) p = {part_of(p.rg, full, sum), part_of(p.ba, full, sum)};
        m_memory.fabric[at] = p;
        m_memory.fabric_cover[at] = full_coverage;
        continue;
      }
      std::uint32_t offered = 0;
      for (const std::ptrdiff_t step : around) offered += spill[static_cast<std::ptrdiff_t>(from) + step];
      std::uint32_t gathered = sum;
      if (offered > 0) {
        const std::uint32_t room = full - sum;
        const std::uint32_t taken = offered < full ? room * offered / full : room;
        for (const std::ptrdiff_t step : around) {
          const auto neighbour = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(from) + step);
          if (spill[neighbour] == 0) continue;
          const std::uint64_t share = std::uint64_t{taken} * spill[neighbour] / offered;
          const FabricPixel& other = m_memory.small[neighbour];
          p.rg += part_of(other.rg, share, cover[neighbour]);
          p.ba += part_of(other.ba, share, cover[neighbour]);
        }
        gathered += taken;
      }
      m_memory.fabric[at] = p;
      m_memory.fabric_cover[at] = static_cast<std::uint16_t>(gathered);
    }
  }
  m_memory.small_touched.take([](int, int, int) {});
  std::fill(m_memory.small.begin(), m_memory.small.end(), FabricPixel{});
  std::fill(m_memory.small_cover.begin(), m_memory.small_cover.end(), 0U);
  std::fill(m_memory.spill.begin(), m_memory.spill.end(), 0U);
}

// A box of the feature's own area and its box's proportions about its centroid: painted area stays true where outlines
// mean nothing.
void RasterCanvas::add_speck(const FeatureIndex& index, const Shaded& feature) {
  const FeatureIndex::Extent extent = index.extent(feature.slot);
  if (!(extent.area > 0)) return;
  constexpr std::int64_t fine = 64;  // sub-pixels are divided once more: tiny boxes need it
  constexpr std::int64_t pixel = subpixel * fine;
  constexpr int pixel_bits = subpixel_bits + 6;
  const double units = static_cast<double>(pixel) / m_units_per_px;
  const double share = std::sqrt(static_cast<double>(extent.area / (extent.width * extent.height)));
  const auto box_width =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(extent.width) * share * units + 0.5));
  const auto box_height =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(extent.height) * share * units + 0.5));
  const geom::Coord origin = index.tree.origin();
  const Point centre = m_grid({origin.x + static_cast<double>(extent.x), origin.y + static_cast<double>(extent.y)});
  const std::int64_t x0 = centre.x * fine - box_width / 2, x1 = x0 + box_width;
  const std::int64_t y0 = centre.y * fine - box_height / 2, y1 = y0 + box_height;
  constexpr int margin = RasterMemory::margin;
  const std::int64_t column_end = std::min<std::int64_t>(m_image.width + margin, (x1 + pixel - 1) >> pixel_bits);
  const std::int64_t row_end = std::min<std::int64_t>(m_image.height + margin, (y1 + pixel - 1) >> pixel_bits);
  const std::int64_t column = std::max<std::int64_t>(-margin, x0 >> pixel_bits);
  if (column >= column_end) return;
  const FabricColour colour(feature.colour);
  // Rounded up or down by the row's own lot: many features too small for one step of coverage still add up.
  const std::int64_t lot = static_cast<std::int64_t>((feature.row * 2654435761U) >> 15);
  for (std::int64_t y = std::max<std::int64_t>(-margin, y0 >> pixel_bits); y < row_end; ++y) {
    const std::int64_t high = std::min(y1, (y + 1) * pixel) - std::max(y0, y * pixel);
    touch_small(y, column, column_end);
    for (std::int64_t x = column; x < column_end; ++x) {
      const std::int64_t wide = std::min(x1, (x + 1) * pixel) - std::max(x0, x * pixel);
      // wide * high / pixel² of full coverage; 2^16 * 2^16 / 2^17.
      const auto cover = static_cast<std::uint32_t>((wide * high + lot) >> 17);
      if (cover > 0) add_small_cover(x, y, cover, colour);
    }
  }
}

// False when its vertices reach further than its size says: the other rasteriser then takes it.
bool RasterCanvas::add_small(const geom::FeatureGeometry& feature, style::Rgba colour) {
  constexpr std::int64_t most = std::int64_t{SmallRasteriser::most_px} << subpixel_bits;
  std::vector<Point>& points = m_memory.points;
  points.clear();
  Point low{INT64_MAX, INT64_MAX}, high{INT64_MIN, INT64_MIN};
  for (const geom::Coord c : feature.vertices()) {
    const Point p = m_grid(c);
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    points.push_back(p);
  }
  if (points.empty()) return true;
  const std::int64_t column = low.x >> subpixel_bits, row = low.y >> subpixel_bits;
  const std::int64_t left = column << subpixel_bits, top = row << subpixel_bits;
  if (high.x - left > most || high.y - top > most) return false;
  const int width = static_cast<int>((high.x - left + subpixel - 1) >> subpixel_bits);
  const int height = static_cast<int>((high.y - top + subpixel - 1) >> subpixel_bits);
  constexpr int margin = RasterMemory::margin;
  const std::int64_t column_end = std::min<std::int64_t>(m_image.width + margin, column + width);
  const std::int64_t row_end = std::min<std::int64_t>(m_image.height + margin, row + height);
  const std::int64_t first_column = std::max<std::int64_t>(-margin, column);
  const std::int64_t first_row = std::max<std::int64_t>(-margin, row);
  if (first_column >= column_end || first_row >= row_end) return true;
  std::size_t at = 0;
  const auto edge = [&](Point a, Point b) {
    m_small.add_edge(static_cast<std::int32_t>(a.x - left), static_cast<std::int32_t>(a.y - top),
                     static_cast<std::int32_t>(b.x - left), static_cast<std::int32_t>(b.y - top));
  };
  for (std::size_t p = 0; p < feature.part_count(); ++p) {
    const geom::PartView part = feature.part(p);
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      const std::size_t end = at + part.ring(r).size();
      for (std::size_t i = at + 1; i < end; ++i) edge(points[i - 1], points[i]);
      if (end > at) edge(points[end - 1], points[at]);
      at = end;
    }
  }
  const FabricColour weighed(colour);
  for (std::int64_t y = first_row; y < row_end; ++y) touch_small(y, first_column, column_end);
  const bool whole =
      first_column == column && first_row == row && column_end == column + width && row_end == row + height;
  m_small.sweep(width, height, [&](int x, int y, std::uint32_t cover) {
    const std::int64_t px = column + x, py = row + y;
    if (whole || (px >= first_column && py >= first_row && px < column_end && py < row_end)) {
      add_small_cover(px, py, cover, weighed);
    }
  });
  return true;
}

void RasterCanvas::outlines(const geom::GeometryColumn& column, std::span<const Outlined> features) {
  std::vector<Point>& points = m_memory.points;
  for (const Outlined& feature : features) {
    const double half_width = static_cast<double>(feature.width_px) * m_px_scale / 2;
    const FabricColour colour(feature.colour);
    const geom::FeatureGeometry geometry = column[feature.row];
    for (std::size_t p = 0; p < geometry.part_count(); ++p) {
      const geom::PartView part = geometry.part(p);
      for (std::size_t r = 0; r < part.ring_count(); ++r) {
        points.clear();
        Wide area2 = 0;
        for (const geom::Coord c : part.ring(r)) {
          points.push_back(m_grid(c));
          if (points.size() < 2) continue;
          const Point a = points[points.size() - 2], b = points.back(), o = points.front();
          area2 += static_cast<Wide>(a.x - o.x) * (b.y - o.y) - static_cast<Wide>(b.x - o.x) * (a.y - o.y);
        }
        // Walked so that the land lies on the left.
        const bool forward = (area2 < 0) == (r == 0);
        for (std::size_t i = 1; i < points.size(); ++i) {
          if (forward) {
            add_inner_line(points[i - 1], points[i], half_width, colour);
          } else {
            add_inner_line(points[i], points[i - 1], half_width, colour);
          }
        }
      }
    }
  }
  normalise_small();
  compose_fabric();
}

// A band of this width beside the edge, on the left of the way it goes (y runs down): along the edge's main direction,
// pixel by pixel, the band covers a stretch across it.
void RasterCanvas::add_inner_line(Point a, Point b, double half_width_px, const FabricColour& colour) {
  const std::int64_t dx = b.x - a.x, dy = b.y - a.y;
  const bool steep = std::abs(dy) >= std::abs(dx);
  // As if steep: `along` runs down the rows, `across` over the columns.
  const std::int64_t along = steep ? dy : dx, across = steep ? dx : dy;
  if (along == 0) return;
  const std::int64_t along_size = steep ? m_image.height : m_image.width;
  const std::int64_t across_size = steep ? m_image.width : m_image.height;
  std::int64_t from = steep ? a.y : a.x, to = steep ? b.y : b.x;
  const std::int64_t from_across = steep ? a.x : a.y;
  const std::int64_t start = from;
  if (from > to) std::swap(from, to);
  const std::int64_t first = std::max<std::int64_t>(0, from >> subpixel_bits);
  const std::int64_t last = std::min<std::int64_t>(along_size - 1, (to - 1) >> subpixel_bits);
  if (first > last) return;
  const double length =
      std::sqrt(static_cast<double>(dx) * static_cast<double>(dx) + static_cast<double>(dy) * static_cast<double>(dy));
  const auto band = static_cast<std::int64_t>(
      half_width_px * static_cast<double>(subpixel) * length / static_cast<double>(std::abs(along)) + 0.5);
  // Left of the way it goes, with y down: of a step down to the right (+x), of a step to the right upwards (-y).
  const std::int64_t side = steep ? (dy > 0 ? 1 : -1) : (dx > 0 ? -1 : 1);
  const auto slope = static_cast<std::int64_t>(static_cast<Wide>(across) * (1 << 20) / along);
  for (std::int64_t step = first; step <= last; ++step) {
    const std::int64_t begin = std::max(from, step << subpixel_bits), end = std::min(to, (step + 1) << subpixel_bits);
    const std::int64_t middle = (begin + end) / 2;
    const std::int64_t edge = from_across + static_cast<std::int64_t>(static_cast<Wide>(middle - start) * slope >> 20);
    const std::int64_t low = side > 0 ? edge : edge - band, high = low + band;
    const std::int64_t cell_end = std::min(across_size - 1, (high - 1) >> subpixel_bits);
    for (std::int64_t cell = std::max<std::int64_t>(0, low >> subpixel_bits); cell <= cell_end; ++cell) {
      const std::int64_t wide = std::min(high, (cell + 1) << subpixel_bits) - std::max(low, cell << subpixel_bits);
      const auto cover = static_cast<std::uint32_t>((end - begin) * wide >> (2 * subpixel_bits - 15));
      if (cover == 0) continue;
      const std::int64_t x = steep ? cell : step, y = steep ? step : cell;
      touch_small(y, x, x + 1);
      add_small_cover(x, y, cover, colour);
    }
  }
}

void RasterCanvas::fill(const geom::GeometryColumn& column, std::uint32_t row, style::Rgba colour) {
  add_polygon(column[row]);
  m_coverage.sweep(FillRule::even_odd, Blend(m_image, colour));
}

// Symbols are many, patterns few.
const HatchCover& RasterCanvas::hatch_cover(style::HatchPattern pattern, float spacing_px) {
  for (const KnownHatch& known : m_hatches) {
    if (known.pattern == pattern && known.spacing_px == spacing_px) return known.cover;
  }
  m_hatches.push_back({pattern, spacing_px,
                       HatchCover(pattern, static_cast<double>(spacing_px), m_px_scale, m_grid.left(), m_grid.top(),
                                  m_image.width, m_image.height)});
  return m_hatches.back().cover;
}

void RasterCanvas::hatch(const geom::GeometryColumn& column, RowList rows, const style::Symbol& symbol) {
  const HatchCover& pattern = hatch_cover(symbol.hatch, symbol.hatch_spacing_px);
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

}  // namespace zaitu::render

#include "app/control_points.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "app/import_place.h"
#include "app/import_values.h"
#include "base/error.h"
#include "base/message.h"
#include "io/source.h"

namespace zaitu::app {

namespace {

[[noreturn]] void refuse_points(const std::filesystem::path& file, const std::string& why) {
  throw base::Error(base::ExitCode::input_unreadable,
                    base::say("control points: {}: {}", file.filename().string(), why));
}

class PointTable {
 public:
  PointTable(const std::filesystem::path& file, base::Progress& progress) : m_file(file) {
    io::SourceOptions options;
    options.with_hash = false;
    io::read_source(
        file, options, [&](const io::SourceHeader& header) { m_header = header; },
        [&](io::SourceRow&& row) { m_rows.push_back(std::move(row)); }, [](io::Warning&&) {}, progress);
  }

  std::size_t size() const { return m_rows.size(); }
  std::optional<std::size_t> column(std::string_view name) const {
    for (std::size_t i = 0; i < m_header.fields.size(); ++i) {
      if (title_key(m_header.fields[i].name) == name) return i;
    }
    return std::nullopt;
  }
  double number(std::size_t row, std::string_view name) const {
    const auto at = column(name);
    if (!at) {
      refuse_points(m_file, base::say("there is no column \"{}\"; it needs from_x, from_y, to_x, to_y, or shift_x, "
                                      "shift_y, rotation (seconds) and scale (ppm)",
                                      name));
    }
    const double number = number_in(m_rows[row].values[*at]);
    if (!std::isfinite(number)) refuse_points(m_file, base::say("row {}: {} is not a number", row + 1, name));
    return number;
  }
  std::string name(std::size_t row) const {
    const auto at = column("name");
    if (at) {
      if (const auto* text = std::get_if<std::string>(&m_rows[row].values[*at]); text != nullptr && !text->empty()) {
        return *text;
      }
    }
    return std::to_string(row + 1);
  }

 private:
  std::filesystem::path m_file;
  io::SourceHeader m_header;
  std::vector<io::SourceRow> m_rows;
};

}  // namespace

crs::HelmertFit read_control_points(const std::filesystem::path& file, base::Progress& progress) {
  const PointTable table(file, progress);
  if (table.size() == 0) refuse_points(file, base::say("it has no rows"));
  if (table.column("shift_x")) {
    constexpr double seconds = std::numbers::pi / 180 / 3600;
    const double angle = table.number(0, "rotation") * seconds;
    const double scale = 1 + table.number(0, "scale") * 1e-6;
    crs::HelmertFit fit;
    fit.parameters = {
        scale * std::cos(angle), scale * std::sin(angle), {}, {table.number(0, "shift_x"), table.number(0, "shift_y")}};
    fit.rms = std::numeric_limits<double>::quiet_NaN();
    return fit;
  }
  std::vector<crs::ControlPoint> points;
  points.reserve(table.size());
  for (std::size_t row = 0; row < table.size(); ++row) {
    points.push_back({table.name(row),
                      {table.number(row, "from_x"), table.number(row, "from_y")},
                      {table.number(row, "to_x"), table.number(row, "to_y")}});
  }
  return crs::fit_helmert(points);
}

}  // namespace zaitu::app

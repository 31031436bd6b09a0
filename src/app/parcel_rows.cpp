#include "app/parcel_rows.h"

#include <cmath>

#include "base/format.h"
#include "base/message.h"
#include "base/utf8.h"
#include "geom/measure.h"

namespace zaitu::app {

namespace {

constexpr std::size_t most_words_kept = 10000;

}  // namespace

ParcelTerms::ParcelTerms(const model::Project& project) {
  for (const model::LandUseClass& row : *project.land_use_classes) {
    m_land_use.add(row.code, static_cast<std::int64_t>(m_land_use_codes.size()) + 1, {row.name_zh, row.name_en});
    m_land_use_codes.push_back(row.code);
  }
  for (const model::LandRecord& row : *project.land_records) m_records.add(row.code, row.id.value, {row.title});
}

std::string ParcelTerms::land_use(const std::string& text) const {
  const std::int64_t id = text.empty() ? 0 : m_land_use.find(text);
  return id == 0 ? text : m_land_use_codes[static_cast<std::size_t>(id - 1)];
}

ParcelReader::ParcelReader(const ImportContext& context, const ParcelTerms& terms, const FieldMapping& mapping)
    : m_context(context),
      m_terms(terms),
      m_mapping(mapping),
      m_other(mapping.other()),
      m_code(field("code")),
      m_name(field("name")),
      m_land_use(field("land_use")),
      m_land_use_planned(field("land_use_planned")),
      m_ownership(field("ownership")),
      m_right_holder(field("right_holder")),
      m_far(field("far")),
      m_far_cap(field("far_cap")),
      m_areas{field("area_title"), field("area_contract"), field("area_surveyed"), field("area_planned")},
      m_synthetic(field("synthetic")),
      m_note(field("note")),
      m_valid_from(field("valid_from")),
      m_valid_to(field("valid_to")),
      m_record(field("record")),
      m_identifiers(field("identifiers")),
      m_parents(field("parents")),
      // Square degrees or feet are no m²: of a foreign layer in such a CRS only the ellipsoidal area has a meaning.
      m_planar(context.project.crs->metres_per_unit() == 1),
      m_ellipsoidal(*context.project.crs) {
  if (context.geometry != nullptr) m_taker.emplace(*context.geometry);
  m_audited.reserve(std::size(m_areas) + m_other.areas.size() + 1);
  for (const Field& area : m_areas) {
    m_audited.push_back({area.column ? context.header.fields[*area.column].name : "", {}});
  }
  for (const OtherColumns::Area& area : m_other.areas)
    m_audited.push_back({context.header.fields[area.column].name, {}});
  if (m_other.floor_area) m_audited.push_back({context.header.fields[m_other.floor_area->column].name, {}});
}

void ParcelReader::hand_over_areas() {
  for (AuditedArea& area : m_audited) {
    if (!area.seen.empty()) m_context.areas.see(area.column, area.seen);
    area.seen.clear();
  }
}

double ParcelReader::loose_number(std::size_t column, double factor) const {
  if (m_batch->is_none(column, m_number)) return model::unknown;
  switch (m_batch->type(column)) {
    case io::SourceFieldType::integer:
      return static_cast<double>(m_batch->integer(column, m_number)) * factor;
    case io::SourceFieldType::real:
      return m_batch->real(column, m_number) * factor;
    default:
      break;
  }
  const auto parsed = parse_number(m_batch->text(column, m_number), true);
  return !parsed ? model::unknown : parsed->unit.empty() ? parsed->value * factor : parsed->value;
}

void ParcelReader::audit_areas() {
  const model::ParcelValues& values = m_row->values;
  const double planar = values.area_m2[static_cast<std::size_t>(model::AreaKind::planar)];
  const double outline =
      std::isnan(planar) ? values.area_m2[static_cast<std::size_t>(model::AreaKind::ellipsoidal)] : planar;
  for (std::size_t kind = 0; kind < std::size(m_areas); ++kind) {
    if (!std::isnan(values.area_m2[kind])) m_audited[kind].seen.push_back({m_row->fid, values.area_m2[kind], outline});
  }
  for (std::size_t i = 0; i < m_other.areas.size(); ++i) {
    const auto [column, factor] = m_other.areas[i];
    const double value = loose_number(column, factor);
    if (!std::isnan(value)) {
      m_audited[std::size(m_areas) + i].seen.push_back({m_row->fid, value, outline});
    } else if (!m_batch->is_none(column, m_number)) {
      m_row->log.add(std::to_string(m_row->fid), m_context.header.fields[column].name, "number",
                     base::say("not surely a number: kept as it is written"));
    }
  }
  if (!m_other.floor_area) return;
  const double floor = loose_number(m_other.floor_area->column, m_other.floor_area->factor);
  if (!std::isnan(floor)) m_audited.back().seen.push_back({m_row->fid, floor, model::unknown});
}

// Gross floor area over the area of the plot is the ratio that stands beside it.
void ParcelReader::check_floor_area() {
  const double ratio = m_row->values.far_planned;
  constexpr double highest_ratio = 50;
  if (ratio > highest_ratio) {
    m_row->log.add(std::to_string(m_row->fid), m_context.header.fields[*m_far.column].name, "area",
                   base::say("{} is no plot ratio: perhaps it is the floor area, or in another unit; it is kept as it "
                             "was read",
                             base::shortest(ratio)));
  }
  if (!m_other.floor_area || !(ratio > 0)) return;
  double plot = model::unknown;
  for (const double area : {m_row->values.area_m2[3], m_row->values.area_m2[2], m_row->values.area_m2[0]}) {
    if (std::isnan(plot)) plot = area;
  }
  const double floor = loose_number(m_other.floor_area->column, m_other.floor_area->factor);
  // An outline may have roads or water within that are no plot.
  double tolerance = 0.05;
  if (std::isnan(plot)) {
    plot = m_row->values.area(model::AreaKind::planar);
    tolerance = 0.5;
  }
  if (!(plot > 0) || !(floor > 0) || std::abs(floor / (ratio * plot) - 1) <= tolerance) return;
  m_row->log.add(
      std::to_string(m_row->fid), m_context.header.fields[m_other.floor_area->column].name, "area",
      base::say("the floor area {} m² is not the ratio {} times the plot's {} m², which is {} m²",
                base::shortest(floor), base::shortest(ratio), base::shortest(plot), base::shortest(ratio * plot)));
}

void ParcelReader::read_other_columns() {
  for (const std::size_t column : m_other.identifiers) {
    if (m_batch->is_none(column, m_number)) continue;
    std::string value =
        m_batch->type(column) == io::SourceFieldType::integer ? std::to_string(m_batch->integer(column, m_number))
        : m_batch->type(column) == io::SourceFieldType::real  ? std::string()
                                                             : std::string(base::trim(m_batch->text(column, m_number)));
    if (!value.empty() && value != m_row->code)
      m_row->columns.push_back({m_context.header.fields[column].name, std::move(value)});
  }
  for (const std::size_t column : m_other.dates) {
    if (m_batch->is_none(column, m_number) || m_batch->type(column) != io::SourceFieldType::text) continue;
    warn_of_date(m_batch->text(column, m_number), std::to_string(m_row->fid), m_context.header.fields[column].name,
                 m_row->log);
  }
}

ParcelReader::Field ParcelReader::field(std::string_view name) const {
  return {name, m_mapping.column(name), m_mapping.factor(name)};
}

ImportRow ParcelReader::whole() {
  if (!m_whole) m_whole = m_batch->row(m_number);
  return ImportRow(m_mapping, m_context.header, *m_whole, m_row->log);
}

bool ParcelReader::is_text(const Field& field) const {
  const io::SourceFieldType type = m_batch->type(*field.column);
  return type == io::SourceFieldType::text || type == io::SourceFieldType::date;
}

std::string_view ParcelReader::text(const Field& field) {
  if (is_none(field)) return {};
  if (is_text(field)) return base::trim(m_batch->text(*field.column, m_number));
  if (m_batch->type(*field.column) == io::SourceFieldType::integer) {
    return keep(std::to_string(m_batch->integer(*field.column, m_number)));
  }
  return keep(whole().text(field.name));
}

double ParcelReader::number(const Field& field, Number kind) {
  if (is_none(field)) return model::unknown;
  const double factor = kind == Number::area ? field.factor : 1;
  double value = model::unknown;
  switch (m_batch->type(*field.column)) {
    case io::SourceFieldType::integer:
      value = static_cast<double>(m_batch->integer(*field.column, m_number)) * factor;
      break;
    case io::SourceFieldType::real:
      value = m_batch->real(*field.column, m_number) * factor;
      break;
    default:
      if (text(field).empty()) return model::unknown;
  }
  if (std::isfinite(value) && (kind == Number::plain || value >= 0))
    return value == 0 ? 0.0 : value;  // no -0 is stored
  const ImportRow row = whole();
  const std::optional<double> read = kind == Number::area ? row.area_m2(field.name) : row.number(field.name);
  // As it comes back from where it is stored.
  return !read || std::isnan(*read) ? model::unknown : *read == 0 ? 0.0 : *read;
}

std::optional<base::Date> ParcelReader::date(const Field& field) {
  if (is_none(field)) return std::nullopt;
  if (!is_text(field)) return whole().date(field.name);
  const std::string_view cell = text(field);
  if (cell.empty()) return std::nullopt;
  if (m_date && cell == m_date_text) return m_date;
  m_date = parse_date(cell);
  m_date_text = cell;
  return m_date ? m_date : whole().date(field.name);
}

std::string_view ParcelReader::land_use(const Field& field, Words& known) {
  const std::string_view cell = text(field);
  if (cell.empty()) return {};
  std::string key(cell);
  if (const auto found = known.find(key); found != known.end()) return found->second;
  if (known.size() > most_words_kept) return keep(m_terms.land_use(key));
  std::string code = m_terms.land_use(key);
  return known.emplace(std::move(key), std::move(code)).first->second;
}

std::string_view ParcelReader::ownership() {
  const std::string_view cell = text(m_ownership);
  if (cell.empty()) return {};
  const std::string key = match_key(cell);
  if (key.empty()) return {};
  if (key == "g" || key.find("国有") != key.npos || key == "state") return "G";
  if (key == "j" || key.find("集体") != key.npos || key == "collective") return "J";
  if (key == "z" || key.find("未定") != key.npos || key.find("争议") != key.npos || key == "undetermined") return "Z";
  whole().warn("ownership", "field",
               base::say("\"{}\" is neither state (G), collective (J) nor undetermined (Z): left empty", cell));
  return {};
}

std::string ParcelReader::lineage_kind(std::size_t parents) {
  const std::string key = match_key(whole().text("lineage_kind"));
  if (key == "split" || key.find("分割") != key.npos || key.find("分宗") != key.npos) return "split";
  if (key == "merge" || key.find("合并") != key.npos || key.find("合宗") != key.npos) return "merge";
  if (key == "realign" || key.find("调整") != key.npos) return "realign";
  if (!key.empty()) whole().warn("lineage_kind", "field", base::say("\"{}\" is none of split, merge, realign", key));
  return parents > 1 ? "merge" : "split";
}

void ParcelReader::read(const io::RowBatch& batch, std::size_t number_in_batch, ParcelRow& row) {
  m_batch = &batch;
  m_number = number_in_batch;
  m_row = &row;
  m_whole.reset();
  if (!m_kept.empty()) m_kept.clear();
  if (m_taker) m_taker->give_back(std::move(row.geometry.column));
  row = ParcelRow();
  row.fid = batch.fid(number_in_batch);

  if (m_code.column && m_batch->type(*m_code.column) != io::SourceFieldType::real) row.code = text(m_code);
  if (row.code.empty()) {
    if (!m_whole) m_whole = batch.row(number_in_batch);
    row.code = m_context.code_of(ImportRow(m_mapping, m_context.header, *m_whole, row.code_log));
  }
  // Full-width forms begin with this byte.
  if (row.code.find('\xEF') != std::string::npos) {
    if (const std::string narrow = base::half_width(row.code); narrow != row.code) {
      row.log.add_once("code", "fullwidth",
                       base::say("codes have full-width characters, like \"{}\": they are kept as they are written and "
                                 "compared as \"{}\" is",
                                 row.code, narrow));
    }
  }
  if (m_taker && m_context.point_columns) {
    if (!m_whole) m_whole = batch.row(number_in_batch);
    const geom::Coord point{number_in(m_whole->values[m_context.point_columns->x]),
                            number_in(m_whole->values[m_context.point_columns->y])};
    static_cast<TakenFacts&>(row.geometry) = m_taker->look(point, std::to_string(row.fid), row.log);
  } else if (m_taker) {
    row.geometry =
        m_taker->take(batch.wkb(number_in_batch), geom::GeometryKind::polygon, std::to_string(row.fid), row.log);
    if (row.geometry.state == TakenGeometry::State::wrong_type) {
      // A drawing's other lines and texts are no parcels; among the rows of a table each is one.
      row.rejected = m_context.header.driver == "DXF" && m_context.rejects(whole(), row.geometry);
      if (row.rejected) return;
      const std::span<const std::uint8_t> original = batch.wkb(number_in_batch);
      row.log.add(
          std::to_string(row.fid), "", "geom-mixed",
          base::say(
              "a point or a line among areas: the parcel is kept without outline, the original is in the import log"),
          {original.begin(), original.end()});
      row.geometry.state = TakenGeometry::State::none;
    }
  }
  model::ParcelValues& to = row.values;
  to.code = row.code;
  to.name = text(m_name);
  to.land_use_current = land_use(m_land_use, m_uses);
  to.land_use_planned = land_use(m_land_use_planned, m_planned_uses);
  to.ownership = ownership();
  to.right_holder = text(m_right_holder);
  to.far_planned = number(m_far, Number::plain);
  to.far_cap = number(m_far_cap, Number::plain);
  for (std::size_t kind = 0; kind < std::size(m_areas); ++kind) to.area_m2[kind] = number(m_areas[kind], Number::area);
  if (!is_none(m_synthetic)) row.synthetic = whole().flag(m_synthetic.name);
  to.synthetic = row.synthetic.value_or(false);
  to.note = text(m_note);
  to.valid_from = date(m_valid_from);
  to.valid_to = date(m_valid_to);
  if (to.valid_from && to.valid_to && *to.valid_to <= *to.valid_from) {
    whole().warn("valid_to", "date",
                 base::say("{} is not after valid_from {}", to.valid_to->iso(), to.valid_from->iso()));
  }
  if (!is_none(m_record)) row.record = m_context.linked(whole(), "record", m_terms.records(), "land record");
  to.created_by = {row.record};
  if (row.geometry.state == TakenGeometry::State::taken) {
    const geom::FeatureGeometry outline = row.geometry.column[0];
    const auto stored = [](double area) { return std::isnan(area) ? model::unknown : area == 0 ? 0.0 : area; };
    if (m_planar) to.area(model::AreaKind::planar) = stored(geom::area(outline));
    to.area(model::AreaKind::ellipsoidal) = stored(m_ellipsoidal(outline));
  }
  audit_areas();
  check_floor_area();
  read_other_columns();
  if (m_identifiers.column) row.identifiers = whole().list("identifiers");
  if (m_parents.column) row.parents = whole().list("parents");
  if (!row.parents.empty()) row.lineage_kind = lineage_kind(row.parents.size());
}

}  // namespace zaitu::app

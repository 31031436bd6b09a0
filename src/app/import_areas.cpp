// Circles with their member areas, policy zones, towns, and reference layers of any geometry.
#include <map>
#include <nlohmann/json.hpp>

#include "app/import_context.h"

#include "base/message.h"

namespace zaitu::app {

namespace {

// Areas without an outline mean nothing on the map and in the sums; the row is kept and a warning says so.
void warn_without_geometry(ImportContext& context) {
  if (context.geometry == nullptr)
    context.log.add("", "", "geom-null", base::say("the source has no geometry: areas come without outline"));
}

class CircleWriter : public RowWriter {
 public:
  explicit CircleWriter(ImportContext& context) : m_context(context) {
    warn_without_geometry(context);
    for (const model::Circle& row : *context.project.circles)
      m_circles.add(row.code, row.id.value, {row.name_zh, row.name_en});
    for (const model::CircleMember& row : context.project.circle_members->rows)
      m_members[{row.circle.value, row.name}] = row.id;
  }

  RowOutcome write(const ImportRow& row) override {
    const std::string name = row.text("name");
    std::string code = row.text("code");
    if (code.empty() && !name.empty()) {  // several rows share a circle: its name is the better key than a row number
      code = name;
      m_context.log.add_once("code", "id", base::say("circles without a code: their names are their codes"));
    }
    if (code.empty()) return m_context.reject(row, "code", "field", base::say("the circle has neither code nor name"));
    bool rejected = false;
    const auto taken = m_context.take_geometry(row, geom::GeometryKind::polygon, rejected);
    if (rejected) return RowOutcome::rejected;

    std::int64_t circle = m_circles.by_code(code);
    Cells of_circle;
    of_circle.text("name_zh", name.empty() ? code : name)
        .text("name_en", row.text("name_en"))
        .text("functions", row.text("functions"))
        .text("colour", row.text("colour"))
        .id("document_id", m_context.linked(row, "document", m_context.documents(), "document"));
    const bool new_circle = circle == 0;
    std::string member = row.text("member");
    if (member.empty()) member = name.empty() ? code : name;
    const auto existing = new_circle ? m_members.end() : m_members.find({circle, member});
    const bool exists = existing != m_members.end();
    const std::string key = code + '\n' + member;
    if (exists && m_context.is_repeated(key)) {
      return m_context.reject(row, "member", "duplicate-id",
                              base::say("circle {} already has a member \"{}\"", code, member));
    }
    if (new_circle) {
      circle = m_context.change.insert("circles", of_circle.text("code", code).list());
      m_circles.add(code, circle, {name});
    } else if (m_context.options.on_duplicate == OnDuplicate::update) {
      m_context.change.update("circles", circle, of_circle.list());
    }
    Cells cells;
    cells.flag("synthetic", row.flag("synthetic"));
    if (taken) cells.blob("geom", geom::to_spatialite(taken->column[0], m_context.srid()));
    if (exists) {
      if (!cells.empty()) m_context.change.update("circle_members", existing->second, cells.list());
    } else {
      m_members[{circle, member}] =
          m_context.change.insert("circle_members", cells.id("circle_id", circle).text("name", member).list());
    }
    m_context.codes_of_this_import.insert(key);
    return exists ? RowOutcome::updated : RowOutcome::inserted;
  }

 private:
  ImportContext& m_context;
  Keys m_circles;
  std::map<std::pair<std::int64_t, std::string>, std::int64_t> m_members;
};

// Zones and towns: one row, one area.
class AreaWriter : public RowWriter {
 public:
  AreaWriter(ImportContext& context, const char* table, Keys keys)
      : m_context(context), m_table(table), m_keys(std::move(keys)) {
    warn_without_geometry(context);
  }

  RowOutcome write(const ImportRow& row) override {
    const std::string name = row.text("name");
    if (name.empty()) return m_context.reject(row, "name", "field", base::say("the area has no name"));
    auto stored = m_context.coded_row(row, m_keys);
    if (!stored) return RowOutcome::rejected;
    bool rejected = false;
    const auto taken = m_context.take_geometry(row, geom::GeometryKind::polygon, rejected);
    if (rejected) return RowOutcome::rejected;
    Cells cells;
    cells.text("name_zh", name)
        .text("name_en", row.text("name_en"))
        .text("kind", row.text("kind"))
        .flag("synthetic", row.flag("synthetic"));
    if (m_context.options.kind == model::ImportKind::zones) {
      cells.date("valid_from", row.date("valid_from"))
          .date("valid_to", row.date("valid_to"))
          .id("document_id", m_context.linked(row, "document", m_context.documents(), "document"));
    }
    if (taken) cells.blob("geom", geom::to_spatialite(taken->column[0], m_context.srid()));
    const RowOutcome outcome = m_context.write_row(m_table, *stored, cells, m_keys, name);
    m_context.keep_source(m_table, stored->id, row);
    return outcome;
  }

 private:
  ImportContext& m_context;
  const char* m_table;
  Keys m_keys;
};

// One project layer for each kind of geometry in the source; the first kind met gets the plain code.
class ReferenceWriter : public RowWriter {
 public:
  explicit ReferenceWriter(ImportContext& context) : m_context(context) {
    if (context.geometry == nullptr) {
      throw base::Error(base::ExitCode::input_unreadable,
                        base::say("geometry: {} has no geometry, so it cannot be a reference layer",
                                  context.options.source.filename().string()));
    }
    m_code = context.options.reference.code.empty() ? context.header.layer : context.options.reference.code;
    std::set<std::string> taken;
    for (const model::ReferenceLayer& layer : *context.project.reference_layers) taken.insert(layer.code);
    if (taken.contains(m_code)) {
      throw base::Error(base::ExitCode::data_failed,
                        base::say("duplicate-id: the project already has a reference layer \"{}\"; rename the source "
                                  "or remove that layer first",
                                  m_code));
    }
  }

  RowOutcome write(const ImportRow& row) override {
    bool rejected = false;
    const auto taken = m_context.take_geometry(row, std::nullopt, rejected);
    if (rejected) return RowOutcome::rejected;
    if (!taken)
      return m_context.reject(row, "", "geom-null",
                              base::say("a feature of a reference layer without geometry shows nothing"));
    nlohmann::json attributes = nlohmann::json::object();
    const auto& fields = row.header().fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const io::SourceValue& value = row.source().values[i];
      if (const auto* text = std::get_if<std::string>(&value)) attributes[fields[i].name] = *text;
      if (const auto* integer = std::get_if<std::int64_t>(&value)) attributes[fields[i].name] = *integer;
      if (const auto* real = std::get_if<double>(&value)) attributes[fields[i].name] = *real;
    }
    static constexpr const char* tables[] = {"reference_points", "reference_lines", "reference_polygons"};
    const auto kind = static_cast<std::size_t>(taken->column.kind());
    m_context.change.insert(tables[kind], Cells()
                                              .id("layer_id", layer_of(kind))
                                              .text("name", row.text("name"))
                                              .text("kind", row.text("kind"))
                                              .text("attributes", attributes.dump())
                                              .blob("geom", geom::to_spatialite(taken->column[0], m_context.srid()))
                                              .list());
    return RowOutcome::inserted;
  }

 private:
  std::int64_t layer_of(std::size_t kind) {
    static constexpr const char* kind_names[] = {"point", "line", "polygon"};
    if (m_layers[kind] != 0) return m_layers[kind];
    const ReferenceFacts& facts = m_context.options.reference;
    const bool first = m_layers[0] == 0 && m_layers[1] == 0 && m_layers[2] == 0;
    const std::string suffix = first ? "" : std::string("_") + kind_names[kind];
    if (!first) {
      m_context.log.add("", "", "geom-mixed",
                        base::say("the source mixes kinds of geometry: its {} are the layer {}{}",
                                  kind == 0   ? base::say("points")
                                  : kind == 1 ? base::say("lines")
                                              : base::say("polygons"),
                                  m_code, suffix));
    }
    m_layers[kind] = m_context.change.insert(
        "reference_layers",
        Cells()
            .text("code", m_code + suffix)
            .text("name_zh", (facts.name_zh.empty() ? m_code : facts.name_zh) + suffix)
            .text("name_en", facts.name_en.empty() ? "" : facts.name_en + suffix)
            .text("role", facts.role)
            .text("geometry_kind", kind_names[kind])
            .text("attribution", facts.attribution)
            .text("licence", facts.licence)
            .text("source", facts.source.empty() ? m_context.options.source.filename().string() : facts.source)
            .flag("synthetic", facts.synthetic)
            .integer("draw_order", facts.draw_order)
            .list());
    return m_layers[kind];
  }

  ImportContext& m_context;
  std::string m_code;
  std::array<std::int64_t, 3> m_layers{0, 0, 0};
};

}  // namespace

std::unique_ptr<RowWriter> circle_writer(ImportContext& context) { return std::make_unique<CircleWriter>(context); }

std::unique_ptr<RowWriter> zone_writer(ImportContext& context) {
  Keys keys;
  for (const model::Zone& row : context.project.zones->rows)
    keys.add(row.code, row.id.value, {row.name_zh, row.name_en});
  return std::make_unique<AreaWriter>(context, "zones", std::move(keys));
}

std::unique_ptr<RowWriter> town_writer(ImportContext& context) {
  Keys keys;
  for (const model::Town& row : context.project.towns->rows)
    keys.add(row.code, row.id.value, {row.name_zh, row.name_en});
  return std::make_unique<AreaWriter>(context, "towns", std::move(keys));
}

std::unique_ptr<RowWriter> reference_writer(ImportContext& context) {
  return std::make_unique<ReferenceWriter>(context);
}

}  // namespace zaitu::app

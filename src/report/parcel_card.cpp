#include "report/parcel_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/card_head.h"
#include "report/page_map.h"
#include "report/pdf_file.h"
#include "report/phase_blocks.h"
#include "report/sheet.h"
#include "report/sources.h"
#include "report/words.h"

namespace zaitu::report {

using base::Language;

CardScenes make_card_scenes(const ProjectIndex& index) {
  const Subject& subject = index.subject();
  const auto supply = std::make_shared<const planning::Supply>(index.supply());
  render::SceneOptions options;
  options.theme.language = subject.language;
  options.theme.theme = style::Theme::circle;
  options.labels = false;
  // The small map says where: what is thin and dense there would only darken it.
  for (const model::ReferenceLayer& layer : rows_of(subject.project->reference_layers)) {
    if (layer.role == "metro" || layer.role == "station" || layer.role == "road_axis" || layer.role == "building")
      options.hidden_layers.insert("reference:" + layer.code);
  }
  options.hidden_layers.insert({"projects", "zones"});
  CardScenes scenes;
  scenes.locator = render::Scene::build(subject.project, subject.locations, subject.status, supply, options);
  options.hidden_layers.clear();
  options.theme.theme = style::Theme::land_use;
  scenes.detail =
      render::Scene::build(subject.project, subject.locations, subject.status, supply, options, scenes.locator.get());
  options.labels = true;
  scenes.detail_labels =
      render::Scene::build(subject.project, subject.locations, subject.status, supply, options, scenes.detail.get());
  return scenes;
}

std::optional<model::AreaKind> used_area(const model::ParcelTable& parcels, std::uint32_t row) {
  for (const model::AreaKind kind : {model::AreaKind::title, model::AreaKind::surveyed, model::AreaKind::contract,
                                     model::AreaKind::planned, model::AreaKind::planar}) {
    if (std::isfinite(parcels.area(row, kind))) return kind;
  }
  return std::nullopt;
}

namespace {

// What a card's length leaves free to choose.
struct Layout {
  double map_height = 232;
  bool tight = false;
  bool story_apart = false;  // the timeline begins the second page
};
struct Extent {
  int pages = 0;
  double first_page_room = 0;
};

// Everything of one card; a member function per block, top to bottom.
class ParcelCard {
 public:
  ParcelCard(const ProjectIndex& index, const CardScenes& scenes, std::uint32_t row, const Layout& layout)
      : m_index(index),
        m_scenes(scenes),
        m_row(row),
        m_layout(layout),
        m_project(index.project()),
        m_parcels(*index.project().parcels),
        m_language(index.language()),
        m_sources(index.project(), index.language()) {}

  Extent draw(Canvas& canvas, int pages) {
    const Head card_head = head();
    const Sheet::Density density = m_layout.tight ? Sheet::Density{1.5, 1.0, 4} : Sheet::Density{};
    Sheet sheet(canvas, frame_of(m_index, card_head, {m_scenes.locator->attribution(), m_scenes.detail->attribution()}),
                pages, density);
    maps(sheet);
    facts_and_areas(sheet);
    identifiers_and_zones(sheet);
    projects(sheet);
    if (m_layout.story_apart) sheet.break_page();
    events(sheet);
    lineage(sheet);
    sources(sheet);
    const int count = sheet.finish();
    return {count, sheet.first_page_room()};
  }

 private:
  std::string tr(std::string_view zh, std::string_view en) const { return words(m_language, zh, en); }

  // A number and its sign stay on one line.
  static std::string unbroken(std::string text) {
    for (std::size_t at = 0; (at = text.find(' ', at)) != std::string::npos;) text.replace(at, 1, "\u00A0");
    return text;
  }

  template <class Rows>
  std::string shares_text(const planning::ShareList& shares, const Rows& rows) const {
    std::string text;
    for (const planning::Share share : shares) {
      const auto& row = rows[share.area];
      text += (text.empty() ? "" : tr("，", ", ")) + name_of(m_language, row.name_zh, row.name_en) + " " +
              unbroken(base::percent(share.share));
    }
    return text;
  }

  std::string circle_name() const {
    const planning::ShareList shares = m_index.subject().locations->circles[m_row];
    if (shares.empty()) return tr("圈层外", "outside the circles");
    const model::Circle& circle = (*m_project.circles)[shares.front().area];
    return name_of(m_language, circle.name_zh, circle.name_en);
  }

  // Anything on this card that no source gives.
  bool shows_synthetic() const {
    if (m_parcels.synthetic[m_row] != 0) return true;
    if (m_scenes.locator->has_synthetic() || m_scenes.detail->has_synthetic()) return true;
    const auto synthetic = [](const model::StageEvent* event) { return event->synthetic; };
    const auto& own = m_index.events_of_parcel(m_row);
    if (std::any_of(own.begin(), own.end(), synthetic)) return true;
    for (const std::uint32_t phase : m_index.phases_of_parcel(m_row)) {
      const auto& events = m_index.events_of_phase(phase);
      if ((*m_project.phases)[phase].synthetic || std::any_of(events.begin(), events.end(), synthetic)) return true;
    }
    for (const std::uint32_t row : m_index.projects_of_parcel(m_row)) {
      if ((*m_project.projects)[row].synthetic) return true;
    }
    return false;
  }

  Head head() const {
    Head head;
    head.kind = tr("一地一档 · 地块档案卡", "Parcel record card");
    head.title = std::string(m_parcels.code[m_row]);
    head.second = marked(std::string(m_parcels.name[m_row]), m_parcels.synthetic[m_row] != 0);
    const model::Stage* stage = m_index.stage_of_parcel(m_row);
    head.badge = stage == nullptr ? tr("无阶段记录", "No stage recorded") : stage_name(*stage, m_language);
    head.badge_colour = stage_colour(stage);
    std::string place = circle_name();
    const auto& towns = m_index.subject().locations->towns[m_row];
    if (!towns.empty()) {
      const model::Town& town = m_project.towns->rows[towns.front().area];
      place += " · " + name_of(m_language, town.name_zh, town.name_en);
    }
    head.facts = {place, tr("截至 ", "As of ") + m_index.as_of().iso()};
    if (!m_parcels.in_force(m_row, m_index.as_of()))
      head.facts.insert(head.facts.begin(), tr("截至日不在有效期", "not in force at this date"));
    if (shows_synthetic()) head.synthetic_note = synthetic_sentence(m_language);
    return head;
  }

  void maps(Sheet& sheet) const {
    constexpr double small = 236, gap = 12;
    const double height = m_layout.map_height;
    const double large = Sheet::width - small - gap;
    const Canvas& canvas = sheet.canvas();
    const double right = Sheet::left + small + gap;
    const TextStyle caption{.size = 8.5, .bold = true, .colour = muted};
    const double line = canvas.line_height(caption.size);
    canvas.text(Sheet::left, sheet.y(), small, tr("位置图", "Location"), caption);
    canvas.text(right, sheet.y(), large, tr("地块图", "The parcel and its neighbours"), caption);
    sheet.skip(line + 1);

    const geom::Envelope own = m_parcels.geometry[m_row].envelope();
    PageMap locator{
        m_scenes.locator.get(), &m_project, core_of_parcels(m_project, m_index.as_of()), 8, {m_row}, true, m_language};
    locator.pointers = true;
    if (locator.extent.empty()) locator.extent = m_scenes.locator->extent();
    PageMap detail{m_scenes.detail.get(), &m_project, own, 12, {m_row}, false, m_language};
    detail.labels = m_scenes.detail_labels.get();
    if (own.empty()) {
      detail.extent = locator.extent;
    } else {  // the neighbours too: at least 150 m around
      detail.extent = own.buffered(std::max(150.0, 0.6 * std::max(own.width(), own.height())));
      locator.extent.expand(own);
    }
    // Scale bar and attribution stand at the lower edge: nothing of interest shall lie below them.
    locator.extent.min_y -= 0.2 * locator.extent.height();
    draw_map(canvas, Sheet::left, sheet.y(), small, height, locator);
    draw_map(canvas, right, sheet.y(), large, height, detail);
    sheet.skip(height + 4);
    const double left_legend =
        draw_legend(canvas, Sheet::left, sheet.y(), small, circles_only(legend_rows(locator, small, height, true)));
    const double right_legend = draw_legend(canvas, right, sheet.y(), large, legend_rows(detail, large, height, false));
    sheet.skip(std::max(left_legend, right_legend) + 2);
  }

  // The small map only says where; its legend stops after the circles.
  static std::vector<LegendRow> circles_only(std::vector<LegendRow> rows) {
    const auto second = std::find_if(rows.begin() + (rows.empty() ? 0 : 1), rows.end(),
                                     [](const LegendRow& row) { return !row.title.empty(); });
    rows.erase(second, rows.end());
    return rows;
  }

  Cell land_use_cell(const std::string& code) const {
    if (code.empty()) return {"—"};
    const model::LandUseClass* known = nullptr;
    for (std::string part = code; known == nullptr && !part.empty(); part.pop_back())
      known = model::find_land_use(m_project, part);
    Cell cell{land_use_name(m_project, code, m_language)};
    if (known != nullptr) cell.chip = style::parse_colour(known->colour);
    return cell;
  }

  Cell land_use_at_date() const {
    const planning::LandUseAt& uses = m_index.subject().status->land_use;
    Cell cell = land_use_cell(planning::land_use_code(m_parcels, uses, m_row));
    const double planned = uses.planned_share(m_row);
    if (planned <= 0 || planned >= 1) return cell;
    const bool mostly = uses.is_planned(m_row);
    const std::string& other = mostly ? m_parcels.land_use_current[m_row] : m_parcels.land_use_planned[m_row];
    cell.text += " " + base::percent(mostly ? planned : 1 - planned) + tr("，", ", ") +
                 land_use_name(m_project, other, m_language) + " " + base::percent(mostly ? 1 - planned : planned);
    return cell;
  }

  std::string validity() const {
    const auto& from = m_parcels.valid_from[m_row];
    const auto& to = m_parcels.valid_to[m_row];
    return (from ? from->iso() : "—") + tr(" 起", " on") +
           (to ? tr("，至 ", ", until ") + to->iso() : tr("，现行", ", in force"));
  }

  void facts_and_areas(Sheet& sheet) {
    const bool synthetic = m_parcels.synthetic[m_row] != 0;
    const model::Stage* stage = m_index.stage_of_parcel(m_row);
    const planning::Standing& standing = m_index.subject().status->parcels[m_row];
    std::string stage_text = stage == nullptr ? "—" : stage_name(*stage, m_language);
    if (standing.since) stage_text += tr("（自 ", " (since ") + standing.since->iso() + tr("）", ")");
    std::vector<Fact> facts;
    facts.push_back({tr("阶段", "Stage"), stage == nullptr
                                              ? Cell{stage_text}
                                              : Cell{.text = stage_text, .bold = true, .chip = stage_colour(stage)}});
    facts.push_back({tr("用地（截至日）", "Land use at the date"), land_use_at_date()});
    facts.push_back({tr("现状用地", "Land use, current"), land_use_cell(m_parcels.land_use_current[m_row])});
    facts.push_back({tr("规划用地", "Land use, planned"), land_use_cell(m_parcels.land_use_planned[m_row])});
    const std::string ownership = m_parcels.ownership[m_row];
    facts.push_back({tr("土地权属", "Ownership"),
                     {ownership.empty() ? "—" : ownership + " " + ownership_name(ownership, m_language)}});
    const std::string holder(m_parcels.right_holder[m_row]);
    facts.push_back({tr("权利人", "Right holder"), {holder.empty() ? "—" : holder}});
    facts.push_back(
        {tr("容积率 规划 / 上限", "FAR planned / cap"),
         {number_or_dash(m_parcels.far_planned[m_row], 2) + " / " + number_or_dash(m_parcels.far_cap[m_row], 2)}});
    facts.push_back({tr("有效期", "In force"), {validity()}});
    if (synthetic)
      facts.push_back(
          {tr("性质", "Nature"),
           {.text = tr("示意地块 ※（界线与面积为演示编制）", "synthetic parcel ※ (outline and areas invented)"),
            .bold = true,
            .colour = caution}});
    const std::string note(m_parcels.note[m_row]);
    if (!note.empty()) facts.push_back({tr("备注", "Note"), {shortened(note, 160)}});

    constexpr double gap = 22, left_width = 318;
    const double right_width = Sheet::width - left_width - gap, right = Sheet::left + left_width + gap;
    const PageTable areas = area_book();
    const double facts_height = sheet.facts_height(left_width, 104, facts);
    sheet.heading(tr("基本情况与面积账", "Facts and area book"), "",
                  std::max(facts_height, sheet.table_height(right_width, areas) + 30));
    const double start = sheet.y();
    const double left_end = sheet.facts_at(Sheet::left, start, left_width, 104, facts);
    double y = start + sheet.table_at(right, start, right_width, areas) + 3;
    y += sheet.canvas().text(right, y, right_width, area_remark(), {.size = 8, .colour = muted});
    sheet.skip(std::max(left_end, y - start) + 2);
  }

  PageTable area_book() const {
    const auto right = TextStyle::Align::right;
    const auto used = used_area(m_parcels, m_row);
    PageTable table;
    table.columns = {{tr("面积账", "Area book"), 1.9},
                     {tr("㎡", "m²"), 1.3, right},
                     {tr("亩", "mu"), 1.0, right},
                     {tr("公顷", "ha"), 1.0, right}};
    for (const model::AreaKind kind : model::all_area_kinds) {
      const double area = m_parcels.area(m_row, kind);
      const bool is_used = used == kind;
      const style::Rgba colour = std::isfinite(area) ? ink : muted;
      std::string name = area_kind_name(kind, m_language);
      if (is_used) name += tr(" ◀ 采用", " ◀ used");
      table.rows.push_back(
          {{.text = name, .bold = is_used, .colour = colour},
           {.text = number_or_dash(area, 1), .bold = is_used, .colour = colour},
           {.text = number_or_dash(area / base::m2_per_mu, 2), .bold = is_used, .colour = colour},
           {.text = number_or_dash(area / base::m2_per_hectare, 4), .bold = is_used, .colour = colour}});
    }
    return table;
  }

  std::string area_remark() const {
    const double planar = m_parcels.area(m_row, model::AreaKind::planar);
    const double ellipsoidal = m_parcels.area(m_row, model::AreaKind::ellipsoidal);
    const auto used = used_area(m_parcels, m_row);
    std::string remark = used ? tr("本卡采用", "This card uses the ") + area_kind_name(*used, m_language) +
                                    tr("（依次取证载、实测、合同、规划、平面中首个有值者）。",
                                       " area (the first known of title, surveyed, contract, planned, planar).")
                              : tr("面积均未登记。", "No area is recorded.");
    if (std::isfinite(planar) && std::isfinite(ellipsoidal) && ellipsoidal > 0) {
      const double ppm = (planar - ellipsoidal) / ellipsoidal * 1e6;
      remark += tr("平面（", " Planar (") + (m_project.crs ? m_project.crs->code() : "") +
                tr("）比椭球面", ") exceeds ellipsoidal by ") +
                (m_language == Language::zh ? (ppm < 0 ? "小 " : "大 ") : "") +
                base::number(m_language == Language::zh ? std::abs(ppm) : ppm, 0) + tr(" ppm，即 ", " ppm, that is ") +
                base::number(planar - ellipsoidal, 1) + tr(" ㎡。", " m².");
    }
    return remark;
  }

  void identifiers_and_zones(Sheet& sheet) {
    const planning::Locations& locations = *m_index.subject().locations;
    PageTable identifiers;
    identifiers.columns = {{tr("编码体系", "Scheme"), 1.0}, {tr("编码（原样）", "Identifier as written"), 2.0}};
    for (const model::ParcelIdentifier& identifier : rows_of(m_project.parcel_identifiers)) {
      if (identifier.parcel == m_parcels.id[m_row])
        identifiers.rows.push_back({{identifier.scheme}, {identifier.value}});
    }
    if (identifiers.rows.empty()) identifiers.rows.push_back({{"—"}, {tr("未登记其他编码", "none recorded")}});

    std::vector<Fact> places;
    const std::string circles = shares_text(locations.circles[m_row], rows_of(m_project.circles));
    places.push_back({tr("圈层", "Circle"), {circles.empty() ? tr("圈层外", "outside the circles") : circles}});
    static const std::vector<model::Zone> no_zones;
    static const std::vector<model::Town> no_towns;
    const std::string zones = shares_text(locations.zones[m_row], m_project.zones ? m_project.zones->rows : no_zones);
    places.push_back({tr("政策区", "Zones"), {zones.empty() ? tr("无", "none") : zones}});
    const std::string towns = shares_text(locations.towns[m_row], m_project.towns ? m_project.towns->rows : no_towns);
    places.push_back({tr("街镇", "Town"), {towns.empty() ? "—" : towns}});

    constexpr double gap = 22, left_width = 318;
    const double right_width = Sheet::width - left_width - gap, right = Sheet::left + left_width + gap;
    const double height =
        std::max(sheet.table_height(left_width, identifiers), sheet.facts_height(right_width, 60, places));
    sheet.heading(tr("编码与区位", "Identifiers and location"),
                  tr("占比为与该地块平面面积之比", "shares are of the parcel's planar area"), height);
    const double start = sheet.y();
    const double a = sheet.table_at(Sheet::left, start, left_width, identifiers);
    const double b = sheet.facts_at(right, start, right_width, 60, places);
    sheet.skip(std::max(a, b) + 2);
  }

  void projects(Sheet& sheet) {
    const std::vector<std::uint32_t> rows = m_index.projects_of_parcel(m_row);
    sheet.heading(tr("载体项目与分期", "Carrier projects and phases"),
                  rows.empty() ? ""
                               : tr("面积为分期全部面积；跨宗分期不按宗拆分",
                                    "areas are of the whole phase, never divided by parcel"));
    if (rows.empty()) {
      sheet.paragraph(tr("本地块无载体项目。", "No carrier project on this parcel."), {.size = 9, .colour = muted});
      return;
    }
    sheet.table_header(phases_table(m_index, {}));
    for (const std::uint32_t row : rows) {
      const model::CarrierProject& project = (*m_project.projects)[row];
      std::vector<std::uint32_t> here, all = m_index.phases_of_project(project.id);
      for (const std::uint32_t phase : m_index.phases_of_parcel(m_row)) {
        if ((*m_project.phases)[phase].project == project.id) here.push_back(phase);
      }
      sheet.need(50);
      sheet.skip(2);
      sheet.paragraph(
          marked(name_of(m_language, project.name_zh, project.name_en) + "  " + project.code, project.synthetic),
          {.size = 9.5, .bold = true});
      sheet.paragraph(project_line(project), {.size = 8, .colour = muted});
      if (!here.empty()) {
        PageTable table = phases_table(m_index, here);
        table.has_header = false;
        sheet.table(table);
      }
      if (here.size() < all.size())
        sheet.paragraph(fmt::format(fmt::runtime(tr("该项目另有 {} 个分期不在本地块。",
                                                    "The project has {} more phases on other parcels.")),
                                    all.size() - here.size()),
                        {.size = 8, .colour = muted});
    }
  }

  std::string project_line(const model::CarrierProject& project) {
    std::string line = project_kind_name(project.kind, m_language);
    const auto add = [&](const std::string& part) {
      if (!part.empty()) line += " · " + part;
    };
    if (const model::Pathway* pathway = model::find_pathway(m_project, project.pathway_code))
      add(name_of(m_language, pathway->name_zh, pathway->name_en));
    add(owner_type_name(project.owner_type, m_language));
    add(chain_stage_name(project.chain_stage, m_language));
    for (const auto& [role, word] : {std::pair{model::UnitRole::lead, tr("牵头 ", "lead ")},
                                     std::pair{model::UnitRole::responsible, tr("责任 ", "responsible ")}}) {
      const std::string units = unit_names(m_project, project.id, role, m_language);
      if (!units.empty()) add(word + units);
    }
    const std::string source = m_sources.cite(project.document);
    if (!source.empty()) add(source + (project.quote_place.empty() ? "" : " " + project.quote_place));
    return line;
  }

  void events(Sheet& sheet) {
    sheet.heading(tr("阶段时间线", "Timeline of stages"),
                  tr("承诺、计划、预测、实际为四类事实，不相混",
                     "commitment, baseline, forecast and actual are four kinds of facts, never mixed"),
                  90);
    std::vector<Lane> lanes;
    lanes.push_back({tr("本地块", "This parcel"), "", "", m_index.events_of_parcel(m_row), false, 0,
                     m_index.later_actuals_of_parcel(m_row)});
    const bool several = m_index.projects_of_parcel(m_row).size() > 1;
    for (const std::uint32_t phase : m_index.phases_of_parcel(m_row))
      lanes.push_back(lane_of_phase(m_index, phase, several));
    timeline(sheet, m_index, lanes, m_sources);
  }

  void lineage(Sheet& sheet) {
    PageTable table;
    table.columns = {{tr("关系", "Relation"), 1.0},
                     {tr("地块", "Parcel"), 2.0},
                     {tr("方式", "How"), 1.0},
                     {tr("面积 ㎡", "Area m²"), 1.0, TextStyle::Align::right},
                     {tr("土地文件", "Land record"), 3.0}};
    const model::ParcelId own = m_parcels.id[m_row];
    for (const model::ParcelLineage& link : rows_of(m_project.parcel_lineage)) {
      if (link.parent != own && link.child != own) continue;
      const bool is_parent = link.child == own;
      const auto other = m_parcels.row_of(is_parent ? link.parent : link.child);
      std::string record;
      for (const model::LandRecord& row : rows_of(m_project.land_records)) {
        if (row.id != link.record) continue;
        record = row.code + " " + row.title + (row.dated ? " " + row.dated->iso() : "");
        if (const std::string source = m_sources.cite(row.document); !source.empty()) record += " " + source;
      }
      table.rows.push_back({{is_parent ? tr("来自", "From") : tr("分出", "Became")},
                            {other ? std::string(m_parcels.code[*other]) : "—"},
                            {lineage_kind_name(link.kind, m_language)},
                            {number_or_dash(link.area_m2, 1)},
                            {record.empty() ? "—" : record}});
    }
    if (table.rows.empty()) return;
    sheet.heading(tr("地块沿革", "Lineage"));
    sheet.table(table);
  }

  void sources(Sheet& sheet) const {
    const std::vector<std::string> list = m_sources.list();
    sheet.heading(tr("依据与来源", "Sources"), "", 16);
    if (list.empty())
      sheet.paragraph(tr("所示内容未登记依据文件。", "No document is recorded for what is shown."),
                      {.size = 8.5, .colour = muted});
    for (const std::string& line : list) sheet.paragraph(line, {.size = 8.5});
  }

  const ProjectIndex& m_index;
  const CardScenes& m_scenes;
  const std::uint32_t m_row;
  const Layout m_layout;
  const model::Project& m_project;
  const model::ParcelTable& m_parcels;
  const Language m_language;
  Sources m_sources;
};

// One page where that is possible: the maps take what the text leaves, and the lines move together before the card
// goes on on a second page. Where it must, the story stands there as a whole.
template <class Measure>
Layout fitting_layout(const Measure& measure) {
  constexpr double tallest = 400, lowest = 160;
  const auto grown = [&](Layout layout, const Extent& extent) {
    const Layout least = layout;
    // A taller map can show more classes, and its legend takes lines of its own.
    for (double room = extent.first_page_room - 1; room > 4; room -= 13) {
      layout.map_height = std::min(tallest, least.map_height + room);
      if (measure(layout).pages == extent.pages) return layout;
    }
    return least;
  };
  Layout layout;
  layout.map_height = 200;
  Extent extent = measure(layout);
  if (extent.pages == 1) return grown(layout, extent);
  const Layout tight{lowest, true, false};
  if (const Extent one = measure(tight); one.pages == 1) return grown(tight, one);
  layout.story_apart = true;
  const Extent apart = measure(layout);
  if (apart.pages > extent.pages) {
    layout.story_apart = false;
  } else {
    extent = apart;
  }
  return grown(layout, extent);
}

}  // namespace

int draw_parcel_card(Canvas& canvas, const ProjectIndex& index, const CardScenes& scenes, std::uint32_t row,
                     int pages) {
  const Layout layout = fitting_layout([&](const Layout& tried) {
    Extent extent;
    measure_pdf([&](Canvas& dry) { extent = ParcelCard(index, scenes, row, tried).draw(dry, 0); });
    return extent;
  });
  return ParcelCard(index, scenes, row, layout).draw(canvas, pages).pages;
}

}  // namespace zaitu::report

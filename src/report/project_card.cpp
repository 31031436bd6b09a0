#include "report/project_card.h"

#include <algorithm>
#include <cmath>

#include "planning/compensated_sum.h"
#include "report/card_head.h"
#include "report/page_map.h"
#include "report/parcel_card.h"
#include "report/phase_blocks.h"
#include "report/sheet.h"
#include "report/sources.h"
#include "report/words.h"

namespace zaitu::report {

using base::Language;

namespace {

class ProjectCard {
 public:
  ProjectCard(const ProjectIndex& index, const CardScenes& scenes, std::uint32_t row)
      : m_index(index),
        m_scene(*scenes.detail),
        m_labels(*scenes.detail_labels),
        m_all(index.project()),
        m_row((*index.project().projects)[row]),
        m_phases(index.phases_of_project(m_row.id)),
        m_parcels(index.parcels_of_project(m_row.id)),
        m_language(index.language()),
        m_sources(index.project(), index.language()) {}

  int draw(Canvas& canvas, int pages) {
    Sheet sheet(canvas, frame_of(m_index, head(), {m_scene.attribution()}), pages);
    map_and_facts(sheet);
    phases(sheet);
    sheet.heading(tr("阶段时间线", "Timeline of stages"), "", 90);
    std::vector<Lane> lanes;
    for (const std::uint32_t phase : m_phases) lanes.push_back(lane_of_phase(m_index, phase, false));
    timeline(sheet, m_index, lanes, m_sources);
    parcels(sheet);
    sheet.heading(tr("依据与来源", "Sources"), "", 16);
    const std::vector<std::string> list = m_sources.list();
    if (list.empty())
      sheet.paragraph(tr("所示内容未登记依据文件。", "No document is recorded for what is shown."),
                      {.size = 8.5, .colour = muted});
    for (const std::string& line : list) sheet.paragraph(line, {.size = 8.5});
    return sheet.finish();
  }

 private:
  std::string tr(std::string_view zh, std::string_view en) const { return words(m_language, zh, en); }

  bool shows_synthetic() const {
    if (m_row.synthetic || m_scene.has_synthetic()) return true;
    for (const std::uint32_t phase : m_phases) {
      const auto& events = m_index.events_of_phase(phase);
      if ((*m_all.phases)[phase].synthetic) return true;
      if (std::any_of(events.begin(), events.end(), [](const auto* event) { return event->synthetic; })) return true;
    }
    return std::any_of(m_parcels.begin(), m_parcels.end(),
                       [&](std::uint32_t row) { return m_all.parcels->synthetic[row] != 0; });
  }

  Head head() const {
    Head head;
    head.kind = tr("载体项目卡", "Carrier project card");
    head.title = name_of(m_language, m_row.name_zh, m_row.name_en);
    head.second = marked(m_row.code, m_row.synthetic);
    head.facts = {project_kind_name(m_row.kind, m_language), tr("截至 ", "As of ") + m_index.as_of().iso()};
    if (shows_synthetic()) head.synthetic_note = synthetic_sentence(m_language);
    return head;
  }

  std::string units(model::UnitRole role) const { return unit_names(m_all, m_row.id, role, m_language); }

  std::string programmes() {
    std::string text;
    for (const model::ProjectProgramme& link : rows_of(m_all.project_programmes)) {
      if (link.project != m_row.id) continue;
      for (const model::Programme& programme : rows_of(m_all.programmes)) {
        if (programme.id != link.programme) continue;
        text += (text.empty() ? "" : tr("；", "; ")) + name_of(m_language, programme.name_zh, programme.name_en) +
                (link.primary ? tr("（主）", " (primary)") : "");
        const std::string source = m_sources.cite(programme.document);
        if (!source.empty()) text += " " + source;
      }
    }
    return text;
  }

  void map_and_facts(Sheet& sheet) {
    std::vector<Fact> facts;
    const auto add = [&](const std::string& label, const std::string& value) {
      if (!value.empty()) facts.push_back({label, {value}});
    };
    add(tr("类型", "Type"), m_row.type);
    if (const model::Pathway* pathway = model::find_pathway(m_all, m_row.pathway_code))
      add(tr("路径", "Pathway"), name_of(m_language, pathway->name_zh, pathway->name_en));
    add(tr("权属性质", "Owner"), owner_type_name(m_row.owner_type, m_language));
    add(tr("产业链环节", "Chain stage"), chain_stage_name(m_row.chain_stage, m_language));
    add(tr("牵头单位", "Lead units"), units(model::UnitRole::lead));
    add(tr("责任单位", "Responsible"), units(model::UnitRole::responsible));
    add(tr("推进单位", "Pushing units"), units(model::UnitRole::push));
    add(tr("所属计划", "Programmes"), programmes());
    add(tr("位置", "Location"), m_row.location_text);
    const std::string source = m_sources.cite(m_row.document);
    if (!m_row.quote.empty())
      add(tr("文件原文", "As written"), "“" + shortened(m_row.quote, 220) + "” " + source +
                                            (m_row.quote_place.empty() ? "" : " " + m_row.quote_place));
    else
      add(tr("依据", "Document"), source.empty() ? "" : source + " " + m_row.quote_place);
    add(tr("备注", "Note"), shortened(m_row.note, 200));

    geom::Envelope extent;
    for (const std::uint32_t row : m_parcels) extent.expand(m_all.parcels->geometry[row].envelope());
    if (m_row.location) extent.expand(*m_row.location);
    constexpr double map_width = 330, map_height = 240, gap = 18;
    const double facts_x = Sheet::left + map_width + gap, facts_width = Sheet::width - map_width - gap;
    sheet.need(map_height);
    const double start = sheet.y();
    double map_end = 0;
    PageMap map{&m_scene, &m_all, m_scene.extent(), 12, m_parcels, false, m_language};
    map.labels = &m_labels;
    if (!extent.empty()) map.extent = extent.buffered(std::max(200.0, 0.4 * std::max(extent.width(), extent.height())));
    draw_map(sheet.canvas(), Sheet::left, start, map_width, map_height, map);
    map_end = map_height + 4 +
              draw_legend(sheet.canvas(), Sheet::left, start + map_height + 4, map_width,
                          legend_rows(map, map_width, map_height, false));
    if (m_parcels.empty()) {
      map_end += sheet.canvas().text(Sheet::left, start + map_end, map_width,
                                     m_row.location
                                         ? tr("项目未关联地块，按点位示意。", "No parcels linked; shown by its point.")
                                         : tr("项目未定位。", "The project has no place."),
                                     {.size = 8, .colour = muted});
    }
    const double facts_end = sheet.facts_at(facts_x, start, facts_width, 72, facts);
    sheet.skip(std::max(map_end, facts_end) + 2);
  }

  void phases(Sheet& sheet) const {
    sheet.heading(tr("分期与面积", "Phases and floor areas"), planning::describe(m_index.subject().rule, m_language));
    if (m_phases.empty()) {
      sheet.paragraph(tr("没有分期。", "No phases."), {.size = 9, .colour = muted});
    } else {
      sheet.table(phases_table(m_index, m_phases));
    }
  }

  void parcels(Sheet& sheet) const {
    sheet.heading(tr("所在地块", "Parcels"), tr("各地块档案卡附后", "their cards follow"));
    if (m_parcels.empty()) {
      sheet.paragraph(tr("未关联地块。", "No parcels linked."), {.size = 9, .colour = muted});
      return;
    }
    const auto right = TextStyle::Align::right;
    PageTable table;
    table.columns = {{tr("地块", "Parcel"), 1.6},
                     {tr("名称", "Name"), 2.2},
                     {tr("阶段", "Stage"), 1.5},
                     {tr("规划用地", "Planned land use"), 2.2},
                     {tr("采用面积 ㎡", "Area used m²"), 1.2, right},
                     {tr("亩", "mu"), 0.9, right},
                     {tr("口径", "Kind"), 1.0}};
    planning::CompensatedSum sum;
    for (const std::uint32_t row : m_parcels) {
      const model::ParcelTable& parcels = *m_all.parcels;
      const auto used = used_area(parcels, row);
      const double area = used ? parcels.area(row, *used) : model::unknown;
      if (used) sum.add(area);
      const model::Stage* stage = m_index.stage_of_parcel(row);
      const std::string& planned = parcels.land_use_planned[row];
      table.rows.push_back(
          {{std::string(parcels.code[row])},
           {marked(std::string(parcels.name[row]), parcels.synthetic[row] != 0)},
           {.text = stage == nullptr ? "—" : stage_name(*stage, m_language), .chip = stage_colour(stage)},
           {planned.empty() ? "—" : land_use_name(m_all, planned, m_language)},
           {number_or_dash(area, 1)},
           {number_or_dash(area / base::m2_per_mu, 2)},
           {used ? area_kind_name(*used, m_language) : "—"}});
    }
    table.rows.push_back({{tr("合计", "Total")},
                          {""},
                          {""},
                          {""},
                          {base::number(sum.value(), 1)},
                          {base::number(sum.value() / base::m2_per_mu, 2)},
                          {""}});
    table.has_total = true;
    sheet.table(table);
  }

  const ProjectIndex& m_index;
  const render::Scene &m_scene, &m_labels;
  const model::Project& m_all;
  const model::CarrierProject& m_row;
  const std::vector<std::uint32_t> m_phases, m_parcels;
  const Language m_language;
  Sources m_sources;
};

}  // namespace

int draw_project_card(Canvas& canvas, const ProjectIndex& index, const CardScenes& scenes, std::uint32_t row,
                      int pages) {
  return ProjectCard(index, scenes, row).draw(canvas, pages);
}

}  // namespace zaitu::report

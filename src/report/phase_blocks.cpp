#include "report/phase_blocks.h"

#include <cairo.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "planning/compensated_sum.h"
#include "report/words.h"

namespace zaitu::report {

using base::Language;

style::Rgba stage_colour(const model::Stage* stage) {
  return stage == nullptr ? style::Rgba{150, 158, 166, 255} : style::parse_colour(stage->colour);
}

PageTable phases_table(const ProjectIndex& index, const std::vector<std::uint32_t>& phase_rows) {
  const Language language = index.language();
  const auto right = TextStyle::Align::right;
  PageTable table;
  table.text_size = 8.5;
  table.columns = {{words(language, "分期 / 楼栋", "Phase"), 2.6},
                   {words(language, "阶段", "Stage"), 1.6},
                   {words(language, "建筑 ㎡", "Gross m²"), 1.1, right},
                   {words(language, "计容 ㎡", "Plot-ratio m²"), 1.1, right},
                   {words(language, "载体 ㎡", "Carrier m²"), 1.1, right},
                   {words(language, "可租 ㎡", "Leasable m²"), 1.1, right},
                   {words(language, "拆除 ㎡", "Demolished m²"), 1.2, right},
                   {words(language, "计入 ㎡", "Counted m²"), 1.15, right}};
  planning::CompensatedSum sums[6];
  bool known[6] = {};  // a total of nothing known is a dash, not a nought
  bool missing = false;
  for (const std::uint32_t row : phase_rows) {
    const model::Phase& phase = (*index.project().phases)[row];
    const std::size_t parcels = index.subject().locations->phase_parcels[row].size();
    std::string name = name_of(language, phase.name_zh, phase.name_en);
    if (name.empty()) name = phase.code;
    if (parcels > 1) name += fmt::format(fmt::runtime(words(language, "（跨 {} 宗）", " (on {} parcels)")), parcels);
    const model::Stage* stage = index.stage_of_phase(row);
    std::vector<Cell> cells{
        {marked(name, phase.synthetic)},
        {.text = stage == nullptr ? "—" : stage_name(*stage, language), .chip = stage_colour(stage)}};
    const double areas[] = {phase.gross_m2, phase.plot_ratio_m2, phase.carrier_m2, phase.leasable_m2,
                            phase.demolished_m2};
    for (std::size_t i = 0; i < 5; ++i) {
      cells.push_back({number_or_dash(areas[i], 1)});
      if (!std::isfinite(areas[i])) continue;
      sums[i].add(areas[i]);
      known[i] = true;
    }
    const planning::PhaseCount* count = index.count_of(row);
    if (count == nullptr) {
      cells.push_back({.text = words(language, "范围外", "out of scope"), .colour = muted});
    } else if (count->missing_area) {
      missing = true;
      cells.push_back({.text = words(language, "缺面积", "no area"), .colour = caution});
    } else {
      const double counted = count->counts ? count->area_m2 : 0;
      sums[5].add(counted);
      known[5] = true;
      cells.push_back({.text = base::number(counted, 1), .bold = count->counts});
    }
    table.rows.push_back(std::move(cells));
  }
  if (phase_rows.size() < 2) return table;
  std::vector<Cell> total{{words(language, "合计", "Total")},
                          {missing ? words(language, "缺面积按 0 计", "missing = 0") : ""}};
  for (std::size_t i = 0; i < 6; ++i) total.push_back({known[i] ? base::number(sums[i].value(), 1) : "—"});
  table.rows.push_back(std::move(total));
  table.has_total = true;
  return table;
}

Lane lane_of_phase(const ProjectIndex& index, std::uint32_t phase_row, bool with_project) {
  const model::Phase& phase = (*index.project().phases)[phase_row];
  std::string name = name_of(index.language(), phase.name_zh, phase.name_en);
  if (name.empty()) name = phase.code;
  Lane lane{name, "", "", index.events_of_phase(phase_row), true, phase_row, index.later_actuals_of_phase(phase_row)};
  if (const model::CarrierProject* project = index.project_of(phase); with_project && project != nullptr) {
    lane.project = name_of(index.language(), project->name_zh, project->name_en);
    lane.code = project->code;
  }
  return lane;
}

namespace {

constexpr double side_width = 150, axis_height = 18;

// Plans stand above the bar of what happened; where there are none the lane is lower.
bool has_plans(const Lane& lane) {
  return std::any_of(lane.events.begin(), lane.events.end(),
                     [](const model::StageEvent* event) { return event->kind != model::EventKind::actual; });
}
// Phase and project on one line where there is room.
std::string one_line_name(const Lane& lane) {
  return lane.project.empty() ? lane.name : lane.project + " " + lane.name;
}
bool in_two_lines(const Canvas& canvas, const Lane& lane) {
  return !lane.project.empty() && canvas.text_width(one_line_name(lane), {.size = 8.5}) > side_width - 10;
}
double height_of(const Canvas& canvas, const Lane& lane) {
  return has_plans(lane) ? 30 : in_two_lines(canvas, lane) ? 25 : 19;
}

// Four shapes for four kinds of facts, told apart without colour.
void marker(const Canvas& canvas, double x, double y, model::EventKind kind, style::Rgba colour) {
  if (canvas.dry()) return;
  cairo_t* cr = canvas.cairo();
  const double r = 4.2;
  cairo_save(cr);
  cairo_set_dash(cr, nullptr, 0, 0);
  switch (kind) {
    case model::EventKind::commitment:  // diamond
      cairo_move_to(cr, x, y - r - 0.8);
      cairo_line_to(cr, x + r + 0.8, y);
      cairo_line_to(cr, x, y + r + 0.8);
      cairo_line_to(cr, x - r - 0.8, y);
      cairo_close_path(cr);
      break;
    case model::EventKind::baseline:  // square
      cairo_rectangle(cr, x - r + 0.6, y - r + 0.6, 2 * r - 1.2, 2 * r - 1.2);
      break;
    case model::EventKind::forecast:  // dashed circle
    case model::EventKind::actual:    // full circle
      cairo_new_sub_path(cr);
      cairo_arc(cr, x, y, r, 0, 6.283185307179586);
      break;
  }
  const bool full = kind == model::EventKind::actual;
  const style::Rgba fill = full ? colour : white;
  cairo_set_source_rgba(cr, fill.r / 255.0, fill.g / 255.0, fill.b / 255.0, 1);
  cairo_fill_preserve(cr);
  if (kind == model::EventKind::forecast) {
    const double dash[] = {2, 1.4};
    cairo_set_dash(cr, dash, 2, 0);
  }
  const style::Rgba edge = full ? white : colour;
  cairo_set_source_rgba(cr, edge.r / 255.0, edge.g / 255.0, edge.b / 255.0, 1);
  cairo_set_line_width(cr, full ? 0.8 : 1.4);
  cairo_stroke(cr);
  cairo_restore(cr);
}

struct TimeAxis {
  double x0, x1;
  std::int32_t from, to;  // days
  double operator()(base::Date date) const {
    return x0 + (date.days() - from) / static_cast<double>(to - from) * (x1 - x0);
  }
};

void draw_axis(const Canvas& canvas, const TimeAxis& axis, double y, double lanes_height, base::Date as_of) {
  const int first = base::Date::from_days(axis.from).year(), last = base::Date::from_days(axis.to).year();
  const TextStyle style{.size = 8, .colour = muted};
  const double year_width = (axis.x1 - axis.x0) / std::max(1, last - first + 1);
  const int every = std::max(1, static_cast<int>(std::ceil(30 / year_width)));
  for (int year = first; year <= last; ++year) {
    const double x = axis(*base::Date::from_ymd(year, 1, 1));
    canvas.line(x, y + axis_height - 4, x, y + axis_height + lanes_height, rule_grey, 0.5);
    if ((year - first) % every == 0) canvas.text(x + 3, y + 1, 0, std::to_string(year), style);
  }
  const double x = axis(as_of);
  canvas.line(x, y + 4, x, y + axis_height + lanes_height, warning, 1, {3, 2});
}

void draw_lane(const Canvas& canvas, const ProjectIndex& index, const Lane& lane, const TimeAxis& axis, double y) {
  const double height = height_of(canvas, lane);
  const double plan_y = y + 8, bar_y = has_plans(lane) ? y + 21 : y + height / 2;
  const double line = canvas.line_height(8.5), above = in_two_lines(canvas, lane) ? canvas.line_height(8) : 0;
  const double text_y = y + (height - line - above) / 2;
  if (above > 0)
    canvas.text(Sheet::left, text_y, side_width - 10, lane.project, {.size = 8, .colour = muted, .one_line = true});
  canvas.text(Sheet::left, text_y + above, side_width - 10, above > 0 ? lane.name : one_line_name(lane),
              {.size = 8.5, .one_line = true});
  canvas.line(Sheet::left, y + height, axis.x1, y + height, rule_grey, 0.4);
  std::vector<const model::StageEvent*> actual;
  for (const model::StageEvent* event : lane.events) {
    if (event->kind == model::EventKind::actual) actual.push_back(event);
  }
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double from = axis(actual[i]->dated);
    const double to = axis(i + 1 < actual.size() ? actual[i + 1]->dated : index.as_of());
    const model::Stage* stage = model::find_stage(index.project(), actual[i]->stage_code);
    if (to > from) canvas.box(from, bar_y - 4.5, to - from, 9, stage_colour(stage));
    const TextStyle style{.size = 7.5, .bold = true, .colour = readable_on(stage_colour(stage))};
    if (to - from > canvas.text_width(actual[i]->stage_code, style) + 14)
      canvas.text(from + 7, bar_y - canvas.line_height(7.5) / 2, 0, actual[i]->stage_code, style);
  }
  for (const model::StageEvent* event : actual) marker(canvas, axis(event->dated), bar_y, event->kind, ink);
  double free_from = axis.x0;
  for (const model::StageEvent* event : lane.events) {
    if (event->kind == model::EventKind::actual) continue;
    const bool late = lane.is_phase && index.is_late(lane.phase, *event);
    const style::Rgba colour = late ? warning : band;
    const double x = axis(event->dated);
    marker(canvas, x, plan_y, event->kind, colour);
    const TextStyle style{.size = 7.5, .bold = late, .colour = colour};
    const double width = canvas.text_width(event->stage_code, style);
    const bool at_edge = x + 6 + width > axis.x1 + 12;
    const double start = at_edge ? x - 7 - width : x + 6.5;
    if (start >= free_from) canvas.text(start, plan_y - canvas.line_height(7.5) / 2, 0, event->stage_code, style);
    free_from = std::max(free_from, x + 6.5 + width + 6);
  }
}

void draw_key(Sheet& sheet, const ProjectIndex& index) {
  const Canvas& canvas = sheet.canvas();
  const Language language = index.language();
  const TextStyle style{.size = 8, .colour = ink};
  double x = Sheet::left;
  const double line = canvas.line_height(8), middle = sheet.y() + line / 2;
  for (const model::EventKind kind : {model::EventKind::commitment, model::EventKind::baseline,
                                      model::EventKind::forecast, model::EventKind::actual}) {
    marker(canvas, x + 5, middle, kind, kind == model::EventKind::actual ? ink : band);
    const std::string name = event_kind_name(kind, language);
    canvas.text(x + 13, sheet.y(), 0, name, style);
    x += 13 + canvas.text_width(name, style) + 16;
  }
  marker(canvas, x + 5, middle, model::EventKind::commitment, warning);
  const std::string late = words(language, "承诺已过期未达到", "commitment passed, not reached");
  canvas.text(x + 13, sheet.y(), 0, late, style);
  x += 13 + canvas.text_width(late, style) + 16;
  canvas.line(x, middle, x + 16, middle, warning, 1, {3, 2});
  canvas.text(x + 21, sheet.y(), 0, words(language, "截至 ", "as of ") + index.as_of().iso(), style);
  sheet.skip(line + 3);
}

void draw_lanes(Sheet& sheet, const ProjectIndex& index, const std::vector<Lane>& lanes) {
  base::Date first = index.as_of(), last = index.as_of();
  for (const Lane& lane : lanes) {
    for (const model::StageEvent* event : lane.events) {
      first = std::min(first, event->dated);
      last = std::max(last, event->dated);
    }
  }
  const TimeAxis axis{Sheet::left + side_width, Sheet::left + Sheet::width - 14,
                      base::Date::from_ymd(first.year(), 1, 1)->days(), base::Date::year_end(last.year()).days()};
  draw_key(sheet, index);
  for (std::size_t begin = 0; begin < lanes.size();) {
    sheet.need(axis_height + height_of(sheet.canvas(), lanes[begin]));
    std::size_t end = begin;
    double height = 0;
    while (end < lanes.size() &&
           (end == begin || axis_height + height + height_of(sheet.canvas(), lanes[end]) <= sheet.room()))
      height += height_of(sheet.canvas(), lanes[end++]);
    draw_axis(sheet.canvas(), axis, sheet.y(), height, index.as_of());
    double y = sheet.y() + axis_height;
    for (std::size_t i = begin; i < end; ++i) {
      draw_lane(sheet.canvas(), index, lanes[i], axis, y);
      y += height_of(sheet.canvas(), lanes[i]);
    }
    sheet.skip(axis_height + height + 6);
    begin = end;
  }
}

}  // namespace

namespace {

struct DatedEvent {
  const model::StageEvent* event = nullptr;
  const Lane* lane = nullptr;
};

// By date; on the same day in the order of the lanes.
std::vector<DatedEvent> by_date(const std::vector<Lane>& lanes) {
  std::vector<DatedEvent> events;
  for (const Lane& lane : lanes) {
    for (const model::StageEvent* event : lane.events) events.push_back({event, &lane});
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const DatedEvent& a, const DatedEvent& b) { return a.event->dated < b.event->dated; });
  return events;
}

void list_events(Sheet& sheet, const ProjectIndex& index, const std::vector<Lane>& lanes, Sources& sources) {
  const Language language = index.language();
  const bool zh = language == Language::zh, several = lanes.size() > 1;
  PageTable narrow;
  narrow.text_size = 8;
  narrow.padding = 1.7;
  // Widths in px of half a page.
  narrow.columns = {{words(language, "日期", "Date"), zh ? 51.0 : 52.0},
                    {words(language, "阶段", "Stage"), zh ? 72.0 : 76.0},
                    {words(language, "性质", "Kind"), zh ? 41.0 : 68.0}};
  if (several) narrow.columns.push_back({words(language, "对象", "Subject"), zh ? 57.0 : 46.0});
  narrow.columns.push_back({words(language, "依据 / 证据", "Evidence"), several ? (zh ? 116.0 : 95.0) : 160.0});
  for (const auto& [event, lane] : by_date(lanes)) {
    const model::Stage* stage = model::find_stage(index.project(), event->stage_code);
    const bool late = lane->is_phase && index.is_late(lane->phase, *event);
    std::string evidence = sources.cite(event->document);
    for (const std::string& part : {event->evidence, event->page, event->note}) {
      if (!part.empty()) evidence += (evidence.empty() ? "" : " ") + part;
    }
    std::string kind = event_kind_name(event->kind, language);
    if (late) kind += words(language, "逾期", " · late");
    std::vector<Cell> row{
        {event->dated.iso()},
        {.text = stage == nullptr ? event->stage_code : stage_name(*stage, language), .chip = stage_colour(stage)},
        {.text = kind, .bold = event->kind == model::EventKind::actual || late, .colour = late ? warning : ink}};
    if (several) row.push_back({shortened(lane->code.empty() ? lane->name : lane->code + " " + lane->name, 60)});
    row.push_back({marked(evidence.empty() ? "—" : shortened(evidence, 300), event->synthetic)});
    narrow.rows.push_back(std::move(row));
  }
  PageTable wide = narrow;
  wide.columns.back().weight = several ? 420 : 480;
  wide.text_size = 8.5;
  sheet.table_in_columns(narrow, wide);
}

}  // namespace

void timeline(Sheet& sheet, const ProjectIndex& index, const std::vector<Lane>& lanes, Sources& sources) {
  const Language language = index.language();
  std::vector<Lane> shown;
  std::size_t later = 0;
  for (const Lane& lane : lanes) {
    later += lane.later_actuals;
    if (!lane.events.empty()) shown.push_back(lane);
  }
  if (shown.empty()) {
    sheet.paragraph(words(language, "无阶段事件记录。", "No stage events recorded."), {.size = 9, .colour = muted});
  } else {
    draw_lanes(sheet, index, shown);
    list_events(sheet, index, shown, sources);
  }
  if (later > 0)
    sheet.paragraph(fmt::format(fmt::runtime(words(language, "截至日之后另有 {} 条实际事件，未列。",
                                                   "{} actual events after the as-of date are left out.")),
                                later),
                    {.size = 8, .colour = muted});
}

}  // namespace zaitu::report

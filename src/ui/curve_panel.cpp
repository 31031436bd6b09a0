#include "ui/curve_panel.h"

#include "report/supply_figure.h"
#include "ui/widgets.h"

namespace zaitu::ui {

void CurvePanel::draw(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (room.x < frame.px(160) || room.y < frame.px(80)) return;
  // Above the chart: what the figures mean.
  const std::string rule = planning::describe(frame.picture->rule, frame.tr.language()) + " · " +
                           frame.tr("curve.as_of", {{"date", frame.picture->status->as_of.iso()}});
  text_muted(frame, elided(rule, room.x - frame.px(120)));
  if (frame.picture->supply->synthetic_phases > 0) {
    ImGui::SameLine();
    synthetic_chip(frame);
  }
  // The chart takes the whole width below the tabs.
  const ImVec2 size = ImGui::GetContentRegionAvail();
  if (size.x < 1 || size.y < 1) return;
  lay_out(frame, size.x, size.y);
  if (const auto key = m_view.draw(frame, commands, "curve.chart", m_laid, size)) clicked(frame, commands, *key);
}

void CurvePanel::lay_out(const Frame& frame, float width, float height) {
  const std::uint64_t generation = frame.document.generation();
  auto outlook = frame.document.outlook();
  if (outlook && outlook->picture != frame.picture) outlook.reset();  // of another date or rule: still being made
  if (generation == m_generation && outlook == m_outlook && width == m_width && height == m_height &&
      frame.look.dark == m_dark && frame.tr.language() == m_language && frame.look.scale == m_scale) {
    return;
  }
  m_generation = generation;
  m_outlook = outlook;
  m_width = width;
  m_height = height;
  m_dark = frame.look.dark;
  m_language = frame.tr.language();
  // Laid out in pixels of the design, painted larger.
  const auto scale = static_cast<double>(frame.look.scale);
  m_scale = frame.look.scale;
  const app::Picture& picture = *frame.picture;
  const base::Date as_of = picture.status->as_of;
  chart::SupplyCurveFigure figure =
      report::supply_figure(*picture.project, picture.curve, picture.supply->targets, as_of, m_language,
                            m_outlook ? &m_outlook->forecast : nullptr);
  figure.until = planning::default_until(as_of, picture.supply->targets).days();
  m_laid = chart::lay_out(figure, static_cast<double>(width) / scale, static_cast<double>(height) / scale,
                          chart_style(frame), chart_measure(frame));
}

// Keys are those of chart::HotSpot: "@2025Q4", "K1@2025Q4", "target@2025".
void CurvePanel::clicked(const Frame& frame, CommandQueue& commands, const std::string& key) const {
  const std::size_t sign = key.find('@');
  if (sign == std::string::npos) return;
  const std::string series = key.substr(0, sign), when = key.substr(sign + 1);
  if (series == "target") {
    const int year = std::atoi(when.c_str());
    if (year > 0) commands.push([year](Workspace& workspace) { workspace.set_as_of(base::Date::year_end(year)); });
    return;
  }
  for (const planning::CurvePoint& point : frame.picture->curve) {
    if (point.at.quarter_name() == when && point.at != frame.picture->status->as_of) {
      commands.push([at = point.at](Workspace& workspace) { workspace.set_as_of(at); });
      return;  // a second click on the same quarter selects
    }
  }
  if (m_outlook && series.empty()) {  // the forecast goes on beyond the curve
    for (const planning::ForecastPoint& point : m_outlook->forecast.points) {
      if (point.at.quarter_name() != when || point.at == frame.picture->status->as_of) continue;
      commands.push([at = point.at](Workspace& workspace) { workspace.set_as_of(at); });
      return;
    }
  }
  const app::Picture& picture = *frame.picture;
  app::Selection selection;
  for (const planning::PhaseCount& count : picture.supply->evidence) {
    const int certainty = picture.status->phases[count.phase].certainty;
    if (certainty < 0) continue;
    const bool of_class = (*picture.project->certainty_classes)[static_cast<std::size_t>(certainty)].code == series;
    if (series.empty() ? count.counts : of_class)
      selection.phases.insert((*picture.project->phases)[count.phase].id.value);
  }
  commands.push([selection](Workspace& workspace) { workspace.select(selection, false); });
}

}  // namespace zaitu::ui

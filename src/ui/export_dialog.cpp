#include "ui/export_dialog.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "ui/widgets.h"

namespace zaitu::ui {

namespace fs = std::filesystem;

namespace {

constexpr std::array ledger_layers = {"parcels", "projects", "phases", "events",     "occupancy",
                                      "circles", "zones",    "towns",  "indicators", "tasks"};
const std::array<std::string, 4> layer_formats = {"gpkg", "geojson", "csv", "xlsx"};
const std::array<std::string, 4> layer_format_labels = {"GPKG", "GeoJSON", "CSV", "XLSX"};
const std::array<std::string, 3> map_formats = {"png", "svg", "pdf"};
const std::array<std::string, 3> map_format_labels = {"PNG", "SVG", "PDF"};

struct MapSize {
  const char* name;
  int width_px, height_px;
  double px_scale;  // texts and lines grow with the picture
};
constexpr std::array<MapSize, 3> map_sizes = {
    {{"1600x1000", 1600, 1000, 1}, {"3200x2000", 3200, 2000, 2}, {"4800x3000", 4800, 3000, 3}}};

std::string layer_title(const Frame& frame, const std::string& layer) {
  for (const model::ReferenceLayer& each : *frame.picture->project->reference_layers) {
    if (each.code == layer) return frame.name(each.name_zh, each.name_en);
  }
  return frame.tr("kind." + layer);
}

// The view's middle and scale, in the picture's shape.
geom::Envelope seen_extent(const Workspace& workspace, const MapSize& size) {
  const geom::Envelope view = workspace.camera.view(workspace.map_width_px, workspace.map_height_px).extent();
  const geom::Coord middle = view.centre();
  const double aspect = static_cast<double>(size.width_px) / size.height_px;
  const double height = std::max(view.height(), view.width() / aspect);
  return {middle.x - height * aspect / 2, middle.y - height / 2, middle.x + height * aspect / 2, middle.y + height / 2};
}

}  // namespace

app::ReportOptions quarter_options(const Frame& frame, const fs::path& folder) {
  app::ReportOptions options;
  options.out = folder;
  options.quarter = planning::Quarter::of(frame.document.as_of());
  return options;
}

void ExportDialog::open(const Frame& frame) {
  m_folder = frame.workspace.report_folder().string();
  if (m_what == What::cards && frame.document.selection().parcels.empty()) m_what = What::summary;
  const auto& references = *frame.picture->project->reference_layers;
  const bool known =
      std::find(ledger_layers.begin(), ledger_layers.end(), m_layer) != ledger_layers.end() ||
      std::any_of(references.begin(), references.end(), [&](const auto& r) { return r.code == m_layer; });
  if (!known) m_layer = "parcels";  // a layer of another project
}

void ExportDialog::choice(const Frame& frame, const char* key, What what, Icon icon, const std::string& label,
                          const std::string& note, bool enabled) {
  const Palette& c = frame.look.colour;
  const float width = ImGui::GetContentRegionAvail().x, height = frame.px(46);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (ImGui::InvisibleButton((std::string("##") + key).c_str(), {width, height}) && enabled) m_what = what;
  frame.probe.note(key);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool on = m_what == what && enabled;
  const ImU32 ground = on ? c.accent_soft : ImGui::IsItemHovered() && enabled ? c.hover : c.raised;
  list.AddRectFilled(at, {at.x + width, at.y + height}, ground, frame.px(6));
  if (on) list.AddRect(at, {at.x + width, at.y + height}, c.accent, frame.px(6), 0, frame.px(1));
  const ImU32 quiet = enabled ? c.muted : c.faint;
  draw_icon(list, icon, {at.x + frame.px(24), at.y + height / 2}, frame.px(20), on ? c.accent : quiet);
  add_text(list, {at.x + frame.px(48), at.y + frame.px(4)}, enabled ? c.text : c.faint, label);
  draw_text(list, frame.fonts[TextSize::small], {at.x + frame.px(48), at.y + frame.px(24)}, quiet,
            elided(note, width - frame.px(60)));
}

void ExportDialog::draw(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  const std::size_t cards = frame.document.selection().parcels.size();
  if (cards == 0 && m_what == What::cards) m_what = What::summary;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(frame.px(8), frame.px(6)));
  choice(frame, "export.summary", What::summary, Icon::report, frame.tr("export.summary"),
         frame.tr("export.summary.note"), true);
  const std::string quarter = planning::Quarter::of(frame.document.as_of()).name();
  choice(frame, "export.quarter", What::quarter, Icon::report, frame.tr("export.quarter", {{"quarter", quarter}}),
         frame.tr("export.quarter.note"), true);
  choice(frame, "export.cards", What::cards, Icon::report, frame.tr("export.cards"),
         cards > 0 ? frame.tr("export.cards.note", {{"n", std::to_string(cards)}}) : frame.tr("export.cards.none"),
         cards > 0);
  choice(frame, "export.xlsx", What::ledger_xlsx, Icon::table, frame.tr("export.xlsx"), frame.tr("export.ledger.note"),
         true);
  choice(frame, "export.csv", What::ledger_csv, Icon::table, frame.tr("export.csv"), frame.tr("export.ledger.note"),
         true);
  choice(frame, "export.layer", What::layer, Icon::layers, frame.tr("export.layer"), frame.tr("export.layer.note"),
         true);
  choice(frame, "export.map", What::map, Icon::fit, frame.tr("export.map"), frame.tr("export.map.note"), true);
  ImGui::PopStyleVar();
  if (frame.probe.on())
    frame.probe.state("export", nlohmann::json{{"layer", m_layer}, {"format", m_layer_format}}.dump());
  if (m_what == What::layer) draw_layer_choices(frame);
  if (m_what == What::map) draw_map_choices(frame);
  text_muted(frame, frame.tr("export.folder"));
  ImGui::SetNextItemWidth(-1);
  need_glyphs(m_folder);
  const bool entered = ImGui::InputText("##folder", &m_folder, ImGuiInputTextFlags_EnterReturnsTrue);
  frame.probe.note("export.folder");
  const base::Date as_of = frame.document.as_of();
  const base::Date at = m_what == What::quarter ? planning::Quarter::of(as_of).end() : as_of;
  text_wrapped(frame.tr("export.state",
                        {{"date", at.iso()}, {"rule", planning::describe(frame.document.rule(), frame.tr.language())}}),
               frame.look.colour.muted);
  ImGui::Dummy({1, frame.px(2)});
  const bool ready = !m_folder.empty();
  const bool go = button(frame, "export.go", frame.tr("export.go"), ButtonKind::primary, Icon::download, ready);
  if (!ready || !(go || entered)) return;
  commands.push(command(frame));
}

void ExportDialog::draw_layer_choices(const Frame& frame) {
  if (drop_field(frame, "export.which", layer_title(frame, m_layer), frame.px(180), Icon::layers)) {
    open_popup("export_layer_popup");
  }
  if (begin_popup(frame, "export_layer_popup")) {
    const auto item = [&](const std::string& layer) {
      if (menu_item(frame, "export.which." + layer, Icon::none, layer_title(frame, layer), "", true, layer == m_layer))
        m_layer = layer;
    };
    for (const char* layer : ledger_layers) item(layer);
    ImGui::Separator();
    for (const model::ReferenceLayer& each : *frame.picture->project->reference_layers) item(each.code);
    end_popup();
  }
  ImGui::SameLine(0, frame.px(8));
  const auto found = std::find(layer_formats.begin(), layer_formats.end(), m_layer_format);
  if (const int picked = segmented(frame, "export.format", layer_format_labels, layer_formats,
                                   static_cast<int>(found - layer_formats.begin()));
      picked >= 0) {
    m_layer_format = layer_formats[static_cast<std::size_t>(picked)];
  }
  ImGui::SameLine(0, frame.px(8));
  ImGui::SetNextItemWidth(-1);
  need_glyphs(m_layer_crs);
  ImGui::InputTextWithHint("##export_crs", frame.picture->project->crs->code().c_str(), &m_layer_crs);
  tooltip(frame, frame.tr("export.crs.help"));
  frame.probe.note("export.crs");
}

void ExportDialog::draw_map_choices(const Frame& frame) {
  const auto found = std::find(map_formats.begin(), map_formats.end(), m_map_format);
  if (const int picked = segmented(frame, "export.map_format", map_format_labels, map_formats,
                                   static_cast<int>(found - map_formats.begin()));
      picked >= 0) {
    m_map_format = map_formats[static_cast<std::size_t>(picked)];
  }
  ImGui::SameLine(0, frame.px(8));
  std::array<std::string, map_sizes.size()> labels, names;
  for (std::size_t i = 0; i < map_sizes.size(); ++i) {
    names[i] = map_sizes[i].name;
    labels[i] = std::to_string(map_sizes[i].width_px) + " × " + std::to_string(map_sizes[i].height_px);
  }
  if (const int picked = segmented(frame, "export.size", labels, names, m_map_size); picked >= 0) m_map_size = picked;
}

Command ExportDialog::command(const Frame& frame) const {
  const fs::path folder = m_folder;
  if (m_what == What::layer) {
    return [folder, layer = m_layer, format = m_layer_format, crs = m_layer_crs](Workspace& workspace) {
      workspace.dialog = DialogKind::none;
      workspace.document.export_layer(layer, folder / (layer + "." + format), crs);
    };
  }
  if (m_what == What::map) {
    const MapSize& size = map_sizes[static_cast<std::size_t>(m_map_size)];
    app::RenderOptions options;
    const std::string theme(style::name_of(frame.workspace.settings.theme));
    options.out = folder / ("map_" + theme + "_" + frame.document.as_of().iso() + "." + m_map_format);
    options.width_px = size.width_px;
    options.height_px = size.height_px;
    options.px_scale = size.px_scale;
    options.extent = seen_extent(frame.workspace, size);
    // As it is seen, but on white paper.
    options.scene.theme = {frame.workspace.settings.theme, frame.tr.language(), false};
    options.scene.hidden_layers = frame.workspace.hidden_layers;
    return [options](Workspace& workspace) {
      workspace.dialog = DialogKind::none;
      workspace.document.render_map(options);
    };
  }
  app::ReportOptions options;
  options.out = folder;
  options.format = m_what == What::ledger_csv ? "csv" : m_what == What::ledger_xlsx ? "xlsx" : "pdf";
  options.summary = m_what == What::summary;
  if (m_what == What::quarter) options = quarter_options(frame, folder);
  if (m_what == What::cards) {
    const model::ParcelTable& parcels = *frame.picture->project->parcels;
    for (const std::int64_t id : frame.document.selection().parcels) {
      if (const auto row = parcels.row_of(model::ParcelId{id})) options.parcels.emplace_back(parcels.code[*row]);
    }
  }
  return [options](Workspace& workspace) {
    workspace.dialog = DialogKind::none;
    workspace.document.write_reports(options);
  };
}

}  // namespace zaitu::ui

#include "ui/import_dialog.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "ui/widgets.h"

namespace zaitu::ui {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t warnings_shown = 3;
constexpr double typing_s = 0.6;

// Everything that changes what a preview says.
std::string signature(const app::ImportOptions& options) {
  return options.source.string() + "\n" + std::string(model::name_of(options.kind)) + "\n" +
         options.source_options.layer + "\n" + options.source_options.crs + "\n" +
         (options.on_duplicate == app::OnDuplicate::update ? "update" : "reject");
}

bool is_source(const fs::path& path) {
  std::error_code error;
  // A FileGDB is a folder.
  return fs::is_regular_file(path, error) || (fs::is_directory(path, error) && path.extension() == ".gdb");
}

void add_count(const Frame& frame, std::string& line, const char* key, std::int64_t n) {
  if (n == 0) return;
  line += (line.empty() ? "" : " · ") + frame.tr(key, {{"n", std::to_string(n)}});
}

}  // namespace

void ImportDialog::open() { m_looked_at.clear(); }

app::ImportOptions ImportDialog::options(const FileBrowser& browser) const {
  app::ImportOptions options;
  options.source = browser.chosen();
  options.kind = m_kind;
  options.source_options.layer = m_layer;
  options.source_options.crs = m_crs;
  options.on_duplicate = m_update ? app::OnDuplicate::update : app::OnDuplicate::reject;
  return options;
}

void ImportDialog::draw(const Frame& frame, CommandQueue& commands, FileBrowser& browser) {
  text_muted(frame, frame.tr("dialog.import.hint"));
  const bool entered = browser.draw(frame, "import.path", frame.px(168));
  draw_choices(frame);
  const app::ImportOptions wanted = options(browser);
  ask_for_preview(frame, commands, wanted);
  const app::ImportPreview* preview = frame.document.import_preview();
  // Of these choices, not of those before.
  if (preview != nullptr && signature(preview->asked) != signature(wanted)) preview = nullptr;
  draw_preview(frame, preview);
  const bool ready = preview != nullptr && preview->done && preview->problem.empty() && preview->result.read > 0;
  const bool go = button(frame, "import.go", frame.tr("dialog.import.go"), ButtonKind::primary, Icon::none, ready);
  if (!ready || !(go || entered)) return;
  commands.push([wanted](Workspace& workspace) {
    workspace.dialog = DialogKind::none;
    workspace.document.import_source(wanted);
  });
}

void ImportDialog::draw_choices(const Frame& frame) {
  constexpr std::array kinds{
      model::ImportKind::parcels,    model::ImportKind::projects,  model::ImportKind::phases,
      model::ImportKind::events,     model::ImportKind::occupancy, model::ImportKind::circles,
      model::ImportKind::zones,      model::ImportKind::towns,     model::ImportKind::indicators,
      model::ImportKind::tasks,      model::ImportKind::reports,   model::ImportKind::assessments,
      model::ImportKind::reference,  model::ImportKind::stages,    model::ImportKind::pathways,
      model::ImportKind::assumptions};
  // Two columns: as what and which layer, coordinate system and duplicates.
  const float left = ImGui::GetCursorPosX(), half = ImGui::GetContentRegionAvail().x / 2;
  const float label = frame.px(frame.zh() ? 64 : 56), field = half - label - frame.px(12);
  const auto labelled = [&](int column, const char* key) {
    const float x = left + half * static_cast<float>(column);
    if (column > 0) ImGui::SameLine(x);
    ImGui::AlignTextToFramePadding();
    text_muted(frame, frame.tr(key));
    ImGui::SameLine(x + label);
  };
  labelled(0, "dialog.import.as");
  if (drop_field(frame, "import.kind", frame.tr(std::string("kind.").append(model::name_of(m_kind))), field)) {
    open_popup("kind_popup");
  }
  if (begin_popup(frame, "kind_popup")) {
    for (const model::ImportKind kind : kinds) {
      const std::string name(model::name_of(kind));
      if (menu_item(frame, "kind." + name, Icon::none, frame.tr(std::string("kind.") + name), "", true, kind == m_kind))
        m_kind = kind;
    }
    end_popup();
  }
  labelled(1, "dialog.import.crs");
  ImGui::SetNextItemWidth(field);
  need_glyphs(m_crs);
  ImGui::InputTextWithHint("##crs", with_glyphs(frame.tr("dialog.import.crs.hint")), &m_crs);
  frame.probe.note("import.crs");
  labelled(0, "dialog.import.layer");
  ImGui::SetNextItemWidth(field);
  need_glyphs(m_layer);
  ImGui::InputTextWithHint("##layer", with_glyphs(frame.tr("dialog.import.layer.hint")), &m_layer);
  frame.probe.note("import.layer");
  ImGui::SameLine(left + half);
  checkbox(frame, "import.update", frame.tr("dialog.import.update"), m_update);
}

void ImportDialog::ask_for_preview(const Frame& frame, CommandQueue& commands, const app::ImportOptions& wanted) {
  const std::string now = signature(wanted);
  if (now != m_seen) {
    m_seen = now;
    m_changed_at = frame.workspace.now;
  }
  if (now == m_looked_at) return;
  // Not at every letter that is typed: the blinking cursor comes back to this.
  if (ImGui::IsAnyItemActive() && frame.workspace.now - m_changed_at < typing_s) return;
  m_looked_at = now;
  if (!is_source(wanted.source)) return;
  commands.push([wanted](Workspace& workspace) { workspace.document.preview_import(wanted); });
}

void ImportDialog::draw_preview(const Frame& frame, const app::ImportPreview* preview) {
  const Palette& c = frame.look.colour;
  ImGui::PushStyleColor(ImGuiCol_ChildBg, c.raised);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(12), frame.px(8)));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(frame.px(8), frame.px(3)));
  ImGui::BeginChild("##preview", {0, frame.px(176)}, false, ImGuiWindowFlags_AlwaysUseWindowPadding);
  nlohmann::json told = nlohmann::json::object();
  if (preview == nullptr) {
    text_muted(frame, frame.tr("import.choose"));
  } else if (!preview->done) {
    text_muted(frame, frame.tr("import.looking"));
  } else if (!preview->problem.empty()) {
    text_wrapped(preview->problem, c.danger);
    told["problem"] = preview->problem;
  } else {
    const app::ImportResult& result = preview->result;
    std::string line;
    add_count(frame, line, "import.read", result.read);
    add_count(frame, line, "import.inserted", result.inserted);
    add_count(frame, line, "import.updated", result.updated);
    add_count(frame, line, "import.repaired", result.repaired);
    add_count(frame, line, "import.rejected", result.rejected);
    text_wrapped(line, result.rejected > 0 ? c.danger : c.text);
    const auto decision = [&](const char* key, const io::Decision& decided) {
      if (decided.value.empty()) return;
      text_wrapped(frame.tr(key) + "  " + decided.value + (decided.how.empty() ? "" : " · " + decided.how), c.muted);
    };
    decision("import.crs", result.crs);
    decision("import.encoding", result.encoding);
    // Field and the column it is read from, two a line.
    text_muted(frame, frame.tr("import.mapping"));
    const float half = ImGui::GetContentRegionAvail().x / 2, left = ImGui::GetCursorPosX();
    int place = 0;
    for (const auto& [field, column] : result.mapping) {
      if (place % 2 == 1) ImGui::SameLine(left + half);
      text(elided(column + "  →  " + field, half - frame.px(8)), c.text);
      ++place;
    }
    if (result.mapping.empty()) text(frame.tr("import.no_mapping"), c.warning);
    if (!result.warnings.empty()) {
      text(frame.tr("import.warnings", {{"n", std::to_string(result.warnings.size())}}), c.warning);
      for (std::size_t i = 0; i < std::min(warnings_shown, result.warnings.size()); ++i) {
        const io::Warning& warning = result.warnings[i];
        text_wrapped((warning.feature.empty() ? "" : warning.feature + "  ") + warning.message, c.muted);
      }
    }
    told = {{"read", result.read}, {"mapping", result.mapping}, {"rejected", result.rejected}};
  }
  ImGui::EndChild();
  ImGui::PopStyleVar(2);
  ImGui::PopStyleColor();
  if (frame.probe.on()) frame.probe.state("import", told.dump());
}

}  // namespace zaitu::ui

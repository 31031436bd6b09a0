#include "ui/import_dialog.h"

#include <fmt/format.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "ui/widgets.h"

namespace zaitu::ui {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t warnings_shown = 3;
constexpr std::size_t candidates_listed = 6;
constexpr double typing_s = 0.6;

std::string chosen_of_table(const app::ImportOptions& options) {
  std::string chosen = std::to_string(options.source_options.header_row);
  for (const auto& [field, column] : options.mapping) chosen.append("\n").append(field).append("=").append(column);
  return chosen;
}

const char* duplicate_key(app::OnDuplicate choice) {
  switch (choice) {
    case app::OnDuplicate::update:
      return "import.duplicate.update";
    case app::OnDuplicate::keep:
      return "import.duplicate.keep";
    default:
      return "import.duplicate.reject";
  }
}

// Everything that changes what a preview says.
std::string signature(const app::ImportOptions& options) {
  return options.source.string() + "\n" + std::string(model::name_of(options.kind)) + "\n" +
         options.source_options.layer + "\n" + options.source_options.crs + "\n" + options.source_options.encoding +
         "\n" + duplicate_key(options.on_duplicate) + "\n" + (options.swap_axes ? "swapped" : "") + "\n" +
         (options.source_options.allow_partial ? "partial" : "") + "\n" + std::string(crs::name_of(options.shift)) +
         "\n" + options.control_points.string() + "\n" + chosen_of_table(options);
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

// Why a CRS is offered, in the window's language.
std::string offered_because(const Frame& frame, const crs::Candidate& candidate) {
  const char* const where = candidate.landing == crs::Landing::layers ? "import.lands.layers"
                            : candidate.landing == crs::Landing::area ? "import.lands.area"
                                                                      : "import.lands.country";
  std::string why = frame.tr(where, {{"lon", fmt::format("{:.3f}", candidate.lon_lat.x)},
                                     {"lat", fmt::format("{:.3f}", candidate.lon_lat.y)}});
  if (candidate.prefixed) why += " · " + frame.tr("import.fits.prefix");
  if (candidate.older_datum) why += " · " + frame.tr("import.fits.older");
  if (candidate.swapped) why += " · " + frame.tr("import.fits.swapped");
  return why;
}

// Two columns of labelled fields.
class ChoiceGrid {
 public:
  explicit ChoiceGrid(const Frame& frame)
      : m_frame(frame),
        m_left(ImGui::GetCursorPosX()),
        m_half(ImGui::GetContentRegionAvail().x / 2),
        m_label(frame.px(frame.zh() ? 64 : 76)) {}
  // The width of the field that follows.
  float field(int column, const char* key) const {
    const float x = m_left + m_half * static_cast<float>(column);
    if (column > 0) ImGui::SameLine(x);
    ImGui::AlignTextToFramePadding();
    text_muted(m_frame, m_frame.tr(key));
    ImGui::SameLine(x + m_label);
    return m_half - m_label - m_frame.px(12);
  }
  float half() const { return m_half; }
  float left() const { return m_left; }
  float label() const { return m_label; }

 private:
  const Frame& m_frame;
  float m_left, m_half, m_label;
};

}  // namespace

void ImportDialog::open() {
  m_looked_at.clear();
  m_source.clear();
}

// What was chosen for one file says nothing of the next.
void ImportDialog::forget_choices() {
  m_layer.clear();
  m_crs.clear();
  m_encoding.clear();
  m_candidates.clear();
  m_control_points.clear();
  m_shift = crs::MapShift::none;
  m_swap = false;
  m_allow_partial = false;
  m_ledger.forget();
}

app::ImportOptions ImportDialog::options(const FileBrowser& browser) const {
  app::ImportOptions options;
  options.source = browser.chosen();
  options.kind = m_kind;
  options.source_options.layer = m_layer;
  options.source_options.crs = m_crs;
  options.source_options.encoding = m_encoding;
  options.source_options.allow_partial = m_allow_partial;
  options.on_duplicate = m_on_duplicate;
  options.guess_crs = m_crs.empty();  // what is guessed is shown, on the map too, before it is taken
  options.swap_axes = m_swap;
  options.shift = m_shift;
  options.control_points = m_control_points;
  m_ledger.apply(options);
  return options;
}

void ImportDialog::draw(const Frame& frame, CommandQueue& commands, FileBrowser& browser) {
  text_muted(frame, frame.tr("dialog.import.hint"));
  // What was found in a file needs the room of the list it was chosen from.
  const app::ImportPreview* const shown = frame.document.import_preview();
  const bool found =
      shown != nullptr && shown->done && shown->asked.source == browser.chosen() && m_source == browser.chosen();
  const bool entered = browser.draw(frame, "import.path", found ? 0 : frame.px(120));
  if (browser.chosen() != m_source && is_source(browser.chosen())) {
    m_source = browser.chosen();
    forget_choices();
  }
  const auto preview_of = [&](const app::ImportOptions& wanted) {
    const app::ImportPreview* preview = frame.document.import_preview();
    // Of these choices, not of those before.
    return preview != nullptr && signature(preview->asked) == signature(wanted) ? preview : nullptr;
  };
  const app::ImportPreview* const seen = preview_of(options(browser));
  if (seen != nullptr && seen->done && !seen->result.candidates.ranked.empty()) {
    m_candidates = seen->result.candidates.ranked;
  }
  draw_choices(frame, seen);
  if (const std::string of = std::string(model::name_of(m_kind)) + "\n" + m_layer; of != m_ledger_of) {
    m_ledger_of = of;
    m_ledger.forget();
  }
  const app::ImportOptions wanted = options(browser);
  ask_for_preview(frame, commands, wanted);
  const app::ImportPreview* preview = preview_of(wanted);
  const float width = ImGui::GetContentRegionAvail().x;
  // What leaves the button in a low window.
  const float room = ImGui::GetIO().DisplaySize.y - frame.px(found ? 376 : 500);
  // A table without a place has rows to be looked at instead of a map.
  if (preview != nullptr && preview->done && preview->result.table.header_first > 0 &&
      preview->sketch.outlines.empty()) {
    draw_preview(frame, preview, width, std::clamp(room, frame.px(232), frame.px(640)));
  } else {
    const float height = std::clamp(room, frame.px(232), frame.px(420));
    const float text_width = std::round(width * 0.56F);
    draw_preview(frame, preview, text_width, height);
    ImGui::SameLine(0, frame.px(10));
    m_map.draw(frame, preview != nullptr && preview->done ? &preview->sketch : nullptr,
               {width - text_width - frame.px(10), height});
  }
  const bool ready = preview != nullptr && preview->done && preview->problem.empty() && preview->result.read > 0;
  const bool go = button(frame, "import.go", frame.tr("dialog.import.go"), ButtonKind::primary, Icon::none, ready);
  if (!ready || !(go || entered)) return;
  commands.push([wanted](Workspace& workspace) {
    workspace.dialog = DialogKind::none;
    workspace.document.import_source(wanted);
  });
}

void ImportDialog::draw_kind(const Frame& frame, float width) {
  constexpr std::array kinds{
      model::ImportKind::parcels,    model::ImportKind::projects,  model::ImportKind::phases,
      model::ImportKind::events,     model::ImportKind::occupancy, model::ImportKind::circles,
      model::ImportKind::zones,      model::ImportKind::towns,     model::ImportKind::indicators,
      model::ImportKind::tasks,      model::ImportKind::reports,   model::ImportKind::assessments,
      model::ImportKind::reference,  model::ImportKind::stages,    model::ImportKind::pathways,
      model::ImportKind::assumptions};
  if (drop_field(frame, "import.kind", frame.tr(std::string("kind.").append(model::name_of(m_kind))), width)) {
    open_popup("kind_popup");
  }
  if (!begin_popup(frame, "kind_popup")) return;
  for (const model::ImportKind kind : kinds) {
    const std::string name(model::name_of(kind));
    if (menu_item(frame, "kind." + name, Icon::none, frame.tr(std::string("kind.") + name), "", true, kind == m_kind))
      m_kind = kind;
  }
  end_popup();
}

void ImportDialog::draw_crs(const Frame& frame, float width) {
  ImGui::SetNextItemWidth(width - frame.px(34));
  need_glyphs(m_crs);
  ImGui::InputTextWithHint("##crs", with_glyphs(frame.tr("dialog.import.crs.hint")), &m_crs);
  frame.probe.note("import.crs");
  ImGui::SameLine(0, frame.px(4));
  if (icon_button(frame, "import.crs_list", Icon::chevron_down, frame.tr("import.crs_list"))) open_popup("crs_popup");
  if (!begin_popup(frame, "crs_popup")) return;
  if (menu_item(frame, "crs.own", Icon::none, frame.tr("import.crs_own"), "", true, m_crs.empty())) {
    m_crs.clear();
    m_swap = false;
  }
  if (!m_candidates.empty()) {
    for (std::size_t i = 0; i < std::min(candidates_listed, m_candidates.size()); ++i) {
      const crs::Candidate& one = m_candidates[i];
      const std::string label = one.code() + "  " + one.name + (one.swapped ? "  x ↔ y" : "");
      if (menu_item(frame, fmt::format("crs.{}{}", one.epsg, one.swapped ? ".swapped" : ""), Icon::none, label, "",
                    true, m_crs == one.code() && m_swap == one.swapped)) {
        m_crs = one.code();
        m_swap = one.swapped;
      }
      ImGui::SetCursorPosX(ImGui::GetCursorPosX() + frame.px(30));
      text_muted(frame, offered_because(frame, one));
    }
  } else {
    for (const char* code : {"EPSG:4549", "EPSG:4528", "EPSG:4490", "EPSG:4326", "EPSG:3857"}) {
      if (menu_item(frame, std::string("crs.") + (code + 5), Icon::none, code, "", true, m_crs == code)) m_crs = code;
    }
  }
  end_popup();
}

void ImportDialog::draw_layer(const Frame& frame, float width, const app::ImportPreview* preview) {
  const bool several = preview != nullptr && preview->done && preview->sketch.layers.size() > 1;
  if (!several) {
    ImGui::SetNextItemWidth(width);
    need_glyphs(m_layer);
    ImGui::InputTextWithHint("##layer", with_glyphs(frame.tr("dialog.import.layer.hint")), &m_layer);
    frame.probe.note("import.layer");
    return;
  }
  if (drop_field(frame, "import.layer", m_layer.empty() ? frame.tr("dialog.import.layer.choose") : m_layer, width)) {
    open_popup("layer_popup");
  }
  if (!begin_popup(frame, "layer_popup")) return;
  for (const std::string& layer : preview->sketch.layers) {
    if (menu_item(frame, "layer." + layer, Icon::none, layer, "", true, layer == m_layer)) m_layer = layer;
  }
  end_popup();
}

void ImportDialog::draw_encoding(const Frame& frame, float width) {
  if (drop_field(frame, "import.encoding", m_encoding.empty() ? frame.tr("import.encoding_own") : m_encoding, width)) {
    open_popup("encoding_popup");
  }
  if (!begin_popup(frame, "encoding_popup")) return;
  for (const char* name : {"", "UTF-8", "GB18030", "Big5", "UTF-16", "ISO-8859-1"}) {
    const std::string encoding = name;
    const std::string label = encoding.empty() ? frame.tr("import.encoding_own") : encoding;
    if (menu_item(frame, "encoding." + encoding, Icon::none, label, "", true, encoding == m_encoding))
      m_encoding = encoding;
  }
  end_popup();
}

void ImportDialog::draw_duplicates(const Frame& frame, float width) {
  if (drop_field(frame, "import.duplicate", frame.tr(duplicate_key(m_on_duplicate)), width)) {
    open_popup("duplicate_popup");
  }
  if (!begin_popup(frame, "duplicate_popup")) return;
  for (const app::OnDuplicate choice : {app::OnDuplicate::reject, app::OnDuplicate::update, app::OnDuplicate::keep}) {
    const char* const key = duplicate_key(choice);
    if (menu_item(frame, key, Icon::none, frame.tr(key), "", true, choice == m_on_duplicate)) m_on_duplicate = choice;
  }
  end_popup();
}

void ImportDialog::draw_shift(const Frame& frame, float width) {
  const auto label = [&](crs::MapShift shift) {
    return frame.tr(std::string("import.shift.").append(crs::name_of(shift)));
  };
  if (drop_field(frame, "import.shift", label(m_shift), width)) open_popup("shift_popup");
  if (!begin_popup(frame, "shift_popup")) return;
  for (const crs::MapShift shift : {crs::MapShift::none, crs::MapShift::gcj02, crs::MapShift::bd09}) {
    if (menu_item(frame, "shift." + std::string(crs::name_of(shift)), Icon::none, label(shift), "", true,
                  shift == m_shift)) {
      m_shift = shift;
    }
  }
  end_popup();
}

void ImportDialog::draw_choices(const Frame& frame, const app::ImportPreview* preview) {
  const ChoiceGrid grid(frame);
  draw_kind(frame, grid.field(0, "dialog.import.as"));
  draw_crs(frame, grid.field(1, "dialog.import.crs"));
  draw_layer(frame, grid.field(0, "dialog.import.layer"), preview);
  draw_encoding(frame, grid.field(1, "import.encoding"));
  draw_duplicates(frame, grid.field(0, "dialog.import.duplicate"));
  draw_shift(frame, grid.field(1, "import.shift"));
  ImGui::SetCursorPosX(grid.left() + grid.label());
  checkbox(frame, "import.swap", frame.tr("import.swap"), m_swap);
  const float width = grid.field(1, "import.control");
  ImGui::SetNextItemWidth(width);
  need_glyphs(m_control_points);
  ImGui::InputTextWithHint("##control", with_glyphs(frame.tr("import.control.hint")), &m_control_points);
  frame.probe.note("import.control");
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

// What has to be decided about the coordinates, first of all.
void ImportDialog::draw_crs_state(const Frame& frame, const app::ImportResult& result) {
  const Palette& c = frame.look.colour;
  const auto& candidates = result.candidates;
  if (result.crs_state == app::CrsState::unknown) {
    text_wrapped(frame.tr(candidates.local ? "import.crs_local" : "import.crs_unknown"), c.danger);
  } else if (result.crs_state == app::CrsState::guessed) {
    text_wrapped(frame.tr("import.crs_guessed", {{"crs", result.crs.value}}), c.warning);
    if (!candidates.ranked.empty()) text_wrapped(offered_because(frame, candidates.ranked.front()), c.muted);
    return;
  }
  if (!result.crs.value.empty()) {
    const std::string how = result.crs.how.empty() ? "" : " · " + without_options(result.crs.how);
    text_wrapped(frame.tr("import.crs") + "  " + result.crs.value + how, c.muted);
  }
}

void ImportDialog::draw_result(const Frame& frame, const app::ImportPreview& preview) {
  const Palette& c = frame.look.colour;
  const app::ImportResult& result = preview.result;
  std::string line;
  add_count(frame, line, "import.read", result.read);
  add_count(frame, line, "import.inserted", result.inserted);
  add_count(frame, line, "import.updated", result.updated);
  add_count(frame, line, "import.repaired", result.repaired);
  add_count(frame, line, "import.rejected", result.rejected);
  text_wrapped(line, result.rejected > 0 ? c.danger : c.text);
  draw_crs_state(frame, result);
  if (!result.encoding.value.empty()) {
    const std::string how = result.encoding.how.empty() ? "" : " · " + without_options(result.encoding.how);
    text_wrapped(frame.tr("import.encoding") + "  " + result.encoding.value + how, c.muted);
  }
  if (!preview.sketch.texts.empty()) {
    std::string texts;
    for (const std::string& one : preview.sketch.texts) texts += (texts.empty() ? "" : " · ") + one;
    text(elided(frame.tr("import.texts") + "  " + texts, ImGui::GetContentRegionAvail().x), c.text);
  }
  if (m_ledger.draw(frame, preview)) return;
  // Field and the column it is read from, two a line.
  text_muted(frame, frame.tr("import.mapping"));
  const float half = ImGui::GetContentRegionAvail().x / 2, left = ImGui::GetCursorPosX();
  int place = 0;
  for (const model::ImportField& field : model::import_fields(preview.asked.kind)) {
    const auto used = result.mapping.find(std::string(field.name));
    if (used == result.mapping.end()) continue;
    if (place % 2 == 1) ImGui::SameLine(left + half);
    text(elided(used->second + "  →  " + field_label(frame, field), half - frame.px(8)), c.text);
    ++place;
  }
  if (result.mapping.empty()) text(frame.tr("import.no_mapping"), c.warning);
  if (result.warnings.empty()) return;
  text(frame.tr("import.warnings", {{"n", std::to_string(result.warnings.size())}}), c.warning);
  for (std::size_t i = 0; i < std::min(warnings_shown, result.warnings.size()); ++i) {
    const io::Warning& warning = result.warnings[i];
    const std::string where =
        warning.feature.empty() ? "" : frame.tr("import.warning.feature", {{"feature", warning.feature}}) + "  ";
    text_wrapped(where + without_options(warning.message), c.muted);
  }
}

void ImportDialog::draw_preview(const Frame& frame, const app::ImportPreview* preview, float width, float height) {
  const Palette& c = frame.look.colour;
  ImGui::PushStyleColor(ImGuiCol_ChildBg, c.raised);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(12), frame.px(8)));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(frame.px(8), frame.px(3)));
  ImGui::BeginChild("##preview", {width, height}, false, ImGuiWindowFlags_AlwaysUseWindowPadding);
  nlohmann::json told = nlohmann::json::object();
  if (preview == nullptr) {
    text_muted(frame, frame.tr("import.choose"));
  } else if (!preview->done) {
    text_muted(frame, frame.tr("import.looking"));
  } else if (!preview->problem.empty()) {
    text_wrapped(shown_message(frame.tr, preview->problem), c.danger);
    if (preview->offers_partial) checkbox(frame, "import.partial", frame.tr("import.partial"), m_allow_partial);
    told["problem"] = preview->problem;
  } else {
    const app::ImportResult& result = preview->result;
    if (preview->asked.source_options.allow_partial)
      checkbox(frame, "import.partial", frame.tr("import.partial"), m_allow_partial);
    draw_result(frame, *preview);
    told = {{"read", result.read},
            {"mapping", result.mapping},
            {"rejected", result.rejected},
            {"crs", result.crs.value},
            {"outlines", preview->sketch.outlines.size()},
            {"texts", preview->sketch.texts}};
  }
  ImGui::EndChild();
  ImGui::PopStyleVar(2);
  ImGui::PopStyleColor();
  if (frame.probe.on()) frame.probe.state("import", told.dump());
}

}  // namespace zaitu::ui

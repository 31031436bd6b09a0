#include "ui/evidence_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "ui/widgets.h"

namespace zaitu::ui {

namespace fs = std::filesystem;

std::string evidence_text(const std::string& name, std::int64_t bytes, const std::string& sha256) {
  constexpr std::size_t digits = 8;
  return name + " · " + base::byte_size(static_cast<std::uint64_t>(bytes)) + " · " + sha256.substr(0, digits);
}

void EvidenceList::open(const Frame& frame, model::EventId event) {
  m_stored.clear();
  m_pending.clear();
  m_wanted.clear();
  m_browsing = Browsing::no;
  if (!event) return;
  for (const model::Attachment& attachment : *frame.picture->project->attachments) {
    if (attachment.event == event) m_stored.push_back({attachment});
  }
}

void EvidenceList::take_file(const fs::path& file) {
  m_wanted.push_back(file);
  m_browsing = Browsing::no;
}

bool EvidenceList::reading() const {
  return !m_wanted.empty() ||
         std::any_of(m_pending.begin(), m_pending.end(), [](const auto& pending) { return !pending->done; });
}

std::vector<std::int64_t> EvidenceList::removed() const {
  std::vector<std::int64_t> ids;
  for (const Stored& stored : m_stored) {
    if (stored.removed) ids.push_back(stored.attachment.id);
  }
  return ids;
}

bool EvidenceList::is_kept(const std::string& sha256, std::size_t before) const {
  for (const Stored& stored : m_stored) {
    if (!stored.removed && stored.attachment.sha256 == sha256) return true;
  }
  for (std::size_t i = 0; i < before; ++i) {
    if (m_pending[i]->file && m_pending[i]->file->sha256 == sha256) return true;
  }
  return false;
}

std::vector<std::shared_ptr<const app::EvidenceFile>> EvidenceList::added() const {
  std::vector<std::shared_ptr<const app::EvidenceFile>> files;
  for (std::size_t i = 0; i < m_pending.size(); ++i) {
    const auto& file = m_pending[i]->file;
    if (file && !is_kept(file->sha256, i)) files.push_back(file);
  }
  return files;
}

void EvidenceList::draw(const Frame& frame, CommandQueue& commands) {
  for (const fs::path& path : std::exchange(m_wanted, {})) {
    auto pending = std::make_shared<app::PendingEvidence>();
    pending->path = path;
    m_pending.push_back(pending);
    commands.push([pending](Workspace& workspace) { workspace.document.read_evidence(pending); });
  }
  text_muted(frame, frame.tr("attachment.title"));
  for (Stored& stored : m_stored) draw_stored(frame, commands, stored);
  draw_pending(frame);
  if (m_browsing != Browsing::no) {
    draw_browser(frame, commands);
  } else if (button(frame, "attachment.add", frame.tr("attachment.add"), ButtonKind::ghost, Icon::plus)) {
    m_browsing = Browsing::to_attach;
    const std::string& last = frame.workspace.settings.last_project;
    m_browser.show(last.empty() ? home_folder() : fs::path(last).parent_path());
  }
  if (frame.probe.on()) {
    nlohmann::json rows = nlohmann::json::array();
    for (const Stored& stored : m_stored)
      rows.push_back(
          {{"name", stored.attachment.file_name}, {"sha256", stored.attachment.sha256}, {"removed", stored.removed}});
    nlohmann::json pending = nlohmann::json::array();
    for (std::size_t i = 0; i < m_pending.size(); ++i) {
      const auto& file = m_pending[i]->file;
      pending.push_back({{"name", m_pending[i]->path.filename().string()},
                         {"sha256", file ? file->sha256 : ""},
                         {"told", file ? said_against(frame, *file, i) : m_pending[i]->problem}});
    }
    frame.probe.state("evidence", nlohmann::json{{"stored", rows}, {"pending", pending}}.dump());
  }
}

void EvidenceList::draw_stored(const Frame& frame, CommandQueue& commands, Stored& stored) {
  const model::Attachment& attachment = stored.attachment;
  const std::string key = "attachment." + std::to_string(attachment.id);
  constexpr float edge = 24;
  const float buttons = 3 * frame.px(edge) + frame.px(8), width = frame.px(300);
  const float left = ImGui::GetCursorPosX();
  ImGui::AlignTextToFramePadding();
  const std::string shown = evidence_text(attachment.file_name, attachment.bytes, attachment.sha256);
  text(elided(shown, width - buttons), stored.removed ? frame.look.colour.faint : frame.look.colour.text);
  frame.probe.note(key);
  tooltip(frame, attachment.file_name + "\nSHA-256 " + attachment.sha256);
  ImGui::SameLine(left + width - buttons + frame.px(8));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, ImGui::GetStyle().ItemSpacing.y));
  if (icon_button(frame, key + ".open", Icon::eye, frame.tr("attachment.open"), false, true, edge)) {
    commands.push([id = attachment.id](Workspace& workspace) { workspace.document.open_attachment(id); });
  }
  ImGui::SameLine();
  if (icon_button(frame, key + ".save", Icon::download, frame.tr("attachment.save"), false, true, edge)) {
    m_browsing = Browsing::to_save;
    m_saved = attachment.id;
    m_browser.show(home_folder());
    m_browser.set_path((home_folder() / app::plain_file_name(attachment)).string());
  }
  ImGui::SameLine();
  if (icon_button(frame, key + ".remove", stored.removed ? Icon::undo : Icon::close,
                  frame.tr(stored.removed ? "attachment.keep" : "attachment.remove"), false, true, edge)) {
    stored.removed = !stored.removed;
  }
  ImGui::PopStyleVar();
  if (stored.removed) text(frame.tr("attachment.goes"), frame.look.colour.warning);
}

// Why a file that was read is not added; empty: it is.
std::string EvidenceList::said_against(const Frame& frame, const app::EvidenceFile& file, std::size_t place) const {
  return is_kept(file.sha256, place) ? frame.tr("attachment.twice", {{"name", file.name}}) : std::string();
}

void EvidenceList::draw_pending(const Frame& frame) {
  std::optional<std::size_t> dropped;
  for (std::size_t i = 0; i < m_pending.size(); ++i) {
    const app::PendingEvidence& pending = *m_pending[i];
    ImGui::PushID(static_cast<int>(i));
    const float left = ImGui::GetCursorPosX(), width = frame.px(300);
    const std::string name = pending.path.filename().string();
    if (!pending.done) {
      text_muted(frame, elided(frame.tr("attachment.reading", {{"name", name}}), width));
    } else if (!pending.file) {
      ImGui::PushTextWrapPos(left + width);
      text(pending.problem.empty() ? frame.tr("attachment.cancelled", {{"name", name}})
                                   : shown_message(frame.tr, pending.problem),
           frame.look.colour.danger);
      ImGui::PopTextWrapPos();
    } else if (const std::string against = said_against(frame, *pending.file, i); !against.empty()) {
      ImGui::PushTextWrapPos(left + width);
      text(against, frame.look.colour.warning);
      ImGui::PopTextWrapPos();
    } else {
      ImGui::AlignTextToFramePadding();
      const float edge = frame.px(24);
      text(elided("+ " + evidence_text(pending.file->name, static_cast<std::int64_t>(pending.file->content.size()),
                                       pending.file->sha256),
                  width - edge - frame.px(8)),
           frame.look.colour.accent);
      tooltip(frame, pending.file->name + "\nSHA-256 " + pending.file->sha256);
      ImGui::SameLine(left + width - edge);
      if (icon_button(frame, "attachment.pending.remove", Icon::close, frame.tr("attachment.remove"), false, true, 24))
        dropped = i;
    }
    ImGui::PopID();
  }
  if (dropped) m_pending.erase(m_pending.begin() + static_cast<std::ptrdiff_t>(*dropped));
}

void EvidenceList::draw_browser(const Frame& frame, CommandQueue& commands) {
  const bool saves = m_browsing == Browsing::to_save;
  ImGui::PushItemWidth(frame.px(300));
  const bool chosen = m_browser.draw(frame, "attachment.path", frame.px(132));
  ImGui::PopItemWidth();
  const fs::path path = m_browser.chosen();
  std::error_code error;
  const bool is_file = fs::is_regular_file(path, error);
  std::string against;
  if (saves && is_file) against = frame.tr("attachment.replaces");
  if (!saves && is_file && fs::file_size(path, error) > app::most_evidence_bytes) {
    against = frame.tr("attachment.too_large", {{"limit", base::byte_size(app::most_evidence_bytes)}});
  }
  if (!against.empty()) text(against, frame.look.colour.warning);
  const bool ready = saves ? !path.filename().empty() && !fs::is_directory(path, error) : is_file && against.empty();
  const bool go = button(frame, "attachment.go", frame.tr(saves ? "attachment.save_here" : "attachment.attach"),
                         ButtonKind::plain, Icon::check, ready);
  ImGui::SameLine(0, frame.px(8));
  if (button(frame, "attachment.cancel", frame.tr("dialog.cancel"), ButtonKind::ghost)) m_browsing = Browsing::no;
  if (!ready || !(go || chosen)) return;
  if (saves) {
    commands.push([id = m_saved, path](Workspace& workspace) { workspace.document.save_attachment(id, path); });
    m_browsing = Browsing::no;
  } else {
    take_file(path);
  }
}

}  // namespace zaitu::ui

#include "ui/record_form.h"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

constexpr const char* form_popup = "record.form";

// nullopt: not a number; NaN: empty.
std::optional<double> number_in(const std::string& written) {
  const std::string text(base::trim(base::half_width(written)));
  if (text.empty()) return model::unknown;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

void RecordForm::open(Spec spec) {
  m_spec = std::move(spec);
  for (Field& field : m_spec.fields) field.stored = field.text;
  m_due = true;
}

const std::string& RecordForm::text(std::string_view column) const {
  static const std::string none;
  const auto found = std::find_if(m_spec.fields.begin(), m_spec.fields.end(),
                                  [&](const Field& field) { return field.column == column; });
  return found == m_spec.fields.end() ? none : found->text;
}

double RecordForm::number(std::string_view column) const { return number_in(text(column)).value_or(model::unknown); }

planning::Refusals RecordForm::refusals() const {
  planning::Refusals all;
  for (const Field& field : m_spec.fields) {
    if (field.required && base::trim(field.text).empty()) {
      all.push_back({field.column, "不能为空", "must not be empty"});
    } else if (field.kind == Field::Kind::number && !number_in(field.text)) {
      all.push_back({field.column, "不是数", "not a number"});
    }
  }
  // A text that is no number would be checked as if it were not known.
  const bool all_read = std::all_of(m_spec.fields.begin(), m_spec.fields.end(), [](const Field& field) {
    return field.kind != Field::Kind::number || number_in(field.text);
  });
  if (!all_read || !m_spec.check) return all;
  for (planning::Refusal& refusal : m_spec.check(*this)) {
    const bool said =
        std::any_of(all.begin(), all.end(), [&](const auto& other) { return other.field == refusal.field; });
    if (!said) all.push_back(std::move(refusal));
  }
  return all;
}

void RecordForm::draw(const Frame& frame, CommandQueue& commands) {
  const bool opened = std::exchange(m_due, false);
  if (opened) open_popup(form_popup);
  if (!begin_popup(frame, form_popup)) return;
  text_wrapped(m_spec.title, frame.look.colour.text);
  ImGui::Dummy({1, frame.px(2)});
  const planning::Refusals against = refusals();
  bool entered = false;
  float label = frame.px(60);
  for (const Field& field : m_spec.fields) label = std::max(label, text_size(field.label).x + frame.px(12));
  const float left = ImGui::GetCursorPosX();
  for (Field& field : m_spec.fields) {
    ImGui::AlignTextToFramePadding();
    text_muted(frame, field.label);
    ImGui::SameLine(left + label);
    ImGui::SetNextItemWidth(frame.px(260));
    if (opened && field.column == m_spec.focus) ImGui::SetKeyboardFocusHere();
    entered = draw_field(frame, field) || entered;
    if (field.text != field.stored) frame.drafts.note(m_spec.title + " · " + field.label, field.text);
    for (const planning::Refusal& refusal : against) {
      if (refusal.field != field.column) continue;
      ImGui::SetCursorPosX(left + label);
      ImGui::PushTextWrapPos(left + label + frame.px(260));
      zaitu::ui::text(refusal.text(frame.tr.language()), frame.look.colour.danger);
      ImGui::PopTextWrapPos();
    }
  }
  ImGui::Dummy({1, frame.px(2)});
  const bool may_be_saved = against.empty();
  const bool clicked =
      button(frame, "form.save", frame.tr("form.save"), ButtonKind::primary, Icon::check, may_be_saved);
  if (may_be_saved && (clicked || entered)) {
    m_spec.save(*this, commands);
    ImGui::CloseCurrentPopup();
  }
  if (m_spec.remove) {
    ImGui::SameLine(0, frame.px(8));
    const bool free = m_spec.stays.empty();
    if (button(frame, "form.remove", frame.tr("form.remove"), ButtonKind::ghost, Icon::close, free) && free) {
      m_spec.remove(commands);
      ImGui::CloseCurrentPopup();
    }
    ImGui::PushTextWrapPos(left + label + frame.px(260));
    for (const planning::Refusal& refusal : m_spec.stays)
      zaitu::ui::text(refusal.text(frame.tr.language()), frame.look.colour.muted);
    ImGui::PopTextWrapPos();
  }
  if (frame.probe.on()) {
    nlohmann::json state = {{"refused", nlohmann::json::array()}, {"stays", nlohmann::json::array()}};
    for (const planning::Refusal& refusal : against)
      state["refused"].push_back({{"field", refusal.field}, {"text", refusal.text(frame.tr.language())}});
    for (const planning::Refusal& refusal : m_spec.stays) state["stays"].push_back(refusal.text(frame.tr.language()));
    frame.probe.state("form", state.dump());
  }
  end_popup();
}

bool RecordForm::draw_field(const Frame& frame, Field& field) {
  const std::string id = "##" + field.column;
  bool entered = false;
  switch (field.kind) {
    case Field::Kind::fixed:
      zaitu::ui::text(field.text, frame.look.colour.text);
      break;
    case Field::Kind::choice:
      draw_choice(frame, field);
      break;
    case Field::Kind::colour: {
      const float edge = ImGui::GetFrameHeight();
      const ImVec2 at = ImGui::GetCursorScreenPos();
      if (const auto colour = style::parse_colour(field.text); !field.text.empty()) {
        ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + edge, at.y + edge}, to_imgui(colour), frame.px(4));
      }
      ImGui::Dummy({edge, edge});
      ImGui::SameLine(0, frame.px(8));
      ImGui::SetNextItemWidth(frame.px(260) - edge - frame.px(8));
      entered = ImGui::InputText(id.c_str(), &field.text, ImGuiInputTextFlags_EnterReturnsTrue);
      break;
    }
    case Field::Kind::text:
    case Field::Kind::number:
      need_glyphs(field.text);
      entered = ImGui::InputText(id.c_str(), &field.text, ImGuiInputTextFlags_EnterReturnsTrue);
      break;
  }
  frame.probe.note("form." + field.column);
  return entered;
}

void RecordForm::draw_choice(const Frame& frame, Field& field) const {
  const auto chosen = std::find_if(field.options.begin(), field.options.end(),
                                   [&](const Option& option) { return option.code == field.text; });
  if (!ImGui::BeginCombo(("##" + field.column).c_str(),
                         with_glyphs(chosen == field.options.end() ? field.text : chosen->label))) {
    return;
  }
  for (const Option& option : field.options) {
    ImGui::PushID(option.code.c_str());
    if (ImGui::Selectable(with_glyphs(option.label), option.code == field.text)) field.text = option.code;
    frame.probe.note("form." + field.column + "." + option.code);
    ImGui::PopID();
  }
  ImGui::EndCombo();
}

}  // namespace zaitu::ui

// The words of the pages in both languages: one place for what codes of the model are called on paper. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/format.h"
#include "model/project.h"

namespace zaitu::report {

inline std::string words(base::Language language, std::string_view zh, std::string_view en) {
  return std::string(language == base::Language::zh ? zh : en);
}
// A row's own two names: English falls back to Chinese, as many rows have no English name.
inline const std::string& name_of(base::Language language, const std::string& zh, const std::string& en) {
  return language == base::Language::en && !en.empty() ? en : (zh.empty() ? en : zh);
}

std::string area_kind_name(model::AreaKind kind, base::Language language);
std::string event_kind_name(model::EventKind kind, base::Language language);
std::string ownership_name(std::string_view code, base::Language language);
std::string owner_type_name(std::string_view code, base::Language language);
std::string chain_stage_name(std::string_view code, base::Language language);
std::string project_kind_name(std::string_view code, base::Language language);
std::string lineage_kind_name(std::string_view code, base::Language language);
std::string stage_name(const model::Stage& stage, base::Language language);  // "S5 开工/在建"
std::string land_use_name(const model::Project& project, std::string_view code, base::Language language);

std::string document_status(std::string_view status, base::Language language);

// "A、B": the units that have a role in a project, in the order of their rows; "" for none.
std::string unit_names(const model::Project& project, model::ProjectId id, model::UnitRole role,
                       base::Language language);

// What marks a synthetic value in a text, and the sentence that explains it.
inline constexpr const char* synthetic_mark = "※";
std::string synthetic_sentence(base::Language language);
inline std::string marked(const std::string& text, bool synthetic) {
  return synthetic ? text + " " + synthetic_mark : text;
}

// A number, or a dash where it is not known.
std::string number_or_dash(double value, int decimals);

// Cuts what would fill a page by itself; the whole text stays in the project file.
std::string shortened(std::string_view text, std::size_t code_points);

}  // namespace zaitu::report

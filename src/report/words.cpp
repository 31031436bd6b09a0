#include "report/words.h"

#include <cmath>
#include <iterator>

#include "base/utf8.h"

namespace zaitu::report {

namespace {

using base::Language;

struct Word {
  std::string_view code, zh, en;
};

template <std::size_t count>
std::string look_up(const Word (&list)[count], std::string_view code, Language language) {
  for (const Word& word : list) {
    if (word.code == code) return std::string(language == Language::zh ? word.zh : word.en);
  }
  return std::string(code);  // a code of the user's own says itself
}

constexpr Word ownerships[] = {
    {"G", "国有", "state-owned"}, {"J", "集体", "collective"}, {"Z", "待定", "undetermined"}};
constexpr Word owner_types[] = {{"state", "国有", "state"},
                                {"collective", "集体", "collective"},
                                {"private", "民营", "private"},
                                {"university", "高校", "university"},
                                {"mixed", "混合", "mixed"}};
constexpr Word chain_stages[] = {{"research", "研发", "research"},
                                 {"incubation", "孵化", "incubation"},
                                 {"pilot", "中试", "pilot"},
                                 {"industry", "产业化", "industry"},
                                 {"service", "服务", "service"}};
constexpr Word project_kinds[] = {{"carrier", "科创载体", "carrier space"},
                                  {"parcel", "地块开发", "parcel development"},
                                  {"park", "园区", "park"},
                                  {"environment", "环境提升", "environment"},
                                  {"amenity", "配套设施", "amenity"},
                                  {"housing", "人才住房", "housing"},
                                  {"public_service", "公共服务", "public service"},
                                  {"programme", "专项", "programme"}};
constexpr Word lineages[] = {
    {"split", "分割", "split"}, {"merge", "合并", "merge"}, {"realign", "调整界线", "realigned"}};

constexpr Word document_statuses[] = {{"draft", "送审稿", "draft"},
                                      {"issued", "印发", "issued"},
                                      {"press / reposted text", "转载", "press repost"},
                                      {"press repost of the release", "发布稿转载", "press repost of the release"},
                                      {"secondary source", "二手来源", "secondary source"}};

}  // namespace

std::string area_kind_name(model::AreaKind kind, Language language) {
  switch (kind) {
    case model::AreaKind::title:
      return words(language, "证载面积", "Title");
    case model::AreaKind::contract:
      return words(language, "合同面积", "Contract");
    case model::AreaKind::surveyed:
      return words(language, "实测面积", "Surveyed");
    case model::AreaKind::planned:
      return words(language, "规划面积", "Planned");
    case model::AreaKind::planar:
      return words(language, "平面面积", "Planar");
    case model::AreaKind::ellipsoidal:
      return words(language, "椭球面积", "Ellipsoidal");
  }
  return {};
}

std::string event_kind_name(model::EventKind kind, Language language) {
  switch (kind) {
    case model::EventKind::commitment:
      return words(language, "承诺", "Commitment");
    case model::EventKind::baseline:
      return words(language, "计划", "Baseline");
    case model::EventKind::forecast:
      return words(language, "预测", "Forecast");
    case model::EventKind::actual:
      return words(language, "实际", "Actual");
  }
  return {};
}

std::string ownership_name(std::string_view code, Language language) { return look_up(ownerships, code, language); }
std::string owner_type_name(std::string_view code, Language language) { return look_up(owner_types, code, language); }
std::string chain_stage_name(std::string_view code, Language language) { return look_up(chain_stages, code, language); }
std::string project_kind_name(std::string_view code, Language language) {
  return look_up(project_kinds, code, language);
}
std::string lineage_kind_name(std::string_view code, Language language) { return look_up(lineages, code, language); }

std::string document_status(std::string_view status, Language language) {
  // A remark in brackets after the word goes where the word is known.
  const std::string_view word = status.substr(0, status.find(" ("));
  for (const Word& known : document_statuses) {
    if (known.code == word || known.zh == word) return std::string(language == Language::zh ? known.zh : known.en);
  }
  return std::string(status);
}

std::string stage_name(const model::Stage& stage, Language language) {
  return stage.code + " " + name_of(language, stage.name_zh, stage.name_en);
}

std::string land_use_name(const model::Project& project, std::string_view code, Language language) {
  if (code.empty()) return "—";
  // A finer code than the table knows is explained by the class above it.
  for (std::string_view part = code; !part.empty(); part.remove_suffix(1)) {
    const model::LandUseClass* found = model::find_land_use(project, part);
    if (found == nullptr) continue;
    const std::string& name = name_of(language, found->name_zh, found->name_en);
    if (part == code) return found->code + " " + name;
    return std::string(code) + words(language, "（属 ", " (in ") + found->code + " " + name +
           words(language, "）", ")");
  }
  return std::string(code);
}

std::string unit_names(const model::Project& project, model::ProjectId id, model::UnitRole role, Language language) {
  std::string names;
  if (!project.project_units) return names;
  for (const model::ProjectUnit& link : *project.project_units) {
    const model::Unit* unit = link.project == id && link.role == role ? model::find_unit(project, link.unit) : nullptr;
    if (unit != nullptr)
      names += (names.empty() ? "" : words(language, "、", ", ")) + name_of(language, unit->name_zh, unit->name_en);
  }
  return names;
}

std::string synthetic_sentence(Language language) {
  return words(language, "本页含示意数据 (标 ※)：由演示程序编制，无来源，不得作为依据。",
               "This page shows synthetic data (marked ※): made for demonstration, without a source, not evidence.");
}

std::string number_or_dash(double value, int decimals) {
  return std::isfinite(value) ? base::number(value, decimals) : "—";
}

std::string shortened(std::string_view text, std::size_t code_points) {
  std::size_t position = 0;
  for (std::size_t count = 0; count < code_points && position < text.size(); ++count)
    base::next_code_point(text, position);
  return position >= text.size() ? std::string(text) : std::string(text.substr(0, position)) + "…";
}

}  // namespace zaitu::report

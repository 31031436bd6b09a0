// `zaitu conversion`: what land and floor space turned into what between two dates.
#include "planning/conversion.h"

#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "cli/text_table.h"
#include "planning/stage_histories.h"

namespace zaitu::cli {

namespace {

using nlohmann::ordered_json;
using planning::Conversion;
using planning::ConversionLink;
using planning::ConversionState;

const std::string& name(const ConversionState& state, bool zh) {
  return zh || state.name_en.empty() ? state.name_zh : state.name_en;
}

// "" where land has no known state; unplaced floor space and what lies outside the parcels are no states of land.
ordered_json code_json(const ConversionState& state) {
  if (state.kind == ConversionState::Kind::outside) return nullptr;
  return state.kind == ConversionState::Kind::unplaced ? "unplaced" : state.code;
}

ordered_json links_json(const Conversion& conversion, const model::Project& project, bool zh) {
  ordered_json links = ordered_json::array();
  for (const ConversionLink& link : planning::without_pathways(conversion)) {
    const ConversionState& from = conversion.states[link.from];
    const ConversionState& to = conversion.states[link.to];
    ordered_json row;
    row["from"] = code_json(from);
    row["from_name"] = name(from, zh);
    row["to"] = code_json(to);
    row["to_name"] = name(to, zh);
    row["land_area"] = link.land_m2;
    row["floor_area"] = link.floor_m2;
    row["parcels"] = link.parcels.size();
    row["pathways"] = ordered_json::array();
    for (const ConversionLink& part : conversion.links) {
      if (part.from != link.from || part.to != link.to) continue;
      row["pathways"].push_back({{"pathway", part.pathway},
                                 {"land_area", part.land_m2},
                                 {"floor_area", part.floor_m2},
                                 {"parcels", part.parcels.size()}});
    }
    if (link.from != link.to) {
      row["parcel_codes"] = ordered_json::array();
      for (const std::uint32_t parcel : link.parcels) row["parcel_codes"].push_back(project.parcels->code[parcel]);
      row["phase_codes"] = ordered_json::array();
      for (const std::uint32_t phase : link.phases) row["phase_codes"].push_back((*project.phases)[phase].code);
    }
    links.push_back(std::move(row));
  }
  return links;
}

struct Totals {
  double land_m2 = 0, floor_m2 = 0, changed_land_m2 = 0, changed_floor_m2 = 0;
};
Totals totals(const Conversion& conversion) {
  Totals totals;
  for (const ConversionLink& link : conversion.links) {
    totals.land_m2 += link.land_m2;
    totals.floor_m2 += link.floor_m2;
    if (link.from == link.to) continue;
    totals.changed_land_m2 += link.land_m2;
    totals.changed_floor_m2 += link.floor_m2;
  }
  return totals;
}

ordered_json conversion_json(const Conversion& conversion, const model::Project& project, const Arguments& arguments) {
  ordered_json object;
  object["project"] = arguments.project.string();
  object["from"] = conversion.from.iso();
  object["to"] = conversion.to.iso();
  object["by"] = conversion.by == planning::ConversionBy::stage ? "stage" : "land_use";
  object["rule"] = {{"converted", planning::name_of(conversion.rule.from)},
                    {"area", planning::name_of(conversion.rule.area)},
                    {"net", conversion.rule.net},
                    {"land", "planar"}};
  object["unit"] = "m2";
  object["links"] = links_json(conversion, project, arguments.language == base::Language::zh);
  const Totals sums = totals(conversion);
  object["total"] = {{"land_area", sums.land_m2}, {"floor_area", sums.floor_m2}};
  object["changed"] = {{"land_area", sums.changed_land_m2}, {"floor_area", sums.changed_floor_m2}};
  object["land_before"] = conversion.land_before_m2;
  object["land_after"] = conversion.land_after_m2;
  object["overlap"] = conversion.overlap_m2;
  object["unplaced_floor_area"] = conversion.unplaced_floor_m2;
  object["missing_area"] = conversion.missing_area;
  object["synthetic_parcels"] = conversion.synthetic_parcels;
  object["synthetic_phases"] = conversion.synthetic_phases;
  return object;
}

std::string notes(const Conversion& conversion, bool zh) {
  const bool by_stage = conversion.by == planning::ConversionBy::stage;
  std::string text = conversion.from.iso() + " → " + conversion.to.iso();
  text += by_stage ? (zh ? " 阶段转化" : " by stage") : (zh ? " 用地转化" : " by land use");
  text += zh ? " · 土地:平面面积 · 建筑:" : " · land: planar area · floor space: ";
  text += planning::describe(conversion.rule, zh ? base::Language::zh : base::Language::en) + "\n";
  if (conversion.missing_area > 0) {
    text += std::to_string(conversion.missing_area) +
            (zh ? " 个分期缺面积,按 0 计\n" : " phases without an area count as 0\n");
  }
  if (conversion.unplaced_floor_m2 != 0) {
    text += (zh ? "未落到现行地块的建筑面积 " : "floor space on no parcel in force ") +
            base::wan_m2_with_unit(conversion.unplaced_floor_m2, zh ? base::Language::zh : base::Language::en) + "\n";
  }
  if (conversion.overlap_m2 > 0) {
    text += (zh ? "※ 新旧地块相互重叠,重复计入 " : "※ parcels overlap each other and count twice with ") +
            base::land_area(conversion.overlap_m2, zh ? base::Language::zh : base::Language::en) + "\n";
  }
  if (conversion.synthetic_parcels + conversion.synthetic_phases > 0) {
    const std::string parcels = std::to_string(conversion.synthetic_parcels);
    const std::string phases = std::to_string(conversion.synthetic_phases);
    text += zh ? "※ " + parcels + " 个地块、" + phases + " 个分期为虚构 (synthetic),不是官方数字\n"
               : "※ " + parcels + " parcels and " + phases + " phases are invented (synthetic): no official figures\n";
  }
  return text;
}

std::string pathway_name(const model::Project& project, const std::string& code, bool zh) {
  const model::Pathway* pathway = code.empty() ? nullptr : model::find_pathway(project, code);
  if (pathway == nullptr) return "-";
  return zh || pathway->name_en.empty() ? pathway->name_zh : pathway->name_en;
}

std::string links_table(const Conversion& conversion, const model::Project& project, bool zh) {
  TextTable table;
  const auto right = TextTable::Align::right;
  table.add_column(zh ? "转化前" : "From");
  table.add_column(zh ? "路径" : "Pathway");
  table.add_column(zh ? "转化后" : "To");
  table.add_column(zh ? "土地 亩" : "Land mu", right);
  table.add_column(zh ? "公顷" : "ha", right);
  table.add_column(zh ? "建筑 万㎡" : "Floor ×10⁴ m²", right);
  table.add_column(zh ? "地块" : "Parcels", right);
  const auto label = [&](std::size_t state) {
    const ConversionState& row = conversion.states[state];
    return row.code.empty() ? name(row, zh) : row.code + " " + name(row, zh);
  };
  const auto add = [&](const ConversionLink& link) {
    table.add_row({label(link.from), pathway_name(project, link.pathway, zh),
                   link.from == link.to ? std::string(zh ? "(不变)" : "(unchanged)") : label(link.to),
                   base::number(link.land_m2 / base::m2_per_mu, 2),
                   base::number(link.land_m2 / base::m2_per_hectare, 4), base::wan_m2(link.floor_m2),
                   std::to_string(link.parcels.size())});
  };
  for (const ConversionLink& link : conversion.links) {
    if (link.from != link.to) add(link);
  }
  for (const ConversionLink& link : conversion.links) {
    if (link.from == link.to) add(link);
  }
  const Totals sums = totals(conversion);
  table.add_total({zh ? "合计" : "Total", "", "", base::number(sums.land_m2 / base::m2_per_mu, 2),
                   base::number(sums.land_m2 / base::m2_per_hectare, 4), base::wan_m2(sums.floor_m2), ""});
  return table.text();
}

}  // namespace

int run_conversion(Session& session) {
  const Arguments& arguments = session.arguments;
  const auto project = load_project_file(session);
  Conversion conversion;
  {
    const ProgressLine line(session.progress, session.zh() ? "转化" : "conversion");
    conversion = planning::conversion(*project, planning::StageHistories(*project), arguments.from, arguments.to,
                                      arguments.conversion_by, arguments.rule, session.progress);
  }
  if (arguments.json) {
    print(conversion_json(conversion, *project, arguments));
  } else {
    print(notes(conversion, session.zh()) + "\n" + links_table(conversion, *project, session.zh()));
  }
  return 0;
}

}  // namespace zaitu::cli

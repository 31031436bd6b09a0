// From planning facts to symbols: a theme gives each parcel its symbol and makes the legend from the same table.
// Three encodings at once (product.md): land use = fill, stage = outline, certainty = hatch; a theme says which of them
// takes the fill.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/format.h"
#include "model/project.h"
#include "planning/status.h"
#include "planning/supply.h"
#include "style/symbol.h"

namespace zaitu::style {

enum class Theme { stage, land_use, land_use_planned, certainty, circle, supply };
std::optional<Theme> parse_theme(std::string_view word);
std::string_view name_of(Theme theme);

struct ThemeOptions {
  Theme theme = Theme::stage;
  base::Language language = base::Language::zh;
  bool dark = false;
};

// Symbols by parcel: `symbol_of[row]` indexes `symbols`; rows not in force at the date have none (-1). Symbols stand in
// the order of their stage, certainty and class, whatever the order of the rows.
struct ParcelStyle {
  std::vector<Symbol> symbols;
  std::vector<std::int32_t> symbol_of;
  std::size_t in_force = 0;  // rows that have one
  Legend legend;
};
ParcelStyle parcel_style(const model::Project& project, const planning::Locations& locations,
                         const planning::StatusAt& status, const planning::Supply& supply, const ThemeOptions& options);
// The legend of some of the parcels: their classes, number and land; no floor areas, as phases go beyond parcels.
Legend legend_of(const std::vector<std::uint32_t>& rows, const model::Project& project,
                 const planning::Locations& locations, const planning::StatusAt& status, const planning::Supply& supply,
                 const ThemeOptions& options);

// Of a line the fill is the casing on both sides of it.
Symbol reference_symbol(const model::ReferenceLayer& layer, bool dark);
Symbol circle_symbol(const model::Circle& circle, bool dark);
Symbol zone_symbol(bool dark);
Symbol town_symbol(bool dark);
Symbol project_symbol(const model::Stage* stage, bool dark);  // nullptr: no stage is known
Rgba background(bool dark);

}  // namespace zaitu::style

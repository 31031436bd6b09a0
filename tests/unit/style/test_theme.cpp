#include <gtest/gtest.h>

#include "unit/render/sample_scene.h"

namespace zaitu::style {
namespace {

using test::Sample;

ParcelStyle style_of(const Sample& sample, Theme theme, base::Language language = base::Language::zh) {
  ThemeOptions options;
  options.theme = theme;
  options.language = language;
  return parcel_style(*sample.project, *sample.locations, *sample.status, *sample.supply, options);
}

const Symbol& symbol_of(const ParcelStyle& style, std::size_t row) {
  return style.symbols[static_cast<std::size_t>(style.symbol_of[row])];
}

TEST(Colour, ReadsHex) {
  EXPECT_EQ(parse_colour("#1B5E20"), (Rgba{27, 94, 32, 255}));
  EXPECT_EQ(parse_colour("#1b5e2080"), (Rgba{27, 94, 32, 128}));
  for (const char* wrong : {"", "red", "#12345", "#12345G", "1B5E20#"}) {
    EXPECT_EQ(parse_colour(wrong), parse_colour("?")) << wrong;
  }
  EXPECT_EQ(mixed({0, 100, 200, 255}, {100, 0, 200, 0}, 0.5), (Rgba{50, 50, 200, 255}));
}

TEST(Theme, WordsReadBack) {
  for (Theme theme :
       {Theme::stage, Theme::land_use, Theme::land_use_planned, Theme::certainty, Theme::circle, Theme::supply}) {
    EXPECT_EQ(parse_theme(name_of(theme)), theme);
  }
  EXPECT_FALSE(parse_theme("colourful"));
}

TEST(Theme, ThreeEncodingsAtOnce) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 10, 10)}, "07", 2, 2);   // reserved: hatch
  sample.add_parcel({Sample::box(20, 0, 30, 10)}, "07", 1, 0);  // in use: solid
  sample.add_parcel({Sample::box(40, 0, 50, 10)}, "10", 2, 2);
  const ParcelStyle land_use = style_of(sample, Theme::land_use);
  // Land use is the fill, stage the outline, certainty the hatch: each alone tells its attribute.
  EXPECT_EQ(symbol_of(land_use, 0).fill, symbol_of(land_use, 1).fill);
  EXPECT_NE(symbol_of(land_use, 0).fill, symbol_of(land_use, 2).fill);
  EXPECT_EQ(symbol_of(land_use, 0).outline, symbol_of(land_use, 2).outline);
  EXPECT_NE(symbol_of(land_use, 0).outline, symbol_of(land_use, 1).outline);
  EXPECT_EQ(symbol_of(land_use, 0).hatch, HatchPattern::diagonal);
  EXPECT_EQ(symbol_of(land_use, 1).hatch, HatchPattern::none);
  // By stage the fill changes hands and the hatch stays.
  const ParcelStyle stage = style_of(sample, Theme::stage);
  EXPECT_EQ(symbol_of(stage, 0).fill, symbol_of(stage, 2).fill);
  EXPECT_NE(symbol_of(stage, 0).fill, symbol_of(stage, 1).fill);
  EXPECT_EQ(symbol_of(stage, 0).hatch, HatchPattern::diagonal);
}

TEST(Theme, StalledLeansTheOtherWay) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 10, 10)}, "", 3, 3);
  for (Theme theme : {Theme::stage, Theme::land_use, Theme::supply}) {
    EXPECT_EQ(symbol_of(style_of(sample, theme), 0).hatch, HatchPattern::back_diagonal);
  }
}

TEST(Theme, UnknownParcelIsNeutralInEveryTheme) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 10, 10)});
  const Symbol stage = symbol_of(style_of(sample, Theme::stage), 0);
  EXPECT_EQ(stage.hatch, HatchPattern::none);
  for (Theme theme : {Theme::land_use, Theme::certainty, Theme::circle, Theme::supply}) {
    EXPECT_EQ(symbol_of(style_of(sample, theme), 0), stage);
  }
}

TEST(Theme, FinerLandUseTakesTheClassAboveIt) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 10, 10)}, "070102");
  sample.add_parcel({Sample::box(20, 0, 30, 10)}, "07");
  const ParcelStyle style = style_of(sample, Theme::land_use);
  EXPECT_EQ(symbol_of(style, 0).fill, symbol_of(style, 1).fill);
}

TEST(Legend, OnlyWhatOccursWithCountsAndAreas) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 100, 100)}, "07", 1, 0);
  sample.add_parcel({Sample::box(200, 0, 300, 100)}, "07", 1, 0);
  sample.add_parcel({Sample::box(400, 0, 500, 50)}, "10");
  sample.add_parcel({Sample::box(600, 0, 700, 50)}, "10");
  sample.parcels->valid_from.edit().set(3, base::Date::parse("2026-06-01"));  // not yet in force
  sample.supply->evidence.push_back({0, true, false, 12345});
  planning::Standing standing;
  standing.stage = 1;
  standing.certainty = 0;
  sample.status->phases.push_back(standing);

  const ParcelStyle style = style_of(sample, Theme::stage);
  EXPECT_EQ(style.symbol_of[3], -1);
  ASSERT_EQ(style.legend.size(), 2U);
  const LegendGroup& stages = style.legend[0];
  ASSERT_EQ(stages.entries.size(), 2U);
  EXPECT_EQ(stages.entries[0].key, "S7");
  EXPECT_EQ(stages.entries[0].features, 2U);
  EXPECT_DOUBLE_EQ(stages.entries[0].land_m2, 20000);
  EXPECT_DOUBLE_EQ(stages.entries[0].floor_m2, 12345);
  EXPECT_EQ(stages.entries[1].key, "");
  EXPECT_EQ(stages.entries[1].features, 1U);
  EXPECT_DOUBLE_EQ(stages.entries[1].land_m2, 5000);
  // The swatch is what the map shows.
  EXPECT_EQ(stages.entries[0].symbol, symbol_of(style, 0));
  EXPECT_EQ(stages.entries[1].symbol, symbol_of(style, 2));
}

TEST(Legend, SpeaksBothLanguages) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 100, 100)}, "07", 1, 0);
  EXPECT_EQ(style_of(sample, Theme::stage, base::Language::en).legend[0].entries[0].label, "S7 In use");
  EXPECT_EQ(style_of(sample, Theme::stage, base::Language::zh).legend[0].entries[0].label, "S7 投用");
}

TEST(Legend, SupplyThemeFollowsTheCount) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 10, 10)}, "", 1, 0);
  sample.add_parcel({Sample::box(20, 0, 30, 10)}, "", 0, 1);
  sample.add_parcel({Sample::box(40, 0, 50, 10)});
  sample.locations->phase_parcels = {{0}, {0, 1}};
  for (int stage : {1, 0}) {
    planning::Standing standing;
    standing.stage = stage;
    sample.status->phases.push_back(standing);
  }
  sample.supply->evidence = {{0, true, false, 1000}, {1, false, false, 500}};
  const ParcelStyle style = style_of(sample, Theme::supply);
  std::vector<std::string> keys;
  for (const LegendEntry& entry : style.legend[0].entries) keys.push_back(entry.key);
  EXPECT_EQ(keys, (std::vector<std::string>{"counted", "on_the_way", "nothing"}));
  EXPECT_EQ(style.legend[0].entries[0].features, 1U);  // a parcel with a counted and a coming phase counts as counted
  EXPECT_DOUBLE_EQ(style.legend[0].entries[0].floor_m2, 1000);
  EXPECT_DOUBLE_EQ(style.legend[0].entries[1].floor_m2, 500);
}

}  // namespace
}  // namespace zaitu::style

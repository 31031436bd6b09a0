#include "crs/crs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"

namespace zaitu::crs {
namespace {

using testing::HasSubstr;

// As ArcGIS writes it: no code inside.
constexpr const char* esri_4549 =
    R"(PROJCS["CGCS2000_3_Degree_GK_CM_120E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",)"
    R"(SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],)"
    R"(PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],)"
    R"(PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],)"
    R"(UNIT["Meter",1.0]])";
constexpr const char* esri_beijing_1954 =
    R"(PROJCS["Beijing_1954_3_Degree_GK_CM_120E",GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954",)"
    R"(SPHEROID["Krasovsky_1940",6378245.0,298.3]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],)"
    R"(PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],)"
    R"(PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],)"
    R"(UNIT["Meter",1.0]])";
// A city's own grid: a meridian that no registered system has.
constexpr const char* local_grid =
    R"(PROJCS["Local grid",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",)"
    R"(SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],)"
    R"(PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",-3457147.81],)"
    R"(PARAMETER["Central_Meridian",121.4671],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],)"
    R"(UNIT["Meter",1.0]])";

base::ExitCode code_of_failure(const std::string& definition) {
  try {
    CoordinateReferenceSystem::from_text(definition);
  } catch (const base::Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.code();
  }
  return base::ExitCode::done;
}

TEST(Crs, KnowsTheProjectsOwn) {
  const auto crs = CoordinateReferenceSystem::from_text("EPSG:4549");
  EXPECT_EQ(crs.epsg(), 4549);
  EXPECT_EQ(crs.code(), "EPSG:4549");
  EXPECT_EQ(crs.name(), "CGCS2000 / 3-degree Gauss-Kruger CM 120E");
  EXPECT_FALSE(crs.is_geographic());
  EXPECT_EQ(crs.metres_per_unit(), 1);
  EXPECT_EQ(crs.semi_major_m(), 6378137.0);
  EXPECT_NEAR(crs.inverse_flattening(), 298.257222101, 1e-9);
  EXPECT_THAT(crs.wkt(), testing::StartsWith("PROJCS["));
  EXPECT_THAT(crs.wkt(), HasSubstr(R"(AUTHORITY["EPSG","4549"])"));
  ASSERT_TRUE(crs.area_of_use());
  EXPECT_NEAR(crs.area_of_use()->min_x, 118.5, 0.01);
  EXPECT_NEAR(crs.area_of_use()->max_x, 121.5, 0.01);
}

TEST(Crs, EveryDialectOfTextLeadsToTheSameCode) {
  const auto from_code = CoordinateReferenceSystem::from_text("EPSG:4549");
  for (const std::string& text :
       {std::string("epsg:4549"), std::string(" 4549 "), std::string("urn:ogc:def:crs:EPSG::4549"), from_code.wkt(),
        std::string("CGCS2000 / 3-degree Gauss-Kruger CM 120E"), std::string(esri_4549)}) {
    const auto crs = CoordinateReferenceSystem::from_text(text);
    EXPECT_EQ(crs.epsg(), 4549) << text;
    EXPECT_EQ(crs.definition(), text);
    EXPECT_TRUE(crs.area_of_use());
    EXPECT_EQ(crs.name(), from_code.name());
    EXPECT_TRUE(Transformation(crs, from_code).is_identity()) << text;
  }
  EXPECT_EQ(CoordinateReferenceSystem::from_text(esri_beijing_1954).epsg(), 2437);
}

TEST(Crs, GeographicIsInDegrees) {
  const auto crs = CoordinateReferenceSystem::from_text("EPSG:4490");
  EXPECT_TRUE(crs.is_geographic());
  EXPECT_EQ(crs.metres_per_unit(), 0);
  EXPECT_EQ(code_of_failure("EPSG:4807"), base::ExitCode::usage);  // NTF (Paris) counts in grads
}

TEST(Crs, WithoutACodeItSaysSo) {
  const auto crs = CoordinateReferenceSystem::from_text(local_grid);
  EXPECT_EQ(crs.epsg(), 0);
  EXPECT_EQ(crs.code(), "Local grid");
  const auto sphere = CoordinateReferenceSystem::from_text("+proj=longlat +a=6378137 +rf=298.257222101 +no_defs");
  EXPECT_EQ(sphere.epsg(), 0);
  EXPECT_TRUE(Transformation(crs, CoordinateReferenceSystem::from_text(local_grid)).is_identity());
}

TEST(Crs, WhatATextWasFoundToBeHoldsForThatTextAlone) {
  std::string other_meridian(esri_4549);
  other_meridian.replace(other_meridian.find("\"Central_Meridian\",120.0"), 24, "\"Central_Meridian\",121.4671");
  for (int time = 1; time <= 2; ++time) {
    EXPECT_EQ(CoordinateReferenceSystem::from_text(esri_4549).epsg(), 4549) << time;
    EXPECT_EQ(CoordinateReferenceSystem::from_text(other_meridian).epsg(), 0) << time;
    EXPECT_EQ(CoordinateReferenceSystem::from_text(esri_beijing_1954).epsg(), 2437) << time;
    EXPECT_EQ(CoordinateReferenceSystem::from_text(local_grid).epsg(), 0) << time;
  }
}

TEST(Crs, UnitsOtherThanMetresAreTold) {
  EXPECT_NEAR(CoordinateReferenceSystem::from_text("EPSG:2263").metres_per_unit(), 0.3048006096, 1e-9);
}

TEST(Crs, NonsenseIsAUsageError) {
  for (const std::string& text : {std::string(), std::string("EPSG:999999"), std::string("shanghai"),
                                  std::string("CGCS2000"), std::string("PROJCS[\"broken\""), std::string("EPSG:5773"),
                                  std::string("EPSG:4978"), std::string("\x01\x02\xff\xfe\n["),
                                  std::string(100000, '['), std::string(R"(LOCAL_CS["site grid",UNIT["metre",1]])")}) {
    EXPECT_EQ(code_of_failure(text), base::ExitCode::usage) << text.substr(0, 40);
  }
}

TEST(Crs, HeightsAndShiftsInTheDefinitionAreTakenOff) {
  EXPECT_EQ(CoordinateReferenceSystem::from_text("EPSG:4549+5737").epsg(), 4549);
  std::string bound(esri_4549);
  bound.replace(bound.find("298.257222101]]"), 15, "298.257222101],TOWGS84[0,0,0,0,0,0,0]]");
  const auto crs = CoordinateReferenceSystem::from_text(bound);
  EXPECT_EQ(crs.epsg(), 4549);
  EXPECT_TRUE(Transformation(crs, CoordinateReferenceSystem::from_text("EPSG:4549")).is_identity());
}

TEST(Crs, MissingDatabaseIsNamed) {
  // In a child process: PROJ reads its paths once.
  EXPECT_EXIT(
      {
        setenv("PROJ_LIB", "/nonexistent/proj", 1);
        setenv("PROJ_DATA", "/nonexistent/proj", 1);
        try {
          CoordinateReferenceSystem::from_text("EPSG:4549");
          std::exit(2);
        } catch (const base::Error& error) {
          const bool told = error.code() == base::ExitCode::input_unreadable &&
                            std::string(error.what()).find("/nonexistent/proj") != std::string::npos;
          std::exit(told ? 0 : 1);
        }
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace zaitu::crs

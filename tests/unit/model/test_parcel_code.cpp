// The normal form of parcels' identifiers: one for all spellings of the same, different for different ones.
#include "model/parcel_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zaitu::model {
namespace {

using testing::ElementsAre;

TEST(ParcelCode, SpellingsOfOneIdentifierAreOne) {
  const auto same = [](std::initializer_list<std::string_view> spellings) {
    for (const std::string_view text : spellings) {
      EXPECT_EQ(normal_parcel_code(text), normal_parcel_code(*spellings.begin())) << text;
    }
  };
  // 闵规划资源建〔2021〕7号 writes the digit, 今日闵行 2023-01-30 the letter.
  same({"MHP0-1402单元06-08地块", "MHPO-1402单元06-08地块", "mhp0-1402-06-08", "ＭＨＰ０－１４０２－０６－０８",
        "MHP0—1402 单元 06–08 地块", " MHP0-1402单元06-08 "});
  same({"浦江镇工-345号", "浦江镇工－345号地块", "浦江镇工—３４５"});
  same({"浦江镇124街坊P1宗地", "浦江镇124街坊P1", "浦江镇124-p1"});
  same({"研发-46号地块", "研发-46"});
  same({"SZ-001", "sz_001", "SZ-001\u3000", "\u00A0SZ-001"});
  EXPECT_EQ(normal_parcel_code("MHPO-1402单元06-08地块"), "MHP0-1402-06-08");
}

TEST(ParcelCode, DifferentIdentifiersStayDifferent) {
  EXPECT_NE(normal_parcel_code("MHP0-1402单元06-08地块"), normal_parcel_code("MHP0-1402单元06-18地块"));
  EXPECT_NE(normal_parcel_code("16-03"), normal_parcel_code("1-603")) << "what a dash parts stays apart";
  EXPECT_NE(normal_parcel_code("000123"), normal_parcel_code("123"));
  EXPECT_EQ(normal_parcel_code(""), "");
  EXPECT_EQ(normal_parcel_code("地块"), "");
}

TEST(ParcelCode, NationalCodesAreSplitAsTheirStandardSays) {
  const ParcelCodeParts parts = split_parcel_code("320302015175GB00625F00010243");
  EXPECT_EQ(parts.scheme, ParcelCodeScheme::real_estate_28);
  EXPECT_THAT(parts.segments, ElementsAre("320302", "015", "175", "GB", "00625", "F", "00010243"));
  EXPECT_EQ(parcel_of_real_estate_unit("320302015175GB00625F00010243"), "320302015175GB00625");
  EXPECT_EQ(split_parcel_code("320302015175GB00625").scheme, ParcelCodeScheme::cadastral_19);
  EXPECT_FALSE(parcel_of_real_estate_unit("320302015175GB00625"));
  EXPECT_EQ(split_parcel_code("3203020151750000625").scheme, ParcelCodeScheme::other) << "19 digits are no such code";
}

TEST(ParcelCode, SchemesOfShanghai) {
  const auto scheme = [](std::string_view text) { return split_parcel_code(normal_parcel_code(text)).scheme; };
  EXPECT_EQ(scheme("MHP0-1321单元16-03地块"), ParcelCodeScheme::control_plan);
  EXPECT_EQ(scheme("浦江镇工-345号"), ParcelCodeScheme::transfer);
  EXPECT_EQ(scheme("浦江镇124街坊P1宗地"), ParcelCodeScheme::block_parcel);
  EXPECT_EQ(scheme("SZ-001"), ParcelCodeScheme::other);
}

}  // namespace
}  // namespace zaitu::model

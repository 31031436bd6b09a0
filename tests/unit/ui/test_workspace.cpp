#include "ui/workspace.h"

#include <gtest/gtest.h>

namespace zaitu::ui {
namespace {

TEST(WithoutOptions, TheWindowDoesNotSpeakOfTheCommandLine) {
  EXPECT_EQ(without_options("请重新获取，或只导入完整的行（--allow-partial）"), "请重新获取，或只导入完整的行");
  EXPECT_EQ(without_options("请指定坐标系（--crs EPSG:…）；（--map code=列名）"), "请指定坐标系；");
  EXPECT_EQ(without_options("请指定（--crs；CGCS2000：EPSG:4534 至 4554）"), "请指定（CGCS2000：EPSG:4534 至 4554）");
  EXPECT_EQ(without_options("take the whole rows (--allow-partial)"), "take the whole rows");
  EXPECT_EQ(without_options("列（一）与（--"), "列（一）与（--");
}

TEST(ShownMessage, TheKeywordIsAWordOfTheLanguage) {
  const base::Translation tr = base::Translation::load(base::Language::zh);
  EXPECT_EQ(shown_message(tr, "truncated: a.shp：不完整（--allow-partial）"), "不完整：a.shp：不完整");
}

}  // namespace
}  // namespace zaitu::ui

#include "app/qgis_style.h"

#include <fmt/format.h>

#include <cstdio>
#include <set>

#include "app/ledger_rows.h"

namespace zaitu::app {

namespace {

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// "#RRGGBB" -> "r,g,b,255", as QGIS writes colours.
std::string qgis_colour(const std::string& hex) {
  unsigned red = 136, green = 136, blue = 136;
  if (hex.size() == 7) std::sscanf(hex.c_str(), "#%2x%2x%2x", &red, &green, &blue);
  return fmt::format("{},{},{},255", red, green, blue);
}

std::string symbol_xml(std::size_t name, const std::string& colour, QgisSymbol symbol) {
  switch (symbol) {
    case QgisSymbol::dot:
      return fmt::format(
          "   <symbol type=\"marker\" name=\"{}\" alpha=\"1\"><layer class=\"SimpleMarker\" enabled=\"1\"><prop "
          "k=\"color\" v=\"{}\"/>"
          "<prop k=\"name\" v=\"circle\"/><prop k=\"size\" v=\"2.4\"/><prop k=\"outline_color\" "
          "v=\"60,60,60,255\"/></layer></symbol>\n",
          name, colour);
    case QgisSymbol::outline:
      return fmt::format(
          "   <symbol type=\"fill\" name=\"{}\" alpha=\"1\"><layer class=\"SimpleFill\" enabled=\"1\"><prop "
          "k=\"style\" v=\"no\"/><prop k=\"outline_color\" v=\"{}\"/><prop k=\"outline_width\" v=\"0.6\"/>"
          "<prop k=\"outline_style\" v=\"dash\"/></layer></symbol>\n",
          name, colour);
    case QgisSymbol::fill:
      break;
  }
  return fmt::format(
      "   <symbol type=\"fill\" name=\"{}\" alpha=\"1\"><layer class=\"SimpleFill\" enabled=\"1\"><prop "
      "k=\"color\" v=\"{}\"/>"
      "<prop k=\"style\" v=\"solid\"/><prop k=\"outline_color\" v=\"90,90,90,255\"/><prop k=\"outline_width\" "
      "v=\"0.15\"/>"
      "<prop k=\"outline_style\" v=\"solid\"/></layer></symbol>\n",
      name, colour);
}

constexpr const char* no_class_colour = "#DDDDDD";

}  // namespace

std::string categorized_qml(const std::string& attribute, const std::vector<QgisCategory>& categories,
                            QgisSymbol symbol) {
  std::string list, symbols;
  for (std::size_t i = 0; i < categories.size(); ++i) {
    list += fmt::format("   <category symbol=\"{}\" value=\"{}\" label=\"{}\" render=\"true\"/>\n", i,
                        xml(categories[i].value), xml(categories[i].label));
    symbols += symbol_xml(i, qgis_colour(categories[i].colour), symbol);
  }
  return fmt::format(
      "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22\" "
      "styleCategories=\"Symbology\">\n"
      " <renderer-v2 type=\"categorizedSymbol\" attr=\"{}\" symbollevels=\"0\" enableorderby=\"0\" forceraster=\"0\">\n"
      "  <categories>\n{}  </categories>\n  <symbols>\n{}  </symbols>\n </renderer-v2>\n</qgis>\n",
      xml(attribute), list, symbols);
}

std::vector<QgisCategory> stage_categories(const model::Project& project, base::Language language) {
  std::vector<QgisCategory> categories;
  for (const model::Stage& stage : rows_of(project.stages))
    categories.push_back({stage.code, stage.code + " " + shown(language, stage.name_zh, stage.name_en), stage.colour});
  categories.push_back({"", language == base::Language::zh ? "无阶段" : "no stage", no_class_colour});
  return categories;
}

std::vector<QgisCategory> certainty_categories(const model::Project& project, base::Language language) {
  std::vector<QgisCategory> categories;
  for (const model::CertaintyClass& row : rows_of(project.certainty_classes))
    categories.push_back({row.code, shown(language, row.label_zh, row.label_en), row.colour});
  categories.push_back({"", language == base::Language::zh ? "无" : "none", no_class_colour});
  return categories;
}

std::vector<QgisCategory> land_use_categories(const model::Project& project, const Ledger& ledger, std::size_t column,
                                              base::Language language) {
  std::vector<QgisCategory> categories;
  std::set<std::string> present;
  for (std::size_t row = 0; row < ledger.size(); ++row) {
    const LedgerValue value = ledger.value(row, column);
    if (const auto* code = std::get_if<std::string>(&value)) present.insert(*code);
  }
  for (const model::LandUseClass& use : rows_of(project.land_use_classes)) {
    if (present.contains(use.code))
      categories.push_back({use.code, use.code + " " + shown(language, use.name_zh, use.name_en), use.colour});
  }
  categories.push_back({"", language == base::Language::zh ? "其他" : "other", no_class_colour});
  return categories;
}

}  // namespace zaitu::app

#include "report/conversion_figure.h"

#include <algorithm>
#include <map>

#include "base/format.h"
#include "style/symbol.h"

namespace zaitu::report {

namespace {

constexpr const char* any = "*";
constexpr const char* no_colour = "#9AA5B1";

std::string key_of(const std::string& from, const std::string& pathway, const std::string& to) {
  return from + ">" + pathway + ">" + to;
}

chart::Colour colour_of(const std::string& hex) {
  const style::Rgba colour = style::parse_colour(hex.empty() ? no_colour : hex);
  return {colour.r, colour.g, colour.b, colour.a};
}

// The nodes of one column, in the order in which they are asked for.
class Column {
 public:
  Column(chart::SankeyFigure& figure, std::size_t number) : m_figure(figure), m_number(number) {}
  std::size_t node(const std::string& key, const std::string& name, const std::string& colour) {
    const auto [place, added] = m_places.emplace(key, m_figure.columns[m_number].size());
    if (added) {
      m_figure.columns[m_number].push_back({key, name, "", colour_of(colour)});
      m_sums.push_back(0);
    }
    return place->second;
  }
  void add(std::size_t node, double value) { m_sums[node] += value; }
  void tell(ConversionMeasure measure, base::Language language) {
    for (std::size_t i = 0; i < m_sums.size(); ++i) {
      m_figure.columns[m_number][i].value_text = conversion_value(m_sums[i], measure, language);
    }
  }

 private:
  chart::SankeyFigure& m_figure;
  std::size_t m_number;
  std::map<std::string, std::size_t> m_places;
  std::vector<double> m_sums;
};

}  // namespace

std::string state_name(const planning::ConversionState& state, base::Language language) {
  const std::string& name = language == base::Language::zh || state.name_en.empty() ? state.name_zh : state.name_en;
  return state.code.empty() || state.code == name ? name : state.code + " " + name;
}

double value_of(const planning::ConversionLink& link, ConversionMeasure measure) {
  return measure == ConversionMeasure::land ? link.land_m2 : link.floor_m2;
}

std::string conversion_value(double area_m2, ConversionMeasure measure, base::Language language) {
  if (measure == ConversionMeasure::floor) return base::wan_m2_with_unit(area_m2, language);
  return base::number(area_m2 / base::m2_per_mu, 2) + (language == base::Language::zh ? " 亩" : " mu");
}

bool is_named(const planning::ConversionLink& link, const std::string& key) {
  const std::size_t first = key.find('>'), second = key.rfind('>');
  if (first == std::string::npos || second <= first) return false;
  const auto fits = [](const std::string& wanted, const std::string& value) {
    return wanted == any || wanted == value;
  };
  return fits(key.substr(0, first), std::to_string(link.from)) &&
         fits(key.substr(first + 1, second - first - 1), link.pathway) &&
         fits(key.substr(second + 1), std::to_string(link.to));
}

chart::SankeyFigure conversion_figure(const model::Project& project, const planning::Conversion& conversion,
                                      ConversionMeasure measure, bool changed_only, base::Language language) {
  const bool zh = language == base::Language::zh;
  const bool by_use = conversion.by == planning::ConversionBy::land_use;
  chart::SankeyFigure figure;
  figure.columns.resize(by_use ? 3 : 2);
  figure.titles = {conversion.from.iso(), conversion.to.iso()};
  if (by_use) figure.titles.insert(figure.titles.begin() + 1, zh ? "路径" : "Pathway");

  std::vector<const planning::ConversionLink*> links;
  double whole = 0;
  for (const auto& link : conversion.links) {
    if (value_of(link, measure) <= 0 || (changed_only && link.from == link.to)) continue;
    links.push_back(&link);
    whole += value_of(link, measure);
  }
  constexpr double least_share = 1e-5;  // slivers along moved boundaries: not to be seen, and their names would crowd
  std::erase_if(links, [&](const auto* link) { return value_of(*link, measure) < whole * least_share; });
  // States keep their order in every column.
  std::vector<Column> columns;
  for (std::size_t c = 0; c < figure.columns.size(); ++c) columns.emplace_back(figure, c);
  Column& first = columns.front();
  Column& last = columns.back();
  const auto state_node = [&](Column& column, std::size_t state, bool before) {
    const std::string row = std::to_string(state);
    const planning::ConversionState& of = conversion.states[state];
    return column.node(before ? key_of(row, any, any) : key_of(any, any, row), state_name(of, language), of.colour);
  };
  std::vector<const planning::ConversionLink*> by_to = links;
  std::stable_sort(by_to.begin(), by_to.end(), [](const auto* a, const auto* b) { return a->to < b->to; });
  for (const auto* link : by_to) state_node(last, link->to, false);

  std::map<std::string, std::size_t> place_of_link;
  const auto add = [&](std::size_t column, std::size_t from, std::size_t to, double value, const std::string& key) {
    const auto [place, added] = place_of_link.emplace(key, figure.links.size());
    if (added) figure.links.push_back({column, from, to, 0, key, ""});
    figure.links[place->second].value += value;
  };
  for (const auto* link : links) {
    const double value = value_of(*link, measure);
    const std::string from_row = std::to_string(link->from), to_row = std::to_string(link->to);
    const std::size_t from = state_node(first, link->from, true), to = state_node(last, link->to, false);
    first.add(from, value);
    last.add(to, value);
    if (!by_use) {
      add(0, from, to, value, key_of(from_row, any, to_row));
      continue;
    }
    const model::Pathway* pathway = link->pathway.empty() ? nullptr : model::find_pathway(project, link->pathway);
    const std::string name = pathway == nullptr               ? (zh ? "无项目" : "no project")
                             : zh || pathway->name_en.empty() ? pathway->name_zh
                                                              : pathway->name_en;
    const std::size_t middle = columns[1].node(key_of(any, link->pathway, any), name, "");
    columns[1].add(middle, value);
    add(0, from, middle, value, key_of(from_row, link->pathway, any));
    add(1, middle, to, value, key_of(any, link->pathway, to_row));
  }
  for (Column& column : columns) column.tell(measure, language);
  for (chart::SankeyLink& link : figure.links) {
    link.text = figure.columns[link.column][link.from].name + " → " + figure.columns[link.column + 1][link.to].name +
                "\n" + conversion_value(link.value, measure, language);
  }
  return figure;
}

}  // namespace zaitu::report

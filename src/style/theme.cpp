#include "style/theme.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/parallel.h"

namespace zaitu::style {

namespace {

struct ThemeName {
  Theme theme;
  std::string_view word;
};
constexpr ThemeName theme_names[] = {
    {Theme::stage, "stage"},         {Theme::land_use, "land_use"}, {Theme::land_use_planned, "land_use_planned"},
    {Theme::certainty, "certainty"}, {Theme::circle, "circle"},     {Theme::supply, "supply"}};

bool shows_land_use(Theme theme) { return theme == Theme::land_use || theme == Theme::land_use_planned; }

enum SupplyClass : int { counted = 0, on_the_way = 1, nothing = 2 };

// What one parcel is by each of the tables; -1 = none.
struct Facts {
  int stage = -1, certainty = -1, land_use = -1, circle = -1, supply = nothing;
};

std::string choose(base::Language language, const std::string& zh, const std::string& en) {
  return language == base::Language::en && !en.empty() ? en : zh;
}

// Everything the pass over the parcels needs, with the palettes already turned light or dark.
class Styler {
 public:
  Styler(const model::Project& project, const planning::Locations& locations, const planning::StatusAt& status,
         const planning::Supply& supply, const ThemeOptions& options)
      : m_project(project), m_locations(locations), m_status(status), m_supply(supply), m_options(options) {
    if (project.land_use_classes) {
      for (std::size_t i = 0; i < project.land_use_classes->size(); ++i) {
        m_land_use_rows.emplace((*project.land_use_classes)[i].code, static_cast<int>(i));
      }
    }
  }

  ParcelStyle style() {
    ParcelStyle result;
    if (!m_project.parcels) return result;
    const std::size_t rows = m_project.parcels->size();
    result.symbol_of.assign(rows, -1);
    prepare();
    // Each row's combination of stage, certainty and class first, tallied by stretches of a fixed length so that sums
    // are the same with any number of threads.
    const std::size_t stretches = (rows + stretch_rows - 1) / stretch_rows;
    std::vector<Tallies> tallies(stretches);
    const auto threads =
        static_cast<unsigned>(std::min<std::size_t>(base::processors(), std::max<std::size_t>(1, stretches)));
    base::for_stretches(stretches, threads, [&](unsigned, std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) {
        tallies[i].resize(combinations());
        tally(i * stretch_rows, std::min(rows, (i + 1) * stretch_rows), result.symbol_of, tallies[i]);
      }
    });
    std::vector<std::int32_t> symbol_rows(combinations(), -1);
    for (std::size_t key = 0; key < symbol_rows.size(); ++key) {
      Tally all;
      for (const Tallies& part : tallies) {
        all.features += part[key].features;
        all.land_m2 += part[key].land_m2;
      }
      if (all.features == 0 && all.land_m2 == 0) continue;
      const Facts facts = facts_of_key(key);
      count(facts, all);
      if (all.features == 0) continue;
      symbol_rows[key] = static_cast<std::int32_t>(result.symbols.size());
      result.symbols.push_back(symbol(facts));
      result.in_force += all.features;
    }
    base::for_stretches(rows, threads, [&](unsigned, std::size_t from, std::size_t to) {
      for (std::size_t row = from; row < to; ++row) {
        std::int32_t& symbol = result.symbol_of[row];
        if (symbol >= 0) symbol = symbol_rows[static_cast<std::size_t>(symbol)];
      }
    });
    count_floors();
    result.legend = legend();
    return result;
  }

  Legend legend_of(const std::vector<std::uint32_t>& rows) {
    if (!m_project.parcels) return {};
    prepare();
    Tallies tallies(combinations());
    for (const std::uint32_t row : rows) {
      if (row >= m_project.parcels->size() || !m_project.parcels->in_force(row, m_status.as_of)) continue;
      add_to(tallies, key_of(row), row);
    }
    for (std::size_t key = 0; key < tallies.size(); ++key) {
      if (tallies[key].features > 0 || tallies[key].land_m2 != 0) count(facts_of_key(key), tallies[key]);
    }
    return legend();
  }

 private:
  struct Tally {
    std::size_t features = 0;
    double land_m2 = 0, floor_m2 = 0;
  };
  enum Table { by_stage, by_certainty, by_land_use, by_circle, by_supply, table_count };

  using Tallies = std::vector<Tally>;  // by key
  static constexpr std::size_t stretch_rows = 1 << 16;

  void prepare() {
    const auto rows_of = [](const auto& table) { return table ? table->size() : std::size_t{0}; };
    m_stages = rows_of(m_project.stages) + 1;
    m_certainties = rows_of(m_project.certainty_classes) + 1;
    switch (m_options.theme) {
      case Theme::stage:
      case Theme::certainty:
        break;  // known already
      case Theme::land_use:
      case Theme::land_use_planned: {
        m_classes = rows_of(m_project.land_use_classes) + 1;
        m_current = land_use_of_words(m_project.parcels->land_use_current);
        m_planned = land_use_of_words(m_project.parcels->land_use_planned);
        if (m_options.theme == Theme::land_use_planned) break;
        m_changed_use.assign(m_project.parcels->size(), false);
        for (const std::uint32_t row : m_status.land_use.parcels) m_changed_use[row] = true;
        break;
      }
      case Theme::circle:
        m_classes = rows_of(m_project.circles) + 1;
        break;
      case Theme::supply:
        m_classes = nothing + 2;
        mark_supply(m_project.parcels->size());
        break;
    }
  }

  // Stage, certainty and the theme's class as one number; 0 in each stands for "none".
  std::size_t combinations() const { return m_stages * m_certainties * m_classes; }
  std::size_t key_of(std::size_t row) const {
    std::size_t stage = 0, certainty = 0;
    if (row < m_status.parcels.size()) {
      stage = static_cast<std::size_t>(m_status.parcels[row].stage + 1);
      certainty = static_cast<std::size_t>(m_status.parcels[row].certainty + 1);
    }
    if (stage >= m_stages) stage = 0;
    if (certainty >= m_certainties) certainty = 0;
    return (stage * m_certainties + certainty) * m_classes + class_of(row);
  }
  std::size_t class_of(std::size_t row) const {
    int found = -1;
    switch (m_options.theme) {
      case Theme::stage:
      case Theme::certainty:
        break;
      case Theme::land_use:
        found = m_changed_use[row] && m_status.land_use.is_planned(static_cast<std::uint32_t>(row)) ? planned_use(row)
                                                                                                    : current_use(row);
        break;
      case Theme::land_use_planned:
        found = planned_use(row);
        break;
      case Theme::circle:
        if (row < m_locations.circles.size()) found = planning::largest(m_locations.circles[row]);
        break;
      case Theme::supply:
        found = m_supply_of[row];
        break;
    }
    return class_of_row(found);
  }
  std::size_t class_of_row(int table_row) const {
    const auto place = static_cast<std::size_t>(table_row + 1);
    return place < m_classes ? place : 0;
  }
  int current_use(std::size_t row) const { return m_current[m_project.parcels->land_use_current->code(row)]; }
  int planned_use(std::size_t row) const { return m_planned[m_project.parcels->land_use_planned->code(row)]; }
  Facts facts_of_key(std::size_t key) const {
    Facts facts;
    const int of_theme = static_cast<int>(key % m_classes) - 1;
    if (shows_land_use(m_options.theme)) facts.land_use = of_theme;
    if (m_options.theme == Theme::circle) facts.circle = of_theme;
    if (m_options.theme == Theme::supply) facts.supply = of_theme;
    facts.certainty = static_cast<int>(key / m_classes % m_certainties) - 1;
    facts.stage = static_cast<int>(key / m_classes / m_certainties) - 1;
    return facts;
  }

  // A parcel that is used as planned in part has one colour, and brings to each of its uses the land of that part.
  void add_to(Tallies& tallies, std::size_t key, std::size_t row) const {
    const double planar = m_project.parcels->area(row, model::AreaKind::planar);
    ++tallies[key].features;
    if (!std::isfinite(planar)) return;
    if (m_options.theme != Theme::land_use || !m_changed_use[row]) {
      tallies[key].land_m2 += planar;
      return;
    }
    const double share = m_status.land_use.planned_share(static_cast<std::uint32_t>(row));
    const std::size_t first = key - key % m_classes;
    tallies[first + class_of_row(planned_use(row))].land_m2 += planar * share;
    tallies[first + class_of_row(current_use(row))].land_m2 += planar * (1 - share);
  }
  void tally(std::size_t from, std::size_t to, std::vector<std::int32_t>& key_of_row, Tallies& tallies) const {
    for (std::size_t row = from; row < to; ++row) {
      if (!m_project.parcels->in_force(row, m_status.as_of)) continue;
      const std::size_t key = key_of(row);
      key_of_row[row] = static_cast<std::int32_t>(key);
      add_to(tallies, key, row);
    }
  }

  std::vector<int> land_use_of_words(const model::DictionaryColumn& column) const {
    std::vector<int> rows;
    for (const std::string& word : column.words()) rows.push_back(land_use_row(word));
    return rows;
  }

  // A finer code than the table knows takes the class above it: "080201" -> "0802" -> "08".
  int land_use_row(std::string code) const {
    while (!code.empty()) {
      if (const auto found = m_land_use_rows.find(code); found != m_land_use_rows.end()) return found->second;
      code.pop_back();
    }
    return -1;
  }

  void mark_supply(std::size_t parcels) {
    m_supply_of.assign(parcels, nothing);
    for (const planning::PhaseCount& phase : m_supply.evidence) {
      if (phase.phase >= m_locations.phase_parcels.size()) continue;
      const int what = supply_class(phase);
      for (std::uint32_t row : m_locations.phase_parcels[phase.phase]) {
        if (row < parcels) m_supply_of[row] = std::min(m_supply_of[row], what);
      }
    }
  }

  int supply_class(const planning::PhaseCount& phase) const {
    if (phase.counts) return counted;
    const model::Stage* stage = stage_at(phase_standing(phase.phase).stage);
    return stage == nullptr || stage->code == model::stalled_stage ? nothing : on_the_way;
  }

  planning::Standing phase_standing(std::uint32_t phase) const {
    return phase < m_status.phases.size() ? m_status.phases[phase] : planning::Standing{};
  }
  const model::Stage* stage_at(int row) const {
    if (row < 0 || !m_project.stages || static_cast<std::size_t>(row) >= m_project.stages->size()) return nullptr;
    return &(*m_project.stages)[static_cast<std::size_t>(row)];
  }
  const model::CertaintyClass* certainty_at(int row) const {
    if (row < 0 || !m_project.certainty_classes) return nullptr;
    if (static_cast<std::size_t>(row) >= m_project.certainty_classes->size()) return nullptr;
    return &(*m_project.certainty_classes)[static_cast<std::size_t>(row)];
  }
  const model::LandUseClass* land_use_at(int row) const {
    return row < 0 ? nullptr : &(*m_project.land_use_classes)[static_cast<std::size_t>(row)];
  }
  const model::Circle* circle_at(int row) const {
    if (row < 0 || !m_project.circles || static_cast<std::size_t>(row) >= m_project.circles->size()) return nullptr;
    return &(*m_project.circles)[static_cast<std::size_t>(row)];
  }

  // ---- Symbols ----

  Rgba toned(Rgba colour, double toward_ground) const {
    return mixed(colour, background(m_options.dark), m_options.dark ? toward_ground + 0.08 : toward_ground);
  }
  Rgba edge_of(Rgba fill) const {
    return m_options.dark ? mixed(fill, {255, 255, 255, 255}, 0.28) : mixed(fill, {30, 26, 20, 255}, 0.42);
  }
  Symbol neutral() const {
    Symbol symbol;
    // Half transparent: a campus or a park below keeps its colour.
    symbol.fill = m_options.dark ? Rgba{66, 78, 94, 120} : Rgba{214, 205, 188, 120};
    symbol.outline = m_options.dark ? Rgba{70, 82, 97, 255} : Rgba{196, 187, 172, 255};
    symbol.outline_px = 0.8F;
    return symbol;
  }

  Symbol symbol(const Facts& facts) const {
    Symbol result = neutral();
    const model::Stage* stage = stage_at(facts.stage);
    const model::CertaintyClass* certainty = certainty_at(facts.certainty);
    std::optional<Rgba> fill;
    switch (m_options.theme) {
      case Theme::stage:
        if (stage != nullptr) fill = toned(parse_colour(stage->colour), 0.18);
        break;
      case Theme::certainty:
        if (certainty != nullptr) fill = toned(parse_colour(certainty->colour), 0.18);
        break;
      case Theme::land_use:
      case Theme::land_use_planned:
        // The national colours are made for atlas sheets; two fifths of ground keep their hue and calm them.
        if (const auto* row = land_use_at(facts.land_use)) fill = toned(parse_colour(row->colour), 0.40);
        break;
      case Theme::circle:
        if (const auto* row = circle_at(facts.circle)) fill = toned(parse_colour(row->colour), 0.48);
        break;
      case Theme::supply:
        fill = supply_colour(facts.supply);
        break;
    }
    if (fill) {
      result.fill = *fill;
      result.outline = edge_of(*fill);
      result.outline_px = 1.0F;
    }
    const bool stage_is_outline = m_options.theme != Theme::stage && m_options.theme != Theme::certainty;
    if (stage_is_outline && stage != nullptr) {
      result.outline = stage_outline(*stage);
      result.outline_px = 2.2F;
    }
    if (certainty != nullptr) add_certainty(result, *certainty);
    return result;
  }

  Rgba stage_outline(const model::Stage& stage) const {
    const Rgba colour = parse_colour(stage.colour);
    return m_options.dark ? colour : mixed(colour, {30, 26, 20, 255}, 0.22);
  }

  std::optional<Rgba> supply_colour(int supply) const {
    // Dark green against light amber: apart in lightness too, for eyes that do not tell red from green.
    if (supply == counted) return toned({38, 120, 92, 255}, 0.06);
    if (supply == on_the_way) return toned({244, 186, 88, 255}, 0.10);
    return std::nullopt;
  }

  // Certainty is a pattern on top of the fill, the same in every theme: solid = nothing is drawn, hatch = diagonal
  // lines, outline = dots; what is not stacked (stalled) leans the other way in its own colour.
  void add_certainty(Symbol& symbol, const model::CertaintyClass& certainty) const {
    const Rgba ink =
        m_options.dark ? Rgba{236, 240, 246, 96} : with_alpha(mixed(symbol.fill, {20, 18, 14, 255}, 0.6), 150);
    if (!certainty.stacked) {
      symbol.hatch = HatchPattern::back_diagonal;
      symbol.hatch_colour = with_alpha(parse_colour(certainty.colour), 200);
      symbol.hatch_spacing_px = 6;
      if (m_options.theme == Theme::stage || m_options.theme == Theme::certainty) {
        symbol.fill = mixed(symbol.fill, neutral().fill, 0.72);
        symbol.outline = parse_colour(certainty.colour);
        symbol.outline_px = 1.4F;
      }
    } else if (certainty.pattern == "hatch") {
      symbol.hatch = HatchPattern::diagonal;
      symbol.hatch_colour = ink;
      symbol.hatch_spacing_px = 7;
    } else if (certainty.pattern == "outline") {
      symbol.hatch = HatchPattern::dots;
      symbol.hatch_colour = ink;
      symbol.hatch_spacing_px = 7;
      if (m_options.theme == Theme::stage || m_options.theme == Theme::certainty) {
        symbol.fill = mixed(symbol.fill, neutral().fill, 0.45);
      }
    }
  }

  // ---- Legend ----

  void count(const Facts& facts, const Tally& parcels) {
    const int rows[table_count] = {facts.stage, facts.certainty, facts.land_use, facts.circle, facts.supply};
    for (std::size_t table = 0; table < table_count; ++table) {
      Tally& tally = m_tallies[table][rows[table]];
      tally.features += parcels.features;
      tally.land_m2 += parcels.land_m2;
    }
  }

  // Floor area of the phases, by the rule of the supply figure, so that legend and headline never disagree.
  void count_floors() {
    for (const planning::PhaseCount& phase : m_supply.evidence) {
      const planning::Standing standing = phase_standing(phase.phase);
      m_tallies[by_stage][standing.stage].floor_m2 += phase.area_m2;
      m_tallies[by_certainty][standing.certainty].floor_m2 += phase.area_m2;
      m_tallies[by_supply][supply_class(phase)].floor_m2 += phase.area_m2;
      int circle = -1;
      if (phase.phase < m_locations.phase_circles.size()) {
        circle = planning::largest(m_locations.phase_circles[phase.phase]);
      }
      m_tallies[by_circle][circle].floor_m2 += phase.area_m2;
    }
  }

  std::string text(const char* zh, const char* en) const { return m_options.language == base::Language::zh ? zh : en; }

  static LegendEntry entry(std::string key, std::string label, Symbol symbol, const Tally& tally) {
    return {std::move(key), std::move(label), std::move(symbol), tally.features, tally.land_m2, tally.floor_m2};
  }

  Legend legend() const {
    Legend result;
    const auto add = [&](std::string title, std::vector<LegendEntry> entries) {
      if (!entries.empty()) result.push_back({std::move(title), std::move(entries)});
    };
    switch (m_options.theme) {
      case Theme::stage:
        add(text("阶段 (填充)", "Stage (fill)"), stage_entries(true));
        break;
      case Theme::land_use:
      case Theme::land_use_planned:
        add(text("用地分类 (填充)", "Land use (fill)"), land_use_entries());
        break;
      case Theme::certainty:
        add(text("确定性 (填充)", "Certainty (fill)"), certainty_entries(true));
        break;
      case Theme::circle:
        add(text("圈层 (填充)", "Circle (fill)"), circle_entries());
        break;
      case Theme::supply:
        add(text("供给 (填充)", "Supply (fill)"), supply_entries());
        break;
    }
    if (m_options.theme != Theme::stage && m_options.theme != Theme::certainty) {
      add(text("阶段 (边线)", "Stage (outline)"), stage_entries(false));
    }
    if (m_options.theme != Theme::certainty)
      add(text("确定性 (纹样)", "Certainty (pattern)"), certainty_entries(false));
    return result;
  }

  // A class is listed when parcels show it, some of a parcel's land is of it, or phases add floor area to it (their
  // parcels may stand further), so that the list's areas are all of it; in the order of its table, `none` closes the
  // list.
  static bool is_listed(const Tally& tally) { return tally.features > 0 || tally.land_m2 != 0 || tally.floor_m2 != 0; }
  template <class Make>
  std::vector<LegendEntry> entries_of(Table table, std::size_t rows, const Make& make) const {
    std::vector<LegendEntry> result;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto found = m_tallies[table].find(static_cast<int>(row));
      if (found != m_tallies[table].end() && is_listed(found->second)) result.push_back(make(row, found->second));
    }
    return result;
  }
  void close_with_none(std::vector<LegendEntry>& entries, Table table, std::string label) const {
    const auto found = m_tallies[table].find(-1);
    if (found == m_tallies[table].end() || !is_listed(found->second)) return;
    entries.push_back(entry("", std::move(label), neutral(), found->second));
  }

  std::vector<LegendEntry> stage_entries(bool as_fill) const {
    const std::size_t rows = m_project.stages ? m_project.stages->size() : 0;
    auto result = entries_of(by_stage, rows, [&](std::size_t row, const Tally& tally) {
      const model::Stage& stage = (*m_project.stages)[row];
      Symbol shown;
      if (as_fill) {
        Facts facts;
        facts.stage = static_cast<int>(row);
        facts.certainty = certainty_row(stage.certainty_class);
        shown = symbol(facts);
      } else {
        shown.outline = stage_outline(stage);
        shown.outline_px = 2.2F;
      }
      return entry(stage.code, stage.code + " " + choose(m_options.language, stage.name_zh, stage.name_en),
                   std::move(shown), tally);
    });
    if (as_fill) close_with_none(result, by_stage, text("无阶段记录", "No stage known"));
    return result;
  }

  std::vector<LegendEntry> certainty_entries(bool as_fill) const {
    const std::size_t rows = m_project.certainty_classes ? m_project.certainty_classes->size() : 0;
    auto result = entries_of(by_certainty, rows, [&](std::size_t row, const Tally& tally) {
      const model::CertaintyClass& certainty = (*m_project.certainty_classes)[row];
      Symbol shown;
      if (as_fill) {
        Facts facts;
        facts.certainty = static_cast<int>(row);
        shown = symbol(facts);
      } else {
        shown = neutral();
        add_certainty(shown, certainty);
      }
      return entry(certainty.code, choose(m_options.language, certainty.label_zh, certainty.label_en), std::move(shown),
                   tally);
    });
    if (as_fill) close_with_none(result, by_certainty, text("无阶段记录", "No stage known"));
    return result;
  }

  std::vector<LegendEntry> land_use_entries() const {
    const std::size_t rows = m_project.land_use_classes ? m_project.land_use_classes->size() : 0;
    auto result = entries_of(by_land_use, rows, [&](std::size_t row, const Tally& tally) {
      const model::LandUseClass& land_use = (*m_project.land_use_classes)[row];
      Facts facts;
      facts.land_use = static_cast<int>(row);
      return entry(land_use.code, land_use.code + " " + choose(m_options.language, land_use.name_zh, land_use.name_en),
                   symbol(facts), tally);
    });
    close_with_none(result, by_land_use, text("未分类", "Not classified"));
    return result;
  }

  std::vector<LegendEntry> circle_entries() const {
    const std::size_t rows = m_project.circles ? m_project.circles->size() : 0;
    auto result = entries_of(by_circle, rows, [&](std::size_t row, const Tally& tally) {
      const model::Circle& circle = (*m_project.circles)[row];
      Facts facts;
      facts.circle = static_cast<int>(row);
      return entry(circle.code, choose(m_options.language, circle.name_zh, circle.name_en), symbol(facts), tally);
    });
    close_with_none(result, by_circle, text("圈层之外", "Outside the circles"));
    return result;
  }

  std::vector<LegendEntry> supply_entries() const {
    static constexpr const char* keys[] = {"counted", "on_the_way", "nothing"};
    return entries_of(by_supply, 3, [&](std::size_t row, const Tally& tally) {
      Facts facts;
      facts.supply = static_cast<int>(row);
      const std::string label = row == counted      ? text("已计入", "Counted")
                                : row == on_the_way ? text("推进中", "On the way")
                                                    : text("无供给或暂缓", "No supply or stalled");
      return entry(keys[row], label, symbol(facts), tally);
    });
  }

  int certainty_row(std::string_view code) const {
    if (!m_project.certainty_classes) return -1;
    for (std::size_t i = 0; i < m_project.certainty_classes->size(); ++i) {
      if ((*m_project.certainty_classes)[i].code == code) return static_cast<int>(i);
    }
    return -1;
  }

  const model::Project& m_project;
  const planning::Locations& m_locations;
  const planning::StatusAt& m_status;
  const planning::Supply& m_supply;
  const ThemeOptions& m_options;
  std::map<std::string, int, std::less<>> m_land_use_rows;
  std::size_t m_stages = 1, m_certainties = 1, m_classes = 1;  // with the one for "none"
  std::vector<int> m_supply_of;
  std::vector<int> m_current, m_planned;  // land use rows of the columns' words
  std::vector<bool> m_changed_use;        // by parcel: some of its land is used as planned, and not as before
  std::array<std::map<int, Tally>, table_count> m_tallies;
};

}  // namespace

std::optional<Theme> parse_theme(std::string_view word) {
  for (const ThemeName& name : theme_names) {
    if (name.word == word) return name.theme;
  }
  return std::nullopt;
}

std::string_view name_of(Theme theme) {
  for (const ThemeName& name : theme_names) {
    if (name.theme == theme) return name.word;
  }
  return "";
}

ParcelStyle parcel_style(const model::Project& project, const planning::Locations& locations,
                         const planning::StatusAt& status, const planning::Supply& supply,
                         const ThemeOptions& options) {
  return Styler(project, locations, status, supply, options).style();
}

Legend legend_of(const std::vector<std::uint32_t>& rows, const model::Project& project,
                 const planning::Locations& locations, const planning::StatusAt& status, const planning::Supply& supply,
                 const ThemeOptions& options) {
  return Styler(project, locations, status, supply, options).legend_of(rows);
}

}  // namespace zaitu::style

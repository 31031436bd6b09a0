// The grammar of the command line and its help. The only file that knows CLI11.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "base/paths.h"
#include "cli/arguments.h"
#include "cli/output.h"

namespace zaitu::cli {

namespace {

using planning::CountingRule;

// From LC_ALL, LC_MESSAGES, LANG, in the order of POSIX; Chinese unless one of them clearly says English.
base::Language language_of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value).substr(0, 2) == "en" ? base::Language::en : base::Language::zh;
  }
  return base::Language::zh;
}

[[noreturn]] void wrong(const std::string& message) { throw CLI::ValidationError(message); }

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at != text.size() && text[at] != separator) continue;
    if (at > from) parts.push_back(text.substr(from, at - from));
    from = at + 1;
  }
  return parts;
}

double parse_double(const std::string& text, const char* option) {
  try {
    std::size_t used = 0;
    const double value = std::stod(text, &used);
    if (used == text.size()) return value;
  } catch (const std::exception&) {
  }
  wrong(std::string(option) + ": '" + text + "' is not a number");
}

class Grammar {
 public:
  explicit Grammar(Arguments& arguments) : m_arguments(arguments) {
    m_app.name("zaitu");
    m_app.description(
        "Zaitu 载图: land parcels, carrier-space projects (科创载体) and floor-area supply against its targets.\n"
        "Without a command it opens the window: `zaitu` or `zaitu PROJECT`.");
    m_app.set_version_flag("--version", "zaitu " + base::version(), "Print the version and leave");
    m_app.set_help_flag("-h,--help", "Print this help and leave; `zaitu COMMAND --help` explains a command");
    m_app.require_subcommand(0, 1);
    m_app.get_formatter()->column_width(34);
    m_app.footer(
        "PROJECT is a project file (.sqlite, SpatiaLite; QGIS opens it as it is). view, info, list and render also "
        "take\n"
        "any file that GDAL reads (GPKG, SHP, GeoJSON ...), opened read-only as parcels.\n"
        "With --json exactly one JSON object goes to stdout (areas in m2, ISO dates); words and progress go to "
        "stderr.\n"
        "\n"
        "Exit codes: 0 done; 1 done, and the data did not pass; 2 wrong usage; 3 input unreadable;\n"
        "            4 project unusable; 5 output cannot be written.\n"
        "\n"
        "Start here:\n"
        "  zaitu init demo.sqlite --demo          make the demo project (示范工程)\n"
        "  zaitu demo.sqlite                      look at it in the window\n"
        "  zaitu supply demo.sqlite --by circle   how much is completed, against the targets");
    common(m_app);
    add_view();
    add_init();
    add_import();
    add_info();
    add_list();
    add_supply();
    add_conversion();
    add_forecast();
    add_quarter();
    add_report();
    add_render();
    add_export();
    add_history();
    add_undo_redo();
    add_verify();
  }

  // false: help or version was printed.
  bool parse(std::vector<std::string> words) {
    try {
      std::reverse(words.begin(), words.end());  // CLI11 takes them last first
      m_app.parse(words);
    } catch (const CLI::CallForVersion& version) {
      print(std::string(version.what()) + "\n");
      return false;
    } catch (const CLI::CallForHelp&) {
      print(help_target().help(&help_target() == &m_app ? "" : "zaitu"));
      return false;
    } catch (const CLI::CallForAllHelp&) {
      print(m_app.help("", CLI::AppFormatMode::All));
      return false;
    } catch (const CLI::ParseError& error) {
      throw base::Error(base::ExitCode::usage, std::string(error.what()) + "; see " + help_words());
    }
    const auto& report = m_arguments.report;
    const bool chosen = !report.parcels.empty() || report.project || report.where || report.summary || report.quarter;
    const bool as_pages = report.format.empty() || report.format == "pdf";
    if (m_arguments.command == Command::report && as_pages && !chosen) {
      throw base::Error(
          base::ExitCode::usage,
          "report: say of what: --parcel CODE, --project CODE, --where EXPR, --summary or --quarter 2025Q3; see " +
              help_words());
    }
    return true;
  }

  bool knows(const std::string& name) const {
    const auto commands = m_app.get_subcommands({});
    return std::any_of(commands.begin(), commands.end(), [&](const CLI::App* app) { return app->check_name(name); });
  }
  std::string command_names() const {
    std::string names;
    for (const CLI::App* command : m_app.get_subcommands({})) {
      names += (names.empty() ? "" : ", ") + command->get_name();
    }
    return names;
  }

 private:
  const CLI::App& help_target() const {
    const auto chosen = m_app.get_subcommands();
    return chosen.empty() ? m_app : *chosen.front();
  }
  std::string help_words() const {
    const auto chosen = m_app.get_subcommands();
    return "`zaitu " + (chosen.empty() ? std::string() : chosen.front()->get_name() + " ") + "--help`";
  }

  CLI::App& command(const std::string& name, Command command, const std::string& description,
                    const std::string& footer) {
    CLI::App* app = m_app.add_subcommand(name, description);
    app->footer(footer);
    app->parse_complete_callback([this, command] { m_arguments.command = command; });
    return *app;
  }

  // Options every command has.
  void common(CLI::App& app) {
    app.add_option_function<std::string>(
           "--lang",
           [this](const std::string& word) {
             if (word != "zh" && word != "en") wrong("--lang: '" + word + "' is not zh or en");
             m_arguments.language = word == "en" ? base::Language::en : base::Language::zh;
             m_arguments.message_language = m_arguments.language;
           },
           "Language of labels and messages: zh or en (default: labels from LANG, Chinese when unclear; messages in "
           "English)")
        ->type_name("zh|en");
    app.add_flag("--json", m_arguments.json, "One JSON object on stdout");
  }
  void project(CLI::App& app, const char* what = "Project file (工程文件)") {
    app.add_option("PROJECT", m_arguments.project, what)->required()->type_name("");
  }
  void date(CLI::App& app) {
    app.add_option_function<std::string>(
           "--as-of", [this](const std::string& text) { m_arguments.as_of = parse_date("--as-of", text); },
           "As-of date (截至日期); actual events of that day count (default: today)")
        ->type_name("DATE");
  }
  void rule(CLI::App& app) {
    CountingRule& rule = m_arguments.rule;
    counted_from(app, "--from",
                 "First stage that counts: completed 竣工 S6 (default), in_use 投用 S7, under_construction 在建 S5");
    floor_area(app);
    app.add_option("--scope", rule.scope, "Only this circle or zone (圈层/政策区), by code or name")->type_name("ZONE");
    app.add_option_function<std::string>(
           "--split",
           [&rule](const std::string& word) {
             if (word != "share" && word != "largest") wrong("--split: '" + word + "' is not largest or share");
             rule.split_by_share = word == "share";
           },
           "A phase on two circles: all to the largest share (default), or divided by share of land 按比例分摊")
        ->type_name("largest|share");
  }
  void counted_from(CLI::App& app, const std::string& option, const std::string& help) {
    app.add_option_function<std::string>(
           option,
           [this, option](const std::string& word) {
             const auto from = planning::parse_count_from(word);
             if (!from) wrong(option + ": '" + word + "' is not completed, in_use or under_construction");
             m_arguments.rule.from = *from;
           },
           help)
        ->type_name("STAGE");
  }
  void floor_area(CLI::App& app) {
    CountingRule& rule = m_arguments.rule;
    app.add_option_function<std::string>(
           "--area",
           [&rule](const std::string& word) {
             const auto area = planning::parse_floor_area(word);
             if (!area) wrong("--area: '" + word + "' is not carrier, gross or plot_ratio");
             rule.area = *area;
           },
           "Floor area: carrier 载体面积 (default), gross 建筑面积, plot_ratio 计容建筑面积")
        ->type_name("KIND");
    auto* net = app.add_flag_callback(
        "--net", [&rule] { rule.net = true; }, "Minus demolished floor area 净增 (default)");
    app.add_flag_callback(
           "--gross", [&rule] { rule.net = false; }, "Do not subtract demolished floor area 总量")
        ->excludes(net);
  }

  void add_view() {
    CLI::App& app = command("view", Command::view, "Open the window (打开窗口)",
                            "Examples:\n  zaitu view plan.sqlite\n  zaitu plan.sqlite\n  zaitu");
    app.add_option("PROJECT", m_arguments.project, "Project file, or any file GDAL reads, as parcels (read-only)")
        ->type_name("");
    app.add_option("--replay", m_arguments.replay,
                   "Play a recorded path of gestures, print the time of every frame and leave (测量)")
        ->type_name("FILE");
    app.add_flag("--json", m_arguments.json, "With --replay: one JSON object on stdout");
  }

  void add_init() {
    CLI::App& app =
        command("init", Command::init, "Make a new project (新建工程); also `zaitu new`",
                "Examples:\n"
                "  zaitu init plan.sqlite --crs EPSG:4549      an empty project\n"
                "  zaitu init demo.sqlite --demo               the demo project 大零号湾 (invented numbers are "
                "marked synthetic)");
    app.alias("new");
    project(app, "File to make; it must not exist yet");
    app.add_option("--crs", m_arguments.init.crs, "Coordinate reference system (default EPSG:4549)")->type_name("CRS");
    app.add_flag("--demo", m_arguments.init.demo, "Fill it with the demo project (示范工程)");
    common(app);
  }

  void add_import() {
    CLI::App& app = command(
        "import", Command::import, "Read a GIS or table file into the project (导入)",
        "Columns are recognised by Chinese and English names; --map says those that are not. All rows or, after an\n"
        "error, none are written; what was repaired, guessed or rejected is listed as warnings.\n"
        "\n"
        "Examples:\n"
        "  zaitu import plan.sqlite 地块.shp --as parcels\n"
        "  zaitu import plan.sqlite 台账.xlsx --as events --layer 进度 --map phase=分期编号\n"
        "  zaitu import plan.sqlite roads.gpkg --as reference --layer roads --crs EPSG:4490 --dry-run\n"
        "  zaitu import plan.sqlite 测绘.shp --as parcels --crs guess\n"
        "  zaitu import plan.sqlite 城建坐标.dxf --as parcels --control-points 控制点.csv");
    project(app);
    app.add_option("SOURCE", m_arguments.import_options.source,
                   "File to read: SHP, GPKG, GeoJSON, KML, DXF, CSV, XLSX ...")
        ->required()
        ->type_name("");
    app.add_option_function<std::string>(
           "--as",
           [this](const std::string& word) {
             const auto kind = model::parse_import_kind(word);
             if (!kind) {
               wrong("--as: '" + word +
                     "' is not parcels, projects, phases, circles, zones, towns, events, occupancy, indicators, tasks, "
                     "reports, assessments, reference, stages, pathways or assumptions");
             }
             m_arguments.import_options.kind = *kind;
           },
           "What its rows are: parcels 地块, projects 项目, phases 分期, circles 圈层, zones 政策区, towns 街镇, "
           "events "
           "阶段事件, occupancy 去化, indicators 指标, tasks 任务, reports 季度报告, assessments 评价, reference "
           "参考图层, stages 阶段, "
           "pathways 路径, assumptions 假设")
        ->required()
        ->type_name("KIND");
    auto& source = m_arguments.import_options.source_options;
    app.add_option("--layer", source.layer, "Layer or sheet, where the file has several")->type_name("NAME");
    app.add_option_function<std::vector<std::string>>(
           "--map",
           [this](const std::vector<std::string>& entries) {
             for (const std::string& entry : entries) {
               const std::size_t equals = entry.find('=');
               if (equals == 0 || equals == std::string::npos || equals + 1 == entry.size()) {
                 wrong("--map: '" + entry + "' is not field=COLUMN");
               }
               m_arguments.import_options.mapping[entry.substr(0, equals)] = entry.substr(equals + 1);
             }
           },
           "Take a field from this column; may be repeated")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("field=COLUMN");
    app.add_option(
           "--header-row", source.header_row,
           "Row of a spreadsheet or CSV in which its titles stand (the last one, of several), instead of the one "
           "that is found")
        ->check(CLI::Range(1, 1'048'576))
        ->type_name("N");
    app.add_option_function<std::string>(
           "--crs",
           [this](const std::string& text) {
             m_arguments.import_options.guess_crs = text == "guess";
             if (text != "guess") m_arguments.import_options.source_options.crs = text;
           },
           "Coordinate reference system of the source, instead of its own. guess: where the source says none, the one "
           "that its coordinates clearly fit; rows come without outline where none does")
        ->type_name("CRS|guess");
    app.add_flag("--swap-axes", m_arguments.import_options.swap_axes, "x and y are exchanged in the source");
    app.add_option_function<std::string>(
           "--shift",
           [this](const std::string& word) {
             const auto shift = crs::parse_map_shift(word);
             if (!shift) wrong("--shift: '" + word + "' is not gcj02, bd09 or none");
             m_arguments.import_options.shift = *shift;
           },
           "Take the offset of Chinese web maps off: gcj02 (高德, 腾讯), bd09 (百度)")
        ->type_name("gcj02|bd09");
    app.add_option(
           "--control-points", m_arguments.import_options.control_points,
           "Table with from_x, from_y, to_x, to_y[, name]: a local grid is fitted by four parameters to --crs or "
           "the project's CRS; or one row of shift_x, shift_y, rotation (seconds), scale (ppm)")
        ->type_name("FILE");
    app.add_flag("--allow-partial", source.allow_partial,
                 "Of a damaged shapefile the rows whose shape and record are whole; the others are "
                 "counted as rejected");
    app.add_option("--encoding", source.encoding,
                   "Text encoding of the source (GB18030, UTF-8 ...), instead of its own")
        ->type_name("NAME");
    app.add_option_function<std::string>(
           "--on-duplicate",
           [this](const std::string& word) {
             app::OnDuplicate& choice = m_arguments.import_options.on_duplicate;
             if (word == "reject") {
               choice = app::OnDuplicate::reject;
             } else if (word == "update") {
               choice = app::OnDuplicate::update;
             } else if (word == "keep") {
               choice = app::OnDuplicate::keep;
             } else {
               wrong("--on-duplicate: '" + word + "' is not reject, update or keep");
             }
           },
           "A code that is there already: reject the row (default), update the stored one, or keep both under codes "
           "that differ")
        ->type_name("reject|update|keep");
    app.add_flag("--strict", m_arguments.import_options.strict, "Write nothing when any row is rejected; exit code 1");
    app.add_flag("--dry-run", m_arguments.import_options.dry_run, "Read and report, write nothing");
    common(app);
  }

  void add_info() {
    CLI::App& app = command("info", Command::info, "What is in a project or a GIS file (概况)",
                            "Examples:\n  zaitu info plan.sqlite\n  zaitu info parcels.gpkg --json");
    project(app, "Project file, or any file GDAL reads");
    common(app);
  }

  void add_list() {
    CLI::App& app = command("list", Command::list, "Rows of a ledger (台账)",
                            "The table shows the main columns; --columns chooses others, csv and json have them all.\n"
                            "EXPR is an SQL expression over the columns; texts stand in single quotes.\n"
                            "\n"
                            "Examples:\n"
                            "  zaitu list plan.sqlite parcels --where \"stage = 'S5' AND area > 10000\"\n"
                            "  zaitu list plan.sqlite phases --as-of 2024-12-31 --format csv > phases.csv\n"
                            "  zaitu list plan.sqlite projects --columns code,name,stage,counted");
    project(app, "Project file, or any file GDAL reads, as parcels");
    app.add_option_function<std::string>(
           "LEDGER",
           [this](const std::string& word) {
             const auto kind = app::parse_ledger_kind(word);
             if (!kind) {
               wrong("LEDGER: '" + word +
                     "' is not parcels, projects, phases, events, circles, zones, towns, units, indicators, tasks, "
                     "documents, occupancy, programmes, stages, land_use, ageing, absorption, wall, reports, duties, "
                     "pathways "
                     "or assumptions");
             }
             m_arguments.ledger = *kind;
           },
           "parcels 地块, projects 项目, phases 分期, events 阶段事件, circles 圈层, zones 政策区, towns 街镇, units "
           "单位, "
           "indicators 指标, tasks 任务, documents 文件, occupancy 去化, programmes 专项, stages 阶段, land_use "
           "用地分类, ageing 停留与逾期, absorption 去化周期, wall 指标对照, reports 季度报告, duties 单位职责, "
           "pathways 路径, assumptions 假设登记")
        ->required()
        ->type_name("");
    app.add_option("--where", m_arguments.where, "Only rows for which this holds")->type_name("EXPR");
    date(app);
    app.add_option("--columns", m_arguments.columns, "Only these columns, in this order")
        ->delimiter(',')
        ->type_name("NAME,...");
    app.add_flag("--with-source", m_arguments.with_source,
                 "With --format json: also what the rows' sources said in columns that feed no field");
    app.add_option_function<std::string>(
           "--format",
           [this](const std::string& word) {
             if (word == "table") {
               m_arguments.format = ListFormat::table;
             } else if (word == "csv") {
               m_arguments.format = ListFormat::csv;
             } else if (word == "json") {
               m_arguments.format = ListFormat::json;
             } else {
               wrong("--format: '" + word + "' is not table, csv or json");
             }
           },
           "table (default), csv or json")
        ->type_name("FORMAT");
    rule(app);
    common(app);
  }

  void add_supply() {
    CLI::App& app = command(
        "supply", Command::supply, "Floor-area supply against its targets (载体供给)",
        "Every figure is printed with its rule and date. Groups: `area` is all of a group, `counted` the part that\n"
        "counts; the groups' counted add up to the total.\n"
        "\n"
        "Examples:\n"
        "  zaitu supply plan.sqlite --as-of 2025-12-31 --by circle,certainty\n"
        "  zaitu supply plan.sqlite --from in_use --area gross --gross\n"
        "  zaitu supply plan.sqlite --scope 核心功能圈 --by stage --json");
    project(app);
    date(app);
    rule(app);
    app.add_option_function<std::vector<std::string>>(
           "--by",
           [this](const std::vector<std::string>& words) {
             for (const std::string& word : words) {
               const auto group = planning::parse_group_by(word);
               if (!group) {
                 wrong(
                     "--by: '" + word +
                     "' is not circle, town, stage, certainty, lead_unit, owner_type, chain_stage, programme or year");
               }
               if (std::find(m_arguments.by.begin(), m_arguments.by.end(), *group) != m_arguments.by.end()) {
                 wrong("--by: '" + word + "' is named twice");
               }
               m_arguments.by.push_back(*group);
             }
           },
           "Group by circle 圈层, town 街镇, stage 阶段, certainty 确定性, lead_unit 牵头单位, owner_type 业主, "
           "chain_stage "
           "创新链, programme 专项, year 年份 (comma between)")
        ->delimiter(',')
        ->type_name("GROUP,...");
    common(app);
  }

  base::Date parse_date(const char* option, const std::string& text) {
    const auto date = base::Date::parse(text);
    if (!date) wrong(std::string(option) + ": '" + text + "' is not a date (YYYY-MM-DD)");
    return *date;
  }

  void add_conversion() {
    CLI::App& app = command(
        "conversion", Command::conversion, "What turned into what between two dates (转化)",
        "By land use: land takes its planned use when its stage reaches --converted. By stage: land and floor space\n"
        "of every stage at the first date, and where they are at the second. Unchanged land is a link to itself, so\n"
        "that the links add up to all parcels; retired and new parcels are laid over each other.\n"
        "\n"
        "Examples:\n"
        "  zaitu conversion plan.sqlite --from 2023-12-31 --to 2025-12-31\n"
        "  zaitu conversion plan.sqlite --from 2024-12-31 --to 2025-03-31 --by stage --area gross --json");
    project(app);
    app.add_option_function<std::string>(
           "--from", [this](const std::string& text) { m_arguments.from = parse_date("--from", text); },
           "First date (起始日期)")
        ->required()
        ->type_name("DATE");
    app.add_option_function<std::string>(
           "--to", [this](const std::string& text) { m_arguments.to = parse_date("--to", text); },
           "Second date (终止日期)")
        ->required()
        ->type_name("DATE");
    app.add_option_function<std::string>(
           "--by",
           [this](const std::string& word) {
             if (word != "land_use" && word != "stage") wrong("--by: '" + word + "' is not land_use or stage");
             m_arguments.conversion_by =
                 word == "stage" ? planning::ConversionBy::stage : planning::ConversionBy::land_use;
           },
           "land_use 用地 (default) or stage 阶段")
        ->type_name("land_use|stage");
    counted_from(app, "--converted",
                 "Land takes its planned use from this stage on: completed 竣工 S6 (default), in_use 投用 S7, "
                 "under_construction 在建 S5");
    floor_area(app);
    common(app);
  }

  void add_forecast() {
    CLI::App& app = command(
        "forecast", Command::forecast, "How the supply will grow, and what decides a target (预测)",
        "Seeded Monte Carlo runs over the phases that do not count yet: whether each is completed (conversion\n"
        "probability of its stage) and when (triangular durations of its pathway's stages, or forecast dates). "
        "Printed:\n"
        "P10, P50 and P90 by quarter, the probability of each target and when P50 reaches it, the phases by what they\n"
        "are expected to add (gap ladder), the latest dates on which stages may begin, and what is left out.\n"
        "The same seed gives the same bytes, with any number of processors.\n"
        "\n"
        "Examples:\n"
        "  zaitu forecast plan.sqlite --as-of 2024-12-31 --seed 7\n"
        "  zaitu forecast plan.sqlite --until 2030-12-31 --from in_use --json\n"
        "  zaitu forecast plan.sqlite --delay 0.9,1,1.3");
    project(app);
    date(app);
    auto& options = m_arguments.forecast;
    app.add_option_function<std::string>(
           "--until", [this](const std::string& text) { m_arguments.forecast.until = parse_date("--until", text); },
           "To the end of this day's quarter (default: the last target's year end, at least 8 quarters ahead)")
        ->type_name("DATE");
    app.add_option("--draws", options.draws, "Runs (default 10000)")->check(CLI::Range(1, 100000))->type_name("N");
    app.add_option_function<std::string>(
           "--seed",
           [&options](const std::string& text) {
             const auto end = text.data() + text.size();
             const auto read = std::from_chars(text.data(), end, options.seed);
             if (read.ec != std::errc() || read.ptr != end)
               wrong("--seed: '" + text + "' is not a whole number from 0");
           },
           "Number that the runs are drawn from (default 1)")
        ->type_name("N");
    app.add_option_function<std::string>(
           "--delay",
           [&options](const std::string& text) {
             const auto parts = split(text, ',');
             if (parts.size() != 3) wrong("--delay: '" + text + "' is not MIN,TYPICAL,MAX");
             options.delay = planning::Triangular{parse_double(parts[0], "--delay"), parse_double(parts[1], "--delay"),
                                                  parse_double(parts[2], "--delay")};
           },
           "Factor on all of a run's times to come, drawn once for the run (共同延误; default: none)")
        ->type_name("MIN,TYPICAL,MAX");
    rule(app);
    common(app);
  }

  void add_report() {
    CLI::App& app = command("report", Command::report,
                            "Parcel cards (一地一档), project cards, summary, quarterly package, ledger files",
                            "Without a choice of parcels, csv and xlsx write the whole ledger.\n"
                            "--quarter writes the quarterly package (季度报送包) as at the quarter's last day: pages, "
                            "workbook and\n"
                            "GeoPackage with the same totals. A frozen quarter has the figures and the rule it was "
                            "frozen with.\n"
                            "\n"
                            "Examples:\n"
                            "  zaitu report plan.sqlite --parcel MHP0-1402-06-08 --out reports\n"
                            "  zaitu report plan.sqlite --summary --as-of 2025-12-31 --out reports\n"
                            "  zaitu report plan.sqlite --quarter 2025Q3 --out reports\n"
                            "  zaitu report plan.sqlite --where \"circle = 'C1'\" --format xlsx --out reports");
    project(app);
    auto& report = m_arguments.report;
    auto* parcel = app.add_option("--parcel", report.parcels, "Card of the parcel with this code; may be repeated")
                       ->expected(1)
                       ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                       ->type_name("CODE");
    auto* one = app.add_option("--project", report.project, "Card of the project with this code, and of its parcels")
                    ->type_name("CODE");
    auto* where =
        app.add_option("--where", report.where, "Cards of the parcels for which this holds")->type_name("EXPR");
    auto* summary = app.add_flag("--summary", report.summary, "The one-page summary (总览)");
    one->excludes(parcel)->excludes(where)->excludes(summary);
    where->excludes(parcel)->excludes(summary);
    summary->excludes(parcel);
    CLI::Option* quarter = app.add_option_function<std::string>(
                                  "--quarter",
                                  [this](const std::string& name) {
                                    const auto parsed = planning::Quarter::parse(name);
                                    if (!parsed) wrong("--quarter: '" + name + "' is no quarter; write 2025Q3");
                                    m_arguments.report.quarter = parsed;
                                  },
                                  "The quarterly package (季度报送包): pdf, xlsx and gpkg, or the one --format names")
                               ->type_name("QUARTER");
    quarter->excludes(parcel)->excludes(one)->excludes(where)->excludes(summary);
    app.add_option("--out", report.out, "Folder for the files; made when it is not there")
        ->required()
        ->type_name("DIR");
    app.add_option_function<std::string>(
           "--format",
           [&report](const std::string& word) {
             if (word != "pdf" && word != "csv" && word != "xlsx" && word != "gpkg")
               wrong("--format: '" + word + "' is not pdf, csv, xlsx or gpkg");
             report.format = word;
           },
           "pdf (default), csv or xlsx; of a quarter pdf, xlsx or gpkg (default: all three)")
        ->type_name("FORMAT");
    date(app);
    quarter->excludes(app.get_option("--as-of"));  // its last day
    rule(app);
    common(app);
  }

  void add_render() {
    CLI::App& app = command("render", Command::render, "The map as an image, without a window (出图)",
                            "Examples:\n"
                            "  zaitu render plan.sqlite --out map.png --theme stage --size 1920x1080\n"
                            "  zaitu render parcels.gpkg --out map.svg --theme land_use --no-labels");
    project(app, "Project file, or any file GDAL reads, as parcels");
    auto& render = m_arguments.render;
    app.add_option("--out", render.out, "File to write: .png, .svg or .pdf")->required()->type_name("FILE");
    app.add_option_function<std::string>(
           "--size",
           [&render](const std::string& text) {
             const auto parts = split(text, 'x');
             const bool two = parts.size() == 2;
             const double width = two ? parse_double(parts[0], "--size") : 0;
             const double height = two ? parse_double(parts[1], "--size") : 0;
             if (!(width >= 16 && width <= 20000 && height >= 16 && height <= 20000)) {
               wrong("--size: '" + text + "' is not WxH between 16 and 20000");
             }
             render.width_px = static_cast<int>(width);
             render.height_px = static_cast<int>(height);
           },
           "Width and height in pixels (default 1600x1000)")
        ->type_name("WxH");
    app.add_option_function<std::string>(
           "--extent",
           [&render](const std::string& text) {
             const auto parts = split(text, ',');
             if (parts.size() != 4) wrong("--extent: '" + text + "' is not w,s,e,n");
             const geom::Envelope box{parse_double(parts[0], "--extent"), parse_double(parts[1], "--extent"),
                                      parse_double(parts[2], "--extent"), parse_double(parts[3], "--extent")};
             if (!(box.width() > 0 && box.height() > 0)) wrong("--extent: '" + text + "' has no area");
             render.extent = box;
           },
           "Part of the map, in the project's coordinates (default: all parcels)")
        ->type_name("w,s,e,n");
    app.add_option_function<std::string>(
           "--theme",
           [&render](const std::string& word) {
             const auto theme = style::parse_theme(word);
             if (!theme)
               wrong("--theme: '" + word + "' is not stage, land_use, land_use_planned, certainty, circle or supply");
             render.scene.theme.theme = *theme;
           },
           "stage 阶段 (default), land_use 用地, land_use_planned 规划用地, certainty 确定性, circle 圈层, supply 供给")
        ->type_name("THEME");
    app.add_flag_callback(
        "--no-labels", [&render] { render.scene.labels = false; }, "Without labels");
    date(app);
    common(app);
  }

  void add_export() {
    CLI::App& app = command("export", Command::export_layer, "A layer as a GIS or table file (导出)",
                            "The format follows the ending of OUT: .gpkg .shp .geojson .fgb .kml .dxf .csv .xlsx ...\n"
                            "\n"
                            "Examples:\n"
                            "  zaitu export plan.sqlite parcels parcels.gpkg\n"
                            "  zaitu export plan.sqlite parcels parcels.geojson --crs EPSG:4326\n"
                            "  zaitu export plan.sqlite parcels parcels.txt           # boundary points (界址点 TXT)\n"
                            "  zaitu export plan.sqlite boundary-points points.xlsx   # 界址点成果表");
    project(app);
    app.add_option("LAYER", m_arguments.layer,
                   "parcels, projects, phases, circles, zones, towns, events, boundary-points ...")
        ->required()
        ->type_name("");
    app.add_option("OUT", m_arguments.out, "File to write")->required()->type_name("");
    app.add_option("--crs", m_arguments.crs, "Coordinate reference system of the output (default: the project's)")
        ->type_name("CRS");
    date(app);
    rule(app);
    common(app);
  }

  void add_history() {
    CLI::App& app = command("history", Command::history, "Who changed what, and when (历史)",
                            "Examples:\n  zaitu history plan.sqlite\n  zaitu history plan.sqlite --rows --limit 1");
    project(app);
    app.add_option("--limit", m_arguments.limit, "Newest changes to show (default 20)")->type_name("N");
    app.add_flag("--rows", m_arguments.rows, "Each changed row too, with its values before and after");
    common(app);
  }

  void add_quarter() {
    CLI::App& app = command(
        "quarter", Command::quarter, "Figures and reports of a quarter; freeze it (季度跟踪)",
        "Shows a quarter's figures at its last day, the reports of tasks and projects, and which are missing. A "
        "frozen\n"
        "quarter keeps its reports and figures as they are, whatever is changed later; unfreezing is a change like any "
        "other.\n"
        "\n"
        "Examples:\n"
        "  zaitu quarter plan.sqlite 2025Q3\n"
        "  zaitu quarter plan.sqlite 2025Q3 --freeze");
    project(app);
    app.add_option("QUARTER", m_arguments.quarter, "Quarter (季度), like 2025Q3")->required()->type_name("");
    CLI::Option* freeze = app.add_flag("--freeze", m_arguments.freeze, "Freeze the quarter (冻结)");
    app.add_flag("--unfreeze", m_arguments.unfreeze, "Set it free again (解冻)")->excludes(freeze);
    common(app);
  }

  void add_undo_redo() {
    CLI::App& undo = command("undo", Command::undo, "Take the newest change back (撤销)",
                             "Works after a restart too. Example:\n  zaitu undo plan.sqlite");
    project(undo);
    common(undo);
    CLI::App& redo = command("redo", Command::redo, "Make the newest undone change again (重做)",
                             "Example:\n  zaitu redo plan.sqlite");
    project(redo);
    common(redo);
  }

  void add_verify() {
    CLI::App& verify =
        command("verify", Command::verify, "Is every page, row and change as it was written? (校验)",
                "Looks at the header, the sum of every page, the log, SQLite's structure, references, spatial indexes, "
                "the\n"
                "chain of hashes over the journal and attached files; names the table and rows of a damaged page. "
                "Writes\n"
                "nothing. Exit codes: 0 all is as it was written; 1 it is not; 4 not a project.\n"
                "Example:\n  zaitu verify plan.sqlite");
    project(verify);
    common(verify);
    CLI::App& recover =
        command("recover", Command::recover, "Save what can be read of a damaged project into a new one (抢救)",
                "Rows on damaged pages are left out and listed by table and id; the damaged file stays as it is.\n"
                "Example:\n  zaitu recover damaged.sqlite saved.sqlite");
    project(recover, "Damaged project file (受损工程)");
    recover.add_option("OUT", m_arguments.out, "New project file; it must not exist yet")->required()->type_name("");
    common(recover);
  }

  Arguments& m_arguments;
  CLI::App m_app;
};

// The first word that is no option, and so should be a command or a file; empty when there is none.
std::string first_word(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--lang") {
      ++i;
    } else if (!words[i].empty() && words[i][0] != '-') {
      return words[i];
    }
  }
  return {};
}

bool looks_like_a_file(const std::string& word) {
  std::error_code ignored;
  return word.find('/') != std::string::npos || word.find('.') != std::string::npos ||
         std::filesystem::exists(word, ignored);
}

}  // namespace

std::optional<Arguments> parse_arguments(int argc, char** argv) {
  Arguments arguments;
  arguments.language = language_of_environment();
  Grammar grammar(arguments);
  std::vector<std::string> words(argv + 1, argv + argc);
  const std::string first = first_word(words);
  if (!first.empty() && !grammar.knows(first)) {
    if (!looks_like_a_file(first)) {
      throw base::Error(base::ExitCode::usage, "'" + first + "' is no command of this release and no file; commands: " +
                                                   grammar.command_names());
    }
    words.insert(std::find(words.begin(), words.end(), first), "view");
  }
  if (!grammar.parse(std::move(words))) return std::nullopt;
  arguments.init.project = arguments.project;
  if (arguments.json && arguments.command == Command::list) arguments.format = ListFormat::json;
  arguments.render.scene.theme.language = arguments.language;
  return arguments;
}

}  // namespace zaitu::cli

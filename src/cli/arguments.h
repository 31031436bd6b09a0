// What was asked for on the command line, as values: parsing fills it, the commands read it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.h"
#include "planning/conversion.h"
#include "planning/forecast.h"

namespace zaitu::cli {

enum class Command {
  none,
  view,
  init,
  import,
  info,
  list,
  supply,
  conversion,
  forecast,
  quarter,
  report,
  render,
  export_layer,
  history,
  undo,
  redo,
  verify,
  recover
};
enum class ListFormat { table, csv, json };

struct Arguments {
  Command command = Command::none;
  base::Language language = base::Language::zh;          // of labels
  base::Language message_language = base::Language::en;  // of warnings, errors, notes: scripts read them
  bool json = false;
  bool rows = false;                      // history
  bool freeze = false, unfreeze = false;  // quarter

  std::filesystem::path project;                // empty: none given (view)
  std::optional<std::filesystem::path> replay;  // view
  std::optional<base::Date> as_of;
  planning::CountingRule rule;
  std::vector<planning::GroupBy> by;
  base::Date from, to;  // conversion
  planning::ConversionBy conversion_by = planning::ConversionBy::land_use;
  planning::ForecastOptions forecast;

  app::LedgerKind ledger = app::LedgerKind::parcels;
  ListFormat format = ListFormat::table;
  std::optional<std::string> where;
  std::vector<std::string> columns;
  bool with_source = false;

  app::InitOptions init;
  app::ImportOptions import_options;
  app::ReportOptions report;
  app::RenderOptions render;

  std::string quarter;  // "2025Q3"

  std::string layer, crs;
  std::filesystem::path out;

  std::size_t limit = 20;
};

// The words of argv to arguments. nullopt: help or version was asked for and printed. Throws base::Error(usage).
// `program` is told in the help. No command and no file means the window without a project.
std::optional<Arguments> parse_arguments(int argc, char** argv);

}  // namespace zaitu::cli

// history, undo and redo: the journal of the project.
#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "cli/text_table.h"

namespace zaitu::cli {

namespace {

using nlohmann::ordered_json;

ordered_json value_json(const store::Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* real = std::get_if<double>(&value)) return json_number(*real);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  const auto* bytes = std::get_if<geom::Bytes>(&value);
  if (bytes == nullptr) return nullptr;
  constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes->size() * 2);
  for (const std::uint8_t byte : *bytes) {
    hex += digits[byte >> 4U];
    hex += digits[byte & 15U];
  }
  return ordered_json{{"hex", hex}};
}

ordered_json cells_json(const std::vector<std::pair<std::string, store::Value>>& cells) {
  if (cells.empty()) return nullptr;
  ordered_json object;
  for (const auto& [column, value] : cells) object[column] = value_json(value);
  return object;
}

ordered_json change_json(const store::Change& change, bool with_rows) {
  ordered_json object;
  object["id"] = change.id;
  object["at"] = change.at;
  object["who"] = change.who;
  object["command"] = change.command;
  object["kind"] = change.kind;
  object["of_creation"] = change.of_creation;
  object["of_change"] = change.of_change == 0 ? ordered_json() : ordered_json(change.of_change);
  object["undone"] = change.undone;
  object["row_count"] = change.row_count;
  if (!with_rows) return object;
  object["rows"] = ordered_json::array();
  for (const auto& row : change.rows) {
    object["rows"].push_back({{"table", row.table},
                              {"row", row.row_id},
                              {"op", std::string(1, row.op)},
                              {"before", cells_json(row.before)},
                              {"after", cells_json(row.after)}});
  }
  return object;
}

std::string short_value(const store::Value& value) {
  if (std::holds_alternative<geom::Bytes>(value)) return "(geometry)";
  return value_json(value).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string row_lines(const store::Change& change) {
  std::string text;
  for (const auto& row : change.rows) {
    text += std::string("    ") + row.op + " " + row.table + " " + std::to_string(row.row_id) + "\n";
    const auto line = [&](const std::string& column, const std::string& what) {
      text += "        " + column + ": " + what + "\n";
    };
    if (row.op == 'U') {
      for (std::size_t i = 0; i < row.before.size(); ++i) {
        const std::string after = i < row.after.size() ? short_value(row.after[i].second) : "";
        line(row.before[i].first, short_value(row.before[i].second) + " → " + after);
      }
      continue;
    }
    for (const auto& [column, value] : row.op == 'D' ? row.before : row.after) line(column, short_value(value));
  }
  return text;
}

std::string kind_word(const store::Change& change, bool zh) {
  if (change.kind == "undo") return (zh ? "撤销 #" : "undo of #") + std::to_string(change.of_change);
  if (change.kind == "redo") return (zh ? "重做 #" : "redo of #") + std::to_string(change.of_change);
  return change.undone ? (zh ? "已撤销" : "undone") : "";
}

std::string history_text(const std::vector<store::Change>& changes, bool zh) {
  TextTable table;
  table.add_column("#", TextTable::Align::right);
  table.add_column(zh ? "时间 (UTC)" : "When (UTC)");
  table.add_column(zh ? "谁" : "Who");
  table.add_column(zh ? "操作" : "Command");
  table.add_column(zh ? "行数" : "Rows", TextTable::Align::right);
  table.add_column(zh ? "状态" : "State");
  for (const auto& change : changes) {
    table.add_row({change.id == 0 ? "-" : std::to_string(change.id), change.at, change.who, change.command,
                   std::to_string(change.row_count), kind_word(change, zh)});
  }
  return table.text();
}

}  // namespace

int run_history(Session& session) {
  const Arguments& arguments = session.arguments;
  const auto file = store::ProjectFile::open(project_path(session), store::Access::read_only);
  const bool with_rows = arguments.rows || arguments.json;  // before and after are part of the JSON contract
  const auto changes = file.history(arguments.limit, with_rows);
  if (arguments.json) {
    ordered_json object;
    object["changes"] = ordered_json::array();
    for (const auto& change : changes) object["changes"].push_back(change_json(change, true));
    print(object);
    return 0;
  }
  if (!arguments.rows) {
    print(history_text(changes, session.zh()));
    return 0;
  }
  std::string text;
  for (const auto& change : changes) {
    text += "#" + std::to_string(change.id) + "  " + change.at + "  " + change.who + "  " + change.command + "\n" +
            row_lines(change);
  }
  print(text);
  return 0;
}

int run_undo_redo(Session& session) {
  const bool undo = session.arguments.command == Command::undo;
  auto file = open_to_change(session);
  const store::Change change = undo ? file.undo() : file.redo();
  if (session.arguments.json) {
    ordered_json object;
    object["changes"] = ordered_json::array({change_json(change, false)});
    print(object);
  } else {
    const std::string what = undo ? (session.zh() ? "已撤销: " : "undone: ") : (session.zh() ? "已重做: " : "redone: ");
    print(what + change.command + " (" + std::to_string(change.row_count) + (session.zh() ? " 行)\n" : " rows)\n"));
  }
  return 0;
}

}  // namespace zaitu::cli

// What speaks against the areas of a source as a whole: against the outlines they belong to, and against each other.
// Nothing is changed; what looks like another unit, or like another area, is said.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace zaitu::app {

class ImportLog;

class AreaAudit {
 public:
  // `value_m2` of a column as it was read; `outline_m2`: the area of the row's outline, NaN = it has none. Any thread.
  struct Seen {
    std::int64_t row = 0;
    double value_m2 = 0, outline_m2 = 0;
  };
  void see(const std::string& column, const std::vector<Seen>& rows);
  void see(const std::string& column, const Seen& row) { see(column, std::vector<Seen>{row}); }
  // After the last row: keywords unit and area.
  void say(ImportLog& log);

 private:
  struct Column {
    std::int64_t compared = 0;  // with an outline
    std::vector<Seen> differing;
    std::vector<Seen> alone;  // without an outline
  };
  static void say_differing(const std::string& name, Column& column, ImportLog& log);
  static void say_alone(const std::string& name, Column& column, ImportLog& log);

  std::mutex m_mutex;
  std::map<std::string, Column, std::less<>> m_columns;
};

}  // namespace zaitu::app

// The sheets of a workbook, XLSX, XLS or ODS, as sheets of cells: with the formats that make a number a day, merged
// cells, and what is hidden.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "io/sheet.h"
#include "io/source.h"

namespace zaitu::io {

struct SheetName {
  std::string name;
  bool hidden = false;
};

class Spreadsheet {
 public:
  virtual ~Spreadsheet() = default;
  virtual const std::vector<SheetName>& sheets() const = 0;
  // Whether it has a cell that holds something.
  virtual bool is_filled(std::size_t sheet) = 0;
  // Throws base::Error(input_unreadable). What was converted or left is said.
  virtual Sheet read(std::size_t sheet, std::vector<Warning>& warnings) = 0;
};

// `name`: of the file, for messages. Throws base::Error(input_unreadable): corrupt, password, entity, too-large.
std::unique_ptr<Spreadsheet> open_xlsx(const std::filesystem::path& file, const std::string& name);
std::unique_ptr<Spreadsheet> open_xls(const std::filesystem::path& file, const std::string& name);
std::unique_ptr<Spreadsheet> open_ods(const std::filesystem::path& file, const std::string& name);

}  // namespace zaitu::io

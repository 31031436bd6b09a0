#include <algorithm>

#include "report/book.h"
#include "report/words.h"

namespace zaitu::report {

void write_xlsx(const std::vector<Table>& tables, const std::string& file, base::Language language) {
  base::OutputFile output(file);
  Book book(output.temporary_path(), tables.empty() ? base::Date() : tables.front().dated,
            words(language, "载图台账", "Zaitu ledger"), language);
  std::vector<std::string> notes;
  for (const Table& table : tables) {
    book.add(table);
    for (const std::string& note : table.notes) {
      if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
    }
  }
  book.add_lines(words(language, "说明", "Notes"), notes);
  book.finish(output);
  output.put_in_place();
}

}  // namespace zaitu::report

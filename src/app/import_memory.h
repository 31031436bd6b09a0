// How tables with the same columns were read before: the mapping that a user chose is remembered in the project, by
// kind and titles, and taken again when they come again. Private to app.
#pragma once

#include <map>
#include <string>

#include "app/commands.h"

namespace zaitu::app {

class ImportMemory {
 public:
  ImportMemory(store::Transaction& change, const ImportOptions& options) : m_change(change), m_options(options) {}

  // field -> column, of the columns that are there; `when` gets the day it was used last, when there is one.
  std::map<std::string, std::string> mapping_of(const io::SourceHeader& source, std::string& when);
  // What the user chose this time, with the change; nothing where all was guessed.
  void keep();

 private:
  store::Transaction& m_change;
  const ImportOptions& m_options;
  std::string m_columns_key;
  std::map<std::string, std::string> m_mapping;  // as remembered
  std::int64_t m_known = 0;                      // id of what is remembered; 0: nothing
};

// What an import decided about its rows, as the JSON that is kept with it.
// `place`: what was decided of its place, as JSON; may be empty.
std::string decisions_of(const ImportResult& result, const std::string& place);

}  // namespace zaitu::app

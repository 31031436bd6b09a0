// A foreign SQLite file (GeoPackage, SpatiaLite) looked at before a driver opens it: nothing of it is run, and what
// could run when its rows are read is refused. For the reading worker.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "io/source.h"

struct sqlite3;

namespace zaitu::io {

// The defences for a file of strangers, for a connection just opened: no schema changes by the back door, no triggers,
// no views, no extensions, nothing attached, and no functions with effects in what the schema says.
void defend(sqlite3* database);

struct DatabaseFacts {
  std::set<std::string> views;  // of the file's own SQL: not to be listed or counted
  std::vector<Warning> warnings;
};

// `named_layer`: what is to be read, empty = not said. Throws base::Error(input_unreadable): untrusted (a virtual table
// that reads other files, a view as a layer), corrupt, format.
DatabaseFacts check_database(const std::filesystem::path& file, const std::string& name, bool is_geopackage,
                             const std::string& named_layer);

}  // namespace zaitu::io

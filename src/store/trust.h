// A project may come from a stranger: what its schema would run is looked at before anything is written.
#pragma once

#include "store/sqlite.h"

namespace zaitu::store {

// Settings that every connection gets: the schema cannot load code, write into the tables behind a spatial index, or
// pile up triggers; cells that do not fit their page are damage. A reader trusts no function that the schema calls; a
// writer must, for SpatiaLite's triggers.
void harden(sqlite3* connection, bool reader);
// While it lives the connection may write the tables behind a spatial index.
class ShadowTables {
 public:
  explicit ShadowTables(const Connection& connection);
  ~ShadowTables();
  ShadowTables(const ShadowTables&) = delete;

 private:
  const Connection& m_connection;
};

// Every change runs the triggers of its table. Throws base::Error(project_unusable, "untrusted: ...") when one of a
// project's tables has one that is neither Zaitu's nor SpatiaLite's.
void require_known_triggers(const Connection& connection);

}  // namespace zaitu::store

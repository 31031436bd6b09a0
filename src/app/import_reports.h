// Quarterly reports of tasks and projects as an import writes them. Private to the import*.cpp files.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "app/import_context.h"

namespace zaitu::app {

class ReportRows {
 public:
  enum class Of { task, project };
  explicit ReportRows(ImportContext& context);
  // The report of that task or project in the row's quarter: new, or as --on-duplicate says. A row of a quarter that is
  // none or that is frozen is rejected. `name`: for messages.
  RowOutcome write(const ImportRow& row, Of of, std::int64_t id, const std::string& name);

 private:
  ImportContext& m_context;
  std::map<std::tuple<Of, std::int64_t, std::string>, std::int64_t> m_reports;  // by subject and quarter
  std::set<std::string> m_frozen;
};

}  // namespace zaitu::app

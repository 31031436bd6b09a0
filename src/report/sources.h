// The documents a page rests on, numbered in the order in which they are first cited: "[1]". One thread.
#pragma once

#include <string>
#include <vector>

#include "base/format.h"
#include "model/project.h"

namespace zaitu::report {

class Sources {
 public:
  Sources(const model::Project& project, base::Language language) : m_project(project), m_language(language) {}
  // "[2]"; "" for none.
  std::string cite(model::DocumentId document);
  // "[2] title 文号 版本 (date)", one line each.
  std::vector<std::string> list() const;

 private:
  const model::Project& m_project;
  base::Language m_language;
  std::vector<const model::Document*> m_documents;
};

}  // namespace zaitu::report

#include "report/sources.h"

#include <fmt/format.h>

#include "report/words.h"

namespace zaitu::report {

std::string Sources::cite(model::DocumentId document) {
  const model::Document* found = document ? model::find_document(m_project, document) : nullptr;
  if (found == nullptr) return {};
  std::size_t number = 0;
  while (number < m_documents.size() && m_documents[number] != found) ++number;
  if (number == m_documents.size()) m_documents.push_back(found);
  return fmt::format("[{}]", number + 1);
}

std::vector<std::string> Sources::list() const {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < m_documents.size(); ++i) {
    const model::Document& document = *m_documents[i];
    std::string line = fmt::format("[{}] {}", i + 1, name_of(m_language, document.title_zh, document.title_en));
    for (const std::string& part : {document.number, document_status(document.version, m_language),
                                    document_status(document.status, m_language)}) {
      if (!part.empty() && line.find(part) == std::string::npos) line += " · " + part;
    }
    if (document.issued_on) line += " · " + document.issued_on->iso();
    lines.push_back(line);
  }
  return lines;
}

}  // namespace zaitu::report

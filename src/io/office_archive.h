// The XML parts of a spreadsheet file (XLSX, ODS), which is a zip archive: unpacked as a stream under the archive's
// limits and parsed by expat. Nothing is unpacked to disk.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "io/archive.h"

namespace zaitu::io {

// Attributes of an element, by their names without a prefix.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** list) : m_list(list) {}
  std::string_view operator[](std::string_view name) const;  // empty: not there

 private:
  const char** m_list;
};

// Gets the elements of a part in their order, named without their prefixes.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void end(std::string_view name) = 0;
  virtual void text(std::string_view) {}
  bool enough = false;  // set by the handler: the rest is not wanted
};

class OfficeArchive {
 public:
  // Throws what Archive throws.
  OfficeArchive(const std::filesystem::path& file, const std::string& name) : m_archive(file, name), m_name(name) {}

  bool has(std::string_view part) const { return m_archive.find(part) != nullptr; }  // without regard to case
  // Throws base::Error(input_unreadable): corrupt, entity (a spreadsheet never declares XML entities), nested.
  void parse(std::string_view part, XmlHandler& handler) const;
  const std::string& name() const { return m_name; }

 private:
  Archive m_archive;
  std::string m_name;
};

}  // namespace zaitu::io

#include "io/unpack.h"

#include <algorithm>
#include <map>

#include "base/message.h"
#include "base/utf8.h"
#include "io/archive.h"
#include "io/refuse.h"
#include "io/source_format.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

struct Candidate {
  std::string name;  // in the archive; of a FileGDB its folder, without '/'
  std::string driver;
  bool is_spatial = false;
  const SourceFormat* format = nullptr;
};

std::string base_name(const std::string& name) { return name.substr(name.rfind('/') + 1); }
std::string folder_of(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos ? "" : name.substr(0, slash + 1);
}
std::string without_ending(const std::string& name) { return name.substr(0, name.rfind('.')); }
std::string ending_of(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos ? "" : base::ascii_lower(name.substr(dot + 1));
}

// What packers and programs leave behind.
bool is_debris(const std::string& name) {
  const std::string base = base_name(name);
  return name.starts_with("__MACOSX/") || base.starts_with("._") || base.starts_with("~$") ||
         base.starts_with(".~lock");
}

std::vector<Candidate> candidates_of(const Archive& archive, bool is_kmz) {
  std::vector<Candidate> all;
  std::map<std::string, bool> shapes;  // names without ending, of the shapefiles
  std::string geodatabase;
  for (const Archive::Member& member : archive.members()) {
    if (ending_of(member.name) == "shp") shapes[base::ascii_lower(without_ending(member.name))] = true;
  }
  for (const Archive::Member& member : archive.members()) {
    if (is_debris(member.name)) continue;
    if (const std::size_t gdb = base::ascii_lower(member.name).find(".gdb/"); gdb != std::string::npos) {
      const std::string folder = member.name.substr(0, gdb + 4);
      if (folder != geodatabase) all.push_back({folder, "OpenFileGDB", true, nullptr});
      geodatabase = folder;
      continue;
    }
    const SourceFormat* const format = source_format_of(member.name);
    if (member.is_folder() || format == nullptr || format->driver == std::string_view(archive_driver)) continue;
    const std::string ending = format->ending;
    if (ending == "gdb" || (is_kmz && ending != "kml")) continue;
    if (ending == "dbf" && shapes.contains(base::ascii_lower(without_ending(member.name)))) continue;
    const bool is_table = ending == "dbf" || format->driver == std::string_view("CSV") ||
                          format->driver == std::string_view("XLSX") || format->driver == std::string_view("ODS");
    all.push_back({member.name, format->driver, !is_table, format});
  }
  // Beside layers, tables and texts are notes about them.
  if (std::any_of(all.begin(), all.end(), [](const Candidate& one) { return one.is_spatial; }))
    std::erase_if(all, [](const Candidate& one) { return !one.is_spatial; });
  if (is_kmz) {
    const auto document = std::find_if(all.begin(), all.end(), [](const Candidate& one) {
      return base::ascii_lower(base_name(one.name)) == "doc.kml";
    });
    if (document != all.end()) all = {Candidate(*document)};
  }
  return all;
}

void unpack_candidate(const Archive& archive, const Candidate& chosen, const fs::path& folder, Unpacked& to) {
  if (chosen.format == nullptr) {
    to.file = folder / base_name(chosen.name);
    fs::create_directory(to.file);
    for (const Archive::Member& member : archive.members()) {
      if (!member.is_folder() && folder_of(member.name) == chosen.name + "/")
        archive.unpack_to(member, to.file / base_name(member.name));
    }
    return;
  }
  const std::string stem = without_ending(base_name(chosen.name));
  to.file = folder / (stem + "." + chosen.format->copied_as);
  archive.unpack_to(*archive.find(chosen.name), to.file);
  for (const Archive::Member& member : archive.members()) {
    if (base::ascii_lower(folder_of(member.name)) != base::ascii_lower(folder_of(chosen.name))) continue;
    if (base::ascii_lower(without_ending(base_name(member.name))) != base::ascii_lower(stem)) continue;
    const std::string ending = ending_of(member.name);
    for (const char* const sibling : chosen.format->siblings) {
      if (ending == sibling) archive.unpack_to(member, folder / (stem + "." + ending));
    }
  }
  look_inside(to.file, *chosen.format, base_name(chosen.name));
}

}  // namespace

Unpacked unpack_layer(const fs::path& file, const std::string& layer, bool any, std::vector<Warning>& warnings) {
  const std::string name = file.filename().string();
  const Archive archive(file, name);
  if (!archive.decoded_from().empty()) {
    warnings.push_back({"", "", "encoding",
                        base::say("the archive does not say in which encoding its names are: they were read as {}",
                                  archive.decoded_from())});
  }
  const std::vector<Candidate> all = candidates_of(archive, base::ascii_lower(file.extension().string()) == ".kmz");
  if (all.empty()) {
    refuse(archive.members().empty()
               ? base::say("empty: {} holds no layer that can be read; unpack it and see what is inside", name)
               : base::say("format: {} holds no layer that can be read; unpack it and see what is inside", name));
  }
  // Members of the same name in several folders are told apart by the whole name.
  std::map<std::string, int> named;
  for (const Candidate& one : all) ++named[base_name(one.name)];
  Unpacked unpacked;
  std::string list;
  for (const Candidate& one : all) {
    unpacked.members.push_back(named[base_name(one.name)] > 1 ? one.name : base_name(one.name));
    list += (list.empty() ? "" : ", ") + unpacked.members.back();
  }
  std::size_t chosen = all.size();
  for (std::size_t i = 0; i < all.size() && !layer.empty(); ++i) {
    if (layer == unpacked.members[i] || layer == all[i].name || layer == without_ending(unpacked.members[i]))
      chosen = i;
  }
  if (chosen == all.size()) {
    if (all.size() > 1 && !layer.empty()) {
      throw base::Error(base::ExitCode::usage,
                        base::say("layer: {} has no layer \"{}\"; it has: {}", name, layer, list));
    }
    if (all.size() > 1 && !any) {
      refuse(base::say("layer: {} holds several layers, choose one with --layer: {}", name, list));
    }
    unpacked.layer = layer;
    chosen = 0;
  }
  unpacked.driver = all[chosen].driver;
  unpacked.chosen = unpacked.members[chosen];
  if (all.size() == 1) unpacked.members.clear();
  const fs::path folder = file.parent_path() / "unpacked";
  fs::create_directories(folder);
  unpack_candidate(archive, all[chosen], folder, unpacked);
  return unpacked;
}

}  // namespace zaitu::io

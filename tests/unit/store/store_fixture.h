// A folder of its own for each test, a plain SQLite connection as "another program", and comparisons of whole files.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "base/error.h"
#include "store/project_file.h"
#include "store/schema.h"

namespace zaitu::store {

namespace fs = std::filesystem;

class StoreTest : public testing::Test {
 protected:
  // S0 with its certainty class.
  static void add_stage(Transaction& change) {
    change.insert("certainty_classes", {{"code", std::string("K0")},
                                        {"seq", std::int64_t{0}},
                                        {"label_zh", std::string("投用")},
                                        {"label_en", std::string("in use")},
                                        {"colour", std::string("#112233")}});
    change.insert("stages", {{"code", std::string("S0")},
                             {"seq", std::int64_t{0}},
                             {"name_zh", std::string("研究")},
                             {"name_en", std::string("study")},
                             {"colour", std::string("#445566")},
                             {"certainty_class", std::string("K0")}});
  }
  StoreTest() {
    std::string pattern = (fs::temp_directory_path() / "zaitu-store-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    file = folder / "p.sqlite";
  }
  ~StoreTest() override { fs::remove_all(folder); }

  static crs::CoordinateReferenceSystem minhang() { return crs::CoordinateReferenceSystem::from_text("EPSG:4549"); }
  ProjectFile create() const { return ProjectFile::create(file, minhang(), "大零号湾", "Grand Neobay"); }
  model::Project load(const ProjectFile& project, const model::Project* before = nullptr) const {
    base::Progress progress;
    return project.load(progress, before);
  }

  // Every file of the folder with its bytes: "nothing was changed, nothing was left".
  std::map<std::string, std::string> everything() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
      std::ifstream stream(entry.path(), std::ios::binary);
      std::ostringstream bytes;
      bytes << stream.rdbuf();
      files[entry.path().filename().string()] = bytes.str();
    }
    return files;
  }

  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }

  // What another program (the sqlite3 shell) does to a file.
  static void other_program(const fs::path& path, const std::string& sql) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
    sqlite3_busy_timeout(handle, 5000);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << (message ? message : "");
    sqlite3_free(message);
    sqlite3_close(handle);
  }

  // All user tables as text, bit for bit (quote of every value, reals as hex of their 64 bits), and the index's
  // entries.
  static std::string dump(const fs::path& path) {
    std::string text;
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    const auto add = [&](const std::string& sql) {
      sqlite3_stmt* rows = nullptr;
      EXPECT_EQ(sqlite3_prepare_v2(handle, sql.c_str(), -1, &rows, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
      while (sqlite3_step(rows) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(rows); ++i) {
          char real[40];
          switch (sqlite3_column_type(rows, i)) {
            case SQLITE_FLOAT:
              std::snprintf(real, sizeof real, "%a", sqlite3_column_double(rows, i));
              text += real;
              break;
            case SQLITE_BLOB:
              for (int b = 0; b < sqlite3_column_bytes(rows, i); ++b) {
                std::snprintf(real, sizeof real, "%02x",
                              static_cast<const unsigned char*>(sqlite3_column_blob(rows, i))[b]);
                text += real;
              }
              break;
            case SQLITE_NULL:
              text += "NULL";
              break;
            default:
              text.append(reinterpret_cast<const char*>(sqlite3_column_text(rows, i)),
                          static_cast<std::size_t>(sqlite3_column_bytes(rows, i)));
          }
          text += '|';
        }
        text += '\n';
      }
      sqlite3_finalize(rows);
    };
    for (const std::string_view table : journalled_tables()) {
      text += std::string(table) + ":\n";
      add("SELECT * FROM " + std::string(table) + " ORDER BY id");
    }
    for (const SpatialTable& spatial : spatial_tables()) {
      text += "index of " + std::string(spatial.table) + ":\n";
      add("SELECT pkid, xmin, xmax, ymin, ymax FROM idx_" + std::string(spatial.table) + "_geom ORDER BY pkid");
    }
    sqlite3_close(handle);
    return text;
  }

  static geom::Bytes square(double x, double y, double side) {
    geom::GeometryColumn column(geom::GeometryKind::polygon);
    const geom::Coord ring[] = {{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}};
    column.begin_feature();
    column.begin_part();
    column.add_ring(ring);
    return geom::to_spatialite(column[0], 4549);
  }
  static geom::Bytes point(double x, double y) {
    geom::GeometryColumn column(geom::GeometryKind::point);
    const geom::Coord at[] = {{x, y}};
    column.begin_feature();
    column.begin_part();
    column.add_ring(at);
    return geom::to_spatialite(column[0], 4549);
  }
  static geom::Bytes line(double x, double y, double length) {
    geom::GeometryColumn column(geom::GeometryKind::line);
    const geom::Coord vertices[] = {{x, y}, {x + length, y + 1}};
    column.begin_feature();
    column.begin_part();
    column.add_ring(vertices);
    return geom::to_spatialite(column[0], 4549);
  }

  fs::path folder, file;
};

// The error's code and text; fails when nothing is thrown. One line, and it names what it is about.
template <class Work>
std::pair<base::ExitCode, std::string> error_of(Work work) {
  try {
    work();
  } catch (const base::Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return {error.code(), error.what()};
  }
  ADD_FAILURE() << "no error was thrown";
  return {base::ExitCode::done, ""};
}

}  // namespace zaitu::store

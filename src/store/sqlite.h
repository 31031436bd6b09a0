// SQLite behind two small classes. A Connection and its Statements belong to one thread. Every failure becomes a
// base::Error that names the file: constraint -> data_failed, locked or damaged -> project_unusable, disk ->
// output_failed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "store/project_file.h"

struct sqlite3;
struct sqlite3_stmt;

namespace zaitu::store {

// How long a statement waits for another program.
inline constexpr int busy_milliseconds = 4000;  // a user learns within 5 s who is in the way

class Statement {
 public:
  Statement() = default;
  Statement(const class Connection& connection, const std::string& sql);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;

  // Parameters and columns count from 0. Text and blob are copied.
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view value);
  void bind(int parameter, const Value& value);
  // For an SQL function of ours: sqlite3_value_pointer with the same `type`, a literal. Stays the caller's.
  void bind_pointer(int parameter, void* pointer, const char* type);
  bool step();  // true: a row is there
  // Makes it ready to run again; bindings stay.
  void reset();
  // Text and blob are not copied: `value` must stay until the statement has run and is bound anew.
  void bind_in_place(int parameter, const Value& value);
  void run() {  // a statement without rows
    while (step()) {
    }
    reset();
  }

  bool is_null(int column) const;
  std::int64_t integer(int column) const;   // NULL: 0
  double real(int column) const;            // NULL: NaN, the model's "not known"
  std::string_view text(int column) const;  // NULL: empty; valid until the next step
  std::span<const std::uint8_t> blob(int column) const;
  Value value(int column) const;  // as it is stored
  int column_count() const;
  std::string_view column_name(int column) const;

 private:
  const class Connection* m_connection = nullptr;
  sqlite3_stmt* m_handle = nullptr;
};

class Connection {
 public:
  Connection() = default;
  // `name`: an SQLite file name or URI. `file`: what errors call it. Whoever may write keeps the sums of the pages.
  Connection(const std::string& name, int flags, std::string file);
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;

  void execute(const std::string& sql) const;
  std::int64_t integer(const std::string& sql) const;  // first column of the first row, 0 without one
  std::string text(const std::string& sql) const;
  bool in_transaction() const;
  std::int64_t last_insert_id() const;
  // SpatiaLite's functions, which its triggers need for writing geometry; some milliseconds, once.
  void load_spatialite();
  void close();
  sqlite3* handle() const { return m_handle; }
  const std::string& file() const { return m_file; }
  [[noreturn]] void fail(int result, const std::string& doing = {}) const;

 private:
  sqlite3* m_handle = nullptr;
  void* m_spatialite = nullptr;
  std::string m_file;
};

// A file that belongs to `file` by its name: the log is beside(file, "-wal").
std::filesystem::path beside(std::filesystem::path file, std::string_view suffix);
bool has_content(const std::filesystem::path& file);

// "name" with inner quotes doubled.
std::string quoted_name(std::string_view name);

}  // namespace zaitu::store

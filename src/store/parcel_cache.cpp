#include "store/parcel_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>
#include <thread>
#include <utility>

#include "base/parallel.h"
#include "base/paths.h"
#include "store/checksum_vfs.h"

namespace zaitu::store {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t format_version = 3;
constexpr std::array<char, 8> magic{'Z', 'A', 'I', 'T', 'U', 'P', 'C', '\n'};
constexpr std::uint64_t most_bytes_of_all = std::uint64_t{2} << 30;
constexpr std::size_t piece_bytes = std::size_t{1} << 20;  // each with a checksum of its own
constexpr std::string_view ending = ".parcels";
constexpr std::string_view unfinished = ".unfinished";

// A handle that closes itself.
class Handle {
 public:
  explicit Handle(int handle) : m_handle(handle) {}
  Handle(Handle&& other) noexcept : m_handle(std::exchange(other.m_handle, -1)) {}
  Handle& operator=(Handle&&) = delete;
  ~Handle() {
    if (m_handle >= 0) ::close(m_handle);
  }
  int get() const { return m_handle; }
  explicit operator bool() const { return m_handle >= 0; }

 private:
  int m_handle;
};

// Not against an attacker: who can write here can write the project too. Against a disk, a half-written file, a stray
// program: eight lanes, each step of which is one to one in the lane and in the word, so that one changed word always
// changes the sum.
std::uint64_t checksum(const void* data, std::size_t bytes) {
  constexpr std::uint64_t odd = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio
  const auto mixed = [](std::uint64_t lane, std::uint64_t word) {
    lane = (lane ^ word) * odd;
    return lane ^ (lane >> 29);
  };
  std::array<std::uint64_t, 8> lanes{1, 2, 3, 4, 5, 6, 7, 8};
  const char* from = static_cast<const char*>(data);
  std::array<std::uint64_t, 8> words{};
  std::size_t left = bytes;
  for (; left >= sizeof words; left -= sizeof words, from += sizeof words) {
    std::memcpy(words.data(), from, sizeof words);
    for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i] = mixed(lanes[i], words[i]);
  }
  words.fill(0);
  if (left > 0) std::memcpy(words.data(), from, left);
  std::uint64_t sum = bytes;
  for (std::size_t i = 0; i < lanes.size(); ++i) sum = mixed(sum, mixed(lanes[i], words[i]));
  return sum;
}

bool is_off() {
  const char* const setting = std::getenv("ZAITU_CACHE");
  return setting != nullptr && std::string_view(setting) == "off";
}

bool is_mine_alone(const struct stat& facts) {
  return facts.st_uid == ::geteuid() && (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

// The folder of the cache, for the *at functions; made when `make`. No handle: not there, or not to be trusted.
Handle open_folder(bool make) {
  const fs::path of_program = base::cache_dir();
  if (of_program.empty()) return Handle(-1);
  const fs::path folder = of_program / "parcels";
  if (make) {
    std::error_code ignored;
    fs::create_directories(of_program.parent_path(), ignored);
    ::mkdir(of_program.c_str(), 0700);
    ::mkdir(folder.c_str(), 0700);
  }
  for (const fs::path& each : {of_program, folder}) {
    struct stat facts {};
    if (::lstat(each.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode) || !is_mine_alone(facts)) return Handle(-1);
  }
  Handle handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat facts {};
  if (!handle || ::fstat(handle.get(), &facts) != 0 || !is_mine_alone(facts)) return Handle(-1);
  return handle;
}

std::string name_of(const ParcelCacheKey& key) {
  return fmt::format("{:016x}{}", checksum(key.path.data(), key.path.size()), ending);
}

std::int64_t nanoseconds(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

// What stat() tells of the project's file.
std::vector<std::int64_t> facts_of(const struct stat& file) {
  return {static_cast<std::int64_t>(file.st_dev), static_cast<std::int64_t>(file.st_ino),
          static_cast<std::int64_t>(file.st_size), nanoseconds(file.st_mtim), nanoseconds(file.st_ctim)};
}

// Was the last change long enough ago that another one would show in the times?
bool is_settled(std::int64_t last_change) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  constexpr std::int64_t a_while = 2'000'000'000;  // the coarsest steps of a file system's clock
  return last_change + a_while < nanoseconds(now);
}

bool begins_with(const std::vector<std::int64_t>& facts, const std::vector<std::int64_t>& first) {
  return facts.size() >= first.size() && std::equal(first.begin(), first.end(), facts.begin());
}

// ---- What is in the file -------------------------------------------------------------------------------------------
//
// Header, index, arrays. The index is numbers: the key, then what the columns say of themselves in their own order,
// with the element count of each array, then the texts beside them, then the checksum of each piece of the arrays.
// Arrays begin at multiples of 64 bytes.

struct CacheHeader {
  std::array<char, 8> magic{};
  std::uint64_t version = 0, index_bytes = 0, index_checksum = 0, data_bytes = 0, header_checksum = 0;

  std::uint64_t sum() const { return checksum(this, offsetof(CacheHeader, header_checksum)); }
};
static_assert(sizeof(CacheHeader) == 48);

constexpr std::uint64_t aligned(std::uint64_t offset) { return (offset + 63) & ~std::uint64_t{63}; }

struct Array {  // of one column
  void* to = nullptr;
  const void* from = nullptr;
  std::uint64_t offset = 0, bytes = 0;  // in the file, from the first array's beginning
};

class Index {
 public:
  void put(std::uint64_t number) { m_numbers.push_back(number); }
  void put_text(std::string_view text) {
    put(text.size());
    const std::size_t at = m_numbers.size();
    m_numbers.resize(at + (text.size() + 7) / 8);
    if (!text.empty()) std::memcpy(&m_numbers[at], text.data(), text.size());
  }
  const std::vector<std::uint64_t>& numbers() const { return m_numbers; }

 private:
  std::vector<std::uint64_t> m_numbers;
};

void put_key(Index& index, const ParcelCacheKey& key) {
  index.put_text(key.path);
  index.put(key.facts.size());
  for (const std::int64_t fact : key.facts) index.put(static_cast<std::uint64_t>(fact));
}

// Visits columns to write down what they are made of.
class ColumnWriter {
 public:
  explicit ColumnWriter(Index& index) : m_index(index) {}

  void number(std::size_t value) { m_index.put(value); }
  template <class T>
  void value(const T& value) {
    m_index.put_text({reinterpret_cast<const char*>(&value), sizeof value});
  }
  template <class T>
  void array(const base::PlainVector<T>& values) {
    m_index.put(values.size());
    if (values.empty()) return;
    const std::uint64_t bytes = values.size() * sizeof(T);
    m_arrays.push_back({nullptr, values.data(), m_end, bytes});
    m_end = aligned(m_end + bytes);
  }
  void texts(const std::vector<std::string>& texts) {
    m_index.put(texts.size());
    for (const std::string& text : texts) m_index.put_text(text);
  }
  const std::vector<Array>& arrays() const { return m_arrays; }
  std::uint64_t data_bytes() const { return m_end; }

 private:
  Index& m_index;
  std::vector<Array> m_arrays;
  std::uint64_t m_end = 0;
};

struct Damaged {};

// Visits columns to make them as they were, with room for the arrays.
class ColumnReader {
 public:
  ColumnReader(std::vector<std::uint64_t> numbers, std::uint64_t data_bytes)
      : m_numbers(std::move(numbers)), m_data_bytes(data_bytes) {}

  std::uint64_t take() {
    if (m_next == m_numbers.size()) throw Damaged();
    return m_numbers[m_next++];
  }
  std::string_view take_text() {
    const std::uint64_t bytes = take();
    if (bytes > (m_numbers.size() - m_next) * 8) throw Damaged();
    const std::string_view text(reinterpret_cast<const char*>(m_numbers.data() + m_next), bytes);
    m_next += (bytes + 7) / 8;
    return text;
  }
  void number(std::size_t& value) { value = take(); }
  template <class T>
  void value(T& value) {
    const std::string_view bytes = take_text();
    if (bytes.size() != sizeof value) throw Damaged();
    std::memcpy(&value, bytes.data(), sizeof value);
  }
  template <class T>
  void array(base::PlainVector<T>& values) {
    const std::uint64_t count = take();
    values.clear();
    if (count == 0) return;
    if (count > (m_data_bytes - m_end) / sizeof(T)) throw Damaged();
    values.reserve(count);
    const std::uint64_t bytes = count * sizeof(T);
    m_arrays.push_back({values.extend(count), nullptr, m_end, bytes});
    m_end = std::min(aligned(m_end + bytes), m_data_bytes);
  }
  void texts(std::vector<std::string>& texts) {
    const std::uint64_t count = take();
    texts.clear();
    for (std::uint64_t i = 0; i < count; ++i) texts.emplace_back(take_text());
  }
  bool at_end() const { return m_next == m_numbers.size(); }
  const std::vector<Array>& arrays() const { return m_arrays; }

 private:
  std::vector<std::uint64_t> m_numbers;
  std::size_t m_next = 0;
  std::uint64_t m_data_bytes, m_end = 0;
  std::vector<Array> m_arrays;
};

// Columns of values say themselves what they are made of; a column of geometries is its chunks.
template <class Column>
void write_column(const Column& column, ColumnWriter& writer) {
  Column::each_member(column, writer);
}

void write_column(const geom::GeometryColumn& column, ColumnWriter& writer) {
  writer.value(column.kind());
  std::size_t count = 0;
  for (const auto& chunk : column.chunks()) count += chunk->size() > 0 ? 1U : 0U;
  writer.number(count);
  for (const auto& chunk : column.chunks()) {
    if (chunk->size() == 0) continue;
    writer.array(chunk->feature_parts);
    writer.array(chunk->part_rings);
    writer.array(chunk->ring_coords);
    writer.array(chunk->coords);
  }
}

template <class Column>
void read_column(Column& column, ColumnReader& reader) {
  Column::each_member(column, reader);
}

void read_column(geom::GeometryColumn& column, ColumnReader& reader) {
  geom::GeometryKind kind{};
  reader.value(kind);
  std::vector<std::shared_ptr<geom::GeometryChunk>> chunks;
  const std::uint64_t count = reader.take();
  for (std::uint64_t i = 0; i < count; ++i) {
    auto chunk = std::make_shared<geom::GeometryChunk>();
    chunk->kind = kind;
    reader.array(chunk->feature_parts);
    reader.array(chunk->part_rings);
    reader.array(chunk->ring_coords);
    reader.array(chunk->coords);
    if (chunk->feature_parts.size() < 2) throw Damaged();
    chunks.push_back(std::move(chunk));
  }
  column = geom::GeometryColumn::of_chunks(kind, std::move(chunks));
}

// Stage events by column; in memory each is a value of its own.
struct EventColumns {
  model::ValueColumn<model::EventId> id;
  model::ValueColumn<model::PhaseId> phase;
  model::ValueColumn<model::ParcelId> parcel;
  model::DictionaryColumn stage_code;
  model::ValueColumn<std::uint8_t> kind;
  model::ValueColumn<std::int32_t> dated;  // in days
  model::ValueColumn<model::DocumentId> document;
  model::TextColumn evidence, page, note;
  model::ValueColumn<std::uint8_t> synthetic;

  EventColumns() = default;
  explicit EventColumns(const std::vector<model::StageEvent>& events) {
    for (const model::StageEvent& event : events) {
      id.push_back(event.id);
      phase.push_back(event.phase);
      parcel.push_back(event.parcel);
      stage_code.push_back(event.stage_code);
      kind.push_back(static_cast<std::uint8_t>(event.kind));
      dated.push_back(event.dated.days());
      document.push_back(event.document);
      evidence.push_back(event.evidence);
      page.push_back(event.page);
      note.push_back(event.note);
      synthetic.push_back(event.synthetic ? 1 : 0);
    }
  }

  template <class Self, class Visit>
  static void each_column(Self& columns, Visit visit) {
    visit(columns.id);
    visit(columns.phase);
    visit(columns.parcel);
    visit(columns.stage_code);
    visit(columns.kind);
    visit(columns.dated);
    visit(columns.document);
    visit(columns.evidence);
    visit(columns.page);
    visit(columns.note);
    visit(columns.synthetic);
  }

  bool make_sound() {
    bool sound = true;
    each_column(*this, [&](auto& column) {
      if constexpr (requires { column.make_sound(); }) {
        sound = sound && column.make_sound();
      } else {
        sound = sound && column.is_sound();
      }
      sound = sound && column.size() == id.size();
    });
    for (std::size_t row = 0; sound && row < id.size(); ++row) {
      sound = kind[row] <= static_cast<std::uint8_t>(model::EventKind::actual);
    }
    return sound;
  }

  std::vector<model::StageEvent> events(unsigned threads) const {
    std::vector<model::StageEvent> all(id.size());
    base::for_stretches(all.size(), threads, [&](unsigned, std::size_t from, std::size_t to) {
      for (std::size_t row = from; row < to; ++row) {
        model::StageEvent& event = all[row];
        event.id = id[row];
        event.phase = phase[row];
        event.parcel = parcel[row];
        event.stage_code = stage_code[row];
        event.kind = static_cast<model::EventKind>(kind[row]);
        event.dated = base::Date::from_days(dated[row]);
        event.document = document[row];
        event.evidence = evidence[row];
        event.page = page[row];
        event.note = note[row];
        event.synthetic = synthetic[row] != 0;
      }
    });
    return all;
  }
};

// After the arrays were read.
bool is_sound(model::ParcelTable& table) {
  bool sound = true;
  const std::size_t rows = table.size();
  model::ParcelTable::each_column(
      [&](auto& held) {
        auto& column = held.edit();
        if (!sound || column.size() != rows) {
          sound = false;
        } else if constexpr (requires { column.chunks(); }) {
          sound = std::all_of(column.chunks().begin(), column.chunks().end(),
                              [](const auto& chunk) { return chunk->is_sound(); });
        } else if constexpr (requires { column.make_sound(); }) {
          sound = column.make_sound();
        } else {
          sound = column.is_sound();
        }
      },
      table);
  return sound && table.feature_index->is_sound(rows);
}

struct Piece {
  std::size_t array = 0;
  std::uint64_t from = 0, bytes = 0;  // of the array
};

std::vector<Piece> pieces_of(const std::vector<Array>& arrays) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    for (std::uint64_t from = 0; from < arrays[i].bytes; from += piece_bytes) {
      pieces.push_back({i, from, std::min<std::uint64_t>(piece_bytes, arrays[i].bytes - from)});
    }
  }
  return pieces;
}

bool read_all(int handle, void* to, std::uint64_t bytes, std::uint64_t offset) {
  char* next = static_cast<char*>(to);
  while (bytes > 0) {
    const ssize_t got = ::pread(handle, next, bytes, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    next += got;
    offset += static_cast<std::uint64_t>(got);
    bytes -= static_cast<std::uint64_t>(got);
  }
  return true;
}

bool write_all(int handle, const void* from, std::uint64_t bytes, std::uint64_t offset) {
  const char* next = static_cast<const char*>(from);
  while (bytes > 0) {
    const ssize_t put = ::pwrite(handle, next, bytes, static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    next += put;
    offset += static_cast<std::uint64_t>(put);
    bytes -= static_cast<std::uint64_t>(put);
  }
  return true;
}

// Each piece's checksum is taken while the piece is still in the processor's cache.
bool read_pieces(int handle, std::uint64_t data_offset, const std::vector<Array>& arrays,
                 const std::vector<Piece>& pieces, const std::vector<std::uint64_t>& sums, unsigned threads) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> sound{true};
  const auto work = [&] {
    for (std::size_t i = next++; i < pieces.size() && sound; i = next++) {
      const Array& array = arrays[pieces[i].array];
      char* const to = static_cast<char*>(array.to) + pieces[i].from;
      base::provide(to, pieces[i].bytes);
      if (!read_all(handle, to, pieces[i].bytes, data_offset + array.offset + pieces[i].from) ||
          checksum(to, pieces[i].bytes) != sums[i]) {
        sound = false;
      }
    }
  };
  std::vector<std::thread> others;
  for (unsigned thread = 1; thread < threads; ++thread) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  return sound;
}

// The least recently used first, until the rest may stay; and what a program that ended amid its writing left behind.
void tidy(int folder, const std::string& keep) {
  struct Entry {
    std::string name;
    std::int64_t used = 0;
    std::uint64_t bytes = 0;
  };
  std::vector<Entry> entries;
  std::uint64_t all = 0;
  const int listed = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const list = listed < 0 ? nullptr : ::fdopendir(listed);
  if (list == nullptr) {
    if (listed >= 0) ::close(listed);
    return;
  }
  const std::int64_t now = nanoseconds({::time(nullptr), 0});
  constexpr std::int64_t long_ago = std::int64_t{3600} * 1'000'000'000;
  while (const dirent* const entry = ::readdir(list)) {
    const std::string name = entry->d_name;
    struct stat facts {};
    if (::fstatat(folder, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(facts.st_mode)) continue;
    const std::int64_t used = nanoseconds(facts.st_mtim);
    if (name.ends_with(unfinished)) {
      if (used < now - long_ago) ::unlinkat(folder, name.c_str(), 0);
    } else if (name.ends_with(ending)) {
      all += static_cast<std::uint64_t>(facts.st_size);
      if (name != keep) entries.push_back({name, used, static_cast<std::uint64_t>(facts.st_size)});
    }
  }
  ::closedir(list);
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.used < b.used; });
  for (const Entry& entry : entries) {
    if (all <= most_bytes_of_all) return;
    if (::unlinkat(folder, entry.name.c_str(), 0) == 0) all -= entry.bytes;
  }
}

}  // namespace

std::optional<ParcelCacheKey> parcel_cache_key(const Session& session, std::int64_t revision) {
  if (is_off() || base::cache_dir().empty()) return std::nullopt;
  std::error_code error;
  ParcelCacheKey key;
  key.path = fs::canonical(session.path, error).string();
  if (error) return std::nullopt;
  struct stat log {};
  for (const char* const suffix : {"-wal", "-journal"}) {
    if (::stat((key.path + suffix).c_str(), &log) == 0 && log.st_size > 0) return std::nullopt;
  }
  struct stat file {};
  if (::stat(key.path.c_str(), &file) != 0) return std::nullopt;
  // Does the path still lead to the file that the connection has open?
  int has_moved = 1;
  sqlite3_file_control(session.connection.handle(), "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
  if (has_moved != 0) return std::nullopt;
  std::array<std::uint8_t, 4> counter{};  // the file's change counter ("The Database File Format", section 1.3)
  if (!read_raw(session.connection.handle(), 24, counter)) return std::nullopt;
  key.facts = facts_of(file);
  for (const std::uint8_t byte : counter) key.facts.push_back(byte);
  key.facts.push_back(revision);
  key.facts.push_back(schema_version);
  struct stat program {};
  if (::stat("/proc/self/exe", &program) != 0) return std::nullopt;
  for (const std::int64_t fact : facts_of(program)) key.facts.push_back(fact);

  key.settled = is_settled(std::max(nanoseconds(file.st_mtim), nanoseconds(file.st_ctim)));
  return key;
}

std::optional<ParcelCacheKey> viewed_cache_key(const std::vector<fs::path>& files,
                                               const std::vector<fs::path>& beside) {
  if (is_off() || base::cache_dir().empty() || files.empty()) return std::nullopt;
  std::error_code error;
  ParcelCacheKey key;
  key.path = fs::canonical(files.front(), error).string();
  if (error) return std::nullopt;
  std::string names = "looked at";
  std::int64_t newest = 0;
  for (const fs::path& path : files) {
    struct stat file {};
    if (::stat(path.c_str(), &file) != 0 || !S_ISREG(file.st_mode)) return std::nullopt;
    for (const std::int64_t fact : facts_of(file)) key.facts.push_back(fact);
    names += '\n' + path.string();
    newest = std::max({newest, nanoseconds(file.st_mtim), nanoseconds(file.st_ctim)});
  }
  for (const fs::path& path : beside) {
    struct stat file {};
    if (::stat(path.c_str(), &file) != 0) return std::nullopt;
    for (const std::int64_t fact : facts_of(file)) key.facts.push_back(fact);
    names += '\n' + path.string();
  }
  // The program and what it reads and reckons with.
  struct Libraries {
    std::vector<std::int64_t> facts;
    bool known = true;
  } libraries;
  ::dl_iterate_phdr(
      [](dl_phdr_info* library, std::size_t, void* to) {
        auto& all = *static_cast<Libraries*>(to);
        const std::string_view name = library->dlpi_name == nullptr ? "" : library->dlpi_name;
        const std::string_view base_name = name.substr(name.rfind('/') + 1);
        // Not what a window loads on its way: graphics, fonts.
        constexpr std::string_view reckoning[] = {"libgdal",   "libgeos", "libproj", "libsqlite3",
                                                  "libstdc++", "libc.",   "libm."};
        const bool counts = name.empty() || std::any_of(std::begin(reckoning), std::end(reckoning),
                                                        [&](auto start) { return base_name.starts_with(start); });
        if (!counts) return 0;
        struct stat file {};
        if (::stat(name.empty() ? "/proc/self/exe" : library->dlpi_name, &file) != 0) {
          all.known = false;
          return 1;
        }
        for (const std::int64_t fact : facts_of(file)) all.facts.push_back(fact);
        return 0;
      },
      &libraries);
  if (!libraries.known) return std::nullopt;
  key.facts.push_back(
      static_cast<std::int64_t>(checksum(libraries.facts.data(), libraries.facts.size() * sizeof(std::int64_t))));
  key.facts.push_back(static_cast<std::int64_t>(checksum(names.data(), names.size())));
  key.settled = is_settled(newest);
  return key;
}

std::optional<CachedTables> read_parcel_cache(const ParcelCacheKey& key, unsigned threads) {
  const Handle folder = open_folder(false);
  if (!folder) return std::nullopt;
  const Handle file(::openat(folder.get(), name_of(key).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat facts {};
  if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode) || !is_mine_alone(facts)) {
    return std::nullopt;
  }
  try {
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    CacheHeader header;
    if (size < sizeof header || !read_all(file.get(), &header, sizeof header, 0) || header.magic != magic ||
        header.version != format_version || header.header_checksum != header.sum() || header.index_bytes % 8 != 0 ||
        header.index_bytes > size - sizeof header) {
      return std::nullopt;
    }
    const std::uint64_t data_offset = aligned(sizeof header + header.index_bytes);
    if (size < data_offset || header.data_bytes != size - data_offset) return std::nullopt;
    std::vector<std::uint64_t> numbers(header.index_bytes / 8);
    if (!read_all(file.get(), numbers.data(), header.index_bytes, sizeof header) ||
        checksum(numbers.data(), header.index_bytes) != header.index_checksum) {
      return std::nullopt;
    }
    ColumnReader reader(std::move(numbers), header.data_bytes);
    ParcelCacheKey written;
    written.path = reader.take_text();
    for (std::uint64_t left = reader.take(); left > 0; --left) {
      written.facts.push_back(static_cast<std::int64_t>(reader.take()));
    }
    if (!(written == key)) return std::nullopt;
    CachedTables tables;
    model::ParcelTable& table = tables.parcels;
    model::ParcelTable::each_column([&](auto& column) { read_column(column.edit(), reader); }, table);
    auto index = std::make_shared<geom::FeatureIndex>();
    geom::FeatureIndex::each_member(*index, reader);
    table.feature_index = index;
    EventColumns events;
    EventColumns::each_column(events, [&](auto& column) { read_column(column, reader); });
    reader.texts(tables.notes);
    const std::vector<Piece> pieces = pieces_of(reader.arrays());
    std::vector<std::uint64_t> sums(pieces.size());
    for (std::uint64_t& sum : sums) sum = reader.take();
    if (!reader.at_end() || !read_pieces(file.get(), data_offset, reader.arrays(), pieces, sums, threads) ||
        !is_sound(table) || !events.make_sound()) {
      return std::nullopt;
    }
    tables.stage_events = events.events(threads);
    ::futimens(file.get(), nullptr);  // used just now
    return tables;
  } catch (const Damaged&) {
    return std::nullopt;
  } catch (const std::bad_alloc&) {
    return std::nullopt;
  }
}

bool write_parcel_cache(const ParcelCacheKey& key, const model::ParcelTable& parcels,
                        const std::vector<model::StageEvent>& stage_events, const base::Progress& progress,
                        const std::vector<std::string>& notes) {
  struct stat project {};
  if (!key.settled || ::stat(key.path.c_str(), &project) != 0 || !begins_with(key.facts, facts_of(project))) {
    return false;
  }
  Index index;
  put_key(index, key);
  ColumnWriter writer(index);
  model::ParcelTable::each_column([&](const auto& column) { write_column(*column, writer); }, parcels);
  const auto feature_index =
      parcels.feature_index ? parcels.feature_index : std::make_shared<const geom::FeatureIndex>(*parcels.geometry);
  geom::FeatureIndex::each_member(*feature_index, writer);
  const EventColumns events(stage_events);
  EventColumns::each_column(events, [&](const auto& column) { write_column(column, writer); });
  writer.texts(notes);
  const std::vector<Piece> pieces = pieces_of(writer.arrays());
  CacheHeader header;
  header.magic = magic;
  header.version = format_version;
  header.index_bytes = (index.numbers().size() + pieces.size()) * 8;
  header.data_bytes = writer.data_bytes();
  const std::uint64_t data_offset = aligned(sizeof header + header.index_bytes);
  if (data_offset + header.data_bytes > most_bytes_of_all) return false;

  const Handle folder = open_folder(true);
  if (!folder) return false;
  static std::atomic<unsigned> writes{0};
  const std::string name = name_of(key);
  const std::string building = fmt::format("{}.{}.{}{}", name, ::getpid(), writes++, unfinished);
  const Handle file(
      ::openat(folder.get(), building.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return false;
  const auto written = [&] {
    for (const Piece& piece : pieces) {
      if (progress.stop_requested()) return false;
      const Array& array = writer.arrays()[piece.array];
      const char* const from = static_cast<const char*>(array.from) + piece.from;
      index.put(checksum(from, piece.bytes));
      if (!write_all(file.get(), from, piece.bytes, data_offset + array.offset + piece.from)) return false;
    }
    header.index_checksum = checksum(index.numbers().data(), header.index_bytes);
    header.header_checksum = header.sum();
    return ::ftruncate(file.get(), static_cast<off_t>(data_offset + header.data_bytes)) == 0 &&
           write_all(file.get(), index.numbers().data(), header.index_bytes, sizeof header) &&
           write_all(file.get(), &header, sizeof header, 0) &&
           ::renameat(folder.get(), building.c_str(), folder.get(), name.c_str()) == 0;
  };
  if (!written()) {
    ::unlinkat(folder.get(), building.c_str(), 0);
    return false;
  }
  tidy(folder.get(), name);
  return true;
}

}  // namespace zaitu::store

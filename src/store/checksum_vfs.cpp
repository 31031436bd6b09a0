#include "store/checksum_vfs.h"

#include <sqlite3.h>
#include <xxhash.h>

#include <cstring>
#include <memory>
#include <new>
#include <vector>

namespace zaitu::store {

namespace {

constexpr std::size_t least_page = 512, most_page = 65536;

sqlite3_vfs* system_vfs = nullptr;

// What SQLite holds as a file. The system's own file object follows it in memory.
struct SummedFile {
  sqlite3_file base;
  bool has_sums;  // the database reserves eight bytes of each page or more, as its first page says
  std::vector<std::uint8_t>* page;
};
constexpr std::size_t own_bytes = (sizeof(SummedFile) + 15) / 16 * 16;

SummedFile& own(sqlite3_file* file) { return *reinterpret_cast<SummedFile*>(file); }
sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::uint8_t*>(file) + own_bytes);
}

// Header of an SQLite database ("The Database File Format", section 1.3): byte 20 tells the reserved bytes.
bool reserves_bytes(const std::uint8_t* header) {
  return std::memcmp(header, "SQLite format 3", 16) == 0 && header[20] == sum_bytes;
}

void put_sum(std::uint64_t sum, std::uint8_t* to) {
  for (int i = 0; i < sum_bytes; ++i) to[i] = static_cast<std::uint8_t>(sum >> (8 * i));
}

int close_file(sqlite3_file* file) {
  const int result = real(file)->pMethods->xClose(real(file));
  delete own(file).page;
  own(file).page = nullptr;
  return result;
}

int read_file(sqlite3_file* file, void* bytes, int amount, sqlite3_int64 offset) {
  return real(file)->pMethods->xRead(real(file), bytes, amount, offset);
}

int write_file(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
  SummedFile& summed = own(file);
  const auto size = static_cast<std::size_t>(amount);
  const auto* from = static_cast<const std::uint8_t*>(bytes);
  if (offset == 0 && size >= least_page) summed.has_sums = reserves_bytes(from);
  const bool whole_page = size >= least_page && size <= most_page && (size & (size - 1)) == 0 && offset % amount == 0;
  if (!summed.has_sums || !whole_page) return real(file)->pMethods->xWrite(real(file), bytes, amount, offset);
  // SQLite's own copy stays as it is.
  std::vector<std::uint8_t>& page = *summed.page;
  try {
    page.assign(from, from + size);
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
  put_sum(sum_of_page(static_cast<std::uint32_t>(offset / amount + 1), page), page.data() + size - sum_bytes);
  return real(file)->pMethods->xWrite(real(file), page.data(), amount, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) { return real(file)->pMethods->xTruncate(real(file), size); }
int sync_file(sqlite3_file* file, int flags) { return real(file)->pMethods->xSync(real(file), flags); }
int size_of_file(sqlite3_file* file, sqlite3_int64* size) { return real(file)->pMethods->xFileSize(real(file), size); }
int lock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int unlock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
int check_lock(sqlite3_file* file, int* reserved) {
  return real(file)->pMethods->xCheckReservedLock(real(file), reserved);
}
int control_file(sqlite3_file* file, int operation, void* argument) {
  return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int characteristics(sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }
int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** to) {
  return real(file)->pMethods->xShmMap(real(file), region, size, extend, to);
}
int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void shared_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int unmap_shared(sqlite3_file* file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); }

// Version 2: files are never mapped into memory.
const sqlite3_io_methods summed_methods = {
    2,           close_file,     read_file,    write_file,   truncate_file, sync_file,       size_of_file,
    lock_file,   unlock_file,    check_lock,   control_file, sector_size,   characteristics, map_shared,
    lock_shared, shared_barrier, unmap_shared, nullptr,      nullptr};

int open_file(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* flags_out) {
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return system_vfs->xOpen(system_vfs, name, file, flags, flags_out);
  static_cast<void>(vfs);
  SummedFile& summed = own(file);
  summed = {};
  summed.page = new (std::nothrow) std::vector<std::uint8_t>;
  if (summed.page == nullptr) return SQLITE_NOMEM;
  const int result = system_vfs->xOpen(system_vfs, name, real(file), flags, flags_out);
  if (result != SQLITE_OK) {
    delete summed.page;
    summed.page = nullptr;
    return result;
  }
  std::uint8_t header[100] = {};
  if (real(file)->pMethods->xRead(real(file), header, sizeof header, 0) == SQLITE_OK) {
    summed.has_sums = reserves_bytes(header);
  }
  summed.base.pMethods = &summed_methods;
  return SQLITE_OK;
}

sqlite3_file* file_of(sqlite3* connection) {
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return nullptr;
  return file != nullptr && file->pMethods != nullptr ? file : nullptr;
}

}  // namespace

const char* checksum_vfs() {
  static const char* const name = [] {
    static sqlite3_vfs summed;
    system_vfs = sqlite3_vfs_find(nullptr);
    // The other methods neither know nor care whose they are.
    summed = *system_vfs;
    summed.pNext = nullptr;
    summed.zName = "zaitu-sums";
    summed.szOsFile = static_cast<int>(own_bytes) + system_vfs->szOsFile;
    summed.xOpen = open_file;
    sqlite3_vfs_register(&summed, 0);
    return summed.zName;
  }();
  return name;
}

std::uint64_t sum_of_page(std::uint32_t page, std::span<const std::uint8_t> bytes) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size() - sum_bytes, page);
}

std::uint64_t stored_sum(std::span<const std::uint8_t> page) {
  std::uint64_t sum = 0;
  for (int i = 0; i < sum_bytes; ++i) {
    sum |= std::uint64_t{page[page.size() - sum_bytes + static_cast<std::size_t>(i)]} << (8 * i);
  }
  return sum;
}

bool has_right_sum(std::uint32_t page, std::span<const std::uint8_t> bytes) {
  return stored_sum(bytes) == sum_of_page(page, bytes);
}

bool read_raw(sqlite3* connection, std::uint64_t offset, std::span<std::uint8_t> bytes) {
  sqlite3_file* file = file_of(connection);
  if (file == nullptr) return false;
  const int result =
      file->pMethods->xRead(file, bytes.data(), static_cast<int>(bytes.size()), static_cast<sqlite3_int64>(offset));
  return result == SQLITE_OK || result == SQLITE_IOERR_SHORT_READ;  // what is missing is filled with zeros
}

bool write_raw(sqlite3* connection, std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  sqlite3_file* file = file_of(connection);
  return file != nullptr && file->pMethods->xWrite(file, bytes.data(), static_cast<int>(bytes.size()),
                                                   static_cast<sqlite3_int64>(offset)) == SQLITE_OK;
}

bool sync_raw(sqlite3* connection) {
  sqlite3_file* file = file_of(connection);
  return file != nullptr && file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

std::uint64_t raw_size(sqlite3* connection) {
  sqlite3_file* file = file_of(connection);
  sqlite3_int64 size = 0;
  if (file == nullptr || file->pMethods->xFileSize(file, &size) != SQLITE_OK) return 0;
  return static_cast<std::uint64_t>(size);
}

}  // namespace zaitu::store

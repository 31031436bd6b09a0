// A sum for each page of a project file. SQLite leaves the last eight bytes of every page to us (header byte 20); when
// a whole page is written to the database file they get XXH3 (64 bits, little-endian) of the other bytes, seeded with
// the page's number. Other programs read and write such a file as any other: they keep those bytes as they are, so
// that a page they wrote carries an old sum. What follows from a wrong sum is said in store/seal.h.
// Sums are written, not looked at, on the way of ordinary reads and writes. Journals and logs have sums of SQLite's.
#pragma once

#include <cstdint>
#include <span>

struct sqlite3;

namespace zaitu::store {

inline constexpr int sum_bytes = 8;

// Name of the VFS, registered with the first call; on top of the system's own. Any thread.
const char* checksum_vfs();
// Of a whole page, over all but its last eight bytes.
std::uint64_t sum_of_page(std::uint32_t page, std::span<const std::uint8_t> bytes);
std::uint64_t stored_sum(std::span<const std::uint8_t> page);
bool has_right_sum(std::uint32_t page, std::span<const std::uint8_t> bytes);

// Bytes of the database file as they lie there, past any log, through the connection's own handle: a second one of this
// process would drop SQLite's locks when it is closed. Bytes beyond the end are 0. False: they cannot be read.
bool read_raw(sqlite3* connection, std::uint64_t offset, std::span<std::uint8_t> bytes);
// Into the file, without SQLite's knowledge: only sums are written so. False when the system refuses.
bool write_raw(sqlite3* connection, std::uint64_t offset, std::span<const std::uint8_t> bytes);
bool sync_raw(sqlite3* connection);
std::uint64_t raw_size(sqlite3* connection);

}  // namespace zaitu::store

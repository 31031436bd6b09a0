// The parcels of large project files as they lie in memory, with the index of their outlines and with the stage events,
// one file for each project in the user's cache folder ($XDG_CACHE_HOME/zaitu/parcels), so that a known project is
// shown without reading its rows one by one. The cache only
// saves time: whatever is wrong with it, it is not used, and nobody is told. ZAITU_CACHE=off switches it off.
//
// What the key proves. It is taken inside a read transaction that reads nothing from a log, so all that the connection
// sees is in the one file, and nobody can write there before the transaction ends. The key names the file (path,
// device, inode), its size, the times of its last change to content and to inode in nanoseconds, SQLite's change
// counter, the journal's last number, the schema's version and this very program. Any program that writes to the file
// (SQLite, QGIS, an editor, cp or rsync that sets the old time again) makes the system set the inode's time, which no
// program can set. A clock ticks in steps, so a file that was written less than two seconds ago is not cached: another
// write in the same step would not show. Not seen: a change below the file system, or one made while the machine's
// clock is set back to the very nanosecond.
//
// Foreign files that were looked at are cached likewise, with what the load had to say. Their key names all
// files that were read and, instead of what only a project has, the libraries that the program reads and reckons with
// and the vocabulary that the texts were compared with. It is taken before the private copy is made and once more after
// the last row, so the copy was made of what it names; with a log beside an SQLite file there is none.
//
// What is read is believed only when it is a plain file of this user in folders of this user, none of them writable by
// others, with the same key, and the right checksum of every byte; then every offset is looked at once more.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "store/session.h"

namespace zaitu::store {

struct ParcelCacheKey {
  std::string path;                 // the real one
  std::vector<std::int64_t> facts;  // as said above
  bool settled = false;             // written long enough ago to be cached
  friend bool operator==(const ParcelCacheKey& a, const ParcelCacheKey& b) {
    return a.path == b.path && a.facts == b.facts;
  }
};

// Inside the session's read transaction. nullopt: nothing proves what the connection sees, or the cache is off.
std::optional<ParcelCacheKey> parcel_cache_key(const Session& session, std::int64_t revision);

// Of a foreign file: `files` are the named one and then its siblings, `beside` what else the result depends on.
// nullopt: there is nothing to go by, or the cache is off.
std::optional<ParcelCacheKey> viewed_cache_key(const std::vector<std::filesystem::path>& files,
                                               const std::vector<std::filesystem::path>& beside);

struct CachedTables {
  model::ParcelTable parcels;  // with its index
  std::vector<model::StageEvent> stage_events;
  std::vector<std::string> notes;  // the texts that were written beside them
};

// nullopt: none, another content's, damaged, or not to be trusted. Reads on `threads` threads.
std::optional<CachedTables> read_parcel_cache(const ParcelCacheKey& key, unsigned threads);

// Puts the finished file in its place with one rename, for any thread and beside other programs that do the same;
// removes the files used longest ago while all of them take more than 2 GiB. Makes the index where the table has none.
// Does nothing when the file is no longer what the key says, or the folder cannot be written. True when it was written.
bool write_parcel_cache(const ParcelCacheKey& key, const model::ParcelTable& parcels,
                        const std::vector<model::StageEvent>& stage_events, const base::Progress& progress,
                        const std::vector<std::string>& notes = {});

}  // namespace zaitu::store

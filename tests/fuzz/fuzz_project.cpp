// Damage of a project anywhere: looking and recovering never die of it, and a changed byte is never called whole.
// The input is a list of changes to one small project: where (u32), how many bytes (u8), the bytes.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "store/project_file.h"
#include "store/recover.h"
#include "store/verify.h"

using namespace zaitu;

namespace {

const std::string base_name = "/dev/shm/zaitu-fuzz-" + std::to_string(getpid());

std::string make_project() {
  const std::string file = base_name + ".sqlite";
  {
    store::ProjectFile project =
        store::ProjectFile::create(file, crs::CoordinateReferenceSystem::from_text("EPSG:4549"), "工程", "project");
    store::Transaction some = project.begin("some");
    for (int i = 1; i <= 60; ++i) {
      some.insert("parcels", {{"code", "P" + std::to_string(i)},
                              {"note", std::string(static_cast<std::size_t>(i * 7 % 90), 'n')}});
    }
    some.commit();
    store::Transaction named = project.begin("named");
    for (int i = 1; i <= 60; i += 3) named.update("parcels", i, {{"name", std::string("named")}});
    named.commit();
    project.undo();
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string whole = make_project();
  static std::string bytes;
  bytes = whole;
  while (size >= 5) {
    std::uint32_t where = 0;
    std::memcpy(&where, data, sizeof where);
    where %= static_cast<std::uint32_t>(bytes.size());
    const std::size_t count = std::min({std::size_t{data[4]}, size - 5, bytes.size() - where});
    std::memcpy(bytes.data() + where, data + 5, count);
    data += 5 + count;
    size -= 5 + count;
  }
  const std::string file = base_name + "-damaged.sqlite", out = base_name + "-recovered.sqlite";
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  base::Progress progress;
  try {
    const bool found = !store::verify(file, store::VerifyDepth::full, progress).ok();
    if (found != (bytes != whole)) std::abort();
  } catch (const base::Error&) {
    if (bytes == whole) std::abort();
  }
  for (const char* ending : {"", "-wal", "-shm", "-journal", "-lease"}) ::unlink((out + ending).c_str());
  try {
    store::recover(file, out, progress);
  } catch (const base::Error&) {
    if (bytes == whole) std::abort();
  }
  return 0;
}

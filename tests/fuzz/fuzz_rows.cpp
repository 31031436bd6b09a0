// Blocks of rows and messages as the worker sends them: a worker that was taken over must not take over the program.
#include "base/error.h"
#include "io/frame.h"
#include "io/row_batch.h"

#include <cstring>
#include <memory>

using namespace zaitu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::span<const char> payload(reinterpret_cast<const char*>(data + 1), size - 1);
  try {
    if (data[0] % 3 == 0) io::read_header(payload);
    if (data[0] % 3 == 1) io::read_warning(payload);
    if (data[0] % 3 != 2) return 0;
    io::SourceHeader header;
    header.fields = {
        {"a", io::SourceFieldType::text}, {"b", io::SourceFieldType::integer}, {"c", io::SourceFieldType::real}};
    header.has_geometry = (data[0] & 4U) != 0;
    auto block = std::make_unique<char[]>(payload.size());
    std::memcpy(block.get(), payload.data(), payload.size());
    const io::RowBatch batch(std::move(block), payload.size(), header);
    for (std::size_t row = 0; row < batch.size(); ++row) batch.row(row);
  } catch (const base::Error&) {
  }
  return 0;
}

// Blocks of rows between the reading worker and the program: nothing that a worker sends leads outside of a block.
#include "io/row_batch.h"

#include <gtest/gtest.h>

#include <random>

namespace zaitu::io {
namespace {

SourceHeader header_of_all_types() {
  SourceHeader header;
  header.fields = {{"text", SourceFieldType::text},
                   {"integer", SourceFieldType::integer},
                   {"real", SourceFieldType::real},
                   {"date", SourceFieldType::date}};
  header.has_geometry = true;
  return header;
}

RowBatch batch_of(const std::string& block, const SourceHeader& header) {
  std::unique_ptr<char[]> bytes(new char[block.size()]);
  block.copy(bytes.get(), block.size());
  return RowBatch(std::move(bytes), block.size(), header);
}

std::vector<SourceRow> some_rows() {
  std::vector<SourceRow> rows;
  for (int i = 0; i < 5; ++i) {
    SourceRow row;
    row.fid = 1000 - i;
    row.values.resize(4);
    if (i != 1) row.values[0] = std::string(i == 2 ? "" : "地块 " + std::to_string(i));
    if (i % 2 == 0) row.values[1] = std::int64_t{-1} << (8 * i);
    row.values[2] = i * 0.1;
    if (i > 2) row.values[3] = std::string("2024-02-29");
    if (i != 3) row.wkb.assign(static_cast<std::size_t>(i) + 1, static_cast<std::uint8_t>(i));
    rows.push_back(row);
  }
  return rows;
}

TEST(RowBatch, GivesBackWhatWasPutIn) {
  const SourceHeader header = header_of_all_types();
  RowBatchWriter writer(header);
  for (int round = 0; round < 2; ++round) {  // the writer is used again
    for (const SourceRow& row : some_rows()) writer.add(row);
    const RowBatch batch = batch_of(writer.take(), header);
    ASSERT_EQ(batch.size(), 5u);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const SourceRow expected = some_rows()[i], row = batch.row(i);
      EXPECT_EQ(row.fid, expected.fid);
      EXPECT_EQ(row.values, expected.values) << i;
      EXPECT_EQ(row.wkb, expected.wkb);
      bytes += expected.wkb.size();
    }
    EXPECT_EQ(batch.wkb_bytes(), bytes);
    EXPECT_EQ(writer.size(), 0u);
  }
}

TEST(RowBatch, BrokenBlocksAreRefusedOrStayInTheirBounds) {
  const SourceHeader header = header_of_all_types();
  RowBatchWriter writer(header);
  for (const SourceRow& row : some_rows()) writer.add(row);
  const std::string block = writer.take();
  // Each length but the right one.
  for (std::size_t bytes = 0; bytes < block.size(); ++bytes) {
    EXPECT_THROW(batch_of(block.substr(0, bytes), header), base::Error) << bytes;
  }
  EXPECT_THROW(batch_of(block + "x", header), base::Error);
  EXPECT_THROW(batch_of(std::string(4, '\0'), header), base::Error);
  EXPECT_THROW(batch_of(std::string(4, '\xFF') + block, header), base::Error);
  SourceHeader more = header;
  more.fields.push_back({"more", SourceFieldType::text});
  EXPECT_THROW(batch_of(block, more), base::Error);
  // Any other bytes: refused, or every cell can be looked at (the sanitizers look too).
  std::mt19937 random(7);
  std::size_t refused = 0, taken = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string other = block;
    for (int i = 0; i < 1 + round % 3; ++i) other[random() % other.size()] = static_cast<char>(random());
    try {
      const RowBatch batch = batch_of(other, header);
      std::size_t cells = 0;
      for (std::size_t row = 0; row < batch.size(); ++row) cells += batch.row(row).values.size();
      EXPECT_EQ(cells, 4 * batch.size());
      ++taken;
    } catch (const base::Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100u);
  EXPECT_GT(taken, 100u);
}

}  // namespace
}  // namespace zaitu::io

#include "base/plain_vector.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <vector>

namespace zaitu::base {
namespace {

using Numbers = PlainVector<std::uint32_t>;

std::vector<std::uint32_t> all_of(const Numbers& numbers) { return {numbers.begin(), numbers.end()}; }

std::vector<std::uint32_t> counting(std::size_t count) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0U);
  return numbers;
}

// Sizes on both sides of where the memory becomes pages of its own (2^18 numbers are a megabyte).
TEST(PlainVector, KeepsItsElementsWhileItGrowsAndShrinks) {
  Numbers numbers;
  for (const std::uint32_t number : counting(1'500'000)) numbers.push_back(number);
  EXPECT_EQ(all_of(numbers), counting(1'500'000));
  for (const std::size_t size : {700000U, 262145U, 262144U, 262143U, 1000U, 3U}) {
    Numbers piece;
    piece.reserve(2'000'000);
    piece.append(numbers.data(), size);
    piece.shrink_to_fit();
    EXPECT_EQ(piece.capacity(), size);
    EXPECT_EQ(all_of(piece), counting(size));
    piece.push_back(7);
    EXPECT_EQ(piece.back(), 7u);
    EXPECT_EQ(piece[size - 1], size - 1);
  }
}

TEST(PlainVector, ACopyIsAsLargeAsItsElements) {
  Numbers numbers;
  numbers.reserve(1'000'000);
  numbers.append(300'000, 5);
  const Numbers copy = numbers;
  EXPECT_EQ(copy.capacity(), 300'000u);
  EXPECT_EQ(all_of(copy), all_of(numbers));
  numbers.clear();
  EXPECT_EQ(copy.back(), 5u);
  EXPECT_EQ(numbers.capacity(), 1'000'000u);
  Numbers moved = std::move(numbers);
  moved = copy;
  EXPECT_EQ(moved.size(), 300'000u);
  moved = Numbers();
  EXPECT_TRUE(moved.empty());
}

TEST(PlainVector, AnElementOfItsOwnMayBeAppended) {
  Numbers numbers;
  numbers.push_back(42);
  while (numbers.size() < numbers.capacity()) numbers.push_back(0);
  numbers.push_back(numbers[0]);
  EXPECT_EQ(numbers.back(), 42u);
}

}  // namespace
}  // namespace zaitu::base

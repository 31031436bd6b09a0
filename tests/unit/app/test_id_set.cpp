#include "app/id_set.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace zaitu::app {
namespace {

std::vector<std::int64_t> listed(const IdSet& set) { return {set.begin(), set.end()}; }

TEST(IdSet, HoldsEachIdOnceInOrderWhateverTheOrderOfInserting) {
  IdSet set{7, 3, 7, 5};
  set.insert(4);
  set.insert(9);
  set.insert(3);
  EXPECT_EQ(listed(set), (std::vector<std::int64_t>{3, 4, 5, 7, 9}));
  EXPECT_EQ(set.size(), 5u);
  EXPECT_TRUE(set.contains(4));
  EXPECT_FALSE(set.contains(6));
}

TEST(IdSet, ACopyKeepsItsIdsWhenTheOtherIsChanged) {
  IdSet first{1, 2, 3};
  IdSet second = first;
  first.insert(4);
  EXPECT_EQ(first.erase(1), 1u);
  EXPECT_EQ(first.erase(1), 0u);
  EXPECT_EQ(listed(first), (std::vector<std::int64_t>{2, 3, 4}));
  EXPECT_EQ(listed(second), (std::vector<std::int64_t>{1, 2, 3}));
  second = first;
  second.erase_if([](std::int64_t id) { return id % 2 == 0; });
  EXPECT_EQ(listed(second), (std::vector<std::int64_t>{3}));
  EXPECT_EQ(first.size(), 3u);
}

TEST(IdSet, EqualIdsAreEqualSetsHoweverTheyCameAbout) {
  IdSet back_and_forth{2, 1};
  back_and_forth.insert(5);
  back_and_forth.erase(5);
  const std::set<std::int64_t> ids{1, 2};
  EXPECT_EQ(back_and_forth, IdSet(ids.begin(), ids.end()));
  EXPECT_EQ(IdSet(), IdSet{});
  EXPECT_NE(IdSet{1}, IdSet());
}

TEST(IdSet, MovedFromAndClearedSetsAreEmptyAndOfUse) {
  IdSet set{3, 1};
  set.insert(2);
  const IdSet moved = std::move(set);
  EXPECT_EQ(moved.size(), 3u);
  set = IdSet();
  EXPECT_TRUE(set.empty());
  set.insert(8);
  EXPECT_EQ(listed(set), (std::vector<std::int64_t>{8}));
  set.clear();
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(set.size(), 0u);
}

}  // namespace
}  // namespace zaitu::app

#include "local_backend/kv_cache/prefix_tree.h"

#include <numeric>

#include "tests/support/catch.h"

namespace weir {
namespace {

// Tokens of a page each, told apart by `kind` from the first one on.
std::vector<TokenId> tokens(std::initializer_list<int> kinds) {
  std::vector<TokenId> all;
  for (const int kind : kinds) {
    for (std::size_t i = 0; i < kKvPageTokens; ++i) {
      all.push_back(static_cast<TokenId>(1000 * kind + static_cast<int>(i)));
    }
  }
  return all;
}

StateLayout small_layout() {
  StateLayout layout;
  layout.kv_slots.push_back({1, 4, 4});
  return layout;
}

struct Forest {
  explicit Forest(std::size_t checkpoint_pages = 0)
      : pool(small_layout(), 100), tree(pool, checkpoint_pages) {}

  // Whole pages of `all`, below the root of `salt`; the last one stays pinned.
  PrefixNode* grow(const std::string& salt, std::span<const TokenId> all) {
    PrefixNode* node = tree.root(salt);
    tree.pin(node);
    while (!all.empty()) {
      const auto page = all.first(std::min(all.size(), kKvPageTokens));
      all = all.subspan(page.size());
      PrefixNode* next = tree.child(node, page);
      if (next == nullptr) {
        REQUIRE(pool.take(1));
        next = tree.add(node, page, pool.make_page());
      }
      tree.pin_below(next);
      node = next;
    }
    return node;
  }

  void leave(PrefixNode* node) {
    tree.touch(node);
    tree.unpin(node);
  }

  std::size_t found(const std::string& salt, std::span<const TokenId> all) {
    PrefixNode* root = tree.root(salt);
    tree.pin(root);
    const std::size_t length = tree.find(root, all).length();
    tree.unpin(root);
    return length;
  }

  KvPool pool;
  PrefixTree tree;
};

std::shared_ptr<const std::vector<float>> state_of(float value) {
  return std::make_shared<const std::vector<float>>(1, value);
}

TEST_CASE("A beginning is found to the token, below its own salt alone", "[prefix]") {
  Forest forest;
  forest.leave(forest.grow("a", tokens({1, 2, 3})));
  CHECK(forest.found("a", tokens({1, 2, 3, 4})) == 3 * kKvPageTokens);
  CHECK(forest.found("a", tokens({1, 2})) == 2 * kKvPageTokens);
  CHECK(forest.found("b", tokens({1, 2, 3})) == 0);
  auto parted = tokens({1, 2, 3});
  parted[70] = -5;
  CHECK(forest.found("a", parted) == 70);
  CHECK(forest.found("a", {}) == 0);
}

TEST_CASE("A short end of a branch makes way for a longer one", "[prefix]") {
  Forest forest;
  const auto all = tokens({1, 2});
  forest.leave(forest.grow("a", std::span(all).first(100)));
  CHECK(forest.tree.pages() == 2);
  forest.leave(forest.grow("a", all));
  CHECK(forest.tree.pages() == 2);
  CHECK(forest.found("a", all) == all.size());
  CHECK(forest.pool.free_pages() == 98);
}

TEST_CASE("What is pinned stays, and all in front of it", "[prefix]") {
  Forest forest;
  PrefixNode* running = forest.grow("a", tokens({1, 2}));
  forest.leave(forest.grow("a", tokens({1, 3, 4})));
  CHECK(forest.tree.spare_pages() == 2);
  while (forest.tree.spare_pages() != 0) forest.tree.give_up();
  CHECK(forest.found("a", tokens({1, 2})) == 2 * kKvPageTokens);
  CHECK(forest.found("a", tokens({1, 3})) == kKvPageTokens);
  forest.leave(running);
  while (forest.tree.spare_pages() != 0) forest.tree.give_up();
  CHECK(forest.tree.pages() == 0);
  CHECK(forest.pool.free_pages() == 100);
}

TEST_CASE("Branches go from their ends, the one that was used longest ago first", "[prefix]") {
  Forest forest;
  forest.leave(forest.grow("a", tokens({1, 2})));
  forest.leave(forest.grow("a", tokens({3, 4})));
  forest.leave(forest.grow("a", tokens({1, 2})));  // used again
  forest.tree.give_up();
  CHECK(forest.found("a", tokens({3, 4})) == kKvPageTokens);
  forest.tree.give_up();
  CHECK(forest.found("a", tokens({3, 4})) == 0);
  CHECK(forest.found("a", tokens({1, 2})) == 2 * kKvPageTokens);
}

TEST_CASE("What is cheaper to read again goes before what was used longer ago", "[prefix]") {
  Forest forest;
  const auto whole = tokens({1});
  const auto other = tokens({2});
  forest.leave(forest.grow("a", whole));
  forest.leave(forest.grow("a", std::span(other).first(10)));
  forest.tree.give_up();
  CHECK(forest.found("a", whole) == whole.size());
  CHECK(forest.found("a", other) == 0);
}

TEST_CASE("A branch of a million tokens is freed without deep recursion", "[prefix]") {
  KvPool pool({}, 1 << 20);
  PrefixTree tree(pool, 0);
  PrefixNode* node = tree.root("a");
  tree.pin(node);
  for (int i = 0; i < 100'000; ++i) {
    REQUIRE(pool.take(1));
    node = tree.add(node, tokens({i % 7}), nullptr);
    tree.pin_below(node);
  }
  tree.unpin(node);
  CHECK(tree.spare_pages() == 100'000);
}

TEST_CASE("A model with a recurrent state begins behind a checkpoint or not at all", "[prefix]") {
  Forest forest(2);
  const auto all = tokens({1, 2, 3});
  PrefixNode* node = forest.grow("a", all);
  CHECK(forest.found("a", all) == 0);
  REQUIRE(forest.pool.take(2));
  CHECK(forest.tree.add(node->parent, {10, state_of(1.5f)}));
  CHECK(forest.found("a", all) == kKvPageTokens + 10);
  CHECK(forest.found("a", std::span(all).first(kKvPageTokens + 9)) == 0);
  CHECK_FALSE(forest.tree.add(node->parent, {10, state_of(1.5f)}));
  forest.tree.unpin(node);
  CHECK(forest.tree.spare_pages() == 5);
  while (forest.tree.spare_pages() != 0) forest.tree.give_up();
  CHECK(forest.pool.free_pages() == 100);
}

TEST_CASE("The checkpoint of any branch that begins alike is found", "[prefix]") {
  Forest forest(1);
  auto one = tokens({1});
  auto two = tokens({1});
  auto asked = tokens({1});
  one[40] = 1;
  two[40] = 9'999;
  asked[40] = 2;
  forest.leave(forest.grow("a", one));
  PrefixNode* other = forest.grow("a", two);
  REQUIRE(forest.pool.take(1));
  CHECK(forest.tree.add(other, {30, {}}));
  forest.leave(other);
  CHECK(forest.found("a", asked) == 30);
}

TEST_CASE("Who holds most pages by weight gives up first, down to what the others hold",
          "[prefix]") {
  const std::int64_t weight = GENERATE(1, 3);
  CAPTURE(weight);
  Forest forest;
  forest.tree.root("few", weight);
  forest.leave(forest.grow("few", tokens({1, 2, 3, 4})));
  for (int i = 0; i < 20; ++i) forest.leave(forest.grow("many", tokens({10 + i, 40 + i})));
  const auto quota = static_cast<std::size_t>(4 / weight);
  while (forest.tree.pages() > 4 + quota) forest.tree.give_up();
  CHECK(forest.found("few", tokens({1, 2, 3, 4})) == 4 * kKvPageTokens);
}

}  // namespace
}  // namespace weir

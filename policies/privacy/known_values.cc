#include "policies/privacy/known_values.h"

#include <algorithm>

#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

bool in_value_word(char c) { return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80; }

bool begins_value(std::string_view text, std::size_t begin) {
  return begin == 0 || !in_value_word(text[begin - 1]) || !in_value_word(text[begin]);
}

bool ends_value(std::string_view text, std::size_t end) {
  return end == text.size() || !in_value_word(text[end]) || !in_value_word(text[end - 1]);
}

constexpr std::size_t kShortestValue = 4;  // to be looked for

// By their bytes from last to first.
std::vector<std::string_view> sorted_by_ends(const Aliases& aliases) {
  std::vector<std::string_view> values;
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    if (aliases.value(i).size() >= kShortestValue) values.push_back(aliases.value(i));
  }
  std::sort(values.begin(), values.end(), [](std::string_view a, std::string_view b) {
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
  });
  return values;
}

}  // namespace

class KnownValues::Builder {
 public:
  Builder(KnownValues* out, const Aliases& aliases)
      : out_(*out), values_(sorted_by_ends(aliases)) {}

  void run() {
    if (values_.empty()) return;
    add(0, {0, static_cast<std::uint32_t>(values_.size()), 0});
    for (std::uint32_t node = 0; node < out_.nodes_.size(); ++node) grow(node);
    out_.nodes_.push_back({static_cast<std::uint32_t>(out_.nodes_.size())});
  }

 private:
  // The values below a node, and how many of their bytes led there.
  struct Below {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t depth = 0;
  };

  void add(char byte, const Below& below) {
    out_.nodes_.push_back({0, 0, 0, 0, byte});
    below_.push_back(below);
  }

  // What is nearer to the root is there already.
  void grow(std::uint32_t node) {
    Below below = below_[node];
    out_.nodes_[node].first_child = static_cast<std::uint32_t>(out_.nodes_.size());
    const bool whole = values_[below.begin].size() == below.depth;
    if (whole) out_.nodes_[node].size = below.depth;
    const std::uint32_t fallback = out_.nodes_[node].fallback;
    out_.nodes_[node].value = whole ? node : out_.nodes_[fallback].value;
    if (whole) ++below.begin;
    while (below.begin < below.end) below.begin = add_child(node, below);
  }

  // Returns where the values of the next child begin.
  std::uint32_t add_child(std::uint32_t node, const Below& below) {
    const auto byte_of = [&](std::uint32_t i) {
      return values_[i][values_[i].size() - 1 - below.depth];
    };
    const char byte = byte_of(below.begin);
    std::uint32_t end = below.begin + 1;
    while (end < below.end && byte_of(end) == byte) ++end;
    const auto child = static_cast<std::uint32_t>(out_.nodes_.size());
    add(byte, {below.begin, end, below.depth + 1});
    if (node == 0) {
      out_.of_root_[static_cast<unsigned char>(byte)] = child;
    } else {
      out_.nodes_[child].fallback = out_.next(out_.nodes_[node].fallback, byte);
    }
    return end;
  }

  KnownValues& out_;
  std::vector<std::string_view> values_;
  std::vector<Below> below_;  // of each node
};

KnownValues::KnownValues(const Aliases& aliases) { Builder(this, aliases).run(); }

// 0: there is none.
std::uint32_t KnownValues::child(std::uint32_t node, char byte) const {
  if (node == 0) return of_root_[static_cast<unsigned char>(byte)];
  std::uint32_t begin = nodes_[node].first_child;
  std::uint32_t end = nodes_[node + 1].first_child;
  while (begin < end) {
    const std::uint32_t middle = begin + (end - begin) / 2;
    if (nodes_[middle].byte == byte) return middle;
    if (nodes_[middle].byte < byte) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return 0;
}

std::uint32_t KnownValues::next(std::uint32_t node, char byte) const {
  while (true) {
    const std::uint32_t found = child(node, byte);
    if (found != 0 || node == 0) return found;
    node = nodes_[node].fallback;
  }
}

void KnownValues::find_backwards(std::string_view text, const See& see) const {
  if (nodes_.empty()) return;
  std::uint32_t node = 0;
  for (std::size_t begin = text.size(); begin-- > 0;) {
    node = next(node, text[begin]);
    std::uint32_t value = nodes_[node].value;
    if (value == 0 || !begins_value(text, begin)) continue;
    while (value != 0 && !ends_value(text, begin + nodes_[value].size)) {
      value = nodes_[nodes_[value].fallback].value;
    }
    if (value != 0 && !see({begin, nodes_[value].size})) return;
  }
}

}  // namespace weir::privacy

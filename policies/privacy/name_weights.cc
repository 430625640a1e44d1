#include "policies/privacy/name_weights.h"

#include <algorithm>

#include "core/incbin.h"

WEIR_INCBIN(weir_names, WEIR_NAMES_FILE);

namespace weir::privacy {
namespace {

static_assert(sizeof(NameRow) == kNameLabels);

// Takes the parts of the file in their order; the file keeps them aligned, and begins so itself.
class Parts {
 public:
  explicit Parts(std::span<const std::byte> file) : left_(file) {}

  template <typename T>
  std::span<const T> next(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes > left_.size()) return {};
    const auto* const first = reinterpret_cast<const T*>(left_.data());
    left_ = left_.subspan(bytes);
    return {first, count};
  }
  bool at_end() const { return left_.empty(); }

 private:
  std::span<const std::byte> left_;
};

NameWeights read_weights() {
  constexpr std::uint32_t kForm = 0x314E5457;  // "WTN1"
  Parts parts({weir_names_begin, weir_names_end});
  const auto head = parts.next<std::uint32_t>(4);  // form, rows, words, bias
  if (head.empty() || head[0] != kForm || head[1] != kNameRows) return {};
  NameWeights read;
  read.plain_bias = static_cast<std::int32_t>(head[3]);
  read.moves = parts.next<std::int32_t>(kNameLabels * kNameLabels);
  read.words = parts.next<std::uint32_t>(head[2]);
  read.classes = parts.next<std::uint16_t>(head[2]);
  read.checks = parts.next<std::uint16_t>(kNameRows);
  read.rows = parts.next<NameRow>(kNameRows);
  return read.rows.empty() || !parts.at_end() ? NameWeights() : read;
}

}  // namespace

std::uint32_t NameWeights::classes_of(std::uint32_t word) const {
  const auto place = std::lower_bound(words.begin(), words.end(), word);
  if (place == words.end() || *place != word) return 0;
  return classes[static_cast<std::size_t>(place - words.begin())];
}

const NameWeights& name_weights() {
  static const NameWeights weights = read_weights();
  return weights;
}

}  // namespace weir::privacy

// MAC addresses: IEEE 802's six bytes with colons or dashes, or in threes of Cisco's.
#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/shape.h"

namespace weir::privacy {
namespace {

constexpr std::string_view kShapes[] = {"\\H{2}:\\H{2}:\\H{2}:\\H{2}:\\H{2}:\\H{2}",
                                        "\\H{2}-\\H{2}-\\H{2}-\\H{2}-\\H{2}-\\H{2}",
                                        "\\H{4}.\\H{4}.\\H{4}"};

// All zeros and all ones are nobody's.
bool is_nobodys_mac(std::string_view address) {
  return std::all_of(address.begin(), address.end(),
                     [&](char c) { return !is_alnum(c) || c == address[0]; });
}

class MacDetector final : public Detector {
 public:
  // An address may begin with a pair of letters, so it is looked for from its first digit.
  void find(const MarkedText& marked, Hits* hits) const override {
    std::size_t done = 0;
    for (const Word& word : marked.numbers) {
      if ((word.size() != 2 && word.size() != 4) || word.begin < done) continue;
      std::size_t begin = word.begin;
      const std::size_t step = word.size() + 1;
      while (begin >= done + step && word.begin - begin < 5 * step &&
             is_pair(marked.text, begin - step, word.size())) {
        begin -= step;
      }
      done = find_at(marked.text, begin, done, hits);
    }
  }

 private:
  static bool is_pair(std::string_view text, std::size_t i, std::size_t size) {
    for (std::size_t k = 0; k < size; ++k) {
      if (!is_hex(text[i + k])) return false;
    }
    return text[i + size] == ':' || text[i + size] == '-' || text[i + size] == '.';
  }

  static std::size_t find_at(std::string_view text, std::size_t begin, std::size_t done,
                             Hits* hits) {
    const char left = before(text, begin);
    if (word_before(text, begin) || left == ':' || left == '-' || left == '.') return done;
    for (const std::string_view shape : kShapes) {
      const std::size_t size = match_shape(shape, text.substr(begin, 18));
      if (size == kNoMatch) continue;
      const char right = at(text, begin + size);
      if (is_word(right) || ((right == ':' || right == '-') && is_hex(at(text, begin + size + 1))))
        continue;
      if (is_nobodys_mac(text.substr(begin, size))) continue;
      hits->push_back({{FindingKind::kMac, "mac", begin, begin + size}, Rank::kShaped});
      return begin + size;
    }
    return done;
  }
};

}  // namespace

std::unique_ptr<Detector> mac_detector() { return std::make_unique<MacDetector>(); }

}  // namespace weir::privacy

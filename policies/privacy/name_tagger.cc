#include "policies/privacy/name_tagger.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "policies/privacy/name_tokens.h"
#include "policies/privacy/name_weights.h"

namespace weir::privacy {
namespace {

// The labels are found out for so many tokens at once; longer texts are taken apart, where a line
// ends if that is near.
constexpr std::size_t kMostTokens = 1'024;
constexpr std::size_t kNear = 256;
constexpr std::size_t kReach = 3;  // neighbours that features look at

using Scores = std::array<std::int32_t, kNameLabels>;
using Labels = std::array<std::uint8_t, kNameLabels>;

struct TemplatePart {
  int offset;
  NameBase base;
};
// What is joined into one feature: of features.py, in its order.
struct Template {
  constexpr Template(std::initializer_list<TemplatePart> some) : size(some.size()) {
    std::copy(some.begin(), some.end(), parts.begin());
  }
  std::size_t size;
  std::array<TemplatePart, 5> parts{};
};

constexpr Template kTemplates[] = {
    {{0, kWordBase}},
    {{-1, kWordBase}},
    {{1, kWordBase}},
    {{-2, kWordBase}},
    {{2, kWordBase}},
    {{-3, kWordBase}},
    {{3, kWordBase}},
    {{-1, kWordBase}, {0, kWordBase}},
    {{0, kWordBase}, {1, kWordBase}},
    {{-2, kWordBase}, {-1, kWordBase}},
    {{1, kWordBase}, {2, kWordBase}},
    {{0, kShapeBase}},
    {{-1, kShapeBase}, {0, kShapeBase}},
    {{0, kShapeBase}, {1, kShapeBase}},
    {{-1, kShapeBase}, {0, kShapeBase}, {1, kShapeBase}},
    {{-2, kShapeBase}, {-1, kShapeBase}, {0, kShapeBase}},
    {{0, kShapeBase}, {1, kShapeBase}, {2, kShapeBase}},
    {{-2, kShapeBase}, {-1, kShapeBase}, {0, kShapeBase}, {1, kShapeBase}, {2, kShapeBase}},
    {{0, kPrefix2}},
    {{0, kPrefix3}},
    {{0, kPrefix4}},
    {{0, kSuffix2}},
    {{0, kSuffix3}},
    {{0, kSuffix4}},
    {{-1, kWordBase}, {0, kShapeBase}},
    {{1, kWordBase}, {0, kShapeBase}},
    {{-2, kWordBase}, {0, kShapeBase}},
    {{2, kWordBase}, {0, kShapeBase}},
    {{-2, kWordBase}, {-1, kWordBase}, {0, kShapeBase}},
    {{1, kWordBase}, {2, kWordBase}, {0, kShapeBase}},
    {{-1, kWordBase}, {0, kShapeBase}, {1, kWordBase}},
    {{0, kShapeBase}, {0, kSuffix3}},
    {{-1, kSuffix3}},
    {{1, kSuffix3}},
    {{-1, kSuffix3}, {0, kShapeBase}},
    {{0, kClassBase}, {0, kShapeBase}},
    {{-1, kClassBase}, {0, kShapeBase}},
    {{1, kClassBase}, {0, kShapeBase}},
    {{-1, kClassBase}, {0, kClassBase}, {1, kClassBase}},
    {{2, kClassBase}, {0, kShapeBase}},
    {{-2, kClassBase}, {0, kShapeBase}},
};

// A constant number lets the compiler unroll what a table would have it look up.
template <std::size_t kNumber>
std::uint32_t feature_hash(const NameBases* token) {
  constexpr Template kOf = kTemplates[kNumber];
  std::uint32_t h = (static_cast<std::uint32_t>(kNumber) + 1) * 0x85EBCA6BU;
  for (std::size_t i = 0; i < kOf.size; ++i) {
    h = (h ^ token[kOf.parts[i].offset][kOf.parts[i].base]) * 0x9E3779B1U;
    h ^= h >> 15;
  }
  return h;
}

using Hashes = std::array<std::uint32_t, std::size(kTemplates)>;

template <std::size_t... kNumbers>
Hashes hashes_of(const NameBases* token, std::index_sequence<kNumbers...>) {
  return {feature_hash<kNumbers>(token)...};
}

// `token` has kReach neighbours on both sides.
Scores scores_of(const NameWeights& weights, const NameBases* token) {
  Scores scores{};
  scores[0] = -weights.plain_bias;
  const std::uint16_t* const checks = weights.checks.data();
  for (const std::uint32_t h :
       hashes_of(token, std::make_index_sequence<std::size(kTemplates)>())) {
    const auto row = static_cast<std::size_t>(std::uint64_t{h} * kNameRows >> 32);
    if (checks[row] != (h & 0xFFFFU)) continue;
    const NameRow& learnt = weights.rows[row];
    for (std::size_t label = 0; label < kNameLabels; ++label) scores[label] += learnt[label];
  }
  return scores;
}

constexpr bool is_inside(std::size_t label) {
  return label == 2 || label == 4 || label == 6 || label == 8 || label == 11;
}

// Viterbi's algorithm, a token at a time: `best` becomes that of the next, the labels it came from
// are returned.
Labels step(const NameWeights& weights, const Scores& here, Scores* best) {
  Labels from{};
  Scores next;
  const std::int32_t* const moves = weights.moves.data();
  for (std::size_t to = 0; to < kNameLabels; ++to) {
    // Only its own begin and itself lead inside.
    std::size_t first = is_inside(to) ? to - 1 : 0;
    const std::size_t end = is_inside(to) ? to + 1 : kNameLabels;
    std::int32_t most = (*best)[first] + moves[first * kNameLabels + to];
    for (std::size_t label = first + 1; label < end; ++label) {
      const std::int32_t sum = (*best)[label] + moves[label * kNameLabels + to];
      first = sum > most ? label : first;
      most = std::max(most, sum);
    }
    from[to] = static_cast<std::uint8_t>(first);
    next[to] = most + here[to];
  }
  *best = next;
  return from;
}

std::size_t best_label(const Scores& best) {
  return static_cast<std::size_t>(std::max_element(best.begin(), best.end()) - best.begin());
}

FindingKind kind_of(std::size_t label) {
  constexpr FindingKind kKinds[kNameLabels] = {
      FindingKind::kPerson,      FindingKind::kPerson,       FindingKind::kPerson,
      FindingKind::kPlace,       FindingKind::kPlace,        FindingKind::kPlace,
      FindingKind::kPlace,       FindingKind::kOrganisation, FindingKind::kOrganisation,
      FindingKind::kNationality, FindingKind::kTitle,        FindingKind::kTitle};
  return kKinds[label];
}

class Tagger {
 public:
  explicit Tagger(std::string_view text) : text_(text), tokens_(name_tokens(text)) {}

  std::vector<NameSpan> run() {
    std::size_t first = 0;
    while (first < tokens_.size()) {
      const std::size_t end = chunk_end(first);
      look_at(first, end);
      label(first, end);
      first = end;
    }
    return std::move(spans_);
  }

 private:
  std::size_t chunk_end(std::size_t first) const {
    if (tokens_.size() - first <= kMostTokens) return tokens_.size();
    const std::size_t most = first + kMostTokens;
    for (std::size_t i = most; i > most - kNear; --i) {
      if ((tokens_[i - 1].shape & 15U) == 1) return i;
    }
    return most;
  }

  void look_at(std::size_t first, std::size_t end) {
    NameBases beyond;
    beyond.fill(kBeyondText);
    bases_.assign(end - first + 2 * kReach, beyond);
    const std::size_t from = first - std::min(first, kReach);
    for (std::size_t i = from; i < std::min(tokens_.size(), end + kReach); ++i) {
      bases_[i + kReach - first] = name_bases(text_, tokens_[i]);
    }
  }

  void label(std::size_t first, std::size_t end) {
    const NameWeights& weights = name_weights();
    if (weights.rows.empty()) return;
    from_.clear();
    Scores best{};
    for (std::size_t i = first; i < end; ++i) {
      const Scores here = scores_of(weights, bases_.data() + (i - first) + kReach);
      if (i > first) {
        from_.push_back(step(weights, here, &best));
        continue;
      }
      best = here;
      for (std::size_t k = 0; k < kNameLabels; ++k) best[k] -= is_inside(k) ? 1'000'000 : 0;
    }
    labels_.resize(end - first);
    labels_.back() = static_cast<std::uint8_t>(best_label(best));
    for (std::size_t i = labels_.size() - 1; i > 0; --i) {
      labels_[i - 1] = from_[i - 1][labels_[i]];
    }
    for (std::size_t i = 0; i < labels_.size(); ++i) add(labels_[i], tokens_[first + i]);
  }

  void add(std::size_t label, const NameToken& token) {
    if (label == 0) return;
    if (is_inside(label)) {
      spans_.back().end = token.end;
    } else {
      spans_.push_back({kind_of(label), token.begin, token.end});
    }
  }

  std::string_view text_;
  std::vector<NameToken> tokens_;
  std::vector<NameBases> bases_;  // of a chunk, with neighbours
  std::vector<Labels> from_;
  std::vector<std::uint8_t> labels_;
  std::vector<NameSpan> spans_;
};

}  // namespace

std::vector<NameSpan> tag_names(std::string_view text) { return Tagger(text).run(); }

}  // namespace weir::privacy

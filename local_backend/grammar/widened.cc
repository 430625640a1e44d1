// Languages without the limits that are far away, as far as their expressions show it.
#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "local_backend/grammar/languages.h"

namespace weir::grammar {
namespace {

constexpr std::uint32_t kMostLength = 1'000'000'000;  // larger ones count as this

std::uint32_t plus(std::uint32_t a, std::uint32_t b) { return std::min(a + b, kMostLength); }

std::uint32_t times(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(a * b, kMostLength));
}

}  // namespace

std::uint32_t Languages::shortest(Kind kind, Words arguments) const {
  const auto of = [this](LanguageId id) { return nodes_[id].shortest; };
  switch (kind) {
    case Kind::kOneOf: return 1;
    case Kind::kSequence: return plus(of(arguments[0]), of(arguments[1]));
    case Kind::kEither: return of(*std::ranges::min_element(arguments, {}, of));
    case Kind::kBoth: return of(*std::ranges::max_element(arguments, {}, of));
    case Kind::kRepeated: return times(of(arguments[0]), arguments[1]);
    case Kind::kNegation:
    case Kind::kMultiples: break;
  }
  return 0;
}

// A sequence may be as long as a text: its parts are counted from the last one on.
std::optional<std::uint32_t> Languages::to_end(LanguageId language) {
  std::vector<LanguageId> sequences;
  while (language > kAnything && kind(language) == Kind::kSequence) {
    sequences.push_back(language);
    language = arguments(language)[1];
  }
  std::optional<std::uint32_t> all = part_to_end(language);
  while (all && !sequences.empty()) {
    const std::span<const std::uint32_t> own = arguments(sequences.back());
    sequences.pop_back();
    const std::optional<std::uint32_t> part = part_to_end(own[0]);
    if (!part) return std::nullopt;
    all = std::max(plus(*part, nodes_[own[1]].shortest), *all);
  }
  return all;
}

std::optional<std::uint32_t> Languages::part_to_end(LanguageId language) {
  const auto known = to_end_.find(language);
  if (known != to_end_.end()) return known->second;
  ++work_;
  const std::optional<std::uint32_t> found = work_out_to_end(language);
  to_end_.emplace(language, found);
  return found;
}

std::optional<std::uint32_t> Languages::work_out_to_end(LanguageId language) {
  if (language == kNothing) return std::nullopt;
  if (language <= kAnything) return 0;
  const std::span<const std::uint32_t> own = arguments(language);
  switch (kind(language)) {
    case Kind::kOneOf: return 1;
    case Kind::kEither: {
      std::uint32_t most = 0;
      for (const LanguageId option : own) {
        const std::optional<std::uint32_t> one = to_end(option);
        if (!one) return std::nullopt;
        most = std::max(most, *one);
      }
      return most;
    }
    case Kind::kRepeated: {
      const std::optional<std::uint32_t> one = to_end(own[0]);
      if (!one) return std::nullopt;
      return plus(*one, times(own[1] == 0 ? 0 : own[1] - 1, nodes_[own[0]].shortest));
    }
    case Kind::kSequence: return to_end(language);
    case Kind::kBoth:
    case Kind::kNegation:
    case Kind::kMultiples: break;
  }
  return std::nullopt;
}

std::uint32_t Languages::used_up_by(Words repeated) const {
  if (repeated[2] == kNoLimit) return kNoLimit;
  return times(std::max<std::uint32_t>(nodes_[repeated[0]].shortest, 1), repeated[2]);
}

// Within conditions and what is ruled out nothing is told.
bool Languages::has_far_count(Kind kind, Words arguments) const {
  const auto has = [this](LanguageId id) { return nodes_[id].has_far_count; };
  switch (kind) {
    case Kind::kSequence:
    case Kind::kEither: return std::any_of(arguments.begin(), arguments.end(), has);
    case Kind::kRepeated: {
      const std::uint32_t count = used_up_by(arguments);
      return has(arguments[0]) || (kFar <= count && count != kNoLimit);
    }
    default: return false;
  }
}

// Where each text takes few characters to its end whatever it begins with, a limit for all of it
// rules nothing out before these are left.
std::optional<Widened> Languages::without_most(LanguageId language) {
  if (kind(language) != Kind::kBoth) return std::nullopt;
  const std::span<const std::uint32_t> conditions = arguments(language);
  if (conditions.size() != 2) return std::nullopt;
  for (std::size_t i = 0; i < 2; ++i) {
    const LanguageId limit = conditions[i];
    const LanguageId rest = conditions[1 - i];
    if (limit <= kAnything || kind(limit) != Kind::kRepeated) continue;
    const auto [of, least, most] =
        std::array{arguments(limit)[0], arguments(limit)[1], arguments(limit)[2]};
    if (of != any_ || most == kNoLimit) continue;
    const std::optional<std::uint32_t> end = to_end(rest);
    if (!end || nodes_[rest].shortest < least || most < plus(*end, kFar)) continue;
    return Widened{rest, most - *end};
  }
  return std::nullopt;
}

// What a text of so many characters begins with cannot use a count up.
LanguageId Languages::without_counts(LanguageId language, std::uint32_t* same) {
  if (!nodes_[language].has_far_count) return language;
  const auto known = without_counts_.find(language);
  if (known != without_counts_.end()) {
    *same = std::min(*same, known->second.same);
    return known->second.language;
  }
  ++work_;
  std::uint32_t own_same = kNoLimit;
  std::vector<std::uint32_t> own(arguments(language).begin(), arguments(language).end());
  LanguageId found = kNothing;
  switch (kind(language)) {
    case Kind::kSequence: found = sequence_without_counts(language, &own_same); break;
    case Kind::kEither:
      for (LanguageId& option : own) option = without_counts(option, &own_same);
      found = either(std::move(own));
      break;
    default: {  // kRepeated
      const std::uint32_t count = used_up_by(own);
      const LanguageId part = without_counts(own[0], &own_same);
      const bool far = count >= kFar;
      if (far) own_same = std::min(own_same, count);
      found = repeated(part, own[1], far ? kNoLimit : own[2]);
    }
  }
  without_counts_.emplace(language, Widened{found, own_same});
  *same = std::min(*same, own_same);
  return found;
}

// What stands behind many parts may keep its counts.
LanguageId Languages::sequence_without_counts(LanguageId language, std::uint32_t* same) {
  std::vector<LanguageId> parts;
  while (parts.size() < kFar && kind(language) == Kind::kSequence &&
         nodes_[language].has_far_count) {
    parts.push_back(without_counts(arguments(language)[0], same));
    language = arguments(language)[1];
  }
  if (kind(language) != Kind::kSequence) language = without_counts(language, same);
  while (!parts.empty()) {
    language = sequence(parts.back(), language);
    parts.pop_back();
  }
  return language;
}

Widened Languages::widened(LanguageId language) {
  if (language <= kAnything || is_of_characters(language)) return {language, kNoLimit};
  Widened wide = without_most(language).value_or(Widened{language, kNoLimit});
  wide.language = without_counts(wide.language, &wide.same);
  return wide;
}

}  // namespace weir::grammar

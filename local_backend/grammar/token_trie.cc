#include "local_backend/grammar/token_trie.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "local_backend/grammar/string_reader.h"

namespace weir::grammar {
namespace {

// ASCII by a table, the rest by its ranges.
class CharacterClass {
 public:
  explicit CharacterClass(const CodePoints& points) : points_(points) {
    for (char32_t code = 0; code < ascii_.size(); ++code) ascii_[code] = find(code, code);
  }
  bool has(char32_t code) const { return code < ascii_.size() ? ascii_[code] : find(code, code); }
  bool has_all(std::span<const CodePointRange> ranges) const {
    return std::all_of(ranges.begin(), ranges.end(), [&](const CodePointRange& range) {
      return find(range.first, range.last) ||
             (range.first < 0xd800 && range.last > 0xdfff && find(range.first, 0xd7ff) &&
              find(0xe000, range.last));
    });
  }

 private:
  bool find(char32_t first, char32_t last) const {
    const auto found =
        std::partition_point(points_.begin(), points_.end(),
                             [&](const CodePointRange& range) { return range.last < first; });
    return found != points_.end() && found->first <= first && last <= found->last;
  }

  const CodePoints& points_;
  std::array<bool, 128> ascii_{};
};

// The characters of the class that a token begins with.
struct Beginning {
  std::size_t characters = 0;
  std::size_t bytes = 0;  // all of the token if it is nothing else; a begun one counts then
};

Beginning beginning_of(std::string_view bytes, const CharacterClass& points) {
  Beginning beginning;
  Unfinished unfinished = 0;
  StringStep step;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    step = read_byte(unfinished, static_cast<std::uint8_t>(bytes[i]), Spelling::kUsual);
    unfinished = step.unfinished;
    if (step.kind == StringStep::Kind::kMore) continue;
    if (step.kind != StringStep::Kind::kCharacter || !points.has(step.code)) return beginning;
    beginning = {beginning.characters + 1, i + 1};
  }
  const bool begun = unfinished != 0 && points.has_all(step.possible());
  return begun ? Beginning{beginning.characters + 1, bytes.size()} : beginning;
}

struct Ending {
  std::string_view bytes;
  TokenId token;
};

std::size_t common(std::string_view a, std::string_view b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(end - a.begin());
}

TokenBranches branches_of(std::vector<Ending> endings, TokenChain* chain) {
  const auto before_it = [](const Ending& a, const Ending& b) {
    const int way = a.bytes.compare(b.bytes);
    return way < 0 || (way == 0 && a.token < b.token);
  };
  if (!std::is_sorted(endings.begin(), endings.end(), before_it)) {
    std::sort(endings.begin(), endings.end(), before_it);
  }
  TokenBranches branches;
  std::vector<std::uint32_t> way;  // open branches
  std::string_view before;
  const auto close = [&](std::size_t depth) {
    for (; way.size() > depth; way.pop_back()) {
      branches[way.back()].size = static_cast<std::uint32_t>(branches.size()) - way.back();
    }
  };
  for (const auto& [bytes, token] : endings) {
    close(common(before, bytes));
    for (std::size_t i = way.size(); i < bytes.size(); ++i) {
      way.push_back(static_cast<std::uint32_t>(branches.size()));
      branches.push_back(
          {1, static_cast<std::uint16_t>(i + 1), static_cast<std::uint8_t>(bytes[i]), -1});
    }
    (*chain)[static_cast<std::size_t>(token)] = std::exchange(branches[way.back()].token, token);
    before = bytes;
  }
  close(0);
  return branches;
}

}  // namespace

TokenTrie::TokenTrie(std::vector<std::string> bytes)
    : bytes_(std::move(bytes)), chain_(bytes_.size(), -1) {
  std::vector<Ending> endings;
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    if (!bytes_[i].empty()) endings.push_back({bytes_[i], static_cast<TokenId>(i)});
  }
  std::sort(endings.begin(), endings.end(),
            [](const Ending& a, const Ending& b) { return a.bytes < b.bytes; });
  for (const Ending& ending : endings) sorted_.push_back(ending.token);
  all_ = branches_of(std::move(endings), &chain_);
}

std::shared_ptr<const ClassTokens> TokenTrie::tokens_of(const CodePoints& points) const {
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(classes_.begin(), classes_.end(),
                                  [&](const auto& one) { return one.first == points; });
  if (known != classes_.end()) {
    classes_.splice(classes_.begin(), classes_, known);
    return known->second;
  }
  classes_.emplace_front(points, work_out(points));
  if (classes_.size() > kMostClasses) classes_.pop_back();
  return classes_.front().second;
}

std::shared_ptr<const ClassTokens> TokenTrie::work_out(const CodePoints& points) const {
  const CharacterClass character_class(points);
  auto tokens = std::make_shared<ClassTokens>();
  tokens->within.assign(ClassTokens::kMostCounted + 2, TokenSet(bytes_.size()));
  tokens->chain.assign(bytes_.size(), -1);
  std::vector<std::vector<Ending>> others;
  for (const TokenId token : sorted_) {
    const std::string_view text = this->bytes(token);
    const Beginning beginning = beginning_of(text, character_class);
    if (beginning.bytes == text.size()) {
      const std::size_t least = std::min(beginning.characters, ClassTokens::kMostCounted + 1);
      tokens->within[least].add(token);
      continue;
    }
    if (others.size() <= beginning.characters) others.resize(beginning.characters + 1);
    others[beginning.characters].push_back({text.substr(beginning.bytes), token});
  }
  for (std::size_t n = 1; n < tokens->within.size(); ++n) {
    tokens->within[n].add(tokens->within[n - 1]);
  }
  for (std::vector<Ending>& endings : others) {
    tokens->others.push_back(branches_of(std::move(endings), &tokens->chain));
  }
  return tokens;
}

std::shared_ptr<const TokenTrie> make_token_trie(const Tokenizer& tokenizer) {
  const Vocabulary& vocabulary = tokenizer.vocabulary();
  std::vector<std::string> bytes(vocabulary.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto token = static_cast<TokenId>(i);
    if (vocabulary.ends_answer(token)) continue;
    if (vocabulary.is_control(token)) {
      bytes[i] = TokenTrie::kControlMark + std::string(vocabulary.text(token));
    } else {
      tokenizer.decode(token, &bytes[i]);
      // A byte that no text has must not pass for the mark.
      if (bytes[i].find(TokenTrie::kControlMark) != std::string::npos) bytes[i].clear();
    }
  }
  return std::make_shared<const TokenTrie>(std::move(bytes));
}

}  // namespace weir::grammar

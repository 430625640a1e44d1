#include "policies/privacy/rewrite.h"

#include <cstdint>
#include <functional>
#include <unordered_set>
#include <vector>

#include "policies/privacy/bytes.h"
#include "policies/privacy/json_texts.h"

namespace weir::privacy {
namespace {

using WordHash = std::uint64_t;

constexpr std::uint64_t kOffset = 14'695'981'039'346'656'037U;  // of FNV-1a
constexpr std::uint64_t kPrime = 1'099'511'628'211U;

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

// The first byte of three that are a character of Chinese, Japanese or Korean.
bool begins_cjk(unsigned char byte) { return byte >= 0xe3 && byte <= 0xed; }

// The words of a text as hashes.
std::vector<WordHash> words_of(std::string_view text) {
  std::vector<WordHash> words;
  WordHash hash = kOffset;
  bool within = false;
  const auto end_word = [&] {
    if (within) words.push_back(hash);
    hash = kOffset;
    within = false;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (begins_cjk(byte)) end_word();
    if (byte < 0x80 && !is_letter_or_digit(text[at])) {
      end_word();
      continue;
    }
    hash = (hash ^ static_cast<unsigned char>(to_lower(text[at]))) * kPrime;
    within = true;
    const bool ends_cjk = at >= 2 && begins_cjk(static_cast<unsigned char>(text[at - 2]));
    if (ends_cjk) end_word();
  }
  end_word();
  return words;
}

// Gives the hash of every run of so many words to `see`, until it returns true.
bool any_run(std::string_view text, std::size_t length,
             const std::function<bool(std::uint64_t)>& see) {
  const std::vector<WordHash> words = words_of(text);
  if (length == 0 || words.size() < length) return false;
  std::uint64_t weight = 1;  // of a word that leaves the run
  for (std::size_t i = 1; i < length; ++i) weight *= kPrime;
  std::uint64_t run = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i >= length) run -= words[i - length] * weight;
    run = run * kPrime + words[i];
    if (i + 1 >= length && see(run)) return true;
  }
  return false;
}

void for_each_text(std::string_view document, const std::function<void(const std::string&)>& take) {
  for (JsonTexts each(document); each.next();) {
    const JsonText& where = each.text();
    take(unescape_json(document.substr(where.begin, where.end - where.begin)));
  }
}

using Runs = std::unordered_set<std::uint64_t>;

void add_runs(std::string_view text, std::size_t length, Runs* runs) {
  any_run(text, length, [runs](std::uint64_t run) {
    runs->insert(run);
    return false;
  });
}

bool has_one_of(const Runs& runs, std::string_view text, std::size_t length) {
  return any_run(text, length, [&runs](std::uint64_t run) { return runs.count(run) > 0; });
}

}  // namespace

bool copies_words(std::string_view text, std::string_view source, std::size_t words) {
  Runs runs;
  add_runs(text, words, &runs);
  return has_one_of(runs, source, words);
}

bool Rewrite::leaks_into(std::string_view body) const {
  if (redaction_->leaks_into(body)) return true;
  if (copied_words_ == 0) return false;
  const std::size_t length = copied_words_ + 1;
  Runs runs;
  for_each_text(body, [&](const std::string& text) { add_runs(text, length, &runs); });
  bool copied = false;
  for_each_text(redaction_->body(), [&](const std::string& text) {
    copied = copied || has_one_of(runs, text, length);
  });
  return copied;
}

}  // namespace weir::privacy

#include "local_backend/tokenizer/word_piece.h"

#include <algorithm>

#include "local_backend/tokenizer/character.h"
#include "local_backend/tokenizer/folded_text.h"
#include "local_backend/tokenizer/spaced_text.h"

namespace weir {
namespace {

// How GGUF files spell the beginning of a word; what goes on has no mark.
constexpr std::string_view kWordBegin = "\xe2\x96\x81";
constexpr char32_t kReplacement = 0xfffd;

bool is_ascii_mark(char32_t code) {
  return (code >= 33 && code <= 47) || (code >= 58 && code <= 64) || (code >= 91 && code <= 96) ||
         (code >= 123 && code <= 126);
}

// The blocks that the reference calls Chinese characters: no Kana, no Hangul.
bool is_han(char32_t code) {
  constexpr char32_t kBlocks[][2] = {{0x4e00, 0x9fff},   {0x3400, 0x4dbf},   {0x20000, 0x2a6df},
                                     {0x2a700, 0x2b73f}, {0x2b740, 0x2b81f}, {0x2b820, 0x2ceaf},
                                     {0xf900, 0xfaff},   {0x2f800, 0x2fa1f}};
  return std::any_of(std::begin(kBlocks), std::end(kBlocks),
                     [&](const auto& block) { return code >= block[0] && code <= block[1]; });
}

// `folded` counts too: what is left of U+2260 is "=".
bool stands_alone(const Character& character, std::string_view folded) {
  return (character.traits & trait::kPunctuation) != 0 || is_han(character.code) ||
         (folded.size() == 1 && is_ascii_mark(static_cast<unsigned char>(folded.front())));
}

// Of the controls only these part words, as the reference has it; the others vanish.
bool parts_words(const Character& character) {
  const char32_t code = character.code;
  if (code < 0x20 || code == 0x85) return code == '\t' || code == '\n' || code == '\r';
  return (character.traits & trait::kSpace) != 0;
}

// Controls, formats and what is not assigned; bytes that are not UTF-8, too.
bool is_dropped(const Character& character) {
  constexpr std::uint32_t kSomething = trait::kLetter | trait::kMark | trait::kNumber |
                                       trait::kPunctuation | trait::kSymbol | trait::kSpace;
  return character.code == kReplacement || character.code < 0x20 || character.code == 0x85 ||
         (character.traits & kSomething) == 0;
}

}  // namespace

// Gathers the characters of a word until something ends it.
class WordPiece::Words {
 public:
  Words(const WordPiece& tokenizer, std::vector<TokenId>* tokens)
      : tokenizer_(tokenizer), tokens_(tokens) {}

  void add(const Character& character) {
    if (parts_words(character)) return end_word();
    if (is_dropped(character)) return;
    folded_.clear();
    append_folded(character.code, &folded_);
    const bool alone = stands_alone(character, folded_);
    if (alone) end_word();
    word_ += folded_;
    if (alone) end_word();
  }

  void end_word() {
    if (!word_.empty()) tokenizer_.encode_word(word_, tokens_);
    word_.clear();
  }

 private:
  const WordPiece& tokenizer_;
  std::vector<TokenId>* tokens_;
  std::string word_;
  std::string folded_;
};

Result<std::unique_ptr<Tokenizer>> WordPiece::create(const GgufFile& file) {
  auto vocabulary = Vocabulary::read(file, {});
  if (!vocabulary) return vocabulary.error();
  if (!vocabulary->unknown()) {
    return Error{ErrorCode::kInvalidModel, "tokenizer: there is no unknown_token_id",
                 "tokenizer_invalid"};
  }
  return std::unique_ptr<Tokenizer>(new WordPiece(std::move(*vocabulary)));
}

void WordPiece::encode_plain(std::string_view text, bool, std::vector<TokenId>* tokens) const {
  Words words(*this, tokens);
  for (const Character& character : characters_of(text)) words.add(character);
  words.end_word();
}

std::optional<TokenId> WordPiece::find_first(std::string_view part) const {
  return vocabulary().find_normal(std::string(kWordBegin).append(part));
}

// A text that spells the mark itself means no beginning.
std::optional<TokenId> WordPiece::find_next(std::string_view part) const {
  return part.starts_with(kWordBegin) ? std::nullopt : vocabulary().find_normal(part);
}

// The word is short, so looking at each end of each piece is bounded.
void WordPiece::encode_word(std::string_view word, std::vector<TokenId>* tokens) const {
  const std::vector<Character> characters = characters_of(word);
  const std::size_t before = tokens->size();
  if (characters.size() > kLongestWord) return tokens->push_back(*vocabulary().unknown());
  std::size_t begin = 0;
  while (begin < characters.size()) {
    std::optional<TokenId> piece;
    std::size_t end = characters.size();
    for (; end > begin && !piece; --end) {
      const std::size_t from = characters[begin].begin;
      const std::size_t to = end < characters.size() ? characters[end].begin : word.size();
      const std::string_view part = word.substr(from, to - from);
      piece = begin == 0 ? find_first(part) : find_next(part);
    }
    if (!piece) {
      tokens->resize(before);
      return tokens->push_back(*vocabulary().unknown());
    }
    tokens->push_back(*piece);
    begin = end + 1;
  }
}

void WordPiece::decode(TokenId token, std::string* text) const {
  if (!vocabulary().has(token) || !vocabulary().is_normal(token)) return;
  append_unescaped(vocabulary().text(token), text);
}

bool WordPiece::adds_space_after(TokenId before) const {
  return vocabulary().has(before) && vocabulary().is_control(before);
}

}  // namespace weir

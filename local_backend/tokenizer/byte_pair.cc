#include "local_backend/tokenizer/byte_pair.h"

#include "local_backend/gguf/printable.h"
#include "local_backend/tokenizer/byte_alphabet.h"
#include "local_backend/tokenizer/spaced_text.h"
#include "local_backend/tokenizer/word_cache.h"

namespace weir {
namespace {

Result<const PreTokenizer*> pre_tokenizer_of(const GgufFile& file) {
  const auto model = file.find_string("tokenizer.ggml.model");
  if (!model) return model.error();
  const auto named = file.find_string("tokenizer.ggml.pre");
  if (!named) return named.error();
  const std::string_view name = **model == "gemma4" ? **model : named->value_or("default");
  if (const PreTokenizer* found = find_pre_tokenizer(name)) return found;
  return Error{ErrorCode::kInvalidModel, "pre-tokenizer " + printable(name) + " is not supported",
               "tokenizer_unknown"};
}

}  // namespace

BytePair::BytePair(Vocabulary vocabulary, const PreTokenizer& pre, MergeTable merges,
                   ByteTokens bytes)
    : Tokenizer(std::move(vocabulary)),
      pre_(pre),
      merges_(std::move(merges)),
      bytes_(bytes),
      cuts_at_spaces_(!spells_bytes() && this->vocabulary().all_pieces(stays_in_word)) {}

std::size_t BytePair::cut(std::string_view text, std::size_t begin, std::size_t end) const {
  return cuts_at_spaces_ ? end_of_word(text.substr(0, end), begin) : end;
}

Result<std::unique_ptr<Tokenizer>> BytePair::create(const GgufFile& file) {
  const auto pre = pre_tokenizer_of(file);
  if (!pre) return pre.error();
  auto vocabulary = Vocabulary::read(file, {.add_bos = (*pre)->add_bos});
  if (!vocabulary) return vocabulary.error();
  auto merges = MergeTable::read(file, *vocabulary);
  if (!merges) return merges.error();
  const auto bytes = ByteTokens::read(*vocabulary, (*pre)->spelling);
  if (!bytes) return bytes.error();
  return std::unique_ptr<Tokenizer>(
      new BytePair(std::move(*vocabulary), **pre, std::move(*merges), *bytes));
}

std::optional<TokenId> BytePair::whole_word(std::string_view word) const {
  const bool newlines = pre_.whole_newlines && word.find_first_not_of('\n') == word.npos;
  if (!pre_.ignore_merges && !newlines) return std::nullopt;
  if (word.size() > Vocabulary::kMaxTokenBytes) return std::nullopt;
  return vocabulary().find_normal(spells_bytes() ? spell_bytes(word) : std::string(word));
}

void BytePair::add_pieces(std::string_view word, PairMerger* merger) const {
  for (std::size_t begin = 0; begin < word.size();) {
    const std::size_t size = spells_bytes() ? 1 : character_size(word.substr(begin));
    const std::optional<TokenId> token = spells_bytes()
                                             ? bytes_.token(word[begin])
                                             : vocabulary().find_normal(word.substr(begin, size));
    merger->add(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size),
                token.value_or(PairMerger::kNoToken));
    begin += size;
  }
}

void BytePair::encode_word(std::string_view word, PairMerger* merger,
                           std::vector<TokenId>* tokens) const {
  if (const auto token = whole_word(word)) {
    tokens->push_back(*token);
    return;
  }
  merger->clear();
  add_pieces(word, merger);
  merger->merge([&](const PairMerger::Piece& left,
                    const PairMerger::Piece& right) -> std::optional<PairMerger::Proposal> {
    const auto merge = merges_.find(left.token, right.token);
    if (!merge) return std::nullopt;
    return PairMerger::Proposal{static_cast<float>(merge->rank), merge->token};
  });
  merger->for_each([&](const PairMerger::Piece& piece) {
    if (piece.token != PairMerger::kNoToken) {
      tokens->push_back(piece.token);
      return;
    }
    for (const char c : word.substr(piece.begin, piece.size)) tokens->push_back(bytes_.token(c));
  });
}

void BytePair::encode_plain(std::string_view text, bool, std::vector<TokenId>* tokens) const {
  const std::string spaced = spells_bytes() ? std::string(text) : escape_spaces(text, false);
  const std::string_view whole = spaced;
  const std::vector<Character> characters = characters_of(whole);
  PairMerger merger;
  WordCache cache(whole.size());
  std::size_t begin = 0;
  for (const std::size_t last : split(characters, pre_.patterns)) {
    const std::size_t end = last < characters.size() ? characters[last].begin : whole.size();
    while (begin < end) {
      const std::size_t word_end = cut(whole, begin, end);
      const std::string_view word = whole.substr(begin, word_end - begin);
      begin = word_end;
      if (cache.repeat(word, tokens)) continue;
      const std::size_t before = tokens->size();
      encode_word(word, &merger, tokens);
      cache.remember(word, before, *tokens);
    }
  }
}

void BytePair::decode(TokenId token, std::string* text) const {
  if (!vocabulary().has(token) || vocabulary().is_control(token)) return;
  const std::string_view piece = vocabulary().text(token);
  switch (vocabulary().kind(token)) {
    case TokenKind::kUnknown:
    case TokenKind::kControl:
    case TokenKind::kUnused: return;
    case TokenKind::kUserDefined: *text += piece; return;
    case TokenKind::kByte:
      if (const auto byte = bytes_.byte(token)) *text += *byte;
      return;
    case TokenKind::kNormal: break;
  }
  if (spells_bytes()) {
    append_spelled_bytes(piece, text);
  } else {
    append_unescaped(piece, text);
  }
}

}  // namespace weir

#include "local_backend/tokenizer/sentencepiece.h"

#include <algorithm>
#include <cmath>

#include "local_backend/tokenizer/character.h"
#include "local_backend/tokenizer/spaced_text.h"
#include "local_backend/tokenizer/word_cache.h"

namespace weir {

SentencePiece::SentencePiece(Vocabulary vocabulary, std::vector<float> scores, ByteTokens bytes,
                             bool add_space_prefix)
    : Tokenizer(std::move(vocabulary)),
      scores_(std::move(scores)),
      bytes_(bytes),
      add_space_prefix_(add_space_prefix),
      pieces_stay_in_words_(this->vocabulary().all_pieces(stays_in_word)) {}

Result<std::unique_ptr<Tokenizer>> SentencePiece::create(const GgufFile& file) {
  auto vocabulary = Vocabulary::read(file, {.add_bos = true});
  if (!vocabulary) return vocabulary.error();
  auto scores = file.floats("tokenizer.ggml.scores", vocabulary->size());
  if (!scores) return scores.error();
  if (!std::all_of(scores->begin(), scores->end(), [](float s) { return std::isfinite(s); })) {
    return Error{ErrorCode::kInvalidModel, "tokenizer: a score is not finite", "tokenizer_invalid"};
  }
  const auto prefix = file.find_bool("tokenizer.ggml.add_space_prefix");
  if (!prefix) return prefix.error();
  const auto bytes = ByteTokens::read(*vocabulary, ByteSpelling::kHex);
  if (!bytes) return bytes.error();
  return std::unique_ptr<Tokenizer>(new SentencePiece(std::move(*vocabulary), std::move(*scores),
                                                      *bytes, prefix->value_or(true)));
}

std::optional<TokenId> SentencePiece::find_piece(std::string_view text) const {
  const auto id = vocabulary().find(text);
  if (!id || vocabulary().is_control(*id)) return std::nullopt;
  const TokenKind kind = vocabulary().kind(*id);
  if (kind != TokenKind::kNormal && kind != TokenKind::kUserDefined) return std::nullopt;
  return id;
}

void SentencePiece::encode_plain(std::string_view text, bool opens,
                                 std::vector<TokenId>* tokens) const {
  const std::string escaped = escape_spaces(text, opens && add_space_prefix_);
  const std::string_view whole = escaped;
  PairMerger merger;
  if (!pieces_stay_in_words_) return encode_escaped(whole, &merger, tokens);
  WordCache cache(whole.size());
  for (std::size_t begin = 0; begin < whole.size();) {
    const std::size_t end = end_of_word(whole, begin);
    const std::string_view word = whole.substr(begin, end - begin);
    begin = end;
    if (cache.repeat(word, tokens)) continue;
    const std::size_t before = tokens->size();
    encode_escaped(word, &merger, tokens);
    cache.remember(word, before, *tokens);
  }
}

void SentencePiece::encode_escaped(std::string_view whole, PairMerger* merger,
                                   std::vector<TokenId>* tokens) const {
  const auto token_of = [&](std::size_t begin, std::size_t size) {
    return find_piece(whole.substr(begin, size));
  };
  merger->clear();
  for (std::size_t begin = 0; begin < whole.size();) {
    const std::size_t size = character_size(whole.substr(begin));
    merger->add(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size),
                token_of(begin, size).value_or(PairMerger::kNoToken));
    begin += size;
  }
  merger->merge([&](const PairMerger::Piece& left,
                    const PairMerger::Piece& right) -> std::optional<PairMerger::Proposal> {
    const auto id = token_of(left.begin, std::size_t{left.size} + right.size);
    if (!id) return std::nullopt;
    return PairMerger::Proposal{-scores_[static_cast<std::size_t>(*id)], *id};
  });
  merger->for_each([&](const PairMerger::Piece& piece) {
    if (piece.token != PairMerger::kNoToken) {
      tokens->push_back(piece.token);
      return;
    }
    for (const char c : whole.substr(piece.begin, piece.size)) tokens->push_back(bytes_.token(c));
  });
}

void SentencePiece::decode(TokenId token, std::string* text) const {
  if (!vocabulary().has(token) || vocabulary().is_control(token)) return;
  const std::string_view piece = vocabulary().text(token);
  switch (vocabulary().kind(token)) {
    case TokenKind::kUnknown:
    case TokenKind::kControl:
    case TokenKind::kUnused: return;
    case TokenKind::kByte:
      if (const auto byte = bytes_.byte(token)) *text += *byte;
      return;
    case TokenKind::kNormal:
    case TokenKind::kUserDefined: append_unescaped(piece, text); return;
  }
}

bool SentencePiece::adds_space_after(TokenId before) const {
  if (!add_space_prefix_ || !vocabulary().has(before)) return false;
  return vocabulary().is_control(before) || vocabulary().kind(before) == TokenKind::kUserDefined;
}

}  // namespace weir

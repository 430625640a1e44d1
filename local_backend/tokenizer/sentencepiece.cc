#include "local_backend/tokenizer/sentencepiece.h"

#include <algorithm>
#include <cmath>
#include <queue>

namespace weir {
namespace {

constexpr std::string_view kSpace = "\xe2\x96\x81";  // U+2581, how pieces spell a space

// By the lead byte alone: malformed text is split somewhere, never refused.
std::size_t character_size(char lead) {
  static constexpr std::array<std::uint8_t, 16> kSizes = {1, 1, 1, 1, 1, 1, 1, 1,
                                                          1, 1, 1, 1, 2, 2, 3, 4};
  return kSizes[static_cast<unsigned char>(lead) >> 4];
}

std::string byte_token(std::size_t byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return std::string("<0x") + kDigits[byte >> 4] + kDigits[byte & 15] + ">";
}

std::string escape_spaces(std::string_view text, bool add_prefix) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 4 + kSpace.size());
  if (add_prefix) escaped += kSpace;
  for (const char c : text) {
    if (c == ' ') {
      escaped += kSpace;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace

// The pieces of one text as a linked list, and a heap of the merges they allow.
class SentencePiece::Merger {
 public:
  Merger(const SentencePiece& tokenizer, std::string_view text)
      : tokenizer_(tokenizer), text_(text) {
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t size = std::min(character_size(text[begin]), text.size() - begin);
      pieces_.push_back({begin, size, pieces_.size() - 1, pieces_.size() + 1});
      begin += size;
    }
    if (!pieces_.empty()) pieces_.back().next = kNone;
    for (std::size_t i = 1; i < pieces_.size(); ++i) propose(i - 1, i);
  }

  void merge() {
    while (!merges_.empty()) {
      const Merge best = merges_.top();
      merges_.pop();
      Piece& left = pieces_[best.left];
      Piece& right = pieces_[best.right];
      // Either side has been merged elsewhere since.
      if (left.size == 0 || right.size == 0 || left.size + right.size != best.size) continue;
      left.size += right.size;
      right.size = 0;
      left.next = right.next;
      if (right.next != kNone) pieces_[right.next].previous = best.left;
      if (left.previous != kNone) propose(left.previous, best.left);
      if (left.next != kNone) propose(best.left, left.next);
    }
  }

  void append_to(std::vector<TokenId>* tokens) const {
    for (std::size_t i = pieces_.empty() ? kNone : 0; i != kNone; i = pieces_[i].next) {
      const std::string_view piece = text_.substr(pieces_[i].begin, pieces_[i].size);
      if (const auto id = tokenizer_.find_piece(piece)) {
        tokens->push_back(*id);
        continue;
      }
      for (const char c : piece) {
        tokens->push_back(tokenizer_.bytes_[static_cast<unsigned char>(c)]);
      }
    }
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct Piece {
    std::size_t begin;
    std::size_t size;  // 0: merged into the piece before
    std::size_t previous;
    std::size_t next;
  };

  struct Merge {
    float score;
    std::size_t left;
    std::size_t right;
    std::size_t size;
    bool operator<(const Merge& other) const {
      return score < other.score || (score == other.score && left > other.left);
    }
  };

  void propose(std::size_t left, std::size_t right) {
    const std::size_t size = pieces_[left].size + pieces_[right].size;
    const auto id = tokenizer_.find_piece(text_.substr(pieces_[left].begin, size));
    if (id) merges_.push({tokenizer_.scores_[static_cast<std::size_t>(*id)], left, right, size});
  }

  const SentencePiece& tokenizer_;
  const std::string_view text_;
  std::vector<Piece> pieces_;
  std::priority_queue<Merge> merges_;
};

SentencePiece::SentencePiece(Vocabulary vocabulary, std::vector<float> scores,
                             bool add_space_prefix)
    : Tokenizer(std::move(vocabulary)),
      scores_(std::move(scores)),
      add_space_prefix_(add_space_prefix) {}

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
  std::unique_ptr<SentencePiece> tokenizer(
      new SentencePiece(std::move(*vocabulary), std::move(*scores), prefix->value_or(true)));
  if (auto error = tokenizer->read_bytes()) return *error;
  return std::unique_ptr<Tokenizer>(std::move(tokenizer));
}

std::optional<Error> SentencePiece::read_bytes() {
  for (std::size_t byte = 0; byte < bytes_.size(); ++byte) {
    auto id = vocabulary().find(byte_token(byte));
    if (!id) id = vocabulary().unknown();
    if (!id) {
      return Error{ErrorCode::kInvalidModel,
                   "tokenizer: byte " + std::to_string(byte) + " has no token",
                   "tokenizer_invalid"};
    }
    bytes_[byte] = *id;
  }
  return std::nullopt;
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
  Merger merger(*this, escaped);
  merger.merge();
  merger.append_to(tokens);
}

void SentencePiece::decode(TokenId token, std::string* text) const {
  if (!vocabulary().has(token)) return;
  const std::string_view piece = vocabulary().text(token);
  switch (vocabulary().kind(token)) {
    case TokenKind::kUnknown:
    case TokenKind::kControl:
    case TokenKind::kUnused: return;
    case TokenKind::kByte: {
      const auto byte = std::find(bytes_.begin(), bytes_.end(), token);
      if (byte != bytes_.end()) *text += static_cast<char>(byte - bytes_.begin());
      return;
    }
    case TokenKind::kNormal:
    case TokenKind::kUserDefined: break;
  }
  for (std::size_t begin = 0; begin < piece.size();) {
    const bool space = piece.substr(begin, kSpace.size()) == kSpace;
    *text += space ? ' ' : piece[begin];
    begin += space ? kSpace.size() : 1;
  }
}

bool SentencePiece::adds_space_after(TokenId before) const {
  if (!add_space_prefix_ || !vocabulary().has(before)) return false;
  return vocabulary().is_control(before) || vocabulary().kind(before) == TokenKind::kUserDefined;
}

}  // namespace weir

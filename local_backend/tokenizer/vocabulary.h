// The token list of a GGUF file (`tokenizer.ggml.*`), checked and copied.
//
// Immutable after read(), so any number of threads may share one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/tokenizer/prompt.h"

namespace weir {

// As numbered in the file.
enum class TokenKind : std::uint8_t {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,
  kUserDefined = 4,
  kUnused = 5,
  kByte = 6,
};

// What a vocabulary does unless the file says otherwise; differs between models.
struct VocabularyDefaults {
  bool add_bos = false;
};

class Vocabulary {
 public:
  static constexpr std::size_t kMaxTokens = std::size_t{1} << 24;
  static constexpr std::size_t kMaxTokenBytes = 4096;
  static constexpr std::size_t kMaxSpecialBytes = 512;  // of a control or user-defined token

  // kInvalidModel if lengths differ, a token is too long or there twice, a kind is
  // unknown, or a special id is not a token.
  static Result<Vocabulary> read(const GgufFile& file, VocabularyDefaults defaults);

  Vocabulary(Vocabulary&&) = default;
  Vocabulary& operator=(Vocabulary&&) = delete;

  std::size_t size() const { return tokens_.size(); }
  bool has(TokenId id) const { return id >= 0 && static_cast<std::size_t>(id) < size(); }
  std::string_view text(TokenId id) const { return tokens_[static_cast<std::size_t>(id)].text; }
  TokenKind kind(TokenId id) const { return tokens_[static_cast<std::size_t>(id)].kind; }

  // The token with this text. An empty text has none: files carry empty tokens to
  // fill gaps. O(text.size()).
  std::optional<TokenId> find(std::string_view text) const;

  // The same among those that plain text may become piece by piece: normal ones, and
  // none that is_control().
  std::optional<TokenId> find_normal(std::string_view text) const;
  bool is_normal(TokenId id) const { return kind(id) == TokenKind::kNormal && !is_control(id); }

  // Whether `holds` is true of every token that plain text may become piece by piece.
  template <class Holds>
  bool all_pieces(Holds holds) const {
    return std::all_of(tokens_.begin(), tokens_.end(), [&](const Token& token) {
      const bool is_piece =
          token.kind == TokenKind::kNormal || token.kind == TokenKind::kUserDefined;
      return !is_piece || holds(std::string_view(token.text));
    });
  }

  std::optional<TokenId> bos() const { return bos_; }
  std::optional<TokenId> eos() const { return eos_; }
  std::optional<TokenId> unknown() const { return unknown_; }
  // Whether a text is to begin with bos(), and a finished one to end with eos(). If
  // so, there is one.
  bool add_bos() const { return add_bos_; }
  bool add_eos() const { return add_eos_; }

  // The model ends its answer with this token: EOS, or an end-of-turn marker, or BOS,
  // with which it would begin another text (so do models that were never taught EOS).
  bool ends_answer(TokenId id) const {
    return tokens_[static_cast<std::size_t>(id)].ends_answer || id == bos_;
  }

  // Only a template may put it into a prompt: a control token, and one that begins
  // or ends a text or a turn whatever kind the file gives it.
  bool is_control(TokenId id) const {
    return kind(id) == TokenKind::kControl || id == bos_ ||
           tokens_[static_cast<std::size_t>(id)].marks_turn;
  }

  // White space behind it, in a prompt, is none: the model never saw any there.
  bool swallows_blanks(TokenId id) const {
    return tokens_[static_cast<std::size_t>(id)].swallows_blanks;
  }

 private:
  Vocabulary() = default;

  struct Token {
    std::string text;
    TokenKind kind = TokenKind::kNormal;
    bool marks_turn = false;   // begins or ends a turn
    bool ends_answer = false;  // then it marks a turn too
    bool swallows_blanks = false;
  };

  std::optional<Error> read_tokens(const GgufFile& file);
  std::optional<Error> index_texts();
  std::optional<Error> read_special_ids(const GgufFile& file, VocabularyDefaults defaults);
  std::optional<Error> read_id(const GgufFile& file, std::string_view key,
                               std::optional<TokenId>* id) const;
  void find_swallowers(const GgufFile& file);
  std::optional<Error> read_additions(const GgufFile& file, VocabularyDefaults defaults);

  std::vector<Token> tokens_;
  std::unordered_map<std::string_view, TokenId> ids_;  // views into tokens_
  std::size_t longest_ = 0;                            // bytes of the longest token
  std::optional<TokenId> bos_;
  std::optional<TokenId> eos_;
  std::optional<TokenId> unknown_;
  bool add_bos_ = false;
  bool add_eos_ = false;
};

}  // namespace weir

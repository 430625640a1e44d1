#include "local_backend/tokenizer/vocabulary.h"

#include <algorithm>
#include <iterator>

namespace weir {
namespace {

Error bad_vocabulary(std::string what) {
  return {ErrorCode::kInvalidModel, "tokenizer: " + std::move(what), "tokenizer_invalid"};
}

// How the known models call the token that ends a turn, where EOS is another, or that code models
// end a file's text with. No vocabulary has them as ordinary text, so they are what they look like
// whatever kind the file gives them.
constexpr std::string_view kEndMarkers[] = {"<|im_end|>",
                                            "<|eot_id|>",
                                            "<|end|>",
                                            "<end_of_turn>",
                                            "<|endoftext|>",
                                            "<|eom_id|>",
                                            "<turn|>",
                                            "<|end_of_text|>",
                                            "<|END_OF_TURN_TOKEN|>",
                                            "<|return|>",
                                            "<|call|>",
                                            "<|calls|>",
                                            "<|flush|>",
                                            "<|end_of_turn|>",
                                            "<end_of_utterance>",
                                            "<|fim_pad|>",
                                            "<|fim_repo|>",
                                            "<|repo_name|>",
                                            "<|file_sep|>",
                                            "<｜end▁of▁sentence｜>"};

// These may be a text like any other, unless the file calls them special.
constexpr std::string_view kEndWords[] = {"<EOT>",     "_<EOT>",     "▁<EOT>", "[EOT]",
                                          "[EOS]",     "[PAD]",      "<PAD>",  "<fim_pad>",
                                          "<fim-pad>", "<fim-repo>", "<REPO>", "<reponame>"};

// And those that begin one or say whose it is. Some files have them as user-defined
// tokens, which are otherwise found in user text, or as normal ones.
constexpr std::string_view kTurnMarkers[] = {"<|im_start|>",
                                             "<|start_header_id|>",
                                             "<|end_header_id|>",
                                             "<|begin_of_text|>",
                                             "<start_of_turn>",
                                             "<|turn>",
                                             "<|start|>",
                                             "<|message|>",
                                             "<|channel|>",
                                             "<|user|>",
                                             "<|assistant|>",
                                             "<|system|>",
                                             "<|START_OF_TURN_TOKEN|>",
                                             "<|start_of_role|>",
                                             "<|end_of_role|>"};
constexpr std::string_view kTurnWords[] = {"[INST]", "[/INST]", "[SYSTEM_PROMPT]",
                                           "[/SYSTEM_PROMPT]"};

// Of Phi-3's special tokens, those that its tokenizer leaves white space behind.
constexpr std::string_view kPhi3Plain[] = {"<unk>", "<s>", "<|endoftext|>"};

std::string in_lower_case(const GgufFile& file, std::string_view key) {
  const auto value = file.find_string(key);
  std::string text(value ? value->value_or("") : "");
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// Files do not say which tokens swallow the white space behind them, but whose model they are.
// Phi-4 has the architecture too, and another tokenizer.
bool is_phi3(const GgufFile& file) {
  if (in_lower_case(file, "tokenizer.ggml.model") != "llama") return false;
  const std::string name = in_lower_case(file, "general.name");
  return in_lower_case(file, "general.architecture") == "phi3" || name.find("phi-3") != name.npos ||
         name.find("phi3") != name.npos;
}

template <class Texts>
bool is_listed(const Texts& texts, std::string_view text) {
  return std::find(std::begin(texts), std::end(texts), text) != std::end(texts);
}

}  // namespace

Result<Vocabulary> Vocabulary::read(const GgufFile& file, VocabularyDefaults defaults) {
  Vocabulary vocabulary;
  if (auto error = vocabulary.read_tokens(file)) return *error;
  if (auto error = vocabulary.read_special_ids(file, defaults)) return *error;
  vocabulary.find_swallowers(file);
  return vocabulary;
}

std::optional<Error> Vocabulary::read_tokens(const GgufFile& file) {
  const auto texts = file.strings("tokenizer.ggml.tokens", {1, kMaxTokens});
  if (!texts) return texts.error();
  std::vector<std::int64_t> kinds(texts->size(), static_cast<std::int64_t>(TokenKind::kNormal));
  if (file.find("tokenizer.ggml.token_type") != nullptr) {
    auto read = file.integers("tokenizer.ggml.token_type", texts->size());
    if (!read) return read.error();
    kinds = std::move(*read);
  }
  tokens_.reserve(texts->size());
  for (std::size_t i = 0; i < texts->size(); ++i) {
    const std::string_view text = (*texts)[i];
    if (kinds[i] < 1 || kinds[i] > 6)
      return bad_vocabulary("token " + std::to_string(i) + " has no known kind");
    const auto kind = static_cast<TokenKind>(kinds[i]);
    const bool special = kind == TokenKind::kControl || kind == TokenKind::kUserDefined;
    if (text.size() > (special ? kMaxSpecialBytes : kMaxTokenBytes)) {
      return bad_vocabulary("token " + std::to_string(i) + " is too long");
    }
    const bool ends = is_listed(kEndMarkers, text) || (special && is_listed(kEndWords, text));
    const bool marks =
        ends || is_listed(kTurnMarkers, text) || (special && is_listed(kTurnWords, text));
    tokens_.push_back({std::string(text), kind, marks, ends});
  }
  return index_texts();
}

std::optional<Error> Vocabulary::index_texts() {
  ids_.reserve(tokens_.size());
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const std::string_view text = tokens_[i].text;
    longest_ = std::max(longest_, text.size());
    if (text.empty()) continue;
    const auto [first, added] = ids_.emplace(text, static_cast<TokenId>(i));
    if (!added) {
      return bad_vocabulary("token " + std::to_string(i) + " is the same as token " +
                            std::to_string(first->second));
    }
  }
  // Harmony, and Solar, end a message with it, of which an answer has several.
  const auto end_of_message = find("<|end|>");
  const bool others_end =
      (find("<|call|>") && find("<|return|>")) || (find("<|calls|>") && find("<|flush|>"));
  if (end_of_message && others_end) {
    tokens_[static_cast<std::size_t>(*end_of_message)].ends_answer = false;
  }
  return std::nullopt;
}

std::optional<Error> Vocabulary::read_id(const GgufFile& file, std::string_view key,
                                         std::optional<TokenId>* id) const {
  const auto value = file.find_uint(key, {0, 0xffffffffu});
  if (!value) return value.error();
  // Files say "none" as -1 stored in 32 bits.
  if (!*value || **value == 0xffffffffu) return std::nullopt;
  if (**value >= size()) return bad_vocabulary(std::string(key) + " is not a token");
  *id = static_cast<TokenId>(**value);
  return std::nullopt;
}

std::optional<Error> Vocabulary::read_special_ids(const GgufFile& file,
                                                  VocabularyDefaults defaults) {
  if (auto error = read_id(file, "tokenizer.ggml.bos_token_id", &bos_)) return error;
  if (auto error = read_id(file, "tokenizer.ggml.unknown_token_id", &unknown_)) return error;
  for (const std::string_view key : {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id",
                                     "tokenizer.ggml.eom_token_id"}) {
    std::optional<TokenId> end;
    if (auto error = read_id(file, key, &end)) return error;
    if (!end) continue;
    if (!eos_) eos_ = end;
    Token& token = tokens_[static_cast<std::size_t>(*end)];
    token.marks_turn = token.ends_answer = true;
  }
  return read_additions(file, defaults);
}

std::optional<Error> Vocabulary::read_additions(const GgufFile& file, VocabularyDefaults defaults) {
  const auto add_bos = file.find_bool("tokenizer.ggml.add_bos_token");
  if (!add_bos) return add_bos.error();
  const auto add_eos = file.find_bool("tokenizer.ggml.add_eos_token");
  if (!add_eos) return add_eos.error();
  if (add_bos->value_or(false) && !bos_) {
    return bad_vocabulary("add_bos_token is set but there is no bos_token_id");
  }
  if (add_eos->value_or(false) && !eos_) {
    return bad_vocabulary("add_eos_token is set but there is no eos_token_id");
  }
  add_bos_ = bos_ && add_bos->value_or(defaults.add_bos);
  add_eos_ = add_eos->value_or(false);
  return std::nullopt;
}

void Vocabulary::find_swallowers(const GgufFile& file) {
  if (!is_phi3(file)) return;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    Token& token = tokens_[i];
    const bool special = is_control(static_cast<TokenId>(i)) ||
                         token.kind == TokenKind::kUserDefined || token.text == "</s>";
    token.swallows_blanks = special && !is_listed(kPhi3Plain, token.text);
  }
}

std::optional<TokenId> Vocabulary::find(std::string_view text) const {
  if (text.size() > longest_) return std::nullopt;
  const auto found = ids_.find(text);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

std::optional<TokenId> Vocabulary::find_normal(std::string_view text) const {
  const auto id = find(text);
  return id && is_normal(*id) ? id : std::nullopt;
}

}  // namespace weir

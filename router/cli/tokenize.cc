#include "router/cli/tokenize.h"

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "local_backend/mini/embedded_model.h"
#include "local_backend/tokenizer/tokenizer.h"
#include "router/cli/output.h"

namespace weir::cli {
namespace {

constexpr std::size_t kMaxTokenizedBytes = std::size_t{64} << 20;

Result<std::string> read_input() {
  std::string text;
  char block[1 << 16];
  for (std::size_t got = 1; got > 0;) {
    got = std::fread(block, 1, sizeof block, stdin);
    text.append(block, got);
    if (text.size() > kMaxTokenizedBytes) {
      return Error{ErrorCode::kTooLarge, "standard input has more than " +
                                             std::to_string(kMaxTokenizedBytes >> 20) + " MiB"};
    }
  }
  if (std::ferror(stdin) != 0) {
    return Error{ErrorCode::kInvalidRequest, "standard input cannot be read"};
  }
  return text;
}

std::vector<TokenId> encode(const Tokenizer& tokenizer, const TokenizeOptions& options,
                            std::string text) {
  if (!options.special) return tokenizer.encode(text);
  Prompt prompt;
  prompt.add_template(std::move(text));
  std::vector<TokenId> tokens = tokenizer.encode(prompt);
  const Vocabulary& vocabulary = tokenizer.vocabulary();
  if (vocabulary.add_eos() && (tokens.empty() || tokens.back() != vocabulary.eos())) {
    tokens.push_back(*vocabulary.eos());
  }
  return tokens;
}

// What a token adds to a text; a control token is shown by its name.
std::string piece_of(const Tokenizer& tokenizer, TokenId token) {
  std::string text;
  tokenizer.decode(token, &text);
  return text.empty() ? std::string(tokenizer.vocabulary().text(token)) : text;
}

// A JSON string: a piece may hold newlines, and half a character becomes U+FFFD.
std::string json_string(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string as_json(const Tokenizer& tokenizer, const TokenizeOptions& options,
                    const std::vector<TokenId>& tokens) {
  std::string out = "{\"count\":" + std::to_string(tokens.size()) + ",\"tokens\":[";
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    out += (i > 0 ? "," : "") + std::to_string(tokens[i]);
  }
  out += "]";
  if (options.pieces) {
    out += ",\"pieces\":[";
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      out += (i > 0 ? "," : "") + json_string(piece_of(tokenizer, tokens[i]));
    }
    out += "]";
  }
  return out + "}\n";
}

std::string as_text(const Tokenizer& tokenizer, const TokenizeOptions& options,
                    const std::vector<TokenId>& tokens) {
  std::string out;
  for (const TokenId token : tokens) {
    if (options.pieces) {
      out += std::to_string(token) + " " + json_string(piece_of(tokenizer, token)) + "\n";
    } else {
      out += (out.empty() ? "" : " ") + std::to_string(token);
    }
  }
  return options.pieces ? out : out + "\n";
}

}  // namespace

int tokenize(const TokenizeOptions& options) {
  const auto file = open_model_file(options.model);
  if (!file) return fail(file.error().message);
  const auto tokenizer = Tokenizer::create(**file);
  if (!tokenizer) return fail(options.model + ": " + tokenizer.error().message);
  const auto text = options.text == "-" ? read_input() : Result<std::string>(options.text);
  if (!text) return fail(text.error().message);
  const std::vector<TokenId> tokens = encode(**tokenizer, options, *text);
  const std::string out =
      options.json ? as_json(**tokenizer, options, tokens) : as_text(**tokenizer, options, tokens);
  return print(out);
}

}  // namespace weir::cli

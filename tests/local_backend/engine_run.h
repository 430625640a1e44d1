// What tests of the engine share: a tiny engine, prompts, and reading an answer.
#pragma once

#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "local_backend/engine.h"
#include "tests/local_backend/tiny_model.h"
#include "tests/support/catch.h"

namespace weir::test {

inline std::unique_ptr<Engine> engine_of(const GgufFile& file, std::shared_ptr<const Model> model,
                                         EngineConfig config) {
  std::shared_ptr<const Tokenizer> tokenizer = std::move(Tokenizer::create(file).value());
  return std::move(Engine::create(std::move(model), std::move(tokenizer), config).value());
}

inline std::unique_ptr<Engine> tiny_engine(EngineConfig config = {}, const TinySizes& sizes = {}) {
  if (config.threads == 0) config.threads = 2;
  auto file = GgufFile::parse(tiny_model(sizes).bytes()).value();
  auto model = Model::load(file).value();
  return engine_of(*file, std::move(model), config);
}

inline Prompt user(std::string text) {
  Prompt prompt;
  prompt.add_user(std::move(text));
  return prompt;
}

inline SamplingParams greedy(std::int64_t max_tokens) {
  SamplingParams params;
  params.temperature = 0;
  params.max_tokens = max_tokens;
  return params;
}

struct Answer {
  std::string text;
  std::vector<TokenSignals> signals;
  Result<FinishReason> outcome = FinishReason::kNone;
};

// On any thread, so without an assertion: a wait of two minutes is an outcome.
inline Answer read(TokenStream& stream) {
  Answer answer;
  const SteadyTime limit = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (!stream.ended()) {
    if (!stream.wait_until(limit)) {
      answer.outcome = Error{ErrorCode::kDeadline, "no news for two minutes"};
      return answer;
    }
    while (const auto piece = stream.try_take()) {
      answer.text += piece->text;
      answer.signals.push_back(piece->signals);
    }
  }
  answer.outcome = stream.outcome();
  return answer;
}

inline Answer answer_of(Engine& engine, const std::string& prompt, SamplingParams params) {
  return read(**engine.submit(user(prompt), std::move(params), {}));
}

// The greedy answer to a plain text.
inline Result<std::string> generate_text(Engine& engine, const std::string& prompt,
                                         std::int64_t max_tokens) {
  Answer answer = answer_of(engine, prompt, greedy(max_tokens));
  if (!answer.outcome) return answer.outcome.error();
  return std::move(answer.text);
}

inline ErrorCode refusal(Engine& engine, const std::string& prompt, SamplingParams params,
                         SubmitOptions options = {}) {
  const auto stream = engine.submit(user(prompt), std::move(params), std::move(options));
  return stream ? ErrorCode::kInternal : stream.error().code;
}

// Allows exactly the tokens of a script, in order.
class ScriptedMask final : public TokenMask {
 public:
  explicit ScriptedMask(std::vector<TokenId> tokens) : tokens_(std::move(tokens)) {}
  const AllowedTokens& allowed() override {
    allowed_.few.clear();
    if (next_ < tokens_.size()) allowed_.few.push_back(tokens_[next_]);
    return allowed_;
  }
  bool allows(TokenId token) override { return next_ < tokens_.size() && token == tokens_[next_]; }
  void accept(TokenId) override { ++next_; }

 private:
  const std::vector<TokenId> tokens_;
  AllowedTokens allowed_;
  std::size_t next_ = 0;
};

inline constexpr TokenId kEos = 2;

inline std::vector<TokenId> bytes(const std::string& text) {
  std::vector<TokenId> tokens;
  for (const char c : text) tokens.push_back(3 + static_cast<unsigned char>(c));
  return tokens;
}

}  // namespace weir::test

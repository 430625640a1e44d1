// The events of one local answer, in the order that core/event.h asks for.
//
// Belongs to one request and its I/O thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"
#include "local_backend/token_stream.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir {

struct AnswerName {
  std::string id;
  std::string_view model;
  std::string_view fingerprint;
  bool logprobs = false;  // the client wants them
};

class AnswerEvents {
 public:
  // Sink, tokenizer and views outlive it.
  AnswerEvents(EventSink& sink, const Tokenizer& tokenizer, AnswerName name)
      : sink_(sink), tokenizer_(tokenizer), name_(std::move(name)) {}

  // The answer exists from its first token on; before, another backend may take over.
  // Probabilities are told with the text that they belong to, so those of a stop
  // string, which is not shown, are not told. The token that ends an answer has none.
  Async<WriteResult> text(TokenPiece piece);
  Async<WriteResult> end(FinishReason reason, Usage usage);

  // What the start of the answer says of the prompt. Before the first text().
  void set_prompt_logprob(std::optional<float> logprob) { prompt_logprob_ = logprob; }

 private:
  // What was said of one token, with its bytes.
  struct Likely {
    std::string bytes;
    float logprob;
  };
  struct Said {
    Likely token;
    std::vector<Likely> top;
  };

  Likely likely(TokenLogprob token) const;
  void keep(const TokenPiece& piece);
  std::span<const TokenReport> reports();
  Async<WriteResult> start();

  EventSink& sink_;
  const Tokenizer& tokenizer_;
  const AnswerName name_;
  std::optional<float> prompt_logprob_;
  bool started_ = false;
  std::vector<Said> kept_;  // of tokens whose text was held back
  std::vector<Said> told_;  // reports_ looks into it
  std::vector<TokenReport> reports_;
  std::vector<std::vector<TokenProbability>> tops_;  // reports_ looks into it
};

}  // namespace weir

// The events of one local answer, in the order that core/event.h asks for.
//
// Belongs to one request and its I/O thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"
#include "local_backend/token_reports.h"
#include "local_backend/token_stream.h"
#include "local_backend/tokenizer/tokenizer.h"
#include "local_backend/tool_calls/answer_parser.h"

namespace weir {

struct AnswerName {
  std::string id;
  std::string_view model;
  std::string_view fingerprint;
  bool logprobs = false;             // the client wants them
  std::string_view normalised = {};  // as StreamEvent has it
  std::string_view lost = {};        // the same
};

// How the model's text is to be taken apart.
struct AnswerReading {
  const AnswerFormat& format;  // outlives the answer
  OfferedTools tools;
  bool begins_thinking = false;
  std::string begun;      // of the answer, that the prompt already holds
  bool one_call = false;  // the client wants no second one
};

class AnswerEvents {
 public:
  // Sink, tokenizer and views outlive it.
  AnswerEvents(EventSink& sink, const Tokenizer& tokenizer, AnswerName name, AnswerReading reading);
  AnswerEvents(const AnswerEvents&) = delete;
  AnswerEvents& operator=(const AnswerEvents&) = delete;

  // The answer exists from its first token on; before, another backend may take over.
  // One event of each token carries its signals. Probabilities are told with the text that
  // they belong to, so those of a stop string, which is not shown, are not told, nor those of
  // thinking and calls. The token that ends an answer has none.
  Async<WriteResult> text(TokenPiece piece);
  Async<WriteResult> end(Ending ending, Usage usage);

  // Nothing that follows would be told: the engine may stop.
  bool complete() const { return reading_.one_call && calls_ > 0; }

  // What the start of the answer says of the prompt. Before the first text().
  void set_prompt_logprob(std::optional<float> logprob) { prompt_logprob_ = logprob; }
  void set_prompt_usage(const Usage& usage) { prompt_usage_ = usage; }

  std::int64_t reasoning_tokens() const { return reasoning_tokens_; }

 private:
  void read(const TokenPiece& piece);
  void drop_reports_of_marks(std::size_t taken_out_before);
  Async<WriteResult> write_parts(TokenSignals signals);
  Async<WriteResult> write_call(const ToolCall& call);
  Async<WriteResult> start();

  EventSink& sink_;
  const Tokenizer& tokenizer_;
  const AnswerName name_;
  const AnswerReading reading_;
  AnswerParser parser_;
  std::vector<AnswerPart> parts_;  // not written yet
  std::size_t calls_ = 0;
  std::int64_t reasoning_tokens_ = 0;
  std::optional<float> prompt_logprob_;
  Usage prompt_usage_;
  bool started_ = false;
  TokenReports reports_;
};

}  // namespace weir

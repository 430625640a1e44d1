// The Backend that answers in this process.
//
// Loads a GGUF file and owns the engine that runs it. A model without a chat
// template takes plain completion prompts: the texts of all messages joined by
// newlines, roles not shown (see ChatTemplate). run() may be called from every
// I/O thread at once; the engine's threads never touch a sink. Destroying the
// backend ends running requests with kUnavailable, so drain before.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/backend.h"
#include "local_backend/answer_grammars.h"
#include "local_backend/engine.h"
#include "local_backend/local_model.h"
#include "local_backend/local_prompt.h"
#include "local_backend/prompt_hygiene.h"
#include "local_backend/tool_calls/answer_format.h"

namespace weir {

class LocalBackend final : public Backend {
 public:
  // Maps the file and starts the engine; blocks for as long as the disk does.
  // kNotFound, kInvalidModel (also when memory is short) or kInvalidConfig with
  // one sentence that says why.
  static Result<std::unique_ptr<LocalBackend>> load(LocalBackendOptions options);
  // The same of a model that is open already. May throw std::bad_alloc.
  static Result<std::unique_ptr<LocalBackend>> start(LocalModel model, LocalBackendOptions options);

  std::string_view name() const override { return name_; }
  BackendClass backend_class() const override { return BackendClass::kLocal; }
  const Capabilities& capabilities() const override { return capabilities_; }

  // A response format and the calls of tools are kept to, see AnswerGrammars.
  // One event of every token has its signals; it is a kTextDelta without text while what
  // the token says is held back (half a character, the beginning of a stop string, a
  // call that is not complete).
  // Usage::local_busy_us is the engine's time; output_tokens count the token that
  // ended the answer. *partial is current whenever run() is suspended.
  Async<Result<Usage>> run(Attempt attempt, EventSink& sink, Deadline deadline,
                           Usage* partial) override;

  // The tokens of the prompt that run() would read. kUnsupportedParameter for what it would
  // refuse. O(prompt) on the caller's thread. Thread-safe.
  Result<std::int64_t> count_tokens(const ChatRequest& request) const;

  const LocalModelInfo& model_info() const { return info_; }
  EngineLoad load_now() const { return engine_->load(); }
  Engine& engine() const { return *engine_; }
  const AnswerFormat& answer_format() const { return format_; }
  const ChatTemplate& chat_template() const { return hygiene_.chat_template(); }
  const SamplingParams& sampling_defaults() const { return defaults_; }

 private:
  LocalBackend(std::string name, LocalModelInfo info, PromptHygiene hygiene,
               std::unique_ptr<Engine> engine, SamplingParams defaults, bool constrain_calls);

  Result<LocalPrompt> prompt_for(const ChatRequest& request, std::string_view id,
                                 std::optional<std::int64_t> unix_ms) const;
  // Views: the attempt's last until it is done.
  Async<AnswerGrammars::Mask> mask_for(const Attempt& attempt, const LocalPrompt& prompt,
                                       CancelSignal& cancel, Deadline deadline);
  Result<SamplingParams> sampling_of(const ChatRequest& request,
                                     std::optional<std::uint64_t> seed) const;

  const std::string name_;
  const LocalModelInfo info_;
  const PromptHygiene hygiene_;
  const std::unique_ptr<Engine> engine_;
  const AnswerFormat format_;
  const SamplingParams defaults_;  // the file's general.sampling.*, else SamplingParams'
  Capabilities capabilities_;
  AnswerGrammars grammars_;
};

}  // namespace weir

#include "local_backend/local_backend.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <new>
#include <utility>

#include "local_backend/answer_events.h"
#include "local_backend/default_sampling.h"
#include "local_backend/local_prompt.h"
#include "local_backend/wake_up.h"

namespace weir {
namespace {

// Enough to tell whether a model knows this kind of text; each costs its logits.
constexpr std::size_t kWatchedPromptTokens = 32;

Capabilities capabilities_of(const LocalModelInfo& info, const ChatTemplate& chat,
                             const AnswerFormat& format) {
  Capabilities can;
  can.context_tokens = info.context_tokens;
  can.max_output_tokens = info.context_tokens;
  can.tools = format.calls != nullptr;
  can.images = can.files = false;
  can.reasoning = chat.knows_reasoning();
  can.unknown_fields = false;
  can.max_choices = 1;
  return can;
}

// What of the options changes the bits that are kept.
std::string run_key(const LocalBackendOptions& options) {
  return "arithmetic " + std::to_string(static_cast<int>(options.arithmetic)) + "\npacked " +
         std::to_string(options.pack_weights ? 1 : 0) + "\ncontext " +
         std::to_string(options.engine.context_tokens) + '\n';
}

// "tools[0], thread": what the answer is made without.
std::string lost_of(const Capabilities& can, const ChatRequest& request) {
  std::string text;
  for (const std::string& field : lost_fields(can, request)) {
    if (!text.empty()) text += ", ";
    text += field;
  }
  return text;
}

Error unsupported(std::string_view field) {
  return {ErrorCode::kUnsupportedParameter,
          "the local model does not support " + std::string(field), "unsupported_parameter",
          std::string(field)};
}

// An id that no model can have stays one.
SamplingParams::Bias sampling_bias_of(const LogitBias& bias) {
  const bool possible = std::in_range<TokenId>(bias.token);
  return {possible ? static_cast<TokenId>(bias.token) : TokenId{-1}, bias.value};
}

struct LetGo {
  AnswerGrammars::Pending& pending;

  explicit LetGo(AnswerGrammars::Pending& asked_for) : pending(asked_for) {}
  LetGo(const LetGo&) = delete;
  LetGo& operator=(const LetGo&) = delete;
  ~LetGo() { pending.let_go(); }
};

}  // namespace

LocalBackend::LocalBackend(std::string name, LocalModelInfo info, PromptHygiene hygiene,
                           std::unique_ptr<Engine> engine, SamplingParams defaults,
                           bool constrain_calls)
    : name_(std::move(name)),
      info_(std::move(info)),
      hygiene_(std::move(hygiene)),
      engine_(std::move(engine)),
      format_(detect_format(hygiene_.chat_template(), engine_->tokenizer().vocabulary())),
      defaults_(std::move(defaults)),
      capabilities_(capabilities_of(info_, hygiene_.chat_template(), format_)),
      grammars_(engine_->tokenizer(), format_, constrain_calls) {}

Result<std::unique_ptr<LocalBackend>> LocalBackend::load(LocalBackendOptions options) {
  try {
    auto model = open_local_model(options);
    if (!model) return model.error();
    read_weights(*model, options, options.watch_load);
    return start(std::move(*model), std::move(options));
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
}

Result<std::unique_ptr<LocalBackend>> LocalBackend::start(LocalModel model,
                                                          LocalBackendOptions options) {
  auto chat = ChatTemplate::read(*model.file, model.tokenizer->vocabulary());
  if (!chat) return chat.error();
  auto defaults = default_sampling(*model.file);
  if (!defaults) return defaults.error();
  if (options.max_output_tokens > 0) {
    options.engine.default_max_tokens = static_cast<std::size_t>(options.max_output_tokens);
  }
  options.engine.draft = model.draft;
  options.engine.archive_key += run_key(options);
  auto engine = Engine::create(model.model, model.tokenizer, options.engine);
  if (!engine) return engine.error();
  LocalModelInfo info = info_of(options, model, (*engine)->context_tokens());
  return std::unique_ptr<LocalBackend>(new LocalBackend(
      std::move(options.name), std::move(info), PromptHygiene(std::move(*chat), options.normalise),
      std::move(*engine), std::move(*defaults), options.constrain_calls));
}

Result<SamplingParams> LocalBackend::sampling_of(const ChatRequest& request,
                                                 std::optional<std::uint64_t> seed) const {
  const Sampling& asked = request.sampling;
  SamplingParams params = defaults_;
  params.temperature = asked.temperature.value_or(params.temperature);
  params.top_p = asked.top_p.value_or(params.top_p);
  params.top_k = std::max<std::int64_t>(asked.top_k.value_or(params.top_k), 0);  // -1: off
  params.min_p = asked.min_p.value_or(params.min_p);
  params.frequency_penalty = asked.frequency_penalty.value_or(0);
  params.presence_penalty = asked.presence_penalty.value_or(0);
  params.repetition_penalty = asked.repetition_penalty.value_or(1);
  for (const LogitBias& bias : asked.logit_bias) params.bias.push_back(sampling_bias_of(bias));
  if (asked.top_logprobs > 0 && !asked.logprobs) {
    return Error{ErrorCode::kInvalidRequest, "top_logprobs needs logprobs to be true",
                 "invalid_value", "top_logprobs"};
  }
  params.top_logprobs = asked.top_logprobs;
  params.max_tokens = asked.max_tokens;
  const bool is_random = asked.seed.value_or(-1) < 0;
  if (!is_random) seed = static_cast<std::uint64_t>(*asked.seed);
  params.seed = seed;
  params.stop.assign(asked.stop.begin(), asked.stop.end());
  if (auto problem = params.problem()) return *problem;
  return params;
}

Result<LocalPrompt> LocalBackend::prompt_for(const ChatRequest& request, std::string_view id,
                                             std::optional<std::int64_t> unix_ms) const {
  if (request.raw_prompt) return raw_prompt_of(request);
  return prompt_of(hygiene_, format_, request, id, unix_ms);
}

Result<std::int64_t> LocalBackend::count_tokens(const ChatRequest& request) const {
  const std::string_view field = first_unsupported(capabilities_, request);
  if (!field.empty()) return unsupported(field);
  const Result<LocalPrompt> prompt = prompt_for(request, {}, {});
  if (!prompt) return prompt.error();
  return static_cast<std::int64_t>(engine_->tokenizer().encode(prompt->prompt).size());
}

// Parameters outlive it: run() waits for it.
Async<AnswerGrammars::Mask> LocalBackend::mask_for(const Attempt& attempt,
                                                   const LocalPrompt& prompt, CancelSignal& cancel,
                                                   Deadline deadline) {
  if (auto known = grammars_.ready(attempt.team, attempt.request, prompt)) {
    co_return std::move(*known);
  }
  const WakeUp news(co_await net::this_coro::executor);
  auto pending = grammars_.make(attempt.team, attempt.request, prompt, news.caller());
  if (!pending) co_return pending.error();
  const CancelScope scope(cancel, [&] { news.ring(); });
  const LetGo guard(**pending);
  for (;;) {
    if (cancel.raised()) co_return Error{ErrorCode::kCancelled, "the client has gone"};
    if (deadline.passed(std::chrono::steady_clock::now())) {
      co_return Error{ErrorCode::kDeadline, "the schema was not compiled in time"};
    }
    if (auto mask = (*pending)->take()) co_return std::move(*mask);
    co_await news.wait_until(deadline.at);
  }
}

Async<Result<Usage>> LocalBackend::run(Attempt attempt, EventSink& sink, Deadline deadline,
                                       Usage* partial) {
  const std::string_view field = first_unsupported(capabilities_, attempt.request);
  if (!field.empty()) co_return unsupported(field);
  auto sampling = sampling_of(attempt.request, attempt.seed);
  if (!sampling) co_return sampling.error();
  const WakeUp news(co_await net::this_coro::executor);
  SubmitOptions options;
  options.tenant = {std::string(attempt.team), attempt.team_weight};
  options.cache_salt = std::string(attempt.cache_salt);
  options.persist = attempt.persist;
  options.deadline = deadline.at;
  options.logprobs = attempt.request.sampling.logprobs;
  if (attempt.watched) options.score_prompt = kWatchedPromptTokens;
  options.wake = news.caller();
  const std::string id = to_string(attempt.id);
  Result<LocalPrompt> prompt = prompt_for(attempt.request, id, attempt.unix_ms);
  if (!prompt) co_return prompt.error();
  auto mask = co_await mask_for(attempt, *prompt, sink.cancel(), deadline);
  if (!mask) co_return mask.error();
  options.mask = std::move(*mask);
  auto submitted = engine_->submit(prompt->prompt, std::move(*sampling), std::move(options));
  if (!submitted) co_return submitted.error();
  TokenStream& stream = **submitted;
  const CancelScope scope(sink.cancel(), [&] {
    stream.cancel();
    news.ring();
  });
  const std::string lost = lost_of(capabilities_, attempt.request);
  const AnswerName name{
      id, info_.name, info_.fingerprint, attempt.request.sampling.logprobs, prompt->rules, lost};
  AnswerEvents answer(
      sink, engine_->tokenizer(), name,
      {prompt->raw ? plain_format() : format_, std::move(prompt->tools), prompt->begins_thinking,
       std::move(prompt->begun), !attempt.request.parallel_tool_calls.value_or(true)});

  for (;;) {
    *partial = stream.usage();
    if (sink.cancel().raised()) co_return Error{ErrorCode::kCancelled, "the client has gone"};
    if (deadline.passed(std::chrono::steady_clock::now())) {
      co_return Error{ErrorCode::kDeadline, "the local model did not finish in time"};
    }
    if (auto piece = stream.try_take()) {
      answer.set_prompt_usage(stream.usage());
      if (attempt.watched) answer.set_prompt_logprob(stream.prompt_signals().mean_logprob);
      const WriteResult written = co_await answer.text(std::move(*piece));
      if (written != WriteResult::kOk) {
        co_return Error{ErrorCode::kCancelled, "the client has gone"};
      }
      if (!answer.complete()) continue;
    }
    if (stream.ended() || answer.complete()) break;
    // Nothing is awaited between try_take() and here, so no wake-up is missed.
    co_await news.wait_until(deadline.at);
  }
  const auto outcome = answer.complete() ? FinishReason::kStop : stream.outcome();
  *partial = stream.usage();
  partial->reasoning_tokens = answer.reasoning_tokens();
  if (!outcome) co_return outcome.error();
  const Usage usage = *partial;
  Ending ending{*outcome, stream.stop_sequence()};
  if (answer.complete()) ending.stop_sequence.clear();  // what came later was not told
  if (const auto written = co_await answer.end(std::move(ending), usage);
      written == WriteResult::kOk)
    co_return usage;
  co_return Error{ErrorCode::kCancelled, "the client has gone"};
}

}  // namespace weir

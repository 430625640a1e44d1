#include "router/embedding_answer.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>
#include <vector>

#include "cloud_adapters/wire/gemini_embeddings.h"
#include "cloud_adapters/wire/ollama.h"
#include "cloud_adapters/wire/openai_embeddings.h"
#include "router/gateway_parts.h"
#include "router/model_tags.h"
#include "router/request_ruling.h"

namespace weir {
namespace {

// Numbers that are written before others on the thread have their turn.
constexpr std::size_t kNumbersAtOnce = 4'096;

bool answers_in_words(const Snapshot& snapshot, std::string_view model) {
  const auto is_model = [&](const ModelAlias& alias) { return alias.name == model; };
  for (const ServedBackend& served : snapshot.backends) {
    const auto& models = served.config != nullptr ? served.config->models : served.local_models;
    if (std::any_of(models.begin(), models.end(), is_model)) return true;
  }
  return model == "cloud";
}

Result<OnDemandModel*> find_model(const Snapshot& snapshot, std::string_view name) {
  if (OnDemandModel* found = snapshot.embedding_model(name)) return found;
  if (answers_in_words(snapshot, name)) {
    return Error{ErrorCode::kInvalidRequest,
                 "This model makes no embeddings: ask for one of [[local.models]].",
                 "model_not_embedding", "model"};
  }
  return Error{ErrorCode::kNotFound, "There is no embedding model of this name here.",
               "model_not_found", "model"};
}

Reason reason_of(const Ruling& ruling, std::string_view asked, std::string_view model) {
  if (const auto reason = ruling.local_only()) return *reason;
  return asked == model ? Reason::kModelRequested : Reason::kLocalRequested;
}

// Where it shall run, if policy lets it.
Result<OnDemandModel*> decide(const EmbeddingQuestion& question, const EmbeddingRequest& request,
                              LedgerRow& row) {
  const Snapshot& snapshot = question.snapshot;
  const Result<Ruling> ruling = rule_on({snapshot, question.who, question.exchange.head(),
                                         question.clock, request.model, request.original.size()},
                                        request.original);
  if (!ruling) return ruling.error();
  if (ruling->matched() != nullptr) row.rule = ruling->matched()->name;
  const Result<OnDemandModel*> model = find_model(snapshot, request.model);
  if (!model) return model.error();
  const std::string& name = (*model)->model_name();
  if (!ruling->allows_model(BackendClass::kLocal, kLocalBackend, name)) {
    return model_denied();
  }
  if (!request.unknown_members.empty()) {
    const std::string field(request.unknown_members.front());
    return Error{ErrorCode::kUnsupportedParameter,
                 "The local model does not support '" + field + "'.", "unsupported_parameter",
                 field};
  }
  row.reason = reason_of(*ruling, request.model, name);
  return *model;
}

// In the limits of who asks, and in those of the model.
Result<void> find_room(LimitHold& limits, const EmbeddingRequest& request, std::string_view model) {
  const std::int64_t tokens = guessed_tokens_of_body(request.original.size());
  if (Result<void> admitted = limits.admit(tokens); !admitted) return admitted;
  const Result<NanoUsd> begun = limits.begin_attempt(model, {NanoUsd{}, NanoUsd{}});
  if (!begun) return begun.error();
  return {};
}

void note_model(const OnDemandModel& model, LedgerRow& row) {
  row.route = Route::kLocal;
  row.backend = kLocalBackend;
  row.provider = "weir";
  row.model = model.model_name();
  row.attempts = 1;
}

// Many numbers take long to write, and others share the thread.
Async<std::string> write(const EmbeddingResult& result, EmbeddingWriter& writer,
                         std::string_view model) {
  const IoExecutor executor = co_await net::this_coro::executor;
  std::size_t numbers = 0;
  for (const std::vector<float>& vector : result.vectors) {
    writer.add(vector);
    numbers += vector.size();
    if (numbers < kNumbersAtOnce) continue;
    numbers = 0;
    co_await net::post(executor, net::use_awaitable_t<IoExecutor>());
  }
  co_return writer.finish(model, result.usage.prompt_tokens());
}

}  // namespace

const EmbeddingCodec& embedding_codec_of(EmbeddingForm form) {
  switch (form) {
    case EmbeddingForm::kOpenAi: return openai_embeddings_codec();
    case EmbeddingForm::kGemini: return gemini_embeddings_codec();
    case EmbeddingForm::kGeminiBatch: return gemini_batch_embeddings_codec();
    case EmbeddingForm::kOllama: return ollama_embed_codec();
    case EmbeddingForm::kOllamaOld: return ollama_embeddings_codec();
  }
  return openai_embeddings_codec();
}

Async<Result<std::string>> answer_embeddings(EmbeddingQuestion question, LedgerRow& row) {
  const LocalConfig& local = question.snapshot.config.local;
  row.reason = Reason::kInvalid;
  Result<EmbeddingRequest> request =
      question.codec.parse_request(question.exchange.take_body(), question.path,
                                   static_cast<std::size_t>(local.max_embedding_inputs));
  if (!request) co_return request.error();
  request->model = name_of_tag(question.snapshot, request->model);
  row.requested_model = request->model;

  row.reason = Reason::kRefused;
  const Result<OnDemandModel*> model = decide(question, *request, row);
  if (!model) co_return model.error();
  note_model(**model, row);
  const Result<void> room = find_room(question.limits, *request, row.model);
  if (!room) co_return room.error();

  const std::unique_ptr<EmbeddingWriter> writer = question.codec.writer(*request);
  const Deadline deadline =
      Deadline::in(question.clock.now(), std::chrono::milliseconds(local.total_timeout_ms));
  const Result<EmbeddingResult> result = co_await (*model)->embed(
      std::move(*request), row.team, question.exchange.cancel(), deadline, &row.usage);
  row.model_hash = (*model)->hash();
  if (!result) co_return result.error();
  row.usage = result->usage;
  co_return co_await write(*result, *writer, row.model);
}

}  // namespace weir

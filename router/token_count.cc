#include "router/token_count.h"

#include <algorithm>
#include <string>
#include <utility>

#include "router/model_tags.h"
#include "router/request_ruling.h"

namespace weir {
namespace {

constexpr std::int64_t kToolTokens = 12;  // of what stands around a tool's schema
// Of text: more is not worth the I/O thread's time, some tens of milliseconds.
constexpr std::size_t kCountedExactly = std::size_t{512} << 10;

}  // namespace

std::int64_t estimated_tokens(const ChatRequest& request) {
  constexpr std::int64_t kBytesPerToken = 4;
  std::int64_t tokens = guessed_prompt_tokens(request);
  for (const Tool& tool : request.tools) {
    const std::size_t bytes =
        tool.name.size() + tool.description.size() + tool.parameters_json.size();
    tokens += static_cast<std::int64_t>(bytes) / kBytesPerToken + kToolTokens;
  }
  return std::max(tokens, std::int64_t{1});
}

Async<Result<TokenCount>> count_prompt_tokens(TokenQuestion question) {
  Result<ChatRequest> request =
      question.codec.parse_request(question.exchange.take_body(), question.path);
  if (!request) co_return request.error();
  request->model = name_of_tag(question.snapshot, request->model);
  OnDemandModel* model = question.snapshot.answering_model(request->model);
  if (model == nullptr) co_return TokenCount{estimated_tokens(*request), false};
  const Result<Ruling> ruling =
      rule_on_use({question.snapshot, question.who, question.exchange.head(), question.clock,
                   request->model, request->original.size(), brings_tools(*request)},
                  *request, model->model_name());
  if (!ruling) co_return ruling.error();
  if (request->original.size() > kCountedExactly) {
    co_return TokenCount{estimated_tokens(*request), false};
  }
  const Deadline deadline =
      Deadline::in(question.clock.now(),
                   std::chrono::milliseconds(question.snapshot.config.local.total_timeout_ms));
  const Result<std::int64_t> tokens =
      co_await model->count_tokens(*request, question.exchange.cancel(), deadline);
  if (!tokens) co_return tokens.error();
  co_return TokenCount{*tokens, true};
}

}  // namespace weir

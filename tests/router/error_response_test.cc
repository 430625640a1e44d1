#include "router/error_response.h"

#include "cloud_adapters/wire/openai_chat.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

Error refused_upstream(int status, std::string body) {
  Error error(ErrorCode::kUpstreamStatus, "the provider refused");
  auto refusal = std::make_shared<UpstreamRefusal>();
  refusal->status = status;
  refusal->content_type = "application/json";
  refusal->body = std::move(body);
  refusal->retry_after = "7";
  error.upstream = refusal;
  return error;
}

TEST_CASE("a provider's refusal reaches the client as it was", "[router]") {
  const Error error = refused_upstream(422, R"({"error":{"message":"no"}})");
  const ErrorAnswer answer = error_answer(error, openai_chat_codec(), "req_1");
  CHECK(answer.status == 422);
  CHECK(answer.body == R"({"error":{"message":"no"}})");
  CHECK(answer.retry_after == "7");
}

TEST_CASE("a provider's refusal without a body is told in the client's dialect", "[router]") {
  const ErrorAnswer answer = error_answer(refused_upstream(500, ""), openai_chat_codec(), "req_1");
  CHECK(answer.status == 500);
  CHECK(answer.body.find("\"error\"") != std::string::npos);
  CHECK(answer.body.find("server_error") != std::string::npos);
  const ErrorAnswer asked_wrong =
      error_answer(refused_upstream(400, ""), openai_chat_codec(), "req_1");
  CHECK(asked_wrong.body.find("invalid_request_error") != std::string::npos);
}

TEST_CASE("a full queue of ours is 429 and says when to come back", "[router]") {
  Error error(ErrorCode::kRateLimited, "full", "engine_queue_full");
  error.retry_after_s = 12;
  const ErrorAnswer answer = error_answer(error, openai_chat_codec(), "req_1");
  CHECK(answer.status == 429);
  CHECK(answer.retry_after == "12");
  CHECK(answer.body.find("rate_limit_error") != std::string::npos);
  CHECK(answer.body.find("engine_queue_full") != std::string::npos);
}

TEST_CASE("what would fail again asks clients not to retry", "[router]") {
  CHECK(should_retry({ErrorCode::kBudgetExceeded, ""}) == "false");
  CHECK(should_retry({ErrorCode::kBudgetExceeded, "", "budget_reserved"}) == "true");
  CHECK(should_retry({ErrorCode::kForbidden, ""}) == "false");
  CHECK(should_retry({ErrorCode::kOverloaded, ""}) == "true");
  CHECK(http_status({ErrorCode::kBudgetExceeded, ""}) == 429);
}

}  // namespace
}  // namespace weir

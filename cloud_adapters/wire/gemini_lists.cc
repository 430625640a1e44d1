// Writes errors, counts and lists of models as the Gemini API does.
#include <utility>

#include "cloud_adapters/wire/answer_parts.h"
#include "cloud_adapters/wire/gemini_parts.h"
#include "cloud_adapters/wire/json_writer.h"

namespace weir::gemini {
namespace {

// A canonical code of Google's APIs beside the HTTP status that the answer has.
struct Status {
  std::int64_t http;
  std::string_view word;
};

Status status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidRequest:
    case ErrorCode::kUnsupportedParameter:
    case ErrorCode::kContextTooLong: return {400, "INVALID_ARGUMENT"};
    case ErrorCode::kTooLarge: return {413, "INVALID_ARGUMENT"};
    case ErrorCode::kMethodNotAllowed: return {405, "UNIMPLEMENTED"};
    case ErrorCode::kUnauthorized: return {401, "UNAUTHENTICATED"};
    case ErrorCode::kForbidden: return {403, "PERMISSION_DENIED"};
    case ErrorCode::kNotFound:
    case ErrorCode::kNotImplemented: return {404, "NOT_FOUND"};
    case ErrorCode::kRateLimited:
    case ErrorCode::kBudgetExceeded: return {429, "RESOURCE_EXHAUSTED"};
    case ErrorCode::kCancelled: return {499, "CANCELLED"};
    case ErrorCode::kOverloaded:
    case ErrorCode::kUnavailable:
    case ErrorCode::kStorage: return {503, "UNAVAILABLE"};
    case ErrorCode::kDeadline: return {504, "DEADLINE_EXCEEDED"};
    case ErrorCode::kUpstreamConnect:
    case ErrorCode::kUpstreamTls:
    case ErrorCode::kUpstreamClosed:
    case ErrorCode::kUpstreamProtocol:
    case ErrorCode::kUpstreamStatus: return {502, "UNAVAILABLE"};
    default: return {500, "INTERNAL"};
  }
}

// Another provider's refusal keeps its own status.
Status status_of(const Error& error) {
  if (!error.upstream || error.upstream->status < 400) return status_of(error.code);
  const int http = error.upstream->status;
  switch (http) {
    case 401: return {http, "UNAUTHENTICATED"};
    case 402:
    case 403: return {http, "PERMISSION_DENIED"};
    case 404: return {http, "NOT_FOUND"};
    case 409: return {http, "ABORTED"};
    case 429: return {http, "RESOURCE_EXHAUSTED"};
    case 500: return {http, "INTERNAL"};
    case 504: return {http, "DEADLINE_EXCEEDED"};
    default: return {http, http < 500 ? "INVALID_ARGUMENT" : "UNAVAILABLE"};
  }
}

// What the error has beside its message, as Google's APIs detail it.
std::string details_of(const Error& error, std::string_view message) {
  std::string out = "[";
  const auto begin = [&out](std::string_view type) {
    if (out.back() != '[') out += ',';
    JsonObject detail(&out);
    detail.string("@type", "type.googleapis.com/google.rpc." + std::string(type));
    return detail;
  };
  if (!error.detail.empty()) {
    JsonObject detail = begin("ErrorInfo");
    detail.string("reason", error.detail);
    detail.string("domain", "weir");
    detail.close();
  }
  if (!error.param.empty()) {
    JsonObject detail = begin("BadRequest");
    detail.key("fieldViolations")->push_back('[');
    JsonObject violation(&out);
    violation.string("field", error.param);
    violation.string("description", message);
    violation.close();
    out += ']';
    detail.close();
  }
  if (error.retry_after_s > 0) {
    JsonObject detail = begin("RetryInfo");
    detail.string("retryDelay", std::to_string(error.retry_after_s) + "s");
    detail.close();
  }
  return out + "]";
}

std::string_view methods_of(const ModelEntry& model) {
  return model.embeds ? R"(["embedContent","batchEmbedContents"])"
                      : R"(["generateContent","countTokens"])";
}

}  // namespace

std::string write_error(const Error& error) {
  const Status status = status_of(error);
  const std::string message = message_for_client(error);
  std::string out;
  JsonObject body(&out);
  JsonObject object(body.key("error"));
  object.number("code", status.http);
  object.string("message", message);
  object.string("status", status.word);
  const std::string details = details_of(error, message);
  if (details.size() > 2) object.raw("details", details);
  object.close();
  body.close();
  return out;
}

std::string write_token_count(std::int64_t tokens) {
  std::string out;
  JsonObject object(&out);
  object.number("totalTokens", tokens);
  object.close();
  return out;
}

std::string write_model(const ModelEntry& model) {
  std::string out;
  JsonObject object(&out);
  object.string("name", "models/" + std::string(model.id));
  object.string("version", "");
  object.string("displayName", model.id);
  if (model.context_tokens > 0) object.number("inputTokenLimit", model.context_tokens);
  if (model.max_output_tokens > 0) object.number("outputTokenLimit", model.max_output_tokens);
  object.raw("supportedGenerationMethods", methods_of(model));
  object.close();
  return out;
}

std::string write_model_list(const std::vector<ModelEntry>& models) {
  std::string out = R"({"models":[)";
  for (const ModelEntry& model : models) {
    if (out.back() != '[') out.push_back(',');
    out += write_model(model);
  }
  return out + "]}";
}

}  // namespace weir::gemini

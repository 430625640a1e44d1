#include "router/error_response.h"

#include <algorithm>

#include "policies/limit_book.h"

namespace weir {
namespace {

constexpr int kClientClosedRequest = 499;

int own_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidRequest:
    case ErrorCode::kUnsupportedParameter:
    case ErrorCode::kContextTooLong: return 400;
    case ErrorCode::kUnauthorized: return 401;
    case ErrorCode::kForbidden: return 403;
    case ErrorCode::kNotFound:
    case ErrorCode::kNotImplemented: return 404;
    case ErrorCode::kMethodNotAllowed: return 405;
    case ErrorCode::kTooLarge: return 413;
    case ErrorCode::kRateLimited:
    case ErrorCode::kBudgetExceeded: return 429;
    case ErrorCode::kCancelled: return kClientClosedRequest;
    case ErrorCode::kOverloaded:
    case ErrorCode::kUnavailable:
    case ErrorCode::kStorage: return 503;
    case ErrorCode::kDeadline: return 504;
    case ErrorCode::kUpstreamConnect:
    case ErrorCode::kUpstreamTls:
    case ErrorCode::kUpstreamClosed:
    case ErrorCode::kUpstreamProtocol:
    case ErrorCode::kUpstreamStatus: return 502;
    case ErrorCode::kInvalidModel:
    case ErrorCode::kInvalidConfig:
    case ErrorCode::kInternal: return 500;
  }
  return 500;
}

// A provider's own code is free text: only what looks like a code is kept.
bool is_word(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  return !text.empty() && text.size() <= kLongest &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c == '_' || c == '-' || c == '.' || (c >= '0' && c <= '9') ||
                  (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

// What a provider's status means.
ErrorCode code_of_status(int status) {
  switch (status) {
    case 400:
    case 422: return ErrorCode::kInvalidRequest;
    case 404: return ErrorCode::kNotFound;
    case 413: return ErrorCode::kTooLarge;
    case 429: return ErrorCode::kRateLimited;
    case 503:
    case 529: return ErrorCode::kOverloaded;
    case 504: return ErrorCode::kDeadline;
    default: return ErrorCode::kUpstreamStatus;
  }
}

bool has_own_refusal(const Error& error) {
  return error.upstream != nullptr && error.upstream->status >= 400;
}

// The dialects of one house share the form of their errors.
bool same_form(Dialect a, Dialect b) {
  const auto form = [](Dialect dialect) {
    switch (dialect) {
      case Dialect::kOpenAiResponses:
      case Dialect::kOpenAiCompletions: return Dialect::kOpenAiChat;
      case Dialect::kOllamaGenerate: return Dialect::kOllama;
      default: return dialect;
    }
  };
  return form(a) == form(b);
}

}  // namespace

int http_status(const Error& error) {
  return has_own_refusal(error) ? error.upstream->status : own_status(error.code);
}

std::string code_word(const Error& error) {
  return is_word(error.detail) ? error.detail : std::string(to_string(error.code));
}

std::string_view should_retry(const Error& error) {
  if (has_own_refusal(error)) return error.upstream->should_retry;
  switch (error.code) {
    case ErrorCode::kBudgetExceeded: return error.detail == kBudgetReserved ? "true" : "false";
    case ErrorCode::kForbidden:
    case ErrorCode::kUpstreamTls: return "false";
    case ErrorCode::kRateLimited: return error.detail == kRateLimitExceeded ? "false" : "";
    case ErrorCode::kOverloaded: return "true";
    default: return {};
  }
}

Error in_words_of(const Error& error, Dialect dialect) {
  if (!has_own_refusal(error)) return error;
  const bool has_words =
      same_form(error.upstream->dialect, dialect) && !error.upstream->body.empty();
  if (has_words) return error;
  Error told = error;
  told.code = code_of_status(error.upstream->status);
  return told;
}

ErrorAnswer error_answer(const Error& error, const Codec& codec, std::string_view request_id) {
  ErrorAnswer answer;
  answer.status = http_status(error);
  answer.should_retry = should_retry(error);
  if (has_own_refusal(error)) {
    answer.retry_after = error.upstream->retry_after;
    answer.retry_after_ms = error.upstream->retry_after_ms;
    if (same_form(error.upstream->dialect, codec.dialect())) {
      answer.content_type = error.upstream->content_type;
      answer.body = error.upstream->body;
    }
  }
  if (error.retry_after_s > 0) answer.retry_after = std::to_string(error.retry_after_s);
  if (answer.body.empty()) {
    answer.content_type = "application/json";
    answer.body = codec.write_error(in_words_of(error, codec.dialect()), request_id);
  }
  return answer;
}

}  // namespace weir

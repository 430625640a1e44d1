#include "core/result.h"

namespace weir {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidRequest: return "invalid_request";
    case ErrorCode::kUnsupportedParameter: return "unsupported_parameter";
    case ErrorCode::kContextTooLong: return "context_length_exceeded";
    case ErrorCode::kUnauthorized: return "unauthorized";
    case ErrorCode::kForbidden: return "forbidden";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kNotImplemented: return "not_implemented";
    case ErrorCode::kMethodNotAllowed: return "method_not_allowed";
    case ErrorCode::kTooLarge: return "too_large";
    case ErrorCode::kRateLimited: return "rate_limited";
    case ErrorCode::kBudgetExceeded: return "budget_exceeded";
    case ErrorCode::kCancelled: return "cancelled";
    case ErrorCode::kOverloaded: return "overloaded";
    case ErrorCode::kUnavailable: return "unavailable";
    case ErrorCode::kDeadline: return "deadline_exceeded";
    case ErrorCode::kUpstreamConnect: return "upstream_connect";
    case ErrorCode::kUpstreamTls: return "upstream_tls";
    case ErrorCode::kUpstreamClosed: return "upstream_closed";
    case ErrorCode::kUpstreamProtocol: return "upstream_protocol";
    case ErrorCode::kUpstreamStatus: return "upstream_status";
    case ErrorCode::kInvalidModel: return "invalid_model";
    case ErrorCode::kInvalidConfig: return "invalid_config";
    case ErrorCode::kStorage: return "storage";
    case ErrorCode::kInternal: return "internal";
  }
  return "internal";
}

}  // namespace weir

// Errors as values: Result<T>, Error and the closed list of ErrorCode.
//
// Functions return Result<T> for what a caller must handle. Exceptions leave
// only start-up code. No error text holds prompt text or a secret.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "core/dialect.h"

namespace weir {

// What went wrong, as far as a caller must tell apart. router/error_response.cc
// turns a code into an HTTP status in one function.
enum class ErrorCode : std::uint8_t {
  kInvalidRequest,        // the client's bytes are wrong                       400
  kUnsupportedParameter,  // a field that no allowed backend can honour         400
  kContextTooLong,        // prompt plus answer do not fit any allowed model    400
  kUnauthorized,          // no key, or an unknown one                          401
  kForbidden,             // the team's policy says no                          403
  kNotFound,              // no such model, path or row                         404
  kNotImplemented,        // a known path that is not served yet                404
  kMethodNotAllowed,      //                                                    405
  kTooLarge,              // head, body or answer above its limit               413 (head: 431)
  kRateLimited,           // a limit of ours, or a provider's 429               429
  kBudgetExceeded,        // money is spent, or reserved by others              429
  kCancelled,             // the client has gone                                499 in the ledger
  kOverloaded,            // a queue is full, or no backend is left             503
  kUnavailable,           // ruled local-only and the local engine failed       503
  kDeadline,              // a timer of ours ran out                            504
  kUpstreamConnect,       // DNS, TCP: nothing was sent                         502
  kUpstreamTls,           // certificate or handshake                           502
  kUpstreamClosed,        // a connection ended before the answer did           502
  kUpstreamProtocol,      // an answer that is not HTTP, JSON or SSE            502
  kUpstreamStatus,        // the provider answered 4xx/5xx; see Error::upstream as received
  kInvalidModel,          // a model file that cannot be used                   500
  kInvalidConfig,         // start-up and reload only
  kStorage,               // the ledger cannot be written                       503
  kInternal,              //                                                    500
};

// The refusal of a provider, kept so that a client of the same dialect sees it
// unchanged.
struct UpstreamRefusal {
  int status = 0;
  std::string content_type;
  std::string body;
  std::string retry_after;  // header value as received, or empty
  std::string retry_after_ms{};
  std::string should_retry;                // x-should-retry as received, or empty
  Dialect dialect = Dialect::kOpenAiChat;  // of `body`
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;  // one sentence for a person; no prompt text, no secret
  std::string detail;   // machine word for error.code, such as "http_bad_chunk"; may be empty
  std::string param;    // the field at fault, such as "messages[2].role"; may be empty
  std::int64_t retry_after_s = 0;                   // when another try may help; 0 = not known
  std::shared_ptr<const UpstreamRefusal> upstream;  // set for kUpstreamStatus

  Error() = default;
  Error(ErrorCode error_code, std::string text, std::string machine_word = {},
        std::string field = {})
      : code(error_code),
        message(std::move(text)),
        detail(std::move(machine_word)),
        param(std::move(field)) {}
};

// An Error behind a pointer. Default-made it stands for Error().
class SharedError {
 public:
  SharedError() = default;
  SharedError(Error error) : error_(std::make_shared<const Error>(std::move(error))) {}

  // Lives as long as a copy of this does.
  const Error& get() const {
    static const Error none;
    return error_ != nullptr ? *error_ : none;
  }

 private:
  std::shared_ptr<const Error> error_;
};

// Called by Result::value() on an error; only start-up code and tests do that.
[[noreturn]] inline void throw_exception_from_error(const SharedError& error,
                                                    const boost::source_location&) {
  throw std::runtime_error(error.get().message);
}

// A value or an Error. It is little larger than the value: every co_await of one takes
// room in the frame of its coroutine.
template <class T>
class Result : public boost::system::result<T, SharedError> {
  using Base = boost::system::result<T, SharedError>;

 public:
  using Base::Base;
  using error_type = Error;

  // Error() if there is a value.
  const Error& error() const& { return Base::error().get(); }
  Error error() && { return Base::error().get(); }
};

// The stable snake_case word of a code, for logs and metric labels.
std::string_view to_string(ErrorCode code);

}  // namespace weir

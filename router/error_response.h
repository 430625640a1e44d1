// From an error to the answer that tells it: the one place where an ErrorCode
// becomes an HTTP status.
#pragma once

#include <string>
#include <string_view>

#include "cloud_adapters/wire/codec.h"
#include "core/result.h"

namespace weir {

// The status a client sees. 4xx is the client's or policy's doing, 5xx is ours or
// an upstream's. 499 stands only in the ledger: nobody is left to read it.
int http_status(const Error& error);

// What logs, ledger and metrics call it: the detail when that is a code, else the code's own word.
std::string code_word(const Error& error);

// The value of x-should-retry, which the official SDKs obey: "false" when the
// same request would fail again, "true" when waiting helps, empty when the
// status says enough.
std::string_view should_retry(const Error& error);

struct ErrorAnswer {
  int status = 500;
  std::string content_type;
  std::string body;
  std::string_view should_retry;  // a view of a literal or of `error.upstream`
  std::string retry_after;        // seconds, or as a provider said it
  std::string_view retry_after_ms;
};

// A provider's refusal with the code that its status stands for, for a client of another
// dialect or where the provider gave no body; every other error as it is.
Error in_words_of(const Error& error, Dialect dialect);

// A provider's refusal in the client's own dialect is passed on as received; all
// else is written by `codec`. The views live as long as `error`.
ErrorAnswer error_answer(const Error& error, const Codec& codec, std::string_view request_id);

}  // namespace weir

// Answers that are one small JSON body.
#pragma once

#include <string>

#include "cloud_adapters/wire/codec.h"
#include "core/result.h"
#include "router/http/exchange.h"

namespace weir {

Response json_response(int status, std::string body);

// An error in the words and with the status of this dialect.
Response error_response(const Error& error, Dialect dialect = Dialect::kOpenAiChat);

// retry-after and x-should-retry, as far as the error says anything of them.
void add_retry_headers(const Error& error, HeaderLines& headers);

}  // namespace weir

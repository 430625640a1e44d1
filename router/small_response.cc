#include "router/small_response.h"

#include <string_view>
#include <utility>

#include "cloud_adapters/wire/codec.h"
#include "router/error_response.h"

namespace weir {

Response json_response(int status, std::string body) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Response error_response(const Error& error, Dialect dialect) {
  return json_response(http_status(error), codec_of(dialect).write_error(error, {}));
}

void add_retry_headers(const Error& error, HeaderLines& headers) {
  const std::string_view word = should_retry(error);
  if (!word.empty()) headers.add("x-should-retry", word);
  if (error.retry_after_s > 0) headers.add("retry-after", std::to_string(error.retry_after_s));
}

}  // namespace weir

#include "router/http/response_head.h"

#include <algorithm>
#include <charconv>
#include <ctime>

#include "core/http1.h"
#include "router/http/exchange.h"

namespace weir {
namespace {

void append_number(std::string* out, std::uint64_t value) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out->append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_field(std::string* out, std::string_view name, std::string_view value) {
  out->append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 529: return "Overloaded";
    default: return "Unknown";
  }
}

std::string_view HttpDate::at(std::int64_t unix_seconds) {
  constexpr std::size_t kSize = 29;
  if (unix_seconds != second_) {
    second_ = unix_seconds;
    const std::time_t time = unix_seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::strftime(text_.data(), text_.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  }
  return {text_.data(), kSize};
}

std::string response_head(const ResponseHeadParts& parts) {
  std::string head;
  head.reserve(192 + parts.headers.size() + parts.common.size() + parts.content_type.size());
  head.append("HTTP/1.1 ");
  append_number(&head, static_cast<std::uint64_t>(parts.status));
  head.append(" ").append(reason_phrase(parts.status)).append("\r\n");
  append_field(&head, "date", parts.date);
  if (!parts.content_type.empty()) append_field(&head, "content-type", parts.content_type);
  if (parts.content_length) {
    head.append("content-length: ");
    append_number(&head, *parts.content_length);
    head.append("\r\n");
  }
  if (parts.chunked) head.append("transfer-encoding: chunked\r\n");
  if (parts.connection == ConnectionField::kClose) head.append("connection: close\r\n");
  if (parts.connection == ConnectionField::kKeepAlive) head.append("connection: keep-alive\r\n");
  head.append(parts.headers).append(parts.common).append("\r\n");
  return head;
}

HeaderLines& HeaderLines::add(std::string_view name, std::string_view value) {
  text_.append(name).append(": ").append(value).append("\r\n");
  const auto value_end = text_.end() - 2;
  std::replace_if(
      value_end - static_cast<std::ptrdiff_t>(value.size()), value_end,
      [](char byte) { return !http1::is_field_byte(byte); }, ' ');
  return *this;
}

}  // namespace weir

// What codecs say of an answer that is none: it is not of their dialect, or it is an error under
// status 200. And what of a frame tells that it has to be read at all.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"

namespace weir {

inline Error protocol_error(std::string_view message) {
  return {ErrorCode::kUpstreamProtocol, std::string(message), "upstream_bad_answer"};
}

// The error that `body` holds, in the form of a refusal: for a codec's parse_error().
inline UpstreamRefusal refusal_in_answer(std::string body) {
  UpstreamRefusal refusal;
  refusal.status = 200;
  refusal.content_type = "application/json";
  refusal.body = std::move(body);
  return refusal;
}

// What parse_error() made of it.
inline Error told_in_answer(Error error) {
  error.message = "The upstream reported an error in its answer.";
  return error;
}

// Whether JSON text has a member of one of these names, each with its closing quote ("usage\""),
// whose value begins with none of `idle`. A quote inside a text is escaped, so what follows a bare
// quote here is a name or a whole string.
template <class Names>
bool has_telling_member(std::string_view json, const Names& names, std::string_view idle) {
  constexpr std::string_view kBlanks = " \t\r\n";
  for (std::size_t quote = 0; (quote = json.find('"', quote)) != std::string_view::npos;) {
    const std::string_view rest = json.substr(++quote);
    const auto is_next = [rest](std::string_view name) { return rest.starts_with(name); };
    const auto name = std::find_if(std::begin(names), std::end(names), is_next);
    if (name == std::end(names)) continue;
    std::size_t at = rest.find_first_not_of(kBlanks, name->size());
    if (at == std::string_view::npos || rest[at] != ':') continue;
    at = rest.find_first_not_of(kBlanks, at + 1);
    if (at != std::string_view::npos && idle.find(rest[at]) == std::string_view::npos) return true;
  }
  return false;
}

}  // namespace weir

#include "local_backend/grammar/uri.h"

#include <algorithm>
#include <cstddef>

#include "core/hex.h"

namespace weir::grammar {
namespace {

struct Parts {
  std::string_view scheme;     // with its ':'
  std::string_view authority;  // with its "//"
  std::string_view path;
  std::string_view query;     // with its '?'
  std::string_view fragment;  // with its '#'
};

std::string_view take_front(std::string_view* text, std::size_t size) {
  const std::string_view taken = text->substr(0, size);
  text->remove_prefix(taken.size());
  return taken;
}

Parts parts_of(std::string_view uri) {
  Parts parts;
  const std::size_t colon = uri.find_first_of(":/?#");
  if (colon != std::string_view::npos && uri[colon] == ':')
    parts.scheme = take_front(&uri, colon + 1);
  if (uri.starts_with("//")) {
    parts.authority = take_front(&uri, std::min(uri.find_first_of("/?#", 2), uri.size()));
  }
  parts.path = take_front(&uri, std::min(uri.find_first_of("?#"), uri.size()));
  if (uri.starts_with('?')) parts.query = take_front(&uri, std::min(uri.find('#'), uri.size()));
  parts.fragment = uri;
  return parts;
}

// RFC 3986, 5.2.4.
std::string without_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = take_front(&path, end);
    const std::string_view name = segment.starts_with('/') ? segment.substr(1) : segment;
    if (name == "..") {
      out.erase(out.find_last_of('/') == std::string::npos ? 0 : out.find_last_of('/'));
    } else if (name != ".") {
      out += segment;
      continue;
    }
    if (path.empty()) out += '/';
  }
  return out;
}

}  // namespace

std::string resolve_uri(std::string_view base, std::string_view reference) {
  const Parts own = parts_of(reference);
  const Parts from = parts_of(base);
  if (!own.scheme.empty()) return std::string(reference);
  std::string uri(from.scheme);
  if (!own.authority.empty()) return uri + std::string(reference);
  uri += from.authority;
  if (own.path.empty()) {
    uri += from.path;
    uri += own.query.empty() ? from.query : own.query;
  } else if (own.path.starts_with('/')) {
    uri += without_dots(own.path);
    uri += own.query;
  } else {
    std::string path(from.path.substr(0, from.path.find_last_of('/') + 1));
    if (path.empty() && !from.authority.empty()) path = "/";
    uri += without_dots(path.append(own.path));
    uri += own.query;
  }
  return uri.append(own.fragment);
}

SplitUri split_uri(std::string_view uri) {
  const std::size_t hash = std::min(uri.find('#'), uri.size());
  SplitUri split{uri.substr(0, hash), {}};
  for (std::size_t i = hash + 1; i < uri.size(); ++i) {
    std::byte escaped{};
    if (uri[i] == '%' && from_hex(uri.substr(i + 1, 2), {&escaped, 1})) {
      split.fragment += static_cast<char>(escaped);
      i += 2;
    } else {
      split.fragment += uri[i];
    }
  }
  return split;
}

std::string pointer_token(std::string_view name) {
  std::string token;
  for (const char sign : name) {
    if (sign == '~') {
      token += "~0";
    } else if (sign == '/') {
      token += "~1";
    } else {
      token += sign;
    }
  }
  return token;
}

}  // namespace weir::grammar

// One HTTP request head, as router/http/request_reader read it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/http1.h"

namespace weir {

// Views point into the reader's own copy of the head, made before the body is
// read, and live until the reader is reset or destroyed.
struct RequestHead {
  std::string_view method;  // as received; methods are case-sensitive
  std::string_view target;  // as received
  int minor_version = 1;    // HTTP/1.0 or HTTP/1.1
  http1::Fields fields;
  std::string_view host;                        // empty if HTTP/1.0 sent none
  std::optional<std::uint64_t> content_length;  // declared; never together with chunked
  bool chunked = false;
  bool keep_alive = true;         // the client allows another request on this connection
  bool expects_continue = false;  // it waits for "100 Continue" before the body

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
  // The target up to the first '?', and what follows it; of an absolute one ("http://host/path",
  // RFC 9112, section 3.2.2) without what stands before the path.
  std::string_view path() const {
    const std::string_view own = origin_form();
    return own.substr(0, own.find('?'));
  }
  std::string_view query() const {
    const std::string_view own = origin_form();
    const std::size_t mark = own.find('?');
    return mark == std::string_view::npos ? std::string_view() : own.substr(mark + 1);
  }

 private:
  std::string_view origin_form() const {
    const std::size_t scheme = target.find("://");
    if (target.starts_with('/') || scheme == std::string_view::npos) return target;
    const std::size_t path = target.find('/', scheme + 3);
    return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
  }
};

}  // namespace weir

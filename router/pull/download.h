// Fetches a file over HTTP, and goes on where an earlier try has stopped.
//
// The bytes gather in PATH.part; PATH appears when all are there and the hash is right. A
// connection that breaks or stalls is taken up again; where the server no longer has the
// same file, or cannot send a part of it, the download begins anew. TLS and its
// certificates are libcurl's affair. Plain http is taken from this machine alone.
// Blocks; one thread a download. Not for requests: those need a permit.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "core/result.h"

namespace weir {

struct Download {
  std::string url;
  std::string path;
  std::string sha256;              // 64 hex digits; empty = not known
  int tries = 6;                   // that bring no new byte, in a row
  std::chrono::seconds stall{30};  // without a byte
  // done and total in bytes; total is 0 while it is not known. Returns false to stop.
  std::function<bool(std::uint64_t done, std::uint64_t total)> watch = {};
};

struct Downloaded {
  std::uint64_t bytes = 0;
  std::string sha256;
};

// Fails with kInvalidRequest for a URL that is not taken, kNotFound, kForbidden, kCancelled,
// kUpstreamClosed when the tries are used up, kUpstreamProtocol for what is not an answer to
// the request, kInvalidModel for a wrong hash, kStorage; the message names URL or path. What came
// stays in PATH.part, but for a wrong hash.
Result<Downloaded> download(const Download& wanted);

// Whether download() takes the URL.
Result<void> check_url(const std::string& url);

}  // namespace weir

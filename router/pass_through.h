// Requests that a provider answers and weir does not understand: images, audio, files,
// batches. They are never scanned, so only a request that may go anywhere is passed on.
//
// What is here is pure; Gateway::pass_through() (pass_through.cc) does the work.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/dialect.h"
#include "core/result.h"
#include "policies/ruling.h"
#include "router/http/request.h"
#include "router/snapshot.h"

namespace weir {

// Why the path or method is not passed on, whoever asks; nothing if it may be. A path that
// another server could read as one that weir answers itself is refused, and so is one that
// leaves the version.
std::optional<Error> wrong_pass_through(const RequestHead& head);

// What goes out as the target: path and query as the client wrote them, below the version,
// without a key in the query.
std::string passed_target(const RequestHead& head);

// The client's header lines that go out, each with its CRLF; never its key.
std::string passed_fields(const RequestHead& head);

struct PassThroughWish {
  std::string_view backend;  // x-weir-backend; empty = not named
  std::string_view model;    // of a JSON body; empty = none
  Dialect dialect;           // of the path: kAnthropic, or kOpenAiChat for OpenAI's family
};

// The backend that gets it: the one named, else the first that lists the model, else the
// first of the dialect. kForbidden when the ruling keeps the request here or its model
// from the team, kNotFound with what to configure when there is none.
Result<const ServedBackend*> choose_backend(std::span<const ServedBackend> backends,
                                            const Ruling& ruling, const PassThroughWish& wish);

}  // namespace weir

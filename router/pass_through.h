// Requests that a provider answers and weir hands on as they are: images, audio, files, batches,
// which it does not understand, so only one that may go anywhere is passed on; and requests for
// vectors of a model that is not of this process.
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
// `models`: all that the request names, the wish's own included.
Result<const ServedBackend*> choose_backend(std::span<const ServedBackend> backends,
                                            const Ruling& ruling, const PassThroughWish& wish,
                                            std::span<const std::string> models = {});

// Whether a request for vectors of this model is passed on: no model of this process has the
// name, and a [[backend]] of OpenAI's family lists it.
bool passes_embeddings(const Snapshot& snapshot, std::string_view model);

struct EmbeddingProvider {
  const ServedBackend* served = nullptr;
  std::string_view model;  // as the provider calls it
};

// The first backend that lists the model and can be reached now, else the first that lists it.
// Errors as choose_backend().
Result<EmbeddingProvider> choose_embedding_provider(std::span<const ServedBackend> backends,
                                                    const Ruling& ruling,
                                                    const PassThroughWish& wish, SteadyTime now);

}  // namespace weir

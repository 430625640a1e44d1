// Something that can answer a chat request: the engine in this process, a server
// of the organisation, or a provider.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/async.h"
#include "core/chat.h"
#include "core/deadline.h"
#include "core/egress_permit.h"
#include "core/event.h"
#include "core/request_id.h"
#include "core/result.h"
#include "core/usage.h"

namespace weir {

enum class BackendClass : std::uint8_t {
  kLocal,  // the engine in this process, and nothing else
  kSite,   // a server the organisation runs; needs a permit
  kCloud,  // everybody else's; needs a permit
};
std::string_view to_string(BackendClass value);

// What a backend can honour. A request that needs more is refused or sent elsewhere, or
// what it loses is told: never silently trimmed.
struct Capabilities {
  std::int64_t context_tokens = 0;     // 0 = unknown, not checked
  std::int64_t max_output_tokens = 0;  // 0 = unknown
  bool tools = true;
  bool images = true;
  bool files = true;
  bool json_object = true;
  bool json_schema = true;
  bool logprobs = true;
  bool penalties = true;
  bool logit_bias = true;
  bool reasoning = true;
  bool grammar = true;           // without tools and response_format; unknown_fields covers all
  bool unknown_fields = true;    // members of a body that ChatRequest has no field for
  std::int64_t max_choices = 0;  // 0 = not limited
};

// The first field of the request that `can` does not cover, or an empty view; it
// may point into the request. Fields that do not change the answer are covered.
std::string_view first_unsupported(const Capabilities& can, const ChatRequest& request);

// The fields that such a backend leaves out and answers all the same: tools that only a
// provider can run, members that nobody here knows. Labels that change nothing do not count.
std::vector<std::string> lost_fields(const Capabilities& can, const ChatRequest& request);

// One try. The views outlive run().
struct Attempt {
  const ChatRequest& request;
  RequestId id;
  std::string_view model;                 // the name to ask this backend for
  std::optional<EgressPermit> permit;     // present exactly when the backend is not local
  std::optional<OutboundBody> body;       // present exactly when a permit is
  std::string_view cache_salt;            // keeps teams' prefix caches apart
  std::string_view team = {};             // whose share of the local engine it uses
  std::int64_t team_weight = 1;           // beside other teams; positive
  bool persist = false;                   // what is read of it may stay on this machine's disk
  std::int64_t answer_tokens = 0;         // at most so many, if the request sets no limit; 0 = open
  bool watched = false;                   // the sink wants the signals of the prompt, too
  std::optional<std::int64_t> unix_ms{};  // when the request came, for templates that tell the date
  std::optional<std::uint64_t> seed{};    // of a local answer whose request names none
  // Of the client's own header lines those that belong to its dialect, each with its CRLF,
  // for a backend of the same dialect.
  std::string_view client_fields{};
  // Of a backend that is not local: gets added what was given to its connection. May be null.
  std::uint64_t* egress_bytes = nullptr;
  std::string_view client_query{};  // as client_fields, of its query, without a question mark
};

// Lives as long as the configuration snapshot that made it. run() may be called
// from every I/O thread at once and stays on the caller's.
class Backend {
 public:
  virtual ~Backend() = default;

  virtual std::string_view name() const = 0;  // as in [[backend]] name
  virtual BackendClass backend_class() const = 0;
  virtual const Capabilities& capabilities() const = 0;

  // Answers into `sink` and returns what it cost in tokens; the usage of an
  // answer that failed or was cancelled half-way is in its `partial` out field.
  // After an error the caller may try another backend only while
  // !sink.started(). Every wait inside ends by `deadline` at the latest, and
  // within 50 ms of sink.cancel().
  virtual Async<Result<Usage>> run(Attempt attempt, EventSink& sink, Deadline deadline,
                                   Usage* partial) = 0;
};

}  // namespace weir

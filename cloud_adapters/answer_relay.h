// One answer on its way from an upstream to the client: refusals, whole bodies and
// streams become events, or errors that say what was wrong with them.
#pragma once

#include <cstddef>
#include <string_view>

#include "cloud_adapters/token_estimate.h"
#include "cloud_adapters/upstream/https_client.h"
#include "cloud_adapters/wire/codec.h"
#include "core/async.h"
#include "core/event.h"

namespace weir {

// What one answer needs on its way. All of it outlives relay_answer().
struct AnswerRelay {
  UpstreamCall& call;  // its head is here
  EventSink& sink;
  const ChatRequest& request;
  const Codec& codec;  // of the upstream
  TokenEstimate& tokens;
  std::string_view upstream;  // its name
  std::string_view lost;      // what the request lost on its way there
  bool hide_usage;            // the client did not ask for the usage that weir asked for
  std::size_t max_response_bytes;
  bool retold = false;  // its bytes are not to be passed on

  // The client can read the upstream's own bytes.
  bool same_dialect() const { return !retold && request.dialect == codec.dialect(); }
};

// The usage that the answer reported, or an estimate.
Async<Result<Usage>> relay_answer(const AnswerRelay& relay);

// stream_relay.cc
Async<Result<Usage>> relay_stream(const AnswerRelay& relay);

Error upstream_protocol_error(std::string_view upstream, std::string_view what, std::string word);
Error refused_key(std::string_view upstream);
Error client_gone();

}  // namespace weir

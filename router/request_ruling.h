// What the team's policy and the rules say of a request, whatever it asks for.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/chat.h"
#include "core/clock.h"
#include "core/result.h"
#include "policies/ruling.h"
#include "policies/team.h"
#include "router/http/request.h"
#include "router/snapshot.h"

namespace weir {

// Views: all of it outlives the call.
struct RuledRequest {
  const Snapshot& snapshot;
  const Identity& who;
  const RequestHead& head;
  const Clock& clock;
  std::string_view model;  // as the client asked for it
  std::size_t body_bytes = 0;
  bool has_tools = false;
};

// The content is looked into where a rule asks what it holds. Errors: those of rule().
Result<Ruling> rule_on(const RuledRequest& request, const ChatRequest& content);
// The same where a model of this process is loaded or its tokenizer asked, and who asks must be
// allowed to use it: model_denied(). `model`: one of this process, by its own name.
Result<Ruling> rule_on_use(const RuledRequest& request, const ChatRequest& content,
                           std::string_view model);
// The same of the body of a request for vectors.
Result<Ruling> rule_on(const RuledRequest& request, std::string_view body);
// The same of what nobody here can look into.
Result<Ruling> rule_on_opaque(const RuledRequest& request);

// Without "BACKEND/" before it, if a [[backend]] is called so; else empty.
std::string_view bare_model(const Config& config, std::string_view model);

// Tools of any form, those that only a provider runs included.
bool brings_tools(const ChatRequest& request);

// The team or key may not use a model.
Error model_denied();

// The values of all fields of that name, in order.
std::vector<std::string_view> values_of(const RequestHead& head, std::string_view name);

}  // namespace weir

#include "router/request_ruling.h"

#include <algorithm>

#include "router/content_look.h"
#include "router/tool_members.h"

namespace weir {
namespace {

RuleFacts rule_facts(const RuledRequest& request) {
  RuleFacts facts;
  facts.team = request.who.team->name;
  facts.model = request.model;
  facts.bare_model = bare_model(request.snapshot.config, request.model);
  facts.headers = {request.head.fields.begin(), request.head.fields.end()};
  facts.body_bytes = request.body_bytes;
  facts.has_tools = request.has_tools;
  return facts;
}

Result<Ruling> rule_with(const RuledRequest& request, const RuleFacts& facts,
                         const ContentLook& look) {
  const std::vector<std::string_view> privacy = values_of(request.head, "x-weir-privacy");
  return rule(*request.who.team, {privacy, request.snapshot.config.rules, facts, request.who.key,
                                  look.opaque, look.unread});
}

template <class Content>
Result<Ruling> rule_looking_into(const RuledRequest& request, const Content& content) {
  RuleFacts facts = rule_facts(request);
  const bool asked = looks_inside(request.snapshot.config.rules, facts);
  TimedScan scan(request.snapshot.scanner, request.snapshot.rule_guesses, request.clock);
  ContentLook look = look_into(content, asked ? &scan : nullptr);
  if (look.found) facts.found = &*look.found;
  look.unread |= look.opaque && holds_back_contents(request.snapshot.config.rules, facts);
  return rule_with(request, facts, look);
}

}  // namespace

std::string_view bare_model(const Config& config, std::string_view model) {
  for (const BackendConfig& backend : config.backends) {
    const std::size_t size = backend.name.size();
    if (model.size() > size + 1 && model.starts_with(backend.name) && model[size] == '/') {
      return model.substr(size + 1);
    }
  }
  return {};
}

Error model_denied() {
  return {ErrorCode::kForbidden, "The team or key may not use this model.", "model_not_allowed",
          "model"};
}

bool brings_tools(const ChatRequest& request) {
  return !request.tools.empty() || std::any_of(request.unknown_members.begin(),
                                               request.unknown_members.end(), is_tool_member);
}

std::vector<std::string_view> values_of(const RequestHead& head, std::string_view name) {
  std::vector<std::string_view> values;
  for (const http1::Field& field : head.fields) {
    if (http1::equal_ignoring_case(field.name, name)) values.push_back(field.value);
  }
  return values;
}

Result<Ruling> rule_on(const RuledRequest& request, const ChatRequest& content) {
  return rule_looking_into(request, content);
}

Result<Ruling> rule_on_use(const RuledRequest& request, const ChatRequest& content,
                           std::string_view model) {
  Result<Ruling> ruling = rule_on(request, content);
  if (!ruling) return ruling;
  if (!ruling->allows_model(BackendClass::kLocal, kLocalBackend, model)) return model_denied();
  return ruling;
}

Result<Ruling> rule_on(const RuledRequest& request, std::string_view body) {
  return rule_looking_into(request, body);
}

Result<Ruling> rule_on_opaque(const RuledRequest& request) {
  const RuleFacts facts = rule_facts(request);
  ContentLook look;
  look.opaque = true;
  look.unread = looks_inside(request.snapshot.config.rules, facts);
  return rule_with(request, facts, look);
}

}  // namespace weir

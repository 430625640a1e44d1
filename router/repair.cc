#include "router/repair.h"

#include <string>
#include <utility>

#include "router/error_response.h"
#include "router/local_help.h"
#include "router/schema_watch.h"
#include "router/serve.h"
#include "router/spare_answer.h"

namespace weir {
namespace {

constexpr std::size_t kMostSchemaBytes = 8192;  // that the model is shown; it is bound to all
constexpr std::size_t kMostMoreTokens = 256;    // than the wrong text has bytes

constexpr std::string_view kInstruction =
    "Write what the user's message says as one JSON value. Keep its values as they are, add none "
    "of your own, and say nothing else.";
constexpr std::string_view kBeforeSchema = "\nThe JSON must satisfy this JSON Schema:\n";

bool can_write(const Capabilities& can, const ChatRequest& request) {
  return request.response_format.kind == ResponseFormatKind::kJsonSchema ? can.json_schema
                                                                         : can.json_object;
}

}  // namespace

const ServedBackend* repairer_for(const Snapshot& snapshot, const Ruling& ruling,
                                  const ChatRequest& request) {
  const Sampling& sampling = request.sampling;
  if (ruling.team().repair != Repair::kLocal || ruling.local_only()) return nullptr;
  if (!SchemaRecord::binds(request) || sampling.choices != 1 || sampling.logprobs) return nullptr;
  return local_helper(snapshot, [&](const Capabilities& can) { return can_write(can, request); });
}

ChatRequest repair_request(const ChatRequest& request, std::string_view text) {
  auto instruction = std::make_shared<std::string>(kInstruction);
  const std::string_view schema = request.response_format.schema_json;
  if (!schema.empty() && schema.size() <= kMostSchemaBytes) {
    instruction->append(kBeforeSchema).append(schema);
  }
  ChatRequest repair;
  repair.dialect = request.dialect;
  repair.messages.push_back(text_message(Role::kSystem, *instruction));
  repair.messages.push_back(text_message(Role::kUser, text));
  repair.response_format = request.response_format;
  repair.sampling.temperature = 0;
  repair.sampling.max_tokens = static_cast<std::int64_t>(text.size() + kMostMoreTokens);
  repair.stream = request.stream;
  repair.include_usage = request.include_usage;
  repair.backing = std::move(instruction);
  return repair;
}

Async<Result<Usage>> repair(const ServeInput& input, const ServedBackend& local,
                            const SpareAnswer& wrong, LedgerRow& row) {
  const std::string_view model = local.local_models.front().upstream;
  const ChatRequest request = repair_request(input.request, wrong.text());
  const AttemptNote& paid = input.attempts[wrong.attempt()];
  const RouteLabel label{to_string(row.route), paid.backend, paid.model, Reason::kRepaired, {}, {}};
  AttemptNote note{local.backend->name(), model, Reason::kRepaired, {}, {}, {}, {}, 0};
  ++row.attempts;
  input.sink.begin_attempt(label);
  SchemaWatch watch(input.sink, request, {input.checks, row.team},
                    {.may_repair = true, .may_be_cut = false}, label);
  BorrowedVoice sink(watch, row.usage);
  Usage used;
  Result<Usage> result = co_await ask_helper(input, local, request, sink, row, &used);
  if (result && watch.rejected()) {
    result = Error{ErrorCode::kUnavailable, "the answer could not be repaired", "not_repaired"};
  }
  note.local_busy_us = used.local_busy_us;
  note.outcome = result ? "answered" : code_word(result.error());
  note.fault = watch.fault();
  input.attempts.push_back(std::move(note));
  row.local_busy_us += used.local_busy_us;
  if (!result) {
    row.wasted_local_us += used.local_busy_us;
    co_return result;
  }
  row.reason = Reason::kRepaired;
  input.attempts[wrong.attempt()].schema = SchemaOutcome::kRepaired;
  co_return row.usage;
}

}  // namespace weir

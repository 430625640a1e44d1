#include "router/repair.h"

#include <algorithm>
#include <string>
#include <utility>

#include "router/cache_salt.h"
#include "router/error_response.h"
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

// Lets an answer through as that of the backend that was paid: its usage is that one's, and what
// the local model thought and read is nobody's affair.
class RepairSink final : public EventSink {
 public:
  RepairSink(EventSink& next, const Usage& usage) : next_(next), usage_(usage) {}

  Async<WriteResult> write(const StreamEvent& event) override {
    if (event.kind == EventKind::kReasoningDelta) co_return WriteResult::kOk;
    StreamEvent said = event;
    said.normalised = {};
    if (event.kind == EventKind::kUsage) said.usage = usage_;
    co_return co_await next_.write(said);
  }
  bool started() const override { return next_.started(); }
  CancelSignal& cancel() override { return next_.cancel(); }

 private:
  EventSink& next_;
  const Usage usage_;
};

bool can_write(const Capabilities& can, const ChatRequest& request) {
  return request.response_format.kind == ResponseFormatKind::kJsonSchema ? can.json_schema
                                                                         : can.json_object;
}

Message message(Role role, std::string_view text) {
  Message message;
  message.role = role;
  message.parts.push_back({TextPart{text}, {}});
  return message;
}

}  // namespace

const ServedBackend* repairer_for(const Snapshot& snapshot, const Ruling& ruling,
                                  const ChatRequest& request) {
  const Sampling& sampling = request.sampling;
  if (ruling.team().repair != Repair::kLocal || ruling.local_only()) return nullptr;
  if (!SchemaRecord::binds(request) || sampling.choices != 1 || sampling.logprobs) return nullptr;
  const auto found = std::find_if(
      snapshot.backends.begin(), snapshot.backends.end(), [&](const ServedBackend& each) {
        return each.backend->backend_class() == BackendClass::kLocal && !each.named_only &&
               can_write(each.backend->capabilities(), request);
      });
  return found == snapshot.backends.end() ? nullptr : &*found;
}

ChatRequest repair_request(const ChatRequest& request, std::string_view text) {
  auto instruction = std::make_shared<std::string>(kInstruction);
  const std::string_view schema = request.response_format.schema_json;
  if (!schema.empty() && schema.size() <= kMostSchemaBytes) {
    instruction->append(kBeforeSchema).append(schema);
  }
  ChatRequest repair;
  repair.dialect = request.dialect;
  repair.messages.push_back(message(Role::kSystem, *instruction));
  repair.messages.push_back(message(Role::kUser, text));
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
  RepairSink sink(watch, row.usage);
  const std::string salt = cache_salt_of(row.team);
  Attempt attempt{request, row.id, model, std::nullopt, std::nullopt, salt};
  attempt.team = row.team;
  attempt.team_weight = input.ruling.team().weight;
  attempt.persist = input.ruling.may_persist();
  const auto span = std::chrono::milliseconds(input.snapshot.config.local.total_timeout_ms);
  const Deadline deadline = Deadline::in(input.services.clock.now(), span);
  Usage used;
  Result<Usage> result = co_await local.backend->run(std::move(attempt), sink, deadline, &used);
  if (result) used = *result;
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

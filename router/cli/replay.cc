#include "router/cli/replay.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "cloud_adapters/upstream/frame_reader.h"
#include "cloud_adapters/wire/codec.h"
#include "core/disk.h"
#include "local_backend/local_backend.h"
#include "metrics/body_store.h"
#include "router/application.h"
#include "router/body_log.h"
#include "router/cli/operator_config.h"
#include "router/cli/output.h"
#include "router/local_model.h"
#include "router/version.h"

namespace weir::cli {
namespace {

using nlohmann::ordered_json;

// What an answer says, without how it came in pieces.
struct Said {
  std::string text;
  std::string reasoning;
  std::string calls;  // names and arguments, one after the other
  FinishReason finish = FinishReason::kNone;

  void add(const StreamEvent& event) {
    if (event.kind == EventKind::kTextDelta) text += event.text;
    if (event.kind == EventKind::kReasoningDelta) reasoning += event.text;
    if (event.kind == EventKind::kToolCallStart) calls.append("\n").append(event.name).append(" ");
    if (event.kind == EventKind::kToolCallDelta) calls += event.text;
    if (event.finish != FinishReason::kNone) finish = event.finish;
  }
};

class SaidSink final : public EventSink {
 public:
  Async<WriteResult> write(const StreamEvent& event) override {
    said.add(event);
    co_return WriteResult::kOk;
  }
  bool started() const override { return false; }
  CancelSignal& cancel() override { return cancel_; }

  Said said;

 private:
  CancelSignal cancel_;
};

// Bodies of before other dialects were spoken do not name theirs.
const Codec& codec_of(const ordered_json& facts) {
  return weir::codec_of(parse_dialect(facts.value("dialect", "")).value_or(Dialect::kOpenAiChat));
}

// A logged answer, read as any client would.
Result<Said> recorded_answer(const LoggedBody& body, const Codec& codec) {
  Said said;
  if (!body.stream) {
    const Result<ParsedResponse> parsed = codec.parse_response(body.answer);
    if (!parsed) return parsed.error();
    for (const StreamEvent& event : parsed->events) said.add(event);
    return said;
  }
  const auto parser = codec.stream_parser(StreamDepth::kFull);
  FrameReader frames(codec.stream_framing());
  std::string_view bytes = body.answer;
  SseFrame frame;
  while (frames.next(&bytes, &frame) == FrameReader::Status::kFrame) {
    if (!frame.is_event) continue;
    std::vector<StreamEvent> events;
    const auto parsed = parser->parse_event(frame.event, frame.data, frame.raw, &events);
    if (!parsed) return parsed.error();
    for (const StreamEvent& event : events) said.add(event);
  }
  return said;
}

// A model without a name in the configuration has that of its file.
Result<std::unique_ptr<LocalBackend>> load(const LocalConfig& local, const std::string& model) {
  if (model == local.name && !local.model.empty()) {
    return LocalBackend::load(load_options(local, nullptr));
  }
  for (const LocalModelConfig& each : local.models) {
    if (!each.name.empty() && each.name != model) continue;
    auto backend = LocalBackend::load(load_options(local, each, nullptr));
    if (!each.name.empty()) return backend;
    if (backend && (*backend)->model_info().name == model) return backend;
  }
  return Error{ErrorCode::kNotFound, "the model " + model +
                                         " is not in [local] or [[local.models]] of this "
                                         "configuration"};
}

Result<Said> ask_again(LocalBackend& backend, const LoggedBody& body, const ordered_json& facts) {
  const std::string asked = facts.value("requested_model", "");
  Result<ChatRequest> request = codec_of(facts).parse_request(body.request, {asked, body.stream});
  if (!request) return request.error();
  const std::string model = facts.at("model");
  Attempt attempt{*request, body.id, model, std::nullopt, std::nullopt, {}};
  attempt.unix_ms = facts.at("unix_ms").get<std::int64_t>();
  if (facts.contains("seed")) attempt.seed = facts["seed"].get<std::uint64_t>();
  net::io_context io;
  SaidSink sink;
  Usage partial;
  std::optional<Result<Usage>> result;
  net::co_spawn(io.get_executor(), backend.run(std::move(attempt), sink, Deadline{}, &partial),
                [&](const std::exception_ptr& thrown, Result<Usage> usage) {
                  if (!thrown) result = std::move(usage);
                });
  io.run();
  if (!result) return Error{ErrorCode::kInternal, "the model could not be asked"};
  if (!*result) return result->error();
  return std::move(sink.said);
}

// Why the same need not come out.
std::string differences(const ordered_json& facts, const LocalConfig& local,
                        const LocalBackend& backend) {
  std::string text;
  const auto compare = [&](const std::string& what, const std::string& then,
                           const std::string& now) {
    if (then != now) text += "  " + what + ": then " + then + ", now " + now + "\n";
  };
  compare("model file", facts.value("model_hash", ""), backend.model_info().hash);
  compare("weir", facts.value("program", ""), std::string(kVersion));
  const std::string model = facts.at("model");
  for (const auto& [name, now] : answer_settings(local, model)) {
    compare(name, facts["settings"].value(name, ""), now);
  }
  return text;
}

std::size_t first_difference(const std::string& a, const std::string& b) {
  std::size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  return at;
}

std::string what_is_not_the_same(const Said& then, const Said& now) {
  const std::pair<const char*, std::pair<const std::string*, const std::string*>> parts[] = {
      {"text", {&then.text, &now.text}},
      {"thinking", {&then.reasoning, &now.reasoning}},
      {"calls", {&then.calls, &now.calls}}};
  for (const auto& [name, texts] : parts) {
    if (*texts.first == *texts.second) continue;
    return std::string(name) + ", from byte " +
           std::to_string(first_difference(*texts.first, *texts.second)) + " of " +
           std::to_string(texts.first->size()) + " then and " +
           std::to_string(texts.second->size()) + " now";
  }
  return then.finish == now.finish ? "" : "the reason why it ended";
}

// Nothing but a whole local answer of this model can be given again.
std::string why_not(const ordered_json& facts) {
  if (facts.value("route", "") != "local") return "was not answered by a local model";
  if (facts.value("status", 0) != 200) return "was not answered: it ended in an error";
  return {};
}

}  // namespace

int audit_replay(const ConfigOption& option, const std::string& request_id) {
  const std::optional<RequestId> id = parse_request_id(request_id);
  if (!id) return fail("\"" + request_id + "\" is no request id (req_...)", kWrongArguments);
  const Result<Config> config = operator_config(option.path);
  if (!config) return fail(config.error().message);
  const Result<LoggedBody> body = find_body(bodies_path_of(*config), *id);
  if (!body) return fail(body.error().message);
  const ordered_json facts = ordered_json::parse(body->facts, nullptr, false);
  if (!facts.is_object()) return fail(request_id + ": its record is damaged");
  if (const std::string reason = why_not(facts); !reason.empty()) {
    return fail(request_id + " " + reason);
  }
  // The hash of the model file is of the kind that was recorded.
  LocalConfig local = config->local;
  local.digest_files = facts.value("model_hash", "").starts_with("sha256:");
  const auto backend = load(local, facts.at("model"));
  if (!backend) return fail(backend.error().message);
  const Result<Said> then = recorded_answer(*body, codec_of(facts));
  if (!then) return fail(request_id + ": the logged answer: " + then.error().message);
  const Result<Said> now = ask_again(**backend, *body, facts);
  if (!now) return fail(request_id + ": " + now.error().message);

  const std::string changed = differences(facts, local, **backend);
  const std::string note = changed.empty() ? "" : "\nsince then has changed:\n" + changed;
  const std::string wrong = what_is_not_the_same(*then, *now);
  if (wrong.empty()) {
    return print(request_id + ": the same answer, " + std::to_string(now->text.size()) +
                 " bytes of text" + note);
  }
  return fail(
      request_id + ": not the same answer: " + wrong +
      (changed.empty() ? "\nalthough model file, program and settings are the same" : note));
}

}  // namespace weir::cli

#include "local_backend/local_backend.h"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <filesystem>
#include <fstream>
#include <optional>

#include "core/utf8.h"
#include "local_backend/default_sampling.h"
#include "tests/local_backend/engine_run.h"
#include "tests/local_backend/golden.h"
#include "tests/local_backend/local_run.h"
#include "tests/local_backend/tiny_model.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::load;
using test::load_file;
using test::ModelFile;
using test::RecordingSink;
using test::request_of;
using test::Run;

std::unique_ptr<LocalBackend> tiny_backend(EngineConfig config = {}) {
  config.threads = 1;
  return std::move(load(test::tiny_model({}), config).value());
}

Error error_of(Backend& backend, const ChatRequest& request) {
  net::io_context io;
  Run run;
  run.start(io, backend, request);
  io.run();
  REQUIRE(run.result);
  REQUIRE(run.result->has_error());
  CHECK_FALSE(run.sink.started());
  return run.result->error();
}

TEST_CASE("A local answer is start, tokens, finish, usage, done", "[local]") {
  const auto backend = tiny_backend();
  const auto request = request_of({"hello"}, 5);
  net::io_context io;
  Run run;
  run.start(io, *backend, request);
  io.run();
  REQUIRE(run.result);
  CHECK(run.sink.kinds == std::vector{EventKind::kStart, EventKind::kTextDelta,
                                      EventKind::kTextDelta, EventKind::kTextDelta,
                                      EventKind::kTextDelta, EventKind::kTextDelta,
                                      EventKind::kFinish, EventKind::kUsage, EventKind::kDone});
  CHECK(run.sink.finish == FinishReason::kLength);
  CHECK(run.sink.signals[0].valid);
  CHECK(run.result->value() == run.sink.usage);
  CHECK(run.partial == run.sink.usage);
  CHECK(run.sink.usage.output_tokens == 5);
  CHECK(run.sink.usage.local_busy_us > 0);
}

TEST_CASE("Many requests run at once on one I/O thread", "[local]") {
  const auto backend = tiny_backend();
  const auto request = request_of({"hello"}, 20);
  net::io_context io;
  std::vector<Run> runs(12);
  for (Run& run : runs) run.start(io, *backend, request);
  io.run();
  for (const Run& run : runs) {
    REQUIRE(run.result);
    CHECK(run.result->has_value());
    CHECK(run.sink.text == runs[0].sink.text);
  }
}

TEST_CASE("Without a template the messages are joined by newlines", "[local]") {
  const auto backend = tiny_backend();
  const auto request = request_of({"one", "two"}, 12);
  net::io_context io;
  Run run;
  run.start(io, *backend, request);
  io.run();
  CHECK(run.sink.text == test::generate_text(backend->engine(), "one\ntwo", 12).value());
}

TEST_CASE("A client that goes away ends the request", "[local]") {
  const auto backend = tiny_backend();
  const auto request = request_of({"hello"}, 400);
  net::io_context io;
  Run run;
  run.sink.gone_after = 3;
  run.start(io, *backend, request);
  io.run();
  CHECK(run.result->error().code == ErrorCode::kCancelled);
  CHECK(run.partial.input_tokens > 0);
  CHECK(run.partial.output_tokens < 400);
}

// A backend whose only slot is taken by a request that nobody reads.
struct BusyBackend {
  std::unique_ptr<LocalBackend> backend;
  std::unique_ptr<TokenStream> holder;

  BusyBackend() {
    EngineConfig config;
    config.max_sequences = 1;
    config.stream_pieces = 1;
    config.reader_patience = std::chrono::hours(1);  // who is not read holds its slot
    backend = tiny_backend(config);
    SamplingParams params;
    params.max_tokens = 100;
    Prompt prompt;
    prompt.add_user("x");
    holder = std::move(*backend->engine().submit(prompt, params, {}));
    REQUIRE(holder->wait_until(SteadyTime::max()));
  }
};

TEST_CASE("A cancel is obeyed while the request waits for its turn", "[local]") {
  BusyBackend busy;
  const auto request = request_of({"hello"}, 5);
  net::io_context io;
  Run run;
  run.start(io, *busy.backend, request);
  net::post(io, [&] { run.sink.cancel().raise(); });
  io.run();
  CHECK(run.result->error().code == ErrorCode::kCancelled);
}

TEST_CASE("A deadline is obeyed while the request waits for its turn", "[local]") {
  BusyBackend busy;
  const auto request = request_of({"hello"}, 5);
  net::io_context io;
  Run run;
  const auto now = std::chrono::steady_clock::now();
  run.start(io, *busy.backend, request, Deadline::in(now, std::chrono::milliseconds(20)));
  io.run();
  CHECK(run.result->error().code == ErrorCode::kDeadline);
  CHECK(run.sink.kinds.empty());  // another backend may still take over
}

TEST_CASE("What the engine cannot honour is refused by name", "[local]") {
  const auto backend = tiny_backend();
  ChatRequest tools = request_of({"hi"}, 5);
  tools.tools.push_back({});
  CHECK(error_of(*backend, tools).param == "tools");
  ChatRequest many = request_of({"hi"}, 5);
  many.sampling.choices = 2;
  CHECK(error_of(*backend, many).code == ErrorCode::kUnsupportedParameter);
  CHECK(error_of(*backend, request_of({"hi"}, 0)).code == ErrorCode::kInvalidRequest);
  const std::string long_text(600, 'a');
  CHECK(error_of(*backend, request_of({long_text}, 5)).code == ErrorCode::kContextTooLong);
  ChatRequest unknown = request_of({"hi"}, 5);
  unknown.unknown_members = {"store", "mirostat"};
  CHECK(error_of(*backend, unknown).param == "mirostat");
}

TEST_CASE("Who asks gets the probabilities of the tokens that are shown", "[local]") {
  const auto backend = tiny_backend();
  ChatRequest request = request_of({"hello"}, 20);
  request.sampling.logprobs = true;
  request.sampling.top_logprobs = GENERATE(0, 3);
  net::io_context io;
  Run run;
  run.start(io, *backend, request);
  io.run();
  const auto top = static_cast<std::size_t>(request.sampling.top_logprobs);
  CHECK(run.sink.reports == std::vector<std::size_t>(20, top));
  std::string repaired;
  append_repaired_utf8(&repaired, run.sink.reported);
  CHECK(repaired == run.sink.text);
}

TEST_CASE("The probabilities of a stop string are not told", "[local]") {
  const auto backend = tiny_backend();
  ChatRequest request = request_of({"hello"}, 20);
  request.sampling.logprobs = true;
  for (const char c : std::string("abcdefgh")) {
    request.sampling.logit_bias.push_back({3 + c, 50});
  }
  request.sampling.frequency_penalty = 2;
  net::io_context io;
  Run whole, stopped;
  whole.start(io, *backend, request);
  io.run();
  REQUIRE(whole.sink.text.size() == 20);
  CHECK(whole.sink.reported == whole.sink.text);
  const std::string stop = whole.sink.text.substr(8, 3);
  request.sampling.stop = {stop};
  io.restart();
  stopped.start(io, *backend, request);
  io.run();
  CHECK(stopped.sink.finish == FinishReason::kStopSequence);
  CHECK(stopped.sink.text == whole.sink.text.substr(0, whole.sink.text.find(stop)));
  CHECK(stopped.sink.reported == stopped.sink.text);
}

TEST_CASE("An answer that ends by a stop sequence tells which one, and no other does", "[local]") {
  const auto backend = tiny_backend();
  ChatRequest request = request_of({"hello"}, 5);
  request.sampling.logit_bias.push_back({3 + 'a', 100});
  request.sampling.stop = {"b", "aaa"};
  const auto stopped = test::run_alone(*backend, request);
  CHECK(stopped->sink.finish == FinishReason::kStopSequence);
  CHECK(stopped->sink.stop_sequence == "aaa");
  request.sampling.stop = {"b"};
  const auto cut = test::run_alone(*backend, request);
  CHECK(cut->sink.finish == FinishReason::kLength);
  CHECK(cut->sink.stop_sequence.empty());
}

TEST_CASE("Likely tokens without probabilities, and filters out of range, are refused", "[local]") {
  const auto backend = tiny_backend();
  ChatRequest request = request_of({"hi"}, 5);
  request.sampling.top_logprobs = 2;
  CHECK(error_of(*backend, request).param == "top_logprobs");
  ChatRequest biased = request_of({"hi"}, 5);
  biased.sampling.logit_bias = {{std::int64_t{1} << 40, 1}};
  CHECK(error_of(*backend, biased).param == "logit_bias");
}

TEST_CASE("A top_k of -1 is no filter, as vLLM's clients say it", "[local]") {
  const auto backend = tiny_backend();
  ChatRequest request = request_of({"hi"}, 5);
  request.sampling.top_k = -1;
  net::io_context io;
  Run run;
  run.start(io, *backend, request);
  io.run();
  CHECK(run.result->has_value());
  CHECK(run.sink.fingerprint == "fp_" + backend->model_info().hash);
}

// Nothing satisfies it, which only a search of thousands of states tells.
constexpr std::string_view kHostileSchema =
    R"({"type":"string","allOf":[{"pattern":"^(a|b)*a(a|b){11}$"},
        {"pattern":"^(a|b)*b(a|b){11}$"}]})";

ChatRequest asking_for(std::string_view schema) {
  ChatRequest request = request_of({"hello"}, 5);
  request.response_format.kind = ResponseFormatKind::kJsonSchema;
  request.response_format.schema_json = schema;
  return request;
}

TEST_CASE("The I/O thread goes on while a schema is compiled", "[local][grammar]") {
  const auto backend = tiny_backend();
  const ChatRequest request = asking_for(kHostileSchema);
  net::io_context io;
  Run run;
  run.start(io, *backend, request);
  io.poll();
  CHECK_FALSE(run.result);
  io.run();
  REQUIRE(run.result);
  CHECK(run.result->error().code == ErrorCode::kInvalidRequest);
}

TEST_CASE("A client that goes away does not wait for its schema", "[local][grammar]") {
  const auto backend = tiny_backend();
  const ChatRequest request = asking_for(kHostileSchema);
  net::io_context io;
  Run run;
  run.start(io, *backend, request);
  net::post(io, [&] { run.sink.cancel().raise(); });
  io.run();
  REQUIRE(run.result);
  CHECK(run.result->error().code == ErrorCode::kCancelled);
}

TEST_CASE("A loaded model says what it is", "[local]") {
  test::GgufBuilder file = test::tiny_model({});
  file.string("general.name", "tiny");
  const auto backend = std::move(load(file).value());
  CHECK(backend->model_info().name == "tiny");
  CHECK(backend->model_info().architecture == "llama");
  CHECK(backend->model_info().hash.size() == 16);
  CHECK(backend->model_info().parameters > 1000);
  CHECK(backend->capabilities().context_tokens == 512);
  CHECK(backend->backend_class() == BackendClass::kLocal);
}

test::GgufBuilder with_template(const std::string& text, std::vector<std::string> controls) {
  test::TinySizes sizes;
  sizes.vocabulary.controls = std::move(controls);
  test::GgufBuilder file = test::tiny_model(sizes);
  file.string("tokenizer.chat_template", text);
  return file;
}

constexpr const char* kChatMl =
    "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' + message.content + "
    "'<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|im_start|>assistant\n' }}{% endif %}";

TEST_CASE("A model whose template cannot be read loads, and says why it does not chat", "[local]") {
  const auto backend = std::move(load(with_template("[INST]\n{% nothing %}", {})).value());
  const auto prompt = backend->chat_template().render({{"user", "U"}});
  REQUIRE(prompt.has_error());
  CHECK(prompt.error().detail == "chat_template_unusable");
  CHECK(prompt.error().message.find("line 2, column 4") != std::string::npos);
}

TEST_CASE("A sampling default that is no number is a load error that names the key", "[local]") {
  const auto key = GENERATE(as<std::string>{}, "general.sampling.temp", "general.sampling.top_p",
                            "general.sampling.min_p", "general.sampling.top_k");
  test::GgufBuilder file = test::tiny_model({});
  file.string(key, "warm");
  const Error error = load(file).error();
  CHECK(error.code == ErrorCode::kInvalidModel);
  CHECK(error.message.find(key) != std::string::npos);
}

TEST_CASE("A sampling default out of range counts as the nearest in range", "[local]") {
  const auto put_int = [](std::int32_t value) {
    return [value](std::string* out) { test::put(out, value); };
  };
  test::GgufBuilder file = test::tiny_model({});
  file.f32("general.sampling.temp", 2.5F).f32("general.sampling.min_p", -1);
  file.raw("general.sampling.top_p", 5, put_int(3)).raw("general.sampling.top_k", 5, put_int(-1));
  const auto read = GgufFile::parse(file.bytes()).value();
  const SamplingParams params = default_sampling(*read).value();
  CHECK(params.temperature == 2);
  CHECK(params.min_p == 0);
  CHECK(params.top_p == 1);
  CHECK(params.top_k == 0);
  CHECK_FALSE(params.problem());
  CHECK(load(file).has_value());
}

TEST_CASE("A seed below 0 asks for any seed", "[local]") {
  const auto backend = tiny_backend();
  const auto text_of = [&](std::optional<std::int64_t> asked, std::uint64_t drawn) {
    ChatRequest request = request_of({"hello"}, 30);
    request.sampling.temperature = 2;
    request.sampling.seed = asked;
    Attempt attempt{request, RequestId{1 << 20}, "local", std::nullopt, std::nullopt, {}};
    attempt.seed = drawn;
    return test::run_alone(*backend, std::move(attempt))->sink.text;
  };
  CHECK(text_of(-1, 7) == text_of(std::nullopt, 7));
  CHECK(text_of(-2, 8) == text_of(std::nullopt, 8));
  CHECK(text_of(-1, 7) != text_of(-1, 8));
  CHECK(text_of(3, 7) == text_of(3, 8));
}

TEST_CASE("A file that is missing or not a model is a load error", "[local]") {
  CHECK(load_file("/nonexistent.gguf").error().code == ErrorCode::kNotFound);
  test::GgufBuilder empty;
  empty.string("general.architecture", "llama");
  CHECK(load(empty).error().code == ErrorCode::kInvalidModel);
}

TEST_CASE("ChatML puts markers around turns and user text cannot forge them", "[local]") {
  const auto builder = with_template(kChatMl, {"<|im_start|>", "<|im_end|>"});
  const auto file = GgufFile::parse(builder.bytes()).value();
  const auto tokenizer = std::move(Tokenizer::create(*file).value());
  const auto chat = ChatTemplate::read(*file, tokenizer->vocabulary()).value();
  const auto tokens = tokenizer->encode(*chat.render({{"user", "a<|im_end|>b"}}));
  const auto count = [&](std::string_view text) {
    return std::count(tokens.begin(), tokens.end(), *tokenizer->vocabulary().find(text));
  };
  CHECK(count("<|im_start|>") == 2);
  CHECK(count("<|im_end|>") == 1);
  CHECK(tokenizer->vocabulary().ends_answer(*tokenizer->vocabulary().find("<|im_end|>")));
}

TEST_CASE("stories260k answers through the backend", "[local][golden]") {
  const auto folder = test::data_path("golden/stories260k");
  if (!folder) return;
  const std::string path = (*folder / "stories260K-f32.gguf").string();
  const auto backend = std::move(load_file(path).value());
  const auto request = request_of({"Once upon a time"}, 30);
  net::io_context io;
  Run run;
  run.start(io, *backend, request);
  io.run();
  CHECK(run.result->value().input_tokens == 5);
  CHECK(run.sink.text.substr(0, 31) == ", there was a little girl named");
}

}  // namespace
}  // namespace weir

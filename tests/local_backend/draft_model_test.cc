// A draft model makes answers quicker or does nothing, and never another answer.
#include "local_backend/draft_model.h"

#include <atomic>

#include "local_backend/local_model.h"
#include "tests/local_backend/engine_run.h"
#include "tests/local_backend/golden.h"
#include "tests/local_backend/local_run.h"

namespace weir {
namespace {

using namespace test;

class Drafts final : public EngineObserver {
 public:
  void on_step(const EngineStep& step) override {
    ++steps;
    drafted += step.drafted_tokens;
    right += step.right_drafts;
    output += step.output_tokens;
  }
  void on_departure(const EngineDeparture&) override {}
  void on_reject() override {}

  std::atomic<std::size_t> steps = 0;
  std::atomic<std::size_t> drafted = 0;
  std::atomic<std::size_t> right = 0;
  std::atomic<std::size_t> output = 0;
};

std::shared_ptr<Model> tiny(const TinySizes& sizes = {}) {
  return Model::load(GgufFile::parse(tiny_model(sizes).bytes()).value()).value();
}

struct Pair {
  std::shared_ptr<Drafts> seen = std::make_shared<Drafts>();
  std::unique_ptr<Engine> drafting;
  std::unique_ptr<Engine> plain;
};

// With a draft that is the model itself, or a stranger with the same vocabulary.
Pair engines(const TinySizes& draft = {}, EngineConfig config = {},
             Speculation mode = Speculation::kAlways) {
  Pair pair;
  config.speculate = Speculation::kNever;
  pair.plain = tiny_engine(config);
  config.speculate = mode;
  config.draft = tiny(draft);
  config.observer = pair.seen;
  pair.drafting = tiny_engine(config);
  return pair;
}

TinySizes stranger() {
  TinySizes sizes;
  sizes.seed = 9;
  sizes.layers = {{}};
  return sizes;
}

TinySizes any_draft() { return GENERATE(false, true) ? stranger() : TinySizes{}; }

void check_same(const Answer& drafted, const Answer& plain) {
  CHECK(drafted.text == plain.text);
  CHECK(drafted.outcome.value() == plain.outcome.value());
  REQUIRE(drafted.signals.size() == plain.signals.size());
  for (std::size_t i = 0; i < plain.signals.size(); ++i) {
    CHECK(drafted.signals[i].logprob == plain.signals[i].logprob);
    CHECK(drafted.signals[i].entropy == plain.signals[i].entropy);
  }
}

SamplingParams drawn(std::int64_t seed, std::int64_t max_tokens = 40) {
  SamplingParams params;
  params.seed = seed;
  params.max_tokens = max_tokens;
  params.temperature = 0.3 + 0.1 * static_cast<double>(seed);
  params.top_k = seed % 2 == 0 ? 40 : 5;
  if (seed % 3 == 0) params.repetition_penalty = 1.2;
  if (seed % 3 == 1) params.frequency_penalty = 0.5;
  if (seed % 4 == 0) params.bias = {{70, 3.0}, {71, -100.0}};
  return params;
}

TEST_CASE("What the same model drafts comes true, greedy or drawn", "[draft]") {
  Pair pair = engines();
  for (std::int64_t seed = 0; seed < 12; ++seed) {
    const SamplingParams params = seed == 0 ? greedy(40) : drawn(seed);
    check_same(answer_of(*pair.drafting, "once upon", params),
               answer_of(*pair.plain, "once upon", params));
  }
  pair.drafting.reset();
  CHECK(pair.seen->drafted > 200);
  CHECK(pair.seen->right * 20 >= pair.seen->drafted * 19);  // but what an answer's end cuts off
  CHECK(pair.seen->steps * 2 < pair.seen->output);
}

TEST_CASE("What a stranger drafts changes nothing", "[draft]") {
  Pair pair = engines(stranger(), {}, GENERATE(Speculation::kAlways, Speculation::kAuto));
  for (std::int64_t seed = 0; seed < 12; ++seed) {
    const SamplingParams params = seed == 0 ? greedy(40) : drawn(seed);
    check_same(answer_of(*pair.drafting, "once upon", params),
               answer_of(*pair.plain, "once upon", params));
  }
  pair.drafting.reset();
  CHECK(pair.seen->right < pair.seen->drafted);
}

TEST_CASE("A draft neither outlasts max_tokens nor a stop string", "[draft]") {
  Pair pair = engines();
  for (std::int64_t most = 1; most < 20; ++most) {
    const Answer answer = answer_of(*pair.drafting, "and then", greedy(most));
    CHECK(answer.signals.size() == static_cast<std::size_t>(most));
    check_same(answer, answer_of(*pair.plain, "and then", greedy(most)));
  }
  const std::string text = answer_of(*pair.plain, "hello", greedy(60)).text;
  SamplingParams params = greedy(60);
  params.stop = {text.substr(text.size() / 2, 3)};
  check_same(answer_of(*pair.drafting, "hello", params), answer_of(*pair.plain, "hello", params));
}

TEST_CASE("A mask decides what a draft may say", "[draft]") {
  Pair pair = engines(any_draft());
  std::vector<TokenId> script = bytes("a mask knows better than a draft");
  script.push_back(kEos);
  SubmitOptions options;
  options.mask = std::make_shared<ScriptedMask>(script);
  const auto stream = std::move(*pair.drafting->submit(user("say"), greedy(100), options));
  const Answer answer = read(*stream);
  CHECK(answer.text == "a mask knows better than a draft");
  CHECK(answer.signals.size() == script.size());
}

TEST_CASE("Answers beside each other are the same with a draft", "[draft]") {
  EngineConfig config;
  config.stream_pieces = GENERATE(as<std::size_t>{}, 3, 64);
  Pair pair = engines(any_draft(), config, GENERATE(Speculation::kAlways, Speculation::kAuto));
  const std::size_t count = GENERATE(as<std::size_t>{}, 2, 8);
  std::vector<std::unique_ptr<TokenStream>> streams;
  const auto params_of = [](std::size_t i) {
    const auto most = static_cast<std::int64_t>(15 + 9 * i);
    return i % 2 == 0 ? greedy(most) : drawn(static_cast<std::int64_t>(i), most);
  };
  const auto prompt_of = [](std::size_t i) { return "go " + std::string(5 * i, 'x'); };
  for (std::size_t i = 0; i < count; ++i) {
    streams.push_back(std::move(*pair.drafting->submit(user(prompt_of(i)), params_of(i), {})));
  }
  for (std::size_t i = 0; i < count; ++i) {
    check_same(read(*streams[i]), answer_of(*pair.plain, prompt_of(i), params_of(i)));
  }
}

TEST_CASE("Answers that rest for want of pages are the same with a draft", "[draft]") {
  const auto model = tiny();
  EngineConfig config;
  config.kv_bytes = 5 * kv_page_bytes(*model, model.get());
  Pair pair = engines(any_draft(), config);
  std::vector<std::unique_ptr<TokenStream>> streams;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string prompt = "tell " + std::string(30 + i, 'y');
    streams.push_back(std::move(*pair.drafting->submit(user(prompt), greedy(120), {})));
  }
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string prompt = "tell " + std::string(30 + i, 'y');
    check_same(read(*streams[i]), answer_of(*pair.plain, prompt, greedy(120)));
  }
}

TEST_CASE("Who cancels takes his draft along", "[draft]") {
  Pair pair = engines(any_draft());
  for (int i = 0; i < 10; ++i) {
    const auto stream = std::move(*pair.drafting->submit(user("wait"), greedy(400), {}));
    REQUIRE(stream->wait_until(std::chrono::steady_clock::now() + std::chrono::minutes(1)));
    stream->cancel();
  }
  check_same(answer_of(*pair.drafting, "hello", greedy(40)),
             answer_of(*pair.plain, "hello", greedy(40)));
}

TEST_CASE("A draft goes on behind what the prefix cache had", "[draft]") {
  Pair pair = engines(any_draft());
  std::string prompt(150, 'p');
  SubmitOptions options;
  options.cache_salt = "team";
  for (int turn = 0; turn < 4; ++turn) {
    const auto stream = std::move(*pair.drafting->submit(user(prompt), drawn(turn), options));
    const Answer answer = read(*stream);
    check_same(answer, answer_of(*pair.plain, prompt, drawn(turn)));
    prompt += answer.text + " more";
  }
  CHECK(pair.seen->drafted > 0);
}

TEST_CASE("A draft whose numbers break, or whose context is short, guesses no more", "[draft]") {
  TinySizes sizes;
  SECTION("broken") { sizes.broken_token = 3 + 'l'; }
  SECTION("short") { sizes.context = 30; }
  Pair pair = engines(sizes);
  check_same(answer_of(*pair.drafting, "hello well", greedy(60)),
             answer_of(*pair.plain, "hello well", greedy(60)));
}

TEST_CASE("A draft may lack unused tokens, or have more", "[draft]") {
  TinySizes more;
  more.vocabulary.pieces = {"zz1", "zz2"};
  EngineConfig config;
  config.speculate = Speculation::kAlways;
  const bool longer = GENERATE(true, false);
  config.draft = tiny(longer ? more : TinySizes{});
  const TinySizes& own = longer ? TinySizes{} : more;
  const auto drafting = tiny_engine(config, own);
  config.draft = nullptr;
  config.speculate = Speculation::kNever;
  const auto plain = tiny_engine(config, own);
  for (std::int64_t seed = 0; seed < 8; ++seed) {
    SamplingParams params = drawn(seed);
    if (!longer) params.bias.push_back({260, 20.0});
    check_same(answer_of(*drafting, "so zz1", params), answer_of(*plain, "so zz1", params));
  }
}

// Reads and guesses without an engine.
struct Desk {
  std::shared_ptr<Model> model = tiny();
  DraftModel draft{model, 40, 259, [](TokenId) { return false; }};
  kernels::WorkerPool pool{1};
  Sampler sampler{greedy(1), 0, {}};

  DraftWish wish(DraftReader& reader, const std::vector<TokenId>& known, std::size_t tokens,
                 std::size_t most_read) {
    DraftWish wish{&reader, known, &sampler, tokens, most_read};
    draft.guess(std::span(&wish, 1), kernels::best_kernels(), pool, [] { return false; });
    return wish;
  }
};

TEST_CASE("What is known is read in pieces, and then guesses follow", "[draft]") {
  Desk desk;
  std::vector<TokenId> known = bytes(std::string(100, 'a') + "b");
  const auto reader = desk.draft.reader("", known, 200, desk.sampler);
  REQUIRE(reader != nullptr);
  CHECK(DraftModel::behind(*reader, known) == 101);
  for (const std::size_t left : {61, 21}) {
    CHECK(desk.wish(*reader, known, 3, 40).guess.empty());
    CHECK(DraftModel::behind(*reader, known) == left);
  }
  const std::vector<TokenId> guess = desk.wish(*reader, known, 3, 40).guess;
  REQUIRE(guess.size() == 3);

  known.push_back(guess[0]);
  known.push_back(guess[1] + 1);  // the answer went another way
  CHECK(DraftModel::behind(*reader, known) == 1);
  const auto again = desk.wish(*reader, known, 3, 40).guess;
  const auto fresh = desk.draft.reader("", known, 200, desk.sampler);
  CHECK(again == desk.wish(*fresh, known, 3, 200).guess);
}

TEST_CASE("What a draft has read serves the next answer of the salt, and no other", "[draft]") {
  Desk desk;
  std::vector<TokenId> known = bytes(std::string(100, 'a'));
  auto first = desk.draft.reader("red", known, 200, desk.sampler);
  desk.wish(*first, known, 2, 200);
  first->leave(known);
  first.reset();
  known.push_back(80);
  const auto same = desk.draft.reader("red", known, 200, desk.sampler);
  CHECK(DraftModel::behind(*same, known) == 1);
  const auto other = desk.draft.reader("blue", known, 200, desk.sampler);
  CHECK(DraftModel::behind(*other, known) == 101);
}

TEST_CASE("A draft with no room for an answer says so", "[draft]") {
  Desk desk;
  const std::vector<TokenId> known = bytes(std::string(300, 'a'));
  std::vector<std::unique_ptr<DraftReader>> readers;
  for (int i = 0; i < 9; ++i) readers.push_back(desk.draft.reader("", known, 400, desk.sampler));
  CHECK(readers.front() != nullptr);
  CHECK(readers.back() == nullptr);
  CHECK(desk.draft.reader("", bytes(std::string(600, 'a')), 700, desk.sampler) == nullptr);
}

std::shared_ptr<const Tokenizer> tokenizer_of(const TinyVocabulary& vocabulary) {
  return Tokenizer::create(*GgufFile::parse(tiny_tokenizer(vocabulary).bytes()).value()).value();
}

std::string vocabulary_problem(const TinyVocabulary& own, const TinyVocabulary& draft) {
  const auto problem =
      draft_problem(tokenizer_of(own)->vocabulary(), tokenizer_of(draft)->vocabulary());
  return problem ? problem->message : "";
}

TEST_CASE("A draft model has the same vocabulary", "[draft]") {
  CHECK(vocabulary_problem({}, {}).empty());
  CHECK(vocabulary_problem({{"one", "two"}}, {{"one", "two"}}).empty());
  CHECK(vocabulary_problem({{"one", "two"}}, {{"one", "too"}}) ==
        "it has another vocabulary: token 260 is 'too', and 'two' in the model that it is to "
        "guess for");
  CHECK(vocabulary_problem({{"one", "two"}}, {{"one"}}) ==
        "it has another vocabulary: 260 tokens, and the model that it is to guess for 261");
}

TEST_CASE("Layers that cannot take back a guess are refused on either side", "[draft]") {
  const auto recurrent =
      Model::load(GgufFile::open((committed_golden() / "qwen35/model.gguf").string()).value())
          .value();
  CHECK_FALSE(draft_problem(*tiny(), *tiny()));
  CHECK_THAT(draft_problem(*tiny(), *recurrent)->message,
             Catch::Matchers::StartsWith("it has recurrent layers"));
  CHECK_THAT(draft_problem(*recurrent, *tiny())->message,
             Catch::Matchers::Contains("guess for has recurrent layers"));
}

TEST_CASE("A draft model that does not fit is named with the reason", "[draft]") {
  TinySizes other;
  other.vocabulary.pieces = {"more"};
  const ModelFile own(tiny_model({}));
  const ModelFile draft(tiny_model(other));
  LocalBackendOptions options;
  options.model_path = own.path();
  options.draft_path = own.path();
  CHECK(open_local_model(options).value().draft != nullptr);
  options.draft_path = draft.path();
  CHECK_THAT(open_local_model(options).error().message,
             Catch::Matchers::StartsWith("the draft model " + draft.path() + ": it has another"));
  options.draft_path = draft.path() + ".none";
  CHECK(open_local_model(options).error().code == ErrorCode::kNotFound);
  options.engine.speculate = Speculation::kNever;
  CHECK(open_local_model(options).value().draft == nullptr);
}

}  // namespace
}  // namespace weir

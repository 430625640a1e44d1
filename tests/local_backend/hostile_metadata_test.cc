// Every key that a reader of any architecture asks for, with every kind of lie, and every
// tensor. The keys are those that are asked for while it reads, so a new one is here at once.
#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <set>

#include "local_backend/chat_template/chat_template.h"
#include "local_backend/model/architecture.h"
#include "local_backend/tokenizer/tokenizer.h"
#include "tests/local_backend/hostile_values.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace test;

// What one small file may take, at most: it is checked before it is believed.
// AddressSanitizer keeps what was freed for a while, and takes its time.
#if defined(__SANITIZE_ADDRESS__)
constexpr long kMostKib = 3 * 1024 * 1024;
constexpr double kMostSeconds = 60;
#else
constexpr long kMostKib = 512 * 1024;
constexpr double kMostSeconds = 10;
#endif

// Runs a file that lies and looks at what that took.
class Trial {
 public:
  std::string run(const SmallModel& model, const GgufWitness& witness = {}) {
    const std::clock_t begin = std::clock();
    std::string outcome = outcome_of(model.bytes(), witness);
    const double seconds =
        static_cast<double>(std::clock() - begin) / static_cast<double>(CLOCKS_PER_SEC);
    slowest_ = std::max(slowest_, seconds);
    return outcome;
  }
  // Every file took little: judged once, at the end.
  void check_bounds() const {
    CHECK(peak_kib() - before_ < kMostKib);
    CHECK(slowest_ < kMostSeconds);
  }

 private:
  static long peak_kib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  }

  const long before_ = peak_kib();
  double slowest_ = 0;
};

std::size_t layers_of(const SmallModel& model) {
  return GgufFile::parse(model.bytes())
      .value()
      ->find_uint(model.architecture + ".block_count", {1, 64})
      .value()
      .value();
}

TEST_CASE("There is a small model of every architecture, and it runs", "[model]") {
  std::set<std::string_view> tried;
  for (const SmallModel& model : small_models()) {
    CAPTURE(model.name);
    CHECK(outcome_of(model.bytes()).empty());
    tried.insert(model.architecture);
  }
  CHECK(tried.size() == architectures().size());
}

TEST_CASE("Any value of any key that a reader asks for is refused or does no harm", "[model]") {
  Trial trial;
  std::size_t refused = 0;
  std::size_t keys = 0;
  for (const SmallShape& shape : small_shapes()) {
    const SmallModel sound = small_model(shape);
    const auto lies = hostile_values(layers_of(sound));
    std::set<std::string> found;
    std::vector<std::string> to_try;
    const GgufWitness witness = [&](std::string_view name) {
      // What all models have is tried with the first.
      const bool general = name.starts_with("general.") && &shape == &small_shapes().front();
      const bool key = general || name.starts_with(sound.architecture + ".");
      if (key && found.emplace(name).second) to_try.emplace_back(name);
    };
    trial.run(sound, witness);
    for (std::size_t i = 0; i < to_try.size(); ++i) {  // grows: a lie may bring up another key
      const std::string key = to_try[i];
      CAPTURE(shape.name, key);
      SmallModel model = sound;
      model.values.erase(key);
      trial.run(model, witness);
      for (const StoredValue& lie : lies) {
        model.values[key] = lie;
        refused += trial.run(model, witness).empty() ? 0 : 1;
      }
    }
    keys += to_try.size();
  }
  CHECK(keys > 600);
  CHECK(refused > 20'000);
  trial.check_bounds();
}

StoredValue stored_texts(const std::vector<std::string>& texts) {
  StoredValue made{9, {}};
  put<std::uint32_t>(&made.bytes, 8);
  put<std::uint64_t>(&made.bytes, texts.size());
  for (const std::string& text : texts) put_string(&made.bytes, text);
  return made;
}

// A vocabulary of four tokens, as each kind of tokenizer wants it.
SmallModel vocabulary(const std::string& kind) {
  SmallModel model{kind, "llama", {}, {}};
  const std::string prefix = "tokenizer.ggml.";
  model.values[prefix + "model"] = stored_text(kind);
  model.values[prefix + "tokens"] = stored_texts({"[UNK]", "a", "b", "ab"});
  model.values[prefix + "token_type"] = stored_array<std::int32_t>(5, {3, 1, 1, 1});
  model.values[prefix + "scores"] = stored_array<float>(6, {0, -1, -2, -3});
  model.values[prefix + "merges"] = stored_texts({"a b"});
  for (const char* id : {"unknown", "bos", "eos", "seperator", "cls"}) {
    model.values[prefix + id + "_token_id"] = stored(4, 0u);
  }
  model.values[prefix + "pre"] = stored_text("qwen2");
  model.values["tokenizer.chat_template"] = stored_text("{{ messages[0]['content'] }}");
  return model;
}

void use_vocabulary(const SmallModel& model, const GgufWitness& witness) {
  const auto file = GgufFile::parse(model.bytes(), Strangers::kRefuse, witness);
  if (!file) return;
  const auto tokenizer = Tokenizer::create(**file);
  if (!tokenizer) return;
  std::string text;
  for (const TokenId token : (*tokenizer)->encode("ab ba [UNK] \xff")) {
    (*tokenizer)->decode(token, &text);
  }
  const auto chat = ChatTemplate::read(**file, (*tokenizer)->vocabulary());
  if (chat) (void)chat->render({{"user", "ab"}});
}

TEST_CASE("Any value of any key that a tokenizer asks for is refused or does no harm", "[model]") {
  const std::string kind = GENERATE("gpt2", "llama", "bert", "gemma4");
  const SmallModel sound = vocabulary(kind);
  REQUIRE(Tokenizer::create(*GgufFile::parse(sound.bytes()).value()).has_value());
  std::set<std::string> found;
  std::vector<std::string> to_try;
  const GgufWitness witness = [&](std::string_view name) {
    if (found.emplace(name).second) to_try.emplace_back(name);
  };
  use_vocabulary(sound, witness);
  const auto lies = hostile_values(4);
  for (std::size_t i = 0; i < to_try.size(); ++i) {
    const std::string key = to_try[i];
    CAPTURE(kind, key);
    SmallModel model = sound;
    model.values.erase(key);
    use_vocabulary(model, witness);
    for (const StoredValue& lie : lies) {
      model.values[key] = lie;
      use_vocabulary(model, witness);
    }
  }
  CHECK(to_try.size() > 8);
}

TEST_CASE("Two sizes that are each too large together are refused or do no harm", "[model]") {
  Trial trial;
  for (const SmallShape& shape : small_shapes()) {
    const SmallModel sound = small_model(shape);
    std::vector<std::string> numbers;
    for (const auto& [key, value] : sound.values) {
      if (value.type == 4) numbers.push_back(key);
    }
    for (const std::string& first : numbers) {
      for (const std::string& second : numbers) {
        CAPTURE(shape.name, first, second);
        SmallModel model = sound;
        model.values[first] = stored(4, first < second ? 1024u : 65536u);
        model.values[second] = stored(4, first < second ? 4096u : 64u);
        trial.run(model);
      }
    }
  }
  trial.check_bounds();
}

TEST_CASE("Any shape, format and place of any tensor is refused or does no harm", "[model]") {
  Trial trial;
  for (const SmallModel& sound : small_models()) {
    for (const auto& [name, tensor] : sound.tensors) {
      if (name.find("blk.") == 0 && name.find("blk.1.") != 0) continue;  // layers are alike
      CAPTURE(sound.name, name);
      SmallModel model = sound;
      StoredTensor& lie = model.tensors[name];
      for (std::size_t dim = 0; dim < tensor.dims.size(); ++dim) {
        for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, tensor.dims[dim] + 1,
                                         std::uint64_t{1} << 20, std::uint64_t{1} << 62}) {
          lie = tensor;
          lie.dims[dim] = size;
          trial.run(model);
        }
      }
      lie = {{1, 1, 1, tensor.dims[0]}};
      trial.run(model);
      for (const std::uint32_t type : {1u, 2u, 8u, 12u, 26u, 30u, 39u, 40u, 0xffffffffu}) {
        lie = {tensor.dims, type};
        trial.run(model);
      }
      for (const std::uint64_t offset : {std::uint64_t{1}, std::uint64_t{1} << 40,
                                         std::numeric_limits<std::uint64_t>::max() - 31}) {
        lie = {tensor.dims, 0, {}, offset};
        CHECK_FALSE(trial.run(model).empty());
      }
    }
  }
  trial.check_bounds();
}

}  // namespace
}  // namespace weir

// Attention of whole models: how keys and values are kept, and who shares the work.
#include <algorithm>
#include <limits>

#include "local_backend/model/attention_tile.h"
#include "local_backend/model/model_run.h"
#include "tests/local_backend/golden.h"
#include "tests/local_backend/tiny_model.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using kernels::KvType;
using test::rel_rms;

KvType any_kv_type() {
  return kernels::kKvTypes[GENERATE(range(std::size_t{0}, kernels::kKvTypes.size()))].type;
}

std::vector<TokenId> some_tokens(std::size_t count) {
  std::vector<TokenId> tokens;
  tokens.reserve(count);
  for (std::size_t i = 0; i < count; ++i) tokens.push_back(static_cast<TokenId>(3 + i * 37 % 250));
  return tokens;
}

// Five heads to a key head, keys wider than values, several spans long.
std::shared_ptr<const Model> long_model(KvType keys, KvType values) {
  test::TinySizes sizes;
  sizes.embedding = 40;
  sizes.context = 4096;
  sizes.layers = {{5, 1, 24}, {4, 2, 24}};
  const auto file = GgufFile::parse(test::tiny_model(sizes).bytes()).value();
  return Model::load(file, {.kv_types = {keys, values}}).value();
}

// The logits of the last token behind `tokens`, fed `chunk` at a time.
std::vector<float> last_logits(ModelRun& run, const std::vector<TokenId>& tokens,
                               std::size_t chunk) {
  const auto logits = run.feed_in_chunks(tokens, chunk);
  return {logits.end() - static_cast<long>(run.model().spec().vocabulary), logits.end()};
}

TEST_CASE("Keys and values of any type give the same bits in chunks and in company",
          "[model][attention]") {
  ModelRun run(long_model(any_kv_type(), any_kv_type()));
  const auto tokens = some_tokens(150);
  const auto whole = run.feed_in_chunks(tokens, 150);
  CHECK(run.feed_in_chunks(tokens, 1) == whole);
  CHECK(run.feed_in_chunks(tokens, 67) == whole);
  const auto state = run.sequence(), other = run.sequence();
  Batch batch;
  ModelRun::add(&batch, other.get(), some_tokens(70));
  ModelRun::add(&batch, state.get(), tokens);
  const auto both = run.run(batch);
  CHECK(std::equal(whole.rbegin(), whole.rend(), both.rbegin()));
}

TEST_CASE("Threads that share the positions of one sequence change no bit", "[model][attention]") {
  const auto model = long_model(any_kv_type(), KvType::kF16);
  const auto tokens = some_tokens(2 * AttentionTile::kSpan + 100);
  ModelRun alone(model, kernels::best_kernels(), 1);
  const auto expected = last_logits(alone, tokens, tokens.size());
  ModelRun shared(model, kernels::best_kernels(), 24);
  const auto state = shared.sequence(tokens.size());
  shared.feed(state.get(), {tokens.begin(), tokens.end() - 1});
  CHECK(shared.feed(state.get(), {tokens.back()}) == expected);
}

TEST_CASE("Types of keys and values cost the error that they are known for", "[model][attention]") {
  const auto tokens = some_tokens(120);
  ModelRun exact(long_model(KvType::kF32, KvType::kF32));
  const auto expected = exact.feed_in_chunks(tokens, 120);
  struct Case {
    KvType type;
    double error;
  };
  const Case one =
      GENERATE(Case{KvType::kF16, 1e-3}, Case{KvType::kBf16, 6e-3}, Case{KvType::kQ8, 2e-2},
               Case{KvType::kQ4, 0.15}, Case{KvType::kNonLinear, 0.14});
  ModelRun rounded(long_model(one.type, one.type));
  const double error = rel_rms(rounded.feed_in_chunks(tokens, 120), expected);
  CAPTURE(kernels::info_of(one.type).name, error);
  CHECK(error < one.error);
  CHECK(error > 0);
}

TEST_CASE("Keys of four bits are refused where a bias has outliers", "[model][attention]") {
  test::TinySizes sizes;
  const float outlier = GENERATE(0.5f, 20.0f, std::numeric_limits<float>::quiet_NaN());
  test::GgufBuilder builder = test::tiny_model(sizes);
  std::vector<float> bias(8, 1.0f);
  bias[3] = outlier;
  builder.tensor("blk.1.attn_k.bias", {8}, bias);
  const auto file = GgufFile::parse(builder.bytes()).value();
  const auto model = Model::load(file, {.kv_types = {KvType::kQ4, KvType::kQ4}});
  CHECK(model.has_error() == !(outlier < 5));
  if (model.has_error()) CHECK(model.error().message.find("blk.1.attn_k.bias") < 100);
  CHECK(Model::load(file, {.kv_types = {KvType::kQ8, KvType::kQ4}}).has_value());
  const ModelOptions but_one{.kv_types = {KvType::kQ4, KvType::kQ4},
                             .kv_layers = {{1, {KvType::kF16, KvType::kQ4}}}};
  CHECK(Model::load(file, but_one).has_value());
}

TEST_CASE("A layer may keep its keys and values in a way of its own", "[model][attention]") {
  const auto file = GgufFile::parse(test::tiny_model({}).bytes()).value();
  const auto model = Model::load(
      file, {.kv_types = kUsualKvTypes, .kv_layers = {{1, {KvType::kF32, KvType::kQ8}}}});
  const auto& slots = model.value()->state_layout().kv_slots;
  CHECK(slots[0].key_type == KvType::kF16);
  CHECK(slots[1].key_type == KvType::kF32);
  CHECK(slots[1].value_type == KvType::kQ8);
}

TEST_CASE("Keys of four bits are refused in a layer whose bias is far above the others'",
          "[model][attention]") {
  test::TinySizes sizes;
  sizes.layers = std::vector<test::TinyLayer>(3, sizes.layers.front());
  const float large = GENERATE(4.0f, 6.0f);
  test::GgufBuilder builder = test::tiny_model(sizes);
  for (std::size_t layer = 0; layer < 3; ++layer) {
    builder.tensor("blk." + std::to_string(layer) + ".attn_k.bias", {8},
                   std::vector<float>(8, layer == 2 ? large : 1.0f));
  }
  const auto file = GgufFile::parse(builder.bytes()).value();
  ModelOptions options{.kv_types = {KvType::kQ4, KvType::kQ4}};
  const auto model = Model::load(file, options);
  CHECK(model.has_error() == (large > 5));
  if (model.has_error()) CHECK(model.error().message.find("blk.2.attn_k.bias") < 100);
  options.kv_layers = {{2, {KvType::kQ8, KvType::kQ4}}};
  CHECK(Model::load(file, options).has_value());
}

TEST_CASE("A layer that the model does not have cannot keep its keys otherwise",
          "[model][attention]") {
  const auto file = GgufFile::parse(test::tiny_model({}).bytes()).value();
  const auto model = Model::load(file, {.kv_layers = {{2, {KvType::kF16, KvType::kF16}}}});
  REQUIRE(model.has_error());
  CHECK(model.error().code == ErrorCode::kInvalidConfig);
  CHECK(model.error().message == "kv_type_layers names layer 2, but the model's go from 0 to 1");
}

TEST_CASE("Keys and values have a name together", "[model][attention]") {
  for (const auto& keys : kernels::kKvTypes) {
    for (const auto& values : kernels::kKvTypes) {
      const KvTypes types{keys.type, values.type};
      CHECK(parse_kv_types(to_string(types)) == types);
    }
  }
  CHECK(to_string({KvType::kQ8, KvType::kQ8}) == "q8_0");
  CHECK_FALSE(parse_kv_types(GENERATE("", "/", "q8_0/", "/q8_0", "f16/q8_0/", "F16", "f16 ")));
}

TEST_CASE("A page has the bytes of its types", "[model][attention]") {
  const KvShape shape{8, 128, 128, "", KvType::kQ8, KvType::kQ4};
  CHECK(shape.page_bytes() == 8 * 64 * (128 / 32 * 34 + 128 / 32 * 18));
  const KvShape halves{1, 20, 0, "", KvType::kF16, KvType::kF16};
  CHECK(halves.page_bytes() == 64 * 32 * 2);
}

}  // namespace
}  // namespace weir

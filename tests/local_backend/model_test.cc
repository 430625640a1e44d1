#include "local_backend/model/model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "local_backend/model/architecture.h"
#include "local_backend/model/model_run.h"
#include "local_backend/model/transformer.h"
#include "tests/local_backend/golden.h"
#include "tests/local_backend/naive_llama.h"
#include "tests/local_backend/tiny_model.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::rel_rms;

std::shared_ptr<const Model> model_at(const std::filesystem::path& path) {
  return Model::load(GgufFile::open(path.string()).value()).value();
}

// Every prompt of a golden pack: logits, greedy tokens, chunks, company.
void check_golden(const std::filesystem::path& folder, const nlohmann::json& pack,
                  const std::string& model, std::size_t greedy_tokens) {
  const std::string bytes = test::read_all(folder / pack["data"].get<std::string>());
  const std::size_t variants = kernels::compiled_kernels().size();
  const auto& variant =
      *kernels::compiled_kernels()[GENERATE_COPY(range(std::size_t{0}, variants))];
  if (!variant.runs_on(kernels::cpu_features())) return;
  const auto file = GgufFile::open((folder / model).string()).value();
  ModelRun run(Model::load(file, {kernels::Arithmetic::kF32}).value(), variant);
  for (const auto& prompt : pack["prompts"]) {
    const std::vector<TokenId> tokens = prompt["tokens"];
    CAPTURE(folder.string(), variant.name, tokens.size());
    const auto whole = run.feed_in_chunks(tokens, tokens.size());
    const auto golden = test::floats_at(bytes, prompt["logits"]["offset"], whole.size());
    CHECK(rel_rms(whole, golden) < 1e-4);
    for (const std::size_t chunk : {1, 7, 16}) CHECK(run.feed_in_chunks(tokens, chunk) == whole);
    std::vector<TokenId> greedy = prompt["greedy"]["tokens"];
    greedy.resize(std::min(greedy.size(), greedy_tokens));
    CHECK(run.greedy(tokens, greedy.size()) == greedy);
  }
}

TEST_CASE("The committed packs of other weights give their exact logits", "[model][golden]") {
  const auto folder =
      test::committed_golden() / GENERATE(as<std::string>{}, "llama-f16", "gpt-oss-mxfp4");
  check_golden(folder, test::read_json(folder / "golden.json")["exact"], "model.gguf", 24);
}

TEST_CASE("The committed float packs give their logits and greedy tokens", "[model][golden]") {
  const auto folder = test::committed_golden() / GENERATE(as<std::string>{}, "qwen3", "qwen35");
  check_golden(folder, test::read_json(folder / "golden.json"), "model.gguf", 24);
}

TEST_CASE("The float packs give their logits and greedy tokens", "[model][golden]") {
  const auto name = GENERATE(
      as<std::string>{}, "llama", "llama-rope-freqs", "llama-linear-rope", "llama-yarn", "mistral3",
      "qwen2", "qwen3", "smollm3", "granite", "olmo2", "olmo3", "phi3-longrope-long", "glm4",
      "gemma2", "gemma3", "starcoder2", "command-r", "cohere2", "llama-moe", "qwen2moe", "qwen3moe",
      "granitemoe", "glm4moe", "minimax-m2", "gpt-oss", "deepseek2", "deepseek2-lite", "gemma4-ple",
      "gemma4-moe", "lfm2", "lfm2moe", "qwen3next", "qwen35", "qwen35moe",
      "qwen35moe-mtp-fused-gate-up");
  const auto folder = test::data_path("golden/logits/" + name);
  if (!folder) return;
  check_golden(*folder, test::read_json(*folder / "golden.json"), "model.gguf", 24);
}

TEST_CASE("A long rope's factors follow the context that a model is loaded for",
          "[model][golden]") {
  const auto name = GENERATE(as<std::string>{}, "phi3-longrope-long", "phi3-longrope-short");
  const auto folder = test::data_path("golden/logits/" + name);
  if (!folder) return;
  const auto pack = test::read_json(*folder / "golden.json");
  const auto file = GgufFile::open((*folder / "model.gguf").string()).value();
  ModelRun run(Model::load(file, {kernels::Arithmetic::kF32, pack["n_ctx"]}).value());
  const std::vector<TokenId> tokens = pack["prompts"][2]["tokens"];
  const auto logits = run.feed_in_chunks(tokens, 16);
  const std::string bytes = test::read_all(*folder / "golden.bin");
  const std::size_t offset = pack["prompts"][2]["logits"]["offset"];
  CHECK(rel_rms(logits, test::floats_at(bytes, offset, logits.size())) < 1e-5);
}

TEST_CASE("The half-float packs give their exact logits", "[model][golden]") {
  const auto name = GENERATE(as<std::string>{}, "llama-f16", "llama-bf16", "gpt-oss-mxfp4");
  const auto folder = test::data_path("golden/logits/" + name);
  if (!folder) return;
  check_golden(*folder, test::read_json(*folder / "golden.json")["exact"], "model.gguf", 24);
}

TEST_CASE("stories260k gives its golden logits and tokens", "[model][golden]") {
  const auto folder = test::data_path("golden/stories260k");
  if (!folder) return;
  check_golden(*folder, test::read_json(*folder / "golden.json"), "stories260K-f32.gguf", 64);
}

TEST_CASE("A sequence's logits do not depend on who else is in the batch", "[model]") {
  ModelRun run(model_at(test::committed_golden() / "llama-f16/model.gguf"));
  const std::vector<TokenId> first = {5, 6, 7, 8}, second = {100, 3};
  const auto alone = run.feed_in_chunks(second, 2);
  const auto a = run.sequence(), b = run.sequence(), c = run.sequence();
  run.feed(c.get(), {1, 2, 3});
  Batch batch;
  ModelRun::add(&batch, a.get(), first);
  ModelRun::add(&batch, b.get(), second);
  ModelRun::add(&batch, c.get(), {9});
  const auto together = run.run(batch);
  const auto begin = together.begin() + static_cast<long>(4 * run.model().spec().vocabulary);
  CHECK(std::vector<float>(begin, begin + static_cast<long>(alone.size())) == alone);
}

TEST_CASE("Scores are the log-probabilities that the logits give, one a token asked", "[model]") {
  ModelRun run(model_at(test::committed_golden() / "llama-f16/model.gguf"));
  std::vector<TokenId> tokens;
  for (TokenId i = 0; i < 40; ++i) tokens.push_back(i * 7 % 288);
  const auto logits = run.feed_in_chunks(tokens, 40);
  const auto state = run.sequence();
  state->prepare(40);
  Batch batch;
  for (std::size_t i = 0; i < 40; ++i) {
    const TokenId next = i + 1 < 40 && i != 5 ? tokens[i + 1] : kNoToken;
    batch.add(tokens[i], i, state.get(), {.logits = i == 39, .scored = next});
  }
  const ForwardOutput output = run.run_all(batch);
  REQUIRE(output.scores.size() == 38);
  CHECK(output.logits == std::vector<float>(logits.end() - 288, logits.end()));
  for (std::size_t i = 0; i < 39; ++i) {
    double total = 0;
    for (std::size_t v = 0; v < 288; ++v) total += std::exp(double{logits[i * 288 + v]});
    const auto next = static_cast<std::size_t>(tokens[i + 1]);
    const double expected = double{logits[i * 288 + next]} - std::log(total);
    if (i != 5) CHECK(std::abs(double{output.scores[i < 5 ? i : i - 1]} - expected) < 1e-5);
  }
}

TEST_CASE("The hidden state that is offered is the golden pack's result_norm", "[model][golden]") {
  const auto folder = test::committed_golden() / "llama-f16";
  const auto pack = test::read_json(folder / "golden.json")["exact"];
  const auto prompt = pack["prompts"][pack["capture"]["prompt"].get<std::size_t>()];
  const std::vector<TokenId> tokens = prompt["tokens"];
  ModelRun run(model_at(folder / "model.gguf"));
  const auto state = run.sequence();
  state->prepare(tokens.size());
  Batch batch;
  for (std::size_t i = 0; i < tokens.size(); ++i)
    batch.add(tokens[i], i, state.get(), {.hidden = true});
  const ForwardOutput output = run.run_all(batch);
  CHECK(output.logits.empty());
  for (const auto& tensor : pack["capture"]["tensors"]) {
    if (tensor["name"] != "result_norm") continue;
    const std::string bytes = test::read_all(folder / pack["data"].get<std::string>());
    const auto golden = test::floats_at(bytes, tensor["offset"], output.hidden.size());
    CHECK(rel_rms(output.hidden, golden) < 1e-5);
  }
  CHECK(output.hidden.size() == tokens.size() * run.model().spec().embedding);
}

TEST_CASE("A stopped forward call leaves no trace", "[model]") {
  const auto model = model_at(test::committed_golden() / "llama-f16/model.gguf");
  KvPool kv(model->state_layout(), 4);
  const auto state = kv.admit(8);
  state->prepare(3);
  Batch batch;
  for (std::size_t i = 0; i < 3; ++i) batch.add(1, i, state.get(), {.logits = true});
  kernels::WorkerPool pool(1);
  Workspace work;
  ForwardOutput output;
  int asked = 0;
  CHECK_FALSE(model->forward(
      batch, {kernels::best_kernels(), pool, work}, [&] { return ++asked == 2; }, &output));
  CHECK(output.logits.empty());
  CHECK(state->length() == 0);
  CHECK(asked == 2);
}

TEST_CASE("Layers may stand in any order with odd head counts and any blocks", "[model]") {
  test::TinySizes sizes;
  sizes.layers = {{3, 1, 24}, {5, 5, 17}, {9, 3, 40}};
  const auto file = GgufFile::parse(test::tiny_model(sizes).bytes()).value();
  ModelSpec spec = read_model_spec(*file).value();
  std::swap(spec.layers[0], spec.layers[2]);                      // layers permuted
  std::swap(spec.layers[1].blocks[0], spec.layers[1].blocks[1]);  // feed-forward first
  spec.layers.push_back({{std::get<FeedForwardSpec>(spec.layers[0].blocks[1])}});  // and alone
  ModelRun run(Model::build(file, spec).value());
  const std::vector<TokenId> tokens = {1, 50, 60, 70, 80, 90, 2, 4};
  const auto expected = test::naive_logits(*file, spec, tokens);
  CHECK(rel_rms(run.feed_in_chunks(tokens, 3), expected) < 1e-5);
  CHECK(rel_rms(ModelRun(Model::load(file).value()).feed_in_chunks(tokens, 8), expected) > 1e-2);
}

TEST_CASE("Every layer may have head counts, widths and a rope of its own", "[model]") {
  test::TinySizes sizes;
  sizes.qk_norm = true;
  sizes.layers = {{3, 1, 24, 10, 6}, {4, 2, 20, 6, 14}, {1, 1, 33, 8, 8}, {6, 3, 7, 12, 2}};
  const auto file = GgufFile::parse(test::tiny_model(sizes).bytes()).value();
  ModelSpec spec = read_model_spec(*file).value();
  spec.ropes[0].dims = 6;
  spec.ropes.push_back(spec.ropes[0]);
  spec.ropes[1].pairing = kernels::RopePairing::kHalves;
  spec.ropes[1].freq_base = 500;
  for_each_block<AttentionSpec>(spec, [&](AttentionSpec& attention, std::size_t layer) {
    attention.key_width = sizes.layers[layer].key_width;
    attention.value_width = sizes.layers[layer].value_width;
    attention.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(attention.key_width)));
    attention.qk_norm = QkNorm::kPerHead;
    attention.rope = layer % 2;
  });
  std::rotate(spec.layers.begin(), spec.layers.begin() + 1, spec.layers.end());
  ModelRun run(Model::build(file, spec).value());
  const std::vector<TokenId> tokens = {1, 50, 60, 70, 80, 90, 2, 4, 4, 200};
  const auto found = run.feed_in_chunks(tokens, 10);
  CHECK(rel_rms(found, test::naive_logits(*file, spec, tokens)) < 1e-5);
  CHECK(run.feed_in_chunks(tokens, 3) == found);
}

// A model of four layers with every norm that a block can have.
test::GgufBuilder model_with_all_norms(const test::TinySizes& sizes) {
  test::GgufBuilder file = test::tiny_model(sizes);
  test::RandomTensors tensors(&file, 7);
  for (std::size_t i = 0; i < sizes.layers.size(); ++i) {
    const std::string prefix = "blk." + std::to_string(i) + ".";
    tensors.add_norm(prefix + "attn_q_norm.weight", sizes.layers[i].heads * sizes.head_width);
    tensors.add_norm(prefix + "attn_k_norm.weight", sizes.layers[i].kv_heads * sizes.head_width);
    tensors.add_norm(prefix + "post_attention_norm.weight", sizes.embedding);
    tensors.add_norm(prefix + "post_ffw_norm.weight", sizes.embedding);
  }
  return file;
}

TEST_CASE("Every option of a block does what the naive model does", "[model]") {
  test::TinySizes sizes;
  sizes.layers = {{3, 1, 24}, {4, 2, 20}, {2, 2, 33}};
  const auto file = GgufFile::parse(model_with_all_norms(sizes).bytes()).value();
  ModelSpec spec = read_model_spec(*file).value();
  spec.norm = GENERATE(NormKind::kRms, NormKind::kLayer);
  spec.embedding_scale = 3;
  spec.residual_scale = 0.7f;
  spec.logit_scale = 0.5f;
  spec.logit_softcap = 2;
  for_each_block<AttentionSpec>(spec, [](AttentionSpec& attention, std::size_t layer) {
    attention.qk_norm = QkNorm::kWhole;
    attention.post_norm = "post_attention_norm";
    attention.softcap = layer == 0 ? 1.5f : 0;
    attention.window = layer == 1 ? 3 : 0;
    attention.temperature = {layer == 1 ? 0.4 : 0.0, 2};
    attention.scale *= 1.5f;
    if (layer == 2) attention.rope.reset();
  });
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t layer) {
    feed_forward.post_norm = "post_ffw_norm";
    feed_forward.activation = layer == 1 ? Activation::kSilu : Activation::kGelu;
  });
  ModelRun run(Model::build(file, spec).value());
  const std::vector<TokenId> tokens = {1, 50, 60, 70, 80, 90, 2, 4, 4, 200};
  const auto found = run.feed_in_chunks(tokens, 10);
  CHECK(rel_rms(found, test::naive_logits(*file, spec, tokens)) < 1e-5);
  CHECK(run.feed_in_chunks(tokens, 3) == found);
}

Result<std::shared_ptr<const Model>> load(const test::GgufBuilder& builder) {
  auto file = GgufFile::parse(builder.bytes());
  REQUIRE(file.has_value());
  return Model::load(*file);
}

// Metadata only: whatever is wrong must be found before any tensor is looked at.
std::string refusal(const std::string& key, std::uint32_t value) {
  test::GgufBuilder file;
  file.string("general.architecture", "llama");
  const auto put = [&](const std::string& name, std::uint32_t usual) {
    file.u32("llama." + name, name == key ? value : usual);
  };
  put("context_length", 64);
  put("embedding_length", 16);
  put("block_count", 1);
  put("attention.head_count", 2);
  put("attention.head_count_kv", 1);
  put("feed_forward_length", 8);
  put("rope.dimension_count", 8);
  put("expert_count", 0);
  put("attention.key_length", 8);
  file.f32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
  const auto model = load(file);
  REQUIRE(model.has_error());
  CHECK(model.error().code == ErrorCode::kInvalidModel);
  return model.error().message;
}

TEST_CASE("Impossible hyper-parameters are refused by name", "[model]") {
  const auto [key, value] = GENERATE(table<std::string, std::uint32_t>({
      {"block_count", 0u},
      {"block_count", 100000u},  // llama.cpp #25821: more layers than its tables
      {"attention.head_count", 0u},
      {"attention.head_count", 0xffffffffu},
      {"attention.head_count_kv", 0u},
      {"attention.head_count_kv", 3u},
      {"embedding_length", 0u},
      {"embedding_length", 0x80000000u},
      {"context_length", 0u},
      {"feed_forward_length", 0u},
      {"rope.dimension_count", 7u},
      {"rope.dimension_count", 10u},
      {"attention.key_length", 0u},
      {"attention.key_length", 0xffffffffu},
  }));
  CAPTURE(key, value);
  CHECK(refusal(key, value).find(key) != std::string::npos);
}

TEST_CASE("Every architecture names the key that it misses", "[model]") {
  const std::size_t which = GENERATE(range(std::size_t{0}, architectures().size()));
  const std::string name(architectures()[which].name);
  const std::vector<std::string> keys = {"context_length", "embedding_length", "block_count",
                                         "attention.head_count", "feed_forward_length"};
  for (const std::string& missing : keys) {
    CAPTURE(name, missing);
    test::GgufBuilder file;
    file.string("general.architecture", name);
    for (const std::string& key : keys) {
      if (key != missing) file.u32(name + "." + key, 2);
    }
    file.f32(name + ".attention.layer_norm_rms_epsilon", 1e-5f);
    file.f32(name + ".attention.layer_norm_epsilon", 1e-5f);
    CHECK(load(file).error().message.find(missing + " is missing") != std::string::npos);
  }
}

TEST_CASE("Sizes with which a small file could ask for gigabytes are refused", "[model]") {
  CHECK(refusal("feed_forward_length", 1u << 20).find("feed_forward") != std::string::npos);
  CHECK(refusal("embedding_length", 1u << 17).find("embedding") != std::string::npos);
}

TEST_CASE("The name of an unknown architecture reaches an error as one line", "[model]") {
  test::GgufBuilder file;
  file.string("general.architecture", "evil\n\x1b[31m" + std::string(1000, 'x'));
  const Error error = load(file).error();
  CHECK(error.message.find("'evil??[31mxx") != std::string::npos);
  CHECK(error.message.size() < 500);
}

TEST_CASE("A model of an unknown architecture is refused, and one with experts that has none",
          "[model]") {
  test::GgufBuilder dense;
  dense.string("general.architecture", "qwen3");
  dense.u32("qwen3.embedding_length", 8).u32("qwen3.context_length", 8);
  dense.f32("qwen3.attention.layer_norm_rms_epsilon", 1e-5f).u32("qwen3.expert_count", 8);
  CHECK(load(dense).error().message.find("with a mixture of experts") != std::string::npos);
  test::GgufBuilder file;
  file.string("general.architecture", "mamba");
  const std::string message = load(file).error().message;
  CHECK(message.find("'mamba' is not supported; known: bert, ") != std::string::npos);
  CHECK(load(test::GgufBuilder()).has_error());
}

TEST_CASE("A missing tensor and one of the wrong shape are refused by name", "[model]") {
  CHECK(refusal("none", 0).find("token_embd.weight") != std::string::npos);
  test::GgufBuilder file;
  test::TinySizes sizes;
  test::add_tiny_metadata(&file, sizes);
  test::RandomTensors tensors(&file, 1);
  tensors.add("token_embd.weight", sizes.embedding, 10);
  tensors.add_norm("output_norm.weight", sizes.embedding + 1);
  CHECK(load(file).error().message.find("output_norm.weight") != std::string::npos);
}

TEST_CASE("A tensor that the architecture has no use for is refused by name", "[model]") {
  test::GgufBuilder file = test::tiny_model({});
  file.tensor("blk.0.attn_q_norm.weight", {8}, std::vector<float>(8, 1.0f));
  CHECK(load(file).error().message.find("attn_q_norm") != std::string::npos);
  test::GgufBuilder old = test::tiny_model({});
  old.tensor("blk.0.attn.rotary_emb.inv_freq", {4}, std::vector<float>(4, 1.0f));
  CHECK(load(old).has_value());
}

TEST_CASE("A rope factor that is zero or not a number is refused", "[model]") {
  const float factor = GENERATE(0.0f, -1.0f, std::numeric_limits<float>::quiet_NaN());
  test::GgufBuilder file = test::tiny_model({});
  file.tensor("rope_freqs.weight", {4}, {1, 1, factor, 1});
  CHECK(load(file).error().message.find("rope_freqs") != std::string::npos);
}

}  // namespace
}  // namespace weir

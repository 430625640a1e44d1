// Tokens a second of one engine with several answers at once, and how an answer's pace
// changes while a long prompt is read beside it. The model is made here: a llama of
// some 100 million random weights, larger than a cache.
//
//   engine_bench [q8_0|q4_0|f16]          one "name value unit" a line
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/rng.h"
#include "local_backend/engine.h"
#include "tests/local_backend/gguf_builder.h"

namespace {

using weir::test::GgufBuilder;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kEmbedding = 768;
constexpr std::uint64_t kKvWidth = 256;
constexpr std::uint64_t kFeedForward = 2048;
constexpr std::uint64_t kVocabulary = 32'000;
constexpr std::uint32_t kLayers = 12;
constexpr std::uint32_t kContext = 8'192;
constexpr int kRounds = 5;
constexpr std::int64_t kAnswerTokens = 48;

// What a packed row needs: blocks with a scale and random quants.
struct Format {
  std::uint32_t type;
  std::size_t block_weights;
  std::size_t block_bytes;
  bool scaled;  // the block begins with a half that is its scale
};
const std::map<std::string, Format> kFormats = {
    {"f16", {1, 1, 2, false}}, {"q4_0", {2, 32, 18, true}}, {"q8_0", {8, 32, 34, true}}};

class RandomModel {
 public:
  explicit RandomModel(const Format& format) : format_(format) {
    metadata();
    vocabulary();
    matrix("token_embd.weight", kEmbedding, kVocabulary);
    norm("output_norm.weight");
    for (std::uint32_t i = 0; i < kLayers; ++i) layer("blk." + std::to_string(i) + ".");
  }

  std::string bytes() const { return file_.bytes(); }

 private:
  void metadata() {
    file_.string("general.architecture", "llama").u32("llama.context_length", kContext);
    file_.u32("llama.embedding_length", kEmbedding).u32("llama.block_count", kLayers);
    file_.u32("llama.attention.head_count", 12).u32("llama.attention.head_count_kv", 4);
    file_.u32("llama.feed_forward_length", kFeedForward);
    file_.f32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
  }

  // Texts become bytes: no token joins any.
  void vocabulary() {
    std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
    std::vector<float> scores(kVocabulary, 0);
    std::vector<std::int32_t> kinds(kVocabulary, 1);
    for (unsigned byte = 0; byte < 256; ++byte) {
      char text[8];
      std::snprintf(text, sizeof(text), "<0x%02X>", byte);
      kinds[tokens.size()] = 6;
      tokens.emplace_back(text);
    }
    for (std::size_t i = tokens.size(); i < kVocabulary; ++i) {
      tokens.push_back("t" + std::to_string(i));
    }
    kinds[0] = 2;
    kinds[1] = kinds[2] = 3;
    file_.string("tokenizer.ggml.model", "llama").strings("tokenizer.ggml.tokens", tokens);
    file_.f32s("tokenizer.ggml.scores", scores).i32s("tokenizer.ggml.token_type", kinds);
    file_.u32("tokenizer.ggml.bos_token_id", 1).u32("tokenizer.ggml.eos_token_id", 2);
  }

  void layer(const std::string& prefix) {
    norm(prefix + "attn_norm.weight");
    matrix(prefix + "attn_q.weight", kEmbedding, kEmbedding);
    matrix(prefix + "attn_k.weight", kEmbedding, kKvWidth);
    matrix(prefix + "attn_v.weight", kEmbedding, kKvWidth);
    matrix(prefix + "attn_output.weight", kEmbedding, kEmbedding);
    norm(prefix + "ffn_norm.weight");
    matrix(prefix + "ffn_gate.weight", kEmbedding, kFeedForward);
    matrix(prefix + "ffn_up.weight", kEmbedding, kFeedForward);
    matrix(prefix + "ffn_down.weight", kFeedForward, kEmbedding);
  }

  void norm(const std::string& name) {
    file_.tensor(name, {kEmbedding}, std::vector<float>(kEmbedding, 1.0f));
  }

  // Scales of 2^-9 or so, and small halves, keep every value finite.
  void matrix(const std::string& name, std::uint64_t columns, std::uint64_t rows) {
    const std::size_t blocks = columns / format_.block_weights * rows;
    std::string data(blocks * format_.block_bytes, '\0');
    for (char& byte : data) byte = static_cast<char>(rng_.next());
    for (std::size_t i = 0; i < blocks; ++i) {
      char* block = data.data() + i * format_.block_bytes;
      const std::uint16_t half = format_.scaled ? 0x1400 : block[0] & 1 ? 0x2400 : 0xa400;
      std::memcpy(block, &half, sizeof(half));
    }
    file_.raw_tensor(name, {columns, rows}, format_.type, file_.next_offset(), data);
  }

  const Format format_;
  GgufBuilder file_;
  weir::Rng rng_{7};
};

weir::SamplingParams greedy(std::int64_t tokens) {
  weir::SamplingParams params;
  params.temperature = 0;
  params.max_tokens = tokens;
  params.bias = {{1, -100}, {2, -100}};  // nothing ends an answer early
  return params;
}

std::unique_ptr<weir::TokenStream> submit(weir::Engine& engine, std::size_t words,
                                          std::int64_t tokens) {
  weir::Prompt prompt;
  std::string text;
  for (std::size_t i = 0; i < words; ++i) text += " t" + std::to_string(100 + i % 900);
  prompt.add_user(std::move(text));
  return std::move(engine.submit(prompt, greedy(tokens), {}).value());
}

using Times = std::vector<Clock::time_point>;

// Reads all to their ends; the times at which the tokens of each came.
std::vector<Times> read(const std::vector<std::unique_ptr<weir::TokenStream>>& streams) {
  std::vector<Times> times(streams.size());
  for (bool running = true; running;) {
    running = false;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      while (streams[i]->try_take()) times[i].push_back(Clock::now());
      if (streams[i]->ended()) continue;
      running = true;
      streams[i]->wait_until(Clock::now() + std::chrono::microseconds(200));
    }
  }
  return times;
}

double seconds(Clock::duration span) { return std::chrono::duration<double>(span).count(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// From the moment when all answer to the first end.
double tokens_per_second(weir::Engine& engine, std::size_t count) {
  std::vector<std::unique_ptr<weir::TokenStream>> streams;
  for (std::size_t i = 0; i < count; ++i) streams.push_back(submit(engine, 8, kAnswerTokens));
  Clock::time_point begin = Clock::time_point::min();
  Clock::time_point end = Clock::time_point::max();
  const std::vector<Times> times = read(streams);
  for (const auto& one : times) {
    begin = std::max(begin, one.front());
    end = std::min(end, one.back());
  }
  std::size_t tokens = 0;
  for (const auto& one : times) {
    tokens += static_cast<std::size_t>(
        std::count_if(one.begin(), one.end(), [&](auto t) { return t > begin && t <= end; }));
  }
  return static_cast<double>(tokens) / seconds(end - begin);
}

// Milliseconds between the tokens of an answer while a prompt of `words` is read, of
// seven tokens each.
std::vector<double> pace_beside(weir::Engine& engine, std::size_t words) {
  const auto answer = submit(engine, 8, 400);
  answer->wait_until(weir::SteadyTime::max());
  const auto prompt = submit(engine, words, 1);
  std::vector<double> gaps;
  Clock::time_point last = Clock::now();
  while (!prompt->ended() && !answer->ended()) {
    answer->wait_until(Clock::now() + std::chrono::milliseconds(5));
    while (answer->try_take()) {
      gaps.push_back(1e3 * seconds(Clock::now() - last));
      last = Clock::now();
    }
    prompt->try_take();
  }
  return gaps;
}

}  // namespace

int main(int argc, char** argv) {
  const auto format = kFormats.find(argc > 1 ? argv[1] : "q8_0");
  if (format == kFormats.end()) {
    std::cerr << "usage: engine_bench [q8_0|q4_0|f16]\n";
    return 2;
  }
  const auto file = weir::GgufFile::parse(RandomModel(format->second).bytes()).value();
  auto tokenizer = std::move(weir::Tokenizer::create(*file).value());
  weir::EngineConfig config;
  config.stream_pieces = 1'000;
  auto engine = std::move(
      weir::Engine::create(weir::Model::load(file).value(), std::move(tokenizer), config).value());
  // Rounds of all, so that a change of the machine's pace meets all alike.
  std::map<std::size_t, std::vector<double>> rates;
  for (int round = 0; round < kRounds; ++round) {
    for (const std::size_t streams : {1, 2, 4, 8}) {
      rates[streams].push_back(tokens_per_second(*engine, streams));
    }
  }
  std::printf("parameters %.0f million\n", static_cast<double>(file->parameters()) * 1e-6);
  for (const auto& [streams, values] : rates) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < values.size(); ++i) ratios.push_back(values[i] / rates[1][i]);
    std::printf("streams_%zu %.1f tokens/s ratio %.2f (%.2f-%.2f)\n", streams, median(values),
                median(ratios), *std::min_element(ratios.begin(), ratios.end()),
                *std::max_element(ratios.begin(), ratios.end()));
  }
  std::vector<double> gaps = pace_beside(*engine, 560);
  std::sort(gaps.begin(), gaps.end());
  if (!gaps.empty()) {
    std::printf("gap_beside_prompt p50 %.0f p95 %.0f max %.0f ms, %zu tokens\n",
                gaps[gaps.size() / 2], gaps[gaps.size() * 95 / 100], gaps.back(), gaps.size());
  }
  return 0;
}

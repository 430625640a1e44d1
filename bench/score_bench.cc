// What the difficulty score costs per prompt: features, words, both heads.
//
// usage: score_bench [--benchmark_...]
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "core/rng.h"
#include "router/difficulty.h"

namespace {

// Words of two to nine letters that hardly repeat: the most buckets, so the worst case.
std::string prose(std::size_t bytes) {
  weir::Rng rng(1);
  std::string text;
  while (text.size() < bytes) {
    for (std::uint64_t left = 2 + rng.next() % 8; left > 0; --left) {
      text += static_cast<char>('a' + rng.next() % 26);
    }
    text += rng.next() % 10 == 0 ? ". " : " ";
  }
  text.resize(bytes);
  return text;
}

void score(benchmark::State& state) {
  const std::string text = prose(static_cast<std::size_t>(state.range(0)));
  weir::ChatRequest request;
  request.messages.push_back({weir::Role::kUser, {}, {{weir::TextPart{text}, {}}}, {}});
  for (auto _ : state) {
    benchmark::DoNotOptimize(weir::difficulty(weir::extract_features(request)));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(score)->Arg(64)->Arg(1'024)->Arg(8'192)->Arg(65'536)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();

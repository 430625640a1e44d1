// What the engine's arithmetic does on this machine: matrix times a batch of vectors by
// format and variant, and the pace of a model's answers.
//
//   kernel_bench --benchmark_filter='matmul/(Q8_0|Q4_K)/avx2/1$'
//   WEIR_MODEL=stories260K-f32.gguf kernel_bench --benchmark_filter=decode
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "local_backend/engine.h"
#include "local_backend/kernels/weight_matrix.h"

namespace {

using weir::kernels::Kernels;
using weir::kernels::TensorType;

// 64 MiB of weights, more than a cache holds: their bytes a second, and the multiplications
// and additions of all vectors of the batch.
void matmul(benchmark::State& state, const Kernels* kernels, TensorType type) {
  const std::size_t columns = 4096;
  const std::size_t batch = static_cast<std::size_t>(state.range(0));
  const std::size_t rows = (std::size_t{64} << 20) / weir::kernels::row_bytes(type, columns);
  const std::vector<std::byte> bytes(rows * weir::kernels::row_bytes(type, columns), std::byte{60});
  weir::kernels::WeightMatrix matrix(type, {rows, columns}, bytes);
  const std::vector<float> x(batch * columns, 1.0f);
  std::vector<float> y(batch * rows);
  weir::kernels::WorkerPool pool(static_cast<std::size_t>(state.range(1)));
  weir::kernels::HugeMemory memory;
  if (const auto panels = matrix.panels(); panels && state.range(2) != 0)
    panels->pack(memory, pool);
  for (auto _ : state) {
    matrix.matmul(*kernels, pool, x.data(), batch, y.data());
    benchmark::DoNotOptimize(y.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
  state.counters["op/s"] = benchmark::Counter(static_cast<double>(2 * rows * columns * batch),
                                              benchmark::Counter::kIsIterationInvariantRate);
}

// Tokens a second of `streams` answers together; needs $WEIR_MODEL.
void decode(benchmark::State& state) {
  const char* path = std::getenv("WEIR_MODEL");
  if (path == nullptr) return state.SkipWithError("WEIR_MODEL is not set");
  const auto file = weir::GgufFile::open(path).value();
  weir::EngineConfig config;
  config.threads = static_cast<std::size_t>(state.range(1));
  auto engine =
      std::move(weir::Engine::create(weir::Model::load(file).value(),
                                     std::move(weir::Tokenizer::create(*file).value()), config)
                    .value());
  std::int64_t tokens = 0;
  for (auto _ : state) {
    weir::SamplingParams params;
    params.temperature = 0;
    params.max_tokens = 200;
    std::vector<std::unique_ptr<weir::TokenStream>> streams;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      streams.push_back(std::move(*engine->submit({}, params, {})));
    }
    for (const auto& stream : streams) {
      while (!stream->ended()) {
        stream->wait_until(weir::SteadyTime::max());
        while (stream->try_take()) ++tokens;
      }
    }
  }
  state.counters["tokens/s"] =
      benchmark::Counter(static_cast<double>(tokens), benchmark::Counter::kIsRate);
}

BENCHMARK(decode)
    ->ArgNames({"streams", "threads"})
    ->ArgsProduct({{1, 4, 8}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  for (const Kernels* kernels : weir::kernels::compiled_kernels()) {
    if (!kernels->runs_on(weir::kernels::cpu_features())) continue;
    for (const auto& info : weir::kernels::kTensorTypes) {
      const std::string name =
          "matmul/" + std::string(info.name) + "/" + std::string(kernels->name);
      benchmark::RegisterBenchmark(name.c_str(), matmul, kernels, info.type)
          ->ArgNames({"batch", "threads", "packed"})
          ->ArgsProduct({{1, 4, 8, 16, 64, 512}, {1, 2}, {0, 1}})
          ->UseRealTime();
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

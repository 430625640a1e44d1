// What it costs to look for private data: in prose and code where there is none, in text full of
// it, and in texts made to be slow, at sizes that show whether the cost grows as a line does.
//
// usage: privacy_bench [--benchmark_...]
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/rng.h"
#include "policies/privacy/scanner.h"

namespace {

std::string repeated(std::string_view part, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += part;
  text.resize(bytes);
  return text;
}

// Sentences of words of two to nine letters that hardly repeat.
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

constexpr std::string_view kCode =
    "  for (std::size_t i = 0; i < words.size(); ++i) {\n    result.total += cost_of(words[i]);\n  "
    "}\n"
    "{\"name\": \"weather\", \"parameters\": {\"city\": \"Paris\", \"days\": 3}, \"strict\": "
    "true}\n"
    "def load(path: str) -> dict:\n    with open(path) as file:\n        return json.load(file)\n";

constexpr std::string_view kPrivate =
    "Mail jane.roe@example.org or call +44 20 7946 0958; card 4111 1111 1111 1111, IBAN "
    "GB82 WEST 1234 5698 7654 32, host 203.0.113.7, born 12/03/1985, SSN 123-45-6780.\n";

void scan(benchmark::State& state, const std::string& text,
          weir::Guesses guesses = weir::Guesses::kNone) {
  const weir::PrivacyScanner scanner;
  std::vector<weir::Finding> findings;
  for (auto _ : state) {
    scanner.scan(text, &findings, guesses);
    benchmark::DoNotOptimize(findings.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void scan_prose(benchmark::State& state) {
  scan(state, prose(static_cast<std::size_t>(state.range(0))));
}
BENCHMARK(scan_prose)->Name("prose")->Arg(8'192)->Unit(benchmark::kMicrosecond);

void scan_names(benchmark::State& state) {
  scan(state, prose(static_cast<std::size_t>(state.range(0))), weir::Guesses::kNames);
}
BENCHMARK(scan_names)->Name("prose, names")->Arg(8'192)->Unit(benchmark::kMicrosecond);

void scan_code(benchmark::State& state) {
  scan(state, repeated(kCode, static_cast<std::size_t>(state.range(0))));
}
BENCHMARK(scan_code)->Name("code")->Arg(8'192)->Unit(benchmark::kMicrosecond);

void scan_private(benchmark::State& state) {
  scan(state, repeated(kPrivate, static_cast<std::size_t>(state.range(0))));
}
BENCHMARK(scan_private)->Name("private data")->Arg(8'192)->Unit(benchmark::kMicrosecond);

struct Hostile {
  const char* name;
  std::string_view part;
};

constexpr Hostile kHostile[] = {
    {"@", "@"},
    {"digits", "4111111111111111"},
    {"digits and blanks", "1 "},
    {"a.a.a.", "a.a."},
    {"BEGIN", "-----BEGIN PRIVATE KEY-----"},
    {"quotes", "\"'{"},
    {"password=", "password=\""},
    {"://", "http://"},
    {"eyJ.", "eyJhbGciOiJIUzI1NiJ9."},
    {"a@a.", "a@a."},
    {"::", "1::"},
    {"curl -u", "curl -u a:"},
};

}  // namespace

int main(int argc, char** argv) {
  for (const Hostile& hostile : kHostile) {
    for (const std::int64_t bytes : {8'000, 80'000, 800'000}) {
      const std::string name = "hostile " + std::string(hostile.name) + "/" + std::to_string(bytes);
      benchmark::RegisterBenchmark(name.c_str(), [&hostile, bytes](benchmark::State& state) {
        scan(state, repeated(hostile.part, static_cast<std::size_t>(bytes)));
      })->Unit(benchmark::kMicrosecond);
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

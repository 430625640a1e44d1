// How fast texts become tokens.
//
// usage: tokenizer_bench VOCABULARY.gguf TEXT   (prints the MB/s of the best of seven)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "bench/open_tokenizer.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: tokenizer_bench VOCABULARY.gguf TEXT\n");
    return 2;
  }
  const auto tokenizer = weir::bench::open_tokenizer(argv[1]);
  if (tokenizer == nullptr) return 1;
  std::ifstream in(argv[2], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  double best = 1e9;
  std::size_t tokens = 0;
  for (int i = 0; i < 7; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    tokens = tokenizer->encode(text).size();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    best = std::min(best, spent.count());
  }
  std::printf("%.1f MB/s, %zu tokens of %zu bytes\n", static_cast<double>(text.size()) / 1e6 / best,
              tokens, text.size());
  return 0;
}

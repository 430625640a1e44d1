// `weir bench`: how fast this machine reads prompts and answers with a model, beside what it
// could do at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace weir::cli {

struct BenchOptions {
  std::string model;          // a GGUF file; or, made of random weights,
  std::string shape;          // of local_backend/synthetic_model.h
  std::string type = "Q4_0";  // of gguf/quant_recipe.h
  std::string keep;           // where the made one stays, and is found the next time
  std::string draft;          // a GGUF file: what its guesses have to be worth, instead of runs
  std::vector<std::size_t> prompt = {128, 512, 2048};       // tokens of a prompt; 0: no such run
  std::size_t answer = 64;                                  // tokens of an answer; 0: no such runs
  std::vector<std::size_t> depth = {0};                     // tokens before either
  std::vector<std::size_t> streams = {1, 2, 4, 8, 16, 32};  // answers at once
  std::size_t batch = 512;  // tokens of a prompt in one forward call
  std::size_t threads = 0;  // 0: one per processor
  std::size_t rounds = 3;   // of all runs, one after the other
  std::string kv = "f16";   // keys and values
  std::string kernels;      // a variant's name; empty: the fastest
  bool only_make = false;   // the file, and measure nothing
  bool json = false;
};

// As llama-bench counts: a prompt's tokens by the time of reading them, with the logits of the
// last one; an answer's, random ones so that experts differ, by the time of as many forward
// calls with logits.
int bench(const BenchOptions& options);

// "qwen3-0.6b, ...": what `shape` may be.
std::string synthetic_shape_names();

}  // namespace weir::cli

// What a hostile file may say in the place of a number, and what becomes of such a file.
#pragma once

#include <limits>

#include "local_backend/model/model_run.h"
#include "local_backend/model_card.h"
#include "tests/local_backend/small_models.h"

namespace weir::test {

// A value of every type; of the number types those at their ends and those that overflow
// when they are multiplied; arrays of every element type, empty, short, long and of the
// length that is asked for, which is `layers`, and one that says it is longer than the file.
inline std::vector<StoredValue> hostile_values(std::size_t layers) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::vector<StoredValue> all;
  for (const std::uint32_t value : {0u, 1u, 2u, 3u, 7u, 17u, 24u, 4096u, 4097u, 1u << 17, 1u << 24,
                                    1u << 31, std::numeric_limits<std::uint32_t>::max()}) {
    all.push_back(stored(4, value));
  }
  for (const int shift : {32, 61, 63}) all.push_back(stored(10, std::uint64_t{1} << shift));
  all.push_back(stored(10, std::numeric_limits<std::uint64_t>::max()));
  all.push_back(stored<std::int32_t>(5, -1));
  all.push_back(stored(11, std::numeric_limits<std::int64_t>::min()));
  all.push_back(stored<std::uint8_t>(0, 255));
  all.push_back(stored<std::int8_t>(1, -128));
  all.push_back(stored<std::uint8_t>(7, 1));
  for (const float value : {0.0f, -1.0f, 0.5f, 1e-38f, 3e38f, -3e38f, kInfinity,
                            std::numeric_limits<float>::quiet_NaN()}) {
    all.push_back(stored(6, value));
  }
  all.push_back(stored(12, std::numeric_limits<double>::max()));
  for (const char* text : {"", "yarn", "longrope", "none"}) all.push_back(stored_text(text));
  all.push_back(stored_text(std::string(70'000, 'x')));
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, layers, layers + 1}) {
    for (const std::int32_t value : {1, -1, std::numeric_limits<std::int32_t>::max()}) {
      all.push_back(stored_array(5, std::vector<std::int32_t>(count, value)));
    }
    all.push_back(stored_array(6, std::vector<float>(count, -kInfinity)));
    all.push_back(stored_array(7, std::vector<std::uint8_t>(count, 1)));
    all.push_back(stored_array(11, std::vector<std::int64_t>(count, 1LL << 62)));
    all.push_back(stored_array(8, std::vector<std::uint64_t>(count, 0)));  // empty strings
  }
  StoredValue endless = stored_array(4, std::vector<std::uint32_t>{1});
  endless.bytes.replace(4, 8, std::string(8, '\xff'));
  all.push_back(endless);
  return all;
}

// What loads must also run, answer and describe itself. Empty if it did, else why not.
inline std::string outcome_of(const std::string& bytes, const GgufWitness& witness = {}) {
  const auto file = GgufFile::parse(bytes, Strangers::kRefuse, witness);
  if (!file) return file.error().message;
  const auto model = Model::load(*file);
  if (!model) return model.error().message;
  sequence_bytes(describe_model(*file), (*model)->spec().context_tokens);
  ModelRun run(*model, kernels::best_kernels(), 1);
  const auto last = static_cast<TokenId>((*model)->spec().vocabulary - 1);
  run.greedy({0, last, 0}, 2);
  return "";
}

}  // namespace weir::test

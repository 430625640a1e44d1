// What attention costs and what it loses, by the type of keys and values: the error of what
// 1,024 positions give one query, against exact numbers, and the pace of one thread.
//
//   attention_bench                       one "name value unit" a line
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "core/rng.h"
#include "local_backend/kernels/kernels.h"
#include "local_backend/kernels/rounded_attention.h"

namespace {

using weir::kernels::AttentionRow;
using weir::kernels::kTilePositions;
using weir::kernels::KvType;
using weir::kernels::RoundedAttention;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kWidth = 128;
constexpr std::size_t kPositions = 1024;
constexpr std::size_t kPages = kPositions / kTilePositions;
constexpr std::size_t kQueries = 48;
constexpr float kLogitDeviation = 2;
constexpr int kRounds = 9;

const weir::kernels::AttentionKernels& steps() { return *weir::kernels::best_kernels().attention; }

std::vector<float> normal(std::size_t n, weir::Rng* rng) {
  std::vector<float> values(n);
  for (float& value : values) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += rng->uniform();
    value = static_cast<float>(sum);
  }
  return values;
}

// Keys of `outliers` channels have a constant of 20 on top, as the biases of some models do.
struct Context {
  explicit Context(std::size_t outliers) {
    weir::Rng rng(1);
    keys = normal(kPositions * kWidth, &rng);
    values = normal(kPositions * kWidth, &rng);
    queries = normal(kQueries * kWidth, &rng);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (i % kWidth < outliers) keys[i] += 20;
    }
  }
  std::vector<float> keys;
  std::vector<float> values;
  std::vector<float> queries;
};

struct alignas(64) Line {
  std::byte bytes[64];
};

struct Types {
  KvType keys = KvType::kF32;
  KvType values = KvType::kF32;
};

// A head's tiles, rotated where a model's would be, and what queries find in them.
class Head {
 public:
  Head(const Context& context, Types types)
      : types_(types),
        key_bytes_(weir::kernels::key_tile_bytes(types.keys, kWidth)),
        value_bytes_(weir::kernels::value_tile_bytes(types.values, kWidth)),
        keys_(kPages * key_bytes_),
        values_(kPages * value_bytes_),
        queries_(context.queries) {
    rotate(types.keys, &queries_);
    std::vector<float> keys = context.keys, values = context.values;
    rotate(types.keys, &keys);
    rotate(types.values, &values);
    for (std::size_t p = 0; p < kPositions; ++p) {
      const std::size_t page = p / kTilePositions;
      steps()
          .of(types.keys)
          .store_key(keys.data() + p * kWidth, kWidth, keys_.data() + page * key_bytes_,
                     p % kTilePositions);
      steps()
          .of(types.values)
          .store_value(values.data() + p * kWidth, kWidth, values_.data() + page * value_bytes_,
                       p % kTilePositions);
    }
  }

  // [rows][width]
  std::vector<float> attend(std::size_t rows) const {
    std::vector<float> scores(RoundedAttention::roomy(rows) * kTilePositions), out(rows * kWidth);
    std::vector<Line> memory(RoundedAttention::bytes(rows, kWidth, kWidth) / sizeof(Line));
    RoundedAttention rounded(weir::kernels::best_kernels(), rows, kWidth, kWidth,
                             reinterpret_cast<std::byte*>(memory.data()));
    rounded.ask(queries_.data());
    std::vector<AttentionRow> found;
    found.reserve(rows);
    for (std::size_t r = 0; r < rows; ++r) {
      found.push_back({-std::numeric_limits<float>::infinity(), 0, out.data() + r * kWidth});
    }
    const float scale = kLogitDeviation / std::sqrt(static_cast<float>(kWidth));
    for (std::size_t page = 0; page < kPages; ++page) {
      const std::byte* keys = keys_.data() + page * key_bytes_;
      const std::byte* values = values_.data() + page * value_bytes_;
      if (types_.keys == KvType::kQ8) {
        rounded.score(keys, kTilePositions, scores.data());
      } else {
        steps()
            .of(types_.keys)
            .score({queries_.data(), kWidth, rows, keys, kWidth, kWidth, kTilePositions,
                    scores.data(), kTilePositions});
      }
      for (std::size_t r = 0; r < rows; ++r) {
        steps().soften({scores.data() + r * kTilePositions, 0, kTilePositions, scale, 0, kWidth},
                       &found[r]);
      }
      if (types_.values == KvType::kQ8) {
        rounded.weigh(scores.data(), values, kTilePositions, out.data());
      } else {
        steps()
            .of(types_.values)
            .weigh({scores.data(), kTilePositions, rows, values, kWidth, kTilePositions, kWidth,
                    out.data(), kWidth});
      }
    }
    for (std::size_t i = 0; i < out.size(); ++i) out[i] /= found[i / kWidth].sum;
    rotate(types_.values, &out);
    return out;
  }

  double bytes() const { return static_cast<double>(keys_.size() + values_.size()); }

 private:
  static void rotate(KvType type, std::vector<float>* rows) {
    if (!weir::kernels::info_of(type).scaled) return;
    steps().rotate(rows->data(), rows->size(), kWidth);
  }

  const Types types_;
  const std::size_t key_bytes_;
  const std::size_t value_bytes_;
  std::vector<std::byte> keys_;
  std::vector<std::byte> values_;
  std::vector<float> queries_;
};

double error_of(const Context& context, Types types) {
  const std::vector<float> exact = Head(context, {}).attend(kQueries);
  const std::vector<float> found = Head(context, types).attend(kQueries);
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    difference += std::pow(double{found[i]} - double{exact[i]}, 2);
    size += std::pow(double{exact[i]}, 2);
  }
  return std::sqrt(difference / size);
}

// The fastest of some rounds.
double seconds_of(const Head& head, std::size_t rows) {
  double best = std::numeric_limits<double>::infinity();
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = Clock::now();
    head.attend(rows);
    best = std::min(best, std::chrono::duration<double>(Clock::now() - begin).count());
  }
  return best;
}

void report(const weir::kernels::KvTypeInfo& info) {
  const std::string name(info.name);
  std::printf("%s/key_error %.2g\n", name.c_str(), error_of(Context(0), {info.type, KvType::kF32}));
  std::printf("%s/value_error %.2g\n", name.c_str(),
              error_of(Context(0), {KvType::kF32, info.type}));
  std::printf("%s/key_error_with_outliers %.2g\n", name.c_str(),
              error_of(Context(8), {info.type, KvType::kF32}));
  const Head head(Context(0), {info.type, info.type});
  const double operations = 4.0 * kPositions * kWidth * kQueries;
  std::printf("%s/prompt %.1f GFLOP/s\n", name.c_str(),
              operations / seconds_of(head, kQueries) / 1e9);
  for (const std::size_t rows : {1, 2, 4, 8}) {
    std::printf("%s/answer/%zu_heads %.1f GB/s\n", name.c_str(), rows,
                head.bytes() / seconds_of(head, rows) / 1e9);
  }
}

}  // namespace

int main() {
  for (const auto& info : weir::kernels::kKvTypes) report(info);
  return 0;
}

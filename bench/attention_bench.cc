// What attention costs and what it loses, by the type of keys and values: the error of what
// 1,024 positions give one query, against exact numbers, and the pace of one thread. The same
// error for other ways to write four bits, which no type has: "tried/...".
//
//   attention_bench                       one "name value unit" a line
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "core/rng.h"
#include "local_backend/kernels/half.h"
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
constexpr std::size_t kOutliers = 8;  // channels
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

// Channels with a constant of 20 on top, as the biases of some models have.
struct Outliers {
  std::size_t keys = 0;
  std::size_t values = 0;
};

struct Context {
  explicit Context(Outliers outliers) {
    weir::Rng rng(1);
    keys = normal(kPositions * kWidth, &rng);
    values = normal(kPositions * kWidth, &rng);
    queries = normal(kQueries * kWidth, &rng);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (i % kWidth < outliers.keys) keys[i] += 20;
      if (i % kWidth < outliers.values) values[i] += 20;
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

// Of what queries find in `rounded`, which are kept as `types`.
double error_of(const Context& context, const Context& rounded, Types types) {
  const std::vector<float> exact = Head(context, {}).attend(kQueries);
  const std::vector<float> found = Head(rounded, types).attend(kQueries);
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    difference += std::pow(double{found[i]} - double{exact[i]}, 2);
    size += std::pow(double{exact[i]}, 2);
  }
  return std::sqrt(difference / size);
}

double error_of(const Context& context, Types types) { return error_of(context, context, types); }

float as_half(float x) { return weir::kernels::half_to_float(weir::kernels::float_to_half(x)); }

// As q4_0, in a block of any size.
void round_evenly(float* block, std::size_t n) {
  float farthest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    farthest = std::fabs(block[i]) > std::fabs(farthest) ? block[i] : farthest;
  }
  const float scale = farthest / -8;
  for (std::size_t i = 0; i < n; ++i) {
    block[i] = as_half(scale) * std::min(std::nearbyint(block[i] / scale), 7.0f);
  }
}

// To the sixteen levels that lose least of a normal distribution (Lloyd 1957, Max 1960), times
// the block's root mean square, corrected so that its norm stays what it was.
void round_to_lloyd_max(float* block, std::size_t n) {
  constexpr float kLevels[] = {0.128395f, 0.388048f, 0.656759f, 0.942340f,
                               1.256231f, 1.618046f, 2.069017f, 2.732590f};
  double before = 0, after = 0;
  for (std::size_t i = 0; i < n; ++i) before += double{block[i]} * double{block[i]};
  const auto rms = static_cast<float>(std::sqrt(before / static_cast<double>(n)));
  for (std::size_t i = 0; i < n; ++i) {
    const float size = std::fabs(block[i]) / rms;
    const float level = *std::min_element(
        std::begin(kLevels), std::end(kLevels),
        [&](float a, float b) { return std::fabs(a - size) < std::fabs(b - size); });
    block[i] = std::copysign(level, block[i]);
    after += double{level} * double{level};
  }
  const float scale = as_half(static_cast<float>(std::sqrt(before / after)));
  for (std::size_t i = 0; i < n; ++i) block[i] *= scale;
}

// A way to write vectors in few bits.
struct Coding {
  const char* name;
  std::size_t block;  // values that share a half
  bool rotated;
  void (*round)(float* block, std::size_t n);

  std::vector<float> rounded(std::vector<float> rows) const {
    if (rotated) steps().rotate(rows.data(), rows.size(), kWidth);
    for (std::size_t i = 0; i < rows.size(); i += block) round(rows.data() + i, block);
    if (rotated) steps().rotate(rows.data(), rows.size(), kWidth);
    return rows;
  }
};

constexpr Coding kTried[] = {
    {"q4_0_not_rotated", 32, false, round_evenly},
    {"q4_0_blocks_of_128", 128, true, round_evenly},
    {"lloyd_max_blocks_of_32", 32, true, round_to_lloyd_max},
    {"lloyd_max_blocks_of_128", 128, true, round_to_lloyd_max},
};

void report_tried(const Coding& coding) {
  std::printf("tried/%s/bits %.4g\n", coding.name, 4 + 16.0 / static_cast<double>(coding.block));
  for (const std::size_t outliers : {std::size_t{0}, kOutliers}) {
    const char* with = outliers == 0 ? "" : "_with_outliers";
    const Context keys({outliers, 0}), values({0, outliers});
    Context rounded = keys;
    rounded.keys = coding.rounded(keys.keys);
    std::printf("tried/%s/key_error%s %.2g\n", coding.name, with, error_of(keys, rounded, {}));
    rounded = values;
    rounded.values = coding.rounded(values.values);
    std::printf("tried/%s/value_error%s %.2g\n", coding.name, with, error_of(values, rounded, {}));
  }
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
  for (const std::size_t outliers : {std::size_t{0}, kOutliers}) {
    const char* with = outliers == 0 ? "" : "_with_outliers";
    std::printf("%s/key_error%s %.2g\n", name.c_str(), with,
                error_of(Context({outliers, 0}), {info.type, KvType::kF32}));
    std::printf("%s/value_error%s %.2g\n", name.c_str(), with,
                error_of(Context({0, outliers}), {KvType::kF32, info.type}));
  }
  const Head head(Context({}), {info.type, info.type});
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
  for (const Coding& coding : kTried) report_tried(coding);
  return 0;
}

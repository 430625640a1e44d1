#include "local_backend/model/pooling.h"

#include <algorithm>
#include <cassert>

namespace weir {
namespace {

std::vector<float> mean(std::span<const float> hidden, std::size_t width) {
  std::vector<double> sums(width);
  for (std::size_t i = 0; i < hidden.size(); ++i) sums[i % width] += double{hidden[i]};
  const std::size_t tokens = hidden.size() / width;
  std::vector<float> means(width);
  std::transform(sums.begin(), sums.end(), means.begin(), [tokens](double sum) {
    return static_cast<float>(sum / static_cast<double>(tokens));
  });
  return means;
}

}  // namespace

std::vector<float> pooled(Pooling pooling, std::span<const float> hidden, std::size_t width) {
  assert(hidden.size() >= width);
  if (pooling == Pooling::kMean) return mean(hidden, width);
  const auto row = pooling == Pooling::kFirst ? hidden.first(width) : hidden.last(width);
  return {row.begin(), row.end()};
}

}  // namespace weir

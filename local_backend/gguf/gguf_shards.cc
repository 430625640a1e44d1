#include "local_backend/gguf/gguf_shards.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace weir {
namespace {

Error wrong(const std::string& path, std::string what) {
  return {ErrorCode::kInvalidModel, path + ": " + std::move(what), "gguf_invalid"};
}

std::string shard_suffix(std::size_t number, std::size_t count) {
  char text[48];
  std::snprintf(text, sizeof text, "-%05zu-of-%05zu.gguf", number, count);
  return text;
}

// What a file says of its place among others.
struct ShardPlace {
  std::uint64_t index = 0;
  std::uint64_t count = 1;
};

Result<ShardPlace> place_of(const GgufFile& file) {
  const auto count = file.find_uint("split.count", {0, kMostShards});
  if (!count) return count.error();
  const auto index = file.find_uint("split.no", {0, kMostShards});
  if (!index) return index.error();
  return ShardPlace{index->value_or(0), std::max<std::uint64_t>(count->value_or(1), 1)};
}

std::optional<Error> check_place(const GgufFile& shard, const std::string& path,
                                 ShardPlace expected) {
  const auto place = place_of(shard);
  if (!place) return wrong(path, place.error().message);
  if (place->index == expected.index && place->count == expected.count) return std::nullopt;
  return wrong(path, "is not part " + std::to_string(expected.index + 1) + " of " +
                         std::to_string(expected.count));
}

}  // namespace

std::optional<std::string> shard_path(const std::string& path, std::size_t index,
                                      std::size_t count) {
  for (std::size_t number = 1; number <= count; ++number) {
    const std::string suffix = shard_suffix(number, count);
    if (!path.ends_with(suffix)) continue;
    return path.substr(0, path.size() - suffix.size()) + shard_suffix(index + 1, count);
  }
  return std::nullopt;
}

std::size_t shard_count_in(const std::string& path) {
  constexpr std::string_view kEnd = "00000.gguf";
  if (path.size() < kEnd.size() || !path.ends_with(".gguf")) return 1;
  std::size_t count = 0;
  for (const char c : path.substr(path.size() - kEnd.size(), 5)) {
    if (c < '0' || c > '9') return 1;
    count = 10 * count + static_cast<std::size_t>(c - '0');
  }
  return count <= kMostShards && shard_path(path, 0, count) ? count : 1;
}

std::optional<Error> refuse_shard(const GgufFile& file) {
  const auto place = place_of(file);
  if (!place) return place.error();
  if (place->count == 1) return std::nullopt;
  return Error{ErrorCode::kInvalidModel,
               "GGUF file: is one of " + std::to_string(place->count) +
                   " parts of a model, and the others are not at hand",
               "gguf_invalid"};
}

std::optional<Error> add_shards(GgufFile* first, const std::string& path) {
  const auto place = place_of(*first);
  if (!place) return wrong(path, place.error().message);
  if (place->count == 1) return std::nullopt;
  const auto first_path = shard_path(path, 0, place->count);
  if (!first_path) {
    return wrong(path, "is one of " + std::to_string(place->count) +
                           " parts and is not named like one (" + shard_suffix(1, place->count) +
                           ")");
  }
  if (place->index != 0) {
    return wrong(path, "is part " + std::to_string(place->index + 1) + " of " +
                           std::to_string(place->count) + ": name the first, " + *first_path);
  }
  for (std::size_t index = 1; index < place->count; ++index) {
    const std::string sibling = *shard_path(path, index, place->count);
    auto shard = GgufFile::open_one(sibling, first->policy_);
    if (!shard) return shard.error();
    if (auto error = check_place(**shard, sibling, {index, place->count})) return error;
    if (auto error = first->take_shard(std::move(*shard))) return wrong(sibling, error->message);
  }
  const auto total = first->find_uint("split.tensors.count", {0, GgufFile::kMaxTensors});
  if (!total) return wrong(path, total.error().message);
  const std::size_t held = first->tensors().size() + first->strangers().size();
  if (total->value_or(held) != held) {
    return wrong(path, "speaks of " + std::to_string(**total) + " tensors, its parts hold " +
                           std::to_string(held));
  }
  return std::nullopt;
}

}  // namespace weir

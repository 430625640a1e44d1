// Models that come in several files: MODEL-00001-of-00003.gguf and its siblings.
//
// The first file has the metadata (`split.count`, `split.no` from 0, `split.tensors.count`);
// the others bring tensors. All of them are hostile input like any model file.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"

namespace weir {

inline constexpr std::size_t kMostShards = 1000;

// Opens the siblings of `first`, which lies at `path`, and gives it their tensors. Nothing to
// do if it is whole. kInvalidModel or kNotFound, with the path of the file that is wrong.
std::optional<Error> add_shards(GgufFile* first, const std::string& path);

// For a file that has no path: an error if it is a part of a model.
std::optional<Error> refuse_shard(const GgufFile& file);

// The path of the shard number `index` (from 0) beside that of another one; nullopt if `path` is
// not named like a shard of `count`.
std::optional<std::string> shard_path(const std::string& path, std::size_t index,
                                      std::size_t count);

// 3 of "model-00002-of-00003.gguf"; 1 of a name without such an end.
std::size_t shard_count_in(const std::string& path);

}  // namespace weir

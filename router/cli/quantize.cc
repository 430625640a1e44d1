#include "router/cli/quantize.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <new>
#include <optional>
#include <system_error>

#include "local_backend/gguf/gguf_file.h"
#include "local_backend/gguf/gguf_shards.h"
#include "local_backend/gguf/model_packer.h"
#include "local_backend/gguf/quant_recipe.h"
#include "local_backend/mini/embedded_model.h"
#include "router/cli/ctrl_c.h"
#include "router/cli/figures.h"
#include "router/cli/output.h"
#include "router/progress_bar.h"

namespace weir::cli {
namespace {

using File = std::shared_ptr<const GgufFile>;

// Why nothing may be written there; empty if it may.
std::string obstacle(const QuantizeOptions& options) {
  std::error_code unknown;
  const std::size_t parts = shard_count_in(options.in);
  for (std::size_t i = 0; i < parts; ++i) {
    const auto part = parts == 1 ? options.in : *shard_path(options.in, i, parts);
    if (std::filesystem::equivalent(part, options.out, unknown)) {
      return options.out + ": is what would be read; nothing was changed";
    }
  }
  const auto status = std::filesystem::status(options.out, unknown);
  if (!std::filesystem::exists(status)) return "";
  if (!std::filesystem::is_regular_file(status)) return options.out + ": is no regular file";
  return options.force ? "" : options.out + ": is there already; --force replaces it";
}

std::string size_text(const GgufFile& before, const PackedModel& packed) {
  std::uint64_t old_bytes = 0;
  for (const auto& piece : before.pieces()) old_bytes += piece.size();
  return megabytes(packed.file_bytes) + ", was " + megabytes(old_bytes);
}

std::string counts_text(const PackedModel& packed) {
  std::string text;
  for (const kernels::TensorTypeInfo& info : kernels::kTensorTypes) {
    std::size_t tensors = 0;
    for (const TensorChoice& choice : packed.choices) tensors += choice.type == info.type ? 1 : 0;
    if (tensors == 0) continue;
    text += "  " + std::string(info.name) + ": " + std::to_string(tensors) +
            (tensors == 1 ? " tensor\n" : " tensors\n");
  }
  return text;
}

std::string fallen_back_text(const GgufFile& before, const PackedModel& packed) {
  std::string text;
  for (std::size_t i = 0; i < packed.choices.size(); ++i) {
    if (!packed.choices[i].fell_back) continue;
    const GgufTensor& tensor = before.tensors()[i];
    text += "  " + std::string(tensor.name) + ": its rows of " + std::to_string(tensor.dims[0]) +
            " weights are no whole blocks; " +
            std::string(kernels::info_of(packed.choices[i].type).name) + " instead\n";
  }
  return text;
}

Result<PackedModel> pack(const File& file, const QuantRecipe& recipe,
                         const QuantizeOptions& options) {
  PackModel job;
  job.source = file;
  job.recipe = &recipe;
  job.path = options.out;
  job.threads = options.threads;
  const auto show = progress_bar(std::filesystem::path(options.out).filename().string());
  const double bytes_per_weight = static_cast<double>(row_bytes(recipe.usual, 256)) / 256;
  job.watch = [&](std::uint64_t done, std::uint64_t total) {
    const auto bytes = [=](std::uint64_t weights) {
      return static_cast<std::uint64_t>(static_cast<double>(weights) * bytes_per_weight);
    };
    show({bytes(done), bytes(total)});
    return !interrupted();
  };
  Result<PackedModel> packed = pack_model(job);
  if (!packed) show({0, 0});
  return packed;
}

int quantize_file(const QuantizeOptions& options, const QuantRecipe& recipe) {
  const auto file = open_model_file(options.in);
  if (!file) return fail(file.error().message);
  if (const std::string why = obstacle(options); !why.empty()) return fail(why);
  stop_on_ctrl_c();
  const auto packed = pack(*file, recipe, options);
  if (!packed) {
    const bool stopped = packed.error().code == ErrorCode::kCancelled;
    return fail(packed.error().message, stopped ? kInterrupted : kFailed);
  }
  return print(for_terminal(options.out + ": " + size_text(**file, *packed) + "\n" +
                            counts_text(*packed) + fallen_back_text(**file, *packed)));
}

}  // namespace

std::string quantize_types() {
  std::string names;
  for (const QuantRecipe& recipe : quant_recipes()) {
    names += (names.empty() ? "" : ", ") + std::string(recipe.name);
  }
  return names;
}

int quantize(const QuantizeOptions& options) {
  const QuantRecipe* recipe = find_quant_recipe(options.type);
  if (recipe == nullptr) {
    return fail("\"" + options.type + "\" is none of " + quantize_types(), kWrongArguments);
  }
  try {
    return quantize_file(options, *recipe);
  } catch (const std::bad_alloc&) {
    return fail(options.in + ": needs more memory than there is");
  }
}

}  // namespace weir::cli

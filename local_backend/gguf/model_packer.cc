#include "local_backend/gguf/model_packer.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "local_backend/gguf/gguf_writer.h"
#include "local_backend/gguf/printable.h"
#include "local_backend/gguf/value_text.h"
#include "local_backend/kernels/weight_packer.h"
#include "local_backend/kernels/worker_pool.h"

namespace weir {
namespace {

// Whole blocks of every format.
constexpr std::size_t kPieceWeights = 1 << 14;
constexpr std::size_t kBatchWeights = 1 << 20;

constexpr std::uint32_t kQuantizationVersion = 2;

// Metadata that the new file has of its own.
bool is_replaced(std::string_view key) {
  return key == "general.alignment" || key == "general.file_type" ||
         key == "general.quantization_version" || key.starts_with("split.");
}

std::vector<const GgufEntry*> entries_as_in_the_file(const GgufFile& file) {
  std::vector<const GgufEntry*> entries;
  entries.reserve(file.entries().size());
  for (const GgufEntry& entry : file.entries()) entries.push_back(&entry);
  std::sort(entries.begin(), entries.end(), [](const GgufEntry* a, const GgufEntry* b) {
    return a->stored.data() < b->stored.data();
  });
  return entries;
}

std::optional<std::uint32_t> alignment_of(const GgufFile& file) {
  if (file.find("general.alignment") == nullptr) return std::nullopt;
  return static_cast<std::uint32_t>(file.alignment());
}

class Packer {
 public:
  explicit Packer(const PackModel& job)
      : job_(job),
        file_(*job.source),
        choices_(choose_types(file_.tensors(), *job.recipe)),
        pool_(job.threads),
        writer_(alignment_of(file_)) {}

  Result<PackedModel> run() {
    if (const auto sound = check_scales(); !sound) return sound.error();
    describe();
    if (const auto room = check_room(); !room) return room.error();
    if (const auto begun = writer_.begin(job_.path); !begun) return begun.error();
    for (std::size_t i = 0; i < choices_.size(); ++i) {
      if (const auto done = write(file_.tensors()[i], choices_[i].type); !done) return done.error();
    }
    if (const auto done = writer_.finish(); !done) return done.error();
    return PackedModel{writer_.file_bytes(), std::move(choices_)};
  }

 private:
  void describe() {
    for (const GgufEntry* entry : entries_as_in_the_file(file_)) {
      if (!is_replaced(entry->key)) writer_.stored(entry->key, entry->stored);
    }
    writer_.u32("general.file_type", job_.recipe->file_type);
    writer_.u32("general.quantization_version", kQuantizationVersion);
    for (std::size_t i = 0; i < choices_.size(); ++i) {
      const GgufTensor& tensor = file_.tensors()[i];
      writer_.tensor(tensor.name, choices_[i].type, std::span(tensor.dims, tensor.dim_count));
    }
  }

  // Such weights mean nothing without their scale, which the new format does not go with.
  Result<void> check_scales() const {
    for (const GgufTensor& tensor : file_.tensors()) {
      const GgufTensor* scaled = file_.tensor(scaled_by(tensor.name));
      if (scaled == nullptr || scaled->type != kernels::TensorType::kNVFP4) continue;
      return Error{
          ErrorCode::kInvalidModel,
          "tensor " + printable(tensor.name) + ": scales a matrix in NVFP4, which is not supported",
          "model_tensor"};
    }
    return {};
  }

  Result<void> check_room() const {
    std::error_code unknown;
    const auto folder = std::filesystem::absolute(job_.path, unknown).parent_path();
    const auto space = std::filesystem::space(folder, unknown);
    if (unknown || space.available >= writer_.file_bytes()) return {};
    return Error{ErrorCode::kStorage,
                 job_.path + ": takes " + std::to_string(writer_.file_bytes()) +
                     " bytes, and the disk has " + std::to_string(space.available) + " left"};
  }

  Result<void> write(const GgufTensor& tensor, kernels::TensorType type) {
    const std::size_t batches = (tensor.elements + kBatchWeights - 1) / kBatchWeights;
    for (std::size_t i = 0; i < batches; ++i) {
      const std::size_t first = i * kBatchWeights;
      const std::size_t count = std::min(kBatchWeights, tensor.elements - first);
      const auto bytes =
          tensor.type == type ? slice(tensor, first, count) : packed(tensor, type, first, count);
      if (!bytes) return bytes.error();
      if (const auto written = writer_.write(*bytes); !written) return written;
      done_ += count;
      if (!job_.watch(done_, file_.parameters())) {
        return Error{ErrorCode::kCancelled, job_.path + ": stopped"};
      }
    }
    return {};
  }

  static Result<std::span<const std::byte>> slice(const GgufTensor& tensor, std::size_t first,
                                                  std::size_t count) {
    return tensor.bytes.subspan(kernels::row_bytes(tensor.type, first),
                                kernels::row_bytes(tensor.type, count));
  }

  // Weights that follow each other, in rows or not: no block reaches from one row into another.
  Result<std::span<const std::byte>> packed(const GgufTensor& tensor, kernels::TensorType type,
                                            std::size_t first, std::size_t count) {
    const std::span<const std::byte> source = *slice(tensor, first, count);
    const std::size_t pieces = (count + kPieceWeights - 1) / kPieceWeights;
    out_.resize(kernels::row_bytes(type, count));
    refused_.assign(pieces, {});
    pool_.run({pieces, kPieceWeights}, [&](std::size_t piece, float* x) {
      const std::size_t begin = piece * kPieceWeights;
      const std::size_t n = std::min(kPieceWeights, count - begin);
      const kernels::Kernels& kernels = kernels::best_kernels();
      kernels.row(tensor.type).unpack(source.data() + kernels::row_bytes(tensor.type, begin), x, n);
      std::byte* out = out_.data() + kernels::row_bytes(type, begin);
      const std::size_t good = kernels::pack_weights(kernels, type, x, n, out);
      if (good < n) refused_[piece] = Refused{first + begin + good, x[good]};
    });
    for (const auto& refused : refused_) {
      if (refused) return refusal(tensor, type, *refused);
    }
    return std::span<const std::byte>(out_);
  }

  struct Refused {
    std::size_t index;
    float value;
  };

  static Error refusal(const GgufTensor& tensor, kernels::TensorType type, Refused refused) {
    return {ErrorCode::kInvalidModel,
            "tensor " + printable(tensor.name) + ": weight " + std::to_string(refused.index) +
                " is " + number_text(refused.value) + ", which " +
                std::string(kernels::info_of(type).name) + " cannot hold",
            "model_tensor"};
  }

  const PackModel& job_;
  const GgufFile& file_;
  std::vector<TensorChoice> choices_;
  kernels::WorkerPool pool_;
  GgufWriter writer_;
  std::uint64_t done_ = 0;
  std::vector<std::byte> out_;
  std::vector<std::optional<Refused>> refused_;  // of each piece, the first
};

}  // namespace

Result<PackedModel> pack_model(const PackModel& job) { return Packer(job).run(); }

}  // namespace weir

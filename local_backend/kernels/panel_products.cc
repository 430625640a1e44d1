#include "local_backend/kernels/panel_products.h"

#include <algorithm>
#include <cassert>

#include "local_backend/kernels/panel_packer.h"

namespace weir::kernels {
namespace {

// What is worth handing over: some times what that costs.
constexpr std::size_t kWorthSharing = std::size_t{1} << 17;   // products, about 2 us
constexpr std::size_t kWorthRounding = std::size_t{1} << 14;  // activations, about 4 us
// Tasks a thread. Many, so that all end together; few where a round is short and weights come
// from memory, because each begins a new stream of it (a tenth more bandwidth).
constexpr std::size_t kManyTasks = 16;
constexpr std::size_t kFewTasks = 4;
constexpr std::size_t kFewTokens = 8;
constexpr std::size_t kPartTiles = 4;  // fewer do not pay for reading the weights once more
// Of weights: a share of the L2 cache where several tiles meet them, else some of a stream.
constexpr std::size_t kTaskBytes = std::size_t{1} << 18;
constexpr std::size_t kLongTaskBytes = std::size_t{1} << 20;

}  // namespace

void PanelProducts::add(const MatrixProduct& product) {
  assert(product.matrix->packed() && product.batch != 0);
  entries_.push_back({product.matrix, product.y, input_of(product), 0, 0});
  products_ += product.matrix->rows() * product.matrix->columns() * product.batch;
}

std::size_t PanelProducts::input_of(const MatrixProduct& product) {
  const TensorType type = product.matrix->type_;
  const std::size_t columns = product.matrix->columns();
  const bool quants = is_quantised(type);
  for (std::size_t i = inputs_.size(); i-- > 0;) {
    const Input& known = inputs_[i];
    const bool same = known.x == product.x && known.batch == product.batch;
    if (same && known.columns == columns && known.quants == quants) return i;
  }
  inputs_.push_back({product.x, product.batch, columns, quants, tiles_.size(), 0});
  for (std::size_t done = 0; done < product.batch;) {
    const TileCut cut = next_tile(product.batch - done);
    tiles_.push_back({kernels_.panel(type).fill[tile_kind(cut.width)], product.x + done * columns,
                      columns, done, cut.tokens, cut.width, bytes_});
    bytes_ += (cut.width * tile_token_bytes(type, columns) + 63) / 64 * 64;
    done += cut.tokens;
  }
  values_ += product.batch * columns;
  inputs_.back().tiles = tiles_.size() - inputs_.back().first_tile;
  return inputs_.size() - 1;
}

void PanelProducts::plan_tasks() {
  std::size_t panels = 0;
  std::size_t most_tokens = 0;
  parts_ = pool_.threads();
  for (const Entry& entry : entries_) {
    panels += entry.matrix->panels_->count();
    most_tokens = std::max(most_tokens, inputs_[entry.input].batch);
    parts_ = std::min(parts_, inputs_[entry.input].tiles / kPartTiles);
  }
  parts_ = std::max<std::size_t>(parts_, 1);
  const bool few = most_tokens <= kFewTokens;
  const std::size_t tasks = pool_.threads() * (few ? kFewTasks : kManyTasks) / parts_;
  const std::size_t bytes = few ? kLongTaskBytes : kTaskBytes;
  const std::size_t even = std::max<std::size_t>(panels / tasks, 1);
  for (Entry& entry : entries_) {
    const std::size_t most =
        std::max<std::size_t>(bytes / (entry.matrix->panels_->panel_bytes() + 1), 1);
    entry.panels_a_task = std::min(even, most);
    entry.first_task = tasks_a_part_;
    tasks_a_part_ +=
        (entry.matrix->panels_->count() + entry.panels_a_task - 1) / entry.panels_a_task;
  }
}

void PanelProducts::run() {
  auto* memory = static_cast<std::byte*>(pool_.shared_memory(bytes_));
  round_inputs(memory);
  plan_tasks();
  pool_.run({.tasks = parts_ * tasks_a_part_, .share = products_ > kWorthSharing},
            [&](std::size_t task, float*) { run_task(task, memory); });
}

void PanelProducts::round_inputs(std::byte* memory) {
  pool_.run({.tasks = tiles_.size(), .share = values_ > kWorthRounding},
            [&](std::size_t i, float*) {
              const Tile& tile = tiles_[i];
              tile.fill(tile.x, tile.columns, tile.tokens, tile.columns, memory + tile.at);
            });
}

void PanelProducts::run_task(std::size_t task, const std::byte* memory) const {
  const std::size_t part = task / tasks_a_part_;
  task %= tasks_a_part_;
  const auto next =
      std::upper_bound(entries_.begin(), entries_.end(), task,
                       [](std::size_t t, const Entry& entry) { return t < entry.first_task; });
  const Entry& entry = *std::prev(next);
  const std::size_t first = (task - entry.first_task) * entry.panels_a_task;
  const std::size_t panels = entry.matrix->panels_->count();
  const std::size_t tiles = inputs_[entry.input].tiles;
  multiply_panels(entry, {tiles * part / parts_, tiles * (part + 1) / parts_},
                  {first, std::min(first + entry.panels_a_task, panels)}, memory);
}

// Writes rows and tokens that exist; what a panel or a tile has beyond goes to `spare`.
void PanelProducts::multiply_panels(const Entry& entry, Range tiles, Range panels,
                                    const std::byte* memory) const {
  const WeightMatrix& matrix = *entry.matrix;
  const Input& input = inputs_[entry.input];
  const PanelKernels& functions = kernels_.panel(matrix.type_);
  for (std::size_t i = tiles.begin; i < tiles.end; ++i) {
    const Tile& tile = tiles_[input.first_tile + i];
    float* y = entry.y + tile.token * matrix.rows();
    const auto multiply_panel = functions.multiply[tile_kind(tile.width)];
    for (std::size_t p = panels.begin; p < panels.end; ++p) {
      const std::byte* panel = matrix.panels_->panel(p);
      const std::size_t row = p * kPanelRows;
      const std::size_t rows = std::min(kPanelRows, matrix.rows() - row);
      if (rows == kPanelRows && tile.tokens == tile.width) {
        multiply_panel(panel, memory + tile.at, tile.columns, y + row, matrix.rows());
        continue;
      }
      alignas(64) float spare[kWidestTile * kPanelRows];
      multiply_panel(panel, memory + tile.at, tile.columns, spare, kPanelRows);
      for (std::size_t t = 0; t < tile.tokens; ++t) {
        std::copy_n(spare + t * kPanelRows, rows, y + t * matrix.rows() + row);
      }
    }
  }
}

}  // namespace weir::kernels

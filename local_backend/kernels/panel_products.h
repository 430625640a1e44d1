// Products of packed matrices, as one round of work for the pool.
//
// First every input is cut into tiles, rounded for weights that are quants; one that several
// products share, only once; then all panels of all matrices are one list, which the threads take
// parts from. Of many tokens each thread has some of its own, which it meets all panels with: what
// it writes is read by itself in the next round of work.
#pragma once

#include <cstddef>
#include <vector>

#include "local_backend/kernels/weight_matrix.h"

namespace weir::kernels {

class PanelProducts {
 public:
  PanelProducts(const Kernels& kernels, WorkerPool& pool) : kernels_(kernels), pool_(pool) {}

  // Of a packed matrix, with a batch that is not empty; what it names outlives run().
  void add(const MatrixProduct& product);

  // May throw std::bad_alloc, before any work.
  void run();

 private:
  struct Tile {
    PanelKernels::Fill fill;
    const float* x;
    std::size_t columns;
    std::size_t token;  // of its input, the first in it
    std::size_t tokens;
    std::size_t width;
    std::size_t at;  // of its bytes in the pool's shared memory
  };
  struct Input {
    const float* x;
    std::size_t batch;
    std::size_t columns;
    bool quants;
    std::size_t first_tile;
    std::size_t tiles;
  };
  struct Entry {
    const WeightMatrix* matrix;
    float* y;
    std::size_t input;
    std::size_t first_task;  // of those of a part
    std::size_t panels_a_task;
  };
  struct Range {
    std::size_t begin;
    std::size_t end;
  };

  std::size_t input_of(const MatrixProduct& product);
  void plan_tasks();
  void round_inputs(std::byte* memory);
  void run_task(std::size_t task, const std::byte* memory) const;
  void multiply_panels(const Entry& entry, Range tiles, Range panels,
                       const std::byte* memory) const;

  const Kernels& kernels_;
  WorkerPool& pool_;
  std::vector<Tile> tiles_;
  std::vector<Input> inputs_;
  std::vector<Entry> entries_;
  std::size_t parts_ = 1;         // that the tokens are cut into
  std::size_t tasks_a_part_ = 0;  // all panels with the tokens of one
  std::size_t bytes_ = 0;         // of all tiles
  std::size_t values_ = 0;        // activations in them
  std::size_t products_ = 0;      // multiplications of all
};

}  // namespace weir::kernels

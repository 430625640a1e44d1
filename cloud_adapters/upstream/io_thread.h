// What the upstream side needs of the I/O thread it runs on.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "core/async.h"
#include "core/clock.h"
#include "core/deadline.h"

namespace weir {

// Read buffers shared by the connections of one thread. A connection takes one
// when bytes have arrived and gives it back before it waits again, so idle
// connections and idle streams hold none. Not thread-safe. Blocks may outlive
// the pool.
class BlockPool {
 public:
  static constexpr std::size_t kBlockBytes = std::size_t{16} * 1024;
  static constexpr std::size_t kMaxFree = 64;

  class Block {
   public:
    Block() = default;
    Block(Block&& other) noexcept = default;
    Block& operator=(Block&& other) noexcept {
      give_back();
      bytes_ = std::move(other.bytes_);
      home_ = std::move(other.home_);
      return *this;
    }
    ~Block() { give_back(); }

    char* data() const { return bytes_.get(); }
    static constexpr std::size_t size() { return kBlockBytes; }
    explicit operator bool() const { return bytes_ != nullptr; }

    void give_back() {
      if (bytes_ != nullptr && home_->size() < kMaxFree) home_->push_back(std::move(bytes_));
      bytes_.reset();
      home_.reset();
    }

   private:
    friend class BlockPool;
    using Free = std::vector<std::unique_ptr<char[]>>;
    Block(std::unique_ptr<char[]> bytes, std::shared_ptr<Free> home)
        : bytes_(std::move(bytes)), home_(std::move(home)) {}

    std::unique_ptr<char[]> bytes_;
    std::shared_ptr<Free> home_;
  };

  BlockPool() { free_->reserve(kMaxFree); }

  Block take() {
    if (free_->empty()) return Block(std::unique_ptr<char[]>(new char[kBlockBytes]), free_);
    Block block(std::move(free_->back()), free_);
    free_->pop_back();
    return block;
  }

 private:
  std::shared_ptr<Block::Free> free_ = std::make_shared<Block::Free>();
};

// One per I/O thread, made by its owner, who calls wheel.expire() every tick. Must
// outlive every backend that was given it.
struct IoThread {
  net::io_context& context;
  DeadlineWheel& wheel;
  const Clock& clock;
  BlockPool blocks = {};
};

}  // namespace weir

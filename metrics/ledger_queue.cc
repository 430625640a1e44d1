#include "metrics/ledger_queue.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <iterator>

namespace weir {

std::optional<Error> LedgerQueue::submit(Item& item) {
  const IoExecutor executor = item->executor();
  const void* context = &executor.context();
  bool begins = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Error{ErrorCode::kStorage, "the ledger is closed"};
    if (size() >= capacity_ * (item->is_row() ? 2 : 1)) {
      return Error{ErrorCode::kOverloaded, "the ledger's queue is full"};
    }
    Pass& pass = pass_of(context);
    begins = pass.items.empty();
    pass.items.push_back(std::move(item));
    size_.fetch_add(1, std::memory_order_relaxed);
  }
  if (begins) {
    net::post(executor, [queue = shared_from_this(), context] { queue->release(context); });
  }
  return std::nullopt;
}

LedgerQueue::Pass& LedgerQueue::pass_of(const void* context) {
  const auto pass = std::find_if(passes_.begin(), passes_.end(),
                                 [&](const Pass& each) { return each.context == context; });
  return pass != passes_.end() ? *pass : passes_.emplace_back(Pass{context, {}});
}

void LedgerQueue::release(const void* context) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    append(&pass_of(context).items);
    wake = std::exchange(sleeping_, false);
  }
  if (wake) wake_.notify_one();
}

void LedgerQueue::append(Batch* items) {
  if (released_.empty()) {
    released_.swap(*items);
  } else {
    std::move(items->begin(), items->end(), std::back_inserter(released_));
    items->clear();
  }
}

bool LedgerQueue::take(Batch* batch, SteadyTime due, std::size_t most) {
  std::unique_lock lock(mutex_);
  if (released_.empty() && !closed_) {
    sleeping_ = true;
    wake_.wait_until(lock, due, [this] { return !sleeping_ || closed_; });
    sleeping_ = false;
  }
  if (released_.empty()) return !closed_;
  if (released_.size() <= most) {
    batch->swap(released_);
  } else {
    const auto end = released_.begin() + static_cast<std::ptrdiff_t>(most);
    batch->assign(std::make_move_iterator(released_.begin()), std::make_move_iterator(end));
    released_.erase(released_.begin(), end);
  }
  size_.fetch_sub(batch->size(), std::memory_order_relaxed);
  return true;
}

void LedgerQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (Pass& pass : passes_) append(&pass.items);
  }
  wake_.notify_one();
}

}  // namespace weir

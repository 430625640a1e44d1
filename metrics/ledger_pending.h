// What a transaction of the ledger shall write, as tables that SQL reads from.
//
// Rows and reservations are not copied: they must live until they are written.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "metrics/ledger_row.h"
#include "metrics/sqlite_source.h"

namespace weir {

template <class Item>
class PendingItems : public sqlite::Source {
 public:
  std::size_t size() const override { return items_.size(); }
  bool empty() const { return items_.empty(); }
  void add(Item item) { items_.push_back(item); }
  void clear() { items_.clear(); }

 protected:
  const Item& at(std::size_t row) const { return items_[row]; }

 private:
  std::vector<Item> items_;
};

struct PendingReservation {
  const Reservation* reservation;
  std::int64_t kind;
};

// In the columns of `open_reservations`.
class PendingReservations final : public PendingItems<PendingReservation> {
 public:
  static constexpr int kColumns = 6;
  void read(std::size_t row, int column, sqlite::Cell cell) const override;
};

struct PendingRow {
  const LedgerRow* row;
  std::int64_t kind;
  std::optional<NanoUsd> bound;  // of its reservation
};

// In the columns of `request_rows`.
class PendingRows final : public PendingItems<PendingRow> {
 public:
  static constexpr int kColumns = 26;
  void read(std::size_t row, int column, sqlite::Cell cell) const override;
};

// In the columns of `explanations`.
class PendingExplanations final : public PendingItems<const LedgerRow*> {
 public:
  static constexpr int kColumns = 3;
  static bool needs(const LedgerRow& row);
  void read(std::size_t row, int column, sqlite::Cell cell) const override;
};

}  // namespace weir

#include "metrics/ledger_kinds.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace weir {
namespace {

constexpr std::size_t kKnownAtMost = 8'192;

constexpr std::string_view kColumns =
    "state, team, key_id, dialect, requested_model, model, backend, route, reason, finish, "
    "price_as_of, baseline_model, policy_version, model_hash, rule, http_status, stream, "
    "usage_estimated, attempts, escalated, quality_target";

char* put(char* to, const void* from, std::size_t size) {
  return std::copy_n(static_cast<const char*>(from), size, to);
}

}  // namespace

// In the order of kColumns.
struct LedgerKinds::Kind {
  std::array<std::string_view, 15> words;
  std::array<std::int64_t, 5> numbers{};
  double quality_target = 0;

  // Different for different kinds: each word follows its length.
  void write_key(std::string* key) const {
    std::size_t size = sizeof numbers + sizeof quality_target;
    for (const std::string_view word : words) size += sizeof(std::uint32_t) + word.size();
    key->resize(size);
    char* end = key->data();
    for (const std::string_view word : words) {
      const auto length = static_cast<std::uint32_t>(word.size());
      end = put(end, &length, sizeof length);
      end = put(end, word.data(), word.size());
    }
    end = put(end, numbers.data(), sizeof numbers);
    put(end, &quality_target, sizeof quality_target);
  }
};

Result<void> LedgerKinds::prepare(const sqlite::Database& database) {
  const std::string columns(kColumns);
  Result<sqlite::Statement> insert =
      database.prepare("INSERT INTO kinds (kind, " + columns +
                       ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  if (!insert) return insert.error();
  insert_ = std::move(*insert);
  Result<sqlite::Statement> latest =
      database.prepare("SELECT kind, " + columns + " FROM kinds ORDER BY kind DESC LIMIT ?");
  if (!latest) return latest.error();
  latest->bind(static_cast<std::int64_t>(kKnownAtMost / 2));
  int code = latest->step();
  for (; code == SQLITE_ROW; code = latest->step()) {
    last_ = std::max(last_, latest->integer(0));
    Kind kind;
    int column = 1;
    for (std::string_view& word : kind.words) word = latest->text(column++);
    for (std::int64_t& number : kind.numbers) number = latest->integer(column++);
    kind.quality_target = latest->real(column);
    kind.write_key(&key_);
    known_.try_emplace(key_, latest->integer(0));
  }
  if (code != SQLITE_DONE) return database.error();
  return {};
}

namespace {

template <class Record>
std::string_view listed_model(const Record& record) {
  return record.unlisted_model ? std::string_view() : std::string_view(record.model);
}

}  // namespace

int LedgerKinds::find(const LedgerRow& row, std::int64_t* kind) {
  const double target = std::isfinite(row.quality_target) ? row.quality_target : 0.0;
  const std::string_view requested =
      kind_has_requested_model(row) ? std::string_view(row.requested_model) : std::string_view();
  const std::string_view model = listed_model(row);
  return find(
      Kind{{to_string(row.state), row.team, row.key_id, to_string(row.dialect), requested, model,
            row.backend, to_string(row.route), to_string(row.reason), to_string(row.finish),
            row.price_as_of, row.baseline_model, row.policy_version, row.model_hash, row.rule},
           {row.http_status, row.stream ? 1 : 0, row.usage.estimated ? 1 : 0, row.attempts,
            row.escalated ? 1 : 0},
           target},
      kind);
}

int LedgerKinds::find(const Reservation& r, std::int64_t* kind) {
  const std::string_view state = to_string(RowState::kRecovered);
  const std::string_view none;
  const std::string_view requested = r.unlisted_model ? none : std::string_view(r.requested_model);
  return find(Kind{{state, r.team, r.key_id, to_string(r.dialect), requested, listed_model(r),
                    r.backend, to_string(r.route), to_string(r.reason), none, none, none,
                    r.policy_version, none, none},
                   {0, 0, 1, 1, 0},
                   0},
              kind);
}

int LedgerKinds::find(const Kind& kind, std::int64_t* number) {
  kind.write_key(&key_);
  if (const auto found = known_.find(std::string_view(key_)); found != known_.end()) {
    *number = found->second;
    return SQLITE_OK;
  }
  if (known_.size() >= kKnownAtMost) known_.clear();
  if (const int code = add(kind); code != SQLITE_OK) return code;
  known_.emplace(key_, last_);
  added_.push_back(key_);
  *number = last_;
  return SQLITE_OK;
}

int LedgerKinds::add(const Kind& kind) {
  insert_.bind(last_ + 1);
  for (const std::string_view word : kind.words) insert_.bind(word);
  for (const std::int64_t number : kind.numbers) insert_.bind(number);
  const int code = insert_.bind(kind.quality_target).run();
  if (code == SQLITE_OK) ++last_;
  return code;
}

void LedgerKinds::rollback() {
  for (const std::string& key : added_) known_.erase(key);
  added_.clear();
}

}  // namespace weir

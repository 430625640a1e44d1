// Kills a process that writes to a ledger, again and again, and reads the books
// after each kill: nothing that was acknowledged may be missing or counted twice.
//
// usage: ledger_kill_test [kills]            default 100
//        ledger_kill_test --child PATH       what is killed
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unordered_set>
#include <vector>

#include "core/rng.h"
#include "metrics/report.h"
#include "metrics/sqlite.h"
#include "tests/metrics/ledger_fixture.h"

namespace weir {
namespace {

using namespace testing;

constexpr int kClients = 24;
constexpr std::uint64_t kSeed = 20'260'501;

// What the child says through its pipe, one record a write so that none is torn.
struct Ack {
  std::int64_t id = 0;
  std::int64_t settled = 0;  // 0 = reserved
};

void tell(Ack ack) {
  if (::write(STDOUT_FILENO, &ack, sizeof ack) != sizeof ack) std::_Exit(3);
}

Async<void> one_client(Ledger& ledger, RequestIdSource& ids, bool paid) {
  for (;;) {
    const RequestId id = ids.next(system_clock().unix_ms());
    if (paid) {
      if (const auto reserved = co_await ledger.reserve(reservation(id)); !reserved) std::_Exit(4);
      tell({id.value, 0});
    }
    const auto settled = co_await ledger.settle(row(id, paid ? Route::kCloud : Route::kLocal));
    if (!settled) std::_Exit(5);
    tell({id.value, 1});
  }
}

int run_child(const std::string& path) {
  const auto ledger = open_ledger(path);
  RequestIdSource ids(static_cast<std::uint32_t>(::getpid()), ledger->last_id());
  net::io_context io(1);
  for (int i = 0; i < kClients; ++i) {
    net::co_spawn(io, one_client(*ledger, ids, i % 3 != 0), net::detached);
  }
  io.run();
  return 0;
}

class Child {
 public:
  Child(const char* program, const std::string& ledger) {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      ::execl(program, program, "--child", ledger.c_str(), nullptr);
      std::_Exit(127);
    }
    ::close(ends[1]);
    pipe_ = ends[0];
  }

  // Reads what the child says until it said `wanted` things, kills it, and
  // returns all that it said.
  std::vector<Ack> kill_after(std::size_t wanted) {
    std::vector<Ack> acks;
    while (acks.size() < wanted && read_one(&acks)) {
    }
    ::kill(pid_, SIGKILL);
    while (read_one(&acks)) {
    }
    ::close(pipe_);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    if (!WIFSIGNALED(status)) std::printf("the child ended by itself: status %d\n", status);
    return acks;
  }

 private:
  bool read_one(std::vector<Ack>* acks) {
    Ack ack;
    if (::read(pipe_, &ack, sizeof ack) != sizeof ack) return false;
    acks->push_back(ack);
    return true;
  }

  pid_t pid_ = 0;
  int pipe_ = -1;
};

struct Tally {
  int kills = 0;
  std::size_t acknowledged = 0;
  std::int64_t recovered = 0;
  int faults = 0;
};

void require(Tally& tally, bool good, const char* what) {
  if (good) return;
  ++tally.faults;
  std::printf("kill %d: %s\n", tally.kills, what);
}

// Opening is what recovers, so it comes first.
void inspect(Tally& tally, const std::string& path, const std::vector<Ack>& acks) {
  const LedgerStats stats = open_ledger(path)->stats();
  tally.recovered += static_cast<std::int64_t>(stats.recovered);
  require(tally, stats.imbalance() == 0 && stats.open == 0, "accepted is not settled + released");
  const auto db = sqlite::Database::open(path, sqlite::Mode::kReadOnly).value();
  auto find = db.prepare("SELECT state, cost_nanousd FROM requests WHERE id = ?").value();
  for (const Ack& ack : acks) {
    const bool found = find.bind(ack.id).step() == SQLITE_ROW;
    require(tally, found, "an acknowledged request has no row");
    if (found) {
      const bool settled = find.text(0) == "settled";
      require(tally, settled || ack.settled == 0, "an acknowledged settle was lost");
      require(tally, find.integer(1) == (settled ? 3'000 : 5'000), "a cost is wrong");
    }
    find.reset();
  }
  tally.acknowledged += acks.size();
  require(tally, db.integer("SELECT count(*) FROM reservations").value() == 0,
          "a reservation is still open");
  const Result<LedgerCheck> books = check_ledger(path);
  require(tally, books && books->faults.empty(), "the books do not balance");
}

int run_kills(const char* program, int kills) {
  const TempDir dir;
  Rng rng(kSeed);
  Tally tally;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  for (tally.kills = 1; tally.kills <= kills; ++tally.kills) {
    Child child(program, dir.file("l.db"));
    inspect(tally, dir.file("l.db"), child.kill_after(1 + rng.next() % 400));
  }
  std::printf("%d kills, %zu acknowledgements, %lld reservations recovered, %d faults\n", kills,
              tally.acknowledged, static_cast<long long>(tally.recovered), tally.faults);
  return tally.faults == 0 && tally.acknowledged > 0 ? 0 : 1;
}

}  // namespace
}  // namespace weir

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--child") == 0) return weir::run_child(argv[2]);
  return weir::run_kills("/proc/self/exe", argc > 1 ? std::atoi(argv[1]) : 100);
}

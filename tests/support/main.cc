// Compiles Catch2's runner once for all test programs, which take `--shard-count N
// --shard-index I` to run every Nth of the tests chosen, from the Ith: Catch2 has that from
// version 3 on.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_session.hpp>
int main(int argc, char* argv[]) { return Catch::Session().run(argc, argv); }
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

namespace {

struct Shard {
  unsigned count = 1;
  unsigned index = 0;
};

// The list belongs to Catch2, which also writes to it (applyFilenamesAsTags).
void keep(Shard shard, Catch::Session& session) {
  const Catch::Config& config = session.config();
  auto& tests = const_cast<std::vector<Catch::TestCase>&>(Catch::getAllTestCasesSorted(config));
  std::vector<Catch::TestCase> kept;
  kept.reserve(tests.size());
  unsigned chosen = 0;
  for (const Catch::TestCase& test : tests) {
    const bool counts =
        !config.hasTestFilters() || Catch::matchTest(test, config.testSpec(), config);
    if (counts && chosen++ % shard.count == shard.index) kept.push_back(test);
  }
  tests = std::move(kept);
}

}  // namespace

int main(int argc, char* argv[]) {
  Catch::Session session;
  Shard shard;
  using Catch::clara::Opt;
  session.cli(session.cli() | Opt(shard.count, "N")["--shard-count"]("into how many shards") |
              Opt(shard.index, "I")["--shard-index"]("which of them to run, from 0"));
  if (const int failed = session.applyCommandLine(argc, argv)) return failed;
  if (shard.count > 1) keep(shard, session);
  return session.run();
}
#endif

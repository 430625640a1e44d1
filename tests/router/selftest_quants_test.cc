#include "router/cli/selftest_quants.h"

#include <fstream>
#include <iterator>

#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;

// A copy of a committed pack that a test may damage.
class QuantsFolder {
 public:
  QuantsFolder() {
    for (const char* name : {"Q4_K.json", "Q4_K.bin"}) {
      fs::copy_file(fs::path(WEIR_SOURCE_DIR) / "tests/data/golden/quants" / name, path() / name);
    }
  }
  fs::path path() const { return folder_.path(); }

  std::string read(const std::string& name) const {
    std::ifstream file(path() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path() / name, std::ios::binary) << bytes;
  }
  void replace(const std::string& from, const std::string& to) const {
    std::string json = read("Q4_K.json");
    const std::size_t at = json.find(from);
    REQUIRE(at != std::string::npos);
    write("Q4_K.json", json.replace(at, from.size(), to));
  }

  struct Outcome {
    int exit_code;
    std::string output;
  };
  Outcome run() const {
    Outcome outcome{};
    SelftestReport report([&](const std::string& line) { outcome.output += line + "\n"; });
    selftest_quants(path(), report);
    outcome.exit_code = report.exit_code(false);
    return outcome;
  }

 private:
  TempDir folder_;
};

TEST_CASE("A quants folder that is right passes and names every variant", "[selftest]") {
  const auto outcome = QuantsFolder().run();
  CAPTURE(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.output.find("ok    Q4_K: 2048 weights exact") == 0);
  CHECK(outcome.output.find("scalar") != std::string::npos);
}

TEST_CASE("One wrong bit of one weight is a miss that names it", "[selftest]") {
  const QuantsFolder folder;
  std::string bytes = folder.read("Q4_K.bin");
  bytes[9344 + 4 * 77] ^= 1;  // weight 77 of the exact values
  folder.write("Q4_K.bin", bytes);
  const auto outcome = folder.run();
  CAPTURE(outcome.output);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.output.find("MISS  Q4_K: scalar: weight 77 ") == 0);
}

TEST_CASE("A wrong product is a miss", "[selftest]") {
  const QuantsFolder folder;
  folder.replace("-1.16745", "-1.16755");
  CHECK(folder.run().exit_code == 1);
}

TEST_CASE("A number format that is not known is listed and is no miss", "[selftest]") {
  const QuantsFolder folder;
  folder.replace("\"ggml_type\": 12", "\"ggml_type\": 99");
  const auto outcome = folder.run();
  CHECK(outcome.output.find("none  Q4_K: number format 99 is not supported") == 0);
  CHECK(outcome.output.find("MISS") == std::string::npos);
}

TEST_CASE("Broken data of a quants folder are said to be unusable", "[selftest]") {
  const QuantsFolder folder;
  SECTION("no JSON") { folder.write("Q4_K.json", "{\"format\": \"golden-quant/1\""); }
  SECTION("a member missing") { folder.replace("\"dot_f64\"", "\"dot\""); }
  SECTION("a format of another size") { folder.replace("\"ggml_type\": 12", "\"ggml_type\": 13"); }
  SECTION("n of no whole block") { folder.replace("\"n\": 2048", "\"n\": 2047"); }
  SECTION("n below zero") { folder.replace("\"n\": 2048", "\"n\": -2048"); }
  SECTION("n beyond the data") { folder.replace("\"n\": 2048", "\"n\": 1e300"); }
  SECTION("an offset behind the data") { folder.replace("\"offset\": 9344", "\"offset\": 1e15"); }
  SECTION("a truncated file") { folder.write("Q4_K.bin", folder.read("Q4_K.bin").substr(0, 9999)); }
  SECTION("a missing file") { fs::remove(folder.path() / "Q4_K.bin"); }
  const auto outcome = folder.run();
  CAPTURE(outcome.output);
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.output.find("BAD ") == 0);
}

}  // namespace
}  // namespace weir::cli

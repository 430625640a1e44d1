#include "router/cli/selftest.h"

#include <fstream>
#include <limits>

#include "router/cli/golden_json.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir::cli {
namespace {

TEST_CASE("A selftest passes if no case is missed and one is ok", "[selftest]") {
  std::vector<std::string> lines;
  SelftestReport report([&](const std::string& line) { lines.push_back(line); });
  CHECK(report.exit_code(false) == 2);  // no case at all
  report.not_supported("b", "not here");
  CHECK(report.exit_code(false) == 1);  // nothing was shown
  report.ok("a", "fine");
  CHECK(report.exit_code(false) == 0);
  CHECK(report.exit_code(true) == 1);
  report.miss("c", "wrong");
  CHECK(report.exit_code(false) == 1);
  report.unusable("d", "no data");
  CHECK(report.exit_code(false) == 2);
  report.print_totals();
  CHECK(lines == std::vector<std::string>{
                     "none  b: not here", "ok    a: fine", "MISS  c: wrong", "BAD   d: no data",
                     "4 cases: 1 ok, 1 missed, 1 not supported, 1 with unusable data"});
}

TEST_CASE("A relative rms of other sizes or without numbers is infinite", "[selftest]") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(relative_rms(std::vector<float>{3, 4}, std::vector<float>{3, 4}) == 0);
  CHECK(relative_rms(std::vector<float>{0, 0}, std::vector<float>{3, 4}) == 1);
  CHECK(relative_rms(std::vector<float>{1}, std::vector<float>{1, 2}) > 1e300);
  CHECK(relative_rms(std::vector<float>{nan}, std::vector<float>{1}) > 1e300);
}

Result<GoldenJson> golden(const TempDir& folder, const std::string& text) {
  const std::string path = folder.path() + "/golden.json";
  std::ofstream(path) << text;
  return GoldenJson::read(path);
}

TEST_CASE("A golden file names the member that is missing or of another type", "[selftest]") {
  const TempDir folder;
  CHECK(golden(folder, "{").has_error());
  const auto [text, pointer] = GENERATE(table<std::string, std::string>(
      {{R"({})", "/x"}, {R"({"x":1})", "/x"}, {R"({"x":["a"]})", "/x"}, {R"({"x":null})", "/x"}}));
  GoldenJson json = golden(folder, text).value();
  CHECK(json.integers(pointer).empty());
  REQUIRE(json.error());
  CHECK(json.error()->message.find(pointer) != std::string::npos);
}

TEST_CASE("Floats of a golden file lie inside its data", "[selftest]") {
  const TempDir folder;
  const std::string data(16, '\0');
  const auto inside =
      GENERATE(as<std::string>{}, R"("offset":0,"shape":[4])", R"("offset":4,"shape":[3,1])");
  const auto outside =
      GENERATE(as<std::string>{}, R"("offset":4,"shape":[4])", R"("offset":17,"shape":[1])",
               R"("offset":-4,"shape":[1])", R"("offset":0,"shape":[-1])",
               R"("offset":0,"shape":[4294967296,4294967296])", R"("offset":0,"shape":[0])");
  CAPTURE(inside, outside);
  GoldenJson good = golden(folder, R"({"x":{)" + inside + "}}").value();
  CHECK_FALSE(good.floats("/x", data).empty());
  CHECK_FALSE(good.error());
  GoldenJson bad = golden(folder, R"({"x":{)" + outside + "}}").value();
  CHECK(bad.floats("/x", data).empty());
  CHECK(bad.error());
}

}  // namespace
}  // namespace weir::cli

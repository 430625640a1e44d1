#include "router/cli/doctor.h"

#include "router/cli/output.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

// The line about a model.
std::string line_of(const std::string& text, const std::string& name) {
  const auto begin = text.find(name);
  REQUIRE(begin != std::string::npos);
  return text.substr(begin, text.find('\n', begin) - begin);
}

TEST_CASE("Models that are larger than the memory do not fit", "[doctor]") {
  const std::string text = cli::fitting_models({25e9, 940e9, 38e9});
  CHECK(line_of(text, "30B-A3B").find("does not fit") == std::string::npos);
  CHECK(line_of(text, "70B").find("does not fit") != std::string::npos);
}

TEST_CASE("A model's pace is at most what arithmetic and memory allow", "[doctor]") {
  const std::string line = line_of(cli::fitting_models({25e9, 940e9, 38e9}), "1B (Llama");
  CHECK(line.find("379") != std::string::npos);   // 940 / (2 * 1.24)
  CHECK(line.find("50.2") != std::string::npos);  // 38 / (1.24 * 0.61)
}

TEST_CASE("A doctor looks at the machine and at a model", "[doctor]") {
  CHECK(cli::doctor({{}, "weir-mini", 1}) == cli::kDone);
  CHECK(cli::doctor({{}, "/nowhere/model.gguf", 1}) == cli::kFailed);
}

}  // namespace
}  // namespace weir

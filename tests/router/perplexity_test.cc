#include "router/cli/perplexity.h"

#include <fstream>

#include "router/cli/output.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using cli::perplexity;
using cli::PerplexityOptions;

PerplexityOptions of_text(const TempDir& folder, const std::string& text) {
  PerplexityOptions options;
  options.texts = {folder.path() + "/text"};
  options.window = 16;
  options.threads = 1;
  std::ofstream(options.texts.front()) << text;
  return options;
}

TEST_CASE("Perplexity is told for every way to keep keys and values", "[perplexity]") {
  const TempDir folder;
  PerplexityOptions options = of_text(folder, "Is this good or bad? The soup was cold, and thin.");
  options.json = GENERATE(false, true);
  CHECK(perplexity(options) == cli::kDone);
}

TEST_CASE("Perplexity needs a text, a model of words and types that exist", "[perplexity]") {
  const TempDir folder;
  PerplexityOptions options = of_text(folder, "");
  CHECK(perplexity(options) == cli::kFailed);
  options.texts = {folder.path() + "/nowhere"};
  CHECK(perplexity(options) == cli::kFailed);
  options = of_text(folder, "two words");
  options.kv = {"f16", "q5_0"};
  CHECK(perplexity(options) == cli::kWrongArguments);
  options.kv = {"f16"};
  options.model = folder.path() + "/nowhere.gguf";
  CHECK(perplexity(options) == cli::kFailed);
}

}  // namespace
}  // namespace weir

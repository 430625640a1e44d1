#include "router/cli/models.h"
#include "router/cli/output.h"
#include "router/progress_bar.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("A terminal is shown no control characters of a text", "[cli]") {
  CHECK(cli::for_terminal("a\tb\nc \u00e9 \U0001F600") == "a\tb\nc \u00e9 \U0001F600");
  CHECK(cli::for_terminal("\x1b[2Jx\r\x07\x7f") == "?[2Jx???");
  CHECK(cli::for_terminal("\xc2\x9b"
                          "31m") == "?31m");  // one byte of C1 is an escape of its own
  CHECK(cli::for_terminal("\xc2") == "\xc2");
}

TEST_CASE("The progress line says how much of a model is in memory", "[cli]") {
  CHECK(progress_line("a.gguf", {0, 0}).find("100 %, 0.0 of 0.0 MB") != std::string::npos);
  CHECK(progress_line("a.gguf", {6'400'000, 12'800'000}).find("6.4 of 12.8 MB") !=
        std::string::npos);
  CHECK(progress_line("a.gguf", {1'200'000'000, 2'400'000'000}) ==
        "a.gguf  [###############               ] 50 %, 1.2 of 2.4 GB");
}

TEST_CASE("A card of a model is shown with what keeps it from running", "[cli]") {
  ModelCard card;
  card.name = "evil\x1b[31m";
  card.architecture = "mamba";
  card.problem = "architecture 'mamba' is not supported";
  const std::string text = cli::card_text("m.gguf", card);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("no: architecture 'mamba' is not supported") != std::string::npos);
  CHECK(cli::card_json("m.gguf", card).find("\"runs\":false") != std::string::npos);
}

}  // namespace
}  // namespace weir

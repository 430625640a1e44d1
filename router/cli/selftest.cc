#include "router/cli/selftest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "router/cli/selftest_logits.h"
#include "router/cli/selftest_quants.h"
#include "router/cli/selftest_schema.h"
#include "router/cli/selftest_templates.h"
#include "router/cli/selftest_tokenizers.h"

namespace weir::cli {

std::span<const SelftestKind> selftest_kinds() {
  static constexpr std::array kAll = {
      SelftestKind{"logits", "models: logits and greedy tokens (golden-logits, golden-quantized)",
                   selftest_logits},
      SelftestKind{"quants", "number formats: widening and products (golden-quant)",
                   selftest_quants},
      SelftestKind{"schema",
                   "JSON schemas: what an answer under them can be (JSON-Schema-Test-Suite)",
                   selftest_schema},
      SelftestKind{"templates",
                   "chat templates: conversations and their prompts (golden.json, jinja/)",
                   selftest_templates},
      SelftestKind{"tokenizers", "vocabularies: texts and their tokens (X.gguf, .inp, .out)",
                   selftest_tokenizers},
  };
  return kAll;
}

void SelftestReport::line(const char* verdict, const std::string& name,
                          const std::string& rest) const {
  print_(std::string(verdict) + "  " + name + ": " + rest);
}

void SelftestReport::ok(const std::string& name, const std::string& detail) {
  ++ok_;
  line("ok  ", name, detail);
}

void SelftestReport::miss(const std::string& name, const std::string& why) {
  ++missed_;
  line("MISS", name, why);
}

void SelftestReport::not_supported(const std::string& name, const std::string& why) {
  ++not_supported_;
  line("none", name, why);
}

void SelftestReport::unusable(const std::string& name, const std::string& why) {
  ++unusable_;
  line("BAD ", name, why);
}

void SelftestReport::print_totals() const {
  const std::size_t cases = ok_ + missed_ + not_supported_ + unusable_;
  print_(std::to_string(cases) + " cases: " + std::to_string(ok_) + " ok, " +
         std::to_string(missed_) + " missed, " + std::to_string(not_supported_) + " not supported" +
         (unusable_ > 0 ? ", " + std::to_string(unusable_) + " with unusable data" : ""));
}

int SelftestReport::exit_code(bool strict) const {
  if (unusable_ > 0 || ok_ + missed_ + not_supported_ == 0) return 2;
  return missed_ > 0 || ok_ == 0 || (strict && not_supported_ > 0) ? 1 : 0;
}

int selftest(const SelftestKind& kind, const SelftestOptions& options) {
  SelftestReport report([](const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
  });
  std::error_code error;
  if (!std::filesystem::is_directory(options.folder, error)) {
    std::fprintf(stderr, "weir: %s is no folder\n", options.folder.c_str());
    return 2;
  }
  kind.run(options.folder, report);
  report.print_totals();
  return report.exit_code(options.strict);
}

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder,
                                               std::string_view suffix) {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  constexpr auto kOptions = std::filesystem::directory_options::skip_permission_denied;
  std::filesystem::recursive_directory_iterator entry(folder, kOptions, error);
  for (const std::filesystem::recursive_directory_iterator end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_regular_file(error)) continue;
    if (entry->path().filename().string().ends_with(suffix)) found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

double relative_rms(std::span<const float> found, std::span<const float> expected) {
  if (found.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double difference = 0;
  double size = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double d = double{found[i]} - double{expected[i]};
    difference += d * d;
    size += double{expected[i]} * double{expected[i]};
  }
  const double ratio = std::sqrt(difference / std::max(size, std::numeric_limits<double>::min()));
  return std::isfinite(ratio) ? ratio : std::numeric_limits<double>::infinity();
}

std::string scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", value);
  return text;
}

}  // namespace weir::cli

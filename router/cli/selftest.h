// `weir selftest`: runs a folder of golden data against this program.
//
// One line a case on standard output, then one line of totals:
//   ok    mistral3, 17 tokens: rel rms 1.1e-06, 24 greedy tokens
//   MISS  qwen2, 70 tokens: rel rms 2.1e-02, at most 1e-04
//   none  gemma2: architecture 'gemma2' is not supported
//   3 cases: 1 ok, 1 missed, 1 not supported
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace weir::cli {

// Counts and prints the cases of one run.
class SelftestReport {
 public:
  explicit SelftestReport(std::function<void(const std::string&)> print)
      : print_(std::move(print)) {}

  // Each prints one line and counts one case.
  void ok(const std::string& name, const std::string& detail);
  void miss(const std::string& name, const std::string& why);
  void not_supported(const std::string& name, const std::string& why);
  // The data themselves are broken: neither the program's fault nor its merit.
  void unusable(const std::string& name, const std::string& why);

  void print_totals() const;

  // 0: none missed and at least one is ok. 1: one missed, nothing could be shown, or
  // `strict` and one is not supported. 2: some data are unusable, or there is no case.
  int exit_code(bool strict) const;

 private:
  void line(const char* verdict, const std::string& name, const std::string& rest) const;

  std::function<void(const std::string&)> print_;
  std::size_t ok_ = 0;
  std::size_t missed_ = 0;
  std::size_t not_supported_ = 0;
  std::size_t unusable_ = 0;
};

struct SelftestKind {
  const char* word;
  const char* about;  // one line for --help
  void (*run)(const std::filesystem::path& folder, SelftestReport& report);
};

// One row a kind; to add one, write its function and its row in selftest.cc.
std::span<const SelftestKind> selftest_kinds();

struct SelftestOptions {
  std::string folder;
  bool strict = false;
};

// Runs one kind and returns the exit code.
int selftest(const SelftestKind& kind, const SelftestOptions& options);

// The files below `folder` (itself included) whose name ends like `suffix`, sorted.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder,
                                               std::string_view suffix);

// rms(found - expected) / rms(expected); infinite if the sizes differ or anything is not finite.
double relative_rms(std::span<const float> found, std::span<const float> expected);

// "1.2e-06".
std::string scientific(double value);

}  // namespace weir::cli

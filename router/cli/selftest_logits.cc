#include "router/cli/selftest_logits.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "local_backend/model/model_run.h"
#include "router/cli/golden_json.h"
#include "router/cli/selftest_embeddings.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunks[] = {1, 7, 16};
constexpr std::size_t kMaxTokens = 1 << 16;  // of a prompt and what follows it
// Correct F32 arithmetic is at 1e-6 to 3e-6; a wrong rope or mask is above 1e-2.
constexpr double kFloatTolerance = 1e-4;
// int8 activations are judged by the reference's own error, which has them too.
constexpr double kQuantizedAllowance = 1.5;

struct GoldenPrompt {
  std::string name;
  std::vector<TokenId> tokens;
  std::vector<float> logits;    // exact, [tokens][vocabulary]
  double rounding_error = 0;    // of the reference's int8 activations, a median; 0: unknown
  std::vector<TokenId> greedy;  // behind the prompt; may be empty
  std::vector<double> margins;  // of each: the best logit minus the second
};

// How near to the golden logits a run must be.
struct Tolerance {
  double relative_rms = 0;
  bool by_median = false;  // of the positions, else over all of them
};

std::vector<TokenId> tokens_of(const std::vector<std::int64_t>& numbers) {
  std::vector<TokenId> tokens;
  tokens.reserve(numbers.size());
  for (const std::int64_t number : numbers) {
    tokens.push_back(std::in_range<TokenId>(number) ? static_cast<TokenId>(number) : -1);
  }
  return tokens;
}

double median_position_rms(const std::vector<float>& found, const std::vector<float>& expected,
                           std::size_t positions) {
  if (found.size() != expected.size()) return relative_rms(found, expected);
  const std::size_t width = expected.size() / positions;
  std::vector<double> errors;
  errors.reserve(positions);
  for (std::size_t p = 0; p < positions; ++p) {
    errors.push_back(relative_rms(std::span(found).subspan(p * width, width),
                                  std::span(expected).subspan(p * width, width)));
  }
  std::sort(errors.begin(), errors.end());
  return errors[errors.size() / 2];
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(double{a[i]} - double{b[i]}));
  }
  return largest;
}

// The logits of `tokens` in one call with two sequences around them.
std::vector<float> logits_in_company(ModelRun& run, const std::vector<TokenId>& tokens) {
  const auto before = run.sequence();
  const auto own = run.sequence(tokens.size());
  const auto behind = run.sequence();
  const auto last = static_cast<TokenId>(run.model().spec().vocabulary - 1);
  run.feed(behind.get(), {0, last});
  Batch batch;
  ModelRun::add(&batch, before.get(), {last, 0, last});
  ModelRun::add(&batch, own.get(), tokens);
  ModelRun::add(&batch, behind.get(), {0});
  const auto all = run.run(batch);
  const auto width = static_cast<std::ptrdiff_t>(run.model().spec().vocabulary);
  return {all.begin() + 3 * width, all.end() - width};
}

// Empty if all is well. Bit for bit: an answer may not depend on how it was computed.
std::string batching_fault(ModelRun& run, const GoldenPrompt& prompt,
                           const std::vector<float>& whole) {
  for (const std::size_t chunk : kChunks) {
    if (run.feed_in_chunks(prompt.tokens, chunk) != whole) {
      return "other bits in chunks of " + std::to_string(chunk);
    }
  }
  return logits_in_company(run, prompt.tokens) != whole ? "other bits beside other sequences" : "";
}

// Steps whose choice is nearer than the arithmetic can tell end the comparison.
std::string greedy_fault(ModelRun& run, const GoldenPrompt& prompt, double largest_error) {
  const auto found = run.greedy(prompt.tokens, prompt.greedy.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i < prompt.margins.size() && prompt.margins[i] < 3 * largest_error) break;
    if (found[i] != prompt.greedy[i]) {
      return "greedy token " + std::to_string(i) + " is " + std::to_string(found[i]) + ", not " +
             std::to_string(prompt.greedy[i]);
    }
  }
  return "";
}

void judge(ModelRun& run, const GoldenPrompt& prompt, Tolerance tolerance, const char* arithmetic,
           SelftestReport& report) {
  const std::string name = prompt.name + arithmetic;
  const std::size_t positions = prompt.tokens.size();
  const auto whole = run.feed_in_chunks(prompt.tokens, positions);
  const double error = tolerance.by_median ? median_position_rms(whole, prompt.logits, positions)
                                           : relative_rms(whole, prompt.logits);
  const std::string measured = "rel rms " + scientific(error);
  if (!(error <= tolerance.relative_rms)) {
    report.miss(name, measured + ", at most " + scientific(tolerance.relative_rms));
    return;
  }
  std::string fault = batching_fault(run, prompt, whole);
  if (fault.empty()) fault = greedy_fault(run, prompt, largest_difference(whole, prompt.logits));
  if (!fault.empty()) {
    report.miss(name, fault + " (" + measured + ")");
  } else {
    report.ok(name, measured + ", " + std::to_string(prompt.greedy.size()) + " greedy");
  }
}

bool fits(const GoldenPrompt& prompt, std::size_t vocabulary) {
  return !prompt.tokens.empty() && prompt.tokens.size() + prompt.greedy.size() <= kMaxTokens &&
         prompt.logits.size() == prompt.tokens.size() * vocabulary &&
         std::all_of(prompt.tokens.begin(), prompt.tokens.end(), [&](TokenId token) {
           return token >= 0 && static_cast<std::size_t>(token) < vocabulary;
         });
}

bool is_quantized(const Model& model) {
  return std::any_of(
      model.file().tensors().begin(), model.file().tensors().end(),
      [](const GgufTensor& t) { return kernels::info_of(t.type).block_weights > 1; });
}

// A model once, or in both arithmetics if they differ.
struct Subject {
  std::unique_ptr<ModelRun> exact;
  std::unique_ptr<ModelRun> rounded;
};

void judge(Subject& subject, const GoldenPrompt& prompt, SelftestReport& report) {
  if (!fits(prompt, subject.exact->model().spec().vocabulary)) {
    report.unusable(prompt.name, "its tokens and logits do not fit the model");
    return;
  }
  judge(*subject.exact, prompt, {kFloatTolerance}, subject.rounded ? ", float" : "", report);
  if (!subject.rounded) return;
  const Tolerance tolerance{kQuantizedAllowance * prompt.rounding_error, true};
  judge(*subject.rounded, prompt, tolerance, ", int8", report);
}

// False, and a line in the report, if the file cannot be run.
bool load(const fs::path& path, const std::string& name, std::size_t context, Subject* subject,
          SelftestReport& report) {
  const auto file = GgufFile::open(path.string());
  const auto model = file ? Model::load(*file, {kernels::Arithmetic::kF32, context})
                          : Result<std::shared_ptr<const Model>>(file.error());
  if (model) {
    subject->exact = std::make_unique<ModelRun>(*model);
    if (is_quantized(**model)) {
      subject->rounded = std::make_unique<ModelRun>(
          Model::load(*file, {kernels::Arithmetic::kInt8, context}).value());
    }
    return true;
  }
  const Error& error = model.error();
  const bool unknown = error.detail == "model_unsupported" || error.detail == "gguf_tensor_type";
  if (error.code == ErrorCode::kNotFound) {
    report.unusable(name, error.message);
  } else if (unknown) {
    report.not_supported(name, error.message);
  } else {
    report.miss(name, error.message);
  }
  return false;
}

// Reads a data file once; a fault of the disk is a fault of the pack.
Result<std::string> data_of(GoldenJson& golden, const std::string& pointer) {
  const fs::path path = golden.sibling(pointer);
  if (golden.error()) return *golden.error();
  return read_golden_data(path);
}

// What the reference was told that sequences may become; 0 if the pack does not say.
std::size_t context_of(GoldenJson& golden) {
  const double context = golden.has("/n_ctx") ? golden.number("/n_ctx") : 0;
  return context >= 1 && context <= 1e9 ? static_cast<std::size_t>(context) : 0;
}

struct LogitsPack {
  GoldenJson& golden;
  std::string name;
  std::string data;   // what "prompts" point into: the reference with its own rounding
  std::string exact;  // the same for "exact/prompts"; empty where "prompts" are exact
};

GoldenPrompt read_prompt(LogitsPack& pack, const std::string& at) {
  GoldenJson& golden = pack.golden;
  const bool apart = !pack.exact.empty();
  const std::string exact_at = apart ? "/exact" + at : at;
  GoldenPrompt prompt;
  prompt.tokens = tokens_of(golden.integers(at + "/tokens"));
  prompt.name = pack.name + ", " + std::to_string(prompt.tokens.size()) + " tokens";
  prompt.logits = golden.floats(exact_at + "/logits", apart ? pack.exact : pack.data);
  if (apart && !pack.data.empty() && !prompt.tokens.empty()) {
    const auto rounded = golden.floats(at + "/logits", pack.data);
    prompt.rounding_error = median_position_rms(rounded, prompt.logits, prompt.tokens.size());
  }
  if (golden.has(exact_at + "/greedy")) {
    prompt.greedy = tokens_of(golden.integers(exact_at + "/greedy/tokens"));
    prompt.margins = golden.numbers(exact_at + "/greedy/margin");
  }
  return prompt;
}

void run_logits_pack(GoldenJson& golden, SelftestReport& report) {
  const std::string name = golden.text("/name");
  if (golden.has("/prompts/0/embedding")) {
    return run_embeddings_pack(golden, kFloatTolerance, report);
  }
  if (!golden.has("/prompts/0/logits")) {
    report.not_supported(name, "the pack has no logits");
    return;
  }
  Subject subject;
  if (!load(golden.sibling("/model"), name, context_of(golden), &subject, report)) return;
  const bool apart = golden.has("/exact");
  if (subject.rounded && !apart) {
    report.not_supported(name, "the pack has no exact logits for its quantised weights");
    return;
  }
  const bool needs_data = subject.rounded || !apart;
  const auto data = needs_data ? data_of(golden, "/data") : std::string();
  const auto exact = apart ? data_of(golden, "/exact/data") : std::string();
  if (!data || !exact) {
    report.unusable(name, (data ? exact : data).error().message);
    return;
  }
  LogitsPack pack{golden, name, *data, *exact};
  for (std::size_t i = 0; i < golden.size("/prompts"); ++i) {
    const GoldenPrompt prompt = read_prompt(pack, "/prompts/" + std::to_string(i));
    if (golden.error()) break;
    judge(subject, prompt, report);
  }
}

void run_quantized_file(GoldenJson& golden, const std::string& file, const std::string& data,
                        SelftestReport& report) {
  const std::string at = "/files/" + file;
  GoldenPrompt prompt;
  prompt.name = golden.text("/arch") + " " + file;
  prompt.tokens = tokens_of(golden.integers("/prompt"));
  prompt.logits = golden.floats(at + "/logits_exact_f64", data);
  prompt.greedy = tokens_of(golden.integers(at + "/greedy_exact_f32/tokens"));
  prompt.margins = golden.numbers(at + "/greedy_exact_f32/margin");
  prompt.rounding_error = golden.number(at + "/median_position_rel_rms_libllama_vs_exact");
  const fs::path path = golden.sibling(at + "/file");
  Subject subject;
  if (golden.error() || !load(path, prompt.name, context_of(golden), &subject, report)) return;
  judge(subject, prompt, report);
}

void run_quantized_pack(GoldenJson& golden, SelftestReport& report) {
  const auto data = data_of(golden, "/data");
  if (!data) {
    report.unusable(golden.path().string(), data.error().message);
    return;
  }
  for (const std::string& file : golden.names("/files")) {
    run_quantized_file(golden, file, *data, report);
  }
}

}  // namespace

void selftest_logits(const fs::path& folder, SelftestReport& report) {
  for_each_golden(folder, report, [&](GoldenJson& golden, const std::string& format) {
    if (format.starts_with("golden-logits/")) run_logits_pack(golden, report);
    if (format.starts_with("golden-quantized/")) run_quantized_pack(golden, report);
  });
}

}  // namespace weir::cli

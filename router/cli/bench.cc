#include "router/cli/bench.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <new>
#include <optional>
#include <system_error>
#include <thread>

#include "cloud_adapters/wire/json_writer.h"
#include "local_backend/gguf/quant_recipe.h"
#include "local_backend/mini/embedded_model.h"
#include "local_backend/synthetic_model.h"
#include "router/cli/bench_runs.h"
#include "router/cli/draft_bench.h"
#include "router/cli/figures.h"
#include "router/cli/output.h"

namespace weir::cli {
namespace {

using File = std::shared_ptr<const GgufFile>;

constexpr double kGiga = 1e9;

double giga(double value) { return value / kGiga; }

// Everything about one run, in all rounds.
struct RunReport {
  BenchRun run;
  std::vector<double> rates;      // tokens a second
  std::vector<double> bandwidth;  // GB/s that the machine had meanwhile
  double giga_a_token = 0;        // operations of a prompt's, bytes of an answer's
};

struct BenchReport {
  std::string model;
  std::uint64_t parameters = 0;
  std::uint64_t bytes = 0;
  std::size_t threads = 0;
  std::string_view kernels;
  double peak = 0;  // int8 Gop/s
  double pack_seconds = 0;
  double packed_gigabytes = 0;
  std::vector<RunReport> runs;
};

std::string name_of(const BenchRun& run) {
  const bool prompt = run.prompt > 0;
  std::string name = prompt ? "pp" + std::to_string(run.prompt) : "tg" + std::to_string(run.answer);
  if (run.depth > 0) name += " @" + std::to_string(run.depth);
  if (run.streams > 1) name += " x" + std::to_string(run.streams);
  return name;
}

std::string text_of(const char* format, double a, double b, double c) {
  char text[96];
  std::snprintf(text, sizeof text, format, a, b, c);
  return text;
}

// Of what the machine could do: of its products for a prompt, of its memory for an answer.
double limit_of(const RunReport& run, double peak) {
  return run.run.prompt > 0 ? peak : median(run.bandwidth);
}

double used_of(const RunReport& run) { return median(run.rates) * run.giga_a_token; }

std::string line_of(const RunReport& report, double peak) {
  const auto [low, high] = std::minmax_element(report.rates.begin(), report.rates.end());
  std::string line = name_of(report.run);
  line.resize(std::max<std::size_t>(line.size(), 14), ' ');
  line += text_of("%8.1f tokens/s (%.1f-%.1f)", median(report.rates), *low, *high);
  line.resize(std::max<std::size_t>(line.size(), 46), ' ');
  const double limit = limit_of(report, peak);
  const bool prompt = report.run.prompt > 0;
  if (limit <= 0) return line + "\n";
  const double used = used_of(report);
  return line + text_of(prompt ? "%6.1f Gop/s of %.1f, %.0f %%\n" : "%6.1f GB/s of %.1f, %.0f %%\n",
                        used, limit, 100 * used / limit);
}

std::string head_of(const BenchReport& report) {
  return report.model + ": " +
         text_of("%.0f million weights in %.0f MB, ", static_cast<double>(report.parameters) / 1e6,
                 static_cast<double>(report.bytes) / 1e6, 0) +
         std::string(report.kernels) + ", " + std::to_string(report.threads) + " threads" +
         text_of(", packed in %.2f s, %.1f GB/s\n", report.pack_seconds,
                 report.packed_gigabytes / report.pack_seconds, 0);
}

void append_numbers(std::string* out, const std::vector<double>& values) {
  *out += '[';
  for (const double value : values) {
    if (out->back() != '[') *out += ',';
    append_json_number(out, value);
  }
  *out += ']';
}

std::string json_of(const BenchReport& report) {
  std::string text;
  JsonObject object(&text);
  object.string("model", report.model);
  object.number("parameters", static_cast<std::int64_t>(report.parameters));
  object.number("file_bytes", static_cast<std::int64_t>(report.bytes));
  object.string("kernels", report.kernels);
  object.number("threads", static_cast<std::int64_t>(report.threads));
  object.number("int8_gops", report.peak);
  object.number("pack_seconds", report.pack_seconds);
  std::string* runs = object.key("runs");
  *runs += '[';
  for (const RunReport& one : report.runs) {
    if (runs->back() != '[') *runs += ',';
    JsonObject run(runs);
    run.string("name", name_of(one.run));
    append_numbers(run.key("tokens_per_second"), one.rates);
    append_numbers(run.key("read_gb_per_second"), one.bandwidth);
    run.number(one.run.prompt > 0 ? "gop_per_token" : "gb_per_token", one.giga_a_token);
    run.close();
  }
  *runs += ']';
  object.close();
  return text;
}

std::vector<RunReport> runs_of(const BenchOptions& options) {
  std::vector<RunReport> runs;
  const auto add = [&](const BenchRun& run) { runs.emplace_back().run = run; };
  for (const std::size_t depth : options.depth) {
    for (const std::size_t tokens : options.prompt) {
      if (tokens > 0) add({.prompt = tokens, .depth = depth});
    }
    if (options.answer == 0) continue;
    for (const std::size_t streams : options.streams) {
      add({.answer = options.answer, .depth = depth, .streams = streams});
    }
  }
  return runs;
}

std::size_t longest_of(const std::vector<RunReport>& runs) {
  std::size_t longest = 1;
  for (const RunReport& one : runs) {
    const std::size_t tokens = std::max(one.run.prompt, one.run.answer);
    if (one.run.streams == 1) longest = std::max(longest, one.run.depth + tokens);
  }
  return longest;
}

double giga_a_token(const Model& model, const BenchRunner& runner, const BenchRun& run) {
  if (run.prompt > 0) return giga(prompt_operations(model));
  const double streams = static_cast<double>(run.streams);
  const double weights = step_weight_bytes(model, run.streams) / streams;
  return giga(weights + runner.state_bytes(run.depth + run.answer / 2));
}

std::size_t threads_of(const BenchOptions& options) {
  return options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
}

Result<BenchReport> measure(const File& file, const BenchOptions& options) {
  const auto kv = parse_kv_types(options.kv);
  if (!kv) return Error{ErrorCode::kInvalidRequest, "--kv: " + kv_types_expected()};
  const auto model = Model::load(file, {.kv_types = *kv});
  if (!model) return model.error();
  BenchReport report;
  report.model = for_terminal(file->find_string("general.name").value().value_or("model"));
  report.parameters = file->parameters();
  for (const auto& piece : file->pieces()) report.bytes += piece.size();
  report.threads = threads_of(options);
  report.kernels = kernels::best_kernels().name;
  report.peak = giga(kernels::int8_operations_per_second(kernels::best_kernels(), report.threads));
  report.runs = runs_of(options);
  kernels::WorkerPool pool(report.threads);
  const auto begin = std::chrono::steady_clock::now();
  (*model)->pack(pool, [](std::uint64_t) { return true; });
  report.pack_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  report.packed_gigabytes = giga(static_cast<double>((*model)->packed_bytes()));
  BenchRunner runner(*model, report.threads, options.batch, longest_of(report.runs));
  runner.warm_up();
  for (std::size_t round = 0; round < options.rounds; ++round) {
    for (RunReport& run : report.runs) {
      const BenchFigure figure = runner.measure(run.run);
      run.rates.push_back(figure.tokens_per_second);
      run.bandwidth.push_back(giga(figure.memory_bytes_per_second));
    }
  }
  for (RunReport& run : report.runs) run.giga_a_token = giga_a_token(**model, runner, run.run);
  return report;
}

int report_draft(const File& file, const BenchOptions& options) {
  const auto draft = open_model_file(options.draft);
  if (!draft) return fail(draft.error().message);
  const std::size_t depth = options.depth.empty() ? 0 : options.depth.front();
  const auto text = measure_draft({file, *draft, threads_of(options), depth, options.rounds});
  return text ? print(*text) : fail(text.error().message);
}

int report(const File& file, const BenchOptions& options) {
  if (!options.draft.empty()) return report_draft(file, options);
  const auto measured = measure(file, options);
  if (!measured) return fail(measured.error().message);
  if (options.json) return print(json_of(*measured));
  std::string text = head_of(*measured);
  for (const RunReport& run : measured->runs) text += line_of(run, measured->peak);
  return print(text);
}

// A made model, gone with this unless it is kept.
class MadeModel {
 public:
  ~MadeModel() {
    std::error_code ignored;
    if (!path_.empty() && !kept_) std::filesystem::remove(path_, ignored);
  }

  Result<File> open(const BenchOptions& options) {
    const SyntheticShape* shape = find_synthetic_shape(options.shape);
    if (shape == nullptr) {
      return Error{ErrorCode::kInvalidRequest,
                   "\"" + options.shape + "\" is none of " + synthetic_shape_names()};
    }
    kept_ = !options.keep.empty();
    path_ = options.keep;
    if (!kept_) {
      path_ = std::filesystem::temp_directory_path() /
              ("weir-bench-" + std::to_string(::getpid()) + ".gguf");
    }
    std::error_code unknown;
    if (!std::filesystem::exists(path_, unknown)) {
      const auto made = write_synthetic_model(path_, *shape, options.type);
      if (!made) return made.error();
    }
    auto file = GgufFile::open(path_);
    if (!file) return file.error();
    const auto name = (*file)->find_string("general.name");
    if (!name || name->value_or("") != synthetic_name(*shape, options.type)) {
      return Error{ErrorCode::kInvalidRequest,
                   path_.string() + ": is there already, and another model"};
    }
    return file;
  }

 private:
  std::filesystem::path path_;
  bool kept_ = true;
};

}  // namespace

std::string synthetic_shape_names() {
  std::string names;
  for (const SyntheticShape& shape : synthetic_shapes()) {
    names += (names.empty() ? "" : ", ") + std::string(shape.name);
  }
  return names;
}

int bench(const BenchOptions& options) {
  if (options.model.empty() == options.shape.empty()) {
    return fail("name a --model or a --shape: " + synthetic_shape_names(), kWrongArguments);
  }
  if (!options.kernels.empty() && !kernels::choose_kernels(options.kernels)) {
    return fail("--kernels: " + options.kernels + " does not run here", kWrongArguments);
  }
  try {
    MadeModel made;
    const auto file = options.model.empty() ? made.open(options) : open_model_file(options.model);
    if (!file) {
      const bool ours = file.error().code == ErrorCode::kInvalidRequest;
      return fail(file.error().message, ours ? kWrongArguments : kFailed);
    }
    return options.only_make ? print(for_terminal(options.keep)) : report(*file, options);
  } catch (const std::bad_alloc&) {
    return fail("the model needs more memory than there is");
  }
}

}  // namespace weir::cli

#include "router/cli/doctor.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <new>
#include <thread>

#include "cloud_adapters/wire/json_writer.h"
#include "core/disk.h"
#include "core/rng.h"
#include "local_backend/kernels/roofline.h"
#include "local_backend/local_backend.h"
#include "router/application.h"
#include "router/cli/checkup.h"
#include "router/cli/operator_config.h"
#include "router/cli/output.h"
#include "router/local_model.h"

namespace weir::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Weights, and those of them that a token meets.
struct KnownModel {
  const char* name;
  double weights;
  double met;
};

constexpr KnownModel kKnownModels[] = {
    {"0.6B (Qwen3)", 0.6e9, 0.6e9},        {"1B (Llama 3.2)", 1.24e9, 1.24e9},
    {"4B (Qwen3, Gemma 3)", 4.0e9, 4.0e9}, {"8B (Llama 3.1, Qwen3)", 8.2e9, 8.2e9},
    {"14B (Qwen3)", 14.8e9, 14.8e9},       {"20B-A4B (gpt-oss)", 20.9e9, 3.6e9},
    {"30B-A3B (Qwen3)", 30.5e9, 3.3e9},    {"32B (Qwen3)", 32.8e9, 32.8e9},
    {"70B (Llama 3.3)", 70.6e9, 70.6e9},   {"120B-A5B (gpt-oss)", 117e9, 5.1e9},
};

constexpr double kBytesAWeight = 0.61;  // of Q4_K_M
constexpr double kForWeights = 0.8;     // of memory: the rest is for keys, values and the system

template <class... Values>
std::string text_of(const char* format, Values... values) {
  char text[160];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::size_t processors() { return std::max(1u, std::thread::hardware_concurrency()); }

double physical_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long size = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? static_cast<double>(pages) * static_cast<double>(size) : 0;
}

MachineLimits limits_with(std::size_t threads, const kernels::MemoryProbe& memory) {
  const kernels::Kernels& kernels = kernels::best_kernels();
  return {physical_memory(), kernels::int8_operations_per_second(kernels, threads),
          memory.bytes_per_second(threads)};
}

std::string machine_text(std::size_t threads, const MachineLimits& one, const MachineLimits& all) {
  std::string text = text_of("machine   %zu processors, %.1f GB of memory, kernels: ", processors(),
                             all.memory_bytes / 1e9) +
                     std::string(kernels::best_kernels().name) + "\n";
  const auto line = [](std::size_t count, const MachineLimits& limits) {
    return text_of("limits    with %zu threads %.0f int8 Gop/s, memory read at %.1f GB/s\n", count,
                   limits.int8_operations / 1e9, limits.read_bytes / 1e9);
  };
  text += line(1, one);
  return threads > 1 ? text + line(threads, all) : text;
}

struct Timed {
  std::size_t prompt_tokens = 0;
  std::size_t answer_tokens = 0;
  double prompt_seconds = 0;
  double answer_seconds = 0;
};

// Words that no request had before, so that none is remembered.
Prompt random_prompt(Rng* rng, std::size_t words) {
  std::string text;
  for (std::size_t i = 0; i < words; ++i) {
    for (std::uint64_t bits = rng->next() | 1; bits > 4; bits /= 4096) {
      text += static_cast<char>('a' + bits % 26);
    }
    text += ' ';
  }
  Prompt prompt;
  prompt.add_user(std::move(text));
  return prompt;
}

Result<Timed> answer(Engine& engine, const Prompt& prompt, std::int64_t tokens) {
  SamplingParams sampling;
  sampling.temperature = 0;
  sampling.max_tokens = tokens;
  const auto begin = SteadyClock::now();
  auto stream = engine.submit(prompt, sampling, {});
  if (!stream) return stream.error();
  auto first = begin;
  while (!(*stream)->ended()) {
    (*stream)->wait_until(SteadyTime::max());
    if (first == begin) first = SteadyClock::now();
    while ((*stream)->try_take()) {
    }
  }
  const auto outcome = (*stream)->outcome();
  if (!outcome) return outcome.error();
  const Usage usage = (*stream)->usage();
  return Timed{static_cast<std::size_t>(usage.prompt_tokens()),
               static_cast<std::size_t>(usage.output_tokens),
               std::chrono::duration<double>(first - begin).count(),
               std::chrono::duration<double>(SteadyClock::now() - first).count()};
}

double per_second(std::size_t tokens, double seconds) {
  return seconds > 0 ? static_cast<double>(tokens) / seconds : 0;
}

std::string rates_text(const Timed& timed, const std::optional<Forecast>& told) {
  std::string text = text_of(
      "rates     %zu prompt tokens in %.2f s (%.1f tokens/s), %zu tokens in %.2f s (%.1f "
      "tokens/s)\n",
      timed.prompt_tokens, timed.prompt_seconds,
      per_second(timed.prompt_tokens, timed.prompt_seconds), timed.answer_tokens,
      timed.answer_seconds,
      per_second(timed.answer_tokens > 0 ? timed.answer_tokens - 1 : 0, timed.answer_seconds));
  if (!told) return text + "foretold  nothing yet\n";
  return text + text_of("foretold  %.2f s for the prompt, %.2f s for the answer\n",
                        told->prompt.count(), told->answer.count());
}

// Prompts that grow, as long as the pace allows, and one more that is foretold.
Result<std::string> model_text(LocalBackend& backend) {
  constexpr double kPatience = 4;  // seconds for a prompt
  constexpr std::size_t kMostWords = 160;
  Engine& engine = backend.engine();
  Rng rng(static_cast<std::uint64_t>(SteadyClock::now().time_since_epoch().count()));
  std::size_t words = 8;
  for (int i = 0; i < 5; ++i) {
    const auto timed = answer(engine, random_prompt(&rng, words), 16);
    if (!timed) return timed.error();
    const double each = timed->prompt_seconds / static_cast<double>(words);
    words = std::clamp<std::size_t>(static_cast<std::size_t>(kPatience / each), 4,
                                    std::min(2 * words, kMostWords));
  }
  const Prompt prompt = random_prompt(&rng, words);
  const std::size_t tokens = engine.tokenizer().encode(prompt).size();
  constexpr std::int64_t kAnswer = 32;
  const auto told = engine.forecast({tokens, 0, kAnswer});
  const auto timed = answer(engine, prompt, kAnswer);
  if (!timed) return timed.error();
  return "model     " + for_terminal(backend.model_info().name) + "\n" + rates_text(*timed, told);
}

// The model that is named, with defaults for all else, in place of the configuration's.
LocalConfig local_config(const DoctorOptions& options, const Config& config) {
  LocalConfig local;
  if (options.model.empty()) {
    local = config.local;
  } else {
    local.model = options.model;
  }
  if (options.threads > 0) local.threads = options.threads;
  return local;
}

struct Machine {
  std::size_t threads = 0;
  MachineLimits one;
  MachineLimits all;
};

Machine measure(const LocalConfig& local) {
  Machine machine;
  machine.threads = local.threads > 0 ? static_cast<std::size_t>(local.threads) : processors();
  const kernels::MemoryProbe memory;
  machine.one = limits_with(1, memory);
  machine.all = limits_with(machine.threads, memory);
  return machine;
}

std::string as_json(const Findings& findings, const Machine& machine) {
  std::string text;
  JsonObject object(&text);
  object.boolean("healthy", !has_problem(findings));
  object.raw("findings", findings_json(findings));
  object.number("processors", static_cast<std::int64_t>(processors()));
  object.string("kernels", kernels::best_kernels().name);
  object.number("memory_bytes", machine.all.memory_bytes);
  object.number("threads", static_cast<std::int64_t>(machine.threads));
  object.number("int8_operations_per_second", machine.all.int8_operations);
  object.number("read_bytes_per_second", machine.all.read_bytes);
  object.close();
  return text;
}

int examine(const LocalConfig& local, const Findings& findings, bool in_json) {
  const int code = has_problem(findings) ? kFailed : kDone;
  if (in_json) {
    print(as_json(findings, measure(local)));
    return code;
  }
  print(findings_text(findings));
  const Machine machine = measure(local);
  print(machine_text(machine.threads, machine.one, machine.all));
  if (!local.model.empty()) {
    const auto backend = load_local_model(local, nullptr);
    if (!backend) return fail(backend.error().message);
    const auto text = model_text(**backend);
    if (!text) return fail(text.error().message);
    print(*text);
  }
  print(fitting_models(machine.all));
  return code;
}

}  // namespace

std::string fitting_models(const MachineLimits& limits) {
  std::string text = "at most   in Q4_K_M, tokens/s of prompts and of one answer:\n";
  for (const KnownModel& model : kKnownModels) {
    const double bytes = model.weights * kBytesAWeight;
    const bool fits = bytes <= kForWeights * limits.memory_bytes;
    text += text_of("  %-22s %6.1f GB  ", model.name, bytes / 1e9);
    if (!fits) {
      text += "does not fit\n";
      continue;
    }
    text += text_of("%8.0f %8.1f\n", limits.int8_operations / (2 * model.met),
                    limits.read_bytes / (model.met * kBytesAWeight));
  }
  return text;
}

int doctor(const DoctorOptions& options) {
  const Result<Config> config = operator_config(options.config.path);
  if (!config) return fail(config.error().message);
  try {
    return examine(local_config(options, *config), checkup(*config), options.json);
  } catch (const std::bad_alloc&) {
    return fail("there is not enough memory");
  }
}

}  // namespace weir::cli

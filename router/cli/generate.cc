#include "router/cli/generate.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>
#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "local_backend/local_backend.h"
#include "router/cli/ctrl_c.h"
#include "router/cli/local_choice.h"
#include "router/cli/output.h"
#include "router/local_model.h"

namespace weir::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kLookForCtrlC = std::chrono::milliseconds(50);

// What was said, and how long it took.
struct Answer {
  std::string text;
  FinishReason finish = FinishReason::kNone;
  Usage usage;
  double prompt_seconds = 0;  // until the first token
  double answer_seconds = 0;  // from there on
};

double seconds(SteadyClock::duration span) { return std::chrono::duration<double>(span).count(); }

Result<LocalConfig> local_config(const GenerateOptions& options) {
  auto chosen = chosen_local(options.model, options.config.path);
  if (!chosen) return chosen.error();
  LocalConfig& local = *chosen;
  if (!options.model.empty()) local.max_output_tokens = 0;
  if (local.model.empty()) {
    return Error{ErrorCode::kInvalidConfig, "no model: name one with --model or in [local] model"};
  }
  if (options.threads > 0) local.threads = options.threads;
  if (options.context_tokens > 0) local.context_tokens = options.context_tokens;
  local.slots = 1;
  return local;
}

Result<Prompt> prompt_of(const GenerateOptions& options, const LocalBackend& backend) {
  std::string text = options.prompt;
  if (text == "-") text.assign(std::istreambuf_iterator<char>(std::cin), {});
  const bool has_template =
      backend.engine().model().file().find("tokenizer.chat_template") != nullptr;
  if (options.chat && !has_template) {
    return Error{ErrorCode::kInvalidRequest, "--chat: the model has no chat template"};
  }
  if (options.raw || !has_template) {
    Prompt prompt;
    prompt.add_user(options.system.empty() ? text : options.system + "\n" + text);
    return prompt;
  }
  std::vector<ChatTurn> turns;
  if (!options.system.empty()) turns.push_back({"system", options.system});
  turns.push_back({"user", text});
  return backend.chat_template().render(turns);
}

SamplingParams sampling_of(const GenerateOptions& options, SamplingParams params) {
  params.temperature = options.temperature.value_or(params.temperature);
  params.top_k = options.top_k.value_or(params.top_k);
  params.top_p = options.top_p.value_or(params.top_p);
  params.min_p = options.min_p.value_or(params.min_p);
  params.max_tokens = options.max_tokens;
  params.seed = options.seed;
  params.stop = options.stop;
  return params;
}

// Reads the stream, which was asked for at `begin`, to its end, or until Ctrl-C.
Result<Answer> read_answer(TokenStream& stream, SteadyClock::time_point begin, bool show) {
  Answer answer;
  const bool terminal = ::isatty(STDOUT_FILENO) != 0;
  auto first = begin;
  while (!stream.ended() && !interrupted()) {
    stream.wait_until(SteadyClock::now() + kLookForCtrlC);
    while (const auto piece = stream.try_take()) {
      if (first == begin) first = SteadyClock::now();
      answer.text += piece->text;
      if (!show) continue;
      const std::string shown = terminal ? for_terminal(piece->text) : piece->text;
      std::fwrite(shown.data(), 1, shown.size(), stdout);
      std::fflush(stdout);
    }
  }
  answer.prompt_seconds = seconds(first - begin);
  answer.answer_seconds = seconds(SteadyClock::now() - first);
  answer.usage = stream.usage();
  if (interrupted()) return answer;
  const auto outcome = stream.outcome();
  if (!outcome) return outcome.error();
  answer.finish = *outcome;
  return answer;
}

// 0 where the time is too short to tell.
double per_second(std::int64_t tokens, double span) {
  constexpr double kShortestSpan = 1e-3;
  return span >= kShortestSpan && tokens > 0 ? static_cast<double>(tokens) / span : 0;
}

// The first token comes out of the prompt's own pass.
double answer_rate(const Answer& answer) {
  return per_second(answer.usage.output_tokens - 1, answer.answer_seconds);
}

std::string_view finish_name(const Answer& answer) {
  switch (answer.finish) {
    case FinishReason::kNone: return "interrupted";
    case FinishReason::kLength: return "length";
    default: return "stop";
  }
}

std::string to_json(const Answer& answer, const LocalModelInfo& model) {
  std::string text;
  JsonObject object(&text);
  object.string("model", model.name);
  object.string("text", answer.text);
  object.string("finish_reason", finish_name(answer));
  object.number("prompt_tokens", answer.usage.prompt_tokens());
  object.number("completion_tokens", answer.usage.output_tokens);
  object.number("prompt_seconds", answer.prompt_seconds);
  object.number("completion_seconds", answer.answer_seconds);
  object.number("tokens_per_second", answer_rate(answer));
  object.close();
  return text;
}

std::string in_time(double span, double rate) {
  char text[64];
  if (rate > 0) {
    std::snprintf(text, sizeof text, " in %.2f s (%.1f tokens/s), ", span, rate);
  } else {
    std::snprintf(text, sizeof text, " in %.2f s, ", span);
  }
  return text;
}

void print_figures(const Answer& answer) {
  const std::int64_t prompt = answer.usage.prompt_tokens();
  std::string line = std::to_string(prompt) + " prompt tokens";
  line += in_time(answer.prompt_seconds, per_second(prompt, answer.prompt_seconds));
  line += std::to_string(answer.usage.output_tokens) + " tokens";
  line += in_time(answer.answer_seconds, answer_rate(answer));
  line.append(finish_name(answer)).append("\n");
  std::fputs(line.c_str(), stderr);
}

}  // namespace

int generate(const GenerateOptions& options) {
  const Result<LocalConfig> config = local_config(options);
  if (!config) return fail(config.error().message);
  const auto backend = load_local_model(*config, nullptr);
  if (!backend) return fail(backend.error().message);
  const Result<Prompt> prompt = prompt_of(options, **backend);
  if (!prompt) return fail(prompt.error().message, kWrongArguments);
  stop_on_ctrl_c();
  const auto begin = SteadyClock::now();
  auto stream = (*backend)->engine().submit(
      *prompt, sampling_of(options, (*backend)->sampling_defaults()), {});
  if (!stream) {
    const bool ours = stream.error().code == ErrorCode::kInvalidRequest;
    return fail(stream.error().message, ours ? kWrongArguments : kFailed);
  }
  const Result<Answer> answer = read_answer(**stream, begin, !options.json);
  if (!options.json) std::fputc('\n', stdout);
  std::fflush(stdout);
  if (!answer) return fail(answer.error().message);
  if (options.json) print(to_json(*answer, (*backend)->model_info()));
  print_figures(*answer);
  if (answer->finish == FinishReason::kNone) return kInterrupted;
  return finish_output();
}

}  // namespace weir::cli

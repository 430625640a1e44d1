#include "router/cli/eval_mini.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "cloud_adapters/wire/codec.h"
#include "local_backend/local_backend.h"
#include "router/cli/local_run.h"
#include "router/cli/output.h"
#include "router/cli/shipped_jobs.h"
#include "router/cli/small_jobs.h"

namespace weir::cli {
namespace {

using nlohmann::json;

// Gathers an answer as a client's body has it.
class BodySink final : public EventSink {
 public:
  explicit BodySink(const Codec& codec) : writer_(codec.body_writer({})) {}

  Async<WriteResult> write(const StreamEvent& event) override {
    if (!writer_->write(event, &body_)) co_return WriteResult::kClientGone;
    co_return WriteResult::kOk;
  }
  bool started() const override { return false; }
  CancelSignal& cancel() override { return cancel_; }

  const std::string& body() const { return body_; }

 private:
  std::unique_ptr<AnswerWriter> writer_;
  std::string body_;
  CancelSignal cancel_;
};

// The message of the answer; adds its tokens.
Result<json> answer_to(LocalBackend& backend, const SmallJob& job, std::int64_t* tokens) {
  const Codec& codec = codec_of(Dialect::kOpenAiChat);
  auto request = codec.parse_request(job.body);
  if (!request) return request.error();
  BodySink sink(codec);
  const Result<Usage> result = run_blocking(local_answer(backend, *request, sink));
  if (!result) return result.error();
  *tokens += result->output_tokens;
  const json body = json::parse(sink.body(), nullptr, false);
  if (!body.is_object()) return Error{ErrorCode::kInternal, "the answer is no JSON"};
  return body.at("choices").at(0).at("message");
}

Result<std::vector<SmallJob>> read_all(const EvalMiniOptions& options) {
  std::vector<SmallJob> all;
  const auto add = [&](std::istream& in, const std::string& name) -> Result<void> {
    auto jobs = read_jobs(in, name, options.max_tokens, options.form);
    if (!jobs) return jobs.error();
    std::move(jobs->begin(), jobs->end(), std::back_inserter(all));
    return {};
  };
  for (const std::string& path : options.tasks) {
    std::ifstream in(path);
    if (!in) return Error{ErrorCode::kNotFound, path + ": cannot be read"};
    if (const auto added = add(in, path); !added) return added.error();
  }
  if (!options.tasks.empty()) return all;
  for (const ShippedJobs& set : shipped_jobs()) {
    std::istringstream in{std::string(set.lines)};
    if (const auto added = add(in, set.name); !added) return added.error();
  }
  return all;
}

Result<std::unique_ptr<LocalBackend>> load(const EvalMiniOptions& asked) {
  LocalBackendOptions options;
  options.name = "local";
  options.model_path = asked.model;
  options.constrain_calls = asked.form != JobForm::kFree;
  options.engine.max_sequences = 1;
  return LocalBackend::load(std::move(options));
}

std::string wrong_line(const SmallJob& job, const json& message) {
  const json line = {{"skill", job.skill},
                     {"messages", json::parse(job.body)["messages"]},
                     {"expect", json::parse(job.expect)},
                     {"got", message}};
  return line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

int eval_mini(const EvalMiniOptions& options) {
  const auto jobs = read_all(options);
  if (!jobs) return fail(jobs.error().message, kWrongArguments);
  const auto backend = load(options);
  if (!backend) return fail(options.model + ": " + backend.error().message, kWrongArguments);
  SkillScores scores;
  std::string wrong;
  std::int64_t tokens = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (const SmallJob& job : *jobs) {
    const auto message = answer_to(**backend, job, &tokens);
    const json said = message ? *message : json{{"error", message.error().message}};
    const Verdict verdict = judge_job(job, said);
    scores[job.skill].add(verdict);
    if (options.wrong && !verdict.right) wrong += wrong_line(job, said);
  }
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  const double rate = static_cast<double>(tokens) / spent.count();
  if (!options.json) {
    char text[80];
    std::snprintf(text, sizeof text, "%lld tokens of answers, %.0f a second, prompts included\n",
                  static_cast<long long>(tokens), rate);
    return print(wrong + scores_table(scores) + text);
  }
  json told = scores_json(scores);
  told["answer_tokens"] = tokens;
  told["answer_tokens_per_second"] = rate;
  told["model"] = (*backend)->model_info().name;
  told["fingerprint"] = (*backend)->model_info().hash;
  return print(wrong + told.dump());
}

}  // namespace weir::cli

#include "router/cli/small_jobs.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "router/cli/figures.h"

namespace weir::cli {
namespace {

using nlohmann::json;

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin));
}

std::optional<std::string> problem_of(const nlohmann::ordered_json& job) {
  if (!job.is_object()) return "is no JSON object";
  if (!job.contains("skill") || !job["skill"].is_string()) return "\"skill\" is no text";
  if (!job.contains("messages") || !job["messages"].is_array()) return "\"messages\" is no array";
  const auto expect = job.value("expect", nlohmann::ordered_json());
  const bool known =
      expect.is_object() && expect.size() == 1 &&
      (expect.contains("text") || expect.contains("json") || expect.contains("tool"));
  if (!known) return "\"expect\" has none of \"text\", \"json\" and \"tool\", or several";
  return std::nullopt;
}

using Ordered = nlohmann::ordered_json;

// Of values that have the members and types of this one. Any of them may be missing from the
// text that the job is about: then it is null.
Ordered schema_like(const Ordered& value) {
  if (value.is_array()) {
    Ordered schema = {{"type", {"array", "null"}}};
    if (!value.empty()) schema["items"] = schema_like(value.front());
    return schema;
  }
  if (value.is_boolean()) return {{"type", {"boolean", "null"}}};
  if (value.is_number()) return {{"type", {"number", "null"}}};
  if (!value.is_object()) return {{"type", {"string", "null"}}};
  Ordered schema = {{"type", "object"}, {"additionalProperties", false}};
  schema["properties"] = Ordered::object();
  schema["required"] = Ordered::array();
  for (const auto& [name, member] : value.items()) {
    schema["properties"][name] = schema_like(member);
    schema["required"].push_back(name);
  }
  return schema;
}

Ordered format_of(const Ordered& expected) {
  return {
      {"type", "json_schema"},
      {"json_schema", {{"name", "answer"}, {"strict", true}, {"schema", schema_like(expected)}}}};
}

// Members keep their order: that of a tool's parameters is seen by the model.
SmallJob job_of(const Ordered& line, std::size_t max_tokens, JobForm form) {
  nlohmann::ordered_json body = {{"model", "local"},
                                 {"messages", line["messages"]},
                                 {"temperature", 0},
                                 {"max_tokens", max_tokens}};
  for (const char* const key : {"tools", "response_format"}) {
    if (line.contains(key)) body[key] = line[key];
  }
  if (form == JobForm::kFree) body.erase("response_format");
  const Ordered& expect = line["expect"];
  if (form == JobForm::kSchema && expect.contains("json")) {
    body["response_format"] = format_of(expect["json"]);
  }
  return {line["skill"].get<std::string>(), body.dump(), line["expect"].dump()};
}

std::string text_of(const json& message) {
  const auto content = message.find("content");
  return content != message.end() && content->is_string() ? trimmed(content->get<std::string>())
                                                          : std::string();
}

json parsed(const std::string& text) { return json::parse(text, nullptr, false); }

// {"name", "arguments"} of the first call; discarded if there is none, or no JSON.
json first_call(const json& message) {
  const auto calls = message.find("tool_calls");
  if (calls == message.end() || !calls->is_array() || calls->empty()) {
    return json(json::value_t::discarded);
  }
  const json& function = calls->front().at("function");
  json arguments = parsed(function.at("arguments").get<std::string>());
  if (arguments.is_discarded()) return arguments;
  return {{"name", function.at("name")}, {"arguments", std::move(arguments)}};
}

bool is_text(const json& expected, const std::string& answer) {
  const json texts = expected.is_array() ? expected : json::array({expected});
  return std::any_of(texts.begin(), texts.end(), [&](const json& text) {
    return text.is_string() && trimmed(text.get<std::string>()) == answer;
  });
}

struct Interval {
  double low = 0;
  double high = 0;
};

// Wilson, 95 %.
Interval interval_of(std::size_t right, std::size_t jobs) {
  if (jobs == 0) return {};
  constexpr double kZ = 1.959964;
  const auto n = static_cast<double>(jobs);
  const double p = static_cast<double>(right) / n;
  const double centre = (p + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half = kZ / (1 + kZ * kZ / n) * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

std::string row(const std::string& skill, const SkillScore& score) {
  const Interval interval = interval_of(score.right, score.jobs);
  char text[160];
  std::snprintf(text, sizeof text, "%-14s %6zu %8.1f %%  [%5.1f, %5.1f]", skill.c_str(), score.jobs,
                100 * share(score.right, score.jobs), 100 * interval.low, 100 * interval.high);
  std::string line = text;
  if (score.asked_json > 0) {
    std::snprintf(text, sizeof text, " %8.1f %%", 100 * share(score.parsed, score.asked_json));
    line += text;
  }
  return line + "\n";
}

SkillScore sum_of(const SkillScores& scores) {
  SkillScore sum;
  for (const auto& [skill, score] : scores) sum.add(score);
  return sum;
}

json score_json(const SkillScore& score) {
  const Interval interval = interval_of(score.right, score.jobs);
  json object = {{"jobs", score.jobs},
                 {"right", score.right},
                 {"share", share(score.right, score.jobs)},
                 {"low", interval.low},
                 {"high", interval.high}};
  if (score.asked_json > 0) object["json_parses"] = share(score.parsed, score.asked_json);
  return object;
}

}  // namespace

Result<std::vector<SmallJob>> read_jobs(std::istream& in, const std::string& name,
                                        std::size_t max_tokens, JobForm form) {
  std::vector<SmallJob> jobs;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (trimmed(line).empty()) continue;
    const auto job = nlohmann::ordered_json::parse(line, nullptr, false);
    const std::string place = name + ":" + std::to_string(number) + ": ";
    if (const auto problem = problem_of(job)) {
      return Error{ErrorCode::kInvalidRequest, place + *problem};
    }
    if (jobs.size() == kMaxJobs) {
      return Error{ErrorCode::kTooLarge, place + "more than " + std::to_string(kMaxJobs) + " jobs"};
    }
    jobs.push_back(job_of(job, max_tokens, form));
  }
  if (jobs.empty()) return Error{ErrorCode::kInvalidRequest, name + ": holds no job"};
  return jobs;
}

Verdict judge_job(const SmallJob& job, const json& message) {
  const json expect = json::parse(job.expect);
  Verdict verdict;
  if (expect.contains("text")) {
    verdict.right = !message.contains("tool_calls") && is_text(expect["text"], text_of(message));
    return verdict;
  }
  const bool tool = expect.contains("tool");
  const json got = tool ? first_call(message) : parsed(text_of(message));
  verdict.asked_json = true;
  verdict.parsed = !got.is_discarded();
  verdict.right = verdict.parsed && got == expect[tool ? "tool" : "json"];
  return verdict;
}

void SkillScore::add(const Verdict& verdict) {
  ++jobs;
  right += verdict.right;
  asked_json += verdict.asked_json;
  parsed += verdict.parsed;
}

void SkillScore::add(const SkillScore& other) {
  jobs += other.jobs;
  right += other.right;
  asked_json += other.asked_json;
  parsed += other.parsed;
}

std::string scores_table(const SkillScores& scores) {
  std::string table = "skill            jobs    right       95 %          JSON parses\n";
  for (const auto& [skill, score] : scores) table += row(skill, score);
  return table + row("all", sum_of(scores));
}

json scores_json(const SkillScores& scores) {
  json skills = json::object();
  for (const auto& [skill, score] : scores) skills[skill] = score_json(score);
  return {{"skills", std::move(skills)}, {"all", score_json(sum_of(scores))}};
}

}  // namespace weir::cli

// Small jobs with known answers, and the judgement of an answer.
//
// One JSON object a line: {"skill", "messages", "tools"?, "response_format"?, "expect"},
// with expect one of {"text": "..." or a list of what may be said}, {"json": value} and
// {"tool": {"name", "arguments"}}. Pure but for reading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace weir::cli {

struct SmallJob {
  std::string skill;
  std::string body;    // of a chat request to `model` "local"
  std::string expect;  // JSON
};

inline constexpr std::size_t kMaxJobs = 100'000;

// How far an answer is held to a form.
enum class JobForm : std::uint8_t {
  kFree,    // not at all
  kAsked,   // to the response_format of its job
  kSchema,  // JSON to a schema too, which knows the members and types that are expected
};

// Errors begin with "NAME:LINE:" and name the key. `max_tokens` bounds each answer.
Result<std::vector<SmallJob>> read_jobs(std::istream& in, const std::string& name,
                                        std::size_t max_tokens, JobForm form = JobForm::kAsked);

struct Verdict {
  bool right = false;
  bool asked_json = false;  // JSON or a call was to come
  bool parsed = false;      // and it came, right or wrong
};

// `message` is the answer's message, as OpenAI writes it. Texts are compared without blanks
// around them, JSON by value: 2 is 2.0, and true is not 1.
Verdict judge_job(const SmallJob& job, const nlohmann::json& message);

struct SkillScore {
  std::size_t jobs = 0;
  std::size_t right = 0;
  std::size_t asked_json = 0;
  std::size_t parsed = 0;

  void add(const Verdict& verdict);
  void add(const SkillScore& other);
};

using SkillScores = std::map<std::string, SkillScore>;

// A line a skill and one for all: jobs, share of right ones with its 95 % interval
// (Wilson), share of answers that parse.
std::string scores_table(const SkillScores& scores);
nlohmann::json scores_json(const SkillScores& scores);

}  // namespace weir::cli

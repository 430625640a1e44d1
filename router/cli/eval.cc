#include "router/cli/eval.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "cloud_adapters/wire/json.h"
#include "cloud_adapters/wire/json_writer.h"
#include "router/cli/output.h"
#include "router/difficulty.h"
#include "router/pull/running_sha256.h"

namespace weir::cli {
namespace {

constexpr std::size_t kReadBytes = 65'536;
constexpr double kSmallGap = 0.08;  // below it a rate of the gap is mostly noise

Error bad_line(const std::string& what) { return {ErrorCode::kInvalidRequest, what}; }

Result<double> grade(simdjson::dom::object line, std::string_view key) {
  const std::string name = "\"" + std::string(key) + "\"";
  simdjson::dom::element value;
  if (line[key].get(value) != simdjson::SUCCESS) return bad_line(name + " is missing");
  bool flag = false;
  if (value.get(flag) == simdjson::SUCCESS) return flag ? 1.0 : 0.0;
  double number = -1;
  if (value.get(number) == simdjson::SUCCESS && number >= 0 && number <= 1) return number;
  return bad_line(name + " must be true, false or a grade from 0 to 1");
}

Result<std::string_view> prompt_text(simdjson::dom::object line) {
  simdjson::dom::element value;
  if (line["prompt"].get(value) != simdjson::SUCCESS) return bad_line("\"prompt\" is missing");
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return bad_line("\"prompt\" must be a string");
  return text;
}

GradedPrompt scored(std::string_view text) {
  ChatRequest request;
  request.messages.push_back({Role::kUser, {}, {{TextPart{text}, {}}}, {}});
  const Features features = extract_features(request);
  const AnswerOdds odds = answer_odds(features);
  GradedPrompt prompt;
  prompt.score = difficulty(features);
  prompt.local_ok = odds.local_ok;
  prompt.cloud_ok = odds.cloud_ok;
  prompt.bytes = static_cast<double>(text.size());
  return prompt;
}

Result<GradedPrompt> read_line(const std::string& line) {
  const auto document = JsonDocument::parse(line, line.capacity());
  if (!document) return document.error();
  simdjson::dom::object object;
  if ((*document)->root().get(object) != simdjson::SUCCESS) {
    return bad_line("must be a JSON object");
  }
  const Result<std::string_view> text = prompt_text(object);
  if (!text) return text.error();
  const Result<double> weak = grade(object, "weak_ok");
  if (!weak) return weak.error();
  const Result<double> strong = grade(object, "strong_ok");
  if (!strong) return strong.error();
  GradedPrompt prompt = scored(*text);
  prompt.weak_grade = *weak;
  prompt.strong_grade = *strong;
  return prompt;
}

// Collects the lines of a file that comes in pieces.
class GradedReader {
 public:
  std::optional<Error> add(std::string_view piece) {
    while (!piece.empty()) {
      const std::size_t end = std::min(piece.find('\n'), piece.size());
      if (line_.size() + end > kEvalMaxLineBytes) {
        return bad_line("is longer than " + std::to_string(kEvalMaxLineBytes) + " bytes");
      }
      line_ += piece.substr(0, end);
      if (end == piece.size()) return std::nullopt;
      if (auto error = end_line()) return error;
      piece.remove_prefix(end + 1);
      ++number_;
    }
    return std::nullopt;
  }

  std::optional<Error> end_line() {
    const bool blank = line_.find_first_not_of(" \t\r") == std::string::npos;
    if (!blank && prompts.size() == kEvalMaxPrompts) {
      return bad_line("is one prompt too many, " + std::to_string(kEvalMaxPrompts) + " at most");
    }
    if (!blank) {
      const Result<GradedPrompt> prompt = read_line(line_);
      if (!prompt) return prompt.error();
      prompts.push_back(*prompt);
    }
    line_.clear();
    return std::nullopt;
  }

  std::size_t line_number() const { return number_; }

  std::vector<GradedPrompt> prompts;

 private:
  std::string line_;
  std::size_t number_ = 1;
};

void optional_number(JsonObject& object, std::string_view name, const std::optional<double>& x) {
  x ? object.number(name, *x) : object.null(name);
}

std::string shown(const std::optional<double>& value, int digits) {
  if (!value) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, *value);
  return text;
}

std::string row(std::string_view name, const std::string& value) {
  std::string text(name);
  text.resize(std::max<std::size_t>(text.size() + 2, 26), ' ');
  return text + value + "\n";
}

void warn(const GradedFile& file, const DifficultyMeasures& measures, const std::string& name) {
  if (difficulty_was_trained_on(file.sha256)) {
    std::fprintf(stderr,
                 "weir: warning: %s is in the training record of these weights (%s): the figures "
                 "are too good\n",
                 name.c_str(), std::string(difficulty_version()).c_str());
  }
  const double gap = measures.strong_mean - measures.weak_mean;
  if (gap < kSmallGap) {
    std::fprintf(stderr,
                 "weir: warning: the strong model is better by %.3f only: APGR and CPT are not "
                 "reliable below %.2f\n",
                 gap, kSmallGap);
  }
}

}  // namespace

Result<GradedFile> read_graded(std::istream& in, const std::string& name) {
  RunningSha256 hash;
  GradedReader reader;
  std::string buffer(kReadBytes, '\0');
  std::optional<Error> error;
  while (!error && in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const std::string_view piece(buffer.data(), static_cast<std::size_t>(in.gcount()));
    hash.add(piece);
    error = reader.add(piece);
  }
  if (in.bad()) return Error{ErrorCode::kStorage, name + ": cannot be read"};
  if (!error) error = reader.end_line();
  if (error) {
    error->message = name + ":" + std::to_string(reader.line_number()) + ": " + error->message;
    return *error;
  }
  if (reader.prompts.empty()) return bad_line(name + ": has no prompts");
  return GradedFile{std::move(reader.prompts), hash.hex()};
}

std::string measures_json(const DifficultyMeasures& measures) {
  std::string apgr;
  JsonObject interval(&apgr);
  optional_number(interval, "value", measures.apgr);
  optional_number(interval, "low", measures.apgr_low);
  optional_number(interval, "high", measures.apgr_high);
  interval.close();
  std::string baselines;
  JsonObject others(&baselines);
  others.number("random", measures.random);
  optional_number(others, "length", measures.length);
  optional_number(others, "oracle", measures.oracle);
  others.close();
  std::string text;
  JsonObject object(&text);
  object.raw("apgr", apgr);
  optional_number(object, "cpt50", measures.cpt50);
  optional_number(object, "cpt80", measures.cpt80);
  optional_number(object, "auroc", measures.auroc);
  object.number("ece", measures.ece);
  object.raw("baselines", baselines);
  object.number("n", static_cast<std::int64_t>(measures.prompts));
  object.close();
  return text;
}

std::string measures_table(const DifficultyMeasures& m) {
  return row("prompts", std::to_string(m.prompts)) +
         row("weak / strong model", shown(m.weak_mean, 3) + " / " + shown(m.strong_mean, 3)) +
         row("APGR",
             shown(m.apgr, 3) + " [" + shown(m.apgr_low, 3) + ", " + shown(m.apgr_high, 3) + "]") +
         row("  random", shown(m.random, 3)) + row("  longest prompts first", shown(m.length, 3)) +
         row("  oracle", shown(m.oracle, 3)) + row("CPT50, % strong calls", shown(m.cpt50, 1)) +
         row("CPT80, % strong calls", shown(m.cpt80, 1)) +
         row("AUROC, strong > weak", shown(m.auroc, 3)) +
         row("ECE of P(local ok)", shown(m.ece, 3)) +
         row("ECE of P(cloud ok)", shown(m.ece_cloud, 3)) +
         row("ECE of the score", shown(m.ece_score, 3));
}

int eval(const EvalOptions& options) {
  std::error_code ignored;
  if (std::filesystem::is_directory(options.file, ignored)) {
    return fail(options.file + ": is a directory");
  }
  errno = 0;
  std::ifstream in(options.file, std::ios::binary);
  if (!in) return fail(options.file + ": " + std::generic_category().message(errno));
  const Result<GradedFile> file = read_graded(in, options.file);
  if (!file) return fail(file.error().message);
  const DifficultyMeasures measures = measure_difficulty(file->prompts);
  warn(*file, measures, options.file);
  return print(options.json ? measures_json(measures) : measures_table(measures));
}

}  // namespace weir::cli

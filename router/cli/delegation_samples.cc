#include "router/cli/delegation_samples.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace weir::cli {
namespace {

using nlohmann::json;

// Nothing if the member is no list of words.
std::optional<std::vector<std::string>> words_of(const json& line, const char* name) {
  std::vector<std::string> words;
  const auto found = line.find(name);
  if (found == line.end()) return words;
  if (!found->is_array()) return std::nullopt;
  for (const json& word : *found) {
    if (!word.is_string() || word.get_ref<const std::string&>().empty()) return std::nullopt;
    words.push_back(word.get<std::string>());
  }
  return words;
}

}  // namespace

Result<std::vector<DelegationSample>> read_delegation_samples(std::istream& in,
                                                              const std::string& name) {
  std::vector<DelegationSample> samples;
  std::string text;
  for (std::size_t number = 1; std::getline(in, text); ++number) {
    if (text.empty()) continue;
    const auto wrong = [&](const std::string& what) {
      std::string message = name + ":" + std::to_string(number);
      return Error{ErrorCode::kInvalidRequest, message.append(": ").append(what)};
    };
    const json line = json::parse(text, nullptr, false);
    if (!line.is_object()) return wrong("is no JSON object");
    if (!line.contains("messages")) return wrong("has no messages");
    DelegationSample sample;
    sample.body = json{{"model", "auto"}, {"messages", line["messages"]}}.dump();
    auto canaries = words_of(line, "canaries");
    auto needed = words_of(line, "needed");
    auto expected = words_of(line, "expected");
    if (!canaries || canaries->empty()) return wrong("canaries must be a list of texts");
    if (!needed || !expected) return wrong("needed and expected must be lists of texts");
    sample.canaries = std::move(*canaries);
    sample.needed = std::move(*needed);
    sample.expected = std::move(*expected);
    if (line.contains("said")) {
      if (!line["said"].is_string()) return wrong("said must be a text");
      sample.said = line["said"].get<std::string>();
    }
    samples.push_back(std::move(sample));
  }
  if (samples.empty()) return Error{ErrorCode::kInvalidRequest, name + ": has no line"};
  return samples;
}

}  // namespace weir::cli

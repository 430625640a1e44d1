#include "router/cli/privacy_samples.h"

#include <re2/re2.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>

namespace weir::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kShortestWord = 20;
constexpr std::size_t kLongWord = 32;  // no two secrets share one by chance

Error bad(const std::string& name, std::size_t number, const std::string& what) {
  return {ErrorCode::kInvalidRequest, name + ":" + std::to_string(number) + ": " + what};
}

// The byte of every character of `text`, and of its end.
std::vector<std::size_t> character_bytes(std::string_view text) {
  std::vector<std::size_t> bytes;
  bytes.reserve(text.size() + 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) bytes.push_back(i);
  }
  bytes.push_back(text.size());
  return bytes;
}

std::optional<LabelledText> labelled_text(const json& line) {
  if (!line.is_object() || !line.contains("full_text") || !line["full_text"].is_string() ||
      !line.contains("spans") || !line["spans"].is_array()) {
    return std::nullopt;
  }
  LabelledText text{line["full_text"], {}};
  const std::vector<std::size_t> bytes = character_bytes(text.text);
  for (const json& span : line["spans"]) {
    if (!span.is_object() || !span.contains("entity_type") || !span["entity_type"].is_string())
      return std::nullopt;
    const auto position = [&](const char* key) {
      return span.contains(key) && span[key].is_number_unsigned() ? span[key].get<std::size_t>()
                                                                  : bytes.size();
    };
    const std::size_t begin = position("start_position");
    const std::size_t end = position("end_position");
    if (begin >= end || end >= bytes.size()) return std::nullopt;
    text.spans.push_back({span["entity_type"], bytes[begin], bytes[end]});
  }
  return text;
}

std::optional<SecretSample> secret_sample(const json& element) {
  const auto text_of = [&](const char* key) {
    return element.is_object() && element.contains(key) && element[key].is_string()
               ? std::optional<std::string>(element[key])
               : std::nullopt;
  };
  const auto rule = text_of("rule");
  const auto kind = text_of("kind");
  const auto text = text_of("text");
  if (!rule || !text || !kind || (*kind != "tps" && *kind != "fps")) return std::nullopt;
  return SecretSample{*rule, *kind == "tps", *text};
}

Result<PrivacySamples> read_array(const std::string& bytes, const std::string& name) {
  const json array = json::parse(bytes, nullptr, false);
  if (!array.is_array()) return bad(name, 1, "is no JSON array");
  PrivacySamples samples;
  samples.secrets.reserve(array.size());
  for (std::size_t i = 0; i < array.size(); ++i) {
    auto sample = secret_sample(array[i]);
    if (!sample) return bad(name, i + 1, R"(needs "rule", "kind" (tps or fps) and "text")");
    samples.secrets.push_back(std::move(*sample));
  }
  return samples;
}

Result<PrivacySamples> read_lines(const std::string& bytes, const std::string& name) {
  PrivacySamples samples;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
    ++number;
    const std::string_view line = std::string_view(bytes).substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto text = labelled_text(json::parse(line, nullptr, false));
    if (!text) return bad(name, number, R"(needs "full_text" and "spans" that lie in it)");
    samples.texts.push_back(std::move(*text));
  }
  return samples;
}

bool is_pattern(const SecretSample& sample) {
  static const RE2 pattern(R"(\]\{\d+,?\d*\}|\(\?[:i]|\[\\\\?w)");
  return RE2::PartialMatch(sample.text, pattern) ||
         (sample.secret && sample.text.find("%s") != std::string::npos);
}

bool is_file_name(const SecretSample& sample) {
  static const RE2 name(
      R"((?i)[\w./-]+\.(ya?ml|hcl|tf|config|php|html?|js|py|xml|json|sh|p12\w?|pfx))");
  return RE2::FullMatch(sample.text, name);
}

bool is_piece(const SecretSample& sample) {
  if (!sample.secret) return false;
  const std::string_view text = sample.text;
  const bool one_word = text.find_first_of(" \t\n") == std::string_view::npos;
  const bool digit = text.find_first_of("0123456789") != std::string_view::npos;
  if (one_word && (text.size() < kShortestWord || !digit)) return true;
  if (text.size() < kShortestWord && !digit) return true;
  static const RE2 open_end(R"((?s).*(\\"\w{0,8}-?|[_/.-]|(^|[\s_])[A-Za-z_]+ *= *))");
  return RE2::FullMatch(sample.text, open_end) && text.size() < 4 * kShortestWord;
}

// The patterns among the tps of each rule.
std::map<std::string, std::vector<std::unique_ptr<RE2>>> patterns_of(
    const std::vector<SecretSample>& samples) {
  std::map<std::string, std::vector<std::unique_ptr<RE2>>> patterns;
  RE2::Options quiet;
  quiet.set_log_errors(false);
  for (const SecretSample& sample : samples) {
    // One that begins with a class describes any word of some length.
    if (!sample.secret || !is_pattern(sample) || sample.text.starts_with('[')) continue;
    auto pattern = std::make_unique<RE2>(sample.text, quiet);
    if (pattern->ok()) patterns[sample.rule].push_back(std::move(pattern));
  }
  return patterns;
}

// Calls `visit` with each long word of the text.
void each_long_word(const std::string& text, const std::function<void(const std::string&)>& visit) {
  constexpr std::string_view kBetween = ": \t\n\r\"'`,;()<>=";
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of(kBetween, begin), text.size());
    if (end - begin >= kLongWord) visit(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

// The texts of one kind, whole, and their long words.
std::set<std::string> long_words(const std::vector<SecretSample>& samples, bool secret) {
  std::set<std::string> words;
  for (const SecretSample& sample : samples) {
    if (sample.secret != secret) continue;
    words.insert(sample.text);
    each_long_word(sample.text, [&](const std::string& word) { words.insert(word); });
  }
  return words;
}

// Of tps the whole text counts; of fps also what they hold.
bool contradicts(const SecretSample& sample, const std::set<std::string>& secrets,
                 const std::set<std::string>& others) {
  if (sample.secret) return others.contains(sample.text);
  bool found = secrets.contains(sample.text);
  each_long_word(sample.text,
                 [&](const std::string& word) { found = found || secrets.contains(word); });
  return found;
}

}  // namespace

Result<PrivacySamples> read_privacy_samples(std::istream& in, const std::string& name) {
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) return Error{ErrorCode::kStorage, name + ": cannot be read"};
  if (bytes.size() > kMostSampleBytes) {
    return Error{ErrorCode::kTooLarge,
                 name + ": is longer than " + std::to_string(kMostSampleBytes) + " bytes"};
  }
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return bad(name, 1, "holds nothing");
  return bytes[first] == '[' ? read_array(bytes, name) : read_lines(bytes, name);
}

CleanedSecrets cleaned(const std::vector<SecretSample>& samples) {
  const auto patterns = patterns_of(samples);
  const std::set<std::string> secrets = long_words(samples, true);
  const std::set<std::string> others = long_words(samples, false);
  const auto reason = [&](const SecretSample& sample) -> const char* {
    if (is_pattern(sample)) return "pattern";
    if (is_file_name(sample)) return "file_name";
    if (is_piece(sample)) return "piece";
    if (contradicts(sample, secrets, others)) return "contradiction";
    const auto own = patterns.find(sample.rule);
    if (sample.secret || own == patterns.end()) return nullptr;
    const bool published =
        std::any_of(own->second.begin(), own->second.end(),
                    [&](const auto& pattern) { return RE2::FullMatch(sample.text, *pattern); });
    return published ? "published" : nullptr;
  };
  CleanedSecrets result;
  for (const SecretSample& sample : samples) {
    if (const char* why = reason(sample)) {
      ++result.left_out[why];
    } else {
      result.kept.push_back(sample);
    }
  }
  return result;
}

}  // namespace weir::cli

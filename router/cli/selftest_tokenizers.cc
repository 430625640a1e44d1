#include "router/cli/selftest_tokenizers.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/tokenizer/tokenizer.h"
#include "router/cli/golden_json.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBetween = "\n__ggml_vocab_test__\n";

struct Texts {
  std::vector<std::string> texts;
  std::vector<std::vector<TokenId>> tokens;
};

std::vector<std::string> read_texts(std::string_view file) {
  std::vector<std::string> texts;
  for (;;) {
    const std::size_t end = file.find(kBetween);
    texts.emplace_back(file.substr(0, end));
    if (end == file.npos) return texts;
    file.remove_prefix(end + kBetween.size());
  }
}

// Nothing if a line has something else than numbers.
std::optional<std::vector<std::vector<TokenId>>> read_tokens(std::string_view file) {
  std::vector<std::vector<TokenId>> lines;
  while (!file.empty()) {
    const std::string_view line = file.substr(0, file.find('\n'));
    file.remove_prefix(std::min(line.size() + 1, file.size()));
    std::vector<TokenId>& tokens = lines.emplace_back();
    for (const char* at = line.data(); at != line.data() + line.size();) {
      if (*at == ' ' || *at == '\r') {
        ++at;
        continue;
      }
      const auto [end, fault] =
          std::from_chars(at, line.data() + line.size(), tokens.emplace_back());
      if (fault != std::errc()) return std::nullopt;
      at = end;
    }
  }
  return lines;
}

// A last text without a line of tokens is what stands behind the last marker.
Result<Texts> read_case(const fs::path& texts_path, const fs::path& tokens_path) {
  const auto texts = read_golden_data(texts_path);
  if (!texts) return texts.error();
  const auto tokens = read_golden_data(tokens_path);
  if (!tokens) return tokens.error();
  auto lines = read_tokens(*tokens);
  if (!lines) return Error{ErrorCode::kInvalidRequest, "its .out has more than numbers"};
  Texts read{read_texts(*texts), std::move(*lines)};
  if (read.texts.size() == read.tokens.size() + 1) read.texts.pop_back();
  if (read.texts.size() != read.tokens.size() || read.texts.empty()) {
    return Error{ErrorCode::kInvalidRequest, "its .inp has " + std::to_string(read.texts.size()) +
                                                 " texts and its .out " +
                                                 std::to_string(read.tokens.size()) + " lines"};
  }
  return read;
}

std::string shown(const std::vector<TokenId>& tokens, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < tokens.size() && i < from + 4; ++i) {
    text += " " + std::to_string(tokens[i]);
  }
  return text.empty() ? " nothing" : text;
}

// What `text` should not have become; empty if all is well.
std::string encoding_fault(const std::vector<TokenId>& found,
                           const std::vector<TokenId>& expected) {
  if (found == expected) return "";
  const auto differ = std::mismatch(found.begin(), found.end(), expected.begin(), expected.end());
  const auto at = static_cast<std::size_t>(differ.first - found.begin());
  return "at token " + std::to_string(at) + " gives" + shown(found, at) + ", not" +
         shown(expected, at);
}

bool decodes_to(const Tokenizer& tokenizer, const std::vector<TokenId>& tokens,
                const std::string& text) {
  if (!tokenizer.keeps_text()) return true;
  std::string back;
  for (const TokenId token : tokens) tokenizer.decode(token, &back);
  // SentencePiece puts a space in front of a text.
  return back == text || back == " " + text;
}

void judge(const Tokenizer& tokenizer, const std::string& name, const Texts& cases,
           SelftestReport& report) {
  for (std::size_t i = 0; i < cases.texts.size(); ++i) {
    const std::vector<TokenId> tokens = tokenizer.encode(cases.texts[i]);
    std::string fault = encoding_fault(tokens, cases.tokens[i]);
    if (fault.empty() && !decodes_to(tokenizer, tokens, cases.texts[i])) {
      fault = "does not decode to itself";
    }
    if (fault.empty()) continue;
    report.miss(name, "text " + std::to_string(i + 1) + " of " +
                          std::to_string(cases.texts.size()) + " " + fault);
    return;
  }
  report.ok(name, std::to_string(cases.texts.size()) + " texts");
}

void run_case(const fs::path& vocabulary, SelftestReport& report) {
  const std::string name = vocabulary.filename().string();
  const auto cases = read_case(vocabulary.string() + ".inp", vocabulary.string() + ".out");
  if (!cases) {
    report.unusable(name, cases.error().message);
    return;
  }
  const auto file = GgufFile::open(vocabulary.string());
  if (!file) {
    report.miss(name, file.error().message);
    return;
  }
  const auto tokenizer = Tokenizer::create(**file);
  if (tokenizer) {
    judge(**tokenizer, name, *cases, report);
  } else if (tokenizer.error().detail == "tokenizer_unknown") {
    report.not_supported(name, tokenizer.error().message);
  } else {
    report.miss(name, tokenizer.error().message);
  }
}

}  // namespace

void selftest_tokenizers(const fs::path& folder, SelftestReport& report) {
  for (const fs::path& path : files_below(folder, ".gguf")) {
    std::error_code error;
    if (fs::exists(path.string() + ".inp", error)) run_case(path, report);
  }
}

}  // namespace weir::cli

// The values below "data:" and "stringData:" of a Kubernetes manifest of kind Secret.
#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/detectors.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestDocument = 16'384;
constexpr std::size_t kShortestBase64 = 10;

std::string_view trim_line(std::string_view text) {
  while (!text.empty() && (is_blank(text.front()) || text.front() == '\r')) text.remove_prefix(1);
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string_view without_quotes(std::string_view text) {
  if (text.size() >= 2 && text.front() == text.back() &&
      (text.front() == '"' || text.front() == '\'')) {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

bool is_base64(std::string_view value) {
  return value.size() >= kShortestBase64 && std::all_of(value.begin(), value.end(), [](char c) {
           return is_alnum(c) || c == '+' || c == '/' || c == '=';
         });
}

class KubernetesSecretDetector final : public Detector {
 public:
  void want(WordHeads* heads) const override {
    heads->add("kind");
    heads->add("Kind");
  }

  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    std::size_t done = 0;
    for (const std::size_t head : marked.heads) {
      if (head < done || !is_secret_kind(text, head)) continue;
      const std::size_t begin = document_begin(text, head, done);
      const std::size_t end = document_end(text, head);
      done = end;
      values(text, begin, end, hits);
    }
  }

 private:
  static bool is_secret_kind(std::string_view text, std::size_t head) {
    if (!stands_at(text, head, "kind")) return false;
    std::string_view line = text.substr(head, 40);
    line = line.substr(0, line.find('\n'));
    const std::size_t colon = line.find(':');
    if (colon != 4 && colon != 5) return false;
    std::string_view value = trim_line(line.substr(colon + 1));
    value = without_quotes(trim_line(value.substr(0, value.find('#'))));
    return value == "Secret" || value == "secret";
  }

  // Documents are apart by lines of "---".
  static std::size_t document_begin(std::string_view text, std::size_t head, std::size_t done) {
    const std::size_t first = std::max(done, head > kLongestDocument ? head - kLongestDocument : 0);
    const std::size_t found = text.substr(first, head - first).rfind("\n---");
    return found == std::string_view::npos ? first : first + found + 4;
  }

  static std::size_t document_end(std::string_view text, std::size_t head) {
    const std::string_view rest = text.substr(head, kLongestDocument);
    return head + std::min(rest.find("\n---"), rest.size());
  }

  static void values(std::string_view text, std::size_t begin, std::size_t end, Hits* hits) {
    bool in_data = false;
    std::size_t data_indent = 0;
    for (std::size_t i = begin; i < end;) {
      const std::size_t stop = std::min(text.find('\n', i), end);
      const std::string_view line = text.substr(i, stop - i);
      const std::size_t indent = indent_of(line);
      const std::string_view content = trim_line(line);
      if (content == "data:" || content == "stringData:") {
        in_data = true;
        data_indent = indent;
      } else if (in_data && !content.empty() && content[0] != '#') {
        in_data = indent > data_indent;
        if (in_data) value_in(line, i, hits);
      }
      i = stop + 1;
    }
  }

  // "key: value", or a line of a value that began before.
  static void value_in(std::string_view line, std::size_t begin, Hits* hits) {
    const std::size_t colon = line.find(": ");
    std::string_view value =
        trim_line(colon == std::string_view::npos ? line : line.substr(colon + 2));
    value = without_quotes(trim_line(value.substr(0, value.find(" #"))));
    if (!is_base64(value)) return;
    const std::size_t first = begin + static_cast<std::size_t>(value.data() - line.data());
    hits->push_back(
        {{FindingKind::kSecret, "kubernetes_secret", first, first + value.size()}, Rank::kSecret});
  }
};

}  // namespace

std::unique_ptr<Detector> kubernetes_secret_detector() {
  return std::make_unique<KubernetesSecretDetector>();
}

}  // namespace weir::privacy

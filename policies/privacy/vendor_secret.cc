// Tokens of vendors, by prefix and shape (secret_rules.h).
#include <algorithm>
#include <unordered_map>
#include <vector>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/placeholder.h"
#include "policies/privacy/secret_rules.h"
#include "policies/privacy/shape.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestToken = 8'192;
constexpr double kLeastEntropy = 2.5;  // bits a byte: what is random has 3 and more
constexpr double kMixedEntropy = 4.1;
constexpr std::size_t kFewestCapitals = 16;

// "ops_eyJzaWdu..." shows the beginning of a token only.
bool is_cut_off(std::string_view text, std::size_t end) {
  const std::string_view behind = text.substr(end, 3);
  return behind.starts_with("..") || behind.starts_with("***") || behind == "\xE2\x80\xA6";
}

// Whether the case of letters changes more often than in camelCase: two times in five letters.
bool is_mixed_case(std::string_view token) {
  std::size_t changes = 0;
  for (std::size_t i = 1; i < token.size(); ++i) {
    const bool change = (is_lower(token[i]) && is_upper(token[i - 1])) ||
                        (is_upper(token[i]) && is_lower(token[i - 1]));
    changes += change ? 1 : 0;
  }
  return changes * 5 >= token.size() * 2;
}

// As one in thirty keys of AWS: too long and too mixed for a word in capitals.
bool is_code_in_capitals(std::string_view token) {
  return token.size() >= kFewestCapitals && std::all_of(token.begin(), token.end(), is_upper) &&
         entropy(token) >= 3.0;
}

int head_of(char first, char second) {
  return static_cast<unsigned char>(first) << 8 | static_cast<unsigned char>(second);
}

class VendorSecretDetector final : public Detector {
 public:
  VendorSecretDetector() {
    for (const auto rules : {cloud_secret_rules(), service_secret_rules()}) {
      for (const SecretRule& rule : rules)
        rules_[head_of(rule.prefix[0], rule.prefix[1])].push_back(&rule);
    }
  }

  void want(WordHeads* heads) const override {
    for (const auto rules : {cloud_secret_rules(), service_secret_rules()}) {
      for (const SecretRule& rule : rules) heads->add(rule.prefix);
    }
  }

  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    std::size_t done = 0;
    for (const std::size_t head : marked.heads) {
      const auto found = rules_.find(head_of(text[head], at(text, head + 1)));
      if (head < done || found == rules_.end()) continue;
      // Some vendors have a longer form with the same prefix.
      std::size_t longest = head;
      std::string_view name;
      for (const SecretRule* rule : found->second) {
        const std::size_t end = token_end(text, head, *rule);
        if (end <= longest) continue;
        longest = end;
        name = rule->rule;
      }
      if (longest == head) continue;
      hits->push_back({{FindingKind::kSecret, name, head, longest}, Rank::kSecret});
      done = longest;
    }
  }

 private:
  // `begin` if the text there is no token of the rule.
  static std::size_t token_end(std::string_view text, std::size_t begin, const SecretRule& rule) {
    if (at(text, begin + 2) != at(rule.prefix, 2) && rule.prefix.size() > 2) return begin;
    if (text.substr(begin, rule.prefix.size()) != rule.prefix) return begin;
    const char left = before(text, begin);
    // The middle of base64 or of a longer name.
    if (left == '+' || left == '_') return begin;
    if (rule.prefix.size() < 5 && (left == '-' || left == '/' || left == '.')) return begin;
    const std::size_t body = begin + rule.prefix.size();
    const std::size_t size = match_shape(rule.rest, text.substr(body, kLongestToken));
    if (size == kNoMatch) return begin;
    const char right = at(text, body + size);
    if (is_alnum(right) || right == '_' || (right == '-' && is_alnum(at(text, body + size + 1))))
      return begin;
    if (is_cut_off(text, body + size)) return begin;
    const std::string_view token = text.substr(body, size);
    if (is_blank_token(token) || entropy(token) < kLeastEntropy) return size == 0 ? body : begin;
    // Without a digit it is mostly a name, such as hf_requiredCharacteristic..., unless it is
    // more mixed than words are.
    const bool random = std::any_of(token.begin(), token.end(), is_digit) ||
                        entropy(token) >= kMixedEntropy || is_mixed_case(token) ||
                        is_code_in_capitals(token);
    return random ? body + size : begin;
  }

  std::unordered_map<int, std::vector<const SecretRule*>> rules_;
};

}  // namespace

std::unique_ptr<Detector> vendor_secret_detector() {
  return std::make_unique<VendorSecretDetector>();
}

}  // namespace weir::privacy

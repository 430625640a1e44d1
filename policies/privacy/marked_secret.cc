// Tokens whose mark is not at their beginning, and those that have only a shape: JSON web
// tokens, Azure client secrets, Terraform, Mailchimp, Telegram, Discord, Facebook, MaxMind.
#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/placeholder.h"
#include "policies/privacy/shape.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestPart = 16'384;

bool in_azure(char c) { return is_alnum(c) || c == '_' || c == '~' || c == '.' || c == '-'; }
bool in_base64url(char c) { return is_alnum(c) || c == '_' || c == '-'; }

void add(std::string_view text, std::string_view rule, std::size_t begin, std::size_t end,
         Hits* hits) {
  const std::string_view token = text.substr(begin, end - begin);
  if (is_blank_token(token) || entropy(token) < 2.8) return;
  hits->push_back({{FindingKind::kSecret, rule, begin, end}, Rank::kSecret});
}

std::size_t run_end(std::string_view text, std::size_t i, bool (*in)(char), std::size_t most) {
  const std::size_t end = std::min(text.size(), i + most);
  while (i < end && in(text[i])) ++i;
  return i;
}

class MarkedSecretDetector final : public Detector {
 public:
  void want(WordHeads* heads) const override {
    heads->add("eyJ");
    heads->add("atlas");
  }

  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    std::size_t done = 0;
    for (const std::size_t head : marked.heads) {
      if (head < done) continue;
      if (text.substr(head, 8) == "atlasv1.") terraform(text, head, hits);
      if (text.substr(head, 3) == "eyJ") done = json_web_token(text, head, hits);
    }
    for (const Word& word : marked.numbers) {
      switch (at(text, word.end)) {
        case '~': azure(text, word, hits); break;
        case '-': mailchimp(text, word, hits); break;
        case ':': telegram(text, word, hits); break;
        case '|': facebook(text, word, hits); break;
        case '.': discord(text, word, hits); break;
        case '_': maxmind(text, word, hits); break;
        default: break;
      }
    }
  }

 private:
  // RFC 7519: header and claims are objects, so both begin with eyJ; the signature may be missing.
  // Returns the end of what was looked at.
  static std::size_t json_web_token(std::string_view text, std::size_t begin, Hits* hits) {
    const std::size_t header = run_end(text, begin, in_base64url, kLongestPart);
    if (header - begin < 12 || at(text, header) != '.' || text.substr(header + 1, 2) != "ey")
      return header;
    const std::size_t claims = run_end(text, header + 1, in_base64url, kLongestPart);
    if (claims - header < 12) return claims;
    std::size_t end = claims;
    if (at(text, claims) == '.') end = run_end(text, claims + 1, in_base64url, kLongestPart);
    if (end == claims + 1) end = claims;
    const char left = before(text, begin);
    if (left != '_' && left != '-' && left != '+') add(text, "json_web_token", begin, end, hits);
    return end;
  }

  // 14 letters and digits, ".atlasv1.", 60 or more.
  static void terraform(std::string_view text, std::size_t mark, Hits* hits) {
    if (mark < 15 || text[mark - 1] != '.' ||
        match_shape("\\n{14}", text.substr(mark - 15, 14)) != 14)
      return;
    const std::size_t end = run_end(text, mark + 8, in_base64url, 80);
    if (end - mark >= 68 && !is_alnum(before(text, mark - 15)) &&
        !is_blank_token(text.substr(mark + 8, end - mark - 8))) {
      add(text, "terraform_cloud_token", mark - 15, end, hits);
    }
  }

  // Three, a digit, "Q~", 31 to 34.
  static void azure(std::string_view text, const Word& word, Hits* hits) {
    if (text[word.end - 1] != 'Q' || word.end < 5 || !is_digit(text[word.end - 2])) return;
    const std::size_t begin = word.end - 5;
    const std::size_t end = run_end(text, word.end + 1, in_azure, 40);
    const std::size_t size = end - word.end - 1;
    const bool head = std::all_of(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                  text.begin() + static_cast<std::ptrdiff_t>(begin) + 3, in_azure);
    const char left = before(text, begin);
    // A sentence may end behind it.
    const std::size_t last = size > 31 && text[end - 1] == '.' ? end - 1 : end;
    if (!head || size < 31 || size > 35 || is_alnum(left) || left == '~' || left == '-') return;
    if (!is_blank_token(text.substr(word.end + 1, size)))
      add(text, "azure_client_secret", begin, last, hits);
  }

  static void mailchimp(std::string_view text, const Word& word, Hits* hits) {
    if (word.size() != 32 || match_shape("\\h{32}", text.substr(word.begin, 32)) != 32) return;
    const std::size_t tail = match_shape("-us\\d{1,2}", text.substr(word.end, 6));
    if (tail == kNoMatch || is_word(at(text, word.end + tail))) return;
    add(text, "mailchimp_key", word.begin, word.end + tail, hits);
  }

  // Eight to ten digits, ":A", 34.
  static void telegram(std::string_view text, const Word& word, Hits* hits) {
    const std::size_t digits = word.size() > 3 && text.substr(word.begin, 3) == "bot" ? 3 : 0;
    if (word.size() - digits < 8 || word.size() - digits > 10) return;
    const std::size_t size =
        match_shape("\\d{8,10}:AA\\w{32,34}", text.substr(word.begin + digits, 60));
    if (size == kNoMatch || is_word(at(text, word.begin + digits + size))) return;
    add(text, "telegram_bot_token", word.begin + digits, word.begin + digits + size, hits);
  }

  static void facebook(std::string_view text, const Word& word, Hits* hits) {
    if (word.classes != kDigit || word.size() < 15 || word.size() > 16) return;
    const std::size_t size = match_shape("|\\w{27}", text.substr(word.end, 29));
    if (size == kNoMatch || is_word(at(text, word.end + size))) return;
    add(text, "facebook_app_token", word.begin, word.end + size, hits);
  }

  // The id of a bot in base64, six, and 27 or more.
  static void discord(std::string_view text, const Word& word, Hits* hits) {
    const char first = text[word.begin];
    if (word.size() < 23 || word.size() > 28 || (first != 'M' && first != 'N' && first != 'O'))
      return;
    const std::size_t size =
        match_shape("\\n{23,28}.\\w{6}.\\w{27,40}", text.substr(word.begin, 80));
    if (size == kNoMatch || is_word(at(text, word.begin + size))) return;
    add(text, "discord_bot_token", word.begin, word.begin + size, hits);
  }

  static void maxmind(std::string_view text, const Word& word, Hits* hits) {
    if (word.size() != 6 || before(text, word.begin) == '_') return;
    if (match_shape("\\n{6}_\\n{29}_mmk", text.substr(word.begin, 40)) != 40 ||
        is_word(at(text, word.begin + 40))) {
      return;
    }
    add(text, "maxmind_license_key", word.begin, word.begin + 40, hits);
  }
};

}  // namespace

std::unique_ptr<Detector> marked_secret_detector() {
  return std::make_unique<MarkedSecretDetector>();
}

}  // namespace weir::privacy

// URLs (RFC 3986, as people write them) and those with credentials in them.
#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/host_name.h"
#include "policies/privacy/placeholder.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestScheme = 24;
constexpr std::size_t kLongestUserinfo = 512;

bool in_scheme(char c) { return is_alnum(c) || c == '+' || c == '.' || c == '-'; }

// Bytes that end a URL in a text. Brackets are looked at by trimmed().
bool ends_url(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' ||
         c == '`' || c == '\\' || c == '|' || c == '{' || c == '}' || c == '^' || c == '\x7F';
}

// Sentences go on behind a URL: their marks, and brackets that were opened before it.
std::size_t trimmed(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view url = text.substr(begin, end - begin);
  auto open = std::count(url.begin(), url.end(), '(') - std::count(url.begin(), url.end(), ')');
  auto square = std::count(url.begin(), url.end(), '[') - std::count(url.begin(), url.end(), ']');
  while (end > begin) {
    const char c = text[end - 1];
    if (c == ')' && open < 0) {
      ++open;
    } else if (c == ']' && square < 0) {
      ++square;
    } else if (std::string_view(".,;:!?*").find(c) == std::string_view::npos) {
      break;
    }
    --end;
  }
  return end;
}

bool is_local_host(std::string_view host) {
  const std::string lowered = lower_case(host.substr(0, 16));
  return lowered == "localhost" || host == "127.0.0.1" || host == "0.0.0.0" || host == "::1";
}

class UrlDetector final : public Detector {
 public:
  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    std::size_t done = 0;
    for (const std::size_t colon : marked.urls) {
      if (colon < done) continue;
      const std::size_t begin = scheme_begin(text, colon, done);
      if (begin == colon) continue;
      std::size_t end = colon + 3;
      while (end < text.size() && !ends_url(text[end])) ++end;
      done = end;
      end = trimmed(text, colon + 3, end);
      if (end > colon + 3) add(text, begin, colon + 3, end, hits);
    }
  }

 private:
  static std::size_t scheme_begin(std::string_view text, std::size_t colon, std::size_t done) {
    std::size_t begin = colon;
    while (begin > done && colon - begin <= kLongestScheme && in_scheme(text[begin - 1])) --begin;
    while (begin < colon && !is_alpha(text[begin])) ++begin;
    return colon - begin > kLongestScheme ? colon : begin;
  }

  static void add(std::string_view text, std::size_t begin, std::size_t authority, std::size_t end,
                  Hits* hits) {
    const std::string_view rest = text.substr(authority, end - authority);
    const std::string_view named = rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size()));
    const std::size_t sign = named.rfind('@');
    if (sign != std::string_view::npos && sign <= kLongestUserinfo &&
        has_password(named.substr(0, sign))) {
      hits->push_back(
          {{FindingKind::kUrlCredentials, "url_credentials", begin, end}, Rank::kSecret});
      return;
    }
    const std::string_view behind = sign == std::string_view::npos ? named : named.substr(sign + 1);
    const std::string_view host = behind.substr(0, behind.find(':'));
    if (host.empty() || is_local_host(host)) return;
    const bool dotted = host_end(text, authority + (named.size() - behind.size())) >
                        authority + (named.size() - behind.size());
    const bool numeric = is_digit(host[0]) || host[0] == '[';
    if (!dotted && !numeric) return;  // a name without dots says where, not who
    hits->push_back({{FindingKind::kUrl, "url", begin, end}, Rank::kBroad});
  }

  static bool has_password(std::string_view userinfo) {
    const std::size_t colon = userinfo.find(':');
    if (colon == std::string_view::npos) return false;
    const std::string_view password = userinfo.substr(colon + 1);
    return !password.empty() && !is_placeholder(password) && password != userinfo.substr(0, colon);
  }
};

}  // namespace

std::unique_ptr<Detector> url_detector() { return std::make_unique<UrlDetector>(); }

}  // namespace weir::privacy

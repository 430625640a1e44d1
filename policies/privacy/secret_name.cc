#include "policies/privacy/secret_name.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <string>
#include <unordered_map>

#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

// What a word means in a name.
enum Meaning : unsigned {
  kPasswordWord = 1,  // at the end: a password
  kTokenWord = 2,     // at the end: a token
  kAuthWord = 4,      // at the end: a token, but too little when it stands alone
  kBeforeKey = 8,     // "api" of "api_key"
  kServiceWord = 16,  // keys of these services look like any random text
  kHarmless = 32,     // anywhere: public, counted, or made by the page of a site
  kSaysNothing = 64,  // behind the word that counts: "password_prod"
  kKeyWord = 128,     // "key"
  kHeaderWord = 256,  // "authorization"
};

struct Words {
  unsigned meaning;
  std::string_view list;
};

constexpr Words kNameWords[] = {
    {kPasswordWord,
     "password passwd passphrase passcode pwd pass psw pw psk passwort kennwort contraseña "
     "motdepasse "
     "senha wachtwoord"},
    {kTokenWord,
     "secret token apikey authkey accesskey secretkey privatekey authtoken accesstoken apitoken "
     "clientsecret jwt bearer phpsessid jsessionid"},
    {kAuthWord, "auth cookie pat credential credentials"},
    {kBeforeKey,
     "api access secret private auth account encryption signing master shared storage license "
     "licence app application service admin deploy webhook session consumer client authentication "
     "integration ingest write rest token hmac aes subscription"},
    {kServiceWord,
     "algolia amplitude asana assemblyai bittrex cloudflare codecov cohere coinbase confluent "
     "contentstack datadog deepgram digitalocean discord dropbox droneci etsy fastly finnhub "
     "freshbooks gitter hubspot intercom jfrog kraken kucoin linkedin looker mailgun mapbox "
     "mattermost meraki messagebird mistral netlify newrelic nytimes okta opsgenie pagerduty plaid "
     "privateai rapidapi sendbird snyk sonar sonarqube sourcegraph splunk squarespace sumologic "
     "telegram travis trello twitch twilio twitter zendesk"},
    {kHarmless,
     "public pub csrf xsrf authenticity page next prev cursor sync continuation max min num total "
     "input output completion s3 prompt eos bos pad unk sep cls mask special cancel cancellation "
     "foreign partition sort cache bucket schema sequence package kms vault object hash row column "
     "issuer registry lookup index map dict translation i18n forgot reset change update confirm "
     "show hide toggle validate verify wrong invalid incorrect missing expected required has is "
     "no idempotency"},
    {kSaysNothing,
     "prod production dev development test testing staging stage live sandbox value string str "
     "base64 b64 text plain default local old new primary secondary main base v1 v2"},
    {kKeyWord, "key"},
    {kHeaderWord, "authorization"},
};

class Dictionary {
 public:
  Dictionary() {
    for (const Words& words : kNameWords) {
      std::string_view left = words.list;
      while (!left.empty()) {
        const std::size_t blank = std::min(left.find(' '), left.size());
        meanings_[left.substr(0, blank)] |= words.meaning;
        shapes_.set(shape_of(left.substr(0, blank)));
        left.remove_prefix(std::min(blank + 1, left.size()));
      }
    }
  }

  unsigned of(std::string_view word) const {
    unsigned meaning = 0;
    if (shapes_[shape_of(word)]) {
      const auto found = meanings_.find(word);
      if (found != meanings_.end()) meaning = found->second;
    }
    for (const std::string_view ending : {"password", "passwd", "passphrase"}) {
      if (word.ends_with(ending)) meaning |= kPasswordWord;
    }
    for (const std::string_view ending : {"secret", "token", "apikey"}) {
      if (word.ends_with(ending)) meaning |= kTokenWord;
    }
    for (const std::string_view part : {"public", "csrf", "xsrf"}) {
      if (meaning != 0 && word.find(part) != std::string_view::npos) meaning |= kHarmless;
    }
    if (std::all_of(word.begin(), word.end(), is_digit)) meaning |= kSaysNothing;
    return meaning;
  }

 private:
  // Most words of programs have a first and last letter and length that no word here has.
  static std::size_t shape_of(std::string_view word) {
    const auto first = static_cast<std::uint8_t>(word.front());
    const auto last = static_cast<std::uint8_t>(word.back());
    return ((first * 31U + last) * 16U + word.size()) % 4'096;
  }

  std::unordered_map<std::string_view, unsigned> meanings_;
  std::bitset<4'096> shapes_;
};

// Of the second byte of À to Þ, U+00C0 to U+00DE, the one of the small letter.
void lower_latin(char first, char* second) {
  if (first == '\xC3' && static_cast<unsigned char>(*second) <= 0x9E) *second |= 0x20;
}

// The words of a name from its last to its first: "clientSecret", "CLIENT_SECRET" and
// "client-secret" are "secret", "client".
class WordsFromEnd {
 public:
  explicit WordsFromEnd(std::string_view name) : left_(name) {}

  // In lower case; empty: no more. Valid until the next call.
  std::string_view next() {
    while (!left_.empty() && !is_word(left_.back())) left_.remove_suffix(1);
    std::size_t size = 0;
    while (size < left_.size() && is_word(left_[left_.size() - 1 - size])) {
      const std::size_t i = left_.size() - 1 - size;
      ++size;
      if (i > 0 && is_upper(left_[i]) && (is_lower(left_[i - 1]) || is_digit(left_[i - 1]))) break;
    }
    const std::string_view word = left_.substr(left_.size() - size);
    std::transform(word.begin(), word.end(), lowered_.begin(), to_lower);
    for (std::size_t i = 1; i < size; ++i) lower_latin(lowered_[i - 1], &lowered_[i]);
    left_.remove_suffix(size);
    return {lowered_.data(), size};
  }

 private:
  std::string_view left_;
  std::array<char, kLongestSecretName> lowered_{};
};

SecretName meaning_of_end(unsigned last, unsigned one_before, unsigned first, bool alone) {
  if ((last & kHeaderWord) != 0) return SecretName::kAuthorization;
  if ((last & kPasswordWord) != 0) return SecretName::kPassword;
  if ((last & kTokenWord) != 0) return SecretName::kToken;
  if ((last & kAuthWord) != 0) return alone ? SecretName::kKey : SecretName::kToken;
  const bool key = (last & kKeyWord) != 0;
  if (key && (one_before & kBeforeKey) != 0) return SecretName::kToken;
  if ((last & kServiceWord) != 0 || (key && (first & kServiceWord) != 0))
    return SecretName::kService;
  return key && !alone ? SecretName::kKey : SecretName::kNone;
}

}  // namespace

SecretName secret_name(std::string_view name) {
  static const Dictionary dictionary;
  if (name.size() > kLongestSecretName) name.remove_prefix(name.size() - kLongestSecretName);
  // What Bundler reads of a host: BUNDLE_GEMS__EXAMPLE__COM, "user:password".
  if (name.starts_with("BUNDLE_") && name.find("__") != std::string_view::npos)
    return SecretName::kToken;
  WordsFromEnd words(name);
  unsigned last = 0;
  bool found = false;
  unsigned one_before = 0;
  unsigned first = 0;
  std::size_t count = 0;
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    const unsigned meaning = dictionary.of(word);
    if (!found && (meaning & kSaysNothing) != 0) continue;
    if ((meaning & kHarmless) != 0) return SecretName::kNone;
    if (!found && meaning == 0) return SecretName::kNone;
    if (!found) {
      last = meaning;
      found = true;
    } else if (count == 1) {
      one_before = meaning;
    }
    first = meaning;
    ++count;
  }
  const SecretName says = meaning_of_end(last, one_before, first, count == 1);
  return says == SecretName::kPassword && holds(name, "cleartext") ? SecretName::kClearPassword
                                                                   : says;
}

}  // namespace weir::privacy

#include "policies/privacy/secret_name.h"

#include <algorithm>
#include <string>
#include <vector>

#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestName = 64;

bool is_one_of(std::string_view word, std::string_view list) {
  if (word.empty()) return false;
  std::size_t found = list.find(word);
  while (found != std::string_view::npos) {
    const bool begins = found == 0 || list[found - 1] == ' ';
    const bool ends = found + word.size() == list.size() || list[found + word.size()] == ' ';
    if (begins && ends) return true;
    found = list.find(word, found + 1);
  }
  return false;
}

// "clientSecret", "CLIENT_SECRET" and "client-secret" are "client", "secret".
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool camel = is_upper(c) && i > 0 && (is_lower(name[i - 1]) || is_digit(name[i - 1]));
    if ((!is_alnum(c) || camel) && !word.empty()) {
      words.push_back(word);
      word.clear();
    }
    if (is_alnum(c)) word += to_lower(c);
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

// Words behind the one that counts: "password_prod", "api_key_2", "secretString".
bool says_nothing(std::string_view word) {
  return is_one_of(word,
                   "prod production dev development test testing staging stage live sandbox value "
                   "string str base64 b64 text plain default local old new primary secondary main "
                   "v1 v2") ||
         std::all_of(word.begin(), word.end(), is_digit);
}

// Names of what is public, counted or made by the page of a site.
bool is_harmless(std::string_view word) {
  return is_one_of(
      word,
      "public pub csrf xsrf page next prev cursor sync continuation max min num total input "
      "output completion prompt eos bos pad unk sep cls mask special cancel cancellation "
      "primary_key foreign partition sort cache bucket schema sequence package kms vault "
      "object hash row column issuer registry lookup index map dict translation i18n "
      "forgot reset change update confirm show hide toggle validate verify wrong invalid "
      "incorrect missing expected required has is no");
}

}  // namespace

SecretName secret_name(std::string_view name) {
  if (name.size() > kLongestName) name.remove_prefix(name.size() - kLongestName);
  std::vector<std::string> words = words_of(name);
  while (words.size() > 1 && says_nothing(words.back())) words.pop_back();
  if (words.empty() || std::any_of(words.begin(), words.end(), is_harmless))
    return SecretName::kNone;
  const std::string& last = words.back();
  const std::string& one_before = words.size() > 1 ? words[words.size() - 2] : std::string();
  if (last == "authorization") return SecretName::kAuthorization;
  if (is_one_of(last,
                "password passwd passphrase passcode pwd pass psw pw passwort kennwort contraseña "
                "motdepasse senha wachtwoord") ||
      last.ends_with("password") || last.ends_with("passwd") || last.ends_with("passphrase")) {
    return SecretName::kPassword;
  }
  if (is_one_of(last,
                "secret token credential credentials apikey auth authkey accesskey secretkey "
                "privatekey authtoken accesstoken apitoken clientsecret jwt pat bearer cookie") ||
      last.ends_with("secret") || last.ends_with("token") || last.ends_with("apikey")) {
    // "auth", "cookie" and the like alone say too little.
    return is_one_of(last, "auth cookie pat credential credentials") && words.size() == 1
               ? SecretName::kKey
               : SecretName::kToken;
  }
  if (last == "key" &&
      is_one_of(one_before,
                "api access secret private auth account encryption signing master shared storage "
                "license licence app application service admin deploy webhook session consumer "
                "client authentication integration ingest write rest token")) {
    return SecretName::kToken;
  }
  if (last == "key" && words.size() > 1) return SecretName::kKey;
  return SecretName::kNone;
}

}  // namespace weir::privacy

// Random values in the forms that programs, configurations, commands and tables give them, and
// what looks like them.
#include <string>
#include <string_view>

#include "core/rng.h"
#include "tests/policies/privacy_findings.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::finds;

// % is the name, @ the value.
constexpr std::string_view kForms[] = {R"(acme_% = "@")",
                                       "acme_% = '@'",
                                       "acme_%: @",
                                       "acme.%=@",
                                       R"(% := "@")",
                                       R"(var % string = "@")",
                                       "const acme_% = `@`",
                                       "export ACME_%=@",
                                       R"({"acme_%": "@"})",
                                       R"({"acme": {"%": "@"}})",
                                       R"({\"%\":\"@\"})",
                                       "<%>@</%>",
                                       R"(<add key="acme_%" value="@" />)",
                                       R"(<property name="%" value="@"/>)",
                                       R"(<string name="acme_%">@</string>)",
                                       "<key>%</key>\n<string>@</string>",
                                       R"(client.set_%("@");)",
                                       R"(new Client({ %: "@" }))",
                                       R"(System.setProperty("acme.%", "@");)",
                                       R"(headers.put("acme-%", "@"))",
                                       R"(req.Header.Set("x-acme-%", "@"))",
                                       R"(curl -H "x-acme-%: @" https://api.acme.example/v1)",
                                       "https://api.acme.example/v1?%=@&page=2",
                                       "--acme-%=@",
                                       "--acme-% @",
                                       R"(acme login --% "@")",
                                       "java -Dacme.%=@",
                                       R"(% => "@")",
                                       R"(acme_% <- "@")",
                                       R"(os.environ["ACME_%"] = "@")",
                                       R"(setenv("ACME_%", "@"))",
                                       "ENV ACME_% @",
                                       "define('ACME_%', '@');",
                                       "[acme]\n% = @",
                                       "acme:\n  %: @",
                                       "acme:\n  %: >-\n    @",
                                       "- name: ACME_%\n  value: \"@\"",
                                       R"(public static final String ACME_% = "@";)",
                                       R"(let acme_%: &str = "@";)",
                                       R"(#define ACME_% "@")",
                                       R"(private readonly string % = "@";)",
                                       "our acme % is @",
                                       "| acme_% | @ |",
                                       "SET acme.% '@'"};

constexpr std::string_view kNames[] = {"api_key",    "apiKey",     "access_token", "secret",
                                       "secret_key", "auth_token", "client-secret"};

// In look-alikes.
constexpr std::string_view kHarmless[] = {"commit",   "sha256",        "checksum",  "public_key",
                                          "etag",     "cache_key",     "publicKey", "page_token",
                                          "trace_id", "password_hash", "integrity", "fingerprint"};
constexpr std::string_view kBlank[] = {"your_api_key_here",
                                       "<API_KEY>",
                                       "${TOKEN}",
                                       "REPLACE_ME",
                                       "xxxxxxxxxxxxxxxxxxxxxxxx",
                                       "process.env.API_KEY_2",
                                       "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod",
                                       "/run/secrets/db-token-1",
                                       "https://auth.example.com/oauth2/token",
                                       "{{ .Values.token1 }}",
                                       "fake-key-12345"};

std::string random_of(std::string_view letters, std::size_t size, Rng* rng) {
  std::string text;
  while (text.size() < size) text += letters[rng->next() % letters.size()];
  return text;
}

std::string random_value(Rng* rng) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kAll =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/";
  switch (rng->next() % 5) {
    case 0: return random_of(kHex, 32 + 8 * (rng->next() % 5), rng);
    case 1: return random_of(kAll.substr(0, 36), 20 + rng->next() % 30, rng);
    case 2: return random_of(kAll.substr(0, 62), 20 + rng->next() % 45, rng);
    case 3: return random_of(kAll, 43, rng) + "=";
    default:
      return random_of(kHex, 8, rng) + "-" + random_of(kHex, 4, rng) + "-" +
             random_of(kHex, 4, rng) + "-" + random_of(kHex, 4, rng) + "-" +
             random_of(kHex, 12, rng);
  }
}

std::string filled(std::string_view form, std::string_view name, std::string_view value) {
  std::string text;
  for (const char c : form) {
    if (c == '%') {
      text += name;
    } else if (c == '@') {
      text += value;
    } else {
      text += c;
    }
  }
  return text;
}

TEST_CASE("Random values are found in whatever form they are passed", "[policies]") {
  Rng rng(5);
  std::size_t found = 0;
  std::size_t all = 0;
  for (const std::string_view form : kForms) {
    for (const std::string_view name : kNames) {
      for (int round = 0; round < 10; ++round, ++all) {
        found += finds(filled(form, name, random_value(&rng)), FindingKind::kSecret) ? 1 : 0;
      }
    }
  }
  CAPTURE(found, all);
  CHECK(found * 100 >= all * 98);
}

TEST_CASE("The same forms let pass what is harmless or blank", "[policies]") {
  Rng rng(5);
  for (const std::string_view form : kForms) {
    for (const std::string_view name : kHarmless) {
      const std::string text = filled(form, name, random_value(&rng));
      CAPTURE(text);
      CHECK_FALSE(finds(text, FindingKind::kSecret));
    }
    for (const std::string_view blank : kBlank) {
      const std::string text = filled(form, "api_key", blank);
      CAPTURE(text);
      CHECK_FALSE(finds(text, FindingKind::kSecret));
    }
  }
}

constexpr std::string_view kSecretWords[] = {
    "password",   "passwd",     "passphrase",   "passcode",        "pwd",        "pass",
    "psw",        "pw",         "psk",          "passwort",        "kennwort",   "contraseña",
    "CONTRASEÑA", "Contraseña", "miContraseña", "contraseña_prod", "motdepasse", "senha",
    "wachtwoord", "secret",     "token",        "apikey",          "authkey",    "accesskey",
    "secretkey",  "privatekey", "authtoken",    "accesstoken",     "apitoken",   "clientsecret",
    "jwt",        "bearer",     "phpsessid",    "jsessionid"};

TEST_CASE("Each word for a secret is one in whatever form it has its value", "[policies]") {
  for (const std::string_view form :
       {"%: @", "% = @", "%=@", "x, %: @", "“%: @”", "密码%: @", R"("%": "@")",
        R"({"a": {"%":"@"}})", R"({\"%\":\"@\"})", R"(<%>@</%>)", R"(<add key="%" value="@"/>)",
        R"(set_%("@"))", R"(d["%"] = "@")", "--% @", "| % | @ |"}) {
    for (const std::string_view word : kSecretWords) {
      const std::string text = filled(form, word, "hunter7Zq!93x");
      CAPTURE(text);
      CHECK(finds(text, FindingKind::kSecret));
    }
  }
}

TEST_CASE("A password is told of in Spanish in any case of letters", "[policies]") {
  const std::string_view lead =
      GENERATE("la contraseña es ", "LA CONTRASEÑA ES ", "Contraseña es ");
  CHECK(finds(std::string(lead) + "hunter7Zq!93x", FindingKind::kSecret));
}

TEST_CASE("A word of another alphabet that only ends like a secret's is none", "[policies]") {
  const std::string_view name = GENERATE("épw", "ключpass", "contraseñas", "contraseñado", "öpat");
  CHECK_FALSE(finds(std::string(name) + ": hunter7Zq!93x", FindingKind::kSecret));
}

}  // namespace
}  // namespace weir

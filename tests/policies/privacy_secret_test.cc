#include <algorithm>
#include <string>
#include <vector>

#include "core/rng.h"
#include "policies/privacy/secret_name.h"
#include "policies/privacy/secret_rules.h"
#include "policies/privacy/shape.h"
#include "tests/policies/privacy_findings.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::finds;
using test::found;
using Lines = std::vector<std::string>;

char random_of(char name, Rng* rng) {
  for (;;) {
    const char c = static_cast<char>(33 + rng->next() % 94);
    // A token's parts may hold each other's separators: not at random.
    if (privacy::in_shape_class(name, c) && c != '-' && c != '_' && c != '=' && c != '.') return c;
  }
}

// A text of the shape with as few bytes as it allows, or as one letter says everywhere.
std::string made_of(std::string_view shape, Rng* rng, char blank = '\0') {
  std::string text;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] != '\\') {
      text += shape[i];
      continue;
    }
    const char name = shape[++i];
    std::size_t count = 1;
    if (i + 1 < shape.size() && shape[i + 1] == '{') {
      count = std::stoul(std::string(shape.substr(i + 2)));
      i = shape.find('}', i);
    }
    const bool digits = name == 'd';
    for (; count > 0; --count) text += blank != '\0' && !digits ? blank : random_of(name, rng);
  }
  return text;
}

std::vector<privacy::SecretRule> all_rules() {
  std::vector<privacy::SecretRule> rules;
  for (const auto some : {privacy::cloud_secret_rules(), privacy::service_secret_rules()}) {
    rules.insert(rules.end(), some.begin(), some.end());
  }
  return rules;
}

TEST_CASE("The tokens of every vendor are found wherever they stand", "[policies]") {
  Rng rng(7);
  std::size_t vendors = 0;
  std::string last;
  for (const privacy::SecretRule& rule : all_rules()) {
    vendors += last == rule.rule ? 0 : 1;
    last = rule.rule;
    const std::string token = std::string(rule.prefix) + made_of(rule.rest, &rng);
    CAPTURE(rule.rule, token);
    for (const char* const around : {"\"%\"", "it is %.", "(%)", "KEY=%\n", "%"}) {
      std::string text(around);
      text.replace(text.find('%'), 1, token);
      const std::vector<Finding> findings = test::scan(text);
      CAPTURE(text);
      REQUIRE_FALSE(findings.empty());
      CHECK(findings.front().kind == FindingKind::kSecret);
      CHECK(text.substr(findings.front().begin, findings.front().end - findings.front().begin)
                .find(token) != std::string::npos);
    }
  }
  CHECK(vendors >= 60);
}

TEST_CASE("A vendor's token that is blanked out is no secret", "[policies]") {
  Rng rng(7);
  for (const privacy::SecretRule& rule : all_rules()) {
    if (rule.rest.find("{0,") != std::string_view::npos) continue;  // a prefix that is whole
    for (const char blank : {'x', 'X', '0'}) {
      const std::string token = std::string(rule.prefix) + made_of(rule.rest, &rng, blank);
      const std::string digits = "0123456789";
      // Shapes with runs of digits keep those, as a person who blanks the rest would.
      if (rule.rest.find("\\d{") != std::string_view::npos) continue;
      CAPTURE(rule.rule, token);
      CHECK_FALSE(finds(token, FindingKind::kSecret));
    }
  }
}

TEST_CASE("Keys of documentation and tails of longer words are no secrets", "[policies]") {
  const std::string text = GENERATE(
      "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "sk-proj-...", "sk-your-key-here",
      "AKIA0123456789ABCDEF", "hf_requiredCharacteristicTypesForDisplay",
      "commit d6cd1e2bd19e03a81132a23b2025920577f84e37", "550e8400-e29b-41d4-a716-446655440000",
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "skiing-in-the-alps-2024", "rk_livestock_prices_of_the_year_2024", "ops_eyJzaWduSW5B...");
  CAPTURE(text);
  CHECK_FALSE(finds(text, FindingKind::kSecret));
}

TEST_CASE("A code in capitals needs no digit", "[policies]") {
  CHECK(found("AKIAMFACSSRDQTYDMCAQ") == Lines{"secret/aws_access_key_id AKIAMFACSSRDQTYDMCAQ"});
  CHECK(found("AKIAAAAABBBBAAAABBBB").empty());
}

TEST_CASE("Private keys are found whole, cut off, and inside of JSON", "[policies]") {
  const std::string body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDAC4AWkdwKYSd8";
  const std::string pem = "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----";
  CHECK(found("x\n" + pem + "\ny") == Lines{"secret/private_key " + pem});
  const std::string json =
      "-----BEGIN RSA PRIVATE KEY-----\\n" + body + "\\n-----END RSA PRIVATE KEY-----";
  CHECK(found("{\"key\": \"" + json + "\\n\"}") == Lines{"secret/private_key " + json});
  const std::string cut = "-----BEGIN OPENSSH PRIVATE KEY-----\n" + body;
  CHECK(found(cut + "\n\nThat is all.").size() == 1);
  CHECK_FALSE(finds("-----BEGIN PRIVATE KEY-----\nanything\n-----END PRIVATE KEY-----",
                    FindingKind::kSecret));
  CHECK_FALSE(finds("-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----",
                    FindingKind::kSecret));
  CHECK_FALSE(finds("-----BEGIN CERTIFICATE-----\n" + body, FindingKind::kSecret));
}

TEST_CASE("JSON web tokens are found by their two objects", "[policies]") {
  const std::string token =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsIm5hbWUiOiJKYW5lIn0.c2lnbmF0dXJlX29m";
  CHECK(found("token " + token + ", then") == Lines{"secret/json_web_token " + token});
  CHECK_FALSE(finds("eyJhbGciOiJIUzI1NiJ9.", FindingKind::kSecret));
  CHECK_FALSE(finds("eyJhbGciOiJIUzI1NiJ9.something-else-here", FindingKind::kSecret));
}

TEST_CASE("Tokens with a mark inside are found", "[policies]") {
  Rng rng(3);
  const std::string azure = "bP8" + std::string("8Q~") + made_of("\\n{34}", &rng);
  CHECK(found("value " + azure + " here") == Lines{"secret/azure_client_secret " + azure});
  const std::string terraform = made_of("\\n{14}", &rng) + ".atlasv1." + made_of("\\n{67}", &rng);
  CHECK(found("credentials: " + terraform) == Lines{"secret/terraform_cloud_token " + terraform});
  const std::string mailchimp = made_of("\\h{32}", &rng) + "-us12";
  CHECK(found("(" + mailchimp + ")") == Lines{"secret/mailchimp_key " + mailchimp});
  const std::string telegram = "123456789:AA" + made_of("\\n{33}", &rng);
  CHECK(finds(telegram, FindingKind::kSecret));
}

TEST_CASE("A name before a value says that it is a secret", "[policies]") {
  const std::string text = GENERATE(
      "password = \"hunter2-tiger\"", "DB_PASSWORD=s3cr3tPw!", "password: str = 'Tr0ub4dor'",
      "{\"api_key\": \"a81b9c27d3e4f5061728\"}", "clientSecret: 'q8Zr2Lk0PvXw7TgYb3'",
      "<add key=\"SmtpPassword\" value=\"Cleartext1!\"/>",
      "<add key=\"ClearTextPassword\" value=\"OpenSesame\"/>",
      "api_key: >-\n  a81b9c27d3e4f5061728", "BUNDLE_GEMS__EXAMPLE__COM=a81b9c27:d3e4f506",
      "Authorization: SSWS 00a81b9c27d3e4f5061728", "Authorization: Bearer a81b9c27d3e4f5061728",
      "Authorization: Basic YWxhZGRpbjpvcGVuc2VzYW1l",
      "X-Api-Key: c4ed6c21-9dd5-4a05-8e3f-c56d1151cce8",
      "Server=db;User Id=sa;Password=Pa55w0rd!9;", "--password=Tr0ub4dor", "--password Tr0ub4dor x",
      "//registry.example/:_authToken=a81b9c27d3e4f5061728",
      "the password for the wifi is sunflower22", "{\\\"password\\\": \\\"Tr0ub4dor9\\\"}",
      "<password>Tr0ub4dor9</password>", "the API key is a81b9c27d3e4f5061728",
      "datadog: a81b9c27d3e4f5061728a81b9c27d3e4");
  CAPTURE(text);
  CHECK(finds(text, FindingKind::kSecret));
}

TEST_CASE("A name says so without a sign between it and the value, too", "[policies]") {
  const std::string text = GENERATE(
      "client.setApiKey(\"a81b9c27d3e4f5061728\");", "setenv('DB_PASSWORD', 'Tr0ub4dor!9')",
      "headers.put(\"X-Auth-Token\", \"q8Zr2Lk0PvXw7TgYb3\")",
      "request.header(ACCESS_TOKEN, \"q8Zr2Lk0PvXw7TgYb3\")",
      "define('API_KEY', 'a81b9c27d3e4f506');", "<apiKey>a81b9c27d3e4f5061728</apiKey>",
      "<string name=\"maps_api_key\">a81b9c27d3e4f5061728</string>",
      "<key>clientSecret</key>\n  <string>a81b9c27d3e4f5061728</string>",
      "deploy --access-token a81b9c27d3e4f5061728", "ENV SMTP_PASSWORD Tr0ub4dor!9",
      "#define WIFI_PASSWORD \"Tr0ub4dor!9\"", "CREATE USER app IDENTIFIED BY 'Tr0ub4dor!9'",
      "sshpass -p Tr0ub4dor!9 ssh host", "docker login -u ci -p Tr0ub4dor!9 registry.example.org",
      "| api_key | a81b9c27d3e4f5061728 |", "api_key <- \"a81b9c27d3e4f5061728\"",
      "let api_key: &str = \"a81b9c27d3e4f5061728\";",
      "const KEY_TOKEN: &'static str = \"a81b9c27d3e4f5061728\";",
      "var apiKey string = \"a81b9c27d3e4f5061728\"", "My team's apiKey is a81b9c27d3e4f5061728",
      "connect(\\\"api_token\\\", \\\"a81b9c27d3e4f5061728\\\")");
  CAPTURE(text);
  CHECK(finds(text, FindingKind::kSecret));
}

TEST_CASE("What a call asks for, names or points to is no secret", "[policies]") {
  const std::string text = GENERATE(
      "getSecret(\"prod-db-9f8a7b6c5d\")", "os.getenv(\"API_TOKEN_2\")",
      "read_token(\"a81b9c27d3e4f506\")", "log(\"the token of 2026-11-27 has expired\")",
      "<tokenizer>a81b9c27d3e4f5061728</tokenizer>",
      "<string name=\"commit\">a81b9c27d3e4f5061728</string>", "--token-file tokens/a81b9c27.json",
      "--commit a81b9c27d3e4f5061728", "ENV BUILD_SHA a81b9c27d3e4f5061728",
      "| public_key | a81b9c27d3e4f5061728 |", "the public key is a81b9c27d3e4f5061728",
      "the cache key is a81b9c27d3e4f5061728", "mkdir -p build/a81b9c27d3e4f506",
      "token: arn:aws:secretsmanager:us-east-1:123456789012:secret:prod-db", "token: @api_token1",
      "password: vault:kv/app1#password", "api_key: %{DB_KEY1}", "api_key = \"fake-key-12345\"",
      "token = header[1]", "API_KEY= WIRE_API=responses2",
      "headers[\"Authorization\"] = basic_auth(self.user1, x)",
      "'Proxy-Authorization' : 'Authorization'", "idempotency_key: q8Zr2Lk0PvXw7TgYb3Mn4Qa9Ks",
      "PublicKeyToken=a81b9c27d3e4f506", "password: [PASSWORD_1]", "cannot read (pwd is $cwd)");
  CAPTURE(text);
  CHECK_FALSE(finds(text, FindingKind::kSecret));
}

TEST_CASE("The value of a query ends where the next field begins", "[policies]") {
  CHECK(found("access_token=q8Zr2Lk0PvXw7TgYb3&page=2") ==
        Lines{"secret/keyed_secret q8Zr2Lk0PvXw7TgYb3"});
}

TEST_CASE("What is no value, or no secret's name, is let pass", "[policies]") {
  const std::string text = GENERATE(
      "password = getPassword()", "password = os.environ[\"DB_PASSWORD\"]", "password: string",
      "password = \"\"", "password = \"changeme\"", "password=${DB_PASSWORD}",
      "password=$DB_PASSWORD", "password: <your password>", "password: {{ .Values.password }}",
      "api_key = \"your-api-key-here\"", "token = self.tokenizer.next()", "max_tokens: 4096",
      "\"total_tokens\": 123456", "public_key = \"9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC\"",
      "csrf-token=Mj2qykJO5rELyHgezQ69nzUX0i3OH67V7", "next_page_token: a81b9c27d3e4f5061728",
      "the password is required", "password is case-sensitive",
      "credentialsId: 'ff083f76-7804-4ef1-80e4-fe975bb9141b'", "secretName: app-1-secret",
      "password_min_length = 12", "sort_key: \"SalesResults-1.2\"",
      "password: ENC[AES256_GCM,data:O+5l4g==]", "eos_token = \"<|endoftext|>\"",
      "secret: my-secret-name-1", "password: ********", "api_key: xxxxxxxxxxxxxxxxxxxx",
      "monkey: banana42", "compass=north123", "token_url: https://login.example.org/oauth2/token",
      "std::secret::x1y2z3", "Authorization: Bearer <token>", "Authorization: Bearer $TOKEN",
      "if (password == null)");
  CAPTURE(text);
  CHECK_FALSE(finds(text, FindingKind::kSecret));
}

TEST_CASE("The name of a field decides by its last word and by what makes it harmless",
          "[policies]") {
  using privacy::secret_name;
  using privacy::SecretName;
  for (const char* const name :
       {"password", "DB_PASSWORD", "userPassword", "smtp.passwd", "password_prod"}) {
    CHECK(secret_name(name) == SecretName::kPassword);
  }
  for (const char* const name :
       {"api_key", "X-Api-Key", "clientSecret", "GITHUB_TOKEN", "aws_secret_access_key"}) {
    CHECK(secret_name(name) == SecretName::kToken);
  }
  for (const char* const name :
       {"", "tokens", "password_hash", "publicKey", "keyboard", "csrf_token", "key", "x"}) {
    CHECK(secret_name(name) == SecretName::kNone);
  }
}

TEST_CASE("The password of a command is found, its user is not", "[policies]") {
  CHECK(found("curl -u elastic:P@ssw0rd$1 http://localhost:9200") ==
        Lines{"secret/command_password P@ssw0rd$1"});
  CHECK(found("curl -s --user 'api:d2LkV78zLx!t' x") ==
        Lines{"secret/command_password d2LkV78zLx!t"});
  CHECK(found("curl -X POST --user \"a1\":\"{ZqL5kVrX1n8tA2}\" -d x") ==
        Lines{"secret/command_password {ZqL5kVrX1n8tA2}"});
  const std::string text =
      GENERATE("curl -u user:$PASS x", "curl -u \"${A}:${B}\" x", "curl -u <user:password> x",
               "curl -u name x", "curl -u \":\" http://localhost", "curl --user \"$1:$2\" x",
               "curl http://a -d user:pass");
  CAPTURE(text);
  CHECK_FALSE(finds(text, FindingKind::kSecret));
}

TEST_CASE("The values of a Kubernetes secret are found, and those of nothing else", "[policies]") {
  const std::string manifest =
      "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db-user\ntype: Opaque\ndata:\n"
      "  extra: UyFCXCpkJHpEc2I9\n  other: 'YWRtaW5pc3RyYXRvcg=='\n---\nkind: ConfigMap\n"
      "data:\n  mode: UyFCXCpkJHpEc2I9\n";
  CHECK(found(manifest) == Lines{"secret/kubernetes_secret UyFCXCpkJHpEc2I9",
                                 "secret/kubernetes_secret YWRtaW5pc3RyYXRvcg=="});
  CHECK_FALSE(
      finds("kind: ExternalSecret\ndata:\n  key: UyFCXCpkJHpEc2I9\n", FindingKind::kSecret));
  CHECK_FALSE(finds("kind: Secret\ndata:\n  key: {{ .Values.key }}\n", FindingKind::kSecret));
}

}  // namespace
}  // namespace weir

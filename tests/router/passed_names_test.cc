#include "router/passed_names.h"

#include "router/http/request_reader.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using Models = std::vector<std::string>;

Result<PassedNames> names_of(std::string body, std::string_view type = "application/json",
                             std::string_view target = "/v1/images/generations") {
  RequestHead head;
  head.method = "POST";
  head.target = target;
  head.fields.add({"content-type", type});
  body.reserve(body.size() + RequestReader::kBodyPadding);
  return names_in(head, body);
}

std::string form_of(const std::string& model_head, const std::string& value) {
  return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"model\"\r\n\r\nRIFF\r\n"
         "--b\r\nContent-Disposition: form-data; " +
         model_head + "\r\n\r\n" + value + "\r\n--b--\r\n";
}

constexpr std::string_view kForm = "multipart/form-data; boundary=b";

TEST_CASE("The model of a JSON body is read whatever its content-type says", "[pass_through]") {
  const std::string type =
      GENERATE("application/json", "text/plain", "", "application/octet-stream");
  CAPTURE(type);
  CHECK(names_of(R"({"model":"gpt-b","prompt":"x"})", type)->models == Models{"gpt-b"});
  CHECK(names_of(R"( {"mod\u0065l":"gpt-b"})", type)->models == Models{"gpt-b"});
}

TEST_CASE("JSON that parsers read in two ways is refused", "[pass_through]") {
  const std::string body = GENERATE(R"({"model":"a","model":"b"})", R"({"model":"a","x":1,"x":2})",
                                    R"({"model":"\ud800"})", "\xEF\xBB\xBF{\"model\":\"a\"}",
                                    R"({"model":"a"} {"model":"b"})", R"({"model":" gpt-b"})",
                                    R"({"model":"gpt-b\u0000"})");
  CAPTURE(body);
  const std::string type = GENERATE("application/json", "text/plain");
  const auto names = names_of(body, type);
  REQUIRE(names.has_error());
  CHECK(names.error().code == ErrorCode::kInvalidRequest);
}

TEST_CASE("What is no JSON and no form names nothing", "[pass_through]") {
  CHECK(names_of("", "").value().models.empty());
  CHECK(names_of(std::string("\x00\x01\xFF", 3), "application/octet-stream")->models.empty());
  CHECK(names_of("[1,2]", "application/json")->models.empty());
  CHECK(names_of(R"({"model":7})")->models.empty());
}

TEST_CASE("The model of a form is read, and one that parsers read otherwise is refused",
          "[pass_through]") {
  CHECK(names_of(form_of("name=\"model\"", "whisper-1"), kForm)->models == Models{"whisper-1"});
  CHECK(names_of(form_of("name=\"model_id\"", "x"), kForm)->models.empty());
  CHECK(names_of(form_of("name=\"user\"", "ann"), kForm)->end_user == "ann");
  for (const char* head : {"name=model", "NAME=\"model\"", "name = \"model\"", "name*=UTF-8''model",
                           "x=1;name=\"model\"", "name=\"Model\""}) {
    CAPTURE(head);
    CHECK(names_of(form_of(head, "whisper-1"), kForm).has_error());
  }
  const std::string twice = form_of("name=\"model\"", "a") + form_of("name=\"model\"", "b");
  CHECK(names_of(twice, kForm).has_error());
  CHECK(names_of(form_of("name=\"model\"", "a"), "multipart/form-data").has_error());
}

TEST_CASE("Further models of a body, and that of a path, are told", "[pass_through]") {
  CHECK(names_of(R"({"session":{"model":"b"},"model":"a","tools":[{"model":"c"},{"model":"a"}]})")
            ->models == Models{"a", "b", "c"});
  CHECK(names_of(R"({"model":"a"})", "application/json", "/v1/engines/b/completions")->models ==
        Models{"a", "b"});
  CHECK(names_of("", "", "/v1/engines/b%2D1/completions")->models == Models{"b-1"});
}

TEST_CASE("Names are read in any case of letters, and from lists of models", "[pass_through]") {
  CHECK(names_of(R"({"model":"a","Model":"b"})")->models == Models{"a", "b"});
  CHECK(names_of(R"({"model":"a","models":["b","c"]})")->models == Models{"a", "b", "c"});
}

TEST_CASE("End users and tools of a body are found at any depth", "[pass_through]") {
  CHECK(names_of(R"({"requests":[{"params":{"metadata":{"user_id":"ann"}}}]})")->end_user == "ann");
  const auto both = names_of(R"({"requests":[{"user":"ann"},{"User":"bob"},{"user":"ann"}]})");
  CHECK(both->end_user == "ann");
  CHECK(both->several_users);
  CHECK_FALSE(names_of(R"({"user":"ann","x":[{"user":"ann"}]})")->several_users);
  CHECK(names_of(R"({"requests":[{"params":{"tools":[]}}]})")->tools);
  CHECK_FALSE(names_of(R"({"requests":[{"params":{"tool":[]}}]})")->tools);
}

TEST_CASE("A request that names very many models is refused", "[pass_through]") {
  const auto naming = [](int count) {
    std::string models;
    for (int i = 0; i < count; ++i) models += R"({"model":"m)" + std::to_string(i) + "\"},";
    models.pop_back();
    return names_of("[" + models + "]");
  };
  CHECK(naming(64)->models.size() == 64);
  CHECK(naming(65).has_error());
  CHECK(naming(200'000).has_error());
}

TEST_CASE("The end user is read by each of its names", "[pass_through]") {
  CHECK(names_of(R"({"user":"ann","safety_identifier":"x"})")->end_user == "ann");
  CHECK(names_of(R"({"safety_identifier":"ann"})")->end_user == "ann");
  CHECK(names_of(R"({"metadata":{"user_id":"ann"}})")->end_user == "ann");
}

}  // namespace
}  // namespace weir

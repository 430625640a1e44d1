// POST /v1/embeddings: bodies as OpenAI takes them, answers as it gives them.
#include "cloud_adapters/wire/openai_embeddings.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

Result<EmbeddingRequest> parse(const std::string& body, std::size_t max_inputs = 2'048) {
  return openai_embeddings_codec().parse_request(body, {}, max_inputs);
}

using Ids = std::vector<std::int32_t>;

TEST_CASE("An embedding request has texts or tokens, one or many", "[wire]") {
  const auto text = parse(R"({"model":"m","input":"h\u00e9"})").value();
  CHECK(text.model == "m");
  CHECK_FALSE(text.is_list);
  CHECK(std::get<std::string_view>(text.inputs[0]) == "h\xc3\xa9");
  const auto texts = parse(R"({"model":"m","input":["a","b"]})").value();
  CHECK(texts.is_list);
  CHECK(std::get<std::string_view>(texts.inputs[1]) == "b");
  const auto ids = parse(R"({"model":"m","input":[1,2,3]})").value();
  CHECK_FALSE(ids.is_list);
  CHECK(std::get<Ids>(ids.inputs[0]) == Ids{1, 2, 3});
  const auto lists = parse(R"({"model":"m","input":[[1],[2,3]]})").value();
  CHECK(std::get<Ids>(lists.inputs[1]) == Ids{2, 3});
}

TEST_CASE("What an embedding request asks for beside its inputs is read", "[wire]") {
  const auto request = parse(R"({"input":"a","model":"m","encoding_format":"base64",)"
                             R"("dimensions":256,"user":"u","metadata":{},"prefix":"query"})")
                           .value();
  CHECK(request.base64);
  CHECK(request.dimensions == 256);
  CHECK(request.unknown_members == std::vector<std::string_view>{"prefix"});
  CHECK_FALSE(parse(R"({"input":"a","encoding_format":"float"})").value().base64);
  CHECK(parse(R"({"input":"a","model":null})").value().model.empty());
}

TEST_CASE("What is wrong with an embedding request is named by its place", "[wire]") {
  const auto [body, param] = GENERATE(table<std::string, std::string>(
      {{R"({"model":"m"})", "input"},
       {R"({"input":""})", "input"},
       {R"({"input":[]})", "input"},
       {R"({"input":null})", "input"},
       {R"({"input":{}})", "input"},
       {R"({"input":[true]})", "input"},
       {R"({"input":["a",""]})", "input[1]"},
       {R"({"input":["a",1]})", "input[1]"},
       {R"({"input":[1,"a"]})", "input"},
       {R"({"input":[1,-1]})", "input[1]"},
       {R"({"input":[1,2147483648]})", "input[1]"},
       {R"({"input":[[1],[]]})", "input[1]"},
       {R"({"input":[[1],[2,1.5]]})", "input[1]"},
       {R"({"input":[[1],"a"]})", "input[1]"},
       {R"({"input":"a","model":""})", "model"},
       {R"({"input":"a","encoding_format":"int8"})", "encoding_format"},
       {R"({"input":"a","dimensions":0})", "dimensions"},
       {R"({"input":"a","dimensions":"8"})", "dimensions"},
       {R"({"input":"a","user":1})", "user"}}));
  CAPTURE(body);
  const auto parsed = parse(body);
  REQUIRE(parsed.has_error());
  CHECK(parsed.error().code == ErrorCode::kInvalidRequest);
  CHECK(parsed.error().param == param);
}

TEST_CASE("An embedding request has no more inputs than allowed", "[wire]") {
  CHECK(parse(R"({"input":["a","b"]})", 2).has_value());
  CHECK(parse(R"({"input":["a","b","c"]})", 2).error().param == "input");
  CHECK(parse(R"({"input":[[1],[2],[3]]})", 2).error().param == "input");
  CHECK(parse(R"({"input":[1,2,3]})", 2).has_value());  // one input
}

std::unique_ptr<EmbeddingWriter> writer(bool base64) {
  EmbeddingRequest request;
  request.base64 = base64;
  return openai_embeddings_codec().writer(request);
}

TEST_CASE("An embedding answer has OpenAI's form, in numbers or base64", "[wire]") {
  const std::vector<float> first = {1, -0.5F};
  const std::vector<float> second = {0.1F, 3e-9F};
  const auto numbers = writer(false);
  numbers->add(first);
  numbers->add(second);
  CHECK(numbers->finish("m\"", 7) ==
        R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[1,-0.5]},)"
        R"({"object":"embedding","index":1,"embedding":[0.1,3e-09]}],"model":"m\"",)"
        R"("usage":{"prompt_tokens":7,"total_tokens":7}})");
  const auto base64 = writer(true);
  base64->add(first);
  CHECK(base64->finish("m", 1).find(R"("embedding":"AACAPwAAAL8=")") != std::string::npos);
}

TEST_CASE("Base64 of floats ends as its length asks", "[wire]") {
  const auto [count, text] = GENERATE(table<std::size_t, std::string>(
      {{1, "AACAPw=="}, {2, "AACAPwAAgD8="}, {3, "AACAPwAAgD8AAIA/"}}));
  const auto base64 = writer(true);
  base64->add(std::vector<float>(count, 1));
  CHECK(base64->finish("m", 1).find("\"" + text + "\"") != std::string::npos);
}

TEST_CASE("A request for vectors of another model keeps every other byte", "[wire]") {
  CHECK(
      with_embedding_model(R"({ "input":["\u0061","model"], "model" : "a\"b" ,"x":1e3})", "c\"d") ==
      R"({ "input":["\u0061","model"], "model" : "c\"d" ,"x":1e3})");
  CHECK(with_embedding_model(R"({"input":{"model":"a"}})", "b") == R"({"input":{"model":"a"}})");
}

}  // namespace
}  // namespace weir

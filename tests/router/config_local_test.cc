// [local] of a configuration.
#include "local_backend/mini/embedded_model.h"
#include "router/local_model.h"
#include "tests/router/config_texts.h"

namespace weir {
namespace {

using namespace test;

TEST_CASE("A further local model may be the default one", "[router]") {
  const std::string model = "[[local.models]]\nmodel='/m/tiny.gguf'\n";
  CHECK(load(model + "[routing]\ndefault_model='tiny'\n").has_value());
}

TEST_CASE("How a question is made depends on the model, unless the file says it", "[router]") {
  const auto form = [](const std::string& text) { return load(text)->delegation.question; };
  CHECK(form("[local]\nmodel='weir-mini'\n") == QuestionForm::kSelected);
  CHECK(form("[local]\nmodel='none'\n") == QuestionForm::kWritten);
  CHECK(form("[local]\nmodel='weir-mini'\n[delegation]\nquestion='written'\n") ==
        QuestionForm::kWritten);
  CHECK(form("[delegation]\nquestion='selected'\n") == QuestionForm::kSelected);
}

TEST_CASE("Guesses are automatic, or as a truth value says", "[router]") {
  CHECK(load("")->local.speculate == Speculation::kAuto);
  CHECK(load("[local]\nspeculate = 'auto'")->local.speculate == Speculation::kAuto);
  CHECK(load("[local]\nspeculate = true")->local.speculate == Speculation::kAlways);
  CHECK(load("[local]\nspeculate = false")->local.speculate == Speculation::kNever);
  CHECK_THAT(problem_of("[local]\nspeculate = 1"), Catch::Matchers::Contains("\"auto\""));
}

TEST_CASE("Keys and values are kept as halves unless the file says otherwise", "[router]") {
  using kernels::KvType;
  CHECK(load("").value().local.kv_type == KvTypes{KvType::kF16, KvType::kF16});
  CHECK(load("[local]\nkv_type = 'q8_0'").value().local.kv_type ==
        KvTypes{KvType::kQ8, KvType::kQ8});
  CHECK(load("[local]\nkv_type = 'bf16/q4_0'").value().local.kv_type ==
        KvTypes{KvType::kBf16, KvType::kQ4});
}

TEST_CASE("Layers may keep keys and values in a way of their own", "[router]") {
  const auto local = load("[local.kv_type_layers]\n0-1 = 'f16'\n27 = 'q8_0/q4_0'\n").value().local;
  using kernels::KvType;
  CHECK(local.kv_type_layers == std::vector<LayerKvTypes>{{0, kUsualKvTypes},
                                                          {1, kUsualKvTypes},
                                                          {27, {KvType::kQ8, KvType::kQ4}}});
  CHECK(load("[local]\nkv_type_layers = { 0-1 = 'f16', 27 = 'q8_0/q4_0' }")
            .value()
            .local.kv_type_layers == local.kv_type_layers);
}

TEST_CASE("A word for keys and values, or a layer, that there is not is named", "[router]") {
  const std::string layers = "[local.kv_type_layers]\n";
  const auto [text, finding] = GENERATE_COPY(table<std::string, std::string>({
      {"[local]\nkv_type = 'q5_0'", "weir.toml:2: local.kv_type: must be \"f32\", \"f16\", "},
      {"[local]\nkv_type = 8", "weir.toml:2: local.kv_type: must be \"f32\""},
      {"[local]\nkv_type = 'q8_0/'", "local.kv_type: must be"},
      {"[local]\nkv_type = 'q8_0/q8_0/q8_0'", "local.kv_type: must be"},
      {"[local]\nkv_type_layers = 'f16'", "local.kv_type_layers: must be a table of layers"},
      {layers + "1 = 'f16'\n2 = 'q5_0'", "weir.toml:3: local.kv_type_layers.2: must be \"f32\""},
      {layers + "1 = ['f16']", "weir.toml:2: local.kv_type_layers.1: must be \"f32\""},
      {layers + "1 = 'f16'\nlast = 'f16'", "weir.toml:3: local.kv_type_layers.last: layers are"},
      {layers + "3-1 = 'f16'", "local.kv_type_layers.3-1: layers are"},
      {layers + "1- = 'f16'", "local.kv_type_layers.1-: layers are"},
      {layers + "-1 = 'f16'", "local.kv_type_layers.-1: layers are"},
      {layers + "1024 = 'f16'", "local.kv_type_layers.1024: layers are"},
      {layers + "99999999999999999999 = 'f16'", "layers are"},
      {layers + "1-3 = 'f16'\n2 = 'q8_0'", "weir.toml:3: local.kv_type_layers.2: names a layer"},
      {"[[local.models]]\nmodel = 'm.gguf'\nkv_type = 'q4'", "local.models[0].kv_type: must be"},
  }));
  CAPTURE(text);
  CHECK_THAT(problem_of(text), Catch::Matchers::Contains(finding));
}

TEST_CASE("A further model keeps keys and values as the first does unless it says", "[router]") {
  const auto local = load(
                         "[local]\nkv_type = 'q8_0'\nkv_type_layers = { 3 = 'f16' }\n"
                         "[[local.models]]\nmodel = 'a.gguf'\n"
                         "[[local.models]]\nmodel = 'b.gguf'\nkv_type = "
                         "'q8_0/q4_0'\nkv_type_layers = { 0 = 'q8_0' }\n")
                         .value()
                         .local;
  const auto plain = load_options(local, local.models[0], nullptr);
  CHECK(plain.kv_types == local.kv_type);
  CHECK(plain.kv_layers.empty());
  const auto own = load_options(local, local.models[1], nullptr);
  CHECK(to_string(own.kv_types) == "q8_0/q4_0");
  CHECK(own.kv_layers.size() == 1);
}

TEST_CASE("Exact arithmetic keeps exact keys and values", "[router]") {
  const auto local = load(
                         "[local]\narithmetic = 'f32'\nkv_type = 'q8_0'\n"
                         "kv_type_layers = { 3 = 'f16' }")
                         .value()
                         .local;
  CHECK(load_options(local, nullptr).kv_types == KvTypes{});
  CHECK(load_options(local, nullptr).kv_layers.empty());
}

TEST_CASE("The local arithmetic is int8 unless the file says f32", "[router]") {
  CHECK(load("").value().local.arithmetic == kernels::Arithmetic::kInt8);
  CHECK(load("[local]\narithmetic = 'int8'").value().local.arithmetic ==
        kernels::Arithmetic::kInt8);
  CHECK(load("[local]\narithmetic = 'f32'").value().local.arithmetic == kernels::Arithmetic::kF32);
}

TEST_CASE("WEIR_MODEL goes before the file", "[router]") {
  const Config config = load("[local]\nmodel='a.gguf'\n", {{"WEIR_MODEL", "/m/b.gguf"}}).value();
  CHECK(config.local.model == "/m/b.gguf");
  CHECK(config.local.name == "b");
}

TEST_CASE("Without a local model the one inside the program answers", "[router]") {
  const bool embedded = !embedded_model().empty();
  CHECK(load("").value().local.model == (embedded ? "weir-mini" : ""));
  CHECK(load("[local]\nname='house'\n").value().local.name == "house");
  CHECK(load("[[local.models]]\nmodel='e.gguf'\n").value().local.model.empty());
  CHECK(
      load("[local]\nmodel='weir-mini'\n[[local.models]]\nmodel='e.gguf'\n").value().local.model ==
      "weir-mini");
}

TEST_CASE("The local model \"none\" is no local model", "[router]") {
  CHECK(load("[local]\nmodel='none'\n").value().local.model.empty());
  CHECK(load("[local]\nmodel='a.gguf'\n", {{"WEIR_MODEL", "none"}}).value().local.model.empty());
  CHECK(load("[local]\nmodel='./none'\n").value().local.model == "./none");
}

}  // namespace
}  // namespace weir

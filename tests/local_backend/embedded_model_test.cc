#include "local_backend/mini/embedded_model.h"

#include <cstdint>

#include "local_backend/local_model.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

const bool kHasModel = !embedded_model().empty();  // else built with WEIR_EMBED_MODEL=OFF

TEST_CASE("The embedded model is used where it lies", "[local][embedded]") {
  if (!kHasModel) return;
  CHECK(reinterpret_cast<std::uintptr_t>(embedded_model().data()) % 64 == 0);
  const auto file = open_model_file("weir-mini");
  REQUIRE(file.has_value());
  CHECK((*file)->pieces().front().data() == embedded_model().data());
  for (const GgufTensor& tensor : (*file)->tensors()) {
    CHECK(tensor.bytes.data() > embedded_model().data());
    CHECK(tensor.bytes.data() + tensor.bytes.size() <=
          embedded_model().data() + embedded_model().size());
  }
}

TEST_CASE("The embedded model loads and is called weir-mini", "[local][embedded]") {
  if (!kHasModel) return;
  LocalBackendOptions options;
  options.model_path = kEmbeddedModel;
  const auto model = open_local_model(options);
  REQUIRE(model.has_value());
  CHECK(info_of(options, *model, 1024).name == "weir-mini");
}

TEST_CASE("A path is a file even where it ends like the embedded model", "[local][embedded]") {
  CHECK(open_model_file("./weir-mini").error().code == ErrorCode::kNotFound);
}

TEST_CASE("A program without the embedded model says so", "[local][embedded]") {
  if (kHasModel) return;
  CHECK_THAT(open_model_file("weir-mini").error().message,
             Catch::Matchers::Contains("WEIR_EMBED_MODEL"));
}

}  // namespace
}  // namespace weir

// `weir quantize`: a model file in another number format.
#pragma once

#include <cstddef>
#include <string>

namespace weir::cli {

struct QuantizeOptions {
  std::string in;    // a GGUF file, or the first of several
  std::string out;   // one GGUF file
  std::string type;  // the name of a recipe: gguf/quant_recipe.h
  bool force = false;
  std::size_t threads = 2;
};

// Also kFailed if there is a file at `out` already, unless `force` is set; never replaces a part
// of what it reads.
int quantize(const QuantizeOptions& options);

// "F32, F16, ...": what `type` may be.
std::string quantize_types();

}  // namespace weir::cli

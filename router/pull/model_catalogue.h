// The models that were pulled: what they are called, where they came from, and their hashes.
//
// catalogue.json in the folder of the models. A file that is no catalogue is an error and
// never overwritten.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace weir {

struct PulledModel {
  std::string name;  // of the file, without ".gguf"
  std::string file;  // in the folder
  std::string url;
  std::string sha256;
  std::uint64_t bytes = 0;
};

class ModelCatalogue {
 public:
  // Without a file: empty. kInvalidConfig with the path and what is wrong.
  static Result<ModelCatalogue> read(std::string folder);

  const std::vector<PulledModel>& models() const { return models_; }
  const PulledModel* find(const std::string& name) const;

  // Adds it, or replaces the one of its name, and writes the file anew (in one step).
  Result<void> put(PulledModel model);
  Result<void> remove(const std::string& name);

  const std::string& folder() const { return folder_; }

 private:
  explicit ModelCatalogue(std::string folder) : folder_(std::move(folder)) {}
  std::string path() const { return folder_ + "/catalogue.json"; }
  Result<void> write() const;

  std::string folder_;
  std::vector<PulledModel> models_;
};

// "model-Q8_0.gguf" of "https://host/a/model-Q8_0.gguf?download=true". kInvalidRequest if
// the path does not end with a plain file name that ends with ".gguf".
Result<std::string> file_name_of(const std::string& url);

}  // namespace weir

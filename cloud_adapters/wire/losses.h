// What a translation could not carry over, for x-weir-lossy and its counter.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace weir {

// Names of fields as the source has them, each once: "seed", "messages[2].name".
class Losses {
 public:
  static constexpr std::size_t kMost = 32;  // beyond them "..." says that there were more

  void add(std::string field) {
    if (fields_.size() > kMost || std::ranges::find(fields_, field) != fields_.end()) return;
    fields_.push_back(fields_.size() == kMost ? "..." : std::move(field));
  }
  bool empty() const { return fields_.empty(); }
  const std::vector<std::string>& fields() const { return fields_; }
  // "seed, messages[2].name"
  std::string text() const {
    std::string all;
    for (const std::string& field : fields_) {
      if (!all.empty()) all += ", ";
      all += field;
    }
    return all;
  }

 private:
  std::vector<std::string> fields_;
};

}  // namespace weir

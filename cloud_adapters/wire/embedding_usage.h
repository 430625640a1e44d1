// What a provider's answer to POST /v1/embeddings says it used, found while the bytes pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/usage.h"

namespace weir {

// Reads an answer piece by piece and keeps nothing of it but the top level's "usage", however
// the pieces are cut. What is no JSON says nothing. Not thread-safe.
class EmbeddingUsage {
 public:
  void read(std::string_view bytes);

  // Nothing unless a whole "usage" with a count of prompt tokens, or of all, has passed.
  std::optional<Usage> found() const;

 private:
  enum class Awaits : std::uint8_t { kKey, kColon, kValue };

  void take(char byte);
  void take_in_string(char byte);
  void take_outside(char byte);
  void end_member();
  bool in_usage() const { return depth_ > 0 && awaits_ == Awaits::kValue && key_ == "\"usage\""; }

  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  Awaits awaits_ = Awaits::kKey;  // at the top level
  std::string key_;               // with its quotes
  std::string usage_;
  bool whole_ = false;
};

}  // namespace weir

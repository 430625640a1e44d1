// The one door through which JSON from outside comes in.
//
// simdjson's DOM parser reads every byte (its on-demand parser skips what is not
// visited and accepts broken documents) and refuses half surrogate pairs; on top of it:
// depth, duplicate keys at every level, size. What passes can be read in one way only, so a policy
// here and a model server elsewhere see the same request.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace weir {

struct JsonLimits {
  std::size_t bytes = std::size_t{1} << 30;  // a guard: who read the text has bounded it
  std::size_t depth = 64;
};

// A parsed document. Strings are unescaped copies inside it: views of them live
// as long as it does. Immutable; parsers and documents are kept per thread and
// reused, and a document may be dropped on another thread than it was made on.
class JsonDocument {
 public:
  // Fails with kTooLarge, or kInvalidRequest and a `detail` of "json_syntax",
  // "json_depth", "json_duplicate_key", "json_utf8", "json_string" or "json_number".
  // `readable_bytes`: how many bytes from text.data() on may be read (a string's capacity); with 64
  // beyond the text it is parsed in place, otherwise it is copied first.
  static Result<std::shared_ptr<const JsonDocument>> parse(std::string_view text,
                                                           std::size_t readable_bytes = 0,
                                                           const JsonLimits& limits = {});

  simdjson::dom::element root() const { return document_.root(); }

 private:
  friend class JsonPool;
  simdjson::dom::document document_;
};

// Finds values in JSON text that JsonDocument accepted. Linear, without allocation;
// strings are skipped at memchr's speed.
//
//   JsonMembers members(body);           // or JsonElements for an array
//   while (members.next()) use(members.key(), members.value());
class JsonMembers {
 public:
  explicit JsonMembers(std::string_view object);
  bool next();
  std::string_view key() const { return key_; }      // still escaped, without quotes
  std::string_view value() const { return value_; }  // as it stands, without white space around

 private:
  std::string_view text_;
  std::size_t at_;
  std::string_view key_;
  std::string_view value_;
};

class JsonElements {
 public:
  explicit JsonElements(std::string_view array);
  bool next();
  std::string_view value() const { return value_; }

 private:
  std::string_view text_;
  std::size_t at_;
  std::string_view value_;
};

}  // namespace weir

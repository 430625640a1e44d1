// Finds where a JSON object or array ends while its bytes are still coming, and
// checks its grammar (RFC 8259) on the way. Bytes above 0x7f are taken as they are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

class JsonScanner {
 public:
  static constexpr std::size_t kMaxDepth = 128;
  static constexpr std::size_t kMaxNumberBytes = 1024;

  enum class State : std::uint8_t { kMore, kDone, kBroken };

  // The next byte. kDone: it was the last of the value. Not to be called after kDone
  // or kBroken. The value is an object or an array.
  State push(char byte);

 private:
  enum class Expect : std::uint8_t { kValue, kValueOrEnd, kKey, kKeyOrEnd, kColon, kCommaOrEnd };
  enum class Inside : std::uint8_t { kNothing, kString, kEscape, kHex, kScalar };

  State push_structure(char byte);
  State push_string(char byte);
  State open(char bracket);
  State close(char bracket);
  void end_value();

  std::string open_;  // the brackets that are not closed yet
  Expect expect_ = Expect::kValue;
  Inside inside_ = Inside::kNothing;
  bool is_key_ = false;
  int hex_left_ = 0;
  std::string scalar_;
};

// Whether `text` is one object, or one array, and nothing else.
bool is_json_object_text(std::string_view text);
bool is_json_array_text(std::string_view text);

// Whether `text` is a number, true, false or null.
bool is_json_scalar(std::string_view text);

// Keys (decoded) and values (as written) of an object that is_json_object_text().
std::vector<std::pair<std::string, std::string_view>> json_members(std::string_view object);

// Values, as written, of an array that is_json_array_text().
std::vector<std::string_view> json_elements(std::string_view array);

// A string as JSON, and the other way round; empty for what is no JSON string.
std::string json_quoted(std::string_view text);
std::string json_unquoted(std::string_view json);

}  // namespace weir

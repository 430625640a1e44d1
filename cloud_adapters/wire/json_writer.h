// Appends JSON text to a string. No tree is built: what weir writes is small and
// its shape is fixed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir {

// The text between quotes, escaped as RFC 8259 asks. Invalid UTF-8 is written as U+FFFD.
void append_json_string(std::string* out, std::string_view text);

// The shortest text that reads back as the same double; "null" for NaN and infinities.
void append_json_number(std::string* out, double value);
void append_json_number(std::string* out, std::int64_t value);
// Each as the shortest text that reads back as the same float.
void append_float_array(std::string* out, std::span<const float> values);

// Puts a member behind others, as text without braces such as ChatRequest::extras.
void append_member(std::string* members, std::string_view name, std::string_view json);

// Writes the commas between the members of an object.
//   JsonObject object(&out);
//   object.string("id", id);
//   append_json_string(object.key("name"), name);
//   object.close();
class JsonObject {
 public:
  explicit JsonObject(std::string* out) : out_(out) { out_->push_back('{'); }

  // Writes the key; the caller appends the value. `name` must need no escapes.
  std::string* key(std::string_view name);
  void string(std::string_view name, std::string_view value);
  void number(std::string_view name, std::int64_t value);
  void number(std::string_view name, double value);
  void boolean(std::string_view name, bool value);
  void null(std::string_view name);
  void raw(std::string_view name, std::string_view json);
  // Members as text without braces, such as ChatRequest::extras; nothing if empty.
  void members(std::string_view json_members);
  void close() { out_->push_back('}'); }

 private:
  void comma();

  std::string* out_;
  bool first_ = true;
};

}  // namespace weir

// Typed members of a request body, checked, with errors that name the place.
//
// Shared by the codecs. Pure; every function returns false and sets *error
// (kInvalidRequest, param = the path) when the value is not what it should be.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/json.h"
#include "core/result.h"

namespace weir {

// Where a value stands, as a chain on the stack: text is made only for an error.
struct JsonPath {
  const JsonPath* parent = nullptr;
  std::string_view name;    // of a member, or empty
  std::int64_t index = -1;  // of an element, or -1

  JsonPath operator/(std::string_view member) const { return {this, member, -1}; }
  JsonPath operator/(std::size_t element) const {
    return {this, {}, static_cast<std::int64_t>(element)};
  }
  // "messages[2].role"; empty for the root.
  std::string text() const;
};

struct IntegerRange {
  std::int64_t low;
  std::int64_t high;
};
struct NumberRange {
  double low;
  double high;
};

using JsonValue = simdjson::dom::element;

Error invalid_field(const JsonPath& path, std::string_view what);
Error unsupported_field(std::string path);

bool read_string(JsonValue value, const JsonPath& path, std::string_view* out, Error* error);
bool read_bool(JsonValue value, const JsonPath& path, bool* out, Error* error);
bool read_integer(JsonValue value, const JsonPath& path, IntegerRange range, std::int64_t* out,
                  Error* error);
bool read_number(JsonValue value, const JsonPath& path, NumberRange range, double* out,
                 Error* error);
bool read_object(JsonValue value, const JsonPath& path, simdjson::dom::object* out, Error* error);
bool read_array(JsonValue value, const JsonPath& path, simdjson::dom::array* out, Error* error);

// The member called `name`, or nothing; JSON null counts as nothing.
std::optional<JsonValue> find_member(simdjson::dom::object object, std::string_view name);
// The same, and empty unless it is a string.
std::string_view string_member(simdjson::dom::object object, std::string_view name);
// The same, and nothing unless it is of that kind.
std::optional<simdjson::dom::object> object_member(simdjson::dom::object object,
                                                   std::string_view name);
std::optional<simdjson::dom::array> array_member(simdjson::dom::object object,
                                                 std::string_view name);
// True if it is an array or an object that holds anything.
bool has_items(const std::optional<JsonValue>& value);
// A count that a provider tells, such as of tokens; nothing if it cannot be one.
inline constexpr std::int64_t kMaxToldCount = 1'000'000'000;
std::optional<std::int64_t> count_of(JsonValue value);  // 100.0 is one, too
std::optional<std::int64_t> count_member(simdjson::dom::object object, std::string_view name);
// Whether a member of it is a number above kMaxToldCount.
bool tells_absurd_count(const std::optional<JsonValue>& usage);

class MemberWalk;
class ElementTexts;

// The raw text of a value, looked for when somebody asks, because hardly anybody
// does. Valid while the walk or the list that it came from stands where it stood.
class RawText {
 public:
  RawText(std::string_view text) : text_(text) {}
  explicit RawText(MemberWalk& walk) : walk_(&walk) {}
  RawText(ElementTexts& list, std::size_t index) : list_(&list), index_(index) {}

  std::string_view get() const;

 private:
  std::string_view text_;
  MemberWalk* walk_ = nullptr;
  ElementTexts* list_ = nullptr;
  std::size_t index_ = 0;
};

// Walks an object's members with their raw text beside the parsed value. `raw` is
// the text of that very object.
class MemberWalk {
 public:
  MemberWalk(simdjson::dom::object object, RawText raw)
      : at_(object.begin()), end_(object.end()), object_(raw) {}

  bool next() {
    if (reached_ > 0) ++at_;
    ++reached_;
    return at_ != end_;
  }
  std::string_view key() const { return at_.key(); }
  JsonValue value() const { return at_.value(); }

  // Linear over all members of the object.
  std::string_view raw() {
    if (!members_) members_.emplace(object_.get());
    for (; taken_ < reached_; ++taken_) members_->next();
    return members_->value();
  }

 private:
  simdjson::dom::object::iterator at_;
  simdjson::dom::object::iterator end_;
  RawText object_;
  std::optional<JsonMembers> members_;
  std::size_t reached_ = 0;  // members, this one included
  std::size_t taken_ = 0;    // of them, by members_
};

// The raw text of an array's elements, asked for in rising order. Linear in all.
class ElementTexts {
 public:
  explicit ElementTexts(RawText array) : array_(array) {}
  std::string_view at(std::size_t index) {
    if (!elements_) elements_.emplace(array_.get());
    for (; taken_ <= index; ++taken_) elements_->next();
    return elements_->value();
  }

 private:
  RawText array_;
  std::optional<JsonElements> elements_;
  std::size_t taken_ = 0;
};

inline std::string_view RawText::get() const {
  if (walk_ != nullptr) return walk_->raw();
  return list_ != nullptr ? list_->at(index_) : text_;
}

// "data:image/png;base64,AAAA" in its two parts; nothing for other URLs.
struct DataUrl {
  std::string_view media_type;
  std::string_view base64;
};
std::optional<DataUrl> parse_data_url(std::string_view url);

// The names of `extras`, which are members without braces: what a translation loses that
// has no place for them.
std::vector<std::string> member_names(std::string_view extras);
// Hints and labels that every provider may ignore, such as "metadata".
bool is_inessential_member(std::string_view name);

}  // namespace weir

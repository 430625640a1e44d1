// A JSON Schema as a graph of its subschemas: references resolved, keywords checked, limits of
// texts and numbers turned into languages.
//
// Drafts 2020-12 and 2019-09, and draft 7 and older as far as their words differ. Immutable
// after read().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "local_backend/grammar/languages.h"
#include "local_backend/grammar/number_language.h"

namespace weir::grammar {

using SchemaId = std::uint32_t;

namespace json_type {
enum : std::uint8_t {
  kNull = 1,
  kBoolean = 2,
  kInteger = 4,
  kFraction = 8,  // numbers that are no integers
  kNumber = kInteger | kFraction,
  kString = 16,
  kArray = 32,
  kObject = 64,
  kAll = 127
};
}  // namespace json_type

struct SizeLimits {
  std::uint32_t least = 0;
  std::uint32_t most = Languages::kNoLimit;
};

// What one schema says by itself, the words of its subschemas left to these. All of it holds.
struct Schema {
  std::string where;   // "#/properties/name"
  bool never = false;  // the schema `false`
  std::uint8_t types = json_type::kAll;
  bool may_be_true = true;
  bool may_be_false = true;
  std::vector<LanguageId> numbers;
  LanguageId written_number = Languages::kAnything;  // which of these a model writes
  LanguageId text = Languages::kAnything;

  std::vector<SchemaId> prefix;
  std::optional<SchemaId> items;  // behind the prefix
  SizeLimits item_count;

  std::vector<std::pair<std::string, SchemaId>> properties;
  bool in_any_order = false;  // the properties
  std::vector<std::pair<LanguageId, SchemaId>> patterns;
  std::optional<SchemaId> additional;
  std::optional<SchemaId> names;
  std::vector<std::string> required;
  SizeLimits property_count;
  std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required;
  std::vector<std::pair<std::string, SchemaId>> dependent_schemas;

  std::vector<SchemaId> all_of;               // and the target of a $ref
  std::vector<std::vector<SchemaId>> any_of;  // one list a keyword; enum and const are such
  std::vector<std::vector<SchemaId>> one_of;
  std::optional<SchemaId> negated;
  std::optional<SchemaId> condition;
  std::optional<SchemaId> consequence;
  std::optional<SchemaId> alternative;
};

struct SchemaOptions {
  // Texts must have their `format`, where it is known. Without, it says nothing, which is what
  // the standard asks of those who were not told otherwise.
  bool check_formats = true;
  // Of numbers, before the point and behind it: a model that writes one may never stop. With a
  // limit integers, and numbers of enum and const, have no zeros behind a point either: many
  // readers take 1.0 for no integer.
  std::uint32_t most_digits = Languages::kNoLimit;
};

class SchemaGraph {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMostSchemas = 20'000;
  static constexpr int kMostDepth = 100;

  // Of some documents that do not refer to each other. kUnsupportedParameter for what is not
  // supported, kInvalidRequest for what is no schema; the message names keyword and place.
  static Result<std::unique_ptr<SchemaGraph>> read(std::span<const std::string_view> documents,
                                                   SchemaOptions options);
  static Result<std::unique_ptr<SchemaGraph>> read(std::string_view document,
                                                   SchemaOptions options) {
    return read({&document, 1}, options);
  }

  // One a document.
  const std::vector<SchemaId>& roots() const { return roots_; }
  const Schema& schema(SchemaId id) const { return schemas_[id]; }
  std::size_t size() const { return schemas_.size(); }
  // Grows as it is asked: one thread at a time.
  Languages& languages() const { return *languages_; }
  const NumberLanguages& numbers() const { return numbers_; }

 private:
  friend class SchemaReader;
  explicit SchemaGraph(std::uint32_t most_digits)
      : languages_(std::make_unique<Languages>()), numbers_(*languages_, most_digits) {}

  const std::unique_ptr<Languages> languages_;
  NumberLanguages numbers_;
  std::vector<Schema> schemas_;
  std::vector<SchemaId> roots_;
};

}  // namespace weir::grammar

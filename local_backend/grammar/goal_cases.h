// The cases in which a goal can be met by an array or an object: each is some schemas that all
// hold, and demands that come from schemas which must not hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/grammar/schema.h"

namespace weir::grammar {

// A schema that must hold, or one that must not.
class Literal {
 public:
  static Literal holds(SchemaId schema) { return Literal(2 * schema); }
  static Literal fails(SchemaId schema) { return Literal(2 * schema + 1); }
  static Literal never() { return Literal(~std::uint32_t{0}); }  // cannot be met

  explicit Literal(std::uint32_t word) : word_(word) {}
  bool is_never() const { return word_ == ~std::uint32_t{0}; }
  bool must_hold() const { return word_ % 2 == 0; }
  SchemaId schema() const { return word_ / 2; }
  Literal opposite() const { return Literal(word_ ^ 1); }
  std::uint32_t word() const { return word_; }

  friend auto operator<=>(const Literal&, const Literal&) = default;

 private:
  std::uint32_t word_;
};

// What else is asked of an array or an object.
struct Demand {
  enum class Kind : std::uint8_t {
    kLeastCount,      // of items or properties
    kMostCount,       //
    kItem,            // there is an item `count`, and it obeys `literal`
    kHas,             // there is a property `name`
    kLacks,           // there is none
    kProperty,        // there is one, and it obeys `literal`
    kOddAdditional,   // a property that is additional to `schema` breaks what that asks of such
    kNotExpressible,  // `name` says what
  };
  Kind kind;
  std::uint32_t count = 0;
  std::string name{};
  Literal literal = Literal::never();
  SchemaId schema = 0;
};

struct GoalCase {
  std::vector<Literal> literals;  // met so far
  std::vector<SchemaId> schemas;  // that hold, in the order in which they were found
  std::vector<Demand> demands;
};

// Says whether some schemas can surely not hold together, of values of these types.
class Exclusion {
 public:
  virtual ~Exclusion() = default;
  virtual bool exclude(SchemaId one, SchemaId other, std::uint8_t types) = 0;
};

class GoalCases {
 public:
  // `types`: json_type::kArray or kObject.
  GoalCases(const SchemaGraph& schemas, Exclusion& exclusion, std::uint8_t types)
      : schemas_(schemas), exclusion_(exclusion), types_(types) {}

  // False if there are more than `most`; then culprit() tells place and word of what made them.
  bool find(std::vector<Literal> goal, std::size_t most, std::vector<GoalCase>* cases);
  std::string culprit() const;

 private:
  static constexpr std::size_t kWays = 4;  // so many times `most` are looked at

  // All of it, together.
  struct Option {
    std::vector<Literal> literals;
    std::vector<Demand> demands{};
  };
  struct Choice {
    SchemaId schema = 0;
    std::string_view word;
    std::vector<Option> options{};
  };
  struct Work {
    GoalCase found;
    std::vector<Literal> open;
    std::vector<Choice> choices;
  };

  bool settle(Work& work);
  bool hold(SchemaId id, Work& work);
  void choose_one_of(SchemaId id, const std::vector<SchemaId>& schemas, Work& work);
  bool is_of_type(SchemaId id) const;
  bool fail(SchemaId id, Work& work);
  void fail_subschemas(const Schema& schema, std::vector<Option>* options) const;
  void fail_array(const Schema& schema, std::vector<Option>* options) const;
  void fail_object(SchemaId id, const Schema& schema, std::vector<Option>* options) const;
  bool asks_nothing(SchemaId id) const;

  const SchemaGraph& schemas_;
  Exclusion& exclusion_;
  const std::uint8_t types_;
  std::size_t most_ = 0;
  SchemaId culprit_ = 0;
  std::string_view culprit_word_;
};

}  // namespace weir::grammar

// The cases in which a goal can be met by an array or an object: each is some schemas that all
// hold, and demands that come from schemas which must not hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
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

  // False if there are more than `most`.
  bool find(std::vector<Literal> goal, std::size_t most, std::vector<GoalCase>* cases);

 private:
  // All of it, together.
  struct Option {
    std::vector<Literal> literals;
    std::vector<Demand> demands{};
  };
  using Choice = std::vector<Option>;
  struct Work {
    GoalCase found;
    std::vector<Literal> open;
    std::vector<Choice> choices;
  };

  bool settle(Work& work);
  bool hold(SchemaId id, Work& work);
  void choose_one_of(const std::vector<SchemaId>& schemas, Work& work);
  bool fail(SchemaId id, Work& work);
  void fail_subschemas(const Schema& schema, Choice* options) const;
  void fail_array(const Schema& schema, Choice* options) const;
  void fail_object(SchemaId id, const Schema& schema, Choice* options) const;
  bool asks_nothing(SchemaId id) const;

  const SchemaGraph& schemas_;
  Exclusion& exclusion_;
  const std::uint8_t types_;
};

}  // namespace weir::grammar

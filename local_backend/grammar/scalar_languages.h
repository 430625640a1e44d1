// What goals allow of strings, and of numbers, true, false and null: languages, which take any
// logic of schemas as it is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "local_backend/grammar/goal_cases.h"
#include "local_backend/grammar/schema.h"

namespace weir::grammar {

class ScalarLanguages {
 public:
  explicit ScalarLanguages(const SchemaGraph& schemas);

  // Bare words and numbers; what strings say. The schemas of a circle of references have
  // kNothing, and circular() names one.
  LanguageId bare(const std::vector<Literal>& goal) {
    return of_goal(goal, schemas_.numbers().are_written() ? kWritten : kBare);
  }
  LanguageId text(const std::vector<Literal>& goal) { return of_goal(goal, kText); }
  LanguageId text(SchemaId schema) { return of_schema(schema, kText); }
  const std::optional<std::string>& circular() const { return circular_; }

 private:
  // kWritten: of what is kBare, what a model writes where it must hold.
  enum Kind : std::uint8_t { kBare, kWritten, kText };
  struct Known {
    std::optional<LanguageId> language;
    bool in_work = false;
  };

  LanguageId of_goal(const std::vector<Literal>& goal, Kind kind);
  LanguageId of_literal(Literal literal, Kind kind);
  LanguageId of_schema(SchemaId id, Kind kind);
  LanguageId work_out(const Schema& schema, Kind kind);
  LanguageId own_bare(const Schema& schema, Kind kind);
  LanguageId fails(SchemaId id, Kind kind);
  LanguageId not_in(LanguageId language, Kind kind);
  LanguageId numbers_of(const Schema& schema, Kind kind);
  LanguageId of_any(const std::vector<SchemaId>& list, Kind kind);
  LanguageId exactly_one(const std::vector<SchemaId>& list, Kind kind);

  const SchemaGraph& schemas_;
  Languages& languages_;
  const LanguageId plain_;  // bare words, and numbers without an exponent
  std::array<std::vector<Known>, 3> known_;
  std::optional<std::string> circular_;
};

}  // namespace weir::grammar

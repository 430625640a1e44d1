// What JSON values a schema allows, taken apart by the kind of value: what a machine that reads or
// writes one needs to know next.
//
// A place in a value obeys a goal: some schemas that must hold, and some that must not. What that
// allows is a language for bare words and numbers, one for what is in a string, and shapes of
// arrays and objects, whose parts obey goals again. Immutable after create() but for its languages.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "local_backend/grammar/schema.h"
#include "local_backend/grammar/writing.h"

namespace weir::grammar {

using GoalId = std::uint32_t;

// Items 0, 1, ... obey `prefix`, those behind it `rest`; without one there are none.
struct ArrayShape {
  std::vector<GoalId> prefix;
  std::optional<GoalId> rest;
  SizeLimits count;
};

struct NamedProperty {
  std::string name;
  LanguageId language = Languages::kNothing;  // the name alone
  GoalId goal = 0;
  bool required = false;
  // Properties of one list come in its order; those of none, behind all lists, in any order.
  std::optional<SchemaId> list;
};

// Names that no NamedProperty has.
struct FreeProperties {
  LanguageId names = Languages::kNothing;
  GoalId goal = 0;
};

struct ObjectShape {
  std::vector<NamedProperty> named;  // in the order of the schema
  std::vector<FreeProperties> free;
  SizeLimits count;
  Notation notation = Notation::kJson;
};

struct Shapes {
  LanguageId bare = Languages::kNothing;  // numbers, true, false, null
  LanguageId text = Languages::kNothing;  // what strings say
  std::vector<std::uint32_t> arrays;      // shapes, by their numbers in the graph
  std::vector<std::uint32_t> objects;     // the same
  Notation notation = Notation::kJson;

  bool possible() const {
    return bare != Languages::kNothing || text != Languages::kNothing || !arrays.empty() ||
           !objects.empty();
  }
};

class ShapeGraph {
 public:
  static constexpr std::size_t kMostGoals = 20'000;
  static constexpr std::size_t kMostShapes = 256;    // of one goal
  static constexpr std::size_t kMostWork = 400'000;  // cases, of all goals
  static constexpr std::size_t kMostLanguageWork = 4'000'000;

  // Only what is possible is left in: a place that nothing can fill has no shapes. `writings`:
  // how the values of each document are written; without, all are JSON. Errors as
  // SchemaGraph::read().
  static Result<std::unique_ptr<ShapeGraph>> create(std::unique_ptr<SchemaGraph> schemas,
                                                    std::span<const Writing> writings = {});

  // One a document.
  const std::vector<GoalId>& roots() const { return roots_; }
  const Shapes& shapes(GoalId goal) const { return shapes_[goal]; }
  const ArrayShape& array(std::uint32_t shape) const { return arrays_[shape]; }
  const ObjectShape& object(std::uint32_t shape) const { return objects_[shape]; }
  Languages& languages() const { return schemas_->languages(); }
  // Of all strings and free names.
  std::vector<LanguageId> texts() const;
  std::vector<LanguageId> free_names() const;

 private:
  friend class ShapeMaker;
  explicit ShapeGraph(std::unique_ptr<SchemaGraph> schemas) : schemas_(std::move(schemas)) {}

  const std::unique_ptr<SchemaGraph> schemas_;
  std::vector<GoalId> roots_;
  std::vector<Shapes> shapes_;  // by goal; of those that a root leads to
  std::vector<ArrayShape> arrays_;
  std::vector<ObjectShape> objects_;
};

}  // namespace weir::grammar

#include "local_backend/grammar/shapes.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/utf8.h"
#include "local_backend/grammar/goal_cases.h"
#include "local_backend/grammar/interned.h"
#include "local_backend/grammar/scalar_languages.h"

namespace weir::grammar {
namespace {

constexpr std::size_t kMostPatterns = 6;        // of property names, that may hold together
constexpr std::size_t kMostCountedNames = 256;  // of one class of free names
constexpr int kDeepestLook = 3;                 // for what excludes schemas

void narrow(SizeLimits own, SizeLimits* limits) {
  limits->least = std::max(limits->least, own.least);
  limits->most = std::min(limits->most, own.most);
}

void narrow(const GoalCase& found, SizeLimits* limits) {
  for (const Demand& demand : found.demands) {
    if (demand.kind == Demand::Kind::kLeastCount) narrow({demand.count}, limits);
    if (demand.kind == Demand::Kind::kMostCount) narrow({0, demand.count}, limits);
    if (demand.kind == Demand::Kind::kItem) narrow({demand.count + 1}, limits);
  }
}

}  // namespace

// Follows the roots' goals to all others, then takes out what nothing can fill.
class ShapeMaker final : public Exclusion {
 public:
  ShapeMaker(ShapeGraph& graph, std::span<const Writing> writings)
      : graph_(graph),
        schemas_(*graph.schemas_),
        languages_(schemas_.languages()),
        scalars_(schemas_) {
    for (const Writing& writing : writings) writings_.emplace_back(writing, languages_);
    while (writings_.size() < schemas_.roots().size())
      writings_.emplace_back(Writing{}, languages_);
  }

  std::optional<Error> make() {
    for (const SchemaId root : schemas_.roots()) {
      document_ = graph_.roots_.size();
      graph_.roots_.push_back(goal_of({Literal::holds(root)}));
      reach(graph_.roots_.back());
    }
    if (languages_.is_spent()) refuse_all(literals_of(graph_.roots_.front()));
    if (scalars_.circular()) {
      return Error{ErrorCode::kInvalidRequest, *scalars_.circular() + ": refers to itself",
                   "invalid_schema"};
    }
    if (error_) return error_;
    find_possible();
    for (const GoalId goal : reached_) keep(goal);
    return std::nullopt;
  }

  bool exclude(SchemaId one, SchemaId other, std::uint8_t types) override {
    if (depth_ >= kDeepestLook || work_ > ShapeGraph::kMostWork) return false;
    const std::array<std::uint32_t, 4> key{std::min(one, other), std::max(one, other), types,
                                           static_cast<std::uint32_t>(depth_)};
    const auto [known, is_new] = excluded_.try_emplace(key, false);
    if (is_new) known->second = surely_exclude(one, other, types);
    return known->second;
  }

 private:
  bool surely_exclude(SchemaId one, SchemaId other, std::uint8_t types) {
    const std::optional<Error> error = error_;
    const std::vector<Literal> both{Literal::holds(one), Literal::holds(other)};
    const bool dead = types == json_type::kArray ? array_is_dead(both) : object_is_dead(both);
    const bool sure = dead && !error_;
    error_ = error;
    return sure;
  }

  void reach(GoalId root) {
    std::vector<GoalId> open{root};
    while (!open.empty() && !error_) {
      const GoalId goal = open.back();
      open.pop_back();
      if (!reached_.insert(goal).second) continue;
      if (reached_.size() > ShapeGraph::kMostGoals || languages_.is_spent()) {
        refuse_all(literals_of(goal));
      }
      const Made& made = make(goal);
      for (const ArrayShape& array : made.arrays) add_parts(array, &open);
      for (const ObjectShape& object : made.objects) add_parts(object, &open);
    }
  }
  const WritingLanguages& writing() const { return writings_[document_]; }

  struct Made {
    Shapes scalars;
    std::vector<ArrayShape> arrays;
    std::vector<ObjectShape> objects;
  };

  void refuse_all(const std::vector<Literal>& literals) {
    const bool known = !literals.empty() && !literals.front().is_never();
    const std::string where = known ? schemas_.schema(literals.front().schema()).where : "#";
    refuse(where + ": a schema that takes so much work");
  }

  void refuse(const std::string& what) {
    if (error_) return;
    error_ = Error{ErrorCode::kUnsupportedParameter, what + " is not supported",
                   "unsupported_parameter"};
  }

  GoalId goal_of(std::vector<Literal> literals) {
    std::sort(literals.begin(), literals.end());
    literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
    std::vector<std::uint32_t> words{static_cast<std::uint32_t>(writing().notation()),
                                     writing().texts()};
    words.reserve(words.size() + literals.size());
    for (const Literal literal : literals) words.push_back(literal.word());
    return goals_.id_of(words);
  }
  std::vector<Literal> literals_of(GoalId goal) const {
    const std::span<const std::uint32_t> words(goals_[goal]);
    std::vector<Literal> literals;
    for (const std::uint32_t word : words.subspan(2)) literals.emplace_back(word);
    return literals;
  }

  static void add_parts(const ArrayShape& array, std::vector<GoalId>* open) {
    open->insert(open->end(), array.prefix.begin(), array.prefix.end());
    if (array.rest) open->push_back(*array.rest);
  }
  static void add_parts(const ObjectShape& object, std::vector<GoalId>* open) {
    for (const NamedProperty& property : object.named) open->push_back(property.goal);
    for (const FreeProperties& free : object.free) open->push_back(free.goal);
  }

  const Made& make(GoalId goal) {
    const auto [found, is_new] = made_.try_emplace(goal);
    if (!is_new) return found->second;
    const std::vector<Literal> literals = literals_of(goal);
    Made made;
    made.scalars.bare = writing().bare(scalars_.bare(literals));
    made.scalars.text = languages_.both({scalars_.text(literals), writing().texts()});
    if (!languages_.possible(made.scalars.text)) made.scalars.text = Languages::kNothing;
    made.scalars.notation = writing().notation();
    for (const GoalCase& one : cases_of(literals, json_type::kArray)) {
      made.arrays.push_back(array_of(one));
    }
    for (const GoalCase& one : cases_of(literals, json_type::kObject)) {
      add_objects(one, &made.objects);
    }
    return made_[goal] = std::move(made);
  }

  std::vector<GoalCase> cases_of(const std::vector<Literal>& literals, std::uint8_t types) {
    if (work_ > ShapeGraph::kMostWork) refuse_all(literals);
    std::vector<GoalCase> cases;
    if (error_) return cases;
    GoalCases finder(schemas_, *this, types);
    if (!finder.find(literals, ShapeGraph::kMostShapes, &cases)) {
      refuse(finder.culprit() + " with so many combinations");
    }
    work_ += 1 + cases.size();
    if (error_) cases.clear();
    return cases;
  }

  // Arrays.

  ArrayShape array_of(const GoalCase& found) {
    std::size_t prefix = 0;
    ArrayShape shape;
    for (const SchemaId id : found.schemas) {
      prefix = std::max(prefix, schemas_.schema(id).prefix.size());
      narrow(schemas_.schema(id).item_count, &shape.count);
    }
    for (const Demand& demand : found.demands) {
      if (demand.kind == Demand::Kind::kItem)
        prefix = std::max<std::size_t>(prefix, demand.count + 1);
      if (demand.kind == Demand::Kind::kNotExpressible) refuse(demand.name);
    }
    narrow(found, &shape.count);
    for (std::size_t i = 0; i < prefix; ++i) shape.prefix.push_back(goal_of(item(found, i)));
    shape.rest = goal_of(item(found, prefix));
    return shape;
  }

  std::vector<Literal> item(const GoalCase& found, std::size_t index) const {
    std::vector<Literal> literals;
    for (const SchemaId id : found.schemas) {
      const Schema& schema = schemas_.schema(id);
      if (index < schema.prefix.size()) {
        literals.push_back(Literal::holds(schema.prefix[index]));
      } else if (schema.items) {
        literals.push_back(Literal::holds(*schema.items));
      }
    }
    for (const Demand& demand : found.demands) {
      const bool here = demand.kind == Demand::Kind::kItem && demand.count == index;
      if (here) literals.push_back(demand.literal);
    }
    return literals;
  }

  // Objects.

  void add_objects(GoalCase found, std::vector<ObjectShape>* objects) {
    const auto odd = std::find_if(found.demands.begin(), found.demands.end(), [](const Demand& d) {
      return d.kind == Demand::Kind::kOddAdditional;
    });
    if (odd == found.demands.end()) {
      objects->push_back(object_of(found));
      if (objects->size() > ShapeGraph::kMostShapes) {
        refuse(schemas_.schema(found.schemas.front()).where + ": objects of so many shapes");
      }
      return;
    }
    const SchemaId id = odd->schema;
    found.demands.erase(odd);
    add_odd_objects(found, id, objects);
  }

  // One of the names that somebody speaks of is additional to `id`, and odd; that another one
  // is cannot be said of a shape.
  void add_odd_objects(const GoalCase& found, SchemaId id, std::vector<ObjectShape>* objects) {
    const Schema& schema = schemas_.schema(id);
    const Literal odd = Literal::fails(*schema.additional);
    const ObjectShape shape = object_of(found);
    for (const NamedProperty& property : shape.named) {
      if (error_ || !is_additional(schema, property.name)) continue;
      GoalCase with = found;
      with.demands.push_back({Demand::Kind::kProperty, 0, property.name, odd});
      add_objects(std::move(with), objects);
    }
    for (const FreeProperties& free : shape.free) {
      std::vector<Literal> literals = literals_of(free.goal);
      literals.push_back(odd);
      if (!is_dead(goal_of(std::move(literals)))) {
        refuse(schema.where + ": the opposite of 'additionalProperties'");
      }
    }
  }

  bool is_additional(const Schema& schema, const std::string& name) {
    const std::u32string codes = code_points_of(name);
    return std::none_of(schema.properties.begin(), schema.properties.end(),
                        [&](const auto& own) { return own.first == name; }) &&
           std::none_of(schema.patterns.begin(), schema.patterns.end(),
                        [&](const auto& own) { return languages_.has(own.first, codes); });
  }

  ObjectShape object_of(const GoalCase& found) {
    ObjectShape shape;
    shape.notation = writing().notation();
    for (const SchemaId id : found.schemas) {
      for (const auto& [name, property] : schemas_.schema(id).properties) {
        const bool ordered = !schemas_.schema(id).in_any_order && writing().in_order();
        add_name(name, ordered ? std::optional(id) : std::nullopt, &shape);
      }
      narrow(schemas_.schema(id).property_count, &shape.count);
    }
    narrow(found, &shape.count);
    for (const SchemaId id : found.schemas) {
      for (const std::string& name : schemas_.schema(id).required) {
        add_name(name, std::nullopt, &shape)->required = true;
      }
    }
    for (const Demand& demand : found.demands) {
      if (demand.kind == Demand::Kind::kNotExpressible) refuse(demand.name);
      if (demand.kind < Demand::Kind::kHas || demand.kind > Demand::Kind::kProperty) continue;
      NamedProperty* const property = add_name(demand.name, std::nullopt, &shape);
      if (demand.kind != Demand::Kind::kLacks) property->required = true;
    }
    for (NamedProperty& property : shape.named) {
      property.goal = goal_of(property_literals(found, property.name));
    }
    add_free(found, &shape);
    return shape;
  }

  NamedProperty* add_name(const std::string& name, std::optional<SchemaId> list,
                          ObjectShape* shape) {
    const auto known = std::find_if(shape->named.begin(), shape->named.end(),
                                    [&](const NamedProperty& p) { return p.name == name; });
    if (known != shape->named.end()) return &*known;
    shape->named.push_back({name, languages_.text(name), 0, false, list});
    return &shape->named.back();
  }

  std::vector<Literal> property_literals(const GoalCase& found, const std::string& name) {
    const std::u32string codes = code_points_of(name);
    std::vector<Literal> literals;
    if (!languages_.has(writing().names(), codes)) literals.push_back(Literal::never());
    for (const SchemaId id : found.schemas) {
      const Schema& schema = schemas_.schema(id);
      for (const auto& [own, property] : schema.properties) {
        if (own == name) literals.push_back(Literal::holds(property));
      }
      for (const auto& [language, property] : schema.patterns) {
        if (languages_.has(language, codes)) literals.push_back(Literal::holds(property));
      }
      if (schema.additional && is_additional(schema, name)) {
        literals.push_back(Literal::holds(*schema.additional));
      }
      if (schema.names && !languages_.has(scalars_.text(*schema.names), codes)) {
        literals.push_back(Literal::never());
      }
    }
    for (const Demand& demand : found.demands) {
      if (demand.name != name) continue;
      if (demand.kind == Demand::Kind::kLacks) literals.push_back(Literal::never());
      if (demand.kind == Demand::Kind::kProperty) literals.push_back(demand.literal);
    }
    return literals;
  }

  // Names fall into classes by the patterns that match them.
  void add_free(const GoalCase& found, ObjectShape* shape) {
    std::vector<LanguageId> named;
    named.reserve(shape->named.size());
    for (const NamedProperty& property : shape->named) named.push_back(property.language);
    std::vector<LanguageId> common{languages_.negation(languages_.either(std::move(named))),
                                   writing().names()};
    std::vector<LanguageId> patterns;
    for (const SchemaId id : found.schemas) {
      const Schema& schema = schemas_.schema(id);
      if (schema.names) common.push_back(scalars_.text(*schema.names));
      for (const auto& [language, property] : schema.patterns) {
        const bool is_new = std::find(patterns.begin(), patterns.end(), language) == patterns.end();
        if (is_new) patterns.push_back(language);
      }
    }
    if (patterns.size() > kMostPatterns) {
      return refuse(schemas_.schema(found.schemas.front()).where + ": so many 'patternProperties'");
    }
    std::map<GoalId, std::vector<LanguageId>> classes;
    for (std::uint32_t matched = 0; matched < (1u << patterns.size()); ++matched) {
      std::vector<LanguageId> conditions = common;
      for (std::size_t i = 0; i < patterns.size(); ++i) {
        const bool yes = (matched >> i & 1) != 0;
        conditions.push_back(yes ? patterns[i] : languages_.negation(patterns[i]));
      }
      const LanguageId names = languages_.both(std::move(conditions));
      if (!languages_.possible(names)) continue;
      classes[free_goal(found, patterns, matched)].push_back(names);
    }
    for (const auto& [goal, names] : classes) add_free_names(languages_.either(names), goal, shape);
  }

  // Few names are as good as named: it is known then which of them are left.
  void add_free_names(LanguageId names, GoalId goal, ObjectShape* shape) {
    const auto few = languages_.texts(names, kMostCountedNames);
    if (!few) return shape->free.push_back({names, goal});
    for (const std::u32string& codes : *few) {
      std::string name;
      for (const char32_t code : codes) append_utf8(&name, code);
      add_name(name, std::nullopt, shape)->goal = goal;
    }
  }

  GoalId free_goal(const GoalCase& found, const std::vector<LanguageId>& patterns,
                   std::uint32_t matched) {
    std::vector<Literal> literals;
    for (const SchemaId id : found.schemas) {
      const Schema& schema = schemas_.schema(id);
      bool any = false;
      for (const auto& [language, property] : schema.patterns) {
        const auto at = std::find(patterns.begin(), patterns.end(), language) - patterns.begin();
        if ((matched >> at & 1) == 0) continue;
        any = true;
        literals.push_back(Literal::holds(property));
      }
      if (!any && schema.additional) literals.push_back(Literal::holds(*schema.additional));
    }
    return goal_of(std::move(literals));
  }

  // A look ahead while goals are still being made: true only where it is sure.

  bool is_dead(GoalId goal) {
    if (depth_ >= kDeepestLook) return false;
    const std::vector<Literal> literals = literals_of(goal);
    return scalars_.bare(literals) == Languages::kNothing &&
           scalars_.text(literals) == Languages::kNothing && array_is_dead(literals) &&
           object_is_dead(literals);
  }

  bool array_is_dead(const std::vector<Literal>& literals) {
    ++depth_;
    bool dead = true;
    for (const GoalCase& one : cases_of(literals, json_type::kArray)) {
      dead = dead && array_is_dead(array_of(one));
    }
    --depth_;
    return dead;
  }
  bool array_is_dead(const ArrayShape& shape) {
    if (shape.count.least > shape.count.most) return true;
    for (std::uint32_t i = 0; i < shape.count.least; ++i) {
      if (i >= shape.prefix.size()) return is_dead(*shape.rest);
      if (is_dead(shape.prefix[i])) return true;
    }
    return false;
  }

  bool object_is_dead(const std::vector<Literal>& literals) {
    ++depth_;
    std::vector<ObjectShape> objects;
    for (const GoalCase& one : cases_of(literals, json_type::kObject)) add_objects(one, &objects);
    const bool dead = std::all_of(objects.begin(), objects.end(), [&](const ObjectShape& shape) {
      return std::any_of(shape.named.begin(), shape.named.end(),
                         [&](const NamedProperty& p) { return p.required && is_dead(p.goal); });
    });
    --depth_;
    return dead;
  }

  // What can be filled, from below: a schema that needs itself cannot.

  void find_possible() {
    for (bool changed = true; changed;) {
      changed = false;
      for (const GoalId goal : reached_) {
        if (possible_.contains(goal) || !can_be_filled(made_[goal])) continue;
        possible_.insert(goal);
        changed = true;
      }
    }
  }
  bool can_be_filled(const Made& made) const {
    return made.scalars.possible() ||
           std::any_of(made.arrays.begin(), made.arrays.end(),
                       [&](const ArrayShape& shape) { return can_be_filled(shape); }) ||
           std::any_of(made.objects.begin(), made.objects.end(),
                       [&](const ObjectShape& shape) { return can_be_filled(shape); });
  }
  // As many items as can stand beside each other.
  std::uint32_t most_items(const ArrayShape& shape) const {
    for (std::uint32_t i = 0; i < shape.prefix.size(); ++i) {
      if (!possible_.contains(shape.prefix[i])) return std::min(i, shape.count.most);
    }
    if (possible_.contains(*shape.rest)) return shape.count.most;
    return std::min(static_cast<std::uint32_t>(shape.prefix.size()), shape.count.most);
  }
  bool can_be_filled(const ArrayShape& shape) const {
    return shape.count.least <= most_items(shape);
  }
  bool can_be_filled(const ObjectShape& shape) const {
    std::uint32_t required = 0;
    std::uint32_t available = 0;
    for (const NamedProperty& property : shape.named) {
      const bool possible = possible_.contains(property.goal);
      if (property.required && !possible) return false;
      if (property.required) ++required;
      if (possible) ++available;
    }
    const bool any_free = std::any_of(shape.free.begin(), shape.free.end(), [&](const auto& free) {
      return possible_.contains(free.goal);
    });
    return required <= shape.count.most && (any_free || available >= shape.count.least) &&
           shape.count.least <= shape.count.most;
  }

  void keep(GoalId goal) {
    if (graph_.shapes_.size() <= goal) graph_.shapes_.resize(goal + 1);
    Made& made = made_[goal];
    Shapes& shapes = graph_.shapes_[goal];
    shapes = std::move(made.scalars);
    for (ArrayShape& shape : made.arrays) {
      if (!can_be_filled(shape)) continue;
      shape.count.most = most_items(shape);
      if (shape.count.most < shape.prefix.size()) shape.prefix.resize(shape.count.most);
      if (!possible_.contains(*shape.rest)) shape.rest.reset();
      shapes.arrays.push_back(static_cast<std::uint32_t>(graph_.arrays_.size()));
      graph_.arrays_.push_back(std::move(shape));
    }
    for (ObjectShape& shape : made.objects) {
      if (!can_be_filled(shape)) continue;
      std::erase_if(shape.named, [&](const auto& p) { return !possible_.contains(p.goal); });
      std::erase_if(shape.free, [&](const auto& free) { return !possible_.contains(free.goal); });
      shapes.objects.push_back(static_cast<std::uint32_t>(graph_.objects_.size()));
      graph_.objects_.push_back(std::move(shape));
    }
  }

  ShapeGraph& graph_;
  const SchemaGraph& schemas_;
  Languages& languages_;
  ScalarLanguages scalars_;
  std::vector<WritingLanguages> writings_;  // by document
  std::size_t document_ = 0;                // whose goals are being made
  Interned goals_;
  std::map<std::array<std::uint32_t, 4>, bool> excluded_;
  std::map<GoalId, Made> made_;
  std::set<GoalId> reached_;
  std::set<GoalId> possible_;
  std::size_t work_ = 0;
  int depth_ = 0;
  std::optional<Error> error_;
};

std::vector<LanguageId> ShapeGraph::free_names() const {
  std::set<LanguageId> names;
  for (const ObjectShape& object : objects_) {
    for (const FreeProperties& free : object.free) names.insert(free.names);
  }
  return {names.begin(), names.end()};
}

std::vector<LanguageId> ShapeGraph::texts() const {
  const std::vector<LanguageId> names = free_names();
  std::set<LanguageId> texts(names.begin(), names.end());
  for (const Shapes& shapes : shapes_) texts.insert(shapes.text);
  texts.erase(Languages::kNothing);
  return {texts.begin(), texts.end()};
}

Result<std::unique_ptr<ShapeGraph>> ShapeGraph::create(std::unique_ptr<SchemaGraph> schemas,
                                                       std::span<const Writing> writings) {
  std::unique_ptr<ShapeGraph> graph(new ShapeGraph(std::move(schemas)));
  graph->languages().allow_work(kMostLanguageWork);
  if (auto error = ShapeMaker(*graph, writings).make()) return *error;
  graph->languages().allow_any_work();
  return graph;
}

}  // namespace weir::grammar

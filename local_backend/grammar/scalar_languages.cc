#include "local_backend/grammar/scalar_languages.h"

#include <map>
#include <string>
#include <utility>

namespace weir::grammar {
namespace {

constexpr std::size_t kMostCountedTexts = 256;  // of one schema

}  // namespace

ScalarLanguages::ScalarLanguages(const SchemaGraph& schemas)
    : schemas_(schemas),
      languages_(schemas.languages()),
      plain_(languages_.either({languages_.text("null"), languages_.text("true"),
                                languages_.text("false"), schemas.numbers().plain()})) {
  for (auto& known : known_) known.resize(schemas.size());
}

LanguageId ScalarLanguages::of_goal(const std::vector<Literal>& goal, Kind kind) {
  std::vector<LanguageId> conditions;
  conditions.reserve(goal.size() + 1);
  for (const Literal literal : goal) conditions.push_back(of_literal(literal, kind));
  if (kind != kText && conditions.empty()) conditions.push_back(own_bare({}, kind));
  const LanguageId language = languages_.both(std::move(conditions));
  return languages_.possible(language) ? language : Languages::kNothing;
}

LanguageId ScalarLanguages::of_literal(Literal literal, Kind kind) {
  if (literal.is_never()) return Languages::kNothing;
  const SchemaId schema = literal.schema();
  return literal.must_hold() ? of_schema(schema, kind) : fails(schema, kind);
}

// What no model would write satisfies a schema all the same.
LanguageId ScalarLanguages::fails(SchemaId id, Kind kind) {
  return not_in(of_schema(id, kind == kWritten ? kBare : kind), kind);
}

// Of bare words without an exponent: of those with one, nobody can say whether they are in it.
LanguageId ScalarLanguages::not_in(LanguageId language, Kind kind) {
  const LanguageId negation = languages_.negation(language);
  if (kind == kText) return negation;
  return language == Languages::kNothing ? own_bare({}, kBare)
                                         : languages_.both({plain_, negation});
}

LanguageId ScalarLanguages::of_schema(SchemaId id, Kind kind) {
  Known& known = known_[kind][id];
  if (known.language) return *known.language;
  const Schema& schema = schemas_.schema(id);
  if (known.in_work) {
    circular_ = schema.where;
    return Languages::kNothing;
  }
  known.in_work = true;
  const LanguageId language = work_out(schema, kind);
  known.in_work = false;
  known.language = language;
  return language;
}

LanguageId ScalarLanguages::work_out(const Schema& schema, Kind kind) {
  if (schema.never) return Languages::kNothing;
  if (kind == kText && (schema.types & json_type::kString) == 0) return Languages::kNothing;
  std::vector<LanguageId> conditions{kind == kText ? schema.text : own_bare(schema, kind)};
  for (const SchemaId one : schema.all_of) conditions.push_back(of_schema(one, kind));
  for (const auto& list : schema.any_of) conditions.push_back(of_any(list, kind));
  for (const auto& list : schema.one_of) conditions.push_back(exactly_one(list, kind));
  if (schema.negated) conditions.push_back(fails(*schema.negated, kind));
  if (schema.condition) {
    const LanguageId yes = of_schema(*schema.condition, kind);
    if (schema.consequence) {
      conditions.push_back(languages_.either(
          {fails(*schema.condition, kind), of_schema(*schema.consequence, kind)}));
    }
    if (schema.alternative) {
      conditions.push_back(languages_.either({yes, of_schema(*schema.alternative, kind)}));
    }
  }
  return languages_.both(std::move(conditions));
}

LanguageId ScalarLanguages::own_bare(const Schema& schema, Kind kind) {
  std::vector<LanguageId> options;
  if ((schema.types & json_type::kNull) != 0) options.push_back(languages_.text("null"));
  if ((schema.types & json_type::kBoolean) != 0) {
    if (schema.may_be_true) options.push_back(languages_.text("true"));
    if (schema.may_be_false) options.push_back(languages_.text("false"));
  }
  if ((schema.types & json_type::kNumber) != 0) {
    std::vector<LanguageId> conditions = schema.numbers;
    conditions.push_back(numbers_of(schema, kind));
    options.push_back(languages_.both(std::move(conditions)));
  }
  return languages_.either(std::move(options));
}

LanguageId ScalarLanguages::numbers_of(const Schema& schema, Kind kind) {
  const NumberLanguages& numbers = schemas_.numbers();
  const bool fractions = (schema.types & json_type::kFraction) != 0;
  if (kind == kBare) return fractions ? numbers.any() : numbers.integers();
  return languages_.both(
      {schema.written_number, fractions ? numbers.any() : numbers.whole_integers()});
}

LanguageId ScalarLanguages::of_any(const std::vector<SchemaId>& list, Kind kind) {
  std::vector<LanguageId> options;
  options.reserve(list.size());
  for (const SchemaId one : list) options.push_back(of_schema(one, kind));
  return languages_.either(std::move(options));
}

// Of those that have few texts each text is counted; the others are compared with each other.
LanguageId ScalarLanguages::exactly_one(const std::vector<SchemaId>& list, Kind kind) {
  if (kind == kWritten) return languages_.both({exactly_one(list, kBare), of_any(list, kind)});
  std::map<std::u32string, std::size_t> counts;
  std::vector<LanguageId> others;
  for (const SchemaId one : list) {
    const LanguageId language = of_schema(one, kind);
    const auto texts = languages_.texts(language, kMostCountedTexts);
    if (!texts) others.push_back(language);
    for (const std::u32string& text : texts.value_or(std::vector<std::u32string>())) ++counts[text];
  }
  std::vector<LanguageId> once;
  std::vector<LanguageId> all;
  for (const auto& [text, count] : counts) {
    all.push_back(languages_.text(text));
    if (count == 1) once.push_back(all.back());
  }
  const LanguageId counted = languages_.either(std::move(once));
  if (others.empty()) return counted;
  std::vector<LanguageId> options{
      languages_.both({counted, not_in(languages_.either(others), kind)})};
  const LanguageId few = languages_.either(std::move(all));
  for (std::size_t i = 0; i < others.size(); ++i) {
    std::vector<LanguageId> conditions{others[i]};
    if (few != Languages::kNothing) conditions.push_back(not_in(few, kind));
    for (std::size_t j = 0; j < others.size(); ++j) {
      if (j == i) continue;
      const bool overlap = languages_.possible(languages_.both({others[i], others[j]}));
      if (overlap) conditions.push_back(not_in(others[j], kind));
    }
    options.push_back(languages_.both(std::move(conditions)));
  }
  return languages_.either(std::move(options));
}

}  // namespace weir::grammar

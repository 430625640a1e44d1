// The arguments of a tool as a call form writes them, from the shapes that its schema allows.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/grammar/argument_list.h"
#include "local_backend/grammar/shapes.h"
#include "local_backend/tool_calls/call_form.h"
#include "local_backend/tool_calls/offered_tools.h"

namespace weir {

// How a document of arguments is written where calls have this form.
grammar::Writing writing_of(const CallForm& form);

// Whether every form can write a call of it.
bool can_write_name(std::string_view tool);

class ArgumentWriter {
 public:
  // `mark` makes the bytes of a text of the form. Both references outlive it.
  ArgumentWriter(const grammar::ShapeGraph& shapes, const ArgumentForm& form,
                 std::function<std::string(std::string_view)> mark);

  // One a shape of the goal that can be written; none if nothing can. `schema_json` is that of
  // the tool, from which a reader of its calls tells texts from other values.
  std::vector<grammar::ArgumentList> lists(grammar::GoalId goal, std::string_view schema_json);

 private:
  grammar::Pieces pieces_of(const CallPieces& pieces) const;
  bool can_write_key(std::string_view name) const;
  bool fill(std::string_view schema_json, grammar::ArgumentList* list);
  std::vector<grammar::WrittenValue> values(grammar::GoalId goal, const JsonKinds& kinds);
  std::vector<grammar::WrittenValue> typed_values(grammar::GoalId goal);
  void add_value(std::string_view attribute, grammar::LanguageId plain, std::uint8_t parts,
                 std::vector<grammar::WrittenValue>* values) const;
  grammar::LanguageId without_lookalikes(grammar::LanguageId text, const JsonKinds& kinds);
  grammar::LanguageId number() const;

  const grammar::ShapeGraph& shapes_;
  grammar::Languages& languages_;
  const ArgumentForm& form_;
  const std::function<std::string(std::string_view)> mark_;
};

}  // namespace weir

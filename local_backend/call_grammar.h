// The calls of some tools in the words of a syntax, on a machine.
//
// Used while a grammar is made, and not kept. Belongs to one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "local_backend/grammar/answer_mask.h"
#include "local_backend/grammar/token_grammar.h"
#include "local_backend/tool_calls/answer_format.h"

namespace weir {

// Of the ids that models write themselves.
grammar::LanguageId call_id_language(IdForm form, grammar::Languages& languages);

class CallGrammar {
 public:
  // All outlive it. Where the format has no call_form() there are no calls.
  CallGrammar(grammar::TokenGrammar& grammar, const grammar::ShapeGraph& shapes,
              const AnswerFormat& format)
      : grammar_(grammar),
        machine_(grammar.machine()),
        shapes_(shapes),
        syntax_(format.calls),
        form_(format.call_form()) {
    machine_.set_gemma_quote(grammar.marked(grammar::kGemmaQuote));
  }

  // Before any of the others. Its arguments obey the goal. Where they cannot be written so, there
  // are no calls of it.
  void add(std::string_view name, std::string_view schema_json, grammar::GoalId goal);

  // Ways to begin, from a mark on, or without one.
  std::vector<grammar::PlaceId> beginnings();
  // What tells that a call has begun, and what comes then.
  std::vector<grammar::Trigger> triggers();

 private:
  struct Tool {
    std::string name;
    grammar::GoalId goal;
    std::vector<grammar::ArgumentList> lists;  // where arguments are no JSON object
  };
  struct Beginning {
    std::string mark;
    grammar::PlaceId place;
    bool at_start = false;
  };

  const std::vector<Beginning>& all();
  bool is_inside(std::string_view mark) const;
  grammar::PlaceId calls(grammar::PlaceId next);
  grammar::PlaceId section();
  grammar::PlaceId spelled(const CallPieces& pieces, const Tool* tool, grammar::PlaceId next);
  grammar::PlaceId piece(const CallPiece& piece, const Tool* tool, grammar::PlaceId next);
  grammar::PlaceId arguments(const Tool& tool, grammar::PlaceId next);

  grammar::TokenGrammar& grammar_;
  grammar::Machine& machine_;
  const grammar::ShapeGraph& shapes_;
  const CallSyntax* const syntax_;
  const CallForm* const form_;
  std::vector<Tool> tools_;
  std::vector<Beginning> all_;  // made when first asked for
};

}  // namespace weir

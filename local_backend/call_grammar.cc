#include "local_backend/call_grammar.h"

#include <algorithm>
#include <utility>

#include "local_backend/argument_writer.h"

namespace weir {
namespace {

using grammar::LanguageId;
using grammar::Languages;
using grammar::Machine;
using grammar::PlaceId;

constexpr std::uint32_t kMostIdSigns = 64;
constexpr std::uint32_t kMostNumberDigits = 4;

std::string texts_of(const CallPieces& pieces) {
  std::string texts;
  for (const CallPiece& piece : pieces) texts += piece.text;
  return texts;
}

LanguageId number_language(Languages& languages) {
  const LanguageId digit = languages.one_of({{'0', '9'}});
  const LanguageId more = languages.sequence(languages.one_of({{'1', '9'}}),
                                             languages.repeated(digit, 0, kMostNumberDigits - 1));
  return languages.either({languages.character('0'), more});
}

}  // namespace

LanguageId call_id_language(IdForm form, Languages& languages) {
  if (form == IdForm::kNineSigns) {
    return languages.repeated(languages.one_of({{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}), 9, 9);
  }
  const LanguageId sign =
      languages.one_of({{'-', '-'}, {'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}});
  return languages.repeated(sign, 1, kMostIdSigns);
}

void CallGrammar::add(std::string_view name, std::string_view schema_json, grammar::GoalId goal) {
  if (form_ == nullptr) return;
  Tool tool{std::string(name), goal, {}};
  if (form_->arguments) {
    ArgumentWriter writer(shapes_, *form_->arguments,
                          [this](std::string_view text) { return grammar_.marked(text); });
    tool.lists = writer.lists(goal, schema_json);
    if (tool.lists.empty()) return;
  }
  tools_.push_back(std::move(tool));
}

PlaceId CallGrammar::arguments(const Tool& tool, PlaceId next) {
  if (!form_->arguments) return machine_.value(tool.goal, next);
  std::vector<PlaceId> ways;
  ways.reserve(tool.lists.size());
  for (const auto& list : tool.lists) ways.push_back(machine_.arguments(list, next));
  return machine_.one_of(std::move(ways));
}

PlaceId CallGrammar::piece(const CallPiece& piece, const Tool* tool, PlaceId next) {
  Languages& languages = machine_.languages();
  switch (piece.kind) {
    case PieceKind::kText: return machine_.text(grammar_.marked(piece.text), next);
    case PieceKind::kBlank: return machine_.white_space(next);
    case PieceKind::kName: return machine_.text(tool->name, next);
    case PieceKind::kId: return machine_.plain(call_id_language(syntax_->ids, languages), next);
    case PieceKind::kNumber: return machine_.plain(number_language(languages), next);
    case PieceKind::kArguments: return arguments(*tool, next);
  }
  return next;
}

PlaceId CallGrammar::spelled(const CallPieces& pieces, const Tool* tool, PlaceId next) {
  for (auto one = pieces.rbegin(); one != pieces.rend(); ++one) next = piece(*one, tool, next);
  return next;
}

PlaceId CallGrammar::calls(PlaceId next) {
  std::vector<PlaceId> ways;
  for (const Tool& tool : tools_) {
    for (const CallPieces& call : form_->calls) ways.push_back(spelled(call, &tool, next));
  }
  return machine_.one_of(std::move(ways));
}

// One call or more, and their end.
PlaceId CallGrammar::section() {
  const PlaceId done = machine_.leave(grammar::AnswerRoute::kDone);
  if (form_->close.empty()) return spelled(form_->open, nullptr, calls(done));
  const PlaceId behind_call = machine_.later();
  const PlaceId more = calls(behind_call);
  machine_.lead(behind_call, machine_.one_of({spelled(form_->between, nullptr, more),
                                              spelled(form_->close, nullptr, done)}));
  return spelled(form_->open, nullptr, more);
}

// Whether the mark is the beginning of a call, and no section.
bool CallGrammar::is_inside(std::string_view mark) const {
  return std::any_of(form_->calls.begin(), form_->calls.end(), [&](const CallPieces& call) {
    return call.front().kind == PieceKind::kText && call.front().text.starts_with(mark);
  });
}

const std::vector<CallGrammar::Beginning>& CallGrammar::all() {
  if (tools_.empty() || !all_.empty()) return all_;
  const PlaceId section = this->section();
  const PlaceId alone = calls(machine_.leave(grammar::AnswerRoute::kDone));
  for (const std::string_view mark : syntax_->marks) {
    std::string marked = grammar_.marked(mark);
    const PlaceId place = is_inside(mark) ? alone : machine_.text(marked, section);
    all_.push_back({std::move(marked), place});
  }
  if (!form_->bare) return all_;
  for (const Tool& tool : tools_) {
    std::string head = texts_of(form_->open);
    head += tool.name;
    if (form_->arguments) head += texts_of(form_->arguments->open);
    all_.push_back({std::move(head), section, true});
  }
  return all_;
}

std::vector<PlaceId> CallGrammar::beginnings() {
  std::vector<PlaceId> places;
  for (const Beginning& one : all()) places.push_back(one.place);
  return places;
}

std::vector<grammar::Trigger> CallGrammar::triggers() {
  std::vector<grammar::Trigger> triggers;
  for (const Beginning& one : all()) {
    const grammar::StateId state = machine_.step(machine_.state(one.place), one.mark);
    if (state != Machine::kDead) triggers.push_back({one.mark, state, one.at_start});
  }
  return triggers;
}

}  // namespace weir

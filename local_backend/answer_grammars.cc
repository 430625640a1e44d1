#include "local_backend/answer_grammars.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include "local_backend/argument_writer.h"
#include "local_backend/call_grammar.h"
#include "local_backend/grammar/shapes.h"
#include "local_backend/tool_calls/json_scanner.h"

namespace weir {
namespace {

using grammar::GoalId;
using grammar::Machine;
using grammar::PlaceId;
using grammar::ShapeGraph;
using grammar::StateId;

constexpr std::uint32_t kMostDigits = 40;
constexpr std::string_view kAnyObject = R"({"type":"object"})";

Error of_field(Error error, std::string field) {
  if (error.code == ErrorCode::kUnsupportedParameter) {
    error.message = "the local model cannot keep to this schema: " + error.message;
  }
  error.param = std::move(field);
  return error;
}

Error of_grammar(Error error) {
  error.message = "the grammar cannot be kept to: " + error.message;
  error.param = "grammar";
  return error;
}

std::string tool_field(std::size_t index) {
  return "tools[" + std::to_string(index) + "].function.parameters";
}

Result<std::shared_ptr<const ShapeGraph>> shapes_of(std::span<const std::string_view> documents,
                                                    std::span<const grammar::Writing> writings) {
  auto schemas = grammar::SchemaGraph::read(documents, {.most_digits = kMostDigits});
  if (!schemas) return schemas.error();
  auto shapes = ShapeGraph::create(std::move(*schemas), writings);
  if (!shapes) return shapes.error();
  for (const GoalId root : (*shapes)->roots()) {
    if ((*shapes)->shapes(root).possible()) continue;
    return Error{ErrorCode::kInvalidRequest, "no value satisfies the schema", "invalid_schema"};
  }
  return std::shared_ptr<const ShapeGraph>(std::move(*shapes));
}

// Objects that are open where a text ends. Quotes are JSON's.
std::size_t open_objects(std::string_view text) {
  std::size_t open = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == '{') {
      ++open;
    } else if (!quoted && text[i] == '}' && open > 0) {
      --open;
    }
  }
  return open;
}

// The machine of one model's answers, and the ways into it.
class Maker {
 public:
  Maker(grammar::TokenGrammar& grammar, const AnswerFormat& format)
      : grammar_(grammar),
        machine_(grammar.machine()),
        format_(format),
        mark_(grammar.marked(format.call_mark())) {}

  // Of a tool whose calls are held to what the template shows.
  void add_call(const std::string& name, GoalId arguments) {
    const std::string head = format_.call_head(name);
    if (head.empty()) return;
    PlaceId place = machine_.leave(grammar::AnswerRoute::kDone);
    for (std::size_t n = open_objects(head); n > 0; --n) {
      place = machine_.white_space(machine_.text("}", place));
    }
    if (!format_.id_opening.empty()) place = machine_.one_of({place, behind_id(place)});
    const std::string marked = grammar_.marked(head);
    calls_.push_back(machine_.text(marked, machine_.value(arguments, place)));
    if (!mark_.empty()) return;
    triggers_.push_back({marked, machine_.step(machine_.state(calls_.back()), marked), true});
  }

  // Of tools whose calls are held to a form.
  void add_calls(CallGrammar& calls) {
    for (const PlaceId place : calls.beginnings()) calls_.push_back(place);
    for (grammar::Trigger& trigger : calls.triggers()) triggers_.push_back(std::move(trigger));
  }

  void add_calls_of_any_form() {
    if (format_.calls == nullptr) return;
    for (const std::string_view mark : format_.calls->marks) {
      calls_.push_back(
          machine_.text(grammar_.marked(mark), machine_.leave(grammar::AnswerRoute::kDone)));
    }
  }

  // The prompt holds the beginning of a call.
  void go_on_with(std::string_view begun, grammar::AnswerRoute* route) {
    const std::string text = grammar_.marked(format_.from_mark(begun));
    const StateId state = machine_.step(machine_.state(machine_.one_of(calls_)), text);
    if (state != Machine::kDead) route->start = state;
  }

  void call_behind_mark(grammar::AnswerRoute* route) {
    route->triggers.insert(route->triggers.end(), triggers_.begin(), triggers_.end());
    if (calls_.empty() || mark_.empty() || format_.call_form() != nullptr) return;
    const StateId state = machine_.step(machine_.state(machine_.one_of(calls_)), mark_);
    if (state != Machine::kDead) route->triggers.push_back({mark_, state});
  }

  // JSON, or a call; before it the model may think.
  void answer_with_json(GoalId json, bool begins_thinking, grammar::AnswerRoute* route) {
    std::vector<PlaceId> answers = calls_;
    const PlaceId value = machine_.value(json, machine_.end());
    answers.push_back(value);
    answers.push_back(machine_.text(" ", value));  // with which some tokenizers begin a text
    answer_with(machine_.one_of(answers), begins_thinking, route);
  }

  // What comes behind the thinking, if there is any.
  void answer_with(PlaceId answer, bool begins_thinking, grammar::AnswerRoute* route) {
    if (format_.reasoning == nullptr) {
      route->start = machine_.state(answer);
      return;
    }
    route->owes = true;
    const std::string close = grammar_.marked(format_.reasoning->close);
    route->triggers.push_back({close, machine_.state(blank(answer))});
    if (begins_thinking) return;
    const PlaceId thought = machine_.text(grammar_.marked(format_.reasoning->open),
                                          machine_.leave(grammar::AnswerRoute::kThinks));
    route->start = machine_.state(machine_.one_of({answer, thought}));
  }

 private:
  static constexpr std::uint32_t kMostBlank = 8;

  PlaceId behind_id(PlaceId next) {
    const PlaceId end = machine_.text(grammar_.marked(format_.id_end), next);
    const PlaceId id =
        machine_.plain(call_id_language(format_.calls->ids, machine_.languages()), end);
    return machine_.text(grammar_.marked(format_.id_opening), id);
  }

  PlaceId blank(PlaceId next) {
    grammar::Languages& languages = machine_.languages();
    const auto white = languages.one_of({{'\n', '\n'}, {' ', ' '}});
    return machine_.plain(languages.repeated(white, 0, kMostBlank), next);
  }

  grammar::TokenGrammar& grammar_;
  Machine& machine_;
  const AnswerFormat& format_;
  const std::string mark_;
  std::vector<PlaceId> calls_;
  std::vector<grammar::Trigger> triggers_;
};

}  // namespace

struct AnswerGrammars::CallOf {
  std::string name;
  std::string schema;
  std::string field;
  bool strict = false;
};

// What a grammar is made of, and found by.
struct AnswerGrammars::Order {
  std::string schema;         // of the answer; empty: it may be any text,
  std::string gbnf;           // or one of a grammar
  std::vector<CallOf> tools;  // whose calls are held to a form
  std::string begun;          // of a call, that the prompt already holds
  bool begins_thinking = false;
  bool may_call = false;
  bool raw = false;  // nor think

  bool empty() const { return schema.empty() && gbnf.empty() && tools.empty(); }
  std::string key() const {
    std::string key(schema);
    key.append(1, '\0').append(gbnf);
    for (const CallOf& tool : tools) {
      key.append(1, '\0').append(tool.name).append(1, tool.strict ? '\1' : '\2');
      key.append(tool.schema);
    }
    key.append(1, '\0').append(begun).append(1, begins_thinking ? '\1' : '\2');
    return key.append(1, may_call ? '\1' : '\2').append(1, raw ? '\1' : '\2');
  }
};

AnswerGrammars::Order AnswerGrammars::order_of(const ChatRequest& request,
                                               const LocalPrompt& prompt) const {
  Order order;
  if (request.response_format.kind == ResponseFormatKind::kJsonObject) order.schema = kAnyObject;
  if (request.response_format.kind == ResponseFormatKind::kJsonSchema) {
    const std::string_view schema = request.response_format.schema_json;
    order.schema = schema.empty() ? kAnyObject : schema;
  }
  order.gbnf = request.grammar;
  order.begun = prompt.begun;
  order.begins_thinking = prompt.begins_thinking;
  order.may_call = !prompt.tools.empty();
  order.raw = prompt.raw;
  const CallForm* const form = format_.call_form();
  const bool any_strict = std::any_of(request.tools.begin(), request.tools.end(),
                                      [](const Tool& tool) { return tool.strict; });
  if (!(all_calls_ || any_strict || !order.begun.empty())) return order;
  for (std::size_t i = 0; i < request.tools.size(); ++i) {
    const Tool& tool = request.tools[i];
    if (!prompt.tools.has(tool.name)) continue;
    if (form == nullptr && format_.call_head(tool.name).empty()) continue;
    const bool bare = tool.parameters_json.empty();
    order.tools.push_back({std::string(tool.name),
                           std::string(bare ? kAnyObject : tool.parameters_json), tool_field(i),
                           tool.strict});
  }
  return order;
}

std::shared_ptr<const grammar::TokenTrie> AnswerGrammars::trie() {
  const std::lock_guard lock(mutex_);
  if (trie_ == nullptr) {
    trie_ = grammar::make_token_trie(tokenizer_);
  }
  return trie_;
}

std::shared_ptr<TokenMask> AnswerGrammars::find(std::string_view team, const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
    return kept.team == team && kept.key == key;
  });
  if (found == kept_.end()) return nullptr;
  if (found->made.grammar->worn()) {
    kept_.erase(found);
    return nullptr;
  }
  kept_.splice(kept_.begin(), kept_, found);
  return std::make_shared<grammar::AnswerMask>(found->made.grammar, found->made.route);
}

void AnswerGrammars::keep(Kept kept) {
  const std::lock_guard lock(mutex_);
  kept_.push_front(std::move(kept));
  if (kept_.size() <= kMostKept) return;
  const auto kept_of = [this](const std::string& team) {
    return std::count_if(kept_.begin(), kept_.end(), [&](const Kept& k) { return k.team == team; });
  };
  auto victim = std::prev(kept_.end());
  auto most = kept_of(victim->team);
  for (auto at = victim; at != kept_.begin(); --at) {
    if (kept_of(at->team) <= most) continue;
    most = kept_of(at->team);
    victim = at;
  }
  kept_.erase(victim);
}

std::optional<AnswerGrammars::Mask> AnswerGrammars::Pending::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(mask_, std::nullopt);
}

void AnswerGrammars::Pending::let_go() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
}

bool AnswerGrammars::Pending::is_wanted() {
  const std::lock_guard lock(mutex_);
  return wake_ != nullptr;
}

void AnswerGrammars::Pending::give(Mask mask) {
  const std::lock_guard lock(mutex_);
  mask_ = std::move(mask);
  if (wake_ != nullptr) wake_();
}

std::optional<AnswerGrammars::Mask> AnswerGrammars::ready(std::string_view team,
                                                          const ChatRequest& request,
                                                          const LocalPrompt& prompt) {
  const Order order = order_of(request, prompt);
  if (order.empty()) return Mask(std::shared_ptr<TokenMask>());
  auto known = find(team, order.key());
  return known == nullptr ? std::nullopt : std::optional(Mask(std::move(known)));
}

Result<std::shared_ptr<AnswerGrammars::Pending>> AnswerGrammars::make(std::string_view team,
                                                                      const ChatRequest& request,
                                                                      const LocalPrompt& prompt,
                                                                      std::function<void()> wake) {
  auto pending = std::make_shared<Pending>(std::move(wake));
  const bool taken = maker_.offer(
      team, [this, pending, team = std::string(team), order = order_of(request, prompt)] {
        if (pending->is_wanted()) pending->give(make_and_keep(team, order));
      });
  if (taken) return pending;
  return Error{ErrorCode::kOverloaded, "too many schemas are being compiled"};
}

AnswerGrammars::Mask AnswerGrammars::make_and_keep(const std::string& team, const Order& order) {
  std::string key = order.key();
  if (auto known = find(team, key)) return known;  // another request had it made meanwhile
  auto made = make(order);
  if (!made) return made.error();
  std::shared_ptr<TokenMask> mask =
      std::make_shared<grammar::AnswerMask>(made->grammar, made->route);
  keep({team, std::move(key), std::move(*made)});
  return mask;
}

// Alone, so that it is known whose fault an error is.
Result<std::shared_ptr<const ShapeGraph>> AnswerGrammars::shapes_for(const CallOf& tool) const {
  const CallForm* const form = format_.call_form();
  const std::array writings{form == nullptr ? grammar::Writing() : writing_of(*form)};
  const std::string_view schema = tool.schema;
  auto shapes = shapes_of({&schema, 1}, writings);
  if (!shapes || form == nullptr) return shapes;
  bool written = can_write_name(tool.name);
  if (written && form->arguments) {
    ArgumentWriter writer(**shapes, *form->arguments, [](auto text) { return std::string(text); });
    written = !writer.lists((*shapes)->roots().front(), tool.schema).empty();
  }
  if (written) return shapes;
  return Error{ErrorCode::kUnsupportedParameter, "the words of its calls cannot say it",
               "unsupported_parameter"};
}

Result<std::shared_ptr<const ShapeGraph>> AnswerGrammars::shapes_for(Order* order) const {
  const CallForm* const form = format_.call_form();
  std::vector<std::string_view> documents;
  std::vector<grammar::Writing> writings;
  Result<std::shared_ptr<const ShapeGraph>> alone = std::shared_ptr<const ShapeGraph>();
  if (!order->schema.empty()) {
    documents.push_back(order->schema);
    writings.emplace_back();
    alone = shapes_of(documents, writings);
    if (!alone) return of_field(alone.error(), "response_format.json_schema.schema");
  }
  for (CallOf& tool : order->tools) {
    alone = shapes_for(tool);
    if (!alone && tool.strict) return of_field(alone.error(), tool.field);
    if (!alone) tool.schema = kAnyObject;
    documents.push_back(tool.schema);
    writings.push_back(form == nullptr ? grammar::Writing() : writing_of(*form));
  }
  return documents.size() == 1 && alone ? alone : shapes_of(documents, writings);
}

Result<AnswerGrammars::Made> AnswerGrammars::make(Order order) {
  auto shapes = shapes_for(&order);
  if (!shapes) return shapes.error();
  const std::vector<GoalId> roots = (*shapes)->roots();
  Made made;
  made.grammar = std::make_shared<grammar::TokenGrammar>(*shapes, tokenizer_, trie());
  Maker maker(*made.grammar, order.raw ? plain_format() : format_);
  if (!order.gbnf.empty()) {
    grammar::Machine& machine = made.grammar->machine();
    auto rules = grammar::GrammarRules::read(order.gbnf, machine.languages());
    if (!rules) return of_grammar(rules.error());
    maker.answer_with(machine.grammar(std::move(*rules), machine.end()), order.begins_thinking,
                      &made.route);
    return made;
  }
  CallGrammar calls(*made.grammar, **shapes, format_);
  std::size_t next = order.schema.empty() ? 0 : 1;
  for (const CallOf& tool : order.tools) {
    calls.add(tool.name, tool.schema, roots[next]);
    maker.add_call(tool.name, roots[next++]);
  }
  maker.add_calls(calls);
  if (!order.tools.empty()) maker.call_behind_mark(&made.route);
  if (!order.tools.empty() && !order.begun.empty()) maker.go_on_with(order.begun, &made.route);
  if (order.schema.empty() || !order.begun.empty()) return made;
  if (order.tools.empty() && order.may_call) maker.add_calls_of_any_form();
  maker.answer_with_json(roots.front(), order.begins_thinking, &made.route);
  return made;
}

}  // namespace weir

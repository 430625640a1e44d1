#include "local_backend/argument_writer.h"

#include <algorithm>
#include <utility>

#include "local_backend/grammar/writing.h"
#include "local_backend/tool_calls/blanks.h"

namespace weir {
namespace {

using grammar::ArgumentList;
using grammar::GoalId;
using grammar::LanguageId;
using grammar::Languages;
using grammar::WrittenArgument;
using grammar::WrittenValue;
namespace value_part = grammar::value_part;

constexpr std::size_t kMostKeyBytes = 64;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

bool is_quoted(ArgumentValues values) {
  return values == ArgumentValues::kPython || values == ArgumentValues::kGemma;
}

}  // namespace

grammar::Writing writing_of(const CallForm& form) {
  if (!form.arguments) return {};
  switch (form.arguments->values) {
    case ArgumentValues::kPython: return {.notation = grammar::Notation::kPython};
    // The template sorts them.
    case ArgumentValues::kGemma:
      return {.notation = grammar::Notation::kGemma,
              .barred = std::string(grammar::kGemmaQuote),
              .in_order = false};
    default: return {.barred = std::string(form.arguments->value_close)};
  }
}

bool can_write_name(std::string_view tool) {
  return !tool.empty() &&
         std::all_of(tool.begin(), tool.end(), [](char c) { return is_plain(c) || c == '.'; });
}

ArgumentWriter::ArgumentWriter(const grammar::ShapeGraph& shapes, const ArgumentForm& form,
                               std::function<std::string(std::string_view)> mark)
    : shapes_(shapes), languages_(shapes.languages()), form_(form), mark_(std::move(mark)) {}

grammar::Pieces ArgumentWriter::pieces_of(const CallPieces& pieces) const {
  grammar::Pieces texts;
  for (const CallPiece& piece : pieces) {
    const bool blank = piece.kind == PieceKind::kBlank;
    if (blank || !piece.text.empty()) texts.push_back(blank ? std::string() : mark_(piece.text));
  }
  return texts;
}

std::vector<ArgumentList> ArgumentWriter::lists(GoalId goal, std::string_view schema_json) {
  std::vector<ArgumentList> lists;
  for (const std::uint32_t shape : shapes_.shapes(goal).objects) {
    ArgumentList list;
    list.shape = shape;
    list.open = pieces_of(form_.open);
    list.separator = pieces_of(form_.separator);
    list.key_open = pieces_of(form_.key_open);
    list.key_close = mark_(form_.key_close);
    list.close = pieces_of(form_.close);
    if (fill(schema_json, &list)) lists.push_back(std::move(list));
  }
  return lists;
}

// False if what must be there cannot be written.
bool ArgumentWriter::fill(std::string_view schema_json, ArgumentList* list) {
  const grammar::ObjectShape& shape = shapes_.object(list->shape);
  const bool counted = shape.count.least > 0;
  for (std::size_t i = 0; i < shape.named.size(); ++i) {
    const grammar::NamedProperty& property = shape.named[i];
    WrittenArgument argument{i, property.language, property.goal, {}};
    if (can_write_key(property.name)) {
      argument.values = values(property.goal, argument_kinds(schema_json, property.name));
    }
    if (!argument.values.empty()) {
      list->arguments.push_back(std::move(argument));
    } else if (property.required || counted) {
      return false;
    }
  }
  const LanguageId sign =
      languages_.one_of({{'-', '-'}, {'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}});
  const LanguageId plain_names = languages_.repeated(sign, 1, kMostKeyBytes);
  for (const grammar::FreeProperties& free : shape.free) {
    WrittenArgument argument{
        std::nullopt, languages_.both({free.names, plain_names}), free.goal, {}};
    argument.values = values(free.goal, argument_kinds(schema_json, std::nullopt));
    if (languages_.possible(argument.key) && !argument.values.empty()) {
      list->arguments.push_back(std::move(argument));
    } else if (counted) {
      return false;
    }
  }
  return true;
}

bool ArgumentWriter::can_write_key(std::string_view name) const {
  if (name.empty() || name.size() > kMostKeyBytes) return false;
  if (!is_quoted(form_.values)) {
    return name == without_blanks_around(name) &&
           name.find(form_.key_close) == std::string_view::npos;
  }
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return is_plain(c) || (c == '.' && form_.values == ArgumentValues::kGemma);
  });
}

void ArgumentWriter::add_value(std::string_view attribute, LanguageId plain, std::uint8_t parts,
                               std::vector<WrittenValue>* values) const {
  const bool any_plain = languages_.possible(plain);
  if (!any_plain && parts == 0) return;
  WrittenValue value;
  if (!attribute.empty()) value.head.push_back(mark_(attribute));
  const grammar::Pieces open = pieces_of(form_.value_open);
  value.head.insert(value.head.end(), open.begin(), open.end());
  value.plain = any_plain ? plain : Languages::kNothing;
  value.parts = parts;
  value.tail = form_.lines ? "\n" : "";
  value.tail += mark_(form_.value_close);
  values->push_back(std::move(value));
}

std::vector<WrittenValue> ArgumentWriter::values(GoalId goal, const JsonKinds& kinds) {
  const grammar::Shapes& shapes = shapes_.shapes(goal);
  std::vector<WrittenValue> values;
  if (is_quoted(form_.values)) {
    if (shapes.possible()) add_value({}, Languages::kNothing, value_part::kAll, &values);
    return values;
  }
  if (form_.values == ArgumentValues::kRawTyped) return typed_values(goal);
  std::uint8_t parts = shapes.arrays.empty() ? 0 : value_part::kArrays;
  if (!shapes.objects.empty()) parts |= value_part::kObjects;
  const LanguageId bare = grammar::with_python_words(shapes.bare, languages_);
  if (form_.values == ArgumentValues::kRawTold) {
    add_value(" string=\"true\"", shapes.text, 0, &values);
    add_value(" string=\"false\"", bare, parts, &values);
    return values;
  }
  add_value({}, languages_.either({without_lookalikes(shapes.text, kinds), bare}), parts, &values);
  return values;
}

std::vector<WrittenValue> ArgumentWriter::typed_values(GoalId goal) {
  const grammar::Shapes& shapes = shapes_.shapes(goal);
  const LanguageId truth = languages_.either({languages_.text("true"), languages_.text("false")});
  const LanguageId null = languages_.text("null");
  const LanguageId number = languages_.negation(languages_.either({truth, null}));
  std::vector<WrittenValue> values;
  add_value(" type=\"string\"", shapes.text, 0, &values);
  add_value(" type=\"number\"", languages_.both({shapes.bare, number}), 0, &values);
  add_value(" type=\"boolean\"", languages_.both({shapes.bare, truth}), 0, &values);
  add_value(" type=\"null\"", languages_.both({shapes.bare, null}), 0, &values);
  if (!shapes.arrays.empty()) {
    add_value(" type=\"array\"", Languages::kNothing, value_part::kArrays, &values);
  }
  if (!shapes.objects.empty()) {
    add_value(" type=\"object\"", Languages::kNothing, value_part::kObjects, &values);
  }
  return values;
}

// Texts that a reader would take for values of another kind are left out.
LanguageId ArgumentWriter::without_lookalikes(LanguageId text, const JsonKinds& kinds) {
  std::vector<LanguageId> looks;
  const auto add = [&](bool may_be, std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) {
      if (may_be) looks.push_back(languages_.text(word));
    }
  };
  const auto add_begun = [&](bool may_be, LanguageId bracket) {
    if (may_be) looks.push_back(languages_.sequence(bracket, Languages::kAnything));
  };
  add(kinds.boolean, {"true", "false", "True", "False"});
  add(kinds.null, {"null", "None"});
  add_begun(kinds.array, languages_.one_of({{'(', '('}, {'[', '['}}));
  add_begun(kinds.object, languages_.character('{'));
  if (kinds.number) looks.push_back(number());
  if (looks.empty()) return text;
  const LanguageId blank =
      languages_.repeated(languages_.one_of({{'\t', '\n'}, {'\r', '\r'}, {' ', ' '}}), 0);
  const LanguageId lookalike =
      languages_.sequence({blank, languages_.either(std::move(looks)), blank});
  return languages_.both({text, languages_.negation(lookalike)});
}

LanguageId ArgumentWriter::number() const {
  const LanguageId digit = languages_.one_of({{'0', '9'}});
  const LanguageId digits = languages_.repeated(digit, 1);
  const LanguageId whole = languages_.either(
      {languages_.character('0'),
       languages_.sequence(languages_.one_of({{'1', '9'}}), languages_.repeated(digit, 0))});
  const LanguageId fraction =
      languages_.optional(languages_.sequence(languages_.character('.'), digits));
  const LanguageId sign = languages_.one_of({{'+', '+'}, {'-', '-'}});
  const LanguageId exponent = languages_.optional(languages_.sequence(
      {languages_.one_of({{'E', 'E'}, {'e', 'e'}}), languages_.optional(sign), digits}));
  const LanguageId minus = languages_.optional(languages_.character('-'));
  return languages_.sequence({minus, whole, fraction, exponent});
}

}  // namespace weir

// The values of a template, as Python has them.
//
// Immutable but for namespaces, so sharing is free. Lists and dictionaries know how deep
// they are, and none is deeper than kMaxValueDepth: walking a value recursively is safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "local_backend/chat_template/jinja_run.h"
#include "local_backend/chat_template/marked_text.h"

namespace weir::jinja {

class Value;
struct Node;
struct Scope;

struct Text {
  MarkedText marked;
  bool safe = false;  // went through |safe: + escapes what it is added to

  std::string_view bytes() const { return marked.bytes(); }
};

struct Undefined {
  std::shared_ptr<const std::string> hint;  // why: "'x' is undefined"
};

struct None {};

struct List;
struct Dict;
struct Namespace;
struct Function;
struct LoopState;

using TextPtr = std::shared_ptr<const Text>;

class Value {
 public:
  using Data = std::variant<Undefined, None, bool, std::int64_t, double, TextPtr,
                            std::shared_ptr<const List>, std::shared_ptr<const Dict>,
                            std::shared_ptr<Namespace>, std::shared_ptr<const Function>,
                            std::shared_ptr<const LoopState>>;

  Value() = default;  // undefined
  Value(Data data) : data_(std::move(data)) {}
  Value(MarkedText text, bool safe = false)
      : data_(std::make_shared<const Text>(Text{std::move(text), safe})) {}

  // A text of the template's own.
  static Value of_template(std::string text) {
    return Value(MarkedText(std::move(text), MarkedText::Origin::kTemplate));
  }
  static Value of_user(std::string text) {
    return Value(MarkedText(std::move(text), MarkedText::Origin::kUser));
  }
  static Value none() { return Value(Data(None{})); }
  static Value undefined(std::string hint) {
    return Value(Data(Undefined{std::make_shared<const std::string>(std::move(hint))}));
  }
  static Value boolean(bool value) { return Value(Data(value)); }
  static Value integer(std::int64_t value) { return Value(Data(value)); }
  static Value floating(double value) { return Value(Data(value)); }

  bool is_undefined() const { return std::holds_alternative<Undefined>(data_); }
  bool is_none() const { return std::holds_alternative<None>(data_); }
  bool is_number() const { return is_integral() || as<double>() != nullptr; }
  bool is_integral() const { return as<bool>() != nullptr || as<std::int64_t>() != nullptr; }

  template <class T>
  const T* as() const {
    return std::get_if<T>(&data_);
  }
  const Text* text() const { return pointee<const Text>(); }
  const List* list() const { return pointee<const List>(); }
  const Dict* dict() const { return pointee<const Dict>(); }
  Namespace* space() const { return pointee<Namespace>(); }
  const Function* function() const { return pointee<const Function>(); }
  const LoopState* loop() const { return pointee<const LoopState>(); }

  const Data& data() const { return data_; }

 private:
  template <class T>
  T* pointee() const {
    const auto* pointer = std::get_if<std::shared_ptr<T>>(&data_);
    return pointer == nullptr ? nullptr : pointer->get();
  }

  Data data_;
};

using Values = std::vector<Value>;

struct List {
  enum class Kind : std::uint8_t { kList, kTuple, kGenerator, kItems, kKeys, kValues, kRange };
  Kind kind = Kind::kList;
  Values values;
  int depth = 1;

  // Whether Python could ask it for its n-th element.
  bool indexed() const {
    return kind == Kind::kList || kind == Kind::kTuple || kind == Kind::kRange;
  }
};

struct Dict {
  std::vector<std::pair<Value, Value>> entries;             // in the order of insertion
  std::unordered_map<std::string_view, std::size_t> texts;  // where keys that are texts stand
  int depth = 1;

  const Value* find(std::string_view key) const;
  const Value* find(const Value& key) const;  // O(n) for keys that are no texts
  void set(Value key, Value value);

 private:
  std::size_t place(const Value& key) const;  // entries.size() if it is not there
};

struct Namespace {
  std::vector<std::pair<std::string, Value>> attributes;
  void set(std::string_view name, Value value);
  const Value* find(std::string_view name) const;
};

// What can be called: a macro, a function, or a method with the value it belongs to.
struct Function {
  std::string name;
  std::shared_ptr<const Value> self;  // methods
  const Node* macro = nullptr;        // macros, which live as long as their template
  std::shared_ptr<Scope> scope = {};  // where a macro was defined
};

// What `loop` is in a for.
struct LoopState {
  std::shared_ptr<const Values> all;
  std::size_t index0 = 0;
};

// "str", "int", "NoneType" ...
std::string_view type_name(const Value& value);
// As Jinja's messages have it: "'str object'", "'None'".
std::string described(const Value& value);

bool truth(const Value& value);
// Of a number or a bool; 0 of anything else.
double number_of(const Value& value);
bool equal(const Value& a, const Value& b);

// Fails where the parts are too deep.
Value make_list(Run& run, Values values, List::Kind kind = List::Kind::kList);
Value make_dict(Run& run, Dict dict);

// "repr" of Python for texts in lists, "str" otherwise; an undefined value is "".
// A text is itself with its marks; what holds user text is user text as a whole.
MarkedText to_text(Run& run, const Value& value);
bool has_user(const Value& value);

}  // namespace weir::jinja

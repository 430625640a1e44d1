#include "local_backend/chat_template/jinja_value.h"

#include <algorithm>

namespace weir::jinja {
namespace {

int depth_of(const Value& value) {
  if (const List* list = value.list()) return list->depth;
  if (const Dict* dict = value.dict()) return dict->depth;
  return 0;
}

bool equal_numbers(const Value& a, const Value& b) {
  const auto* whole_a = a.as<std::int64_t>();
  const auto* whole_b = b.as<std::int64_t>();
  if (whole_a != nullptr && whole_b != nullptr) return *whole_a == *whole_b;
  return number_of(a) == number_of(b);
}

bool equal_lists(const List& a, const List& b) {
  if (&a == &b) return true;
  return a.kind == b.kind && a.indexed() &&
         std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(), equal);
}

bool equal_dicts(const Dict& a, const Dict& b) {
  if (&a == &b) return true;
  return a.entries.size() == b.entries.size() &&
         std::all_of(a.entries.begin(), a.entries.end(), [&](const auto& entry) {
           const Value* other = b.find(entry.first);
           return other != nullptr && equal(entry.second, *other);
         });
}

std::string_view list_name(List::Kind kind) {
  switch (kind) {
    case List::Kind::kList: return "list";
    case List::Kind::kTuple: return "tuple";
    case List::Kind::kGenerator: return "generator";
    case List::Kind::kItems: return "dict_items";
    case List::Kind::kKeys: return "dict_keys";
    case List::Kind::kValues: return "dict_values";
    case List::Kind::kRange: return "range";
  }
  return "list";
}

}  // namespace

std::size_t Dict::place(const Value& key) const {
  if (const Text* text = key.text()) {
    const auto at = texts.find(text->bytes());
    return at == texts.end() ? entries.size() : at->second;
  }
  const auto at = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
    return entry.first.text() == nullptr && equal(entry.first, key);
  });
  return static_cast<std::size_t>(at - entries.begin());
}

const Value* Dict::find(std::string_view key) const {
  const auto at = texts.find(key);
  return at == texts.end() ? nullptr : &entries[at->second].second;
}

const Value* Dict::find(const Value& key) const {
  const std::size_t at = place(key);
  return at == entries.size() ? nullptr : &entries[at].second;
}

void Dict::set(Value key, Value value) {
  depth = std::max(depth, 1 + std::max(depth_of(key), depth_of(value)));
  const std::size_t at = place(key);
  if (at < entries.size()) {
    entries[at].second = std::move(value);
    return;
  }
  entries.emplace_back(std::move(key), std::move(value));
  if (const Text* text = entries.back().first.text()) texts[text->bytes()] = at;
}

void Namespace::set(std::string_view name, Value value) {
  for (auto& [known, old] : attributes) {
    if (known != name) continue;
    old = std::move(value);
    return;
  }
  attributes.emplace_back(name, std::move(value));
}

const Value* Namespace::find(std::string_view name) const {
  for (const auto& [known, value] : attributes) {
    if (known == name) return &value;
  }
  return nullptr;
}

std::string_view type_name(const Value& value) {
  if (value.is_undefined()) return "Undefined";
  if (value.is_none()) return "NoneType";
  if (value.as<bool>() != nullptr) return "bool";
  if (value.as<std::int64_t>() != nullptr) return "int";
  if (value.as<double>() != nullptr) return "float";
  if (value.text() != nullptr) return "str";
  if (const List* list = value.list()) return list_name(list->kind);
  if (value.dict() != nullptr) return "dict";
  if (value.space() != nullptr) return "Namespace";
  if (value.loop() != nullptr) return "LoopContext";
  return value.function()->macro != nullptr ? "Macro" : "function";
}

std::string described(const Value& value) {
  if (value.is_none()) return "'None'";
  return "'" + std::string(type_name(value)) + " object'";
}

double number_of(const Value& value) {
  if (const auto* flag = value.as<bool>()) return *flag ? 1 : 0;
  if (const auto* whole = value.as<std::int64_t>()) return static_cast<double>(*whole);
  const auto* number = value.as<double>();
  return number == nullptr ? 0 : *number;
}

bool truth(const Value& value) {
  if (value.is_undefined() || value.is_none()) return false;
  if (value.is_number()) return number_of(value) != 0;
  if (const Text* text = value.text()) return !text->bytes().empty();
  if (const List* list = value.list()) {
    return list->kind == List::Kind::kGenerator || !list->values.empty();
  }
  if (const Dict* dict = value.dict()) return !dict->entries.empty();
  return true;
}

bool equal(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return equal_numbers(a, b);
  if (a.data().index() != b.data().index()) return false;
  if (const Text* text = a.text()) return text->bytes() == b.text()->bytes();
  if (const List* list = a.list()) return equal_lists(*list, *b.list());
  if (const Dict* dict = a.dict()) return equal_dicts(*dict, *b.dict());
  if (a.is_undefined() || a.is_none()) return true;
  return a.space() == b.space() && a.function() == b.function() && a.loop() == b.loop();
}

Value make_list(Run& run, Values values, List::Kind kind) {
  if (!run.charge(values.size() * sizeof(Value))) return {};
  int depth = 0;
  for (const Value& value : values) depth = std::max(depth, depth_of(value));
  if (depth >= kMaxValueDepth) {
    run.fail("LimitError", "a value is nested too deep");
    return {};
  }
  return Value(Value::Data(std::make_shared<const List>(List{kind, std::move(values), depth + 1})));
}

Value make_dict(Run& run, Dict dict) {
  if (!run.charge(dict.entries.size() * 4 * sizeof(Value))) return {};
  if (dict.depth > kMaxValueDepth) {
    run.fail("LimitError", "a value is nested too deep");
    return {};
  }
  return Value(Value::Data(std::make_shared<const Dict>(std::move(dict))));
}

bool has_user(const Value& value) {
  if (const Text* text = value.text()) return text->marked.has_user();
  if (const List* list = value.list()) {
    return std::any_of(list->values.begin(), list->values.end(), has_user);
  }
  if (const Dict* dict = value.dict()) {
    return std::any_of(dict->entries.begin(), dict->entries.end(), [](const auto& entry) {
      return has_user(entry.first) || has_user(entry.second);
    });
  }
  return false;
}

}  // namespace weir::jinja

#include "local_backend/chat_template/jinja_methods.h"

#include <algorithm>
#include <array>

#include "core/utf8.h"
#include "local_backend/chat_template/jinja_operators.h"
#include "local_backend/chat_template/jinja_text.h"

namespace weir::jinja {
namespace {

using Origin = MarkedText::Origin;
using std::string_view;

struct Method {
  string_view name;
  Value (*call)(Run&, const Value& self, ArgumentReader&);
};

const Text* text_argument(Run& run, const Value& value) {
  if (value.text() == nullptr)
    run.fail("TypeError", "must be str, not " + std::string(type_name(value)));
  return value.text();
}

// Python's split() without a separator: at every run of whitespace.
Values split_at_space(Run& run, const Text& text, std::int64_t most) {
  Values out;
  const string_view all = text.bytes();
  std::size_t at = strip_begin(all);
  while (at < all.size() && run.step()) {
    std::size_t end = at;
    if (most >= 0 && static_cast<std::int64_t>(out.size()) == most) {
      end = at + stripped_end(all.substr(at));
    } else {
      while (end < all.size() && strip_begin(all.substr(end, 4)) == 0) {
        std::size_t size = 0;
        character_at(all.substr(end), &size);
        end += size;
      }
    }
    out.push_back(Value(text.marked.part(at, end), text.safe));
    at = end + strip_begin(all.substr(end));
  }
  return out;
}

Values split_at(Run& run, const Text& text, string_view separator, std::int64_t most) {
  Values out;
  std::size_t at = 0;
  while (run.step()) {
    const bool more = most < 0 || static_cast<std::int64_t>(out.size()) < most;
    const std::size_t end = more ? text.bytes().find(separator, at) : string_view::npos;
    out.push_back(Value(text.marked.part(at, std::min(end, text.bytes().size())), text.safe));
    if (end == string_view::npos) break;
    at = end + separator.size();
  }
  return out;
}

Value split_method(Run& run, const Value& self, ArgumentReader& arguments) {
  const Value separator = arguments.take("sep", Value::none());
  const Value most = arguments.take("maxsplit", Value::integer(-1));
  const Text& text = *self.text();
  if (!integer_of(most)) run.fail("TypeError", "maxsplit is no integer");
  if (run.failed() || !run.charge(text.bytes().size())) return {};
  if (separator.is_none()) return make_list(run, split_at_space(run, text, *integer_of(most)));
  const Text* by = text_argument(run, separator);
  if (by == nullptr) return {};
  if (by->bytes().empty()) {
    run.fail("ValueError", "empty separator");
    return {};
  }
  return make_list(run, split_at(run, text, by->bytes(), *integer_of(most)));
}

template <bool kLeft, bool kRight>
Value strip(Run& run, const Value& self, ArgumentReader& arguments) {
  return stripped(run, *self.text(), arguments.take("chars", Value::none()), kLeft, kRight);
}

template <bool kEnd>
Value begins_or_ends(Run& run, const Value& self, ArgumentReader& arguments) {
  const Value what = arguments.take("prefix");
  const string_view text = self.text()->bytes();
  const auto matches = [&](const Value& part) {
    const Text* affix = text_argument(run, part);
    if (affix == nullptr) return false;
    return kEnd ? text.ends_with(affix->bytes()) : text.starts_with(affix->bytes());
  };
  const List* list = what.list();
  if (run.failed()) return {};
  if (list == nullptr || list->kind != List::Kind::kTuple) return Value::boolean(matches(what));
  return Value::boolean(std::any_of(list->values.begin(), list->values.end(), matches));
}

Value replace_method(Run& run, const Value& self, ArgumentReader& arguments) {
  const Value from = arguments.take("old"), to = arguments.take("new");
  const auto count = integer_of(arguments.take("count", Value::integer(-1)));
  if (!count) run.fail("TypeError", "count is no integer");
  if (run.failed() || text_argument(run, from) == nullptr || text_argument(run, to) == nullptr)
    return {};
  return replaced(run, *self.text(), *from.text(), *to.text(), *count);
}

Value upper_method(Run& run, const Value& self, ArgumentReader&) {
  return mapped(run, *self.text(), upper_of);
}
Value lower_method(Run& run, const Value& self, ArgumentReader&) {
  return mapped(run, *self.text(), lower_of);
}

Value join_method(Run& run, const Value& self, ArgumentReader& arguments) {
  MarkedText out;
  const Values parts = elements(run, arguments.take("iterable"));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out.append(self.text()->marked);
    const Text* part = parts[i].text();
    if (part == nullptr) {
      run.fail("TypeError", "sequence item " + std::to_string(i) + ": expected str instance, " +
                                std::string(type_name(parts[i])) + " found");
      return {};
    }
    if (!run.charge(part->bytes().size() + self.text()->bytes().size())) return {};
    out.append(part->marked);
  }
  return Value(std::move(out));
}

Value get(Run& run, const Value& self, ArgumentReader& arguments) {
  const Value key = arguments.take("key");
  Value otherwise = arguments.take("default", Value::none());
  if (key.list() != nullptr && key.list()->kind == List::Kind::kList)
    run.fail("TypeError", "unhashable type: 'list'");
  if (key.dict() != nullptr) run.fail("TypeError", "unhashable type: 'dict'");
  if (run.failed() || !run.step(key.text() != nullptr ? 1 : self.dict()->entries.size())) return {};
  const Value* found = self.dict()->find(key);
  return found != nullptr ? *found : otherwise;
}

Value items_method(Run& run, const Value& self, ArgumentReader&) {
  Values out;
  for (const auto& [key, value] : self.dict()->entries) {
    out.push_back(make_list(run, {key, value}, List::Kind::kTuple));
  }
  return make_list(run, std::move(out), List::Kind::kItems);
}

Value keys(Run& run, const Value& self, ArgumentReader&) {
  return make_list(run, elements(run, self), List::Kind::kKeys);
}

Value values(Run& run, const Value& self, ArgumentReader&) {
  Values out;
  for (const auto& [key, value] : self.dict()->entries) out.push_back(value);
  return make_list(run, std::move(out), List::Kind::kValues);
}

constexpr std::array kTextMethods = {
    Method{"split", split_method},
    Method{"strip", strip<true, true>},
    Method{"lstrip", strip<true, false>},
    Method{"rstrip", strip<false, true>},
    Method{"startswith", begins_or_ends<false>},
    Method{"endswith", begins_or_ends<true>},
    Method{"replace", replace_method},
    Method{"upper", upper_method},
    Method{"lower", lower_method},
    Method{"join", join_method},
    Method{"format", nullptr},
};
constexpr std::array kDictMethods = {
    Method{"get", get},
    Method{"items", items_method},
    Method{"keys", keys},
    Method{"values", values},
};
constexpr std::array<string_view, 7> kListChanges = {"append", "pop",  "insert", "extend",
                                                     "remove", "sort", "reverse"};
constexpr std::array<string_view, 5> kDictChanges = {"pop", "update", "clear", "popitem",
                                                     "setdefault"};

template <std::size_t kSize>
const Method* find_method(const std::array<Method, kSize>& methods, string_view name) {
  const auto at =
      std::find_if(methods.begin(), methods.end(), [&](const Method& m) { return m.name == name; });
  return at == methods.end() ? nullptr : &*at;
}

template <std::size_t kSize>
bool has(const std::array<string_view, kSize>& names, string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const Method* method_of(const Value& value, string_view name) {
  if (value.text() != nullptr) return find_method(kTextMethods, name);
  return value.dict() != nullptr ? find_method(kDictMethods, name) : nullptr;
}

}  // namespace

std::optional<Value> method(Run& run, const Value& value, string_view name) {
  const List* list = value.list();
  if ((list != nullptr && list->kind == List::Kind::kList && has(kListChanges, name)) ||
      (value.dict() != nullptr && has(kDictChanges, name))) {
    run.fail("SecurityError", "access to attribute '" + std::string(name) + "' of " +
                                  described(value) + " is unsafe.");
    return Value();
  }
  if (method_of(value, name) == nullptr) return std::nullopt;
  return Value(Value::Data(std::make_shared<const Function>(
      Function{std::string(name), std::make_shared<const Value>(value)})));
}

Value call_method(Run& run, const Function& function, const Arguments& arguments) {
  const Value& self = *function.self;
  const Method* found = method_of(self, function.name);
  if (found == nullptr) return {};
  if (found->call == nullptr) return format_braces(run, *self.text(), arguments);
  ArgumentReader reader(run, function.name, arguments);
  Value result = found->call(run, self, reader);
  reader.end();
  return result;
}

std::optional<Value> loop_attribute(const LoopState& loop, string_view name) {
  const auto number = [](std::size_t value) {
    return Value::integer(static_cast<std::int64_t>(value));
  };
  const std::size_t size = loop.all->size(), at = loop.index0;
  if (name == "index0") return number(at);
  if (name == "index") return number(at + 1);
  if (name == "revindex") return number(size - at);
  if (name == "revindex0") return number(size - at - 1);
  if (name == "length") return number(size);
  if (name == "first") return Value::boolean(at == 0);
  if (name == "last") return Value::boolean(at + 1 == size);
  if (name == "previtem")
    return at > 0 ? (*loop.all)[at - 1] : Value::undefined("there is no previous item");
  if (name == "nextitem")
    return at + 1 < size ? (*loop.all)[at + 1] : Value::undefined("there is no next item");
  return std::nullopt;
}

std::optional<Value> ArgumentReader::find(string_view name) {
  if (next_ < arguments_.values.size()) return arguments_.values[next_++];
  for (const auto& [known, value] : arguments_.named) {
    if (known != name) continue;
    ++named_;
    return value;
  }
  return std::nullopt;
}

Value ArgumentReader::take(string_view name) {
  if (auto value = find(name)) return *value;
  run_.fail("TypeError", callee_ + "() is missing its argument '" + std::string(name) + "'");
  return {};
}

void ArgumentReader::end() {
  if (next_ < arguments_.values.size() || named_ < arguments_.named.size()) {
    run_.fail("TypeError", callee_ + "() got an argument that it does not take");
  }
}

Value stripped(Run& run, const Text& text, const Value& characters, bool left, bool right) {
  const string_view all = text.bytes();
  if (!run.charge(all.size())) return {};
  std::size_t begin = 0, end = all.size();
  if (characters.is_none()) {
    if (left) begin = strip_begin(all);
    if (right) end = begin + stripped_end(all.substr(begin));
    return Value(text.marked.part(begin, end), text.safe);
  }
  const Text* set = text_argument(run, characters);
  if (set == nullptr || !run.charge(set->bytes().size())) return {};
  const auto strips = [&](std::size_t at, std::size_t size) {
    return run.charge(set->bytes().size()) &&
           set->bytes().find(all.substr(at, size)) != string_view::npos;
  };
  for (std::size_t size = 0; left && begin < end; begin += size) {
    character_at(all.substr(begin), &size);
    if (!strips(begin, size)) break;
  }
  while (right && end > begin) {
    std::size_t at = end - 1;
    while (at > begin && (static_cast<unsigned char>(all[at]) & 0xc0u) == 0x80 && end - at < 4)
      --at;
    if (!strips(at, end - at)) break;
    end = at;
  }
  return Value(text.marked.part(begin, end), text.safe);
}

Value replaced(Run& run, const Text& text, const Text& from, const Text& to, std::int64_t count) {
  MarkedText out;
  const string_view all = text.bytes();
  std::size_t at = 0;
  for (; count != 0 && run.step() && run.charge(to.bytes().size()); --count) {
    std::size_t found = all.find(from.bytes(), at);
    if (from.bytes().empty()) {
      out.append(to.marked);
      if (at == all.size()) return Value(std::move(out), text.safe);
      std::size_t size = 0;
      character_at(all.substr(at), &size);
      found = at + size;
      out.append_part(text.marked, at, found);
      at = found;
      continue;
    }
    if (found == all.npos) break;
    out.append_part(text.marked, at, found);
    out.append(to.marked);
    at = found + from.bytes().size();
  }
  out.append_part(text.marked, at, all.size());
  run.charge(out.size());
  return Value(std::move(out), text.safe);
}

Value mapped(Run& run, const Text& text, char32_t (*map)(char32_t)) {
  MarkedText out;
  const string_view all = text.bytes();
  if (!run.charge(all.size())) return {};
  for (std::size_t at = 0; at < all.size();) {
    std::size_t size = 0;
    const char32_t code = character_at(all.substr(at), &size);
    const MarkedText kept = text.marked.part(at, at + size);
    const char32_t other = code == U'\ufffd' ? code : map(code);
    std::string bytes;
    if (other != code) append_utf8(&bytes, other);
    out.append(other == code ? kept.bytes() : string_view(bytes),
               kept.has_user() ? Origin::kUser : Origin::kTemplate);
    at += size;
  }
  return Value(std::move(out), text.safe);
}

}  // namespace weir::jinja

// The tools that a request offers, as far as reading their calls needs them.
//
// Syntaxes that write arguments as plain text (XML-like ones) leave open whether 5 is a
// number or a text: the tool's JSON schema decides. Belongs to one request.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Which kinds of JSON there may be: at least those that a schema allows.
struct JsonKinds {
  bool text = false;
  bool number = false;
  bool boolean = false;
  bool null = false;
  bool object = false;
  bool array = false;

  static JsonKinds all() { return {true, true, true, true, true, true}; }
  bool any() const { return text || number || boolean || null || object || array; }
};

// Of a tool's argument; nullopt: of one that the schema does not name.
JsonKinds argument_kinds(std::string_view schema_json, std::optional<std::string_view> argument);

class OfferedTools {
 public:
  // `schema_json` describes the parameters; empty = none known.
  void add(std::string_view name, std::string_view schema_json) {
    tools_.push_back({std::string(name), std::string(schema_json)});
  }

  bool empty() const { return tools_.empty(); }
  bool has(std::string_view name) const { return find(name) != nullptr; }

  // The offered tool that a model means by `name`: itself, "functions.NAME" or
  // "NAME.call"; or `name` as it is.
  std::string_view meant_by(std::string_view name) const;

  // The argument as JSON, `text` being what the model wrote without quotes: text where the
  // schema allows nothing else, otherwise the JSON (or Python literal) that it is, if
  // the schema allows that, otherwise text.
  std::string argument_json(std::string_view tool, std::string_view argument,
                            std::string_view text) const;

 private:
  struct Offered {
    std::string name;
    std::string schema_json;
  };
  const Offered* find(std::string_view name) const;

  std::vector<Offered> tools_;
};

}  // namespace weir

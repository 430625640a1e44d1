#include "local_backend/grammar/schema.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "local_backend/grammar/formats.h"
#include "local_backend/grammar/pattern.h"
#include "local_backend/grammar/uri.h"

namespace weir::grammar {
namespace {

using Json = nlohmann::ordered_json;

struct TypeName {
  std::string_view name;
  std::uint8_t bits;
};
constexpr std::array kTypeNames = {
    TypeName{"null", json_type::kNull},       TypeName{"boolean", json_type::kBoolean},
    TypeName{"integer", json_type::kInteger}, TypeName{"number", json_type::kNumber},
    TypeName{"string", json_type::kString},   TypeName{"array", json_type::kArray},
    TypeName{"object", json_type::kObject}};

// Words that are part of the standard and not supported, unless they say nothing.
constexpr std::array<std::string_view, 6> kUnsupported = {
    "contains",      "uniqueItems",      "$dynamicRef",
    "$recursiveRef", "unevaluatedItems", "unevaluatedProperties"};
// Words that make other members be evaluated than a schema's own.
constexpr std::array<std::string_view, 9> kApplicators = {
    "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref", "dependentSchemas"};

bool has_any_word(const Json& schema, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return schema.contains(word); });
}

}  // namespace

class SchemaReader {
 public:
  SchemaReader(SchemaGraph& graph, SchemaOptions options)
      : graph_(graph), languages_(*graph.languages_), options_(options) {}

  std::optional<Error> read(const std::vector<Json>& documents) {
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const std::string base = i == 0 ? "" : "weir:schema/" + std::to_string(i);
      documents_.emplace(base, &documents[i]);
      graph_.roots_.push_back(add(documents[i], base, "#", 0));
    }
    // A reference may lead to what is no schema until then, so the list may grow.
    for (std::size_t i = 0; i < references_.size() && !error_; ++i) {
      follow(Reference(references_[i]));
    }
    return error_;
  }

 private:
  struct Place {
    const Json& json;
    const std::string& base;
    const std::string& where;
    int depth;
  };
  struct Reference {
    SchemaId from;
    std::string uri;
    std::string where;
  };
  using Read = void (SchemaReader::*)(const Json& value, const Place& place, Schema& schema);
  struct Keyword {
    std::string_view name;
    Read read;
  };

  void invalid(const std::string& where, const std::string& what) {
    if (!error_) error_ = Error{ErrorCode::kInvalidRequest, where + ": " + what, "invalid_schema"};
  }
  void unsupported(const std::string& where, const std::string& what) {
    if (error_) return;
    error_ = Error{ErrorCode::kUnsupportedParameter, where + ": " + what + " is not supported",
                   "unsupported_parameter"};
  }

  static Schema schema_at(const std::string& where) {
    Schema schema;
    schema.where = where;
    return schema;
  }

  // Of a place that may have been read already.
  SchemaId add(const Json& json, const std::string& base, const std::string& where, int depth) {
    if (const auto known = ids_.find(&json); known != ids_.end()) return known->second;
    const auto id = static_cast<SchemaId>(graph_.schemas_.size());
    if (id >= SchemaGraph::kMostSchemas || depth > SchemaGraph::kMostDepth) {
      unsupported(where, "a schema so large");
      return 0;
    }
    ids_.emplace(&json, id);
    graph_.schemas_.emplace_back();
    Schema schema = schema_at(where);
    if (json.is_boolean()) {
      schema.never = !json.get<bool>();
    } else if (json.is_object()) {
      read_members(json, base, where, depth, id, schema);
    } else {
      invalid(where, "a schema must be an object, true or false");
    }
    graph_.schemas_[id] = std::move(schema);
    return id;
  }

  void read_members(const Json& json, std::string base, const std::string& where, int depth,
                    SchemaId id, Schema& schema) {
    const auto draft = json.find("$schema");
    if (draft != json.end() && draft->is_string()) {
      const std::string name = draft->get<std::string>();
      old_draft_ = name.find("draft-0") != std::string::npos;
      const bool known = name.find("://json-schema.org/") != std::string::npos;
      if (!known) return unsupported(where, "$schema '" + name + "'");
    }
    const bool only_reference = old_draft_ && json.contains("$ref");
    if (!only_reference) name_place(json, &base, where);
    const Place place{json, base, where, depth + 1};
    if (const auto found = json.find("$ref"); found != json.end()) {
      if (!found->is_string()) return invalid(where, "$ref must be a string");
      references_.push_back({id, resolve_uri(base, found->get<std::string>()), where});
    }
    if (only_reference) return read_definitions(place);
    for (const Keyword& keyword : keywords()) {
      const auto found = json.find(keyword.name);
      if (found == json.end() || error_) continue;
      (this->*keyword.read)(*found, place, schema);
    }
    limit_texts(place, schema);
    refuse_unsupported(place, schema);
    read_definitions(place);
  }

  // $id, $anchor and their older forms.
  void name_place(const Json& json, std::string* base, const std::string& where) {
    for (const char* const word : {"$id", "id"}) {
      const auto found = json.find(word);
      if (found == json.end() || !found->is_string()) continue;
      if (std::string_view(word) == "id" && !old_draft_) continue;
      const std::string uri = resolve_uri(*base, found->get<std::string>());
      const SplitUri split = split_uri(uri);
      if (!split.fragment.empty()) {
        anchors_.emplace(uri, std::pair(&json, where));
        continue;
      }
      *base = split.document;
      documents_.emplace(*base, &json);
    }
    for (const char* const word : {"$anchor", "$dynamicAnchor"}) {
      const auto found = json.find(word);
      if (found == json.end() || !found->is_string()) continue;
      anchors_.emplace(*base + "#" + found->get<std::string>(), std::pair(&json, where));
    }
  }

  SchemaId part(const Json& json, const Place& place, const std::string& step) {
    return add(json, place.base, place.where + "/" + step, place.depth);
  }

  // They are read only if something refers to them, but their names count.
  void read_definitions(const Place& place) {
    for (const char* const word : {"$defs", "definitions"}) {
      const auto found = place.json.find(word);
      if (found == place.json.end() || !found->is_object()) continue;
      for (const auto& [name, json] : found->items()) {
        if (!json.is_object() && !json.is_boolean()) continue;
        part(json, place, std::string(word) + "/" + pointer_token(name));
      }
    }
  }

  void follow(const Reference& reference) {
    const SplitUri split = split_uri(reference.uri);
    const auto document = documents_.find(std::string(split.document));
    if (document == documents_.end()) {
      return unsupported(reference.where,
                         "$ref to '" + reference.uri + "', which is not in this schema,");
    }
    const Json* target = document->second;
    std::string where = "#" + split.fragment;
    if (split.fragment.starts_with('/')) {
      const Json::json_pointer pointer = pointer_of(split.fragment);
      target = target->contains(pointer) ? &target->at(pointer) : nullptr;
    } else if (!split.fragment.empty()) {
      const auto anchor = anchors_.find(reference.uri);
      target = anchor == anchors_.end() ? nullptr : anchor->second.first;
      if (target != nullptr) where = anchor->second.second;
    }
    if (target == nullptr) {
      return invalid(reference.where, "$ref '" + reference.uri + "' leads nowhere");
    }
    const SchemaId id = add(*target, std::string(split.document), where, 0);
    graph_.schemas_[reference.from].all_of.push_back(id);
  }

  // A token that is no number is only ever a name.
  static Json::json_pointer pointer_of(const std::string& text) {
    try {
      return Json::json_pointer(text);
    } catch (const Json::exception&) {
      return Json::json_pointer("/~0 no such place");
    }
  }

  static std::span<const Keyword> keywords() {
    static constexpr std::array kKeywords = {
        Keyword{"type", &SchemaReader::type},
        Keyword{"enum", &SchemaReader::enumeration},
        Keyword{"const", &SchemaReader::constant},
        Keyword{"minimum", &SchemaReader::minimum},
        Keyword{"maximum", &SchemaReader::maximum},
        Keyword{"exclusiveMinimum", &SchemaReader::exclusive_minimum},
        Keyword{"exclusiveMaximum", &SchemaReader::exclusive_maximum},
        Keyword{"multipleOf", &SchemaReader::multiple},
        Keyword{"pattern", &SchemaReader::pattern},
        Keyword{"format", &SchemaReader::format},
        Keyword{"prefixItems", &SchemaReader::prefix},
        Keyword{"items", &SchemaReader::items},
        Keyword{"additionalItems", &SchemaReader::additional_items},
        Keyword{"minItems", &SchemaReader::min_items},
        Keyword{"maxItems", &SchemaReader::max_items},
        Keyword{"properties", &SchemaReader::properties},
        Keyword{"patternProperties", &SchemaReader::pattern_properties},
        Keyword{"additionalProperties", &SchemaReader::additional},
        Keyword{"propertyNames", &SchemaReader::names},
        Keyword{"required", &SchemaReader::required},
        Keyword{"minProperties", &SchemaReader::min_properties},
        Keyword{"maxProperties", &SchemaReader::max_properties},
        Keyword{"dependentRequired", &SchemaReader::dependencies},
        Keyword{"dependentSchemas", &SchemaReader::dependencies},
        Keyword{"dependencies", &SchemaReader::dependencies},
        Keyword{"allOf", &SchemaReader::all_of},
        Keyword{"anyOf", &SchemaReader::any_of},
        Keyword{"oneOf", &SchemaReader::one_of},
        Keyword{"not", &SchemaReader::negated},
        Keyword{"if", &SchemaReader::condition},
        Keyword{"then", &SchemaReader::consequence},
        Keyword{"else", &SchemaReader::alternative},
    };
    return kKeywords;
  }

  void type(const Json& value, const Place& place, Schema& schema) {
    schema.types = 0;
    const auto add_type = [&](const Json& name) {
      const auto found = std::find_if(kTypeNames.begin(), kTypeNames.end(),
                                      [&](const TypeName& type) { return name == type.name; });
      if (found == kTypeNames.end()) return invalid(place.where, "type is not one of JSON's");
      schema.types |= found->bits;
    };
    if (!value.is_array()) return add_type(value);
    for (const Json& name : value) add_type(name);
  }

  void enumeration(const Json& value, const Place& place, Schema& schema) {
    if (!value.is_array()) return invalid(place.where, "enum must be an array");
    std::vector<SchemaId> options;
    std::vector<LanguageId> texts;
    for (const Json& one : value) {
      if (one.is_string()) {
        texts.push_back(languages_.text(one.get_ref<const std::string&>()));
      } else {
        options.push_back(value_schema(one, place.where, place.depth));
      }
    }
    if (!texts.empty()) options.push_back(text_schema(std::move(texts), place.where));
    allow_one_of(std::move(options), schema);
  }

  void constant(const Json& value, const Place& place, Schema& schema) {
    allow_one_of({value_schema(value, place.where, place.depth)}, schema);
  }

  void allow_one_of(std::vector<SchemaId> options, Schema& schema) {
    if (error_) return;
    std::uint8_t types = 0;
    for (const SchemaId one : options) types |= graph_.schema(one).types;
    schema.types &= types;
    schema.any_of.push_back(std::move(options));
  }

  SchemaId text_schema(std::vector<LanguageId> texts, const std::string& where) {
    Schema schema = schema_at(where);
    schema.types = json_type::kString;
    schema.text = languages_.either(std::move(texts));
    return keep(std::move(schema));
  }

  // A schema that this value alone satisfies.
  SchemaId value_schema(const Json& value, const std::string& where, int depth) {
    Schema schema = schema_at(where);
    if (depth > SchemaGraph::kMostDepth) unsupported(where, "a value so deep");
    if (error_) return 0;
    if (value.is_null()) {
      schema.types = json_type::kNull;
    } else if (value.is_boolean()) {
      schema.types = json_type::kBoolean;
      (value.get<bool>() ? schema.may_be_false : schema.may_be_true) = false;
    } else if (value.is_number()) {
      schema.types = json_type::kNumber;
      number_equal(value, &schema);
    } else if (value.is_string()) {
      return text_schema({languages_.text(value.get_ref<const std::string&>())}, where);
    } else if (value.is_array()) {
      schema.types = json_type::kArray;
      for (const Json& one : value) schema.prefix.push_back(value_schema(one, where, depth + 1));
      schema.item_count = {static_cast<std::uint32_t>(value.size()),
                           static_cast<std::uint32_t>(value.size())};
    } else {
      schema.types = json_type::kObject;
      for (const auto& [name, one] : value.items()) {
        schema.properties.emplace_back(name, value_schema(one, where, depth + 1));
        schema.required.push_back(name);
      }
      schema.in_any_order = true;
      schema.additional = never(where);
    }
    return keep(std::move(schema));
  }

  SchemaId never(const std::string& where) {
    Schema schema = schema_at(where);
    schema.never = true;
    return keep(std::move(schema));
  }

  SchemaId keep(Schema schema) {
    if (graph_.schemas_.size() >= SchemaGraph::kMostSchemas) {
      unsupported(schema.where, "a schema so large");
      return 0;
    }
    graph_.schemas_.push_back(std::move(schema));
    return static_cast<SchemaId>(graph_.schemas_.size() - 1);
  }

  Decimal decimal(const Json& value, const Place& place, std::string_view word) {
    if (!value.is_number()) invalid(place.where, std::string(word) + " must be a number");
    const auto number = error_ ? std::nullopt : Decimal::read(value.dump());
    if (!number) unsupported(place.where, "the number of " + std::string(word));
    return number.value_or(Decimal());
  }

  // Spelled as such a number is usually written, too.
  void number_equal(const Json& value, Schema* schema) {
    const std::string text = value.dump();
    const auto number = Decimal::read(text);
    if (!number) return unsupported(schema->where, "the number of enum or const");
    std::vector<LanguageId> spellings{graph_.numbers_.equal(*number)};
    for (const std::string& usual : {text, Json(value.get<double>()).dump()}) {
      spellings.push_back(graph_.numbers_.spelled(usual, *number));
    }
    schema->numbers.push_back(languages_.either(std::move(spellings)));
    schema->written_number = graph_.numbers_.shortest(text, *number);
  }

  static bool is_true(const Json& schema, const char* word) {
    const auto found = schema.find(word);
    return found != schema.end() && *found == true;
  }
  void minimum(const Json& value, const Place& place, Schema& schema) {
    const Decimal bound = decimal(value, place, "minimum");
    const bool open = is_true(place.json, "exclusiveMinimum");
    if (!error_) schema.numbers.push_back(graph_.numbers_.above(bound, !open));
  }
  void maximum(const Json& value, const Place& place, Schema& schema) {
    const Decimal bound = decimal(value, place, "maximum");
    const bool open = is_true(place.json, "exclusiveMaximum");
    if (!error_) schema.numbers.push_back(graph_.numbers_.below(bound, !open));
  }
  void exclusive_minimum(const Json& value, const Place& place, Schema& schema) {
    if (value.is_boolean()) return;
    const Decimal bound = decimal(value, place, "exclusiveMinimum");
    if (!error_) schema.numbers.push_back(graph_.numbers_.above(bound, false));
  }
  void exclusive_maximum(const Json& value, const Place& place, Schema& schema) {
    if (value.is_boolean()) return;
    const Decimal bound = decimal(value, place, "exclusiveMaximum");
    if (!error_) schema.numbers.push_back(graph_.numbers_.below(bound, false));
  }
  void multiple(const Json& value, const Place& place, Schema& schema) {
    const Decimal divisor = decimal(value, place, "multipleOf");
    if (error_) return;
    const auto multiples = graph_.numbers_.multiples(divisor);
    if (!multiples) return unsupported(place.where, "the number of multipleOf");
    schema.numbers.push_back(*multiples);
  }

  void pattern(const Json& value, const Place& place, Schema& schema) {
    if (!value.is_string()) return invalid(place.where, "pattern must be a string");
    const LanguageId language = read_pattern(value.get_ref<const std::string&>(), place);
    schema.text = languages_.both({schema.text, language});
  }

  LanguageId read_pattern(std::string_view text, const Place& place) {
    const Result<LanguageId> language = language_of_pattern(text, languages_);
    if (language) return *language;
    const Error& error = language.error();
    if (error_) return Languages::kNothing;
    const bool invalid = error.code == ErrorCode::kInvalidRequest;
    error_ = Error{error.code, place.where + ": " + error.message,
                   invalid ? "invalid_schema" : "unsupported_parameter"};
    return Languages::kNothing;
  }

  void format(const Json& value, const Place& place, Schema& schema) {
    if (!value.is_string()) return invalid(place.where, "format must be a string");
    if (!options_.check_formats) return;
    const auto& name = value.get_ref<const std::string&>();
    LanguageId language = Languages::kAnything;
    if (language_of_format(name, languages_, &language) == FormatKind::kStandard) {
      return unsupported(place.where, "format '" + name + "'");
    }
    schema.text = languages_.both({schema.text, language});
  }

  // Fills *count if the word is there.
  void size(const Place& place, const char* word, std::uint32_t* count) {
    const auto found = place.json.find(word);
    if (found == place.json.end()) return;
    const double value = found->is_number() ? found->get<double>() : -1;
    if (value < 0 || value != static_cast<double>(static_cast<std::uint64_t>(value))) {
      return invalid(place.where, std::string(word) + " must be a whole number");
    }
    *count = static_cast<std::uint32_t>(std::min(value, double{Languages::kNoLimit}));
  }

  void limit_texts(const Place& place, Schema& schema) {
    SizeLimits limits;
    size(place, "minLength", &limits.least);
    size(place, "maxLength", &limits.most);
    if (limits.least == 0 && limits.most == Languages::kNoLimit) return;
    const LanguageId any = languages_.one_of(all_code_points());
    schema.text =
        languages_.both({schema.text, languages_.repeated(any, limits.least, limits.most)});
  }

  void schemas_of(const Json& value, const Place& place, const char* word,
                  std::vector<SchemaId>* list) {
    if (!value.is_array()) return invalid(place.where, std::string(word) + " must be an array");
    for (std::size_t i = 0; i < value.size(); ++i) {
      list->push_back(part(value[i], place, std::string(word) + "/" + std::to_string(i)));
    }
  }
  void prefix(const Json& value, const Place& place, Schema& schema) {
    schemas_of(value, place, "prefixItems", &schema.prefix);
  }
  void items(const Json& value, const Place& place, Schema& schema) {
    if (value.is_array()) return schemas_of(value, place, "items", &schema.prefix);
    schema.items = part(value, place, "items");
  }
  void additional_items(const Json& value, const Place& place, Schema& schema) {
    const auto items = place.json.find("items");
    if (items == place.json.end() || !items->is_array()) return;
    schema.items = part(value, place, "additionalItems");
  }
  void min_items(const Json& /*value*/, const Place& place, Schema& schema) {
    size(place, "minItems", &schema.item_count.least);
  }
  void max_items(const Json& /*value*/, const Place& place, Schema& schema) {
    size(place, "maxItems", &schema.item_count.most);
  }

  void properties(const Json& value, const Place& place, Schema& schema) {
    if (!value.is_object()) return invalid(place.where, "properties must be an object");
    for (const auto& [name, json] : value.items()) {
      schema.properties.emplace_back(name, part(json, place, "properties/" + pointer_token(name)));
    }
  }
  void pattern_properties(const Json& value, const Place& place, Schema& schema) {
    if (!value.is_object()) return invalid(place.where, "patternProperties must be an object");
    for (const auto& [pattern, json] : value.items()) {
      const LanguageId language = read_pattern(pattern, place);
      schema.patterns.emplace_back(
          language, part(json, place, "patternProperties/" + pointer_token(pattern)));
    }
  }
  void additional(const Json& value, const Place& place, Schema& schema) {
    schema.additional = part(value, place, "additionalProperties");
  }
  void names(const Json& value, const Place& place, Schema& schema) {
    schema.names = part(value, place, "propertyNames");
  }
  std::vector<std::string> texts(const Json& value, const Place& place, const char* word) {
    std::vector<std::string> list;
    bool good = value.is_array();
    for (const Json& one : value) {
      good = good && one.is_string();
      if (good) list.push_back(one.get<std::string>());
    }
    if (!good) invalid(place.where, std::string(word) + " must be an array of strings");
    return list;
  }
  void required(const Json& value, const Place& place, Schema& schema) {
    if (old_draft_ && value.is_boolean()) return;
    schema.required = texts(value, place, "required");
  }
  void min_properties(const Json& /*value*/, const Place& place, Schema& schema) {
    size(place, "minProperties", &schema.property_count.least);
  }
  void max_properties(const Json& /*value*/, const Place& place, Schema& schema) {
    size(place, "maxProperties", &schema.property_count.most);
  }
  void dependencies(const Json& value, const Place& place, Schema& schema) {
    if (!value.is_object()) return invalid(place.where, "dependencies must be objects");
    for (const auto& [name, json] : value.items()) {
      if (json.is_array()) {
        schema.dependent_required.emplace_back(name, texts(json, place, "dependentRequired"));
      } else {
        schema.dependent_schemas.emplace_back(
            name, part(json, place, "dependentSchemas/" + pointer_token(name)));
      }
    }
  }

  void all_of(const Json& value, const Place& place, Schema& schema) {
    schemas_of(value, place, "allOf", &schema.all_of);
  }
  void any_of(const Json& value, const Place& place, Schema& schema) {
    schemas_of(value, place, "anyOf", &schema.any_of.emplace_back());
  }
  void one_of(const Json& value, const Place& place, Schema& schema) {
    schemas_of(value, place, "oneOf", &schema.one_of.emplace_back());
  }
  void negated(const Json& value, const Place& place, Schema& schema) {
    schema.negated = part(value, place, "not");
  }
  void condition(const Json& value, const Place& place, Schema& schema) {
    schema.condition = part(value, place, "if");
  }
  void consequence(const Json& value, const Place& place, Schema& schema) {
    schema.consequence = part(value, place, "then");
  }
  void alternative(const Json& value, const Place& place, Schema& schema) {
    schema.alternative = part(value, place, "else");
  }

  // Where nothing else is evaluated, what is unevaluated is what is additional.
  void refuse_unsupported(const Place& place, Schema& schema) {
    for (const std::string_view word : kUnsupported) {
      const auto found = place.json.find(word);
      if (found == place.json.end()) continue;
      const bool plain = !has_any_word(place.json, kApplicators);
      if (word == "unevaluatedProperties" && plain) {
        if (!schema.additional) schema.additional = part(*found, place, std::string(word));
      } else if (word == "unevaluatedItems" && plain) {
        if (!schema.items) schema.items = part(*found, place, std::string(word));
      } else if (word == "uniqueItems" ? *found != false
                                       : !word.starts_with("uneval") || *found != true) {
        unsupported(place.where, std::string(word));
      }
    }
  }

  SchemaGraph& graph_;
  Languages& languages_;
  const SchemaOptions options_;
  bool old_draft_ = false;
  std::optional<Error> error_;
  std::unordered_map<const Json*, SchemaId> ids_;
  std::unordered_map<std::string, const Json*> documents_;
  std::unordered_map<std::string, std::pair<const Json*, std::string>> anchors_;
  std::vector<Reference> references_;
};

Result<std::unique_ptr<SchemaGraph>> SchemaGraph::read(std::span<const std::string_view> documents,
                                                       SchemaOptions options) {
  std::vector<Json> parsed;
  for (const std::string_view document : documents) {
    const bool fits = document.size() <= kMostBytes;
    parsed.push_back(fits ? Json::parse(document, nullptr, false) : Json(Json::value_t::discarded));
    if (!parsed.back().is_discarded()) continue;
    return Error{ErrorCode::kInvalidRequest,
                 fits ? "the schema is not JSON" : "the schema is longer than 1 MiB",
                 "invalid_schema"};
  }
  std::unique_ptr<SchemaGraph> graph(new SchemaGraph(options.most_digits));
  if (auto error = SchemaReader(*graph, options).read(parsed)) return *error;
  return graph;
}

}  // namespace weir::grammar

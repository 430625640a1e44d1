#include "router/passed_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cloud_adapters/wire/json.h"
#include "policies/privacy/bytes.h"
#include "router/http/request_reader.h"
#include "router/tool_members.h"

namespace weir {
namespace {

using std::string_view;

constexpr std::size_t kLongestModelName = 256;
constexpr std::size_t kMostModels = 64;  // of one request
constexpr string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr string_view kBeforeJson = " \t\r\n";
constexpr std::array<string_view, 2> kBeforeModel = {"engines", "deployments"};

Error ambiguous(std::string message) {
  return {ErrorCode::kInvalidRequest, std::move(message), "model_not_readable", "model"};
}

bool is_plain_model(string_view model) {
  return model.size() <= kLongestModelName && http1::is_visible(model);
}

void add_once(std::string model, std::vector<std::string>* models) {
  if (std::find(models->begin(), models->end(), model) == models->end()) {
    models->push_back(std::move(model));
  }
}

string_view media_type(const RequestHead& head) {
  const string_view type = head.fields.value("content-type");
  return http1::trimmed(type.substr(0, type.find(';')));
}

// What some provider may take for JSON.
bool looks_like_json(const RequestHead& head, string_view body) {
  if (http1::equal_ignoring_case(media_type(head), "application/json")) return true;
  if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
  const std::size_t begin = body.find_first_not_of(kBeforeJson);
  return begin != string_view::npos && (body[begin] == '{' || body[begin] == '[');
}

void add_user(string_view user, PassedNames* names) {
  if (user.empty()) return;
  if (names->end_user.empty()) names->end_user = std::string(user);
  names->several_users = names->several_users || user != names->end_user;
}

bool is_user_member(string_view key, string_view parent) {
  return http1::equal_ignoring_case(key, "user") ||
         http1::equal_ignoring_case(key, "safety_identifier") ||
         (http1::equal_ignoring_case(key, "user_id") &&
          http1::equal_ignoring_case(parent, "metadata"));
}

// Names at any depth, which the parser has bounded; one model more than may be at most. `key` is
// that of the value, or of the list that it stands in.
void collect_names(string_view key, string_view parent, simdjson::dom::element value,
                   PassedNames* names) {
  if (names->models.size() > kMostModels) return;
  simdjson::dom::array array;
  simdjson::dom::object object;
  string_view text;
  if (value.get(text) == simdjson::SUCCESS) {
    const bool is_model =
        http1::equal_ignoring_case(key, "model") || http1::equal_ignoring_case(key, "models");
    if (is_model) add_once(std::string(text), &names->models);
    if (is_user_member(key, parent)) add_user(text, names);
  } else if (value.get(array) == simdjson::SUCCESS) {
    for (const simdjson::dom::element each : array) collect_names(key, parent, each, names);
  } else if (value.get(object) == simdjson::SUCCESS) {
    for (const auto& [name, member] : object) {
      names->tools = names->tools || is_tool_member(name);
      collect_names(name, key, member, names);
    }
  }
}

std::string text_of(simdjson::dom::element root, string_view key) {
  string_view text;
  return root[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

Result<void> read_json(string_view body, PassedNames* names) {
  const auto document = JsonDocument::parse(body, body.size() + RequestReader::kBodyPadding);
  if (!document) return document.error();
  const simdjson::dom::element root = (*document)->root();
  if (std::string own = text_of(root, "model"); !own.empty()) names->models.push_back(own);
  names->end_user = text_of(root, "user");
  if (names->end_user.empty()) names->end_user = text_of(root, "safety_identifier");
  simdjson::dom::element metadata;
  if (names->end_user.empty() && root["metadata"].get(metadata) == simdjson::SUCCESS) {
    names->end_user = text_of(metadata, "user_id");
  }
  collect_names({}, {}, root, names);
  return {};
}

// The value of a parameter of a header line, as parsers agree on it: name="value".
string_view parameter(string_view line, string_view name) {
  const std::string wanted = "; " + std::string(name) + "=\"";
  const std::size_t at = line.find(wanted);
  if (at == string_view::npos) return {};
  const string_view rest = line.substr(at + wanted.size());
  return rest.substr(0, rest.find('"'));
}

std::string boundary_of(const RequestHead& head) {
  const string_view type = head.fields.value("content-type");
  const std::size_t at = type.find("boundary=");
  if (at == string_view::npos) return {};
  string_view value = type.substr(at + 9);
  value = value.starts_with('"') ? value.substr(1, value.find('"', 1) - 1)
                                 : http1::trimmed(value.substr(0, value.find(';')));
  return "--" + std::string(value);
}

// Whether some parser of forms may take this head for that of a field "model".
bool may_be_model(string_view head) {
  std::string bare = ";";
  for (const char c : head) {
    if (c == '"' || c == '\'' || c == ' ' || c == '\t' || c == '\r') continue;
    bare.push_back(c == '\n' ? ';' : privacy::to_lower(c));
  }
  bare.push_back(';');
  return bare.find(";name=model;") != std::string::npos ||
         bare.find(";name*=") != std::string::npos;
}

// One part of a form, without the boundaries around it.
Result<void> read_part(string_view part, PassedNames* names) {
  const std::size_t end = std::min(part.find("\r\n\r\n"), part.size());
  const string_view head = part.substr(0, end);
  const string_view value = http1::trimmed(part.substr(std::min(end + 4, part.size())));
  const string_view name = parameter(head, "name");
  if (name == "user") names->end_user = std::string(value);
  if (name != "model") {
    return may_be_model(head)
               ? Result<void>(ambiguous("The form's model cannot be read for certain."))
               : Result<void>();
  }
  if (!names->models.empty()) return ambiguous("The form names a model twice.");
  names->models.emplace_back(value);
  return {};
}

Result<void> read_form(const RequestHead& head, string_view body, PassedNames* names) {
  const std::string boundary = boundary_of(head);
  if (boundary.size() <= 2) return ambiguous("The form has no boundary.");
  std::size_t at = body.find(boundary);
  while (at != string_view::npos) {
    const std::size_t begin = at + boundary.size();
    at = body.find(boundary, begin);
    if (at == string_view::npos) break;
    string_view part = body.substr(begin, at - begin);
    if (part.ends_with("\r\n")) part.remove_suffix(2);
    if (const Result<void> read = read_part(part, names); !read) return read;
  }
  return {};
}

// The name behind a segment that such names follow; empty if there is none.
std::string model_in_path(string_view path) {
  string_view before;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    for (const string_view word : kBeforeModel) {
      if (before == word) return http1::percent_decoded(segment);
    }
    before = segment;
  }
  return {};
}

}  // namespace

PassedNames names_in_json(string_view body) {
  PassedNames names;
  const Result<void> read = body.empty() ? Result<void>() : read_json(body, &names);
  return read ? names : PassedNames();
}

Result<PassedNames> names_in(const RequestHead& head, string_view body) {
  PassedNames names;
  Result<void> read;
  if (http1::equal_ignoring_case(media_type(head), "multipart/form-data")) {
    read = read_form(head, body, &names);
  } else if (!body.empty() && looks_like_json(head, body)) {
    read = read_json(body, &names);
  }
  if (!read) return read.error();
  if (std::string model = model_in_path(head.path()); !model.empty()) {
    add_once(std::move(model), &names.models);
  }
  if (names.models.size() > kMostModels) return ambiguous("The request names too many models.");
  for (const std::string& model : names.models) {
    if (!is_plain_model(model)) return ambiguous("The model is no plain name.");
  }
  return names;
}

}  // namespace weir

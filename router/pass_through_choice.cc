#include <algorithm>
#include <array>

#include "router/endpoints.h"
#include "router/pass_through.h"

namespace weir {
namespace {

using std::string_view;

constexpr std::array<string_view, 5> kMethods = {"GET", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::array<string_view, 5> kFields = {"anthropic-version", "anthropic-beta",
                                                "openai-beta", "range", "idempotency-key"};

bool has_odd_segment(string_view path) {
  if (path.find_first_of("\\#%") != string_view::npos) return true;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    const string_view segment = path.substr(0, end);
    if (segment.empty() || segment == "." || segment == "..") return true;
    path.remove_prefix(end);
  }
  return false;
}

bool fits(const ServedBackend& served, Dialect dialect) {
  const Dialect speaks = served.config->dialect.value_or(Dialect::kOpenAiChat);
  if (dialect == Dialect::kAnthropic) return speaks == Dialect::kAnthropic;
  return speaks == Dialect::kOpenAiChat || speaks == Dialect::kOpenAiResponses;
}

bool lists(const ServedBackend& served, string_view model) {
  const auto& models = served.config->models;
  return std::any_of(models.begin(), models.end(), [&](const ModelAlias& alias) {
    return alias.name == model || alias.upstream == model;
  });
}

// Paths of a provider that names its models in the path are not passed on.
bool has_plain_paths(const ServedBackend& served) { return served.config->api_version.empty(); }

Error none(const PassThroughWish& wish) {
  if (!wish.backend.empty()) {
    return {ErrorCode::kNotFound,
            "x-weir-backend names no [[backend]] that the team may use for this path",
            "backend_not_found", "x-weir-backend"};
  }
  const string_view dialect = wish.dialect == Dialect::kAnthropic ? "anthropic" : "openai";
  return {ErrorCode::kNotFound,
          "This path is passed on to a provider, and the team may use none that has it: "
          "configure a [[backend]] with dialect = \"" +
              std::string(dialect) + "\" and allow it in the team's backends.",
          "no_backend"};
}

Error model_denied() {
  return {ErrorCode::kForbidden,
          "The team or key may use some models alone, and this request names none of them.",
          "model_not_allowed", "model"};
}

}  // namespace

std::optional<Error> wrong_pass_through(const RequestHead& head) {
  if (std::find(kMethods.begin(), kMethods.end(), head.method) == kMethods.end()) {
    return Error{ErrorCode::kMethodNotAllowed,
                 std::string(head.method) + " is not passed on to a provider",
                 "method_not_allowed"};
  }
  string_view path = path_below_version(head.path());
  const bool slash = path.size() > 1 && path.ends_with('/');
  if (slash) path.remove_suffix(1);
  RequestHead plain = head;
  plain.target = path;
  const bool served_here = slash && find_destination(plain).endpoint < Endpoint::kWrongMethod;
  if (!served_here && !has_odd_segment(path)) return std::nullopt;
  return Error{ErrorCode::kNotFound,
               "A path that is passed on to a provider has no empty segments, dots or escapes.",
               "unknown_url"};
}

std::string passed_target(const RequestHead& head) {
  std::string target(path_below_version(head.path()));
  char mark = '?';
  string_view query = head.query();
  while (!query.empty()) {
    const string_view pair = query.substr(0, query.find('&'));
    if (http1::percent_decoded(pair.substr(0, pair.find('='))) != "key") {
      target.append(1, mark).append(pair);
      mark = '&';
    }
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
  }
  return target;
}

std::string passed_fields(const RequestHead& head) {
  std::string lines;
  for (const http1::Field& field : head.fields) {
    for (const string_view name : kFields) {
      if (!http1::equal_ignoring_case(field.name, name)) continue;
      lines.append(name).append(": ").append(field.value).append("\r\n");
    }
  }
  return lines;
}

Result<const ServedBackend*> choose_backend(std::span<const ServedBackend> backends,
                                            const Ruling& ruling, const PassThroughWish& wish) {
  if (ruling.local_only() || ruling.redacts()) {
    return Error{ErrorCode::kForbidden,
                 "This request may not leave, and a provider alone can answer it: what weir "
                 "cannot read is passed on for requests whose privacy is 'any' alone.",
                 "local_only"};
  }
  const ServedBackend* found = nullptr;
  bool listed = false;
  for (const ServedBackend& served : backends) {
    if (served.config == nullptr || !has_plain_paths(served)) continue;
    if (!fits(served, wish.dialect)) continue;
    if (!ruling.allows(served.config->backend_class, served.config->name)) continue;
    if (!wish.backend.empty() && served.config->name != wish.backend) continue;
    const bool lists_it = !wish.model.empty() && lists(served, wish.model);
    if (found == nullptr || (lists_it && !listed)) found = &served;
    listed |= lists_it;
  }
  if (found == nullptr) return none(wish);
  const BackendConfig& config = *found->config;
  if (!ruling.allows_model(config.backend_class, config.name, wish.model)) return model_denied();
  return found;
}

}  // namespace weir

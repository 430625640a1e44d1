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

// As the backend lists it; null if it does not.
const ModelAlias* listed(const ServedBackend& served, string_view model) {
  const auto& models = served.config->models;
  const auto found = std::find_if(models.begin(), models.end(), [&](const ModelAlias& alias) {
    return alias.name == model || alias.upstream == model;
  });
  return found == models.end() ? nullptr : &*found;
}

// "local", "local/NAME", or a model of this process that no backend lists too.
bool stays_here(std::span<const ServedBackend> backends, string_view model) {
  if (model == kLocalBackend) return true;
  if (model.starts_with(kLocalBackend) && model.substr(kLocalBackend.size()).starts_with('/')) {
    return true;
  }
  bool here = false;
  for (const ServedBackend& served : backends) {
    if (served.config != nullptr && listed(served, model) != nullptr) return false;
    here |= std::any_of(served.local_models.begin(), served.local_models.end(),
                        [&](const ModelAlias& own) { return own.name == model; });
  }
  return here;
}

Error stays(string_view model) {
  return {ErrorCode::kNotFound,
          "'" + std::string(model) +
              "' is in this process and cannot answer this path, and what names it never leaves.",
          "model_not_found", "model"};
}

// Paths of a provider that names its models in the path are not passed on.
bool has_plain_paths(const ServedBackend& served) { return served.config->api_version.empty(); }

bool may_take(const ServedBackend& served, const Ruling& ruling, const PassThroughWish& wish) {
  if (served.config == nullptr || !has_plain_paths(served)) return false;
  if (!fits(served, wish.dialect)) return false;
  if (!wish.backend.empty() && served.config->name != wish.backend) return false;
  return ruling.allows(served.config->backend_class, served.config->name);
}

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

Error none_allowed() {
  return {ErrorCode::kForbidden,
          "The team or key may use some models alone, and this request names none of them.",
          "model_not_allowed", "model"};
}

// Keys, users, invitations, costs of the house: not a matter of applications.
bool administers(string_view path) {
  for (const string_view root : {"/organization", "/organizations"}) {
    if (path.size() < root.size()) continue;
    const bool begins = http1::equal_ignoring_case(path.substr(0, root.size()), root);
    if (begins && (path.size() == root.size() || path[root.size()] == '/')) return true;
  }
  return false;
}

}  // namespace

std::optional<Error> wrong_pass_through(const RequestHead& head) {
  if (std::find(kMethods.begin(), kMethods.end(), head.method) == kMethods.end()) {
    return Error{ErrorCode::kMethodNotAllowed,
                 std::string(head.method) + " is not passed on to a provider",
                 "method_not_allowed"};
  }
  string_view path = path_below_version(head.path());
  if (administers(path)) {
    return Error{ErrorCode::kNotFound,
                 "Paths that administer an organization at a provider are not passed on.",
                 "unknown_url"};
  }
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
                                            const Ruling& ruling, const PassThroughWish& wish,
                                            std::span<const std::string> models) {
  if (ruling.local_only() || ruling.redacts()) {
    return Error{ErrorCode::kForbidden,
                 "This request may not leave, and a provider alone can answer it: what weir "
                 "cannot read is passed on for requests whose privacy is 'any' alone.",
                 "local_only"};
  }
  if (!ruling.team().pass_through) {
    return Error{ErrorCode::kForbidden,
                 "The team may use no path that is passed on unread: pass_through is off.",
                 "pass_through_off"};
  }
  for (const string_view model : models) {
    if (stays_here(backends, model)) return stays(model);
  }
  const ServedBackend* found = nullptr;
  bool found_listed = false;
  for (const ServedBackend& served : backends) {
    if (!may_take(served, ruling, wish)) continue;
    const bool lists_it = !wish.model.empty() && listed(served, wish.model) != nullptr;
    if (found == nullptr || (lists_it && !found_listed)) found = &served;
    found_listed |= lists_it;
  }
  if (found == nullptr) return none(wish);
  const BackendConfig& config = *found->config;
  const auto may_use = [&](string_view model) {
    return ruling.allows_model(config.backend_class, config.name, model);
  };
  if (!may_use(wish.model) || !std::all_of(models.begin(), models.end(), may_use)) {
    return none_allowed();
  }
  return found;
}

bool passes_embeddings(const Snapshot& snapshot, string_view model) {
  if (model.empty() || snapshot.embedding_model(model) != nullptr) return false;
  return std::any_of(
      snapshot.backends.begin(), snapshot.backends.end(), [&](const ServedBackend& served) {
        return served.config != nullptr && has_plain_paths(served) &&
               fits(served, Dialect::kOpenAiChat) && listed(served, model) != nullptr;
      });
}

Result<EmbeddingProvider> choose_embedding_provider(std::span<const ServedBackend> backends,
                                                    const Ruling& ruling,
                                                    const PassThroughWish& wish, SteadyTime now) {
  if (ruling.local_only() || ruling.redacts()) {
    return Error{ErrorCode::kForbidden,
                 "This request may not leave as it is, and only a provider has this model: ask for "
                 "an embedding model of [[local.models]].",
                 "local_only"};
  }
  EmbeddingProvider found;
  for (const ServedBackend& served : backends) {
    const ModelAlias* alias = may_take(served, ruling, wish) ? listed(served, wish.model) : nullptr;
    if (alias == nullptr) continue;
    const bool reachable = served.remote == nullptr || served.remote->available(now);
    if (found.served == nullptr || reachable) found = {&served, alias->upstream};
    if (reachable) break;
  }
  if (found.served == nullptr) {
    return Error{ErrorCode::kNotFound, "No [[backend]] that the team may use lists this model.",
                 "model_not_found", "model"};
  }
  const BackendConfig& config = *found.served->config;
  if (!ruling.allows_model(config.backend_class, config.name, wish.model)) return none_allowed();
  return found;
}

}  // namespace weir

#include "router/key_admin.h"

#include <memory>
#include <utility>

#include "cloud_adapters/wire/openai_chat.h"
#include "router/blocking.h"
#include "router/key_json.h"
#include "router/small_response.h"

namespace weir {
namespace {

constexpr std::string_view kKeys = "/admin/keys";
constexpr std::string_view kAudit = "/admin/audit";
constexpr std::string_view kRotate = "/rotate";
constexpr std::string_view kRevoke = "/revoke";
constexpr std::int64_t kMostAuditLines = 1'000;

// Nobody may keep what is said of keys.
Response key_response(int status, std::string body) {
  Response response = json_response(status, std::move(body));
  response.headers.add("cache-control", "no-store");
  return response;
}

// What stands behind "/admin/keys/".
std::string_view below_keys(std::string_view path) {
  return path.starts_with(kKeys) && path.size() > kKeys.size() && path[kKeys.size()] == '/'
             ? path.substr(kKeys.size() + 1)
             : std::string_view();
}

std::string id_before(std::string_view below, std::string_view action) {
  return std::string(below.substr(0, below.size() - action.size()));
}

}  // namespace

bool KeyAdmin::owns(std::string_view path) {
  return path == kKeys || path == kAudit || !below_keys(path).empty();
}

std::string_view KeyAdmin::methods_of(std::string_view path) {
  if (path == kKeys) return "GET, POST";
  if (path == kAudit) return "GET";
  return path.ends_with(kRotate) || path.ends_with(kRevoke) ? "POST" : "GET, DELETE";
}

Async<void> KeyAdmin::handle(Exchange& exchange) {
  const std::string method(exchange.head().method);
  const std::string path(exchange.head().path());
  const std::string body(exchange.body());
  const std::string actor = "admin api from " + std::string(exchange.peer());
  Response response =
      co_await run_blocking(pool_, [&] { return respond(method, path, body, actor); });
  co_await exchange.send(std::move(response));
}

Result<void> KeyAdmin::refresh() {
  const std::lock_guard lock(refreshing_);
  Result<KeyRing> ring = store_.read();
  if (!ring) return ring.error();
  gateway_.use(std::make_shared<const KeyRing>(std::move(*ring)));
  return {};
}

Response KeyAdmin::respond(std::string_view method, std::string_view path, std::string_view body,
                           const std::string& actor) {
  if (path == kAudit) {
    const Result<std::vector<KeyAudit>> lines = store_.audit(kMostAuditLines);
    return lines ? key_response(200, to_json(*lines)) : error_response(lines.error());
  }
  if (path == kKeys && method == "POST") return create(body, actor);
  if (path == kKeys) {
    const Result<KeyRing> ring = store_.read();
    return ring ? key_response(200, to_json(*ring, clock_.unix_ms()))
                : error_response(ring.error());
  }
  const std::string_view below = below_keys(path);
  if (below.ends_with(kRotate)) return rotate(id_before(below, kRotate), body, actor);
  if (below.ends_with(kRevoke)) return revoke(id_before(below, kRevoke), actor);
  if (method == "DELETE") return revoke(std::string(below), actor);
  return show(std::string(below));
}

Response KeyAdmin::create(std::string_view body, const std::string& actor) {
  const Result<KeyWish> wish = parse_key_wish(body);
  if (!wish) return error_response(wish.error());
  if (gateway_.snapshot()->teams.find(wish->team) == nullptr) {
    return error_response({ErrorCode::kInvalidRequest,
                           "there is no [[team]] '" + wish->team + "' in the configuration",
                           "unknown_team", "team"});
  }
  const Result<NewKey> made = store_.create(*wish, actor);
  return made ? show_made(*made, 201) : error_response(made.error());
}

Response KeyAdmin::rotate(const std::string& id, std::string_view body, const std::string& actor) {
  const Result<std::int64_t> grace = parse_grace(body);
  if (!grace) return error_response(grace.error());
  const Result<NewKey> made = store_.rotate(id, *grace, actor);
  return made ? show_made(*made, 200) : error_response(made.error());
}

Response KeyAdmin::revoke(const std::string& id, const std::string& actor) {
  if (const Result<void> revoked = store_.revoke(id, actor); !revoked) {
    return error_response(revoked.error());
  }
  if (const Result<void> refreshed = refresh(); !refreshed) {
    return error_response(refreshed.error());
  }
  return show(id);
}

Response KeyAdmin::show(const std::string& id) {
  const Result<KeyRing> ring = store_.read();
  if (!ring) return error_response(ring.error());
  const ApiKey* key = ring->find(id);
  if (key == nullptr) {
    return error_response({ErrorCode::kNotFound, "there is no stored key " + id, "key_not_found"});
  }
  return key_response(200, to_json(*key, clock_.unix_ms()));
}

// It opens before it is shown.
Response KeyAdmin::show_made(const NewKey& made, int status) {
  if (const Result<void> refreshed = refresh(); !refreshed) {
    return error_response(refreshed.error());
  }
  const Result<KeyRing> ring = store_.read();
  if (!ring) return error_response(ring.error());
  const ApiKey* key = ring->find(key_id(made.printed.reveal()).value_or(std::string_view()));
  if (key == nullptr) return error_response({ErrorCode::kInternal, "the new key is not there"});
  return key_response(status, new_key_json(*key, made, clock_.unix_ms()));
}

}  // namespace weir

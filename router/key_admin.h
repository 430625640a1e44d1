// The part of the admin listener that makes, rotates, revokes and lists keys:
//
//   GET  /admin/keys               all keys, without their secrets
//   POST /admin/keys               a new one; the answer holds it, once
//   GET  /admin/keys/ID            one key
//   POST /admin/keys/ID/rotate     a second secret; the old one lives on for grace_s
//   POST /admin/keys/ID/revoke     at once and for good; DELETE /admin/keys/ID too
//   GET  /admin/audit              who changed keys, the newest first
//
// Thread-safe.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <mutex>
#include <string>
#include <string_view>

#include "router/gateway.h"
#include "router/http/exchange.h"
#include "router/key_store.h"

namespace weir {

class KeyAdmin {
 public:
  // All outlive it. `pool` waits for the disk.
  KeyAdmin(KeyStore& store, Gateway& gateway, net::thread_pool& pool, const Clock& clock)
      : store_(store), gateway_(gateway), pool_(pool), clock_(clock) {}

  // Whether a path is one of the above, and with which methods.
  static bool owns(std::string_view path);
  static std::string_view methods_of(std::string_view path);

  // The caller has been found to hold the admin token.
  Async<void> handle(Exchange& exchange);

  // Lets in what the store has now, and nobody else. Blocking.
  Result<void> refresh();

 private:
  Response respond(std::string_view method, std::string_view path, std::string_view body,
                   const std::string& actor);
  Response create(std::string_view body, const std::string& actor);
  Response rotate(const std::string& id, std::string_view body, const std::string& actor);
  Response revoke(const std::string& id, const std::string& actor);
  Response show(const std::string& id);
  Response show_made(const NewKey& made, int status);

  KeyStore& store_;
  Gateway& gateway_;
  net::thread_pool& pool_;
  const Clock& clock_;
  std::mutex refreshing_;  // what was read first is used first
};

}  // namespace weir

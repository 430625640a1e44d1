// The right to send one request to one destination outside this process.
//
// Made only by policies/permit_issuer from a ruling that allows it, consumed by
// the upstream client when it sends. Nothing else can make, copy or reuse one,
// so a request ruled local-only cannot leave: the program would not compile. A
// retry takes a new permit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/request_id.h"

namespace weir {

class PermitIssuer;

class EgressPermit {
 public:
  EgressPermit(EgressPermit&& other) noexcept
      : id_(std::exchange(other.id_, 0)),
        request_(other.request_),
        destination_(std::move(other.destination_)) {}
  EgressPermit& operator=(EgressPermit&&) = delete;
  EgressPermit(const EgressPermit&) = delete;
  EgressPermit& operator=(const EgressPermit&) = delete;
  ~EgressPermit() = default;

  // The name of the one backend this permit is good for.
  std::string_view destination() const { return destination_; }
  RequestId request() const { return request_; }
  std::uint64_t id() const { return id_; }

  // False after the permit was moved from. The upstream client refuses to send then.
  bool valid() const { return id_ != 0; }

 private:
  friend class PermitIssuer;
  EgressPermit(std::uint64_t id, RequestId request, std::string destination)
      : id_(id), request_(request), destination_(std::move(destination)) {}

  std::uint64_t id_;
  RequestId request_;
  std::string destination_;
};

// What may not stand in bytes that leave.
class LeakCheck {
 public:
  // True if a private value stands in the texts of this JSON body.
  virtual bool leaks_into(std::string_view body) const = 0;

 protected:
  ~LeakCheck() = default;
};

// Error::detail of a request that was about to leave with something private in it.
inline constexpr std::string_view kRedactionFailed = "redaction_failed";

// The body that may be sent: the client's own bytes, a redacted form of them, or what is asked in
// their place.
// Made only by policies, so that the last privacy gate has one place. A view:
// the request (or the redaction or rewrite) must outlive it.
class OutboundBody {
 public:
  std::string_view bytes() const { return bytes_; }
  // It is not the client's own.
  bool redacted() const { return check_ != nullptr; }
  // To be asked of what is made of the bytes, before it is sent.
  bool leaks_into(std::string_view body) const {
    return check_ != nullptr && check_->leaks_into(body);
  }

 private:
  friend class PermitIssuer;
  OutboundBody(std::string_view bytes, const LeakCheck* check) : bytes_(bytes), check_(check) {}

  std::string_view bytes_;
  const LeakCheck* check_;  // of a redacted one
};

}  // namespace weir

// A receipt: what became of one request, in a form that can be proven later.
//
// It is one line of JSON. Its body is an object of the fields below in a fixed
// order, `seq` and `prev` among them; behind the body stand `hash`, the SHA-256 of
// the body's bytes, and `sig`, the Ed25519 signature (RFC 8032) over the same bytes:
//
//   {"v":1,"seq":17,"prev":"<64 hex>", ... }          the body
//   {"v":1,"seq":17,"prev":"<64 hex>", ... ,"hash":"<64 hex>","sig":"<128 hex>"}
//
// `prev` is the hash of the receipt before, zeros for the first: a chain. What is
// signed is bytes, not values, so nothing has to be written anew to check it. No
// text of a prompt or an answer is in it, only hashes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace weir {

inline constexpr std::size_t kHashDigits = 64;
inline constexpr std::size_t kSignatureDigits = 128;

// The `prev` of the first receipt of a chain.
std::string no_receipt_hash();

// Plain values, as they were when the request ended. Move-only: some are long.
struct Receipt {
  std::string id;  // of the request, "req_..."
  std::int64_t unix_ms = 0;
  std::string team;
  std::string key_id;
  std::string policy_version;
  std::string operation;  // chat, embeddings or pass_through

  std::string request_sha256;  // of the body's bytes as they came
  std::uint64_t request_bytes = 0;

  std::string route;    // local, site, cloud or none
  std::string backend;  // as in [[backend]] name; empty = none
  std::string model;
  std::string reason;
  std::string rule;           // that matched; empty = none
  std::int32_t attempts = 0;  // backends tried

  std::string model_hash;             // "sha256:" and that of the local model's file; else empty
  std::string kernels;                // that computed a local answer, "avx512 int8 f16"; else empty
  std::optional<std::uint64_t> seed;  // that a local answer was drawn with

  std::string destination;  // hosts that bytes of it went to, "a.example,b.example"; or "none"
  std::uint64_t egress_bytes = 0;  // of this request, all attempts together; 0 = nothing left
  std::uint64_t permit_id = 0;     // of the last attempt; 0 = there was none
  // Values that had aliases in what left, "card=1, email=2" or "none"; empty = it left as it was.
  std::string redacted;

  std::int32_t status = 0;  // 499 = the client went away
  std::string error;        // code; empty = none
  bool stream = false;
  std::string answer_sha256;  // of the answer's bytes as they were given to the connection
  std::uint64_t answer_bytes = 0;

  Receipt() = default;
  Receipt(Receipt&&) = default;
  Receipt& operator=(Receipt&&) = default;
  Receipt(const Receipt&) = delete;
  Receipt& operator=(const Receipt&) = delete;
};

// The body of a receipt at its place in the chain.
std::string receipt_body(const Receipt& receipt, std::uint64_t seq, std::string_view prev);

// Body, hash and signature as one line, without a newline.
std::string receipt_line(std::string_view body, std::string_view hash, std::string_view signature);

// A line taken apart, and what a chain needs of it.
struct ReceiptParts {
  std::string body;
  std::string hash;       // as the line says it
  std::string signature;  // 64 bytes
  std::uint64_t seq = 0;
  std::string prev;
  std::string id;
  std::int64_t unix_ms = 0;
};

// kInvalidRequest with what is wrong with the form. Whether hash and signature are
// right is not looked at. Every byte of a good line has one possible value: digits
// are lowercase, nothing may stand between, before or behind.
Result<ReceiptParts> parse_receipt_line(std::string_view line);

}  // namespace weir

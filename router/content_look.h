// What policy has to know of the content of a request, found before any backend is looked at.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/chat.h"
#include "core/clock.h"
#include "policies/privacy/redaction.h"
#include "policies/privacy/scanner.h"

namespace weir {

// A longer body is not looked through on an I/O thread, nor is any for a longer time, nor are
// names guessed in a longer text: what asks to be looked through stays here then.
inline constexpr std::size_t kLongestLook = std::size_t{8} * 1024 * 1024;
inline constexpr std::chrono::milliseconds kLongestLookTime{500};
inline constexpr std::size_t kLongestGuess = std::size_t{512} * 1024;

// Looks into the texts of one request until its time is over.
class TimedScan {
 public:
  // All of it outlives the scan.
  TimedScan(const PrivacyScanner& scanner, Guesses guesses, const Clock& clock)
      : scanner_(scanner), guesses_(guesses), clock_(clock), end_(clock.now() + kLongestLookTime) {}

  // Finds nothing once it is late.
  privacy::Scan scan();
  // A text was not looked through.
  bool late() const { return late_; }

 private:
  const PrivacyScanner& scanner_;
  const Guesses guesses_;
  const Clock& clock_;
  const SteadyTime end_;
  bool late_ = false;
};

struct ContentLook {
  std::optional<privacy::Found> found;  // unset: nobody asked
  bool opaque = false;                  // it holds more than texts: pictures, files, sound
  bool unread = false;                  // somebody asked, and it was not looked through
};

// `scan` is there where a rule asks what the request contains, else null.
ContentLook look_into(const ChatRequest& request, TimedScan* scan);
// The same of the body of a request for vectors. One of numbers, a text that somebody has made
// tokens of, or of objects, as pictures are, is opaque.
ContentLook look_into(std::string_view body, TimedScan* scan);

}  // namespace weir

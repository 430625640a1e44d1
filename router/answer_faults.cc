#include "router/answer_faults.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace weir {
namespace {

constexpr std::size_t kLongestPeriod = 160;  // bytes
constexpr std::size_t kLeastTurns = 6;
constexpr std::size_t kLeastBytes = 64;
// A ruled line or the padding of a table repeats too, and means no harm.
constexpr std::size_t kLeastBytesOfMarks = 400;

bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// How many bytes at the end are what stands `period` before them.
std::size_t periodic_tail(std::string_view text, std::size_t period, std::size_t enough) {
  std::size_t length = 0;
  while (length < enough && period + length < text.size() &&
         text[text.size() - 1 - length] == text[text.size() - 1 - length - period]) {
    ++length;
  }
  return length;
}

}  // namespace

std::string_view to_string(AnswerFault fault) {
  switch (fault) {
    case AnswerFault::kNone: return "none";
    case AnswerFault::kRepetition: return "repetition";
    case AnswerFault::kBrokenJson: return "broken-json";
    case AnswerFault::kBrokenSchema: return "broken-schema";
    case AnswerFault::kBrokenCall: return "broken-call";
    case AnswerFault::kMissingCall: return "missing-call";
    case AnswerFault::kEmpty: return "empty";
    case AnswerFault::kOverflow: return "overflow";
    case AnswerFault::kDeclined: return "declined";
  }
  return "none";
}

std::string_view to_string(SchemaOutcome outcome) {
  switch (outcome) {
    case SchemaOutcome::kNone: return "none";
    case SchemaOutcome::kRight: return "right";
    case SchemaOutcome::kUnchecked: return "unchecked";
    case SchemaOutcome::kShown: return "shown";
    case SchemaOutcome::kWithheld: return "withheld";
    case SchemaOutcome::kRepaired: return "repaired";
  }
  return "none";
}

bool goes_in_circles(std::string_view text) {
  for (std::size_t period = 1; period <= kLongestPeriod && 2 * period < text.size(); ++period) {
    const std::string_view piece = text.substr(text.size() - period);
    const bool has_words = std::any_of(piece.begin(), piece.end(), is_word_byte);
    const std::size_t least = has_words ? kLeastBytes : kLeastBytesOfMarks;
    const std::size_t needed = std::max(least, kLeastTurns * period) - period;
    if (periodic_tail(text, period, needed) >= needed) return true;
  }
  return false;
}

bool is_json_object(std::string_view text) {
  return !is_blank(text) && may_become_json_object(text) && nlohmann::json::accept(text);
}

bool may_become_json_object(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos || text[first] == '{';
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace weir

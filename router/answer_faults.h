// What is wrong with an answer whatever it says: it goes round in circles, is no JSON where JSON
// was asked for or not what its schema says, has text that was meant to be a call of a tool or a
// call that is not what the tool says, no call where one was required, is empty, ends where the
// context does, or says that the model cannot. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

enum class AnswerFault : std::uint8_t {
  kNone,
  kRepetition,
  kBrokenJson,
  kBrokenSchema,
  kBrokenCall,
  kMissingCall,
  kEmpty,
  kOverflow,
  kDeclined,
};
// The word of the log, of metrics and of explanations, such as "broken-call".
std::string_view to_string(AnswerFault fault);

// What became of an answer that was held against the JSON that its request asked for.
enum class SchemaOutcome : std::uint8_t {
  kNone,  // it was not, or did not come to its end
  kRight,
  kUnchecked,  // the schema says what cannot be checked here
  kShown,      // wrong
  kWithheld,   // wrong; another backend was asked
  kRepaired,   // wrong; the local model wrote it anew
};
std::string_view to_string(SchemaOutcome outcome);

// Whether the end of `text` is one short piece over and over. O(text), a few
// hundred bytes in practice.
bool goes_in_circles(std::string_view text);

// Whether `text` is one JSON object and nothing else.
bool is_json_object(std::string_view text);

// Whether it may still become one: what there is begins like one, or is blank.
bool may_become_json_object(std::string_view text);

bool is_blank(std::string_view text);

}  // namespace weir

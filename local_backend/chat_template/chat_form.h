// The chat formats that are known, and which templates ask for them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir {

// What stands around a turn of one role. "<bos>" and "<eos>" in it are the names of
// those tokens.
struct TurnMarks {
  std::string_view before;
  std::string_view after;
};

// How a known template prints a conversation without tools.
struct ChatForm {
  // Where a system turn at the beginning goes.
  enum class System : std::uint8_t {
    kTurn,            // it is a turn like any other
    kRefused,         //
    kHeader,          // into a turn that is always there, behind the form's header
    kFirstUser,       // into the first user turn, between marks of its own
    kFirstUserAsOne,  // the same, and both are trimmed as one text
    kLastUser,        // into the last turn, if that is a user's
  };
  // What happens to the thoughts (<think>...</think>) of past assistant turns.
  enum class Thoughts : std::uint8_t {
    kKept,
    kDroppedButLastTurn,       // QwQ
    kDroppedButLastAssistant,  // LFM 2.5
    kQwen3,  // dropped up to the last question; an empty pair is added to a last turn behind it
  };

  std::string_view name;
  TurnMarks system;
  TurnMarks user;
  TurnMarks assistant;
  std::string_view begin = {};       // before everything
  std::string_view generation = {};  // the beginning of the answer
  TurnMarks inserted = {};           // around a system text inside a user turn
  std::string_view header = {};      // System::kHeader: what its turn begins with
  System system_place = System::kTurn;
  Thoughts thoughts = Thoughts::kKept;
  bool default_system = false;  // a conversation without one gets the template's own
  bool drops_empty_system = false;
  bool drops_system = false;  // system turns are not shown
  bool trims = false;         // contents lose the whitespace around them
  bool alternates = false;    // every other turn is a user's, or it is refused
  bool two_roles = false;     // behind an opening system turn
  std::span<const std::string_view> markers =
      {};  // what the vocabulary must have as control tokens
};

// The form of templates with this canonical hash; nullptr if they are not known.
const ChatForm* find_chat_form(std::uint64_t hash);

}  // namespace weir

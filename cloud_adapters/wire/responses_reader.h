// Turns the output items of a Responses answer into events, each text once: whether it
// came in deltas, only with the end of its part or item, or both.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "cloud_adapters/wire/json_fields.h"
#include "core/event.h"

namespace weir::responses {

// What a piece of text belongs to.
enum class TextKind : std::uint8_t { kOutput, kRefusal, kSummary, kThought, kArguments, kInput };

struct TextPlace {
  TextKind kind = TextKind::kOutput;
  std::int64_t item = 0;  // its index in the output
  std::int64_t part = 0;  // within the item
};

// An event of this dialect without content.
StreamEvent event_of(EventKind kind);

// Views in the events live until forget(), or as long as the parsed document if they
// are strings of it.
class ItemEvents {
 public:
  // An item began: a call starts here.
  void begin(simdjson::dom::object item, std::int64_t index, std::vector<StreamEvent>* events);
  // More of a text. kUpstreamProtocol for a call that has not begun.
  bool more(const TextPlace& place, std::string_view delta, std::vector<StreamEvent>* events);
  // All of a text: what was not told before is told now.
  bool all(const TextPlace& place, std::string_view text, std::vector<StreamEvent>* events);
  // Content that only this dialect has.
  static void add_other(std::string_view name, std::vector<StreamEvent>* events);
  // All of an item.
  bool end(simdjson::dom::object item, std::int64_t index, std::vector<StreamEvent>* events);

  bool any() const { return !items_.empty(); }
  bool any_calls() const { return calls_ > 0; }
  void forget() { made_.clear(); }

 private:
  enum class Custom : std::uint8_t { kNo, kOpen, kClosed };
  struct Item {
    std::string id;
    std::int32_t call = -1;  // counts the calls of the answer; -1 = none
    Custom custom = Custom::kNo;
    bool has_thought = false;  // told in full: its summary is not
    bool has_summary = false;
    bool ended = false;
    bool begun = false;
  };

  void begin_call(simdjson::dom::object item, bool custom, Item* state,
                  std::vector<StreamEvent>* events);
  void add_text(EventKind kind, bool refusal, std::string_view text,
                std::vector<StreamEvent>* events);
  void add_thought(const TextPlace& place, bool first, std::string_view text, Item* state,
                   std::vector<StreamEvent>* events);
  void add_fragment(const Item& state, std::string_view text, std::vector<StreamEvent>* events);
  void close_input(Item* state, std::vector<StreamEvent>* events);
  bool end_parts(simdjson::dom::object item, std::string_view member, std::int64_t index,
                 std::vector<StreamEvent>* events);
  void end_thought(simdjson::dom::object item, Item* state, std::vector<StreamEvent>* events);

  std::map<std::int64_t, Item> items_;
  std::map<std::tuple<TextKind, std::int64_t, std::int64_t>, std::size_t> told_;  // bytes
  std::int32_t calls_ = 0;
  std::deque<std::string> made_;
};

}  // namespace weir::responses

// The output items of an answer that weir writes in the Responses API's form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cloud_adapters/wire/codec.h"

namespace weir::responses {

enum class ItemKind : std::uint8_t { kMessage, kReasoning, kFunction, kCustom };

struct ContentPart {
  bool refusal = false;
  std::string text;
  std::string logprobs = {};  // entries of the array
};

struct OutputItem {
  ItemKind kind = ItemKind::kMessage;
  std::string id;
  bool open = true;
  std::vector<ContentPart> parts = {};  // of a message
  std::string text = {};                // of a thought; the arguments of a call
  std::string signature = {};           // of a thought
  std::string thought_id = {};          // its name at the upstream
  std::int32_t block = 0;               // of a call: its block_index
  std::string call_id = {};
  std::string name = {};  // within `space`
  std::string space = {};
};

// Sorts the deltas of an answer into items. Ids are made of the answer's id and the
// item's index, so the same answer has the same ids.
class OutputItems {
 public:
  // `request` says the forms of tools; it may be null and outlives this.
  explicit OutputItems(const ChatRequest* request);

  // The index of the item that the event belongs to, made if it is new. A message or a
  // thought goes on only as the last item. kInternal for a call that has not begun.
  Result<std::size_t> place(const StreamEvent& event, std::string_view answer_id);

  OutputItem& operator[](std::size_t index) { return items_[index]; }
  std::size_t size() const { return items_.size(); }

  // [{...},{...}]; `status` is that of items which are still open.
  void append_all(std::string_view status, std::string* out) const;

 private:
  bool goes_on(const StreamEvent& event, ItemKind kind) const;
  void start_call(const StreamEvent& event, OutputItem* item);

  std::unordered_map<std::string_view, const Tool*> tools_;
  std::unordered_map<std::int32_t, std::size_t> calls_;  // items by block
  std::vector<OutputItem> items_;
};

// The id of an item that was made here, of an answer that another model gave.
bool is_own_item_id(std::string_view id);

// What the client reads as the arguments of a call: never empty.
std::string arguments_of(const OutputItem& item);
// {"type":"output_text",...}
void append_part(const ContentPart& part, std::string* out);
// {"type":"summary_text",...}
void append_summary(std::string_view text, std::string* out);
// The whole item. An item that has just begun is written without what it holds.
void append_item(const OutputItem& item, std::string_view status, std::string* out);

}  // namespace weir::responses

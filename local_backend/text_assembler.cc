#include "local_backend/text_assembler.h"

#include <algorithm>

#include "core/utf8.h"

namespace weir {
namespace {

// Bytes at the end of `text` that may be the beginning of a character.
std::size_t incomplete_tail(std::string_view text) {
  for (std::size_t size = 1; size <= std::min<std::size_t>(3, text.size()); ++size) {
    const auto byte = static_cast<unsigned char>(text[text.size() - size]);
    if ((byte & 0xc0u) == 0x80u) continue;  // inside a character: look for its lead
    if (byte >= 0xf5) return 0;             // leads nothing
    const std::size_t whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
    return whole > size ? size : 0;
  }
  return 0;
}

}  // namespace

TextAssembler::TextAssembler(const Tokenizer& tokenizer, std::vector<std::string> stop,
                             TokenId before)
    : tokenizer_(tokenizer),
      stop_(std::move(stop)),
      drop_space_(tokenizer.adds_space_after(before)) {}

TextAssembler::Shown TextAssembler::push(TokenId token) {
  // What was held back cannot go on across a control token.
  if (tokenizer_.vocabulary().is_control(token)) return {finish()};
  tokenizer_.decode(token, &pending_);
  if (drop_space_ && !pending_.empty()) {
    if (pending_.front() == ' ') pending_.erase(0, 1);
    drop_space_ = false;
  }
  const Found found = find_stop();
  if (found.stop != nullptr) return {show(found.at), found.stop};
  const std::size_t settled = pending_.size() - possible_stop_bytes();
  return {show(settled - incomplete_tail(std::string_view(pending_).substr(0, settled)))};
}

std::string TextAssembler::finish() { return show(pending_.size()); }

TextAssembler::Found TextAssembler::find_stop() const {
  Found first;
  for (const std::string& stop : stop_) {
    const std::size_t at = pending_.find(stop);
    if (at < first.at) first = {at, &stop};
  }
  return first;
}

std::size_t TextAssembler::possible_stop_bytes() const {
  std::size_t longest = 0;
  const std::string_view text = pending_;
  for (const std::string& stop : stop_) {
    for (std::size_t size = std::min(stop.size() - 1, text.size()); size > longest; --size) {
      if (text.substr(text.size() - size) == std::string_view(stop).substr(0, size)) longest = size;
    }
  }
  return longest;
}

std::string TextAssembler::show(std::size_t bytes) {
  std::string text;
  append_repaired_utf8(&text, std::string_view(pending_).substr(0, bytes));
  pending_.erase(0, bytes);
  return text;
}

}  // namespace weir

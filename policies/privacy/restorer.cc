#include "policies/privacy/restorer.h"

#include <algorithm>
#include <utility>

#include "core/json_escape.h"
#include "policies/privacy/json_texts.h"

namespace weir::privacy {
namespace {

std::string restored(const Aliases& aliases, std::string_view text, Restorer::Form form) {
  Restorer restorer(aliases, form);
  std::string out = restorer.feed(text);
  return out.append(restorer.finish());
}

}  // namespace

std::string Restorer::take(std::string_view piece, bool last) {
  // The byte before is looked at to tell where a word begins.
  std::string text(1, before_);
  text.append(held_).append(piece);
  held_.clear();
  std::string out;
  out.reserve(text.size());
  std::size_t at = 1;
  while (at < text.size()) {
    const AliasMatch match = aliases_->match(text, at, last);
    if (match.state == AliasMatch::State::kPartial) break;
    if (match.state == AliasMatch::State::kWhole) {
      add_value(match.value, &out);
      at += match.length;
      continue;
    }
    out.push_back(text[at]);
    if (form_ == Form::kJson) {
      nesting_.pass(text[at]);
      if (nesting_.behind_escape()) text[at] = ' ';  // "\n" is no word that goes on
    }
    ++at;
  }
  held_ = text.substr(at);
  if (at > 1) before_ = text[at - 1];
  return out;
}

void Restorer::add_value(std::string_view value, std::string* out) {
  if (form_ == Form::kPlain) {
    out->append(value);
    return;
  }
  std::string written(value);
  for (std::size_t level = std::max<std::size_t>(nesting_.depth(), 1); level > 0; --level) {
    std::string escaped;
    append_json_escaped(&escaped, written);
    written = std::move(escaped);
  }
  out->append(written);
  nesting_.pass_value();
}

std::string restore(const Aliases& aliases, std::string_view text) {
  return restored(aliases, text, Restorer::Form::kPlain);
}

std::string restore_json(const Aliases& aliases, std::string_view document) {
  return edit_texts(document, [&](const JsonText&, std::string* text) {
    const bool json = looks_like_json(*text);
    std::string whole =
        restored(aliases, *text, json ? Restorer::Form::kJson : Restorer::Form::kPlain);
    if (whole == *text) return false;
    *text = std::move(whole);
    return true;
  });
}

}  // namespace weir::privacy

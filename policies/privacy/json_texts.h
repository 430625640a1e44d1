// The texts and numbers of a JSON document, wherever they stand: what a provider would read of a
// request, in whatever dialect.
//
// Works on the bytes, so that all that is no text stays as it is. Reads documents that a parser
// has found valid; of others it yields less, and never reads outside.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/privacy/request_place.h"

namespace weir::privacy {

struct JsonText {
  std::size_t begin = 0;  // of the escaped text in the document, without its quotes
  std::size_t end = 0;
  bool is_key = false;
  bool bare = false;     // a number
  bool data = false;     // a name that somebody chose, where no name is a dialect's
  bool code = false;     // in a request, by its place a word of the dialect or an id
  bool file = false;     // in a request, by its place the bytes of a file in base64
  std::string_view key;  // of the nearest member around it; empty for the document
};

// In the order of the document. A key is valid until the next of them.
class JsonTexts {
 public:
  explicit JsonTexts(std::string_view document) : document_(document) {}
  bool next();
  const JsonText& text() const { return text_; }

 private:
  struct Level {
    bool object = false;
    bool wants_key = false;
    RequestPlace place = RequestPlace::kOther;   // of the objects here
    RequestPlace holder = RequestPlace::kOther;  // of the object that has `key`
    std::string_view key;
  };

  void open(char bracket);
  void close();
  void read_text(std::size_t begin);
  void read_number();
  void tell_place();

  std::string_view document_;
  std::size_t at_ = 0;
  std::vector<Level> levels_;
  std::deque<std::string> unescaped_;  // keys that are written in escapes
  JsonText text_;
};

// What `escaped` says. Escapes that are none stay as they are.
std::string unescape_json(std::string_view escaped);
// Whether a text is JSON itself, such as the arguments of a call. A guess by its ends.
bool looks_like_json(std::string_view text);

// The document with each text or number that `edit` changes written anew, as a text; the others
// keep their bytes. `edit` gets what a text says and returns whether it changed it.
std::string edit_texts(std::string_view document,
                       const std::function<bool(const JsonText& where, std::string* text)>& edit);

}  // namespace weir::privacy

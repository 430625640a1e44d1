// A text as the detectors read it: blanks, hyphens, digits and letters that only look different are
// ASCII, and what nobody sees is not there.
//
// "%40" between two letters or digits is the "@" that stands so in the queries of URLs.
// So a number with no-break spaces, in full-width digits or with a zero-width character in it is
// found like any other, by rules that know ASCII alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::privacy {

class PlainText {
 public:
  // Keeps a view of `original` where it is plain already.
  explicit PlainText(std::string_view original);

  std::string_view text() const { return changed_ ? std::string_view(plain_) : original_; }
  bool changed() const { return changed_; }

  // Where in the original the byte of text() stands, and behind its character.
  std::size_t begin_of(std::size_t at) const { return changed_ ? begins_[at] : at; }
  std::size_t end_of(std::size_t at) const { return changed_ ? begins_[at] + sizes_[at] : at + 1; }

 private:
  void append(char c, std::size_t begin, std::size_t size);

  std::string_view original_;
  bool changed_ = false;
  std::string plain_;
  std::vector<std::size_t> begins_;   // of each byte of plain_, in the original
  std::vector<unsigned char> sizes_;  // in bytes of the original
};

}  // namespace weir::privacy

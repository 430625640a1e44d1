// How calls that are no plain JSON objects are written, for whoever holds a model to it: what
// stands around the parts that the tools decide.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace weir {

struct CallPiece {
  enum class Kind : std::uint8_t {
    kText,
    kBlank,  // white space, if any
    kName,   // of an offered tool
    kId,     // in the form of the syntax
    kNumber,
    kArguments,
  };
  // Texts are of static duration.
  constexpr CallPiece(const char* words) : text(words) {}
  constexpr CallPiece(std::string_view words) : text(words) {}
  constexpr CallPiece(Kind what) : kind(what) {}

  Kind kind = Kind::kText;
  std::string_view text = {};
};
using PieceKind = CallPiece::Kind;
using CallPieces = std::vector<CallPiece>;

// Arguments with a name each, where they are no JSON object.
struct ArgumentForm {
  enum class Values : std::uint8_t {
    kRaw,       // texts as they stand, other values as JSON
    kRawTold,   // the same, behind ` string="true"` or ` string="false"`
    kRawTyped,  // the same, behind ` type="number"` and its like
    kPython,
    kGemma,
  };
  Values values = Values::kRaw;
  CallPieces open = {};
  CallPieces separator = {};
  CallPieces key_open = {};
  std::string_view key_close = {};
  CallPieces value_open = {};
  std::string_view value_close = {};
  bool lines = false;  // a line end stands before value_close
  CallPieces close = {};
};
using ArgumentValues = ArgumentForm::Values;

struct CallForm {
  std::vector<CallPieces> calls = {};  // each a way to write one
  CallPieces open = {};                // before the first, behind the mark
  CallPieces between = {};
  CallPieces close = {};                       // behind the last; empty: each call stands alone
  std::optional<ArgumentForm> arguments = {};  // unset: a JSON object
  bool bare = false;                           // an answer may begin with a call that has no mark
};

}  // namespace weir

// Regular languages of texts, as expressions that are taken apart one character at a time.
//
// What may follow a character is again a language, its derivative (Brzozowski 1964), so union,
// intersection and complement cost nothing to build, and only what is met is worked out. Equal
// expressions have one number. Languages of one object belong together; it grows as they are
// asked, and belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "local_backend/grammar/code_points.h"
#include "local_backend/grammar/interned.h"

namespace weir::grammar {

using LanguageId = std::uint32_t;

// Behind a character of this range the rest is in `next`.
struct Derivative {
  char32_t first;
  char32_t last;
  LanguageId next;
};

// Has the same texts of up to so many characters as another language, and they begin the same ones.
struct Widened {
  LanguageId language;
  std::uint32_t same;
};

// Bytes that are not UTF-8 count as U+FFFD.
std::u32string code_points_of(std::string_view utf8);

class Languages {
 public:
  static constexpr LanguageId kNothing = 0;   // no text
  static constexpr LanguageId kEmpty = 1;     // the empty text
  static constexpr LanguageId kAnything = 2;  // every text
  static constexpr std::uint32_t kFar = 32;
  static constexpr std::size_t kMostLasting = 32;
  static constexpr std::uint32_t kNoLimit = std::numeric_limits<std::uint32_t>::max();

  Languages();
  Languages(const Languages&) = delete;
  Languages& operator=(const Languages&) = delete;

  LanguageId one_of(const CodePoints& points);
  LanguageId character(char32_t code) { return one_of({{code, code}}); }
  LanguageId text(std::u32string_view text);
  LanguageId text(std::string_view utf8);
  LanguageId sequence(LanguageId first, LanguageId second);
  LanguageId sequence(std::initializer_list<LanguageId> parts);
  LanguageId either(std::vector<LanguageId> options);
  LanguageId both(std::vector<LanguageId> conditions);
  LanguageId negation(LanguageId language);
  LanguageId repeated(LanguageId language, std::uint32_t least, std::uint32_t most = kNoLimit);
  LanguageId optional(LanguageId language) { return repeated(language, 0, 1); }
  // Digits, with a '.' among them or not, that make a multiple of `divisor` / 10^places. Takes
  // texts that are no numbers too.
  LanguageId multiples(std::uint32_t divisor, std::uint32_t places);

  bool has_empty(LanguageId language) const { return nodes_[language].has_empty; }
  // Whether it has any text. What is too large to be searched is said to have one.
  bool possible(LanguageId language);
  // Sorted; those behind which nothing is possible are left out. Until the next call.
  std::span<const Derivative> derivatives(LanguageId language);
  LanguageId after(LanguageId language, char32_t code);  // kNothing if nothing is possible
  bool has(LanguageId language, std::u32string_view text);
  // All of them, if there are at most `most` and all are short.
  std::optional<std::vector<std::u32string>> texts(LanguageId language, std::size_t most);
  // Whether every beginning of its texts has any number of them. Of what is large the answer is no.
  bool goes_on(LanguageId language);
  // Whether a character from `first` to `last` may come next.
  bool may_continue(LanguageId language, char32_t first, char32_t last);
  // The characters of the largest class that all lead to the same rest.
  CodePoints largest_class(LanguageId language);
  // Without limits of lengths and counts that make no difference for kFar characters, as far as
  // that is easily told; then it is a superset. A text of one class of characters keeps its limits.
  Widened widened(LanguageId language);
  // What may be left behind any number of these characters, if each of them may come there again:
  // this language first, then the others. Empty if one may not, or there are more than
  // kMostLasting.
  std::vector<LanguageId> lasting(LanguageId language, const CodePoints& points);
  // Behind any of these; kNothing if they do not all lead to the same rest.
  LanguageId after_all(LanguageId language, const CodePoints& points);

  std::size_t size() const { return nodes_.size(); }
  // What it took so far to take languages apart, about 70 ns each.
  std::size_t work() const { return work_; }
  // So much more may be done. Once it is exceeded nothing that is asked has a right answer any
  // more: no language has derivatives then.
  void allow_work(std::size_t more) { most_work_ = work_ + more; }
  void allow_any_work() { most_work_ = std::numeric_limits<std::size_t>::max(); }
  bool is_spent() const { return spent_; }

 private:
  enum class Kind : std::uint8_t {
    kOneOf,
    kSequence,
    kEither,
    kBoth,
    kNegation,
    kRepeated,
    kMultiples
  };
  static constexpr std::size_t kMostTextSize = 256;  // of texts()
  static constexpr std::size_t kMostRests = 512;     // of goes_on()

  // kOpen: being searched.
  enum class Known : std::uint8_t { kNo, kOpen, kPossible, kImpossible };

  struct Node {
    bool has_empty = false;
    bool searched = false;  // possible() must search
    bool has_far_count = false;
    std::uint32_t shortest = 0;  // no text has fewer characters
    Known known = Known::kNo;
    std::uint32_t search = 0;  // the last that met it
    bool derived = false;
    bool pruned = false;
    std::vector<Derivative> derivatives{};
  };

  LanguageId add(Kind kind, Words arguments, bool has_empty, bool searched);
  Kind kind(LanguageId language) const { return static_cast<Kind>(words_[language].front()); }
  std::span<const std::uint32_t> arguments(LanguageId language) const {
    return words_[language].subspan(1);
  }
  // So many more characters make a text of whatever one begins with; unset if that is not easily
  // told. Then `shortest` is the length of a text.
  std::optional<std::uint32_t> to_end(LanguageId language);
  std::optional<std::uint32_t> part_to_end(LanguageId language);  // kept
  std::optional<std::uint32_t> work_out_to_end(LanguageId language);
  std::uint32_t shortest(Kind kind, Words arguments) const;
  // Characters that use the count of a repeated part up; kNoLimit if it has none.
  std::uint32_t used_up_by(Words repeated) const;
  bool has_far_count(Kind kind, Words arguments) const;
  std::optional<Widened> without_most(LanguageId language);
  LanguageId without_counts(LanguageId language, std::uint32_t* same);  // kept
  LanguageId sequence_without_counts(LanguageId language, std::uint32_t* same);
  bool searched(LanguageId language) const { return nodes_[language].searched; }
  LanguageId multiples(std::uint32_t divisor, std::uint32_t remainder, std::uint32_t places,
                       bool in_fraction);
  const std::vector<Derivative>& unpruned(LanguageId language);
  std::vector<Derivative> derive(LanguageId language);
  std::vector<Derivative> derive_negation(LanguageId language);
  std::vector<Derivative> derive_multiples(std::span<const std::uint32_t> arguments);
  bool is_of_characters(LanguageId language) const;
  void join_lengths(std::vector<LanguageId>* conditions);
  void join_multiples(std::vector<LanguageId>* conditions);
  LanguageId common_multiple(LanguageId one, LanguageId other);
  std::vector<Derivative> merged(const std::vector<std::vector<Derivative>>& lists, Kind kind);
  void search(LanguageId language);
  void look_for_multiple(LanguageId language);
  Known with_digits(std::span<const std::uint32_t> multiple, LanguageId rest);
  std::optional<LanguageId> after_any_digit(LanguageId language);

  Interned words_;
  std::vector<std::uint32_t> added_;  // of add(), kept for its room
  std::size_t work_ = 0;
  std::size_t most_work_ = std::numeric_limits<std::size_t>::max();
  bool spent_ = false;
  std::uint32_t searches_ = 0;
  std::deque<Node> nodes_;     // by id; references to one last
  LanguageId any_ = kNothing;  // one character, whichever
  std::unordered_map<LanguageId, std::optional<std::uint32_t>> to_end_;
  std::unordered_map<LanguageId, Widened> without_counts_;
};

}  // namespace weir::grammar

#include "router/features.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "router/difficulty_terms.h"
#include "router/difficulty_words.h"

namespace weir {

const std::array<std::string_view, kFeatureCount> kFeatureNames = {
    "log_bytes",   "log_lines", "word_length", "long_words",   "digits",      "log_numbers",
    "math_signs",  "latex",     "code_marks",  "non_ascii",    "capitals",    "questions",
    "options",     "short",     "w_proof",     "w_maths",      "w_science",   "w_code",
    "w_systems",   "w_expert",  "w_reasoning", "w_constraint", "w_quantity",  "w_writing",
    "w_smalltalk", "w_job",     "w_chore",     "w_lookup",     "story",       "story_bytes",
    "job_bytes",   "tools",     "log_context", "turns",        "words_local", "words_cloud"};

namespace {

constexpr std::size_t kFewBytes = 64;  // "yes, go on" says nothing by itself
constexpr std::size_t kShapeFeatures = 14;
constexpr std::size_t kTextFeatures = kShapeFeatures + kWordGroupCount + 3;
constexpr std::size_t kHeadBytes = 512;
constexpr std::size_t kPromptTailBytes = 256;
constexpr std::size_t kProof = 0;  // the groups w_proof, w_systems, w_quantity and w_job
constexpr std::size_t kSystems = 4;
constexpr std::size_t kQuantity = 8;
constexpr std::size_t kJob = 11;
constexpr std::size_t kStoryBytes = 1'024;  // a longer text is something else
constexpr float kStoryCentre = 0.54F;       // log_bytes of a usual word problem
constexpr std::size_t kOpeningWords = 8;
constexpr std::size_t kClosingBytes = 80;
constexpr std::size_t kNumberDigits = 4;   // longer numbers count as one term
constexpr std::size_t kTableSize = 2'048;  // a power of two, about a third full
constexpr std::uint32_t kHashStart = 0x811c9dc5U;

// FNV-1a, 32 bits (Fowler, Noll, Vo).
constexpr std::uint32_t hash_step(std::uint32_t hash, char c) {
  return (hash ^ static_cast<unsigned char>(c)) * 0x01000193U;
}

struct Slot {
  std::uint32_t hash = 0;
  std::uint8_t group = kWordGroupCount;  // kWordGroupCount = free
};
using WordTable = std::array<Slot, kTableSize>;

constexpr void insert(WordTable& table, std::uint32_t hash, std::size_t group) {
  std::size_t at = hash % kTableSize;
  while (table[at].group != kWordGroupCount) {
    if (table[at].hash == hash) return;  // the first group that lists a word has it
    at = (at + 1) % kTableSize;
  }
  table[at] = {hash, static_cast<std::uint8_t>(group)};
}

constexpr WordTable make_table() {
  WordTable table{};
  for (std::size_t group = 0; group < kWordGroupCount; ++group) {
    std::uint32_t hash = kHashStart;
    for (const char c : kWordGroups[group]) {
      if (c != ' ') {
        hash = hash_step(hash, c);
        continue;
      }
      insert(table, hash, group);
      hash = kHashStart;
    }
    insert(table, hash, group);
  }
  return table;
}

constexpr WordTable kTable = make_table();

std::size_t group_of(std::uint32_t hash) {
  std::size_t at = hash % kTableSize;
  while (kTable[at].group != kWordGroupCount && kTable[at].hash != hash) at = (at + 1) % kTableSize;
  return kTable[at].group;
}

enum class Kind : std::uint8_t { kOther, kLower, kUpper, kDigit, kMath, kCode, kHigh };

constexpr std::array<Kind, 256> make_kinds() {
  std::array<Kind, 256> kinds{};
  for (std::size_t c = 'a'; c <= 'z'; ++c) kinds[c] = Kind::kLower;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) kinds[c] = Kind::kUpper;
  for (std::size_t c = '0'; c <= '9'; ++c) kinds[c] = Kind::kDigit;
  for (const char c : std::string_view("+=^<>*"))
    kinds[static_cast<unsigned char>(c)] = Kind::kMath;
  for (const char c : std::string_view("{};`_")) kinds[static_cast<unsigned char>(c)] = Kind::kCode;
  for (std::size_t c = 128; c < 256; ++c) kinds[c] = Kind::kHigh;
  return kinds;
}

constexpr std::array<Kind, 256> kKinds = make_kinds();

// Counts over the text of one turn, byte by byte.
class TextCounts {
 public:
  void add(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      const Kind kind = kKinds[static_cast<unsigned char>(c)];
      if (kind == Kind::kLower || kind == Kind::kUpper) {
        letter(c, kind == Kind::kUpper);
        continue;
      }
      end_word(i, text.size());
      if (kind == Kind::kDigit) {
        digit();
        continue;
      }
      end_number();
      mark(c, kind, text.substr(i + 1));
    }
    end_word(text.size(), text.size());
    end_number();
    terms_.end_text();
    bytes_ += text.size();
  }

  std::size_t bytes() const { return bytes_; }
  void write(Features& features) const;

 private:
  void letter(char c, bool upper) {
    end_number();
    ++letters_;
    if (upper) {
      ++capitals_;
      c = static_cast<char>(c - 'A' + 'a');
    }
    hash_before_last_ = hash_;
    hash_ = hash_step(hash_, c);
    last_ = c;
    ++length_;
  }

  void digit() {
    ++digits_;
    ++number_length_;
    if (number_length_ <= kNumberDigits) number_hash_ = hash_step(number_hash_, '0');
  }

  // Among the terms a number is its order of magnitude.
  void end_number() {
    if (number_length_ == 0) return;
    ++numbers_;
    terms_.add(number_hash_);
    number_length_ = 0;
    number_hash_ = kHashStart;
  }

  // The word groups look at the beginning and the end, where a prompt says what it
  // wants; a long text in between is what it wants it done to.
  void end_word(std::size_t end, std::size_t size) {
    if (length_ == 0) return;
    ++words_;
    terms_.add(hash_);
    if (length_ >= 10) ++long_words_;
    if (end <= kHeadBytes || end + kPromptTailBytes >= size) count_group(size - end);
    length_ = 0;
    hash_ = kHashStart;
  }

  // A word problem: a short question about quantities, in plain prose.
  bool is_story() const {
    const bool plain = code_marks_ == 0 && latex_ == 0 && options_ < 3 && bytes_ <= kStoryBytes;
    const bool other = hits_[kProof] > 0 || hits_[kSystems] > 0 || asks_for_a_job_;
    return plain && !other && numbers_ >= 2 && questions_ >= 1 && hits_[kQuantity] >= 1;
  }

  void count_group(std::size_t bytes_behind) {
    std::size_t group = group_of(hash_);
    if (group == kWordGroupCount && last_ == 's' && length_ > 3) {
      group = group_of(hash_before_last_);
    }
    if (group == kWordGroupCount) return;
    ++hits_[group];
    if (group != kJob) return;
    if (words_ <= kOpeningWords || bytes_behind <= kClosingBytes) asks_for_a_job_ = true;
  }

  void mark(char c, Kind kind, std::string_view rest) {
    if (kind == Kind::kMath) ++math_signs_;
    if (kind == Kind::kCode) ++code_marks_;
    if (kind == Kind::kHigh) ++high_bytes_;
    if (c == '?') ++questions_;
    if (c == '\\' && !rest.empty() && is_letter(rest.front())) ++latex_;
    if (c == '\n') {
      ++lines_;
      if (is_option(rest)) ++options_;
    }
  }

  static bool is_letter(char c) {
    const Kind kind = kKinds[static_cast<unsigned char>(c)];
    return kind == Kind::kLower || kind == Kind::kUpper;
  }

  // "B. text", "B) text" or "(B) text" at the start of a line.
  static bool is_option(std::string_view line) {
    if (line.starts_with('(')) line.remove_prefix(1);
    return line.size() >= 2 && line[0] >= 'A' && line[0] <= 'J' &&
           (line[1] == '.' || line[1] == ')');
  }

  std::uint32_t hash_ = kHashStart;
  std::uint32_t hash_before_last_ = kHashStart;
  char last_ = 0;
  bool asks_for_a_job_ = false;
  std::size_t length_ = 0;
  std::uint32_t number_hash_ = kHashStart;
  std::size_t number_length_ = 0;
  TermCounts terms_;

  std::size_t bytes_ = 0;
  std::size_t letters_ = 0;
  std::size_t capitals_ = 0;
  std::size_t words_ = 0;
  std::size_t long_words_ = 0;
  std::size_t digits_ = 0;
  std::size_t numbers_ = 0;
  std::size_t math_signs_ = 0;
  std::size_t code_marks_ = 0;
  std::size_t high_bytes_ = 0;
  std::size_t questions_ = 0;
  std::size_t latex_ = 0;
  std::size_t lines_ = 0;
  std::size_t options_ = 0;
  std::array<std::size_t, kWordGroupCount> hits_{};
};

double real(std::size_t count) { return static_cast<double>(count); }

double share(std::size_t part, std::size_t whole) {
  return real(part) / real(std::max<std::size_t>(whole, 1));
}

double log_count(std::size_t count, double scale) { return std::log1p(real(count)) / scale; }

void TextCounts::write(Features& features) const {
  const std::array<double, kShapeFeatures> shape = {
      log_count(bytes_, 10),        log_count(lines_, 5),
      share(letters_, words_) / 10, share(long_words_, words_),
      share(digits_, bytes_),       log_count(numbers_, 5),
      log_count(math_signs_, 5),    log_count(latex_, 5),
      log_count(code_marks_, 5),    share(high_bytes_, bytes_),
      share(capitals_, letters_),   std::min(1.0, real(questions_) / 4),
      options_ >= 3 ? 1.0 : 0.0,    std::max(0.0, 1 - real(bytes_) / 150),
  };
  std::size_t at = 0;
  for (const double value : shape) features[at++] = static_cast<float>(value);
  for (const std::size_t hits : hits_) features[at++] = static_cast<float>(log_count(hits, 2));
  const bool story = is_story();
  features[at++] = story ? 1.0F : 0.0F;
  features[at++] = story ? features[0] - kStoryCentre : 0.0F;
  features[at++] = asks_for_a_job_ ? features[0] : 0.0F;
  const TermEvidence words = terms_.evidence();
  features[kWordsLocalFeature] = static_cast<float>(words.local);
  features[kWordsCloudFeature] = static_cast<float>(words.cloud);
}

void add_turn(TextCounts& counts, const Message& message) {
  for (const Part& part : message.parts) {
    const auto* text = std::get_if<TextPart>(&part.value);
    if (text == nullptr) continue;
    const std::size_t room = kFeatureTextBytes - std::min(kFeatureTextBytes, counts.bytes());
    if (text->text.size() <= room) {
      counts.add(text->text);
      continue;
    }
    counts.add(text->text.substr(0, room / 2));
    counts.add(text->text.substr(text->text.size() - room / 2));
  }
}

}  // namespace

Features extract_features(const ChatRequest& request) {
  TextCounts counts;
  std::size_t user_turns = 0;
  for (std::size_t i = request.messages.size(); i-- > 0;) {
    if (request.messages[i].role != Role::kUser) continue;
    if (user_turns < 2 && counts.bytes() < kFewBytes) add_turn(counts, request.messages[i]);
    ++user_turns;
  }
  Features features{};
  counts.write(features);
  const std::size_t all = text_bytes(request);
  const std::size_t context = all - std::min(all, counts.bytes());
  features[kTextFeatures] = request.tools.empty() ? 0.0F : 1.0F;
  features[kTextFeatures + 1] = static_cast<float>(log_count(context, 10));
  features[kTextFeatures + 2] =
      static_cast<float>(log_count(user_turns == 0 ? 0 : user_turns - 1, 3));
  static_assert(kTextFeatures == kFirstRequestFeature && kTextFeatures + 3 == kDenseFeatureCount);
  return features;
}

}  // namespace weir

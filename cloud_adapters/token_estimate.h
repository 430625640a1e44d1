// A cautious count of tokens for answers whose provider reports none, or absurd ones.
//
// Three bytes a token, which English text and most code stay under, and never
// fewer tokens than the stream had frames with text, nor more than the request allows. Images and
// files count as what is set aside for them.
// Belongs to one answer, and is made when its request is sent.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "core/chat.h"
#include "core/clock.h"
#include "core/usage.h"

namespace weir {

class TokenEstimate {
 public:
  // `model`: as the provider calls it.
  TokenEstimate(const ChatRequest& request, std::string_view model);

  // One frame of a stream that nobody decoded. Frames of one stream differ by their text
  // alone, so what the smallest one has beside its text is not counted; but the one that ends the
  // answer may be smaller than any with text. Text is looked for in frames that are the smallest
  // so far, which are few.
  void add_frame(std::string_view data);

  void add_text(std::string_view text);

  // What the provider said. Counts that are taken back later are not believed.
  void report(const Usage& usage);

  // The same of the prompt alone, while the answer goes on.
  void report_prompt(const Usage& usage) { prompt_ = usage; }

  // All of an answer in one piece was read: none of it can get out of sight.
  void note_whole() { whole_ = true; }

  // It may have been computed to its end, and we do not know what it was: unless the provider
  // told, usage() is unseen, and the answer as long as the request allows.
  void note_unseen() { unseen_ = !whole_; }

  // A stream that had begun ended before its time. Until its first word the provider may have
  // thought unseen: so long a silence counts as kUnseenTokensPerSecond, and usage() is estimated.
  void note_cut_off();

  // As reported, else estimated.
  Usage usage() const;

 private:
  static constexpr std::int64_t kUnseenTokensPerSecond = 200;  // what fast models of 2026 make
  static constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

  void note_word();
  std::int64_t output_tokens() const;

  std::int64_t input_tokens_;
  std::int64_t most_output_ = kUnlimited;
  std::optional<Usage> prompt_;
  std::optional<Usage> reported_;
  bool contradicted_ = false;
  bool whole_ = false;
  bool unseen_ = false;
  const SteadyTime began_ = std::chrono::steady_clock::now();
  std::optional<SteadyTime> spoke_;  // the first word came
  std::int64_t thought_unseen_ = 0;  // tokens
  std::size_t frames_ = 0;
  std::size_t frame_bytes_ = 0;
  std::size_t smallest_frame_ = std::numeric_limits<std::size_t>::max();
  std::size_t envelope_ = 0;  // of the smallest frame: what it has beside its text
  std::size_t text_bytes_ = 0;
};

}  // namespace weir

// Any bytes as a vocabulary and as a text: what loads encodes every text, and a
// vocabulary with all bytes decodes it to itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/tokenizer/byte_alphabet.h"
#include "local_backend/tokenizer/tokenizer.h"
#include "tests/local_backend/gguf_builder.h"

namespace {

// Lines of the input, one by one.
class Lines {
 public:
  explicit Lines(std::string_view bytes) : rest_(bytes) {}

  std::string next() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string line(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return line;
  }
  std::vector<std::string> next(std::size_t count) {
    std::vector<std::string> lines;
    while (lines.size() < count && !rest_.empty()) lines.push_back(next());
    return lines;
  }
  std::string rest() const { return std::string(rest_); }
  char byte() {
    const char first = rest_.empty() ? '\0' : rest_[0];
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
    return first;
  }

 private:
  std::string_view rest_;
};

struct Drawn {
  weir::test::GgufBuilder file;
  bool round_trip = false;  // no token of another kind may swallow text
};

Drawn draw_file(Lines* lines) {
  Drawn drawn;
  const auto shape = static_cast<unsigned char>(lines->byte());
  const std::string model = lines->next(), pre = lines->next();
  std::vector<std::string> tokens;
  if ((shape & 1) != 0) {
    for (int byte = 0; byte < 256; ++byte) {
      tokens.emplace_back(weir::letter_of_byte(static_cast<std::uint8_t>(byte)));
    }
  }
  for (std::string& token : lines->next(shape >> 4)) tokens.push_back(std::move(token));
  std::vector<std::int32_t> kinds;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    kinds.push_back(i < 256 || (shape & 2) == 0 ? 1
                                                : static_cast<unsigned char>(lines->byte()) % 8);
  }
  drawn.file.string("tokenizer.ggml.model", model).string("tokenizer.ggml.pre", pre);
  drawn.file.strings("tokenizer.ggml.tokens", tokens).i32s("tokenizer.ggml.token_type", kinds);
  drawn.file.f32s("tokenizer.ggml.scores", std::vector<float>(tokens.size(), 0));
  drawn.file.strings("tokenizer.ggml.merges", lines->next(shape >> 4));
  if ((shape & 4) != 0) {
    drawn.file.u32("tokenizer.ggml.unknown_token_id", static_cast<unsigned char>(lines->byte()));
  }
  if ((shape & 8) != 0) {
    drawn.file.u32("tokenizer.ggml.eos_token_id", static_cast<unsigned char>(lines->byte()));
  }
  drawn.round_trip = model == "gpt2" && (shape & 15) == 1;
  return drawn;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Lines lines(std::string_view(reinterpret_cast<const char*>(data), size));
  const Drawn drawn = draw_file(&lines);
  const auto file = weir::GgufFile::parse(drawn.file.bytes());
  if (!file) return 0;
  const auto tokenizer = weir::Tokenizer::create(**file);
  if (!tokenizer) return 0;
  const std::string text = lines.rest();
  std::string back;
  for (const weir::TokenId token : (*tokenizer)->encode(text)) {
    if (!(*tokenizer)->vocabulary().has(token)) std::abort();
    (*tokenizer)->decode(token, &back);
  }
  if (drawn.round_trip && back != text) std::abort();
  weir::Prompt prompt;
  prompt.add_template(text);
  (*tokenizer)->encode(prompt);
  return 0;
}

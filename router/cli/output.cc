#include "router/cli/output.h"

#include <cstdio>

namespace weir::cli {

int fail(const std::string& message, int code) {
  std::fprintf(stderr, "weir: %s\n", message.c_str());
  return code;
}

int print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (text.empty() || text.back() != '\n') std::fputc('\n', stdout);
  return finish_output();
}

int finish_output() {
  const bool taken = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  return taken ? kDone : fail("standard output cannot be written");
}

// U+0080 to U+009F are controls too, and begin with C2 in UTF-8.
std::string for_terminal(std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == 0xC2 && i + 1 < text.size() &&
                    static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                    static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c1) ++i;
    const bool control = c1 || byte == 0x7F || (byte < 0x20 && byte != '\n' && byte != '\t');
    shown += control ? '?' : text[i];
  }
  return shown;
}

}  // namespace weir::cli

// Any bytes as a JSON schema: it is refused or compiled, in bounded time, and then random texts
// that it allows never get stuck, are JSON, and are read back by the same schema.
//
// The input: one byte that seeds the texts, then the schema.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/rng.h"
#include "local_backend/grammar/schema_check.h"

namespace {

using weir::grammar::Layout;
using weir::grammar::SchemaCheck;

constexpr int kTexts = 4;
constexpr std::size_t kMostBytes = 120;

// A byte that may follow, or nothing.
std::string next_byte(SchemaCheck& check, weir::Rng& rng) {
  constexpr std::string_view kFavourites = "\"}]{[,:01aetnu\\";
  for (int i = 0; i < 8; ++i) {
    std::string byte(1, kFavourites[rng.next() % kFavourites.size()]);
    if (check.extends(byte)) return byte;
  }
  const std::uint64_t first = rng.next();
  for (std::uint64_t i = 0; i < 256; ++i) {
    std::string byte(1, static_cast<char>((first + i) % 256));
    if (check.extends(byte)) return byte;
  }
  return {};
}

void check_text(SchemaCheck& written, SchemaCheck& any, weir::Rng& rng) {
  written.restart();
  std::string text;
  while (text.size() < kMostBytes) {
    if (written.complete() && rng.next() % 2 == 0) break;
    const std::string byte = next_byte(written, rng);
    if (byte.empty()) {
      if (!written.complete()) std::abort();  // stuck
      break;
    }
    written.push(byte);
    text += byte;
  }
  if (!written.complete()) return;
  if (!any.accepts(text)) std::abort();
  try {
    const auto value = nlohmann::json::parse(text);
    if (value.is_discarded()) std::abort();
  } catch (const nlohmann::json::out_of_range&) {  // a number beyond a double is JSON all the same
  } catch (const nlohmann::json::exception&) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view schema(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto written = SchemaCheck::create(schema, {}, Layout::kWritten);
  if (!written) return 0;
  const auto any = SchemaCheck::create(schema, {}, Layout::kAny);
  if (!any) std::abort();
  (*written)->restart();
  weir::Rng rng(data[0]);
  if (next_byte(**written, rng).empty()) return 0;  // nothing satisfies it
  for (int i = 0; i < kTexts; ++i) check_text(**written, **any, rng);
  return 0;
}

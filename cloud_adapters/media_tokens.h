// What images and files count as at a provider at most: by their pixels and pages, which their
// bytes do not show. A blank image of 600 bytes can be billed as 25,000 tokens. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/chat.h"

namespace weir {

// What a body only names, a file by its address or its id, is billed as tokens that its bytes do
// not show. So is what the provider's own tools find, and what a file here is when it is unpacked.
inline constexpr std::int64_t kTokensBehindAReference = 65'536;

// Images and files of all messages, those in results of tools too; bytes are those of base64.
struct MediaCount {
  std::int64_t images = 0;
  std::int64_t files = 0;
  std::int64_t image_bytes = 0;
  std::int64_t file_bytes = 0;
};
MediaCount media_of(const ChatRequest& request);  // O(parts)

// Of all images, wherever they stand, and all files, beside the bytes of those in the request.
// By the published rules: at most 10,000 patches for an image at most models, and for gpt-4o-mini
// 2,833 tokens and 5,667 for each of 8 tiles.
std::int64_t media_tokens(const MediaCount& media, std::string_view model);

}  // namespace weir

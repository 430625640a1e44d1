#include "cloud_adapters/media_tokens.h"

#include <variant>
#include <vector>

namespace weir {
namespace {

void count_media(const std::vector<Part>& parts, MediaCount& media) {
  for (const Part& part : parts) {
    if (const auto* image = std::get_if<ImagePart>(&part.value)) {
      ++media.images;
      media.image_bytes += static_cast<std::int64_t>(image->base64_data.size());
    }
    if (const auto* file = std::get_if<FilePart>(&part.value)) {
      ++media.files;
      media.file_bytes += static_cast<std::int64_t>(file->base64_data.size());
    }
    if (const auto* result = std::get_if<ToolResultPart>(&part.value)) {
      count_media(result->parts, media);
    }
  }
}

}  // namespace

MediaCount media_of(const ChatRequest& request) {
  MediaCount media;
  for (const Message& message : request.messages) count_media(message.parts, media);
  return media;
}

std::int64_t media_tokens(const MediaCount& media, std::string_view model) {
  constexpr std::int64_t kImage = 16'384;
  constexpr std::int64_t kDearImage = 49'152;
  const bool is_dear = model.find("gpt-4o-mini") != std::string_view::npos;
  return media.images * (is_dear ? kDearImage : kImage) + media.files * kTokensBehindAReference;
}

}  // namespace weir

#include "router/worst_cost.h"

#include <algorithm>
#include <array>
#include <variant>

#include "cloud_adapters/media_tokens.h"
#include "cloud_adapters/remote_backend.h"
#include "metrics/prices.h"

namespace weir {
namespace {

// Members with more of the prompt behind them, or tools, that no field of a request knows.
constexpr std::array<std::string_view, 5> kReferringMembers = {
    "cachedContent", "cached_content", "web_search_options", "mcp_servers", "plugins"};

// Parts of a dialect's own whose content may stand elsewhere.
constexpr std::array<std::string_view, 11> kReferringParts = {
    "image",      "image_url", "input_image", "document",  "container_upload", "file",
    "input_file", "video",     "video_url",   "audio_url", "input_video"};

// Members of that name, quotes and all.
std::int64_t count_members(std::string_view json, std::string_view name) {
  std::int64_t count = 0;
  for (std::size_t at = json.find(name); at != std::string_view::npos; at = json.find(name, at)) {
    at += name.size();
    const std::size_t next = json.find_first_not_of(" \t\r\n", at);
    if (next != std::string_view::npos && json[next] == ':') ++count;
  }
  return count;
}

// How many things JSON names by their addresses and ids.
std::int64_t named_in(std::string_view json) {
  std::int64_t count = 0;
  for (const std::string_view name : {"\"url\"", "\"uri\"", "\"file_id\""}) {
    count += count_members(json, name);
  }
  return count;
}

// How many it holds packed, as Anthropic's sources write them.
std::int64_t packed_in(std::string_view json) {
  constexpr std::string_view kPacked = "\"base64\"";
  std::int64_t count = 0;
  for (std::size_t at = json.find(kPacked); at != std::string_view::npos;
       at = json.find(kPacked, at + kPacked.size())) {
    ++count;
  }
  return count;
}

std::int64_t references_in(const OtherPart& part) {
  if (part.type == "item_reference") return 1;
  const bool may_refer =
      std::find(kReferringParts.begin(), kReferringParts.end(), part.type) != kReferringParts.end();
  return may_refer ? named_in(part.raw_json) + packed_in(part.raw_json) : 0;
}

std::int64_t references_in(const std::vector<Part>& parts) {
  std::int64_t count = 0;
  for (const Part& part : parts) {
    if (const auto* result = std::get_if<ToolResultPart>(&part.value)) {
      count += references_in(result->parts);
    }
    const auto* other = std::get_if<OtherPart>(&part.value);
    const auto* thought = std::get_if<ReasoningPart>(&part.value);
    if (other != nullptr) count += references_in(*other);
    const bool kept_thought = thought != nullptr && thought->redacted && thought->signature.empty();
    if (kept_thought) ++count;
  }
  return count;
}

// Beside images and files, which are media.
std::int64_t references_in(const ChatRequest& request) {
  std::int64_t count = 0;
  for (const Message& message : request.messages) count += references_in(message.parts);
  count += std::count_if(request.tools.begin(), request.tools.end(),
                         [](const Tool& tool) { return tool.kind == ToolKind::kHosted; });
  for (const std::string_view member : request.unknown_members) {
    const auto end = kReferringMembers.end();
    if (std::find(kReferringMembers.begin(), end, member) == end) continue;
    const std::int64_t servers = member == "mcp_servers" ? named_in(request.original) : 1;
    count += std::max<std::int64_t>(servers, 1);
  }
  return count;
}

BoundInput known_of(const ServedBackend& served, const ChatRequest& request, std::string_view model,
                    const Price& price) {
  const MediaCount media = media_of(request);
  BoundInput known;
  known.body_bytes = static_cast<std::int64_t>(request.original.size()) - media.image_bytes;
  known.extra_input_tokens =
      references_in(request) * kTokensBehindAReference + media_tokens(media, model);
  known.max_tokens = request.sampling.most_tokens();
  known.choices = request.sampling.choices;
  if (known.max_tokens) return known;
  const std::int64_t configured = served.config->max_output_tokens;
  if (served.config->dialect == Dialect::kAnthropic) {
    // It is told a limit in any case: RemoteBackendConfig::usual_max_tokens.
    const std::int64_t listed =
        price.max_output_tokens > 0 ? price.max_output_tokens : kUsualMaxTokens;
    known.max_tokens = configured > 0 ? configured : listed;
  } else if (configured > price.max_output_tokens) {
    // A limit of the configuration that the upstream is not told of can only raise the bound.
    known.max_tokens = configured;
  }
  return known;
}

}  // namespace

MoneyWish cost_bounds(const Snapshot& snapshot, const ServedBackend& served,
                      const ChatRequest& request, std::string_view model) {
  const Price* price = snapshot.prices.find(served.provider, model);
  if (price == nullptr) return {};
  BoundInput known = known_of(served, request, model, *price);
  const std::optional<NanoUsd> most = upper_bound(*price, known);
  if (request.sampling.max_tokens) return {most, most};
  known.max_tokens = kLeastAnswerTokens;
  const std::optional<NanoUsd> least = upper_bound(*price, known);
  return {most, most ? std::min(most, least) : most};
}

MoneyWish embedding_bounds(const Snapshot& snapshot, const ServedBackend& served,
                           std::string_view model, std::size_t body_bytes) {
  const Price* price = snapshot.prices.find(served.provider, model);
  if (price == nullptr) return {};
  BoundInput known;
  known.body_bytes = static_cast<std::int64_t>(body_bytes);
  known.max_tokens = 0;
  const std::optional<NanoUsd> most = upper_bound(*price, known);
  return {most, most};
}

std::int64_t answer_tokens_for(const Snapshot& snapshot, const ServedBackend& served,
                               const ChatRequest& request, std::string_view model, NanoUsd money) {
  constexpr std::int64_t kMost = 1 << 24;
  const Price* price = snapshot.prices.find(served.provider, model);
  if (price == nullptr) return kMost;
  return longest_answer(*price, known_of(served, request, model, *price), money, kMost);
}

}  // namespace weir

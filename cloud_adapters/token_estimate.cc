#include "cloud_adapters/token_estimate.h"

#include <algorithm>
#include <array>

#include "cloud_adapters/media_tokens.h"

namespace weir {
namespace {

constexpr std::size_t kBytesPerToken = 3;
constexpr std::size_t kTokensPerMessage = 8;  // role and separators
constexpr std::string_view kFinish = R"("finish_reason":")";

std::int64_t tokens_in(std::size_t bytes) {
  return static_cast<std::int64_t>((bytes + kBytesPerToken - 1) / kBytesPerToken);
}

// The members whose values are an answer's text, as the dialects call them.
constexpr std::array<std::string_view, 8> kTextMembers = {
    "content",  "text",         "reasoning_content", "reasoning",
    "thinking", "partial_json", "arguments",         "delta"};

// Where the string that begins at `from` ends: its closing quote, or the end of `data`.
std::size_t end_of_string(std::string_view data, std::size_t from) {
  for (std::size_t at = from; at < data.size(); ++at) {
    if (data[at] == '"') return at;
    if (data[at] == '\\') ++at;
  }
  return data.size();
}

// Bytes of text in a frame, as they are written there.
std::size_t text_in_frame(std::string_view data) {
  constexpr std::string_view kSpace = " \t\r\n";
  std::size_t bytes = 0;
  bool is_text = false;  // the value that comes next
  std::size_t at = 0;
  while ((at = data.find('"', at)) != std::string_view::npos) {
    const std::size_t end = end_of_string(data, at + 1);
    const std::string_view string = data.substr(at + 1, end - at - 1);
    at = end + 1;
    const std::size_t behind = data.find_first_not_of(kSpace, at);
    const bool is_name = behind != std::string_view::npos && data[behind] == ':';
    if (!is_name && is_text) bytes += string.size();
    const std::size_t value =
        is_name ? data.find_first_not_of(kSpace, behind + 1) : std::string_view::npos;
    is_text = value != std::string_view::npos && data[value] == '"' &&
              std::find(kTextMembers.begin(), kTextMembers.end(), string) != kTextMembers.end();
  }
  return bytes;
}

std::int64_t prompt_tokens(const ChatRequest& request, std::string_view model) {
  const MediaCount media = media_of(request);
  std::size_t bytes = text_bytes(request) + static_cast<std::size_t>(media.file_bytes);
  for (const Tool& tool : request.tools) bytes += tool.raw_json.size();
  return tokens_in(bytes) + static_cast<std::int64_t>(request.messages.size() * kTokensPerMessage) +
         media_tokens(media, model);
}

}  // namespace

TokenEstimate::TokenEstimate(const ChatRequest& request, std::string_view model)
    : input_tokens_(prompt_tokens(request, model)) {
  if (const std::optional<std::int64_t> most = request.sampling.most_tokens()) {
    most_output_ = *most * request.sampling.choices;
  }
}

void TokenEstimate::add_frame(std::string_view data) {
  ++frames_;
  frame_bytes_ += data.size();
  if (!spoke_ && text_in_frame(data) > 0) note_word();
  const bool ends = data.find(kFinish) != std::string_view::npos;
  if (ends || data.size() >= smallest_frame_) return;
  smallest_frame_ = data.size();
  envelope_ = data.size() - text_in_frame(data);
}

void TokenEstimate::report(const Usage& usage) {
  if (reported_ && (usage.output_tokens < reported_->output_tokens ||
                    usage.prompt_tokens() < reported_->prompt_tokens())) {
    contradicted_ = true;
  }
  reported_ = usage;
}

void TokenEstimate::add_text(std::string_view text) {
  text_bytes_ += text.size();
  if (!spoke_ && !text.empty()) note_word();
}

void TokenEstimate::note_word() { spoke_ = std::chrono::steady_clock::now(); }

void TokenEstimate::note_cut_off() {
  const SteadyTime until = spoke_.value_or(std::chrono::steady_clock::now());
  const std::chrono::duration<double> silence = until - began_;
  thought_unseen_ = static_cast<std::int64_t>(silence.count() * kUnseenTokensPerSecond);
}

std::int64_t TokenEstimate::output_tokens() const {
  const std::size_t in_frames = frame_bytes_ - std::min(frame_bytes_, frames_ * envelope_);
  const auto frames = static_cast<std::int64_t>(frames_);
  const std::int64_t tokens = std::max(frames, tokens_in(in_frames + text_bytes_));
  if (unseen_ && most_output_ != kUnlimited) return most_output_;
  return std::min(tokens + thought_unseen_, most_output_);
}

Usage TokenEstimate::usage() const {
  if (reported_ && !contradicted_) return *reported_;
  Usage usage = prompt_.value_or(Usage{});
  if (!prompt_) usage.input_tokens = input_tokens_;
  usage.output_tokens = output_tokens();
  usage.estimated = true;
  usage.unseen = unseen_;
  return usage;
}

}  // namespace weir

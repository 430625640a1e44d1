#include "cloud_adapters/token_estimate.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t kBytesPerToken = 3;
constexpr std::size_t kTokensPerMessage = 8;  // role and separators
constexpr std::string_view kFinish = R"("finish_reason":")";

std::int64_t tokens_in(std::size_t bytes) {
  return static_cast<std::int64_t>((bytes + kBytesPerToken - 1) / kBytesPerToken);
}

std::int64_t prompt_tokens(const ChatRequest& request) {
  std::size_t bytes = text_bytes(request);
  for (const Tool& tool : request.tools) bytes += tool.raw_json.size();
  return tokens_in(bytes) + static_cast<std::int64_t>(request.messages.size() * kTokensPerMessage);
}

}  // namespace

TokenEstimate::TokenEstimate(const ChatRequest& request) : input_tokens_(prompt_tokens(request)) {
  const Sampling& sampling = request.sampling;
  if (sampling.max_tokens) most_output_ = *sampling.max_tokens * sampling.choices;
}

void TokenEstimate::add_frame(std::string_view data) {
  ++frames_;
  frame_bytes_ += data.size();
  const bool ends = data.find(kFinish) != std::string_view::npos;
  if (!ends) smallest_frame_ = std::min(smallest_frame_, data.size());
}

void TokenEstimate::report(const Usage& usage) {
  if (reported_ && (usage.output_tokens < reported_->output_tokens ||
                    usage.prompt_tokens() < reported_->prompt_tokens())) {
    contradicted_ = true;
  }
  reported_ = usage;
}

std::int64_t TokenEstimate::output_tokens() const {
  const std::size_t frame = std::min(smallest_frame_, frame_bytes_);
  const std::size_t in_frames = frame_bytes_ - std::min(frame_bytes_, frames_ * frame);
  const auto frames = static_cast<std::int64_t>(frames_);
  const std::int64_t tokens = std::max(frames, tokens_in(in_frames + text_bytes_));
  if (unseen_ && most_output_ != kUnlimited) return most_output_;
  return std::min(tokens, most_output_);
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

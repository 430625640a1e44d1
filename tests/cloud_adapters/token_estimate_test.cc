#include "cloud_adapters/token_estimate.h"

#include <chrono>
#include <string>
#include <thread>

#include "tests/support/catch.h"

namespace weir {
namespace {

ChatRequest request_of(std::string_view text) {
  ChatRequest request;
  request.messages.emplace_back();
  request.messages.back().parts.push_back({TextPart{text}, {}});
  return request;
}

TEST_CASE("What a provider reports is taken as it is", "[openai]") {
  TokenEstimate tokens(request_of("Hello"), "m");
  Usage reported;
  reported.input_tokens = 9;
  reported.output_tokens = 3;
  tokens.add_text(std::string(1000, 'x'));
  tokens.report(reported);
  CHECK(tokens.usage() == reported);
}

TEST_CASE("Without a report tokens are estimated on the cautious side", "[openai]") {
  const std::string prompt(300, 'p');
  TokenEstimate tokens(request_of(prompt), "m");
  tokens.add_text(std::string(30, 'a'));
  const Usage usage = tokens.usage();
  CHECK(usage.estimated);
  CHECK(usage.input_tokens >= 100);
  CHECK(usage.input_tokens <= 150);
  CHECK(usage.output_tokens == 10);
}

TEST_CASE("An image counts though the client left before the provider said what it costs",
          "[openai]") {
  ChatRequest request = request_of("What is this?");
  request.messages.back().parts.push_back({ImagePart{{}, "image/png", "AAAA", "high"}, {}});
  const auto tokens = [&](std::string_view model) {
    return TokenEstimate(request, model).usage().input_tokens;
  };
  CHECK(tokens("gpt-5.4") >= 16'384);
  CHECK(tokens("gpt-4o-mini-2024-07-18") >= 2'833 + 8 * 5'667);
}

TEST_CASE("Frames that nobody decoded count by what they have beyond the smallest", "[openai]") {
  TokenEstimate tokens(request_of(""), "m");
  tokens.add_frame(std::string(200, 'f'));
  for (int i = 0; i < 4; ++i) tokens.add_frame(std::string(215, 'f'));
  CHECK(tokens.usage().output_tokens == 20);
}

TEST_CASE("A silence before the first word of a stream that broke off counts", "[openai]") {
  ChatRequest request = request_of("");
  const bool spoke = GENERATE(false, true);
  TokenEstimate tokens(request, "m");
  tokens.add_frame(R"({"choices":[{"delta":{"role":"assistant","content":""}}]})");
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  if (spoke) tokens.add_frame(R"({"choices":[{"delta":{"content":"Hi"}}]})");
  CHECK(tokens.usage().output_tokens <= 20);
  tokens.note_cut_off();
  CHECK(tokens.usage().output_tokens >= 12);
  CHECK(tokens.usage().estimated);
  request.sampling.max_tokens = 5;
  TokenEstimate short_one(request, "m");
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  short_one.note_cut_off();
  CHECK(short_one.usage().output_tokens == 5);
}

TEST_CASE("A short frame that ends the answer makes the others no longer", "[openai]") {
  TokenEstimate tokens(request_of(""), "m");
  for (int i = 0; i < 20; ++i) tokens.add_frame(R"({"choices":[{"delta":{"content":"word "}}]})");
  tokens.add_frame(R"({"choices":[{"delta":{},"finish_reason":"stop"}]})");
  CHECK(tokens.usage().output_tokens == (20 * 5 + 11 + 2) / 3);
}

TEST_CASE("Frames of one size have text all the same", "[openai]") {
  const auto [begin, end] = GENERATE(table<std::string, std::string>(
      {{R"({"choices":[{"index":0,"delta":{"content":")", R"("},"finish_reason":null}]})"},
       {R"({"choices": [{"delta": {"reasoning_content": ")", R"("}}]})"},
       {R"({"type":"content_block_delta","delta":{"type":"text_delta","text":")", R"("}})"},
       {R"({"type":"content_block_delta","delta":{"type":"thinking_delta","thinking":")", R"("}})"},
       {R"({"delta":{"type":"input_json_delta","partial_json":")", R"("}})"},
       {R"({"tool_calls":[{"function":{"arguments":")", R"("}}]})"},
       {R"({"type":"response.output_text.delta","delta":")", R"("})"}}));
  const std::string text = R"(alpha \"beta\": gamma \\)";
  TokenEstimate tokens(request_of(""), "m");
  for (int i = 0; i < 30; ++i) tokens.add_frame(begin + text + end);
  CHECK(tokens.usage().output_tokens == 10 * static_cast<std::int64_t>(text.size()));
}

TEST_CASE("A frame that breaks off in a text is not read beyond its end", "[openai]") {
  const std::string frame = GENERATE(R"({"text":")", R"({"text":"a\)", R"({"text":)", R"("text")");
  TokenEstimate tokens(request_of(""), "m");
  tokens.add_frame(frame);
  CHECK(tokens.usage().output_tokens == 1);
}

TEST_CASE("No more tokens are estimated than the request allows", "[openai]") {
  ChatRequest request = request_of("");
  request.sampling.max_tokens = 20;
  request.sampling.choices = 2;
  TokenEstimate tokens(request, "m");
  tokens.add_text(std::string(1'000, 'x'));
  CHECK(tokens.usage().output_tokens == 40);
}

TEST_CASE("Of two limits that a request has the larger one holds", "[openai]") {
  ChatRequest request = request_of("");
  request.sampling.max_tokens = 1;
  request.sampling.other_max_tokens = 20;
  TokenEstimate tokens(request, "m");
  tokens.add_text(std::string(1'000, 'x'));
  CHECK(tokens.usage().output_tokens == 20);
}

TEST_CASE("There are never fewer tokens than frames", "[openai]") {
  TokenEstimate tokens(request_of(""), "m");
  for (int i = 0; i < 7; ++i) tokens.add_frame("{}");
  CHECK(tokens.usage().output_tokens == 7);
}

TEST_CASE("A report that takes back tokens is not believed", "[openai]") {
  TokenEstimate tokens(request_of("Hello"), "m");
  Usage more, less;
  more.output_tokens = 9;
  less.output_tokens = 2;
  tokens.report(more);
  tokens.report(less);
  CHECK(tokens.usage().estimated);
}

// litellm PR #37734: whoever left an Anthropic stream paid for a cached prompt in full.
TEST_CASE("A prompt that was counted stays so when the client leaves before the end", "[openai]") {
  TokenEstimate tokens(request_of("Hello"), "m");
  Usage prompt;
  prompt.input_tokens = 3;
  prompt.cache_read_tokens = 9'000;
  tokens.report_prompt(prompt);
  tokens.add_text("some words");
  const Usage usage = tokens.usage();
  CHECK(usage.input_tokens == 3);
  CHECK(usage.cache_read_tokens == 9'000);
  CHECK(usage.output_tokens > 0);
  CHECK(usage.estimated);
}

}  // namespace
}  // namespace weir

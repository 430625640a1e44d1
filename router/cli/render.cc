#include "router/cli/render.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "cloud_adapters/wire/openai_chat.h"
#include "local_backend/local_prompt.h"
#include "router/cli/output.h"
#include "router/cli/template_input.h"

namespace weir::cli {
namespace {

using nlohmann::json;

constexpr std::string_view kAnswerId = "weir-render";

Error wrong(std::string message) { return {ErrorCode::kInvalidRequest, std::move(message)}; }

std::string input_name(const std::string& path) { return path == "-" ? "standard input" : path; }

struct ModelWords {
  ChatTemplate chat;
  AnswerFormat format;
};

Result<ModelWords> read_model(const RenderOptions& options) {
  const TemplateSource source{options.model, options.template_path};
  auto chat = read_template(source);
  if (!chat) return chat.error();
  if (chat->problem() && !options.template_path.empty()) {
    return wrong(input_name(options.template_path) + ": " + chat->problem()->message);
  }
  auto format = read_format(source);
  if (!format) return format.error();
  return ModelWords{std::move(*chat), std::move(*format)};
}

// Finds where JSON ends to be JSON.
class SyntaxCheck final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    fault = position;
    return false;
  }

  std::size_t fault = 0;
};

Error no_json(const std::string& text, const std::string& path) {
  SyntaxCheck check;
  json::sax_parse(text, &check);
  const std::size_t at = std::min(check.fault, text.size());
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(at > 0 ? at - 1 : 0);
  const auto line = 1 + std::count(text.begin(), end, '\n');
  return wrong(input_name(path) + ":" + std::to_string(line) + ": this is no JSON");
}

Result<ChatRequest> read_request(const RenderOptions& options) {
  const auto text = read_input(options.messages);
  if (!text) return text.error();
  json input = json::parse(*text, nullptr, false);
  if (input.is_discarded()) return no_json(*text, options.messages);
  if (input.is_array()) input = json{{"messages", std::move(input)}};
  if (!input.is_object()) return wrong(input_name(options.messages) + ": no messages");
  if (!input.contains("model")) input["model"] = "local";
  auto request =
      openai_chat_codec().parse_request(input.dump(-1, ' ', false, json::error_handler_t::replace));
  if (request) return request;
  const Error& error = request.error();
  return wrong(input_name(options.messages) + ": " +
               (error.param.empty() ? "" : error.param + ": ") + error.message);
}

std::string shown(const LocalPrompt& prompt, const RenderOptions& options) {
  std::string out;
  json list = json::array();
  const bool marked = !options.json && !options.plain;
  if (marked && !prompt.rules.empty()) out = "--- normalised: " + prompt.rules + "\n";
  for (const PromptSegment& segment : prompt.prompt.segments) {
    const char* const origin =
        segment.origin == PromptSegment::Origin::kTemplate ? "template" : "user";
    if (options.json) {
      list.push_back({{"origin", origin}, {"text", segment.text}});
    } else if (options.plain) {
      out += segment.text;
    } else {
      out += std::string("--- ") + origin + "\n" + for_terminal(segment.text);
      if (!segment.text.ends_with('\n')) out += '\n';
    }
  }
  return options.json ? list.dump(-1, ' ', false, json::error_handler_t::replace) : out;
}

}  // namespace

int render_prompt(const RenderOptions& options) {
  auto words = read_model(options);
  if (!words) return fail(words.error().message, kWrongArguments);
  const auto request = read_request(options);
  if (!request) return fail(request.error().message, kWrongArguments);
  const PromptHygiene hygiene(words->chat, !options.as_written);
  const auto prompt = prompt_of(hygiene, words->format, *request, kAnswerId);
  if (!prompt) return fail(prompt.error().message);
  if ((options.plain || options.json) && !prompt->rules.empty()) {
    std::cerr << "weir: normalised: " << prompt->rules << "\n";
  }
  const std::string out = shown(*prompt, options);
  if (!options.plain) return print(out);
  std::fwrite(out.data(), 1, out.size(), stdout);
  return finish_output();
}

}  // namespace weir::cli

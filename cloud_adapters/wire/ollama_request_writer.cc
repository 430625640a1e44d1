// Writes a chat request for Ollama, from any dialect.
#include <algorithm>
#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/knob_names.h"
#include "cloud_adapters/wire/ollama_parts.h"

namespace weir::ollama {
namespace {

bool is_hosted(const Tool& tool) { return tool.kind == ToolKind::kHosted || tool.name.empty(); }

class RequestWriter {
 public:
  RequestWriter(const ChatRequest& request, const RequestOptions& options, Form form)
      : request_(request), options_(options), form_(form), own_(is_own_dialect(request.dialect)) {}

  Result<WrittenRequest> write() {
    if (request_.sampling.choices > 1) return unsupported_field("n");
    out_.reserve(request_.original.size() + 256);
    JsonObject body(&out_);
    body.string("model", options_.model);
    if (!write_question(&body) || !write_tools(&body)) return error_;
    write_format(&body);
    write_thinking(&body);
    if (request_.sampling.logprobs) body.boolean("logprobs", true);
    if (request_.sampling.top_logprobs > 0) {
      body.number("top_logprobs", request_.sampling.top_logprobs);
    }
    write_extras(&body);
    write_options(&body);
    if (!request_.user.empty()) lose("user");
    // A stream is what Ollama gives when nothing is said.
    body.boolean("stream", request_.stream);
    body.close();
    return WrittenRequest{std::move(out_), std::move(lost_)};
  }

 private:
  bool write_question(JsonObject* body) {
    const MessageWriting writing{&request_, &out_, &lost_, &error_};
    if (form_ == Form::kGenerate) return write_prompt(writing, request_.raw_prompt);
    if (request_.raw_prompt) lost_.add("raw");
    body->key("messages")->push_back('[');
    if (!write_messages(writing)) return false;
    out_.push_back(']');
    return true;
  }

  // Ollama leaves it to the model whether a tool is called.
  bool write_tools(JsonObject* body) {
    const ToolChoice choice = request_.tool_choice;
    if (choice == ToolChoice::kRequired || choice == ToolChoice::kNamed) return fail("tool_choice");
    if (request_.parallel_tool_calls == false) lose("parallel_tool_calls");
    bool any = false;
    for (std::size_t i = 0; i < request_.tools.size(); ++i) {
      const bool hosted = is_hosted(request_.tools[i]);
      if (hosted) lost_.add("tools[" + std::to_string(i) + "]");
      any = any || !hosted;
    }
    if (!any || choice == ToolChoice::kNone) return true;
    if (form_ == Form::kGenerate) return fail("tools");
    body->key("tools")->push_back('[');
    for (std::size_t i = 0; i < request_.tools.size(); ++i) write_tool(request_.tools[i], i);
    out_.push_back(']');
    return true;
  }

  void write_tool(const Tool& tool, std::size_t index) {
    if (is_hosted(tool)) return;
    if (out_.back() != '[') out_.push_back(',');
    if (own_) {
      out_ += tool.raw_json;
      return;
    }
    if (tool.strict) lost_.add("tools[" + std::to_string(index) + "].strict");
    JsonObject object(&out_);
    object.string("type", "function");
    JsonObject function(object.key("function"));
    function.string("name", tool.name);
    if (!tool.description.empty()) function.string("description", tool.description);
    function.raw("parameters", tool.parameters_json.empty() ? R"({"type":"object","properties":{}})"
                                                            : tool.parameters_json);
    function.close();
    object.close();
  }

  void write_format(JsonObject* body) {
    const ResponseFormat& format = request_.response_format;
    if (format.kind == ResponseFormatKind::kText) return;
    if (format.kind == ResponseFormatKind::kJsonSchema && !format.schema_json.empty()) {
      body->raw("format", format.schema_json);
    } else {
      body->string("format", "json");
    }
  }

  // Whether to think is the model's own choice when nothing is said.
  void write_thinking(JsonObject* body) {
    const std::string_view effort = request_.reasoning_effort;
    if (request_.thinking_budget) lose("thinking_budget");
    if (request_.thinking == Thinking::kOff || effort == "none") {
      body->boolean("think", false);
    } else if (effort == "minimal" || effort == "xhigh") {
      lose("reasoning_effort");
      body->string("think", effort == "minimal" ? "low" : "high");
    } else if (!effort.empty()) {
      body->string("think", effort);
    } else if (request_.thinking == Thinking::kOn) {
      body->boolean("think", true);
    }
  }

  // As the client spells it.
  void lose(std::string_view knob) { lost_.add(knob_name(request_.dialect, knob)); }

  // Members without a field of their own. keep_alive is understood from every dialect.
  void write_extras(JsonObject* body) {
    for (const std::string_view name : request_.unknown_members) {
      if (!own_ && name != "keep_alive") lost_.add(std::string(name));
    }
    if (request_.extras.empty()) return;
    const std::string extras = '{' + std::string(request_.extras) + '}';
    for (JsonMembers members(extras); members.next();) {
      const std::string_view key = members.key();
      if (own_ && key == "options") {
        option_extras_ = members.value();
        option_extras_.pop_back();
        option_extras_.erase(0, 1);
      } else if (has_place_for(key)) {
        body->members('"' + std::string(key) + "\":" + std::string(members.value()));
      } else if (own_) {
        lost_.add(std::string(key));
      }
    }
  }

  bool has_place_for(std::string_view member) const {
    if (member == "keep_alive") return true;
    const bool same = request_.dialect == dialect_of(form_);
    return same || (own_ && (member == "truncate" || member == "shift"));
  }

  void write_options(JsonObject* body) {
    const Sampling& sampling = request_.sampling;
    std::string text;
    JsonObject options(&text);
    const auto number = [&options](std::string_view name, const auto& value) {
      if (value) options.number(name, *value);
    };
    number("temperature", sampling.temperature);
    number("top_k", sampling.top_k);
    number("top_p", sampling.top_p);
    number("min_p", sampling.min_p);
    number("seed", sampling.seed);
    number("repeat_penalty", sampling.repetition_penalty);
    number("presence_penalty", sampling.presence_penalty);
    number("frequency_penalty", sampling.frequency_penalty);
    const std::int64_t limit = sampling.max_tokens.value_or(options_.answer_tokens);
    if (limit > 0) options.number("num_predict", limit);
    if (!sampling.stop.empty()) {
      options.key("stop")->push_back('[');
      for (const std::string_view stop : sampling.stop) {
        if (text.back() != '[') text.push_back(',');
        append_json_string(&text, stop);
      }
      text.push_back(']');
    }
    options.members(option_extras_);
    options.close();
    if (text != "{}") body->raw("options", text);
    if (!sampling.logit_bias.empty()) lost_.add("logit_bias");
  }

  bool fail(std::string field) {
    error_ = unsupported_field(std::move(field));
    return false;
  }

  const ChatRequest& request_;
  const RequestOptions& options_;
  const Form form_;
  const bool own_;
  std::string out_;
  std::string option_extras_;
  Losses lost_;
  Error error_;
};

}  // namespace

Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options,
                                     Form form) {
  return RequestWriter(request, options, form).write();
}

}  // namespace weir::ollama

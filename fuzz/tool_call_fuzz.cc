// Any bytes as an answer in any of the forms that models call tools and think in: the
// parts are the same however it is cut, every call can be run, and no text is lost.
//
// The input: the name of a syntax on a line of its own, two letters (how the model thinks,
// and where the answer is cut), then the answer.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.h"
#include "local_backend/tool_calls/answer_parser.h"
#include "local_backend/tool_calls/call_syntaxes.h"

namespace {

using weir::AnswerFormat;
using weir::AnswerPart;
using Parts = std::vector<AnswerPart>;

struct Input {
  AnswerFormat format;
  bool begins_thinking = false;
  std::uint32_t cut = 0;
  std::string_view answer;
};

AnswerFormat thinking_format(std::string_view template_words) {
  return weir::detect_format(weir::ChatTemplate::of_source(template_words, "", ""),
                             [](std::string_view) { return false; });
}

const std::array<AnswerFormat, 6>& thinking_formats() {
  static const std::array<AnswerFormat, 6> kFormats = {
      AnswerFormat{},
      thinking_format("<think></think>"),
      thinking_format("[THINK][/THINK]"),
      thinking_format("<|channel|>analysis<|message|><|end|>"),
      thinking_format("<|channel>thought<channel|>"),
      thinking_format("Here are my reasoning steps:\n[BEGIN FINAL RESPONSE]")};
  return kFormats;
}

const weir::OfferedTools& tools() {
  static const weir::OfferedTools kTools = [] {
    weir::OfferedTools all;
    all.add("get_weather", R"({"type": "object", "properties": {"city": {"type": "string"},
                               "days": {"type": "integer"}, "tags": {"type": "array"},
                               "note": {"anyOf": [{"type": "string"}, {"type": "null"}]}}})");
    all.add("f", "");
    return all;
  }();
  return kTools;
}

const weir::CallSyntax* syntax_of(std::string_view name) {
  if (const weir::CallSyntax* found = weir::find_call_syntax(name)) return found;
  const auto& all = weir::call_syntaxes();
  return name.empty() ? nullptr : &all[static_cast<unsigned char>(name[0]) % all.size()];
}

Input input_of(std::string_view bytes) {
  Input input;
  const std::size_t line = std::min(bytes.find('\n'), bytes.size());
  const weir::CallSyntax* calls = syntax_of(bytes.substr(0, line));
  bytes.remove_prefix(std::min(line + 1, bytes.size()));
  if (bytes.size() >= 2) {
    const auto thinking = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0]) & 31);
    input.format = thinking_formats()[thinking % thinking_formats().size()];
    input.begins_thinking = input.format.reasoning != nullptr && thinking >= 16;
    input.cut = static_cast<unsigned char>(bytes[1]);
    bytes.remove_prefix(2);
  }
  input.format.calls = calls;
  input.answer = bytes;
  return input;
}

// Neighbours of one kind are one: where text is cut means nothing.
Parts joined(Parts parts) {
  Parts out;
  for (AnswerPart& part : parts) {
    const bool text =
        part.kind == AnswerPart::Kind::kText || part.kind == AnswerPart::Kind::kReasoning;
    if (text && !out.empty() && out.back().kind == part.kind) {
      out.back().text += part.text;
    } else {
      out.push_back(std::move(part));
    }
  }
  return out;
}

// Pieces of 1 to `longest` bytes, drawn from the seed.
Parts read(const Input& input, std::size_t longest, std::uint32_t seed) {
  weir::AnswerParser parser(input.format, tools(), input.begins_thinking);
  Parts parts;
  for (std::size_t at = 0; at < input.answer.size();) {
    seed = seed * 1664525 + 1013904223;
    const std::size_t size = 1 + (seed >> 16) % longest;
    parser.push(input.answer.substr(at, size), &parts);
    at += size;
  }
  parser.finish(&parts);
  return joined(std::move(parts));
}

// Marks are often control tokens.
Parts read_with_controls(const Input& input) {
  weir::AnswerParser parser(input.format, tools(), input.begins_thinking);
  std::vector<std::string_view> marks;
  if (input.format.calls != nullptr) marks = input.format.calls->marks;
  Parts parts;
  std::string_view rest = input.answer;
  while (!rest.empty()) {
    const auto mark = std::find_if(marks.begin(), marks.end(),
                                   [&](std::string_view each) { return rest.starts_with(each); });
    if (mark != marks.end()) {
      parser.push_control(*mark, &parts);
    } else {
      parser.push(rest.substr(0, 1), &parts);
    }
    rest.remove_prefix(mark == marks.end() ? 1 : mark->size());
  }
  parser.finish(&parts);
  return joined(std::move(parts));
}

bool same(const Parts& a, const Parts& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const AnswerPart& x, const AnswerPart& y) {
                      return x.kind == y.kind && x.text == y.text && x.call.id == y.call.id &&
                             x.call.name == y.call.name && x.call.arguments == y.call.arguments;
                    });
}

// A number beyond a double's range is JSON all the same.
bool is_object(const std::string& arguments) {
  std::string text;
  weir::append_repaired_utf8(&text, arguments);
  try {
    return nlohmann::json::parse(text).is_object();
  } catch (const nlohmann::json::out_of_range&) {
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::size_t visible_bytes(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_blank));
}

// How much may be missing from what is told of an answer without calls: its marks.
std::size_t bytes_of_marks(const Input& input) {
  std::vector<std::string_view> marks;
  const auto add = [&](const auto& texts) {
    marks.insert(marks.end(), texts.begin(), texts.end());
  };
  if (const weir::ReasoningMarks* reasoning = input.format.reasoning) {
    marks.push_back(reasoning->open);
    marks.push_back(reasoning->close);
    add(reasoning->dropped);
  }
  if (input.format.calls != nullptr) {
    add(input.format.calls->marks);
    add(input.format.calls->dropped);
  }
  std::size_t bytes = 0;
  for (const std::string_view mark : marks) {
    for (std::size_t at = input.answer.find(mark); at != std::string_view::npos;
         at = input.answer.find(mark, at + 1)) {
      bytes += visible_bytes(mark);
    }
  }
  return bytes;
}

// Blanks are no loss, and stand between the messages of one answer.
void check_nothing_is_lost(const Input& input, const Parts& parts) {
  std::string_view rest = input.answer;
  std::size_t told = 0;
  bool calls = false;
  for (const AnswerPart& part : parts) {
    calls = calls || part.kind == AnswerPart::Kind::kCall;
    for (const char c : part.text) {
      if (is_blank(c)) continue;
      const std::size_t at = rest.find(c);
      if (at == std::string_view::npos) std::abort();  // not of the answer, or out of order
      rest.remove_prefix(at + 1);
    }
    told += visible_bytes(part.text);
  }
  if (!calls && told + bytes_of_marks(input) < visible_bytes(input.answer)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Input input = input_of(std::string_view(reinterpret_cast<const char*>(data), size));
  const Parts parts = read(input, std::size_t{1} << 20, 0);
  if (!same(parts, read(input, 1, 0))) std::abort();
  if (!same(parts, read(input, 2 + input.cut % 14, input.cut))) std::abort();
  if (!same(parts, read_with_controls(input))) std::abort();
  for (const AnswerPart& part : parts) {
    if (part.kind != AnswerPart::Kind::kCall) continue;
    if (!tools().has(part.call.name) || !is_object(part.call.arguments)) std::abort();
  }
  check_nothing_is_lost(input, parts);
  return 0;
}

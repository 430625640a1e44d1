#include "policies/privacy/request_place.h"

#include <algorithm>
#include <span>

namespace weir::privacy {
namespace {

struct Members {
  RequestPlace in;
  std::string_view names;  // blanks between
};

struct Inner {
  RequestPlace in;
  RequestPlace to;
  std::string_view names;
};

// From an object to those of its members that are known.
constexpr Inner kInner[] = {
    {RequestPlace::kRequest, RequestPlace::kMessage, "messages"},
    {RequestPlace::kRequest, RequestPlace::kItem, "input"},
    {RequestPlace::kRequest, RequestPlace::kTurn,
     "contents content systemInstruction system_instruction"},
    {RequestPlace::kRequest, RequestPlace::kPart, "system prediction images"},
    {RequestPlace::kRequest, RequestPlace::kTool, "tools functions"},
    {RequestPlace::kRequest, RequestPlace::kTyped,
     "cache_control context_management mcp_servers thinking tool_choice web_search_options"},
    {RequestPlace::kRequest, RequestPlace::kFormat,
     "response_format output_format output_config text"},
    {RequestPlace::kRequest, RequestPlace::kReference, "prompt conversation container plugins"},
    {RequestPlace::kRequest, RequestPlace::kMedia, "audio"},
    {RequestPlace::kRequest, RequestPlace::kSchema, "format"},
    {RequestPlace::kRequest, RequestPlace::kRequest, "requests"},
    {RequestPlace::kMessage, RequestPlace::kPart, "content images"},
    {RequestPlace::kMessage, RequestPlace::kDetail, "reasoning_details"},
    {RequestPlace::kMessage, RequestPlace::kCall, "tool_calls"},
    {RequestPlace::kMessage, RequestPlace::kFunction, "function_call"},
    {RequestPlace::kMessage, RequestPlace::kReference, "audio"},
    {RequestPlace::kMessage, RequestPlace::kTyped, "annotations cache_control"},
    {RequestPlace::kMessage, RequestPlace::kSigned, "extra_content"},
    {RequestPlace::kPart, RequestPlace::kPart, "content"},
    {RequestPlace::kPart, RequestPlace::kMedia, "image_url input_audio file video_url"},
    {RequestPlace::kPart, RequestPlace::kSource, "source"},
    {RequestPlace::kPart, RequestPlace::kTyped, "annotations cache_control caller citations"},
    {RequestPlace::kSource, RequestPlace::kPart, "content"},
    {RequestPlace::kItem, RequestPlace::kPart, "content output"},
    {RequestPlace::kItem, RequestPlace::kTyped, "action outputs summary"},
    {RequestPlace::kItem, RequestPlace::kReference,
     "acknowledged_safety_checks pending_safety_checks"},
    {RequestPlace::kItem, RequestPlace::kTool, "tools"},
    {RequestPlace::kTurn, RequestPlace::kTurnPart, "parts"},
    {RequestPlace::kTurnPart, RequestPlace::kMedia, "inlineData inline_data fileData file_data"},
    {RequestPlace::kTurnPart, RequestPlace::kReference,
     "functionCall function_call functionResponse function_response"},
    {RequestPlace::kReference, RequestPlace::kTurnPart, "parts"},
    {RequestPlace::kReference, RequestPlace::kTyped, "skills"},
    {RequestPlace::kCall, RequestPlace::kFunction, "function custom"},
    {RequestPlace::kCall, RequestPlace::kSigned, "extra_content"},
    {RequestPlace::kSigned, RequestPlace::kSigned, "google"},
    {RequestPlace::kTool, RequestPlace::kFunction,
     "function custom functionDeclarations function_declarations"},
    {RequestPlace::kTool, RequestPlace::kTyped,
     "cache_control container filters format user_location"},
    {RequestPlace::kFunction, RequestPlace::kTyped, "format"},
    {RequestPlace::kFormat, RequestPlace::kFormat, "format json_schema"},
    {RequestPlace::kTyped, RequestPlace::kTyped,
     "allowed_tools clear_at_least edits filters format grammar keep tools trigger user_location"},
    {RequestPlace::kSchema, RequestPlace::kNames,
     "properties patternProperties dependentSchemas definitions $defs"},
    {RequestPlace::kSchema, RequestPlace::kOwn, "default examples example enum const"}};

// Members whose texts are words of the dialect, ids or signatures.
constexpr Members kCodes[] = {
    {RequestPlace::kRequest, "model service_tier previous_response_id reasoning_effort format"},
    {RequestPlace::kMessage, "role tool_call_id"},
    {RequestPlace::kPart, "type id tool_use_id signature encrypted_content detail"},
    {RequestPlace::kDetail, "type id signature format"},
    {RequestPlace::kSource, "type media_type"},
    {RequestPlace::kMedia, "detail format mimeType mime_type media_type"},
    {RequestPlace::kItem, "type id role status call_id encrypted_content"},
    {RequestPlace::kTurn, "role"},
    {RequestPlace::kTurnPart, "thoughtSignature thought_signature"},
    {RequestPlace::kCall, "id type"},
    {RequestPlace::kTool, "type model"},
    {RequestPlace::kFormat, "type"},
    {RequestPlace::kTyped, "type"},
    {RequestPlace::kReference, "id"},
    {RequestPlace::kSigned, "thought_signature"},
    {RequestPlace::kSchema, "type format"}};

constexpr Members kFiles[] = {{RequestPlace::kRequest, "images"},
                              {RequestPlace::kMessage, "images"},
                              {RequestPlace::kPart, "data file_data b64_json"},
                              {RequestPlace::kDetail, "data"},
                              {RequestPlace::kSource, "data"},
                              {RequestPlace::kMedia, "data file_data"},
                              {RequestPlace::kItem, "result"}};

// Members of any object: arguments and results of calls and notes of clients, and schemas.
constexpr std::string_view kOwnData =
    "input args arguments response metadata input_examples examples chat_template_kwargs";
constexpr std::string_view kSchemas =
    "parameters schema input_schema parametersJsonSchema parameters_json_schema responseSchema "
    "response_schema responseJsonSchema response_json_schema";

bool is_among(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const std::size_t blank = std::min(names.find(' '), names.size());
    if (names.substr(0, blank) == name) return true;
    names.remove_prefix(std::min(blank + 1, names.size()));
  }
  return false;
}

bool has_member(std::span<const Members> table, RequestPlace place, std::string_view name) {
  return std::any_of(table.begin(), table.end(), [&](const Members& each) {
    return each.in == place && is_among(each.names, name);
  });
}

}  // namespace

RequestPlace place_within(RequestPlace place, std::string_view name, bool object) {
  if (place == RequestPlace::kOwn) return place;
  if (place == RequestPlace::kNames) return RequestPlace::kSchema;
  const bool items = place == RequestPlace::kRequest && name == "input" && !object;
  for (const Inner& each : kInner) {
    if (each.in == place && is_among(each.names, name) && (items || name != "input")) {
      return each.to;
    }
  }
  if (place == RequestPlace::kSchema || is_among(kSchemas, name)) return RequestPlace::kSchema;
  return is_among(kOwnData, name) ? RequestPlace::kOwn : RequestPlace::kOther;
}

bool is_code(RequestPlace place, std::string_view name) { return has_member(kCodes, place, name); }

bool is_file(RequestPlace place, std::string_view name) { return has_member(kFiles, place, name); }

}  // namespace weir::privacy

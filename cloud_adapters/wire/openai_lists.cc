// Writes errors, counts of tokens and lists of models as OpenAI's API does.
#include "cloud_adapters/wire/answer_parts.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir::openai {
namespace {

// OpenAI's word for the kind of error, and its code when there is no closer one.
struct ErrorWords {
  std::string_view type;
  std::string_view code;
};

ErrorWords words_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnsupportedParameter:
      return {"invalid_request_error", "unsupported_parameter"};
    case ErrorCode::kContextTooLong: return {"invalid_request_error", "context_length_exceeded"};
    case ErrorCode::kUnauthorized: return {"invalid_request_error", "invalid_api_key"};
    case ErrorCode::kForbidden: return {"permission_error", "forbidden"};
    case ErrorCode::kRateLimited: return {"rate_limit_error", "rate_limit_exceeded"};
    case ErrorCode::kBudgetExceeded: return {"insufficient_quota", "insufficient_quota"};
    case ErrorCode::kInvalidRequest:
    case ErrorCode::kNotFound:
    case ErrorCode::kNotImplemented:
    case ErrorCode::kMethodNotAllowed:
    case ErrorCode::kTooLarge: return {"invalid_request_error", to_string(code)};
    default: return {"server_error", to_string(code)};
  }
}

}  // namespace

std::string write_error(const Error& error) {
  const ErrorWords words = words_of(error.code);
  std::string out;
  JsonObject body(&out);
  JsonObject object(body.key("error"));
  object.string("message", message_for_client(error));
  object.string("type", words.type);
  if (error.param.empty()) {
    object.null("param");
  } else {
    object.string("param", error.param);
  }
  object.string("code", error.detail.empty() ? words.code : std::string_view(error.detail));
  object.close();
  body.close();
  return out;
}

// As llama-server and OpenAI's Responses count.
std::string write_token_count(std::int64_t tokens) {
  std::string out;
  JsonObject object(&out);
  object.string("object", "response.input_tokens");
  object.number("input_tokens", tokens);
  object.close();
  return out;
}

std::string write_model(const ModelEntry& model) {
  std::string out;
  JsonObject object(&out);
  object.string("id", model.id);
  object.string("object", "model");
  object.number("created", model.created_unix);
  object.string("owned_by", model.owned_by);
  object.close();
  return out;
}

std::string write_model_list(const std::vector<ModelEntry>& models) {
  std::string out = R"({"object":"list","data":[)";
  for (const ModelEntry& model : models) {
    if (out.back() != '[') out.push_back(',');
    out += write_model(model);
  }
  return out + "]}";
}

}  // namespace weir::openai

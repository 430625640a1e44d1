// The pieces the Anthropic Messages codec is made of. Only they include this.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/codec.h"
#include "cloud_adapters/wire/json_fields.h"

namespace weir::anthropic {

// anthropic_request.cc
Result<ChatRequest> parse_request(std::string body, const RequestPath& path);
Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options);
Result<std::string> rewrite_request(std::string_view body, std::string_view model);

// anthropic_response.cc
Result<ParsedResponse> parse_response(std::string_view body);
std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth);
Error parse_error(UpstreamRefusal refusal);

// anthropic_answer.cc
std::unique_ptr<AnswerWriter> make_stream_writer(const AnswerOptions& options);
std::unique_ptr<AnswerWriter> make_body_writer(const AnswerOptions& options);
std::string write_error(const Error& error, std::string_view request_id);
std::string write_token_count(std::int64_t tokens);
std::string write_model_list(const std::vector<ModelEntry>& models);
std::string write_model(const ModelEntry& model);

}  // namespace weir::anthropic

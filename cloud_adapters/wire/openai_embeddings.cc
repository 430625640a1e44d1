#include "cloud_adapters/wire/openai_embeddings.h"

#include <array>
#include <bit>
#include <limits>
#include <utility>

#include "cloud_adapters/wire/json_fields.h"
#include "cloud_adapters/wire/json_writer.h"

namespace weir {
namespace {

namespace dom = simdjson::dom;

constexpr IntegerRange kOpenAiDimensions = {1, 1 << 24};
constexpr IntegerRange kTokens = {0, std::numeric_limits<std::int32_t>::max()};

struct OpenAiInputBacking {
  std::string body;
  std::shared_ptr<const JsonDocument> document;
};

class OpenAiInputParser {
 public:
  OpenAiInputParser(std::string body, std::size_t max_inputs)
      : backing_(std::make_shared<OpenAiInputBacking>()), max_inputs_(max_inputs) {
    backing_->body = std::move(body);
  }

  Result<EmbeddingRequest> parse() {
    const std::string& body = backing_->body;
    auto document = JsonDocument::parse(body, body.capacity());
    if (!document) return std::move(document).error();
    backing_->document = *document;
    dom::object root;
    if (!read_object(backing_->document->root(), JsonPath(), &root, &error_)) return error_;
    for (const auto& [key, value] : root) {
      if (!value.is_null() && !member(key, value)) return error_;
    }
    if (request_.inputs.empty()) return invalid_field(JsonPath() / "input", "must be there");
    request_.original = body;
    request_.backing = std::move(backing_);
    return std::move(request_);
  }

 private:
  bool member(std::string_view key, JsonValue value) {
    const JsonPath body;
    const JsonPath path = body / key;
    if (key == "model") return model(value, path);
    if (key == "input") return input(value, path);
    if (key == "encoding_format") return encoding_format(value, path);
    if (key == "dimensions") {
      return read_integer(value, path, kOpenAiDimensions, &request_.dimensions, &error_);
    }
    if (key == "keep_alive") return keep_alive(value);
    if (key == "user") return read_string(value, path, &ignored_, &error_);
    if (!is_inessential_member(key)) request_.unknown_members.push_back(key);
    return true;
  }

  bool model(JsonValue value, const JsonPath& path) {
    if (!read_string(value, path, &request_.model, &error_)) return false;
    if (request_.model.empty()) return fail(path, "must be a non-empty string");
    return request_.model.size() <= kMaxModelBytes || fail(path, "is longer than 256 bytes");
  }

  bool encoding_format(JsonValue value, const JsonPath& path) {
    std::string_view word;
    if (!read_string(value, path, &word, &error_)) return false;
    request_.base64 = word == "base64";
    return request_.base64 || word == "float" || fail(path, "must be 'float' or 'base64'");
  }

  bool keep_alive(JsonValue value) {
    const auto read = parse_keep_alive(simdjson::to_string(value));
    if (!read) {
      error_ = read.error();
      return false;
    }
    request_.keep_alive = *read;
    return true;
  }

  bool input(JsonValue value, const JsonPath& path) {
    if (value.is_string()) return text(value, path);
    dom::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return fail(path, kForms);
    if (list.begin() == list.end()) return fail(path, "must not be empty");
    const JsonValue first = *list.begin();
    if (!first.is_string() && !first.is_array()) return tokens(list, path);
    return inputs(list, first.is_string(), path);
  }

  bool inputs(dom::array list, bool of_texts, const JsonPath& path) {
    request_.is_list = true;
    std::size_t index = 0;
    for (const JsonValue item : list) {
      if (index >= max_inputs_) {
        return fail(path, "has more than " + std::to_string(max_inputs_) + " elements");
      }
      const JsonPath place = path / index++;
      if (of_texts && !text(item, place)) return false;
      dom::array ids;
      if (of_texts) continue;
      if (!read_array(item, place, &ids, &error_) || !tokens(ids, place)) return false;
    }
    return true;
  }

  bool text(JsonValue value, const JsonPath& path) {
    std::string_view text;
    if (!read_string(value, path, &text, &error_)) return false;
    if (text.empty()) return fail(path, "must not be an empty string");
    request_.inputs.emplace_back(text);
    return true;
  }

  bool tokens(dom::array list, const JsonPath& path) {
    std::vector<std::int32_t> ids;
    ids.reserve(list.size());
    for (const JsonValue item : list) {
      std::int64_t id = 0;
      if (!item.is_int64() && !item.is_uint64()) return fail(path, kForms);
      if (!read_integer(item, path / ids.size(), kTokens, &id, &error_)) return false;
      ids.push_back(static_cast<std::int32_t>(id));
    }
    if (ids.empty()) return fail(path, "must not be empty");
    request_.inputs.emplace_back(std::move(ids));
    return true;
  }

  bool fail(const JsonPath& path, std::string_view what) {
    error_ = invalid_field(path, what);
    return false;
  }

  static constexpr std::string_view kForms =
      "must be a string, an array of strings, an array of token ids or an array of those";

  EmbeddingRequest request_;
  Error error_;
  std::string_view ignored_;
  std::shared_ptr<OpenAiInputBacking> backing_;
  const std::size_t max_inputs_;
};

class OpenAiVectorWriter final : public EmbeddingWriter {
 public:
  explicit OpenAiVectorWriter(bool base64)
      : base64_(base64), body_(R"({"object":"list","data":[)") {}

  void add(std::span<const float> vector) override {
    if (count_ > 0) body_ += ',';
    body_ += R"({"object":"embedding","index":)";
    append_json_number(&body_, static_cast<std::int64_t>(count_++));
    body_ += R"(,"embedding":)";
    if (base64_) {
      append_base64(vector);
    } else {
      append_float_array(&body_, vector);
    }
    body_ += '}';
  }

  std::string finish(std::string_view model, std::int64_t prompt_tokens) override {
    body_ += R"(],"model":)";
    append_json_string(&body_, model);
    body_ += R"(,"usage":{"prompt_tokens":)";
    append_json_number(&body_, prompt_tokens);
    body_ += R"(,"total_tokens":)";
    append_json_number(&body_, prompt_tokens);
    body_ += "}}";
    return std::move(body_);
  }

 private:
  void append_base64(std::span<const float> vector) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto byte_at = [&](std::size_t i) -> std::uint32_t {
      if (i >= vector.size() * 4) return 0;
      return (std::bit_cast<std::uint32_t>(vector[i / 4]) >> (8 * (i % 4))) & 0xff;
    };
    const std::size_t bytes = vector.size() * 4;
    body_ += '"';
    for (std::size_t at = 0; at < bytes; at += 3) {
      const std::uint32_t three = byte_at(at) << 16 | byte_at(at + 1) << 8 | byte_at(at + 2);
      for (std::size_t digit = 0; digit < 4; ++digit) {
        const bool padding = at + digit > bytes;
        body_ += padding ? '=' : kDigits[(three >> (18 - 6 * digit)) & 63];
      }
    }
    body_ += '"';
  }

  const bool base64_;
  std::size_t count_ = 0;
  std::string body_;
};

class OpenAiEmbeddingsCodec final : public EmbeddingCodec {
 public:
  Dialect dialect() const override { return Dialect::kOpenAiChat; }
  Result<EmbeddingRequest> parse_request(std::string body, const RequestPath& /*path*/,
                                         std::size_t max_inputs) const override {
    return OpenAiInputParser(std::move(body), max_inputs).parse();
  }
  std::unique_ptr<EmbeddingWriter> writer(const EmbeddingRequest& request) const override {
    return std::make_unique<OpenAiVectorWriter>(request.base64);
  }
};

}  // namespace

const EmbeddingCodec& openai_embeddings_codec() {
  static const OpenAiEmbeddingsCodec codec;
  return codec;
}

std::string with_embedding_model(std::string_view body, std::string_view model) {
  JsonMembers members(body);
  while (members.next()) {
    if (members.key() != "model") continue;
    const auto begin = static_cast<std::size_t>(members.value().data() - body.data());
    std::string changed(body.substr(0, begin));
    append_json_string(&changed, model);
    return changed.append(body.substr(begin + members.value().size()));
  }
  return std::string(body);
}

}  // namespace weir

#include "cloud_adapters/wire/gemini_embeddings.h"

#include <deque>
#include <utility>

#include "cloud_adapters/wire/gemini_schema.h"
#include "cloud_adapters/wire/json_fields.h"
#include "cloud_adapters/wire/json_writer.h"

namespace weir {
namespace {

namespace dom = simdjson::dom;

constexpr IntegerRange kGeminiDimensions = {0, 1 << 24};

struct GeminiInputBacking {
  std::string body;
  std::shared_ptr<const JsonDocument> document;
  std::deque<std::string> made;
};

class GeminiInputParser {
 public:
  GeminiInputParser(std::string body, const RequestPath& path, std::size_t max_inputs)
      : backing_(std::make_shared<GeminiInputBacking>()), max_inputs_(max_inputs) {
    backing_->body = std::move(body);
    request_.model = backing_->made.emplace_back(path.model);
  }

  Result<EmbeddingRequest> parse(bool batch) {
    const std::string& body = backing_->body;
    if (request_.model.size() > kMaxModelBytes) {
      return invalid_field(JsonPath() / "model", "is longer than 256 bytes");
    }
    auto document = JsonDocument::parse(body, body.capacity());
    if (!document) return std::move(document).error();
    backing_->document = *document;
    const JsonValue root = backing_->document->root();
    request_.is_list = batch;
    if (!(batch ? list(root) : one(root, JsonPath()))) return error_;
    request_.original = body;
    request_.backing = std::move(backing_);
    return std::move(request_);
  }

 private:
  bool list(JsonValue value) {
    const JsonPath root;
    const JsonPath path = root / "requests";
    dom::object node;
    dom::array requests;
    if (!read_object(value, root, &node, &error_)) return false;
    for (const auto& [key, member] : node) {
      if (key != "requests") request_.unknown_members.push_back(key);
    }
    const std::optional<JsonValue> member = find_member(node, "requests");
    if (!member) return fail(path, "must be a non-empty array");
    if (!read_array(*member, path, &requests, &error_)) return false;
    std::size_t index = 0;
    for (const JsonValue item : requests) {
      if (index >= max_inputs_) {
        return fail(path, "has more than " + std::to_string(max_inputs_) + " elements");
      }
      if (!one(item, path / index++)) return false;
    }
    return index > 0 || fail(path, "must be a non-empty array");
  }

  bool one(JsonValue value, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    bool has_content = false;
    for (const auto& [key, member] : node) {
      if (member.is_null()) continue;
      has_content = has_content || key == "content";
      if (!this->member(key, member, path / key)) return false;
    }
    return has_content || fail(path / "content", "must be an object");
  }

  bool member(std::string_view key, JsonValue value, const JsonPath& path) {
    if (key == "content") return content(value, path);
    if (key == "model") return model(value, path);
    if (gemini::is_name(key, "outputDimensionality")) return dimensions(value, path);
    const bool hint = gemini::is_name(key, "taskType") || key == "title";
    if (!hint && !is_inessential_member(key)) request_.unknown_members.push_back(key);
    return true;
  }

  bool model(JsonValue value, const JsonPath& path) {
    std::string_view name;
    if (!read_string(value, path, &name, &error_)) return false;
    if (name.starts_with("models/")) name.remove_prefix(7);
    if (name.size() > kMaxModelBytes) return fail(path, "is longer than 256 bytes");
    if (request_.model.empty()) request_.model = name;
    return request_.model == name || fail(path, "is another model than that of the path");
  }

  // All vectors of one answer are of one size.
  bool dimensions(JsonValue value, const JsonPath& path) {
    std::int64_t size = 0;
    if (!read_integer(value, path, kGeminiDimensions, &size, &error_)) return false;
    if (request_.dimensions != 0 && request_.dimensions != size) {
      return fail(path, "must be the same in all requests");
    }
    request_.dimensions = size;
    return true;
  }

  bool content(JsonValue value, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    const JsonPath place = path / "parts";
    const std::optional<JsonValue> parts = find_member(node, "parts");
    std::string_view only;
    std::string joined;
    std::size_t count = 0;
    const auto add = [&](JsonValue item, const JsonPath& at) {
      if (!text(item, at, &only)) return false;
      joined += only;
      ++count;
      return true;
    };
    if (!parts) return fail(place, "must be a non-empty array");
    if (!parts->is_array() && !add(*parts, place)) return false;
    dom::array list;
    if (parts->get_array().get(list) == simdjson::SUCCESS) {
      for (const JsonValue item : list) {
        if (!add(item, place / count)) return false;
      }
    }
    if (joined.empty()) return fail(place, "must hold text");
    if (count > 1) only = backing_->made.emplace_back(std::move(joined));
    request_.inputs.emplace_back(only);
    return true;
  }

  bool text(JsonValue value, const JsonPath& path, std::string_view* out) {
    dom::object part;
    if (!read_object(value, path, &part, &error_)) return false;
    const std::optional<JsonValue> text = find_member(part, "text");
    if (text) return read_string(*text, path / "text", out, &error_);
    error_ = unsupported_field(path.text());
    return false;
  }

  bool fail(const JsonPath& path, std::string_view what) {
    error_ = invalid_field(path, what);
    return false;
  }

  EmbeddingRequest request_;
  Error error_;
  std::shared_ptr<GeminiInputBacking> backing_;
  const std::size_t max_inputs_;
};

class GeminiVectorWriter final : public EmbeddingWriter {
 public:
  explicit GeminiVectorWriter(bool batch)
      : batch_(batch), body_(batch ? R"({"embeddings":[)" : R"({"embedding":)") {}

  void add(std::span<const float> vector) override {
    if (body_.back() == '}') body_ += ',';
    body_ += R"({"values":)";
    append_float_array(&body_, vector);
    body_ += '}';
  }

  std::string finish(std::string_view /*model*/, std::int64_t prompt_tokens) override {
    if (batch_) body_ += ']';
    body_ += R"(,"usageMetadata":{"promptTokenCount":)";
    append_json_number(&body_, prompt_tokens);
    body_ += "}}";
    return std::move(body_);
  }

 private:
  const bool batch_;
  std::string body_;
};

class GeminiEmbeddingsCodec final : public EmbeddingCodec {
 public:
  explicit GeminiEmbeddingsCodec(bool batch) : batch_(batch) {}

  Dialect dialect() const override { return Dialect::kGemini; }
  Result<EmbeddingRequest> parse_request(std::string body, const RequestPath& path,
                                         std::size_t max_inputs) const override {
    return GeminiInputParser(std::move(body), path, max_inputs).parse(batch_);
  }
  std::unique_ptr<EmbeddingWriter> writer(const EmbeddingRequest& /*request*/) const override {
    return std::make_unique<GeminiVectorWriter>(batch_);
  }

 private:
  const bool batch_;
};

}  // namespace

const EmbeddingCodec& gemini_embeddings_codec() {
  static const GeminiEmbeddingsCodec codec(false);
  return codec;
}

const EmbeddingCodec& gemini_batch_embeddings_codec() {
  static const GeminiEmbeddingsCodec codec(true);
  return codec;
}

}  // namespace weir

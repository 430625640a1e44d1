// Ollama's requests for vectors: POST /api/embed, and the older POST /api/embeddings.
#include <utility>

#include "cloud_adapters/wire/json_fields.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/ollama.h"

namespace weir {
namespace {

namespace dom = simdjson::dom;

constexpr IntegerRange kOllamaDimensions = {1, 1 << 24};

enum class EmbedForm : std::uint8_t { kEmbed, kEmbeddings };

struct OllamaInputBacking {
  std::string body;
  std::shared_ptr<const JsonDocument> document;
};

class OllamaInputParser {
 public:
  OllamaInputParser(std::string body, std::size_t max_inputs, EmbedForm form)
      : backing_(std::make_shared<OllamaInputBacking>()),
        max_inputs_(max_inputs),
        input_(form == EmbedForm::kEmbed ? "input" : "prompt"),
        form_(form) {
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
    if (request_.inputs.empty()) return invalid_field(JsonPath() / input_, "must be there");
    request_.original = body;
    request_.backing = std::move(backing_);
    return std::move(request_);
  }

 private:
  bool member(std::string_view key, JsonValue value) {
    const JsonPath body;
    const JsonPath path = body / key;
    if (key == "model") return model(value, path);
    if (key == input_) return input(value, path);
    if (key == "keep_alive") return keep_alive(value);
    if (key == "dimensions" && form_ == EmbedForm::kEmbed) {
      return read_integer(value, path, kOllamaDimensions, &request_.dimensions, &error_);
    }
    // A text that is too long is refused and never cut, and no option changes a vector.
    if (key != "truncate" && key != "options" && !is_inessential_member(key)) {
      request_.unknown_members.push_back(key);
    }
    return true;
  }

  bool model(JsonValue value, const JsonPath& path) {
    if (!read_string(value, path, &request_.model, &error_)) return false;
    if (request_.model.empty()) return fail(path, "must be a non-empty string");
    return request_.model.size() <= kMaxModelBytes || fail(path, "is longer than 256 bytes");
  }

  bool keep_alive(JsonValue value) {
    const auto read = parse_keep_alive(simdjson::to_string(value));
    if (read) {
      request_.keep_alive = *read;
    } else {
      error_ = read.error();
    }
    return read.has_value();
  }

  bool input(JsonValue value, const JsonPath& path) {
    dom::array list;
    if (form_ == EmbedForm::kEmbeddings || value.is_string()) return text(value, path);
    if (value.get_array().get(list) != simdjson::SUCCESS) {
      return fail(path, "must be a string or an array of strings");
    }
    request_.is_list = true;
    std::size_t index = 0;
    for (const JsonValue item : list) {
      if (index >= max_inputs_) {
        return fail(path, "has more than " + std::to_string(max_inputs_) + " elements");
      }
      if (!text(item, path / index++)) return false;
    }
    return index > 0 || fail(path, "must not be empty");
  }

  bool text(JsonValue value, const JsonPath& path) {
    std::string_view text;
    if (!read_string(value, path, &text, &error_)) return false;
    if (text.empty()) return fail(path, "must not be an empty string");
    request_.inputs.emplace_back(text);
    return true;
  }

  bool fail(const JsonPath& path, std::string_view what) {
    error_ = invalid_field(path, what);
    return false;
  }

  EmbeddingRequest request_;
  Error error_;
  std::shared_ptr<OllamaInputBacking> backing_;
  const std::size_t max_inputs_;
  const std::string_view input_;
  const EmbedForm form_;
};

class EmbedWriter final : public EmbeddingWriter {
 public:
  void add(std::span<const float> vector) override {
    if (!vectors_.empty()) vectors_ += ',';
    append_float_array(&vectors_, vector);
  }

  // How long it took is not known here.
  std::string finish(std::string_view model, std::int64_t prompt_tokens) override {
    std::string out;
    JsonObject body(&out);
    body.string("model", model);
    body.raw("embeddings", '[' + vectors_ + ']');
    body.number("total_duration", std::int64_t{0});
    body.number("load_duration", std::int64_t{0});
    body.number("prompt_eval_count", prompt_tokens);
    body.close();
    return out;
  }

 private:
  std::string vectors_;
};

class EmbeddingsWriter final : public EmbeddingWriter {
 public:
  void add(std::span<const float> vector) override { append_float_array(&vector_, vector); }
  std::string finish(std::string_view /*model*/, std::int64_t /*prompt_tokens*/) override {
    return R"({"embedding":)" + vector_ + '}';
  }

 private:
  std::string vector_;
};

class OllamaEmbeddingCodec final : public EmbeddingCodec {
 public:
  explicit OllamaEmbeddingCodec(EmbedForm form) : form_(form) {}

  Dialect dialect() const override { return Dialect::kOllama; }
  Result<EmbeddingRequest> parse_request(std::string body, const RequestPath& /*path*/,
                                         std::size_t max_inputs) const override {
    return OllamaInputParser(std::move(body), max_inputs, form_).parse();
  }
  std::unique_ptr<EmbeddingWriter> writer(const EmbeddingRequest& /*request*/) const override {
    if (form_ == EmbedForm::kEmbed) return std::make_unique<EmbedWriter>();
    return std::make_unique<EmbeddingsWriter>();
  }

 private:
  const EmbedForm form_;
};

}  // namespace

const EmbeddingCodec& ollama_embed_codec() {
  static const OllamaEmbeddingCodec codec(EmbedForm::kEmbed);
  return codec;
}

const EmbeddingCodec& ollama_embeddings_codec() {
  static const OllamaEmbeddingCodec codec(EmbedForm::kEmbeddings);
  return codec;
}

}  // namespace weir

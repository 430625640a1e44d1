#include "router/cli/template_input.h"

#include <iostream>
#include <iterator>

#include "core/disk.h"
#include "local_backend/mini/embedded_model.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir::cli {
namespace {

constexpr std::uint64_t kMaxInputBytes = std::uint64_t{64} << 20;

Result<std::shared_ptr<const GgufFile>> open_model_of(const TemplateSource& source) {
  return open_model_file(source.model.empty() ? std::string(kEmbeddedModel) : source.model);
}

}  // namespace

Result<std::string> read_input(const std::string& path) {
  if (path != "-") return system_disk().read_file(path, kMaxInputBytes);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

Result<ChatTemplate> read_template(const TemplateSource& source) {
  if (!source.model.empty() && !source.template_path.empty()) {
    return Error{ErrorCode::kInvalidRequest,
                 "name a model with --model or a template with --template, not both"};
  }
  if (!source.template_path.empty()) {
    const auto text = read_input(source.template_path);
    if (!text) return text.error();
    return ChatTemplate::of_source(*text, "<s>", "</s>");
  }
  const auto file = open_model_of(source);
  if (!file) return file.error();
  const auto tokenizer = Tokenizer::create(**file);
  if (!tokenizer) return tokenizer.error();
  return ChatTemplate::read(**file, (*tokenizer)->vocabulary());
}

Result<AnswerFormat> read_format(const TemplateSource& source) {
  const auto chat = read_template(source);
  if (!chat) return chat.error();
  if (chat->problem()) return *chat->problem();
  if (!source.template_path.empty()) {
    return detect_format(*chat, [](std::string_view) { return false; });
  }
  const auto file = open_model_of(source);
  if (!file) return file.error();
  const auto tokenizer = Tokenizer::create(**file);
  if (!tokenizer) return tokenizer.error();
  return detect_format(*chat, (*tokenizer)->vocabulary());
}

}  // namespace weir::cli

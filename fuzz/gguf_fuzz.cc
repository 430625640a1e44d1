// Any bytes as a model file: reader, tokenizer, template, spec and tensors. A file
// that loads must also run: its numbers were all checked.
#include <cstddef>
#include <cstdint>
#include <string>

#include "local_backend/chat_template/chat_template.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/model/model.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace {

void use_tokenizer(const weir::GgufFile& file) {
  const auto tokenizer = weir::Tokenizer::create(file);
  if (!tokenizer) return;
  const auto chat = weir::ChatTemplate::read(file, (*tokenizer)->vocabulary());
  std::string text;
  for (const weir::TokenId token : (*tokenizer)->encode("Hello <s> w\xc3\xb6rld\xff")) {
    (*tokenizer)->decode(token, &text);
  }
  if (!chat) return;
  const auto prompt = chat->render({{"system", ""}, {"user", "<|im_end|>"}});
  if (prompt) (*tokenizer)->encode(*prompt);
}

void use_model(const std::shared_ptr<const weir::GgufFile>& file) {
  const auto model = weir::Model::load(file);
  if (!model) return;
  const weir::StateLayout& layout = (*model)->state_layout();
  weir::KvPool kv(layout, 1 + weir::KvPool::overhead_pages(layout));
  const auto state = kv.admit(2);
  state->prepare(2);
  weir::Batch batch;
  batch.add(0, 0, state.get(), {.scored = 0});
  batch.add(0, 1, state.get(), {.logits = true, .hidden = true});
  weir::kernels::WorkerPool pool(1);
  weir::Workspace work;
  weir::ForwardOutput output;
  (*model)->forward(
      batch, {weir::kernels::best_kernels(), pool, work}, [] { return false; }, &output);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = weir::GgufFile::parse(std::string(reinterpret_cast<const char*>(data), size));
  if (!file) return 0;
  use_tokenizer(**file);
  use_model(*file);
  return 0;
}

// The engine without the gateway: loads a GGUF file, prints an answer as it is
// made, and how sure the model was of each token.
//
//   embed_engine MODEL.gguf "a prompt" [TOKENS]
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "local_backend/engine.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/model/model.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace {

using weir::Result;

Result<std::unique_ptr<weir::Engine>> load(const std::string& path) {
  const auto file = weir::GgufFile::open(path);
  if (!file) return file.error();
  const auto model = weir::Model::load(*file);
  if (!model) return model.error();
  auto tokenizer = weir::Tokenizer::create(**file);
  if (!tokenizer) return tokenizer.error();
  return weir::Engine::create(*model, std::move(*tokenizer), {});
}

Result<void> answer(weir::Engine& engine, const std::string& text, long tokens) {
  weir::Prompt prompt;
  prompt.add_user(text);
  weir::SamplingParams sampling;
  sampling.temperature = 0;
  sampling.max_tokens = tokens;
  const auto stream = engine.submit(prompt, sampling, {});
  if (!stream) return stream.error();
  double surprise = 0;
  while (!(*stream)->ended()) {
    (*stream)->wait_until(weir::SteadyTime::max());
    while (const auto piece = (*stream)->try_take()) {
      std::fputs(piece->text.c_str(), stdout);
      std::fflush(stdout);
      surprise -= static_cast<double>(piece->signals.logprob);
    }
  }
  const auto outcome = (*stream)->outcome();
  if (!outcome) return outcome.error();
  const weir::Usage usage = (*stream)->usage();
  const auto made = static_cast<double>(std::max<std::int64_t>(usage.output_tokens, 1));
  std::printf("\n-- %lld tokens in, %lld out, perplexity of the answer %.2f\n",
              static_cast<long long>(usage.prompt_tokens()),
              static_cast<long long>(usage.output_tokens), std::exp(surprise / made));
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: embed_engine MODEL.gguf PROMPT [TOKENS]\n");
    return 2;
  }
  const auto engine = load(argv[1]);
  const Result<void> done =
      engine ? answer(**engine, argv[2], argc > 3 ? std::strtol(argv[3], nullptr, 10) : 64)
             : Result<void>(engine.error());
  if (done) return 0;
  std::fprintf(stderr, "embed_engine: %s\n", done.error().message.c_str());
  return 1;
}

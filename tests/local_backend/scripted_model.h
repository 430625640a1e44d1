// A model whose answers are known: each of its tokens is followed by one certain other.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/local_backend/tiny_model.h"

namespace weir::test {

// What the model says when the prompt ends with this control token: pieces of text, each a
// token of its own, none of them twice. Those of `controls` are control tokens.
struct Script {
  std::map<std::string, std::vector<std::string>> answers;
  std::vector<std::string> controls = {};
  std::string chat_template;
};

// Its layers add nothing to the embedding of a token, which is a one for it alone.
inline GgufBuilder scripted_model(const Script& script) {
  TinySizes sizes;
  TinyVocabulary vocabulary;
  vocabulary.controls = script.controls;
  for (const auto& [end, answer] : script.answers) {
    vocabulary.controls.push_back(end);
    for (const std::string& piece : answer) {
      const auto& controls = script.controls;
      const bool control = std::find(controls.begin(), controls.end(), piece) != controls.end();
      if (!control) vocabulary.pieces.push_back(piece);
    }
  }
  std::vector<std::string> texts = {"<unk>", "<s>", "</s>"};
  texts.resize(259);
  texts.insert(texts.end(), vocabulary.pieces.begin(), vocabulary.pieces.end());
  texts.insert(texts.end(), vocabulary.controls.begin(), vocabulary.controls.end());
  const std::uint64_t tokens = texts.size();
  const auto id = [&](const std::string& text) {
    return static_cast<std::size_t>(std::find(texts.begin(), texts.end(), text) - texts.begin());
  };
  sizes.embedding = tokens;
  sizes.silent = true;
  sizes.layers = {{.heads = 2, .kv_heads = 2, .feed_forward = 8}};

  std::vector<float> embedding(sizes.embedding * tokens);
  std::vector<float> output(sizes.embedding * tokens);
  for (std::size_t token = 0; token < tokens; ++token) {
    embedding[token * sizes.embedding + token] = 1;
  }
  const auto follow = [&](std::size_t token, std::size_t next) {
    output[next * sizes.embedding + token] = 1;
  };
  for (const auto& [end, answer] : script.answers) {
    std::size_t last = id(end);
    for (const std::string& piece : answer) {
      follow(last, id(piece));
      last = id(piece);
    }
    follow(last, id("</s>"));
  }

  GgufBuilder file;
  add_tiny_metadata(&file, sizes);
  add_tiny_tokenizer(&file, vocabulary);
  file.string("tokenizer.chat_template", script.chat_template);
  file.tensor("token_embd.weight", {sizes.embedding, tokens}, embedding);
  file.tensor("output.weight", {sizes.embedding, tokens}, output);
  RandomTensors tensors(&file, 1);
  tensors.add_norm("output_norm.weight", sizes.embedding);
  add_tiny_layer(&tensors, sizes, 0);
  return file;
}

}  // namespace weir::test

// A second llama, written for reading: double precision, no cache, no batch. The
// judge of models that no golden pack has.
#pragma once

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "local_backend/gguf/gguf_file.h"
#include "local_backend/model/model_spec.h"
#include "local_backend/tokenizer/prompt.h"

namespace weir::test {

using Vec = std::vector<double>;

class NaiveLlama {
 public:
  NaiveLlama(const GgufFile& file, const ModelSpec& spec) : file_(file), spec_(spec) {}

  std::vector<float> logits(const std::vector<TokenId>& tokens) {
    for (const TokenId token : tokens) {
      stream_.push_back(row("token_embd.weight", token));
      for (double& v : stream_.back()) v *= double{spec_.embedding_scale};
    }
    for (const LayerSpec& layer : spec_.layers) {
      for (const BlockSpec& block : layer.blocks) {
        std::visit([this](const auto& kind) { add(kind); }, block);
      }
    }
    std::vector<float> out;
    for (const Vec& x : stream_) {
      for (const double y : times("token_embd.weight", norm(x, "output_norm"))) {
        out.push_back(
            static_cast<float>(capped(y * double{spec_.logit_scale}, spec_.logit_softcap)));
      }
    }
    return out;
  }

 private:
  Vec values(const std::string& name) const {
    const GgufTensor& tensor = *file_.tensor(name);
    std::vector<float> floats(tensor.elements);
    std::memcpy(floats.data(), tensor.bytes.data(), tensor.bytes.size());
    return {floats.begin(), floats.end()};
  }
  Vec row(const std::string& name, TokenId index) const {
    const Vec all = values(name);
    const auto begin = all.begin() + index * static_cast<long>(spec_.embedding);
    return {begin, begin + static_cast<long>(spec_.embedding)};
  }
  Vec times(const std::string& name, const Vec& x) const {
    const Vec w = values(name);
    Vec y(w.size() / x.size());
    for (std::size_t i = 0; i < w.size(); ++i) y[i / x.size()] += w[i] * x[i % x.size()];
    return y;
  }
  // The plain root mean square, or the deviation from the mean first.
  Vec norm(const Vec& x, const std::string& name) const {
    const Vec w = values(name + ".weight");
    const auto size = static_cast<double>(x.size());
    double mean = 0, squares = 0;
    for (const double v : x) mean += spec_.norm == NormKind::kLayer ? v / size : 0;
    for (const double v : x) squares += (v - mean) * (v - mean);
    Vec y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = (x[i] - mean) / std::sqrt(squares / size + 1e-5) * w[i];
    }
    return y;
  }
  Vec norm_if(const Vec& x, const std::string& prefix, const std::string& name) const {
    return name.empty() ? x : norm(x, prefix + name);
  }
  void plus(std::size_t t, const Vec& delta) {
    for (std::size_t i = 0; i < delta.size(); ++i) {
      stream_[t][i] += delta[i] * double{spec_.residual_scale};
    }
  }
  static double capped(double x, float cap) {
    return cap == 0 ? x : double{cap} * std::tanh(x / double{cap});
  }
  // What no test asks it for.
  template <class Other>
  void add(const Other&) {
    throw std::logic_error("the naive model has no such block");
  }
  static double activated(double x, Activation activation) {
    if (activation == Activation::kSilu) return x / (1 + std::exp(-x));
    return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
  }

  void add(const FeedForwardSpec& spec) {
    for (std::size_t t = 0; t < stream_.size(); ++t) {
      const Vec x = norm_if(stream_[t], spec.prefix, spec.norm);
      Vec gate = times(spec.prefix + "ffn_gate.weight", x);
      const Vec up = times(spec.prefix + "ffn_up.weight", x);
      for (std::size_t i = 0; i < gate.size(); ++i) {
        gate[i] = activated(gate[i], spec.activation) * up[i];
      }
      plus(t, norm_if(times(spec.prefix + "ffn_down.weight", gate), spec.prefix, spec.post_norm));
    }
  }

  // Turns the first `dims` of every head, in neighbouring pairs or halves.
  static void turn(const RopeSpec& rope, Vec* x, std::size_t width, std::size_t position) {
    const bool adjacent = rope.pairing == kernels::RopePairing::kAdjacent;
    for (std::size_t head = 0; head < x->size(); head += width) {
      for (std::size_t i = 0; i < rope.dims / 2; ++i) {
        const double power = 2 * static_cast<double>(i) / static_cast<double>(rope.dims);
        const double angle = static_cast<double>(position) * std::pow(rope.freq_base, -power);
        double& first = (*x)[head + (adjacent ? 2 * i : i)];
        double& second = (*x)[head + (adjacent ? 2 * i + 1 : i + rope.dims / 2)];
        const double a = first, b = second;
        first = a * std::cos(angle) - b * std::sin(angle);
        second = a * std::sin(angle) + b * std::cos(angle);
      }
    }
  }

  Vec norm_heads(const AttentionSpec& spec, const Vec& x, const std::string& name) const {
    if (spec.qk_norm == QkNorm::kNone) return x;
    if (spec.qk_norm == QkNorm::kWhole) return norm(x, spec.prefix + name);
    Vec out;
    for (auto head = x.begin(); head != x.end(); head += static_cast<long>(spec.key_width)) {
      const Vec normed = norm({head, head + static_cast<long>(spec.key_width)}, spec.prefix + name);
      out.insert(out.end(), normed.begin(), normed.end());
    }
    return out;
  }

  void add(const AttentionSpec& spec) {
    std::vector<Vec> queries, keys, heads_values;
    for (std::size_t t = 0; t < stream_.size(); ++t) {
      const Vec x = norm_if(stream_[t], spec.prefix, spec.norm);
      queries.push_back(norm_heads(spec, times(spec.prefix + "attn_q.weight", x), "attn_q_norm"));
      keys.push_back(norm_heads(spec, times(spec.prefix + "attn_k.weight", x), "attn_k_norm"));
      heads_values.push_back(times(spec.prefix + "attn_v.weight", x));
      if (!spec.rope) continue;
      turn(spec_.ropes[*spec.rope], &queries.back(), spec.key_width, t);
      turn(spec_.ropes[*spec.rope], &keys.back(), spec.key_width, t);
    }
    for (std::size_t t = 0; t < stream_.size(); ++t) {
      Vec out;
      for (std::size_t h = 0; h < spec.heads; ++h) {
        const Vec head = attend(spec, queries[t], keys, heads_values, {t, h});
        out.insert(out.end(), head.begin(), head.end());
      }
      plus(t, norm_if(times(spec.prefix + "attn_output.weight", out), spec.prefix, spec.post_norm));
    }
  }

  struct Where {
    std::size_t token;
    std::size_t head;
  };
  static Vec attend(const AttentionSpec& spec, const Vec& query, const std::vector<Vec>& keys,
                    const std::vector<Vec>& values, Where where) {
    const std::size_t kv = where.head / (spec.heads / spec.kv_heads);
    Vec out(spec.value_width);
    double total = 0;
    const double growth =
        1 + spec.temperature.scale * std::log(1 + std::floor(static_cast<double>(where.token) /
                                                             spec.temperature.length));
    for (std::size_t p = 0; p <= where.token; ++p) {
      if (spec.window != 0 && where.token - p >= spec.window) continue;
      double score = 0;
      for (std::size_t i = 0; i < spec.key_width; ++i) {
        score += query[where.head * spec.key_width + i] * keys[p][kv * spec.key_width + i];
      }
      const double weight = std::exp(capped(score * double{spec.scale} * growth, spec.softcap));
      total += weight;
      for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] += weight * values[p][kv * spec.value_width + i];
      }
    }
    for (double& v : out) v /= total;
    return out;
  }

  const GgufFile& file_;
  const ModelSpec& spec_;
  std::vector<Vec> stream_;
};

inline std::vector<float> naive_logits(const GgufFile& file, const ModelSpec& spec,
                                       const std::vector<TokenId>& tokens) {
  return NaiveLlama(file, spec).logits(tokens);
}

}  // namespace weir::test

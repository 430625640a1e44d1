#!/usr/bin/env python3
"""Writes a run's averaged weights as a GGUF file that any engine with the qwen3 architecture runs.

    python -m weir_mini.export --run DIR --out weir-mini.gguf [--type f32] [--golden FOLDER]

--golden writes FOLDER/model.gguf in F32 with logits and greedy tokens that torch computed, in the
format of `weir selftest logits`.
"""

import argparse
import json
import pathlib

import torch

from . import chat, vocabulary
from .gguf_writer import GgufWriter
from .model import KvCache, Model, ModelConfig

NORMAL, CONTROL, USER_DEFINED = 1, 3, 4
LAYER_TENSORS = {
    "attention_norm": "attn_norm",
    "attention.q": "attn_q",
    "attention.k": "attn_k",
    "attention.v": "attn_v",
    "attention.output": "attn_output",
    "attention.q_norm": "attn_q_norm",
    "attention.k_norm": "attn_k_norm",
    "feed_forward_norm": "ffn_norm",
    "feed_forward.gate": "ffn_gate",
    "feed_forward.up": "ffn_up",
    "feed_forward.down": "ffn_down",
}
GOLDEN_PROMPTS = [
    "Hello!",
    "Extract name and city as JSON: Anna Zribor lives in Lyon.",
    "Convert 24.12.2025 to ISO 8601.\n\nName: Ärger, 42",
]
GREEDY_TOKENS = 24


def load_run(folder):
    """(model with the averaged weights, tokenizer, checkpoint)"""
    kept = torch.load(folder / "checkpoint.pt", weights_only=True, map_location="cpu")
    model = Model(ModelConfig(**kept["config"]))
    with torch.no_grad():
        for parameter, mean in zip(model.parameters(), kept["average"]):
            parameter.copy_(mean)
    return model.eval(), vocabulary.load(folder / "tokenizer.json"), kept


def write_general(out, kept):
    out.string("general.architecture", "qwen3")
    out.string("general.name", "weir-mini")
    out.string("general.author", "The weir authors")
    out.string("general.license", "apache-2.0")
    out.string(
        "general.description",
        f"Small jobs for weir, trained from scratch on generated texts: {kept['tokens']} tokens, {kept['step']} steps",
    )
    out.f32("general.sampling.temp", 0.0)
    out.boolean("weir.prompt_as_written", True)  # trained on tools as their authors order them


def write_sizes(out, config):
    out.u32("qwen3.block_count", config.layers)
    out.u32("qwen3.context_length", config.context)
    out.u32("qwen3.embedding_length", config.width)
    out.u32("qwen3.feed_forward_length", config.feed_forward)
    out.u32("qwen3.attention.head_count", config.heads)
    out.u32("qwen3.attention.head_count_kv", config.kv_heads)
    out.u32("qwen3.attention.key_length", config.head_width)
    out.u32("qwen3.attention.value_length", config.head_width)
    out.f32("qwen3.attention.layer_norm_rms_epsilon", config.norm_epsilon)
    out.f32("qwen3.rope.freq_base", config.rope_base)


def token_type(token):
    if token in vocabulary.CONTROL:
        return CONTROL
    return USER_DEFINED if token in vocabulary.USER_DEFINED else NORMAL


def write_tokenizer(out, tokenizer):
    by_id = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    tokens = [token for token, _ in by_id]
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    out.string("tokenizer.ggml.model", "gpt2")
    out.string("tokenizer.ggml.pre", "qwen2")
    out.strings("tokenizer.ggml.tokens", tokens)
    out.integers("tokenizer.ggml.token_type", [token_type(token) for token in tokens])
    out.strings("tokenizer.ggml.merges", [" ".join(merge) for merge in merges])
    out.u32("tokenizer.ggml.eos_token_id", tokenizer.token_to_id(chat.END_OF_TURN))
    out.u32("tokenizer.ggml.padding_token_id", tokenizer.token_to_id("<|endoftext|>"))
    out.boolean("tokenizer.ggml.add_bos_token", False)
    out.string("tokenizer.chat_template", chat.template_text())


def write_tensors(out, model, quantize):
    weights = {name: value.detach().numpy() for name, value in model.named_parameters()}
    out.tensor("token_embd.weight", weights["embedding.weight"], quantize)
    for layer in range(model.config.layers):
        for ours, theirs in LAYER_TENSORS.items():
            out.tensor(f"blk.{layer}.{theirs}.weight", weights[f"layers.{layer}.{ours}.weight"], quantize)
    out.tensor("output_norm.weight", weights["norm.weight"], quantize)


def gguf_bytes(model, tokenizer, kept, quantize):
    out = GgufWriter()
    write_general(out, kept)
    write_sizes(out, model.config)
    write_tokenizer(out, tokenizer)
    out.u32("general.file_type", 7 if quantize else 0)
    write_tensors(out, model, quantize)
    return out.bytes()


@torch.no_grad()
def greedy(model, tokens, count):
    """(tokens, their logits, margins to the second best)"""
    cache, fed, found = KvCache(), torch.tensor([tokens]), []
    for _ in range(count):
        best = model(fed, cache)[0, -1].topk(2)
        found.append(
            (best.indices[0].item(), best.values[0].item(), (best.values[0] - best.values[1]).item())
        )
        fed = best.indices[:1][None]
    return [list(column) for column in zip(*found)]


@torch.no_grad()
def write_golden(folder, model, tokenizer, kept):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.gguf").write_bytes(gguf_bytes(model, tokenizer, kept, quantize=False))
    prompts, data = [], b""
    for text in GOLDEN_PROMPTS:
        tokens = vocabulary.encode(tokenizer, chat.render([{"role": "user", "content": text}]))
        logits = model(torch.tensor([tokens]))[0].numpy().astype("<f4")
        chosen, values, margins = greedy(model, tokens, GREEDY_TOKENS)
        prompts.append(
            {
                "tokens": tokens,
                "logits": {"offset": len(data), "shape": list(logits.shape)},
                "greedy": {"tokens": chosen, "logits": values, "margin": margins},
            }
        )
        data += logits.tobytes()
    (folder / "golden.bin").write_bytes(data)
    golden = {
        "format": "golden-logits/1",
        "name": "weir-mini",
        "arch": "qwen3",
        "model": "model.gguf",
        "data": "golden.bin",
        "n_ctx": model.config.context,
        "prompts": prompts,
    }
    (folder / "golden.json").write_text(json.dumps(golden))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--type", choices=["q8_0", "f32"], default="q8_0")
    parser.add_argument("--golden", type=pathlib.Path)
    options = parser.parse_args()
    model, tokenizer, kept = load_run(options.run)
    if options.out:
        options.out.write_bytes(gguf_bytes(model, tokenizer, kept, options.type == "q8_0"))
        print(f"{options.out}: {options.out.stat().st_size} bytes, {model.parameter_count()} parameters")
    if options.golden:
        write_golden(options.golden, model, tokenizer, kept)


if __name__ == "__main__":
    main()

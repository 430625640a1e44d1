"""Takes an exported model back as a run that can go on: its sizes, its tokenizer and its weights.

What Q8_0 rounded away is lost, and so are the optimizers' states: the first steps of the new run mend both.
"""

import dataclasses
import re

import torch

from . import vocabulary
from .export import LAYER_TENSORS
from .gguf_reader import GgufReader
from .model import Model, ModelConfig

SIZES = {
    "layers": "block_count",
    "context": "context_length",
    "width": "embedding_length",
    "feed_forward": "feed_forward_length",
    "heads": "attention.head_count",
    "kv_heads": "attention.head_count_kv",
    "head_width": "attention.key_length",
    "norm_epsilon": "attention.layer_norm_rms_epsilon",
    "rope_base": "rope.freq_base",
}


def checkpoint_of(path):
    """(what train.py keeps of a run, its tokenizer)"""
    file = GgufReader(path.read_bytes())
    config = {ours: file.metadata[f"qwen3.{theirs}"] for ours, theirs in SIZES.items()}
    config["vocabulary"] = len(file.metadata["tokenizer.ggml.tokens"])
    names = {"embedding.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}
    for layer in range(config["layers"]):
        for ours, theirs in LAYER_TENSORS.items():
            names[f"layers.{layer}.{ours}.weight"] = f"blk.{layer}.{theirs}.weight"
    weights = {ours: torch.from_numpy(file.tensors[theirs].copy()) for ours, theirs in names.items()}
    tokens, steps = map(int, re.search(r"(\d+) tokens, (\d+) steps", file.metadata["general.description"]).groups())
    kept = {"config": ModelConfig(**config).as_dict(), "model": weights, "step": steps, "tokens": tokens, "pool": steps}
    return kept, vocabulary.assembled(
        file.metadata["tokenizer.ggml.tokens"], file.metadata["tokenizer.ggml.merges"]
    )


def deeper(kept, layers):
    """The same run with further layers, spread evenly among the old ones. They add nothing yet: what they
    write into the stream is zero, so the model says the same until it learns to use them."""
    old = ModelConfig(**kept["config"])
    config = dataclasses.replace(old, layers=layers)
    weights = Model(config).state_dict()
    places = [(2 * i + 1) * layers // (2 * old.layers) for i in range(old.layers)]
    for layer in range(layers):
        for name in LAYER_TENSORS:
            ours = weights[f"layers.{layer}.{name}.weight"]
            if layer in places:
                ours.copy_(kept["model"][f"layers.{places.index(layer)}.{name}.weight"])
            elif name in ("attention.output", "feed_forward.down"):
                ours.zero_()
    for name in ("embedding.weight", "norm.weight"):
        weights[name].copy_(kept["model"][name])
    return {**kept, "config": config.as_dict(), "model": weights}

"""The network: a decoder-only transformer with exactly the arithmetic of Qwen3.

RMSNorm before every block, queries and keys normed per head, rotary positions on halves, grouped
queries, SwiGLU, no biases, the output head tied to the embedding.
"""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.attention.varlen import varlen_attn


@dataclass(frozen=True)
class ModelConfig:
    vocabulary: int = 4096
    width: int = 320
    layers: int = 10
    heads: int = 6
    kv_heads: int = 2
    head_width: int = 64
    feed_forward: int = 768
    context: int = 2048
    rope_base: float = 10000.0
    norm_epsilon: float = 1e-6

    def as_dict(self):
        return asdict(self)


class RmsNorm(nn.Module):
    def __init__(self, width, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x):
        return F.rms_norm(x, self.weight.shape, self.weight.to(x.dtype), self.epsilon)


def rope_table(config):
    """cos and sin, each [context, head_width]; the two halves of a head turn together."""
    half = config.head_width // 2
    frequencies = config.rope_base ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(config.context, dtype=torch.float64)[:, None] * frequencies
    angles = torch.cat([angles, angles], dim=1)
    return angles.cos().float(), angles.sin().float()


def rotate(x, cos, sin):
    """x [batch, time, heads, head_width]; cos, sin [time, 1, head_width]"""
    low, high = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-high, low], dim=-1) * sin


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads, self.kv_heads, self.head_width = config.heads, config.kv_heads, config.head_width
        self.context = config.context
        self.q = nn.Linear(config.width, config.heads * config.head_width, bias=False)
        self.k = nn.Linear(config.width, config.kv_heads * config.head_width, bias=False)
        self.v = nn.Linear(config.width, config.kv_heads * config.head_width, bias=False)
        self.output = nn.Linear(config.heads * config.head_width, config.width, bias=False)
        self.q_norm = RmsNorm(config.head_width, config.norm_epsilon)
        self.k_norm = RmsNorm(config.head_width, config.norm_epsilon)

    def forward(self, x, cos, sin, starts=None, cache=None):
        batch, time, _ = x.shape
        q = self.q(x).view(batch, time, self.heads, self.head_width)
        k = self.k(x).view(batch, time, self.kv_heads, self.head_width)
        v = self.v(x).view(batch, time, self.kv_heads, self.head_width)
        q, k = rotate(self.q_norm(q), cos, sin), rotate(self.k_norm(k), cos, sin)
        if starts is not None:
            y = attend_packed(q[0], k[0], v[0], starts, self.context)
            return self.output(y.reshape(batch, time, -1))
        q, k, v = q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)
        if cache is not None:
            k, v = cache.extend(self, k, v)
        return self.output(attend(q, k, v).transpose(1, 2).reshape(batch, time, -1))


def attend(q, k, v):
    """Causal attention written out: on a CPU several times faster than the fused kernel's backward.

    q [batch, heads, time, width]; k, v [batch, kv_heads, past + time, width].
    """
    batch, heads, time, width = q.shape
    kv_heads, keys = k.shape[1], k.shape[2]
    grouped = (q * width**-0.5).reshape(batch, kv_heads, heads // kv_heads * time, width)
    scores = (grouped @ k.transpose(2, 3)).view(batch, heads, time, keys)
    if time > 1:
        hidden = torch.ones(time, keys, dtype=torch.bool, device=q.device).triu(keys - time + 1)
        scores = scores.masked_fill(hidden, float("-inf"))
    weights = scores.softmax(dim=-1).view(batch, kv_heads, heads // kv_heads * time, keys)
    return (weights @ v).view(batch, heads, time, width)


def attend_packed(q, k, v, starts, context):
    """Causal attention within each document of a row of documents.

    q [time, heads, width]; k, v [time, kv_heads, width]; document i is [starts[i], starts[i + 1]),
    none longer than `context`.
    """
    if q.is_cuda:
        group = q.shape[1] // k.shape[1]
        q, k = q.to(v.dtype), k.to(v.dtype).repeat_interleave(group, dim=1)
        v = v.repeat_interleave(group, dim=1)
        return varlen_attn(q, k, v, starts, starts, context, context, window_size=(-1, 0))
    parts = []
    for begin, end in zip(starts[:-1].tolist(), starts[1:].tolist()):
        if end > begin:
            own = [x[begin:end].transpose(0, 1)[None] for x in (q, k, v)]
            parts.append(attend(*own)[0].transpose(0, 1))
    return torch.cat(parts)


class FeedForward(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.gate = nn.Linear(config.width, config.feed_forward, bias=False)
        self.up = nn.Linear(config.width, config.feed_forward, bias=False)
        self.down = nn.Linear(config.feed_forward, config.width, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = RmsNorm(config.width, config.norm_epsilon)
        self.attention = Attention(config)
        self.feed_forward_norm = RmsNorm(config.width, config.norm_epsilon)
        self.feed_forward = FeedForward(config)

    def forward(self, x, cos, sin, starts=None, cache=None):
        x = x + self.attention(self.attention_norm(x), cos, sin, starts, cache)
        return x + self.feed_forward(self.feed_forward_norm(x))


class KvCache:
    """Keys and values of the positions so far, for one batch of equal lengths."""

    def __init__(self):
        self.length = 0
        self._kept = {}

    def extend(self, attention, k, v):
        if attention in self._kept:
            old_k, old_v = self._kept[attention]
            k, v = torch.cat([old_k, k], dim=2), torch.cat([old_v, v], dim=2)
        self._kept[attention] = (k, v)
        return k, v


class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = RmsNorm(config.width, config.norm_epsilon)
        cos, sin = rope_table(config)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self._initialise()

    def _initialise(self):
        residual = (2 * self.config.layers) ** -0.5
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                scale = residual if name.endswith(("output.weight", "down.weight")) else 1.0
                nn.init.normal_(parameter, std=0.02 * scale)

    def hidden(self, tokens, cache=None, starts=None):
        """tokens [batch, time] -> normed states [batch, time, width]

        With `starts` [documents + 1] the one row holds documents that do not see each other.
        """
        x = self.embedding(tokens)
        if torch.is_autocast_enabled(tokens.device.type):
            x = x.to(torch.get_autocast_dtype(tokens.device.type))
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        if starts is not None:
            positions = positions - starts[torch.searchsorted(starts, positions, right=True) - 1]
        elif cache is not None:
            positions = positions + cache.length
        cos, sin = (table[positions][:, None].to(x.dtype) for table in (self.cos, self.sin))
        for layer in self.layers:
            x = layer(x, cos, sin, starts, cache)
        if cache is not None:
            cache.length += tokens.shape[1]
        return self.norm(x)

    def logits(self, hidden):
        return F.linear(hidden, self.embedding.weight)

    def forward(self, tokens, cache=None):
        return self.logits(self.hidden(tokens, cache))

    def parameter_count(self):
        return sum(p.numel() for p in self.parameters())

"""An endless, seeded stream of conversations: tasks, some of them joined to longer ones."""

import random
import sys
import traceback
from dataclasses import dataclass

import numpy
import torch

from . import chat
from .held_out import is_held_out
from .skills import AUXILIARY, SKILLS
from .vocabulary import encode

MAKERS = {**SKILLS, **AUXILIARY}
SHARES = {
    "classify": 1.8,
    "extract": 2.6,
    "convert": 2.8,
    "title": 1.1,
    "tools": 1.5,
    "arithmetic": 1.2,
    "compose": 2.0,
    "talk": 0.6,
    "beyond": 0.7,
    "follow_ups": 1.6,
    "batches": 1.1,
}
POOL = 1024  # conversations that are sorted by length together
JOINED = 0.08  # of the conversations have two to six tasks
LONG = 0.012  # have as many as the context holds
PROMPT_SAMPLE, PROMPT_WEIGHT = 0.15, 0.5  # of prompt tokens, and what they count
REPEATED_TOKENS = 24


@dataclass
class Batch:
    """Conversations padded to rows, or, with `starts`, packed into one row without gaps."""

    tokens: torch.Tensor  # [rows, time]
    weights: torch.Tensor  # [rows, time]: of predicting the token at this position
    starts: torch.Tensor | None = None  # [documents + 1]

    def split(self, parts):
        if parts == 1:
            return [self]
        return [Batch(t, w) for t, w in zip(self.tokens.chunk(parts), self.weights.chunk(parts))]


def answer_weight(length):
    """Short answers count more per token, long ones more as a whole."""
    return min(2.0, (8 / length) ** 0.5)


class Stream:
    def __init__(self, tokenizer, seed, batch_tokens, context):
        self.tokenizer, self.seed = tokenizer, seed
        self.batch_tokens, self.context = batch_tokens, context

    def pool(self, index, echo_share):
        """The batches of one pool, in random order; index and share determine them."""
        rng = random.Random(f"{self.seed}:{index}")
        shares = {**SHARES, "echo": echo_share * sum(SHARES.values())}
        rows = [self.conversation(rng, shares) for _ in range(POOL)]
        rows = sorted((row for row in rows if len(row[0]) <= self.context), key=lambda row: len(row[0]))
        batches, start = [], 0
        while start < len(rows):
            end = start + 1
            while end < len(rows) and (end + 1 - start) * len(rows[end][0]) <= self.batch_tokens:
                end += 1
            batches.append(padded(rows[start:end]))
            start = end
        rng.shuffle(batches)
        return batches

    def packed(self, index, echo_share):
        """The batch of this index in one row of exactly batch_tokens; the last document is cut off."""
        rng = random.Random(f"{self.seed}:{index}")
        shares = {**SHARES, "echo": echo_share * sum(SHARES.values())}
        tokens, weights, starts = [], [], [0]
        while len(tokens) < self.batch_tokens:
            more_tokens, more_weights = self.conversation(rng, shares)
            if len(more_tokens) <= self.context:
                tokens += more_tokens
                weights += [0.0, *more_weights[1:]]
                starts.append(len(tokens))
        starts[-1] = self.batch_tokens
        return packed_batch(tokens[: self.batch_tokens], weights[: self.batch_tokens], starts)

    def conversation(self, rng, shares):
        tokens, weights = self.encoded(rng, self.draw(rng, shares))
        chance = rng.random()
        wanted = rng.randrange(1, 6) if chance < JOINED else self.context if chance > 1 - LONG else 0
        newline = encode(self.tokenizer, "\n")
        while wanted > 0:
            more = self.draw(rng, shares)
            if more.tools is not None or more.messages[0]["role"] == "system":
                continue
            more_tokens, more_weights = self.encoded(rng, more)
            if len(tokens) + len(newline) + len(more_tokens) > self.context:
                break
            tokens = tokens + newline + more_tokens
            weights = weights + [0.0] * len(newline) + more_weights
            wanted -= 1
        return tokens, weights

    def draw(self, rng, shares):
        """One in millions of draws may find a generator's fault: it is told, and another task taken."""
        while True:
            name = rng.choices(list(shares), list(shares.values()))[0]
            try:
                task = MAKERS[name](rng)
            except (ArithmeticError, LookupError, TypeError, ValueError):
                print(f"a task of {name} could not be made:\n{traceback.format_exc()}", file=sys.stderr, flush=True)
                continue
            if not is_held_out(task):
                return task

    def encoded(self, rng, task):
        prompt, answer = chat.prompt_and_answer(task)
        prompt, answer = encode(self.tokenizer, prompt), encode(self.tokenizer, answer)
        weights = [PROMPT_WEIGHT if rng.random() < PROMPT_SAMPLE else 0.0 for _ in prompt]
        return prompt + answer, weights + [answer_weight(len(answer))] * len(answer)


def padded(rows):
    time = max(len(tokens) for tokens, _ in rows)
    tokens = torch.zeros(len(rows), time, dtype=torch.long)
    weights = torch.zeros(len(rows), time)
    for i, (row, weight) in enumerate(rows):
        tokens[i, : len(row)] = torch.tensor(row)
        weights[i, : len(row)] = torch.tensor(weight)
    return Batch(tokens, weights)


def packed_batch(tokens, weights, starts):
    return Batch(
        torch.from_numpy(numpy.array([tokens], dtype=numpy.int32)),
        torch.from_numpy(numpy.array([weights], dtype=numpy.float32)),
        torch.tensor(starts, dtype=torch.int32),
    )


def repetition(step, seed, vocabulary, batch_tokens, packed):
    """Random tokens three times over: what forms the copying heads within a hundred steps."""
    generator = torch.Generator().manual_seed(seed * 1_000_003 + step)
    time = 3 * REPEATED_TOKENS
    rows = batch_tokens // time
    once = torch.randint(0, vocabulary, (rows, REPEATED_TOKENS), generator=generator)
    weights = torch.ones(rows, time)
    weights[:, :REPEATED_TOKENS] = 0
    if not packed:
        return Batch(once.repeat(1, 3), weights)
    rest = [0] * (batch_tokens - rows * time)
    return packed_batch(
        once.repeat(1, 3).flatten().tolist() + rest,
        weights.flatten().tolist() + rest,
        [*range(0, rows * time + 1, time), batch_tokens],
    )

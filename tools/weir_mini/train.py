#!/usr/bin/env python3
"""Trains weir-mini, from nothing or from where it stopped.

    python -m weir_mini.train --run DIR --minutes 120

DIR keeps the tokenizer, the newest checkpoint and log.jsonl. The same command continues; the learning
rate rises again, stays, and falls over the last third of --minutes. SIGTERM saves and stops. Uses a
GPU when torch sees one; on a CPU each worker is one thread with its share of the batch, which suffers
less from busy neighbours than parallel matrix products.
"""

import argparse
import json
import os
import pathlib
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import torch
import torch.nn.functional as F

from . import corpus, vocabulary
from .dataset import Stream, repetition
from .model import Model, ModelConfig
from .optimizer import make_optimizers

REPETITION_STEPS = 80
WARM_UP_STEPS = 40
ECHO_AT_FIRST, ECHO_LATER, ECHO_STEPS = 0.6, 0.06, 600
FALL = 1 / 3  # of the time in which the learning rate falls to nothing
AVERAGE = 0.995  # of the weights that are exported, per step
CLIP = 1.0


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch-tokens", type=int, default=6144)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--muon-lr", type=float, default=0.012)
    parser.add_argument("--adam-lr", type=float, default=0.003)
    parser.add_argument("--weight-decay", type=float, default=0.02)
    parser.add_argument("--save-minutes", type=float, default=8)
    for name in ("width", "layers", "heads", "kv_heads", "head_width", "feed_forward", "vocabulary"):
        parser.add_argument("--" + name.replace("_", "-"), type=int, default=getattr(ModelConfig, name))
    return parser.parse_args()


class Trainer:
    def __init__(self, options):
        self.options = options
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.workers = 1 if self.device == "cuda" else options.workers
        if self.device == "cpu":
            torch.set_num_threads(1)
        torch.manual_seed(options.seed)
        options.run.mkdir(parents=True, exist_ok=True)
        self.step, self.tokens, self.pool = 0, 0, 0
        self.executor = ThreadPoolExecutor(self.workers)
        self._open()
        self.stream = Stream(self.tokenizer, options.seed, options.batch_tokens, self.config.context)
        self.stopping = False
        signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, *_):
        self.stopping = True

    def _open(self):
        path = self.options.run / "checkpoint.pt"
        kept = torch.load(path, weights_only=True, map_location=self.device) if path.exists() else None
        self.config = ModelConfig(**kept["config"]) if kept else self._new_config()
        self.tokenizer = self._tokenizer()
        self.model = Model(self.config).to(self.device)
        self.parameters = list(self.model.parameters())
        self.optimizers = make_optimizers(
            self.model,
            self.options.muon_lr,
            self.options.adam_lr,
            self.options.weight_decay,
            self.executor.map,
        )
        if kept:
            self.model.load_state_dict(kept["model"])
            for optimizer, state in zip(self.optimizers, kept["optimizers"]):
                optimizer.load_state_dict(state)
            self.step, self.tokens, self.pool = kept["step"], kept["tokens"], kept["pool"] + 1
        self.average = [p.detach().clone() for p in self.parameters]
        if kept:
            for mean, saved in zip(self.average, kept["average"]):
                mean.copy_(saved)
        for optimizer, rate in zip(self.optimizers, (self.options.muon_lr, self.options.adam_lr)):
            for group in optimizer.param_groups:
                group["base_lr"] = rate

    def _new_config(self):
        names = ("width", "layers", "heads", "kv_heads", "head_width", "feed_forward", "vocabulary")
        return ModelConfig(**{name: getattr(self.options, name) for name in names})

    def _tokenizer(self):
        path = self.options.run / "tokenizer.json"
        if not path.exists():
            vocabulary.train(corpus.texts(self.options.seed), self.config.vocabulary).save(str(path))
        return vocabulary.load(path)

    def save(self):
        path = self.options.run / "checkpoint.pt"
        state = {
            "config": self.config.as_dict(),
            "model": self.model.state_dict(),
            "average": self.average,
            "optimizers": [o.state_dict() for o in self.optimizers],
            "step": self.step,
            "tokens": self.tokens,
            "pool": self.pool,
        }
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def batches(self):
        while self.step < REPETITION_STEPS:
            yield repetition(
                self.step, self.options.seed, self.config.vocabulary, self.options.batch_tokens // 2
            )
        while True:
            progress = min(1.0, (self.step - REPETITION_STEPS) / ECHO_STEPS)
            echo = ECHO_AT_FIRST + (ECHO_LATER - ECHO_AT_FIRST) * progress
            yield from self.stream.pool(self.pool, echo)
            self.pool += 1

    def gradients(self, batch, total):
        """Of one worker's share: (gradients, loss), both already parts of the whole batch's."""
        tokens, weights = batch.tokens.to(self.device), batch.weights.to(self.device)[:, 1:]
        chosen = weights > 0
        with torch.autocast(self.device, torch.bfloat16):
            logits = self.model.logits(self.model.hidden(tokens[:, :-1])[chosen])
        losses = F.cross_entropy(logits.float(), tokens[:, 1:][chosen], reduction="none")
        loss = (losses * weights[chosen]).sum() / total
        return torch.autograd.grad(loss, self.parameters), loss.item()

    def take_step(self, batch, rate):
        total = batch.weights[:, 1:].sum().item()
        shares = [b for b in batch.split(self.workers) if b.weights[:, 1:].sum() > 0]
        results = list(self.executor.map(lambda share: self.gradients(share, total), shares))
        for i, parameter in enumerate(self.parameters):
            parameter.grad = sum(gradients[i] for gradients, _ in results)
        torch.nn.utils.clip_grad_norm_(self.parameters, CLIP)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["base_lr"] * rate
            optimizer.step()
        keep = min(AVERAGE, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for mean, parameter in zip(self.average, self.parameters):
                mean.lerp_(parameter, 1 - keep)
        self.step += 1
        self.tokens += batch.tokens.numel()
        return sum(loss for _, loss in results)

    def run(self):
        begun = saved = logged = time.time()
        first_step, seconds, losses, tokens = self.step, self.options.minutes * 60, [], self.tokens
        for batch in self.batches():
            elapsed = time.time() - begun
            if elapsed > seconds or self.stopping:
                break
            rate = min(1.0, (self.step - first_step + 1) / WARM_UP_STEPS, (1 - elapsed / seconds) / FALL)
            losses.append(self.take_step(batch, rate))
            now = time.time()
            if now - logged > 20:
                self.log(losses, (self.tokens - tokens) / (now - logged), rate)
                losses, tokens, logged = [], self.tokens, now
            if now - saved > self.options.save_minutes * 60:
                self.save()
                saved = now
        self.save()

    def log(self, losses, speed, rate):
        line = {
            "time": int(time.time()),
            "step": self.step,
            "tokens": self.tokens,
            "loss": round(sum(losses) / len(losses), 4),
            "tokens_per_second": round(speed),
            "rate": round(rate, 3),
        }
        with (self.options.run / "log.jsonl").open("a") as out:
            out.write(json.dumps(line) + "\n")
        print(line, flush=True)


if __name__ == "__main__":
    Trainer(arguments()).run()

#!/usr/bin/env python3
"""Trains weir-mini, from nothing or from where it stopped.

    python -m weir_mini.train --run DIR --minutes 120 [--begin-from MODEL.gguf]

DIR keeps the tokenizer, the newest checkpoint and log.jsonl. The same command continues; the learning
rate rises again, stays, and falls over the last part of --minutes, which count from the start of the
program. SIGTERM saves and stops. On a CPU each worker is one thread with its share of the batch, which
suffers less from busy neighbours than parallel matrix products. On a GPU, used when torch sees one, the
conversations are packed without gaps, the layers compiled, and workers are processes that make batches.
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

from . import corpus, importing, vocabulary
from .dataset import Batch, Stream, repetition
from .model import Model, ModelConfig
from .optimizer import make_optimizers
from .pipeline import Pipeline, echo_share

REPETITION_STEPS = 80
WARM_UP_STEPS = 40
ECHO_AT_FIRST, ECHO_LATER, ECHO_STEPS = 0.6, 0.06, 600
AVERAGE = 0.995  # of the weights that are exported, per step
CLIP = 1.0
ON_GPU = torch.cuda.is_available()


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--begin-from", type=pathlib.Path, metavar="GGUF", help="an exported model, for a new run, with more --layers if wanted")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch-tokens", type=int, default=65536 if ON_GPU else 6144)
    parser.add_argument("--workers", type=int, default=os.cpu_count() - ON_GPU)
    parser.add_argument("--muon-lr", type=float, default=0.02 if ON_GPU else 0.012)
    parser.add_argument("--adam-lr", type=float, default=0.003)
    parser.add_argument("--weight-decay", type=float, default=0.02)
    parser.add_argument("--fall", type=float, default=0.4, help="part of the time in which the rate falls")
    parser.add_argument("--packed", action="store_true", default=ON_GPU)
    parser.add_argument("--log-seconds", type=float, default=15)
    parser.add_argument("--save-minutes", type=float, default=8)
    for name in ("width", "layers", "heads", "kv_heads", "head_width", "feed_forward", "vocabulary"):
        parser.add_argument("--" + name.replace("_", "-"), type=int, default=getattr(ModelConfig, name))
    return parser.parse_args()


class Trainer:
    def __init__(self, options):
        self.options, self.begun = options, time.time()
        self.device = "cuda" if ON_GPU else "cpu"
        self.shares = 1 if options.packed else options.workers
        torch.set_num_threads(1)
        torch.manual_seed(options.seed)
        options.run.mkdir(parents=True, exist_ok=True)
        self.step, self.tokens, self.pool = 0, 0, 0
        self.map = map if self.shares == 1 else ThreadPoolExecutor(self.shares).map
        self._open()
        if ON_GPU:
            for layer in self.model.layers:
                layer.compile()
        self.stopping = False
        signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, *_):
        self.stopping = True

    def _open(self):
        kept = self._kept()
        self.config = ModelConfig(**kept["config"]) if kept else self._new_config()
        self.tokenizer = self._tokenizer()
        self.model = Model(self.config).to(self.device)
        self.parameters = list(self.model.parameters())
        self.optimizers = make_optimizers(
            self.model,
            self.options.muon_lr,
            self.options.adam_lr,
            self.options.weight_decay,
            self.map,
        )
        if kept:
            self.model.load_state_dict(kept["model"])
            for optimizer, state in zip(self.optimizers, kept.get("optimizers", [])):
                optimizer.load_state_dict(state)
            self.step, self.tokens, self.pool = kept["step"], kept["tokens"], kept["pool"] + 1
        self.average = [p.detach().clone() for p in self.parameters]
        if kept and "average" in kept:
            for mean, saved in zip(self.average, kept["average"]):
                mean.copy_(saved)
        for optimizer, rate in zip(self.optimizers, (self.options.muon_lr, self.options.adam_lr)):
            for group in optimizer.param_groups:
                group["base_lr"] = rate

    def _kept(self):
        """The run's checkpoint, or at its beginning the exported model that it begins from."""
        path = self.options.run / "checkpoint.pt"
        if path.exists():
            return torch.load(path, weights_only=True, map_location=self.device)
        if self.options.begin_from is None:
            return None
        kept, tokenizer = importing.checkpoint_of(self.options.begin_from)
        tokenizer.save(str(self.options.run / "tokenizer.json"))
        return importing.deeper(kept, self.options.layers) if self.options.layers > kept["config"]["layers"] else kept

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
        echo = (ECHO_AT_FIRST, ECHO_LATER, ECHO_STEPS)
        arguments = (self.options.seed, self.options.batch_tokens, self.config.context)
        if self.options.packed:
            path = str(self.options.run / "tokenizer.json")
            made = iter(Pipeline(path, arguments, echo, self.pool, self.options.workers))
        while self.step < REPETITION_STEPS:
            yield repetition(
                self.step,
                self.options.seed,
                self.config.vocabulary,
                self.options.batch_tokens,
                self.options.packed,
            )
        stream = Stream(self.tokenizer, *arguments)
        while True:
            if self.options.packed:
                yield Batch(*map(torch.from_numpy, next(made)))
            else:
                yield from stream.pool(self.pool, echo_share(self.step - REPETITION_STEPS, *echo))
            self.pool += 1

    def sent(self, tensor):
        return tensor.pin_memory().to(self.device, non_blocking=True) if ON_GPU else tensor

    def gradients(self, batch, total):
        """Of one share: (gradients, loss), both already parts of the whole batch's."""
        time = batch.tokens.shape[1]
        rows, columns = batch.weights[:, 1:].nonzero(as_tuple=True)
        chosen = rows * time + columns
        weights = self.sent(batch.weights.flatten()[chosen + 1])
        tokens, chosen = self.sent(batch.tokens).long(), self.sent(chosen)
        starts = batch.starts
        if starts is not None:
            starts = self.sent(starts)
            torch._dynamo.maybe_mark_dynamic(starts, 0)
        with torch.autocast(self.device, torch.bfloat16):
            hidden = self.model.hidden(tokens, starts=starts)
            logits = self.model.logits(hidden.flatten(0, 1)[chosen])
        losses = F.cross_entropy(logits.float(), tokens.flatten()[chosen + 1], reduction="none")
        loss = (losses * weights).sum() / total
        return torch.autograd.grad(loss, self.parameters), loss.detach()

    def take_step(self, batch, rate):
        total = batch.weights[:, 1:].sum().item()
        shares = [b for b in batch.split(self.shares) if b.weights[:, 1:].sum() > 0]
        results = list(self.map(lambda share: self.gradients(share, total), shares))
        for i, parameter in enumerate(self.parameters):
            parameter.grad = sum(gradients[i] for gradients, _ in results)
        torch.nn.utils.clip_grad_norm_(self.parameters, CLIP)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["base_lr"] * rate
            optimizer.step()
        keep = min(AVERAGE, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.parameters, 1 - keep)
        self.step += 1
        self.tokens += batch.tokens.numel()
        return sum(loss for _, loss in results)

    def run(self):
        saved = logged = time.time()
        first_step, seconds, losses, tokens = self.step, self.options.minutes * 60, [], self.tokens
        for batch in self.batches():
            elapsed = time.time() - self.begun
            if elapsed > seconds or self.stopping:
                break
            rate = min(1.0, (self.step - first_step + 1) / WARM_UP_STEPS, (1 - elapsed / seconds) / self.options.fall)
            losses.append(self.take_step(batch, rate))
            now = time.time()
            if now - logged > self.options.log_seconds:
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
            "loss": round(torch.stack(losses).mean().item(), 4),
            "tokens_per_second": round(speed),
            "rate": round(rate, 3),
        }
        with (self.options.run / "log.jsonl").open("a") as out:
            out.write(json.dumps(line) + "\n")
        print(line, flush=True)


if __name__ == "__main__":
    Trainer(arguments()).run()

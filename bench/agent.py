"""Agents before the local engine: what a second turn costs, and who waits for whom.

`turns` plays conversations with a long beginning, each with one of its own, and times the first
token of their turns through HTTP. `restart` ends weir between the turns. `company` reads a long prompt beside a
running answer and asks /healthz all the while. `foretold` asks requests of many sizes and compares their times
with what the engine foretold.
"""
import contextlib
import http.client
import json
import random
import re
import statistics
import threading
import time
import urllib.request

from processes import Bench, Failed
from programs import checked
from report import note, paired, row, spread

ANSWER_TOKENS = 16


class Turn:
    """One streamed answer: when each piece came, its text, and its headers."""

    def __init__(self, port, messages, max_tokens=ANSWER_TOKENS):
        body = json.dumps({"model": "local", "stream": True, "max_tokens": max_tokens,
                           "temperature": 0, "messages": messages,
                           "stream_options": {"include_usage": True}})
        self.text, self.pieces, self.usage = "", [], None
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3600)
        with contextlib.closing(connection):
            began = time.monotonic()
            connection.request("POST", "/v1/chat/completions", body,
                               {"content-type": "application/json"})
            answer = connection.getresponse()
            if answer.status != 200:
                raise Failed(f"status {answer.status}: {answer.read()[:500]}")
            self.cache = answer.getheader("x-weir-cache", "")
            for line in answer:
                self.take(line)
        if not self.pieces:
            raise Failed("an answer without text")
        self.first_token_s = self.pieces[0] - began

    def take(self, line):
        if not line.startswith(b"data: {"):
            return
        event = json.loads(line[6:])
        self.usage = event.get("usage") or self.usage
        for choice in event.get("choices", ()):
            if text := choice["delta"].get("content"):
                self.pieces.append(time.monotonic())
                self.text += text

    def gaps_s(self):
        return [b - a for a, b in zip(self.pieces, self.pieces[1:])]


def words(count, seed):
    """Text of about so many tokens for a vocabulary of bytes: a letter each."""
    rng = random.Random(seed)
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz     ") for _ in range(count))


def made_model(options):
    """The file of a model of options.shape."""
    options.models.mkdir(parents=True, exist_ok=True)
    model = options.models / f"{options.shape}-{options.type.lower()}.gguf"
    if not model.exists():
        checked([options.weir, "bench", "--shape", options.shape, "--type", options.type,
                 "--keep", model, "--only-make"])
    return model


@contextlib.contextmanager
def serving(options):
    """A weir with that model; its port and its admin port."""
    with Bench(options.weir) as bench:
        yield bench.local_weir(made_model(options), options.kv_cache_mb)


def conversation(tokens, seed):
    return [{"role": "system", "content": words(tokens, seed)},
            {"role": "user", "content": words(200, seed + 1)}]


def next_turn(messages, answer, seed):
    return [*messages, {"role": "assistant", "content": answer.text},
            {"role": "user", "content": words(200, seed)}]


def turns(options):
    first, second, fresh = [], [], []
    with serving(options) as server:
        for index in range(options.rounds):
            seed = 1000 * (index + 1)
            messages = conversation(options.tokens, seed)
            answer = Turn(server.port, messages)
            other = Turn(server.port, conversation(options.tokens, seed + 500))
            again = Turn(server.port, next_turn(messages, answer, seed + 2))
            first.append(answer.first_token_s)
            fresh.append(other.first_token_s)
            second.append(again.first_token_s)
            note(f"first {answer.first_token_s:.2f} s, fresh {other.first_token_s:.2f} s, second "
                 f"{again.first_token_s * 1000:.0f} ms, {again.cache}")
    row("bench/run agent", f"{options.tokens} tokens, {options.shape} {options.type}",
        f"first turn {spread(first, 2)} s", f"second turn {spread(second, 3)} s",
        f"second ÷ first {spread(paired(second, first), 4)}",
        f"a fresh conversation ÷ first {spread(paired(fresh, first), 3)}")


PERSISTS = """kv_persist_mb = 16384
kv_persist_flush_ms = 60000
[[team]]
name = "agents"
privacy = "any"
kv_persist = true
"""


def restart(options):
    """The first turn of a conversation, and the same one after a restart, from disk."""
    cold, warm, ending = [], [], []
    for index in range(options.rounds):
        messages = conversation(options.tokens, 1000 * (index + 1))
        with Bench(options.weir) as bench:
            folder = bench.scratch / "state"
            folder.mkdir()
            server = bench.local_weir(made_model(options), options.kv_cache_mb, folder, PERSISTS)
            first = Turn(server.port, messages)
            began = time.monotonic()
            server.stop()
            ending.append(time.monotonic() - began)
            server = bench.local_weir(made_model(options), options.kv_cache_mb, folder, PERSISTS)
            again = Turn(server.port, messages)
        if again.text != first.text or "disk=" not in again.cache:
            raise Failed(f"not what was there before: {again.cache}")
        cold.append(first.first_token_s)
        warm.append(again.first_token_s)
        note(f"cold {first.first_token_s:.2f} s, from disk {again.first_token_s:.2f} s, {again.cache}")
    row("bench/run restart", f"{options.tokens} tokens, {options.shape} {options.type}",
        f"first turn {spread(cold, 2)} s", f"after a restart {spread(warm, 3)} s",
        f"after ÷ first {spread(paired(warm, cold), 4)}", f"end of the process {spread(ending, 2)} s")


def p99(values):
    return statistics.quantiles(values, n=100)[98]


class Watch(threading.Thread):
    """Asks /healthz on a connection of its own, every 5 ms, until stop()."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.seconds, self.going = port, [], True
        self.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            while self.going:
                began = time.monotonic()
                connection.request("GET", "/healthz")
                connection.getresponse().read()
                self.seconds.append(time.monotonic() - began)
                time.sleep(0.005)

    def stop(self):
        self.going = False
        self.join()
        return self.seconds


def company(options):
    """The gaps of an answer alone, and beside a prompt of options.tokens."""
    ratios, alone_ms, beside_ms, health_ms = [], [], [], []
    short = [{"role": "user", "content": words(50, 7)}]
    with serving(options) as server:
        Turn(server.port, short)
        for index in range(options.rounds):
            alone = p99(Turn(server.port, short, 300).gaps_s())
            watch = Watch(server.port)
            long = threading.Thread(target=Turn, args=(
                server.port, conversation(options.tokens, 1000 * (index + 1)), 1))
            long.start()
            time.sleep(0.5)
            beside = p99(Turn(server.port, short, 300).gaps_s())
            if not long.is_alive():
                raise Failed("the long prompt was read before the answer was over")
            health = p99(watch.stop())
            long.join()
            alone_ms.append(alone * 1000)
            beside_ms.append(beside * 1000)
            ratios.append(beside / alone)
            health_ms.append(health * 1000)
    row("bench/run company", f"{options.tokens} tokens, {options.shape} {options.type}",
        f"p99 between tokens alone {spread(alone_ms)} ms", f"beside the prompt {spread(beside_ms)} ms",
        f"ratio {spread(ratios, 2)}", f"p99 of /healthz {spread(health_ms)} ms")


def forecast_counts(port, part):
    """How many requests took at most so many times what was foretold: bound -> count."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    line = rf'weir_engine_forecast_ratio_bucket{{part="{part}",le="([^"]+)"}} ([0-9]+)'
    return {float(bound.replace("+Inf", "inf")): int(count) for bound, count in re.findall(line, text)}


def foretold(options):
    """One request after the other, of any size, behind some from which the engine learns."""
    sizes = (100, 300, 1000, 3000)
    rng = random.Random(1)

    def ask(port, count, seed):
        for index in range(count):
            text = words(rng.choice(sizes), seed + index)
            Turn(port, [{"role": "user", "content": text}], rng.choice((8, 32, 128)))

    with serving(options) as server:
        ask(server.port, 6, 10_000)
        before = {part: forecast_counts(server.admin_port, part) for part in ("prompt", "answer")}
        ask(server.port, 8 * options.rounds, 20_000)
        told = []
        for part, known in before.items():
            after = forecast_counts(server.admin_port, part)
            share = {bound: after[bound] - known.get(bound, 0) for bound in after}
            near = share[1.25] - share[0.8]
            told.append(f"{part}s: {near} of {share[float('inf')]} took 0.8 to 1.25 times what was foretold")
    row("bench/run foretold", f"requests of {sizes[0]} to {sizes[-1]} tokens, {options.shape} {options.type}", *told)

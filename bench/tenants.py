"""Teams before one local engine: whether one that floods slows a quiet one down, and whether the time of an answer
tells what another team has asked.

`fairness` plays a quiet team that asks one short request after the other, alone and beside a team that keeps
--flood long requests under way, in turns. `isolation` asks what another team has just asked, what nobody has, and
what its own team has.
"""
import contextlib
import hashlib
import http.client
import json
import multiprocessing
import random
import statistics
import threading
import time

from agent import made_model, p99
from processes import Bench, Failed
from report import note, row

TEAMS = ("quiet", "flood")
KEYS = {team: f"weir_Bench00{number}_" + str(number) * 43 for number, team in enumerate(TEAMS)}
LETTERS = "abcdefghijklmnopqrs uvwxyz"
BLOCK = 20  # requests of the quiet team at a time
EMBEDDED = "weir-mini"


def team_tables():
    text = ""
    for team, key in KEYS.items():
        public = key.split("_")[1]
        text += f"""[[team]]
name = "{team}"
keys = ["{public}:sha256:{hashlib.sha256(key.encode()).hexdigest()}"]
"""
    return text


def text_of(letters, seed):
    source = random.Random(seed)
    return "".join(source.choice(LETTERS) for _ in range(letters))


class Asked:
    """One streamed request: seconds to its first text and to its end, and what was found of its prompt."""

    def __init__(self, port, team, text, max_tokens):
        body = json.dumps({"model": "local", "stream": True, "max_tokens": max_tokens, "temperature": 0,
                           "stream_options": {"include_usage": True},
                           "messages": [{"role": "user", "content": text}]})
        self.first_s, self.cached, self.tokens = None, 0, 0
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        with contextlib.closing(connection):
            began = time.monotonic()
            connection.request("POST", "/v1/chat/completions", body,
                               {"content-type": "application/json", "authorization": f"Bearer {KEYS[team]}"})
            answer = connection.getresponse()
            self.status = answer.status
            if self.status != 200:
                self.error = answer.read(400)
                return
            for line in answer:
                if line.startswith(b"data: {"):
                    self.take(json.loads(line[6:]), time.monotonic() - began)
            self.total_s = time.monotonic() - began

    def take(self, event, seconds):
        if event.get("usage"):
            self.tokens = event["usage"]["completion_tokens"]
            self.cached = event["usage"].get("prompt_tokens_details", {}).get("cached_tokens", 0)
        if self.first_s is None and any(choice.get("delta", {}).get("content") for choice in event.get("choices", ())):
            self.first_s = seconds


def ask(port, team, text, max_tokens):
    asked = Asked(port, team, text, max_tokens)
    if asked.status != 200:
        raise Failed(f"status {asked.status}: {asked.error!r}")
    if asked.first_s is None:
        asked.first_s = asked.total_s
    return asked


def keep_asking(port, prompt, max_tokens, seed):
    """One long request after the other, for ever. Not streamed: reading it costs the machine nothing."""
    while True:
        seed += 1
        body = json.dumps({"model": "local", "max_tokens": max_tokens, "temperature": 0,
                           "messages": [{"role": "user", "content": text_of(prompt, seed)}]})
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        with contextlib.closing(connection):
            connection.request("POST", "/v1/chat/completions", body,
                               {"content-type": "application/json", "authorization": f"Bearer {KEYS['flood']}"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                time.sleep(0.05)


def flood(port, options, seed):
    threads = [threading.Thread(target=keep_asking, daemon=True, args=(
        port, options.flood_prompt, options.flood_answer, seed + 1000 * i)) for i in range(options.flood)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextlib.contextmanager
def flooded(port, options, seed):
    """A process of its own keeps options.flood requests under way; its end cancels them."""
    process = multiprocessing.Process(target=flood, args=(port, options, seed), daemon=True)
    process.start()
    try:
        time.sleep(options.flood_seconds)
        yield
    finally:
        process.kill()
        process.join()
        time.sleep(0.3)


def model_of(options):
    """The embedded model, or the file of a made one."""
    return EMBEDDED if options.shape == EMBEDDED else made_model(options)


def block(port, options, seed):
    return [ask(port, "quiet", text_of(options.quiet_prompt, seed + i), options.quiet_answer) for i in range(BLOCK)]


def fairness(options):
    alone, beside, ratios = [], [], {"first": [], "total": []}
    with Bench(options.weir) as bench:
        server = bench.local_weir(model_of(options), options.kv_cache_mb, more=team_tables())
        block(server.port, options, 1)
        seed = 1000
        while len(beside) < options.samples:
            seed += 100_000
            alone += block(server.port, options, seed)
            with flooded(server.port, options, seed):
                beside += block(server.port, options, seed + 50)
            note(f"{len(beside)}: alone {alone[-1].first_s * 1e3:.0f}/{alone[-1].total_s * 1e3:.0f} ms, beside "
                 f"{beside[-1].first_s * 1e3:.0f}/{beside[-1].total_s * 1e3:.0f} ms")
    figures = []
    for name, part in (("first token", "first_s"), ("whole answer", "total_s")):
        ours = [1e3 * getattr(one, part) for one in alone]
        theirs = [1e3 * getattr(one, part) for one in beside]
        figures.append(f"{name}: alone p50 {statistics.median(ours):.0f} p99 {p99(ours):.0f} ms; beside p50 "
                       f"{statistics.median(theirs):.0f} p99 {p99(theirs):.0f} ms; ratio p50 "
                       f"{statistics.median(theirs) / statistics.median(ours):.2f}, "
                       f"**p99 {p99(theirs) / p99(ours):.2f}**")
    model = options.shape if options.shape == EMBEDDED else f"{options.shape} {options.type}"
    row("bench/run fairness", f"{model}: {len(beside)} requests of {options.quiet_prompt}+{options.quiet_answer} tokens "
        f"beside {options.flood} at once of {options.flood_prompt}+{options.flood_answer}", *figures)


def auc(ones, others):
    """The share of pairs in which the one is greater than the other."""
    greater = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a in ones for b in others)
    return greater / (len(ones) * len(others))


def isolation(options):
    asked, fresh, own = [], [], []
    source = random.Random(1)
    with Bench(options.weir) as bench:
        server = bench.local_weir(model_of(options), options.kv_cache_mb, more=team_tables())

        def probe(team, text):
            one = ask(server.port, team, text, 1)
            return one.total_s, one.cached

        for index in range(options.probes):
            secret = text_of(options.probe_prompt, 2 * index)
            other = text_of(options.probe_prompt, 2 * index + 1)
            probe("quiet", secret)
            kinds = [(asked, secret), (fresh, other)]
            source.shuffle(kinds)
            for times, text in kinds:
                seconds, cached = probe("flood", text)
                times.append(seconds)
                if cached >= options.probe_prompt // 2:
                    raise Failed(f"{cached} tokens of another team's prompt were found")
            seconds, cached = probe("quiet", secret)
            own.append(seconds)
            if cached == 0:
                raise Failed("nothing of a team's own prompt was found")
    model = options.shape if options.shape == EMBEDDED else f"{options.shape} {options.type}"
    row("bench/run isolation", f"{model}: {options.probes} probes a side of {options.probe_prompt} tokens",
        f"another team's prompt against a fresh one: **AUC {auc(asked, fresh):.3f}**",
        f"a fresh one against one's own: AUC {auc(fresh, own):.3f}",
        f"medians {statistics.median(asked) * 1e3:.2f}, {statistics.median(fresh) * 1e3:.2f} and "
        f"{statistics.median(own) * 1e3:.2f} ms")

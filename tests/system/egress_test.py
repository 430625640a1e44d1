#!/usr/bin/env python3
"""Ten thousand private requests while everything fails: not one byte of what is private leaves.

In a network namespace with loopback alone, with every connect() and send watched by strace, and with a mock of a
cloud on loopback that would take all of them: the engine is down, its queue full, its model missing or broken, time
runs out, the configuration is reloaded, clients leave, the ledger's disk fills, bodies are hostile, providers fail.

Three in four requests are local-only: by their team, a header, a rule, or by what they contain, which is one fresh
value of any kind anywhere in them. Each holds a canary, too. The others are redacted or delegated, with one to three such
values, and may leave without them. No canary and no value may be in what the cloud saw, in a log, a metric, the ledger or any
other file.

WEIR_EGRESS_REQUESTS says how many (10000), WEIR_EGRESS_SEED repeats a run.
"""
import asyncio
import atexit
import dataclasses
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import private_values
import testing
from privacy_test import loopback_up
from private_values import CONTEXTS, GENERATORS, value_of
from redaction_test import UPSTREAMS
from reported_redaction_test import ALIAS, FULL
from tiny_gguf import PARROT, SAYS, write_model
from weir_process import (PRICE, PRICED, TEAM_KEY, Mock, Weir, backend, chat, request, team_key_line)

REQUESTS = int(os.environ.get("WEIR_EGRESS_REQUESTS", "10000"))
SEED = int(os.environ.get("WEIR_EGRESS_SEED", str(int(time.time()))))
CANARY = "egress-canary-7f3d9a51"
OPEN_KEY = "weir_OpenTeam_openTeamSecret0123456789abcdefghijklmnopqrs"
PLAIN_KEY = "weir_PlainTea_plainTeamSecret0123456789abcdefghijklmnopqr"
RED_KEY = "weir_RedTeam1_redTeamSecret0123456789abcdefghijklmnopqrst"
COUNSEL_KEY = "weir_Counsel1_counselSecret0123456789abcdefghijklmnopqrs"
FAR_ADDRESS = "192.0.2.1"  # of a network for documentation: nobody is there
CLIENTS = 32
WAYS = [{"x-api-key": TEAM_KEY}, {"authorization": f"Bearer {TEAM_KEY}", "x-weir-privacy": "any"},
        {"x-api-key": OPEN_KEY, "x-weir-privacy": "local_only"}, {"x-goog-api-key": OPEN_KEY, "x-app": "clinic"},
        {"x-api-key": OPEN_KEY}]  # the last by what the request contains
REDACTED_WAYS = [{"x-api-key": RED_KEY}, {"authorization": f"Bearer {RED_KEY}", "x-weir-privacy": "any"},
                 {"x-api-key": PLAIN_KEY, "x-weir-privacy": "redact"}, {"x-goog-api-key": PLAIN_KEY, "x-app": "shop"},
                 {"x-api-key": COUNSEL_KEY}]
PASSED = ["/v1/files", "/v1/embeddings", "/v1/images/generations", "/v1/messages/batches", "/v1/anything", "/audio/speech"]
MODELS = [*["auto"] * 6, "local", "parrot", "broken", "cloud", PRICED, "far-model", "vllm-model", "nobody-has-it",
          "chat-good", "gemini-failing"]
# What the first of two backends with a model does; the second, of another dialect, answers.
FAULTS = {"good": "mock-echo", "failing": "mock-status-500", "busy": "mock-status-429", "once": "mock-status-503-once",
          "reset": "mock-reset-head", "cut": "mock-eof-mid", "broken-off": "mock-reset-mid",
          "error": "mock-stream-error", "nonsense": "mock-bad-json", "refusing": "mock-status-400", "html": "mock-html"}
MAY_LEAVE = "this-word-may-leave"
TOOL = {"type": "function", "function": {"name": f"f_{CANARY.replace('-', '_')}", "description": CANARY,
                                         "parameters": {"type": "object", "properties": {CANARY: {"type": "string"}}}}}


def config_of(mock, models, **more):
    local = {"model": str(models / "parrot.gguf"), "slots": 4, **more.pop("local", {})}
    far = {"name": "far", "base_url": f"https://{FAR_ADDRESS}/v1", "models": ["far-model"],
           "api_key": "env:WEIR_TEST_PROVIDER_KEY", "connect_timeout_ms": 300, "max_output_tokens": 100}
    site = backend(mock, ["vllm-model"], name="vllm")
    site["class"] = "site"
    kinds = list(GENERATORS)
    return {"local": local, "backend": [backend(mock, [PRICED]), far, site, *faulty_backends(mock)],
            "price": [PRICE, {**PRICE, "model": "far-model"}],
            "pattern": [{"name": "house", "pattern": private_values.PATTERN, "words": private_values.WORDS}],
            "team": [{"name": "private", "keys": [team_key_line(TEAM_KEY)], "privacy": "local_only"},
                     {"name": "open", "keys": [team_key_line(OPEN_KEY)], "privacy": "any"},
                     {"name": "plain", "keys": [team_key_line(PLAIN_KEY)], "privacy": "any", "redact": kinds},
                     {"name": "red", "keys": [team_key_line(RED_KEY)], "privacy": "redact", "redact": kinds},
                     {"name": "counsel", "keys": [team_key_line(COUNSEL_KEY)], "privacy": "delegate",
                      "quality_target": 0.0}],
            "rule": [{"name": "clinic", "header": "x-app: clinic", "action": "local_only"},
                     {"name": "shop", "header": "x-app: shop", "action": "redact"},
                     {"name": "found", "teams": ["open"], "contains": kinds[::2], "action": "local_only"},
                     {"name": "found, too", "teams": ["open"], "contains": kinds[1::2], "action": "local_only"}],
            **more}


def faulty_backends(mock):
    """Of each dialect one that fails, and one that answers in place of another dialect's."""
    names = list(UPSTREAMS)
    found = []
    for at, name in enumerate(names):
        dialect, path = UPSTREAMS[name]
        failing = [{"name": f"{name}-{fault}", "upstream": upstream} for fault, upstream in FAULTS.items()]
        spare = [{"name": f"{names[at - 1]}-{fault}", "upstream": "mock-echo"} for fault in FAULTS]
        how = {"dialect": dialect, "provider": name, "base_url": f"http://127.0.0.1:{mock.port}{path}",
               "total_timeout_ms": 3000, "first_byte_timeout_ms": 1000}
        found += [backend(mock, failing, name=name, **how), backend(mock, spare, name=f"{name}-spare", **how)]
    return found


def with_broken_model(text, models):
    return text + f'\n[[local.models]]\nmodel = "{models / "broken.gguf"}"\nname = "broken"\n'


def in_dialect(rng, body):
    """The path of a dialect, and what of the request it says."""
    model, text, stream = body["model"], body["messages"][-1]["content"], body["stream"]
    tokens = body["max_tokens"]
    system = "".join(message["content"] for message in body["messages"][:-1])
    verb = "streamGenerateContent?alt=sse" if stream else "generateContent"
    return rng.choice([
        ("/v1/chat/completions", body), ("/v1/chat/completions", body),
        ("/v1/responses", {"model": model, "input": text, "instructions": system, "max_output_tokens": tokens,
                           "stream": stream}),
        ("/v1/messages", {"model": model, "max_tokens": tokens, "stream": stream, "system": system or "Be brief.",
                          "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]}),
        (f"/v1beta/models/{model}:{verb}", {"contents": [{"role": "user", "parts": [{"text": text}]}],
                                            "generationConfig": {"maxOutputTokens": tokens}}),
        ("/api/chat", {"model": model, "messages": body["messages"], "stream": stream,
                       "options": {"num_predict": tokens}})])


def everywhere(rng, values, model, stream):
    """A request of any dialect with all that one can hold, and the values in some of its places."""
    dialect = rng.choice(list(FULL))
    places = []
    FULL[dialect](places.append)
    chosen = dict(zip(rng.sample(range(len(places)), len(values)), values))
    at = iter(range(len(places)))

    def say(place):
        number = next(at)
        if number not in chosen:
            return f"the {place}"
        return rng.choice(["{}", "Well, {} then"]).format(chosen[number].text)

    path, body = FULL[dialect](say)
    if dialect == "gemini":
        path = path.format(model)
        path = path.replace(":generateContent", ":streamGenerateContent?alt=sse") if stream else path
    else:
        body |= {"model": model, "stream": stream}
    return path, body


def plainly(rng, words, values, model, stream):
    """A request as most are, with the values in its text."""
    text = " ".join([words, *(rng.choice(CONTEXTS).format(value.text, value.text) for value in values)])
    body = chat(model, text, max_tokens=rng.randrange(1, 4), stream=stream)
    if rng.random() < 0.2:
        body["messages"].insert(0, {"role": "system", "content": words * 3})
    return in_dialect(rng, body)


def spoilt(rng, words, path, text):
    """Bytes that are no good request, of one that is."""
    kind = rng.randrange(3)
    if kind == 0:
        return path, text[:rng.randrange(len(text))]
    if kind == 1:
        return path, text.replace(words.encode(), words.encode() + b"\xff\xfe", 1)
    return path, b"[" * 500 + text


def local_only_ask(rng, values):
    """Has the canary, and one value somewhere."""
    model, stream = rng.choice(MODELS), rng.random() < 0.5
    words = f"{CANARY} number {rng.randrange(1_000_000)}"
    if rng.random() < 0.25:
        path, body = everywhere(rng, values, model, stream)
        body[CANARY] = {"deep": [[[CANARY]]]}
    else:
        path, body = plainly(rng, words, values, model, stream)
    kind = rng.randrange(12)
    if kind == 0 and path.endswith("completions"):
        body.setdefault("tools", [TOOL])
    elif kind == 1:
        body = chat(model, words + " word" * 20_000 + f" {values[0].text}", max_tokens=2, stream=stream)
        path = "/v1/chat/completions"
    elif kind == 2:
        body.setdefault("response_format", {"type": "json_schema", "json_schema": {
            "name": "x", "schema": {"type": "object", "properties": {CANARY: {"type": "string"}}}}})
    elif kind == 3:
        body = {"model": rng.choice([PRICED, "far-model", "vllm-model", model]), "input": [words, values[0].text]}
        path = "/v1/embeddings"
    text = json.dumps(body).encode()
    return spoilt(rng, words, path, text) if rng.random() < 0.15 else (path, text)


def redacted_ask(rng, values):
    model = rng.choice(["auto", "cloud", *(f"{name}-{fault}" for name in UPSTREAMS for fault in FAULTS)])
    stream = rng.random() < 0.5
    if rng.random() < 0.5:
        path, body = everywhere(rng, values, model, stream)
        next(iter(body.get("messages") or body.get("contents") or body.get("input")))["note"] = MAY_LEAVE
    else:
        path, body = plainly(rng, MAY_LEAVE, values, model, stream)
    text = json.dumps(body, ensure_ascii=rng.random() < 0.5).encode()
    return spoilt(rng, MAY_LEAVE, path, text) if rng.random() < 0.1 else (path, text)


class Flood:
    """Clients that ask in a private way, some of which leave; what they were told, and the values that they sent."""

    def __init__(self, port, count, rng):
        self.port, self.left, self.rng = port, count, rng
        self.seen = {}
        self.wrong = []
        self.forms = set()

    async def client(self):
        while self.left > 0:
            self.left -= 1
            try:
                await asyncio.wait_for(self.ask(), 30)
            except (OSError, asyncio.IncompleteReadError):
                self.count("cut")

    async def ask(self):
        redacts = self.rng.random() < 0.25
        values = [value_of(self.rng) for _ in range(self.rng.randrange(1, 4) if redacts else 1)]
        for value in values:
            self.forms |= value.forms()
        path, body = redacted_ask(self.rng, values) if redacts else local_only_ask(self.rng, values)
        way = self.rng.choice(REDACTED_WAYS if redacts else WAYS)
        fields = "".join(f"{name}: {value}\r\n" for name, value in way.items())
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            if self.rng.random() < 0.1:
                path = self.rng.choice(PASSED)
            writer.write(f"POST {path} HTTP/1.1\r\nhost: x\r\n{fields}connection: close\r\n"
                         f"content-length: {len(body)}\r\n\r\n".encode() + body)
            if self.rng.random() < 0.1:
                await asyncio.sleep(self.rng.random() * 0.01)
                return self.count("left")
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            answer = await reader.read()
        finally:
            writer.close()
        self.judge(redacts, head, answer, values)

    def judge(self, redacts, head, answer, values):
        status = int(head.split()[1])
        route = re.search(r"x-weir-route: (\w+)", head)
        route = route[1] if route else "none"
        self.count(f"{status} {route}")
        redacted = re.search(r"x-weir-redacted: (.*)\r", head)
        if route not in ("local", "none") or (status == 200 and route != "local"):
            told = status != 200 or (redacted and "=" in redacted[1])
            if not redacts or not told or ALIAS.search(answer.decode()):
                self.wrong.append((values, head, answer))

    def count(self, what):
        self.seen[what] = self.seen.get(what, 0) + 1

    async def run(self, meanwhile=None):
        clients = [asyncio.create_task(self.client()) for _ in range(CLIENTS)]
        task = asyncio.create_task(meanwhile()) if meanwhile else None
        await asyncio.gather(*clients)
        if task:
            task.cancel()


class Trial:
    """One weir under strace, with a fault, for some of the requests."""

    def __init__(self, mock, models, rng, name):
        self.mock, self.models, self.rng, self.name = mock, models, rng, name
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="weir-egress-"))
        self.trace = self.directory.with_suffix(".strace")
        self.forms = set()

    def start(self, **more):
        watch = ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg",
                 "-o", str(self.trace)]
        self.weir = Weir(config_of(self.mock, self.models, **more), directory=self.directory, wrap=watch, start=False)
        self.good = with_broken_model(self.weir.config_path.read_text(), self.models)
        self.weir.config_path.write_text(self.good)
        atexit.register(self.weir.discard)  # a trial that fails must not leave it behind
        self.weir.start()
        return self

    def flood(self, count, meanwhile=None):
        flood = Flood(self.weir.port, count, self.rng)
        asyncio.run(flood.run(meanwhile))
        print(f"  {self.name}: {dict(sorted(flood.seen.items()))}", flush=True)
        assert not flood.wrong, flood.wrong[:3]
        self.forms |= flood.forms
        self.look_at_the_cloud()
        return flood.seen

    def look_at_the_cloud(self):
        """It got redacted requests, with aliases but where its dialect lacks the place, and no value."""
        seen = self.mock.requests()
        self.mock.reset()
        print(f"  {len(seen)} redacted requests left, {len(self.forms)} forms of values did not", flush=True)
        assert sum(bool(ALIAS.search(each["body"].decode())) for each in seen) >= len(seen) * 3 // 4, seen[:3]
        self.delegated = sum(SAYS.encode() in each["body"] for each in seen)
        heads = "\n".join(f"{each['path']} {each['headers']}" for each in seen).encode()
        self.assert_nothing_private({"the cloud": heads + b"\n".join(each["body"] for each in seen)})

    def far_addresses(self):
        addresses = re.findall(r'inet_(?:addr\(|pton\(AF_INET6, )"([^"]+)"', self.trace.read_text())
        return sorted({address for address in addresses if not address.startswith("127.") and address != "::1"})

    def end(self):
        """Everything that the process left behind, but the canary nowhere in it."""
        metrics = self.weir.admin("/metrics").body
        private = [line for line in metrics.decode().splitlines() if line.startswith("weir_egress_private")]
        assert [line.split()[-1] for line in private] == ["0"], private
        self.weir.stop()
        assert self.far_addresses() == [], self.far_addresses()
        self.assert_nothing_private({"metrics": metrics, **self.files()})

    def files(self):
        """All but the configuration, which has the words of the house."""
        left = {str(path): path.read_bytes() for path in self.directory.rglob("*")
                if path.is_file() and path != self.weir.config_path}
        assert any(name.endswith("ledger.db") for name in left), list(left)
        return left

    def discard(self):
        shutil.rmtree(self.directory)
        self.trace.unlink()

    def assert_nothing_private(self, left):
        for name, data in left.items():
            found = [form for form in {CANARY.encode(), CANARY.replace("-", "_").encode(), *self.forms} if form in data]
            assert not found, (name, found[:3])


def reloads(trial):
    async def keep_reloading():
        for turn in range(1_000_000):
            broken = turn % 3 == 1
            trial.weir.config_path.write_text(trial.good + ("\nnonsense = [" if broken else ""))
            trial.weir.signal(1)
            await asyncio.sleep(0.2)
    return keep_reloading


def model_comes_and_goes(trial):
    async def keep_unloading():
        for turn in range(1_000_000):
            action = "unload" if turn % 2 == 0 else "load"
            await asyncio.to_thread(request, trial.weir.admin_port, "POST", f"/admin/models/parrot/{action}")
            await asyncio.sleep(0.05)
    return keep_unloading


def in_a_namespace():
    loopback_up()
    print(f"  {REQUESTS} requests, seed {SEED}", flush=True)
    rng = random.Random(SEED)
    models = pathlib.Path(tempfile.mkdtemp(prefix="weir-egress-models-"))
    write_model(models / "parrot.gguf", dataclasses.replace(PARROT, context=8192))
    data = (models / "parrot.gguf").read_bytes()
    (models / "broken.gguf").write_bytes(data[:len(data) // 2])
    mock = Mock()

    def trial(name, share, meanwhile=None, **config):
        one = Trial(mock, models, rng, name).start(**config)
        return one, one.flood(REQUESTS * share // 100, meanwhile(one) if meanwhile else None)

    try:
        one, seen = trial("reloads, clients that leave", 40, reloads)
        assert seen.get("200 local", 0) > REQUESTS // 20, seen
        assert one.delegated > REQUESTS // 200, one.delegated
        one.end()
        one.discard()
        one, seen = trial("queue full", 15, local={"slots": 1, "max_queue": 1})
        assert seen.get("429 local", 0) + seen.get("429 none", 0) > 0, seen
        one.end()
        one.discard()
        one, _ = trial("no time", 10, local={"total_timeout_ms": 1})
        one.end()
        one.discard()
        one, seen = trial("engine down", 10, local={"model": "none"})
        assert not seen.get("200 local") and seen.get("200 cloud"), seen
        one.end()
        one.discard()
        one, _ = trial("model unloaded and loaded", 15, model_comes_and_goes)
        one.end()
        one.discard()
        full_disk(mock, models, rng)
        a_request_that_may_leave_is_noticed(mock, models, rng)
    finally:
        mock.stop()
        shutil.rmtree(models)
    print("nothing left")


def full_disk(mock, models, rng):
    one = Trial(mock, models, rng, "ledger's disk full")
    disk = one.directory / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)], check=True)
    try:
        one.start(ledger={"path": str(disk / "ledger.db")})
        with open(disk / "filler", "wb") as filler:
            try:
                while True:
                    filler.write(b"x" * 65_536)
                    filler.flush()
            except OSError:
                pass
        one.flood(REQUESTS * 10 // 100)
        assert one.weir.metric("weir_ledger_kept_rows") + one.weir.metric("weir_ledger_state", state="retrying") > 0
        (disk / "filler").unlink()
        one.end()
    finally:
        subprocess.run(["umount", str(disk)], check=False)
    one.discard()


def a_request_that_may_leave_is_noticed(mock, models, rng):
    """The instruments work: what may go out shows at the mock, and in the trace; and in no file even so."""
    one = Trial(mock, models, rng, "control").start()
    headers = {"x-api-key": OPEN_KEY}
    assert one.weir.chat(chat(PRICED, CANARY), headers).status == 200
    assert CANARY.encode() in mock.last()["body"]
    value = value_of(rng, "email")
    assert one.weir.chat(chat(PRICED, value.text), {"x-api-key": PLAIN_KEY}).status == 200
    assert any(form in mock.last()["body"] for form in value.forms())
    assert one.weir.chat(chat("far-model", CANARY), headers).status in (502, 504)
    one.weir.stop()
    assert one.far_addresses() == [FAR_ADDRESS], one.far_addresses()
    one.assert_nothing_private(one.files())  # no prompt is written down, whatever became of it
    one.discard()


def command():
    return ["unshare", "-n", "-m"] if os.geteuid() == 0 else ["unshare", "-rnm"]


def instruments_are_here():
    try:
        return all(subprocess.run(line, capture_output=True).returncode == 0
                   for line in ([*command(), "true"], ["strace", "-qq", "-o", "/dev/null", "true"]))
    except OSError:
        return False


@unittest.skipUnless(instruments_are_here(), "needs strace, and network and mount namespaces")
class Egress(unittest.TestCase):
    def test_no_byte_of_a_local_only_request_leaves_whatever_fails(self):
        done = subprocess.run([*command(), sys.executable, __file__, "--in-a-namespace"], text=True, timeout=600,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        print(done.stdout)
        self.assertEqual(done.returncode, 0)
        self.assertIn("nothing left", done.stdout)


if __name__ == "__main__":
    if sys.argv[1:] == ["--in-a-namespace"]:
        in_a_namespace()
    else:
        testing.main()

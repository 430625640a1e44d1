#!/usr/bin/env python3
"""Mixed load with cancels against the local model; the memory must stay flat.

usage: engine_soak.py [SECONDS]        default 20; the long form is 1800

Clients ask, stream, leave in the middle, half-close, come too many at once and send what is
refused, all from fixed seeds. Memory at the end is compared with that after four tenths of the
time, when pools and caches are full.
Uses stories260k where WEIR_TEST_DATA is set, else a synthetic model.
"""
import collections
import http.client
import pathlib
import random
import socket
import sys
import tempfile
import threading
import time

import tiny_gguf
from weir_process import TEST_DATA, Weir, chat, request, wait_until

CLIENTS = 12
ALLOWED_GROWTH = 1.15
ALLOWED_GROWTH_KB = 6_000  # of a small process, arenas of threads alone move it so far


def model_file(folder):
    stories = pathlib.Path(TEST_DATA or "") / "golden/stories260k/stories260K-f32.gguf"
    return stories if TEST_DATA and stories.exists() else tiny_gguf.write_model(pathlib.Path(folder) / "parrot.gguf")


def rss_kb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def metric(weir, name):
    text = request(weir.admin_port, "GET", "/metrics").body.decode()
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith((name + " ", name + "{")))


class Load:
    def __init__(self, weir):
        self.weir = weir
        self.stop = threading.Event()
        self.counts = collections.Counter()
        self.lock = threading.Lock()

    def count(self, what):
        with self.lock:
            self.counts[what] += 1

    def body(self, rng, **more):
        # Of a hundred conversations: the program remembers where each one went, up to a bound.
        said = random.Random(rng.randrange(100))
        text = " ".join(said.choice(("Once", "upon", "a", "time", "Lily", "saw")) for _ in range(said.randint(1, 120)))
        options = {"max_tokens": rng.choice((1, 5, 20, 60, 200)), "temperature": rng.choice((0, 0.8, 1.5)), **more}
        if rng.random() < 0.2:
            options.update(logprobs=True, top_logprobs=3)
        return chat("local", text, **options)

    def ask(self, rng):
        self.count(self.weir.chat(self.body(rng)).status)

    def stream(self, rng):
        self.count(self.weir.chat(self.body(rng, stream=True, stop=["the"], frequency_penalty=0.5)).status)

    def leave(self, rng):
        client = self.weir.begin_chat(self.body(rng, stream=True, max_tokens=400))
        if rng.random() < 0.7:
            client.head()
            if rng.random() < 0.7:
                client.read_some()
        client.leave()
        self.count("left")

    def half_close(self, rng):
        client = self.weir.begin_chat(self.body(rng, max_tokens=400))
        client.connection.sock.shutdown(socket.SHUT_WR)
        client.connection.sock.settimeout(10)
        while client.connection.sock.recv(65_536):
            pass
        client.close()
        self.count("half-closed")

    def refused(self, rng):
        self.count(self.weir.chat(self.body(rng, **rng.choice(({"n": 2}, {"tools": [{}]}, {"top_p": 7})))).status)

    def run(self, seed):
        rng = random.Random(seed)
        kinds = [self.ask] * 3 + [self.stream] * 3 + [self.leave] * 3 + [self.half_close, self.refused]
        while not self.stop.is_set():
            try:
                rng.choice(kinds)(rng)
            except (OSError, http.client.HTTPException) as error:
                self.count(type(error).__name__)


def soak(weir, seconds):
    load = Load(weir)
    threads = [threading.Thread(target=load.run, args=(seed,), daemon=True) for seed in range(CLIENTS)]
    for thread in threads:
        thread.start()
    time.sleep(seconds * 0.1)
    samples = []
    for _ in range(9):
        samples.append(rss_kb(weir.process.pid))
        time.sleep(seconds * 0.1)
    load.stop.set()
    for thread in threads:
        thread.join(30)
    return load.counts, samples


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    with tempfile.TemporaryDirectory(prefix="weir-soak-") as folder:
        weir = Weir({"local": {"model": str(model_file(folder)), "name": "m", "slots": 4, "max_queue": 6,
                               "kv_cache_mb": 1}, "log": {"requests": False}})
        try:
            counts, samples = soak(weir, seconds)
            idle = wait_until(lambda: metric(weir, "weir_engine_slots_busy") + metric(weir, "weir_engine_queue_items") == 0)
            tokens = metric(weir, "weir_engine_output_tokens_total")
            cancelled = metric(weir, 'weir_engine_requests_total{outcome="cancelled"}')
            weir.stop()
        finally:
            weir.discard()
    early, late = samples[3], max(samples[-3:])
    flat = late <= max(early * ALLOWED_GROWTH, early + ALLOWED_GROWTH_KB)
    print(f"{seconds:.0f} s: {dict(counts)}; {tokens:.0f} tokens, {cancelled:.0f} cancelled in the engine")
    print(f"RSS in KB, a tenth of the time apart: {samples}")
    good = flat and idle and counts[200] > 0 and counts["left"] > 0 and counts[500] == 0
    print("1 passed, 0 failed" if good else f"0 passed, 1 failed (flat: {flat}, idle at the end: {bool(idle)})")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

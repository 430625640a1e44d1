#!/usr/bin/env python3
"""Many streams at once, and clients that hardly read: everything completes in bounded memory."""
import asyncio
import json
import os
import resource
import socket
import time

import testing
from served import Served
from weir_process import PRICE, backend, chat, ledger_query, wait_until

STREAMS = 1000
MODELS = ["mock-drip-150", "mock-huge-50", "mock-normal"]
MEBIBYTE = 1_048_576
SANITIZED = "ASAN_OPTIONS" in os.environ or "TSAN_OPTIONS" in os.environ  # their memory is not weir's


async def read_stream(port, body, watch):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
                 b"connection: close\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
    received = b""
    while piece := await reader.read(65_536):
        if not received:
            watch["begun"] += 1
        received += piece
    writer.close()
    return received


class Load(Served):
    @classmethod
    def config(cls):
        prices = [{**PRICE, "model": model} for model in MODELS]
        return {"backend": [backend(cls.mock, MODELS, max_connections=2 * STREAMS)], "price": prices}

    @classmethod
    def setUpClass(cls):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        super().setUpClass()

    def test_a_thousand_streams_at_once_all_complete(self):
        body = json.dumps(chat("mock-drip-150", stream=True)).encode()
        watch = {"begun": 0, "rss": 0, "active": 0}
        before = self.weir.rss_bytes()

        async def watching(done):
            while not done.is_set():
                watch["rss"] = max(watch["rss"], self.weir.rss_bytes())
                await asyncio.sleep(0.2)

        async def run():
            done = asyncio.Event()
            watcher = asyncio.ensure_future(watching(done))
            answers = await asyncio.gather(*(read_stream(self.weir.port, body, watch) for _ in range(STREAMS)),
                                           return_exceptions=True)
            done.set()
            await watcher
            return answers

        started = time.monotonic()
        answers = asyncio.run(run())
        complete = [a for a in answers if isinstance(a, bytes) and b"data: [DONE]\n\n" in a and b'" 19"' in a]
        print(f"  {len(complete)} of {STREAMS} streams complete in {time.monotonic() - started:.1f} s, weir "
              f"{before / MEBIBYTE:.1f} MiB before, {watch['rss'] / MEBIBYTE:.1f} MiB at most")
        odd = next((a for a in answers if a not in complete), None)
        self.assertEqual(len(complete), STREAMS, odd)
        if not SANITIZED:
            self.assertLess(watch["rss"], 100 * MEBIBYTE)
        self.assertTrue(wait_until(lambda: self.weir.report()["open"] == 0, 10, 0.2))
        settled = ledger_query(self.weir.ledger_path, "SELECT count(*) AS n FROM requests WHERE "
                               "requested_model = 'mock-drip-150' AND http_status = 200 AND state = 'settled'")
        self.assertEqual(settled, [{"n": STREAMS}])

    def test_a_reader_of_one_kilobyte_a_second_costs_no_memory(self):
        self.weir.chat(chat("mock-normal", stream=True))
        before, most, received = self.weir.rss_bytes(), 0, 0
        body = json.dumps(chat("mock-huge-50", stream=True)).encode()
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(10)
        sock.connect(("127.0.0.1", self.weir.port))
        sock.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n%s"
                     % (len(body), body))
        for _ in range(10):
            received += len(sock.recv(1024))
            time.sleep(1)
            most = max(most, self.weir.rss_bytes())
        sent = self.mock.last()["sent"]
        other = self.weir.chat(chat("mock-normal"))
        sock.close()
        print(f"  slow reader: {received} bytes read in 10 s, upstream had sent {sent / MEBIBYTE:.1f} MiB of 50 MB, "
              f"weir grew by {(most - before) / MEBIBYTE:.1f} MiB")
        if not SANITIZED:
            self.assertLess(most - before, 20 * MEBIBYTE)
        self.assertLess(sent, 25_000_000)
        self.assertEqual(other.status, 200)  # nobody else waits for the slow one
        self.assertTrue(wait_until(lambda: self.mock.state()["active"] == 0, 10))


if __name__ == "__main__":
    testing.main()

#!/usr/bin/env python3
"""A server on 127.0.0.1 that behaves as the model's name asks, in the dialect of the path.

The dialects are those of mock_openai.py, mock_responses.py, mock_anthropic.py, mock_gemini.py and mock_ollama.py;
mock_resources.py has what is not an answer of a model.

usage: mock_upstream.py [--port N] [--text TEXT] [--calls JSON]      prints "listening PORT"

The name of the requested model chooses what happens; see BEHAVIOURS. Every name that
is not in the table gets a normal answer. "-once" at the end of a name means: only the
first request of that name, the next ones are answered normally.

A test looks inside over HTTP:
  GET  /_mock/requests   all requests so far: head, body, answer, what became of them
  GET  /_mock/state      counts: open connections, requests, active, aborted
  POST /_mock/reset      forget all of it
  POST /_mock/release    let the answers that wait at "mock-gate" go on
Times are CLOCK_MONOTONIC, which all processes of a machine share.
"""
import argparse
import asyncio
import base64
import gzip
import json
import re
import resource
import socket
import struct
import sys
import time

import mock_resources
from mock_anthropic import MessagesCall
from mock_call import CREATED, TEXT, DialectCall, compact
from mock_gemini import GenerateContentCall
from mock_ollama import OllamaCall
from mock_openai import ChatCall, error_body
from mock_responses import ResponsesCall

KEPT_ANSWER_BYTES = 262_144


class Connection(asyncio.Protocol):
    """One client connection: reads requests one after the other, notices when the peer leaves."""

    def __init__(self, server):
        self.server = server
        self.buffer = bytearray()
        self.task = None
        self.record = None
        self.asked = 0
        self.writable = asyncio.Event()
        self.writable.set()

    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.set_write_buffer_limits(high=65_536)
        self.server.open += 1
        self.server.accepted += 1

    def connection_lost(self, _):
        self.server.open -= 1
        self.writable.set()
        self.abort_record()
        if self.task is not None:
            self.task.cancel()

    def abort_record(self):
        if self.record is not None and self.record["outcome"] == "active":
            self.record["outcome"] = "aborted"
            self.record["ended"] = time.monotonic()
            self.server.aborted += 1

    def pause_writing(self):
        self.writable.clear()

    def resume_writing(self):
        self.writable.set()

    def data_received(self, data):
        self.buffer += data
        self.next_request()

    def next_request(self):
        if self.task is not None:
            return
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        lines = bytes(self.buffer[:end]).decode("latin-1").split("\r\n")
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        length = int(next((v for n, v in headers if n.lower() == "content-length"), 0))
        if len(self.buffer) < end + 4 + length:
            return
        body = bytes(self.buffer[end + 4:end + 4 + length])
        del self.buffer[:end + 4 + length]
        method, path, _ = lines[0].split(" ", 2)
        self.task = asyncio.ensure_future(self.serve(method, path, headers, body))

    async def serve(self, method, path, headers, body):
        self.asked += 1
        try:
            await self.server.answer(self, method, path, headers, body)
            if self.record is not None and self.record["outcome"] == "active":
                self.record["outcome"] = "answered"
                self.record["ended"] = time.monotonic()
        except (ConnectionError, asyncio.CancelledError):
            self.abort_record()
            return
        finally:
            self.task = None
            self.record = None
        self.next_request()

    async def write(self, data):
        if self.transport.is_closing():
            raise ConnectionResetError
        self.transport.write(data)
        if self.record is not None:
            self.record["sent"] += len(data)
        if not self.writable.is_set():
            await self.writable.wait()

    def keep(self, body):
        """Remembers what was sent as the body of the answer, without its framing."""
        if self.record is not None and len(self.record["answer"]) < KEPT_ANSWER_BYTES:
            self.record["answer"] += body

    async def head(self, status, content_type, extra=()):
        lines = [f"HTTP/1.1 {status} Mock", f"content-type: {content_type}", "x-request-id: req_mock", *extra]
        await self.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def whole(self, status, body, content_type="application/json", extra=()):
        self.keep(body)
        lines = [f"HTTP/1.1 {status} Mock", f"content-type: {content_type}", "x-request-id: req_mock",
                 f"content-length: {len(body)}", *extra]
        await self.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)

    async def stream_head(self, content_type):
        await self.head(200, content_type, ("transfer-encoding: chunked",))

    async def chunk(self, data):
        self.keep(data)
        await self.write(b"%x\r\n%s\r\n" % (len(data), data))

    async def last_chunk(self):
        await self.write(b"0\r\n\r\n")

    def reset(self):
        self.fail()
        self.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def close(self):
        self.fail()
        self.transport.close()

    def fail(self):
        if self.record is not None:
            self.record["outcome"] = "broken"
            self.record["ended"] = time.monotonic()


async def normal(link, call):
    if not call.stream:
        await link.whole(200, compact(call.completion()).encode())
        return
    await link.stream_head(call.stream_type)
    for frame in call.frames():
        await link.chunk(frame)
    await link.last_chunk()


def status(code, extra=()):
    async def run(link, call):
        await link.whole(code, call.error(code, f"scripted {code}"), extra=extra)
    return run


async def hang_head(_, __):
    await asyncio.sleep(600)


async def begin(link, call, frames=3):
    """The head and the first frames of a stream, or of a body that says it is longer."""
    if call.stream:
        await link.stream_head(call.stream_type)
        for frame, _ in zip(call.deltas(), range(frames)):
            await link.chunk(frame)
    else:
        body = compact(call.completion()).encode()
        await link.write(b"HTTP/1.1 200 Mock\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                         % (len(body), body[:40]))


async def hang_mid(link, call):
    await begin(link, call)
    await asyncio.sleep(600)


async def reset_mid(link, call):
    await begin(link, call)
    await asyncio.sleep(0.05)
    link.reset()


async def eof_mid(link, call):
    await begin(link, call)
    link.close()


async def reset_head(link, _):
    link.reset()


async def no_done(link, call):
    """Ends without a reason and without the end mark."""
    await link.stream_head(call.stream_type)
    for frame in list(call.deltas())[:-1]:
        await link.chunk(frame)
    await link.last_chunk()


async def no_mark(link, call):
    await link.stream_head(call.stream_type)
    for frame in call.deltas():
        await link.chunk(frame)
    await link.last_chunk()


async def bad_json(link, call):
    if not call.stream:
        await link.whole(200, b'{"id": "chatcmpl-mock", "choices": [')
        return
    await begin(link, call)
    await link.chunk(b'data: {"id":"chatcmpl-mock","usage":{"prompt_\n\n')
    for frame in call.frames():
        await link.chunk(frame)
    await link.last_chunk()


async def bad_chunk(link, call):
    await begin(link, call)
    await link.write(b"zz\r\nnonsense\r\n")
    await asyncio.sleep(600)


async def stream_error(link, call):
    await begin(link, call)
    await link.chunk(call.error_frame("scripted failure in the stream"))
    await link.last_chunk()


async def stream_error_first(link, call):
    await link.stream_head(call.stream_type)
    await link.chunk(call.error_frame("scripted failure at once"))
    await link.last_chunk()


async def html(link, _):
    await link.whole(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html")


async def html_200(link, _):
    await link.whole(200, b"<html><body>Please log in</body></html>", "text/html")


async def redirect(link, _):
    await link.whole(307, b"", extra=(f"location: http://127.0.0.1:{link.server.port}/v1/stolen",))


async def zipped(link, call):
    body = gzip.compress(compact(call.completion()).encode())
    await link.whole(200, body, extra=("content-encoding: gzip",))


async def empty(link, _):
    await link.whole(200, b"")


async def no_usage(link, call):
    call.usage = None
    await normal(link, call)


async def crlf(link, call):
    await link.stream_head(call.stream_type)
    for frame in call.frames():
        await link.chunk(frame.replace(b"\n", b"\r\n"))
    await link.last_chunk()


async def comments(link, call):
    await link.stream_head(call.stream_type)
    await link.chunk(b": keep-alive\n\n")
    for frame in call.frames():
        await link.chunk(b": ping\n\n" + frame)
    await link.last_chunk()


async def bytewise(link, call):
    call.text = "H\u00e9 \U0001f600 " + call.text
    await link.stream_head(call.stream_type)
    everything = b"".join(call.frames())
    for at in range(len(everything)):
        await link.chunk(everything[at:at + 1])
        if at % 64 == 0:
            await asyncio.sleep(0)
    await link.last_chunk()


async def no_space(link, call):
    await link.stream_head(call.stream_type)
    for frame in call.frames():
        await link.chunk(frame.replace(b"data: ", b"data:"))
    await link.last_chunk()


async def extra_fields(link, call):
    call.base = {**call.base, "x_mock": {"route": "elsewhere", "list": [1, 2, {"a": None}]}}
    await normal(link, call)


async def after_done(link, call):
    await link.stream_head(call.stream_type)
    for frame in call.frames():
        await link.chunk(frame)
    await link.chunk(b"data: [DONE]\n\n" + call.delta({"content": "too late"}))
    await link.last_chunk()


async def gate(link, call):
    """Begins, waits until a test says /_mock/release, then ends well."""
    if call.stream:
        await link.stream_head(call.stream_type)
        frames = list(call.frames())
        await link.chunk(frames[0] + frames[1])
        await link.server.released.wait()
        for frame in frames[2:]:
            await link.chunk(frame)
        await link.last_chunk()
    else:
        await link.server.released.wait()
        await normal(link, call)


async def drip(link, call, delay_ms, count=20):
    """One token every so many milliseconds."""
    await link.stream_head(call.stream_type)
    await link.chunk(call.delta({"role": "assistant", "content": ""}))
    for number in range(count):
        await asyncio.sleep(delay_ms / 1000)
        await link.chunk(call.delta({"content": f" {number}"}))
    await link.chunk(call.delta({}, "stop"))
    for frame in call.closing():
        await link.chunk(frame)
    await link.last_chunk()


async def huge(link, call, megabytes):
    """A long answer as fast as the reader takes it."""
    piece = "x" * 4000
    if not call.stream:
        call.text = piece * (megabytes * 250)
        await normal(link, call)
        return
    await link.stream_head(call.stream_type)
    frame = call.delta({"content": piece})
    for _ in range(megabytes * 1_000_000 // len(frame)):
        await link.chunk(frame)
    for frame in call.closing():
        await link.chunk(frame)
    await link.last_chunk()


async def long_line(link, call, megabytes):
    await link.stream_head(call.stream_type)
    await link.chunk(call.delta({"role": "assistant", "content": ""}))
    await link.chunk(call.delta({"content": "y" * (megabytes * 1_000_000)}))
    for frame in call.closing():
        await link.chunk(frame)
    await link.last_chunk()


async def slow_head(link, call, delay_ms):
    await asyncio.sleep(delay_ms / 1000)
    await normal(link, call)


async def with_usage(link, call, prompt, cached, output):
    call.usage = {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output,
                  "prompt_tokens_details": {"cached_tokens": cached}}
    await normal(link, call)


def aliases_in(body):
    return ", ".join(sorted({found.decode() for found in re.findall(rb"\[PII[A-Z]*_[A-Z]+_\d+\]", body)}))


async def echo(link, call):
    """Says the aliases of a redacted request, or calls the first tool with them."""
    told = aliases_in(link.record["body"])
    call.text = f"Found {told}."
    if call.tools():
        call.calls = [("call_mock1", call.tools()[0][0], {"to": told})]
    await normal(link, call)


def texts_of(node):
    if isinstance(node, str):
        yield node
    elif isinstance(node, (dict, list)):
        for each in node.values() if isinstance(node, dict) else node:
            yield from texts_of(each)


async def tell(link, call):
    """Says what follows TELL in the request, or calls the first tool with it. "~" is left out, so that a test can
    have an alias written in any way without having its letters in the request."""
    told = [text.partition("TELL ")[2] for text in texts_of(call.body) if "TELL " in text][-1]
    call.text = told.replace("~", "")
    if call.tools():
        call.calls = [("call_mock1", call.tools()[0][0], json.loads(call.text))]
    await normal(link, call)


async def absurd_usage(link, call):
    call.usage = {"prompt_tokens": -5, "completion_tokens": 10**18, "total_tokens": -1}
    await normal(link, call)


# Model name -> what happens. A regular expression's groups are the numbers it takes.
BEHAVIOURS = [
    (r"mock-status-(\d+)", None),
    (r"mock-429-retry-after-(\d+)", lambda s: status(429, (f"retry-after: {s}",))),
    (r"mock-429-retry-after-ms-(\d+)", lambda ms: status(429, (f"retry-after-ms: {ms}",))),
    (r"mock-429-should-retry-false", lambda: status(429, ("x-should-retry: false",))),
    (r"mock-drip-(\d+)", lambda ms: lambda link, call: drip(link, call, ms)),
    (r"mock-huge-(\d+)", lambda mb: lambda link, call: huge(link, call, mb)),
    (r"mock-long-line-(\d+)", lambda mb: lambda link, call: long_line(link, call, mb)),
    (r"mock-slow-head-(\d+)", lambda ms: lambda link, call: slow_head(link, call, ms)),
    (r"mock-usage-(\d+)-(\d+)-(\d+)", lambda p, c, o: lambda link, call: with_usage(link, call, p, c, o)),
]
NAMED = {
    "mock-hang-head": hang_head, "mock-hang-mid": hang_mid, "mock-reset-head": reset_head,
    "mock-reset-mid": reset_mid, "mock-eof-mid": eof_mid, "mock-no-done": no_done, "mock-no-mark": no_mark,
    "mock-bad-json": bad_json, "mock-bad-chunk": bad_chunk, "mock-stream-error": stream_error,
    "mock-stream-error-first": stream_error_first, "mock-html": html, "mock-html-200": html_200,
    "mock-redirect": redirect, "mock-gzip": zipped, "mock-empty": empty, "mock-no-usage": no_usage,
    "mock-crlf": crlf, "mock-comments": comments, "mock-bytewise": bytewise,
    "mock-no-space": no_space, "mock-extra-fields": extra_fields, "mock-after-done": after_done,
    "mock-gate": gate, "mock-echo": echo, "mock-tell": tell,
    "mock-absurd-usage": absurd_usage,
}


def behaviour_of(name):
    if name in NAMED:
        return NAMED[name]
    for pattern, make in BEHAVIOURS:
        match = re.fullmatch(pattern, name)
        if match:
            numbers = [int(group) for group in match.groups()]
            return make(*numbers) if make else status(numbers[0])
    return normal


def call_of(path, body, text):
    """What the request is in the dialect of its path; None for a path that no dialect has."""
    path = path.partition("?")[0]
    for ending, dialect in (("/chat/completions", ChatCall), ("/responses", ResponsesCall), ("/messages", MessagesCall),
                            ("/api/chat", OllamaCall)):
        if path.endswith(ending):
            return dialect(body, text)
    gemini = re.fullmatch(r"/v1(?:beta)?/models/([^:]+):(g|streamG)enerateContent", path)
    return gemini and GenerateContentCall(body, text, gemini.group(1), gemini.group(2) == "streamG")


class Server:
    def __init__(self, text):
        self.text = text
        self.port = 0
        self.open = 0
        self.accepted = 0
        self.clear()

    def clear(self):
        self.requests = []
        self.aborted = 0
        self.seen_once = set()
        self.released = asyncio.Event()

    async def answer(self, link, method, path, headers, body):
        if path.startswith("/_mock/"):
            await self.control(link, path)
            return
        link.record = {"seq": len(self.requests) + 1, "received": time.monotonic(), "ended": None,
                       "method": method, "path": path, "headers": headers, "body": body,
                       "answer": b"", "sent": 0, "outcome": "active"}
        link.server = self
        self.requests.append(link.record)
        if method == "GET" and path.endswith("/models"):
            await link.whole(200, compact({"object": "list", "data": [
                {"id": "mock-normal", "object": "model", "created": CREATED, "owned_by": "mock"}]}).encode())
            return
        if await mock_resources.answer(link, method, path, headers, body):
            return
        try:
            call = call_of(path, json.loads(body), self.text)
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            await link.whole(400, error_body(f"not a request: {error!r}", "invalid_request_error"))
            return
        if call is None:
            await link.whole(404, error_body(f"unknown path {path}", "invalid_request_error", "unknown_url"))
            return
        name = call.model
        if name.endswith("-once"):
            name = "mock-normal" if name in self.seen_once else name.removesuffix("-once")
            self.seen_once.add(call.model)
        await behaviour_of(name)(link, call)

    async def control(self, link, path):
        what = path.removeprefix("/_mock/")
        if what == "reset":
            self.clear()
        if what == "release":
            self.released.set()
        if what == "requests":
            listed = [{**r, "body": base64.b64encode(r["body"]).decode(),
                       "answer": base64.b64encode(r["answer"]).decode()} for r in self.requests]
            await link.whole(200, compact(listed).encode())
            return
        active = sum(r["outcome"] == "active" for r in self.requests)
        await link.whole(200, compact({"open": self.open, "accepted": self.accepted, "active": active,
                                       "aborted": self.aborted, "requests": len(self.requests)}).encode())


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--text", default=TEXT)
    parser.add_argument("--calls", type=json.loads, default={})
    arguments = parser.parse_args()
    DialectCall.agent_calls = arguments.calls
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = Server(arguments.text)
    listener = await asyncio.get_running_loop().create_server(
        lambda: Connection(server), "127.0.0.1", arguments.port, backlog=4096)
    server.port = listener.sockets[0].getsockname()[1]
    print("listening", server.port, flush=True)
    await listener.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)

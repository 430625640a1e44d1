"""Answers at once over HTTP, of weir and of llama-server, and the turns of a conversation."""
import contextlib
import http.client
import json
import pathlib
import random
import shutil
import tempfile
import threading
import time

from processes import BUILD, Failed, Server, free_port

ANSWER = 48
LETTERS = "abcdefghijklmnopqrs uvwxyz"  # no pair of them is one token of a made model
LOAD_SECONDS = 120


class Answer:
    """One streamed answer: when its first text came and how many tokens it had."""

    def __init__(self, port, messages, tokens, **more):
        self.port, self.tokens = port, tokens
        self.body = json.dumps({"model": "bench", "messages": messages, "max_tokens": tokens, "temperature": 0,
                                "stream": True, "stream_options": {"include_usage": True}} | more)
        self.text, self.first, self.made = "", None, 0

    def read(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request("POST", "/v1/chat/completions", self.body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        if response.status != 200:
            raise Failed(f"status {response.status}: {response.read(400)!r}")
        for line in response:
            if line.startswith(b"data: {"):
                self.take(json.loads(line[6:]))
        connection.close()

    def take(self, chunk):
        if chunk.get("usage"):
            self.made = chunk["usage"]["completion_tokens"]
        for choice in chunk.get("choices") or []:
            text = choice.get("delta", {}).get("content")
            if text and self.first is None:
                self.first = time.monotonic()
            self.text += text or ""


def random_text(letters, seed):
    source = random.Random(seed)
    return "".join(source.choice(LETTERS) for _ in range(letters))


def user(text):
    return {"role": "user", "content": text}


def together(port, count, fields=None):
    """Tokens a second of all answers, from the first question to the last token. `fields`: of each request."""
    more = fields or [{}] * count
    answers = [Answer(port, [user(random_text(64, time.time_ns() + i))], ANSWER, **more[i]) for i in range(count)]
    threads = [threading.Thread(target=answer.read) for answer in answers]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    if any(answer.made < ANSWER for answer in answers):
        raise Failed(f"an answer ended early: {[answer.made for answer in answers]} tokens")
    return sum(answer.made for answer in answers) / seconds


def wait_until_it_answers(port):
    deadline = time.monotonic() + LOAD_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(Failed, OSError, http.client.HTTPException):
            Answer(port, [user("warm")], 4).read()
            return
        time.sleep(0.2)
    raise Failed("the server does not answer")


@contextlib.contextmanager
def serving(name, command_of):
    """Starts what command_of(folder, port) names; the port, once it answers."""
    BUILD.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="engine-", dir=BUILD))
    server = None
    try:
        port = free_port()
        server = Server(name, command_of(folder, port), port, folder, None)
        wait_until_it_answers(port)
        yield port
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def weir(options, path, context, slots):
    def command(folder, port):
        config = folder / "weir.toml"
        config.write_text(f"""
state_dir = "{folder}"
[server]
listen = "127.0.0.1:{port}"
admin_listen = "127.0.0.1:{free_port(port)}"
threads = 1
[log]
file = "{folder}/weir.log"
[local]
model = "{path}"
name = "bench"
slots = {slots}
threads = {options.threads}
context_tokens = {context}
kv_cache_mb = 6144
""")
        return [options.weir, "serve", "--config", config]
    return serving("weir", command)


def llama_server(options, path, context, slots):
    def command(_, port):
        return [options.llama_server, "-m", path, "-np", slots, "-c", context * slots, "-t", options.threads,
                "--host", "127.0.0.1", "--port", port, "--jinja"]
    return serving("llama-server", command)


def ours(options, path, count):
    with weir(options, path, 1024, 8) as port:
        return together(port, count)


def theirs(options, path, count):
    with llama_server(options, path, 1024, 8) as port:
        return together(port, count)


def two_turns(options, path, tokens):
    """Seconds to the first token of a conversation's first and of its second turn."""
    with weir(options, path, tokens + 2048, 2) as port:
        messages = [{"role": "system", "content": random_text(tokens - 64, time.time_ns())},
                    user(random_text(64, 1))]
        spans = []
        for turn in range(2):
            answer = Answer(port, messages, 16)
            began = time.monotonic()
            answer.read()
            if answer.first is None:
                raise Failed(f"turn {turn + 1} said nothing")
            spans.append(answer.first - began)
            messages += [{"role": "assistant", "content": answer.text}, user(random_text(64, 2))]
        return spans

#!/usr/bin/env python3
"""How well weir tells what weir-mini can do from what it cannot.

    tools/weir_mini/cascade.py --weir build/release/weir --hard FILE... [--easy FILE] [--count 200] [--labels OUT]

Asks `count` small jobs (those of the shipped unseen values, unless FILE has others) and as many prompts far beyond the model (JSON lines
with a "prompt", never trained on) of a server whose cloud is a stub. First with every answer kept, for the
signals: AUROC of the score, of the confidence, and of both. Then as the defaults are: what stays, and what
leaves. --labels writes what tools/train_confidence.py fits [confidence] from: ok = it is a small job.
"""
import argparse
import http.client
import http.server
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]
from train_confidence import auroc, request_number, signals_of  # noqa: E402
from weir_mini.scoring import is_right  # noqa: E402

REPLY = json.dumps({"id": "x", "object": "chat.completion", "created": 1, "model": "stub", "choices": [
    {"index": 0, "message": {"role": "assistant", "content": "."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}).encode()
MOST_PROMPT_BYTES = 1500  # beyond the context the length decides, not the signals


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(REPLY)))
        self.end_headers()
        self.wfile.write(REPLY)

    def log_message(self, *_):
        pass


class Server:
    """`weir serve` with the embedded model and the stub as its cloud."""

    def __init__(self, program, routing):
        self.folder = tempfile.TemporaryDirectory(prefix="weir-cascade-")
        self.cloud = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
        threading.Thread(target=self.cloud.serve_forever, daemon=True).start()
        self.port = self.free_port()
        config = pathlib.Path(self.folder.name, "weir.toml")
        config.write_text(f"""state_dir = "{self.folder.name}"
[server]
listen = "127.0.0.1:{self.port}"
admin_listen = "127.0.0.1:{self.free_port()}"
[[backend]]
name = "stub"
base_url = "http://127.0.0.1:{self.cloud.server_address[1]}/v1"
models = ["stub"]
[routing]
{routing}
""")
        self.process = subprocess.Popen([program, "serve", "--config", config], stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                return self.get_ready()
            except OSError:
                time.sleep(0.02)
        raise SystemExit("weir does not serve")

    @staticmethod
    def free_port():
        with http.server.socketserver.socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def get_ready(self):
        http.client.HTTPConnection("127.0.0.1", self.port, timeout=5).request("GET", "/readyz")

    def ask(self, task):
        body = {"model": "auto", "max_tokens": 128,
                **{key: task[key] for key in ("messages", "tools", "response_format") if key in task}}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", "/v1/chat/completions", json.dumps(body), {"content-type": "application/json"})
        answer = connection.getresponse()
        told = json.loads(answer.read())
        if answer.status != 200:
            raise SystemExit(f"{answer.status}: {told}")
        connection.close()
        return answer.headers, told["choices"][0]["message"]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.cloud.shutdown()
        rows = sqlite3.connect(f"file:{self.folder.name}/ledger.db?mode=ro", uri=True).execute(
            "SELECT id, score, confidence, decision FROM requests").fetchall()
        return {number: (score, confidence, signals_of(decision)) for number, score, confidence, decision in rows}


def text_of(message):
    calls = [{"name": call["function"]["name"], "arguments": json.loads(call["function"]["arguments"])}
             for call in message.get("tool_calls") or ()]
    return f"<tool_call>{json.dumps(calls[0])}</tool_call>" if calls else message.get("content") or ""


def easy_tasks(rng, count, path):
    lines = path.read_text().split("\n")[:-1]
    tasks = [task for task in map(json.loads, lines) if task["skill"] != "beyond" and len(task["messages"]) < 3]
    return rng.sample(tasks, min(count, len(tasks)))


def hard_tasks(rng, count, paths):
    tasks = []
    for path in paths:
        prompts = [json.loads(line)["prompt"] for line in pathlib.Path(path).open()]
        fitting = [prompt for prompt in prompts if len(prompt.encode()) <= MOST_PROMPT_BYTES]
        tasks += [{"messages": [{"role": "user", "content": prompt}]}
                  for prompt in rng.sample(fitting, min(len(fitting), -(-count // len(paths))))]
    return tasks[:count]


def ask_all(program, tasks, routing):
    server = Server(program, routing)
    answers = [server.ask(task) for task in tasks]
    rows = server.stop()
    return [(headers, message, rows[request_number(headers["x-request-id"])]) for headers, message in answers]


def measure_signals(program, easy, hard, labels_path):
    watched = ask_all(program, easy + hard, "threshold = 1.0")
    labels, rows = [], []
    for task, (headers, message, (score, confidence, signals)) in zip(easy + hard, watched):
        if signals is None or confidence is None:
            continue
        skilled = "expect" in task
        right = skilled and headers["x-weir-route"] == "local" and is_right(text_of(message), task["expect"])
        labels.append({"ok": skilled, "right": right, **signals})
        rows.append((1 - score, confidence, skilled))
    for name, of in (("score", lambda r: r[0]), ("confidence", lambda r: r[1]), ("both", lambda r: r[0] * r[1])):
        print(f"AUROC of {name}: {auroc([of(row) for row in rows], [int(row[2]) for row in rows]):.3f}")
    if labels_path:
        pathlib.Path(labels_path).write_text("".join(json.dumps(label) + "\n" for label in labels))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weir", required=True)
    parser.add_argument("--hard", nargs="+", required=True)
    parser.add_argument("--easy", type=pathlib.Path, default=HERE / "eval/unseen_values.jsonl")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--labels")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    easy = easy_tasks(rng, options.count, options.easy)
    hard = hard_tasks(rng, options.count, options.hard)
    measure_signals(options.weir, easy, hard, options.labels)
    served = ask_all(options.weir, easy + hard, "")
    kept = [headers["x-weir-route"] == "local" for headers, _, _ in served]
    print(f"of {len(easy)} small jobs {sum(kept[:len(easy)])} stay; of {len(hard)} prompts beyond "
          f"{len(hard) - sum(kept[len(easy):])} leave")


if __name__ == "__main__":
    main()

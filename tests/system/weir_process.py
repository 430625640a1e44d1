"""Starts the real program and its mock upstreams, and looks at what they did.

The program is $WEIR_BINARY, else build/release/weir. Each Weir has a directory of its
own with its configuration, its ledger and its log, on free ports of 127.0.0.1.
"""
import atexit
import base64
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import http.client

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BINARY = pathlib.Path(os.environ.get("WEIR_BINARY", ROOT / "build/release/weir")).resolve()
TEST_DATA = os.environ.get("WEIR_TEST_DATA")
PROVIDER_KEY = "sk-provider-canary-5d1f0c7e9b"
START_SECONDS = float(os.environ.get("WEIR_START_SECONDS", "20"))

# A priced model: nano-dollars per token are 33.5, 12.5 (cached) and 100.
PRICED = "mock-priced"
PRICE = {"model": PRICED, "usd_per_million_input": "0.0335", "usd_per_million_output": "0.1",
         "usd_per_million_cached_input": "0.0125", "source": "system test", "as_of": "2026-01-01"}
# 7 uncached x 33.5 + 4 cached x 12.5 + 7 out x 100 = 984.5, rounded up once.
PRICED_ANSWER_NANOUSD = 985


def free_ports(count):
    """Ports that differ: each is held until the last is found."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def toml_value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml_value(item)}" for key, item in value.items()) + " }"
    return json.dumps(str(value))


def toml(config):
    """TOML text of a dict: plain keys first, then tables, then arrays of tables."""
    lines = [f"{key} = {toml_value(value)}" for key, value in config.items()
             if not isinstance(value, dict) and not is_table_list(value)]
    for name, table in config.items():
        for entry in [table] if isinstance(table, dict) else table if is_table_list(table) else []:
            lines.append(f"\n[[{name}]]" if is_table_list(table) else f"\n[{name}]")
            inner = {key: value for key, value in entry.items() if isinstance(value, dict)}
            lines += [f"{key} = {toml_value(value)}" for key, value in entry.items() if key not in inner]
            for key, value in inner.items():
                lines.append(f"[{name}.{key}]")
                lines += [f"{k} = {toml_value(v)}" for k, v in value.items()]
    return "\n".join(lines) + "\n"


def is_table_list(value):
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value) \
        and "upstream" not in value[0]


class Mock:
    """A mock upstream as a process of its own."""

    def __init__(self, text=None, calls=None):
        command = [sys.executable, str(HERE / "mock_upstream.py")]
        if text is not None:
            command += ["--text", text]
        if calls is not None:
            command += ["--calls", json.dumps(calls)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        atexit.register(self.process.kill)  # a test that fails to set up must not leave it behind
        self.port = int(self.process.stdout.readline().split()[1])
        self.url = f"http://127.0.0.1:{self.port}/v1"

    def control(self, what, method="POST"):
        return json.loads(request(self.port, method, f"/_mock/{what}").body)

    def reset(self):
        self.control("reset")

    def release(self):
        self.control("release")

    def state(self):
        return self.control("state", "GET")

    def requests(self):
        listed = self.control("requests", "GET")
        for record in listed:
            record["body"] = base64.b64decode(record["body"])
            record["answer"] = base64.b64decode(record["answer"])
            record["header"] = {name.lower(): value for name, value in record["headers"]}
        return listed

    def last(self):
        return self.requests()[-1]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def header(self, name):
        return self.headers.get(name)

    def json(self):
        return json.loads(self.body)

    def error(self):
        return self.json()["error"]

    def __repr__(self):
        return f"<{self.status} {dict(self.headers)} {self.body[:400]!r}>"


class Client:
    """One connection, which a test may use again or leave in the middle of an answer."""

    def __init__(self, port, timeout=30, tls=None):
        make = http.client.HTTPSConnection if tls else http.client.HTTPConnection
        options = {"context": tls} if tls else {}
        self.connection = make("127.0.0.1", port, timeout=timeout, **options)
        self.response = None

    def send(self, method, path, body=None, headers=None):
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        elif isinstance(body, str):
            body = body.encode()
        all_headers = {"content-type": "application/json"} if body is not None else {}
        all_headers.update(headers or {})
        self.connection.request(method, path, body=body, headers=all_headers)
        return self

    def head(self):
        self.response = self.connection.getresponse()
        return self.response

    def answer(self):
        response = self.head()
        return Answer(response.status, response.headers, response.read())

    def read_some(self):
        """What has arrived of the body, at least one byte unless it has ended."""
        return self.response.read1(65_536)

    def leave(self):
        """Goes away at once, without reading what is left. Returns when."""
        sock = self.connection.sock or (self.response and self.response.fp.raw._sock)
        left = time.monotonic()
        if sock is not None:
            sock.shutdown(socket.SHUT_RDWR)
        self.close()
        return left

    def close(self):
        if self.response is not None:
            self.response.close()
        self.connection.close()


def request(port, method, path, body=None, headers=None, timeout=30, tls=None):
    client = Client(port, timeout, tls)
    try:
        return client.send(method, path, body, headers).answer()
    finally:
        client.close()


def wait_until(condition, seconds=10.0, step=0.02):
    """Polls until `condition()` is true and returns its value; the last value after the deadline."""
    deadline = time.monotonic() + seconds
    value = condition()
    while not value and time.monotonic() < deadline:
        time.sleep(step)
        value = condition()
    return value


def chat(model, text="Say hi", **more):
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


def frames_of(body):
    return [frame + b"\n\n" for frame in body.split(b"\n\n") if frame]


def is_usage_frame(frame):
    return b'"choices":[]' in frame and b'"usage":{' in frame


def text_of_stream(body):
    text = ""
    for frame in frames_of(body):
        if frame.startswith(b"data: {"):
            for choice in json.loads(frame[6:]).get("choices", ()):
                text += choice["delta"].get("content") or ""
    return text


CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def row_id(request_id):
    value = 0
    for character in request_id.removeprefix("req_").upper():
        value = value * 32 + CROCKFORD.index(character)
    return value


class Weir:
    """The program, serving from a directory of its own."""

    def __init__(self, config, env=None, directory=None, wrap=(), start=True):
        self.owned = None if directory else tempfile.TemporaryDirectory(prefix="weir-system-")
        self.directory = pathlib.Path(directory or self.owned.name)
        self.port, self.admin_port = free_ports(2)
        self.config_path = self.directory / "weir.toml"
        self.ledger_path = self.directory / "ledger.db"
        self.env = {"PATH": os.environ.get("PATH", ""), "HOME": str(self.directory),
                    "WEIR_TEST_PROVIDER_KEY": PROVIDER_KEY, **(env or {})}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.wrap = list(wrap)
        self.process = None
        self.configure(config)
        if start:
            self.start()

    def configure(self, config):
        config = {"local": {}, **config}
        # Not the one inside the program, unless the model is None: then the key is left out.
        config["local"] = {"model": "none", **config["local"]}
        if config["local"]["model"] is None:
            del config["local"]["model"]
        server = {"listen": f"127.0.0.1:{self.port}", "admin_listen": f"127.0.0.1:{self.admin_port}",
                  "threads": 2, **config.pop("server", {})}
        self.config_path.write_text(toml({"state_dir": str(self.directory), "server": server, **config}))

    def start(self, wait=True):
        self.stdout = open(self.directory / "stdout.txt", "ab")
        self.stderr = open(self.directory / "stderr.txt", "ab")
        self.process = subprocess.Popen(
            [*self.wrap, str(BINARY), "serve", "--config", str(self.config_path)], env=self.env,
            cwd=self.directory, stdout=self.stdout, stderr=self.stderr, start_new_session=True)
        if wait:
            self.wait_ready()

    def wait_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"weir ended with {self.process.returncode}:\n{self.log()}")
            try:
                if request(self.port, "GET", "/readyz", timeout=2).status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.01)
        raise AssertionError(f"weir did not become ready:\n{self.log()}")

    def log(self):
        return (self.directory / "stderr.txt").read_text(errors="replace")

    def output(self):
        """Everything it has written to standard output, standard error and its log files."""
        return b"".join(path.read_bytes() for path in self.directory.iterdir()
                        if path.suffix in (".txt", ".log"))

    def request_log(self):
        return [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]

    def get(self, path, headers=None):
        return request(self.port, "GET", path, headers=headers)

    def admin(self, path, method="GET", headers=None):
        return request(self.admin_port, method, path, headers=headers)

    def explain(self, body, headers=None):
        return request(self.admin_port, "POST", "/admin/explain", body, headers)

    def metric(self, name, **labels):
        """The sum of a metric over all series that have these labels."""
        total = 0.0
        for line in self.admin("/metrics").body.decode().splitlines():
            series, _, value = line.rpartition(" ")
            if series.partition("{")[0] == name and all(f'{k}="{v}"' in series for k, v in labels.items()):
                total += float(value)
        return total

    def chat(self, body, headers=None, timeout=30):
        return request(self.port, "POST", "/v1/chat/completions", body, headers, timeout)

    def begin_chat(self, body, headers=None, timeout=30):
        return Client(self.port, timeout).send("POST", "/v1/chat/completions", body, headers)

    def rows(self):
        return ledger_rows(self.ledger_path)

    def row(self, answer_or_id, seconds=5):
        """The ledger's row of a request, which may still be on its way."""
        request_id = answer_or_id if isinstance(answer_or_id, str) else answer_or_id.header("x-request-id")
        wanted = row_id(request_id)
        found = wait_until(lambda: [row for row in self.rows() if row["id"] == wanted], seconds)
        assert len(found) == 1, f"{len(found)} rows for {request_id}"
        return found[0]

    def report(self, *options):
        done = self.run("report", "--json", *options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def run(self, command, *options):
        """Another command of the program, with the same configuration."""
        return subprocess.run([str(BINARY), command, *options, "--config", str(self.config_path)],
                              env=self.env, cwd=self.directory, capture_output=True, text=True, timeout=60)

    def rss_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024

    def open_files(self):
        """How many descriptors it has open. Only root may look: the program hides its memory and files."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.close_files()

    def close_files(self):
        self.stdout.close()
        self.stderr.close()

    def stop(self, seconds=40):
        """SIGTERM, and the exit code must be 0."""
        code = self.process.poll()
        if code is None:
            self.process.terminate()
            try:
                code = self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"weir did not end {seconds} s after SIGTERM:\n{self.log()[-4000:]}")
        self.close_files()
        if code != 0:
            raise AssertionError(f"weir ended with {code}:\n{self.log()[-4000:]}")

    def discard(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        if self.owned:
            self.owned.cleanup()


def ledger_tables(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return {table: [column[1] for column in database.execute(f"PRAGMA table_info({table})")]
                for table in tables}


def ledger_query(path, sql, *values):
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
    try:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(sql, values)]
    finally:
        database.close()


def ledger_rows(path):
    return ledger_query(path, "SELECT * FROM requests ORDER BY id")


def backend(mock, models, name="mock", **more):
    return {"name": name, "base_url": mock.url, "api_key": "env:WEIR_TEST_PROVIDER_KEY", "models": models,
            "provider": "openai", "max_output_tokens": 4096, **more}


def in_threads(count, work):
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


TEAM_KEY = "weir_Canary01_clientSecretCanary0123456789abcdefghijklmnop"


def team_key_line(key):
    import hashlib
    return f"{key.split('_')[1]}:sha256:{hashlib.sha256(key.encode()).hexdigest()}"



"""Starts the programs of a benchmark on free ports of 127.0.0.1 and reads their CPU and memory.

Everything lives in a scratch directory of the build folder (a real disk, because weir's
ledger waits for it), and only processes started here are ended, each by its id.
"""
import contextlib
import hashlib
import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
BUILD = ROOT / "build" / "bench"
CLIENT_KEY = "weir_Bench001_" + "0" * 43
UPSTREAM_KEY = "sk-benchmark-of-the-upstream"
MODEL = "bench-model"
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 20

# The server under test has a core of its own; load and mock share the other.
CORES = sorted(os.sched_getaffinity(0))
LOAD_CORE, SERVER_CORE = (CORES[0], CORES[1]) if len(CORES) > 1 else (None, None)


class Failed(Exception):
    """A benchmark that could not run; its text says why."""


def free_port(other_than=None):
    port = other_than
    while port == other_than:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    return port


def pinned_to(core):
    return None if core is None else lambda: os.sched_setaffinity(0, {core})


class Server:
    """A running program: its port, and the CPU and memory of it and its children."""

    def __init__(self, name, command, port, scratch, core, environment=None):
        self.name, self.port, self.scratch = name, port, scratch
        self.output = open(scratch / f"{name}.out", "wb")
        self.process = subprocess.Popen([str(part) for part in command], stdout=self.output,
                                        stderr=self.output, preexec_fn=pinned_to(core),
                                        env={**os.environ, **(environment or {})})
        self.wait_until_it_listens()

    def wait_until_it_listens(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.05)
        said = (self.scratch / f"{self.name}.out").read_text(errors="replace")[-2000:]
        self.stop()
        raise Failed(f"{self.name} does not start:\n{said}")

    def pids(self):
        pid = self.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]

    def cpu_seconds(self):
        """User and system time of all threads, those that have ended included."""
        total = 0
        for pid in self.pids():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def rss_mb(self):
        total = 0
        for pid in self.pids():
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    total += int(line.split()[1])
        return total / 1024

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.output.close()


class Bench:
    """One benchmark's scratch directory and servers; all are gone when it ends."""

    def __init__(self, weir):
        self.weir_program = weir
        self.stack = contextlib.ExitStack()

    def __enter__(self):
        BUILD.mkdir(parents=True, exist_ok=True)
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="scratch-", dir=BUILD))
        self.stack.callback(shutil.rmtree, self.scratch, ignore_errors=True)
        return self

    def __exit__(self, *failure):
        return self.stack.__exit__(*failure)

    def _start(self, *arguments, **options):
        server = Server(*arguments, **options)
        self.stack.callback(server.stop)
        return server

    def mock(self, chunks=64, interval_us=20_000):
        port = free_port()
        command = [BUILD / "bench/mock_upstream", "--port", port, "--chunks", chunks,
                   "--interval-us", interval_us]
        return self._start("mock", command, port, self.scratch, LOAD_CORE)

    def nginx(self, upstream, buffering="on"):
        program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if program is None:
            raise Failed("nginx is not installed (Debian: nginx-light)")
        folder = pathlib.Path(tempfile.mkdtemp(prefix="nginx-", dir=self.scratch))
        port = free_port()
        values = {"PORT": port, "UPSTREAM_PORT": upstream.port, "DIR": folder, "BUFFERING": buffering,
                  "UPSTREAM_KEY": UPSTREAM_KEY, "USER": pwd.getpwuid(os.getuid()).pw_name}
        text = (HERE / "nginx.conf.in").read_text()
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        (folder / "nginx.conf").write_text(text)
        command = [program, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
        return self._start("nginx", command, port, folder, SERVER_CORE)

    def weir(self, upstream, decides=False, more="", name="weir"):
        """`decides`: with everything that model auto uses; see DECIDES. `more`: further sections."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-", dir=self.scratch))
        port = free_port()
        admin_port = free_port(port)
        config = folder / "weir.toml"
        config.write_text(weir_config(folder, port, admin_port, upstream.port, decides) + more)
        return self._start(name, [self.weir_program, "serve", "--config", config], port, folder,
                           SERVER_CORE, environment={"BENCH_UPSTREAM_KEY": UPSTREAM_KEY})

    def local_weir(self, model, kv_cache_mb, folder=None, more=""):
        """With a local model alone, on all cores; everybody may ask. `folder`: of an earlier one."""
        folder = folder or pathlib.Path(tempfile.mkdtemp(prefix="weir-", dir=self.scratch))
        port = free_port()
        admin_port = free_port(port)
        config = folder / "weir.toml"
        config.write_text(f"""
state_dir = "{folder}"
[server]
listen = "127.0.0.1:{port}"
admin_listen = "127.0.0.1:{admin_port}"
[log]
file = "{folder}/weir.log"
[local]
model = "{model}"
kv_cache_mb = {kv_cache_mb}
total_timeout_ms = 3600000
{more}
""")
        server = self._start("weir", [self.weir_program, "serve", "--config", config], port, folder, None)
        server.admin_port = admin_port
        return server

    def load(self, server, *options):
        """Starts the load generator; result_of() waits for what it measured."""
        command = [BUILD / "bench/load", "--port", server.port, "--key", CLIENT_KEY, *options]
        process = subprocess.Popen([str(part) for part in command], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   preexec_fn=pinned_to(LOAD_CORE))
        self.stack.callback(end, process)
        return process


def end(process):
    if process.poll() is None:
        process.kill()
    process.communicate()


def result_of(process):
    line = process.stdout.readline()
    if not line:
        raise Failed("the load generator failed: " + process.stderr.read())
    result = json.loads(line)
    if result["errors"]:
        raise Failed(f"{result['errors']} errors under load: " + process.stderr.readline())
    return result


# A local model that could answer, rules to look through, a budget to reserve from, and a
# quality target that no local answer meets: each request is scored, decided and goes out.
TEAM_DECIDES = """quality_target = 1.0
monthly_budget_usd = "1000000"
"""
NO_LOCAL_MODEL = """
[local]
model = "none"
"""
DECIDES = f"""
[local]
model = "{ROOT}/tests/data/golden/llama-f16/model.gguf"
""" + "".join(f"""
[[rule]]
name = "application {number}"
header = "x-app: {number}"
prefer = "local"
""" for number in range(5))


def weir_config(folder, port, admin_port, upstream_port, decides=False):
    """One I/O thread, a keyed team, a priced model: each request is reserved, settled and logged."""
    digest = hashlib.sha256(CLIENT_KEY.encode()).hexdigest()
    return f"""
state_dir = "{folder}"
[server]
listen = "127.0.0.1:{port}"
admin_listen = "127.0.0.1:{admin_port}"
threads = 1
[log]
file = "{folder}/weir.log"
[[backend]]
name = "mock"
base_url = "http://127.0.0.1:{upstream_port}/v1"
api_key = "env:BENCH_UPSTREAM_KEY"
models = ["{MODEL}"]
max_connections = 2048
max_idle_connections = 2048
[[team]]
name = "bench"
keys = ["Bench001:sha256:{digest}"]
privacy = "any"
{TEAM_DECIDES if decides else ""}[[price]]
model = "{MODEL}"
usd_per_million_input = "2.00"
usd_per_million_output = "8.00"
source = "benchmark"
as_of = "2026-01-01"
{DECIDES if decides else NO_LOCAL_MODEL}"""

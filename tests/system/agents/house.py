"""All that one run of an agent needs: a mock model, weir, a home folder, and what watches."""

import contextlib
import os
import pathlib
import signal
import subprocess
import tempfile

from relay import NoWayOut, Relay
from targets import UPSTREAMS
from weir_process import BINARY, TEAM_KEY, Mock, Weir, backend, team_key_line

PROMPT = "Which number does the oracle say?"
ANSWER = "The oracle says 4711."
WRITTEN = "written by the agent"


class House:
    """For one scenario: text (an answer), tool (one call of a tool before it), translated (the same
    over an upstream of another dialect), local (over weir-mini alone)."""

    def __init__(self, agent, scenario, cache, closing):
        self.agent, self.scenario, self.cache = agent, scenario, cache
        folder = tempfile.TemporaryDirectory(prefix="weir-agent-", ignore_cleanup_errors=True)
        self.home = pathlib.Path(closing.enter_context(folder))
        self.work = self.home / "work"
        self.file = self.work / "oracle.txt"
        self.furnish()
        self.mock = Mock(self.text(), agent.calls(f"echo {WRITTEN} > {self.file}"))
        closing.callback(self.mock.stop)
        self.upstream = agent.other if scenario == "translated" else agent.dialect
        self.weir = Weir(self.configuration())
        closing.callback(self.weir.discard)
        self.relay, self.way_out = Relay(self.weir.port), NoWayOut()
        closing.callback(self.relay.close)
        closing.callback(self.way_out.close)

    def furnish(self):
        for folder in (self.work, self.home / "tmp"):
            folder.mkdir()

    def writes(self):
        return self.scenario in ("tool", "translated")

    def text(self):
        """An agent without tools writes the file that the answer shows."""
        shown = f"\n\n{self.file.name}\n```\n{WRITTEN}\n```\n"
        return ANSWER + (shown if self.writes() and not self.agent.tool else "")

    def configuration(self):
        config = {
            "local": {"model": None},
            "team": [{"name": "agents", "keys": [team_key_line(TEAM_KEY)], "privacy": "any"}],
        }
        if self.scenario != "local":
            dialect, path, _ = UPSTREAMS[self.upstream]
            model = {"name": "large", "upstream": "mock-agent" if self.writes() else "mock-normal"}
            config["backend"] = [
                backend(
                    self.mock,
                    [model],
                    name="cloud-mock",
                    provider="mock",
                    dialect=dialect,
                    retries=0,
                    base_url=f"http://127.0.0.1:{self.mock.port}{path}",
                )
            ]
        return config

    def environment(self):
        way_out = f"http://127.0.0.1:{self.way_out.port}"
        programs = (self.cache / "bin", self.cache / "node_modules/.bin", self.cache / "venv/bin")
        return {
            "HOME": str(self.home),
            "TMPDIR": str(self.home / "tmp"),
            "LANG": "C.UTF-8",
            "PATH": ":".join([*map(str, programs), os.environ["PATH"]]),
            "TERM": "dumb",
            "HTTPS_PROXY": way_out,
            "https_proxy": way_out,
            "WEIR_API_KEY": TEAM_KEY,
            "WEIR_TEST_PROVIDER_KEY": "unused",
            **self.agent.environment,
        }

    def command(self):
        model = "local" if self.scenario == "local" else self.agent.model
        url = f"http://127.0.0.1:{self.relay.port}"
        return [
            str(BINARY),
            self.agent.start,
            "--config",
            str(self.weir.config_path),
            "--url",
            url,
            *(["--model", model] if model else []),
            self.agent.name,
            *self.agent.arguments,
            PROMPT,
        ]

    def run(self):
        """Its exit code, None after the deadline, and what it said. Nobody of its group is left."""
        with open(self.home / "said.txt", "wb") as said:
            process = subprocess.Popen(
                self.command(),
                env=self.environment(),
                cwd=self.work,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                code = process.wait(self.agent.seconds)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return code, (self.home / "said.txt").read_text(errors="replace")

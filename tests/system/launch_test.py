#!/usr/bin/env python3
"""weir launch and weir exec with programs that write down how they were started, as the clients."""

import json
import os
import pathlib
import subprocess
import tempfile
import tomllib

import testing
from served import Served
from weir_process import BINARY, TEAM_KEY, backend, free_ports

CLIENTS = ("codex", "opencode", "gemini", "openclaw", "claude", "aider", "my-tool")
WITH_FILES = {
    "codex": ".codex/config.toml",
    "opencode": ".config/opencode/opencode.json",
    "openclaw": ".openclaw/openclaw.json",
}
FAKE = """#!/bin/sh
printf '%s\\0' "$@" > "$SHOWN/arguments"
env -0 > "$SHOWN/environment"
echo $$ > "$SHOWN/process"
echo "this is $0"
exit 7
"""


class Start:
    """How a client was started, if it was."""

    def __init__(self, folder):
        self.happened = (folder / "process").exists()
        if not self.happened:
            return
        self.arguments = (folder / "arguments").read_text().split("\0")[:-1]
        pairs = (folder / "environment").read_text().split("\0")[:-1]
        self.environment = dict(pair.split("=", 1) for pair in pairs)
        self.process = int((folder / "process").read_text())


class Launch(Served):
    @classmethod
    def config(cls):
        return {"backend": [backend(cls.mock, ["mock-normal"])]}

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="weir-launch-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.home, self.programs, self.shown = (
            self.folder / name for name in ("home", "bin", "shown")
        )
        for each in (self.home, self.programs, self.shown):
            each.mkdir()
        for name in CLIENTS:
            (self.programs / name).write_text(FAKE)
            (self.programs / name).chmod(0o755)
        for name in WITH_FILES.values():
            (self.home / name).parent.mkdir(parents=True)
            (self.home / name).write_text("# of the user\n")
        self.url = f"http://127.0.0.1:{self.weir.port}"

    def weir_does(self, *words, **env):
        for path in self.shown.iterdir():
            path.unlink()
        env = {
            "HOME": str(self.home),
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "SHOWN": str(self.shown),
            "WEIR_TEST_PROVIDER_KEY": "unused",
            "WEIR_CONFIG": str(self.weir.config_path),
            **env,
        }
        return subprocess.run(
            [str(BINARY), *map(str, words)],
            env=env,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def launch(self, *words, verb="launch", **env):
        """The start of a client that ends as it wants to."""
        done = self.weir_does(verb, *words, **{"WEIR_API_KEY": TEAM_KEY, **env})
        start = Start(self.shown)
        self.assertTrue(start.happened, done)
        self.assertEqual(done.returncode, 7, done)
        start.said = done.stderr
        start.printed = done.stdout
        return start

    def refused(self, *words, **env):
        """What is said instead of a start."""
        done = self.weir_does(*words, **env)
        self.assertEqual(
            (done.returncode, done.stdout, Start(self.shown).happened), (1, "", False), done
        )
        return done.stderr

    def of_the_user(self):
        return {
            str(path.relative_to(self.home)): path.read_text()
            for path in self.home.rglob("*")
            if path.is_file()
        }

    def file_of(self, name):
        path = self.weir.directory / "clients" / name
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertNotIn(TEAM_KEY, path.read_text())
        return json.loads(path.read_text())

    def test_every_client_is_told_where_weir_is(self):
        old = {
            name: "of before"
            for name in ("ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL")
        }
        for client in CLIENTS:
            for verb in ("launch", "exec"):
                with self.subTest(client=client, verb=verb):
                    told = self.launch(client, verb=verb, **old).environment
                    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE"):
                        self.assertEqual(told[name], self.url + "/v1")
                    for name in (
                        "ANTHROPIC_BASE_URL",
                        "GOOGLE_GEMINI_BASE_URL",
                        "OLLAMA_HOST",
                        "OLLAMA_API_BASE",
                    ):
                        self.assertEqual(told[name], self.url)
                    for name in ("OPENAI_API_KEY", "ANTHROPIC_AUTH_TOKEN", "GEMINI_API_KEY"):
                        self.assertEqual(told[name], TEAM_KEY)
                    self.assertFalse({"ANTHROPIC_API_KEY", "GOOGLE_API_KEY"} & set(told))

    def test_the_clients_own_arguments_come_last_as_they_are(self):
        own = ["run", "--model", "its own", "--", "-c", 'a "quoted" $word', ""]
        for client in CLIENTS:
            with self.subTest(client=client):
                self.assertEqual(self.launch(client, *own).arguments[-len(own) :], own)

    def test_codex_is_told_by_arguments(self):
        arguments = self.launch("codex", "exec", "hello").arguments
        self.assertEqual((arguments[0:-2:2], arguments[-2:]), (["-c"] * 6, ["exec", "hello"]))
        self.assertEqual(
            tomllib.loads("\n".join(arguments[1:-2:2])), self.settings_of_codex("auto")
        )
        self.assertIn(
            'model = "mock-normal"', self.launch("--model", "mock-normal", "codex").arguments
        )

    def settings_of_codex(self, model):
        return {
            "model": model,
            "model_provider": "weir",
            "model_providers": {
                "weir": {
                    "name": "weir",
                    "base_url": self.url + "/v1",
                    "env_key": "OPENAI_API_KEY",
                    "wire_api": "responses",
                }
            },
        }

    def test_opencode_is_told_by_a_file_of_weirs(self):
        start = self.launch("--model", "mock-normal", "opencode", "run", "hello")
        self.assertEqual(start.arguments, ["run", "hello"])
        self.assertEqual(
            start.environment["OPENCODE_CONFIG"], str(self.weir.directory / "clients/opencode.json")
        )
        told = self.file_of("opencode.json")
        self.assertEqual((told["model"], told["small_model"]), ("weir/mock-normal", "weir/local"))
        provider = told["provider"]["weir"]
        self.assertEqual(
            provider["options"], {"baseURL": self.url + "/v1", "apiKey": "{env:OPENAI_API_KEY}"}
        )
        self.assertEqual(set(provider["models"]), {"auto", "local", "mock-normal"})

    def test_openclaw_is_told_by_a_file_of_weirs(self):
        start = self.launch("openclaw", "agent")
        self.assertEqual(start.arguments, ["agent"])
        self.assertEqual(
            start.environment["OPENCLAW_CONFIG_PATH"],
            str(self.weir.directory / "clients/openclaw.json"),
        )
        told = self.file_of("openclaw.json")
        provider = told["models"]["providers"]["weir"]
        self.assertEqual(
            (provider["baseUrl"], provider["apiKey"]), (self.url + "/v1", "${OPENAI_API_KEY}")
        )
        self.assertEqual(told["agents"]["defaults"]["model"]["primary"], "weir/auto")

    def test_gemini_gets_a_model_that_is_not_its_own_auto(self):
        start = self.launch("gemini")
        self.assertEqual(start.arguments, ["-m", "local"])
        self.assertIn(
            'gemini takes "auto" for a choice of its own, so it asks for "local"', start.said
        )
        start = self.launch("--model", "cloud", "gemini", "-p", "hello")
        self.assertEqual(start.arguments, ["-m", "cloud", "-p", "hello"])
        self.assertNotIn("choice of its own", start.said)

    def test_claude_and_aider_are_told_their_models(self):
        told = self.launch("--model", "cloud", "claude").environment
        self.assertEqual(
            (told["ANTHROPIC_MODEL"], told["ANTHROPIC_SMALL_FAST_MODEL"]), ("cloud", "local")
        )
        self.assertEqual(self.launch("aider").arguments, ["--model", "openai/auto"])

    def test_the_users_own_files_stay_as_they_are(self):
        before = self.of_the_user()
        for client in CLIENTS:
            self.launch(client)
            self.launch(client, verb="exec")
        self.assertEqual(self.of_the_user(), before)

    def test_weir_says_what_it_did_and_leaves_standard_output_to_the_client(self):
        start = self.launch("opencode")
        self.assertEqual(
            start.said.splitlines(),
            [
                f"weir: wrote {self.weir.directory}/clients/opencode.json",
                f"weir: opencode asks {self.url} "
                "(`--dry-run` shows the environment and the arguments)",
            ],
        )
        self.assertEqual(start.printed, f"this is {self.programs}/opencode\n")

    def test_the_client_takes_the_place_of_weir(self):
        env = {
            "HOME": str(self.home),
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "SHOWN": str(self.shown),
            "WEIR_TEST_PROVIDER_KEY": "unused",
        }
        process = subprocess.Popen(
            [str(BINARY), "launch", "--config", str(self.weir.config_path), "codex"],
            env=env,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.assertEqual(process.wait(60), 7)
        self.assertEqual(Start(self.shown).process, process.pid)

    def test_write_keeps_a_copy_and_starts_nothing(self):
        for client, name in WITH_FILES.items():
            with self.subTest(client=client):
                done = self.weir_does(
                    "launch", "--write", "--model", "cloud", client, WEIR_API_KEY=TEAM_KEY
                )
                self.assertEqual((done.returncode, Start(self.shown).happened), (0, False), done)
                path = self.home / name
                self.assertEqual(
                    done.stderr.splitlines(),
                    [
                        f"weir: the file that was there is {path}.before-weir",
                        f"weir: wrote {path}; the key is read from OPENAI_API_KEY",
                    ],
                )
                self.assertEqual(pathlib.Path(f"{path}.before-weir").read_text(), "# of the user\n")
                self.assertEqual(path.stat().st_mode & 0o777, 0o600)
                self.assertNotIn(TEAM_KEY, path.read_text())
        self.assertEqual(
            tomllib.loads((self.home / WITH_FILES["codex"]).read_text()),
            self.settings_of_codex("cloud"),
        )
        self.launch("--model", "cloud", "opencode")
        self.assertEqual(
            json.loads((self.home / WITH_FILES["opencode"]).read_text()),
            self.file_of("opencode.json"),
        )

    def test_write_takes_no_copy_away(self):
        self.assertEqual(self.weir_does("launch", "--write", "codex").returncode, 0)
        before = self.of_the_user()
        self.assertIn(
            "config.toml.before-weir is there already", self.refused("launch", "--write", "codex")
        )
        self.assertEqual(self.of_the_user(), before)

    def test_write_makes_a_file_where_none_was(self):
        (self.home / WITH_FILES["codex"]).unlink()
        (self.home / ".codex").rmdir()
        self.assertEqual(self.weir_does("launch", "--write", "codex").returncode, 0)
        self.assertEqual(
            [name for name in self.of_the_user() if "codex" in name], [WITH_FILES["codex"]]
        )

    def test_write_as_a_dry_run_shows_the_file_and_touches_nothing(self):
        before = self.of_the_user()
        done = self.weir_does("launch", "--write", "--dry-run", "codex", WEIR_API_KEY=TEAM_KEY)
        self.assertEqual((done.returncode, self.of_the_user()), (0, before), done)
        first, _, text = done.stdout.partition("\n")
        self.assertEqual(first, f"write  {self.home / WITH_FILES['codex']}")
        self.assertEqual(tomllib.loads(text), self.settings_of_codex("auto"))
        self.assertNotIn(TEAM_KEY, done.stdout)

    def test_write_is_refused_for_clients_without_a_file(self):
        before = self.of_the_user()
        for client in set(CLIENTS) - set(WITH_FILES):
            self.assertIn(
                f"{client} has no file for this", self.refused("launch", "--write", client)
            )
        self.assertEqual(self.of_the_user(), before)

    def test_a_client_that_weir_does_not_know_gets_the_environment_alone(self):
        start = self.launch("--model", "cloud", "my-tool", "hello")
        self.assertEqual(start.arguments, ["hello"])
        self.assertIn(
            "weir does not know how my-tool is told a model: --model is not passed on", start.said
        )

    def test_exec_gives_the_environment_alone(self):
        for client in CLIENTS:
            start = self.launch(client, "exec", "hello", verb="exec")
            self.assertEqual(start.arguments, ["exec", "hello"])
            self.assertFalse(
                {"OPENCODE_CONFIG", "OPENCLAW_CONFIG_PATH", "ANTHROPIC_MODEL"}
                & set(start.environment)
            )

    def test_two_dashes_may_stand_before_the_command(self):
        for verb in ("launch", "exec"):
            for options in ([], ["--url", self.url]):
                with self.subTest(verb=verb, options=options):
                    words = [*options, "--", "my-tool", "--its-own", "--", "word"]
                    start = self.launch(*words, verb=verb)
                    self.assertEqual(start.arguments, ["--its-own", "--", "word"])

    def test_a_program_that_is_not_there_is_named(self):
        for verb in ("launch", "exec"):
            self.assertIn(
                "no-such-program cannot be started: No such file or directory",
                self.refused(verb, "no-such-program"),
            )

    def test_nothing_is_started_where_no_weir_answers(self):
        nobody = f"http://127.0.0.1:{free_ports(1)[0]}"
        for verb in ("launch", "exec"):
            self.assertIn(
                f"no weir answers at {nobody}: start one with `weir serve`, or say --url",
                self.refused(verb, "--url", nobody, "codex"),
            )

    def test_a_command_is_needed(self):
        for words in (["launch"], ["exec"], ["exec", "--"]):
            done = self.weir_does(*words)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("a command", done.stderr)

    def test_an_address_and_a_key_on_the_command_line_count_more(self):
        with_version = self.url.replace("127.0.0.1", "localhost") + "/v1/"
        told = self.launch("--url", with_version, "--key", "another-key", "codex").environment
        self.assertEqual(
            (told["OPENAI_BASE_URL"], told["OPENAI_API_KEY"]),
            (with_version.rstrip("/"), "another-key"),
        )

    def test_a_client_without_a_key_of_weir_gets_a_word(self):
        done = self.weir_does("launch", "codex")
        self.assertEqual(
            (done.returncode, Start(self.shown).environment["OPENAI_API_KEY"]), (7, "weir")
        )

    def test_a_dry_run_shows_all_but_the_key(self):
        nobody = f"http://127.0.0.1:{free_ports(1)[0]}"
        before = self.of_the_user()
        done = self.weir_does(
            "launch",
            "--dry-run",
            "--url",
            nobody,
            "opencode",
            "run",
            "two words",
            WEIR_API_KEY=TEAM_KEY,
        )
        self.assertEqual((done.returncode, Start(self.shown).happened), (0, False), done)
        lines = done.stdout.splitlines()
        for line in (
            f"file   {self.weir.directory}/clients/opencode.json",
            f"set    OPENAI_BASE_URL={nobody}/v1",
            "set    OPENAI_API_KEY=***",
            "unset  ANTHROPIC_API_KEY",
            'run    opencode run "two words"',
        ):
            self.assertIn(line, lines)
        self.assertNotIn(TEAM_KEY, done.stdout + done.stderr)
        self.assertEqual(self.of_the_user(), before)


if __name__ == "__main__":
    testing.main()

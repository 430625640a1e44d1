#!/usr/bin/env python3
"""The programs and files of examples/ as a newcomer runs them, against the real program and a mock upstream."""
import os
import pathlib
import subprocess
import unittest

import testing
from served import Served
from weir_process import BINARY, PRICE, PRICED, ROOT, TEST_DATA, backend

EXAMPLES = ROOT / "examples"
BUILT = pathlib.Path(os.environ.get("WEIR_EXAMPLES", BINARY.parent / "examples"))
GOLDEN_MODEL = ROOT / "tests/data/golden/llama-f16/model.gguf"
STORIES = TEST_DATA and pathlib.Path(TEST_DATA) / "golden/stories260k/stories260K-f32.gguf"


def run(*command, **env):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60,
                          env={**os.environ, **env})


class Clients(Served):
    @classmethod
    def config(cls):
        return {"backend": [backend(cls.mock, [PRICED])], "price": [PRICE]}

    def test_the_shell_asks_twice_and_shows_the_route(self):
        done = run(EXAMPLES / "chat.sh", 'Say "hi"\nplease', WEIR_URL=f"http://127.0.0.1:{self.weir.port}",
                   WEIR_MODEL_NAME=PRICED)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("x-weir-route: cloud", done.stdout)
        self.assertIn("data: [DONE]", done.stdout)
        self.assertEqual(len(self.mock.requests()), 2)

    def test_beast_prints_a_stream(self):
        done = run(BUILT / "beast_client", "127.0.0.1", self.weir.port, PRICED, "Say hi")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("200, route cloud", done.stderr)
        self.assertTrue(done.stdout.strip())

    def test_beast_says_what_was_refused(self):
        done = run(BUILT / "beast_client", "127.0.0.1", self.weir.port, "no-such-model", "Say hi")
        self.assertEqual(done.returncode, 1)
        self.assertIn("model_not_found", done.stderr)

    def test_a_server_that_is_not_there_is_one_line(self):
        done = run(BUILT / "beast_client", "127.0.0.1", 1, "m", "Say hi")
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1), done)


class Files(unittest.TestCase):
    def test_the_policies_of_the_teams_are_valid(self):
        done = run(BINARY, "validate", "--without-files", "--config", EXAMPLES / "team_policies.toml", OPENAI_API_KEY="sk-example")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("3 teams", done.stdout)

    def test_every_file_that_compose_mounts_is_there(self):
        folder = EXAMPLES / "observe"
        for line in (folder / "docker-compose.yml").read_text().splitlines():
            mount = line.strip().removeprefix("- ")
            if mount.startswith("."):
                self.assertTrue((folder / mount.split(":")[0]).exists(), mount)


class Engine(unittest.TestCase):
    def test_an_embedded_engine_answers(self):
        done = run(BUILT / "embed_engine", GOLDEN_MODEL, "hello", 8)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("8 out, perplexity", done.stdout)

    @unittest.skipUnless(STORIES and STORIES.exists(), "needs the stories260k model under WEIR_TEST_DATA")
    def test_an_embedded_engine_tells_a_story(self):
        done = run(BUILT / "embed_engine", STORIES, "Once upon a time", 20)
        self.assertIn("there was a little", done.stdout)

    def test_what_is_no_model_is_one_line(self):
        done = run(BUILT / "embed_engine", EXAMPLES / "README.md", "hello")
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1), done)


if __name__ == "__main__":
    testing.main()

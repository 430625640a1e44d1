#!/usr/bin/env python3
"""weir generate, models and selftest as a person runs them. Parts need WEIR_TEST_DATA."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import testing
from weir_process import TEST_DATA

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "tests/data/golden"
STORIES = TEST_DATA and pathlib.Path(TEST_DATA) / "golden/stories260k"
AVAILABLE = bool(STORIES and (STORIES / "stories260K-f32.gguf").exists())
PROMPT = "Once upon a time"


def weir(*arguments, **more):
    return subprocess.run([os.environ["WEIR_BINARY"], *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, **more)


class Models(unittest.TestCase):
    def test_a_file_is_described(self):
        card = json.loads(weir("models", GOLDEN / "llama-f16/model.gguf", "--json").stdout)
        self.assertEqual(card["architecture"], "llama")
        self.assertEqual(card["context_tokens"], 4096)
        self.assertEqual(card["kv_bytes_per_token"], 384)

    def test_what_is_no_model_fails_with_one_line(self):
        answer = weir("models", GOLDEN / "README.md")
        self.assertEqual(answer.returncode, 1)
        self.assertEqual(len(answer.stderr.splitlines()), 1)

    def test_the_configuration_s_models_are_listed(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder, "weir.toml")
            config.write_text(f'state_dir = "{folder}"\n[local]\nmodel = "none"\n[[backend]]\nname = "up"\nclass = "cloud"\n'
                              'base_url = "http://127.0.0.1:1/v1"\nallow_plaintext = true\n'
                              'models = ["m"]\ndefault_model = "m"\n')
            answer = weir("models", "--config", config, "--json")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        listed = json.loads(answer.stdout)
        self.assertIsNone(listed["local"])
        self.assertEqual([b["backend"] for b in listed["backends"]], ["up"])


class Selftest(unittest.TestCase):
    def test_the_committed_packs_pass(self):
        answer = weir("selftest", "logits", GOLDEN)
        self.assertEqual(answer.returncode, 0, answer.stdout)
        self.assertRegex(answer.stdout.splitlines()[-1], r"^\d+ cases: \d+ ok, 0 missed, 0 not supported$")

    def test_a_changed_golden_value_is_a_miss(self):
        with tempfile.TemporaryDirectory() as folder:
            for source in (GOLDEN / "llama-f16").iterdir():
                pathlib.Path(folder, source.name).write_bytes(source.read_bytes())
            data = pathlib.Path(folder, "golden_exact.bin")
            data.write_bytes(bytes(4) + data.read_bytes()[:-4])
            answer = weir("selftest", "logits", folder)
        self.assertEqual(answer.returncode, 1, answer.stdout)
        self.assertIn("MISS", answer.stdout)

    def test_a_folder_without_cases_is_unusable(self):
        self.assertEqual(weir("selftest", "logits", ROOT / "docs").returncode, 2)
        self.assertEqual(weir("selftest", "logits", ROOT / "nowhere").returncode, 2)


@unittest.skipUnless(AVAILABLE, "needs the stories260k model under WEIR_TEST_DATA")
class Generate(unittest.TestCase):
    def generate(self, *arguments, **more):
        return weir("generate", "--model", STORIES / "stories260K-f32.gguf", *arguments, **more)

    def test_greedy_text_equals_the_golden_text(self):
        answer = self.generate("--temperature", 0, "--max-tokens", 100, PROMPT)
        expected = json.loads((STORIES / "golden-greedy.json").read_text())["text"]
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertGreater(len(answer.stdout), 150)
        self.assertTrue((PROMPT + answer.stdout.rstrip("\n")) in expected)
        self.assertRegex(answer.stderr, r"5 prompt tokens in .* 100 tokens in .* tokens/s\), length")

    def test_json_holds_text_and_figures(self):
        answer = json.loads(self.generate("--seed", 1, "--max-tokens", 9, "--json", "-", input=PROMPT).stdout)
        self.assertEqual(answer["completion_tokens"], 9)
        self.assertEqual(answer["prompt_tokens"], 5)
        self.assertEqual(answer["finish_reason"], "length")
        again = json.loads(self.generate("--seed", 1, "--max-tokens", 9, "--json", PROMPT).stdout)
        self.assertEqual(answer["text"], again["text"])

    def test_wrong_arguments_return_2(self):
        self.assertEqual(self.generate("--temperature", 9, PROMPT).returncode, 2)
        self.assertEqual(self.generate("--chat", PROMPT).returncode, 2)
        self.assertEqual(self.generate("--raw", "--chat", PROMPT).returncode, 2)
        self.assertEqual(self.generate().returncode, 2)

    def test_ctrl_c_keeps_what_was_said(self):
        process = subprocess.Popen(
            [os.environ["WEIR_BINARY"], "generate", "-m", str(STORIES / "stories260K-f32.gguf"), PROMPT],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(1)
        process.send_signal(signal.SIGSTOP)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        said, figures = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertTrue(said.endswith(b"\n"))
        self.assertIn(b"interrupted", figures)


class Quantize(unittest.TestCase):
    def test_a_signal_leaves_nothing_behind(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), tempfile.TemporaryDirectory() as folder:
                process = subprocess.Popen(
                    [os.environ["WEIR_BINARY"], "quantize", "weir-mini", pathlib.Path(folder, "out.gguf"), "Q4_K_M"],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                while not list(pathlib.Path(folder).glob("*.part")) and process.poll() is None:
                    time.sleep(0.001)
                process.send_signal(number)
                errors = process.communicate(timeout=60)[1]
                self.assertEqual((process.returncode, os.listdir(folder)), (130, []), errors)


if __name__ == "__main__":
    testing.main()

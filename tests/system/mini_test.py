#!/usr/bin/env python3
"""The model inside the program: what a newcomer gets who brings none."""
import hashlib
import json
import pathlib
import subprocess
import unittest

import testing
from weir_process import BINARY, PRICE, PRICED, ROOT, Mock, Weir, backend, chat

MINI = ROOT / "local_backend/mini"
MANIFEST = MINI / "weir-mini.json"
EASY = "Is this feedback good or bad? The soup was cold and nobody came to our table."
JOB = ("Extract the e-mail and the date as JSON from: Your parcel arrives on 2026-12-03. Questions? Write to "
       "maria.lopez@example.com")
BEYOND = ("Prove that there are infinitely many primes.",
          "Write a red-black tree in Rust with deletion, and explain every case of it.",
          "Compare the economic causes of the French and of the Russian revolution in three paragraphs.")


def weir(*arguments):
    return subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=300)


EMBEDDED = weir("models", "weir-mini").returncode == 0


@unittest.skipUnless(EMBEDDED, "built with WEIR_EMBED_MODEL=OFF")
class Mini(unittest.TestCase):
    def serve(self, **config):
        weir = Weir({"local": {"model": None}, **config})
        self.addCleanup(weir.discard)
        return weir

    def test_an_empty_configuration_answers(self):
        weir = self.serve()
        for model in ("auto", "local", "weir-mini"):
            answer = weir.chat(chat(model, JOB))
            self.assertEqual((answer.status, answer.header("x-weir-model")), (200, "weir-mini"), answer)
            found = json.loads(answer.json()["choices"][0]["message"]["content"])
            self.assertEqual(list(found.values()), ["maria.lopez@example.com", "2026-12-03"])
        weir.stop()

    def test_tools_stay_in_the_order_of_their_authors(self):
        weir = self.serve()
        tools = [{"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {
            "path": {"type": "string"}, "limit": {"type": "integer"}}}}} for name in ("read_file", "delete_file")]
        answer = weir.chat(chat("local", "Show me what is in src/lexer.rs", tools=tools))
        self.assertIsNone(answer.header("x-weir-normalised"))
        call = answer.json()["choices"][0]["message"]["tool_calls"][0]["function"]
        self.assertEqual((call["name"], json.loads(call["arguments"])), ("read_file", {"path": "src/lexer.rs"}))
        weir.stop()

    def test_it_is_listed(self):
        weir = self.serve()
        names = [model["id"] for model in weir.get("/v1/models").json()["data"]]
        self.assertEqual(names, ["auto", "local", "weir-mini"])
        weir.stop()

    def test_without_a_cloud_it_answers_what_is_hard_and_says_so(self):
        weir = self.serve()
        answer = weir.chat(chat("auto", BEYOND[0], max_tokens=8))
        self.assertEqual((answer.status, answer.header("x-weir-route")), (200, "local"), answer)
        weir.stop()

    def test_with_a_cloud_beside_it_it_keeps_its_jobs_and_no_more(self):
        mock = Mock()
        self.addCleanup(mock.stop)
        weir = self.serve(backend=[backend(mock, [PRICED])], price=[PRICE])
        for stream in (False, True):
            self.assertEqual(weir.chat(chat("auto", JOB, stream=stream)).header("x-weir-route"), "local")
            for text in BEYOND:
                answer = weir.chat(chat("auto", text, stream=stream))
                self.assertEqual((answer.status, answer.header("x-weir-route")), (200, "cloud"), (text, answer))
        weir.stop()

    def test_none_is_no_local_model(self):
        weir = self.serve(local={"model": "none"})
        self.assertIn("no local model", weir.log())
        answer = weir.chat(chat("local", EASY))
        self.assertEqual((answer.status, answer.error()["code"]), (404, "model_not_found"), answer)
        self.assertEqual(answer.error()["message"], "There is no local model here.")
        weir.stop()

    def test_the_cli_uses_it_when_no_model_is_named(self):
        self.assertEqual(weir("tokenize", "Hello").stdout, weir("tokenize", "--model", "weir-mini", "Hello").stdout)
        self.assertEqual(weir("tokenize", "Hello").stdout,
                         weir("tokenize", "--model", MINI / "weir-mini.gguf", "Hello").stdout)
        answer = weir("parse", "--answer", "/dev/null")
        self.assertIn('"tool_calls":"hermes"', answer.stdout, answer.stderr)


@unittest.skipUnless(EMBEDDED, "built with WEIR_EMBED_MODEL=OFF")
class Manifest(unittest.TestCase):
    """Replace model and manifest together: tools/weir_mini/adopt.py."""

    def setUp(self):
        self.manifest = json.loads(MANIFEST.read_text())

    def test_it_is_that_of_the_model_in_the_program(self):
        card = json.loads(weir("models", "weir-mini", "--json").stdout)
        self.assertTrue(card["embedded"])
        self.assertEqual(card["sha256"], self.manifest["sha256"])
        self.assertEqual(card["file_bytes"], self.manifest["bytes"])
        self.assertEqual(card["parameters"], self.manifest["parameters"])
        self.assertLessEqual(self.manifest["bytes"], 16 << 20)

    def test_the_program_has_the_file_of_this_tree(self):
        self.assertEqual(hashlib.sha256((MINI / "weir-mini.gguf").read_bytes()).hexdigest(), self.manifest["sha256"])

    def test_the_model_is_as_good_as_it_says(self):
        judged = json.loads(weir("eval-mini", "--json").stdout)["all"]
        said = self.manifest["right"].values()
        self.assertEqual(judged["jobs"], sum(each["of"] for each in said))
        self.assertGreaterEqual(judged["right"], sum(each["right"] for each in said) - 0.01 * judged["jobs"])


if __name__ == "__main__":
    testing.main()

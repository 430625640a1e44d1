#!/usr/bin/env python3
"""Embeddings from a local model in the real program: vectors, forms of OpenAI's requests, refusals, policy, the
ledger, clients that leave. The model is the committed encoder of tests/data/golden/bert."""
import base64
import json
import math
import pathlib
import shutil
import signal
import struct
import tempfile
import unittest

import testing
from served import Served
import tiny_gguf
from weir_process import (ROOT, TEAM_KEY, Client, Weir, backend, chat, in_threads, request, team_key_line, wait_until)

BERT = ROOT / "tests/data/golden/bert"
GOLDEN = json.loads((BERT / "golden.json").read_text())
WIDTH = 64


def local_models(**more):
    return [{"model": str(BERT / "model.gguf"), "name": "embedder", **more}]


def unit(vector):
    length = math.sqrt(sum(value * value for value in vector))
    return [value / length for value in vector]


def golden(index):
    prompt = GOLDEN["prompts"][index]
    data = (BERT / "golden.bin").read_bytes()
    return prompt["tokens"], unit(struct.unpack_from(f"<{WIDTH}f", data, prompt["embedding"]["offset"]))


class Asking(Served):
    def ask(self, text, headers=None, **more):
        body = {"model": "embedder", "input": text, **more}
        return request(self.weir.port, "POST", "/v1/embeddings", body, headers)

    def vectors(self, text, **more):
        answer = self.ask(text, **more)
        self.assertEqual(answer.status, 200, answer)
        data = answer.json()["data"]
        self.assertEqual([entry["index"] for entry in data], list(range(len(data))))
        return [entry["embedding"] for entry in data]


class Embeddings(Asking):
    @classmethod
    def config(cls):
        folder = tempfile.TemporaryDirectory(prefix="weir-embeddings-")
        cls.addClassCleanup(folder.cleanup)
        parrot = tiny_gguf.write_model(pathlib.Path(folder.name) / "parrot.gguf")
        return {"local": {"model": str(parrot), "name": "parrot", "max_embedding_inputs": 600,
                          "models": local_models()},
                "backend": [backend(cls.mock, ["m"])]}

    def test_tokens_give_the_golden_vectors(self):
        for index in (1, 2):
            tokens, expected = golden(index)
            for found in self.vectors([tokens, tokens]):
                self.assertLess(math.dist(found, expected), 1e-5)
            self.assertLess(math.dist(self.vectors(tokens)[0], expected), 1e-5)

    def test_an_answer_has_openais_form(self):
        answer = self.ask(["the cat", "a"])
        said = answer.json()
        self.assertEqual(sorted(said), ["data", "model", "object", "usage"])
        self.assertEqual((said["object"], said["model"]), ("list", "embedder"))
        self.assertEqual(said["usage"]["prompt_tokens"], said["usage"]["total_tokens"])
        self.assertGreater(said["usage"]["prompt_tokens"], 5)
        self.assertEqual({entry["object"] for entry in said["data"]}, {"embedding"})
        self.assertEqual(answer.header("x-weir-route"), "local")
        self.assertEqual(answer.header("x-weir-model"), "embedder")

    def test_base64_holds_the_same_numbers(self):
        numbers = self.vectors(["the cat", "a"])
        for text, vector in zip(self.vectors(["the cat", "a"], encoding_format="base64"), numbers):
            found = struct.unpack(f"<{WIDTH}f", base64.b64decode(text, validate=True))
            self.assertEqual([struct.pack("<f", value) for value in vector], [struct.pack("<f", v) for v in found])

    def test_fewer_dimensions_are_the_first_ones_of_length_1(self):
        short, whole = self.vectors("the cat", dimensions=16)[0], self.vectors("the cat")[0]
        self.assertEqual(len(short), 16)
        self.assertLess(math.dist(short, unit(whole[:16])), 1e-6)
        answer = self.ask("a", dimensions=WIDTH + 1)
        self.assertEqual((answer.status, answer.error()["param"]), (400, "dimensions"))

    def test_order_is_kept_in_a_long_list_of_texts_of_all_lengths(self):
        texts = ["abc " * (i * 7 % 20 + 1) + "xyz"[i % 3] for i in range(300)]
        together = self.vectors(texts)
        for i in (0, 1, 150, 299):
            self.assertEqual(self.vectors(texts[i])[0], together[i])

    def test_what_cannot_be_embedded_is_400_and_names_its_place(self):
        for text, param in (("", "input"), ([], "input"), (["a", ""], "input[1]"), (["a", 1], "input[1]"),
                            ([[1], []], "input[1]"), ([[1], [99999]], "input[1]"), (None, "input"),
                            (["a", "b", "c " * 200], "input[2]"), ({"text": "a"}, "input"), (["a"] * 601, "input")):
            with self.subTest(text=str(text)[:40]):
                answer = self.ask(text)
                self.assertEqual(answer.status, 400, answer)
                self.assertEqual(answer.error()["param"], param)
                self.assertEqual(answer.error()["type"], "invalid_request_error")
        for field, value in (("encoding_format", "int8"), ("dimensions", 0), ("made_up", 1)):
            answer = self.ask("a", **{field: value})
            self.assertEqual((answer.status, answer.error()["param"]), (400, field), answer)
        self.assertEqual(self.ask("a", user="u", metadata={"x": "y"}).status, 200)

    def test_models_are_asked_for_what_they_can(self):
        for model, status, code in (("parrot", 400, "model_not_embedding"), ("nobody", 404, "model_not_found")):
            answer = self.ask("a", model=model)
            self.assertEqual((answer.status, answer.error()["code"]), (status, code), answer)
        for model in ("auto", "local"):
            self.assertEqual(self.ask("a", model=model).json()["model"], "embedder")
        answer = self.weir.chat(chat("embedder"))
        self.assertEqual((answer.status, answer.error()["code"]), (400, "model_not_generating"))
        self.assertEqual(self.mock.state()["requests"], 0)

    def test_the_model_is_listed(self):
        names = [entry["id"] for entry in self.weir.get("/v1/models").json()["data"]]
        self.assertEqual(names, ["auto", "local", "cloud", "parrot", "m", "embedder"])
        self.assertEqual(self.weir.get("/v1/models/embedder").status, 200)

    def test_every_request_has_a_row_that_costs_nothing(self):
        answer = self.ask(["the cat", "a"])
        row = self.weir.row(answer)
        self.assertEqual((row["route"], row["backend"], row["model"], row["http_status"]),
                         ("local", "local", "embedder", 200))
        self.assertEqual((row["cost_nanousd"], row["permit_id"], row["reason"]), (0, 0, "model-requested"))
        self.assertEqual(row["input_tokens"], answer.json()["usage"]["prompt_tokens"])
        self.assertIsNone(row["saved_nanousd"])
        self.assertTrue(row["model_hash"])
        refused = self.weir.row(self.ask(["a", ""]))
        self.assertEqual((refused["http_status"], refused["reason"]), (400, "invalid"))

    def test_metrics_tell_embeddings_from_chat(self):
        self.ask("a")
        labels = {"gen_ai_operation_name": "embeddings", "gen_ai_request_model": "embedder"}
        self.assertGreaterEqual(self.weir.metric("gen_ai_server_request_duration_seconds_count", **labels), 1)
        self.assertGreaterEqual(self.weir.metric("gen_ai_client_token_usage_sum", **labels), 1)

    def test_chat_and_embeddings_are_answered_beside_each_other(self):
        statuses = []

        def work(number):
            for _ in range(5):
                answer = self.ask(["the cat"] * 50) if number % 2 else self.weir.chat(chat("parrot"))
                statuses.append(answer.status)
        in_threads(6, work)
        self.assertEqual(statuses, [200] * 30)

    def test_a_client_that_leaves_ends_the_work(self):
        client = Client(self.weir.port).send("POST", "/v1/embeddings", {"input": [[7] * 120] * 600})
        self.assertTrue(wait_until(lambda: self.weir.metric("weir_requests_in_flight") >= 1))
        client.leave()
        row = wait_until(lambda: [row for row in self.weir.rows() if row["http_status"] == 499])
        self.assertEqual(row[0]["error_code"], "cancelled")
        self.assertEqual(self.ask("a").status, 200)

    def test_another_method_is_405(self):
        answer = self.weir.get("/v1/embeddings")
        self.assertEqual((answer.status, answer.header("allow")), (405, "POST"))


class Teams(Asking):
    @classmethod
    def config(cls):
        return {"local": {"models": local_models()},
                "rule": [{"name": "no batch jobs", "header": "x-app: batch", "action": "deny"}],
                "team": [{"name": "red", "keys": [team_key_line(TEAM_KEY)], "models": ["local"],
                          "privacy": "local_only"},
                         {"name": "blue", "keys": [team_key_line("weir_Canary02_" + "a" * 30)], "models": ["m"]}]}

    def test_a_key_is_needed_and_policy_is_asked(self):
        key = {"authorization": f"Bearer {TEAM_KEY}"}
        answer = self.ask("a")
        self.assertEqual((answer.status, self.weir.row(answer)["http_status"]), (401, 401))
        answer = self.ask("a", key)
        self.assertEqual(answer.status, 200, answer)
        row = self.weir.row(answer)
        self.assertEqual((row["team"], row["reason"]), ("red", "local-only-policy"))
        answer = self.ask("a", {**key, "x-app": "batch"})
        self.assertEqual((answer.status, answer.error()["code"]), (403, "rule_denied"))
        answer = self.ask("a", {"x-api-key": "weir_Canary02_" + "a" * 30})
        self.assertEqual((answer.status, answer.error()["code"]), (403, "model_not_allowed"))


class Reload(unittest.TestCase):
    def test_a_model_comes_and_goes_with_the_configuration_and_a_broken_one_disturbs_none(self):
        with tempfile.TemporaryDirectory(prefix="weir-embeddings-") as folder:
            path = pathlib.Path(folder) / "model.gguf"
            shutil.copy(BERT / "model.gguf", path)
            weir = Weir({"local": {"models": local_models()}, "server": {"sandbox_paths": [folder]}})
            try:
                self.reload(weir, [*local_models(), {"model": str(path), "name": "second"}], 1)
                self.assertEqual(self.status(weir, "second"), 200)
                path.write_bytes(b"GGUF" + bytes(100))
                self.reload(weir, [*local_models(), {"model": str(path), "name": "third"}], 1)
                self.assertEqual((self.status(weir, "third"), self.status(weir, "embedder")), (500, 200))
                self.assertIn("third", weir.log())
                self.reload(weir, local_models(), 1)
                self.assertEqual((self.status(weir, "second"), self.status(weir, "embedder")), (404, 200))
                weir.stop()
            finally:
                weir.discard()

    def status(self, weir, model):
        return request(weir.port, "POST", "/v1/embeddings", {"model": model, "input": "a"}).status

    def reload(self, weir, models, success):
        before = weir.log().count("reload")
        weir.configure({"local": {"models": models}})
        weir.signal(signal.SIGHUP)
        self.assertTrue(wait_until(lambda: weir.log().count("reload") > before), weir.log())
        self.assertEqual(weir.metric("weir_config_reload_success"), success, weir.log())


if __name__ == "__main__":
    testing.main()

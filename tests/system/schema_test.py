#!/usr/bin/env python3
"""JSON from a mock cloud, held against the schema that was asked for, over the real program."""
import json
import subprocess
import unittest

import testing
from served import Served
from weir_process import BINARY, PRICE, PRICED, backend, chat, text_of_stream

SCHEMA = {"type": "object", "additionalProperties": False, "required": ["name", "tags"],
          "properties": {"name": {"type": "string"}, "tags": {"type": "array", "items": {"type": "integer"}}}}
CHECKS = "weir_schema_checks_total"
WRONG = "mock-wrong"
MODELS = [WRONG, "mock-normal", "mock-tools", "mock-crlf", "mock-comments", "mock-no-space"]
EMBEDDED = subprocess.run([str(BINARY), "models", "weir-mini"], capture_output=True).returncode == 0
WITH_USAGE = {"stream_options": {"include_usage": True}}


def json_asked(strict=True):
    return {"type": "json_schema", "json_schema": {"name": "person", "strict": strict, "schema": SCHEMA}}


class Schema(Served):
    @classmethod
    def config(cls):
        return {"local": {"model": "none"}, "price": [PRICE],
                "backend": [backend(cls.mock, MODELS, name="first"),
                            backend(cls.mock, [PRICED], name="second")]}

    def ask(self, model, **more):
        return self.weir.chat(chat(model, **{"response_format": json_asked(), **more}))

    def count(self, backend_name, outcome):
        return self.weir.metric(CHECKS, backend=backend_name, outcome=outcome)

    def text_of(self, answer, stream):
        return text_of_stream(answer.body) if stream else answer.json()["choices"][0]["message"]["content"]

    def attempts(self, answer):
        return json.loads(self.weir.row(answer)["decision"])["attempts"]

    def test_a_right_answer_passes_byte_for_byte(self):
        before = self.count("first", "right")
        self.assertEqual(self.ask("mock-normal").body, self.mock.last()["answer"])
        for model in ("mock-normal", "mock-crlf", "mock-comments", "mock-no-space"):
            with self.subTest(model=model):
                answer = self.ask(model, stream=True, **WITH_USAGE)
                self.assertEqual(answer.body, self.mock.last()["answer"])
                self.assertIsNone(answer.header("x-weir-fault"))
        self.assertEqual(self.count("first", "right") - before, 5)

    def test_a_wrong_answer_of_the_only_candidate_passes_byte_for_byte_and_is_counted(self):
        before = self.count("first", "shown")
        for stream in (False, True):
            answer = self.ask(WRONG, stream=stream, **(WITH_USAGE if stream else {}))
            self.assertEqual(answer.body, self.mock.last()["answer"])
            self.assertEqual(answer.header("x-weir-fault"), None if stream else "broken-schema")
            attempt = self.attempts(answer)[0]
            self.assertEqual((attempt["outcome"], attempt["fault"], attempt["schema"]),
                             ("answered", "broken-schema", "shown"))
        self.assertEqual(self.count("first", "shown") - before, 2)

    def test_a_wrong_answer_is_never_seen_while_another_backend_may_answer(self):
        before = self.count("first", "withheld")
        for stream in (False, True):
            answer = self.ask("cloud", stream=stream)
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(answer.header("x-weir-backend"), "second")
            self.assertEqual(set(json.loads(self.text_of(answer, stream))), {"name", "tags"})
            wrong, right = self.attempts(answer)
            self.assertEqual((wrong["outcome"], wrong["schema"]), ("broken_schema", "withheld"))
            self.assertEqual((right["outcome"], right["schema"]), ("answered", "right"))
        self.assertEqual(self.count("first", "withheld") - before, 2)

    def test_what_is_not_strict_is_a_wish(self):
        before = self.count("first", "shown")
        answer = self.ask("cloud", response_format=json_asked(strict=False))
        self.assertEqual(answer.header("x-weir-backend"), "first")
        self.assertEqual(self.count("first", "shown") - before, 1)

    def test_calls_of_strict_tools_are_checked(self):
        before = self.count("first", "right"), self.count("first", "shown")
        # The mock writes what the schema describes, but knows nothing of lengths.
        for least in (0, 99):
            parameters = {"type": "object", "required": ["city"], "additionalProperties": False,
                          "properties": {"city": {"type": "string", "minLength": least}}}
            tool = {"type": "function",
                    "function": {"name": "look_up", "strict": True, "parameters": parameters}}
            for stream in (False, True):
                answer = self.weir.chat(chat("mock-tools", tools=[tool], stream=stream))
                self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.count("first", "right") - before[0], 2)
        self.assertEqual(self.count("first", "shown") - before[1], 2)

    def test_a_schema_that_cannot_be_checked_is_passed_and_counted(self):
        before = self.count("first", "unchecked")
        schema = {"type": "array", "uniqueItems": True}
        wanted = {"type": "json_schema", "json_schema": {"name": "list", "strict": True, "schema": schema}}
        for stream in (False, True):
            self.assertEqual(self.ask(WRONG, stream=stream, response_format=wanted).status, 200)
        self.assertEqual(self.count("first", "unchecked") - before, 2)


@unittest.skipUnless(EMBEDDED, "built with WEIR_EMBED_MODEL=OFF")
class Repair(Served):
    @classmethod
    def config(cls):
        return {"local": {"model": None}, "price": [PRICE],
                "backend": [backend(cls.mock, [WRONG, PRICED], name="first")],
                "team": [{"name": "all", "privacy": "any", "repair": "local"}]}

    def test_a_wrong_answer_is_written_anew_by_the_local_model_under_the_schema(self):
        before = self.weir.metric(CHECKS, backend="first", outcome="repaired")
        for stream in (False, True):
            answer = self.weir.chat(chat(WRONG, response_format=json_asked(), stream=stream), timeout=120)
            self.assertEqual(answer.status, 200, answer)
            text = text_of_stream(answer.body) if stream else answer.json()["choices"][0]["message"]["content"]
            person = json.loads(text)
            self.assertEqual((type(person["name"]), type(person["tags"])), (str, list))
            self.assertEqual((answer.header("x-weir-reason"), answer.header("x-weir-backend")),
                             ("repaired", "first"))
            self.assertEqual(answer.header("x-weir-fault"), None)
            paid, repair = json.loads(self.weir.row(answer)["decision"])["attempts"]
            self.assertEqual((paid["schema"], repair["outcome"]), ("repaired", "answered"))
            self.assertGreater(repair["local_busy_us"], 0)
        self.assertEqual(self.weir.metric(CHECKS, backend="first", outcome="repaired") - before, 2)

    def test_a_right_answer_passes_byte_for_byte_at_its_end(self):
        answer = self.weir.chat(chat(PRICED, response_format=json_asked(), stream=True, **WITH_USAGE))
        self.assertEqual(answer.body, self.mock.last()["answer"])


if __name__ == "__main__":
    testing.main()

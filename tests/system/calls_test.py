#!/usr/bin/env python3
"""Reasoning and calls of tools of a local model whose answers are known, over the real program with a mock cloud."""
import json
import pathlib
import subprocess
import tempfile
import unittest

import testing
from served import Served
import tiny_gguf
from tiny_gguf import BROKEN, CALLS, THOUGHT, TOLD
from weir_process import BINARY, PRICE, PRICED, backend, chat, frames_of, text_of_stream

TOOLS = [{"type": "function", "function": {"name": name, "parameters": {
    "type": "object", "properties": {key: {"type": "string"} for key in arguments}}}} for name, arguments in CALLS]
FAULTS = "weir_local_answer_faults_total"


class Calls(Served):
    @classmethod
    def config(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="weir-caller-")
        model = tiny_gguf.write_model(pathlib.Path(cls.folder.name) / "caller.gguf", tiny_gguf.caller())
        return {"local": {"model": str(model), "name": "caller"}, "backend": [backend(cls.mock, [PRICED])],
                "price": [PRICE]}

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.folder.cleanup()

    def ask(self, text="What is it like in Wien?", model="local", **more):
        return self.weir.chat(chat(model, text, **{"temperature": 0, "max_tokens": 99, "tools": TOOLS, **more}))

    def calls_of(self, message):
        return [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in message["tool_calls"]]

    def fault(self, **labels):
        return self.weir.metric(FAULTS, **labels)

    def test_a_whole_answer_has_its_reasoning_and_its_calls(self):
        answer = self.ask()
        self.assertEqual(answer.status, 200, answer)
        choice = answer.json()["choices"][0]
        self.assertEqual(choice["message"]["reasoning_content"], THOUGHT)
        self.assertIsNone(choice["message"]["content"])
        self.assertEqual(self.calls_of(choice["message"]), CALLS)
        self.assertEqual(len({call["id"] for call in choice["message"]["tool_calls"]}), 2)
        self.assertEqual(choice["finish_reason"], "tool_calls")
        details = answer.json()["usage"]["completion_tokens_details"]
        self.assertGreaterEqual(details["reasoning_tokens"], 3)

    def test_a_stream_has_the_same(self):
        frames = [frame.removeprefix(b"data: ") for frame in frames_of(self.ask(stream=True).body)]
        deltas = [choice for frame in frames[:-1] for choice in json.loads(frame)["choices"]]
        self.assertIsNone(deltas[0]["delta"]["content"])
        self.assertEqual("".join(d["delta"].get("reasoning_content", "") for d in deltas), THOUGHT)
        pieces = [call for d in deltas for call in d["delta"].get("tool_calls", ())]
        for index, (name, arguments) in enumerate(CALLS):
            own = [piece for piece in pieces if piece["index"] == index]
            self.assertEqual(own[0]["function"]["name"], name)
            self.assertEqual(json.loads("".join(piece["function"]["arguments"] for piece in own)), arguments)
        self.assertEqual(deltas[-1]["finish_reason"], "tool_calls")

    def test_results_lead_to_the_answer(self):
        first = self.ask().json()["choices"][0]["message"]
        results = [{"role": "tool", "tool_call_id": call["id"], "content": "sunny"} for call in first["tool_calls"]]
        messages = [{"role": "user", "content": "What is it like?"}, first, *results]
        message = self.ask(messages=messages).json()["choices"][0]["message"]
        self.assertEqual(message["content"], TOLD)
        self.assertNotIn("tool_calls", message)

    def test_a_broken_call_is_shown_where_nobody_else_may_answer(self):
        before = self.fault(fault="broken-call", outcome="shown")
        for stream in (False, True):
            answer = self.ask("Something broken.", stream=stream)
            text = text_of_stream(answer.body) if stream else answer.json()["choices"][0]["message"]["content"]
            self.assertEqual(text, BROKEN)
            attempt = json.loads(self.weir.row(answer)["decision"])["attempts"][0]
            self.assertEqual((attempt["outcome"], attempt["fault"]), ("answered", "broken-call"))
        self.assertEqual(self.fault(fault="broken-call", outcome="shown") - before, 2)

    def test_a_broken_call_escalates_and_nobody_sees_it(self):
        before = self.fault(fault="broken-call", outcome="withheld")
        for stream in (False, True):
            answer = self.ask("Something broken.", model="auto", stream=stream)
            self.assertEqual((answer.header("x-weir-route"), answer.header("x-weir-reason")), ("cloud", "local-failed"))
            self.assertNotIn("tool_call>", answer.body.decode())
        self.assertEqual(self.fault(fault="broken-call", outcome="withheld") - before, 2)

    def test_forbidden_tools_are_not_called(self):
        message = self.ask(tool_choice="none").json()["choices"][0]["message"]
        self.assertNotIn("tool_calls", message)
        self.assertIn("<tool_call>", message["content"])

    def test_one_call_at_a_time(self):
        choice = self.ask(parallel_tool_calls=False).json()["choices"][0]
        self.assertEqual(self.calls_of(choice["message"]), CALLS[:1])
        self.assertEqual(choice["finish_reason"], "tool_calls")

    def test_an_answer_that_must_call_is_begun_as_a_call(self):
        for wanted in ("required", {"type": "function", "function": {"name": "get_time"}}):
            answer = self.ask(tool_choice=wanted, max_tokens=1)
            content = answer.json()["choices"][0]["message"]["content"]
            self.assertTrue(content.startswith('<tool_call>\n{"name": "'), content)


class CommandLine(unittest.TestCase):
    def parse(self, answer, *more):
        with tempfile.TemporaryDirectory(prefix="weir-parse-") as name:
            folder = pathlib.Path(name)
            (folder / "t.jinja").write_text(tiny_gguf.CALLER_TEMPLATE)
            (folder / "tools.json").write_text(json.dumps({"tools": TOOLS}))
            done = subprocess.run([BINARY, "parse", "--template", folder / "t.jinja", "--tools", folder / "tools.json",
                                   "--answer", "-", *more], input=answer, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_parse_takes_an_answer_apart_however_it_is_cut(self):
        answer = '<think>\nhm\n</think>\nWell.\n<tool_call>{"name": "get_time", "arguments": {"zone": "CET"}}</tool_call>'
        whole = self.parse(answer)
        self.assertEqual(whole[0]["format"]["tool_calls"], "hermes")
        self.assertEqual(whole[1:], [{"reasoning": "hm"}, {"text": "Well."},
                                     {"tool_call": {"name": "get_time", "arguments": '{"zone": "CET"}'}}])
        for size in "1", "3":
            self.assertEqual(self.parse(answer, "--piece", size), whole)

    def test_parse_says_what_is_wrong_with_its_input(self):
        done = subprocess.run([BINARY, "parse", "--template", "/nowhere", "--answer", "-"], input="", capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn("/nowhere", done.stderr)


if __name__ == "__main__":
    testing.main()

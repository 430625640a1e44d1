#!/usr/bin/env python3
"""Reasoning and calls of tools of a local model whose answers are known, over the real program with a mock cloud."""
import json
import pathlib
import tempfile

import testing
from served import Served
import tiny_gguf
from tiny_gguf import BROKEN, CALLS, THOUGHT, TOLD
from weir_process import PRICE, PRICED, backend, chat, frames_of, text_of_stream

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


if __name__ == "__main__":
    testing.main()

#!/usr/bin/env python3
"""The local model in the real program: exact text, routing, refusals, limits, cancel. What asks for
stories260k needs WEIR_TEST_DATA; the rest runs a model that is made here."""
import json
import pathlib
import socket
import shutil
import subprocess
import tempfile
import time
import unittest

import testing
from served import Served
import tiny_gguf
from weir_process import (PRICE, PRICED, TEAM_KEY, TEST_DATA, Mock, Weir, backend, chat, frames_of, in_threads,
                          ledger_query, request, team_key_line, text_of_stream, wait_until)

STORIES = TEST_DATA and pathlib.Path(TEST_DATA) / "golden/stories260k"
AVAILABLE = bool(STORIES and (STORIES / "stories260K-f32.gguf").exists())
PROMPT = "Once upon a time"
EASY = "Say hi."
STORY = "Once upon a time, there was a little girl named Lily. She had a red ball."  # what the model knows
HARD = ("Prove that the following algorithm terminates, derive its worst-case time complexity step by step and "
        "then implement it in C++ with full error handling:\n```python\ndef f(n, memo={}):\n    if n in memo: "
        "return memo[n]\n    memo[n] = sum(f(n - k) * f(k - 1) for k in range(1, n + 1)) if n else 1\n    "
        "return memo[n]\n```\nAlso solve the integral $\\int_0^\\infty x^3/(e^x-1) dx$ and explain every step. ")
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}


def expected_text():
    text = json.loads((STORIES / "golden-greedy.json").read_text())["text"]
    assert text.startswith(PROMPT)
    return text.removeprefix(PROMPT)


def local_config(**more):
    return {"local": {"model": str(STORIES / "stories260K-f32.gguf"), "name": "stories", **more}}


@unittest.skipUnless(AVAILABLE, "needs the stories260k model under WEIR_TEST_DATA")
class Local(Served):
    """With a cloud beside it."""

    @classmethod
    def config(cls):
        return {**local_config(slots=2), "backend": [backend(cls.mock, [PRICED])], "price": [PRICE]}

    def ask(self, model="local", text=PROMPT, **more):
        return self.weir.chat(chat(model, text, **{"temperature": 0, "max_tokens": 60, **more}))

    def test_greedy_text_equals_the_golden_text(self):
        for model in ("local", "stories"):
            answer = self.ask(model)
            self.assertEqual(answer.status, 200, answer)
            text = answer.json()["choices"][0]["message"]["content"]
            self.assertEqual(text.strip(), expected_text()[:len(text)].strip())
            self.assertGreater(len(text), 80)
            self.assertEqual(answer.json()["choices"][0]["finish_reason"], "length")
            self.assertEqual(answer.json()["usage"]["completion_tokens"], 60)

    def test_a_stream_has_the_same_text_and_openais_chunks(self):
        answer = self.ask(stream=True, stream_options={"include_usage": True})
        whole = self.ask().json()["choices"][0]["message"]["content"]
        self.assertEqual(text_of_stream(answer.body), whole)
        chunks = [json.loads(f.removeprefix(b"data: ")) for f in frames_of(answer.body)[:-1]]
        self.assertEqual(frames_of(answer.body)[-1], b"data: [DONE]\n\n")
        self.assertEqual({c["object"] for c in chunks}, {"chat.completion.chunk"})
        self.assertEqual(len({c["id"] for c in chunks}), 1)
        self.assertEqual(chunks[0]["choices"][0]["delta"]["role"], "assistant")
        self.assertEqual([c["usage"]["completion_tokens"] for c in chunks if c.get("usage")], [60])
        finish = [c["choices"][0]["finish_reason"] for c in chunks if c["choices"]]
        self.assertEqual([f for f in finish if f], ["length"])
        self.assertGreater(len(chunks), 20)  # token by token, not in one piece

    def test_a_stop_sequence_ends_the_text_before_it(self):
        answer = self.ask(stop=["Lily"])
        choice = answer.json()["choices"][0]
        self.assertEqual(choice["finish_reason"], "stop")
        self.assertTrue(choice["message"]["content"].rstrip().endswith("named"), choice)

    def test_a_local_answer_costs_nothing_and_says_what_it_saved(self):
        answer = self.ask("auto", STORY)
        self.assertEqual((answer.status, answer.header("x-weir-route")), (200, "local"), answer)
        self.assertEqual(answer.header("x-weir-reason"), "easy")
        row = self.weir.row(answer)
        self.assertEqual((row["cost_nanousd"], row["permit_id"], row["baseline_model"]), (0, 0, PRICED))
        self.assertGreater(row["saved_nanousd"], 0)
        self.assertTrue(row["model_hash"])
        self.assertGreater(row["local_busy_us"], 0)
        self.assertLess(row["score"], 0.5)
        self.assertGreater(float(answer.header("x-weir-saved-usd")), 0)
        self.assertEqual(float(answer.header("x-weir-cost-usd")), 0)
        self.assertEqual(self.mock.state()["requests"], 0)
        self.assertIn("weir", answer.json())

    def test_auto_sends_a_hard_prompt_to_the_cloud(self):
        for stream in (False, True):
            answer = self.ask("auto", f"{HARD} (stream: {stream})", stream=stream)
            self.assertEqual((answer.status, answer.header("x-weir-route")), (200, "cloud"), answer)
            self.assertEqual(answer.header("x-weir-reason"), "hard")
            row = self.weir.row(answer)
            self.assertGreaterEqual(row["score"], 0.5)
            self.assertTrue(row["features"])
            self.assertTrue(row["policy_version"])

    def test_the_word_cloud_asks_for_the_default_model_of_the_cloud(self):
        answer = self.ask("cloud", EASY)
        self.assertEqual((answer.header("x-weir-route"), answer.header("x-weir-reason")), ("cloud", "cloud-requested"))

    def test_a_conversation_stays_where_it_began(self):
        messages = [{"role": "user", "content": HARD}]
        first = self.weir.chat({"model": "auto", "messages": messages, "max_tokens": 8})
        self.assertEqual(first.header("x-weir-route"), "cloud", first)
        messages += [first.json()["choices"][0]["message"], {"role": "user", "content": "Thanks."}]
        second = self.weir.chat({"model": "auto", "messages": messages, "max_tokens": 8})
        self.assertEqual((second.header("x-weir-route"), second.header("x-weir-reason")), ("cloud", "conversation"))

    def test_what_the_local_model_lacks_is_named_and_auto_escalates(self):
        for field, more in (("tools", {"tools": [TOOL]}), ("logit_bias", {"logit_bias": {"99999": 1}}),
                            ("response_format", {"response_format": {"type": "json_schema", "json_schema": {
                                "name": "a", "schema": {"uniqueItems": True}}}}), ("n", {"n": 2}),
                            ("guided_json", {"guided_json": {"type": "object"}})):
            with self.subTest(field=field):
                answer = self.ask(**more)
                self.assertEqual(answer.status, 400, answer)
                if field != "logit_bias":  # served, but not for a token that is not there
                    self.assertEqual(answer.error()["code"], "unsupported_parameter")
                self.assertIn(field, answer.error()["param"])
                answer = self.ask("auto", EASY, **more)
                self.assertEqual((answer.status, answer.header("x-weir-reason")), (200, "capability"), answer)

    def test_pages_of_this_machine_may_read_their_answers(self):
        body = chat("local", PROMPT, max_tokens=2)
        for origin, key, status, readable in (
                ("http://localhost:3000", {}, 200, "*"), ("https://app.example", {}, 403, None),
                ("https://app.example", {"authorization": "Bearer whatever"}, 403, None)):
            for stream in (False, True):
                with self.subTest(origin=origin, key=key, stream=stream):
                    answer = self.weir.chat({**body, "stream": stream}, {"origin": origin, **key})
                    self.assertEqual(answer.status, status, answer)
                    self.assertEqual(answer.header("access-control-allow-origin"), readable, answer)
        asking = {"origin": "https://app.example", "access-control-request-method": "POST"}
        answer = request(self.weir.port, "OPTIONS", "/v1/chat/completions", headers=asking)
        self.assertEqual((answer.status, answer.header("access-control-allow-origin")), (204, "*"), answer)
        answer = self.weir.chat(body)
        self.assertIsNone(answer.header("access-control-allow-origin"))

    def test_pages_of_other_sites_may_read_what_a_key_is_answered(self):
        weir = Weir({**local_config(), "team": [{"name": "red", "keys": [team_key_line(TEAM_KEY)]}]})
        try:
            for key, status in ((TEAM_KEY, 200), ("wrong", 401), (None, 401)):
                with self.subTest(key=key):
                    headers = {"origin": "https://app.example"}
                    if key:
                        headers["authorization"] = f"Bearer {key}"
                    answer = weir.chat(chat("local", PROMPT, max_tokens=2), headers)
                    self.assertEqual((answer.status, answer.header("access-control-allow-origin")), (status, "*"), answer)
        finally:
            weir.discard()

    def test_a_grammar_holds_the_answer(self):
        for stream in (False, True):
            answer = self.ask(grammar='root ::= "red" | "green, " root', max_tokens=200, stream=stream)
            self.assertEqual(answer.status, 200, answer)
            text = text_of_stream(answer.body) if stream else answer.json()["choices"][0]["message"]["content"]
            self.assertRegex(text, r"^(green, )*red$")
        answer = self.ask(grammar="root ::= nowhere")
        self.assertEqual((answer.status, answer.error()["param"]), (400, "grammar"), answer)

    def test_an_effort_is_left_out_and_told_where_the_model_does_not_think(self):
        answer = self.ask(reasoning_effort="high")
        self.assertEqual((answer.status, answer.header("x-weir-lossy")), (200, "reasoning_effort"), answer)

    def test_what_nobody_knows_is_left_out_and_told(self):
        for stream in (False, True):
            answer = self.ask(made_up=1, stream=stream, tools=[{"type": "web_search"}])
            self.assertEqual((answer.status, answer.header("x-weir-lossy")), (200, "tools[0], made_up"), answer)

    def test_a_prompt_beyond_the_context_is_refused_and_auto_escalates(self):
        long = "word " * 3000
        answer = self.ask("local", long)
        self.assertEqual(answer.status, 400, answer)
        self.assertEqual(answer.error()["code"], "context_length_exceeded")
        answer = self.ask("auto", long)
        self.assertEqual((answer.status, answer.header("x-weir-route")), (200, "cloud"), answer)

    def test_many_answers_at_once_have_the_same_text(self):
        texts = []
        in_threads(12, lambda _: texts.append(self.ask().json()["choices"][0]["message"]["content"]))
        self.assertEqual(len(texts), 12)
        self.assertEqual(len(set(texts)), 1)

    def test_a_client_that_leaves_frees_its_slot(self):
        clients = [self.weir.begin_chat(chat("local", PROMPT, stream=True, max_tokens=480))
                   for _ in range(8)]
        for client in clients[:2]:
            client.head()
        for client in clients:
            client.leave()
        started = time.monotonic()
        self.assertEqual(self.ask(max_tokens=4).status, 200)
        print(f"  an answer {1000 * (time.monotonic() - started):.0f} ms after 8 clients left 2 slots")

        def busy():
            metrics = self.weir.admin("/metrics").body.decode()
            return [line.split()[-1] for line in metrics.splitlines() if line.startswith("weir_engine_slots_busy")]
        self.assertTrue(wait_until(lambda: busy() == ["0"]), busy())
        rows = wait_until(lambda: len(ledger_query(self.weir.ledger_path, "SELECT 1 FROM requests WHERE "
                                                   "http_status = 499 AND route = 'local'")) >= 1)
        self.assertTrue(rows)


@unittest.skipUnless(AVAILABLE, "needs the stories260k model under WEIR_TEST_DATA")
class Alone(unittest.TestCase):
    def test_without_a_cloud_a_hard_prompt_is_answered_here_and_says_so(self):
        weir = Weir(local_config())
        try:
            answer = weir.chat(chat("auto", HARD, max_tokens=8))
            self.assertEqual((answer.status, answer.header("x-weir-route")), (200, "local"), answer)
            self.assertEqual(answer.header("x-weir-reason"), "escalation-unavailable")
            self.assertEqual(weir.chat(chat("cloud", EASY)).status // 100, 4)
            self.assertIn("backend", weir.log())
            weir.stop()
        finally:
            weir.discard()

    def test_the_model_may_come_from_the_environment(self):
        weir = Weir({}, env={"WEIR_MODEL": str(STORIES / "stories260K-Q8_0.gguf")})
        try:
            answer = weir.chat(chat("local", PROMPT, temperature=0, max_tokens=20))
            text = answer.json()["choices"][0]["message"]["content"]
            self.assertEqual(text.strip(), expected_text()[:len(text)].strip())
            weir.stop()
        finally:
            weir.discard()

    def test_when_every_cloud_fails_auto_is_answered_here(self):
        mock = Mock()
        weir = Weir({**local_config(), "backend": [backend(mock, ["mock-status-503"])]})
        try:
            answer = weir.chat(chat("auto", HARD, max_tokens=8))
            self.assertEqual((answer.status, answer.header("x-weir-route")), (200, "local"), answer)
            self.assertEqual(answer.header("x-weir-reason"), "cloud-failed")
            weir.stop()
        finally:
            weir.discard()
            mock.stop()


class Hygiene(unittest.TestCase):
    """What agents restamp is evened out for the local model, and for nobody else."""

    STAMPED = {"messages": [
        {"role": "system", "content": "x-anthropic-billing-header: cc_version=2.1.36.a1b; cch=0f1e2;\n"
                                      "Current time: 2026-11-26T14:03:22Z"},
        {"role": "user", "content": "Hi"}], "temperature": 0, "max_tokens": 4}

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-local-")
        self.addCleanup(folder.cleanup)
        self.model = str(tiny_gguf.write_model(pathlib.Path(folder.name) / "parrot.gguf"))
        self.mock = Mock()
        self.addCleanup(self.mock.stop)

    def serve(self, **local):
        weir = Weir({"local": {"model": self.model, **local},
                     "backend": [backend(self.mock, ["mock-model"])]})
        self.addCleanup(weir.discard)
        self.addCleanup(weir.stop)
        return weir

    def test_a_local_answer_says_which_rules_changed_its_prompt(self):
        weir = self.serve()
        for stream in (False, True):
            answer = weir.chat({"model": "local", "stream": stream, **self.STAMPED})
            self.assertEqual(answer.header("x-weir-normalised"), "billing-header, clock", answer)
        self.assertIsNone(weir.chat(chat("local", max_tokens=4)).header("x-weir-normalised"))

    def test_who_turns_it_off_gets_the_prompt_as_the_template_writes_it(self):
        weir = self.serve(normalise=False)
        answer = weir.chat({"model": "local", **self.STAMPED})
        self.assertEqual(answer.status, 200, answer)
        self.assertIsNone(answer.header("x-weir-normalised"))

    def test_the_cloud_gets_every_byte_as_it_was_sent(self):
        weir = self.serve()
        body = json.dumps({"model": "mock-model", **self.STAMPED,
                           "tools": [{"function": {"parameters": {"type": "object", "required": ["b", "a"]}, "name": name},
                                      "type": "function"} for name in ("b", "a")]})
        answer = weir.chat(body.encode())
        self.assertEqual((answer.status, answer.header("x-weir-route")), (200, "cloud"), answer)
        self.assertIsNone(answer.header("x-weir-normalised"))
        self.assertEqual(self.mock.last()["body"], body.encode())


class Limits(unittest.TestCase):
    """One slot, one place in the queue, and a model that answers as long as it is asked to."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="weir-local-")
        model = tiny_gguf.write_model(pathlib.Path(cls.folder.name) / "parrot.gguf")
        cls.weir = Weir({"local": {"model": str(model), "slots": 1, "max_queue": 1, "total_timeout_ms": 1500}})

    @classmethod
    def tearDownClass(cls):
        try:
            cls.weir.stop()
        finally:
            cls.weir.discard()
            cls.folder.cleanup()

    def metric(self, name):
        lines = self.weir.admin("/metrics").body.decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith((name + " ", name + "{")))

    @staticmethod
    def endless():
        end = len(tiny_gguf.vocabulary()) - 1
        return {"logit_bias": {str(token): -100 for token in (1, 2, end)}}

    def test_the_template_is_applied_and_the_answer_known(self):
        answer = self.weir.chat(chat("auto", temperature=0))
        self.assertEqual(answer.status, 200, answer)
        choice = answer.json()["choices"][0]
        self.assertEqual((choice["message"]["content"], choice["finish_reason"]), (tiny_gguf.SAYS, "stop"))
        self.assertEqual(answer.json()["usage"]["completion_tokens"], len(tiny_gguf.SAYS) + 1)

    def test_engine_metrics_are_clean_and_move(self):
        before = self.metric("weir_engine_output_tokens_total")
        self.weir.chat(chat("local", temperature=0))
        self.assertEqual(self.metric("weir_engine_output_tokens_total") - before, len(tiny_gguf.SAYS) + 1)
        text = self.weir.admin("/metrics").body.decode()
        self.assertRegex(text, r'(?m)^weir_engine_model_info\{architecture="llama",hash="[0-9a-f]{16}",model="parrot"\} 1$')
        for name in ("steps_total", "step_seconds_count", "batch_sequences_count", "queue_wait_seconds_count",
                     "time_per_output_token_seconds_count", "prompt_tokens_total", "model_load_seconds", "kv_tokens"):
            with self.subTest(name=name):
                self.assertGreater(self.metric(f"weir_engine_{name}"), 0)
        if shutil.which("promtool"):
            done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_a_full_queue_is_429_and_says_when_to_come_back(self):
        rejected = 'weir_engine_requests_total{outcome="rejected"}'
        before = self.metric(rejected)
        answers = []
        deadline = time.monotonic() + 10
        while not any(a.status == 429 for a in answers) and time.monotonic() < deadline:
            held = [self.weir.begin_chat(chat("local", max_tokens=480, temperature=2, **self.endless()))
                    for _ in range(12)]
            answers += [client.answer() for client in held]
        refused = next(a for a in answers if a.status == 429)
        self.assertEqual(refused.error()["code"], "engine_queue_full")
        self.assertEqual(refused.error()["type"], "rate_limit_error")
        self.assertTrue(1 <= int(refused.header("retry-after")) <= 60, refused)
        self.assertTrue({a.status for a in answers} <= {200, 429}, answers)
        self.assertGreater(self.metric(rejected), before)

    def test_a_client_that_half_closes_frees_its_slot(self):
        cancelled = 'weir_engine_requests_total{outcome="cancelled"}'
        before = self.metric(cancelled)
        deadline = time.monotonic() + 10
        while self.metric(cancelled) == before and time.monotonic() < deadline:
            client = self.weir.begin_chat(chat("local", max_tokens=480, temperature=2, **self.endless()))
            client.connection.sock.shutdown(socket.SHUT_WR)
            client.close()
        self.assertGreater(self.metric(cancelled), before)
        self.assertEqual(self.weir.chat(chat("local", temperature=0)).status, 200)


if __name__ == "__main__":
    testing.main()

#!/usr/bin/env python3
"""Where requests go and what is told of it: difficulty, confidence, privacy, budgets, over the real program with
stories260k and a mock cloud. Needs WEIR_TEST_DATA."""
import json
import pathlib
import signal
import unittest

import testing
from served import Served
from weir_process import PRICE, PRICED, PRICED_ANSWER_NANOUSD, TEST_DATA, Weir, backend, chat, text_of_stream

MODEL = TEST_DATA and pathlib.Path(TEST_DATA) / "golden/stories260k/stories260K-f32.gguf"
AVAILABLE = bool(MODEL and MODEL.exists())
STORIES = ["Once upon a time, there was a little girl named Lily. She had a red ball.",
           "One day, Tom and his dog went to the park. They saw a big tree.",
           "Ben and Mia were friends. They liked to play with a toy car."]
STRANGE = ["Say hi.", "Convert 5 km to miles.", "Translate to French: good morning"]
HARD = ("Prove that the following algorithm terminates, derive its worst-case time complexity step by step and then "
        "implement it in C++ with full error handling:\n```python\ndef f(n, memo={}):\n    if n in memo: return "
        "memo[n]\n    memo[n] = sum(f(n - k) * f(k - 1) for k in range(1, n + 1)) if n else 1\n```\n"
        "Also solve the integral $\\int_0^\\infty x^3/(e^x-1) dx$ and explain every step. ")
PRIVATE = {"x-weir-privacy": "local_only"}


def config(mock, **more):
    return {"local": {"model": str(MODEL), "name": "stories"}, "backend": [backend(mock, [PRICED])], "price": [PRICE],
            **more}


def team(**more):
    return [{"name": "red", "privacy": "any", **more}]


class Case(Served):
    """A house of its own for each class, with the mock cloud `mock` beside it."""
    more = {}

    @classmethod
    def config(cls):
        return config(cls.mock, **cls.more)

    def ask(self, text, model="auto", headers=None, **more):
        return self.weir.chat(chat(model, text, **{"temperature": 0, "max_tokens": 40, **more}), headers)

    def went(self, answer):
        self.assertEqual(answer.status, 200, answer)
        return answer.header("x-weir-route"), answer.header("x-weir-reason")


@unittest.skipUnless(AVAILABLE, "needs the stories260k model under WEIR_TEST_DATA")
class Routes(Case):
    def test_what_the_model_knows_stays(self):
        for text in STORIES:
            for stream in (False, True):
                with self.subTest(text=text, stream=stream):
                    self.assertEqual(self.went(self.ask(text, stream=stream)), ("local", "easy"))
        self.assertEqual(self.mock.state()["requests"], 0)

    def test_what_looks_hard_goes_to_the_cloud_at_once(self):
        answer = self.ask(HARD)
        self.assertEqual(self.went(answer), ("cloud", "hard"))
        self.assertEqual(self.weir.row(answer)["local_busy_us"], 0)

    def test_what_the_model_is_unsure_of_escalates_and_nobody_sees_it(self):
        for text in STRANGE:
            for stream in (False, True):
                with self.subTest(text=text, stream=stream):
                    answer = self.ask(text, stream=stream)
                    self.assertEqual(self.went(answer), ("cloud", "low-confidence"))
                    body = text_of_stream(answer.body) if stream else answer.json()["choices"][0]["message"]["content"]
                    self.assertIn("mock upstream", body)
                    row = self.weir.row(answer)
                    self.assertEqual(row["escalated"], 1)
                    self.assertGreater(row["wasted_local_us"], 0)
                    self.assertEqual(row["wasted_local_us"], row["local_busy_us"])
                    self.assertLessEqual(row["saved_nanousd"], 0)
                    self.assertLess(row["confidence"], 0.5)

    def test_a_stream_that_escalates_costs_no_more_than_its_window(self):
        answer = self.ask(STRANGE[0], stream=True, max_tokens=400)
        attempt = json.loads(self.weir.row(answer)["decision"])["attempts"][0]
        self.assertEqual(attempt["outcome"], "low_confidence")
        self.assertLessEqual(attempt["signals"]["tokens"], 16)

    def test_what_is_private_never_leaves_however_hard_or_strange(self):
        for text in [HARD[:400], *STRANGE]:
            for model in ("auto", "local"):
                self.assertEqual(self.went(self.ask(text, model, PRIVATE))[0], "local")
        self.assertEqual(self.mock.state()["requests"], 0)
        self.assertEqual(self.weir.metric("weir_egress_private_total"), 0)

    def test_a_model_that_tells_stories_says_json_where_it_must(self):
        schema = {"type": "object", "additionalProperties": False, "required": ["mood", "sure"],
                  "properties": {"mood": {"enum": ["good", "bad"]}, "sure": {"type": "boolean"}}}
        wanted = {"response_format": {"type": "json_schema", "json_schema": {"name": "m", "schema": schema}}}
        for stream in (False, True):
            answer = self.ask(STORIES[0], headers=PRIVATE, stream=stream, max_tokens=200, **wanted)
            self.assertEqual(answer.status, 200, answer)
            text = text_of_stream(answer.body) if stream else answer.json()["choices"][0]["message"]["content"]
            self.assertIn(json.loads(text)["mood"], ("good", "bad"))

    def test_a_dead_cloud_gets_the_unsure_answer_back(self):
        dead = Weir({**config(self.mock), "backend": [
            {"name": "dead", "base_url": "http://127.0.0.1:9/v1", "models": [PRICED]}]})
        try:
            for stream in (False, True):
                answer = dead.chat(chat("auto", STRANGE[0], max_tokens=20, stream=stream))
                self.assertEqual(self.went(answer), ("local", "cloud-failed"))
        finally:
            dead.stop()
            dead.discard()

    def test_without_a_cloud_the_answer_says_that_it_would_have_been_escalated(self):
        alone = Weir({"local": {"model": str(MODEL)}})
        try:
            for text in (HARD[:300], STRANGE[0]):
                for stream in (False, True):
                    answer = alone.chat(chat("auto", text, max_tokens=20, stream=stream))
                    self.assertEqual(self.went(answer), ("local", "escalation-unavailable"), text)
        finally:
            alone.stop()
            alone.discard()


@unittest.skipUnless(AVAILABLE, "needs the stories260k model under WEIR_TEST_DATA")
class Story(Case):
    """What is told of decisions."""
    more = {"rule": [{"name": "billing is cheap", "header": "x-app: billing", "max_cost_usd": "0.000000001"}]}

    def why(self, answer):
        self.weir.row(answer)
        done = self.weir.run("why", answer.header("x-request-id"))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_why_prints_the_whole_decision(self):
        told = self.why(self.ask(STRANGE[0]))
        self.assertEqual((told["reason"], told["escalated"]), ("low-confidence", 1))
        self.assertIn("unsure", told["reason_text"])
        self.assertTrue(told["features"])
        decision = told["decision"]
        self.assertEqual([option["backend"] for option in decision["options"]], ["local", "mock"])
        self.assertTrue(all("expected_usd" in option for option in decision["options"]))
        self.assertEqual([attempt["outcome"] for attempt in decision["attempts"]], ["low_confidence", "answered"])
        self.assertEqual([attempt["backend"] for attempt in decision["attempts"]], ["local", "mock"])
        self.assertIn("mean_logprob", decision["attempts"][0]["signals"])

    def test_why_names_the_rule_and_what_it_shut_out(self):
        told = self.why(self.ask(HARD[:400], headers={"x-app": "billing"}))
        self.assertEqual((told["route"], told["rule"]), ("local", "billing is cheap"))
        self.assertEqual(told["decision"]["options"][1]["verdict"], "max-cost")

    def test_explain_says_where_a_request_would_go_and_sends_nothing(self):
        before = len(self.weir.rows())
        answer = self.weir.explain(chat("auto", HARD))
        self.assertEqual(answer.status, 200, answer)
        told = answer.json()
        self.assertEqual((told["route"]["backend"], told["route"]["reason"]), ("mock", "hard"))
        self.assertGreaterEqual(told["score"], told["decision"]["threshold"])
        bounded = self.weir.explain(chat("auto", HARD, max_tokens=100)).json()
        self.assertGreater(float(bounded["route"]["reserves_usd"]), 0)
        self.assertEqual(self.weir.explain(chat("auto", STORIES[0])).json()["route"]["backend"], "local")
        private = self.weir.explain(chat("auto", HARD), PRIVATE).json()
        self.assertEqual((private["local_only"], private["route"]["backend"]), ("local-only-header", "local"))
        self.assertEqual(private["decision"]["options"][1]["verdict"], "policy")
        refused = self.weir.explain(chat("no-such-model")).json()["refusal"]
        self.assertEqual((refused["status"], refused["code"]), (404, "model_not_found"))
        self.assertEqual(len(self.weir.rows()), before)
        self.assertEqual(self.mock.state()["requests"], 0)

    def test_explain_refuses_what_it_cannot_read(self):
        self.assertEqual(self.weir.explain("{").status, 400)
        self.assertEqual(self.weir.explain(chat("auto"), {"x-weir-team": "nobody"}).status, 404)
        self.assertEqual(self.weir.admin("/admin/explain").status, 405)

    def test_metrics_and_report_tell_the_same(self):
        wasted = self.weir.metric("weir_wasted_local_seconds_total")
        escalated = self.weir.metric("weir_escalations_total")
        rows = [self.weir.row(self.ask(text)) for text in STRANGE]
        self.assertAlmostEqual(self.weir.metric("weir_wasted_local_seconds_total") - wasted,
                               sum(row["wasted_local_us"] for row in rows) / 1e6, places=6)
        self.assertEqual(self.weir.metric("weir_escalations_total") - escalated, len(STRANGE))
        self.assertEqual(self.weir.metric("weir_ledger_imbalance"), 0)
        by_reason = {line["reason"]: line for line in self.weir.report("--by", "reason")["lines"]}
        self.assertGreaterEqual(by_reason["low-confidence"]["requests"], len(STRANGE))


@unittest.skipUnless(AVAILABLE, "needs the stories260k model under WEIR_TEST_DATA")
class Budgets(Case):
    """A team whose month is worth some dozens of requests."""
    more = {"team": team(monthly_budget_usd="0.00005")}

    def test_a_month_is_spent_once_also_over_restarts_and_kills(self):
        answers = []
        while len(answers) < 200:
            answers.append(self.ask("hello", PRICED, max_tokens=50))
            if answers[-1].status != 200:
                break
            if len(answers) == 5:
                self.weir.stop()
                self.weir.start()
            if len(answers) == 10:
                self.weir.signal(signal.SIGKILL)
                self.weir.process.wait(10)
                self.weir.start()
        refused = answers.pop()
        self.assertEqual((refused.status, refused.error()["code"]), (429, "budget_exceeded"))
        self.assertEqual(refused.header("x-should-retry"), "false")
        self.assertGreater(len(answers), 12)
        spent = sum(row["cost_nanousd"] for row in self.weir.rows())
        self.assertEqual(spent, len(answers) * PRICED_ANSWER_NANOUSD)
        self.assertLessEqual(spent, 50_000)
        self.assertAlmostEqual(self.weir.metric("weir_budget_usd", team="red", kind="settled"), spent / 1e9, places=12)
        self.assertEqual(self.weir.metric("weir_budget_usd", team="red", kind="reserved"), 0)

        # Spent: the local model still answers, and says why where it matters.
        self.assertEqual(self.went(self.ask(STORIES[0])), ("local", "easy"))
        self.assertEqual(self.went(self.ask(HARD[:400], max_tokens=400)), ("local", "budget-spent"))
        told = self.weir.explain(chat("auto", HARD[:400], max_tokens=400)).json()
        self.assertEqual(told["decision"]["options"][1]["verdict"], "budget")


@unittest.skipUnless(AVAILABLE, "needs the stories260k model under WEIR_TEST_DATA")
class Targets(Case):
    more = {"team": team(quality_target=0.97)}

    def test_a_high_quality_target_lets_nothing_doubtful_stay(self):
        answer = self.ask("What is the capital of France and why did it become so?")
        self.assertEqual(self.went(answer), ("cloud", "hard"))
        self.assertEqual(self.weir.row(answer)["quality_target"], 0.97)


if __name__ == "__main__":
    testing.main()

#!/usr/bin/env python3
"""Vectors of a model that a provider has: bytes as they are, priced, and only for what may leave."""
import json

import testing
from served import Served
from weir_process import (PROVIDER_KEY, TEAM_KEY, Client, backend, free_ports, request, team_key_line,
                          wait_until)

KEYS = {name: f"weir_{name.title()}1_{name}TeamSecret0123456789abcdefghijklmnopqr" for name in (
    "private", "careful", "thrifty", "chatter")}
PRICE = {"model": "embed-2026", "usd_per_million_input": "0.02", "usd_per_million_output": "0", "source": "system test",
         "as_of": "2026-01-01"}
NANO_A_TOKEN = 20


class Vectors(Served):
    @classmethod
    def config(cls):
        teams = [{"name": "open", "keys": [team_key_line(TEAM_KEY)], "privacy": "any"},
                 {"name": "private", "keys": [team_key_line(KEYS["private"])], "privacy": "local_only"},
                 {"name": "careful", "keys": [team_key_line(KEYS["careful"])], "privacy": "redact"},
                 {"name": "thrifty", "keys": [team_key_line(KEYS["thrifty"])], "privacy": "any",
                  "monthly_budget_usd": "0.000001"},
                 {"name": "chatter", "keys": [team_key_line(KEYS["chatter"])], "privacy": "any", "models": ["m"]}]
        models = ["m", {"name": "embed", "upstream": "embed-2026"}, "embed-2026", "silent", "refusing", "hanging", "stale"]
        nobody = f"http://127.0.0.1:{free_ports(1)[0]}/v1"
        dead = backend(cls.mock, ["twice"], name="dead") | {"base_url": nobody}
        return {"backend": [dead, backend(cls.mock, [*models, "twice"])], "team": teams,
                "price": [PRICE, {**PRICE, "model": "silent"}, {**PRICE, "model": "hanging"}, {**PRICE, "model": "stale"}],
                "rule": [{"name": "secrets", "contains": ["secret"], "action": "deny"},
                         {"name": "cards", "contains": ["card"], "action": "local_only"}]}

    def ask(self, text, key=TEAM_KEY, headers=(), **more):
        body = {"model": "embed-2026", "input": text, **more}
        fields = {"authorization": f"Bearer {key}", "content-type": "application/json", **dict(headers)}
        return request(self.weir.port, "POST", "/v1/embeddings", body, fields)

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.error()["code"]), (status, code), answer)
        self.assertEqual(self.mock.requests(), [])
        return self.weir.row(answer)

    def test_question_and_answer_pass_byte_for_byte(self):
        body = b'{ "input" : ["one",\n "tw\\u006f"], "model":"embed-2026" , "encoding_format": "float", "extra": {"x": 1e3} }'
        answer = request(self.weir.port, "POST", "/v1/embeddings", body, {"authorization": f"Bearer {TEAM_KEY}"})
        self.assertEqual(answer.status, 200, answer)
        seen = self.mock.last()
        self.assertEqual((seen["method"], seen["path"], seen["body"]), ("POST", "/v1/embeddings", body))
        self.assertEqual(answer.body, seen["answer"])
        self.assertEqual(seen["header"]["authorization"], f"Bearer {PROVIDER_KEY}")
        self.assertEqual(seen["header"]["content-type"], "application/json")

    def test_the_row_has_what_the_provider_counted_and_its_price(self):
        answer = self.ask(["a", "b"])
        row = self.weir.row(answer)
        self.assertEqual((row["route"], row["backend"], row["model"], row["requested_model"], row["http_status"]),
                         ("cloud", "mock", "embed-2026", "embed-2026", 200))
        self.assertEqual((row["input_tokens"], row["output_tokens"], row["cost_nanousd"]), (6, 0, 6 * NANO_A_TOKEN))
        self.assertEqual(answer.header("x-weir-cost-usd"), "0.00000012")
        self.assertGreater(row["permit_id"], 0)

    def test_what_met_a_connection_that_was_closed_goes_out_once_more(self):
        answers = [self.ask("a", model="stale") for _ in range(6)]
        self.assertEqual([answer.status for answer in answers], [200] * 6, answers)
        rows = [self.weir.row(answer) for answer in answers]
        self.assertEqual({row["attempts"] for row in rows}, {1, 2}, rows)
        self.assertEqual({row["cost_nanousd"] for row in rows}, {3 * NANO_A_TOKEN})

    def test_a_long_answer_streams_and_is_counted(self):
        answer = self.ask(["a"] * 300, dimensions=256)
        self.assertGreater(len(answer.body), 300_000)
        self.assertEqual(answer.body, self.mock.last()["answer"])
        self.assertEqual(self.weir.row(answer)["cost_nanousd"], 900 * NANO_A_TOKEN)

    def test_another_name_of_the_model_becomes_the_providers(self):
        answer = self.ask("a", model="embed")
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(json.loads(self.mock.last()["body"]), {"model": "embed-2026", "input": "a"})
        row = self.weir.row(answer)
        self.assertEqual((row["requested_model"], row["model"]), ("embed", "embed-2026"))

    def test_a_provider_that_tells_no_usage_is_paid_by_an_estimate(self):
        answer = self.ask("word " * 100, model="silent")
        row = self.weir.row(answer)
        self.assertEqual(row["usage_estimated"], 1)
        self.assertGreater(row["input_tokens"], 100)
        self.assertEqual(row["cost_nanousd"], row["input_tokens"] * NANO_A_TOKEN)

    def test_a_refusal_passes_and_costs_nothing(self):
        answer = self.ask("a", model="refusing")
        self.assertEqual((answer.status, answer.error()["code"]), (400, "scripted"), answer)
        row = self.weir.row(answer)
        self.assertEqual((row["http_status"], row["error_code"], row["input_tokens"]), (400, "upstream_status", 0))

    def test_vectors_that_nobody_waited_for_cost_what_was_reserved(self):
        client = Client(self.weir.port).send("POST", "/v1/embeddings", {"model": "hanging", "input": "word " * 100},
                                             {"authorization": f"Bearer {TEAM_KEY}"})
        self.assertTrue(wait_until(lambda: self.mock.state()["active"] == 1))
        client.leave()
        self.assertTrue(wait_until(lambda: any(row["model"] == "hanging" for row in self.weir.rows())))
        row = next(row for row in self.weir.rows() if row["model"] == "hanging")
        self.assertEqual((row["http_status"], row["usage_estimated"]), (499, 1))
        self.assertEqual(row["cost_nanousd"], row["bound_nanousd"])
        self.assertGreater(row["cost_nanousd"], 500 * NANO_A_TOKEN)

    def test_what_may_not_leave_stays(self):
        for key, headers in ((KEYS["private"], {}), (KEYS["careful"], {}), (TEAM_KEY, {"x-weir-privacy": "local_only"}),
                             (TEAM_KEY, {"x-weir-privacy": "redact"})):
            with self.subTest(key=key[:14], headers=headers):
                self.refused(self.ask("a", key=key, headers=headers), 403, "local_only")

    def test_rules_look_into_the_inputs(self):
        row = self.refused(self.ask(["fine", "card 4111 1111 1111 1111"]), 403, "local_only")
        self.assertEqual(row["rule"], "cards")
        answer = self.ask(["api_key = 'sk-proj-Zk3vT9QmX2bL7wRy8NcH5dJf4GsA6pUe1oKi0tMq'"])
        self.assertEqual(answer.status, 403, answer)
        self.assertEqual(self.mock.requests(), [])
        self.assertEqual(self.ask(["fine", "words"]).status, 200)

    def test_a_budget_that_it_could_pass_refuses_it(self):
        answer = self.ask("a" * 200, key=KEYS["thrifty"])
        self.refused(answer, 429, "budget_exceeded")
        self.mock.reset()
        self.assertEqual(self.ask("a", key=KEYS["thrifty"]).status, 200)

    def test_a_team_of_other_models_may_not_ask(self):
        self.refused(self.ask("a", key=KEYS["chatter"]), 403, "model_not_allowed")

    def test_a_provider_that_cannot_be_reached_is_passed_over(self):
        """Once it is known that it cannot; no request is tried twice."""
        answers = [self.ask("a", model="twice") for _ in range(20)]
        self.assertEqual((answers[0].status, answers[0].header("x-weir-backend")), (502, "dead"), answers[0])
        self.assertEqual((answers[-1].status, answers[-1].header("x-weir-backend")), (200, "mock"), answers[-1])

    def test_a_wrong_key_and_an_unknown_model_are_refused(self):
        self.assertEqual(self.ask("a", key=TEAM_KEY[:-1] + "X").status, 401)
        self.refused(self.ask("a", model="nobody"), 404, "model_not_found")


if __name__ == "__main__":
    testing.main()

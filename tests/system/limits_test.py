#!/usr/bin/env python3
"""Limits over the real program: rates, budgets of keys, end users and models, what clients are told of them."""
import json
import unittest

import testing
from served import Served
from weir_process import (PRICE, PRICED, PRICED_ANSWER_NANOUSD, TEAM_KEY, backend, chat, team_key_line,
                          wait_until)

SECOND_KEY = "weir_Second01_secondSecret0123456789abcdefghijklmnopqrs"
OTHER = "mock-other"


def key_header(key=TEAM_KEY):
    return {"authorization": f"Bearer {key}"}


def team(**more):
    return {"name": "red", "keys": [team_key_line(TEAM_KEY), team_key_line(SECOND_KEY)], "privacy": "any", **more}


class Limited(Served):
    team = {}
    limits = []
    local = "none"

    @classmethod
    def config(cls):
        more = {"limit": cls.limits} if cls.limits else {}
        return {"backend": [backend(cls.mock, [PRICED, OTHER, "mock-gate"])], "team": [team(**cls.team)],
                "price": [PRICE, {**PRICE, "model": OTHER}, {**PRICE, "model": "mock-gate"}],
                "local": {"model": cls.local}, **more}

    def ask(self, model=PRICED, key=TEAM_KEY, **more):
        return self.weir.chat(chat(model, max_tokens=20, **more), key_header(key))


class Rates(Limited):
    team = {"requests_per_minute": 3}

    def test_the_fourth_request_of_a_minute_is_refused_and_every_answer_tells_how_many_are_left(self):
        for left in (2, 1, 0):
            answer = self.ask(stream=left == 1)
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.header("x-ratelimit-limit-requests"), "3")
            self.assertEqual(answer.header("x-ratelimit-remaining-requests"), str(left))
            self.assertRegex(answer.header("x-ratelimit-reset-requests"), r"^(5\d|6[01])s$")
            self.assertIsNone(answer.header("x-ratelimit-limit-tokens"))
        refused = self.ask()
        self.assertEqual((refused.status, refused.error()["code"]), (429, "rate_limit_exceeded"))
        self.assertIn("team:red", refused.error()["message"])
        self.assertEqual(refused.header("x-should-retry"), "false")
        self.assertTrue(50 <= int(refused.header("retry-after")) <= 61)
        self.assertEqual(self.weir.row(refused)["error_code"], "rate_limit_exceeded")
        self.assertEqual(self.weir.metric("weir_limit_denials_total", limit="team:red", kind="requests_per_minute"), 1)
        self.assertEqual(len(self.mock.requests()), 3)


class Tokens(Limited):
    team = {"tokens_per_minute": 400}

    def test_tokens_are_guessed_before_and_counted_after(self):
        answer = self.ask()
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.header("x-ratelimit-limit-tokens"), "400")
        second = self.ask()
        used = 400 - int(second.header("x-ratelimit-remaining-tokens"))
        self.assertTrue(18 + 20 <= used <= 18 + 60, used)  # what the first used, and the guess of the second
        refused = self.weir.chat(chat(PRICED, "word " * 400, max_tokens=20), key_header())
        self.assertEqual((refused.status, refused.error()["code"]), (429, "rate_limit_exceeded"))
        self.assertIn("alone needs more", refused.error()["message"])


class Concurrency(Limited):
    limits = [{"name": "one-by-one", "per": ["key"], "concurrent_requests": 1}]

    def test_a_key_with_a_request_under_way_must_wait_and_another_key_need_not(self):
        waiting = self.weir.begin_chat(chat("mock-gate", max_tokens=20), key_header())
        self.addCleanup(waiting.close)
        self.assertTrue(wait_until(lambda: self.mock.state()["active"] == 1))
        refused = self.ask()
        self.assertEqual((refused.status, refused.error()["code"]), (429, "rate_limit_exceeded"))
        self.assertIn("one-by-one", refused.error()["message"])
        self.assertEqual(self.ask(key=SECOND_KEY).status, 200)
        self.mock.release()
        self.assertEqual(waiting.answer().status, 200)
        self.assertEqual(wait_until(lambda: self.ask().status == 200), True)

    def test_a_client_that_goes_gives_its_place_back(self):
        waiting = self.weir.begin_chat(chat("mock-gate", max_tokens=20), key_header())
        self.assertTrue(wait_until(lambda: self.mock.state()["active"] >= 1))
        waiting.leave()
        self.assertTrue(wait_until(lambda: self.ask().status == 200))


class Budgets(Limited):
    local = None
    limits = [{"name": "each-user", "teams": ["red"], "per": ["user"], "daily_budget_usd": "0.00002"},
              {"name": "other-model", "models": [OTHER], "monthly_budget_usd": "0"}]

    def test_an_end_user_with_a_spent_budget_is_refused_and_the_next_one_is_not(self):
        bound = 0
        while (answer := self.ask(user="ann")).status == 200:
            bound += 1
            self.assertLess(bound, 30)
        self.assertEqual((answer.status, answer.error()["code"]), (429, "budget_exceeded"))
        self.assertIn("each-user", answer.error()["message"])
        self.assertEqual(answer.header("x-should-retry"), "false")
        self.assertTrue(0 < int(answer.header("retry-after")) <= 86_400)
        self.assertEqual(self.ask(user="bob").status, 200)
        self.assertEqual(self.weir.row(self.ask(user="bob"))["end_user"], "bob")
        self.spent_users_are_known_after_a_restart()

    def spent_users_are_known_after_a_restart(self):
        self.weir.stop()
        self.weir.start()
        self.assertEqual(self.ask(user="ann").status, 429)
        self.assertEqual(self.ask(user="cy").status, 200)

    def test_a_spent_budget_of_a_model_leaves_the_others(self):
        self.assertEqual(self.ask(OTHER, user="dee").status, 429)
        self.assertEqual(self.ask(PRICED, user="dee").status, 200)

    def test_free_local_answers_are_still_given(self):
        answer = self.weir.chat(chat("auto", "Is this spam? Answer yes or no: win a prize now", user="ann",
                                     max_tokens=8), key_header())
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.header("x-weir-route"), "local")


class Shortened(Limited):
    team = {"monthly_budget_usd": "0.0001"}

    @classmethod
    def config(cls):
        config = super().config()
        config["backend"][0]["max_output_tokens"] = 100_000
        return config

    def test_an_answer_without_a_limit_gets_the_length_that_the_budget_covers(self):
        answer = self.weir.chat(chat(PRICED), key_header())
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.header("x-weir-reason"), "budget-shortened")
        sent = self.mock.last()["body"]
        self.assertIn(b'"max_completion_tokens":', sent)
        tokens = int(sent.split(b'"max_completion_tokens":')[1].split(b",")[0])
        row = self.weir.row(answer)
        self.assertTrue(256 <= tokens < 1_000, tokens)
        self.assertLessEqual(len(json.dumps(chat(PRICED))) * 33.5 + tokens * 100, 100_000)
        self.assertEqual(row["cost_nanousd"], PRICED_ANSWER_NANOUSD)
        self.assertLessEqual(row["bound_nanousd"], 100_000)

    def test_a_limit_of_the_client_is_not_touched(self):
        refused = self.weir.chat(chat(PRICED, max_tokens=5_000), key_header())
        self.assertEqual((refused.status, refused.error()["code"]), (429, "budget_exceeded"))
        answer = self.weir.chat(chat(PRICED, max_tokens=300), key_header())
        self.assertNotEqual(answer.header("x-weir-reason"), "budget-shortened")
        self.assertNotIn(b"max_completion_tokens", self.mock.last()["body"])


class Names(Limited):
    def test_the_ledger_does_not_keep_names_of_end_users_that_no_limit_needs(self):
        self.assertEqual(self.weir.row(self.ask(user="ann"))["end_user"], "")


class Warnings(Limited):
    team = {"daily_budget_usd": "0.00003"}

    def test_a_budget_warns_before_it_is_spent(self):
        while self.weir.chat(chat(PRICED, max_tokens=1), key_header()).status == 200:
            pass
        self.assertTrue(wait_until(lambda: "limit team:red: 80 % of daily_budget_usd is spent" in self.weir.log()
                                   or "limit team:red: 95 % of" in self.weir.log(), 5), self.weir.log())
        self.assertGreaterEqual(self.weir.metric("weir_budget_warnings_total", limit="team:red"), 1)


class Reload(Limited):
    @classmethod
    def config(cls):
        return {**super().config(), "ledger": {"end_users": True}}

    def test_a_limit_that_comes_with_a_reload_knows_what_was_spent(self):
        for _ in range(5):
            self.assertEqual(self.ask(user="ann").status, 200)
        config = self.config()
        config["limit"] = [{"name": "late", "per": ["user"], "monthly_budget_usd": "0.000005"}]
        self.weir.configure(config)
        self.weir.signal(1)
        self.assertTrue(wait_until(lambda: "reloaded the configuration" in self.weir.log()))
        self.assertEqual(self.ask(user="ann").status, 429)  # five times 985 of 5,000 nano-dollars are gone
        self.assertEqual(self.weir.chat(chat(PRICED, max_tokens=1, user="bob"), key_header()).status, 200)


if __name__ == "__main__":
    testing.main()

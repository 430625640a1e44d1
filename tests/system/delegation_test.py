#!/usr/bin/env python3
"""Delegated requests through the real program: in every pair of dialects a cloud sees the local model's question and
nothing else of the request, and the local model answers."""
import dataclasses
import json
import pathlib
import shutil
import tempfile

import testing
from redaction_test import ASKS, KEY, UPSTREAMS, WORDS, chat_ask, pieces_of, said
from served import Served
from tiny_gguf import PARROT, SAYS, write_model
from weir_process import PRICE, TEAM_KEY, backend, request, team_key_line

CANARY = "delegation-canary-51ab"
MAIL = "maria.lopez@example.com"
STORY = f"My neighbour {MAIL} hides in the cellar ({CANARY}). How does one help somebody?"


def backends(mock):
    root = f"http://127.0.0.1:{mock.port}"
    made = [backend(mock, [{"name": f"{name}-echo", "upstream": "mock-echo"}], name=name, provider=name,
                    dialect=dialect, base_url=root + path) for name, (dialect, path) in UPSTREAMS.items()]
    made[0]["models"].append({"name": "failing", "upstream": "mock-status-500"})
    return made


class Delegated(Served):
    """The local model says SAYS, whatever it is asked."""

    @classmethod
    def setUpClass(cls):
        cls.models = pathlib.Path(tempfile.mkdtemp(prefix="weir-delegation-"))
        write_model(cls.models / "parrot.gguf", dataclasses.replace(PARROT, context=4096))
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        shutil.rmtree(cls.models)

    @classmethod
    def config(cls):
        return {"local": {"model": str(cls.models / "parrot.gguf")}, "backend": backends(cls.mock),
                "routing": {"hold_tokens": 0}, "price": [{**PRICE, "model": "mock-echo"}],
                "team": [{"name": "open", "keys": [team_key_line(TEAM_KEY)], "privacy": "delegate"}]}

    def ask(self, path_and_body, **headers):
        path, body = path_and_body
        return request(self.weir.port, "POST", path, body, {**KEY, **headers})

    def sent(self):
        return self.mock.last()["body"].decode()

    def test_the_cloud_is_asked_the_question_alone(self):
        for client, ask in ASKS.items():
            for upstream in UPSTREAMS:
                for stream in (False, True):
                    with self.subTest(client=client, upstream=upstream, stream=stream):
                        answer = self.ask(ask(f"{upstream}-echo", stream, text=STORY))
                        self.assertEqual(answer.status, 200, answer)
                        self.assertEqual(list(said(json.loads(self.sent()), ["content", "text", "input"])), [SAYS])
                        self.assertNotIn(CANARY, self.sent())
                        words = "".join(said(pieces_of(answer.body), WORDS[client] if stream else ["content", "text"]))
                        self.assertIn(SAYS, words, answer.body)
                        self.assertEqual(answer.header("x-weir-reason"), "delegated")
                        self.assertIn("email=1", answer.header("x-weir-redacted"))

    def test_the_row_says_what_it_cost_and_nothing_of_the_request(self):
        answer = self.ask(chat_ask("chat-echo", False, STORY))
        row = self.weir.row(answer)
        self.assertEqual((row["reason"], row["route"], row["model"]), ("delegated", "cloud", "mock-echo"))
        self.assertGreater(row["cost_nanousd"], 0)
        everything = self.weir.output() + self.weir.admin("/metrics").body + self.weir.ledger_path.read_bytes()
        for value in (CANARY, MAIL):
            self.assertNotIn(value.encode(), everything)
        self.assertGreater(self.weir.metric("weir_requests_total", reason="delegated"), 0)

    def test_headers_and_users_of_the_client_stay_here(self):
        path, body = chat_ask("chat-echo", False, STORY)
        body.update(user=CANARY, metadata={"case": CANARY})
        answer = self.ask((path, body), **{"openai-beta": CANARY, "x-session-id": CANARY, "user-agent": CANARY})
        self.assertEqual(answer.status, 200, answer)
        seen = self.mock.last()
        self.assertNotIn(CANARY, json.dumps({**seen, "body": seen["body"].decode()}, default=str))

    def test_what_cannot_be_looked_into_does_not_leave(self):
        path, body = chat_ask("chat-echo", False)
        body["messages"][0]["content"] = [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]
        self.assertEqual(self.ask((path, body)).status, 403)
        answer = request(self.weir.port, "GET", "/v1/files", headers=KEY)
        self.assertEqual((answer.status, answer.error()["code"]), (403, "local_only"))
        self.assertEqual(self.mock.requests(), [])

    def test_an_error_of_the_provider_reaches_the_client(self):
        answer = self.ask(chat_ask("failing", False, STORY))
        self.assertEqual((answer.status, answer.header("x-weir-backend")), (500, "chat"), answer)
        self.assertNotIn(CANARY, self.sent())


class SmallModel(Served):
    """weir-mini writes no question, but chooses the sentences that ask for something."""

    @classmethod
    def config(cls):
        return {"local": {"model": "weir-mini"}, "backend": backends(cls.mock),
                "team": [{"name": "open", "keys": [team_key_line(TEAM_KEY)], "privacy": "delegate"}]}

    def ask(self, text, stream=False):
        return request(self.weir.port, "POST", *chat_ask("chat-echo", stream, text), KEY)

    def test_a_sentence_that_asks_leaves_and_the_story_does_not(self):
        answer = self.ask(f"My son {MAIL} wets his bed since his grandfather died ({CANARY}). At what age is that "
                          "still normal?")
        self.assertEqual((answer.status, answer.header("x-weir-reason")), (200, "delegated"), answer)
        sent = json.loads(self.mock.last()["body"])
        self.assertEqual([each["content"] for each in sent["messages"]], ["At what age is that still normal?"])

    def test_a_story_that_asks_for_nothing_stays_here_and_the_error_says_why(self):
        answer = self.ask(f"My neighbour {MAIL} hides in the cellar ({CANARY}).")
        self.assertEqual((answer.status, answer.error()["code"]), (403, "delegation_failed"), answer)
        self.assertEqual(self.mock.requests(), [])


if __name__ == "__main__":
    testing.main()

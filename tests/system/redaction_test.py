#!/usr/bin/env python3
"""Redacted requests through the real program: over every pair of dialects no private value leaves, and every answer,
whole or in a stream, has them back."""
import json
import re

import testing
from served import Served
from weir_process import TEAM_KEY, backend, request, team_key_line

MAIL, PHONE, CARD = "maria.lopez@example.com", "+43 1 588 0123", "4111 1111 1111 1111"
SECRET = ("ghp_" + "A1b2C3d4E5f6G7h8I9j0" * 2)[:40]
TEXT = f"Write to {MAIL} about card {CARD}."
UPSTREAMS = {"chat": ("openai", "/v1"), "responses": ("openai_responses", "/v1"), "anthropic": ("anthropic", "/v1"),
             "gemini": ("gemini", "/v1beta"), "ollama": ("ollama", "")}
HOW = ["echo", "tell"]  # the mock's models: see mock_upstream.py
PARAMETERS = {"type": "object", "properties": {"to": {"type": "string"}}}
TOOL = {"name": "send", "description": "Sends.", "parameters": PARAMETERS}
KEY = {"authorization": f"Bearer {TEAM_KEY}"}


def chat_ask(model, stream, text=TEXT, tools=False):
    more = {"tools": [{"type": "function", "function": TOOL}]} if tools else {}
    messages = [{"role": "user", "content": text}]
    return "/v1/chat/completions", {"model": model, "stream": stream, "messages": messages, **more}


def responses_ask(model, stream, text=TEXT, tools=False):
    more = {"tools": [{"type": "function", **TOOL}]} if tools else {}
    return "/v1/responses", {"model": model, "stream": stream, "input": text, **more}


def anthropic_ask(model, stream, text=TEXT, tools=False):
    more = {"tools": [{"name": "send", "input_schema": PARAMETERS}]} if tools else {}
    return "/v1/messages", {"model": model, "stream": stream, "max_tokens": 99,
                            "messages": [{"role": "user", "content": text}], **more}


def gemini_ask(model, stream, text=TEXT, tools=False):
    verb = "streamGenerateContent?alt=sse" if stream else "generateContent"
    more = {"tools": [{"functionDeclarations": [TOOL]}]} if tools else {}
    return f"/v1beta/models/{model}:{verb}", {"contents": [{"role": "user", "parts": [{"text": text}]}], **more}


def ollama_ask(model, stream, text=TEXT, tools=False):
    more = {"tools": [{"type": "function", "function": TOOL}]} if tools else {}
    return "/api/chat", {"model": model, "stream": stream, "messages": [{"role": "user", "content": text}], **more}


ASKS = {"chat": chat_ask, "responses": responses_ask, "anthropic": anthropic_ask, "gemini": gemini_ask,
        "ollama": ollama_ask}


def said(node, keys):
    """All strings below members of these names, in order."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in keys and isinstance(value, str):
                yield value
            else:
                yield from said(value, keys)
    elif isinstance(node, list):
        for item in node:
            yield from said(item, keys)


def pieces_of(body):
    """The JSON values of an answer: one, or those of its events or lines."""
    text = body.decode()
    datas = re.findall(r"^data: (\{.*\})$", text, re.M) or [line for line in text.split("\n") if line.startswith("{")]
    return [json.loads(data) for data in datas]


# Members that hold the words, and those that hold a call's arguments, in pieces.
WORDS = {"chat": ["content"], "responses": ["delta"], "anthropic": ["text"], "gemini": ["text"], "ollama": ["content"]}
ARGUMENTS = {"chat": ["arguments"], "responses": ["delta"], "anthropic": ["partial_json", "to"], "gemini": ["to"],
             "ollama": ["to"]}


def words_of(client, stream, answer):
    return "".join(said(pieces_of(answer.body), WORDS[client] if stream else ["content", "text"]))


def arguments_of(client, stream, answer):
    return "".join(said(pieces_of(answer.body), ARGUMENTS[client] if stream else ["arguments", "to"]))


class Redacted(Served):
    @classmethod
    def config(cls):
        root = f"http://127.0.0.1:{cls.mock.port}"
        backends = [backend(cls.mock, [{"name": f"{name}-{how}", "upstream": f"mock-{how}"} for how in HOW], name=name,
                            provider=name, dialect=dialect, base_url=root + path)
                    for name, (dialect, path) in UPSTREAMS.items()]
        return {"backend": backends, "pattern": [{"name": "project", "pattern": "PRJ-[0-9]{6}", "words": ["bluebird"]}],
                "team": [{"name": "red", "keys": [team_key_line(TEAM_KEY)], "privacy": "redact"}],
                "rule": [{"name": "no secrets", "contains": ["secret"], "action": "local_only"}]}

    def ask(self, path_and_body, **headers):
        path, body = path_and_body
        return request(self.weir.port, "POST", path, body, {**KEY, **headers})

    def sent(self):
        return self.mock.last()["body"].decode()


    def for_each(self, check, how="echo"):
        for client, ask in ASKS.items():
            for upstream in UPSTREAMS:
                for stream in (False, True):
                    with self.subTest(client=client, upstream=upstream, stream=stream):
                        check(client, ask, f"{upstream}-{how}", stream)


class EveryPair(Redacted):
    def test_values_leave_as_aliases_and_come_back(self):
        def check(client, ask, model, stream):
            answer = self.ask(ask(model, stream))
            self.assertEqual(answer.status, 200, answer)
            self.assertNotIn(MAIL, self.sent())
            self.assertNotIn("1111", self.sent())
            self.assertEqual(answer.header("x-weir-redacted"), "card=1, email=1")
            self.assertIn(f"Found {CARD}, {MAIL}.", words_of(client, stream, answer), answer.body)
            self.assertNotIn("PII", answer.body.decode())

        self.for_each(check)

    def test_arguments_of_calls_come_back_as_json(self):
        def check(client, ask, model, stream):
            answer = self.ask(ask(model, stream, tools=True))
            self.assertEqual(answer.status, 200, answer)
            self.assertNotIn(MAIL, self.sent())
            self.assertIn(f"{CARD}, {MAIL}", arguments_of(client, stream, answer), answer.body)
            self.assertNotIn("PII", answer.body.decode())

        self.for_each(check)

    def test_the_texts_around_a_value_leave_as_they_are(self):
        def check(_, ask, model, stream):
            self.ask(ask(model, stream, text=f"caf\u00e9 \U0001F307 & <b>\n\"quoted\" {MAIL}"))
            texts = list(said(json.loads(self.sent()), ["content", "text", "input"]))
            self.assertEqual(texts, ["caf\u00e9 \U0001F307 & <b>\n\"quoted\" [PII_EMAIL_1]"])

        self.for_each(check)


class Policy(Redacted):
    def test_patterns_and_words_of_the_house_are_redacted(self):
        answer = self.ask(chat_ask("chat-echo", False, "PRJ-123456 is Bluebird, PRJ-12 is not"))
        self.assertIn("[PII_TERM_1] is [PII_TERM_2], PRJ-12 is not", self.sent())
        self.assertIn("Found PRJ-123456, Bluebird.", answer.body.decode())

    def test_a_rule_keeps_secrets_here(self):
        answer = self.ask(chat_ask("chat-echo", False, f"my token is {SECRET}"))
        self.assertEqual((answer.status, answer.error()["code"]), (403, "privacy_local_only"), answer)
        self.assertEqual(self.mock.requests(), [])
        self.assertEqual(self.weir.row(answer)["rule"], "no secrets")

    def test_nothing_private_is_in_log_metrics_or_ledger(self):
        self.ask(chat_ask("chat-echo", True))
        everything = self.weir.output() + self.weir.admin("/metrics").body + self.weir.ledger_path.read_bytes()
        for value in (MAIL, CARD, PHONE):
            self.assertNotIn(value.encode(), everything)
        self.assertEqual(self.weir.metric("weir_redactions_total", kind="card") > 0, True)

    def test_what_cannot_be_looked_into_does_not_leave(self):
        body = chat_ask("chat-echo", False)[1]
        body["messages"][0]["content"] = [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]
        answer = self.ask(("/v1/chat/completions", body))
        self.assertEqual(answer.status, 403, answer)
        answer = request(self.weir.port, "GET", "/v1/files", headers=KEY)
        self.assertEqual((answer.status, answer.error()["code"]), (403, "local_only"))
        self.assertEqual(self.mock.requests(), [])

    def test_aliases_stay_the_same_from_turn_to_turn(self):
        messages = [{"role": "user", "content": TEXT}]
        first = self.ask(("/v1/chat/completions", {"model": "chat-echo", "messages": messages}))
        before = json.loads(self.sent())["messages"]
        messages += [first.json()["choices"][0]["message"], {"role": "user", "content": f"And {PHONE}, {MAIL}?"}]
        self.ask(("/v1/chat/completions", {"model": "chat-echo", "messages": messages}))
        after = json.loads(self.sent())["messages"]
        self.assertEqual(after[0], before[0])
        self.assertEqual(after[1]["content"], "Found [PII_CARD_1], [PII_EMAIL_1].")
        self.assertEqual(after[2]["content"], "And [PII_PHONE_1], [PII_EMAIL_1]?")


if __name__ == "__main__":
    testing.main()

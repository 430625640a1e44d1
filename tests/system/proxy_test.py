#!/usr/bin/env python3
"""The proxy as clients see it: bytes in, bytes out, headers, errors, retries, fallback."""
import json
import re
import socket
import time

import testing
from served import Served
from weir_process import (PRICE, PRICED, PROVIDER_KEY, TEAM_KEY, Mock, Weir, backend, chat, frames_of, free_ports,
                          in_threads, is_usage_frame, request, team_key_line, text_of_stream, wait_until)

MODELS = ["mock-normal", PRICED, "mock-no-usage", "mock-tools", "mock-crlf", "mock-comments", "mock-bytewise",
          "mock-no-space", "mock-extra-fields", "mock-after-done", "mock-absurd-usage", "mock-gzip", "mock-empty",
          "mock-html", "mock-html-200", "mock-redirect", "mock-hang-head", "mock-hang-mid", "mock-reset-head",
          "mock-reset-head-once", "mock-reset-mid", "mock-eof-mid", "mock-no-done", "mock-no-mark", "mock-bad-json",
          "mock-bad-chunk", "mock-stream-error", "mock-stream-error-first", "mock-huge-3", "mock-long-line-5",
          "mock-429-retry-after-7", "mock-429-should-retry-false",
          *(f"mock-status-{code}" for code in (204, 400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502,
                                               503, 529)),
          *(f"mock-status-{code}-once" for code in (408, 409, 429, 500, 502, 503, 529)),
          {"name": "house-name", "upstream": "mock-normal"}]
ADDED_OPTIONS = re.compile(rb'"stream_options":\{"include_usage":true\},?')


class Proxied(Served):
    @classmethod
    def config(cls):
        return {"backend": [backend(cls.mock, MODELS, first_byte_timeout_ms=700, idle_timeout_ms=700,
                                    total_timeout_ms=5000, retries=1)],
                "price": [PRICE], "routing": {"baseline_model": PRICED}}


class Bytes(Proxied):
    def test_a_body_reaches_the_upstream_unchanged_but_for_the_model(self):
        body = ('{ "messages" : [ {"role":"user","content":"h\\u00e9 \\ud83d\\ude00 \u00e9\\n"} ] ,\n\t"model": '
                '"house-name" , "temperature":0.10,"seed":9007199254740993,"x_unknown":{"a":[1,2.50,{}]}}\r\n')
        answer = self.weir.chat(body)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.mock.last()["body"], body.replace('"house-name"', '"mock-normal"').encode())
        self.assertEqual(answer.body, self.mock.last()["answer"])

    def test_a_stream_asks_for_usage_and_hides_the_usage_chunk_from_a_client_that_did_not(self):
        body = '{"stream" : true, "model":"house-name","messages":[{"role":"user","content":"hi"}] }'
        answer = self.weir.chat(body)
        sent = self.mock.last()
        self.assertEqual(len(ADDED_OPTIONS.findall(sent["body"])), 1, sent["body"])
        self.assertEqual(ADDED_OPTIONS.sub(b"", sent["body"], count=1),
                         body.replace('"house-name"', '"mock-normal"').encode())
        upstream = frames_of(sent["answer"])
        self.assertEqual(sum(map(is_usage_frame, upstream)), 1)
        self.assertEqual(answer.body, b"".join(f for f in upstream if not is_usage_frame(f)))

    def test_stream_options_of_the_client_change_in_include_usage_alone(self):
        body = ('{"model":"mock-normal","stream":true,"stream_options":{"x":[1], "include_usage" : false},'
                '"messages":[{"role":"user","content":"hi"}]}')
        answer = self.weir.chat(body)
        self.assertEqual(self.mock.last()["body"], body.replace("false", "true").encode())
        self.assertFalse(any(map(is_usage_frame, frames_of(answer.body))))

    def test_stream_options_without_include_usage_keep_their_members(self):
        body = chat("mock-normal", stream=True, stream_options={"include_obfuscation": False})
        self.weir.chat(body)
        self.assertEqual(json.loads(self.mock.last()["body"]),
                         body | {"stream_options": {"include_obfuscation": False, "include_usage": True}})

    def test_a_stream_with_usage_asked_for_passes_byte_for_byte(self):
        body = chat("mock-normal", stream=True, stream_options={"include_usage": True})
        answer = self.weir.chat(body)
        self.assertEqual(self.mock.last()["body"], json.dumps(body).encode())
        self.assertEqual(answer.body, self.mock.last()["answer"])
        self.assertTrue(answer.body.endswith(b"data: [DONE]\n\n"))

    def test_odd_but_legal_streams_pass(self):
        for model in ("mock-crlf", "mock-comments", "mock-bytewise", "mock-no-space", "mock-extra-fields"):
            with self.subTest(model=model):
                answer = self.weir.chat(chat(model, stream=True, stream_options={"include_usage": True}))
                self.assertEqual(answer.status, 200, answer)
                self.assertEqual(answer.body, self.mock.last()["answer"])

    def test_nothing_follows_done(self):
        answer = self.weir.chat(chat("mock-after-done", stream=True))
        self.assertEqual(answer.body.count(b"[DONE]"), 1)
        self.assertNotIn(b"too late", answer.body)

    def test_a_stream_that_said_why_it_ends_is_whole_without_its_mark(self):
        answer = self.weir.chat(chat("mock-no-mark", stream=True))
        self.assertEqual(answer.body, self.mock.last()["answer"])
        self.assertEqual(self.weir.row(answer)["error_code"], "")

    def test_tool_calls_and_structured_output_pass_unchanged(self):
        tool = {"type": "function", "function": {"name": "get_weather", "parameters": {
            "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
        schema = {"type": "json_schema", "json_schema": {"name": "t", "schema": tool["function"]["parameters"]}}
        for more in ({"tools": [tool]}, {"response_format": schema}, {"response_format": {"type": "json_object"}}):
            for stream in (False, True):
                with self.subTest(more=more, stream=stream):
                    options = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
                    answer = self.weir.chat(chat("mock-tools", **more, **options))
                    self.assertEqual(answer.status, 200, answer)
                    self.assertEqual(answer.body, self.mock.last()["answer"])

    def test_a_long_body_and_a_long_answer_pass_whole(self):
        text = "long prompt " * 400_000
        answer = self.weir.chat(chat("mock-huge-3", text))
        self.assertEqual(answer.status, 200)
        self.assertEqual(len(json.loads(self.mock.last()["body"])["messages"][0]["content"]), len(text))
        self.assertEqual(len(answer.json()["choices"][0]["message"]["content"]), 3_000_000)

    def test_keep_alive_serves_many_requests_on_one_connection(self):
        client = self.weir.begin_chat(chat("mock-normal"))
        for _ in range(5):
            self.assertEqual(client.answer().status, 200)
            client.send("POST", "/v1/chat/completions", chat("mock-normal", stream=True))
            self.assertTrue(client.answer().body.endswith(b"data: [DONE]\n\n"))
            client.send("POST", "/v1/chat/completions", chat("mock-normal"))
        client.answer()
        client.close()
        self.assertLessEqual(self.mock.state()["open"], 4)  # the upstream's connections are used again too

    def test_pipelined_requests_are_answered_in_order(self):
        def one(model):
            body = json.dumps(chat(model)).encode()
            return (b"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
                    b"content-length: %d\r\n\r\n%s" % (len(body), body))
        with socket.create_connection(("127.0.0.1", self.weir.port), timeout=10) as sock:
            sock.sendall(one("mock-normal") + one("no-such-model") + one("mock-extra-fields"))
            received = b""
            while received.count(b"HTTP/1.1 ") < 3 or b"x_mock" not in received:
                piece = sock.recv(65_536)
                self.assertTrue(piece, received)
                received += piece
        self.assertEqual(re.findall(rb"HTTP/1.1 (\d+)", received), [b"200", b"404", b"200"])


class Headers(Proxied):
    def test_an_answer_says_where_it_came_from_and_what_it_cost(self):
        answer = self.weir.chat(chat(PRICED))
        self.assertRegex(answer.header("x-request-id"), r"^req_[0-9A-Z]{13}$")
        self.assertEqual(answer.header("x-weir-route"), "cloud")
        self.assertEqual(answer.header("x-weir-reason"), "model-requested")
        self.assertEqual(answer.header("x-weir-model"), PRICED)
        self.assertEqual(answer.header("x-weir-cost-usd"), "0.000000985")
        self.assertIsNotNone(answer.header("x-weir-saved-usd"))

    def test_a_stream_has_the_headers_that_are_known_when_it_begins(self):
        answer = self.weir.chat(chat("house-name", stream=True))
        self.assertTrue(answer.header("content-type").startswith("text/event-stream"))
        self.assertEqual(answer.header("x-weir-route"), "cloud")
        self.assertIsNotNone(answer.header("x-request-id"))
        self.assertIsNotNone(answer.header("x-weir-model"))
        self.assertIsNone(answer.header("x-weir-cost-usd"))

    def test_credentials_of_the_client_never_reach_the_upstream(self):
        secret = "client-credential-canary"
        headers = {"authorization": f"Bearer {secret}", "x-api-key": secret, "cookie": f"session={secret}",
                   "x-goog-api-key": secret, "proxy-authorization": f"Basic {secret}", "x-weir-tag": secret,
                   "openai-organization": secret, "user-agent": secret, "x-forwarded-for": secret}
        self.assertEqual(self.weir.chat(chat("mock-normal"), headers).status, 200)
        seen = self.mock.last()
        self.assertNotIn(secret, json.dumps(seen["headers"]))
        self.assertEqual(seen["header"]["authorization"], f"Bearer {PROVIDER_KEY}")
        self.assertEqual(seen["header"]["host"], f"127.0.0.1:{self.mock.port}")

    def test_models_and_health_are_listed(self):
        listed = self.weir.get("/v1/models").json()
        names = [model["id"] for model in listed["data"]]
        self.assertEqual(listed["object"], "list")
        self.assertIn("house-name", names)
        self.assertIn("auto", names)
        self.assertEqual(self.weir.get("/v1/models/house-name").json()["id"], "house-name")
        for model in listed["data"]:  # since the configuration was read
            self.assertLess(abs(model["created"] - time.time()), 3600, model)
        self.assertEqual(self.weir.get("/v1/models/nobody-has-it").status, 404)
        for path in ("/healthz", "/readyz"):
            self.assertEqual(self.weir.get(path).status, 200)
        self.assertEqual(self.mock.state()["requests"], 0)


class Refusals(Proxied):
    def refused(self, answer, status, code=None, param=None):
        self.assertEqual(answer.status, status, answer)
        error = answer.error()
        self.assertEqual(set(error) >= {"message", "type", "param", "code"}, True, error)
        self.assertTrue(error["message"])
        if code:
            self.assertEqual(error["code"], code, error)
        if param:
            self.assertTrue((error["param"] or "").startswith(param), error)
        self.assertEqual(self.mock.state()["requests"], 0)

    def test_every_refusal_has_a_request_id(self):
        for path in ("/v1/chat/completions", "/v1/embeddings", "/v1/nothing"):
            self.assertRegex(self.weir.get(path).header("x-request-id") or "", r"^req_")

    def test_every_refused_chat_request_has_a_row(self):
        for answer in (self.weir.chat("{"), self.weir.chat(chat("gpt-unheard-of"))):
            with self.subTest(answer=answer.body):
                self.assertRegex(answer.header("x-request-id") or "", r"^req_")
                self.assertEqual(self.weir.row(answer, seconds=1)["http_status"], answer.status)

    def test_bad_bodies_are_400_in_openais_shape(self):
        deep = '{"model":"mock-normal","messages":' + "[" * 100 + "]" * 100 + "}"
        table = [("{", None), ("", None), ("[]", None), ('{"model":"mock-normal"}', "messages"),
                 ('{"model":"mock-normal","model":"mock-normal","messages":[]}', None),
                 ('{"model":"mock-normal","messages":[{"role":"user","content":"a","content":"b"}]}', None),
                 ('{"model":"mock-normal","messages":[{"role":"sorcerer","content":"a"}]}', "messages"),
                 ('{"model":"mock-normal","messages":"hi"}', "messages"),
                 ('{"model":7,"messages":[{"role":"user","content":"a"}]}', "model"),
                 ('{"model":"mock-normal","stream":"yes","messages":[{"role":"user","content":"a"}]}', "stream"),
                 ('{"model":"mock-normal","max_tokens":-1,"messages":[{"role":"user","content":"a"}]}', "max_tokens"),
                 ('{"model":"mock-normal","messages":[{"role":"user","content":"a"}]}\0{}', None),
                 ('{"model":"mock-normal","messages":[{"role":"user","content":"a"}]} trailing', None),
                 (b'{"model":"mock-normal","messages":[{"role":"user","content":"\xff"}]}', None), (deep, None)]
        for body, param in table:
            with self.subTest(body=body[:120]):
                self.refused(self.weir.chat(body), 400, param=param)

    def test_an_unknown_model_is_404_model_not_found(self):
        self.refused(self.weir.chat(chat("gpt-unheard-of")), 404, "model_not_found")

    def test_a_wrong_method_is_405(self):
        self.refused(self.weir.get("/v1/chat/completions"), 405)
        self.refused(request(self.weir.port, "POST", "/v1/models", {}), 405)

    def test_endpoints_that_cannot_be_served_are_404_not_implemented(self):
        for path in ("/api/pull", "/api/blobs/x", "/v1beta/files", "/v1beta/cachedContents"):
            with self.subTest(path=path):
                answer = request(self.weir.port, "POST", path, {"model": "mock-normal"})
                self.assertEqual(answer.status, 404, answer)
                self.assertIn("is not served by weir", answer.body.decode())
                self.assertEqual(self.mock.requests(), [])

    def test_an_unknown_path_is_404(self):
        self.refused(self.weir.get("/nothing-of-the-kind"), 404)
        self.refused(self.weir.get("/v2/models"), 404)

    def test_an_unknown_privacy_word_is_400(self):
        self.refused(self.weir.chat(chat("mock-normal"), {"x-weir-privacy": "lax"}), 400)


class BodyLimit(Proxied):
    @classmethod
    def config(cls):
        return {**super().config(), "server": {"max_body_bytes": 20_000}}

    def test_a_body_above_the_limit_is_413_and_never_leaves(self):
        answer = self.weir.chat(chat("mock-normal", "x" * 30_000))
        self.assertEqual(answer.status, 413, answer)
        self.assertEqual(set(answer.error()), {"message", "type", "param", "code"})
        self.assertEqual(self.mock.state()["requests"], 0)

    def test_a_chunked_body_above_the_limit_is_413(self):
        with socket.create_connection(("127.0.0.1", self.weir.port), timeout=10) as sock:
            sock.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n")
            try:
                for _ in range(8):
                    sock.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            except OSError:
                pass  # refused before all of it was sent
            self.assertTrue(sock.recv(4096).startswith(b"HTTP/1.1 413"))


class Keys(Proxied):
    OTHER_KEY = "weir_Other002_anotherSecret0123456789abcdefghijklmnopqrs"

    @classmethod
    def config(cls):
        return {**super().config(), "team": [
            {"name": "alpha", "keys": [team_key_line(TEAM_KEY)], "privacy": "any"},
            {"name": "beta", "keys": [team_key_line(cls.OTHER_KEY)], "privacy": "any", "models": [PRICED]}]}

    def test_a_key_is_taken_from_each_of_the_three_headers(self):
        for headers in ({"authorization": f"Bearer {TEAM_KEY}"}, {"x-api-key": TEAM_KEY},
                        {"x-goog-api-key": TEAM_KEY}, {"authorization": f"Bearer {TEAM_KEY}", "x-api-key": TEAM_KEY}):
            with self.subTest(headers=list(headers)):
                answer = self.weir.chat(chat("mock-normal"), headers)
                self.assertEqual(answer.status, 200, answer)
                row = self.weir.row(answer)
                self.assertEqual((row["team"], row["key_id"]), ("alpha", TEAM_KEY.split("_")[1]))

    def test_no_key_or_an_unknown_one_is_401(self):
        wrong = TEAM_KEY[:-1] + ("A" if TEAM_KEY[-1] != "A" else "B")
        for headers in ({}, {"authorization": "Bearer nonsense"}, {"x-api-key": wrong},
                        {"authorization": f"Basic {TEAM_KEY}"}):
            with self.subTest(headers=headers):
                answer = self.weir.chat(chat("mock-normal"), headers)
                self.assertEqual(answer.status, 401, answer)
                self.assertNotIn(wrong.encode(), answer.body)
                row = self.weir.row(answer)
                self.assertEqual((row["http_status"], row["team"], row["cost_nanousd"]), (401, "", 0))
        self.assertEqual(self.weir.chat(chat("mock-normal")).status, 401)
        self.assertEqual(request(self.weir.port, "POST", f"/v1/chat/completions?key={TEAM_KEY}",
                                 chat("mock-normal")).status, 401)
        gemini = {"contents": [{"parts": [{"text": "Hi"}]}]}
        path = "/v1beta/models/mock-normal:generateContent"
        self.assertEqual(request(self.weir.port, "POST", path, gemini).status, 401)
        self.assertEqual(request(self.weir.port, "POST", f"{path}?key={wrong}", gemini).status, 401)
        self.assertEqual(self.mock.state()["requests"], 0)

    def test_two_different_keys_are_400(self):
        answer = self.weir.chat(chat("mock-normal"), {"authorization": f"Bearer {TEAM_KEY}",
                                                      "x-api-key": self.OTHER_KEY})
        self.assertEqual(answer.status, 400, answer)

    def test_a_team_gets_only_the_models_it_may_use(self):
        headers = {"x-api-key": self.OTHER_KEY}
        self.assertEqual(self.weir.chat(chat(PRICED), headers).status, 200)
        self.assertIn(self.weir.chat(chat("mock-normal"), headers).status, (403, 404))
        names = [m["id"] for m in self.weir.get("/v1/models", headers).json()["data"]]
        self.assertIn(PRICED, names)
        self.assertNotIn("mock-extra-fields", names)

    def test_the_list_of_models_needs_a_key_and_health_does_not(self):
        self.assertEqual(self.weir.get("/v1/models").status, 401)
        self.assertEqual(self.weir.get("/healthz").status, 200)


class UpstreamFailures(Proxied):
    def test_a_refusal_of_the_provider_is_passed_on_as_received(self):
        for status in (400, 402, 404, 413, 422):
            for stream in (False, True):
                with self.subTest(status=status, stream=stream):
                    self.mock.reset()
                    answer = self.weir.chat(chat(f"mock-status-{status}", stream=stream))
                    self.assertEqual(answer.status, status, answer)
                    self.assertEqual(answer.body, self.mock.last()["answer"])
                    self.assertEqual(self.mock.state()["requests"], 1)

    def test_a_refusal_of_our_own_key_is_ours_to_explain(self):
        for status in (401, 403):
            with self.subTest(status=status):
                answer = self.weir.chat(chat(f"mock-status-{status}"))
                self.assertGreaterEqual(answer.status, 500, answer)
                self.assertNotIn(PROVIDER_KEY.encode(), answer.body)

    def test_a_rate_limit_of_the_provider_keeps_its_advice(self):
        answer = self.weir.chat(chat("mock-429-retry-after-7"))
        self.assertEqual((answer.status, answer.header("retry-after")), (429, "7"), answer)
        answer = self.weir.chat(chat("mock-429-should-retry-false"))
        self.assertEqual((answer.status, answer.header("x-should-retry")), (429, "false"), answer)

    def test_a_failure_before_the_first_byte_is_tried_again(self):
        for model in ("mock-status-500-once", "mock-status-502-once", "mock-status-503-once",
                      "mock-status-529-once", "mock-reset-head-once"):
            for stream in (False, True):
                with self.subTest(model=model, stream=stream):
                    self.mock.reset()
                    answer = self.weir.chat(chat(model, stream=stream))
                    self.assertEqual(answer.status, 200, answer)
                    self.assertEqual(self.mock.state()["requests"], 2)

    def test_a_failure_that_lasts_is_told_after_the_configured_tries(self):
        for model, statuses in (("mock-status-503", (503,)), ("mock-status-500", (500,)),
                                ("mock-reset-head", (502,)), ("mock-hang-head", (504,))):
            with self.subTest(model=model):
                self.mock.reset()
                answer = self.weir.chat(chat(model))
                self.assertIn(answer.status, statuses, answer)
                self.assertEqual(set(answer.error()) >= {"message", "type", "param", "code"}, True)
                self.assertLessEqual(self.mock.state()["requests"], 2)

    def test_what_is_no_answer_is_502(self):
        for model in ("mock-html", "mock-html-200", "mock-redirect", "mock-gzip", "mock-empty", "mock-status-204",
                      "mock-bad-json", "mock-reset-mid", "mock-eof-mid"):
            with self.subTest(model=model):
                answer = self.weir.chat(chat(model))
                self.assertEqual(answer.status, 502, answer)
                self.assertTrue(answer.error()["message"])
                self.assertNotIn(b"<html", answer.body)
        self.assertFalse([r for r in self.mock.requests() if "stolen" in r["path"]])

    def test_a_stream_that_begins_with_an_error_is_a_plain_error(self):
        answer = self.weir.chat(chat("mock-stream-error-first", stream=True))
        self.assertGreaterEqual(answer.status, 400, answer)
        self.assertNotIn(b"[DONE]", answer.body)

    def test_a_stream_that_breaks_ends_with_an_error_event_and_without_done(self):
        for model in ("mock-reset-mid", "mock-eof-mid", "mock-no-done", "mock-bad-json", "mock-bad-chunk",
                      "mock-hang-mid", "mock-stream-error"):
            with self.subTest(model=model):
                self.mock.reset()
                answer = self.weir.chat(chat(model, stream=True))
                self.assertEqual(answer.status, 200, answer)
                self.assertNotIn(b"data: [DONE]", answer.body)
                last = frames_of(answer.body)[-1]
                self.assertTrue(json.loads(last.removeprefix(b"data: "))["error"]["message"])
                self.assertEqual(self.mock.state()["requests"], 1)  # never a second try after the first byte
                if model != "mock-no-done":
                    self.assertTrue(text_of_stream(answer.body).startswith("Hello fro"))

    def test_a_stream_that_breaks_behind_its_start_is_an_error_as_before_it(self):
        answer = self.weir.chat(chat("mock-long-line-5", stream=True))
        self.assertEqual((answer.status, answer.error()["code"]), (502, "upstream_event_too_large"), answer)

    def test_absurd_or_missing_usage_is_estimated(self):
        for model in ("mock-no-usage", "mock-absurd-usage"):
            for stream in (False, True):
                with self.subTest(model=model, stream=stream):
                    answer = self.weir.chat(chat(model, stream=stream))
                    self.assertEqual(answer.status, 200)
                    row = self.weir.row(answer)
                    self.assertEqual(row["usage_estimated"], 1)
                    self.assertTrue(0 < row["output_tokens"] < 1000, row)


class Pool(Proxied):
    """An upstream that weir may have two connections to."""

    @classmethod
    def config(cls):
        return {"backend": [backend(cls.mock, ["mock-normal", "mock-slow-head-100", "mock-gate"], max_connections=2,
                                    connect_timeout_ms=1000, retries=0)]}

    def test_requests_beyond_the_pool_wait_for_their_turn(self):
        statuses = []
        in_threads(6, lambda _: statuses.append(self.weir.chat(chat("mock-slow-head-100")).status))
        self.assertEqual(statuses, [200] * 6)
        self.assertLessEqual(self.mock.state()["open"], 3)  # one is this test's own

    def test_a_wait_that_is_too_long_is_503(self):
        blocked = [self.weir.begin_chat(chat("mock-gate")) for _ in range(4)]
        self.assertTrue(wait_until(lambda: self.mock.state()["active"] >= 1))
        answers = [self.weir.chat(chat("mock-normal")) for _ in range(2)]
        self.mock.release()
        statuses = [client.answer().status for client in blocked]
        self.assertTrue({answer.status for answer in answers} <= {503, 504}, answers)
        self.assertGreaterEqual(statuses.count(200), 2, statuses)
        self.assertEqual(self.weir.chat(chat("mock-normal")).status, 200)
        for client in blocked:
            client.close()


class Fallback(Proxied):
    @classmethod
    def setUpClass(cls):
        cls.mock, cls.spare = Mock(), Mock(text="From the spare.")
        failing = ["mock-status-503", "mock-reset-head", "mock-hang-head", "mock-reset-mid", "mock-status-400",
                   "mock-stream-error-first"]
        dead = {"url": f"http://127.0.0.1:{free_ports(1)[0]}/v1"}
        first = backend(cls.mock, failing, name="first", first_byte_timeout_ms=500, total_timeout_ms=2000,
                        retries=0)
        refused = {**first, "name": "dead", "base_url": dead["url"], "models": ["shared"]}
        spare = backend(cls.spare, [*({"name": name, "upstream": "mock-normal"} for name in failing),
                                    {"name": "shared", "upstream": "mock-normal"}], name="spare")
        cls.weir = Weir({"backend": [first, refused, spare]})

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.spare.stop()

    def test_the_next_backend_that_has_the_model_answers(self):
        for model in ("mock-status-503", "mock-reset-head", "mock-hang-head", "mock-stream-error-first", "shared"):
            for stream in (False, True):
                # A whole answer may take its time: only its total timer ends it, and that is final.
                if model in ("mock-stream-error-first", "mock-hang-head") and not stream:
                    continue
                with self.subTest(model=model, stream=stream):
                    answer = self.weir.chat(chat(model, stream=stream))
                    self.assertEqual(answer.status, 200, answer)
                    self.assertIn(b"From the", answer.body)
                    self.assertEqual(answer.header("x-weir-reason"), "cloud-failed")
                    row = self.weir.row(answer)
                    self.assertEqual(row["backend"], "spare")
                    # A kept-alive connection that has gone stale is tried once more.
                    self.assertIn(row["attempts"], (2, 3))

    def test_after_the_first_byte_no_other_backend_takes_over(self):
        self.spare.reset()
        answer = self.weir.chat(chat("mock-reset-mid", stream=True))
        self.assertIn(b'"error"', answer.body)
        self.assertEqual(self.spare.state()["requests"], 0)

    def test_a_request_that_is_wrong_is_not_tried_elsewhere(self):
        self.spare.reset()
        self.assertEqual(self.weir.chat(chat("mock-status-400")).status, 400)
        self.assertEqual(self.spare.state()["requests"], 0)

    def test_every_reservation_is_closed(self):
        self.assertTrue(wait_until(lambda: self.weir.report()["open"] == 0))


if __name__ == "__main__":
    testing.main()

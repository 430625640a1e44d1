#!/usr/bin/env python3
"""What a provider alone can answer goes there as it is: files, batches, images, audio. What may not leave does not."""
import http.client
import json

import mock_resources
import testing
from served import Served
from weir_process import PRICE, PRICED, PROVIDER_KEY, TEAM_KEY, Client, backend, request, team_key_line, wait_until

PRIVATE_KEY = "weir_Private1_privateTeamSecret0123456789abcdefghijklmnop"
BUDGET_KEY = "weir_Budget01_budgetTeamSecret0123456789abcdefghijklmnopq"
PAINTER_KEY = "weir_Painter1_painterTeamSecret0123456789abcdefghijklmno"
FORM = (b"--sep\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
        b"--sep\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\n\r\n\0\xff\r\n--sep--\r\n")


class PassedOn(Served):
    @classmethod
    def config(cls):
        impatient = {"first_byte_timeout_ms": 700, "idle_timeout_ms": 700, "total_timeout_ms": 3000}
        anthropic = backend(cls.mock, ["claude-x"], name="claude", **impatient) | {
            "provider": "anthropic", "dialect": "anthropic"}
        return {"backend": [anthropic, backend(cls.mock, [PRICED, "painter"], **impatient)], "price": [PRICE],
                "team": [{"name": "open", "keys": [team_key_line(TEAM_KEY)], "privacy": "any"},
                         {"name": "private", "keys": [team_key_line(PRIVATE_KEY)], "privacy": "local_only"},
                         {"name": "thrifty", "keys": [team_key_line(BUDGET_KEY)], "privacy": "any",
                          "monthly_budget_usd": "5"},
                         {"name": "painters", "keys": [team_key_line(PAINTER_KEY)], "privacy": "any",
                          "models": ["painter"]}],
                "rule": [{"name": "clinic", "header": "x-app: clinic", "action": "local_only"},
                         {"name": "no dear ones", "models": ["dear-*"], "action": "deny"}],
                "limit": [{"name": "trial", "users": ["trial-*"], "per": ["user"], "requests_per_minute": 1}]}

    def ask(self, method, path, body=None, key=TEAM_KEY, **headers):
        fields = {"authorization": f"Bearer {key}", **{name.replace("_", "-"): v for name, v in headers.items()}}
        return request(self.weir.port, method, path, body, fields)

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.error()["code"]), (status, code), answer)
        self.assertEqual(self.mock.requests(), [])
        row = self.weir.row(answer)
        self.assertEqual((row["http_status"], row["permit_id"]), (status, 0))
        return row


class Bytes(PassedOn):
    def test_a_list_comes_back_as_the_provider_wrote_it(self):
        answer = self.ask("GET", "/v1/files?limit=2&purpose=batch")
        self.assertEqual((answer.status, answer.header("content-type")), (200, "application/json"))
        seen = self.mock.last()
        self.assertEqual((seen["method"], seen["path"]), ("GET", "/v1/files?limit=2&purpose=batch"))
        self.assertEqual(answer.body, seen["answer"])
        self.assertNotIn("content-length", seen["header"])
        self.assertNotIn("content-type", seen["header"])

    def test_the_provider_gets_its_own_key_and_never_that_of_weir(self):
        self.ask("GET", f"/v1/files?key={TEAM_KEY}&limit=1", x_api_key=TEAM_KEY, cookie="a=b",
                 openai_beta="assistants=v2")
        seen = self.mock.last()
        self.assertEqual(seen["header"]["authorization"], f"Bearer {PROVIDER_KEY}")
        self.assertNotIn(TEAM_KEY, json.dumps(seen["headers"]) + seen["path"])
        self.assertNotIn("cookie", seen["header"])
        self.assertEqual(seen["header"]["openai-beta"], "assistants=v2")

    def test_an_upload_arrives_byte_for_byte(self):
        answer = self.ask("POST", "/v1/files", FORM, content_type="multipart/form-data; boundary=sep")
        self.assertEqual(answer.json()["id"], "file-1", answer)
        seen = self.mock.last()
        self.assertEqual(seen["body"], FORM)
        self.assertEqual(seen["header"]["content-type"], "multipart/form-data; boundary=sep")

    def test_the_content_of_a_file_comes_back_with_its_name(self):
        answer = self.ask("GET", "/v1/files/file-1/content")
        self.assertEqual(answer.body, b"one\r\ntwo\0three")
        self.assertEqual(answer.header("content-type"), "application/jsonl")
        self.assertIn("a.jsonl", answer.header("content-disposition"))

    def test_sound_comes_back_as_it_is(self):
        answer = self.ask("POST", "/v1/audio/speech", {"model": "tts", "voice": "alloy", "input": "hello"})
        self.assertEqual((answer.header("content-type"), answer.body), ("audio/mpeg", mock_resources.SPEECH))

    def test_a_long_answer_streams(self):
        answer = self.ask("GET", "/v1/files/file-huge-3/content")
        self.assertEqual((answer.status, len(answer.body)), (200, 3_000_000))

    def test_delete_works(self):
        answer = self.ask("DELETE", "/v1/files/file-9")
        self.assertEqual(answer.json(), {"id": "file-9", "object": "file", "deleted": True})
        self.assertEqual(self.mock.last()["method"], "DELETE")

    def test_paths_without_a_version_are_known(self):
        self.assertEqual(self.ask("GET", "/batches").json()["data"][0]["id"], "batch_1")

    def test_anthropics_paths_go_to_anthropic(self):
        answer = self.ask("GET", "/v1/messages/batches", anthropic_version="2023-06-01", anthropic_beta="x-2026")
        self.assertEqual(answer.header("x-weir-backend"), "claude", answer)
        seen = self.mock.last()["header"]
        self.assertEqual(seen["x-api-key"], PROVIDER_KEY)
        self.assertEqual((seen["anthropic-version"], seen["anthropic-beta"]), ("2023-06-01", "x-2026"))

    def test_anthropics_beta_reaches_anthropic_alone(self):
        body = {"max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
        for model, path in (("claude-x", "/v1/messages?beta=true"), (PRICED, "/v1/chat/completions")):
            answer = self.ask("POST", "/v1/messages?beta=true", {"model": model, **body})
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(self.mock.last()["path"], path)
        self.ask("POST", "/v1/messages?other=1", {"model": "claude-x", **body})
        self.assertEqual(self.mock.last()["path"], "/v1/messages")

    def test_the_row_says_where_it_went_and_that_its_cost_is_unknown(self):
        answer = self.ask("POST", "/v1/images/generations", {"model": "painter", "prompt": "a weir"})
        self.assertEqual(answer.status, 200, answer)
        row = self.weir.row(answer)
        self.assertEqual((row["route"], row["backend"], row["requested_model"], row["team"], row["http_status"]),
                         ("cloud", "mock", "painter", "open", 200))
        self.assertGreater(row["permit_id"], 0)
        self.assertIsNone(row["cost_nanousd"])
        self.assertIsNone(answer.header("x-weir-cost-usd"))


    def test_names_that_clients_make_up_are_told_apart_by_their_rows_alone(self):
        rows = []
        for i in range(3):
            answer = self.ask("POST", "/v1/images/generations", {"model": f"junk-{i}", "prompt": "a"})
            rows.append(self.weir.row(answer))
        self.assertEqual([row["requested_model"] for row in rows], ["junk-0", "junk-1", "junk-2"])
        self.assertEqual({row["model"] for row in rows}, {""})
        metrics = self.weir.admin("/metrics").body.decode()
        self.assertNotIn("junk-", metrics)
        self.assertIn('gen_ai_request_model="_other"', metrics)


class Trouble(PassedOn):
    def test_a_refusal_of_the_provider_passes_with_its_advice(self):
        answer = self.ask("GET", "/v1/files/file-status-429/content")
        self.assertEqual((answer.status, answer.error()["code"], answer.header("retry-after")), (429, "scripted", "7"))
        self.assertIsNone(answer.header("set-cookie"))
        self.assertEqual(self.weir.row(answer)["http_status"], 429)
        self.assertEqual(len(self.mock.requests()), 1)  # never tried twice

    def test_a_refusal_of_weirs_own_key_is_not_the_clients(self):
        answer = self.ask("GET", "/v1/files/file-status-401/content")
        self.assertEqual((answer.status, answer.error()["code"]), (502, "upstream_auth"), answer)

    def test_a_redirect_is_not_followed(self):
        answer = self.ask("GET", "/v1/files/file-status-307/content")
        self.assertEqual((answer.status, answer.error()["code"]), (502, "upstream_redirect"), answer)

    def test_what_met_a_connection_that_was_closed_goes_out_once_more(self):
        answers = [self.ask("GET", "/v1/files/file-stale/content") for _ in range(6)]
        self.assertEqual([answer.status for answer in answers], [200] * 6, answers)
        attempts = [self.weir.row(answer)["attempts"] for answer in answers]
        self.assertEqual(set(attempts), {1, 2}, attempts)

    def test_an_answer_that_is_cut_off_is_cut_off_for_the_client(self):
        client = Client(self.weir.port).send("GET", "/v1/files/file-eof/content",
                                             headers={"authorization": f"Bearer {TEAM_KEY}"})
        head = client.head()
        self.assertEqual(head.status, 200)
        with self.assertRaises(http.client.IncompleteRead):
            head.read()
        client.close()
        self.assertEqual(self.weir.row(head.headers["x-request-id"])["error_code"], "http_response_truncated")

    def test_a_provider_that_never_answers_is_given_up(self):
        answer = self.ask("GET", "/v1/files/file-hang/content")
        self.assertEqual(answer.status, 504, answer)

    def test_a_client_that_leaves_ends_the_call(self):
        client = Client(self.weir.port).send("GET", "/v1/files/file-hang/content",
                                             headers={"authorization": f"Bearer {TEAM_KEY}"})
        self.assertTrue(wait_until(lambda: self.mock.state()["active"] == 1))
        client.leave()
        self.assertTrue(wait_until(lambda: self.mock.state()["aborted"] == 1, 2))


class Refused(PassedOn):
    def test_a_private_team_gets_none_of_it(self):
        for method, path in (("GET", "/v1/files"), ("POST", "/v1/images/generations"), ("DELETE", "/v1/files/x")):
            with self.subTest(path=path):
                body = {"prompt": "secret"} if method == "POST" else None
                row = self.refused(self.ask(method, path, body, key=PRIVATE_KEY), 403, "local_only")
                self.assertEqual((row["team"], row["reason"]), ("private", "local-only-policy"))

    def test_a_header_or_a_rule_keeps_it_here(self):
        row = self.refused(self.ask("GET", "/v1/files", x_weir_privacy="local_only"), 403, "local_only")
        self.assertEqual(row["reason"], "local-only-header")
        row = self.refused(self.ask("GET", "/v1/files", x_app="clinic"), 403, "local_only")
        self.assertEqual((row["reason"], row["rule"]), ("rule", "clinic"))

    def test_a_budget_is_not_passed_by_what_has_no_price(self):
        answer = self.ask("POST", "/v1/images/generations", {"model": "painter", "prompt": "a"}, key=BUDGET_KEY)
        self.refused(answer, 429, "budget_exceeded")

    def test_a_team_of_some_models_cannot_ask_for_others(self):
        ask = {"prompt": "a"}
        self.refused(self.ask("POST", "/v1/images/generations", {**ask, "model": "dall-e-9"}, key=PAINTER_KEY), 403,
                     "model_not_allowed")
        answer = self.ask("POST", "/v1/images/generations", {**ask, "model": "painter"}, key=PAINTER_KEY)
        self.assertEqual(answer.status, 200, answer)

    def test_a_rule_for_a_model_holds_however_the_body_names_it(self):
        field = '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\ndear-1\r\n--b--\r\n'
        for kind, body in (("application/json", '{"model":"dear-1"}'), ("text/plain", '{"model":"dear-1"}'),
                           ("application/json", '{"model":"mock/dear-1"}'),
                           ("application/json", '{"model":"painter","then":{"model":"dear-1"}}'),
                           ("multipart/form-data; boundary=b", field)):
            with self.subTest(kind=kind, body=body):
                answer = self.ask("POST", "/v1/images/generations", body.encode(), content_type=kind)
                self.refused(answer, 403, "rule_denied")
        answer = self.ask("POST", "/v1/engines/dear-1/completions", b'{"model":"painter"}', content_type="application/json")
        self.refused(answer, 403, "rule_denied")

    def test_a_model_that_cannot_be_read_for_certain_is_refused(self):
        for body in ('{"model":"painter","model":"dear-1"}', '\ufeff{"model":"dear-1"}', '{"model":" dear-1"}'):
            with self.subTest(body=body):
                answer = self.ask("POST", "/v1/images/generations", body.encode(), content_type="application/json")
                self.assertEqual((answer.status, self.mock.requests()), (400, []), answer)

    def test_a_limit_of_end_users_counts_what_is_passed_on_and_vectors(self):
        for path, user in (("/v1/images/generations", "trial-1"), ("/v1/embeddings", "trial-2")):
            with self.subTest(path=path):
                body = {"model": PRICED, "input": "x", "prompt": "x", "user": user}
                answers = [self.ask("POST", path, body, content_type="application/json") for _ in range(2)]
                self.assertEqual(answers[1].status, 429, answers)
                self.assertEqual(self.weir.row(answers[1])["end_user"], user)

    def test_a_wrong_key_is_refused(self):
        answer = self.ask("GET", "/v1/files", key=TEAM_KEY[:-1] + "X")
        self.assertEqual(answer.status, 401, answer)
        self.assertEqual(self.mock.requests(), [])

    def test_nobody_administers_an_organization(self):
        for path in ("/v1/organization/users", "/v1/Organization/admin_api_keys", "/organization", "/v1/organizations/me"):
            for method in ("GET", "POST"):
                answer = self.ask(method, path, {} if method == "POST" else None)
                self.assertEqual((answer.status, self.mock.requests()), (404, []), path)

    def test_odd_paths_are_refused(self):
        for path in ("/v1/files/../chat/completions", "/v1/files/%2e%2e/models", "/v1//files", "/v1/chat/completions/"):
            with self.subTest(path=path):
                answer = self.ask("POST", path, {"model": PRICED})
                self.assertEqual(answer.status, 404, answer)
                self.assertEqual(self.mock.requests(), [])

    def test_another_backend_may_be_named_but_none_of_another_dialect(self):
        self.assertEqual(self.ask("GET", "/v1/files", x_weir_backend="mock").status, 200)
        self.mock.reset()
        self.refused(self.ask("GET", "/v1/files", x_weir_backend="claude"), 404, "backend_not_found")


class NoProvider(Served):
    @classmethod
    def config(cls):
        return {}

    def test_without_a_provider_the_answer_says_what_to_configure(self):
        answer = request(self.weir.port, "GET", "/v1/files")
        self.assertEqual((answer.status, answer.error()["code"]), (404, "no_backend"), answer)
        self.assertIn("[[backend]]", answer.error()["message"])


if __name__ == "__main__":
    testing.main()

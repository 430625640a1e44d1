#!/usr/bin/env python3
"""Keys that are made, rotated and revoked while weir runs: over the admin listener and with weir keys."""
import json
import os
import re
import stat
import tempfile
import unittest

import testing
from served import Served
from weir_process import PRICE, PRICED, TEAM_KEY, Weir, backend, chat, request, team_key_line, wait_until

ADMIN_TOKEN = "admin-token-canary-91b7e3"


def config_of(mock, **more):
    return {"backend": [backend(mock, [PRICED])], "price": [PRICE],
            "team": [{"name": "red", "privacy": "any"}, {"name": "blue", "privacy": "any"}], **more}


class Keys(Served):
    @classmethod
    def setUpClass(cls):
        token = tempfile.NamedTemporaryFile("w")
        cls.addClassCleanup(token.close)
        token.write(ADMIN_TOKEN)
        token.flush()
        cls.token_path = token.name
        super().setUpClass()

    @classmethod
    def config(cls):
        return config_of(cls.mock, server={"admin_token": f"file:{cls.token_path}"})

    def admin(self, method, path, body=None, token=ADMIN_TOKEN):
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return request(self.weir.admin_port, method, path, body, headers)

    def create(self, **wish):
        answer = self.admin("POST", "/admin/keys", {"team": "red", **wish})
        self.assertEqual(answer.status, 201, answer)
        return answer.json()

    def status(self, key, **headers):
        return self.weir.chat(chat(PRICED, max_tokens=20), {"authorization": f"Bearer {key}", **headers})


class Admin(Keys):
    def test_a_made_key_opens_at_once_and_is_never_shown_again(self):
        made = self.create(name="ci")
        self.assertRegex(made["key"], r"^weir_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}$")
        answer = self.status(made["key"])
        self.assertEqual(answer.status, 200)
        row = self.weir.row(answer)
        self.assertEqual((row["team"], row["key_id"]), ("red", made["id"]))
        listed = self.admin("GET", "/admin/keys")
        self.assertIn(made["id"], [key["id"] for key in listed.json()["keys"]])
        secret = made["key"].rsplit("_", 1)[1]
        for body in (listed.body, self.admin("GET", f"/admin/keys/{made['id']}").body,
                     self.admin("GET", "/admin/audit").body, self.weir.output(),
                     *(path.read_bytes() for path in self.weir.directory.glob("keys.db*"))):
            self.assertNotIn(secret.encode(), body)

    def test_both_secrets_open_while_a_key_is_rotated_and_after_grace_the_new_one_alone(self):
        made = self.create()
        rotated = self.admin("POST", f"/admin/keys/{made['id']}/rotate", {"grace_s": 3600}).json()
        self.assertEqual(rotated["id"], made["id"])
        self.assertEqual([self.status(key).status for key in (made["key"], rotated["key"])], [200, 200])
        self.assertEqual(len(rotated["secrets"]), 2)
        third = self.admin("POST", f"/admin/keys/{made['id']}/rotate", {"grace_s": 0}).json()
        statuses = [self.status(key).status for key in (made["key"], rotated["key"], third["key"])]
        self.assertEqual(statuses, [401, 401, 200])

    def test_a_revoked_key_is_refused_at_once_and_for_good(self):
        made = self.create()
        self.assertEqual(self.status(made["key"]).status, 200)
        revoked = self.admin("POST", f"/admin/keys/{made['id']}/revoke")
        self.assertEqual((revoked.status, revoked.json()["state"]), (200, "revoked"))
        refused = self.status(made["key"])
        self.assertEqual((refused.status, refused.error()["message"]), (401, "The API key was revoked."))
        again = self.admin("POST", f"/admin/keys/{made['id']}/rotate")
        self.assertEqual((again.status, again.error()["code"]), (403, "key_revoked"))
        deleted = self.create()
        self.assertEqual(self.admin("DELETE", f"/admin/keys/{deleted['id']}").json()["state"], "revoked")

    def test_a_key_expires(self):
        made = self.create(expires_in_s=1)
        self.assertEqual(self.status(made["key"]).status, 200)
        self.assertTrue(wait_until(lambda: self.status(made["key"]).status == 401, 5))
        self.assertEqual(self.admin("GET", f"/admin/keys/{made['id']}").json()["state"], "expired")

    def test_a_key_is_held_to_its_scopes_models_and_privacy(self):
        embeds = self.create(scopes=["embeddings"])
        refused = self.status(embeds["key"])
        self.assertEqual((refused.status, refused.error()["code"]), (403, "insufficient_scope"))
        self.assertEqual(self.weir.get("/v1/models", {"x-api-key": embeds["key"]}).status, 403)
        local = self.create(models=["local"])
        self.assertEqual(self.status(local["key"]).error()["code"], "model_not_allowed")
        private = self.create(privacy="local_only")
        answer = self.status(private["key"])
        self.assertEqual((answer.status, answer.error()["code"]), (403, "privacy_local_only"))
        self.assertEqual(self.mock.requests(), [])

    def test_a_key_has_limits_of_its_own(self):
        made = self.create(requests_per_minute=2, daily_budget_usd="0.01")
        self.assertEqual([self.status(made["key"]).status for _ in range(3)], [200, 200, 429])
        self.assertIn(f"key:{made['id']}", self.status(made["key"]).error()["message"])
        poor = self.create(monthly_budget_usd="0")
        self.assertEqual(self.status(poor["key"]).error()["code"], "budget_exceeded")

    def test_two_different_keys_in_one_request_are_refused_and_the_same_one_twice_is_not(self):
        first, second = self.create()["key"], self.create()["key"]
        for header in ("x-api-key", "x-goog-api-key"):
            clash = self.status(first, **{header: second})
            self.assertEqual((clash.status, clash.error()["code"]), (400, "conflicting_credentials"))
            self.assertEqual(self.status(first, **{header: first}).status, 200)

    def test_who_has_no_token_learns_nothing(self):
        for token in (None, "wrong", ADMIN_TOKEN + "x", ADMIN_TOKEN[:-1]):
            for method, path in (("GET", "/admin/keys"), ("POST", "/admin/keys"), ("GET", "/admin/audit"),
                                 ("GET", "/admin/models"), ("GET", "/admin/nothing")):
                answer = self.admin(method, path, {} if method == "POST" else None, token)
                self.assertEqual(answer.status, 401, (token, method, path))
        self.assertEqual(self.admin("GET", "/metrics", token=None).status, 200)
        self.assertNotIn(ADMIN_TOKEN.encode(), self.weir.output())

    def test_a_wish_that_is_wrong_is_refused_by_name(self):
        for wish, name in (({"team": "nobody"}, "team"), ({"team": "red", "scope": []}, "scope"),
                           ({"team": "red", "scopes": ["all"]}, "scopes"), ({}, "team"),
                           ({"team": "red", "daily_budget_usd": "-1"}, "daily_budget_usd"),
                           ({"team": "red", "requests_per_minute": 1.5}, "requests_per_minute"),
                           ({"team": "red", "privacy": "none"}, "privacy")):
            answer = self.admin("POST", "/admin/keys", wish)
            self.assertEqual(answer.status, 400, wish)
            self.assertIn(name, answer.error()["message"])
        self.assertEqual(self.admin("POST", "/admin/keys", "{").status, 400)
        self.assertEqual(self.admin("GET", "/admin/keys/Nokey000").status, 404)
        self.assertEqual(self.admin("PUT", "/admin/keys").status, 405)

    def test_every_change_has_a_line_of_who_did_it(self):
        made = self.create(name="audited", tokens_per_minute=5)
        self.admin("POST", f"/admin/keys/{made['id']}/rotate")
        self.admin("POST", f"/admin/keys/{made['id']}/revoke")
        lines = [line for line in self.admin("GET", "/admin/audit").json()["audit"] if line["key"] == made["id"]]
        self.assertEqual([line["action"] for line in lines], ["revoke", "rotate", "create"])
        self.assertEqual({line["actor"] for line in lines}, {"admin api from 127.0.0.1"})
        self.assertEqual(lines[2]["detail"], {"tokens_per_minute": 5, "team": "red", "name": "audited"})


class CommandLine(Keys):
    def keys(self, *options):
        done = self.weir.run("keys", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_weir_keys_works_beside_a_running_weir_which_takes_it_over_within_seconds(self):
        text = self.keys("create", "--team", "blue", "--name", "by hand", "--expires-in", "90d", "--scope", "chat",
                         "--daily-budget-usd", "1.50")
        key = re.search(r"weir_\w{8}_\w{43}", text)[0]
        identity = key.split("_")[1]
        self.assertTrue(wait_until(lambda: self.status(key).status == 200, 5))
        listed = {entry["id"]: entry for entry in json.loads(self.keys("list", "--json"))["keys"]}
        self.assertEqual(listed[identity]["limits"], {"daily_budget_usd": "1.50"})
        self.assertIn("by hand", self.keys("list"))
        rotated = json.loads(self.keys("rotate", identity, "--grace", "0s", "--json"))["key"]
        self.assertTrue(wait_until(lambda: self.status(key).status == 401, 5))
        self.assertEqual(self.status(rotated).status, 200)
        self.keys("revoke", identity)
        self.assertTrue(wait_until(lambda: self.status(rotated).status == 401, 5))
        self.assertIn(f"weir keys by user {os.getuid()}", self.keys("audit"))
        wrong = self.weir.run("keys", "create", "--team", "nobody")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("nobody", wrong.stderr)
        for span in ("-5d", "0s"):
            wrong = self.weir.run("keys", "create", "--team", "blue", "--expires-in", span)
            self.assertEqual((wrong.returncode, wrong.stdout), (2, ""), span)

    def test_only_its_owner_may_read_the_store(self):
        mode = stat.S_IMODE((self.weir.directory / "keys.db").stat().st_mode)
        self.assertEqual(mode, 0o600)

    def test_keys_outlive_a_restart(self):
        made = self.create()
        gone = self.create()
        self.admin("POST", f"/admin/keys/{gone['id']}/revoke")
        self.weir.kill()
        self.weir.start()
        self.assertEqual([self.status(key["key"]).status for key in (made, gone)], [200, 401])


class WithoutToken(Served):
    @classmethod
    def config(cls):
        return config_of(cls.mock, team=[{"name": "red", "keys": [team_key_line(TEAM_KEY)], "privacy": "any"}])

    def test_keys_are_not_managed_over_http_and_the_rest_of_admin_is(self):
        for path in ("/admin/keys", "/admin/audit"):
            refused = request(self.weir.admin_port, "GET", path)
            self.assertEqual((refused.status, refused.error()["code"]), (403, "admin_token_not_set"))
        self.assertEqual(self.weir.admin("/admin/models").status, 200)


class Open(unittest.TestCase):
    def test_a_team_that_is_alone_is_open_until_the_first_key_and_closed_for_good_then(self):
        weir = Weir({"team": [{"name": "red", "privacy": "any"}], "local": {"model": None}})
        try:
            self.assertEqual(weir.get("/v1/models").status, 200)
            made = weir.run("keys", "create", "--team", "red", "--json")
            key = json.loads(made.stdout)
            self.assertTrue(wait_until(lambda: weir.get("/v1/models").status == 401, 5))
            self.assertEqual(weir.get("/v1/models", {"x-api-key": key["key"]}).status, 200)
            weir.run("keys", "revoke", key["id"])
            self.assertTrue(wait_until(lambda: weir.get("/v1/models", {"x-api-key": key["key"]}).status == 401, 5))
            self.assertEqual(weir.get("/v1/models").status, 401)
            weir.stop()
        finally:
            weir.discard()

    def test_beyond_loopback_a_team_without_any_key_is_refused_at_the_start(self):
        weir = Weir({"team": [{"name": "red", "privacy": "any"}], "server": {"allow_plaintext": True}}, start=False)
        try:
            text = weir.config_path.read_text().replace(f"127.0.0.1:{weir.port}", f"0.0.0.0:{weir.port}", 1)
            weir.config_path.write_text(text)
            weir.start(wait=False)
            self.assertEqual(weir.process.wait(20), 1)
            self.assertIn("weir keys create", weir.log())
        finally:
            weir.discard()


if __name__ == "__main__":
    testing.main()

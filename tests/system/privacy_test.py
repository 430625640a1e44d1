#!/usr/bin/env python3
"""What never leaves: private prompts, the provider's key, the clients' keys."""
import os
import pathlib
import subprocess
import sys
import unittest

import testing
from served import Served
from weir_process import (PRICE, PRICED, PROVIDER_KEY, TEAM_KEY, TEST_DATA, Client, Mock, Weir, backend, chat,
                          request, team_key_line)

CANARY = "private-canary-c0ffee42"
OPEN_KEY = "weir_OpenTeam_openTeamSecret0123456789abcdefghijklmnopqrs"
MODELS = [PRICED, "mock-status-401", "mock-status-403", "mock-status-500", "mock-reset-mid", "mock-html",
          "mock-hang-head"]
HARD = ("Prove rigorously that every continuous function on a compact metric space is uniformly continuous, then "
        "derive the time complexity of the best known algorithm for the problem and compare it with the lower bound. ")


def local_model():
    path = TEST_DATA and pathlib.Path(TEST_DATA) / "golden/stories260k/stories260K-f32.gguf"
    return str(path) if path and path.exists() else None


def config(mock, **more):
    return {"backend": [backend(mock, MODELS, first_byte_timeout_ms=500, total_timeout_ms=2000, retries=1)],
            "price": [PRICE],
            "team": [{"name": "private", "keys": [team_key_line(TEAM_KEY)], "privacy": "local_only"},
                     {"name": "open", "keys": [team_key_line(OPEN_KEY)], "privacy": "any"}],
            "rule": [{"name": "the clinic's stay", "header": "x-app: clinic", "action": "local_only"}], **more}


PRIVATE_WAYS = [{"x-api-key": TEAM_KEY}, {"x-api-key": TEAM_KEY, "x-weir-privacy": "any"},
                {"x-api-key": OPEN_KEY, "x-weir-privacy": "local_only"},
                {"authorization": f"Bearer {OPEN_KEY}", "X-Weir-Privacy": "LOCAL_ONLY "},
                {"x-api-key": OPEN_KEY, "X-App": "clinic"}]


def ask_private(weir):
    """Every private way of asking for every kind of model; the answers."""
    for headers in PRIVATE_WAYS:
        for model in ("auto", "cloud", "local", PRICED, "mock-status-500"):
            for stream in (False, True):
                for text in (CANARY, HARD + CANARY):
                    body = chat(model, text, stream=stream, max_tokens=8)
                    yield headers, model, weir.chat(body, headers)


class Private(Served):
    model = None

    @classmethod
    def config(cls):
        return config(cls.mock, **({"local": {"model": cls.model}} if cls.model else {}))

    def assert_nothing_left(self):
        for seen in self.mock.requests():
            self.assertNotIn(CANARY.encode(), seen["body"])
            self.assertNotIn(CANARY, str(seen["headers"]) + seen["path"])
        metrics = self.weir.admin("/metrics").body.decode()
        private = [line for line in metrics.splitlines() if line.startswith("weir_egress_private")]
        self.assertEqual([line.split()[-1] for line in private], ["0"])


class WithoutALocalModel(Private):
    def test_a_private_request_is_refused_rather_than_sent(self):
        for headers, model, answer in ask_private(self.weir):
            with self.subTest(headers=list(headers), model=model):
                self.assertIn(answer.status, (400, 403, 404, 503), answer)
        self.assertEqual(self.mock.state()["requests"], 0)
        self.assert_nothing_left()

    def test_auto_is_503_for_a_private_team(self):
        answer = self.weir.chat(chat("auto", CANARY), {"x-api-key": TEAM_KEY})
        self.assertEqual(answer.status, 503, answer)
        self.assertEqual(self.weir.row(answer)["permit_id"], 0)

    def test_the_same_request_of_an_open_team_does_go_out(self):
        self.assertEqual(self.weir.chat(chat("auto", "not private"), {"x-api-key": OPEN_KEY}).status, 200)
        self.assertEqual(self.mock.last()["header"]["authorization"], f"Bearer {PROVIDER_KEY}")


@unittest.skipUnless(local_model(), "needs WEIR_TEST_DATA for a local model")
class WithALocalModel(Private):
    model = local_model()

    def test_a_private_request_is_answered_here_or_not_at_all(self):
        answered = 0
        for headers, model, answer in ask_private(self.weir):
            with self.subTest(headers=list(headers), model=model):
                if answer.status == 200:
                    self.assertEqual(answer.header("x-weir-route"), "local")
                    answered += 1
                else:
                    self.assertIn(answer.status, (400, 403, 404, 503), answer)
        self.assertGreaterEqual(answered, 24)
        self.assertEqual(self.mock.state()["requests"], 0)
        self.assert_nothing_left()

    def test_the_reason_says_which_rule_kept_it(self):
        for headers, reason in ((PRIVATE_WAYS[0], "local-only-policy"), (PRIVATE_WAYS[2], "local-only-header")):
            answer = self.weir.chat(chat("auto", CANARY, max_tokens=4), headers)
            self.assertEqual((answer.status, answer.header("x-weir-reason")), (200, reason), answer)

    def test_what_the_local_model_cannot_do_is_refused_and_stays(self):
        tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
        before = self.mock.state()["requests"]
        for body in (chat("auto", CANARY, tools=[tool]), chat("auto", CANARY * 4000)):
            answer = self.weir.chat(body, {"x-api-key": TEAM_KEY})
            self.assertIn(answer.status, (400, 503), answer)
        self.assertEqual(self.mock.state()["requests"], before)
        self.assert_nothing_left()


def namespace_command():
    return ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]


def namespaces_work():
    try:
        return subprocess.run([*namespace_command(), "true"], capture_output=True).returncode == 0
    except OSError:
        return False


def loopback_up():
    import fcntl
    import socket
    import struct
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS, UP and RUNNING


@unittest.skipUnless(namespaces_work(), "network namespaces are not permitted here")
@unittest.skipUnless(local_model(), "needs WEIR_TEST_DATA for a local model")
class WithoutANetwork(unittest.TestCase):
    def test_local_answers_need_no_network_at_all(self):
        done = subprocess.run([*namespace_command(), sys.executable, __file__, "--in-a-namespace"],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("answered without a network", done.stdout)


def in_a_namespace():
    loopback_up()
    provider = {"name": "far", "base_url": "https://api.example.com/v1", "models": ["far-model"],
                "api_key": "env:WEIR_TEST_PROVIDER_KEY"}
    weir = Weir({"local": {"model": local_model()}, "backend": [provider],
                 "team": [{"name": "private", "keys": [team_key_line(TEAM_KEY)], "privacy": "local_only"}]})
    try:
        for stream in (False, True):
            answer = weir.chat(chat("auto", CANARY, stream=stream, max_tokens=8), {"x-api-key": TEAM_KEY})
            assert (answer.status, answer.header("x-weir-route")) == (200, "local"), answer
        assert weir.chat(chat("far-model", CANARY), {"x-api-key": TEAM_KEY}).status in (403, 404)
        weir.stop()
    finally:
        weir.discard()
    print("answered without a network")


class Secrets(unittest.TestCase):
    """Canary keys, every kind of error, and a look at every byte that came out."""

    def test_no_output_holds_a_key(self):
        mock = Mock()
        key_file = None
        weir = Weir(config(mock, log={"level": "debug"}), start=False)
        try:
            key_file = weir.directory / "provider.key"
            key_file.write_text(PROVIDER_KEY + "\n")
            key_file.chmod(0o600)
            settings = config(mock, log={"level": "debug"})
            settings["backend"].append({**settings["backend"][0], "name": "by-file",
                                        "api_key": f"file:{key_file}", "models": ["by-file-model"]})
            weir.configure(settings)
            weir.start()
            outputs = [self.provoke(weir)]
            outputs.append(weir.admin("/metrics").body + weir.admin("/ui").body + weir.admin("/admin").body)
            outputs.append(pathlib.Path(f"/proc/{weir.process.pid}/cmdline").read_bytes())
            outputs += [str(weir.run(*command)).encode() for command in (("validate",), ("report",), ("version",))]
            weir.signal(1)
            weir.config_path.write_text(weir.config_path.read_text() + "\nnonsense = [")
            weir.signal(1)
            weir.chat(chat(PRICED), {"x-api-key": OPEN_KEY})
            weir.stop()
            outputs.append(weir.output())
            outputs += [path.read_bytes() for path in weir.directory.glob("ledger.db*")]
            for secret in (PROVIDER_KEY, TEAM_KEY.split("_")[2], OPEN_KEY.split("_")[2]):
                for output in outputs:
                    self.assertNotIn(secret.encode(), output)
        finally:
            weir.discard()
            mock.stop()

    def provoke(self, weir):
        """Good and bad requests of every kind; all that came back."""
        heard = b""
        for model in [*MODELS, "by-file-model", "nobody-has-it"]:
            for stream in (False, True):
                answer = weir.chat(chat(model, stream=stream), {"x-api-key": OPEN_KEY})
                heard += answer.body + str(answer.headers).encode()
        for headers in ({"x-api-key": OPEN_KEY, "authorization": f"Bearer {TEAM_KEY}"},
                        {"authorization": f"Bearer {TEAM_KEY}x"}, {"authorization": f"Token {TEAM_KEY}"}):
            heard += weir.chat(chat(PRICED), headers).body
        heard += weir.chat("{", {"x-api-key": OPEN_KEY}).body
        heard += request(weir.port, "GET", "/v1/embeddings", headers={"x-api-key": OPEN_KEY}).body
        client = Client(weir.port).send("POST", "/v1/chat/completions", chat(PRICED),
                                        {"x-api-key": OPEN_KEY, "x-weir-privacy": TEAM_KEY[:4]})
        heard += client.answer().body
        client.close()
        return heard

    def test_a_key_in_the_configuration_itself_is_refused_without_repeating_it(self):
        mock = Mock()
        weir = Weir({"backend": [backend(mock, ["m"], api_key=PROVIDER_KEY)]}, start=False)
        try:
            done = weir.run("validate")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("api_key", done.stdout + done.stderr)
            self.assertNotIn(PROVIDER_KEY, done.stdout + done.stderr)
        finally:
            weir.discard()
            mock.stop()


if __name__ == "__main__":
    if sys.argv[1:] == ["--in-a-namespace"]:
        in_a_namespace()
    else:
        testing.main()

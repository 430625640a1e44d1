#!/usr/bin/env python3
"""Start, reload, drain, and what goes wrong before anything is served."""
import http.client
import json
import signal
import ssl
import subprocess
import threading
import time
import unittest

import testing
from weir_process import (BINARY, PRICE, PRICED, TEAM_KEY, Client, Mock, Weir, backend, chat, in_threads, ledger_query,
                          request, team_key_line, wait_until)

MODELS = [PRICED, "mock-gate", "mock-hang-mid", "mock-drip-100"]


class WithMock(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock()

    @classmethod
    def tearDownClass(cls):
        cls.mock.stop()

    def setUp(self):
        self.mock.reset()

    def config(self, **more):
        return {"backend": [backend(self.mock, MODELS)], "price": [PRICE], **more}

    def weir(self, start=True, **more):
        weir = Weir(self.config(**more), start=start)
        self.addCleanup(weir.discard)
        return weir


class Drain(WithMock):
    def test_sigterm_lets_open_answers_finish_and_takes_no_new_ones(self):
        weir = self.weir()
        stream = weir.begin_chat(chat("mock-gate", stream=True))
        self.assertEqual(stream.head().status, 200)
        whole = weir.begin_chat(chat("mock-gate"))
        self.assertTrue(wait_until(lambda: self.mock.state()["active"] == 2))
        weir.signal(signal.SIGTERM)
        self.assertTrue(wait_until(lambda: self.refuses(weir.port)), "still accepts connections while draining")
        self.assertIsNone(weir.process.poll())
        self.mock.release()
        self.assertTrue(stream.response.read().endswith(b"data: [DONE]\n\n"))
        self.assertEqual(whole.answer().status, 200)
        self.assertEqual(weir.process.wait(10), 0)
        rows = ledger_query(weir.ledger_path, "SELECT http_status, state FROM requests")
        self.assertEqual([(row["http_status"], row["state"]) for row in rows], [(200, "settled")] * 2)

    def refuses(self, port):
        try:
            request(port, "GET", "/healthz", timeout=2)
        except OSError:
            return True
        except Exception:  # an answer that was cut off
            return True
        return False

    def test_sigterm_under_load_breaks_no_answer_and_loses_no_row(self):
        weir = self.weir()
        whole, broken = [], []

        def ask(number):
            while True:
                stream = bool(number % 2)
                try:
                    answer = weir.chat(chat("mock-drip-100" if number == 7 else PRICED, stream=stream), timeout=20)
                except (ConnectionError, http.client.RemoteDisconnected):
                    return  # it came too late
                except http.client.HTTPException as error:
                    broken.append(error)
                    return
                done = answer.status == 200 and (not stream or answer.body.endswith(b"data: [DONE]\n\n"))
                (whole if done else broken).append(answer)

        timer = threading.Timer(0.7, lambda: weir.signal(signal.SIGTERM))
        timer.start()
        in_threads(8, ask)
        self.assertEqual(weir.process.wait(20), 0)
        self.assertEqual(broken, [])
        rows = ledger_query(weir.ledger_path, "SELECT count(*) AS n FROM requests WHERE http_status = 200")[0]["n"]
        self.assertGreaterEqual(rows, len(whole))
        self.assertGreater(len(whole), 20)

    def test_the_drain_has_an_end(self):
        weir = self.weir(server={"drain_timeout_ms": 500})
        stream = weir.begin_chat(chat("mock-hang-mid", stream=True))
        stream.head()
        started = time.monotonic()
        weir.signal(signal.SIGTERM)
        self.assertIn(weir.process.wait(15), (0, 1))  # 1: an answer was cut off
        self.assertLess(time.monotonic() - started, 10)
        stream.close()
        self.assertEqual(ledger_query(weir.ledger_path, "SELECT count(*) AS n FROM reservations")[0]["n"], 0)

    def test_an_idle_connection_does_not_delay_the_end(self):
        weir = self.weir()
        idle = Client(weir.port).send("GET", "/healthz")
        idle.answer()
        started = time.monotonic()
        weir.stop()
        self.assertLess(time.monotonic() - started, 5)
        idle.close()

    def test_sigint_ends_it_as_well(self):
        weir = self.weir()
        weir.signal(signal.SIGINT)
        self.assertEqual(weir.process.wait(15), 0)


class Reload(WithMock):
    def test_a_good_file_takes_effect_without_dropping_an_open_answer(self):
        weir = self.weir()
        stream = weir.begin_chat(chat("mock-gate", stream=True))
        stream.head()
        weir.configure({"backend": [backend(self.mock, [*MODELS, {"name": "added", "upstream": PRICED}])],
                        "price": [PRICE]})
        weir.signal(signal.SIGHUP)
        self.assertTrue(wait_until(lambda: weir.chat(chat("added")).status == 200), weir.log())
        self.mock.release()
        self.assertTrue(stream.response.read().endswith(b"data: [DONE]\n\n"))
        weir.stop()

    def test_a_backend_that_is_removed_still_finishes_its_answers(self):
        weir, other = self.weir(), Mock(text="From the other.")
        self.addCleanup(other.stop)
        stream = weir.begin_chat(chat("mock-gate", stream=True))
        stream.head()
        weir.configure({"backend": [backend(other, ["mock-other"], name="other")]})
        weir.signal(signal.SIGHUP)
        self.assertTrue(wait_until(lambda: weir.chat(chat("mock-other")).status == 200), weir.log())
        self.assertEqual(weir.chat(chat(PRICED)).status, 404)
        self.mock.release()
        self.assertTrue(stream.response.read().endswith(b"data: [DONE]\n\n"))
        self.assertTrue(wait_until(lambda: self.mock.state()["open"] == 1), "its connections are still open")
        weir.stop()

    def test_many_reloads_under_load_drop_nothing(self):
        weir = self.weir()
        statuses = []

        def ask(number):
            for _ in range(25):
                statuses.append(weir.chat(chat(PRICED, stream=bool(number % 2))).status)
                if number == 0:
                    weir.signal(signal.SIGHUP)
        in_threads(4, ask)
        self.assertEqual(statuses, [200] * 100)
        self.assertTrue(wait_until(lambda: weir.open_files() < 60))
        weir.stop()

    def test_a_bad_file_leaves_the_old_one_serving_and_is_explained(self):
        weir = self.weir()
        for broken, key in (("\n[server]\nheader_timeout_msec = 5\n", "header_timeout_msec"),
                            ("\n[ledger]\nretention_days = \"many\"\n", "retention_days"),
                            ("\nthis is not toml\n", "")):
            with self.subTest(key=key or "syntax"):
                weir.configure(self.config())
                text = weir.config_path.read_text()
                if "[server]" in broken:
                    text = text.replace("\n[server]\n", broken)
                    line = text.splitlines().index("header_timeout_msec = 5") + 1
                else:
                    text += broken
                    line = len(text.splitlines())
                weir.config_path.write_text(text)
                before = len(weir.log())
                weir.signal(signal.SIGHUP)
                expected = f"weir.toml:{line}:"
                told = wait_until(lambda: expected in weir.log()[before:] and key in weir.log()[before:], 5)
                self.assertTrue(told, (expected, weir.log()[before:]))
                self.assertEqual(weir.chat(chat(PRICED)).status, 200)
        metrics = weir.admin("/metrics").body.decode()
        self.assertIn("reload", metrics)
        weir.stop()


class Start(WithMock):
    def refused(self, weir, *words, seconds=20):
        """It does not start, ends with an error code and says why in few words."""
        weir.start(wait=False)
        try:
            code = weir.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.fail(f"it serves although it should not:\n{weir.log()}")
        self.assertNotIn(code, (0, -6, -11), weir.log())
        said = weir.output().decode()
        for word in words:
            self.assertIn(word, said)
        self.assertLess(len(said.splitlines()), 20, said)
        return said

    def test_a_second_one_on_the_same_port_is_refused(self):
        first, second = self.weir(), self.weir(start=False)
        second.port = first.port
        second.configure(self.config())
        self.refused(second, str(first.port))
        self.assertEqual(first.chat(chat(PRICED)).status, 200)
        first.stop()

    def test_a_folder_that_weir_makes_is_its_owners_alone(self):
        weir = self.weir(start=False)
        made = weir.directory / "new" / "state"
        weir.configure(self.config(state_dir=str(made)))
        weir.start()
        weir.stop()
        self.assertEqual(made.stat().st_mode & 0o777, 0o700)

    def test_a_second_one_on_the_same_ledger_is_refused(self):
        first, second = self.weir(), self.weir(start=False)
        second.configure(self.config(ledger={"path": str(first.ledger_path)}))
        self.refused(second, "ledger")
        self.assertEqual(first.chat(chat(PRICED)).status, 200)
        first.stop()

    def test_a_missing_or_broken_model_file_is_refused(self):
        weir = self.weir(start=False, local={"model": "/nonexistent/model.gguf"})
        self.refused(weir, "/nonexistent/model.gguf")
        weir = self.weir(start=False)
        broken = weir.directory / "broken.gguf"
        broken.write_bytes(b"GGUF" + b"\xff" * 200)
        weir.configure(self.config(local={"model": str(broken)}))
        self.refused(weir, "broken.gguf")

    def test_a_missing_provider_key_is_refused(self):
        weir = self.weir(start=False)
        weir.configure({"backend": [backend(self.mock, MODELS, api_key="env:WEIR_TEST_ABSENT_KEY")]})
        self.refused(weir, "WEIR_TEST_ABSENT_KEY")

    def test_plain_http_beyond_loopback_is_refused(self):
        weir = self.weir(start=False)
        teams = [{"name": "a", "keys": [team_key_line(TEAM_KEY)], "privacy": "any"}]
        weir.configure(self.config(server={"listen": f"0.0.0.0:{weir.port}"}, team=teams))
        self.refused(weir, "listen")
        weir.configure(self.config(server={"listen": f"0.0.0.0:{weir.port}", "allow_plaintext": True}))
        self.refused(weir, "listen")  # without keys
        weir.configure(self.config(server={"admin_listen": f"0.0.0.0:{weir.admin_port}"}))
        self.refused(weir, "admin_listen")

    def test_plain_http_to_an_upstream_beyond_loopback_is_refused(self):
        weir = self.weir(start=False)
        weir.configure({"backend": [{**backend(self.mock, MODELS), "base_url": "http://192.0.2.7/v1"}]})
        self.refused(weir, "base_url")

    def test_a_world_readable_key_file_is_refused(self):
        weir = self.weir(start=False)
        key = weir.directory / "provider.key"
        key.write_text("sk-abc")
        key.chmod(0o644)
        weir.configure({"backend": [backend(self.mock, MODELS, api_key=f"file:{key}")]})
        self.refused(weir, "provider.key")


class Validate(WithMock):
    def test_exit_codes(self):
        weir = self.weir(start=False)
        good = weir.run("validate")
        self.assertEqual(good.returncode, 0, good.stdout + good.stderr)
        weir.config_path.write_text(weir.config_path.read_text() + "\n[servr]\nlisten = \"a\"\n")
        bad = weir.run("validate")
        self.assertEqual(bad.returncode != 0 and bad.returncode < 126, True)
        self.assertIn("servr", bad.stdout + bad.stderr)
        self.assertIn("weir.toml:", bad.stdout + bad.stderr)
        weir.config_path.unlink()
        self.assertNotEqual(weir.run("validate").returncode, 0)

    def test_files_that_it_names_are_opened(self):
        weir = self.weir(start=False)
        broken = weir.directory / "broken.gguf"
        broken.write_bytes(b"GGUF but no more")
        faulty = ("server.tls", {"certificate": "/no/such.pem", "key": "/no/such.key"}), \
                 ("local", {"model": str(broken)}), ("log", {"file": "/no/such/folder/weir.log"}), \
                 ("ledger", {"path": "/no/such/folder/ledger.db"})
        weir.config_path.write_text("".join(
            f"[{section}]\n" + "".join(f'{key} = "{value}"\n' for key, value in keys.items())
            for section, keys in faulty))
        done = weir.run("validate")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        said = done.stderr.splitlines()
        self.assertEqual(len(said), 4, said)
        for line, about in zip(said, ("[server.tls]: ", "[local] model: ",
                                      "[log] file: /no/such/folder/weir.log: its folder",
                                      "[ledger] path: /no/such/folder/ledger.db: its folder")):
            self.assertIn("weir.toml: " + about, line)
        done = weir.run("validate", "--without-files")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_help_and_version(self):
        weir = self.weir(start=False)
        for arguments, code in ((["--help"], 0), (["serve", "--help"], 0), (["version"], 0), (["--version"], 0),
                                (["report", "--help"], 0), (["eval-mini", "--help"], 0),
                                (["no-such-command"], None), (["eval-mini", "--form", "no-such-form"], None),
                                (["serve", "--no-such-option"], None)):
            done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=20, env=weir.env)
            with self.subTest(arguments=arguments):
                if code is None:
                    self.assertNotEqual(done.returncode, 0)
                else:
                    self.assertEqual(done.returncode, code, done.stderr)
                self.assertTrue(done.stdout + done.stderr)
                self.assertNotRegex(done.stdout + done.stderr, "[\\x00-\\x08\\x1b]")  # no colour in a pipe

    def test_output_that_nobody_takes_is_a_failure(self):
        for arguments in (["example-config"], ["version"], ["generate", "Hello"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([BINARY, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
            self.assertEqual(done.returncode, 1, arguments)
            self.assertIn("standard output cannot be written", done.stderr)

    def test_a_verb_that_is_none_is_named(self):
        weir = self.weir(start=False)
        for arguments, word in ((["serv"], "serv"), (["keys", "lst"], "lst"), (["keys"], "subcommand")):
            done = weir.run(*arguments)
            self.assertEqual(done.returncode, 2)
            self.assertTrue(done.stderr.startswith("weir: "), done.stderr)
            self.assertIn(word, done.stderr)


class Tls(WithMock):
    def certificate(self, directory):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-keyout", directory / "tls.key", "-out", directory / "tls.crt", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                       check=True, capture_output=True)

    def test_a_tls_listener_answers_and_refuses_plain_http(self):
        weir = self.weir(start=False)
        self.certificate(weir.directory)
        tls = {"certificate": str(weir.directory / "tls.crt"), "key": str(weir.directory / "tls.key")}
        weir.configure(self.config(server={"tls": tls}))
        weir.start(wait=False)
        context = ssl.create_default_context(cafile=str(weir.directory / "tls.crt"))

        def ask(body):
            return request(weir.port, "POST", "/v1/chat/completions", body, tls=context)

        def ready():
            try:
                return request(weir.port, "GET", "/readyz", tls=context).status == 200
            except OSError:
                return False
        self.assertTrue(wait_until(ready, 20), weir.log())
        self.assertEqual(ask(chat(PRICED)).status, 200)
        self.assertTrue(ask(chat(PRICED, stream=True)).body.endswith(b"data: [DONE]\n\n"))
        leaving = Client(weir.port, tls=context)
        leaving.send("POST", "/v1/chat/completions", chat("mock-hang-mid", stream=True))
        leaving.head()
        leaving.read_some()
        leaving.leave()
        self.assertTrue(wait_until(lambda: self.mock.state()["aborted"] == 1, 2), "leaving over TLS went unnoticed")
        with self.assertRaises(Exception):
            request(weir.port, "GET", "/healthz", timeout=5)
        weir.stop()


class Keys(unittest.TestCase):
    def new_key(self, *more):
        return subprocess.run([str(BINARY), "keys", "new", *more], capture_output=True, text=True, timeout=20)

    def test_a_new_key_lets_its_team_in_and_no_other_key_does(self):
        made = json.loads(self.new_key("--team", "payments", "--json").stdout)
        self.assertRegex(made["key"], r"^weir_[0-9A-Za-z]{8}_[0-9A-Za-z]{32,}$")
        weir = Weir({"team": [{"name": made["team"], "keys": [made["config_line"]], "privacy": "any"}]})
        try:
            for key, status in ((made["key"], 200), (made["key"][:-1] + "?", 401), ("weir_none", 401)):
                self.assertEqual(weir.get("/v1/models", {"authorization": f"Bearer {key}"}).status, status)
            weir.stop()
        finally:
            weir.discard()

    def test_the_text_shows_key_and_line_once(self):
        text = self.new_key("--team", "payments").stdout
        self.assertEqual(text.count("weir_"), 1)
        self.assertEqual(text.count(":sha256:"), 1)
        self.assertIn("payments", text)

    def test_two_keys_differ(self):
        self.assertNotEqual(self.new_key().stdout, self.new_key().stdout)


if __name__ == "__main__":
    testing.main()

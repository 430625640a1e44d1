#!/usr/bin/env python3
"""Receipts, logged bodies, replays and the sandbox of the real program."""
import hashlib
import http.client
import json
import pathlib
import re
import shutil
import sqlite3
import stat
import subprocess
import tempfile
import threading
import time
import unittest

import testing
import tiny_gguf
from weir_process import (PRICE, PRICED, TEAM_KEY, Mock, Weir, backend, chat, in_threads, team_key_line, wait_until)

RECEIPTS = {"receipts": {"enabled": True}}
OPENSSL = shutil.which("openssl")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Audited(unittest.TestCase):
    """A weir with a local model and a cloud, and receipts."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="weir-audit-")
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.model = tiny_gguf.write_model(self.path / "parrot.gguf")
        self.mock = Mock()
        self.addCleanup(self.mock.stop)

    def serve(self, **more):
        config = {**RECEIPTS, "local": {"model": str(self.model)}, "backend": [backend(self.mock, [PRICED, "mock-hang-mid"])],
                  "price": [PRICE], **more}
        weir = Weir(config, directory=self.path)
        self.addCleanup(weir.discard)
        return weir

    def audit(self, weir, verb, *options):
        return weir.run("audit", verb, *options)

    def receipt(self, weir, request_id):
        shown = self.audit(weir, "show", request_id)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        return json.loads(shown.stdout)

    def lines(self):
        return [line for path in sorted(self.path.glob("receipts-*.jsonl")) for line in path.read_bytes().splitlines()]

    def verify(self, weir, *options):
        done = self.audit(weir, "verify", *options)
        return done.returncode, done.stdout + done.stderr


class Receipts(Audited):
    def test_a_local_answer_has_a_receipt_of_what_came_and_went(self):
        weir = self.serve()
        body = json.dumps(chat("local", "Say hi", max_tokens=8)).encode()
        answer = weir.chat(body.decode())
        receipt = self.receipt(weir, answer.header("x-request-id"))
        self.assertEqual(receipt["request_sha256"], sha256(body))
        self.assertEqual(receipt["answer_sha256"], sha256(answer.body))
        self.assertEqual((receipt["route"], receipt["destination"], receipt["egress_bytes"], receipt["permit_id"]),
                         ("local", "none", 0, 0))
        self.assertEqual(receipt["model_hash"], "sha256:" + hashlib.sha256(self.model.read_bytes()).hexdigest())
        self.assertIsInstance(receipt["seed"], int)
        self.assertEqual(answer.header("x-weir-receipt"), f"{receipt['seq']}:{receipt['hash']}")
        self.assertIsNone(answer.header("x-weir-receipt-json"))

    def test_a_cloud_answer_says_where_and_how_much(self):
        weir = self.serve()
        answer = weir.chat(chat(PRICED), {"x-weir-want-receipt": "true"})
        receipt = json.loads(answer.header("x-weir-receipt-json"))
        self.assertEqual((receipt["route"], receipt["destination"], receipt["status"]), ("cloud", "127.0.0.1", 200))
        self.assertGreater(receipt["permit_id"], 0)
        sent = self.mock.last()
        self.assertGreater(receipt["egress_bytes"], len(sent["body"]))
        self.assertLess(receipt["egress_bytes"], len(sent["body"]) + 1000)
        self.assertEqual(receipt["answer_sha256"], sha256(answer.body))

    def test_a_stream_s_receipt_is_of_its_bytes_and_comes_as_a_comment_to_who_wants_it(self):
        weir = self.serve()
        plain = weir.chat(chat("local", stream=True, max_tokens=8))
        receipt = self.receipt(weir, plain.header("x-request-id"))
        self.assertTrue(receipt["stream"])
        self.assertEqual(receipt["answer_sha256"], sha256(plain.body))
        wanted = weir.chat(chat("local", stream=True, max_tokens=8), {"x-weir-want-receipt": "true"})
        told = re.search(rb"^: x-weir-receipt-json (\{.*\})\n\n", wanted.body, re.MULTILINE)
        self.assertTrue(wanted.body.endswith(b"data: [DONE]\n\n"))
        without = re.sub(rb"^: .*\n\n", b"", wanted.body, flags=re.MULTILINE)
        self.assertEqual(json.loads(told.group(1))["answer_sha256"], sha256(without))

    def test_refused_failed_and_abandoned_requests_have_receipts(self):
        weir = self.serve(team=[{"name": "red", "privacy": "any", "keys": [team_key_line(TEAM_KEY)]}])
        key = {"authorization": "Bearer " + TEAM_KEY}
        ids = [weir.chat(chat("local")).header("x-request-id"), weir.chat("{", key).header("x-request-id")]
        client = weir.begin_chat(chat("mock-hang-mid", stream=True), key)
        client.head()
        client.read_some()
        client.leave()
        self.assertTrue(wait_until(lambda: len(self.lines()) == 3))
        receipts = [json.loads(line) for line in self.lines()]
        self.assertEqual([receipt["status"] for receipt in receipts], [401, 400, 499])
        self.assertEqual([receipt["id"] for receipt in receipts[:2]], ids)
        self.assertEqual(receipts[1]["request_sha256"], sha256(b"{"))
        self.assertEqual((receipts[2]["team"], receipts[2]["destination"]), ("red", "127.0.0.1"))
        self.assertEqual(self.verify(weir)[0], 0)

    def test_no_receipt_holds_a_word_of_prompt_or_answer(self):
        weir = self.serve()
        weir.chat(chat("local", "canary-prompt-8731"))
        weir.chat(chat(PRICED, "canary-prompt-8731"))
        self.assertNotIn(b"canary-prompt", b"".join(self.lines()))
        self.assertFalse((self.path / "bodies.db").exists())

    @unittest.skipUnless(OPENSSL, "needs the openssl program")
    def test_another_program_can_check_hash_and_signature(self):
        weir = self.serve()
        weir.chat(chat("local"))
        line = self.lines()[0]
        body, tail = line[:-212] + b"}", json.loads(line)
        self.assertEqual(sha256(body), tail["hash"])
        key, data, signature = (self.path / name for name in ("key.pem", "body", "signature"))
        key.write_text(self.audit(weir, "key").stdout)
        data.write_bytes(body)
        signature.write_bytes(bytes.fromhex(tail["sig"]))
        done = subprocess.run([OPENSSL, "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", data, "-sigfile",
                               signature], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_what_is_changed_or_cut_off_is_found(self):
        weir = self.serve()
        for _ in range(4):
            last = weir.chat(chat("local", max_tokens=2))
        weir.stop()
        head = last.header("x-weir-receipt").split(":")[1]
        self.assertEqual(self.verify(weir, "--head", head)[0], 0)
        path = next(self.path.glob("receipts-*.jsonl"))
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b'"egress_bytes":0', b'"egress_bytes":1', 1))
        self.assertEqual(self.verify(weir)[0], 1)
        path.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
        code, said = self.verify(weir)
        self.assertEqual(code, 1)
        self.assertIn(last.header("x-request-id"), said)  # the ledger knows of it
        self.assertEqual(self.verify(weir, "--no-ledger")[0], 0)
        self.assertEqual(self.verify(weir, "--no-ledger", "--head", head)[0], 1)

    def test_after_kills_the_chain_goes_on_and_holds_what_was_acknowledged(self):
        weir = self.serve()
        acknowledged = []

        def ask(_):
            try:
                while True:
                    answer = weir.chat(chat("local", max_tokens=1), timeout=5)
                    acknowledged.append(answer.header("x-weir-receipt").split(":")[1].encode())
            except (OSError, http.client.HTTPException):
                return

        for _ in range(5):
            workers = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
            for worker in workers:
                worker.start()
            time.sleep(0.3)
            weir.kill()
            for worker in workers:
                worker.join()
            weir.start()
        self.assertGreater(len(acknowledged), 20)
        hashes = {json.loads(line)["hash"].encode() for line in self.lines()}
        self.assertEqual([h for h in acknowledged if h not in hashes], [])
        code, said = self.verify(weir)
        self.assertEqual(code, 0, said)

    def test_a_torn_tail_is_cut_and_told_of(self):
        weir = self.serve()
        for _ in range(2):
            weir.chat(chat("local", max_tokens=1))
        weir.stop()
        path = next(self.path.glob("receipts-*.jsonl"))
        path.write_bytes(path.read_bytes()[:-40])
        weir.start()
        self.assertIn("torn tail", weir.log())
        weir.chat(chat("local", max_tokens=1))
        self.assertEqual(self.verify(weir, "--no-ledger")[0], 0)


class Bodies(Audited):
    TEAM = {"name": "red", "privacy": "any", "log_bodies": True}

    def ids(self):
        path = self.path / "bodies.db"
        if not path.exists():
            return []
        try:
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
                return [row[0] for row in database.execute("SELECT CAST(request AS TEXT) FROM bodies ORDER BY id")]
        except sqlite3.OperationalError:
            return []  # it is being made

    def test_bodies_are_kept_of_teams_that_want_it_for_their_owner_alone(self):
        weir = self.serve(team=[self.TEAM])
        weir.chat(chat("local", "kept words", max_tokens=2))
        self.assertTrue(wait_until(lambda: len(self.ids()) == 1))
        self.assertIn("kept words", self.ids()[0])
        self.assertEqual(stat.S_IMODE((self.path / "bodies.db").stat().st_mode), 0o600)

    def test_local_only_requests_need_a_flag_of_their_own(self):
        weir = self.serve(team=[self.TEAM])
        weir.chat(chat("local", "private words", max_tokens=2), {"x-weir-privacy": "local_only"})
        weir.chat(chat("local", "other words", max_tokens=2))
        self.assertTrue(wait_until(lambda: len(self.ids()) == 1))
        self.assertNotIn("private", self.ids()[0])
        weir.stop()
        weir = self.serve(team=[{**self.TEAM, "log_bodies_local_only": True}])
        weir.chat(chat("local", "private words", max_tokens=2), {"x-weir-privacy": "local_only"})
        self.assertTrue(wait_until(lambda: len(self.ids()) == 2))

    def test_who_logs_no_more_leaves_nothing(self):
        weir = self.serve(team=[self.TEAM])
        weir.chat(chat("local", "kept words", max_tokens=2))
        self.assertTrue(wait_until(lambda: len(self.ids()) == 1))
        weir.stop()
        weir = self.serve(team=[{**self.TEAM, "log_bodies": False}])
        self.assertTrue(wait_until(lambda: self.ids() == []))
        self.assertNotIn(b"kept words", (self.path / "bodies.db").read_bytes())


class Replay(Audited):
    TEAM = {"name": "red", "privacy": "any", "log_bodies": True}
    MINI = {"model": None, "slots": 8}  # the one inside the program, whose answers can differ

    def replay(self, weir, request_id):
        done = self.audit(weir, "replay", request_id)
        return done.returncode, done.stdout + done.stderr

    def test_answers_given_under_load_come_out_again_greedy_and_sampled_whole_and_streamed(self):
        weir = self.serve(team=[self.TEAM], local=self.MINI)
        ids = []
        texts = set()

        def ask(number):
            more = [{"temperature": 0}, {"temperature": 1.5}, {"temperature": 1.5, "seed": 7},
                    {"temperature": 1.2, "top_p": 0.9, "stream": True}][number % 4]
            for turn in range(3):
                answer = weir.chat(chat("local", f"Say something of {turn}. " * 9, max_tokens=40, **more))
                ids.append(answer.header("x-request-id"))
                texts.add(re.sub(rb"req_\w+|chatcmpl-\w+", b"", answer.body))

        in_threads(8, ask)
        weir.stop()
        self.assertEqual(len(ids), 24)
        self.assertGreater(len(texts), 6)
        for request_id in ids[::2]:
            code, said = self.replay(weir, request_id)
            self.assertEqual(code, 0, said)
            self.assertIn("the same answer", said)

    def test_the_drawn_seed_decides_the_answer(self):
        weir = self.serve(team=[self.TEAM], local=self.MINI)
        texts = {weir.chat(chat("local", "Tell me about it.", temperature=2.0, max_tokens=30)).json()["choices"][0]["message"]["content"]
                 for _ in range(16)}
        self.assertGreater(len(texts), 1)

    def test_another_model_file_is_named(self):
        weir = self.serve(team=[self.TEAM])
        answer = weir.chat(chat("local", "abc", temperature=0, max_tokens=20))
        weir.stop()
        tiny_gguf.write_model(self.model, tiny_gguf.caller())
        code, said = self.replay(weir, answer.header("x-request-id"))
        self.assertEqual(code, 1)
        self.assertIn("model file: then", said)

    def test_what_was_not_answered_here_is_refused(self):
        weir = self.serve(team=[self.TEAM])
        answer = weir.chat(chat(PRICED))
        weir.stop()
        code, said = self.replay(weir, answer.header("x-request-id"))
        self.assertEqual(code, 1)
        self.assertIn("not answered by a local model", said)


class SandboxOfTheServer(Audited):
    def status(self, weir):
        return dict(line.split(":\t", 1) for line in
                    pathlib.Path(f"/proc/{weir.process.pid}/status").read_text().splitlines() if ":\t" in line)

    def test_a_server_has_no_new_privileges_and_a_filter(self):
        weir = self.serve()
        status = self.status(weir)
        self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))
        self.assertRegex(weir.log(), r"sandbox: files by Landlock ABI \d+, system calls by seccomp")

    def test_it_can_be_turned_off(self):
        weir = self.serve(server={"sandbox": "off"})
        self.assertEqual(self.status(weir)["Seccomp"], "0")

    def test_a_reload_reads_what_lies_beside_the_old_and_says_why_it_cannot_read_elsewhere(self):
        weir = self.serve()
        self.assertEqual(weir.chat(chat("local", max_tokens=1)).status, 200)
        second = tiny_gguf.write_model(self.path / "second.gguf")
        config = {**RECEIPTS, "local": {"model": str(second)}, "backend": [backend(self.mock, [PRICED])], "price": [PRICE]}
        weir.configure(config)
        weir.signal(1)
        self.assertTrue(wait_until(lambda: "reloaded the configuration" in weir.log()))
        self.assertEqual(weir.chat(chat("local", max_tokens=1)).status, 200)
        with tempfile.TemporaryDirectory(prefix="weir-elsewhere-") as elsewhere:
            third = tiny_gguf.write_model(pathlib.Path(elsewhere) / "third.gguf")
            weir.configure({**config, "local": {"model": str(third)}})
            weir.signal(1)
            self.assertTrue(wait_until(lambda: "sandbox_paths" in weir.log()))
        self.assertEqual(weir.chat(chat("local", max_tokens=1)).status, 200)


if __name__ == "__main__":
    testing.main()

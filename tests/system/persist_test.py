#!/usr/bin/env python3
"""What the local model has read outlives the process, for teams that want it, and for nobody else."""
import json
import os
import pathlib
import random
import re
import signal
import stat
import subprocess
import tempfile
import unittest

import testing
import tiny_gguf
from weir_process import BINARY, Weir, wait_until

SECRET = "the merger of Alder and Birch is signed on Friday; "


def prompt(seed, letters=320):
    """A letter a token; begins with what nobody may find on disk."""
    rng = random.Random(seed)
    return SECRET + "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(letters))


def ask(weir, text, headers=None):
    answer = weir.chat({"model": "local", "messages": [{"role": "user", "content": text}], "temperature": 0,
                        "max_tokens": 8, "logprobs": True}, headers)
    assert answer.status == 200, answer
    return answer


def told(answer):
    """The answer with its probabilities: equal only if every bit of the logits was."""
    choice = answer.json()["choices"][0]
    return choice["message"]["content"], choice["logprobs"]


def from_disk(answer):
    found = re.fullmatch(r"prefix=\d+/\d+(?:; disk=(\d+))?", answer.header("x-weir-cache"))
    return int(found.group(1) or 0)


class Persistence(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="weir-persist-")
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.model = tiny_gguf.write_model(self.path / "parrot.gguf")
        self.kept = self.path / "kv_cache"

    def config(self, local=None, **team):
        return {"local": {"model": str(self.model), **(local or {})},
                "team": [{"name": "red", "privacy": "any", "kv_persist": True, **team}]}

    def serve(self, **team):
        weir = Weir(self.config(**team), directory=self.path)
        self.addCleanup(weir.discard)
        return weir

    def files(self):
        return [path for path in self.kept.rglob("*") if path.is_file() and path.name != "secret"]

    def reload(self, weir, config):
        """Back when the new configuration is in force: its folder is made a little before."""
        before = weir.log().count("reloaded the configuration")
        weir.configure(config)
        weir.signal(signal.SIGHUP)
        self.assertTrue(wait_until(lambda: weir.log().count("reloaded the configuration") > before), weir.log())

    def restart(self, weir):
        weir.stop()
        weir.start()

    def test_a_restarted_weir_answers_a_warm_agents_first_turn_from_disk_with_the_same_bits(self):
        weir = self.serve()
        cold = ask(weir, prompt(1))
        self.assertEqual(from_disk(cold), 0)
        self.restart(weir)
        warm = ask(weir, prompt(1))
        self.assertEqual(told(warm), told(cold))
        self.assertGreaterEqual(from_disk(warm), 320)
        usage = warm.json()["usage"]
        self.assertEqual(usage["prompt_tokens_details"]["cached_tokens"], from_disk(warm))
        self.assertEqual(from_disk(ask(weir, prompt(1))), 0)  # now from memory
        self.assertGreaterEqual(weir.metric("weir_engine_prefix_disk_tokens_total"), 320)
        self.assertGreater(weir.metric("weir_kv_disk_bytes"), 0)
        self.assertGreater(weir.metric("weir_kv_disk_read_bytes_total"), 0)
        weir.stop()

    def test_a_killed_weir_keeps_what_it_had_written(self):
        weir = self.serve()
        cold = ask(weir, prompt(2))
        wanted = (cold.json()["usage"]["prompt_tokens"]) // 64
        self.assertTrue(wait_until(lambda: len([f for f in self.files() if "." not in f.name]) >= wanted))
        weir.kill()
        weir.start()
        warm = ask(weir, prompt(2))
        self.assertEqual(told(warm), told(cold))
        self.assertGreater(from_disk(warm), 0)
        weir.stop()

    def test_what_lies_on_disk_is_its_owners_alone_and_tells_nothing(self):
        before = os.umask(0)
        try:
            weir = self.serve()
        finally:
            os.umask(before)
        ask(weir, prompt(3))
        weir.stop()
        self.assertTrue(self.files())
        for path in [self.kept, *self.kept.rglob("*")]:
            wanted = 0o700 if path.is_dir() else 0o600
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), wanted, path)
            self.assertNotIn("red", path.relative_to(self.path).as_posix())
        for path in self.files():
            self.assertNotIn(b"merger", path.read_bytes())

    def test_damaged_files_are_deleted_and_cost_no_answer(self):
        weir = self.serve()
        cold = ask(weir, prompt(4))
        weir.stop()
        for index, path in enumerate(self.files()):
            data = bytearray(path.read_bytes())
            if index % 3 == 0:
                data = data[:len(data) // 2]
            elif index % 3 == 1:
                data[len(data) // 2] ^= 1
            else:
                data[8] = 99
            path.write_bytes(data)
        weir.start()
        self.assertEqual(told(ask(weir, prompt(4))), told(cold))
        self.assertIn("kv_persist: deleted", weir.log())
        self.assertGreaterEqual(weir.metric("weir_kv_disk_refused_total"), 1)
        weir.stop()

    def test_another_model_finds_nothing(self):
        weir = self.serve()
        ask(weir, prompt(5))
        weir.stop()
        data = bytearray(self.model.read_bytes())
        data[-1] ^= 1  # a weight's last bit but one
        self.model.write_bytes(data)
        weir.start()
        self.assertEqual(from_disk(ask(weir, prompt(5))), 0)
        weir.stop()

    def test_a_request_that_was_made_local_only_leaves_nothing_unless_the_team_says_so(self):
        weir = self.serve()
        ask(weir, prompt(6), {"x-weir-privacy": "local_only"})
        weir.stop()
        self.assertEqual(self.files(), [])
        weir.configure(self.config(kv_persist_local_only=True))
        weir.start()
        ask(weir, prompt(6), {"x-weir-privacy": "local_only"})
        weir.stop()
        self.assertNotEqual(self.files(), [])

    def test_a_local_only_team_is_refused_without_an_explicit_yes(self):
        weir = Weir(self.config(privacy="local_only"), directory=self.path, start=False)
        done = weir.run("validate")
        self.assertEqual(done.returncode, 1)
        self.assertIn("team red", done.stderr)
        self.assertIn("kv_persist_local_only", done.stderr)
        weir.configure(self.config(privacy="local_only", kv_persist_local_only=True))
        self.assertEqual(weir.run("validate").returncode, 0)

    def test_without_kv_persist_nothing_is_written(self):
        weir = self.serve(kv_persist=False)
        ask(weir, prompt(7))
        weir.stop()
        self.assertFalse(self.kept.exists())

    def test_who_turns_it_off_again_loses_the_files_at_a_reload_or_start(self):
        weir = self.serve()
        ask(weir, prompt(8))
        self.assertTrue(wait_until(self.files))
        self.reload(weir, self.config(kv_persist=False))
        self.assertTrue(wait_until(lambda: not self.kept.exists()), weir.log())
        ask(weir, prompt(9))
        self.reload(weir, self.config())
        self.assertTrue(self.kept.exists(), weir.log())
        ask(weir, prompt(10))
        self.assertTrue(wait_until(self.files))
        weir.stop()
        weir.configure(self.config(kv_persist=False))
        weir.start()
        self.assertFalse(self.kept.exists())
        weir.stop()

    def test_a_person_lists_and_deletes_what_is_kept_while_weir_serves(self):
        weir = self.serve()
        cold = ask(weir, prompt(11))
        self.assertTrue(wait_until(self.files))
        listed = json.loads(self.kv(weir, "list", "--json").stdout)
        self.assertEqual([each["team"] for each in listed], ["red"])
        self.assertGreater(listed[0]["bytes"], 0)
        self.assertIn("red  ", self.kv(weir, "list").stdout)
        self.assertEqual(self.kv(weir, "clear").returncode, 2)
        self.assertEqual(self.kv(weir, "clear", "--team", "blue").returncode, 1)
        self.assertTrue(self.files())
        weir.stop()
        weir.start()
        self.assertEqual(self.kv(weir, "clear", "--team", "red").returncode, 0)
        self.assertEqual(self.files(), [])
        again = ask(weir, prompt(11))
        self.assertEqual((told(again), from_disk(again)), (told(cold), 0))
        weir.stop()
        self.assertTrue(self.files())
        self.assertEqual(self.kv(weir, "clear", "--all").returncode, 0)
        self.assertEqual(self.files(), [])

    @staticmethod
    def kv(weir, *options):
        return subprocess.run([str(BINARY), "kv", *options, "--config", str(weir.config_path)], env=weir.env,
                              capture_output=True, text=True, timeout=60)

    def test_a_folder_that_cannot_be_used_leaves_weir_serving(self):
        self.kept.write_text("a file in its place")
        weir = self.serve()
        self.assertIn("kv_persist: nothing is kept on disk", weir.log())
        ask(weir, prompt(12))
        weir.stop()
        self.assertEqual(self.kept.read_text(), "a file in its place")


if __name__ == "__main__":
    testing.main()

#!/usr/bin/env python3
"""What one team asks the local engine shows in no other team's answers, and a flood of it keeps nobody out."""
import pathlib
import tempfile
import threading
import unittest

import testing
import tiny_gguf
from weir_process import Weir, request, team_key_line

KEYS = {name: f"weir_Isolat0{number}_{name}SecretOfTheTest0123456789abcdefghijklmnop"
        for number, name in enumerate(("red", "blue"))}
SECRET = "the merger of Alder and Birch is signed on Friday; " * 6
SCHEMA = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": {
    "type": "object", "properties": {"yes": {"type": "boolean"}}, "required": ["yes"],
    "additionalProperties": False}}}


class Isolation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="weir-isolation-")
        model = tiny_gguf.write_model(pathlib.Path(cls.folder.name) / "parrot.gguf")
        cls.weir = Weir({"local": {"model": str(model), "slots": 2, "max_queue": 4},
                         "team": [{"name": name, "keys": [team_key_line(key)]} for name, key in KEYS.items()]})

    @classmethod
    def tearDownClass(cls):
        try:
            cls.weir.stop()
        finally:
            cls.weir.discard()
            cls.folder.cleanup()

    def ask(self, team, text, **more):
        body = {"model": "local", "messages": [{"role": "user", "content": text}], "temperature": 0,
                "max_tokens": 8, **more}
        answer = request(self.weir.port, "POST", "/v1/chat/completions", body,
                         {"authorization": f"Bearer {KEYS[team]}"})
        self.assertEqual(answer.status, 200, answer)
        return answer

    def cached(self, answer):
        usage = answer.json()["usage"]
        return usage.get("prompt_tokens_details", {}).get("cached_tokens", 0)

    def test_no_token_of_another_teams_prompt_is_found(self):
        for number in range(20):
            text = f"{number} {SECRET}"
            first = self.ask("red", text)
            spying = self.ask("blue", text)
            again = self.ask("red", text)
            self.assertLess(self.cached(spying), 20)  # what the template says to all
            self.assertGreater(self.cached(again), 250)
            self.assertEqual(spying.json()["choices"], first.json()["choices"])

    def test_a_schema_that_another_team_uses_changes_no_answer(self):
        first = self.ask("red", "json please", response_format=SCHEMA, max_tokens=60)
        other = self.ask("blue", "json please", response_format=SCHEMA, max_tokens=60)
        self.assertEqual(other.json()["choices"], first.json()["choices"])

    def test_a_team_that_fills_slots_and_queue_keeps_no_other_out(self):
        statuses, going = [], threading.Event()

        def flood(number):
            body = {"model": "local", "messages": [{"role": "user", "content": f"{number} " + "f" * 200}],
                    "max_tokens": 200, "temperature": 0}
            while not going.is_set():
                answer = request(self.weir.port, "POST", "/v1/chat/completions", body,
                                 {"authorization": f"Bearer {KEYS['red']}"})
                statuses.append(answer.status)

        threads = [threading.Thread(target=flood, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        try:
            for number in range(20):
                self.ask("blue", f"quiet {number}")
        finally:
            going.set()
            for thread in threads:
                thread.join()
        self.assertIn(429, statuses)  # the queue was full all the while
        self.assertIn(200, statuses)


if __name__ == "__main__":
    testing.main()

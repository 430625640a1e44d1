#!/usr/bin/env python3
"""Every private value that the other tests make is found by the program, as its kind and from its first byte to its
last. WEIR_EGRESS_SEED repeats a run."""
import json
import os
import random
import re
import time

import testing
from private_values import GENERATORS, PATTERN, WORDS, PrivateValue
from served import Served
from weir_process import TEAM_KEY, backend, chat, team_key_line

SEED = int(os.environ.get("WEIR_EGRESS_SEED", str(int(time.time()))))
OF_EACH = 40


class EveryKind(Served):
    @classmethod
    def config(cls):
        team = {"name": "red", "keys": [team_key_line(TEAM_KEY)], "privacy": "redact", "redact": list(GENERATORS)}
        return {"backend": [backend(cls.mock, ["mock-normal"])], "team": [team],
                "pattern": [{"name": "house", "pattern": PATTERN, "words": WORDS}]}

    def test_a_generated_value_is_found_as_its_kind_and_whole(self):
        rng = random.Random(SEED)
        for kind, generators in GENERATORS.items():
            for number, generator in enumerate(generators):
                with self.subTest(kind=kind, generator=number, seed=SEED):
                    values = [PrivateValue(kind, *generator(rng)) for _ in range(OF_EACH)]
                    self.assertEqual([value for value in values if not self.leaves_as_alias(value)], [])

    def leaves_as_alias(self, value):
        self.mock.reset()
        answer = self.weir.chat(chat("mock-normal", f"Well, {value.text} then"), {"x-api-key": TEAM_KEY})
        self.assertEqual(answer.status, 200, answer)
        sent = json.loads(self.mock.last()["body"])["messages"][0]["content"]
        return answer.header("x-weir-redacted") == f"{value.kind}=1" and re.fullmatch(
            rf"Well, {re.escape(value.lead)}\[PII[A-Z]*_[A-Z]+_1\] then", sent)


if __name__ == "__main__":
    testing.main()

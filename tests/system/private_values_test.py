#!/usr/bin/env python3
"""Every private value that the other tests make is found by the program, as its kind and from its first byte to its
last. WEIR_EGRESS_SEED repeats a run."""
import json
import os
import random
import re
import time

import testing
from private_values import CONTEXTS, GENERATORS, PATTERN, WORDS, PrivateValue, value_of
from served import Served
from weir_process import TEAM_KEY, backend, chat, team_key_line

SEED = int(os.environ.get("WEIR_EGRESS_SEED", str(int(time.time()))))
OF_EACH = 20


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

    def test_a_generated_value_is_found_in_lists_tables_and_code(self):
        rng = random.Random(SEED)
        for kind in GENERATORS:
            for context in CONTEXTS:
                with self.subTest(kind=kind, context=context, seed=SEED):
                    values = [value_of(rng, kind) for _ in range(OF_EACH // 4)]
                    texts = [context.format(value.text, value.text) for value in values]
                    left = [text for text, value in zip(texts, values) if value.value in self.sent(text)[1]]
                    self.assertEqual(left, [])

    def sent(self, text):
        """What is told of the redaction, and the text that left."""
        self.mock.reset()
        answer = self.weir.chat(chat("mock-normal", text), {"x-api-key": TEAM_KEY})
        self.assertEqual(answer.status, 200, answer)
        return answer.header("x-weir-redacted"), json.loads(self.mock.last()["body"])["messages"][0]["content"]

    def leaves_as_alias(self, value):
        told, sent = self.sent(f"Well, {value.text} then")
        return told == f"{value.kind}=1" and re.fullmatch(
            rf"Well, {re.escape(value.lead)}\[PII[A-Z]*_[A-Z]+_1\] then", sent)


if __name__ == "__main__":
    testing.main()

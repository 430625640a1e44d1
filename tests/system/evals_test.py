#!/usr/bin/env python3
"""weir eval-privacy and eval-delegation as a person runs them, on sets of their own."""
import json
import pathlib
import tempfile
import unittest

import testing
from model_cli_test import weir

CANARIES = pathlib.Path(__file__).resolve().parent.parent.parent / "examples/delegation/canaries.jsonl"
MAIL, CARD = "maria.lopez@example.com", "4111 1111 1111 1111"
HAS_MINI = weir("models", "weir-mini").returncode == 0


def spans(text, **values):
    return {"full_text": text, "spans": [{"entity_type": kind, "start_position": text.index(value),
                                          "end_position": text.index(value) + len(value)}
                                         for kind, value in values.items()]}


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name, "set")

    def evaluated(self, verb, text, *options):
        self.file.write_text(text)
        return weir(verb, self.file, *options)

    def assert_told(self, answer, *parts):
        self.assertEqual((answer.returncode, answer.stdout), (1, ""), answer)
        self.assertEqual(len(answer.stderr.splitlines()), 1, answer.stderr)
        for part in (str(self.file), *parts):
            self.assertIn(part, answer.stderr)


class Privacy(Files):
    def test_spans_are_measured_by_kind(self):
        lines = [spans(f"Write to {MAIL} now.", EMAIL_ADDRESS=MAIL), spans(f"Card {CARD}.", CREDIT_CARD=CARD),
                 spans("No value stands here.", EMAIL_ADDRESS="value")]
        told = json.loads(self.evaluated("eval-privacy", "\n".join(map(json.dumps, lines)), "--json").stdout)
        self.assertEqual(told["texts"], 3)
        self.assertEqual((told["structured"]["labelled"], told["structured"]["right"]), (3, 2))
        self.assertEqual(told["structured"]["precision"], 1.0)
        self.assertAlmostEqual(told["structured"]["recall"], 2 / 3)
        self.assertEqual(len(told["per_kind"]), 2)
        for measure in ("structured", "any"):
            low, high = told[measure]["intervals"]["f2"]
            self.assertLessEqual(low, told[measure]["f2"])
            self.assertGreaterEqual(high, told[measure]["f2"])

    def test_names_are_guessed_unless_they_are_not_wanted(self):
        lines = json.dumps(spans("Please ask Maria Lopez from Berlin.", PERSON="Maria Lopez"))
        for options, right in ((["--json"], 1), (["--json", "--no-names"], 0)):
            told = json.loads(self.evaluated("eval-privacy", lines, *options).stdout)
            self.assertEqual((told["any"]["labelled"], told["any"]["right"]), (1, right))

    def test_secrets_are_measured_after_cleaning(self):
        secret = "ghp_" + "A1b2C3d4E5f6G7h8I9j0" * 2
        samples = [{"rule": "github-pat", "kind": "tps", "text": f"token = {secret[:40]}"},
                   {"rule": "github-pat", "kind": "fps", "text": "token = the one that you were given in the office"},
                   {"rule": "github-pat", "kind": "tps", "text": "ghp_["}]
        told = json.loads(self.evaluated("eval-privacy", json.dumps(samples), "--json").stdout)
        self.assertEqual(told["secrets"]["recall"], 1.0)
        self.assertEqual(told["secrets"]["false_positive_share"], 0.0)
        self.assertEqual(sum(told["left_out"].values()), 1)

    def test_a_broken_line_is_named_and_not_quoted(self):
        answer = self.evaluated("eval-privacy", json.dumps(spans("a", x="a")) + f'\n{{"full_text": "{MAIL}"\n')
        self.assert_told(answer, "2")
        self.assertNotIn(MAIL, answer.stderr)


class Delegation(Files):
    @unittest.skipUnless(HAS_MINI, "built without weir-mini")
    def test_leaks_and_use_are_measured(self):
        told = json.loads(weir("eval-delegation", CANARIES, "--json").stdout)
        samples = [json.loads(line) for line in CANARIES.read_text().splitlines()]
        self.assertEqual(told["asked"]["of"], len(samples))
        self.assertEqual(told["leaked"]["of"], sum(len(sample["canaries"]) for sample in samples))
        self.assertLess(told["leaked"]["share"], told["redacted"]["share"])
        self.assertGreater(told["redacted"]["share"], 0.3)
        for measure in ("asked", "leaked", "redacted", "needed", "merged", "alone"):
            low, high = told[measure]["interval"]
            self.assertTrue(0 <= low <= told[measure]["share"] <= high <= 1, measure)

    def test_what_is_wrong_with_a_line_is_told_and_not_quoted(self):
        good = json.dumps({"messages": [{"role": "user", "content": MAIL}], "canaries": [MAIL]})
        for wrong, told in ((f'["{MAIL}"', "no JSON object"), ('{"canaries": ["x"]}', "messages"),
                            ('{"messages": [], "canaries": []}', "canaries"),
                            ('{"messages": [], "canaries": ["x"], "needed": [1]}', "needed")):
            answer = self.evaluated("eval-delegation", f"{good}\n{wrong}\n")
            self.assert_told(answer, ":2:", told)
            self.assertNotIn(MAIL, answer.stderr)
        self.assert_told(self.evaluated("eval-delegation", ""), "no line")

    def test_a_model_that_is_none_is_named(self):
        good = json.dumps({"messages": [{"role": "user", "content": "x"}], "canaries": ["x"]})
        answer = self.evaluated("eval-delegation", good, "--model", self.file)
        self.assert_told(answer)


if __name__ == "__main__":
    testing.main()

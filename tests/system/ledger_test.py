#!/usr/bin/env python3
"""What the ledger remembers: a row for every request, exact money, honest gaps."""
import json
import re
import subprocess
import sys
import tempfile
import unittest

import testing
from served import Served
from weir_process import (PRICE, PRICED, PRICED_ANSWER_NANOUSD, Mock, Weir, backend, chat, ledger_query, wait_until)

MODELS = [PRICED, "mock-unpriced", "mock-usage-1000000-0-1", "mock-usage-3-0-0", "mock-usage-0-3-1", "mock-no-usage",
          "mock-status-400", "mock-status-503", "mock-reset-mid", "mock-hang-mid",
          {"name": "renamed", "upstream": PRICED}]


class Ledger(Served):
    @classmethod
    def config(cls):
        prices = [PRICE, *({**PRICE, "model": m} for m in MODELS
                           if isinstance(m, str) and m not in (PRICED, "mock-unpriced"))]
        return {"backend": [backend(cls.mock, MODELS, retries=0)], "price": prices}

    def test_cost_is_exact_to_the_nano_dollar_and_rounded_up_once(self):
        table = [(PRICED, PRICED_ANSWER_NANOUSD), ("renamed", PRICED_ANSWER_NANOUSD),
                 ("mock-usage-1000000-0-1", 33_500_100), ("mock-usage-3-0-0", 101),  # 100.5
                 ("mock-usage-0-3-1", 100)]  # impossible: more cached than there are
        for model, nanousd in table[:-1]:
            for stream in (False, True):
                with self.subTest(model=model, stream=stream):
                    row = self.weir.row(self.weir.chat(chat(model, stream=stream)))
                    self.assertEqual(row["cost_nanousd"], nanousd, row)
                    self.assertEqual((row["state"], row["usage_estimated"]), ("settled", 0))

    def test_a_row_has_what_a_report_needs(self):
        answer = self.weir.chat(chat("renamed", stream=True))
        row = self.weir.row(answer)
        self.assertEqual((row["requested_model"], row["model"], row["backend"]), ("renamed", PRICED, "mock"))
        self.assertEqual((row["route"], row["reason"], row["http_status"]), ("cloud", "model-requested", 200))
        self.assertEqual((row["stream"], row["finish"], row["error_code"]), (1, "stop", ""))
        self.assertEqual((row["input_tokens"], row["cache_read_tokens"], row["output_tokens"]), (7, 4, 7))
        self.assertTrue(0 <= row["ttft_us"] <= row["duration_us"], row)
        self.assertNotEqual(row["permit_id"], 0)
        self.assertIn("2026-01-01", row["price_as_of"])
        self.assertGreaterEqual(row["bound_nanousd"], row["cost_nanousd"])

    def test_no_text_of_a_prompt_or_an_answer_is_kept(self):
        self.weir.chat(chat(PRICED, "prompt-canary-7f3a"))
        self.weir.row(self.weir.chat(chat(PRICED)))
        stored = b"".join(path.read_bytes() for path in self.weir.directory.glob("ledger.db*"))
        self.assertNotIn(b"prompt-canary-7f3a", stored + self.weir.output())
        self.assertNotIn(b"Hello from the mock", stored + self.weir.output())

    def test_errors_have_rows_too(self):
        for body, status, route in ((chat("mock-status-400"), 400, None), (chat("mock-status-503"), 503, None),
                                    (chat("nobody-has-this"), 404, "none"), ("{", 400, "none"),
                                    (chat("mock-reset-mid"), 502, None)):
            with self.subTest(body=body):
                answer = self.weir.chat(body)
                self.assertEqual(answer.status, status, answer)
                row = self.weir.row(answer)
                self.assertEqual(row["http_status"], status)
                self.assertNotEqual(row["error_code"], "")
                if route:
                    self.assertEqual((row["route"], row["cost_nanousd"]), (route, 0))

    def test_a_broken_stream_is_billed_for_what_was_counted(self):
        answer = self.weir.chat(chat("mock-reset-mid", stream=True))
        row = self.weir.row(answer)
        self.assertEqual(row["usage_estimated"], 1)
        self.assertGreater(row["cost_nanousd"], 0)
        self.assertNotEqual(row["error_code"], "")

    def test_a_model_without_a_price_is_flagged_and_never_free(self):
        answer = self.weir.chat(chat("mock-unpriced"))
        self.assertEqual(answer.status, 200, answer)
        self.assertNotIn(answer.header("x-weir-cost-usd"), ("0", "0.00", "0.000000000"))
        self.assertIsNone(self.weir.row(answer)["cost_nanousd"])
        self.assertGreaterEqual(self.weir.report()["total"]["unpriced"], 1)

    def test_a_row_is_there_when_the_client_has_its_last_byte(self):
        for number in range(50):
            answer = self.weir.chat(chat(PRICED, stream=bool(number % 2)))
            self.weir.row(answer, seconds=0)

    def test_the_report_equals_the_rows(self):
        self.weir.chat(chat(PRICED))
        self.assertTrue(wait_until(lambda: self.weir.report()["open"] == 0))
        sums = ledger_query(self.weir.ledger_path, """
            SELECT count(*) AS requests, sum(cost_nanousd) AS cost, sum(http_status >= 400) AS errors,
                   sum(input_tokens) AS input, sum(cache_read_tokens) AS cached, sum(output_tokens) AS output
            FROM requests""")[0]
        for by in ("model", "route", "day"):
            report = self.weir.report("--by", by)
            self.assertEqual(report["total"]["requests"], sums["requests"])
            self.assertEqual(sum(line["requests"] for line in report["lines"]), sums["requests"])
            self.assertEqual(sum(line["cost_nanousd"] for line in report["lines"]), sums["cost"])
            self.assertEqual(report["total"]["errors"], sums["errors"])
        csv = self.weir.run("report", "--csv")
        self.assertEqual(csv.returncode, 0, csv.stderr)
        self.assertGreater(len(csv.stdout.splitlines()), 2)
        nobody = self.weir.run("report", "--team", "nobody", "--json")
        self.assertEqual(nobody.returncode, 0)
        self.assertIn('no team is called "nobody"', nobody.stderr)
        self.assertNotEqual(self.weir.run("report", "--by", "colour").returncode, 0)

    def test_the_books_balance_in_the_metrics_and_in_the_check(self):
        for model in (PRICED, "mock-status-400", "mock-reset-mid", "mock-unpriced"):
            self.weir.chat(chat(model))
        self.assertTrue(wait_until(lambda: self.weir.report()["open"] == 0))
        text = self.weir.admin("/metrics").body.decode()
        counts = dict(re.findall(r'(?m)^weir_ledger_reservations_total\{state="(\w+)"\} (\d+)$', text))
        self.assertRegex(text, r"(?m)^weir_ledger_imbalance 0$")
        self.assertEqual(int(counts["accepted"]), int(counts["settled"]) + int(counts["released"]), counts)
        self.assertGreater(int(counts["released"]), 0)  # a provider that refuses costs nothing
        check = self.weir.run("ledger", "check")
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        for state in ("settled", "released"):
            self.assertIn(f"{counts[state]} {state}", check.stdout)

    def test_why_shows_every_field_of_a_row(self):
        answer = self.weir.chat(chat(PRICED))
        row = self.weir.row(answer)
        why = self.weir.run("why", answer.header("x-request-id"))
        self.assertEqual(why.returncode, 0, why.stderr)
        told = json.loads(why.stdout)
        for name in ("features", "decision"):
            self.assertNotIsInstance(told.pop(name), str)
            row.pop(name)
        self.assertEqual({name: told[name] for name in row if name != "id"},
                         {name: value for name, value in row.items() if name != "id"})

    def test_a_backup_is_made_while_serving(self):
        self.weir.row(self.weir.chat(chat(PRICED)))
        copy = self.weir.directory / "copy.db"
        done = self.weir.run("ledger", "backup", str(copy))
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = ledger_query(copy, "SELECT count(*) AS n FROM requests")[0]["n"]
        self.assertGreater(rows, 0)
        self.assertNotEqual(self.weir.run("ledger", "backup", str(copy)).returncode, 0)  # never over a file

    def test_the_request_log_says_the_same(self):
        answer = self.weir.chat(chat("renamed"))
        row = self.weir.row(answer)
        line = wait_until(lambda: [entry for entry in self.weir.request_log()
                                   if answer.header("x-request-id") in entry.values()])[0]
        self.assertEqual((line["route"], line["reason"], line["team"]), (row["route"], row["reason"], row["team"]))


def mounts_work():
    """Whether this user may mount a small disk in a name space of its own."""
    try:
        mount = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
        return subprocess.run(mount, capture_output=True).returncode == 0
    except OSError:
        return False


class FullDisk(unittest.TestCase):
    @unittest.skipUnless(mounts_work(), "mounting a small disk is not permitted here")
    def test_a_full_disk_stops_paid_calls_before_they_leave_and_heals_by_itself(self):
        with tempfile.TemporaryDirectory() as place:
            done = subprocess.run(["unshare", "-m", sys.executable, __file__, "--on-a-small-disk", place],
                                  capture_output=True, text=True, timeout=100)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("healed", done.stdout)


def on_a_small_disk(place):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "none", place], check=True)
    mock = Mock()
    weir = Weir({"backend": [backend(mock, [PRICED])], "price": [PRICE]}, directory=place)
    try:
        assert weir.chat(chat(PRICED)).status == 200
        filler = weir.directory / "filler"
        subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=4k"], capture_output=True)
        refused = None
        for _ in range(5000):
            answer = weir.chat(chat(PRICED))
            if answer.status != 200:
                refused = answer
                break
        assert refused is not None and refused.status == 503, refused
        before = mock.state()["requests"]
        assert weir.chat(chat(PRICED)).status == 503
        assert mock.state()["requests"] == before  # refused before a byte left
        filler.unlink()
        assert wait_until(lambda: weir.chat(chat(PRICED)).status == 200, 20, 0.1), "it stays refused"
        check = weir.run("ledger", "check")
        assert check.returncode == 0, check.stdout + check.stderr
        weir.stop()
        rows = ledger_query(weir.ledger_path, "SELECT sum(http_status = 503) AS refused FROM requests")[0]
        assert rows["refused"] >= 2, rows
    finally:
        weir.discard()
        mock.stop()
    print("healed")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--on-a-small-disk"]:
        on_a_small_disk(sys.argv[2])
    else:
        testing.main()

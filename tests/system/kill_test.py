#!/usr/bin/env python3
"""kill -9 under load, again and again on one ledger: nothing acknowledged is lost or counted twice.

WEIR_KILLS says how often (100); WEIR_KILL_SEED repeats a run.
"""
import http.client
import os
import random
import threading
import time
import unittest

import testing
from weir_process import (PRICE, PRICED, PRICED_ANSWER_NANOUSD, Client, Mock, Weir, backend, chat, ledger_query,
                          row_id)

KILLS = int(os.environ.get("WEIR_KILLS", "100"))
SEED = int(os.environ.get("WEIR_KILL_SEED", str(int(time.time()))))
WORKERS = 4


class Worker(threading.Thread):
    """Asks as fast as it can until the program dies; remembers every answer it has whole."""

    def __init__(self, port, number, acknowledged):
        super().__init__()
        self.port, self.number, self.acknowledged = port, number, acknowledged

    def run(self):
        client = Client(self.port, timeout=5)
        try:
            for turn in range(100_000):
                stream = (turn + self.number) % 2 == 0
                client.send("POST", "/v1/chat/completions", chat(PRICED, stream=stream, max_tokens=20))
                answer = client.answer()
                if answer.status != 200 or (stream and not answer.body.endswith(b"data: [DONE]\n\n")):
                    return
                self.acknowledged.append(row_id(answer.header("x-request-id")))
        except (OSError, http.client.HTTPException):
            return
        finally:
            client.close()


class Kill(unittest.TestCase):
    def test_the_books_balance_after_every_kill(self):
        print(f"  {KILLS} kills, seed {SEED}")
        rng = random.Random(SEED)
        mock = Mock()
        weir = Weir({"backend": [backend(mock, [PRICED])], "price": [PRICE], "log": {"requests": False}}, start=False)
        acknowledged = []
        started = time.monotonic()
        try:
            for _ in range(KILLS):
                weir.start()
                workers = [Worker(weir.port, number, acknowledged) for number in range(WORKERS)]
                for worker in workers:
                    worker.start()
                time.sleep(rng.uniform(0.02, 0.25))
                weir.kill()
                for worker in workers:
                    worker.join()
            weir.start()  # settles what the last one left open
            check = weir.run("ledger", "check")
            weir.stop()
            self.judge(weir, acknowledged, mock.requests(), time.monotonic() - started)
            self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        finally:
            weir.discard()
            mock.stop()

    def judge(self, weir, acknowledged, seen, seconds):
        path = weir.ledger_path
        rows = {row["id"]: row for row in ledger_query(path, "SELECT * FROM requests")}
        count = ledger_query(path, "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM requests")[0]
        spent = sum(row["cost_nanousd"] for row in rows.values())
        recovered = sum(row["state"] == "recovered" for row in rows.values())
        answered = [record for record in seen if record["outcome"] in ("answered", "aborted") and record["answer"]]
        lost = [number for number in acknowledged
                if number not in rows or rows[number]["state"] != "settled" or rows[number]["http_status"] != 200]
        wrong = [number for number in acknowledged if number not in lost
                 and rows[number]["cost_nanousd"] != PRICED_ANSWER_NANOUSD]
        print(f"  {len(acknowledged)} answers acknowledged, {len(rows)} rows ({recovered} recovered at their bound), "
              f"{len(seen)} requests at the upstream, {len(lost)} lost, {count['n'] - count['ids']} double, "
              f"{seconds:.0f} s")
        self.assertGreater(len(acknowledged), KILLS)
        self.assertEqual((lost, wrong), ([], []))
        self.assertEqual(len(acknowledged), len(set(acknowledged)))
        self.assertEqual(count["n"], count["ids"])
        self.assertGreaterEqual(len(rows), len(seen))  # nothing paid without a row
        self.assertGreaterEqual(spent, len(answered) * PRICED_ANSWER_NANOUSD)
        self.assertEqual(ledger_query(path, "PRAGMA integrity_check"), [{"integrity_check": "ok"}])
        self.assertEqual(ledger_query(path, "SELECT count(*) AS n FROM reservations"), [{"n": 0}])


if __name__ == "__main__":
    testing.main()

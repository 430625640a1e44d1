#!/usr/bin/env python3
"""A thousand clients at once on a budget of $5.00, with kill -9 in between: never a nano-dollar more is spent.

WEIR_BUDGET_KILLS says how often it is killed (8), WEIR_BUDGET_SEED repeats a run.
"""
import asyncio
import json
import os
import random
import time
import unittest

import testing
from weir_process import PRICED, TEAM_KEY, Mock, Weir, backend, chat, ledger_query, team_key_line

CLIENTS = 1_000
KILLS = int(os.environ.get("WEIR_BUDGET_KILLS", "8"))
SEED = int(os.environ.get("WEIR_BUDGET_SEED", str(int(time.time()))))
BUDGET_NANOUSD = 5_000_000_000
PRICE = {"model": PRICED, "usd_per_million_input": "1", "usd_per_million_output": "10",
         "usd_per_million_cached_input": "1", "source": "system test", "as_of": "2026-01-01"}
REFUSALS = {("budget_exceeded", "false"), ("budget_reserved", "true")}
ANSWER_NANOUSD = 11 * 1_000 + 7 * 10_000  # of the mock's usage


async def read_answer(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    body = await reader.readexactly(int(fields["content-length"]))
    return int(lines[0].split()[1]), fields, body


async def client(port, statuses):
    """Asks again and again until the money is gone or the program is."""
    body = json.dumps(chat(PRICED, max_tokens=20)).encode()
    head = (f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TEAM_KEY}\r\n"
            f"content-length: {len(body)}\r\n\r\n").encode()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            writer.write(head + body)
            status, fields, answer = await read_answer(reader)
            statuses[status] = statuses.get(status, 0) + 1
            if status == 200:
                continue
            assert status == 429 and int(fields["retry-after"]) > 0, (fields, answer)
            code = json.loads(answer)["error"]["code"]
            assert (code, fields["x-should-retry"]) in REFUSALS, (fields, answer)
            if code == "budget_exceeded":
                writer.close()
                return
            await asyncio.sleep(int(fields["retry-after"]))
    except (OSError, asyncio.IncompleteReadError):
        return


async def flood(port, statuses, before_end=None):
    clients = [asyncio.create_task(client(port, statuses)) for _ in range(CLIENTS)]
    if before_end is not None:
        await before_end()
    await asyncio.gather(*clients)


class Budget(unittest.TestCase):
    def test_a_thousand_clients_never_spend_more_than_five_dollars(self):
        rng = random.Random(SEED)
        mock = Mock()
        weir = Weir({"backend": [backend(mock, [PRICED], max_connections=2_000)], "price": [PRICE],
                     "log": {"requests": False},
                     "team": [{"name": "red", "keys": [team_key_line(TEAM_KEY)], "privacy": "any",
                               "monthly_budget_usd": "5.00"}]}, start=False)
        statuses = {}

        async def soon_killed():
            await asyncio.sleep(rng.uniform(0.3, 1.0))
            weir.kill()

        try:
            for _ in range(KILLS):
                weir.start()
                asyncio.run(flood(weir.port, statuses, soon_killed))
                self.assertLessEqual(self.spent(weir), BUDGET_NANOUSD)
            weir.start()
            asyncio.run(flood(weir.port, statuses))  # until nobody gets any more
            refused = weir.metric("weir_limit_denials_total", limit="team:red", kind="monthly_budget_usd")
            weir.stop()
            self.judge(weir, mock, statuses, refused)
        finally:
            weir.discard()
            mock.stop()

    @staticmethod
    def spent(weir):
        rows = ledger_query(weir.ledger_path, "SELECT coalesce(sum(cost_nanousd), 0) AS cost FROM requests")
        return rows[0]["cost"]

    def judge(self, weir, mock, statuses, refused):
        spent = self.spent(weir)
        answered = sum(record["outcome"] in ("answered", "aborted") and bool(record["answer"])
                       for record in mock.requests())
        recovered = ledger_query(weir.ledger_path,
                                 "SELECT count(*) AS n FROM requests WHERE state = 'recovered'")[0]["n"]
        print(f"  {CLIENTS} clients, {KILLS} kills, seed {SEED}: answers {statuses.get(200)}, refusals "
              f"{statuses.get(429)}, {recovered} recovered at their bound, spent ${spent / 1e9:.9f} of $5")
        self.assertLessEqual(spent, BUDGET_NANOUSD)
        self.assertGreater(spent, BUDGET_NANOUSD - 1_000_000_000)  # and it was used
        self.assertLessEqual(answered * ANSWER_NANOUSD, spent)
        self.assertGreaterEqual(refused, CLIENTS)
        self.assertEqual(set(statuses), {200, 429})


if __name__ == "__main__":
    testing.main()

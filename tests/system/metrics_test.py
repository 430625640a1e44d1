#!/usr/bin/env python3
"""/metrics after real traffic: clean, complete, bounded; and the board shows series that exist."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import testing
from served import Served
from weir_process import PRICE, PRICED, ROOT, backend, chat

MODELS = [PRICED, "mock-unpriced", "mock-status-503", "mock-status-400", "mock-reset-mid"]
NAMES = ["gen_ai_client_token_usage_bucket", "gen_ai_client_token_usage_sum", "gen_ai_client_token_usage_count",
         "gen_ai_server_request_duration_seconds_bucket", "gen_ai_server_time_to_first_token_seconds_bucket",
         "gen_ai_server_time_per_output_token_seconds_bucket", "weir_build_info", "weir_egress_private_total"]
LABELS = ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_original_model", "gen_ai_request_model",
          "gen_ai_token_type", "error_type"]


class Metrics(Served):
    @classmethod
    def config(cls):
        return {"backend": [backend(cls.mock, MODELS)], "price": [PRICE], "metrics": {"max_label_values": 20},
                "limit": [{"name": "allowance", "users": ["child"], "daily_budget_usd": "0.00002"}]}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for model in [*MODELS, "nobody-has-it"]:
            for stream in (False, True):
                cls.weir.chat(chat(model, stream=stream))
        cls.weir.chat("{")
        cls.weir.chat(chat(PRICED, "Write to ann@example.com"), {"x-weir-privacy": "redact"})
        cls.weir.chat(chat(PRICED, response_format={"type": "json_object"}))
        while cls.weir.chat(chat(PRICED, max_tokens=1, user="child")).status == 200:
            pass  # until the allowance has warned and refuses
        cls.text = cls.weir.admin("/metrics").body.decode()

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed")
    def test_promtool_finds_nothing(self):
        done = subprocess.run(["promtool", "check", "metrics"], input=self.text, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_the_content_type_is_prometheus(self):
        self.assertIn("version=0.0.4", self.weir.admin("/metrics").header("content-type"))

    def test_the_names_that_dashboards_know_are_there(self):
        for name in NAMES:
            with self.subTest(name=name):
                self.assertRegex(self.text, rf"(?m)^{name}[{{ ]")
        for label in LABELS:
            with self.subTest(label=label):
                self.assertIn(f'{label}="', self.text)

    def test_nothing_private_has_left(self):
        self.assertRegex(self.text, r"(?m)^weir_egress_private_total 0$")

    def test_tokens_and_money_are_counted(self):
        before = self.sums()
        self.weir.chat(chat(PRICED))
        after = self.sums()
        self.assertEqual(after - before, 11 + 4 + 7)  # all input, the cached part of it, output

    def sums(self):
        text = self.weir.admin("/metrics").body.decode()
        lines = re.findall(r'(?m)^gen_ai_client_token_usage_sum\{([^}]*)\} ([0-9.e+]+)$', text)
        wanted = ('token_type="input"', 'token_type="cached_input"', 'token_type="output"')
        return sum(float(value) for labels, value in lines
                   if any(word in labels for word in wanted) and PRICED in labels)

    def test_hostile_model_names_add_no_series_and_no_lines(self):
        for number in range(300):
            self.weir.chat(chat(f'evil-{number}"}}\n# HELP x\nx 1 {{a="\\', stream=bool(number % 2)))
        text = self.weir.admin("/metrics").body.decode()
        self.assertNotRegex(text, r"(?m)^x 1")
        values = set(re.findall(r'gen_ai_original_model="((?:[^"\\]|\\.)*)"', text))
        self.assertLessEqual(len(values), 22, values)
        self.assertLess(len(text.splitlines()), 20_000)
        if shutil.which("promtool"):
            done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_dashboard_uses_series_that_exist(self):
        checker, board = ROOT / "tools/check_dashboard.py", ROOT / "deploy/grafana/weir.json"
        if not checker.exists() or not board.exists():
            self.skipTest("no dashboard in this tree")
        exposition = pathlib.Path(self.weir.directory) / "metrics.prom"
        exposition.write_text(self.text)
        done = subprocess.run([sys.executable, checker, board, exposition], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed")
    def test_prometheus_understands_every_expression_of_the_dashboard(self):
        board = json.loads((ROOT / "deploy/grafana/weir.json").read_text())
        expressions = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
        self.assertGreater(len(expressions), 50)
        rules = ["groups:", "- name: board", "  rules:"]
        for number, expression in enumerate(expressions):
            for variable, value in (("$__rate_interval", "5m"), ("$__range", "1h"), ("$team", ".*")):
                expression = expression.replace(variable, value)
            rules.append(f"  - record: board:expression_{number}\n    expr: {json.dumps(expression)}")
        path = pathlib.Path(self.weir.directory) / "board.yml"
        path.write_text("\n".join(rules) + "\n")
        done = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_page_of_another_site_can_ask_nothing(self):
        for method, path in (("GET", "/metrics"), ("POST", "/admin/models/none/unload")):
            for origin, refused in (("https://evil.example", True), ("null", True), ("http://localhost:3000", False)):
                with self.subTest(path=path, origin=origin):
                    answer = self.weir.admin(path, method=method, headers={"origin": origin})
                    self.assertEqual(answer.status == 403, refused, answer)

    def test_the_data_listener_has_no_metrics(self):
        self.assertEqual(self.weir.get("/metrics").status, 404)


if __name__ == "__main__":
    testing.main()

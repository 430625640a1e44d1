#!/usr/bin/env python3
"""Several local models in the real program: loaded when they are asked for, unloaded when they are not needed,
within a memory budget; broken ones beside good ones; what the admin listener tells and does."""
import datetime
import json
import pathlib
import shutil
import signal
import tempfile
import threading
import unittest

import testing
import tiny_gguf
from weir_process import ROOT, TEAM_KEY, Weir, chat, in_threads, request, team_key_line, wait_until

BERT = ROOT / "tests/data/golden/bert/model.gguf"
MEBIBYTE = 1 << 20


class Models(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-models-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.path = tiny_gguf.write_model(self.folder / "parrot.gguf")

    def serve(self, models, **local):
        self.weir = Weir({"local": {"models": models, **local}})
        self.addCleanup(self.weir.discard)
        return self.weir

    def parrot(self, name, **more):
        path = self.folder / f"{name}.gguf"
        shutil.copy(self.path, path)
        return {"model": str(path), "name": name, "kv_cache_mb": 1, "slots": 1, **more}

    def listed(self):
        return {model["name"]: model for model in self.weir.admin("/admin/models").json()["models"]}

    def state(self, name):
        return self.listed()[name]["state"]

    def change(self, name, what):
        return request(self.weir.admin_port, "POST", f"/admin/models/{name}/{what}").status

    def ask(self, model, **more):
        return self.weir.chat(chat(model, **{"temperature": 0, **more}))

    def status(self, model):
        try:
            return self.ask(model).status
        except OSError as error:
            return repr(error)

    def said(self, model):
        answer = self.ask(model)
        self.assertEqual(answer.status, 200, answer)
        return answer.json()["choices"][0]["message"]["content"]

    def test_models_are_loaded_when_they_are_asked_for(self):
        weir = self.serve([self.parrot("a"), self.parrot("b"), {"model": str(BERT), "name": "embedder"}])
        self.assertEqual([entry["id"] for entry in weir.get("/v1/models").json()["data"]],
                         ["auto", "local", "a", "b", "embedder"])
        self.assertEqual({model["state"] for model in self.listed().values()}, {"unloaded"})
        self.assertEqual(self.said("b"), tiny_gguf.SAYS)
        self.assertEqual((self.state("a"), self.state("b")), ("unloaded", "ready"))
        for model in ("local", "auto", "a", "local/a"):
            answer = self.ask(model)
            self.assertEqual((answer.status, answer.header("x-weir-model")), (200, "a"), answer)
        body = {"model": "embedder", "input": "a"}
        self.assertEqual(request(weir.port, "POST", "/v1/embeddings", body).status, 200)
        self.assertEqual(weir.metric("weir_local_models_loaded"), 3)
        self.assertEqual(weir.metric("weir_local_model_load_seconds_count", outcome="loaded"), 3)
        row = weir.row(self.ask("b"))
        self.assertEqual((row["model"], row["backend"], row["route"]), ("b", "local", "local"))
        self.assertEqual(row["model_hash"], self.listed()["b"]["hash"])
        weir.stop()

    def test_clients_of_ollama_find_what_they_look_for(self):
        weir = self.serve([self.parrot("a"), self.parrot("b:latest"), self.parrot("c:8b")])
        message = {"stream": False, "messages": [{"role": "user", "content": "hi"}]}
        for model in ("a", "a:latest", "b", "b:latest", "c:8b", "auto:latest"):
            answer = request(weir.port, "POST", "/api/chat", {"model": model, **message})
            self.assertEqual(answer.status, 200, (model, answer))
            self.assertEqual(request(weir.port, "POST", "/api/show", {"model": model}).status, 200, model)
        self.assertEqual(weir.row(self.ask("b"))["model"], "b:latest")
        for model in ("c", "c:latest", "a:8b"):
            answer = request(weir.port, "POST", "/api/chat", {"model": model, **message})
            self.assertEqual(answer.status, 404, (model, answer))
        listed = {each["name"]: each for each in weir.get("/api/tags").json()["models"]}
        self.assertEqual({len(each["digest"]) for each in listed.values()}, {64})
        self.assertEqual(len({each["digest"] for each in listed.values()}), len(listed))
        self.assertEqual(listed["a"]["details"]["quantization_level"], "F32")

    def test_a_model_that_a_team_may_not_use_is_neither_loaded_nor_shown_nor_counted_for_it(self):
        team = {"name": "a-team", "keys": [team_key_line(TEAM_KEY)], "models": ["a", "c"]}
        rule = {"name": "no c", "models": ["c"], "action": "deny"}
        self.weir = Weir({"local": {"models": [self.parrot(name) for name in "abc"]}, "team": [team],
                          "rule": [rule]})
        self.addCleanup(self.weir.discard)
        self.assertEqual(self.change("b", "load"), 202)
        self.assertTrue(wait_until(lambda: self.state("b") == "ready"))
        key = {"authorization": f"Bearer {TEAM_KEY}"}
        hello = [{"role": "user", "content": "Hi"}]

        def asked(path, **body):
            return request(self.weir.port, "POST", path, body, key).status
        for name, status in [("a", 200), ("b", 403), ("c", 403)]:
            for body in ({}, {"keep_alive": 0}):
                self.assertEqual(asked("/api/chat", model=name, messages=[], **body), status, name)
            self.assertEqual(asked("/v1/messages/count_tokens", model=name, messages=hello), status, name)
        self.assertEqual((self.state("b"), self.state("c")), ("ready", "unloaded"))
        running = request(self.weir.port, "GET", "/api/ps", None, key).json()["models"]
        self.assertNotIn("b", [model["name"].removesuffix(":latest") for model in running])

    def test_clients_of_ollama_see_until_when_a_model_stays(self):
        weir = self.serve([self.parrot("a", keep_alive_s=3600), self.parrot("b", keep_alive_s=-1)])
        before = datetime.datetime.now(datetime.timezone.utc)
        for model in ("a", "b"):
            self.said(model)
        ends = {each["name"]: each["expires_at"] for each in weir.get("/api/ps").json()["models"]}
        self.assertTrue(ends["b"].startswith("9999-"), ends)
        end = datetime.datetime.fromisoformat(ends["a"][:19] + "+00:00")
        self.assertLess(abs(end - before - datetime.timedelta(hours=1)), datetime.timedelta(minutes=2), ends)

    def test_requests_that_wait_for_a_model_share_its_load(self):
        weir = self.serve([self.parrot("a")])
        texts = []
        in_threads(8, lambda _: texts.append(self.said("a")))
        self.assertEqual(texts, [tiny_gguf.SAYS] * 8)
        self.assertEqual(weir.metric("weir_local_model_load_seconds_count"), 1)

    def test_the_least_recently_used_goes_when_the_budget_is_used_up(self):
        models = [self.parrot("a"), self.parrot("b"), self.parrot("c")]
        weir = self.serve(models)
        each = self.listed()["a"]["memory_bytes"]
        room = -(-2 * each // MEBIBYTE)
        self.assertGreater(3 * each, room * MEBIBYTE)
        weir.stop()
        weir = self.serve(models, memory_mb=room)
        for model in ("a", "b", "a", "c"):
            self.assertEqual(self.said(model), tiny_gguf.SAYS)
        self.assertEqual([self.state(name) for name in "abc"], ["ready", "unloaded", "ready"])
        self.assertEqual(weir.metric("weir_local_model_evictions_total"), 1)
        self.assertLessEqual(weir.metric("weir_local_models_bytes"), room * MEBIBYTE)
        statuses = []
        in_threads(6, lambda i: statuses.extend(self.status("abc"[(i + j) % 3]) for j in range(4)))
        self.assertEqual(statuses, [200] * 24)

    def test_a_model_that_can_never_fit_is_503_and_names_the_budget(self):
        weir = self.serve([self.parrot("a", kv_cache_mb=64, slots=64)], memory_mb=2)
        answer = self.ask("a")
        self.assertEqual((answer.status, answer.error()["code"]), (503, "model_memory"), answer)
        self.assertIn("2 MiB", answer.error()["message"])
        self.assertEqual(self.state("a"), "failed")
        weir.stop()

    def test_a_model_that_is_not_used_is_unloaded(self):
        weir = self.serve([self.parrot("a", keep_alive_s=0), self.parrot("b", keep_alive_s=1),
                           self.parrot("c", keep_alive_s=-1)])
        for name in "abc":
            self.assertEqual(self.said(name), tiny_gguf.SAYS)
        self.assertTrue(wait_until(lambda: self.state("a") == "unloaded"))
        self.assertTrue(wait_until(lambda: self.state("b") == "unloaded"))
        self.assertEqual(self.state("c"), "ready")
        self.assertEqual(self.said("a"), tiny_gguf.SAYS)
        weir.stop()

    def test_a_request_says_how_long_its_model_stays(self):
        weir = self.serve([self.parrot("a"), self.parrot("b", keep_alive_s=-1),
                           {"model": str(BERT), "name": "embedder"}])
        for value, milliseconds in (("10m", 600_000), (60, 60_000), (-1, -1), ("-1s", -1)):
            self.assertEqual(self.ask("a", keep_alive=value).status, 200)
            self.assertEqual((self.state("a"), self.listed()["a"]["keep_alive_ms"]), ("ready", milliseconds))
        for model in ("a", "b"):
            self.assertEqual(self.ask(model, keep_alive=0).status, 200)
        self.assertTrue(wait_until(lambda: self.state("a") == "unloaded"))
        self.assertEqual(self.listed()["a"]["keep_alive_ms"], 300_000)
        self.assertEqual(self.state("b"), "ready")  # as it is configured
        for value in ("soon", {}, True, "5 m"):
            answer = self.ask("a", keep_alive=value)
            self.assertEqual((answer.status, answer.error()["param"]), (400, "keep_alive"), answer)
        self.assertEqual(self.state("a"), "unloaded")
        body = {"model": "embedder", "input": "a", "keep_alive": "0s"}
        self.assertEqual(request(weir.port, "POST", "/v1/embeddings", body).status, 200)
        self.assertTrue(wait_until(lambda: self.state("embedder") == "unloaded"))
        answer = request(weir.port, "POST", "/v1/embeddings", {**body, "keep_alive": "soon"})
        self.assertEqual((answer.status, answer.error()["param"]), (400, "keep_alive"), answer)
        weir.stop()

    def test_a_broken_model_disturbs_nobody_and_is_remembered(self):
        broken = self.parrot("broken")
        pathlib.Path(broken["model"]).write_bytes(b"GGUF" + bytes(64))
        weir = self.serve([self.parrot("good"), broken, {"model": "/nonexistent.gguf", "name": "gone"}])
        statuses, stop = [], threading.Event()

        def traffic():
            while not stop.is_set():
                statuses.append(self.status("good"))
        threads = [threading.Thread(target=traffic) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for name in ("broken", "gone", "broken", "gone", "broken"):
                answer = self.ask(name)
                self.assertEqual(answer.error()["code"], "model_load_failed", answer)
                comes_back = name == "gone"  # what is no model stays none
                self.assertEqual(answer.status, 503 if comes_back else 500)
                self.assertEqual(bool(answer.header("retry-after")), comes_back)
                self.assertEqual(self.state(name), "failed")
            self.assertIn("cannot be loaded", self.listed()["broken"]["problem"])
            self.assertEqual(weir.metric("weir_local_model_load_seconds_count", outcome="failed"), 2)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        self.assertEqual(set(statuses), {200})
        shutil.copy(self.path, broken["model"])
        self.assertEqual(self.change("broken", "load"), 202)
        self.assertTrue(wait_until(lambda: self.state("broken") == "ready"))
        self.assertEqual(self.said("broken"), tiny_gguf.SAYS)
        weir.stop()

    def test_the_admin_listener_loads_and_unloads(self):
        weir = self.serve([self.parrot("a"), self.parrot("b:1")])
        self.assertEqual(self.change("a", "load"), 202)
        self.assertTrue(wait_until(lambda: self.state("a") == "ready"))
        told = self.listed()["a"]
        self.assertEqual((told["kind"], told["architecture"], told["in_flight"]), ("chat", "llama", 0))
        self.assertGreater(told["memory_bytes"], 100_000)
        self.assertEqual(self.change("a", "unload"), 202)
        self.assertTrue(wait_until(lambda: self.state("a") == "unloaded"))
        self.assertEqual((self.change("nobody", "load"), self.change("nobody", "unload")), (404, 404))
        self.assertEqual(request(weir.admin_port, "GET", "/admin/models/a/load").status, 405)
        self.assertEqual(request(weir.admin_port, "POST", "/admin/models", {}).status, 405)
        self.assertEqual(self.said("a"), tiny_gguf.SAYS)
        weir.stop()

    def test_the_configured_models_are_listed_with_their_state(self):
        gone = {"model": "/nonexistent.gguf", "name": "gone"}
        weir = self.serve([self.parrot("a"), self.parrot("b", keep_alive_s=-1), gone])
        self.assertEqual((self.said("a"), self.status("gone")), (tiny_gguf.SAYS, 503))

        def listed(*more):
            return weir.run("models", *more)
        answer = listed("--json")
        self.assertEqual(answer.returncode, 1, answer.stderr)  # one of them has no file
        models = json.loads(answer.stdout)["models"]
        self.assertEqual([(model["name"], model["state"]) for model in models],
                         [("a", "ready"), ("b", "unloaded"), ("gone", "failed")])
        self.assertEqual((models[0]["file"]["architecture"], models[1]["keep_alive_s"]), ("llama", -1))
        self.assertIn("/nonexistent.gguf", models[2]["problem"])
        self.assertIn("state         failed: the local model gone cannot be loaded", listed().stdout)
        weir.stop()
        self.assertEqual([model["state"] for model in json.loads(listed("--json").stdout)["models"]], [None] * 3)

    def test_what_is_in_use_is_unloaded_when_its_requests_have_ended(self):
        self.serve([self.parrot("a")])
        statuses, stop = [], threading.Event()

        def traffic():
            while not stop.is_set():
                statuses.append(self.status("a"))
        threads = [threading.Thread(target=traffic) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(20):
            self.assertEqual(self.change("a", "unload"), 202)
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(set(statuses), {200})

    def test_a_reload_keeps_what_has_not_changed_and_lets_the_rest_go(self):
        a, b, c = (self.parrot(name) for name in "abc")
        weir = self.serve([a, b])
        self.assertEqual([self.said("a"), self.said("b")], [tiny_gguf.SAYS] * 2)
        loads = weir.metric("weir_local_model_load_seconds_count")
        weir.configure({"local": {"models": [a, {**b, "slots": 2}, c]}})
        weir.signal(signal.SIGHUP)
        self.assertTrue(wait_until(lambda: "reloaded" in weir.log()), weir.log())
        self.assertEqual([self.state(name) for name in "abc"], ["ready", "unloaded", "unloaded"])
        self.assertTrue(wait_until(lambda: weir.metric("weir_local_models_loaded") == 1))
        self.assertEqual(weir.metric("weir_local_model_load_seconds_count"), loads)
        self.assertEqual([self.said(name) for name in "abc"], [tiny_gguf.SAYS] * 3)
        weir.stop()

    def test_two_models_of_one_name_are_refused(self):
        weir = Weir({"local": {"models": [self.parrot("a"), {**self.parrot("b"), "name": "a"}]}}, start=False)
        self.addCleanup(weir.discard)
        done = weir.run("validate")
        self.assertEqual(done.returncode, 1)
        self.assertIn("local.models[1].name", done.stdout + done.stderr)


if __name__ == "__main__":
    testing.main()

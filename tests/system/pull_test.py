#!/usr/bin/env python3
"""`weir pull` against a local server with ranges and faults."""
import hashlib
import http.server
import json
import pathlib
import subprocess
import tempfile
import threading
import unittest

import testing
import tiny_gguf
from weir_process import BINARY

NAME = "/files/tiny-F32.gguf"


class FileServer(http.server.ThreadingHTTPServer):
    """Serves `data` in the ways that `plan` lists, one a request: a number of bytes after which the connection
    breaks, a status, "whole" (ignores ranges), "move" (redirects), or "lie" (another part than asked for)."""

    def __init__(self, data):
        super().__init__(("127.0.0.1", 0), Handler)
        self.data, self.tag, self.plan, self.seen = data, '"one"', [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_):
        """A client that leaves is what some tests are about."""

    def stop(self):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server
        server.seen.append(self.headers.get("Range"))
        step = server.plan.pop(0) if server.plan else None
        if step == "move":
            return self.answer(302, b"", {"Location": NAME})
        if isinstance(step, int) and step >= 400 and step < 600:
            return self.answer(step, b"no")
        begin = 0
        asked = self.headers.get("Range", "")
        if asked.startswith("bytes=") and self.headers.get("If-Range") == server.tag and step != "whole":
            begin = int(asked[6:].split("-")[0])
        if begin >= len(server.data) and begin > 0:
            return self.answer(416, b"")
        data = server.data[begin:]
        told = begin + 1 if step == "lie" else begin
        headers = {"ETag": server.tag}
        if begin > 0:
            headers["Content-Range"] = f"bytes {told}-{len(server.data) - 1}/{len(server.data)}"
        self.answer(206 if begin > 0 else 200, data, headers, cut=step[0] if isinstance(step, tuple) else None)

    def answer(self, status, data, headers=(), cut=None):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[:cut])
        if cut is not None:
            self.close_connection = True


class Pull(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="weir-pull-")
        model = tiny_gguf.write_model(pathlib.Path(cls.folder.name) / "model.gguf")
        cls.data = pathlib.Path(model).read_bytes()
        cls.hash = hashlib.sha256(cls.data).hexdigest()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.server = FileServer(self.data)
        self.into = pathlib.Path(tempfile.mkdtemp(dir=self.folder.name))
        self.file = self.into / "tiny-F32.gguf"

    def tearDown(self):
        self.server.stop()

    def pull(self, what=None, *more, code=0):
        done = subprocess.run([BINARY, "pull", what or self.server.url + NAME, "--into", self.into, *more],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_the_file_arrives_and_is_remembered(self):
        self.assertIn(f'model = "{self.file}"', self.pull())
        self.assertEqual(self.file.read_bytes(), self.data)
        entry, = json.loads((self.into / "catalogue.json").read_text())
        self.assertEqual((entry["name"], entry["sha256"], entry["bytes"]), ("tiny-F32", self.hash, len(self.data)))
        self.assertIn(self.hash, self.pull(None, "--list"))

    def test_what_is_there_is_not_fetched_again(self):
        self.pull()
        self.pull()
        self.pull("tiny-F32")
        self.assertEqual(len(self.server.seen), 1)
        self.file.write_bytes(b"rot")
        self.pull("tiny-F32")
        self.assertEqual(self.file.read_bytes(), self.data)

    def test_a_broken_connection_is_taken_up_where_it_broke(self):
        self.server.plan = [(1000,), (50_000,), 503, (1,)]
        self.pull()
        self.assertEqual(self.file.read_bytes(), self.data)
        self.assertEqual(self.server.seen, [None, "bytes=1000-", "bytes=51000-", "bytes=51000-", "bytes=51001-"])

    def test_a_later_run_goes_on(self):
        self.server.plan = [(70_000,), 403]
        self.assertIn("answered 403", self.pull(code=1))
        self.assertEqual(self.file.with_suffix(".gguf.part").stat().st_size, 70_000)
        self.pull()
        self.assertEqual(self.server.seen[-1], "bytes=70000-")
        self.assertEqual(self.file.read_bytes(), self.data)
        self.assertEqual(sorted(path.name for path in self.into.iterdir()), ["catalogue.json", "tiny-F32.gguf"])

    def test_a_file_that_changed_is_fetched_anew(self):
        self.server.plan = [(70_000,), 403]
        self.pull(code=1)
        self.server.tag = '"two"'
        self.pull()
        self.assertEqual(self.file.read_bytes(), self.data)

    def test_a_server_without_ranges_sends_all_of_it(self):
        self.server.plan = [(70_000,), "whole"]
        self.pull()
        self.assertEqual(self.file.read_bytes(), self.data)

    def test_another_part_than_asked_for_is_refused(self):
        self.server.plan = [(70_000,), "lie"]
        self.assertIn("another part", self.pull(code=1))
        self.assertFalse(self.file.exists())

    def test_redirects_are_followed(self):
        self.server.plan = ["move"]
        self.pull()
        self.assertEqual(self.file.read_bytes(), self.data)

    def test_a_wrong_hash_leaves_nothing(self):
        self.assertIn(self.hash, self.pull(None, "--sha256", "0" * 64, code=1))
        self.assertEqual(list(self.into.iterdir()), [])
        self.pull(None, "--sha256", self.hash)

    def test_what_is_no_model_leaves_nothing(self):
        self.server.data = b"<html>please log in</html>" * 100
        self.assertIn("does not start with GGUF", self.pull(code=1))
        self.assertFalse(self.file.exists())
        self.assertEqual(json.loads((self.into / "catalogue.json").read_text()), [])

    def test_all_parts_of_a_model_are_fetched(self):
        answer = self.pull(self.server.url + "/m-00002-of-00003.gguf")  # each is a whole model here
        self.assertEqual([entry["name"] for entry in json.loads((self.into / "catalogue.json").read_text())],
                         [f"m-0000{number}-of-00003" for number in (1, 2, 3)])
        self.assertIn("m-00001-of-00003.gguf", answer)
        self.pull(self.server.url + "/m-00001-of-00003.gguf", "--sha256", self.hash, code=2)

    def test_faults_that_last_end_with_a_word(self):
        self.server.plan = [404]
        self.assertIn("answered 404", self.pull(code=1))
        self.assertEqual(len(self.server.seen), 1)
        self.server.plan = [500] * 20
        self.assertIn("answered 500", self.pull(code=1))

    def test_wrong_words_are_refused(self):
        for what in ("http://example.com/a.gguf", "ftp://127.0.0.1/a.gguf", self.server.url + "/a.bin",
                     self.server.url + "/..gguf/", "unknown-name"):
            self.pull(what, code=2)
        self.pull(None, "--sha256", "xyz", code=2)
        self.assertEqual(self.server.seen, [])


if __name__ == "__main__":
    testing.main()

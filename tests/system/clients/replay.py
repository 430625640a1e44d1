"""A server that answers with the files of tests/data/wire/answers, which the codecs' writers made:
POST /NAME/v1/chat/completions and POST /NAME/v1/messages."""
import json
import pathlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWERS = pathlib.Path(__file__).resolve().parents[2] / "data/wire/answers"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        name, _, path = self.path.removeprefix("/").partition("/")
        dialect = "anthropic" if path.startswith("v1/messages") else "openai"
        ending, kind = ("sse", "text/event-stream") if request.get("stream") else ("json", "application/json")
        body = (ANSWERS / f"{name}.{dialect}.{ending}").read_bytes()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Replay:
    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

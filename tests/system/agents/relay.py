"""What stands around an agent: a listener that copies what weir is asked, and a closed proxy."""

import json
import re
import socket
import threading

REQUEST = re.compile(rb"(GET|POST|HEAD|PUT|DELETE|OPTIONS) (\S+) HTTP/1\.1\r\n")
ANSWER = re.compile(rb"HTTP/1\.1 (\d{3})[^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n")
CONNECT = re.compile(rb"CONNECT (\S+?)(?::443)? HTTP/1\.[01]\r\n")


class Listener:
    """On a free port of 127.0.0.1, until close(); a thread for each connection."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(near,), daemon=True).start()

    def serve(self, near):
        raise NotImplementedError

    def close(self):
        self.socket.close()


class Relay(Listener):
    """Hands every byte on to weir. What was asked and told is in the order of the connections."""

    def __init__(self, port):
        self.target = port
        self.connections = []  # (bytes of the agent, bytes of weir)
        super().__init__()

    def serve(self, near):
        try:
            far = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            near.close()
            return
        sent, received = bytearray(), bytearray()
        self.connections.append((sent, received))
        threading.Thread(target=pump, args=(far, near, received), daemon=True).start()
        pump(near, far, sent)

    def asked(self):
        """(method, path) of every request but the look whether weir is there."""
        found = [
            (method.decode(), path.decode())
            for sent, _ in list(self.connections)
            for method, path in REQUEST.findall(bytes(sent))
        ]
        return [each for each in found if each[1] != "/healthz"]

    def told(self):
        """(status, headers, what an error says) of every answer that weir routed or refused."""
        found = []
        for received in [bytes(each) for _, each in list(self.connections)]:
            for match in ANSWER.finditer(received):
                lines = match.group(2).decode().lower().splitlines()
                headers = dict(line.split(": ", 1) for line in lines)
                status, size = int(match.group(1)), int(headers.get("content-length", 0))
                body = received[match.end() : match.end() + size] if status >= 400 else b"null"
                found.append((status, headers, json.loads(body or b"null")))
        return [each for each in found if "x-weir-route" in each[1]]


class NoWayOut(Listener):
    """A proxy that refuses everybody, and remembers the hosts that were wanted."""

    def __init__(self):
        self.hosts = set()
        super().__init__()

    def serve(self, near):
        with near:
            near.settimeout(5)
            try:
                wanted = CONNECT.match(near.recv(65_536))
                if wanted:
                    self.hosts.add(wanted.group(1).decode())
                near.sendall(
                    b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                )
            except OSError:
                pass


def pump(source, sink, copy):
    try:
        while data := source.recv(65_536):
            copy += data
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass

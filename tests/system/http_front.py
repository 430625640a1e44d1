#!/usr/bin/env python3
"""Drives the HTTP front of a running process from outside: memory of idle connections and idle streams, a storm of clients
that go, slow clients beside fast ones, an orderly end on SIGTERM.

usage: http_front.py ECHO_SERVER [CONNECTIONS]       (the program of tests/router/echo_server.cc)
"""
import re
import resource
import signal
import socket
import subprocess
import sys
import time

PATH = "/v1/chat/completions"
BODY = b"x" * 2700


def post(query=""):
    target = PATH + query
    return f"POST {target} HTTP/1.1\r\nHost: weir\r\nContent-Length: {len(BODY)}\r\n\r\n".encode() + BODY


class Server:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "0", "2"], stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r"\d+", self.process.stdout.readline()).group())

    def connect(self):
        client = socket.create_connection(("127.0.0.1", self.port), 5)
        client.settimeout(5)
        return client

    def status(self, field):
        text = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(rf"^{field}:\s+(\d+)", text, re.M).group(1))

    def rss_kb(self):
        return self.status("VmRSS")

    def open_files(self):
        return int(subprocess.check_output(f"ls /proc/{self.process.pid}/fd | wc -l", shell=True))


def read_until(client, end):
    got = b""
    while end not in got:
        block = client.recv(65536)
        if not block:
            break
        got += block
    return got


def check(name, ok, figures=""):
    print(f"{'ok  ' if ok else 'FAIL'} {name} {figures}", flush=True)
    return bool(ok)


def idle_connections(server, count):
    before = server.rss_kb()
    clients = [server.connect() for _ in range(count)]
    for client in clients:
        client.sendall(post())
        read_until(client, b'{"bytes":2700}')
    each = (server.rss_kb() - before) / count
    for client in clients:
        client.close()
    return check("an idle connection costs less than 8 KB", each < 8, f"{each:.2f} KB each of {count}")


def idle_streams(server, count):
    before = server.rss_kb()
    clients = [server.connect() for _ in range(count)]
    for client in clients:
        client.sendall(post("?hold"))
        read_until(client, b'{"n":1}\n\n')
    rss = server.rss_kb()
    ok = check(f"{count} idle streams stay below 60 MB", rss < 60 * 1024, f"{rss / 1024:.1f} MB, {(rss - before) / count:.2f} KB each")
    for client in clients:
        client.close()
    end = time.monotonic() + 5
    while server.open_files() > 40 and time.monotonic() < end:
        pass
    return check("streams end when their clients go", server.open_files() <= 40, f"{server.open_files()} files open") and ok


def disconnect_storm(server, count):
    for i in range(count):
        client = server.connect()
        request = post("?hold" if i % 3 else "")
        client.sendall(request[: 1 + i % len(request)])
        client.close()
    client = server.connect()
    client.sendall(post())
    return check("a storm of clients that go", b"200 OK" in read_until(client, b"2700}"))


def slow_beside_fast(server):
    slow = server.connect()
    slow.sendall(b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: w")
    took = []
    for _ in range(200):
        fast = server.connect()
        start = time.monotonic()
        fast.sendall(post())
        read_until(fast, b"2700}")
        took.append(time.monotonic() - start)
    took.sort()
    return check("a slow client does not slow others", took[100] < 0.05, f"median {took[100] * 1e6:.0f} us")


def orderly_end(server):
    idle = server.connect()
    pending = server.connect()
    pending.sendall(post()[:-1])
    time.sleep(0.1)
    server.process.send_signal(signal.SIGTERM)
    closed = idle.recv(1) == b""
    pending.sendall(b"x")
    answer = read_until(pending, b"2700}")
    idle.close()
    pending.close()
    code = server.process.wait(10)
    return check("SIGTERM ends in order", closed and b"connection: close" in answer and code == 0, f"exit code {code}")


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    server = Server(sys.argv[1])
    ok = [idle_connections(server, count), idle_streams(server, count), disconnect_storm(server, 300),
          slow_beside_fast(server), orderly_end(server)]
    sys.exit(0 if all(ok) else 1)


main()

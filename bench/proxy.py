"""What one proxied chat request costs: weir with its ledger, and nginx, in the same rounds."""
import contextlib
import os
import sqlite3
import statistics
import time

from processes import Bench, Failed, result_of
from report import note, paired, row, spread

AFTERWARDS_SECONDS = 0.3  # for work that a server finishes after its answer


def fdatasync_us(folder, times=200):
    """How long this disk takes to make 4 KB durable, median; weir waits for it twice a request."""
    path = folder / "fdatasync"
    waits = []
    with open(path, "wb", buffering=0) as file:
        for _ in range(times):
            file.write(b"x" * 4096)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            waits.append((time.perf_counter() - began) * 1e6)
    path.unlink()
    return statistics.median(waits)


def measure(bench, server, *options):
    before = server.cpu_seconds()
    result = result_of(bench.load(server, *options))
    time.sleep(AFTERWARDS_SECONDS)
    used = server.cpu_seconds() - before
    result["cpu_us"] = used / result["requests"] * 1e6 if result["requests"] else 0.0
    return result


def rounds(bench, servers, count, *options):
    """Each round asks every server, in turn forwards and backwards; {name: [result, ...]}."""
    results = {server.name: [] for server in servers}
    for i in range(count):
        for server in servers if i % 2 == 0 else reversed(servers):
            results[server.name].append(measure(bench, server, *options))
    return results


def of(results, name, key):
    return [result[key] for result in results[name]]


def check_books(weir, answered):
    """Every answered request has its row, and none is still reserved."""
    with contextlib.closing(sqlite3.connect(f"file:{weir.scratch}/ledger.db?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT count(*) FROM requests WHERE http_status = 200").fetchone()[0]
        unpaid = db.execute("SELECT count(*) FROM requests WHERE cost_nanousd IS NULL").fetchone()[0]
        reserved = db.execute("SELECT count(*) FROM reservations").fetchone()[0]
    if rows != answered or reserved or unpaid:
        raise Failed(f"{answered} answers, {rows} rows, {reserved} reservations, {unpaid} unpriced")


def throughput(bench, nginx, weir, connections, options, command, *load_options):
    results = rounds(bench, [nginx, weir], options.rounds, "--connections", connections,
                     "--seconds", options.seconds, *load_options)
    ours, theirs = of(results, "weir", "cpu_us"), of(results, "nginx", "cpu_us")
    row(command, f"CPU a request, {connections} connections",
        f"weir {spread(ours)} µs", f"nginx {spread(theirs)} µs",
        f"**ratio {spread(paired(ours, theirs), 2)}**",
        f"RPS weir {spread(of(results, 'weir', 'rps'), 0)}, nginx {spread(of(results, 'nginx', 'rps'), 0)}")
    return sum(of(results, "weir", "requests"))


def latency(bench, mock, nginx, weir, options, command):
    results = rounds(bench, [mock, nginx, weir], options.rounds, "--connections", 64, "--rate",
                     options.rate, "--seconds", options.seconds)
    def added(name, key):
        direct = of(results, "mock", key)
        return [value - base for value, base in zip(of(results, name, key), direct)]
    row(command, f"latency added at {options.rate:.0f} requests/s",
        *(f"{key[:3]} weir {spread(added('weir', key), 0)} µs, nginx {spread(added('nginx', key), 0)} µs"
          for key in ("p50_us", "p99_us")))
    return sum(of(results, "weir", "requests"))


def auto(options):
    """The same with model auto: scored, judged, decided, explained, and sent out."""
    command = f"bench/run auto --rounds {options.rounds} --seconds {options.seconds:g}"
    with Bench(options.weir) as bench:
        mock = bench.mock()
        nginx, weir = bench.nginx(mock), bench.weir(mock, decides=True)
        load_options = ["--model", "auto"]
        answered = measure(bench, weir, "--connections", 64, "--seconds", 1, *load_options)["requests"]
        for connections in options.connections:
            answered += throughput(bench, nginx, weir, connections, options, command, *load_options)
        check_books(weir, answered)
        note(f"the ledger has a priced row for each of the {answered} answers")


def proxy(options):
    command = f"bench/run proxy --rounds {options.rounds} --seconds {options.seconds:g}"
    with Bench(options.weir) as bench:
        note(f"one fdatasync of 4 KB here: {fdatasync_us(bench.scratch):.0f} µs (median)")
        mock = bench.mock()
        nginx, weir = bench.nginx(mock), bench.weir(mock)
        answered = 0
        for server in (nginx, weir):
            warm = measure(bench, server, "--connections", 64, "--seconds", 1)
            answered += warm["requests"] if server is weir else 0
        for connections in options.connections:
            answered += throughput(bench, nginx, weir, connections, options, command)
        answered += latency(bench, mock, nginx, weir, options, command)
        check_books(weir, answered)
        note(f"the ledger has a priced row for each of the {answered} answers")


def receipts(options):
    """What a signed receipt of every request costs: one weir without them, one with."""
    command = f"bench/run receipts --rounds {options.rounds} --seconds {options.seconds:g}"
    with Bench(options.weir) as bench:
        mock = bench.mock()
        servers = [bench.weir(mock), bench.weir(mock, more="[receipts]\nenabled = true\n", name="signing")]
        answered = {server.name: measure(bench, server, "--connections", 64, "--seconds", 1)["requests"]
                    for server in servers}
        for connections in options.connections:
            results = rounds(bench, servers, options.rounds, "--connections", connections,
                             "--seconds", options.seconds)
            without, with_them = of(results, "weir", "cpu_us"), of(results, "signing", "cpu_us")
            row(command, f"CPU a request with receipts, {connections} connections",
                f"with {spread(with_them)} µs", f"without {spread(without)} µs",
                f"**ratio {spread(paired(with_them, without), 2)}**",
                f"RPS with {spread(of(results, 'signing', 'rps'), 0)}, without {spread(of(results, 'weir', 'rps'), 0)}")
            for server in servers:
                answered[server.name] += sum(of(results, server.name, "requests"))
        for server in servers:
            check_books(server, answered[server.name])
        lines = sum(len(path.read_bytes().splitlines()) for path in servers[1].scratch.glob("receipts-*.jsonl"))
        if lines != answered["signing"]:
            raise Failed(f"{answered['signing']} answers, {lines} receipts")
        note(f"each of the {lines} answers has its receipt")

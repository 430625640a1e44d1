"""Memory and CPU with a thousand event streams, and memory with a thousand idle connections.

Each figure is of a fresh process: memory that an earlier load left behind would count otherwise.
"""
import statistics
import time

from processes import Bench, result_of
from report import note, paired, row, spread

SETTLE_SECONDS = 2.0
SAMPLE_SECONDS = 0.25


def watch_streams(bench, server, chunks, options):
    """Opens the streams over one second; memory is the median while all of them run."""
    at_start, before = server.rss_mb(), server.cpu_seconds()
    load = bench.load(server, "--connections", options.streams, "--requests", options.streams,
                      "--rate", options.streams, "--stream", "--chunks", chunks)
    began, samples = time.monotonic(), []
    while load.poll() is None:
        time.sleep(SAMPLE_SECONDS)
        if 1 + SETTLE_SECONDS < time.monotonic() - began < options.stream_seconds:
            samples.append(server.rss_mb())
    result = result_of(load)
    result["cpu_us"] = (server.cpu_seconds() - before) / result["chunks"] * 1e6
    result["rss_mb"], result["start_mb"] = statistics.median(samples), at_start
    return result


def sse(options):
    command = f"bench/run sse --rounds {options.rounds} --streams {options.streams}" \
              f" --chunks-per-second {options.chunks_per_second:g}"
    chunks = int(options.stream_seconds * options.chunks_per_second)
    interval_us = int(1e6 / options.chunks_per_second)
    results = {"nginx": [], "weir": []}
    for i in range(options.rounds):
        with Bench(options.weir) as bench:
            mock = bench.mock(chunks, interval_us)
            servers = [bench.nginx(mock, buffering="off"), bench.weir(mock)]
            for server in servers if i % 2 == 0 else reversed(servers):
                results[server.name].append(watch_streams(bench, server, chunks, options))

    def of(name, key):
        return [result[key] for result in results[name]]
    per_second = options.streams * options.chunks_per_second
    row(command, f"{options.streams} streams, {per_second:.0f} chunks/s: memory",
        f"**weir {spread(of('weir', 'rss_mb'))} MB RSS** ({spread(of('weir', 'start_mb'))} at the start)",
        f"nginx {spread(of('nginx', 'rss_mb'))} MB")
    row(command, f"{options.streams} streams, {per_second:.0f} chunks/s: CPU a chunk",
        f"weir {spread(of('weir', 'cpu_us'))} µs", f"nginx {spread(of('nginx', 'cpu_us'))} µs",
        f"ratio {spread(paired(of('weir', 'cpu_us'), of('nginx', 'cpu_us')), 2)}")
    row(command, f"{options.streams} streams, {per_second:.0f} chunks/s: from the mock to the client",
        *(f"{name} {label} {spread(of(name, key), 0)} µs" for name in ("weir", "nginx")
          for label, key in (("chunk p50", "chunk_p50_us"), ("p99", "chunk_p99_us"),
                             ("first chunk p50", "ttft_p50_us"))))


def idle_memory(bench, server, connections, requests):
    """(before, with the idle connections), in MB; `requests` of them were used once."""
    before = server.rss_mb()
    load = bench.load(server, "--connections", connections, "--requests", requests, "--rate", 500,
                      "--hold-seconds", 2 * SETTLE_SECONDS)
    result_of(load)
    time.sleep(SETTLE_SECONDS)
    during = server.rss_mb()
    load.wait()
    return before, during


def idle(options):
    command = f"bench/run idle --idle-connections {options.idle_connections}"
    count = options.idle_connections
    for requests, what in ((0, "never used"), (count, "used once each")):
        figures = []
        for name in ("weir", "nginx"):
            with Bench(options.weir) as bench:
                server = getattr(bench, name)(bench.mock())
                before, during = idle_memory(bench, server, count, requests)
            each = (during - before) * 1024 / count
            figures.append(f"{name} {during:.1f} MB RSS ({before:.1f} before; {each:.1f} KB each)")
        row(command, f"{count} idle connections, {what}", *figures)
    note("memory of socket buffers is the kernel's and not in these figures")

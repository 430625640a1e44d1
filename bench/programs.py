"""Builds what is measured, times a build from scratch, and runs the benchmarks of single rooms."""
import json
import os
import shutil
import subprocess
import tempfile
import time

from processes import BUILD, Failed, ROOT
from report import note, row


def checked(command, **options):
    done = subprocess.run([str(part) for part in command], cwd=ROOT, text=True,
                          capture_output=True, check=False, **options)
    if done.returncode != 0:
        raise Failed("failed: " + " ".join(map(str, command)) + "\n" + (done.stdout + done.stderr)[-4000:])
    return done.stdout


def build(*targets):
    """Brings `targets` up to date in build/bench, as it ships; a warning does not stop a benchmark."""
    checked(["cmake", "--preset", "release", "-B", BUILD, "-DWEIR_TESTS=ON", "-DWEIR_WERROR=OFF"])
    checked(["cmake", "--build", BUILD, "--parallel", os.cpu_count(), "--target", *targets])


def build_time(options):
    """The program alone, as ./dev build makes it, without ccache."""
    folder = tempfile.mkdtemp(prefix="from-scratch-", dir=ROOT / "build")
    environment = {**os.environ, "CCACHE_DISABLE": "1"}
    try:
        began = time.monotonic()
        checked(["cmake", "--preset", "release", "-B", folder, "-DWEIR_TESTS=OFF", "-DWEIR_UNITY=ON"],
                env=environment)
        checked(["cmake", "--build", folder, "--parallel", os.cpu_count(), "--target", "weir"],
                env=environment)
        seconds = time.monotonic() - began
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    row("bench/run build", "the program from scratch, no tests, no ccache",
        f"{seconds / 60:.1f} minutes on {os.cpu_count()} cores")


def ledger(options):
    folder = tempfile.mkdtemp(prefix="ledger-", dir=BUILD)
    try:
        lines = checked([BUILD / "bench/ledger_bench", folder]).splitlines()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    row("bench/run ledger", "the ledger alone", *(" ".join(line.split()) for line in lines))


def kernels(options):
    text = checked([BUILD / "bench/kernel_bench", "--benchmark_format=json"])
    for one in json.loads(text)["benchmarks"]:
        if one.get("error_occurred"):
            note(f"{one['name']}: {one['error_message']}")
            continue
        rates = [f"{one['bytes_per_second'] / 1e9:.1f} GB/s"] if "bytes_per_second" in one else []
        rates += [f"{one['tokens/s']:.0f} tokens/s"] if "tokens/s" in one else []
        row("bench/run kernels", one["name"], *rates)


def privacy(options):
    """CPU of a scan; of hostile text also what ten times the text costs."""
    text = checked([BUILD / "bench/privacy_bench", "--benchmark_format=json"])
    times = {one["name"]: one["cpu_time"] for one in json.loads(text)["benchmarks"]}
    for name, time_us in times.items():
        kind, size = name.rsplit("/", 1)
        cells = [f"{time_us:.1f} µs for {int(size):,} bytes"]
        smaller = times.get(f"{kind}/{int(size) // 10}")
        cells += [f"{time_us / smaller:.1f} times a tenth of it"] if smaller else []
        row("bench/run privacy", f"the scanner, {kind}", *cells)


def engine_streams(options):
    for form in ("q8_0", "q4_0"):
        lines = checked([BUILD / "bench/engine_bench", form]).splitlines()
        row("bench/run engine-streams", f"answers at once, random llama, {form}", *lines)

"""Medians with their ranges, and rows for RESULTS.md."""
import datetime
import os
import pathlib
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def spread(values, digits=1):
    """'24.5 (21.0–24.6)': the median and the range."""
    values = list(values)
    middle, low, high = statistics.median(values), min(values), max(values)
    if len(values) == 1:
        return f"{middle:.{digits}f}"
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def paired(ours, theirs):
    """The ratios of what was measured in the same round."""
    return [a / b for a, b in zip(ours, theirs)]


def commit():
    def git(*arguments):
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.strip()
    changed = git("status", "--porcelain", "--untracked-files=no", "--", "*.cc", "*.h", "*.txt", "*.cmake")
    return (git("rev-parse", "--short=9", "HEAD") or "unknown") + ("+" if changed else "")


def row(command, what, *figures):
    """A row of RESULTS.md; a + after the commit means that sources were changed since."""
    day = datetime.date.today().isoformat()
    cells = [day, commit(), f"`{command}`", what, "; ".join(figures)]
    print("| " + " | ".join(cells) + " |", flush=True)


def note(text):
    print(f"  {text}", flush=True)


def machine():
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores ({model}), load average {load:.1f} at the start"

"""The engine beside llama.cpp: the same files, the same machine, in turns, with the machine's own limits.

Without --llama-bench it measures weir alone. Models are random weights in real shapes, made by
`weir bench --keep` and kept in --models.
"""
import json
import statistics
import subprocess

import processes
import streams
from report import note, paired, row, spread

TYPES = ("Q4_0", "Q4_K_M", "Q8_0", "Q6_K")


class Figures:
    """What each side reached in every round, by the name of the run, and weir's limits."""

    def __init__(self):
        self.ours, self.theirs, self.used, self.limit = {}, {}, {}, {}

    def ratios(self, name):
        return paired(self.ours[name], self.theirs.get(name, []))


def model(options, shape, form):
    """The path of a made model."""
    options.models.mkdir(parents=True, exist_ok=True)
    path = options.models / f"{shape}-{form.lower()}.gguf"
    if not path.exists():
        run([options.weir, "bench", "--shape", shape, "--type", form, "--keep", path, "--only-make"])
    return path


def run(command):
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise processes.Failed("failed: " + " ".join(map(str, command)) + "\n" + done.stderr[-2000:])
    return done.stdout


def weir_bench(options, path, figures, arguments):
    """One round of ours. Used and limit are of int8 products for prompts, of memory for answers."""
    text = run([options.weir, "bench", "--model", path, "--threads", options.threads, "--rounds", 1,
                "--json", *arguments])
    found = json.loads(text)
    for one in found["runs"]:
        name = one["name"]
        rate = one["tokens_per_second"][0]
        prompt = "gop_per_token" in one
        each = one["gop_per_token"] if prompt else one["gb_per_token"]
        figures.ours.setdefault(name, []).append(rate)
        figures.used.setdefault(name, []).append(rate * each)
        limit = found["int8_gops"] if prompt else one["read_gb_per_second"][0]
        figures.limit.setdefault(name, []).append(limit)


def llama_bench(program, options, path, figures, arguments):
    text = run([program, "-m", path, "-t", options.threads, "-r", 1, "-o", "json", *arguments])
    for one in json.loads(text):
        name = f"pp{one['n_prompt']}" if one["n_prompt"] else f"tg{one['n_gen']}"
        if one["n_depth"]:
            name += f" @{one['n_depth']}"
        figures.theirs.setdefault(name, []).append(one["avg_ts"])


def llama_batched_bench(program, options, path, figures, count, depth, tokens):
    text = run([program, "-m", path, "-t", options.threads, "-tb", options.threads, "-c", 8192, "-npp", depth,
                "-ntg", tokens, "-npl", count, "--output-format", "jsonl"])
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    name = f"tg{tokens} @{depth} x{count}"
    figures.theirs.setdefault(name, []).append(lines[-1]["speed_tg"])


def in_turns(options, ours, theirs):
    """A round of one and of the other, in alternating order; `theirs` may be None."""
    for number in range(options.rounds):
        sides = [side for side in (ours, theirs) if side is not None]
        for side in sides if number % 2 == 0 else reversed(sides):
            side()


def show(what, figures, name, target, unit="tokens/s"):
    """A row for RESULTS.md. `target`: the ratio that the median must reach."""
    told = [f"weir {spread(figures.ours[name])} {unit}"]
    if name in figures.theirs:
        ratios = figures.ratios(name)
        verdict = "met" if statistics.median(ratios) >= target else "missed"
        told += [f"llama.cpp {spread(figures.theirs[name])}",
                 f"**ratio {spread(ratios, 2)}**, target {target}: {verdict}"]
    if name in figures.used and max(figures.limit[name]) > 0:
        shares = [100 * used / limit for used, limit in zip(figures.used[name], figures.limit[name])]
        kind = "int8 Gop/s" if name.startswith("pp") else "GB/s read"
        told.append(f"{spread(figures.used[name])} of {spread(figures.limit[name])} {kind}, {spread(shares, 0)} %")
    row(f"bench/run engine --rounds {len(figures.ours[name])}", what, *told)


def compare(options, what, path, targets, ours, theirs, program=None):
    """`targets`: name of a run -> ratio. `ours` and `theirs`: arguments of the two programs."""
    program = program or options.llama_bench
    figures = Figures()
    in_turns(options, lambda: weir_bench(options, path, figures, ours),
             program and (lambda: llama_bench(program, options, path, figures, theirs)))
    for name, target in targets.items():
        show(f"{what}, {name}", figures, name, target)


def dense(options):
    """Prompts of 512, and answers of 64 from the start."""
    for shape, decode in (("qwen3-0.6b", 1.15), ("llama-3.2-1b", 1.0)):
        for form in TYPES:
            targets = {"pp512": 2.5 if form == "Q6_K" else 1.9, "tg64": decode}
            compare(options, f"{shape} {form}", model(options, shape, form), targets,
                    ["--prompt", 512, "--answer", 64, "--streams", 1], ["-p", 512, "-n", 64, "-fa", 1])


def layers_of_8b(options):
    for form in ("Q4_0", "Q8_0"):
        compare(options, f"llama-3-8b-4l {form}", model(options, "llama-3-8b-4l", form),
                {"pp512": 1.9, "tg64": 1.0},
                ["--prompt", 512, "--answer", 64, "--streams", 1], ["-p", 512, "-n", 64, "-fa", 1])


def experts(options):
    shape = "qwen3-30b-a3b-6l"
    compare(options, f"{shape} Q4_0", model(options, shape, "Q4_0"), {"pp512": 2.0, "tg64": 1.1},
            ["--prompt", 512, "--answer", 64, "--streams", 1], ["-p", 512, "-n", 64, "-fa", 1])


def depth(options):
    compare(options, "qwen3-0.6b Q4_0", model(options, "qwen3-0.6b", "Q4_0"), {"tg16 @4096": 3.5},
            ["--prompt", 0, "--answer", 16, "--depth", 4096, "--streams", 1],
            ["-p", 0, "-n", 16, "-d", 4096, "-fa", 1])


def quantised_keys(options):
    compare(options, "qwen3-0.6b Q4_0, keys and values in q8_0", model(options, "qwen3-0.6b", "Q4_0"),
            {"pp2048": 4.0}, ["--prompt", 2048, "--answer", 0, "--kv", "q8_0"],
            ["-p", 2048, "-n", 0, "-fa", 1, "-ctk", "q8_0", "-ctv", "q8_0"])


def avx2(options):
    """With a llama-bench that was built for AVX2 alone."""
    for form in ("Q4_0", "Q8_0"):
        compare(options, f"qwen3-0.6b {form}, AVX2 alone", model(options, "qwen3-0.6b", form), {"pp512": 1.5},
                ["--prompt", 512, "--answer", 0, "--kernels", "avx2"], ["-p", 512, "-n", 0, "-fa", 1],
                options.llama_bench_avx2)


def batches(options):
    """Answers at once, without a server."""
    path = model(options, "qwen3-0.6b", "Q4_0")
    for count in (2, 4, 8, 16, 32):
        figures = Figures()
        peer = options.llama_batched_bench
        ours = ["--prompt", 0, "--answer", 32, "--depth", 64, "--streams", count]
        in_turns(options, lambda: weir_bench(options, path, figures, ours),
                 peer and (lambda: llama_batched_bench(peer, options, path, figures, count, 64, 32)))
        name = f"tg32 @64 x{count}"
        show(f"qwen3-0.6b Q4_0, {name}", figures, name, 2.5)


def served(options):
    """Answers at once over HTTP, prompts of 64 bytes and answers of 48 tokens, reading included."""
    path = model(options, "qwen3-0.6b", "Q4_0")
    for count in (1, 4, 8):
        figures = Figures()
        name = f"{count} streams"
        in_turns(options, lambda: figures.ours.setdefault(name, []).append(streams.ours(options, path, count)),
                 options.llama_server
                 and (lambda: figures.theirs.setdefault(name, []).append(streams.theirs(options, path, count))))
        show(f"qwen3-0.6b Q4_0, {name} over HTTP", figures, name, 2.5 if count == 8 else 1.0)


def second_turn(options):
    """A conversation of 12,000 tokens: the time to the first token of its second turn by that of its first."""
    first, second = zip(*(streams.two_turns(options, model(options, "qwen3-0.6b", "Q4_0"), 12_000)
                          for _ in range(min(options.rounds, 2))))
    ratios = paired(second, first)
    verdict = "met" if statistics.median(ratios) <= 0.03 else "missed"
    row("bench/run engine", "qwen3-0.6b Q4_0, second turn of a conversation of 12,000 tokens over HTTP",
        f"time to the first token {spread(first, 2)} s, then {spread(second, 3)} s",
        f"**ratio {spread(ratios, 3)}**, target at most 0.03: {verdict}")


PARTS = {one.__name__: one for one in (dense, depth, quantised_keys, batches, served, second_turn, experts,
                                       layers_of_8b, avx2)}


def engine(options):
    if options.llama_bench is None:
        note("no --llama-bench: weir alone, beside what the machine could do")
    for name in options.parts or PARTS:
        try:
            PARTS[name](options)
        except processes.Failed as failure:
            note(f"{name}: {failure}")

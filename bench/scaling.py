"""How a token's cost grows with the context and falls with answers at once: figures and a PNG.

Draws with matplotlib, in a virtual environment of the build folder that is made when it is missing.
"""
import json
import subprocess
import sys
import venv

import engine
from processes import BUILD, Failed
from report import row

DEPTHS = (512, 1024, 2048, 4096, 8192, 16_384, 32_256)
STREAMS = (1, 2, 4, 8, 16, 32)
SHAPE, FORM = "qwen3-0.6b", "Q4_0"

DRAW = """
import json, sys
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
found = json.load(open(sys.argv[1]))
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2))
for name, label in (("prompt", "reading a prompt"), ("answer", "answering")):
    left.plot(found["depths"], found[name], "o-", label=label)
left.set(xlabel="tokens before it", ylabel="ms a token", yscale="log", title=found["model"])
right.plot(found["streams"], found["rates"], "o-", label="measured")
right.plot(found["streams"], [found["rates"][0] * n for n in found["streams"]], "--", label="proportional")
right.set(xlabel="answers at once", ylabel="tokens/s of all", yscale="log", title=found["about"])
for axes, counts in ((left, found["depths"]), (right, found["streams"])):
    axes.set_xscale("log", base=2)
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.yaxis.set_major_formatter("{x:g}")
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
figure.tight_layout()
figure.savefig(sys.argv[2], dpi=110)
"""


def measured(options, path, arguments):
    figures = engine.Figures()
    engine.weir_bench(options, path, figures, arguments)
    return figures.ours


def drawing_python():
    """A python that has matplotlib."""
    folder = BUILD / "plots"
    python = folder / "bin/python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        done = subprocess.run([python, "-m", "pip", "install", "-q", "matplotlib"], check=False)
        if done.returncode != 0:
            raise Failed("matplotlib cannot be installed")
    return python


def scaling(options):
    path = engine.model(options, SHAPE, FORM)
    deep = measured(options, path, ["--prompt", 512, "--answer", 16, "--streams", 1,
                                    "--depth", ",".join(map(str, DEPTHS))])
    wide = measured(options, path, ["--prompt", 0, "--answer", 32, "--depth", 64,
                                    "--streams", ",".join(map(str, STREAMS))])
    prompt = [1000 / deep[f"pp512 @{depth}"][0] for depth in DEPTHS]
    answer = [1000 / deep[f"tg16 @{depth}"][0] for depth in DEPTHS]
    rates = [wide["tg32 @64" + (f" x{count}" if count > 1 else "")][0] for count in STREAMS]
    found = {"model": f"{SHAPE} {FORM}, {options.threads} threads", "about": "after 64 tokens each",
             "depths": DEPTHS, "prompt": prompt, "answer": answer, "streams": STREAMS, "rates": rates}
    figures, drawing = BUILD / "scaling.json", BUILD / "scaling.png"
    figures.write_text(json.dumps(found))
    subprocess.run([drawing_python(), "-c", DRAW, figures, drawing], check=True)
    told = [f"after {depth}: {read:.2f}, {made:.1f}" for depth, read, made in zip(DEPTHS, prompt, answer)]
    row("bench/run engine-scaling", f"{SHAPE} {FORM}: ms a token of a prompt, of an answer", *told)
    row("bench/run engine-scaling", f"{SHAPE} {FORM}: tokens/s of answers at once, after 64 tokens each",
        *(f"{count}: {rate:.0f}" for count, rate in zip(STREAMS, rates)))
    print(f"  drawn in {drawing}", file=sys.stderr)

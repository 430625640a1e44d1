#!/usr/bin/env python3
"""Makes metrics/prices.json from two public price catalogues.

usage: make_prices.py CATALOGUES --as-of YYYY-MM-DD [--out metrics/prices.json]

CATALOGUES holds the folders models.dev (one TOML file a model) and
litellm-subset (one JSON file). --as-of is the day on which both are known to
have said so; a price without a date is never written.

The rules, so that a price is never guessed and never too low:
- only models that answer with text or vectors and are paid by the token;
- prices are converted as decimals, exactly; one that is no whole number of
  nano-dollars per million tokens is an error;
- where the catalogues disagree the dearer of both wins, bucket by bucket, and
  the disagreement is printed;
- names and prices that the mirror of litellm made up itself (its aliases and
  custom models) are left out;
- what has no cached price, or one of zero, costs as input; writing a cache never
  costs less than input. Anthropic's cache writes, where not listed, cost 1.25 and
  2 times input, as its price page says.
"""
import argparse
import json
import pathlib
import re
import sys
import tomllib
from decimal import Decimal

NANO = Decimal(10) ** 9
BUCKETS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
OTHER_OUTPUT = re.compile(r"audio|realtime|image|tts|live|transcribe|whisper|search|"
                      r"deep-research|guard|orpheus|video|instruct-0914|omni-flash")
DEV_PROVIDERS = {"anthropic": "anthropic", "deepseek": "deepseek", "google": "gcp.gemini",
                 "groq": "groq", "mistral": "mistral_ai", "openai": "openai", "xai": "x_ai"}
LITELLM_PROVIDERS = {"anthropic": "anthropic", "deepseek": "deepseek", "gemini": "gcp.gemini",
                     "vertex_ai-language-models": "gcp.gemini", "openai": "openai", "xai": "x_ai",
                     "moonshot": "moonshot_ai", "zhipu": "zai", "minimax": "minimax"}


def nano(usd_per_million):
    amount = Decimal(usd_per_million) * NANO
    if amount != amount.to_integral_value() or amount < 0:
        raise ValueError(f"{usd_per_million} USD is no whole number of nano-dollars")
    return int(amount)


def buckets(provider, listed):
    """The five disjoint buckets from what a catalogue lists, in USD per million."""
    price = listed["input"]
    anthropic = provider == "anthropic"
    listed = {name: cost for name, cost in listed.items() if cost > 0 or name in ("input", "output")}
    write_5m = max(price, listed.get("cache_write_5m", price * Decimal("1.25") if anthropic else price))
    write_1h = max(write_5m, listed.get("cache_write_1h", price * 2 if anthropic else price))
    return [nano(x) for x in (price, listed.get("cache_read", price), write_5m, write_1h,
                              listed["output"])]


def dev_listed(cost):
    names = {"input": "input", "output": "output", "cache_read": "cache_read",
             "cache_write": "cache_write_5m"}
    return {ours: Decimal(cost[theirs]) for theirs, ours in names.items() if theirs in cost}


def read_dev(root):
    for path in sorted(root.glob("providers/*/models/**/*.toml")):
        folder, name = path.relative_to(root / "providers").as_posix().split("/models/")
        entry = tomllib.loads(path.read_text(), parse_float=Decimal)
        base = root / "models" / (entry.get("base_model", "-") + ".toml")
        known = tomllib.loads(base.read_text(), parse_float=Decimal) if base.is_file() else {}
        limit = {**known.get("limit", {}), **entry.get("limit", {})}
        modalities = {**known.get("modalities", {}), **entry.get("modalities", {})}
        cost = entry.get("cost", {})
        if modalities.get("output", ["text"]) != ["text"] or "input" not in cost or "output" not in cost:
            continue
        provider = DEV_PROVIDERS[folder]
        tiers = [[t["tier"]["size"], buckets(provider, {**dev_listed(cost), **dev_listed(t)})]
                 for t in cost.get("tiers", [])]
        yield provider, name.removesuffix(".toml"), {
            "prices": buckets(provider, dev_listed(cost)), "tiers": tiers, "source": "models.dev",
            "max_output": limit.get("output", 0), "context": limit.get("context", 0)}


LITELLM_NAMES = {"input": "input_cost_per_token", "output": "output_cost_per_token",
                 "cache_read": "cache_read_input_token_cost",
                 "cache_write_5m": "cache_creation_input_token_cost",
                 "cache_write_1h": "cache_creation_input_token_cost_above_1hr"}


def litellm_listed(entry, suffix=""):
    million = Decimal(10) ** 6
    return {ours: entry[name + suffix] * million for ours, name in LITELLM_NAMES.items()
            if name + suffix in entry}


def litellm_tiers(provider, entry):
    sizes = {int(m.group(1)) for key in entry if (m := re.search(r"_above_(\d+)k_tokens$", key))}
    base = litellm_listed(entry)
    base.pop("cache_write_1h", None)  # follows the tier's input where the tier lists none
    return [[size * 1000, buckets(provider, {**base, **litellm_listed(entry, f"_above_{size}k_tokens")})]
            for size in sorted(sizes)]


def read_litellm(root):
    made_up = json.loads((root / "config.json").read_text())
    made_up = {*made_up["aliases"], *made_up["custom_models"]}
    text = (root / "model_prices_and_context_window.json").read_text()
    for name, entry in json.loads(text, parse_float=Decimal, parse_int=Decimal).items():
        provider = LITELLM_PROVIDERS.get(entry.get("litellm_provider"))
        if name in made_up or provider is None or entry.get("mode") not in ("chat", "responses"):
            continue
        listed = litellm_listed(entry)
        if "input" not in listed or "output" not in listed:
            continue
        yield provider, name, {
            "prices": buckets(provider, listed), "tiers": litellm_tiers(provider, entry),
            "source": "litellm", "max_output": int(entry.get("max_output_tokens", 0)),
            "context": int(entry.get("max_input_tokens", 0))}


def merge(key, a, b):
    if a["prices"] != b["prices"]:
        print(f"{key[0]} {key[1]}: {a['prices']} or {b['prices']}", file=sys.stderr)
    a_is_dearer = sum(a["prices"]) > sum(b["prices"])
    return {"prices": [max(x, y) for x, y in zip(a["prices"], b["prices"])],
            "tiers": max(a["tiers"], b["tiers"], key=lambda t: sum(sum(p) for _, p in t)),
            "source": a["source"] if a["prices"] == b["prices"] or a_is_dearer else b["source"],
            "max_output": max(a["max_output"], b["max_output"]),
            "context": max(a["context"], b["context"])}


def collect(root):
    table = {}
    for reader, folder in ((read_dev, "models.dev"), (read_litellm, "litellm-subset")):
        for provider, name, entry in reader(root / folder):
            if OTHER_OUTPUT.search(name) or entry["prices"][0] == entry["prices"][4] == 0:
                continue
            key = (provider, name)
            table[key] = merge(key, table[key], entry) if key in table else entry
    return table


def grouped(table, as_of):
    """Names that share everything share a line."""
    groups = {}
    for (provider, name), entry in sorted(table.items()):
        line = {"provider": provider, "models": [], **entry, "as_of": as_of}
        groups.setdefault(json.dumps(line), line)["models"].append(name)
    return list(groups.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("catalogues", type=pathlib.Path)
    parser.add_argument("--as-of", required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("metrics/prices.json"))
    options = parser.parse_args()
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", options.as_of):
        parser.error("--as-of is a day, YYYY-MM-DD")
    table = collect(options.catalogues)
    lines = ",\n".join(json.dumps(line) for line in grouped(table, options.as_of))
    head = {"unit": "nano-dollars per million tokens", "buckets": BUCKETS,
            "made_by": "tools/make_prices.py"}
    options.out.write_text(json.dumps(head)[:-1] + ', "entries": [\n' + lines + "\n]}\n")
    print(f"{len(table)} models", file=sys.stderr)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes a model the one inside the program.

    tools/weir_mini/adopt.py MODEL.gguf --weir build/release/weir

judges it by both shipped sets, copies it to local_backend/mini/weir-mini.gguf and writes weir-mini.json
beside it, which the tests hold the program to. Then build again.
"""
import argparse
import hashlib
import json
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
MINI = HERE.parent.parent / "local_backend/mini"
SETS = ("unseen_values", "unseen_templates")
MOST_BYTES = 16 << 20


def weir(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"weir {arguments[0]}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def judged(program, model, name):
    told = weir(program, "eval-mini", "--json", "--model", model, "--tasks", HERE / f"eval/{name}.jsonl")
    skills = {skill: [each["right"], each["jobs"]] for skill, each in told["skills"].items()}
    return {"right": told["all"]["right"], "of": told["all"]["jobs"], "skills": skills}


def manifest_of(program, model):
    card = weir(program, "models", model, "--json")
    trained = re.search(r"(\d+) tokens, (\d+) steps", card.get("description", ""))
    if card["name"] != "weir-mini" or trained is None:
        raise SystemExit(f"{model}: was not written by weir_mini.export")
    if card["file_bytes"] > MOST_BYTES:
        raise SystemExit(f"{model}: has {card['file_bytes']} bytes, more than {MOST_BYTES}")
    return {"sha256": hashlib.sha256(model.read_bytes()).hexdigest(), "bytes": card["file_bytes"],
            "parameters": card["parameters"], "context_tokens": card["context_tokens"],
            "trained_tokens": int(trained[1]), "trained_steps": int(trained[2]),
            "right": {name: judged(program, model, name) for name in SETS}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--weir", required=True, help="the program that judges it")
    options = parser.parse_args()
    manifest = manifest_of(options.weir, options.model)
    data = options.model.read_bytes()
    (MINI / "weir-mini.gguf").write_bytes(data)
    text = json.dumps(manifest, indent=2)
    text = re.sub(r"\[\s+(\d+),\s+(\d+)\s+\]", r"[\1, \2]", text)
    (MINI / "weir-mini.json").write_text(text + "\n")
    for name, each in manifest["right"].items():
        print(f"{name}: {each['right']} of {each['of']} right")


if __name__ == "__main__":
    main()

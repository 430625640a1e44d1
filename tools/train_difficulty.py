#!/usr/bin/env python3
"""Trains the weights of router/difficulty: how likely a small model is not good enough.

usage: train_difficulty.py DATA [--golden-only]

DATA is a folder with mmlu.jsonl, gsm8k.jsonl, llmrouter/train.json and
arena_hard_v01.jsonl. Writes router/difficulty_weights.{h,cc} with the training
record, and the features and scores into tests/data/difficulty_golden.jsonl, so
that the C++ can be held to the same arithmetic. Standard library only; the same
input gives the same output. About half a minute.
"""
import hashlib
import json
import math
import pathlib
import random
import re
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests/data/difficulty_golden.jsonl"
ANCHORS = ROOT / "tools/difficulty_anchors.jsonl"
WEAK, STRONG = "mistral-7b-instruct-v0.3", "llama-3.1-nemotron-51b-instruct"
BROKEN_LABELS = "high_school_mathematics"  # the strong model is "right" on 3 % of it

# ---- features: the same arithmetic as router/features.cc ----


def word_groups():
    text = (ROOT / "router/difficulty_words.h").read_text()
    body = text[text.index("kWordGroups = {"):]
    groups, current = [], None
    for line in body.splitlines()[1:]:
        line = line.strip()
        if line.startswith("//"):
            current = []
            groups.append(current)
        elif line.startswith('"'):
            current += line.split('"')[1].split()
    first = {}
    for number, words in enumerate(groups):
        for word in words:
            first.setdefault(word.encode(), number)
    return first, len(groups)


GROUP_OF, GROUPS = word_groups()
NAMES = re.findall(r'"(\w+)"', re.search(r"kFeatureNames = \{(.*?)\}",
                                         (ROOT / "router/features.cc").read_text(), re.S).group(1))
OPTIONS = NAMES.index("options")
QUANTITY = NAMES.index("w_quantity") - NAMES.index("w_proof")
JOB = NAMES.index("w_job") - NAMES.index("w_proof")


def group_of(word):
    word = word.lower()
    group = GROUP_OF.get(word)
    if group is None and word.endswith(b"s") and len(word) > 3:
        group = GROUP_OF.get(word[:-1])
    return group


def group_hits(text):
    """Hits near the beginning and the end, where a prompt says what it wants."""
    hits = [0] * GROUPS
    for match in re.finditer(rb"[A-Za-z]+", text):
        if match.end() > 512 and match.end() + 256 < len(text):
            continue
        group = group_of(match.group())
        if group is not None:
            hits[group] += 1
    return hits


def asks_at_end(text):
    return any(match.end() + 80 >= len(text) and group_of(match.group()) == JOB
               for match in re.finditer(rb"[A-Za-z]+", text))


def features(prompt):
    text = prompt.encode()
    assert len(text) <= 65536
    words = re.findall(rb"[A-Za-z]+", text)
    letters = sum(map(len, words))
    size = max(1, len(text))
    dense = [
        math.log1p(len(text)) / 10,
        math.log1p(text.count(b"\n")) / 5,
        letters / max(1, len(words)) / 10,
        sum(len(word) >= 10 for word in words) / max(1, len(words)),
        len(re.findall(rb"[0-9]", text)) / size,
        math.log1p(len(re.findall(rb"[0-9]+", text))) / 5,
        math.log1p(len(re.findall(rb"[+=^<>*]", text))) / 5,
        math.log1p(len(re.findall(rb"\\(?=[A-Za-z])", text))) / 5,
        math.log1p(len(re.findall(rb"[{};`_]", text))) / 5,
        len(re.findall(rb"[\x80-\xff]", text)) / size,
        len(re.findall(rb"[A-Z]", text)) / max(1, letters),
        min(1.0, text.count(b"?") / 4),
        1.0 if len(re.findall(rb"\n\(?[A-J][.)]", text)) >= 3 else 0.0,
        max(0.0, 1 - len(text) / 150),
    ]
    hits = group_hits(text)
    numbers = len(re.findall(rb"[0-9]+", text))
    story = 1.0 if numbers >= 2 and hits[QUANTITY] >= 2 and not dense[OPTIONS] else 0.0
    job = any(group_of(word) == JOB for word in words[:8]) or asks_at_end(text)
    groups = [math.log1p(hit) / 2 for hit in hits]
    return dense + groups + [story, story * dense[0], dense[0] if job else 0.0] + [0.0, 0.0, 0.0]  # no context


# ---- data: rows of (features, weak model fails, weight, strong model right) ----


class Row:
    def __init__(self, prompt, fails, strong_ok=None, fold=None):
        self.x = features(prompt)
        self.y = 1.0 if fails else 0.0
        self.strong_ok = strong_ok
        self.fold = fold
        self.weight = 1.0


def jsonl(path):
    return [json.loads(line) for line in path.read_text().split("\n") if line]


def load(data):
    mmlu = [r for r in jsonl(data / "mmlu.jsonl") if r["subject"] != BROKEN_LABELS]
    subjects = sorted({r["subject"] for r in mmlu})
    rng = random.Random(1)
    rng.shuffle(subjects)
    fold_of = {subject: i % 5 for i, subject in enumerate(subjects)}
    sets = {"mmlu": [Row(r["prompt"], not r["weak_ok"], r["strong_ok"], fold_of[r["subject"]])
                     for r in mmlu]}
    sets["gsm8k"] = [Row(r["prompt"], not r["weak_ok"], r["strong_ok"], rng.randrange(5))
                     for r in jsonl(data / "gsm8k.jsonl")]
    sets["llmrouter"] = [
        Row(r["question"], r["scores"][WEAK] < 0.5, r["scores"][STRONG] >= 0.5, rng.randrange(5))
        for r in json.loads((data / "llmrouter/train.json").read_text())
        if r["scores"].get(WEAK) is not None and r["scores"].get(STRONG) is not None
        and len(r["question"].encode()) <= 65536]
    anchors = [Row(r["prompt"], r["hard"], None, rng.randrange(5)) for r in jsonl(ANCHORS)]
    arena = [Row(r["prompt"], True, None, rng.randrange(5))
             for r in jsonl(data / "arena_hard_v01.jsonl")]
    easy = [row for row in anchors if not row.y]
    hard = [row for row in anchors if row.y]
    set_weight(sets["mmlu"], 2000)
    set_weight(sets["gsm8k"], 1500)
    set_weight(sets["llmrouter"], 1500)
    set_weight(easy, 1500)
    set_weight(hard, 900)
    set_weight(arena, 600)  # chosen as hard by its makers; no labels
    sets["open"] = easy + hard + arena
    return sets


def set_weight(rows, total):
    for row in rows:
        row.weight = total / len(rows)


# ---- logistic regression by Newton's method ----

# One model for all sets. What no set varies keeps its prior: agents with tools and
# long conversations are harder.
PRIOR = {"tools": 0.3, "log_context": 0.5, "turns": 0.3}
RIDGE = 4.0


def sigmoid(z):
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def solve(matrix, vector):
    """Gauss elimination; the matrix is symmetric and positive definite."""
    n = len(vector)
    rows = [list(matrix[i]) + [vector[i]] for i in range(n)]
    for i in range(n):
        for j in range(i + 1, n):
            factor = rows[j][i] / rows[i][i]
            if factor:
                rows[j] = [a - factor * b for a, b in zip(rows[j], rows[i])]
    answer = [0.0] * n
    for i in reversed(range(n)):
        rest = sum(rows[i][k] * answer[k] for k in range(i + 1, n))
        answer[i] = (rows[i][n] - rest) / rows[i][i]
    return answer


def fit(rows):
    """Weights and intercept, the intercept last."""
    size = len(NAMES) + 1
    prior = [PRIOR.get(name, 0.0) for name in NAMES] + [0.0]
    ridge = [RIDGE] * len(NAMES) + [1e-3]
    beta = list(prior)
    for _ in range(7):
        gradient = [ridge[i] * (prior[i] - beta[i]) for i in range(size)]
        curvature = [[0.0] * size for _ in range(size)]
        for i in range(size):
            curvature[i][i] = ridge[i]
        for row in rows:
            used = [(i, v) for i, v in enumerate(row.x) if v]
            used.append((size - 1, 1.0))
            p = sigmoid(sum(beta[i] * v for i, v in used))
            residual = row.weight * (row.y - p)
            slope = row.weight * max(p * (1 - p), 1e-6)
            for a, (i, v) in enumerate(used):
                gradient[i] += residual * v
                line, sv = curvature[i], slope * v
                for j, w in used[a:]:
                    line[j] += sv * w
        for i in range(size):
            for j in range(i):
                curvature[i][j] = curvature[j][i]
        beta = [b + step for b, step in zip(beta, solve(curvature, gradient))]
    return [round(b, 5) for b in beta]


def as_float(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def score(beta, x):
    return sigmoid(beta[-1] + sum(w * as_float(v) for w, v in zip(beta, x)))


# ---- measures ----


def auroc(scores, labels):
    order = sorted(range(len(scores)), key=lambda i: scores[i])
    rank_sum, positives, i = 0.0, sum(labels), 0
    while i < len(order):
        j = i
        while j < len(order) and scores[order[j]] == scores[order[i]]:
            j += 1
        rank_sum += (i + j + 1) / 2 * sum(labels[order[k]] for k in range(i, j))
        i = j
    negatives = len(labels) - positives
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def apgr(scores, weak, strong):
    """Area under gain over share of strong calls, by the exact curve, ties averaged."""
    n = len(scores)
    gap = sum(strong) - sum(weak)
    order = sorted(range(n), key=lambda i: -scores[i])
    area, gained, i = 0.0, 0.0, 0
    while i < n:
        j, step = i, 0
        while j < n and scores[order[j]] == scores[order[i]]:
            step += strong[order[j]] - weak[order[j]]
            j += 1
        area += (j - i) * (gained + step / 2)
        gained += step
        i = j
    return area / n / gap


def interval(scores, weak, strong, rounds=200):
    rng, n, values = random.Random(7), len(scores), []
    for _ in range(rounds):
        pick = [rng.randrange(n) for _ in range(n)]
        if sum(strong[i] - weak[i] for i in pick) > 0:
            values.append(apgr([scores[i] for i in pick], [weak[i] for i in pick],
                               [strong[i] for i in pick]))
    values.sort()
    return values[int(0.025 * len(values))], values[int(0.975 * len(values))]


def cross_validate(sets):
    """Scores of every row by weights that saw neither it nor its subject."""
    scores = {name: [0.0] * len(rows) for name, rows in sets.items()}
    for fold in range(5):
        beta = fit([r for rows in sets.values() for r in rows if r.fold != fold])
        for name, rows in sets.items():
            for i, row in enumerate(rows):
                if row.fold == fold:
                    scores[name][i] = score(beta, row.x)
        print("fold", fold, "done", file=sys.stderr)
    return scores


def record(sets, scores):
    lines = ["set        n      AUROC(weak fails)  APGR [95 % interval]    APGR of length  hard at .5"]
    for name in ("mmlu", "gsm8k", "llmrouter"):
        rows = sets[name]
        weak = [1 - int(r.y) for r in rows]
        strong = [int(r.strong_ok) for r in rows]
        low, high = interval(scores[name], weak, strong)
        lines.append("%-9s %5d   %.3f              %.3f [%.3f, %.3f]    %.3f           %.2f" % (
            name, len(rows), auroc(scores[name], [int(r.y) for r in rows]),
            apgr(scores[name], weak, strong), low, high,
            apgr([r.x[0] for r in rows], weak, strong),
            sum(s >= 0.5 for s in scores[name]) / len(rows)))
    rows = sets["open"]
    easy = [s for s, r in zip(scores["open"], rows) if not r.y]
    hard = [s for s, r in zip(scores["open"], rows) if r.y]
    lines.append("open      %5d   %.3f              easy below .5: %.2f, hard from .5: %.2f" % (
        len(rows), auroc(scores["open"], [int(r.y) for r in rows]),
        sum(s < 0.5 for s in easy) / len(easy), sum(s >= 0.5 for s in hard) / len(hard)))
    return lines


# ---- output ----


def write_weights(beta, lines, data):
    files = [data / "mmlu.jsonl", data / "gsm8k.jsonl", data / "llmrouter/train.json",
             data / "arena_hard_v01.jsonl", ANCHORS]
    hashes = ["%s %s" % (hashlib.sha256(f.read_bytes()).hexdigest(), f.name) for f in files]
    version = "d1-" + hashlib.sha256(
        repr(beta).encode()).hexdigest()[:8]
    values = "\n".join("    %s,  // %s" % (repr(w), n) for w, n in zip(beta, NAMES))
    comment = "\n".join("// " + line for line in
                        ["Made by tools/train_difficulty.py: do not edit.", "",
                         "Cross-validated in five folds; MMLU by subject (no subject is in training",
                         "and test), without " + BROKEN_LABELS + ". Weak and strong model of",
                         "llmrouter: " + WEAK + ", " + STRONG + ".", ""] + lines +
                        ["", "Trained on (SHA-256):"] + hashes).replace("// \n", "//\n")
    (ROOT / "router/difficulty_weights.h").write_text(
        "// The trained weights of router/difficulty.h.\n#pragma once\n\n#include <array>\n"
        "#include <string_view>\n\n#include \"router/features.h\"\n\nnamespace weir {\n\n"
        "struct DifficultyWeights {\n  std::string_view version;\n  double intercept;\n"
        "  std::array<double, kFeatureCount> weights;  // one per feature\n};\n"
        "extern const DifficultyWeights kDifficultyWeights;\n\n}  // namespace weir\n")
    (ROOT / "router/difficulty_weights.cc").write_text(
        "%s\n#include \"router/difficulty_weights.h\"\n\nnamespace weir {\n\n"
        "// clang-format off\nconst DifficultyWeights kDifficultyWeights = {\n    \"%s\", %s,\n"
        "    {{\n%s\n    }}};\n// clang-format on\n\n}  // namespace weir\n"
        % (comment, version, repr(beta[-1]), values))


def write_golden(beta):
    lines = []
    for row in jsonl(GOLDEN):
        x = features(row["prompt"])
        lines.append(json.dumps({"prompt": row["prompt"], "hard": row["hard"],
                                 "features": [round(v, 7) for v in x],
                                 "score": round(score(beta, x), 6)},
                                ensure_ascii=False))
    GOLDEN.write_text("\n".join(lines) + "\n")


def main():
    data = pathlib.Path(sys.argv[1])
    sets = load(data)
    print({name: len(rows) for name, rows in sets.items()}, file=sys.stderr)
    beta = fit([row for rows in sets.values() for row in rows])
    write_golden(beta)
    if "--golden-only" in sys.argv:
        return
    lines = record(sets, cross_validate(sets))
    write_weights(beta, lines, data)
    print("\n".join(lines))


if __name__ == "__main__":
    main()

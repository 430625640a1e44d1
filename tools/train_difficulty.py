#!/usr/bin/env python3
"""Trains the weights of router/difficulty: where the local answer would not do and the cloud's would.

usage: train_difficulty.py DATA [--cv subject] [--golden-only]

DATA is a folder with mmlu.jsonl, gsm8k.jsonl, llmrouter/train.json and
arena_hard_v01.jsonl.

--cv subject    only cross-validate and print the record: MMLU without a subject of
                the test fold in training, the other sets by prompt
--golden-only   only rewrite the golden file from the committed weights

Without options it does both and trains on everything: router/difficulty_weights.cc
gets the weights and the record, tests/data/difficulty_golden.jsonl the features and
scores that the C++ is held to.

Training needs numpy and scipy:
    python3 -m venv venv && venv/bin/pip install numpy scipy
    nice venv/bin/python tools/train_difficulty.py DATA
Some minutes on one core. The same input and versions give the same output.
"""
import argparse
import hashlib
import json
import math
import pathlib
import random
import re
import struct

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests/data/difficulty_golden.jsonl"
ANCHORS = ROOT / "tools/difficulty_anchors.jsonl"
WEIGHTS = ROOT / "router/difficulty_weights.cc"
WEAK, STRONG = "mistral-7b-instruct-v0.3", "llama-3.1-nemotron-51b-instruct"
BROKEN_LABELS = "high_school_mathematics"  # the strong model is "right" on 3 % of it
FOLDS = 5

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
DENSE = NAMES[:-2]  # the last two are what the words add to the heads
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


def dense_features(text):
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


# ---- terms: the same arithmetic as router/difficulty_terms.cc ----

BUCKET_BITS = 14
BUCKETS = 1 << BUCKET_BITS
MASK = 0xFFFFFFFF
WORD_HASHES = {}


def word_hash(word):
    """FNV-1a, 32 bits; a number is up to four zeros."""
    word = b"0" * min(len(word), 4) if word[:1].isdigit() else word.lower()
    if word not in WORD_HASHES:
        value = 0x811C9DC5
        for byte in word:
            value = (value ^ byte) * 0x01000193 & MASK
        WORD_HASHES[word] = value
    return WORD_HASHES[word]


def term_counts(text):
    """bucket -> damped count, an integer."""
    counts, previous = {}, None
    for word in re.findall(rb"[A-Za-z]+|[0-9]+", text):
        now = word_hash(word)
        hashes = [now] if previous is None else [now, previous * 0x01000193 & MASK ^ now]
        for value in hashes:
            bucket = (value * 0x9E3779B1 & MASK) >> (32 - BUCKET_BITS)
            counts[bucket] = counts.get(bucket, 0) + 1
        previous = now
    return {b: int(64 * (1 + math.log(min(c, 255))) + 0.5) for b, c in counts.items()}


def term_length(counts):
    return math.sqrt(sum(v * v for v in counts.values())) or 1.0


# ---- the model that ships: the same arithmetic as router/difficulty.cc ----


def as_float(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def sigmoid(z):
    z = min(36.0, max(-36.0, z))
    return 1 / (1 + math.exp(-z))


def counted(dense):
    """Of multiple choice only the words and the request count: see router/difficulty.cc."""
    if not dense[OPTIONS]:
        return dense
    return [v if i == OPTIONS or i >= NAMES.index("tools") else 0.0 for i, v in enumerate(dense)]


class Head:
    """A logistic function; `terms` are signed bytes."""

    def __init__(self, intercept, dense, scale, terms):
        self.intercept, self.dense, self.scale, self.terms = intercept, dense, scale, terms

    def words(self, counts):
        return self.scale * (sum(v * self.terms[b] for b, v in counts.items()) / term_length(counts))

    def logit(self, row):
        words = as_float(self.words(row.terms))
        return self.intercept + words + sum(w * as_float(v)
                                            for w, v in zip(self.dense, counted(row.dense)))


class Model:
    def __init__(self, local, cloud, intercept=0.0, slope=1.0):
        self.local, self.cloud, self.intercept, self.slope = local, cloud, intercept, slope

    def odds(self, row):
        return sigmoid(self.local.logit(row)), sigmoid(self.cloud.logit(row))

    def score(self, row):
        local_ok, cloud_ok = self.odds(row)
        return sigmoid(self.intercept + self.slope * (cloud_ok - local_ok))


def read_model():
    """The committed weights."""
    text = WEIGHTS.read_text()
    numbers = [float(n) for n in re.findall(r"^ *(-?[0-9.e-]+),  // ", text, re.M)]
    terms = ["".join(re.findall(r'"([0-9a-f]+)"', part)) for part in text.split("// words")[1:]]
    heads = []
    for at, digits in zip((0, len(DENSE) + 2), terms):
        values = numbers[at:at + len(DENSE) + 2]
        signed = [b - 256 if b > 127 else b for b in bytes.fromhex(digits[:2 * BUCKETS])]
        heads.append(Head(values[0], values[1:-1], values[-1], signed))
    return Model(*heads, *numbers[-2:])


# ---- data: rows of (dense, terms, local ok, cloud ok, weight, fold) ----


class Row:
    def __init__(self, prompt, local_ok, cloud_ok, fold=0):
        text = prompt.encode()
        self.bytes = len(text)
        self.dense = dense_features(text)
        self.terms = term_counts(text)
        self.local_ok, self.cloud_ok = int(local_ok), int(cloud_ok)
        self.fold = fold
        self.weight = 1.0


def jsonl(path):
    return [json.loads(line) for line in path.read_text().split("\n") if line]


def load(data):
    mmlu = [r for r in jsonl(data / "mmlu.jsonl") if r["subject"] != BROKEN_LABELS]
    subjects = sorted({r["subject"] for r in mmlu})
    rng = random.Random(1)
    rng.shuffle(subjects)
    fold_of = {subject: i % FOLDS for i, subject in enumerate(subjects)}
    sets = {"mmlu": [Row(r["prompt"], r["weak_ok"], r["strong_ok"], fold_of[r["subject"]])
                     for r in mmlu]}
    sets["gsm8k"] = [Row(r["prompt"], r["weak_ok"], r["strong_ok"], rng.randrange(FOLDS))
                     for r in jsonl(data / "gsm8k.jsonl")]
    sets["llmrouter"] = [
        Row(r["question"], r["scores"][WEAK] >= 0.5, r["scores"][STRONG] >= 0.5,
            rng.randrange(FOLDS))
        for r in json.loads((data / "llmrouter/train.json").read_text())
        if r["scores"].get(WEAK) is not None and r["scores"].get(STRONG) is not None
        and len(r["question"].encode()) <= 65536]
    anchors = jsonl(ANCHORS)
    # The cloud is good enough for all of these: they teach where the line runs.
    for name, hard in (("easy", False), ("hard", True)):
        sets[name] = [Row(r["prompt"], not hard, True, rng.randrange(FOLDS))
                      for r in anchors if r["hard"] == hard]
    sets["arena"] = [Row(r["prompt"], False, True, rng.randrange(FOLDS))
                     for r in jsonl(data / "arena_hard_v01.jsonl")]  # hard by its makers' choice
    for name, rows in sets.items():
        for row in rows:
            row.weight = SET_WEIGHT[name] / len(rows)
    return sets


# ---- training ----

SET_WEIGHT = {"mmlu": 6500, "gsm8k": 2500, "llmrouter": 1500, "easy": 1500, "hard": 900,
              "arena": 600}
DENSE_RIDGE = 4.0
STORY_RIDGE = 1.0  # of the two features that carry the length of word problems
TERM_RIDGE = 2.0
ITERATIONS = 30  # stopping early regularises too
# What no set varies keeps its prior: agents with tools and long conversations are
# harder for the local model.
LOCAL_PRIOR = {"tools": -0.3, "log_context": -0.5, "turns": -0.3}


def matrix_of(rows):
    import numpy
    import scipy.sparse
    values, columns, starts = [], [], [0]
    for row in rows:
        length = term_length(row.terms)
        for bucket in sorted(row.terms):
            columns.append(len(DENSE) + bucket)
            values.append(row.terms[bucket] / length)
        for i, value in enumerate(counted(row.dense)):
            if value:
                columns.append(i)
                values.append(value)
        columns.append(len(DENSE) + BUCKETS)
        values.append(1.0)
        starts.append(len(columns))
    return scipy.sparse.csr_matrix((numpy.array(values), numpy.array(columns), numpy.array(starts)),
                                   shape=(len(rows), len(DENSE) + BUCKETS + 1))


def logistic(matrix, labels, weights, prior):
    """Ridge regression towards `prior` by L-BFGS: dense, terms, intercept."""
    import numpy
    from scipy.optimize import minimize
    ridge = numpy.concatenate([[STORY_RIDGE if name.startswith("story") else DENSE_RIDGE
                                for name in DENSE], numpy.full(BUCKETS, TERM_RIDGE), [1e-3]])
    transposed = matrix.T.tocsr()

    def loss(beta):
        z = numpy.clip(matrix @ beta, -36, 36)
        p = 1 / (1 + numpy.exp(-z))
        off = beta - prior
        return ((weights * (numpy.logaddexp(0, z) - labels * z)).sum() + (ridge * off * off).sum() / 2,
                transposed @ (weights * (p - labels)) + ridge * off)

    return minimize(loss, prior, jac=True, method="L-BFGS-B",
                    options={"maxiter": ITERATIONS, "maxcor": 8}).x


def quantised(beta):
    """The head that ships: terms in int8, the rest to five digits."""
    terms = beta[len(DENSE):-1]
    scale = float(max(abs(terms))) / 127 or 1.0
    return Head(round(float(beta[-1]), 5), [round(float(b), 5) for b in beta[:len(DENSE)]],
                float("%.6g" % scale), [int(t) for t in (terms / scale).round()])


def train(rows, matrix):
    import numpy
    weights = numpy.array([r.weight for r in rows])
    heads = []
    for name in ("local_ok", "cloud_ok"):
        prior = numpy.zeros(matrix.shape[1])
        if name == "local_ok":
            for feature, value in LOCAL_PRIOR.items():
                prior[DENSE.index(feature)] = value
        labels = numpy.array([float(getattr(r, name)) for r in rows])
        heads.append(quantised(logistic(matrix, labels, weights, prior)))
    return Model(*heads)


def fit_line(x, labels, weights, rounds=30):
    """Platt scaling: intercept and slope of a logistic function of x, by Newton's method."""
    a, b = 0.0, 1.0
    for _ in range(rounds):
        ga = gb = haa = hab = hbb = 1e-9
        for value, label, weight in zip(x, labels, weights):
            p = sigmoid(a + b * value)
            r, s = weight * (label - p), weight * max(p * (1 - p), 1e-6)
            ga, gb = ga + r, gb + r * value
            haa, hab, hbb = haa + s, hab + s * value, hbb + s * value * value
        det = haa * hbb - hab * hab
        a, b = a + (hbb * ga - hab * gb) / det, b + (haa * gb - hab * ga) / det
    return a, b


# ---- cross-validation ----


def event(row):
    return int(row.cloud_ok and not row.local_ok)


def cross_validate(sets, rows, matrix):
    """(local ok, cloud ok, score) of every row by weights that saw neither it nor its subject."""
    import numpy
    folds = numpy.array([row.fold for row in rows])
    odds = {}
    for fold in range(FOLDS):
        index = numpy.flatnonzero(folds != fold)
        model = train([rows[i] for i in index], matrix[index])
        odds.update((id(row), model.odds(row)) for row in rows if row.fold == fold)
        print("fold", fold, "done", flush=True)
    lines = {fold: gap_line([r for r in rows if r.fold != fold], odds) for fold in range(FOLDS)}
    found = {}
    for row in rows:
        local_ok, cloud_ok = odds[id(row)]
        a, b = lines[row.fold]
        found[id(row)] = (local_ok, cloud_ok, sigmoid(a + b * (cloud_ok - local_ok)))
    return {name: [found[id(row)] for row in members] for name, members in sets.items()}, \
        gap_line(rows, odds)


def gap_line(rows, odds):
    gaps = [odds[id(r)][1] - odds[id(r)][0] for r in rows]
    return fit_line(gaps, [event(r) for r in rows], [r.weight for r in rows])


# ---- measures: those of router/difficulty_measures.h ----


def steps_of(scores, values):
    """(rows, sum of values) of each group of equal scores, the highest first."""
    groups = {}
    for s, v in zip(scores, values):
        n, total = groups.get(s, (0, 0))
        groups[s] = (n + 1, total + v)
    return [groups[s] for s in sorted(groups, reverse=True)]


def auroc(scores, labels):
    better, pairs = 0.0, 0.0
    for n, positives in steps_of(scores, labels):
        pairs += (n - positives) * (better + positives / 2)
        better += positives
    return pairs / (better * (len(labels) - better))


def apgr(scores, gains):
    area, gained = 0.0, 0.0
    for n, gain in steps_of(scores, gains):
        area += n * (gained + gain / 2)
        gained += gain
    return area / len(scores) / gained


def interval(scores, gains, rounds=300):
    rng, n, values = random.Random(7), len(scores), []
    for _ in range(rounds):
        pick = [rng.randrange(n) for _ in range(n)]
        if sum(gains[i] for i in pick) > 0:
            values.append(apgr([scores[i] for i in pick], [gains[i] for i in pick]))
    values.sort()
    return values[int(0.025 * len(values))], values[int(0.975 * len(values))]


def calibration_error(forecasts, outcomes):
    surplus = [0.0] * 10
    for p, y in zip(forecasts, outcomes):
        surplus[min(9, int(p * 10))] += p - y
    return sum(map(abs, surplus)) / len(forecasts)


def record_line(name, rows, found):
    gains = [r.cloud_ok - r.local_ok for r in rows]
    scores = [f[2] for f in found]
    low, high = interval(scores, gains)
    return "%-9s %5d  %.3f [%.3f, %.3f]  %.3f    %.3f  %.3f %.3f %.3f" % (
        name, len(rows), apgr(scores, gains), low, high, apgr([r.bytes for r in rows], gains),
        auroc(scores, [event(r) for r in rows]),
        calibration_error([f[0] for f in found], [r.local_ok for r in rows]),
        calibration_error([f[1] for f in found], [r.cloud_ok for r in rows]),
        calibration_error(scores, [event(r) for r in rows]))


def record(sets, found):
    lines = ["set           n  APGR [95 % interval]   length   AUROC  ECE local, cloud, score"]
    lines += [record_line(name, sets[name], found[name]) for name in ("mmlu", "gsm8k", "llmrouter")]
    below = sum(f[2] < 0.5 for f in found["easy"]) / len(sets["easy"])
    hard = [f[2] >= 0.5 for f in found["hard"]]
    arena = [f[2] >= 0.5 for f in found["arena"]]
    lines.append("easy jobs below .5: %.2f; hard ones from .5: %.2f; arena-hard: %.2f" % (
        below, sum(hard) / len(hard), sum(arena) / len(arena)))
    return lines


# ---- output ----


def hex_lines(terms):
    text = bytes(t & 0xFF for t in terms).hex()
    return ['     "%s"' % text[i:i + 92] for i in range(0, len(text), 92)]


def head_lines(name, head):
    lines = ["    {  // %s" % name, "     %r,  // intercept" % head.intercept, "     {{"]
    lines += ["      %r,  // %s" % (w, n) for w, n in zip(head.dense, DENSE)]
    return lines + ["     }},", "     %r,  // scale of the words" % head.scale, "     // words"] + \
        hex_lines(head.terms) + ["    },"]


def comment_lines(lines):
    return [("// " + line).rstrip() for line in lines]


def settings():
    weights = ", ".join("%s %g" % item for item in SET_WEIGHT.items())
    return ["Settings: ridge %g dense, %g story, %g words; %d iterations; %d folds; weights of the sets:" % (
        DENSE_RIDGE, STORY_RIDGE, TERM_RIDGE, ITERATIONS, FOLDS), weights + "."]


def write_weights(model, lines, data):
    files = [data / "mmlu.jsonl", data / "gsm8k.jsonl", data / "llmrouter/train.json",
             data / "arena_hard_v01.jsonl", ANCHORS]
    hashes = [(hashlib.sha256(f.read_bytes()).hexdigest(), f.name) for f in files]
    body = head_lines("local", model.local) + head_lines("cloud", model.cloud) + [
        "    %r,  // score_intercept" % model.intercept, "    %r,  // score_slope" % model.slope]
    version = "d2-" + hashlib.sha256("\n".join(body).encode()).hexdigest()[:8]
    comment = ["Made by tools/train_difficulty.py: do not edit.", "",
               "Cross-validated; MMLU by subject (no subject is in training and test), without",
               BROKEN_LABELS + ". Models of llmrouter: " + WEAK + ",", STRONG + ".", ""]
    text = comment_lines(comment + lines + [""] + settings())
    text += ['#include "router/difficulty_weights.h"', "", "namespace weir {", "namespace {", "",
             "constexpr std::string_view kTrainedOn[] = {"]
    text += ['    "%s",  // %s' % item for item in hashes]
    text += ["};", "", "}  // namespace", "", "// clang-format off",
             "const DifficultyWeights kDifficultyWeights = {", '    "%s",' % version] + body
    text += ["    kTrainedOn};", "// clang-format on", "", "}  // namespace weir", ""]
    WEIGHTS.write_text("\n".join(text))


def write_golden(model):
    lines = []
    for golden in jsonl(GOLDEN):
        row = Row(golden["prompt"], True, True)
        words = [model.local.words(row.terms), model.cloud.words(row.terms)]
        odds = model.odds(row)
        lines.append(json.dumps({"prompt": golden["prompt"], "hard": golden["hard"],
                                 "features": [round(v, 7) for v in row.dense + words],
                                 "local_ok": round(odds[0], 6), "cloud_ok": round(odds[1], 6),
                                 "score": round(model.score(row), 6)}, ensure_ascii=False))
    GOLDEN.write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description="Trains router/difficulty_weights.cc.")
    parser.add_argument("data", type=pathlib.Path, help="the folder of graded prompts")
    parser.add_argument("--cv", choices=["subject"], help="only cross-validate")
    parser.add_argument("--golden-only", action="store_true", help="only rewrite the golden file")
    options = parser.parse_args()
    if options.golden_only:
        write_golden(read_model())
        return
    sets = load(options.data)
    rows = [row for members in sets.values() for row in members]
    matrix = matrix_of(rows)
    found, line = cross_validate(sets, rows, matrix)
    lines = record(sets, found)
    print("\n".join(lines))
    if options.cv:
        return
    model = train(rows, matrix)
    model.intercept, model.slope = (round(v, 5) for v in line)
    write_weights(model, lines, options.data)
    write_golden(model)


if __name__ == "__main__":
    main()

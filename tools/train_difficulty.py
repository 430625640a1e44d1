#!/usr/bin/env python3
"""Trains the weights of router/difficulty: where the local answer would not do and the cloud's would.

usage: train_difficulty.py DATA [--cv subject] [--golden-only]

DATA is a folder with mmlu.jsonl, gsm8k.jsonl, llmrouter/train.json and
arena_hard_v01.jsonl.

--cv subject    only cross-validate and print the record: MMLU without a subject of
                the test fold in training, the other sets by prompt; the figures are
                of the first division into folds, those of the others follow
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
STORY = NAMES.index("story")
REQUEST = NAMES.index("tools")  # from here on not of the text
PROOF, SYSTEMS, QUANTITY, JOB = (NAMES.index(name) - NAMES.index("w_proof")
                                 for name in ("w_proof", "w_systems", "w_quantity", "w_job"))
STORY_BYTES, STORY_CENTRE = 1024, 0.54


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
    job = any(group_of(word) == JOB for word in words[:8]) or asks_at_end(text)
    story = is_story(text, hits, job) and not dense[OPTIONS]
    groups = [math.log1p(hit) / 2 for hit in hits]
    lengths = [dense[0] - STORY_CENTRE if story else 0.0, dense[0] if job else 0.0]
    return dense + groups + [float(story)] + lengths + [0.0, 0.0, 0.0]  # no context


def is_story(text, hits, job):
    """A word problem: a short question about quantities, in plain prose."""
    plain = not re.search(rb"[{};`_]|\\[A-Za-z]", text) and len(text) <= STORY_BYTES
    other = hits[PROOF] > 0 or hits[SYSTEMS] > 0 or job
    return (plain and not other and len(re.findall(rb"[0-9]+", text)) >= 2 and b"?" in text
            and hits[QUANTITY] >= 1)


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
    """Of multiple choice the words count, of word problems the length: see router/difficulty.cc."""
    if dense[OPTIONS]:
        kept = {OPTIONS}
    elif dense[STORY]:
        kept = {STORY, NAMES.index("story_bytes")}
    else:
        return dense
    return [v if i in kept or i >= REQUEST else 0.0 for i, v in enumerate(dense)]


class Head:
    """A logistic function; `terms` are signed bytes."""

    def __init__(self, intercept, dense, scale, terms):
        self.intercept, self.dense, self.scale, self.terms = intercept, dense, scale, terms

    def words(self, counts):
        return self.scale * (sum(v * self.terms[b] for b, v in counts.items()) / term_length(counts))

    def logit(self, row):
        words = 0.0 if row.dense[STORY] else as_float(self.words(row.terms))
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


# ---- data: rows of features, grades, weight and fold ----


class Row:
    def __init__(self, prompt, local_ok, cloud_ok, subject=None):
        text = prompt.encode()
        self.bytes = len(text)
        self.dense = dense_features(text)
        self.terms = term_counts(text)
        self.local_ok, self.cloud_ok = int(local_ok), int(cloud_ok)
        self.subject = subject
        self.fold, self.weight, self.other_pair = 0, 1.0, False


def jsonl(path):
    return [json.loads(line) for line in path.read_text().split("\n") if line]


def load(data):
    """The sets by name, each row with its weight."""
    mmlu = [r for r in jsonl(data / "mmlu.jsonl") if r["subject"] != BROKEN_LABELS]
    sets = {"mmlu": [Row(r["prompt"], r["weak_ok"], r["strong_ok"], r["subject"]) for r in mmlu]}
    sets["gsm8k"] = [Row(r["prompt"], r["weak_ok"], r["strong_ok"])
                     for r in jsonl(data / "gsm8k.jsonl")]
    sets["llmrouter"] = [
        Row(r["question"], r["scores"][WEAK] >= 0.5, r["scores"][STRONG] >= 0.5)
        for r in json.loads((data / "llmrouter/train.json").read_text())
        if r["scores"].get(WEAK) is not None and r["scores"].get(STRONG) is not None
        and len(r["question"].encode()) <= 65536]
    anchors = jsonl(ANCHORS)
    # The cloud is good enough for all of these: they teach where the line runs.
    for name, hard in (("easy", False), ("hard", True)):
        sets[name] = [Row(r["prompt"], not hard, True) for r in anchors if r["hard"] == hard]
    sets["arena"] = [Row(r["prompt"], False, True)
                     for r in jsonl(data / "arena_hard_v01.jsonl")]  # hard by its makers' choice
    for name, rows in sets.items():
        for row in rows:
            row.weight = SET_WEIGHT[name] / len(rows)
            row.other_pair = name == "llmrouter"
    return sets


def divide(sets, seed):
    """A fold for each row: MMLU by subject, the others by prompt."""
    rng = random.Random(seed)
    subjects = sorted({row.subject for row in sets["mmlu"]})
    rng.shuffle(subjects)
    for name, rows in sets.items():
        for row in rows:
            row.fold = (subjects.index(row.subject) % FOLDS if name == "mmlu"
                        else rng.randrange(FOLDS))


# ---- training ----

SET_WEIGHT = {"mmlu": 6500, "gsm8k": 1300, "llmrouter": 500, "easy": 600, "hard": 400,
              "arena": 300}
# Ridges of (what the heads share, half their difference). Prompts that are hard for one
# model are hard for the other, so the difference is held closer to a constant.
DENSE_RIDGE = 4.0, 4.0
STORY_RIDGE = 0.1, 0.1  # the length of word problems: a small set of weights, many rows
TERM_RIDGE = 3.0, 15.0
FREE_RIDGE = 1e-3, 1e-3
PAIR_RIDGE = 0.1, 0.1
ITERATIONS = 100
VARIANTS = 90  # of features, ridges and weights of the sets; count on when you try more
DIVISIONS = 1, 2, 3, 4  # into folds: the first gives the record, the others its spread
# What no set varies keeps its prior: agents with tools and long conversations are
# harder for the local model.
LOCAL_PRIOR = {"tools": -0.3, "log_context": -0.5, "turns": -0.3}
INTERCEPT = len(DENSE) + BUCKETS
OTHER_PAIR = INTERCEPT + 1  # llmrouter's models are others: its level is no level of ours


def matrix_of(rows):
    import numpy
    import scipy.sparse
    values, columns, starts = [], [], [0]
    for row in rows:
        length = term_length(row.terms)
        cells = [(i, value) for i, value in enumerate(counted(row.dense)) if value]
        if not row.dense[STORY]:
            cells += [(len(DENSE) + b, row.terms[b] / length) for b in sorted(row.terms)]
        cells += [(INTERCEPT, 1.0)] + [(OTHER_PAIR, 1.0)] * row.other_pair
        columns += [column for column, _ in cells]
        values += [value for _, value in cells]
        starts.append(len(columns))
    return scipy.sparse.csr_matrix((numpy.array(values), numpy.array(columns), numpy.array(starts)),
                                   shape=(len(rows), OTHER_PAIR + 1))


def ridges():
    """One row a column of the matrix: of the shared part and of the difference."""
    import numpy
    dense = [STORY_RIDGE if name.startswith("story") else DENSE_RIDGE for name in DENSE]
    return numpy.array(dense + [TERM_RIDGE] * BUCKETS + [FREE_RIDGE, PAIR_RIDGE])


def logistic(matrix, labels, weights):
    """Both heads at once by L-BFGS: shared - difference and shared + difference.

    Two ridge regressions, tied by the ridge of the difference. The columns are scaled
    to about equal curvature, which only makes it converge sooner.
    """
    import numpy
    import scipy.sparse
    from scipy.optimize import minimize
    ridge, weight = ridges(), weights[:, None]
    scale = 1 / numpy.sqrt(ridge[:, 0] + 0.2 * (matrix.multiply(matrix).T @ weights))
    scaled = (matrix @ scipy.sparse.diags(scale)).tocsr()
    transposed = scaled.T.tocsr()
    ridge = ridge * (scale * scale)[:, None]

    def loss(flat):
        beta = flat.reshape(-1, 2)
        shared, half = (scaled @ beta).T
        z = numpy.clip(numpy.stack([shared - half, shared + half], 1), -36, 36)
        miss = weight * (1 / (1 + numpy.exp(-z)) - labels)
        pull = numpy.stack([miss.sum(1), miss[:, 1] - miss[:, 0]], 1)
        return ((weight * (numpy.logaddexp(0, z) - labels * z)).sum() + (ridge * beta * beta).sum() / 2,
                (transposed @ pull + ridge * beta).ravel())

    found = minimize(loss, numpy.zeros(2 * matrix.shape[1]), jac=True, method="L-BFGS-B",
                     options={"maxiter": ITERATIONS, "maxcor": 10}).x.reshape(-1, 2)
    found *= scale[:, None]
    return found[:, 0] - found[:, 1], found[:, 0] + found[:, 1]


def quantised(beta, prior):
    """The head that ships: terms in int8, the rest to five digits, the other pair left out."""
    terms = beta[len(DENSE):INTERCEPT]
    scale = float("%.6g" % (float(max(abs(terms))) / 127 or 1.0))
    dense = [prior.get(name, round(float(b), 5)) for name, b in zip(DENSE, beta)]
    bytes_ = [max(-127, min(127, int(t))) for t in (terms / scale).round()]
    return Head(round(float(beta[INTERCEPT]), 5), dense, scale, bytes_)


def train(rows, matrix):
    import numpy
    weights = numpy.array([r.weight for r in rows])
    labels = numpy.array([[float(r.local_ok), float(r.cloud_ok)] for r in rows])
    local, cloud = logistic(matrix, labels, weights)
    return Model(quantised(local, LOCAL_PRIOR), quantised(cloud, dict.fromkeys(LOCAL_PRIOR, 0.0)))


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


def spread(sets, rows, matrix):
    """APGR and calibration under the other divisions into folds."""
    lines = ["other divisions into folds: APGR of mmlu, gsm8k; ECE local of both"]
    for seed in DIVISIONS[1:]:
        divide(sets, seed)
        found, _ = cross_validate(sets, rows, matrix)
        kinds = [(sets[name], found[name]) for name in ("mmlu", "gsm8k")]
        figures = [apgr([f[2] for f in fs], [r.cloud_ok - r.local_ok for r in rs]) for rs, fs in kinds]
        figures += [calibration_error([f[0] for f in fs], [r.local_ok for r in rs]) for rs, fs in kinds]
        lines.append("%9d  " % seed + " ".join("%.3f" % f for f in figures))
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
    ridge = "ridge (shared, difference) %g, %g dense, %g, %g story, %g, %g words" % (
        DENSE_RIDGE + STORY_RIDGE + TERM_RIDGE)
    return ["Settings: %s;" % ridge, "%d iterations; %d folds; weights of the sets:" % (ITERATIONS, FOLDS),
            weights + ".",
            "About %d variants were compared, nearly all on other divisions into folds." % VARIANTS]


def write_weights(model, lines, data):
    files = [data / "mmlu.jsonl", data / "gsm8k.jsonl", data / "llmrouter/train.json",
             data / "arena_hard_v01.jsonl", ANCHORS]
    hashes = [(hashlib.sha256(f.read_bytes()).hexdigest(), f.name) for f in files]
    body = head_lines("local", model.local) + head_lines("cloud", model.cloud) + [
        "    %r,  // score_intercept" % model.intercept, "    %r,  // score_slope" % model.slope]
    version = "d3-" + hashlib.sha256("\n".join(body).encode()).hexdigest()[:8]
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
    divide(sets, DIVISIONS[0])
    found, line = cross_validate(sets, rows, matrix)
    lines = record(sets, found)
    print("\n".join(lines), flush=True)
    lines += spread(sets, rows, matrix)
    print("\n".join(lines[-len(DIVISIONS):]))
    if options.cv:
        return
    model = train(rows, matrix)
    model.intercept, model.slope = (round(v, 5) for v in line)
    write_weights(model, lines, options.data)
    write_golden(model)


if __name__ == "__main__":
    main()

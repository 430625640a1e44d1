#!/usr/bin/env python3
"""Fits the weights of router/confidence.cc: from the signals of local answers to P(the answer will do).

    tools/train_confidence.py LABELS --ledger LEDGER     signals out of a ledger
    tools/train_confidence.py LABELS                     signals in the labels themselves

LABELS is a file of JSON lines. With a ledger each has {"id": "req_...", "ok": true}, and the signals
are those that the ledger kept of the request's local try (see `weir why ID`). Without one each has
the signals beside the label: {"ok": true, "prompt_logprob": -2.1, "first_entropy": 1.3,
"mean_logprob": -0.4, "mean_margin": 0.7}.

Prints how well the fit does on answers it has not seen (five folds: AUROC, calibration error), then the
section [confidence] for the configuration. Needs no package. Deterministic.
"""

import argparse
import json
import math
import random
import sqlite3
import sys

SIGNALS = ["prompt_logprob", "first_entropy", "mean_logprob", "mean_margin"]
DIRECTIONS = [1, -1, 1, 1]  # a surer model cannot speak against its answer
RIDGE = 1.0  # on weights of signals in units of their standard deviation
FOLDS = 5
BINS = 10
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # of request ids, Crockford's base 32


def sigmoid(x):
    return 1 / (1 + math.exp(-max(-36.0, min(36.0, x))))


def solve(matrix, vector):
    """Gauss-Jordan elimination with pivots; the matrices here are five by five."""
    size = len(vector)
    rows = [matrix[i][:] + [vector[i]] for i in range(size)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda i: abs(rows[i][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for i in range(size):
            if i == column:
                continue
            factor = rows[i][column] / rows[column][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[column])]
    return [rows[i][size] / rows[i][i] for i in range(size)]


def fit(rows, labels):
    """[intercept, one weight a signal]. A signal that would count the wrong way round is left out."""
    used = list(range(len(SIGNALS)))
    while True:
        weights = fit_logistic([[row[j] for j in used] for row in rows], labels)
        right = [j for j, w in zip(used, weights[1:]) if w * DIRECTIONS[j] > 0]
        if right == used:
            break
        used = right
    by_signal = dict(zip(used, weights[1:]))
    return weights[:1] + [by_signal.get(j, 0.0) for j in range(len(SIGNALS))]


def fit_logistic(rows, labels):
    """Ridge regression by Newton's method; returns the intercept and one weight a column."""
    columns = len(rows[0])
    count = len(rows)
    means = [sum(row[j] for row in rows) / count for j in range(columns)]
    scales = [
        math.sqrt(sum((row[j] - means[j]) ** 2 for row in rows) / count) or 1.0
        for j in range(columns)
    ]
    data = [[1.0] + [(v - m) / s for v, m, s in zip(row, means, scales)] for row in rows]
    size = columns + 1
    weights = [0.0] * size
    for _ in range(30):
        gradient = [0.0] + [RIDGE * w for w in weights[1:]]
        hessian = [[RIDGE if i == j and i > 0 else 0.0 for j in range(size)] for i in range(size)]
        for row, label in zip(data, labels):
            p = sigmoid(sum(w * x for w, x in zip(weights, row)))
            for i in range(size):
                gradient[i] += (p - label) * row[i]
                for j in range(size):
                    hessian[i][j] += p * (1 - p) * row[i] * row[j]
        for i in range(size):
            hessian[i][i] += 1e-9
        weights = [w - step for w, step in zip(weights, solve(hessian, gradient))]
    plain = [w / s for w, s in zip(weights[1:], scales)]
    return [weights[0] - sum(w * m for w, m in zip(plain, means))] + plain


def predict(weights, row):
    return sigmoid(weights[0] + sum(w * x for w, x in zip(weights[1:], row)))


def auroc(scores, labels):
    """The chance that an answer that will do scores above one that will not; ties count half."""
    order = sorted(range(len(scores)), key=lambda i: scores[i])
    ranks = [0.0] * len(scores)
    begin = 0
    while begin < len(order):
        end = begin
        while end < len(order) and scores[order[end]] == scores[order[begin]]:
            end += 1
        for i in order[begin:end]:
            ranks[i] = (begin + end + 1) / 2
        begin = end
    good = sum(labels)
    above = sum(rank for rank, label in zip(ranks, labels) if label) - good * (good + 1) / 2
    return above / (good * (len(labels) - good))


def calibration_error(scores, labels):
    """Mean distance of said and true probability, over bins of equally many answers."""
    order = sorted(range(len(scores)), key=lambda i: scores[i])
    error = 0.0
    for part in range(BINS):
        members = order[part * len(order) // BINS : (part + 1) * len(order) // BINS]
        if members:
            said = sum(scores[i] for i in members)
            true = sum(labels[i] for i in members)
            error += abs(said - true)
    return error / len(order)


def request_number(request_id):
    number = 0
    for digit in request_id.removeprefix("req_"):
        number = number * len(DIGITS) + DIGITS.index(digit)
    return number


def signals_of(decision):
    for attempt in json.loads(decision or "{}").get("attempts", []):
        if "signals" in attempt:
            return attempt["signals"]
    return None


def read_rows(labels_path, ledger_path):
    ledger = sqlite3.connect(f"file:{ledger_path}?mode=ro", uri=True) if ledger_path else None
    rows, labels = [], []
    for number, line in enumerate(open(labels_path, encoding="utf-8"), 1):
        try:
            label = json.loads(line)
            signals = label
            if ledger:
                found = ledger.execute(
                    "SELECT decision FROM requests WHERE id = ?", (request_number(label["id"]),)
                ).fetchone()
                signals = signals_of(found[0]) if found else None
            if signals is None or "prompt_logprob" not in signals:
                continue
            rows.append([float(signals[name]) for name in SIGNALS])
            labels.append(1 if label["ok"] else 0)
        except (KeyError, ValueError) as problem:
            sys.exit(f"{labels_path}:{number}: {problem!r}")
    return rows, labels


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels")
    parser.add_argument("--ledger")
    options = parser.parse_args()
    rows, labels = read_rows(options.labels, options.ledger)
    if len(set(labels)) < 2 or len(rows) < 50:
        sys.exit(f"{len(rows)} watched answers of {len(set(labels))} kinds: too few to learn from")
    order = list(range(len(rows)))
    random.Random(1).shuffle(order)
    unseen = [0.0] * len(rows)
    for fold in range(FOLDS):
        held = set(order[fold::FOLDS])
        rest = [i for i in order if i not in held]
        weights = fit([rows[i] for i in rest], [labels[i] for i in rest])
        for i in held:
            unseen[i] = predict(weights, rows[i])
    print(f"# {len(rows)} answers, {sum(labels)} of them good; on answers not seen: AUROC "
          f"{auroc(unseen, labels):.3f}, calibration error {calibration_error(unseen, labels):.3f}")
    weights = fit(rows, labels)
    print("[confidence]")
    for name, weight in zip(["intercept"] + SIGNALS, weights):
        print(f"{name} = {weight:.3f}")


if __name__ == "__main__":
    main()

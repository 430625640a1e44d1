"""Trains the tagger of names, cross-validates it, and writes policies/privacy/name_weights.bin.

    python train.py --set SET.jsonl --prose mmlu.jsonl --found FOUND.jsonl [--folds 5] [--out FILE]
"""

import argparse
import json
import struct
import time

import numpy as np

import crf
import features
import texts as made


def prepared(text, spans):
    """Bytes, tokens, gold labels."""
    data = text.encode()
    tokens = features.tokenize(data)
    at = np.zeros(len(text) + 1, np.int64)
    at[1:] = np.cumsum([len(c.encode()) for c in text])
    gold = np.zeros(len(tokens), np.int64)
    for begin, end, name in sorted(spans):
        first = True
        for i, (b, e) in enumerate(tokens):
            if b < at[end] and e > at[begin] and gold[i] == 0:
                if data[b:e].isspace() and (first or e >= at[end]):
                    continue
                if name == "nationality" and not first:
                    gold[i] = crf.LABELS.index("B-nationality")
                    continue
                gold[i] = crf.LABELS.index(("B-" if first else "I-") + name)
                first = False
    return data, tokens, gold


def hashed(items):
    out = []
    for item in items:
        data, tokens, gold = prepared(item[0], item[1])
        if tokens:
            out.append((features.hashes(features.bases(data, tokens)), gold, data, tokens))
    return out


def number(parts, importances, least):
    """Numbers for features seen `least` times or more; texts for crf.train; the sorted hashes."""
    every, counts = np.unique(np.concatenate([p[0].ravel() for part in parts for p in part]), return_counts=True)
    kept = every[counts >= least]
    out = []
    for part, importance in zip(parts, importances):
        for p in part:
            for k in range(0, len(p[1]), 160):
                gold = p[1][k:k + 160].copy()
                if crf.LABELS[gold[0]][0] == "I":
                    gold[0] -= 1
                out.append((ids_of(p[0][k:k + 160], kept), gold, importance))
    return out, kept


def ids_of(hashes, kept):
    at = np.minimum(np.searchsorted(kept, hashes), len(kept) - 1)
    return np.where(kept[at] == hashes, at, -1)


def overlap(a, b):
    common = min(a[1], b[1]) - max(a[0], b[0])
    return common / (max(a[1], b[1]) - min(a[0], b[0])) if common > 0 else 0


def merged(found, spans):
    out = [tuple(f[:2]) for f in found]
    for b, e, _ in spans:
        if not any(f[0] < e and b < f[1] for f in found):
            out.append((b, e))
    return out


def count(labels, findings):
    used, right = set(), 0
    pairs = sorted(((-overlap(s, f), i, k) for i, s in enumerate(labels) for k, f in enumerate(findings)
                    if overlap(s, f) >= 0.75))
    taken = set()
    for _, i, k in pairs:
        if i in taken or k in used:
            continue
        taken.add(i)
        used.add(k)
        right += 1
    return np.array([right, len(findings), len(labels)])


def figures(c):
    p, r = c[0] / max(1, c[1]), c[0] / max(1, c[2])
    return f"[{c[0]:.0f}, {c[1]:.0f}, {c[2]:.0f}] P {p:.3f} R {r:.3f} F1 {2 * p * r / max(1e-9, p + r):.3f} F2 {5 * p * r / max(1e-9, 4 * p + r):.3f}"


ROWS = 20_480


def packed(weights, kept, rows):
    """One feature a row: the strongest of those that fall there. Returns the row's feature or -1."""
    strength = np.abs(weights[:-1]).max(1)
    row = (kept.astype(np.uint64) * rows >> np.uint64(32)).astype(np.int64)
    owner = np.full(rows, -1, np.int64)
    order = np.argsort(strength, kind="stable")
    owner[row[order]] = order
    return owner


def two_steps(texts, kept, args, log):
    """Trains with all features, then goes on with those that keep their row, rounded in the end."""
    weights, trans = crf.train(texts, len(kept), args.epochs, args.seed, decay=args.decay, log=log)
    owner = packed(weights, kept, args.rows)
    own = np.zeros(len(kept) + 1, bool)
    own[owner[owner >= 0]] = True
    again = [(np.where(own[ids], ids, -1), gold, share) for ids, gold, share in texts]
    small = weights * own[:, None]
    small, small_trans = crf.train(again, len(kept), 2, args.seed + 1, rate=0.05, decay=args.decay,
                                   weights=small, trans=trans.copy(), log=log)
    small *= own[:, None]
    scale = min(1 / 16, np.abs(small).max() / 127)
    small = np.clip(np.round(small / scale), -127, 127).astype(np.float32) * np.float32(scale)
    log(f"{own.sum()} of {len(kept)} features in {args.rows} rows, step {scale:.4f}")
    return weights, trans, kept, small, small_trans


def write(path, trans, kept, weights, bias):
    """The file that policies/privacy/name_weights.cc reads."""
    step = min(1 / 16, np.abs(weights).max() / 127)
    owner = packed(weights, kept, ROWS)
    rows = np.zeros((ROWS, crf.L), np.int8)
    checks = np.zeros(ROWS, np.uint16)
    used = np.flatnonzero(owner >= 0)
    rows[used] = np.clip(np.round(weights[owner[used]] / step), -127, 127)
    checks[used] = kept[owner[used]] & 0xFFFF
    moves = np.where(crf.FORBIDDEN < 0, -1_000_000, np.round(trans / step)).astype(np.int32)
    words = sorted(features.LEXICON.items())
    words += [(0xFFFFFFFF, 0)] * (len(words) % 2)
    with open(path, "wb") as out:
        out.write(struct.pack("<4sIIi", b"WTN1", ROWS, len(words), round(bias / step)))
        out.write(moves.astype("<i4").tobytes())
        out.write(np.array([w[0] for w in words], "<u4").tobytes())
        out.write(np.array([w[1] for w in words], "<u2").tobytes())
        out.write(checks.astype("<u2").tobytes())
        out.write(rows.tobytes())


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--set", required=True)
    args.add_argument("--prose", required=True, nargs="+")
    args.add_argument("--code", required=True, help="a folder with sources")
    args.add_argument("--found", required=True, help="structured findings of the set, a JSON array a line")
    args.add_argument("--folds", type=int, default=5, help="1: train on nothing of the set, measure on all of it")
    args.add_argument("--only", type=int, default=-1)
    args.add_argument("--count", type=int, default=24000)
    args.add_argument("--epochs", type=int, default=3)
    args.add_argument("--own", type=float, default=0.5, help="importance of texts made up")
    args.add_argument("--plain", type=float, default=0.25,
                      help="importance of prose that may name somebody")
    args.add_argument("--templates", type=int, help="make texts of so many of the templates, not of all")
    args.add_argument("--rows", type=int, default=ROWS)
    args.add_argument("--least", type=int, default=3)
    args.add_argument("--decay", type=float, default=1e-5)
    args.add_argument("--prompts", type=int, default=3600)
    args.add_argument("--out", help="train on everything and write the weights there")
    args.add_argument("--bias", type=float, default=0.0, help="taken from the score of no name")
    args.add_argument("--wrong", action="store_true")
    args.add_argument("--seed", type=int, default=1)
    args = args.parse_args()
    start = time.time()

    def log(text):
        print(f"{time.time() - start:6.0f} s  {text}", flush=True)

    labelled = made.open_set(args.set)
    found = [json.loads(line) for line in open(args.found, encoding="utf-8")]
    own = hashed(made.made_up(args.seed, args.count, args.templates))
    prose = [row for path in args.prose for row in made.prompts(path)]
    half, other = prose[::2], prose[1::2]
    half = half[::max(1, len(half) // args.prompts)]
    plain = hashed([(p[:400], []) for p, nameless in half if nameless]
                   + made.code(args.code, args.seed, 700))
    other_plain = hashed([(p[:400], []) for p, nameless in half if not nameless])
    held = hashed([(p, []) for p, _ in other[::len(other) // 200]])
    real = hashed(labelled)
    log(f"{len(own)} texts made up, {sum(len(p[1]) for p in own)} tokens; {sum(len(p[1]) for p in real)} of the set; "
        f"{sum(len(p[1]) for p in plain + other_plain)} of prose")
    if args.out:
        texts, kept = number([own, real, plain, other_plain], [args.own, 1.0, 1.0, args.plain], args.least)
        _, _, _, small, trans = two_steps(texts, kept, args, log)
        write(args.out, trans, kept, small, args.bias)
        log(f"wrote {args.out}; prose with a finding: " + str(np.mean(
            [any(crf.decode(small[ids_of(h[0], kept)].sum(1), trans, args.bias)) for h in held])))
        return
    templates = sorted({t[2] for t in labelled})
    fold_of = {t: k % args.folds for k, t in enumerate(np.random.default_rng(7).permutation(templates))}
    biases = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5)
    sums = np.zeros((2, len(biases), 3))
    alarms = np.zeros((2, len(biases)))
    for fold in range(args.folds):
        if args.only >= 0 and fold != args.only:
            continue
        part = [r for r, t in zip(real, labelled) if fold_of[t[2]] != fold]  # of one fold nothing
        texts, kept = number([own, part, plain, other_plain], [args.own, 1.0, 1.0, args.plain], args.least)
        first, trans, kept, small, small_trans = two_steps(texts, kept, args, log)
        for v, (some, trans) in enumerate(((first, trans), (small, small_trans))):
            for k, bias in enumerate(biases):
                for r, t, f in zip(real, labelled, found):
                    if fold_of[t[2]] != fold:
                        continue
                    path = crf.decode(some[ids_of(r[0], kept)].sum(1), trans, bias)
                    at = np.concatenate([[0], np.cumsum([len(c.encode()) for c in t[0]])])
                    if args.wrong and v == 1 and k == 1:
                        f2 = merged(f, crf.spans_of(path, r[3]))
                        data = r[2]
                        for b, e, in f2:
                            if not any(overlap((at[x], at[y]), (b, e)) >= .75 for x, y in t[3]):
                                print(t[2], "FALSE", data[b:e].decode(), "|", data[max(0,b-40):e+20])
                        for x, y in t[3]:
                            if not any(overlap((at[x], at[y]), (b, e)) >= .75 for b, e in f2):
                                print(t[2], "MISSED", t[0][x:y], "|", t[0][max(0,x-40):y+20].encode())
                    sums[v, k] += count([(at[b], at[e]) for b, e in t[3]], merged(f, crf.spans_of(path, r[3])))
                if k in (0, 2, 4):
                    alarms[v, k] = np.mean([any(crf.decode(some[ids_of(h[0], kept)].sum(1), trans, bias))
                                            for h in held])
        for v in range(2):
            log(f"fold {fold}, {len(kept)} features, {('all', 'packed')[v]}: " +
                "; ".join(f"-{b} {figures(s)}" + (f" prose {a:.3f}" if a else "") for b, s, a in
                          zip(biases, sums[v], alarms[v])))


if __name__ == "__main__":
    main()

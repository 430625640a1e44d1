"""A linear-chain conditional random field over hashed features, trained by Adagrad. numpy only."""

import numpy as np

LABELS = ("O", "B-person", "I-person", "B-place", "I-place", "B-street", "I-street",
          "B-organisation", "I-organisation", "B-nationality", "B-title", "I-title")
L = len(LABELS)
IMPOSSIBLE = -1e4


def allowed(a, b):
    return LABELS[b][0] != "I" or (LABELS[a] != "O" and LABELS[a][2:] == LABELS[b][2:])


FORBIDDEN = np.array([[0.0 if allowed(a, b) else IMPOSSIBLE for b in range(L)] for a in range(L)],
                     np.float32)
START = np.array([0.0 if LABELS[b][0] != "I" else IMPOSSIBLE for b in range(L)], np.float32)


def logsumexp(x, axis):
    top = x.max(axis=axis, keepdims=True)
    return (top + np.log(np.exp(x - top).sum(axis=axis, keepdims=True))).squeeze(axis)


def gradients(scores, gold, mask, trans):
    """Of the log-likelihood: scores (B, T, L), gold (B, T), mask (B, T). Returns d scores, d trans, loss."""
    B, T, _ = scores.shape
    move = trans + FORBIDDEN
    alpha = np.empty_like(scores)
    beta = np.zeros_like(scores)
    alpha[:, 0] = scores[:, 0] + START
    for t in range(1, T):
        new = logsumexp(alpha[:, t - 1, :, None] + move, 1) + scores[:, t]
        alpha[:, t] = np.where(mask[:, t, None], new, alpha[:, t - 1])
    for t in range(T - 2, -1, -1):
        new = logsumexp(move + (scores[:, t + 1] + beta[:, t + 1])[:, None, :], 2)
        beta[:, t] = np.where(mask[:, t + 1, None], new, 0)
    z = logsumexp(alpha[:, -1], 1)
    p = np.exp(np.minimum(alpha + beta - z[:, None, None], 0)) * mask[..., None]
    pairs = np.exp(np.minimum(alpha[:, :-1, :, None] + move
                              + (scores[:, 1:] + beta[:, 1:])[:, :, None, :] - z[:, None, None, None], 0))
    pairs *= mask[:, 1:, None, None]
    truth = np.zeros_like(scores)
    np.put_along_axis(truth, gold[..., None], 1, 2)
    truth *= mask[..., None]
    d_trans = -pairs.sum((0, 1))
    both = mask[:, 1:]
    np.add.at(d_trans, (gold[:, :-1][both], gold[:, 1:][both]), 1)
    gold_moves = trans[gold[:, :-1][both], gold[:, 1:][both]].sum()
    return truth - p, d_trans, z.sum() - (scores * truth).sum() - gold_moves


def train(texts, features, epochs, seed, rate=0.1, decay=1e-6, weights=None, trans=None, log=None):
    """texts: list of (ids (T, F) with -1 for none, gold (T,), importance). Returns weights, transitions.

    Row `features` of the weights is always zero: what -1 points at."""
    rng = np.random.default_rng(seed)
    if weights is None:
        weights = np.zeros((features + 1, L), np.float32)
        trans = np.zeros((L, L), np.float32)
    square = np.full((features + 1, L), 0.1, np.float32)
    square_t = np.full((L, L), 1.0, np.float32)
    lengths = np.array([len(t[1]) for t in texts])
    for epoch in range(epochs):
        step = rate * (1 - 0.8 * epoch / max(1, epochs - 1))
        order = np.lexsort((rng.random(len(texts)), (lengths + rng.integers(0, 6, len(texts))) // 6))
        batches = []
        k = 0
        while k < len(order):  # about 800 tokens each
            n = max(1, 800 // max(1, lengths[order[k]]))
            batches.append(order[k:k + n])
            k += n
        rng.shuffle(batches)
        total = 0.0
        for batch in batches:
            T = max(lengths[b] for b in batch)
            B = len(batch)
            mask = np.zeros((B, T), bool)
            gold = np.zeros((B, T), np.int64)
            share = np.empty(B, np.float32)
            for r, b in enumerate(batch):
                mask[r, :lengths[b]] = True
                gold[r, :lengths[b]] = texts[b][1]
                share[r] = texts[b][2]
            ids = np.concatenate([texts[b][0] for b in batch])
            scores = np.zeros((B, T, L), np.float32)
            scores[mask] = weights[ids].sum(1)
            d, d_trans, loss = gradients(scores, gold, mask, trans)
            total += loss
            d = (d * share[:, None, None])[mask]
            used, place = np.unique(ids.ravel(), return_inverse=True)
            place = place.ravel()
            n = ids.shape[1]
            g = np.empty((len(used), L), np.float32)
            for j in range(L):
                g[:, j] = np.bincount(place, np.repeat(d[:, j], n), len(used))
            g -= decay * len(ids) * weights[used]
            square[used] += g * g
            weights[used] += step * g / np.sqrt(square[used])
            weights[features] = 0
            square_t += d_trans * d_trans
            trans += step * d_trans / np.sqrt(square_t)
        if log:
            log(f"epoch {epoch + 1}: loss a token {total / lengths.sum():.4f}")
    return weights, trans


def decode(scores, trans, bias):
    """The best labels: scores (T, L); `bias` is taken from O."""
    scores = scores.copy()
    scores[:, 0] -= bias
    move = trans + FORBIDDEN
    best = scores[0] + START
    back = np.zeros(scores.shape, np.int64)
    for t in range(1, len(scores)):
        all_ = best[:, None] + move
        back[t] = all_.argmax(0)
        best = all_.max(0) + scores[t]
    path = [int(best.argmax())]
    for t in range(len(scores) - 1, 0, -1):
        path.append(int(back[t][path[-1]]))
    return path[::-1]


def spans_of(path, tokens):
    spans = []
    for label, (begin, end) in zip(path, tokens):
        name = LABELS[label]
        if name[0] == "B":
            spans.append([begin, end, name[2:]])
        elif name[0] == "I":
            spans[-1][1] = end
    return spans

"""What the tagger sees of a text. policies/privacy/name_tokens.cc does the same, bit by bit."""

import numpy as np

import words

MASK = 0xFFFFFFFF
EDGE = 0x51ED270B  # stands for every base beyond the ends of the text


def byte_classes():
    classes = ["other"] * 256
    for c in range(256):
        if chr(c).isdigit() and c < 128:
            classes[c] = "digit"
        elif 65 <= c <= 90:
            classes[c] = "upper"
        elif 97 <= c <= 122:
            classes[c] = "lower"
        elif c >= 0x80:
            classes[c] = "wide" if c == 0xC2 or c == 0xE0 or c > 0xE1 else "high"
    return classes


CLASS = byte_classes()
WORD = [c in ("digit", "upper", "lower", "high") for c in CLASS]
BLANK = [c in b" \t\r\n\v\f" for c in range(256)]


def lowered(word):
    """Lower case of ASCII, Latin-1, Latin Extended-A (as if all pairs were even, odd), Greek, Cyrillic."""
    out = bytearray(word)
    i = 0
    while i < len(out):
        c = out[i]
        if 65 <= c <= 90:
            out[i] = c + 32
        elif c >= 0xC3 and i + 1 < len(out):
            d = out[i + 1]
            if c == 0xC3 and 0x80 <= d <= 0x9E:
                out[i + 1] = d + 32
            elif c in (0xC4, 0xC5) and d >= 0x80:
                out[i + 1] = d | 1
            elif c == 0xCE and 0x91 <= d <= 0x9F:
                out[i + 1] = d + 32
            elif c == 0xCE and 0xA0 <= d <= 0xA9:
                out[i], out[i + 1] = 0xCF, d - 32
            elif c == 0xD0 and 0x90 <= d <= 0x9F:
                out[i + 1] = d + 32
            elif c == 0xD0 and 0xA0 <= d <= 0xAF:
                out[i], out[i + 1] = 0xD1, d - 32
            i += 1
        i += 1
    return bytes(out)


def fnv(data, seed=0x811C9DC5):
    h = seed
    for c in data:
        h = ((h ^ c) * 0x01000193) & MASK
    return h


def tokenize(text):
    """Words, single other characters, and one token for blanks that break a line: (begin, end)."""
    tokens = []
    i, n = 0, len(text)
    while i < n:
        c = text[i]
        begin = i
        if BLANK[c]:
            line = False
            while i < n and BLANK[text[i]]:
                line = line or text[i] == 10
                i += 1
            if line:
                tokens.append((begin, i))
            continue
        if WORD[c]:
            while i < n and WORD[text[i]]:
                i += 1
        elif CLASS[c] == "wide":
            i = min(n, i + (2 if c < 0xE0 else 3 if c < 0xF0 else 4))
        else:
            i += 1
        tokens.append((begin, i))
    return tokens


NEWLINE_SHAPE, PUNCT_SHAPE = 1, 2


def shape_of(word, low):
    """1 line, 2 other, 3-8 digits by count, 9 digits first, 10 letters with digits,
    11 lower, 12 capital alone, 13 capital first, 14 all capitals, 15 mixed."""
    if BLANK[word[0]]:
        return NEWLINE_SHAPE
    if not WORD[word[0]]:
        return PUNCT_SHAPE
    digits = sum(1 for c in word if 48 <= c <= 57)
    if digits == len(word):
        return 2 + min(digits, 6)
    if digits:
        return 9 if 48 <= word[0] <= 57 else 10
    first = upper_at(word, low, 0)
    size = 2 if word[0] >= 0x80 else 1
    later = sum(1 for a, b in zip(word[size:], low[size:]) if a != b)
    if not first:
        return 15 if later else 11
    if len(word) <= size:
        return 12
    if not later:
        return 13
    letters = sum(1 for c in word[size:] if c < 0x80 or c >= 0xC0)
    return 14 if later == letters else 15


def upper_at(word, low, i):
    return word[i] != low[i] or (word[i] >= 0x80 and i + 1 < len(word) and word[i + 1] != low[i + 1])


def lexicon():
    table = {}
    for k, (_, some) in enumerate(words.CLASSES):
        for word in some:
            h = fnv(lowered(word.encode()))
            table[h] = table.get(h, 0) | 1 << k
    return table


LEXICON = lexicon()
BASES = ("word", "shape", "p2", "p3", "p4", "s2", "s3", "s4", "lex", "case")


def bases(text, tokens):
    """One row of 32-bit numbers a token; see BASES."""
    rows = np.empty((len(tokens), len(BASES)), np.uint32)
    line = []
    seen = [0, 0]

    def close():
        case = 0 if not seen[1] else 2 if not seen[0] else 1
        for k in line:
            rows[k, 9] = case
            rows[k, 1] |= case << 4

    for i, (begin, end) in enumerate(tokens):
        word = text[begin:end]
        if BLANK[word[0]]:
            close()
            line, seen = [], [0, 0]
            word = b"\n\n" if word.count(b"\n") > 1 else b"\n"
        word = word[:64]
        low = lowered(word)
        shape = shape_of(word, low)
        if 3 <= shape <= 8:
            low = b"0" * min(len(low), 6)
        elif shape >= 11:
            seen[0] += shape in (11, 13)
            seen[1] += shape >= 12
        line.append(i)
        h = fnv(low)
        rows[i] = (h, shape, fnv(low[:2], 2), fnv(low[:3], 3), fnv(low[:4], 4), fnv(low[-2:], 5),
                   fnv(low[-3:], 6), fnv(low[-4:], 7), LEXICON.get(h, 0), 0)
    close()
    return rows


# Each a list of (offset, base): what is joined into one feature.
W, S, P2, P3, P4, S2, S3, S4, L, C = range(10)
TEMPLATES = (
    [[(k, W)] for k in (0, -1, 1, -2, 2, -3, 3)]
    + [[(-1, W), (0, W)], [(0, W), (1, W)], [(-2, W), (-1, W)], [(1, W), (2, W)]]
    + [[(0, S)], [(-1, S), (0, S)], [(0, S), (1, S)], [(-1, S), (0, S), (1, S)],
       [(-2, S), (-1, S), (0, S)], [(0, S), (1, S), (2, S)],
       [(-2, S), (-1, S), (0, S), (1, S), (2, S)]]
    + [[(0, P2)], [(0, P3)], [(0, P4)], [(0, S2)], [(0, S3)], [(0, S4)]]
    + [[(-1, W), (0, S)], [(1, W), (0, S)], [(-2, W), (0, S)], [(2, W), (0, S)],
       [(-2, W), (-1, W), (0, S)], [(1, W), (2, W), (0, S)], [(-1, W), (0, S), (1, W)]]
    + [[(0, S), (0, S3)], [(-1, S3)], [(1, S3)], [(-1, S3), (0, S)]]
    + [[(0, L), (0, S)], [(-1, L), (0, S)], [(1, L), (0, S)], [(-1, L), (0, L), (1, L)],
       [(2, L), (0, S)], [(-2, L), (0, S)]]
)


def mix(h, value):
    h = (h ^ value) * np.uint32(0x9E3779B1)
    return h ^ (h >> np.uint32(15))


def hashes(rows):
    """The features of each token: (tokens, len(TEMPLATES)) of 32 bits."""
    n = len(rows)
    padded = np.full((n + 6, rows.shape[1]), EDGE, np.uint32)
    padded[3:n + 3] = rows
    out = np.empty((n, len(TEMPLATES)), np.uint32)
    with np.errstate(over="ignore"):
        for k, parts in enumerate(TEMPLATES):
            h = np.full(n, k + 1, np.uint32) * np.uint32(0x85EBCA6B)
            for offset, base in parts:
                h = mix(h, padded[3 + offset:3 + offset + n, base])
            out[:, k] = h
    return out

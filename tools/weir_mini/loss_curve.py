#!/usr/bin/env python3
"""Draws a run's log.jsonl as an SVG: loss over tokens, both axes logarithmic.

python -m weir_mini.loss_curve --run DIR > loss.svg
"""

import argparse
import json
import math
import pathlib

WIDTH, HEIGHT, MARGIN = 640, 320, 44
LOSS_TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10]
TOKEN_TICKS = [10**exponent for exponent in range(4, 11)]


def scale(value, low, high, length):
    return (math.log(value) - math.log(low)) / (math.log(high) - math.log(low)) * length


def named(tokens):
    return f"{tokens // 10**6} M" if tokens >= 10**6 else f"{tokens // 1000} k"


def svg(points):
    """points: [(tokens, loss)]"""
    left, right = points[0][0], points[-1][0]
    bottom, top = min(loss for _, loss in points) * 0.9, max(loss for _, loss in points) * 1.1

    def x(tokens):
        return MARGIN + scale(tokens, left, right, WIDTH - 2 * MARGIN)

    def y(loss):
        return HEIGHT - MARGIN - scale(loss, bottom, top, HEIGHT - 2 * MARGIN)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for loss in LOSS_TICKS:
        if bottom <= loss <= top:
            lines.append(f'<path d="M{MARGIN} {y(loss):.1f}H{WIDTH - MARGIN}" stroke="#ddd"/>')
            lines.append(f'<text x="{MARGIN - 6}" y="{y(loss) + 4:.1f}" text-anchor="end">{loss:g}</text>')
    for tokens in TOKEN_TICKS:
        if left <= tokens <= right:
            lines.append(f'<path d="M{x(tokens):.1f} {MARGIN}V{HEIGHT - MARGIN}" stroke="#ddd"/>')
            lines.append(
                f'<text x="{x(tokens):.1f}" y="{HEIGHT - MARGIN + 16}" text-anchor="middle">{named(tokens)}</text>'
            )
    path = " ".join(f"{x(tokens):.1f},{y(loss):.1f}" for tokens, loss in points)
    lines.append(f'<polyline points="{path}" fill="none" stroke="#06c" stroke-width="1.5"/>')
    lines.append(
        f'<text x="{MARGIN}" y="{MARGIN - 14}">training loss per weighted token over tokens seen</text>'
    )
    return "\n".join([*lines, "</svg>"])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=pathlib.Path, required=True)
    options = parser.parse_args()
    rows = [json.loads(line) for line in (options.run / "log.jsonl").read_text().splitlines()]
    print(svg([(row["tokens"], row["loss"]) for row in rows]))


if __name__ == "__main__":
    main()

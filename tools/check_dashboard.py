#!/usr/bin/env python3
"""Checks a Grafana board against the metrics that the program really has.

usage: check_dashboard.py BOARD.json EXPOSITION.txt

Every metric and label in an expression exists in the exposition, panel ids are
unique, panels do not overlap or leave the 24 columns, and every panel uses the
data source variable. One line a finding; exit 1 if there is any.
"""
import json
import re
import sys

WORDS = {"sum", "min", "max", "avg", "count", "rate", "increase", "by", "without", "le",
         "abs", "histogram_quantile", "label_values", "on", "ignoring", "topk", "clamp_min"}
GRID_COLUMNS = 24
SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ")
LABEL = re.compile(r'([a-zA-Z_]\w*)="(?:[^"\\]|\\.)*"')


def read_exposition(text):
    """Metric name -> its label names."""
    metrics = {}
    for line in text.splitlines():
        match = SAMPLE.match(line)
        if match and not line.startswith("#"):
            metrics.setdefault(match[1], set()).update(LABEL.findall(match[2] or ""))
    return metrics


def expression_findings(expression, metrics):
    plain = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)
    plain = re.sub(r"\[[^\]]*\]", "", plain)
    selected = re.findall(r"([a-zA-Z_:][\w:]*)\{([^}]*)\}", plain)
    grouped = re.findall(r"\b(?:by|without) \(([^)]*)\)", plain)
    bare = re.sub(r"\{[^}]*\}|\b(?:by|without) \([^)]*\)", "", plain)
    bare = re.sub(r"label_values\(([\w:]+), *\w+\)", r"\1", bare)
    names = [name for name in re.findall(r"[a-zA-Z_:][\w:]*", bare) if name not in WORDS]
    known = set().union(*(metrics.get(name, set()) for name in names)) if names else set()
    for name in names:
        if name not in metrics:
            yield f"no metric {name}"
    for name, matchers in selected:
        for label in re.findall(r"(\w+)\s*[=!]", matchers):
            if label not in metrics.get(name, {label}):
                yield f"{name} has no label {label}"
    for labels in grouped:
        for label in re.split(r",\s*", labels):
            if label not in known:
                yield f"no metric here has the label {label}"


def overlap(a, b):
    return (a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
            and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"])


def layout_findings(panels):
    seen = set()
    for i, panel in enumerate(panels):
        if panel["id"] in seen:
            yield f"{panel['title']}: id {panel['id']} twice"
        seen.add(panel["id"])
        grid = panel["gridPos"]
        if grid["x"] < 0 or grid["x"] + grid["w"] > GRID_COLUMNS:
            yield f"{panel['title']}: outside the {GRID_COLUMNS} columns"
        for other in panels[:i]:
            if overlap(grid, other["gridPos"]):
                yield f"{panel['title']} lies over {other['title']}"


def board_findings(board, metrics):
    variables = board["templating"]["list"]
    if not any(variable["type"] == "datasource" for variable in variables):
        yield "no data source variable"
    for variable in variables:
        if variable["type"] == "query":
            yield from expression_findings(variable["query"]["query"], metrics)
    yield from layout_findings(board["panels"])
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            if target["datasource"]["uid"] != "${datasource}":
                yield f"{panel['title']}: a fixed data source"
            for finding in expression_findings(target["expr"], metrics):
                yield f"{panel['title']}: {finding}"


def main():
    board_path, exposition_path = sys.argv[1:3]
    with open(board_path) as file:
        board = json.load(file)
    with open(exposition_path) as file:
        metrics = read_exposition(file.read())
    findings = list(board_findings(board, metrics))
    for finding in findings:
        print(finding)
    print(f"{board_path}: {len(board['panels'])} panels, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

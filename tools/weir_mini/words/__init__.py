"""Word lists, written by hand for this project.

Each .txt file holds sections: a line "[name]" and below it entries, one a line, or several on a
line parted by commas. read("nouns") gives {section: [entry, ...]}.
"""

import functools
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parent
ODD_LISTS = ("language", "spam", "label_sets_more", "rewrites")  # of other languages, rude or misspelt
SECTION = re.compile(r"\[[^\[\]|]+\]")


@functools.cache
def vocabulary():
    """Every English word that the lists hold, in order, but for those that JSON reads as something else."""
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.txt") if not path.stem.startswith(ODD_LISTS)]
    return sorted(set(re.findall(r"(?<![\w{<])[a-z]{2,12}(?![\w}>])", "\n".join(texts).lower())) - {"true", "false", "null", "nan", "inf"})


@functools.cache
def read(name, by_line=False):
    sections, current = {}, None
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if not line or line.startswith("# "):
            continue
        if SECTION.fullmatch(line):
            current = sections.setdefault(line[1:-1], [])
        elif by_line:
            current.append(line)
        else:
            current.extend(entry.strip() for entry in line.split(",") if entry.strip())
    return sections

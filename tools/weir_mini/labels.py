"""Lists of labels as people write them: in a line, one a line, numbered, as JSON, with what they mean."""

from .phrasing import listing

IN_LINE = [", ", ", ", " / ", "/", " | ", "|", "; ", " or ", ",", ", or "]
BRACKETS = ["[{}]", "({})", "{{{}}}", "<{}>", '"{}"', "{}"]
BULLETS = ["- ", "* ", "• ", "+ ", "-- ", "> ", ""]
NUMBERS = ["{}. ", "{}) ", "({}) ", "{}: ", "#{} "]
MEANS = [": ", " - ", " = ", " -> ", " (", " – ", ": ", " => ", " means "]
QUOTES = ['"{}"', "'{}'", "`{}`", "**{}**", "<{}>", "[{}]"]


def shuffled(rng, labels):
    labels = list(labels)
    rng.shuffle(labels)
    return labels


def dressed(rng, label, style=None):
    """A label as forms, code and people name it; one style for all labels of a list."""
    style = rng.randrange(9) if style is None else style
    words = label.replace("_", " ").replace("-", " ")
    if style == 0:
        return words.upper()
    if style == 1:
        return words.upper().replace(" ", "_")
    if style == 2:
        return words.replace(" ", "_")
    if style == 3:
        return words.replace(" ", "-")
    if style == 4:
        return words[0].upper() + words[1:]
    if style == 5:
        return words.title().replace(" ", "")
    return words if style == 6 else label


def in_line(rng, labels):
    """For the middle of a sentence."""
    draw = rng.random()
    if draw < 0.35:
        last = rng.choice([" or ", " or ", ", or ", " and ", " & "])
        return ", ".join(labels[:-1]) + last + labels[-1]
    if draw < 0.5:
        quote = rng.choice(QUOTES)
        return rng.choice([", ", " or ", " / ", ", "]).join(quote.format(label) for label in labels)
    if draw < 0.75:
        return rng.choice(IN_LINE).join(labels)
    if draw < 0.85:
        return rng.choice(BRACKETS).format(rng.choice([", ", "|", "/", " | ", "; "]).join(labels))
    return listing(rng, labels, "or")


def in_lines(rng, labels, meanings=None):
    """A block of lines, or a line of explained labels."""
    shown = labels
    if meanings is not None:
        joint = rng.choice(MEANS)
        shown = [f"{label}{joint}{meanings[label]}{')' if joint == ' (' else ''}" for label in labels]
        if rng.random() < 0.25:
            return rng.choice(["; ", ". ", "\n", ", "]).join(shown)
    if rng.random() < 0.3:
        number = rng.choice(NUMBERS)
        return "\n".join(number.format(i) + label for i, label in enumerate(shown, 1))
    bullet = rng.choice(BULLETS)
    return "\n".join(bullet + label for label in shown)

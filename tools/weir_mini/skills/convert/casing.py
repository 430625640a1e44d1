"""Names of program parts from one style of case into another."""

from ... import values
from ...framing import about, inline
from ...task import Task
from ..shared import everyday
from ..shared.cases import CASE_NAMES, CASES
from .asking import asked

TARGETS = ["snake_case"] * 4 + ["camelCase"] * 4 + ["PascalCase"] * 2 + ["kebab-case"] * 3 + ["CONSTANT_CASE"] * 2 + [
    "Title Case", "Title Case", "UPPERCASE", "UPPERCASE", "lowercase", "lowercase", "dot.case",
]  # fmt: skip
SOURCES = [
    "snake_case", "camelCase", "PascalCase", "kebab-case", "lowercase", "lowercase", "lowercase", "Title Case",
    "UPPERCASE", "CONSTANT_CASE",
]  # fmt: skip
CASE = [
    "[Convert|Change|Rewrite|Turn|Put|Rename|Transform] {text} [to|into|in] {target}[.|]",
    "{text} [in|to|as|->|=>|into] {target}[, please|]",
    "[Write|Give me|Show|Print|Return] {text} in {target}[.|]",
    "[Make|Convert] this {target}: {text}",
    "[To|In|As|] {target}: {text}",
    "[The|My|This] [name|variable|function|text|string|column|method|class|field] {text} [should be|must be|has to be|needs to be] [in |]{target}[.|]",
    "[What is|How is|What's] {text} [in|written in] {target}?",
    "{target} [for|of|version of|form of] {text}[, please|]",
    "[Rename|Change] {text} [for|to follow] {target}[.|]",
    "[Use|Apply] {target} [for|to] {text}[.|]",
    "[How|What] would {text} [look|be] in {target}?",
    "[Can|Could] you [write|make|convert] {text} [in|to] {target}?",
    "[We use|Our style is|The linter wants] {target}. [Rename|Fix|Convert] {text}[.|]",
    "[Name|Input|Identifier]: {text}. [Style|Target|Output]: {target}.",
    "{text}, {target}[ please|]",
]
VERBS = [
    "convert {x} to {t}", "convert {x} to {t}", "write {x} in {t}", "turn {x} into {t}", "change {x} to {t}", "rename {x} to {t}", "put {x} in {t}", "make {x} {t}", "rewrite {x} in {t}",
        "transform {x} to {t}", "give me {x} in {t}", "format {x} as {t}",
    "return {x} in {t}", "translate {x} into {t}",
]  # fmt: skip
OTHERS = ["{x} in {t}", "{x} in {t}?", "{t}", "{t} please", "in {t}", "to {t}", "{x} -> {t}", "{x} as {t}", "{t} of {x}", "what is {x} in {t}?", "{x} should be {t}"]
NOUNS = ["this", "this name", "this identifier", "the variable", "the name", "this variable name", "the following name", "this function name", "the column name", "this key", "the identifier below"]
HELD = ["{data}", "{data}", "{data}", '"{data}"', "'{data}'", "`{data}`", "the variable {data}", "the name '{data}'", "the identifier {data}", "the column {data}", "the key {data}"]
SEVERAL = [
    "[Convert|Change|Turn|Rename] [these|these names|all of these|the names|each of these] [to|into] {target}[.|]",
    "[Write|Give me] [these|the names|all names] in {target}[.|]",
    "[All|Everything|Each] in {target}[, please|.|]",
    "[to|in|as] {target}[:|]",
]
WORD_MAKERS = [
    lambda r: values.made_word(r, 2),
    lambda r: values.pick(r, "code_thing"),
    lambda r: values.pick(r, "code_thing"),
    lambda r: values.pick(r, "code_name"),
    lambda r: values.pick(r, "adjective"),
    lambda r: values.pick(r, "verb"),
    everyday.word,
    everyday.word,
    everyday.word,
]


def words_for(rng):
    words = [rng.choice(WORD_MAKERS)(rng) for _ in range(rng.choice([2, 2, 2, 3, 3, 4]))]
    return [part.lower() for word in words for part in word.replace("-", " ").split()]


def make(rng):
    target = rng.choice(TARGETS)
    source = rng.choice([s for s in SOURCES if s != target])
    if rng.random() < 0.15:
        return several(rng, source, target)
    words = words_for(rng)
    text = CASES[source](words)
    if rng.random() < 0.5:
        steps = [(VERBS, OTHERS, {"t": rng.choice(CASE_NAMES[target])})]
        return Task("convert", asked(rng, steps, text, NOUNS, HELD, ["Name", "name", "Identifier", "Variable", "Input"], quotes=" " in text), CASES[target](words))
    text = rng.choice([text, text, text, f'"{text}"', f"'{text}'", f"`{text}`"])
    messages = inline(rng, CASE, text=text, target=rng.choice(CASE_NAMES[target]))
    return Task("convert", messages, CASES[target](words))


def several(rng, source, target):
    """A few names, one a line or with commas, answered in the same way."""
    names = [words_for(rng) for _ in range(rng.randrange(2, 5))]
    write = rng.choice([", ".join, "\n".join, "\n".join])
    messages = about(rng, SEVERAL, write(map(CASES[source], names)), target=rng.choice(CASE_NAMES[target]))
    return Task("convert", messages, write(map(CASES[target], names)))

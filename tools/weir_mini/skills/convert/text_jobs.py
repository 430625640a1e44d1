"""Short texts, from a word to a few sentences, taken through one or two steps."""

from ... import values
from ...task import Task
from ..shared import everyday
from .asking import LATER_TEXT, asked
from .text_steps import CHAINED, FINAL, LINE_STEPS, TEXT_STEPS, WORD_STEPS

WORD_NOUNS = ["the word", "this word", "this", "the following word", "it", "the word below", "this string"]
LINE_NOUNS = ["this", "this", "this text", "the text", "this sentence", "the sentence", "the following", "this line", "the following text", "the string", "this string", "it", "my text",
    "the text below", "this phrase", "what follows"]
TEXT_NOUNS = ["this", "this text", "the text", "the following text", "it", "the paragraph", "this paragraph", "this message", "the text below"]
WORD_HELD = ["{data}", "{data}", '"{data}"', "'{data}'", "the word {data}", 'the word "{data}"', "the word '{data}'", "`{data}`", "“{data}”"]
LINE_HELD = ['"{data}"', '"{data}"', "'{data}'", "`{data}`", "“{data}”", "«{data}»", 'the text "{data}"', 'the sentence "{data}"', "the string '{data}'", 'the phrase "{data}"']
HEADS = ["Text", "text", "Input", "Sentence", "String", "in", "Line", "Message", "Original", "My text", "Phrase", "Title", "sentence", "Words"]


def table_of(steps):
    return [step for step, _ in steps], [weight for _, weight in steps]


KINDS = [
    (table_of(WORD_STEPS), WORD_NOUNS, WORD_HELD, 2.2), (table_of(LINE_STEPS), LINE_NOUNS, LINE_HELD, 6.5), (table_of(TEXT_STEPS), TEXT_NOUNS, LINE_HELD, 1.3),
]  # fmt: skip
KIND_WEIGHTS = [weight for *_, weight in KINDS]
NEXT, NEXT_WEIGHTS = table_of(CHAINED)


def a_word(rng):
    draw = rng.random()
    if draw < 0.6:
        found = everyday.word(rng)
    elif draw < 0.75:
        found = values.any_word(rng)
    elif draw < 0.85:
        found = rng.choice(everyday.SINGLE[rng.choice(["given", "town", "family"])])
    elif draw < 0.93:
        found = values.made_word(rng, 2)
    else:
        return f"{values.letters(rng, 2)}{values.digits(rng, rng.randrange(3, 6))}"
    return found.capitalize() if rng.random() < 0.15 else found


def a_line(rng):
    draw = rng.random()
    if draw < 0.5:
        text = everyday.sentence(rng)
        return everyday.ended(rng, text) if rng.random() < 0.45 else text
    if draw < 0.75:  # words in no order: nothing to lean on
        return " ".join(everyday.word(rng) if rng.random() < 0.8 else values.any_word(rng) for _ in range(rng.choice([2, 2, 3, 3, 4, 4, 5, 6])))
    if draw < 0.83:
        text = everyday.of_kind(rng, "phrase")
        return text.title() if "'" not in text and rng.random() < 0.3 else text
    if draw < 0.89:
        return everyday.full_name(rng)
    word = everyday.word
    return rng.choice(NUMBERED).format(n=rng.randrange(2, 500), m=values.digits(rng, 4), a=word(rng), b=word(rng), c=word(rng), name=rng.choice(everyday.SINGLE["given"]))


NUMBERED = [
    "{a}{n} {b}", "call {name} at 555-{m}", "my pin is {m}", "room {n}, floor 3", "order {m} has {n} {a}s", "{name} has {n} {a}s and 12 {b}s", "{a}-{b}-{c}", "{a}, {b}, {c}", "{a}! {b}? {c}.",
        "{name}'s {a}: {n} {b}s", "card 4111 1111 1111 {m}", "{a}_{b}_{n}",
    "user {m} logged in {n} times", "{a}/{b}/{c}", "the {a} costs {n} euros", "{n} {a}s", "#{a} #{b}", "{name} ({a}, {b})", "{a}*{b}*", "it's {n} {a}s, not {m}",
]  # fmt: skip


def made(rng, steps, weights, text):
    found = rng.choices(steps, weights)[0]
    return found, found(rng, text)


def make(rng):
    while True:
        (steps, weights), nouns, held, _ = rng.choices(KINDS, KIND_WEIGHTS)[0]
        text = a_word(rng) if nouns is WORD_NOUNS else everyday.paragraph(rng, rng.choice([1, 2, 2, 3, 3, 4])) if nouns is TEXT_NOUNS else a_line(rng)
        step, found = made(rng, steps, weights, text)
        if found is None:
            continue
        imperatives, others, slots, result, *shown = found
        text = shown[0] if shown else text
        taken = [(imperatives, others, slots)]
        if step not in FINAL and rng.random() < 0.2:
            other, found = made(rng, NEXT, NEXT_WEIGHTS, result)
            if found is not None and other is not step and found[3] != text and len(found) == 4:
                taken.append(found[:3])
                result = found[3]
        return Task("convert", asked(rng, taken, text, nouns, held, HEADS, LATER_TEXT, quotes=True), result)

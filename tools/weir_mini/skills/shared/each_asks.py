"""How a job for one thing after the other is asked for: for one, for each of several, as a rule for what will come."""

from ...phrasing import careless, choose, fill, say
from ...wishes import QUESTIONS, WISHES
from ...words import read

ASK = {name: [line.replace("\\n", "\n") for line in lines] for name, lines in read("ask_again", by_line=True).items()}
MARKS = ['"{}"', '"{}"', "'{}'", "“{}”", "`{}`"]
SINGLE = ["{ask}", "{ask}", "{ask}.", "{Ask}", "{Ask}.", "{Ask}.", "please {ask}", "Please {ask}.", "{Ask}, please.", "{Ask} please"]  # fmt: skip
NAMED = ["{noun}", "{Noun}", "{noun}?", "{Noun}?", "What is {noun}?", "what is {noun}", "What's {noun}?", "{Noun}, please.", "{noun} please", "I need {noun}.",
    "Give me {noun}."]  # fmt: skip
COLON = ["{before}: {v}", "{before}: {v}", "{before}:\n{v}", "{before} - {v}", "{before}\n\n{v}", "{v}\n\n{before}", "{before}: {quoted}"]  # fmt: skip
EACH = ["each {thing}", "each {thing}", "every {thing}", "each of these {things}", "these {things}", "each of the following {things}", "the following {things}",
    "each {thing} below", "the {things} below", "all these {things}", "all {things}", "every one of these {things}"]  # fmt: skip
EACH_SHORT = ["each", "each one", "each of these", "each of them", "each item", "every item", "all of these", "these"]


def typed(rng, text, kept):
    """As people type, but for what has to stay as it is."""
    for place, part in enumerate(kept):
        text = text.replace(part, "{k%d}" % place)
    text = careless(rng, text)
    for place, part in enumerate(kept):
        text = text.replace("{k%d}" % place, part)
    return text


def capital(text):
    return text[:1].upper() + text[1:]


def with_x(pattern, x):
    return pattern.replace("{x}", x)


def wish(rng, ask):
    """An imperative as people say it: mostly as it is."""
    if rng.random() < 0.7:
        return rng.choice(SINGLE).replace("{ask}", ask).replace("{Ask}", capital(ask))
    pattern = choose(rng, rng.choice(QUESTIONS if rng.random() < 0.6 else WISHES))
    return pattern.replace("{k}", str(rng.randrange(1, 6))).replace("{}", ask)


def requested(rng, job, x):
    """The job for {x}, as an imperative, a wish or a question."""
    if job.nouns and rng.random() < 0.3:
        noun = with_x(rng.choice(job.nouns), x)
        return rng.choice(NAMED[:4] if not noun.startswith("the ") else NAMED).replace("{noun}", noun).replace("{Noun}", capital(noun))  # fmt: skip
    return wish(rng, with_x(rng.choice(job.imperatives), x))


def shown_in_line(rng, job, thing):
    return rng.choice(MARKS).format(thing) if job.is_text or rng.random() < 0.25 else thing


def for_one(rng, job, thing):
    """The whole request for one thing."""
    if (job.is_text and rng.random() < 0.7) or len(thing) > 60 or rng.random() < 0.15:
        x = rng.choice([f"this {job.thing}", f"the {job.thing}", f"the following {job.thing}", "this", f"this {job.thing}"])  # fmt: skip
        before = typed(rng, requested(rng, job, x), job.kept).rstrip(".?! ")
        return rng.choice(COLON).replace("{before}", before).replace("{quoted}", f'"{thing}"').replace("{v}", thing)
    ask = typed(rng, requested(rng, job, "{x}"), job.kept)
    return ask.replace("{x}", shown_in_line(rng, job, thing))


def for_each(rng, job):
    """The request for each of several, without the things and without a last stop."""
    x = rng.choice(EACH).replace("{things}", job.things).replace("{thing}", job.thing) if rng.random() < 0.8 else rng.choice(EACH_SHORT)  # fmt: skip
    ask = requested(rng, job, x).rstrip(". ")
    for verb in (" is ", " has ", " starts ", " ends "):
        ask = ask.replace(x + verb, f"each {job.thing}{verb}")
    return ask


def again(rng, job, thing):
    """The next thing, with some words or without."""
    if job.has_unit and rng.random() < 0.45:
        return say(rng, ASK["next_number"], v=thing.split()[0])
    if job.is_text or len(thing) > 40:
        text = say(rng, ASK["next_text"], v="{v}", k=rng.choice([2, 2, 3]))
        return text.replace("{v}", shown_in_line(rng, job, thing) if rng.random() < 0.2 else thing)
    shown = f'"{thing}"' if rng.random() < 0.08 else thing
    return say(rng, ASK["next"], v="{v}").replace("{v}", shown)


def rule(rng, job):
    """What is to be done with all that will come, and the answer that one gets."""
    ask = with_x(rng.choice(job.imperatives), rng.choice(["it", "it", "it", f"the {job.thing}", f"that {job.thing}"]))
    slots = {"thing": "{t}", "things": "{ts}", "job": "{j}", "Job": "{J}"}
    text = fill(typed(rng, fill(choose(rng, rng.choice(ASK["rule"])), slots), ()), {"t": job.thing, "ts": job.things, "j": ask, "J": capital(ask)})  # fmt: skip
    for vowel in "aeiouAEIOU":
        text = text.replace(f" a {vowel}", f" an {vowel}")
    agreed = fill(choose(rng, rng.choice(ASK["agree"])), {"thing": job.thing, "things": job.things})
    return text, agreed

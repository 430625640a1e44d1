"""One message with several things to do the same to: lines, numbered texts, rows of numbers, words to choose from."""

from ...framing import placed, with_system
from ...phrasing import careless, choose, fill, say
from ...task import Task, compact, user
from ...words import read
from ..shared import each_jobs, each_lines
from ..shared import each_asks as asks
from . import choices, objects, rows

FORMS = read("batches", by_line=True)
SHOWN = {name: [form for line in lines for form in line.split(", ")] for name, lines in FORMS.items()}
STYLES = [("lines", 6), ("numbered", 4.5), ("closed", 1), ("dashes", 1.5), ("commas", 3), ("array", 0.8), ("inline", 1.2), ("apart", 0.5), ("quoted", 0.6), ("semicolons",
    0.6)]  # fmt: skip
SHORT_ONLY = {"commas", "array", "semicolons"}
COUNTS = [2, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7, 8]
LAYOUTS = ["{ask}:\n{data}", "{ask}:\n{data}", "{ask}:\n\n{data}", "{ask}.\n{data}", "{ask}.\n\n{data}", "{ask}\n{data}", "{ask}\n\n{data}", "{data}\n\n{ask}", "{data}\n\n{ask}.",
    "{ask}:\n```\n{data}\n```"]  # fmt: skip
IN_LINE = ["{ask}: {data}", "{ask}: {data}", "{ask}: {data}", "{ask}. {data}", "{data} - {ask}", "{data}\n{ask}", "{ask}\n{data}", "{ask}:\n{data}"]  # fmt: skip
KEYS = ["label", "answer", "result", "value", "output"]


def numbered(items, mark="{}. "):
    return "\n".join(mark.format(place) + item for place, item in enumerate(items, 1))


def laid_out(items, style):
    if style == "numbered":
        return numbered(items)
    if style == "closed":
        return numbered(items, "{}) ")
    if style == "inline":
        return " ".join(f"{place}. {item}" for place, item in enumerate(items, 1))
    if style == "array":
        return compact(items)
    joint, before, after = {"dashes": ("\n", "- ", ""), "commas": (", ", "", ""), "apart": ("\n\n", "", ""), "quoted": ("\n", '"', '"'), "semicolons": ("; ", "", "")}.get(style,
        ("\n", "", ""))  # fmt: skip
    return joint.join(before + item + after for item in items)


def style_for(rng, items):
    short = all(len(item) < 30 and "," not in item and ";" not in item for item in items)
    while True:
        style = rng.choices([style for style, _ in STYLES], [weight for _, weight in STYLES])[0]
        if short or style not in SHORT_ONLY:
            if style != "quoted" or not any('"' in item for item in items):
                return style


def written(answers, style, is_convert):
    """Where no form is asked for: numbered as the things are, in a line where they are in a line, else one per line."""
    if style in ("numbered", "inline"):
        return numbered(answers)
    if style == "closed":
        return numbered(answers, "{}) ")
    if style == "dashes" and is_convert:
        return laid_out(answers, "dashes")
    if style == "commas" and not any("," in answer for answer in answers):
        return ", ".join(answers)
    if style == "semicolons" and not any(";" in answer for answer in answers):
        return "; ".join(answers)
    return "\n".join(answers)


def in_json(job, answers):
    return compact([int(answer) if job.is_number and answer.lstrip("-").isdigit() else answer for answer in answers])


def formed(rng, job, found, style):
    """(what is said about the form, the answer, whether it is JSON)."""
    answers = [answer for _, answer in found]
    draw = rng.random()
    if style == "array" and draw < 0.6:
        return "", in_json(job, answers), True
    if style == "array" or draw < 0.2:
        return rng.choice(SHOWN["json"]), in_json(job, answers), True
    if draw < 0.36 and style not in ("numbered", "closed", "inline"):
        return rng.choice(SHOWN["lines"]), "\n".join(answers), False
    if draw < 0.36 or draw < 0.41 and style == "lines":
        told = rng.choice(SHOWN["numbered"] if style in ("numbered", "inline") else ["as a numbered list", "numbered", "number the answers"])  # fmt: skip
        return (told, numbered(answers), False) if style != "closed" else ("", numbered(answers, "{}) "), False)
    if draw < 0.47 and not any("," in answer for answer in answers):
        return rng.choice(SHOWN["commas"]), ", ".join(answers), False
    if draw < 0.53 and style in ("lines", "commas", "dashes") and all(len(shown) < 40 for shown, _ in found):
        sign = rng.choice([" -> ", ": ", " = ", " => ", " - "])
        if not any(sign.strip() in shown for shown, _ in found):
            told = f"in the form {job.thing}{sign}{rng.choice(['answer', 'result', 'label' if job.labels else 'result'])}"  # fmt: skip
            return told, "\n".join(f"{shown}{sign}{answer}" for shown, answer in found), False
    if draw < 0.58 and style in ("lines", "commas", "dashes") and all(len(shown) < 40 for shown, _ in found):
        told = rng.choice([f"as a JSON object with the {job.things} as keys", f"as a JSON object that maps each {job.thing} to its answer",
            f"as JSON, one key per {job.thing}"])  # fmt: skip
        numbers = job.is_number and all(answer.lstrip("-").isdigit() for answer in answers)
        return told, compact({shown: int(answer) if numbers else answer for shown, answer in found}), True
    if draw < 0.62 and style == "numbered":
        key = "label" if job.labels else rng.choice(KEYS)
        numbers = job.is_number and all(answer.lstrip("-").isdigit() for answer in answers)
        rows_ = [{"id": place, key: int(answer) if numbers else answer} for place, answer in enumerate(answers, 1)]
        return rng.choice([f'as a JSON array of objects with "id" and "{key}"', f'as JSON: [{{"id": 1, "{key}": "..."}}, ...]',
            f"as a JSON list of {{id, {key}}} objects"]), compact(rows_), True  # fmt: skip
    return "", written(answers, style, job.skill == "convert"), False


def with_form(rng, ask, form):
    """The instruction with a word on the form, without a last stop."""
    if not form:
        return ask
    ask = ask.rstrip(".")
    if ask.endswith("?"):
        return f"{ask} {asks.capital(form)}"
    draw = rng.random()
    if draw < 0.4 or form.startswith(("keep", "number the")):
        return f"{ask}. {asks.capital(form)}" if draw < 0.3 else f"{ask}, {form}" if not form.startswith("keep") else f"{ask} and {form}"  # fmt: skip
    return f"{ask} {form}" if form.startswith(("as ", "in ")) else f"{ask}, {form}"


def message(rng, ask, data):
    if rng.random() < 0.3:
        return placed(rng, ask, data)
    layout = rng.choice(LAYOUTS if "\n" in data else IN_LINE)
    bare = ask if layout[5:6] in ("\n", "") else ask.rstrip(".?! ")
    return layout.replace("{ask}", bare).replace("{data}", data)


def each(rng, job=None):
    """The same job for each of several things."""
    job = job or rng.choices([each_jobs.job, each_lines.labelling, each_lines.taking, each_lines.judging], [5, 4.5, 2.5, 0.7])[0](rng)  # fmt: skip
    found = each_jobs.several(rng, job, rng.choice(COUNTS))
    if len(found) < 2:
        return each(rng)
    while sum(len(shown) for shown, _ in found) > 1000 and len(found) > 2:
        found.pop()
    style = style_for(rng, [shown for shown, _ in found])
    form, answer, is_json = formed(rng, job, found, style)
    ask = asks.typed(rng, with_form(rng, asks.for_each(rng, job), form), (*job.kept, *([form] if "{" in form or '"' in form else [])))  # fmt: skip
    text = message(rng, ask, laid_out([shown for shown, _ in found], style))
    return Task(job.skill, with_system(rng, text), answer, is_json=is_json)


HEADS = ["[Do|Please do|Solve|Answer] [the following|these|all of these|each of these][, numbered|, one answer per line, numbered|][:|.]",
    "[A few|Some|Several|{n}] [small |quick |]jobs[ for you|][:|.]", "[Please |][answer|do] [these|all] in order[:|.]", "[To do|Tasks|Jobs|Exercises|My list]:",
    "[Can|Could] you do these [for me|please]?", ""]  # fmt: skip


def mixed(rng):
    """Different little jobs, numbered."""
    said, answers = [], []
    for _ in range(rng.choice([2, 2, 3, 3, 4])):
        job = each_jobs.job(rng)
        shown, answer = job.make(rng)
        ask = asks.with_x(rng.choice(job.imperatives if rng.random() < 0.7 or not job.nouns else job.nouns), asks.shown_in_line(rng, job, shown))  # fmt: skip
        said.append(asks.capital(ask) if rng.random() < 0.8 else ask)
        answers.append(answer)
    mark = rng.choice(["{}. ", "{}. ", "{}) "])
    head = say(rng, HEADS, n=["", "", "Two", "Three", "Four"][len(said)])
    return Task("convert", with_system(rng, f"{head}\n{numbered(said, mark)}".strip()), numbered(answers, mark))


COUNT_ASKS = ["[How many|how many] of [these|the following|the] {things} are {label}?", "[Count|Please count] the {things} that are {label}[.|]",
    "[How many|number of] {label} {things}[?| are there?| are in this list?]", "[Tell me|Say] how many {things} are {label}[.|]"]  # fmt: skip
WHICH_ASKS = ["[Which|which] of [these|the following] {things} are {label}?", "[Which|what] {things} are {label}?",
    "[List|Give me|Find] the {things} that are {label}[.|]"]  # fmt: skip
GIVE_NUMBERS = ["[Give|Write|Return] [only |just |][the|their] numbers[.|]", "[Answer|Reply] with [the|their] numbers[.|]", "[Just|Only] the numbers[, please|][.|]",
    "[Numbers only|Only numbers|numbers please][.|]"]  # fmt: skip


def judged(rng):
    """How many of the texts, or the numbers of those, that are of one class."""
    sources, _, thing = each_lines.sentiment_source(rng) if rng.random() < 0.6 else each_lines.known_source(rng)
    labels = list(sources)
    wanted = rng.choice(labels)
    rights = [rng.choice([wanted, rng.choice(labels)]) for _ in range(rng.randrange(3, 7))]
    texts = [" ".join(sources[right](rng).split()) for right in rights]
    if len(set(texts)) < len(texts) or sum(map(len, texts)) > 900 or wanted in ("+", "-"):
        return judged(rng)
    slots = {"things": each_jobs.with_s(thing) if "feedback" not in thing else "texts", "label": wanted if rng.random() < 0.7 else f'"{wanted}"'}  # fmt: skip
    among = "" if len(labels) == 2 and set(labels) & {"positive", "negative"} else f" ({' / '.join(labels)})"
    places = [str(place) for place, right in enumerate(rights, 1) if right == wanted]
    if rng.random() < 0.5 or not places:
        ask = fill(careless(rng, choose(rng, rng.choice(COUNT_ASKS))), slots)
        style, answer = rng.choice(["lines", "numbered", "dashes"]), str(len(places))
    else:
        ask = fill(careless(rng, choose(rng, rng.choice(WHICH_ASKS))), slots) + " " + say(rng, GIVE_NUMBERS)
        style, answer = rng.choice(["numbered", "numbered", "closed"]), ", ".join(places)
    ask = ask if not among else ask + among
    return Task("classify", [user(rng.choice(["{a}\n{d}", "{a}\n\n{d}", "{d}\n\n{a}"]).replace("{a}", ask).replace("{d}", laid_out(texts, style)))], answer)  # fmt: skip


KINDS = [(each, 11), (choices.make, 2.5), (rows.make, 2.2), (objects.make, 3), (mixed, 1), (judged, 1)]


def make(rng):
    return rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0](rng)

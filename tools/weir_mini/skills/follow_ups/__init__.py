"""Conversations of two to four turns whose last message refers to what was said: "and 3.5 of them?", "as CSV"."""

from ...phrasing import choose, say
from ...task import Task, system, user
from .. import batches
from ..shared import each_jobs, each_lines
from ..shared import each_asks as asks
from . import fields, forms, lists, sums, tables

LEADS = [
    "", "", "", "", "", "", "and ", "and ", "now ", "now ", "thanks, ", "thanks, now ", "thanks! now ", "ok, ", "ok, now ", "great, now ", "good. now ", "please ", "perfect, ",
    "also ", "then ", "hmm, ", "Thanks. ", "Thank you! ", "Great! ", "Nice. ", "can I have it ", "I need it ", "ok ", "and then ", "cool, ", "fine, and ", "Good, ",
]  # fmt: skip
VERBLESS = ("can I have it ", "I need it ")
TAILS = ["", "", "", "", "", "", "", " please", ", please", " please.", ".", ".", "!", " thanks", " thx", " now", " instead"]  # fmt: skip
SYSTEMS = ["You are a helpful assistant.", "Answer briefly.", "Answer with the result only.", "Be brief.", "You are a precise assistant. No explanations."]  # fmt: skip


def capital(text):
    """With a capital letter, but for what begins with something that may be spelled only so."""
    head = text.split(" ", 1)[0].rstrip(",.?!:")
    return asks.capital(text) if head.isalpha() and head.islower() else text


def coming_back(rng, said):
    """The words of a later turn as people type them, with thanks, a please or nothing."""
    if said.endswith(("?", ".", "!")) or len(said) > 80:
        lead = rng.choice(["", "", "", "and ", "ok, ", "thanks, ", "Thanks. ", "great, "])
        lead = "" if lead == "and " and said.startswith(("and ", "now ", "next", "the same", "one more", "another")) else lead  # fmt: skip
        return capital(said) if not lead and rng.random() < 0.4 else lead + said
    lead = rng.choice(LEADS)
    if lead in VERBLESS and not said.startswith(("in ", "as ", "with ", "without ", "from ", "separated ")):
        lead = ""
    if said.startswith(("now ", "and ", "then ", "no, ", "but ", "I ", "also ")) and lead not in ("", "thanks, ", "ok, ", "Thanks. "):
        lead = ""
    tail = rng.choice(TAILS)
    if ("please" in said or lead == "please ") and "please" in tail or tail == " instead" and "instead" in said or tail == " now" and "now" in lead + said or "thank" in lead.lower() and "th" in tail:
        tail = ""
    tail = "" if tail == "!" and said[-1].isdigit() else tail
    text = lead + said + (tail if tail != " instead" or said.startswith(("as ", "in ")) else "")
    return capital(text) if rng.random() < 0.45 else text


def conversation(rng, skill, turns, is_json=False):
    """The task of giving the last answer."""
    messages = [system(rng.choice(SYSTEMS))] if rng.random() < 0.04 else []
    if rng.random() < 0.012:
        turns = [*turns, (choose(rng, rng.choice(asks.ASK["repeat"])), turns[-1][1])]
    elif rng.random() < 0.03:
        turns = [*turns[:-1], (choose(rng, rng.choice(asks.ASK["thanks"])), asks.ASK["welcome"][0]), turns[-1]]
    for said, answer in turns[:-1]:
        messages += [user(said), {"role": "assistant", "content": answer}]
    said, answer = turns[-1]
    return Task(skill, [*messages, user(said)], answer, is_json=is_json)


def any_job(rng):
    return rng.choices([each_jobs.job, each_lines.labelling, each_lines.taking, each_lines.judging], [5, 4, 2.5, 0.9])[0](rng)  # fmt: skip


def again(rng):
    """The same for one thing after the other, the rule taken from the first."""
    job = any_job(rng)
    found = each_jobs.several(rng, job, rng.choice([2, 2, 3, 3, 4]))
    if len(found) < 2:
        return again(rng)
    turns = [(asks.for_one(rng, job, found[0][0]), found[0][1])]
    turns += [(asks.again(rng, job, shown), answer) for shown, answer in found[1:]]
    return conversation(rng, job.skill, turns)


def ruled(rng):
    """The rule first, then the things, one by one or several in a message."""
    job = any_job(rng)
    found = each_jobs.several(rng, job, rng.choice([1, 2, 2, 3]))
    turns = [asks.rule(rng, job)]
    if len(found) > 1 and rng.random() < 0.15:
        turns.append(("\n".join(shown for shown, _ in found), "\n".join(answer for _, answer in found)))
        return conversation(rng, job.skill, turns)
    for place, (shown, answer) in enumerate(found):
        turns.append((shown if place == 0 or rng.random() < 0.7 else asks.again(rng, job, shown), answer))
    return conversation(rng, job.skill, turns)


RESHAPED = [
    (["as JSON", "as a JSON array", "as a JSON list", "in JSON", "now as JSON"], "json", 4), (["comma separated", "on one line, separated by commas", "as a comma-separated list",
    "with commas in one line"], "commas", 2.5), (["numbered", "as a numbered list", "number them", "with numbers"], "numbered", 2), (["one per line", "each on its own line"],
    "lines", 1.5), (["as bullet points", "as a bullet list"], "dashes", 1),
]  # fmt: skip


def batch(rng):
    """Several things at once, then more of them, or the same answers in another form."""
    job = any_job(rng)
    found = each_jobs.several(rng, job, rng.choice([4, 4, 5, 6, 7]))
    if len(found) < 4 or sum(len(shown) for shown, _ in found) > 800:
        return batch(rng)
    cut = rng.randrange(2, len(found) - 1)
    style = rng.choice(["lines", "lines", "numbered", "dashes", *["commas"] * all(len(shown) < 30 and "," not in shown for shown, _ in found)])  # fmt: skip
    turns = []
    for some in (found[:cut], found[cut:]):
        data, answers = batches.laid_out([shown for shown, _ in some], style), [answer for _, answer in some]
        written = batches.written(answers, style, job.skill == "convert")
        ask = batches.message(rng, asks.typed(rng, asks.for_each(rng, job), job.kept), data) if not turns else say(rng, asks.ASK["these"], v="{v}").replace("{v}",
            data)  # fmt: skip
        turns.append((ask, written))
        if rng.random() < 0.45:
            break
    if len(turns) == 1 or rng.random() < 0.25:
        names, form, _ = rng.choices(RESHAPED, [weight for *_, weight in RESHAPED])[0]
        if form == "commas" and any("," in answer for answer in answers):
            form, names = "json", ["as JSON"]
        reshaped = batches.in_json(job, answers) if form == "json" else batches.laid_out(answers, form)
        if reshaped == turns[-1][1]:
            return batch(rng)
        return conversation(rng, job.skill, [*turns, (coming_back(rng, rng.choice(names)), reshaped)], form == "json")
    return conversation(rng, job.skill, turns)


def edited(skill, make):
    """A conversation of one of the kinds that keep a state from turn to turn."""

    def made(rng):
        turns, is_json = make(rng)
        first, *others = turns
        kept = [(first[0], first[1]), *((coming_back(rng, said), answer) for said, answer in others)]
        return conversation(rng, skill, kept, is_json)

    return made


KINDS = [
    (again, 6), (ruled, 4.5), (batch, 2.5), (edited("convert", lists.make), 6), (edited("extract", fields.make), 4.5), (edited("convert", tables.make), 1.5),
    (edited("convert", forms.texts), 2), (edited("convert", forms.make), 2.5), (edited("arithmetic", sums.make), 3.5),
]  # fmt: skip


def make(rng):
    return rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0](rng)

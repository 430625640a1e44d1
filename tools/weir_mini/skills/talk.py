"""(h) Small talk and questions about weir, answered in the words of its documentation."""

from .. import values
from ..phrasing import say
from ..task import Task, system, user
from ..words import read

SYSTEMS = [
    "You are a helpful assistant.",
    "You are weir-mini.",
    "You are a friendly assistant.",
    "Answer briefly.",
    "Be helpful and short.",
    "You are an assistant of weir.",
    "You are the assistant of this gateway.",
    "Answer in one sentence.",
    "You help users of weir.",
    "You are a concise assistant.",
    "You are an AI assistant.",
]
PREFIXES = [
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "[Quick question|A question|One question]: ",
    "[Please tell me|Tell me|Say]: ",
    "[Hi|Hello|Hey][,|!] ",
    "[So|And|OK], ",
    "[I want to know|I wonder|Do you know]: ",
    "[About weir:|weir question:] ",
    "[Can you tell me|Could you tell me|I'd like to know|Excuse me|Short question|Please answer|Just curious|One thing]: ",
    "[hi|hello|hey|ok|well|um], ",
    "[In one sentence|In short|Briefly|In a few words|in one sentence|short answer please]: ",
]
SUFFIXES = ["", "", "", "", "", " [please|thanks|by the way]"]
FILES = ("talk_social", "talk", "talk_more", "talk_chat")


def groups():
    """{group: (patterns of questions, answer)} of all files."""
    found = {}
    for file in FILES:
        for name, lines in read(file, by_line=True).items():
            questions, answers = found.setdefault(name, ([], []))
            questions += [line[2:] for line in lines if line.startswith("? ")]
            answers += [line[2:] for line in lines if line.startswith("= ")]
    return {name: (questions, answers[0]) for name, (questions, answers) in found.items()}


GROUPS = groups()
SOCIAL = [*read("talk_social", by_line=True)]
for file, first_of_weir in (("talk", "weir"), ("talk_chat", "why_weir")):
    names = list(read(file, by_line=True))
    SOCIAL += [name for name in names[: names.index(first_of_weir)] if name not in SOCIAL]
# Small talk that is a question, so that a greeting may stand before it.
ASKED = {"who", "not_them", "what_can_you_do", "limits", "human", "size", "trained", "who_made", "how_use", "memory", "age", "live", "internet", "images", "voice", "languages", "free",
    "smart", "better", "context", "compare_me", "name_meaning", "privacy_me"}  # fmt: skip
GREETED = ["", "", "", "", "", "", "[Hi|Hello|Hey|hi|hello|hey][,|!] ", "[Ok|So|And|Well|One question|Just curious|Sorry|By the way], "]
SMILES = [" :)", " :-)", " 😊", " 👋", " 🙂", " ;)", "!!", " :D", " ^^", " ..."]
LEADS = ["", "", "", "ok, ", "well, ", "hm, ", "and ", "so ", "Ok. ", "Fine. ", "good. "]


def exchange(rng, name):
    questions, answer = GROUPS[name]
    question = rng.choice(questions)
    first = values.first_name(rng)
    prefix = rng.choice(GREETED) if name in ASKED else "" if name in SOCIAL else rng.choice(PREFIXES)
    suffix = "" if name in SOCIAL else rng.choice(SUFFIXES)
    said = say(rng, prefix + question + suffix, first=first)
    if name in SOCIAL and rng.random() < 0.08:
        said += rng.choice(SMILES)
    return said, answer.replace("{first}", first)


def any_exchange(rng):
    return exchange(rng, rng.choice(SOCIAL) if rng.random() < 0.4 else rng.choice(list(GROUPS)))


def said_before(rng):
    """One to three turns of small talk, which need not have to do with what follows."""
    messages = []
    for name in (rng.choice(OPENING), *(rng.choice(SOCIAL) for _ in range(rng.choice([0, 0, 0, 1, 1, 2])))):
        said, answer = exchange(rng, name)
        messages += [user(said), {"role": "assistant", "content": answer}]
    return messages


OPENING = ["hello"] * 6 + ["how_are_you"] * 3 + ["thanks"] * 3 + SOCIAL


def make(rng):
    question, answer = any_exchange(rng)
    messages = [user(question)]
    if rng.random() < 0.2:
        lead = rng.choice(LEADS) if question[0].islower() else ""
        messages = [*said_before(rng), user(lead + question)]
    if rng.random() < 0.2:
        messages.insert(0, system(rng.choice(SYSTEMS)))
    return Task("talk", messages, answer)

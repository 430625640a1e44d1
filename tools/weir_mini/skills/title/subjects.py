"""Messages of any subject with their titles: verb, object and what follows stay in the words of the message."""

from ... import values
from ...phrasing import choose, fill
from ...words import read

LINES = read("title_subjects", by_line=True)


def entries(line):
    return [entry.strip() for entry in line[2:].split(",")]


def parts(kind):
    """(lists by the letter of their line) of every section that has such a line."""
    found = [{line[0]: entries(line) for line in lines} for lines in LINES.values() if lines[0][1] == " "]
    return [lists for lists in found if kind in lists]


DEEDS = parts("v")
DEED_WEIGHTS = [len(lists["o"]) for lists in DEEDS]
TROUBLES = parts("s")
WORDS = read("title_subjects")
PAIRS = [tuple(two.strip() for two in pair.split(",")) for line in LINES["thing_pair"] for pair in line.split(";")]
WISHES = [
    "{w}", "{w}", "{w}", "{w}", "[Please|please|Pls|Kindly] {w}", "[Can|Could|Would|Will] you [please |]{w}?", "[Can|could] you help me [to |]{w}?",
    "I [want|need|have|would like|plan|am trying|was asked|hope] to {w}", "I'd like to {w}", "[Help|Please help] me [to |]{w}", "[We|You] [should|need to|have to|must] {w}",
    "Let's {w}", "[I'm|We're] [trying|going] to {w}", "[My plan|The goal|The task|My task|The idea] is to {w}", "[Next|First|Now|Today][:|,] {w}",
    "[Is it possible to|What is needed to|Would it be possible to] {w}?", "[I have been asked|My boss wants me|My wife wants me|They told me] to {w}",
    "[I need your help|I need some help|I need help] to {w}", "It is time to {w}", "[Task|Todo|To do|Goal|Request]: {w}",
    "[What would it take|What do I need] to {w}?", "[Would it be hard|Is it hard] to {w}?", "[Time|Ready] to {w}[, any ideas|, where do I start|]?", "Go ahead and {w}",
    "[i wanna|i want to|gotta|need to] {w}", "[Hi|Hello|Hey][,|!] [I need to|I want to|can you|could you|please] {w}",
]  # fmt: skip
# What is said of a deed, and how the title begins.
HOWS = [
    "[how|How] [do|can|could|should|would] [I|we|you] {w}?", "[how|How] to {w}[?|]", 
    "[Tell|Show] me how to {w}[.|]", "[I don't know|I have no idea|I do not know|I wonder|No idea|I want to know] how to {w}[.|]",
    "[Any idea|Do you know|Do you have an idea|Can you tell me|Could you explain] how to {w}?",
]  # fmt: skip
WAYS = ["What is the", "What's the", "what would be the", "Do you know the", "Can you tell me the", "I need to know the"]
NOUNS = [
    ("I [have|got] [a question|one question|some questions] [about|on] {t}", "Question about {t}"), ("[I need|I am looking for|Give me|Do you have] [some |]advice [on|about] {t}",
    "Advice on {t}"),
    ("[I need|We need|Give me|Do you have|Any|Looking for] [some |good |new |]ideas for {n}[?|]", "Ideas for {n}"), ("[I need|I'd like|Can I get] [some |]help with {t}[?|]",
    "Help with {t}"),
    ("[explain|Explain|Please explain|Can you explain] {t}[?|.| to me| to me please|]", "Explain {t}"),
    ("[what|What] is the difference between {a} and {b}[?|]", "Difference between {a} and {b}"), ("[compare|Compare|Please compare|Can you compare] {a} [and|with|to] {b}[.|?|]",
    "Compare {a} and {b}"),
    ("[{a} or {b}|{a} vs {b}|Should I take {a} or {b}|Which is better, {a} or {b}|{a} or {b}, what do you think]?", "{a} or {b}"),
    ("[tell me|Tell me|I want to know] [more |something |everything |]about {t}[.|]", "About {t}"),
    ("[suggest|Suggest|Can you suggest|Please suggest] {n}[.|?|]", "Suggest {n}"), ("[Tips|Any tips|Do you have tips|I need tips] for {n}[?|, please|]", "Tips for {n}"),
    ("[recommend|Recommend|Please recommend|Could you recommend] {n}[.|?|]", "Recommend {n}"),
    ("[introduction to|An introduction to|I need an introduction to|Give me an introduction to] {t}[.|, please|]", "Introduction to {t}"),
    ("[My|I need an] opinion on {t}[.|]", "Opinion on {t}"), ("[Basics of|The basics of|Teach me the basics of|I want the basics of] {t}[.|, please|]", "Basics of {t}"),
]  # fmt: skip
TROUBLED = [
    "{s} {p}[.|!|]", "{s} {p}[.|!|]", "{s} {p}[.|]", "[Help|Please help]: {s} {p}[.|!|]", "[Since {weekday}|Since yesterday|Today|Again|For {k} days now][,|] {s} {p}[.|]",
    "[I think|It seems that|It looks like|I noticed that|People say|Users report that] {s} {p}[.|]", "{s} {p}, [what can I do|any ideas|what now|why|can you help]?",
    "[Hi|Hello|Hey][,|!] {s} {p}[.|]", "[The problem is that|My problem:|Problem:|Bug:|Issue:] {s} {p}[.|]", "[What can I do if|What should I do when|What do I do when] {s} {p}?",
    "{s} {p} [since yesterday|all the time|every day|again|every morning|now][.|]", "[Why do you think that|Do you know why|Any idea why|I don't know why|Can you find out why] {s} {p}[?|]",
]  # fmt: skip


def thing(rng, lists):
    """What it is done to: of the subject, or any two words of the language."""
    if rng.random() < 0.88:
        return rng.choice(lists["o"])
    draw = rng.random()
    if draw < 0.4:
        return f"the {values.pick(rng, 'adjective')} {values.any_word(rng)}"
    if draw < 0.7:
        return f"{rng.choice(['the', 'my', 'a'])} {values.pick(rng, 'color')} {values.pick(rng, 'object')}"
    return f"the {values.made_word(rng).capitalize()} {rng.choice(['account', 'project', 'contract', 'invoice', 'ticket', 'website', 'app', 'file', 'order', 'report'])}"


def tail(rng, lists):
    draw = rng.random()
    if draw < 0.72:
        return rng.choice(lists["t"])
    if draw < 0.82:
        return f"{rng.choice(['for', 'with', 'from'])} {values.first_name(rng)}"
    if draw < 0.9:
        return f"{rng.choice(['in', 'near', 'from'])} {values.city(rng)}"
    return f"{rng.choice(['on', 'by', 'before', 'until', 'next'])} {values.pick(rng, 'weekday')}"


def deed(rng):
    lists = rng.choices(DEEDS, DEED_WEIGHTS)[0]
    said = f"{rng.choice(lists['v'])} {thing(rng, lists)}"
    return f"{said} {tail(rng, lists)}" if rng.random() < 0.4 else said


def core(rng):
    """(the sentence that matters, its title with articles and possessives still in it)"""
    draw = rng.random()
    if draw < 0.5:
        said = deed(rng)
        return choose(rng, rng.choice(WISHES)).replace("{w}", said), said
    if draw < 0.62:
        said = deed(rng)
        if rng.random() < 0.15:
            way = rng.choice(["best", "easiest", "right", "fastest", "cheapest", "quickest", "safest"])
            return f"{rng.choice(WAYS)} {way} way to {said}?", f"{way} way to {said}"
        return choose(rng, rng.choice(HOWS)).replace("{w}", said), f"How to {said}"
    if draw < 0.82:
        lists = rng.choice(TROUBLES)
        subject, trouble = rng.choice(lists["s"]), rng.choice(lists["p"])
        said = choose(rng, rng.choice(TROUBLED)).replace("{s}", subject).replace("{p}", trouble)
        return fill(said, values.common_slots(rng, said)), f"{subject} {trouble}"
    a, b = rng.choice(PAIRS)
    if rng.random() < 0.5:
        a, b = b, a
    said, title = rng.choice(NOUNS)
    slots = {"t": rng.choice(WORDS["topic"]), "n": rng.choice(WORDS["noun"]), "a": a, "b": b}
    return fill(choose(rng, said), slots), fill(title, slots)


def line(rng, section):
    pattern = rng.choice(LINES[section])
    return fill(pattern, values.common_slots(rng, pattern))


def message(rng):
    """(a first message, its raw title)"""
    said, title = core(rng)
    if rng.random() < 0.8 and said[0].islower():
        said = said[0].upper() + said[1:]
    if rng.random() < 0.22:
        said = f"{line(rng, 'before')} {said}"
    if rng.random() < 0.28:
        stop = "" if said.endswith((".", "?", "!")) else "."
        said = f"{said}{stop} {line(rng, 'after')}"
    return said, title

"""Labels asked for plainly: a line and the text, a rule in the system message and a free mail, a block of labels
that ends in "Label:", a label for each line; whether a message asks, thanks, invites ..."""

from ... import values
from ...labels import shuffled
from ...phrasing import SLOT, choose, fill
from ...task import Task, compact, system, user
from ...words import read
from ..shared import class_sources
from ..shared.class_sources import Sample

ASK = read("plain_class", by_line=True)
MAILS = read("mail_labels", by_line=True)
FOLDERS = {name: [line.split(" :: ") for line in lines] for name, lines in read("folder_mails", by_line=True).items()}
REVIEWS = read("plain_reviews", by_line=True)
SAYS = read("says", by_line=True)
BUSINESSES = {}
for _name, _lines in read("plain_intents", by_line=True).items():
    BUSINESSES.setdefault(_name.split("/")[0], {})[_name.split("/")[1]] = _lines
INTENTS = {name: lines for labels in BUSINESSES.values() for name, lines in labels.items()}
DESKS = {
    "billing": ["billing", "billing", "billing", "payments", "invoices"], "technical": ["technical", "technical", "tech", "technical support", "technical problem"],
    "shipping": ["shipping", "shipping", "delivery", "logistics"], "account": ["account", "account", "login", "account access"], "returns": ["returns", "returns", "return or exchange"],
    "sales": ["sales", "sales", "pre-sales"], "feedback": ["feedback", "praise", "feedback"], "jobs": ["jobs", "careers", "applications"], "other": ["other", "other", "general", "misc"],
}  # fmt: skip
FOLDER_NAMES = {
    "work": ["work", "office"], "family": ["family", "family"], "shopping": ["shopping", "orders"], "newsletter": ["newsletter", "newsletters"], "travel": ["travel", "trips"],
    "finance": ["finance", "bank", "money"], "school": ["school"], "health": ["health", "doctor", "medical"], "friends": ["friends"],
}  # fmt: skip
ISSUES = {
    "bug": ["bug", "bug", "bug_report", "defect"], "feature_request": ["feature_request", "feature_request", "feature request", "enhancement", "feature", "idea", "suggestion"],
    "question": ["question", "question", "support question", "how-to"],
}  # fmt: skip
POLES = [
    (("positive", "negative"), 5), (("positive", "negative", "neutral"), 8), (("good", "bad"), 1), (("pos", "neg", "neutral"), 1), (("Positive", "Negative", "Neutral"), 2),
    (("happy", "unhappy"), 1), (("POSITIVE", "NEGATIVE", "NEUTRAL"), 1), (("positive", "neutral", "negative"), 4),
]  # fmt: skip
POLE = {"good": "positive", "happy": "positive", "pos": "positive", "bad": "negative", "unhappy": "negative", "neg": "negative"}
PLURALS = {"support email": "support emails", "inquiry": "inquiries", "query": "queries", "feedback": "pieces of feedback"}
# what a message may hold: (as a thing, as an act, what else counts as it or may be taken for it)
HELD = {
    "question": (["a question", "a question that needs an answer", "an open question", "a question to answer"], ["ask a question", "want to know something"], {"request"}),
    "request": (["a request", "a request to do something", "a task for the reader"], ["ask for something to be done", "request something"], {"question", "invitation", "phone", "email", "link"}),
    "deadline": (["a deadline", "a date by which something has to be done", "a due date"], ["mention a deadline", "name a deadline"], {"request", "promise"}),
    "apology": (["an apology", "an excuse for something"], ["apologise", "say sorry", "apologize"], {"refusal"}),
    "thanks": (["thanks", "words of thanks", "a thank you"], ["say thank you", "thank somebody"], {"refusal"}),
    "complaint": (["a complaint", "criticism"], ["complain", "complain about something"], set()),
    "invitation": (["an invitation"], ["invite somebody", "invite the reader"], {"question"}),
    "promise": (["a promise"], ["promise something", "make a promise"], set()),
    "refusal": (["a refusal", "a rejection"], ["refuse something", "say no to something"], {"apology"}),
    "congratulation": (["congratulations", "good wishes"], ["congratulate somebody", "congratulate the reader"], set()),
    "phone": (["a phone number", "a telephone number"], ["give a phone number"], {"price"}),
    "email": (["an email address", "an e-mail address"], ["give an email address"], set()),
    "link": (["a link", "a URL", "a web address"], ["share a link"], {"email"}),
    "price": (["a price", "an amount of money", "a sum of money"], ["name a price"], {"phone"}),
}  # fmt: skip
HELD_KINDS = list(HELD)
HELD_WEIGHTS = [4, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 1.5, 1.5]
SHOWN = ["\n\n{}", "\n\n{}", "\n\n{}", "\n{}", '\n\n"{}"', '\n\n"{}"', "\n\n'{}'", ' "{}"', "\n\n> {}", "\n\n{thing}: {}", "\n\n{thing}: \"{}\"", "\n```\n{}\n```", ":: {}"]
IN_LINE = [", ", ", ", ", ", "/", " / ", " | ", " or ", "|"]
GREETINGS = ["Hi,", "Hello,", "Hi there,", "Dear team,", "Good morning,", "Hey,", "Hello support,", "Dear Sir or Madam,", "Hi all,"]
CLOSINGS = ["Cheers,", "Best,", "Thanks,", "Regards,", "Kind regards,", "Best wishes,", "Many thanks,", "Yours,", ""]
MARKS = ["{}. ", "{}. ", "{}. ", "{}) ", "{}: "]


def filled(rng, pattern):
    """A sentence with its choices made and its slots filled; {month2} is another {month}."""
    pattern = choose(rng, pattern)
    return fill(pattern, {name: (OWN.get(name) or values.COMMON[name.rstrip("2")])(rng) for name in SLOT.findall(pattern)})


OWN = {
    "mm": lambda r: f"{r.randrange(60):02}", "d": lambda r: values.ordinal(r.randrange(1, 29)), "n2": lambda r: r.randrange(2005, 2026), "k2": lambda r: r.randrange(2, 10),
    "word": lambda r: values.made_word(r, 2), "adjective": lambda r: values.pick(r, "adjective"),
}  # fmt: skip


def mail(rng, label):
    """A free mail to a help desk."""
    text = filled(rng, rng.choice(MAILS[label]))
    if rng.random() < 0.2:
        text = f"{filled(rng, rng.choice(MAILS['mail_before']))} {text}"
    if rng.random() < 0.3:
        text += " " + filled(rng, rng.choice(MAILS["mail_after"]))
    if rng.random() < 0.35:
        text = rng.choice(GREETINGS) + rng.choice([" ", "\n\n", "\n"]) + text
    if rng.random() < 0.35:
        close = rng.choice(CLOSINGS)
        text += rng.choice([" ", "\n\n", "\n"]) + f"{close} {values.first_name(rng)}".strip()
    return text.lower() if rng.random() < 0.08 else text


def desk(rng):
    names = rng.sample(list(DESKS)[:-1], rng.choice([2, 3, 3, 4, 4, 5]))
    if rng.random() < 0.6:
        names.append("other")
    if rng.random() < 0.3:
        names = shuffled(rng, names)
    named = {name: rng.choice(DESKS[name]) for name in names}
    style = rng.choice([str, str, str, str, str.upper, str.capitalize, lambda s: s.replace(" ", "_"), lambda s: s.replace(" ", "_")])
    of = {style(shown): name for name, shown in named.items()}
    right = rng.choice(list(of))
    another = lambda r, label: mail(r, of[label])
    thing = rng.choice(["email", "support email", "message", "ticket", "customer message", "mail", "request"])
    return Sample(another(rng, right), list(of), right, rng.choice(["category", "department", "label", "topic", "queue"]), thing, another=another)


def letter(rng, label):
    subject, body = rng.choice(FOLDERS[label])
    body, subject = filled(rng, body), filled(rng, subject)
    return rng.choice([f"Subject: {subject}\n\n{body}", f"Subject: {subject}\n\n{body}", f"Subject: {subject}\n{body}", f"{subject}\n\n{body}", body])


def folder(rng):
    names = rng.sample(list(FOLDERS), rng.choice([2, 3, 4, 4, 5, 6]))
    style = rng.choice([str, str, str, str.capitalize, str.upper])
    of = {style(rng.choice(FOLDER_NAMES[name])): name for name in names}
    right = rng.choice(list(of))
    another = lambda r, label: letter(r, of[label])
    return Sample(another(rng, right), list(of), right, rng.choice(["folder", "folder", "category", "label"]), rng.choice(["email", "mail", "e-mail", "message"]), another=another)


def intent(rng):
    """Names as programs have them, of one business, so that they are near each other."""
    business = rng.choice(list(BUSINESSES))
    names = list(BUSINESSES[business]) if rng.random() < 0.8 else list(INTENTS)
    names = rng.sample(names, min(len(names), rng.choice([3, 4, 4, 5, 6])))
    style = rng.choice([str] * 7 + [lambda s: s.replace("_", " "), str.upper, lambda s: s.replace("_", "-"), lambda s: s.replace("_", " ").title().replace(" ", "")])
    of = {style(name): name for name in names}
    right = rng.choice(list(of))
    another = lambda r, label: filled(r, r.choice(INTENTS[of[label]]))
    return Sample(another(rng, right), list(of), right, "intent", rng.choice(["message", "user message", "utterance", "message", "request", "customer message"]), another=another)


def review(rng, pole):
    text = filled(rng, rng.choice(REVIEWS[pole]))
    if rng.random() < 0.35:
        text += " " + filled(rng, rng.choice(REVIEWS[pole]))
    return text.lower().rstrip(".") if rng.random() < 0.15 else text


def sentiment(rng):
    labels = rng.choices([labels for labels, _ in POLES], [weight for _, weight in POLES])[0]
    right = rng.choice(labels)
    another = lambda r, label: review(r, POLE.get(label.lower(), label.lower()))
    return Sample(another(rng, right), list(labels), right, "sentiment", rng.choice(["review", "review", "text", "comment", "message", "feedback"]), another=another)


def issue(rng):
    of = {rng.choice(names): kind for kind, names in ISSUES.items()}
    right = rng.choice(list(of))
    another = lambda r, label: filled(r, r.choice(REVIEWS[f"issue/{of[label]}"]))
    return Sample(another(rng, right), shuffled(rng, of), right, rng.choice(["type", "label", "category"]), rng.choice(["issue", "ticket", "message", "report"]), another=another)


def known(rng):
    while True:
        found = class_sources.sample(rng)
        if found.another is not None and not found.must_explain:
            return found


SOURCES, WEIGHTS = [desk, folder, intent, sentiment, issue, known], [4, 2, 4, 3, 1.2, 9]


def drawn(rng):
    return rng.choices(SOURCES, WEIGHTS)[0](rng)


def in_line(rng, labels):
    if rng.random() < 0.45:
        return ", ".join(labels[:-1]) + rng.choice([" or ", " or ", " or ", ", or "]) + labels[-1]
    return rng.choice(IN_LINE).join(labels)


def things_of(thing):
    return PLURALS.get(thing) or (thing if thing.endswith("s") else thing[:-1] + "ies" if thing.endswith("y") else thing + "s")


def said(rng, section, wanted, **more):
    pattern = choose(rng, rng.choice(ASK[section]))
    kind = wanted.kind
    slots = {"labels": in_line(rng, wanted.labels), "kind": kind, "Kind": kind[0].upper() + kind[1:], "thing": wanted.thing, "things": things_of(wanted.thing), **more}
    text = fill(pattern, slots).strip()
    return text if rng.random() < 0.25 else text[0].upper() + text[1:]


def beside(rng, ask, text, thing):
    """The question and the text, without decoration."""
    draw = rng.random()
    if draw < 0.2:
        bare = ask.rstrip(".:?") if rng.random() < 0.7 else ask
        return f"{bare}: {text}" if not bare.endswith("?") else f"{bare} {text}"
    if draw < 0.32:
        return rng.choice(["{}\n\n{ask}", '"{}"\n\n{ask}', "{}\n{ask}", '"{}" {ask}', "{}\n\n^ {ask}"]).replace("{ask}", ask).replace("{}", text, 1)
    shown = rng.choice(SHOWN)
    if shown.startswith("::"):
        shown = f" -> {text}"
        return ask + shown
    return ask + shown.replace("{thing}", thing[0].upper() + thing[1:]).replace("{}", text)


def short(rng):
    wanted = drawn(rng)
    ask = said(rng, "short", wanted)
    if rng.random() < 0.2:
        ask += (" " if ask[-1] in ".?:" else ". ") + rng.choice(["Just the label.", "One word.", "Only the label, please.", "just the label",
            "Answer with the label only.", "One word please.", "no explanation"])
    return Task("classify", [user(beside(rng, ask, wanted.text, wanted.thing))], wanted.right)


def ruled(rng):
    """The labels in the system message, the text alone as the user's."""
    wanted = drawn(rng)
    return Task("classify", [system(said(rng, "system", wanted)), user(wanted.text)], wanted.right)


def ruled_json(rng):
    wanted = drawn(rng)
    key = rng.choice(["label", "label", "label", "category", "class", "type", "result", wanted.kind.replace(" ", "_")])
    shape = "{" + f'"{key}": ' + rng.choice(['"..."', '"..."', '"<label>"', "string", '""']) + "}"
    labels = ", ".join(wanted.labels)
    rule = said(rng, "system_json", wanted, shape=shape, labels=labels)
    messages = [system(rule), user(wanted.text)] if rng.random() < 0.7 else [user(f"{rule}\n\n{wanted.text}")]
    return Task("classify", messages, compact({key: wanted.right}), is_json=True, response_format={"type": "json_object"} if rng.random() < 0.3 else None)


def block(rng):
    """The labels in lines of their own, and at the end the place for the answer."""
    wanted = drawn(rng)
    head = rng.choice(["Labels:", "Labels:", "Labels:", "Options:", "Categories:", "Intents:" if wanted.kind == "intent" else "Classes:", "Choose one of:", "Possible labels:"])
    mark = rng.choice(["- ", "- ", "- ", "* ", "• ", ""])
    listed = head + "\n" + "\n".join(mark + label for label in wanted.labels)
    if rng.random() < 0.2:
        listed = f"{head} {', '.join(wanted.labels)}"
    ask, thing = said(rng, "block", wanted), wanted.thing[0].upper() + wanted.thing[1:]
    name = rng.choice([thing, "Message", "Text", "Input", thing])
    quoted = rng.choice(['{}', '"{}"', '"{}"']).replace("{}", wanted.text)
    close = said(rng, "block_close", wanted) if rng.random() < 0.7 else ""
    parts = [ask, listed, f"{name}: {quoted}", close]
    if rng.random() < 0.15:
        parts = [f"{name}: {quoted}", ask, listed, close]
    if rng.random() < 0.12:
        return Task("classify", [system(f"{ask}\n\n{listed}"), user(wanted.text)], wanted.right)
    return Task("classify", [user(rng.choice(["\n\n", "\n\n", "\n"]).join(part for part in parts if part))], wanted.right)


def each(rng):
    """A label for each of a few lines."""
    wanted = drawn(rng)
    texts = {}
    for _ in range(rng.choice([2, 3, 3, 4, 5])):
        label = rng.choice(wanted.labels)
        texts[" ".join(wanted.another(rng, label).split())] = label
    mark = rng.choice(MARKS)
    numbered = [f"{mark.format(i)}{text}" for i, text in enumerate(texts, 1)]
    ask = said(rng, "each", wanted).rstrip(".:")
    form = rng.random()
    labels = list(texts.values())
    if form < 0.55:
        ask += choose(rng, rng.choice(ASK["each_keep"][:3]))
        answer, shown = "\n".join(f"{mark.format(i)}{label}" for i, label in enumerate(labels, 1)), "\n".join(numbered)
    elif form < 0.85:
        ask += choose(rng, rng.choice(ASK["each_bare"]))
        answer, shown = "\n".join(labels), "\n".join(rng.choice([numbered, list(texts), [f"- {text}" for text in texts]]))
    else:
        pattern = rng.choice(ASK["each_after"])
        joint = ": " if "text: label" in pattern else " - "
        ask += choose(rng, pattern)
        answer = "\n".join(f"{text}{joint}{label}" for text, label in texts.items())
        shown = "\n".join(texts)
    draw = rng.random()
    if draw < 0.1:
        return Task("classify", [system(ask), user(shown)], answer)
    joined = f"{shown}\n\n{ask}" if draw < 0.2 else f"{ask}{rng.choice([chr(10), chr(10) * 2])}{shown}"
    return Task("classify", [user(joined)], answer)


def holds(rng):
    """Does a message ask, thank, invite ...?"""
    kind = rng.choices(HELD_KINDS, HELD_WEIGHTS)[0]
    things, acts, near = HELD[kind]
    truth = rng.random() < 0.5
    others = [other for other in SAYS if other != kind and other not in near and (other == "plain" or kind not in HELD[other][2])]
    chosen = ["plain"] * rng.choice([0, 1, 1, 2]) + rng.sample([other for other in others if other != "plain"], rng.choice([0, 1, 1, 2]))
    if truth:
        chosen.append(kind)
    elif not chosen:
        chosen = [rng.choice(others)]
    rng.shuffle(chosen)
    text = " ".join(dict.fromkeys(filled(rng, rng.choice(SAYS[name])) for name in chosen))
    if rng.random() < 0.25:
        text = f"{rng.choice(['Hi', 'Hello', 'Dear', 'Hey'])} {values.first_name(rng)}, {text}"
    if rng.random() < 0.2:
        text += f" {rng.choice(['Best,', 'Love,', '-', 'Yours,'])} {values.first_name(rng)}"
    what, thing = rng.choice(things), rng.choice(["message", "text", "mail", "email", "note"])
    pattern = choose(rng, rng.choice(ASK["says"]))
    ask = " ".join(fill(pattern, {"what": what, "What": what[0].upper() + what[1:], "act": rng.choice(acts), "thing": thing}).split()).replace(" ?", "?")
    brief = choose(rng, rng.choice(ASK["says_brief"]))
    yes, no = ("yes", "no")
    if rng.random() < 0.12:
        yes, no = rng.choice([("true", "false"), ("Yes", "No"), ("1", "0")])
        brief = f"Answer {yes} or {no}."
    if rng.random() < 0.12:
        return Task("classify", [system(f"{ask} {brief}"), user(text)], yes if truth else no)
    return Task("classify", [user(beside(rng, f"{ask} {brief}", text, thing))], yes if truth else no)


KINDS = [(short, 6), (ruled, 3.5), (ruled_json, 1.5), (block, 3), (each, 2), (holds, 2.5)]
MAKERS, SHARES = [make for make, _ in KINDS], [share for _, share in KINDS]


def make(rng):
    return rng.choices(MAKERS, SHARES)[0](rng)

"""Turns of two speakers written down: as transcripts, chat lines, JSON, tags, mails, quotes."""

import json

from ... import values
from ...phrasing import fill

ROLES = [
    ("User", "Assistant"), ("User", "Assistant"), ("User", "Assistant"), ("user", "assistant"), ("user", "bot"), ("USER", "ASSISTANT"), ("USER", "BOT"), ("Human", "Assistant"),
    ("Human", "AI"), ("Me", "You"), ("Me", "Bot"), ("me", "you"), ("me", "ai"), ("I", "Bot"), ("A", "B"), ("A", "B"), ("a", "b"), ("Q", "A"), ("Customer", "Agent"),
    ("Customer", "Support"), ("customer", "agent"), ("Client", "Advisor"), ("Caller", "Operator"), ("Guest", "Host"), ("Guest", "Reception"), ("Student", "Tutor"),
    ("Patient", "Nurse"), ("Visitor", "Chatbot"), ("Speaker 1", "Speaker 2"), ("Person A", "Person B"), ("You", "ChatBot"), ("You", "AI"), ("U", "A"), ("C", "S"),
    ("Question", "Answer"), ("Asker", "Helper"), ("Member", "Moderator"), ("Buyer", "Seller"), ("Tenant", "Manager"), ("P1", "P2"), ("Child", "Parent"), ("Resident", "Office"),
]  # fmt: skip
LINE = ["{who}: {text}"] * 10 + [
    "**{who}:** {text}", "**{who}**: {text}", "- {who}: {text}", "* {who}: {text}", "[{who}] {text}", "[{who}]: {text}", "{who} - {text}", "{who} > {text}", "{who}> {text}",
    "<{who}> {text}", "{who} | {text}", "({who}) {text}", "{who} said: {text}", '{who}: "{text}"', "> {who}: {text}", "{who} -> {text}", "{who}\n{text}", "{who}:\n{text}",
    "### {who}\n{text}", "## {who}\n\n{text}", "_{who}_: {text}", "@{who} {text}", "{who} wrote:\n{text}", "{who}; {text}", "{who} = {text}", "{who} says: {text}",
]  # fmt: skip
LOGS = [
    "[{t}] {who}: {text}", "{t} {who}: {text}", "{t} - {who}: {text}", "[{d}, {t}] {who}: {text}", "{who} ({t}): {text}", "{t} <{who}> {text}", "{who}  {t}\n{text}",
    "{d} {t} - {who}: {text}",
]  # fmt: skip
KEYS = [("role", "content")] * 4 + [
    ("from", "text"), ("author", "message"), ("sender", "body"), ("speaker", "text"), ("name", "msg"), ("who", "said"),
]  # fmt: skip
PAIRED_TAGS = [("user", "assistant"), ("user", "bot"), ("human", "ai"), ("q", "a"), ("client", "agent"), ("me", "you")]
ONE_TAG = [("message", "from"), ("turn", "role"), ("msg", "by"), ("p", "who"), ("line", "speaker")]


def speakers(rng):
    draw = rng.random()
    if draw < 0.66:
        return rng.choice(ROLES)
    one, other = values.first_name(rng), values.first_name(rng)
    if draw < 0.74:
        return one.lower(), rng.choice([other.lower(), "bot", "support"])
    if draw < 0.8:
        return f"{one} {values.last_name(rng)}", f"{other} {values.last_name(rng)}"
    return one, rng.choice([other, other, "Assistant", "Bot", "Support", "Agent"])


def as_lines(rng, turns):
    who, pattern = speakers(rng), rng.choice(LINE)
    between = "\n\n" if pattern.endswith("\n{text}") or rng.random() < 0.3 else "\n"
    return between.join(pattern.replace("{who}", who[side]).replace("{text}", text) for side, text in turns)


def as_chat_log(rng, turns):
    who = speakers(rng)
    hour, minute = rng.randrange(24), rng.randrange(60)
    pattern = rng.choice(LOGS)
    day = f"{rng.randrange(1, 29):02}/{rng.randrange(1, 13):02}/{rng.randrange(19, 30)}"
    lines = []
    for side, text in turns:
        lines.append(fill(pattern, {"t": f"{hour:02}:{minute:02}", "d": day, "who": who[side], "text": text}))
        minute = min(59, minute + rng.randrange(4))
    return "\n".join(lines)


def as_json(rng, turns):
    role, content = rng.choice(KEYS)
    who = ("user", "assistant") if role == "role" else speakers(rng)
    rows = [{role: who[side], content: text} for side, text in turns]
    draw = rng.random()
    if draw < 0.2:
        return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    whole = rows if draw < 0.75 else {"messages": rows}
    return json.dumps(whole, ensure_ascii=False, indent=2 if rng.random() < 0.25 else None)


def as_tags(rng, turns):
    if rng.random() < 0.5:
        tags = rng.choice(PAIRED_TAGS)
        return "\n".join(f"<{tags[side]}>{text}</{tags[side]}>" for side, text in turns)
    who, (tag, key) = speakers(rng), rng.choice(ONE_TAG)
    return "\n".join(f'<{tag} {key}="{who[side]}">{text}</{tag}>' for side, text in turns)


def as_quotes(rng, turns):
    mark = rng.choice(['"{}"', '"{}"', "'{}'", "“{}”", "«{}»", "{}"])
    between = rng.choice([" / ", " / ", " // ", " - ", "\n", " | ", "\n/\n"])
    return between.join(mark.replace("{}", text) for _, text in turns)


def as_dashes(rng, turns):
    mark = rng.choice(["- {}", "- {}", "— {}", "* {}", "• {}", "{}", "-{}"])
    if rng.random() < 0.3:
        return "\n".join(f"{number}. {text}" for number, (_, text) in enumerate(turns, 1))
    return rng.choice(["\n", "\n\n"]).join(mark.replace("{}", text) for _, text in turns)


def as_mails(rng, turns):
    who = speakers(rng)
    if rng.random() < 0.5:
        return "\n\n---\n\n".join(f"From: {who[side]}\nTo: {who[1 - side]}\n\n{text}" for side, text in turns)
    mark = rng.choice(["> ", ""])
    days = [values.pick(rng, "weekday") for _ in turns]
    return "\n\n".join(f"On {day}, {who[side]} wrote:\n{mark}{text}" for day, (side, text) in zip(days, turns))


def as_yaml(rng, turns):
    role, content = rng.choice(KEYS)
    who = ("user", "assistant") if role == "role" else speakers(rng)
    return "\n".join(f"- {role}: {who[side]}\n  {content}: {text}" for side, text in turns)


def as_table(rng, turns):
    who = speakers(rng)
    if rng.random() < 0.5:
        return "| who | text |\n| --- | --- |\n" + "\n".join(f"| {who[side]} | {text} |" for side, text in turns)
    return "role,text\n" + "\n".join(f'{who[side]},"{text}"' for side, text in turns)


STYLES = [as_lines] * 12 + [as_chat_log, as_json, as_tags, as_quotes] * 2 + [as_dashes, as_mails]
RARE = [as_yaml, as_table]


def written(rng, turns):
    turns = [(side, text.replace("\n", " ")) for side, text in turns]
    return rng.choice(RARE if rng.random() < 0.04 else STYLES)(rng, turns)

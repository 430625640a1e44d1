"""(d) Title an ordinary chat in at most six words.

The rule: the title is the core of what the user first asks or tells, in his own words and their order.
- What leads up to it is left out: greetings, "I want to", "can you", "please", "I am looking for", "I have", "I get", "I".
- A question of how, when or where to do something keeps that: "How to ...".
- A trouble is the thing and what is wrong with it: "my router drops every evening" -> "Router drops every evening".
- It ends where the core ends: no ", is that normal?", no "but the shop is closed", no "since Monday", nothing of later
  sentences or turns. Where, when and with whom ("in Porto", "after the update", "when it rains") belong to the core.
- Without a, an, the, this, these, my; a capital at the start only, names and identifiers as they were written.
- Whole phrases: one that does not fit into the words allowed (six, or fewer if told) is left out from the end.
Another form (every word with a capital, JSON, a slug ...) only where the request says so.
"""

import re

from ...phrasing import careless, choose, fill
from ...task import Task, compact, system, user
from ...wishes import wished
from ...words import read
from .chat_cores import FREE, LINES, another, filled, first_capital, is_word, line, opening, title_of
from .transcripts import written

WORDS = read("chat_title_lines")
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"]
TURNS = [1] * 7 + [2] * 5 + [3] * 5 + [4] * 4 + [5, 5, 6, 6]
LIMITS = [6] * 10 + [5] * 4 + [4, 4, 3, 7, 8, 10]
OWN_KINDS = "conversation, conversation, chat, chat, chat, exchange, talk, discussion, dialogue, session".split(", ")
PLAIN = re.compile(r"[A-Za-z' ]+")
CAPITALS = [
    "[Title Case|In Title Case|Use Title Case|Title Case, please|Title-case it|Each word capitalized][.|]",
    "[Capitalize every word|Capitalize each word|Every word with a capital letter|Capitalise Every Word][.|]",
]
# (how another form is wished for, what makes it of a title)
SHAPES = [(wish, lambda t: " ".join(word[0].upper() + word[1:] if is_word(word) else word for word in t.split())) for wish in CAPITALS * 2] + [
    ("[Lowercase|All lowercase|In lower case|lower case only|No capital letters|Everything in small letters][.|]", str.lower),
    ("[All caps|In capital letters|UPPERCASE|Upper case only][.|]", str.upper),
    ("[In double quotes|Put it in double quotes|In quotation marks][.|]", lambda t: f'"{t}"'),
    ("[As a slug|As kebab-case|In kebab-case|Lower case with hyphens between the words][.|]", lambda t: "-".join(t.lower().split())),
    ("[As snake_case|In snake_case|Lower case with underscores between the words][.|]", lambda t: "_".join(t.lower().split())),
    ("[Inside|In|Wrapped in] <title> tags[.|]", lambda t: f"<title>{t}</title>"),
    ("[As a markdown heading|Format: # heading|With one # in front][.|]", lambda t: f"# {t}"),
    ("[In bold|Bold markdown|Between two asterisks on each side][.|]", lambda t: f"**{t}**"),
    ('[Start with "Title: "|Begin with "Title: "][.|]', lambda t: f"Title: {t}"),
    ("[End with a full stop|With a period at the end][.|]", lambda t: f"{t}."),
]  # fmt: skip
FENCES = ['"""\n{}\n"""', "```\n{}\n```", "---\n{}\n---", "---\n{}\n---", "-----\n{}\n-----", "===\n{}\n==="]
# An instruction and a text of one line each.
IN_LINE = [
    "{bare}: {text}", "{bare}: {text}", "{stopped} {text}", "{bare}: {quoted}", "{quoted} {ask}", "{text} -> {ask}", "{text} | {ask}", "{quoted} - {ask}",
    "{bare} - {text}", "{stopped} {quoted}",
]  # fmt: skip
ENDS = ["Title:", "Title?", "The title:", "Only the title, please.", "Thanks!", "Answer:", "Now the title."]
HELPERS = ["You are a helpful assistant.", "You are a friendly assistant.", "Be brief.", "Help the user."]
SENT = ["You are a helpful assistant.", "The user sends a chat.", "You get a chat."]


def conversation(rng):
    """([(speaker, text), ...], the phrases of the title); speaker 0 is the user."""
    said, phrases, lists = opening(rng)
    turns = [(0, said)]
    if rng.random() < 0.07:
        turns = [(0, line(rng, "hello")), (1, line(rng, "welcome")), *turns]
    elif rng.random() < 0.04:
        turns = [(1, line(rng, "welcome")), *turns]
    for number in range(1, rng.choice(TURNS)):
        turn = (1, assistant(rng, lists, number)) if number % 2 else (0, followup(rng, lists))
        while turn in turns:
            turn = (1, line(rng, "assistant")) if number % 2 else (0, line(rng, "followup"))
        turns.append(turn)
    return turns, phrases


def assistant(rng, lists, number):
    parts = []
    if lists is FREE or rng.random() < 0.5:
        parts.append(line(rng, "assistant" if number == 1 or rng.random() < 0.6 else "reply"))
    if lists is not FREE and (not parts or rng.random() < 0.6):
        parts.extend(filled(rng, pattern) for pattern in rng.sample(lists["a"], 1 if rng.random() < 0.75 else 2))
    return " ".join(part if part.endswith((".", "!", "?", ":")) else part + "." for part in parts)


def followup(rng, lists):
    draw = rng.random()
    if draw < 0.1:
        return filled(rng, choose(rng, rng.choice(LINES["also"])), c=another(rng))
    if draw < 0.55 and lists is not FREE:
        said = filled(rng, rng.choice(lists["f"]))
        return f"{said} {line(rng, 'followup')}" if rng.random() < 0.15 else said
    if draw < 0.65 and lists is not FREE:
        return filled(rng, rng.choice(lists["d"]))
    return line(rng, "followup")


def limited(rng, phrases):
    """(title, the words allowed), or None where the core is too long."""
    shortest = title_of(phrases[:1], 6)
    if shortest is None or " " not in shortest:
        return None
    limit = max(rng.choice(LIMITS), len(shortest.split()))
    return title_of(phrases, min(limit, 6)), limit


def numbered(rng, text, limit, count):
    if "{n} words" in text and "<" not in text and rng.random() < 0.14 and count >= 2 and limit > 3:
        low = min(count, rng.choice([2, 3, 3]))
        joint = rng.choice(["-", "-", "–", " to ", None])
        if low < limit:
            return f"{low}{joint}{limit} words" if joint else f"between {low} and {limit} words"
    number, over = str(limit), str(limit + 1)
    if rng.random() < 0.45 and "<" not in text:
        number, over = NUMBERS[limit], NUMBERS[limit + 1]
    return text.replace("{n}", number).replace("{over}", over)


def instruction(rng, title, limit, is_own):
    """How the title is asked for; the limit is said if it cuts, else at times."""
    pattern = rng.choice(LINES["ask_over"] if is_own and rng.random() < 0.5 else LINES["ask"])
    ask = choose(rng, pattern)
    kind = rng.choice(OWN_KINDS if is_own else WORDS["kind"])
    count = len(title.split())
    most = numbered(rng, choose(rng, rng.choice(LINES["max"])), limit, count)
    within = numbered(rng, choose(rng, rng.choice(LINES["within"])), limit, count)
    has_limit = "{max}" in ask or "{Max}" in ask or "{within}" in ask
    ask = ask.replace("{max}", most).replace("{Max}", most[0].upper() + most[1:]).replace("{within}", within)
    ask = ask.replace("{T}", rng.choice(WORDS["title_word"])).replace("{K}", kind).replace("short short", "short")
    ask = " ".join(ask.split()).replace(" .", ".")
    ask = first_capital(rng, careless(rng, wished(rng, ask, 0.15)), 0.85)
    if not has_limit and limit < 6 or not has_limit and rng.random() < 0.3:
        most = most[0].upper() + most[1:]
        ask = f"{stopped(ask)} {most}." if rng.random() < 0.7 else f"{ask.rstrip('.:')} ({most[0].lower()}{most[1:]})"
    return ask


def stopped(ask):
    ask = ask.rstrip(": ")
    return ask if ask.endswith((".", "?", "!", ")")) else ask + "."


def formatted(rng, ask, title):
    """(the ask with a word on the form, the answer, whether it is JSON)"""
    draw = rng.random()
    if draw < 0.05 and title.count(" ") < 5:
        key = rng.choice(WORDS["key"])
        wish = choose(rng, rng.choice(LINES["as_json"])).replace("{key}", key)
        return f"{stopped(ask)} {wish}", compact({key: title}), True
    if draw < 0.16 and PLAIN.fullmatch(title):
        wish, shaped = rng.choice(SHAPES)
        answer = shaped(title)
        if len(answer.split()) <= 6 and ("'" not in title or len(answer) == len(title)):
            return f"{stopped(ask)} {choose(rng, wish)}", answer, False
    if draw < 0.5:
        rules = [rng.choice(LINES["rule"]).replace("\\n", "\n") for _ in range(rng.choice([1, 1, 1, 2, 2, 3]))]
        rules = list(dict.fromkeys(rules))
        in_lines = any(rule[0] == "-" for rule in rules) or rng.random() < 0.2
        ask = ("\n" if in_lines else " ").join([stopped(ask), *rules])
    return ask, title, False


def apart(rng, text):
    draw = rng.random()
    if draw < 0.3:
        tag = rng.choice(WORDS["tag"])
        return f"<{tag}>\n{text}\n</{tag}>"
    if draw < 0.6:
        return rng.choice(FENCES).replace("{}", text)
    head = rng.choice(LINES["head"][0].split(", "))
    return f"{head}:\n{text}" if rng.random() < 0.75 else f"{head}:\n\n{text}"


def together(rng, ask, text):
    """One message with both: the request before, behind, or on both sides."""
    if "\n" not in text and "\n" not in ask and rng.random() < 0.4:
        quoted = rng.choice(['"{}"', '"{}"', "'{}'", "“{}”"]).replace("{}", text)
        parts = {"ask": ask, "bare": ask.rstrip(".: "), "stopped": stopped(ask), "text": text, "quoted": quoted}
        return fill(rng.choice(IN_LINE), parts)
    if rng.random() < 0.35:
        text = apart(rng, text)
    between = "\n\n" if rng.random() < 0.75 else "\n"
    draw = rng.random()
    if draw < 0.5:
        return f"{ask}{between}{text}"
    if draw < 0.93:
        return f"{text}{between}{ask}"
    return between.join([ask, text, rng.choice(ENDS)])


def shown(rng, turns, bare_share):
    """A transcript; of a first message alone mostly that."""
    return turns[0][1] if len(turns) == 1 and rng.random() < bare_share else written(rng, turns)


def as_messages(turns):
    return [{"role": ("user", "assistant")[side], "content": text} for side, text in turns]


def make(rng):
    chosen = None
    while chosen is None:
        turns, phrases = conversation(rng)
        chosen = limited(rng, phrases)
    title, limit = chosen
    draw = rng.random()
    is_own = draw < 0.3
    ask, answer, is_json = formatted(rng, instruction(rng, title, limit, is_own), title)
    if is_own:
        if turns[-1][0] == 0:
            turns.append((1, line(rng, "assistant")))
        if rng.random() < 0.12:
            ask = f"{line(rng, 'followup')}\n{ask}" if rng.random() < 0.5 else f"Thanks! {ask}"
        messages = [*as_messages(turns), user(ask)]
        if rng.random() < 0.15:
            messages.insert(0, system(rng.choice(HELPERS)))
    elif draw < 0.5:
        rule = ask if rng.random() < 0.75 else f"{rng.choice(SENT)} {ask}"
        is_talk = turns[-1][0] == 0 and rng.random() < 0.35
        messages = [system(rule), *(as_messages(turns) if is_talk else [user(shown(rng, turns, 0.7))])]
    else:
        messages = [user(together(rng, ask, shown(rng, turns, 0.6)))]
    response_format = {"type": "json_object"} if is_json and rng.random() < 0.5 else None
    return Task("title", messages, answer, is_json=is_json, response_format=response_format)

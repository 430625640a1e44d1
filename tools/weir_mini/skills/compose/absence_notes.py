"""Notes for the days on which nobody is there: until when, when back, and whom to ask instead.

The answer: "I am out of the office {from then to then}. I will be back {then}. For urgent matters, please contact {whom} at {where}."
with the sentences for which there are facts; of a shop "We are closed {then}. We will be back {then}. ...".
"""

from ... import values
from ...phrasing import careless, choose, fill
from ...task import Task, system, user

HEADS = [
    "[Write|Draft|Make|Make me|Create|Compose|Give me|I need|Set up|Can you write|Could you draft|Please write|Help me write|Generate|Prepare|write|make|need] [an|my|a short|a brief|a "
        "polite|a simple|a professional] "
        "{kind}",
    "{Kind}", "{Kind} please", "[Short|Brief|Polite|Simple] {kind}", "[What should my {kind} say|How do I word my {kind}|My {kind}]",
]  # fmt: skip
KINDS = [
    "out-of-office message", "out of office message", "out-of-office reply", "out of office reply", "OOO message", "OOO", "auto-reply", "autoreply", "automatic reply", "away message",
    "absence note", "holiday message",
    "vacation responder", "vacation message", "out of office email", "out-of-office note", "absence message", "vacation auto-reply", "email autoresponder",
]  # fmt: skip
JOINTS = [": ", ": ", ": ", ". ", " - ", ":\n", ".\n", ", ", " with this: ", " from these facts: "]
AWAY = ["away {s}", "away {s}", "I am away {s}", "I'm away {s}", "I'll be away {s}", "out {s}", "off {s}", "on holiday {s}", "on vacation {s}", "absent {s}", "not in {s}", "I am out {s}",
    "not at work {s}", "on leave {s}",
        "I'm on holiday {s}", "I am not in the office {s}", "travelling {s}", "at a conference {s}", "sick leave {s}"]  # fmt: skip
BACK = ["back {b}", "back {b}", "I am back {b}", "I'll be back {b}", "returning {b}", "I return {b}", "return {b}", "again in the office {b}", "in the office again {b}"]
URGENT = [
    "urgent stuff goes to {w}", "urgent matters go to {w}", "urgent: {w}", "for urgent things {w}", "for urgent matters contact {w}", "in urgent cases ask {w}", "if urgent, contact {w}",
    "{w} takes over",
    "{w} covers for me", "{w} is my replacement", "my replacement is {w}", "contact {w} if urgent", "emergencies to {w}", "ask {w} if it can't wait", "meanwhile {w} can help", "contact {w}",
    "urgent requests should go to {w}", "anything urgent to {w}", "{w} is standing in",
]  # fmt: skip
SHOP_URGENT = ["in emergencies call {w}", "for urgent orders {w}", "urgent: {w}", "contact {w} if urgent", "for urgent matters {w}", "emergencies: {w}"]
SHOPS = ["shop", "office", "practice", "bakery", "clinic", "studio", "store", "library", "workshop", "café", "salon", "garage"]
SHOP_HEADS = ["[Write|Draft|Make|I need|Give me] a [short |][notice|sign|closing notice|note] for [our|my|the] {shop}", "[Notice|Sign|Closing notice|Holiday notice] for [our|my|the] {shop}",
    "[Door sign|Website notice], {shop}"]
WISHES = [
    "", "", "", "", "", " Two or three sentences.", " Keep it short.", " Two sentences max.", " Short and polite.", " Max three sentences.", " Only the text.", " Just the message.",
    " Nothing else.", " Thanks!",
    " In English.", " No greeting.", " At most three sentences.", " 1-3 sentences.", " Be brief.", " Polite, please.", " No signature.",
]  # fmt: skip
ROLES = ["my colleague ", "my deputy ", "our assistant ", "my manager ", "our secretary ", "my teammate ", "our intern "]
SYSTEMS = ["You write short messages.", "You help with emails.", "You write what the user asks for, nothing else."]


def day(rng):
    draw = rng.random()
    if draw < 0.4:
        return values.pick(rng, "weekday")
    number, month = rng.randrange(1, 29), values.pick(rng, "month")
    return rng.choice([f"{number} {month}", f"{month} {number}", f"{number}.{rng.randrange(1, 13)}.", f"{number}/{rng.randrange(1, 13)}",
    f"the {number}th of {month}" if 3 < number < 21 else f"{number} {month}"])


def span(rng):
    """(as it is noted, as the message says it)"""
    draw = rng.random()
    if draw < 0.3:
        month, first = values.pick(rng, "month"), rng.randrange(1, 24)
        pair = f"{first}", f"{first + rng.randrange(1, 7)} {month}"
        if rng.random() < 0.4:
            pair = f"{month} {first}", pair[1].split()[0]
    else:
        pair = day(rng), day(rng)
    if draw < 0.7:
        start, end = pair
        noted = rng.choice(["{a} to {b}", "from {a} to {b}", "{a} - {b}", "{a} until {b}", "{a} till {b}", "from {a} until {b}", "{a} through {b}", "{a}–{b}"])
        return fill(noted, {"a": start, "b": end}), f"from {start} to {end}"
    said = rng.choice(["until {b}", "on {b}", "between {a} and {b}", "this week", "today", "next week", "all week", "this afternoon", "tomorrow", "for two weeks", "until further notice",
    "over Easter", "in {m}", "until the end of {m}"])
    said = fill(said, {"a": pair[0], "b": day(rng), "m": values.pick(rng, "month")})
    return said, said


def whom(rng, has_role=True):
    """(as it is noted, as the message says it)"""
    name = values.first_name(rng) if rng.random() < 0.6 else values.full_name(rng)
    if has_role and rng.random() < 0.15:
        name = rng.choice(ROLES) + name
    draw = rng.random()
    if draw < 0.25:
        return name, name
    where = values.email(rng) if draw < 0.75 else values.phone(rng)
    if draw > 0.9:
        where = f"extension {rng.randrange(10, 999)}"
    return fill(rng.choice(["{n} ({w})", "{n} ({w})", "{n} at {w}", "{n}, {w}", "{n} {w}", "{n} - {w}", "{n} on {w}" if "@" not in where else "{n}: {w}",
    "{n} <{w}>"]), {"n": name, "w": where}), f"{name} at {where}"


def make(rng):
    is_shop = rng.random() < 0.15
    noted, said = span(rng)
    if is_shop:
        facts, sentences = [fill(rng.choice(["closed {s}", "we are closed {s}", "we're closed {s}"]), {"s": noted})], [f"We are closed {said}."]
    else:
        facts, sentences = [fill(rng.choice(AWAY), {"s": noted})], [f"I am out of the office {said}."]
    if rng.random() < 0.4:
        back = rng.choice([f"on {day(rng)}", f"on {day(rng)}", "next week", "tomorrow", f"next {values.pick(rng, 'weekday')}", f"in {values.pick(rng, 'month')}"])
        shown = back if rng.random() < 0.8 or back in ("next week", "tomorrow") else back.removeprefix("on ")
        facts.append(fill(rng.choice(["open again {b}", "back {b}", "reopening {b}"] if is_shop else BACK), {"b": shown if shown == back or is_shop is False else back}))
        sentences.append(f"We will be back {back}." if is_shop else f"I will be back {back}.")
    if rng.random() < 0.8 or len(facts) == 1:
        noted, said = whom(rng, not is_shop)
        facts.append(fill(rng.choice(SHOP_URGENT if is_shop else URGENT), {"w": noted}))
        sentences.append(f"For urgent matters, please contact {said}.")
    draw = rng.random()
    if draw < 0.12:
        bullet = rng.choice(["- ", "- ", "* ", ""])
        body = "\n" + "\n".join(bullet + fact for fact in facts)
    else:
        body = rng.choice([", ", ", ", ", ", "; ", ". ", " / "]).join(facts)
        body = body[0].upper() + body[1:] if draw < 0.4 else body
    head = choose(rng, rng.choice(SHOP_HEADS if is_shop else HEADS))
    kind = rng.choice(KINDS)
    head = fill(head, {"kind": kind, "Kind": kind[0].upper() + kind[1:], "shop": rng.choice(SHOPS)}).replace("an vac", "a vac").replace("an hol", "a hol")
    head = careless(rng, head)
    wish = rng.choice(WISHES)
    if rng.random() < 0.2 and not body.startswith("\n"):
        text = f"{body[0].upper()}{body[1:]}. {head}.{wish}"
    else:
        joint = ":" if body.startswith("\n") else rng.choice(JOINTS)
        text = head + joint + body
        text += "\n" + wish.strip() if body.startswith("\n") else ("." if wish else rng.choice(["", "."])) + wish
    messages = [user(text.strip())]
    if rng.random() < 0.05:
        messages.insert(0, system(rng.choice(SYSTEMS)))
    return Task("compose", messages, " ".join(sentences).replace("..", "."))

"""Short messages and replies, written from what the user says.

The convention, so that an answer follows from the request:

- opening: "Hi Anna," for a name, "Dear Mr Blake," for a title, "Dear Anna Blake," where a formal message is asked for, "Hi Mum," for a
  parent, "Hello everyone," for a group, "Hello," for my boss, a client ...; none where nobody is named or none is wanted
- the facts in the user's words: he, she, they and what is theirs become you and your, "I" stays; names of days get their capital
- say that C: C. / remind: just a reminder that C, to V. / ask to V: could you please V? / not to V: please do not V. / ask whether he can V: can
  you V? / ask for X: could I please have X? / thank for X: thank you for X. / apologise for X: I am sorry for X. / congratulate on X:
  congratulations on X! / wish luck with X: good luck with X! / wish an X: I wish you an X! / invite to X: I would like to invite you to X. /
  condole: I am so sorry to hear about the loss of X. / follow up on X: I am following up on X. Is there any news? / suggest X: would X work for
  you? / confirm X: I confirm X. / cancel X: I have to cancel X. / move X to B: could we move X to B? / offer to V: I would be happy to V. /
  promise to V: I will V. / point out that C: please note that C. / complain: I would like to complain about X. / introduce: my name is X and I am Y. /
  decline X: sorry, I cannot make it to X.
- two such things are two sentences; "Best regards," and the name below where it is to be signed
- an invitation in quotes: "Thank you, I would be happy to V." or "Thank you for the invitation, but I cannot V because R."; a request:
  "Yes, I can V." or "Sorry, I cannot V because R."; a question: "Yes, I have X." or the facts; news: "Congratulations on Ving X!", "I am so
  sorry to hear about the loss of your X."; a favour done: "Thank you for Ving X."; a complaint: "I am sorry that C."
- an absence: "I am out of the office from A to B. I will be back on C. For urgent matters, please contact X at Y."
"""

from ... import values
from ...phrasing import careless, choose, fill
from ...task import Task, system, user
from . import clauses
from .clauses import WORDS, addressed, capital, clause, lowered, piece, told
from .quoted_replies import TOPICS, office
from .quoted_replies import make as quoted

INFINITIVES = {"letting": "let", "apologising": "apologise", "apologizing": "apologize", "congratulating": "congratulate", "inviting": "invite", "writing": "write",
               "introducing": "introduce", "promising": "promise", "moving": "move", "proposing": "propose", "rescheduling": "reschedule", "cancelling": "cancel",
               "welcoming": "welcome", "declining": "decline", "noting": "note", "postponing": "postpone"}  # fmt: skip
TITLES = ["Mr", "Mrs", "Ms", "Dr", "Dr.", "Mr.", "Mrs.", "Professor", "Miss"]
# (how it is asked, with a gerund first; {T} is the one addressed, {x} what is said)
ACTS = {
    "say": ["telling {T} [that |]{x}", "telling {T} [that |]{x}", "saying [that |]{x}", "letting {T} know [that |]{x}", "informing {T} that {x}", "mentioning that {x}",
            "explaining that {x}", "writing that {x}"],
    "ask": ["asking {T} to {x}", "asking {T} [please |]to {x}", "requesting {T} to {x}", "telling {T} to {x}"],
    "ask_not": ["asking {T} not to {x}", "telling {T} not to {x}"],
    "remind_to": ["reminding {T} to {x}"],
    "remind": ["reminding {T} that {x}"],
    "thank": ["thanking {T} for {x}", "saying thank you for {x}", "saying thanks for {x}"],
    "sorry": ["apologising for {x}", "apologizing for {x}", "saying sorry for {x}", "apologising to {T} for {x}", "saying I'm sorry for {x}"],
    "congrats": ["congratulating {T} on {x}"],
    "luck": ["wishing {T} [good |]luck with {x}", "wishing {T} all the luck with {x}"],
    "wish": ["wishing {T} {x}"],
    "invite": ["inviting {T} to {x}"],
    "loss": ["offering {T} my condolences on the loss of {x}", "expressing my condolences for the loss of {x}", "telling {T} how sorry I am about the loss of {x}"],
    "follow": ["following up on {x}", "following up with {T} on {x}"],
    "want": ["asking {T} for {x}", "asking for {x}", "requesting {x}"],
    "meet": ["suggesting {x}", "proposing {x}", "asking if {x} would work", "asking {T} whether {x} would work"],
    "whether": ["asking {T} [if|whether] {x}", "asking [if|whether] {x}"],
    "confirm": ["confirming {x}"],
    "confirm_that": ["confirming that {x}"],
    "cancel": ["cancelling {x}", "telling {T} that I have to cancel {x}"],
    "move": ["asking to move {x}", "asking if we could move {x}", "asking {T} whether we could move {x}"],
    "offer": ["offering to {x}", "offering {T} to {x}"],
    "promise": ["promising to {x}", "promising {T} to {x}"],
    "note": ["pointing out that {x}", "warning {T} that {x}", "noting that {x}"],
    "complain": ["complaining about {x}"],
    "complain_that": ["complaining that {x}"],
    "introduce": ["introducing myself as {x}"],
    "welcome": ["welcoming {T} to {x}"],
    "decline": ["declining {x}", "saying no to {x}"],
}  # fmt: skip
# The sentence, what x is drawn from and how often.
SENTENCES = {
    "say": ("{x}.", None, 24),
    "ask": ("could you please {x}?", "ask", 14),
    "ask_not": ("please do not {x}.", "not", 3),
    "remind_to": ("just a reminder to {x}.", "remind", 4),
    "remind": ("just a reminder that {x}.", None, 4),
    "thank": ("thank you for {x}.", "thank", 6),
    "sorry": ("I am sorry for {x}.", "sorry", 5),
    "congrats": ("congratulations on {x}!", "congrats", 4),
    "luck": ("good luck with {x}!", "luck", 2),
    "wish": ("I wish you {x}!", "wish", 3),
    "invite": ("I would like to invite you to {x}.", "invite", 5),
    "loss": ("I am so sorry to hear about the loss of {x}.", "loss", 2),
    "follow": ("I am following up on {x}. Is there any news?", "follow", 3),
    "want": ("could I please have {x}?", "want", 5),
    "meet": ("would {x} work for you?", "meet", 4),
    "whether": ("{x}?", "whether", 7),
    "confirm": ("I confirm {x}.", "confirm", 2),
    "confirm_that": ("I confirm that {x}.", None, 2),
    "cancel": ("I have to cancel {x}.", "cancel", 4),
    "move": ("could we move {x}?", "move", 3),
    "offer": ("I would be happy to {x}.", "deed", 2),
    "promise": ("I will {x}.", "deed", 2),
    "note": ("please note that {x}.", "thing", 2),
    "complain": ("I would like to complain about {x}.", "complain", 2),
    "complain_that": ("I would like to complain that {x}.", "thing", 1),
    "introduce": ("my name is {x}.", "introduce", 2),
    "welcome": ("welcome to {x}!", "welcome", 1),
    "decline": ("sorry, I cannot make it to {x}.", "decline", 3),
}
KINDS, SHARES = list(SENTENCES), [share for _, _, share in SENTENCES.values()]
PIECES = {
    "wish": ["a [happy|lovely|wonderful|great|very happy] [birthday|weekend|holiday|anniversary|New Year|Easter|retirement|day]", "a [speedy|quick|full] recovery",
        "a [safe|good|pleasant] [trip|journey|flight] [to {town}|]",
             "a merry Christmas", "all the best for ~his [{subject}|new job|exam|future|move]", "a [good|great|nice] [time|holiday|stay] in {town}",
                 "[success|good health|a lot of fun] [with the {subject}|{day}|]"],
    "confirm": ["[the|my|our|~his] [{event}|appointment|booking|reservation|order|{event}] [{day}|{code}|{day} at {clock}]", "[my|our] [attendance|participation] at the {event} [{day}|]",
        "receipt of {the_doc}", "the [price|offer] of {money}",
                "the [new |]delivery date, {day_date}", "the [order|booking|delivery] of {n} {objects}"],
    "cancel": ["[my|our|the] [{event}|appointment|booking|reservation|lesson|visit] {day} [because {reason}|]", "[my|our] order {code} [because {reason}|]",
        "[my|the] {subscription} [because {reason}|{day}|]"],
    "move": ["[the|our|my] [{event}|appointment|call|lesson|viewing] [from {day_bare} |]to {day_bare} [because {reason}|]", "[the|our|my] [{event}|appointment] to {clock}",
        "[the|our|my] {event} to room {n}"],
    "complain": ["the [noise|smell|dirt|mess|rubbish|dogs|parking|music|traffic] [{in_place}|at night|{past_day}|]",
        "the [slow|rude|bad|late|terrible] [service|delivery|reply|support] [{past_day}|at the {place}|]",
                 "a [broken|missing|damaged|late|wrong] [{object}|delivery|invoice|order]", "the {gadget} in [room {n}|the {room}]"],
    "welcome": ["the [team|family|club|company|neighbourhood|class|choir|building|group|project]", "{town}", "{company}", "the {subject} team", "our [team|street|school|office|village|community]"],
    "decline": ["the {event} [{day}|] because {reason}", "[~his|the] {party} [{day}|] because {reason}", "[lunch|dinner|coffee|drinks] {day} because {reason}"],
}  # fmt: skip
QUESTION_HEADS = {"can": "can", "could": "could", "would": "would", "~is": "are"}
HEADS = [
    "[Write|Draft|Compose|Send|Give me|I need|Need|Help me write|Can you write|Could you write|Please write|Make|Prepare|Formulate|I want to send] [a|a "
        "[short|brief|quick|polite|friendly|nice|simple|kind]] [message|note|email|mail|text|text message|line|SMS|WhatsApp|reply|answer|response|reply] to {who} ",
    "[Message|Email|Note|Mail|Text|Text message|Letter|Short message|Short note|Quick email] to {who} ",
    "[Write|Write a few words|Write something|Write one sentence|Write two sentences|Write a line] to {who} ",
    "[Write|Draft] [my|a|the] [reply|answer] to {who} ",
]
PLAIN_HEADS = [
    "[Write|Email|Text|Message|Mail] {who}[:| and| -|,|.] ",
    "[Write|Draft|Compose|Send|Give me|I need|Need|Please write] a [short |brief |quick |polite |friendly |nice |][message|note|email|mail|text|SMS|line] to {who}[:|.| -|,] ",
    "[Message|Email|Note|Mail|Text|SMS|Reply|Answer] to {who}[:|.| -|,] ",
    "[Short|Brief|Quick|Polite] [message|note|email|mail|text] [for|to] {who}[:|.|,] ",
    "{who}[:| -|,] [write a short message|short note|short email|one or two sentences|draft a message]. ",
    "[I have to|I need to|I must|I want to] [write to|email|text|message] {who}[: |. |, ]",
]
# What such a message is called.
NAMED = {
    "thank": ["[Thank-you note|Thank you note|Thank-you message|Note of thanks|Thanks] to {T} for {x}", "[Write|Draft|Compose|I need|Give me] a [short |nice |][thank-you note|thank you "
        "message|note of thanks|thank-you mail] to {T} for {x}"],
    "sorry": ["[Apology|Apology note|Short apology|Apology email] to {T} for {x}", "[Write|Draft|I need|I owe] [an apology|a short apology] [to|for] {T} for {x}"],
    "congrats": ["[Congratulations|Congratulation message|Note of congratulation|Greeting card] [to|for] {T} on {x}",
        "[Write|Draft|I need] [a congratulation|a message of congratulation|congratulations|a card] for {T} on {x}"],
    "invite": ["[Invitation|Short invitation|Invite] for {T} to {x}", "[Write|Draft|Send|I need] [an invitation|a short invitation|an invite] for {T} to {x}"],
    "remind": ["[Reminder|Short reminder|Friendly reminder] [for|to] {T} that {x}", "[Write|Draft|Send|I need] a [short |friendly |][reminder] [for|to] {T} that {x}"],
    "remind_to": ["[Reminder|Short reminder|Friendly reminder] [for|to] {T} to {x}", "[Write|Send|I need] a [short |friendly |]reminder [for|to] {T} to {x}"],
    "luck": ["[Good luck message|Good luck card|Good-luck note] [to|for] {T} for {x}"],
    "loss": ["[Condolence note|Condolences|Condolence message|Sympathy card|Sympathy note] [to|for] {T} on the loss of {x}",
        "[Write|Draft|I need] a [condolence note|sympathy card] [to|for] {T} for the loss of {x}"],
    "follow": ["[Follow-up|Follow up|Follow-up email|Short follow-up] to {T} on {x}", "[Write|Draft|I need] a [short |polite |]follow-up [email |mail |]to {T} on {x}"],
    "confirm": ["[Confirmation|Short confirmation|Confirmation email] to {T} of {x}", "[Write|Draft|Send] [a confirmation|a short confirmation] [to|for] {T} of {x}"],
    "welcome": ["[Welcome message|Welcome note|Welcome email] for {T} to {x}"],
    "complain": ["[Complaint|Short complaint|Complaint letter] to {T} about {x}", "[Write|Draft|File] a [polite |short |]complaint to {T} about {x}"],
    "say": ["[Note|Notice|Message|Short note|Info] [for|to] {T} that {x}", "[Sick note|Note|Email|Text] to {T}: {x}", "{T} [should|must|needs to] know that {x}"],
    "ask": ["[Request|Polite request|Short request] to {T} to {x}", "[Delivery note|Note|Instruction|Memo] for {T} to {x}"],
    "cancel": ["[Cancellation|Cancellation note] to {T} of {x}"],
}  # fmt: skip
NAMED_KINDS = list(NAMED)
DIRECT_TAILS = ["", "", "", " [in|with] [a|one] [short|polite|brief|friendly] [message|email|note|text|sentence]", " [by email|in an email|in a text|by text|in one sentence|in writing]",
    ". [Write|Draft] [it|the message|the email|the text]",
                ". [Keep it short|Short please|One sentence|Be polite|Be brief]", " please", ", [what do I write|how do I say it|how should I put it|what would you write]?"]  # fmt: skip
DIRECT_HEADS = ["", "", "", "", "Please ", "please ", "I want to ", "I need to ", "I have to ", "I'd like to ", "Help me ", "Can you ", "Could you ", "How do I ", "How can I ",
    "A message to ", "An email to "]


def article(text):
    return text.replace("a email", "an email").replace("a SMS", "an SMS").replace("a answer", "an answer")


def recipient(rng):
    """(as the user names the person, the opening, he or she or they)"""
    draw = rng.random()
    person = rng.choice(["he", "she", "they"])
    name = values.first_name(rng) if person == "they" else rng.choice(WORDS["he_names" if person == "he" else "she_names"])
    family = rng.choice(WORDS["family"]) if rng.random() < 0.7 else values.last_name(rng)
    if draw < 0.28:
        return name, f"Hi {name},", person
    if draw < 0.33:
        return f"{name} {family}", f"Hi {name},", person
    if draw < 0.57:
        section = {"he": "he_relation", "she": "she_relation"}.get(person) if rng.random() < 0.15 else "relation"
        owner = rng.choice(["my", "my", "my", "our", "the"]) if section == "relation" else "my"
        relation = rng.choice(WORDS[section or "relation"])
        return f"{'my' if chr(39) in relation else owner} {relation}", "Hello,", person
    if draw < 0.65:
        section = {"he": "he_relation", "she": "she_relation"}.get(person) if rng.random() < 0.15 else "relation"
        relation = rng.choice(WORDS[section or "relation"])
        return rng.choice([f"my {relation} {name}", f"{name}, my {relation},", f"our {relation} {name}", f"my {relation} {name} {family}"]), f"Hi {name},", person
    if draw < 0.77:
        title = rng.choice({"he": ["Mr", "Mr", "Mr.", "Dr"], "she": ["Mrs", "Ms", "Ms", "Mrs.", "Ms."]}.get(person, TITLES[3:]))
        if person == "they":
            person, title = rng.choice(["he", "she"]), rng.choice(["Dr", "Professor", "Dr."])
        who = f"{title} {family}"
        return who if rng.random() < 0.7 else f"my {rng.choice(WORDS['relation'])} {who}", f"Dear {who},", person
    if draw < 0.84:
        parent = rng.choice(WORDS["parent"])
        person = "he" if parent in ("dad", "grandpa") else "she"
        return rng.choice([f"my {parent}", f"my {parent}", parent if parent in ("mum", "dad", "mom", "grandma") else f"my {parent}"]), f"Hi {parent.capitalize()},", person
    if draw < 0.94:
        group = rng.choice(WORDS["group"])
        return f"{rng.choice(['my', 'our', 'the', 'all'] if group.endswith('s') else ['my', 'our', 'the'])} {group}", "Hello everyone,", "they"
    place = rng.choice(clauses.PLACES)
    return rng.choice([f"the {place}", f"{values.company(rng)}", f"the {values.pick(rng, 'department')} department", f"the {place} in {values.city(rng)}", "customer service",
        "the support team", "HR", "IT support"]), "Hello,", "they"


def stated(rng):
    """A clause that is said as it is, with its marks, now and then with a reason or a purpose."""
    found = clause(rng, rng.choices(["me", "you", "thing"], [5, 4, 3])[0])
    if rng.random() < 0.2 and not any(word in found for word in ("because", " and ", " but ")):
        found += " " + clause(rng, "tail")
    if rng.random() < 0.2:
        for full, short in CONTRACTED:
            if full in found:
                return found.replace(full, short, 1)
    return found


CONTRACTED = [("I am ", "I'm "), ("I will ", "I'll "), ("we are ", "we're "), ("cannot ", "can't "), ("will not ", "won't "), ("is not ", "isn't "), ("does not ", "doesn't ")]
SPOKEN_SHORT = [("he is ", "he's "), ("they are ", "they're "), ("she is ", "she's ")]


def twofold(rng):
    """One clause, or two in one sentence."""
    first = stated(rng)
    return f"{first} && {stated(rng)}" if rng.random() < 0.15 and len(first) < 60 and " && " not in first else first


def question(marked):
    """whether "~has time": do you have time."""
    first, _, rest = marked.partition(" ")
    if first in QUESTION_HEADS:
        return f"{QUESTION_HEADS[first]} you {addressed(rest)}"
    if first == "still":
        return f"do you still have {addressed(rest.partition(' ')[2])}"
    if first == "~has" and rest.startswith(("seen", "received")):
        return f"have you {addressed(rest)}"
    return f"do you {first[1:].replace('has', 'have')} {addressed(rest)}"


def introduced(rng):
    name = f"{rng.choice(clauses.GIVEN)} {rng.choice(WORDS['family'])}"
    role = piece(rng, rng.choice(["the new {job}", "~his new {job}", "the new {job} {in_town}", "~his neighbour from number {n}", "the {job} for the {subject}",
        "the new tenant in apartment {n}", "the {tradesman} for the {gadget}"]))
    return name, role


def act(rng, kind=None):
    """(kind, what is said with its marks, the sentence of the message)"""
    kind = kind or rng.choices(KINDS, SHARES)[0]
    form, source, _ = SENTENCES[kind]
    if kind == "introduce":
        name, role = introduced(rng)
        return kind, f"{name}, {role}", f"my name is {name} and I am {addressed(role)}."
    if kind == "whether":
        marked = clause(rng, "whether")
        return kind, "~he " + ("still ~has " + marked.partition("~has ")[2] if marked.startswith("still") else marked), question(marked) + "?"
    if kind == "ask_not":
        marked = piece(rng, "[park in front of [my gate|the garage|our house|the {place}]|forget the {object}|use the {gadget}|open the [parcel|window|letter]|ring the bell|wake the "
            "[baby|kids]|feed the [cat|dog|birds]|be late {day}|tell {given} about the {party}|"
                       "smoke {in_place}|pay the [invoice|bill] [{deadline}|]|send the {object} [{day}|]|touch the {object}|leave the {object} {in_place}|call me {day}|call after "
                           "{hour}|bring [{food}|any food|the {object}]|wait for me {day}|"
                       "move the {object}|cancel the {event}|share the {doc} with {given}|enter the {room} {day}|make noise after {hour}]")  # fmt: skip
    elif kind == "ask":
        marked = clause(rng, "ask")
        if marked.startswith("not "):
            kind, form, marked = "ask_not", SENTENCES["ask_not"][0], marked[4:]
    elif kind == "meet":
        marked = piece(rng, f"{choose(rng, rng.choice(clauses.LINES['meet']))} {{day}} [at {{clock}}|]") if rng.random() < 0.5 else piece(rng,
            f"{choose(rng, rng.choice(clauses.LINES['meet']))} on {{weekday}} at {{clock}}")
        marked = marked.replace("after work", "after lunch")  # "would a call after work work"
    elif source is None:
        marked = twofold(rng) if kind == "say" else stated(rng)
    elif source in PIECES:
        marked = piece(rng, rng.choice(PIECES[source]))
    elif source == "deed":
        marked = piece(rng, "{deed} [{day}|]")
    else:
        marked = clause(rng, source)
    return kind, marked, form.replace("{x}", addressed(marked).replace(" && ", " and "))


def asked(rng, kind, marked, person, target, form, told_as=None):
    """What the user says of one act: gerund, inf or imp; target is the name or None for him, her, them."""
    pattern = rng.choice(ACTS[kind])
    if target and "{T}" not in pattern:
        pattern = ACTS[kind][0]
        target = target if "{T}" in pattern else None
    gerund = choose(rng, pattern)
    if form != "gerund":
        first, _, rest = gerund.partition(" ")
        gerund = f"{base_of(first)} {rest}"
    him = target or clauses.PERSONS[person]["him"]
    said = told(marked, told_as or person)
    if " && " in said:
        said = said.replace(" && ", rng.choice([" and that ", " and ", ", and that ", " and "]))
    if told_as != "you" and rng.random() < 0.1:
        for full, short in SPOKEN_SHORT:
            if said.startswith(full) and marked.startswith("~he"):
                said = short + said[len(full) :]
    return gerund.replace("{T}", him).replace("{x}", said)


def base_of(gerund):
    return INFINITIVES.get(gerund) or gerund[:-3]


def acts(rng):
    """One act, or two that differ in kind."""
    first = act(rng)
    if rng.random() < 0.6:
        return [first]
    second = act(rng, rng.choice(["say", "say", "ask", "ask", "thank", "sorry", "whether", "remind", "say", "want", "offer", "meet"]))
    return [first, second] if second[0] != first[0] or first[0] in ("say", "ask") else [first]


def joined(rng, asks):
    return rng.choice([" and ", " and ", ", and ", " and also ", ", then "]).join(asks)


def message(opening, sentences, signed=None):
    body = " ".join([sentences[0] if opening else capital(sentences[0]), *map(capital, sentences[1:])])
    text = f"{opening} {body}" if opening else body
    return f"{text}\n\nBest regards,\n{signed}" if signed else text


def composed(rng):
    """The request for a message, and the message."""
    who, opening, person = recipient(rng)
    found = acts(rng)
    draw = rng.random()
    told_as = person if rng.random() < 0.93 else "you"
    if draw < 0.3:
        form = rng.choice(["gerund", "gerund", "inf"])
        asks = [asked(rng, kind, marked, person, None, form, told_as) for kind, marked, _ in found]
        body = joined(rng, asks) if form == "gerund" else "to " + joined(rng, asks)
        head = rng.choice(HEADS)
    elif draw < 0.5:
        asks = [asked(rng, kind, marked, person, None, "imp", told_as) for kind, marked, _ in found]
        separate = len(asks) > 1 and rng.random() < 0.35
        body = ". ".join(map(capital, asks)) if separate else joined(rng, asks)
        head = rng.choice(PLAIN_HEADS)
    elif draw < 0.72:
        first = asked(rng, *found[0][:2], person, who, "imp")
        if who not in first:
            head, body = "{who}: ", first
        else:
            head, body = rng.choice(DIRECT_HEADS), first
        if head.endswith("to ") and head.startswith("A"):
            head = ""
        more = [asked(rng, kind, marked, person, None, "imp") for kind, marked, _ in found[1:]]
        body = joined(rng, [body, *more])
        body += choose(rng, rng.choice(DIRECT_TAILS)) if not head.startswith(("Can", "Could", "How")) else "?"
        if not head:
            body = capital(body)
    elif draw < 0.84:
        found = [act(rng, rng.choice(NAMED_KINDS)), *found[1:]]
        if found[0][0] not in NAMED:
            found[0] = act(rng, "thank")
        kind, marked, _ = found[0]
        said = told(marked, person).replace(" && ", " and ")
        head, body = "", choose(rng, rng.choice(NAMED[kind])).replace("{T}", who).replace("{x}", said)
        if len(found) > 1:
            body += rng.choice([". Also ", ", and ", " and ", ". Then ", ". "]) + asked(rng, *found[1][:2], person, None, "imp")
            body = ". ".join(map(capital, body.split(". "))) if body.count(". ") == 1 and "Dr. " not in body and "Mr. " not in body else body
    else:
        return listed(rng, who, opening, person)
    return finished(rng, head, body, who, opening, [sentence for _, _, sentence in found])


LIST_HEADS = [
    "[Write|Draft|Compose|Send|Make|I need|Give me] a [short |brief |polite |][message|note|email|mail|text] to {who}[:| with these points:| from these notes:| with this:|.]",
    "[Message|Email|Note|Mail|Text] to {who}[:| -|. Points:|. Facts:|. Notes:| with these facts:| from my notes:]",
    "[Turn|Make|Put] [these|my] [notes|points|facts] into a [short |][message|email|note] to {who}:",
    "[Tell|Inform] {who}:",
    "{who} [needs to|should|must|has to] know[ this|]:",
    "[Write to|Email|Text|Message] {who}:",
]


def listed(rng, who, opening, person):
    """The facts one after the other; each becomes a sentence."""
    count = rng.choices([1, 2, 3], [4, 4, 1])[0]
    marked = [stated(rng) for _ in range(count)]
    spoken = "you" if rng.random() < 0.25 else person
    given = []
    for text in marked:
        fact = told(text, spoken)
        if text.startswith("I am ") and rng.random() < 0.3:
            fact = fact[5:]
        elif text.startswith("I ") and rng.random() < 0.2:
            fact = fact[2:]
        given.append(fact)
    sentences = [addressed(text) + "." for text in marked]
    head = rng.choice(LIST_HEADS)
    if count == 1:
        return finished(rng, head + " ", given[0], who, opening, sentences)
    if rng.random() < 0.5:
        mark = rng.choice(["- ", "- ", "* ", "• ", ""])
        return finished(rng, head + "\n", "\n".join(mark + fact for fact in given), who, opening, sentences)
    return finished(rng, head + " ", rng.choice(["; ", ". ", " / ", " | "]).join(given), who, opening, sentences)


BARE_ENDS = [". No greeting", ". Without a greeting", ". Just the message, no hello", ", no greeting", ". Leave out the greeting", ". Skip the greeting", ". Only the text, no salutation",
    ". Don't add a greeting"]
SIGNED_ENDS = [". Sign it as {me}", ". Sign as {me}", ". My name is {me}, sign it", ". From {me}", ". Sign with my name, {me}", ", signed {me}", ". Signed: {me}", ", signed by {me}"]
POLITE_ENDS = ["", "", "", "", "", "", "", ". Be polite", ". Keep it short", ". Short please", ". Thanks", ". One or two sentences", ". Nothing else", ". Just the message", ". Be friendly",
    ". Keep it brief", ". Only the text"]


def finished(rng, head, body, who, opening, sentences):
    draw, signed, end = rng.random(), None, ""
    if draw < 0.07 and opening.startswith("Hi ") and who.split()[0] in opening and "[message|" in head:
        opening = f"Dear {who},"
        head = head.replace("[short |brief |polite |]", "formal ").replace("[short |brief |quick |polite |friendly |nice |]",
            "formal ").replace("[a|a [short|brief|quick|polite|friendly|nice|simple|kind]]", "a formal")
        opening = opening if "formal" in head else f"Hi {who.split()[0]},"
    elif draw < 0.14:
        opening, end = "", rng.choice(BARE_ENDS)
    elif draw < 0.22:
        signed = rng.choice(clauses.GIVEN) if rng.random() < 0.6 else values.full_name(rng)
        end = rng.choice(SIGNED_ENDS).replace("{me}", signed)
    elif not body.endswith("?"):
        end = rng.choice(POLITE_ENDS)
    if rng.random() < 0.14:
        body, who = lowered(body), who if rng.random() < 0.5 or not who[0].isupper() or " " in who else who.lower()
    end = end and end.lstrip(". ,") and ((" " + end[2:] if body.endswith(("?", "!", ".")) else end) if "\n" not in body else "\n" + end[2:]) + rng.choice(["", "."])
    ask = fill(article(careless(rng, choose(rng, head.rstrip(" ")) if head else "")), {"who": who})
    gap = "" if not head else "\n" if head.endswith("\n") else " "
    text = capital_ask(rng, (ask.rstrip() + gap + body + end).strip())
    if not end and not text.endswith(("?", ".", "!")) and rng.random() < 0.5 and "\n" not in text:
        text += "."
    if signed is None and rng.random() < 0.07:
        text = with_their_message(rng, text)
    messages = [user(text)]
    if rng.random() < 0.05:
        messages.insert(0, system(choose(rng, "[You write short messages for the user.|You help with emails.|You are a writing assistant.|Write what the user asks for, nothing else.|Answer "
            "with the message only.]")))
    return Task("compose", messages, message(opening, sentences, signed))


THEIRS = ["[the message|message|their message|original message|they wrote|this is what I got|context|for context|I am replying to|what I got|previous message|this came in|incoming][: |:\n|: ]{q}",
    "([in reply to|answering|reply to|they wrote|the question was][:|] {q})"]


def with_their_message(rng, text):
    """The message that is answered, below or above what to write."""
    quote = piece(rng, rng.choice(rng.choice(TOPICS)[0]))
    quote = rng.choice(["'{}'", '"{}"', '"{}"', "“{}”"]).replace("{}", quote)
    theirs = careless(rng, choose(rng, rng.choice(THEIRS))).replace("{q}", quote)
    return f"{text}\n\n{theirs}" if rng.random() < 0.75 or theirs.startswith("(") else f"{capital(theirs)}\n\n{text}"


def capital_ask(rng, text):
    return capital(text) if rng.random() < 0.85 else text


def make(rng):
    return rng.choices([composed, quoted, office], [66, 28, 6])[0](rng)

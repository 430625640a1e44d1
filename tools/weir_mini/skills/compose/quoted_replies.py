"""Replies to a message in quotes, and notes for absence. The convention stands in replies.py."""

from ... import values
from ...phrasing import careless, choose, fill, say
from ...task import Task, user
from . import clauses
from .clauses import WORDS, addressed, capital, clause, flipped, lowered, piece
from .sentences import TRANSITIVE

INVITES = [
    "join us for [lunch|dinner|coffee|a drink|breakfast|a walk|brunch|a barbecue|tea|a game night|a picnic|the {event}|a hike|a round of {sport}|pizza]",
    "come to [my|our|the] [{party}|{party}|{event}]",
    "come over for [dinner|{food}|coffee|a glass of wine|a movie|tea|the {sport} match]",
    "have [lunch|dinner|coffee|{food}|breakfast] with [me|us]",
    "go to the [{event}|{place}|cinema|theatre|{sport} match|concert] with [me|us]",
    "play {sport} with [me|us]",
    "visit us in {town}",
    "watch the [{sport} match|film|game] with [me|us]",
    "meet [me|us] [at the {place}|for lunch|for coffee|in {town}]",
    "be our guest at the {event}",
    "take part in our {event}",
    "give a talk at our {event}",
    "stay with us in {town}",
    "speak at the {event}",
    "see [my|our] new [flat|house|office|garden|{object}]",
    "be my [partner|guest|best man|bridesmaid] at the {event}",
    "bake {food} with [me|us]",
]
INVITE_WORDS = [
    "Would you like to {v}?", "Would you like to {v}?", "Do you want to {v}?", "Can you {v}?", "Could you {v}?", "We would love you to {v}.", "I'd like to ask you to {v}.",
    "Would you be able to {v}?", "Are you able to {v}?", "Would you care to {v}?", "It would be great if you could {v}.", "I hope you can {v}.", "We hope you can {v}!", "wanna {v}?",
]  # fmt: skip
EVENTS = ["BBQ", "barbecue", "party", "dinner", "drinks", "game night", "lunch", "brunch", "movie night", "birthday party", "picnic", "{sport} match", "{party}", "{event}", "quiz night",
    "pizza night", "garden party", "housewarming", "tea"]
ACCEPT = [
    "[accept this invitation|say yes to this|accept this invite|accept the offer|say yes to the invitation|accept happily|take up the invitation]",
    "[accept|accept it|accept politely|accept the invitation|say yes|I accept|accept nicely|agree|I'd love to|I want to go|say that I will come|yes|positive answer|say I'd be happy to come]",
]
DECLINE = [
    "[decline this invite nicely|decline this invitation|turn this invitation down|say no to this|decline this invite|refuse this invitation|politely say no to this|decline this "
        "politely|turn this down nicely]",
    "[decline|decline it|decline politely|say no|politely decline|decline nicely|decline the invitation|turn it down|refuse politely|say no nicely|turn it down politely|say that I cannot|I "
        "can't|negative answer|no]",
]
SENDERS = ["A customer", "My boss", "My neighbour", "A client", "A colleague", "My landlord", "My teacher", "A friend", "A guest", "My manager", "A patient", "My aunt", "The school",
    "A student", "A tenant", "A reader", "A supplier", "A buyer", "Our client",
           "My coach", "The neighbours", "My flatmate", "The office", "A parent", "The bank", "My cousin", "My professor", "A visitor", "A member", "A subscriber", "The hotel", "Someone"]  # fmt: skip
# What somebody asks, and what one may answer.
TOPICS = [
    (["Has my [parcel|order|package|{object}] been sent[ yet|]?", "Where is my [order|parcel|package|{object}]?", "When will my [order|parcel|package|{object}] arrive?",
        "Did you ship [my order|the {object}]?", "Is my [order|parcel|{object}] on its way?"],
     ["it went out {past_day}", "it was sent {past_day}", "it left our warehouse {past_day}", "the tracking number is {code}", "it will arrive {day}", "it should be there {deadline}",
         "it is delayed because {reason}", "it will be sent {day}", "it was delivered to ~his neighbour {past_day}", "the courier will call ~him first", "we will send it {day}",
             "the {object} is out of stock"]),
    (["[When|What time] do you open[ {day}|]?", "Are you open {day}?", "What are your opening hours?", "Until when are you open {day}?", "Is the {place} open {day}?"],
     ["we open at {clock}", "we are open until {clock}", "we are closed {day}", "we are open from {clock} to {clock}", "we close at {clock}", "the last entry is at {clock}",
         "~he can park behind the {place}"]),
    (["How much is the {object}?", "What does the {object} cost?", "What is the price of [a|the] {object}?", "How much do you charge for a {event}?", "How much are the tickets?"],
     ["it costs {money}", "it is {money}", "the price is {money}", "delivery is free", "delivery costs {money}", "there is a discount of {n} percent", "~he can pay by card",
         "it is {money} with tax", "the offer ends {day}", "children pay half"]),
    (["Is the [room|flat|{object}|house] still available?", "Do you have a [room|table|{object}] for {day}?", "Do you still have the {object}?", "Is there a free [table|room|seat] {day}?",
        "Is the {object} in stock?"],
     ["it is still available", "it is sold", "it is taken", "~he can see it {day}", "we have one left", "we are fully booked", "it costs {money}", "it will be back in stock {day}",
         "we can hold it until {weekday}", "~he can pick it up at {address}"]),
    (["When is [the|our] {event}?", "What time is the {event}?", "Where is the {event}?", "Is the {event} still on?", "Has the {event} been moved?"],
     ["it is {day}", "it starts at {clock}", "it is in room {n}", "it was moved to {weekday}", "it has been cancelled", "it takes place {in_place}", "it lasts {n} minutes",
         "~he should bring {food}", "it is online", "the link is in the calendar"]),
    (["When do I get my [money back|refund|deposit]?", "Did you get my payment?", "Has my invoice been paid?", "Why was I charged twice?", "Did you receive the rent?"],
     ["we sent {money} {past_day}", "the refund takes {n} days", "it was paid {past_day}", "we received {money} {past_day}", "the payment failed", "the second charge was a mistake",
         "we need ~his bank details", "the reference is {code}"]),
    (["Is the [{gadget}|{vehicle}|{object}] [ready|fixed|repaired]?", "When can I pick up my [{vehicle}|{object}]?", "What is wrong with my {gadget}?", "Can you repair my {gadget}?"],
     ["it is ready", "it will be ready {day}", "the repair costs {money}", "we need a new part", "we are waiting for a part", "~he can collect it {day}", "we are open until {clock}",
         "it cannot be repaired", "a {tradesman} will come {day}"]),
    (["How was the {event}?", "How is the {subject} going?", "How are you?", "How did the {event} go?", "Did you like the {object}?"],
     ["it went well", "it was too long", "I liked it", "it is nearly finished", "I am fine", "I am a bit tired", "we need one more week", "it was a success", "it is going well", "we won",
         "I am much better", "it was boring"]),
    (["Where are you?", "When will you be here?", "Are you coming?", "What's keeping you?", "Have you left yet?", "How long will you be?"],
     ["I am on the bus", "I am stuck in traffic", "I will be there in {n} minutes", "I will be there at {clock}", "I missed the train", "I am nearly there", "I am at the {place}",
         "I am still at work", "they can start without me", "I have just left"]),
    (["What should I bring?", "Can I bring [anything|something]?", "Do you need anything from the {place}?", "What do you need for the {party}?", "Can I help with the {party}?"],
     ["{food} would be great", "we need {food}", "we still need a {object}", "there is enough {food}", "we have everything", "we need {food} and {food2}", "~he can bring {food}",
         "nothing is needed"]),
    (["[Can|May] I bring my {pet}?", "Are {pet}s allowed?", "Is there parking?", "Is breakfast included?", "Is there wifi?", "Is there a lift?", "Do you take cards?"],
     ["dogs are welcome", "pets are not allowed", "parking is free", "parking costs {money} a day", "breakfast is included", "breakfast costs {money}", "the wifi code is {code}",
         "there is a lift", "there is no lift", "we only take cash", "it costs {money} extra", "there are {n} parking spaces"]),
    (["Who is [responsible for|in charge of] the {subject}?", "Who can help me with the {subject}?", "Whom do I ask about the {doc}?", "Who has the {object}?"],
     ["{given} is in charge of it", "~he should ask {given}", "{given} can help", "{given} has it", "the email is {email}", "the number is {phone}", "{given} is back {day}"]),
    (["What is [your|the] address?", "How do I get to you?", "Where do we meet?", "Where is your office?", "Where can I park?"],
     ["it is {address}", "we meet at the {place}", "the address is {address}", "~he should take bus {n}", "it is next to the {place}", "~he can park behind the {place}",
         "we are on floor {k}", "the entrance is on the left"]),
    (["Can you send me the {doc}?", "Where is the {doc}?", "Is the {doc} [ready|finished|done]?", "When will the {doc} be ready?", "Have you finished the {doc}?"],
     ["it is attached", "it is in the folder", "it will be ready {day}", "I am still working on it", "I need {n} more minutes", "{given} has it", "I will send it {deadline}",
         "I sent it {past_day}", "two figures are missing", "it is nearly finished"]),
]  # fmt: skip
ANSWER_THAT = ["[answer|reply|say|tell {T}|respond|write back|write|explain|let {T} know] [that |]{x}", "[answer|reply|say|tell {T}|respond|write] that {x}"]
LAYOUTS = [
    "{sender} [wrote|asked|writes|asks|sent me this|messaged me][:|] {quote}. {Goal}", "{sender} [wrote|asked|writes]: {quote} {Goal}",
        "[Reply to this|Answer this|Reply to this message|Respond to this|Reply][:|: |, ]{goal}: {quote}",
    "{Goal}: {quote}", "{Goal}. {quote}", "{Goal}. {quote}", "{quote} - {goal}", "{quote}\n\n{Goal}", "{quote}\n{Goal}", "[Message|Email|Text] from {lsender}: {quote}\n[Reply|Answer]: {goal}",
        "[Write|Draft|Give me] a [short |polite |brief |friendly |]reply to {quote}. {Goal}",
    "[I got|I received|We got] this [message|email|text]: {quote}. {Goal}", "[How do I answer|How do I reply to|What do I answer to] {quote}[?| if I want to do this:] {Goal}",
        "[Reply in one sentence|Answer in one sentence|One-sentence reply|Short reply], {goal}: {quote}",
    "[Please |]{goal}: {quote}", "{lsender}: {quote}\n{Goal}", "[Write my reply|My reply|Reply for me]. {Goal}. {quote}", "> {bare}\n\n{Goal}",
        "[They wrote|It says|The message says|The question is] {quote}. {Goal}",
]  # fmt: skip


def sender(rng):
    """(who wrote, the opening of the reply, he or she or they)"""
    draw = rng.random()
    if draw < 0.45:
        return None, "", "they"
    if draw < 0.75:
        person = rng.choice(["he", "she", "they"])
        name = rng.choice(WORDS["he_names"] if person == "he" else WORDS["she_names"]) if person != "they" else values.first_name(rng)
        return name, f"Hi {name},", person
    return rng.choice(SENDERS), "Hello,", rng.choice(["he", "she", "they"])


def shortened(rng, reason):
    return reason.replace("I am ", "I'm ").replace("we are ", "we're ") if rng.random() < 0.3 else reason


GERUNDS = {
    "accept": "accepting", "say": "saying", "decline": "declining", "agree": "agreeing", "refuse": "refusing", "turn": "turning", "tell": "telling", "answer": "answering", "reply": "replying",
    "explain": "explaining", "write": "writing", "respond": "responding", "let": "letting", "apologise": "apologising", "apologize": "apologizing", "congratulate": "congratulating",
    "offer": "offering", "express": "expressing", "send": "sending", "thank": "thanking", "confirm": "confirming", "take": "taking",
}  # fmt: skip
WITH_GERUND = [
    "[Reply to this|Answer this|Reply to this message|Respond to this|Reply|Answer this message|Reply to the message below][ in one sentence| briefly| politely||], {goal}: {quote}",
    "[Write|Draft|Compose|Give me|I need] a [short |polite |friendly |one-sentence |brief |][reply|answer|response] {goal}: {quote}",
    "{quote}\n\n[Write|Draft|Compose|Give me|I need] a [short |polite |friendly |brief |][reply|answer|response] {goal}",
    "{quote} [Reply|Answer|Respond] [in one sentence|briefly], {goal}",
]


def replying(rng, quote, goal, who, opening, sentences):
    """The request with both, and the reply."""
    layouts = NAMED if who else NAMELESS
    first, _, rest = goal.partition(" ")
    if who is None and first.lower() in GERUNDS and rest and rng.random() < 0.35:
        layouts, goal = WITH_GERUND, f"{GERUNDS[first.lower()]} {rest}".replace(" and say ", " and saying ").replace(" and tell ", " and telling ").replace(" and explain ", " and explaining ")
    marks = rng.choice(['"{}"', '"{}"', '"{}"', "'{}'", "“{}”", "„{}“", "«{}»"])
    if rng.random() < 0.12:
        quote, goal = lowered(quote), lowered(goal)
    sender_name = who or ""
    if rng.random() < 0.06:
        opening, goal = "", goal + rng.choice([", no greeting", ", without a greeting"])
    elif rng.random() < 0.25:
        goal += rng.choice([", in one sentence" if len(sentences) == 1 else "", ", please", " please", ", briefly", " in a friendly way", ", politely" if "polite" not in goal else "",
            ". Keep it short", ". Just the reply"])
    text = fill(
        careless(rng, clauses.AN.sub(r"\1n ", choose(rng, rng.choice(layouts)))),
        {"sender": sender_name, "lsender": sender_name if not sender_name.startswith(("A ", "My ", "The ", "Our ")) else sender_name[0].lower() + sender_name[1:],
         "quote": marks.replace("{}", quote), "bare": quote, "goal": goal, "Goal": capital(goal)},
    )  # fmt: skip
    text = capital(text) if rng.random() < 0.9 else text
    body = " ".join([sentences[0] if opening else capital(sentences[0]), *map(capital, sentences[1:])])
    return Task("compose", [user(text)], f"{opening} {body}" if opening else body)


NAMED = [layout for layout in LAYOUTS if "sender}" in layout]
NAMELESS = [layout for layout in LAYOUTS if "sender}" not in layout]


def invitation(rng):
    """An invitation, accepted or declined."""
    when = piece(rng, rng.choice(["{moment}", "{moment}", "on {weekday} at {clock}", "tomorrow at {clock}", ""]))
    if rng.random() < 0.72:
        marked = f"{piece(rng, rng.choice(INVITES))} {when}".strip()
        quote = choose(rng, rng.choice(INVITE_WORDS)).replace("{v}", marked)
        v = flipped(marked)
        if rng.random() < 0.2:
            quote = choose(rng, "[Hi!|Hello,|Hey!|Hi,|Good morning!|Hey,] ") + quote
    else:
        event = piece(rng, rng.choice(EVENTS))
        when = when or piece(rng, "on {weekday}")
        quote = choose(rng, f"[{event} at ours {when}?|Hey! {event} at ours {when}|{event} at my place {when}, are you in?|We are having a {event} {when}. Are you coming?|You are invited to "
            f"the {event} {when}.|{event} {when}, you in?|Hi! {event} {when}, will you come?|Please join us for the {event} {when}.]")
        quote = capital(clauses.AN.sub(r"\1n ", quote))
        v = f"join you for the {event} {when}" if quote.startswith("Please join") else f"come to the {event} {when}"
    who, opening, person = sender(rng)
    if rng.random() < 0.42:
        goal, sentences = choose(rng, rng.choice(ACCEPT)), [f"thank you, I would be happy to {v}."]
    else:
        goal, reason = choose(rng, rng.choice(DECLINE)), ""
        sentence = f"thank you for the invitation, but I cannot {v}"
        if rng.random() < 0.6:
            reason = shortened(rng, piece(rng, "{reason}"))
            goal += choose(rng, f"[ because {reason}|, {reason}|. {capital(reason)}|. {capital(reason)}|: {reason}|. The reason: {reason}| since {reason}| (because {reason})]")
        sentences = [sentence + (f" because {reason}." if reason else ".")]
        if rng.random() < 0.15:
            other = piece(rng, "[next {weekday}|{weekday} at {clock}|next week|{date}|tomorrow|the week after|{weekday}]")
            goal += choose(rng, "[ and suggest| and propose|, suggest|, but offer| and ask for] ") + other
            sentences.append(f"Would {other} work for you?")
    if rng.random() < 0.2:
        extra = clause(rng, "me")
        goal += choose(rng, "[ and say that| and mention that| and tell {T} that|. Add that|, and that] ").replace("{T}", clauses.PERSONS[person]["him"]) + clauses.told(extra, person)
        sentences.append(addressed(extra) + ".")
    return replying(rng, quote, goal, who, opening, sentences)


YES = "[say yes|yes|agree|say that I can|answer yes|I can do that|confirm|say sure|accept|say yes politely|tell {T} yes]"
NO = "[say no|no|refuse|decline politely|say that I can't|say no politely|answer no|I can't|decline|refuse politely|say sorry, no]"


def favour(rng):
    """Somebody asks for something; yes or no."""
    marked = clause(rng, "ask")
    while marked.startswith(("not ", "let me know", "join ", "come ")):
        marked = clause(rng, "ask")
    quote = choose(rng, rng.choice(FAVOURS)).replace("{v}", addressed(marked))
    who, opening, person = sender(rng)
    mine = flipped(marked)
    him = clauses.PERSONS[person]["him"]
    if rng.random() < 0.5:
        goal, sentence = choose(rng, YES), f"yes, I can {mine}."
    else:
        goal, sentence = choose(rng, NO), f"sorry, I cannot {mine}"
        draw = rng.random()
        if draw < 0.5:
            reason = piece(rng, "{reason}")
            goal += choose(rng, f"[ because {reason}|, {reason}|. {capital(reason)}|: {reason}| since {reason}]")
            sentence += f" because {reason}."
        elif draw < 0.75:
            other = piece(rng, "[{day}|{deadline}|{day}]")
            goal += choose(rng, f"[, but I can do it {other}| but say that I can do it {other}|, but offer to do it {other}|. I can do it {other}]")
            sentence += f", but I can do it {other}."
        else:
            sentence += "."
    return replying(rng, quote, goal.replace("{T}", him), who, opening, [sentence])


FAVOURS = ["[Could|Can|Would] you [please |]{v}?", "[Could|Can] you {v}[, please|]?", "[Hi, could|Hello, can|Hey, can|Hi! Could] you {v}?", "Please {v}.", "I need you to {v}.",
    "I'd like you to {v}.", "It would be great if you could {v}.", "Any chance you could {v}?"]
QUERIES = ["can {deed} {day}", "~has [a {object}|time {day}|a spare key|the {doc}|the {object}|a minute]",
    "~is [free|at home|in the office|available|busy|in {town}] {day} [at {clock}|]", "~need [a lift|the {object}|help with the {subject}|a {object}]",
           "~like [{food}|{sport}|the new {job}|the {object}]", "~has [seen my {object}|received my {doc}|finished the {doc}|spoken to {given}|booked the {event}|read the {doc}|paid the "
               "invoice]", "~know [{given}|the code|the way to the {place}|a good {tradesman}]"]  # fmt: skip


# What would be an invitation.
INVITING = tuple(f"can {verb} " for verb in ("come", "join", "meet", "visit", "help", "stay"))


def query(rng):
    """A question of yes or no, answered in a full sentence."""
    marked = piece(rng, rng.choice(QUERIES))
    while marked.startswith(INVITING):
        marked = piece(rng, rng.choice(QUERIES))
    first, _, rest = marked.partition(" ")
    mine = flipped(rest)
    if first == "can":
        asked, yes, no = f"can you {addressed(rest)}", f"I can {mine}", f"I cannot {mine}"
    elif first == "~is":
        asked, yes, no = f"are you {addressed(rest)}", f"I am {mine}", f"I am not {mine}"
    elif rest.startswith(("seen ", "received ", "finished ", "spoken ", "booked ", "read ", "paid ")):
        asked, yes, no = f"have you {addressed(rest)}", f"I have {mine}", f"I have not {mine}"
    else:
        verb = "have" if first == "~has" else first[1:]
        asked, yes, no = f"do you {verb} {addressed(rest)}", f"I {verb} {mine}", f"I do not {verb} {mine}"
    who, opening, person = sender(rng)
    is_yes = rng.random() < 0.5
    goal = choose(rng, "[say yes|yes|answer yes|the answer is yes|tell {T} yes|say that I {a}|yes, I {a}|positive]" if is_yes else "[say no|no|answer no|the answer is no|tell {T} no|say "
        "that I {n}|no, I {n}|negative]")
    auxiliary = {"can": ("can", "cannot"), "are": ("am", "am not"), "have": ("have", "have not"), "do": ("do", "don't")}[asked.split()[0]]
    goal = goal.replace("{T}", clauses.PERSONS[person]["him"]).replace("{a}", auxiliary[0]).replace("{n}", auxiliary[1])
    sentences = [f"yes, {yes}." if is_yes else f"no, {no}."]
    if rng.random() < 0.25:
        extra = clause(rng, rng.choice(["me", "thing"]))
        goal += choose(rng, "[ and say that| and add that|. Add that|, and tell {T} that] ").replace("{T}", clauses.PERSONS[person]["him"]) + clauses.told(extra, person)
        sentences.append(addressed(extra) + ".")
    return replying(rng, capital(asked) + "?", goal, who, opening, sentences)


def answer(rng):
    """A question, and the facts of the answer."""
    questions, facts = TOPICS[rng.randrange(len(TOPICS))]
    quote = piece(rng, rng.choice(questions))
    count = rng.choice([1, 1, 2])
    marked = [piece(rng, fact) for fact in rng.sample(facts, count)]
    if rng.random() < 0.15:
        marked[-1] = clause(rng, rng.choice(["me", "you", "thing"]))
    who, opening, person = sender(rng)
    form = choose(rng, rng.choice(ANSWER_THAT)).replace("{T}", clauses.PERSONS[person]["him"])
    told = [clauses.told(text, person if rng.random() < 0.8 else "you") for text in marked]
    goal = form.replace("{x}", " and ".join(told))
    return replying(rng, quote, goal, who, opening, [" and ".join(addressed(text) for text in marked) + "."])


def news_lines():
    for line in clauses.LINES["news"]:
        forms, _, things = line.partition(": ")
        past, gerund = forms.split()
        for thing in things.split(", "):
            yield past, gerund, thing


NEWS = list(news_lines())


def reaction(rng):
    """Good news, sad news, a favour done, a complaint."""
    who, opening, person = sender(rng)
    him = clauses.PERSONS[person]["him"]
    draw = rng.random()
    if draw < 0.25:
        past, gerund, thing = rng.choice(NEWS)
        we = rng.random() < 0.2 and "my" not in thing and past not in ("became", "learned")
        quote = choose(rng, "[Guess what! |Great news: |Hi! |||]") + f"{'we' if we else 'I'} {past} {thing}" + rng.choice([".", "!", "!", ""])
        goal = choose(rng, "[congratulate {T}|congratulate|say congratulations|congratulate {T} warmly|send my congratulations|offer congratulations]")
        sentences = [f"congratulations on {gerund} {flipped(thing)}!"]
    elif draw < 0.4:
        lost = rng.choice(WORDS["lost"])
        quote = choose(rng, f"[My {lost} died|My {lost} has died|My {lost} passed away|I lost my {lost}] ") + piece(rng, "{past_day}").replace("today", "this week") + "."
        goal = choose(rng, "[offer my condolences|send condolences|express my sympathy|say how sorry I am|condole|express my condolences|send my sympathy]")
        sentences = [f"I am so sorry to hear about the loss of your {lost}."]
    elif draw < 0.65:
        verb, nouns = rng.choice(TRANSITIVE)
        what = f"{rng.choice(['the', 'the', '~his'])} {rng.choice(nouns)}"
        quote = choose(rng, "[I have|I have just|I've|We have|I have already] ") + f"{verb.participle} {addressed(what)}" + rng.choice([".", ".", "", "!"])
        goal = choose(rng, "[thank {T}|say thank you|say thanks|thank {T} for it|thank|reply with thanks|express thanks|send thanks]")
        sentences = [f"thank you for {verb.ing} {clauses.told(what, 'I')}."]
    else:
        complaint = clause(rng, "complaint")
        quote = capital(addressed(complaint)) + rng.choice([".", ".", "!", ""])
        goal = choose(rng, "[apologise|apologize|say sorry|apologise politely|say that we are sorry|apologise to {T}|offer an apology]")
        owner = clauses.SPOKEN.sub(lambda m: clauses.SPEAKER[m.group()], complaint).replace("~his", "our")
        sentences = [f"I am sorry that {owner}."]
        if rng.random() < 0.6:
            amends = clause(rng, "amends")
            goal += choose(rng, "[ and say that| and tell {T} that| and explain that|. Add that|, and say that| and write that] ") + clauses.told(amends, person)
            sentences.append(addressed(amends) + ".")
    return replying(rng, capital(quote), goal.replace("{T}", him), who, opening, sentences)


KINDS = [(invitation, 6), (favour, 4), (query, 3), (answer, 6), (reaction, 5)]


def make(rng):
    return rng.choices([kind for kind, _ in KINDS], [share for _, share in KINDS])[0](rng)


OFFICE = [
    "[Write|Draft|Give me|I need|Set up|Make] [an|a short] [out-of-office|out of office|automatic|absence] [note|reply|message|text][:|.|, please:] {facts}",
    "[Out of office|Out-of-office|OOO|Auto-reply|Autoreply|Vacation responder|Absence note|Out of office reply][:| message:| text:| note:] {facts}",
    "{Facts} [Write|Draft|Make] [my|the] [out-of-office|out of office|absence] [note|message|reply].",
]


def office(rng):
    """I am away from then till then; whom to ask instead."""
    start, end = rng.choice([(values.pick(rng, "weekday"), values.pick(rng, "weekday")), (clauses.date(rng), clauses.date(rng))])
    span, back = f"from {start} to {end}", None
    draw = rng.random()
    if draw < 0.3:
        span = rng.choice([f"until {end}", f"on {start}", "this week", "today", f"till {end}", "next week"])
    if rng.random() < 0.4:
        back = piece(rng, "{day_bare}")
    name = rng.choice([rng.choice(clauses.GIVEN), values.full_name(rng)])
    contact = rng.choice([None, None, values.email(rng), values.phone(rng)])
    has_contact = rng.random() < 0.8
    facts = [rng.choice([f"away {span}", f"I am away {span}", f"I'm away {span}", f"absent {span}", f"out {span}", f"on holiday {span}", f"not in the office {span}"])]
    sentences = [f"I am out of the office {span}."]
    if back:
        facts.append(rng.choice([f"back on {back}", f"I will be back on {back}", f"return on {back}"]) if not back.startswith(("tomorrow", "next", "the ")) else f"back {back}")
        sentences.append(f"I will be back on {back}." if not back.startswith(("tomorrow", "next", "the ")) else f"I will be back {back}.")
        if back.startswith("the "):
            facts[-1], sentences[-1] = f"back on {back}", f"I will be back on {back}."
    if has_contact:
        where = "" if contact is None else f" at {contact}"
        facts.append(rng.choice([f"contact {name}{where}", f"for urgent matters {name}{where}", f"in urgent cases contact {name}{where}", f"my replacement is {name}{where}",
            f"urgent things go to {name}{where}"]))
        sentences.append(f"For urgent matters, please contact {name}{where}.")
    listed = rng.choice([", ", ", ", "; ", ". "]).join(facts)
    if rng.random() < 0.15:
        listed = "\n" + "\n".join(f"- {fact}" for fact in facts)
    closed = listed if listed.endswith(".") else listed + "."
    text = say(rng, OFFICE, facts=listed, Facts=capital(closed.strip()) if not listed.startswith("\n") else closed.strip() + "\n")
    return Task("compose", [user(text)], " ".join(sentences))

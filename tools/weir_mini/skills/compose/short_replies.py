"""A reply in one or two fixed sentences to somebody who asks for a meeting: yes, no, another time, confirmed, thank you."""

from ... import values
from ...phrasing import fill, say
from ...task import Task, user
from ...wishes import wished

YES = "Hi {name}, that works for me. See you {when}."
NO = "Hi {name}, sorry, I cannot make it {when}."
MOVE = "Hi {name}, could we find another time? {When} does not work for me."
GOALS = [
    ("[accept|say yes to|agree to|I accept|say yes about|yes to|take up]", YES),
    ("[decline|say no to|turn down|refuse|I decline|no to|I have no time for|I can't come to]", NO),
    ("[ask to move|postpone|ask for another time for]", MOVE),
    ("[confirm|confirm that we come to]", "Hi {name}, I confirm {what} {when}."),
    ("[thank for|say thanks for]", "Hi {name}, thank you for {what}."),
]
# Said without an occasion.
BARE_GOALS = [
    ("[I can't come|I cannot come|I can't make it|say that I can't come|not possible|I have no time|I won't be there|I'm not free|can't do]", NO),
    ("[I'll be there|I will come|I am coming|yes, see you|that works|say that it works|sounds good, see you|fine with me|say that I come|yes]", YES),
    ("[another time than|can we meet another time than|ask for another time than|I need another slot than]", MOVE),
]
ASK = [
    "[Write|Draft|Give me|Send] [a|me a|] [short |brief |]reply to {name} [and|to|that we|:] ",
    "[Answer|Reply to|Write to|Write back to] {name}[:| and|, please] ",
    "Reply to {name}: ",
    "[Tell|Let] {name} [know |]in a [short |]reply: ",
    "{name} [wrote to me|asked|invited me]. [Reply|Answer|Write a reply] and ",
    "[Short|Brief] [reply|answer|note] to {name}[,|:] ",
    "[I want to answer|I need a reply to|I must reply to] {name}[:| and] ",
]
# What follows "that".
CLAUSES = [
    ("[I cannot come to|I can't come to|I cannot make it to|I can't make it to|I have no time for|I won't be at|I will not be able to come to|I am not free for|I have to miss]", NO),
    ("[I will come to|I am coming to|I'll be at|I'll come to|I can come to|I can make it to|I have time for|I'll join|I accept]", YES),
    ("[I need another time for|we need another time for|I would like another time for|I'd prefer another time for]", MOVE),
]
BARE_CLAUSES = [
    ("[I cannot come|I can't come|I can't make it|I cannot make it|I have no time|I won't be there|I'm not free|I am not free|I am busy|it is not possible]", NO),
    ("[I will come|I'll come|I am coming|I'll be there|I will be there|it works|that works|I can make it|I have time]", YES),
]
ASK_THAT = [
    "[Reply to|Answer|Write back to] {name} that ", "[Reply|Answer] to {name}[,| and] [say|saying] that ",
    "[Write|Draft|Send|I need|Give me] a [short |brief |quick |polite |]reply to {name} [that|saying that|saying] ",
    "[Tell|Let] {name} [know |]in a [short |]reply that ", "{name} [wrote to me|asked|invited me]. [Reply|Answer] that ", "[Short|Brief|Quick|Polite] [reply|answer] to {name}[:| saying| that] ",
    "[Can you|Could you|Please] [reply to|answer] {name} that ", "[My|The] reply to {name}: ",
]  # fmt: skip
OCCASIONS = (
    "the meeting, lunch, dinner, the call, the workshop, the party, coffee, the interview, the demo, the trip, the review, the visit, the wedding, the concert, the training, "
        "breakfast, the picnic, the lecture, "
    "the seminar, the hike, the barbecue, the show, the rehearsal, the game, the tour, the appointment, the conference, drinks, the presentation, the lesson, the birthday party, the "
        "film, the match, the walk"
).split(", ")


def moment(rng):
    day = f"on {values.pick(rng, 'weekday')}"
    return rng.choice([day, day, "tomorrow", f"at {values.clock(rng)}", f"{day} at {values.clock(rng)}", f"on {values.spoken_date(rng)}"])


def make(rng):
    is_bare, is_clause = rng.random() < 0.35, rng.random() < 0.4
    goals = (BARE_CLAUSES if is_bare else CLAUSES) if is_clause else BARE_GOALS if is_bare else GOALS
    goal, form = rng.choice(goals)
    slots = {"name": values.first_name(rng), "what": rng.choice(OCCASIONS), "when": moment(rng)}
    has_time = "{when}" in form or "{When}" in form
    asked = {**slots, "when": slots["when"] if has_time else ""}
    pattern = rng.choice(ASK_THAT if is_clause else ASK) + goal
    ask = wished(rng, say(rng, pattern + (" {when}[.|]" if is_bare else " {what} {when}[.|]"), **asked))
    slots["When"] = slots["when"][0].upper() + slots["when"][1:]
    return Task("compose", [user(" ".join(ask.split()).replace(" .", "."))], fill(form, slots))

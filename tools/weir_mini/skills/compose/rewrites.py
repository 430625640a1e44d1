"""Rewriting a sentence: politely, formally, shorter, in another tense or person, without its mistakes.

The convention, so that an answer follows from the request:

- polite, and an order made formal: "Could you please V?", "Please do not V.", "I would like X, please.", a question "Could you please tell me
  where X is?"; insults go; friendlier: "Hi! Could you please V? Thank you!"; more direct: the bare order
- formal: slang and short forms are written out, "hey" becomes "Hello,", "thanks" "Thank you"
- shorter: the long phrase becomes the short one, "I just wanted to let you know that" goes; fillers (um, like, you know) go
- tense, person, number, voice, question, denial: the same words in that form, "not" written out, "by" and the doer at the end of what was done
- two sentences in one: joined by "and" or the word that is asked for; the same doer is named once
- corrected texts keep their words; capitals and the last sign are put right in every answer
"""

from ...framing import framed
from ...phrasing import choose, pair, say
from ...task import Task, user
from ...wishes import wished
from . import clauses, sentences
from .clauses import addressed, capital, clause, piece
from .mending import KINDS as MENDING
from .sentences import LINES, PRONOUNS, WORDS, asked, order, other, passive, said, sentence, stated

DO = "[Rewrite|Rephrase|Reword|Say|Put|Write|Express]"
THIS = "[this|this sentence|the sentence|the following|it|the text|this line|this message]"


def task(rng, patterns, text, answer, **slots):
    ask = say(rng, choose(rng, rng.choice(patterns)), **slots)
    messages = framed(rng, ask, text, 0.08) if rng.random() < 0.5 else [user(pair(rng, wished(rng, ask), text))]
    return Task("compose", messages, answer)


def typed(rng, text):
    """A sentence as it is typed: mostly well, sometimes without its stop or its capital."""
    draw = rng.random()
    if draw < 0.2:
        text = text.rstrip(".")
    elif draw < 0.3:
        text = text[0].lower() + text[1:] if text.startswith(COMMON_STARTS) else text
        text = text.rstrip(".")
    return text


COMMON_STARTS = ("The ", "My ", "Our ", "His ", "Her ", "Their ", "We ", "They ", "He ", "She ", "You ", "Your ", "It ", "There ")
POLITE = [
    f"{DO} {THIS} [politely|in a polite way|more politely|nicely|as a polite request|in a kinder way|in a nicer way|with good manners|courteously]",
    f"[Make|Turn] {THIS} [polite|more polite|politer|into a polite request|nicer|kinder|less rude|less bossy|into a polite question]",
    "[Polite version|A politer version|Nicer version|The polite form|Politely, please|More polite][:|]",
    f"[How do I say|How can I say|How would you say|How can I put|How should I word] {THIS} [politely|nicely|in a polite way|without being rude]?",
    f"[This is|This sounds] too [rude|harsh|direct|bossy], [make it polite|make it politer|rewrite it politely|soften it|say it nicely]",
    f"[Soften|Be polite|Tone down] {THIS}",
    "[Change|Convert|Turn] [the order|this order|this command|the command|this demand] into a polite [request|question]",
]
FORMAL = [
    f"{DO} {THIS} [formally|more formally|in a formal way|in formal English|in business English|professionally|in a professional tone|in formal style|for a business email]",
    f"[Make|Turn] {THIS} [formal|more formal|professional|more professional|into formal English|sound professional|sound formal|businesslike]",
    "[Formal version|A more formal version|Professional version|Formally, please|Business English][:|]",
    f"[How do I say|How would you write|How can I put] {THIS} [formally|in a formal email|professionally|to my boss]?",
    f"[This is|This sounds] too [casual|informal|sloppy], [make it formal|rewrite it formally|make it more professional]",
    "[Clean up|Tidy up|Get rid of] the slang",
]
FRIENDLY = [
    f"[Make|Turn] {THIS} [friendlier|more friendly|sound friendlier|warmer|sound warmer|sound nicer and warmer]",
    f"{DO} {THIS} [in a friendlier way|in a friendly way|in a friendly tone|in a warmer tone|more warmly]",
    "[Friendlier version|Friendlier, please|A friendlier version|Friendly tone][:|]",
]
DIRECT = [
    f"[Make|Turn] {THIS} [more direct|into a command|an order|into an order|into a direct order|less polite|imperative]",
    f"{DO} {THIS} [as a command|as an order|as a direct instruction|as an imperative|in the imperative|without the politeness]",
    "[More direct version|As a command|As an order|Imperative form][:|]",
]


def imperative(rng):
    """(an order without its stop, whether it forbids)"""
    if rng.random() < 0.6:
        found = addressed(clause(rng, "ask"))
    else:
        found = order(sentence(rng)).rstrip(".")
        found = found[0].lower() + found[1:]
    return (found[4:], True) if found.startswith("not ") else (found, rng.random() < 0.1)


def rude(rng, command, forbids):
    """The order as an impatient person writes it."""
    if forbids:
        return choose(rng, "[Don't|Do not|Never|don't|You must not|You can't|I don't want you to] ") + command + rng.choice(["!", ".", "", "!!"])
    if rng.random() < 0.12 and " the " in command:
        command = command.replace(" the ", f" the {rng.choice(WORDS['rude'])} ", 1)
    form = rng.choice(["{c}", "{c}", "{c}", "{C}", "{C}", "{C}!", "{C}!", "{C}.", "You must {c}", "you must {c}", "You have to {c}!", "I want you to {c}", "I need you to {c}",
        "You need to {c}.", "You should {c}.", "Just {c}!", "You'd better {c}"])
    text = form.replace("{c}", command).replace("{C}", capital(command))
    if rng.random() < 0.1 and text[-1].isalnum():
        text += ", " + rng.choice(INSULTS)
    return text


INSULTS = [entry.strip() for line in LINES["insult"] for entry in line.split("|")]
QUESTIONS = [
    ("where is {x}", "where {x} is"), ("when is {x}", "when {x} is"), ("where's {x}", "where {x} is"), ("how much is {x}", "how much {x} is"), ("what is {x}", "what {x} is"),
    ("when does {x} open", "when {x} opens"), ("when does {x} close", "when {x} closes"), ("how much does {x} cost", "how much {x} costs"), ("what does {x} cost", "what {x} costs"),
    ("when does {x} start", "when {x} starts"), ("who has {x}", "who has {x}"), ("who is responsible for {x}", "who is responsible for {x}"), ("is {x} free", "whether {x} is free"),
    ("is {x} ready", "whether {x} is ready"), ("where did you put {x}", "where you put {x}"), ("why is {x} late", "why {x} is late"), ("when will {x} be ready", "when {x} will be ready"),
        ("who took {x}", "who took {x}"),
    ("where can I find {x}", "where I can find {x}"), ("what happened to {x}", "what happened to {x}"), ("is {x} still available", "whether {x} is still available"), ("how old is {x}",
        "how old {x} is"),
]  # fmt: skip


def polite(rng):
    draw, patterns = rng.random(), POLITE if rng.random() < 0.85 else FORMAL
    if draw < 0.68:
        command, forbids = imperative(rng)
        return task(rng, patterns, rude(rng, command, forbids), f"Please do not {command}." if forbids else f"Could you please {command}?")
    if draw < 0.8:
        wanted = piece(rng, "[a {object}|the {object}|some {food}|a refund|a refund for order {code}|my {object} back|the {doc} [{deadline}|]|a table for {k} [{moment}|]|a room "
            "[{moment}|]|more {food}|an answer [{deadline}|]|an appointment {moment}|the manager|two {objects}|a discount]")
        return task(rng, patterns, choose(rng, "[I want|i want|I wanna have|I demand|want] ") + wanted + rng.choice(["", ".", "!"]), f"I would like {wanted}, please.")
    question, told = rng.choice(QUESTIONS)
    thing = piece(rng, "[the {object}|my {object}|the {doc}|the {place}|the {event}|the {gadget}|my order|my {item}|the {color} {object}]").replace("~his", "your")
    question = question.replace("{x}", thing)
    return task(rng, patterns, (capital(question) if rng.random() < 0.6 else question) + rng.choice(["?", "?", "??", "", "?!"]), f"Could you please tell me {told.replace('{x}', thing)}?")


def friendly(rng):
    command, _ = imperative(rng)
    if rng.random() < 0.3:
        return task(rng, DIRECT, rng.choice([f"Could you please {command}?", f"Would you please {command}?", f"Could you {command}, please?", f"Can you please {command}?",
            f"Would you be so kind as to {command}?", f"I would be grateful if you could {command}."]), capital(command) + ".")
    return task(rng, FRIENDLY, typed(rng, capital(command) + "."), f"Hi! Could you please {command}? Thank you!")


SLANG = [tuple(part.strip() for part in line.split(" > ")) for line in LINES["slang"]]


def formal(rng):
    informal, form = rng.choice(SLANG)
    informal = choose(rng, informal)
    if "{c}" in informal or "{C}" in informal:
        fact = plainly(rng)
        found, result = (p.replace("{c}", fact).replace("{C}", capital(fact)) for p in (informal, form))
    else:
        names = dict.fromkeys(clauses.SLOT.findall(informal))
        slots = {name: gerunded(rng) if name == "deed_ing" else addressed(clauses.drawn(rng, name)) for name in names}
        found, result = (filled(p, slots) for p in (informal, form))
    if rng.random() < 0.2:
        found = found.lower() if not any(sign.isupper() for sign in clauses.lowered(found)[1:]) else found
    return task(rng, FORMAL, clauses.AN.sub(r"\1n ", found), clauses.AN.sub(r"\1n ", result))


def filled(pattern, slots):
    for name, value in slots.items():
        pattern = pattern.replace("{" + name + "}", value)
    return " ".join(pattern.split())


def gerunded(rng):
    verb, nouns = rng.choice(sentences.TRANSITIVE)
    return f"{verb.ing} the {rng.choice(nouns)}"


def plainly(rng):
    """A statement without short forms, as it stands within a sentence."""
    while True:
        found = addressed(clause(rng, rng.choice(["me", "you", "thing"]))) if rng.random() < 0.6 else said(sentence(rng))
        if "'" not in found:
            return found


SHORTER = [
    f"[Make|Keep] {THIS} [shorter|short|concise|more concise|brief|briefer|less wordy|crisper]",
    f"[Shorten|Tighten|Condense|Trim] {THIS}",
    f"{DO} {THIS} [in fewer words|more briefly|more concisely|shorter|more simply]",
    "[Shorter|Shorter please|Shorter version|Concise version|More concise|In fewer words][:|]",
    f"[This is|It is|That's] too [long|wordy|long-winded], [shorten it|make it shorter|make it concise]",
    "[Cut|Remove] the [empty phrases|padding|unnecessary words]",
]
FILLERS = [
    "[Remove|Delete|Cut|Take out|Drop|Strip|Get rid of] [the|all|all the] filler words[ from this| from the sentence| here|]",
    f"[Clean up|Tidy up] [this transcript|the transcript|what he said|this quote] [by removing|: remove] the [filler words|fillers|ums and uhs]",
    f"{DO} {THIS} without [the filler words|fillers|filler words|the ums|um and uh]",
    "[Without filler words|No filler words|No fillers, please][:|]",
]
WORDY = [tuple(part.strip() for part in line.split(" > ")) for line in LINES["wordy"]]


def shorter(rng):
    if rng.random() < 0.35:
        one, other_one = plainly(rng), plainly(rng)
        long, short = rng.choice(WORDY)
        return task(rng, SHORTER, typed(rng, capital(f"{one} {long} {other_one}.")), capital(f"{one} {short} {other_one}."))
    fact = plainly(rng)
    return task(rng, SHORTER, typed(rng, capital(f"{choose(rng, rng.choice(LINES['wordy_open']))} {fact}.")), capital(fact) + ".")


def fillers(rng):
    fact = plainly(rng)
    words = fact.split(" ")
    for _ in range(rng.choice([1, 1, 2, 3])):
        at = rng.randrange(len(words))
        filler = rng.choice(WORDS["filler"])
        if at == 0:
            words[0] = f"{filler}, {words[0]}"
        elif not words[at - 1].endswith(","):
            words[at - 1] += ","
            words[at] = f"{filler}, {words[at]}"
    return task(rng, FILLERS, typed(rng, capital(" ".join(words)) + "."), capital(fact) + ".")


QUESTION = [f"[Turn|Make|Change|Convert|Transform] {THIS} into a [question|yes-no question|yes/no question]", f"{DO} {THIS} as a question",
    "[As a question|Question form|Into a question|Make a question of it][:|]", f"[Ask|Formulate] {THIS} as a question",
        "[What is the question for this statement|Turn the statement into a question][?|]"]
STATEMENT = [f"[Turn|Make|Change|Convert] {THIS} into a statement", f"{DO} [this question|it] as a statement", "[As a statement|Statement form|Into a statement][:|]",
    "[Turn|Change] the question into a statement"]
PASSIVE = [f"{DO} {THIS} in the passive[ voice|]", f"[Make|Turn] {THIS} passive", f"[Turn|Change|Convert|Transform|Put] {THIS} [in|]to [the passive|passive voice|the passive voice]",
    "[Passive voice|In the passive|Passive|Passive form][:|]", "[What is the passive of this|Passive, please][?|]"]
ACTIVE = [f"{DO} {THIS} in the active[ voice|]", f"[Make|Turn] {THIS} active", f"[Turn|Change|Convert|Transform] {THIS} into [the active|active voice|the active voice]",
    "[Active voice|In the active|Active form][:|]"]
NEGATIVE = [f"[Make|Turn] {THIS} negative", f"[Negate|Deny] {THIS}", f"{DO} {THIS} [in the negative|as a negative sentence|with not|in negative form]",
    "[Negative form|Negative|As a negative sentence|The negation][:|]", f"[Turn|Change] {THIS} into a negative sentence"]
POSITIVE = [f"[Make|Turn] {THIS} [positive|affirmative]", f"{DO} {THIS} [in the affirmative|as a positive sentence|without not|without the negation]",
    "[Positive form|Affirmative form|As a positive sentence][:|]", f"[Remove|Take out] the negation"]
TENSES = {
    "past": "[past tense|past|simple past|past simple]", "present": "[present tense|present|simple present|present simple]", "future": "[future tense|future|future with will|will future]",
    "perfect": "[present perfect|present perfect tense]", "is doing": "[present continuous|present progressive]", "was doing": "[past continuous|past progressive]",
}  # fmt: skip
TENSE = [f"{DO} {THIS} in the {{t}}", f"[Change|Turn|Convert|Transform|Put] {THIS} [in|]to the {{t}}", f"[Make|Put] {THIS} {{t}}", "[In the |Into the |]{t}[:| please:|, please|]",
    "[Use|Change the verb to|Change the tense to] the {t}"]
PERSONS = {"I": "[first person|first person singular|first person (I)|I form]", "we": "[first person plural|we form|first person plural (we)]",
    "you": "[second person|you form|second person (you)]", "he": "[third person, he|third person singular (he)|he form]",
           "she": "[third person, she|third person singular (she)|she form]", "they": "[third person plural|they form|third person plural (they)]"}  # fmt: skip
PERSON = [f"{DO} {THIS} in the {{p}}", f"[Change|Turn|Convert|Put] {THIS} [in|]to the {{p}}", "[In the |Into the |]{p}[:|]", f"[Change|Switch] the [person|subject] to {{w}}",
    f"{DO} {THIS} with {{w}} [as the subject|as subject|instead]"]

def mood(rng):
    """A question, a statement, a denial or the opposite of it."""
    s = sentence(rng, tense=rng.choice(["past", "past", "present", "future", "perfect", "can", "should", "must", "is doing", "was doing"]))
    draw = rng.random()
    if draw < 0.4:
        return task(rng, QUESTION, typed(rng, stated(s)), asked(s))
    if draw < 0.5:
        return task(rng, STATEMENT, asked(s), stated(s))
    if draw < 0.85:
        return task(rng, NEGATIVE, typed(rng, stated(s)), stated(other(s, denied=True)))
    text = stated(other(s, denied=True))
    return task(rng, POSITIVE, typed(rng, shortened(text) if rng.random() < 0.5 else text), stated(s))


def shortened(text):
    for full in ("did", "does", "do", "has", "have", "is", "are", "was", "were", "should", "must"):
        if f" {full} not " in text:
            return text.replace(f" {full} not ", f" {full}n't ", 1)
    return text.replace(" cannot ", " can't ", 1).replace(" will not ", " won't ", 1)


def voice(rng):
    s = sentence(rng, transitive=True, tense=rng.choice(["past", "past", "past", "present", "future", "perfect", "can", "must", "should", "is doing", "was doing"]))
    if rng.random() < 0.7:
        return task(rng, PASSIVE, typed(rng, stated(s)), passive(s))
    return task(rng, ACTIVE, typed(rng, passive(s)), stated(s))


def tense(rng):
    s = sentence(rng, tense=rng.choice(["past", "present", "present", "future", "perfect", "is doing"]))
    if s.verb.past == s.verb.base and s.tense in ("past", "present") and not (s.who.person == 3 and not s.who.is_plural):
        s = other(s, tense="future")
    target = rng.choices(list(TENSES), [8, 5, 7, 3, 2, 1])[0]
    while target == s.tense:
        target = rng.choice(["past", "future", "present"])
    denied = rng.random() < 0.08
    return task(rng, TENSE, typed(rng, stated(other(s, denied=denied))), stated(other(s, tense=target, denied=denied)), t=choose(rng, TENSES[target]))


def person(rng):
    """I read my book -> she read her book."""
    one, two = rng.sample(list(PRONOUNS), 2)
    verb, nouns = rng.choice(sentences.TRANSITIVE)
    noun, tail = rng.choice(nouns), rng.choice(WORDS["where"]) if rng.random() < 0.3 else ""
    own = rng.random() < 0.6
    when = rng.choice(["past", "present", "future"])
    found = []
    for who in (one, two):
        pronoun = PRONOUNS[who]
        what = sentences.Noun(f"{pronoun.his if own else 'the'} {noun}")
        found.append(stated(sentences.Sentence(pronoun, verb, what, tail, when)))
    return task(rng, PERSON, typed(rng, found[0]), found[1], p=choose(rng, PERSONS[two]), w=rng.choice([two, f'"{two}"', f"'{two}'"]))


def number(rng):
    word = rng.choice(WORDS["subject"])
    s = sentence(rng, tense=rng.choice(["present", "present", "past", "future", "perfect", "is doing"]), who=sentences.Noun(f"the {word}"))
    many = other(s, who=sentences.Noun(f"the {clauses.plural(word)}", 3, True))
    if rng.random() < 0.65:
        return task(rng, ["[Make|Change|Turn] the subject [plural|into the plural|to the plural]", f"{DO} {THIS} with a plural subject", "[Put|Set] the subject [in|into] the plural"],
            typed(rng, stated(s)), stated(many))
    return task(rng, ["[Make|Change|Turn] the subject [singular|into the singular|to the singular]", f"{DO} {THIS} with a singular subject", "[Put|Set] the subject [in|into] the singular"],
        typed(rng, stated(many)), stated(s))


COMBINE = ["[Combine|Join|Merge|Connect] [these|the|both|these two|the two] sentences[ into one| to one sentence| in one sentence|]", f"[Make|Write] one sentence of [these|this|the two]",
    "[One sentence|In one sentence|As one sentence, please|Into one sentence][:|]"]
COMBINE_WITH = ["[Combine|Join|Merge|Connect] [these|the|both|these two|the two] sentences [with|using] {w}", "[Make|Write] one sentence with {w}",
    "[Use|Join with] {w} to [make one sentence|connect them]"]
SPLIT = [f"[Split|Break|Divide|Cut] {THIS} [into two|into two sentences|up into two sentences]", "[Make|Write] two sentences of [this|it]", "[Two sentences|As two sentences, please][:|]"]


def combine(rng):
    one = sentence(rng)
    same = rng.random() < 0.45
    two = sentence(rng, who=one.who if same else None, tense=one.tense)
    text = f"{stated(one)} {stated(two)}"
    draw = rng.random()
    if draw < 0.2:
        return task(rng, SPLIT, capital(f"{said(one)}, and {said(two)}." if rng.random() < 0.4 else f"{said(one)} and {said(two)}."), text)
    if draw < 0.55:
        word = rng.choice(["because", "but", "so", "although", "while", "when", "before", "after", "if", "or"])
        return task(rng, COMBINE_WITH, text, capital(f"{said(one)} {word} {said(two)}."), w=rng.choice([word, f'"{word}"', f"'{word}'"]))
    second = f"{sentences.predicate(two)} {sentences.after(two)}".strip() if same and one.who.text == two.who.text else said(two)
    if rng.random() < 0.2:
        text = text.replace(". ", "\n", 1).rstrip(".")
    return task(rng, COMBINE, text, capital(f"{said(one)} and {second}."))


BULLETS = [f"[Turn|Make|Put|Convert|Change] {THIS} into bullet points", f"{DO} {THIS} as bullet points", "[As bullet points|As a bullet list|Bullet points|Bulleted list][:| please:|]",
    f"[List|Show] the [sentences|points|steps] as bullet points"]
INSTRUCTION = [f"[Turn|Make|Change|Convert] {THIS} into an instruction", f"{DO} {THIS} as an instruction", "[As an instruction|As a step|Instruction form|As a step of a manual][:|]",
    f"[Write|Put] {THIS} as [an instruction|a step in a manual]"]


def bullets(rng):
    if rng.random() < 0.5:
        lines = [capital(plainly(rng)) + "." for _ in range(rng.choice([2, 3, 3, 4]))]
        return task(rng, BULLETS, " ".join(lines), "\n".join(f"- {line}" for line in lines))
    deeds = [addressed(piece(rng, "{deed}")) for _ in range(rng.choice([2, 3, 3, 4]))]
    open_ = choose(rng, "[We need to|I have to|You should|Please|Today I must|Tomorrow we will|Don't forget to|I still need to|Remember to] ")
    return task(rng, BULLETS, open_ + ", ".join(deeds[:-1]) + f" and {deeds[-1]}.", "\n".join(f"- {deed}" for deed in deeds))


def instruction(rng):
    command, forbids = imperative(rng)
    if forbids:
        return task(rng, INSTRUCTION, choose(rng, "[You should not|You must not|The user must not|Users must not|You are not allowed to|It is forbidden to|Nobody may] ") + command + ".",
            f"Do not {command}.")
    return task(rng, INSTRUCTION, choose(rng, "[You should|You must|The user has to|The user must|You have to|It is necessary to|You need to|Then you|The next step is to|We want you "
        "to|First you have to|Every employee must|It is important to] ") + command + ".", capital(command) + ".")


KINDS = [(polite, 12), (friendly, 4), (formal, 8), (shorter, 6), (fillers, 3), (mood, 9), (voice, 6), (tense, 9), (person, 4), (number, 2), (combine, 5), (bullets, 3), (instruction, 3), *MENDING]
MAKERS, SHARES = [kind for kind, _ in KINDS], [share for _, share in KINDS]


def make(rng):
    found = rng.choices(MAKERS, SHARES)[0](rng)
    return found if isinstance(found, Task) else task(rng, *found)

"""Mistakes put right and single words changed: capitals, signs, spelling, grammar, short forms, British and American, word forms.

Each maker gives (the ways to ask, the text, the answer). What was broken is made from a right sentence, which is the answer.
"""

import re
from collections import Counter

from ... import values
from ...phrasing import choose, say, typo
from ...task import Task, user
from ...words import vocabulary
from . import clauses, sentences
from .clauses import addressed, capital, clause, plural
from .sentences import LINES, WORDS, asked, said, sentence, stated

THIS = "[this|this sentence|the sentence|the following|the text|this line|this message|it]"
KNOWN = {"I"} | set(clauses.GIVEN) | set(values.BASIC["weekday"]) | set(values.BASIC["month"])
UPPER = re.compile(r"\b[A-Z]\w*")
MARKED = re.compile(r"[@#_/:()]|[A-Za-z]\d|\d[A-Za-z]|https?|'s\b")
CAPITALS = [
    f"[Fix|Correct|Repair|Mend] the [capitalisation|capitalization|capital letters|capitals|upper and lower case][ in {THIS}|]",
    f"[Capitalize|Capitalise] {THIS} [correctly|properly|as it should be]",
    f"[Write|Put] {THIS} with [proper|correct|the right|normal] [capitalization|capital letters|capitals]",
    "[Proper capitalization|Correct capitals|Fix caps|Sentence case with names][:| please:|]",
    "[My caps lock was on|My shift key is broken|I typed this in a hurry], [fix|correct] the [capitals|capitalization]",
]
SIGNS = [
    f"[Fix|Correct|Add|Repair] the [missing |][punctuation|punctuation marks][ in {THIS}|]",
    f"[Punctuate|Add punctuation to] {THIS}[ correctly| properly|]",
    "[Correct punctuation|Punctuation please|With punctuation][:|]",
    f"[Put|Write] {THIS} with [proper|correct|the right] punctuation",
]
SPELLING = [
    f"[Fix|Correct|Check|Repair] the [spelling|typos|spelling mistakes|typing errors|misspellings|spelling errors|typo][ in {THIS}|]",
    f"[Spell-check|Spellcheck|Proofread|Correct] {THIS}",
    "[Spelling|Typos|Correct spelling|Correct the typos|Fix typos][:|, please:|]",
    f"[Rewrite|Write] {THIS} [without typos|without spelling mistakes|with correct spelling|spelled correctly|without the typos]",
    f"[I can't spell|My spelling is bad|There are typos in this|I typed too fast], [fix it|correct it|please correct it]",
]
GRAMMAR = [
    f"[Fix|Correct|Repair|Check] the [grammar|grammar mistake|grammar mistakes|grammatical error|mistake|error][ in {THIS}|]",
    f"[Correct|Fix] {THIS}",
    "[Correct English|Grammar|In correct English|Grammar check|Correct the English][:| please:|]",
    f"[Rewrite|Write|Say] {THIS} [correctly|in correct English|without mistakes|without the mistake|with correct grammar]",
    f"[What is the correct form of|How do I say] {THIS} [in correct English|correctly|properly]?",
    "[English is not my first language|My English is poor], [please correct|correct|fix] this",
]
BOTH = ["[Fix|Correct] [the spelling and punctuation|the spelling and capitalization|all mistakes|all the mistakes|everything|the errors|the mistakes]",
    "[Proofread|Clean up|Correct|Tidy up] [this|this message|this sentence|my text]", "[Make this|Write this in] [proper English|correct|clean]"]
LONG = ["[Expand|Write out|Spell out|Undo|Remove] the contractions[ in this| in the sentence|]", "[Rewrite|Write|Say] [this|it|the sentence] without contractions",
    "[No contractions|Without contractions|Full forms|Without short forms][:|, please|]", "[Write|Put] the short forms in full"]
SHORT = ["[Use|Add|Insert] contractions[ in this| in the sentence|]", "[Rewrite|Write|Say] [this|it|the sentence] with contractions",
    "[With contractions|Contracted|Short forms][:|, please|]", "[Contract|Shorten] the [verbs|full forms][ where possible|]"]
AMERICAN = ["[Change|Turn|Convert|Rewrite|Put|Translate] [this|it|the text|the spelling] [in|]to American [English|spelling]",
    "[American spelling|US spelling|In American English|US English][:|]", "[Use|Write this with|Make it] American spelling"]
BRITISH = ["[Change|Turn|Convert|Rewrite|Put|Translate] [this|it|the text|the spelling] [in|]to British [English|spelling]",
    "[British spelling|UK spelling|In British English|UK English][:|]", "[Use|Write this with|Make it] British spelling"]
WORD_MARKS = ["{}", "{}", "{}", '"{}"', "'{}'", "“{}”", "`{}`", "*{}*"]
ASK_WORD = [
    "[What is|What's|Give me|Tell me|Write|Form|Name|I need|Do you know] the {t} of {w}", "the {t} of {w}", "{t} of {w}", "{t}: {w}", "{w}: {t}", "{w} - {t}", "{w}, {t}", "{w} in the {t}",
        "{w} -> {t}", "[Write|Put] {w} in the {t}",
    "[Which word is|What would be] the {t} of {w}", "[How do I form|How do you write|How do you spell] the {t} of {w}", "{w}: what is the {t}", "{w}. {t} [please|of that|of this word]",
        "[Give|Show] [me |]the {t} for the word {w}", "[I'm looking for|I am looking for] the {t} of {w}",
]  # fmt: skip
TERMS = {
    "opposite": "[opposite|antonym|opposite]", "comparative": "[comparative|comparative form]", "superlative": "[superlative|superlative form]", "plural": "[plural|plural form]",
        "singular": "[singular|singular form]",
    "past": "[past tense|past|simple past|past form]", "participle": "[past participle|participle]", "ing": "[ing form|-ing form|gerund|present participle]",
        "third": "[third person singular|he/she/it form|third person]",
}  # fmt: skip


def line(rng):
    """A right sentence, its stop included."""
    draw = rng.random()
    if draw < 0.45:
        text = addressed(clause(rng, rng.choice(["me", "you", "thing"])))
        return capital(text) + "."
    s = sentence(rng, tense=rng.choice(["past", "present", "future", "perfect", "can", "is doing"]))
    return asked(s) if draw < 0.6 else stated(s)


def plain(rng):
    """One whose capitals everybody knows, without codes and addresses."""
    while True:
        text = line(rng)
        names = UPPER.findall(text[1:])
        if not MARKED.search(text) and all(name in KNOWN for name in names) and len(text) < 160:
            return text


def capitals(rng):
    text = " ".join(plain(rng) for _ in range(rng.choice([1, 1, 1, 2])))
    draw = rng.random()
    if draw < 0.6:
        broken = text.lower()
    elif draw < 0.8:
        broken = text.upper()
    elif draw < 0.9:
        broken = "".join(sign.upper() if rng.random() < 0.35 else sign.lower() for sign in text)
    else:
        broken = " ".join(word[0].upper() + word[1:] for word in text.split(" "))
    return CAPITALS, broken, text


def signs(rng):
    texts = [plain(rng) for _ in range(rng.choice([1, 1, 2]))]
    text = " ".join(texts)
    broken = text.replace("'", "").rstrip(".?")
    if len(texts) > 1 and rng.random() < 0.7:
        broken = " ".join(part.rstrip(".?") for part in texts).replace("'", "")
    if rng.random() < 0.1:
        broken = broken + " ." if text.endswith(".") else broken + " ?"
    return SIGNS, broken, text


MISSPELLED = {}
for entry in LINES["misspelled"]:
    right, _, wrong = entry.partition(" > ")
    MISSPELLED[right] = [word.strip() for word in wrong.split(",")]
WORD = re.compile(r"[A-Za-z]+")


def misspelled(rng, text, most):
    """The text with up to so many of its words spelled as people spell them, or slipped on the keys."""
    found = [match for match in WORD.finditer(text) if match.group() in MISSPELLED]
    for match in sorted(rng.sample(found, min(most, len(found))), key=lambda m: -m.start()):
        text = text[: match.start()] + rng.choice(MISSPELLED[match.group()]) + text[match.end() :]
    return text, len(found)


SMALL = re.compile(r"(?<![\w'])[a-z]{5,}(?![\w'])")
ENGLISH = frozenset(vocabulary())


def slipped(rng, text):
    """A slip in one word of small letters."""
    found = list(SMALL.finditer(text))
    if not found:
        return text
    match = rng.choice(found)
    word = match.group()
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        word = word[:at] + word[at + 1 :]
    elif kind == 1:
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    elif kind == 2:
        word = word[:at] + word[at] + word[at:]
    else:
        word = typo(rng, word) if len(word) > 4 else word[:at] + word[at] + word[at:]
    return text if word in ENGLISH else text[: match.start()] + word + text[match.end() :]


def spelling(rng):
    if rng.random() < 0.4:
        text = capital(clauses.piece(rng, rng.choice(LINES["spell_sentences"]).replace("{subject}", "the {subject}"))).replace("~his", "your")
        text += "?" if text.startswith(("Would", "Which")) else "."
        broken, _ = misspelled(rng, text, rng.choice([1, 2, 2, 3]))
    else:
        text = plain(rng)
        broken, _ = misspelled(rng, text, rng.choice([0, 1]))
        for _ in range(rng.choice([1, 1, 2, 3])):
            broken = slipped(rng, broken)
    if broken == text:
        return spelling(rng)
    return SPELLING, broken.rstrip(".") if rng.random() < 0.15 else broken, text


def everything(rng):
    text = plain(rng)
    broken = (slipped(rng, text) if rng.random() < 0.8 else text).lower().rstrip(".?").replace("'", "")
    return BOTH, broken, text


PAIRS = [("your {object} is {where}", "you're {object} is {where}"), ("you're late for the {event}", "your late for the {event}"), ("they're at the {place}", "their at the {place}"),
    ("they lost their {object}", "they lost they're {object}"),
         ("the {pet} wagged its tail", "the {pet} wagged it's tail"), ("it's too late for the {event}", "its too late for the {event}"), ("there are two {objects} in the {room}",
             "there is two {objects} in the {room}"), ("the {object} is bigger than the {gadget}", "the {object} is bigger then the {gadget}"),
         ("I have lived in {town} for {n} years", "I live in {town} since {n} years"), ("she doesn't like {food}", "she don't like {food}"), ("he doesn't have a {object}",
             "he don't have a {object}"), ("we were at the {place} {past_day}", "we was at the {place} {past_day}"),
         ("I am {n} years old", "I have {n} years old"), ("there is too much {food}", "there is too many {food}"), ("how many {objects} do you have", "how much {objects} do you have"),
             ("I don't have any {objects}", "I don't have no {objects}"),
         ("he didn't go to the {event}", "he didn't went to the {event}"), ("did you see the {object}", "did you saw the {object}"), ("the {objects} are in the {room}",
             "the {objects} is in the {room}"), ("she is taller than {given}", "she is more taller than {given}"),
         ("{given} and I went to the {place}", "me and {given} went to the {place}"), ("I look forward to seeing you {moment}", "I look forward to see you {moment}"),
             ("he is good at {sport}", "he is good in {sport}"), ("I am interested in the {object}", "I am interested for the {object}"),
         ("we discussed the {subject}", "we discussed about the {subject}"), ("she is married to {given}", "she is married with {given}"), ("it depends on the {subject}",
             "it depends of the {subject}"), ("everybody knows the {place}", "everybody know the {place}"),
         ("this {object} is mine", "this {object} is my"), ("these {objects} are too small", "this {objects} are too small"), ("I need some information about the {subject}",
             "I need an information about the {subject}"), ("he gave me good advice", "he gave me a good advice"),
         ("she speaks very good English", "she speak very good English"), ("the news is good", "the news are good"), ("I have seen {given} {where}", "I have saw {given} {where}"),
             ("he has gone to {town}", "he has went to {town}")]  # fmt: skip


def grammar(rng):
    draw = rng.random()
    if draw < 0.3:
        right, wrong = rng.choice(PAIRS)
        names = dict.fromkeys(clauses.SLOT.findall(right + wrong))
        slots = {name: addressed(clauses.drawn(rng, "in_place" if name == "where" else name)) for name in names}
        for name, value in slots.items():
            right, wrong = right.replace("{" + name + "}", value), wrong.replace("{" + name + "}", value)
        sign = "?" if right.startswith(("how ", "did ")) else "."
        return GRAMMAR, capital(clauses.AN.sub(r"\1n ", wrong)) + (sign if rng.random() < 0.8 else ""), capital(clauses.AN.sub(r"\1n ", right)) + sign
    s = sentence(rng, tense=rng.choice(["present", "present", "past", "past", "perfect", "future", "is doing"]))
    right = said(s)
    is_third = s.who.person == 3 and not s.who.is_plural
    if s.tense == "present":
        wrong = right.replace(f"{s.who.text} {sentences.predicate(s)}", f"{s.who.text} {s.verb.base if is_third else s.verb.third}", 1)
    elif s.tense == "past":
        regular = sentences.past_of(s.verb.base)
        if regular == s.verb.past:
            right = said(sentences.other(s, denied=True))
            wrong = f"{s.who.text} did not {s.verb.past} {sentences.after(s)}".strip()
        else:
            wrong = right.replace(f" {s.verb.past}", f" {regular}", 1)
    elif s.tense == "perfect":
        wrong = right.replace(" has ", " have ", 1) if is_third else right.replace(" have ", " has ", 1)
    elif s.tense == "future":
        wrong = right.replace(f" will {s.verb.base}", f" will {rng.choice([s.verb.ing, 'to ' + s.verb.base, s.verb.third])}", 1)
    else:
        being = sentences.be(s.who, "present")
        wrong = right.replace(f" {being} ", f" {'are' if being != 'are' else 'is'} ", 1)
    if " an " in right and rng.random() < 0.3:
        wrong = right.replace(" an ", " a ", 1)
    return GRAMMAR, capital(wrong) + (rng.choice([".", ".", ""])), capital(right) + "."


TEXTED = {"you": "u", "are": "r", "your": "ur", "please": "pls", "tomorrow": "tmrw", "because": "bc", "people": "ppl", "see": "c", "today": "2day", "thanks": "thx", "with": "w/",
    "minutes": "mins", "before": "b4", "later": "l8r", "great": "gr8", "tonight": "2nite",
          "Monday": "mon", "Tuesday": "tue", "Wednesday": "wed", "Thursday": "thu", "Friday": "fri", "Saturday": "sat", "Sunday": "sun", "weekend": "wknd", "message": "msg", "number": "no.",
              "appointment": "appt", "and": "&", "birthday": "bday"}  # fmt: skip
WRITE_OUT = ["[Write|Put] [this|it|the text|this message] [in proper English|out in full|in full words|without abbreviations|in full sentences]", "[Expand|Write out] the abbreviations",
    "[Translate|Turn|Convert|Change] [this text speak|this text message|this] into [proper|normal|correct|standard] English",
        "[No text speak|Without text speak|In normal English|In full words][:|, please|]", "[What does this text mean in proper English|How would this be in normal English]?"]


def texted(rng):
    """A message as it is typed on a telephone."""
    while True:
        text = plain(rng)
        words = [TEXTED.get(word, word) for word in text.rstrip(".?").split(" ")]
        broken = " ".join(words).replace("You ", "U ").replace("Your ", "Ur ").replace("'", "")
        if broken != text.rstrip(".?").replace("'", "") and "?" not in text[:-1]:
            return WRITE_OUT, clauses.lowered(broken[0].lower() + broken[1:]), text


CONTRACTIONS = [("I am ", "I'm "), ("I will ", "I'll "), ("I have ", "I've "), ("we are ", "we're "), ("we will ", "we'll "), ("they are ", "they're "), ("you are ", "you're "),
    ("you will ", "you'll "), ("cannot ", "can't "), ("will not ", "won't "),
                ("is not ", "isn't "), ("are not ", "aren't "), ("was not ", "wasn't "), ("were not ", "weren't "), ("does not ", "doesn't "), ("do not ", "don't "), ("did not ", "didn't "),
                    ("has not ", "hasn't "), ("have not ", "haven't "), ("should not ", "shouldn't "),
                ("can not ", "can't "), ("he is ", "he's "), ("she is ", "she's "), ("it is ", "it's "), ("they will ", "they'll "), ("we have ", "we've "), ("he will ", "he'll "),
                    ("she will ", "she'll "), ("I would ", "I'd "), ("must not ", "mustn't ")]  # fmt: skip
PERFECT = re.compile(r"\b(I|[Ww]e) have (?=just|already|not|found|sent|paid|seen)")


def contracted(rng):
    """The full sentence and the same with short forms."""
    while True:
        if rng.random() < 0.55:
            s = sentence(rng, tense=rng.choice(["past", "present", "future", "perfect", "is doing", "should"]))
            full = said(sentences.other(s, denied=rng.random() < 0.7))
        else:
            full = addressed(clause(rng, rng.choice(["me", "you", "thing"])))
        if "'" in full or "can not" in full or "I would " in full:
            continue
        short = f" {full}"
        for long, brief in CONTRACTIONS:
            if (long in ("I have ", "we have ")) and not PERFECT.search(full):
                continue
            if f" {long}" in short:
                short = short.replace(f" {long}", f" {brief}", 1)
        if short[1:] != full:
            return capital(full) + ".", capital(short[1:]) + "."


def contractions(rng):
    full, short = contracted(rng)
    return (LONG, short, full) if rng.random() < 0.75 else (SHORT, full, short)


UK_US = [tuple(entry.split()) for entry in WORDS["uk_us"]]
TO_US = dict(UK_US)
TO_US |= {"organised": "organized", "apologised": "apologized", "metres": "meters", "litres": "liters", "neighbours": "neighbors", "colours": "colors"}


def spelling_of(rng):
    british = capital(clauses.piece(rng, rng.choice(LINES["uk_sentences"]).replace("{person}", "{tradesman}"))) + "."
    american = WORD.sub(lambda m: TO_US.get(m.group(), m.group()), british)
    if rng.random() < 0.2:
        british, american = rng.choice(UK_US)
    return (AMERICAN, british, american) if rng.random() < 0.7 else (BRITISH, american, british)


OPPOSITES = [tuple(entry.split()) for entry in WORDS["opposite"]]
COUNTED = Counter(word for pair in OPPOSITES for word in pair)
FORTH = [pair for pair in OPPOSITES if COUNTED[pair[0]] == 1]
BACK = [(right, left) for left, right in OPPOSITES if COUNTED[right] == 1]
COMPARE = [tuple(part.replace("_", " ") for part in entry.split()) for entry in WORDS["compare"]]
ALL_VERBS = sentences.TRANSITIVE + sentences.INTRANSITIVE
NOUNS = sorted(set(clauses.OBJECTS) | set(WORDS["subject"]) | set(clauses.IRREGULAR) | set(clauses.PLACES))
ODD_NOUNS = list(clauses.IRREGULAR)
NOUNS = [noun for noun in NOUNS if not noun.endswith(("ff", "clothes")) and noun not in ("cutlery", "crockery", "linen", "detergent")]


def word_form(rng):
    """(what is wanted of a word, the word, the answer)"""
    draw = rng.random()
    if draw < 0.2:
        return "opposite", *rng.choice(FORTH if rng.random() < 0.6 else BACK)
    if draw < 0.4:
        base, *compared = rng.choice(COMPARE)
        return ("comparative", base, compared[0]) if rng.random() < 0.55 else ("superlative", base, compared[1])
    if draw < 0.7:
        noun = rng.choice(NOUNS if rng.random() < 0.7 else ODD_NOUNS)
        return ("plural", noun, plural(noun)) if rng.random() < 0.7 else ("singular", plural(noun), noun)
    verb = rng.choice(ALL_VERBS)[0]
    form = rng.choices(["past", "participle", "ing", "third"], [5, 3, 2, 2])[0]
    return form, verb.base, getattr(verb, form)


def one_word(rng):
    kind, word, answer = word_form(rng)
    ask = choose(rng, rng.choice(ASK_WORD).replace("{t}", TERMS[kind]))
    if ask.startswith(("What", "Which", "How", "Do")) or ": what" in ask:
        ask += rng.choice(["?", "?", ""])
    text = say(rng, ask if rng.random() < 0.85 else rng.choice(["Please: ", "Hi, ", "Grammar: ", "English question: ", "Quick question: ", "One word: "]) + ask, w=rng.choice(WORD_MARKS).format(word))
    return Task("compose", [user(text if rng.random() < 0.4 else capital(text))], answer)


REPORT = ["[Turn|Change|Convert|Put] [this|it|the sentence] into [reported speech|indirect speech]", "[Reported speech|Indirect speech|In reported speech][:|]",
    "[Rewrite|Write|Say] [this|it] [in|as] [reported speech|indirect speech]"]


def reported(rng):
    """Anna said: "I wash the car." -> Anna said that she washed the car."""
    name, he = rng.choice([(rng.choice(clauses.WORDS["he_names"]), "he"), (rng.choice(clauses.WORDS["she_names"]), "she")])
    s = sentence(rng, tense=rng.choice(["present", "future", "is doing"]), who=sentences.PRONOUNS["I"])
    told = {"present": f"{he} {s.verb.past}", "future": f"{he} would {s.verb.base}", "is doing": f"{he} was {s.verb.ing}"}[s.tense]
    direct = capital(said(s)) + "."
    quote = rng.choice([f'{name} said: "{direct}"', f'{name} said, "{direct}"', f'"{direct[:-1]}," said {name}.'])
    return REPORT, quote, f"{name} said that {told} {sentences.after(s)}".strip() + "."


KINDS = [(capitals, 6), (signs, 4), (spelling, 8), (texted, 3), (everything, 3), (grammar, 8), (contractions, 6), (spelling_of, 2), (one_word, 7), (reported, 2)]

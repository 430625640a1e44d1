"""Small jobs that are done to one thing after the other: the plural of each word, each date in another form ...

A job is drawn by one of the functions of JOBS. Its imperatives begin with a verb and name their object {x};
its nouns name what is wanted of {x}; make(rng) gives one thing and the answer for it.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from ... import values
from ...words import read
from . import everyday
from .cases import CASE_NAMES, CASES
from .date_styles import NAMES, STYLES, twelve
from .number_forms import in_words, roman

WORDS = read("each")
SOUND = "aeiou"


@dataclass
class Job:
    imperatives: list
    nouns: list
    thing: str
    make: object
    skill: str = "convert"
    is_text: bool = False  # whether a thing needs marks to tell where it ends
    is_number: bool = False  # whether the answers are numbers in JSON too
    things: str = ""
    labels: list = field(default_factory=list)
    kept: tuple = ()  # what nobody may write otherwise within the wording
    has_unit: bool = False  # which may be left out once it is known

    def __post_init__(self):
        self.things = self.things or with_s(self.thing)


def pairs(section):
    return [entry.split() for entry in WORDS[section]]


def with_s(word):
    if word.endswith(("s", "x", "ch", "sh", "z")):
        return word + "es"
    return word[:-1] + "ies" if word.endswith("y") and word[-2] not in SOUND else word + "s"


def with_ed(verb):
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in SOUND else verb + "ed"


def only_once(entries):
    """Both directions of pairs, but for words that belong to two of them."""
    both = [*entries, *([b, a] for a, b in entries)]
    seen = {}
    for one, other in both:
        seen.setdefault(one, set()).add(other)
    return [(one, next(iter(others))) for one, others in seen.items() if len(others) == 1]


PLURALS = [(word, with_s(word)) for word in WORDS["noun"]] + pairs("plural") * 3
SINGULARS = [(many, one) for one, many in PLURALS if one != many]
IRREGULAR = pairs("irregular_verb")
PASTS = [(verb, with_ed(verb)) for verb in WORDS["regular_verb"]] + [(verb, past) for verb, past, _ in IRREGULAR if verb not in ("be", "lie")] * 2  # fmt: skip
PARTICIPLES = [(verb, done) for verb, _, done in IRREGULAR]
GERUNDS = pairs("gerund")
DEGREES = pairs("degree")
OPPOSITES = only_once(pairs("opposite"))
SPELLINGS = pairs("british")
CONTRACTIONS = [entry.split(" > ") for entry in WORDS["contraction"]]
PLAIN_WORDS = [word for word in everyday.WORDS if word.isascii() and "y" not in word and 2 < len(word) < 11]
DAYS, MONTHS = WORDS["weekday"], WORDS["month"]


def of_word(imperatives, nouns, entries, thing="word"):
    """A job that looks its answers up."""
    return lambda rng: Job(imperatives, nouns, thing, lambda r: tuple(r.choice(entries)))


plural = of_word(
    ["give me the plural of {x}", "write the plural of {x}", "make {x} plural", "put {x} in the plural", "tell me the plural of {x}", "turn {x} into the plural",
    "say {x} in the plural", "find the plural form of {x}", "pluralize {x}"],
    ["plural of {x}", "the plural of {x}", "plural form of {x}", "{x} in the plural"], PLURALS, "noun",
)  # fmt: skip
singular = of_word(
    ["give me the singular of {x}", "write the singular of {x}", "make {x} singular", "put {x} in the singular", "tell me the singular of {x}", "turn {x} into the singular"],
    ["singular of {x}", "the singular of {x}", "singular form of {x}"], SINGULARS, "noun",
)  # fmt: skip
past = of_word(
    ["give me the past tense of {x}", "write the past tense of {x}", "put {x} in the past tense", "tell me the simple past of {x}", "turn {x} into the past tense",
    "write {x} in the past", "form the past tense of {x}"], ["past tense of {x}", "the past tense of {x}", "simple past of {x}", "the past of {x}"], PASTS, "verb",
)  # fmt: skip
participle = of_word(["give me the past participle of {x}", "write the past participle of {x}", "tell me the past participle of {x}"], ["past participle of {x}",
    "the past participle of {x}"], PARTICIPLES, "verb")  # fmt: skip
gerund = of_word(["give me the -ing form of {x}", "write the -ing form of {x}", "put {x} in the -ing form", "tell me the ing form of {x}", "turn {x} into the -ing form"],
    ["-ing form of {x}", "the -ing form of {x}", "ing form of {x}", "gerund of {x}"], GERUNDS, "verb")  # fmt: skip
comparative = of_word(["give me the comparative of {x}", "write the comparative of {x}", "tell me the comparative form of {x}", "form the comparative of {x}"],
    ["comparative of {x}", "the comparative of {x}", "comparative form of {x}"], [(d[0], d[1]) for d in DEGREES], "adjective")  # fmt: skip
superlative = of_word(["give me the superlative of {x}", "write the superlative of {x}", "tell me the superlative form of {x}", "form the superlative of {x}"],
    ["superlative of {x}", "the superlative of {x}", "superlative form of {x}"], [(d[0], d[2]) for d in DEGREES], "adjective")  # fmt: skip
opposite = of_word(["give me the opposite of {x}", "tell me the opposite of {x}", "write the opposite of {x}", "find the opposite of {x}", "name the opposite of {x}",
    "say the opposite of {x}", "find the antonym of {x}"], ["opposite of {x}", "the opposite of {x}", "antonym of {x}", "the contrary of {x}"], OPPOSITES)  # fmt: skip
american = of_word(["give me the American spelling of {x}", "write {x} in American spelling", "spell {x} the American way", "change {x} to US spelling"],
    ["American spelling of {x}", "US spelling of {x}", "{x} in American English"], SPELLINGS)  # fmt: skip
british = of_word(["give me the British spelling of {x}", "write {x} in British spelling", "spell {x} the British way", "change {x} to UK spelling"], ["British spelling of {x}",
    "UK spelling of {x}"], [(us, uk) for uk, us in SPELLINGS if us not in ("meter", "program")])  # fmt: skip
contracted = of_word(["write the short form of {x}", "contract {x}", "give me the contraction of {x}", "shorten {x} to its contraction"], ["contraction of {x}",
    "short form of {x}", "the contraction of {x}"], CONTRACTIONS, "phrase")  # fmt: skip


def any_word(rng):
    draw = rng.random()
    return everyday.word(rng) if draw < 0.75 else values.made_word(rng, 2) if draw < 0.9 else values.any_word(rng)


def phrase(rng):
    draw = rng.random()
    if draw < 0.5:
        return everyday.sentence(rng)
    if draw < 0.7:
        return rng.choice(everyday.KINDS["phrase"])
    return " ".join(any_word(rng) for _ in range(rng.choice([2, 2, 3, 4])))


def line(rng):
    return phrase(rng) if rng.random() < 0.6 else any_word(rng)


def changed(imperatives, nouns, source, change, thing, **more):
    """A job that computes its answers."""

    def make(rng):
        shown = source(rng)
        return shown, str(change(shown))

    return lambda rng: Job(imperatives, nouns, thing, make, **more)


def title(text):
    return " ".join(part[:1].upper() + part[1:] for part in text.split(" "))


UPPER = ["uppercase {x}", "write {x} in capitals", "convert {x} to upper case", "put {x} in upper case", "make {x} uppercase", "turn {x} into capital letters",
    "write {x} in all caps", "change {x} to uppercase", "capitalize all letters of {x}", "shout {x} in capitals"]  # fmt: skip
LOWER = ["lowercase {x}", "write {x} in lower case", "convert {x} to lower case", "put {x} in small letters", "make {x} lowercase", "turn {x} into lower case",
    "change {x} to lowercase"]  # fmt: skip
upper_word = changed(UPPER, ["{x} in upper case", "{x} in capitals", "upper case of {x}"], any_word, str.upper, "word")
upper_line = changed(UPPER, ["{x} in upper case", "{x} in all caps"], line, str.upper, "line", is_text=True)
lower_word = changed(LOWER, ["{x} in lower case", "lower case of {x}"], lambda r: r.choice([str.upper, str.capitalize])(any_word(r)), str.lower, "word")  # fmt: skip
lower_line = changed(LOWER, ["{x} in lower case", "{x} in small letters"], lambda r: r.choice([str.upper, title])(line(r)), str.lower, "line", is_text=True)  # fmt: skip
capital = changed(["capitalize {x}", "capitalise {x}", "write {x} with a capital letter", "capitalize the first letter of {x}", "start {x} with a capital letter",
    "make the first letter of {x} a capital"], ["{x} with a capital letter", "{x} capitalized"], any_word, lambda w: w[:1].upper() + w[1:], "word")  # fmt: skip
titled = changed(["write {x} in title case", "convert {x} to title case", "put {x} in title case", "capitalize every word of {x}", "title-case {x}"], ["{x} in title case",
    "title case of {x}"], phrase, title, "title", is_text=True)  # fmt: skip
backwards = changed(["reverse {x}", "spell {x} backwards", "write {x} backwards", "turn {x} around", "say {x} backwards", "flip the letters of {x}", "reverse the letters of {x}"],
    ["{x} backwards", "the reverse of {x}", "{x} spelled backwards"], lambda r: any_word(r)[:8], lambda w: w[::-1], "word")  # fmt: skip
words_back = changed(["reverse the word order of {x}", "reverse the order of the words in {x}", "put the words of {x} in reverse order"], ["the words of {x} in reverse order"],
    lambda r: " ".join(any_word(r) for _ in range(r.randrange(2, 6))), lambda t: " ".join(t.split()[::-1]), "phrase", is_text=True)  # fmt: skip
letters = changed(["count the letters in {x}", "tell me how many letters {x} has", "count the letters of {x}", "give me the number of letters in {x}",
    "say how long {x} is in letters", "give me the length of {x}"], ["number of letters in {x}", "the number of letters in {x}", "letter count of {x}", "length of {x}"],
    lambda r: everyday.word(r), len, "word", is_number=True)  # fmt: skip
word_count = changed(["count the words in {x}", "tell me how many words {x} has", "give me the number of words in {x}", "give me the word count of {x}"], ["number of words in {x}",
    "the word count of {x}", "word count of {x}"], lambda r: " ".join(any_word(r) for _ in range(r.randrange(2, 9))), lambda t: len(t.split()), "sentence", is_text=True,
    is_number=True)  # fmt: skip
vowels = changed(["count the vowels in {x}", "tell me how many vowels {x} has", "give me the number of vowels in {x}"], ["number of vowels in {x}", "the vowel count of {x}"],
    lambda r: r.choice(PLAIN_WORDS), lambda w: sum(c in SOUND for c in w), "word", is_number=True)  # fmt: skip
first_letter = changed(["give me the first letter of {x}", "tell me the first letter of {x}", "write the first letter of {x}", "say what letter {x} starts with"],
    ["first letter of {x}", "the first letter of {x}", "initial letter of {x}"], everyday.word, lambda w: w[0], "word")  # fmt: skip
last_letter = changed(["give me the last letter of {x}", "tell me the last letter of {x}", "write the last letter of {x}", "say what letter {x} ends with"], ["last letter of {x}",
    "the last letter of {x}", "final letter of {x}"], everyday.word, lambda w: w[-1], "word")  # fmt: skip
no_vowels = changed(["remove the vowels from {x}", "drop the vowels of {x}", "write {x} without vowels", "take the vowels out of {x}"], ["{x} without vowels"],
    lambda r: r.choice(PLAIN_WORDS), lambda w: "".join(c for c in w if c not in SOUND), "word")  # fmt: skip
spelled = changed(["spell {x} with dashes", "spell {x} with hyphens between the letters", "put a dash between the letters of {x}", "write {x} with dashes between the letters"],
    ["{x} spelled with dashes", "{x} with a dash between all letters"], lambda r: any_word(r)[:8], "-".join, "word")  # fmt: skip
hashtag = changed(["turn {x} into a hashtag", "make a hashtag out of {x}", "write {x} as a hashtag", "put a # in front of {x}"], ["{x} as a hashtag", "hashtag for {x}"], any_word,
    lambda w: "#" + w, "word")  # fmt: skip
doubled_word = changed(["repeat {x} twice", "write {x} twice", "say {x} two times", "write {x} two times with a space between"], ["{x} twice", "two times {x}"], any_word,
    lambda w: f"{w} {w}", "word")  # fmt: skip
first_word = changed(["give me the first word of {x}", "keep only the first word of {x}", "tell me the first word of {x}", "extract the first word of {x}"], ["first word of {x}",
    "the first word of {x}"], lambda r: " ".join(any_word(r) for _ in range(r.randrange(2, 7))), lambda t: t.split()[0], "line", is_text=True)  # fmt: skip
last_word = changed(["give me the last word of {x}", "keep only the last word of {x}", "tell me the last word of {x}", "extract the last word of {x}"], ["last word of {x}",
    "the last word of {x}"], lambda r: " ".join(any_word(r) for _ in range(r.randrange(2, 7))), lambda t: t.split()[-1], "line", is_text=True)  # fmt: skip
acronym = changed(["give me the acronym of {x}", "make an acronym of {x}", "write the acronym for {x}", "abbreviate {x} to its initials"], ["acronym of {x}", "acronym for {x}",
    "initials of {x}"], lambda r: " ".join(everyday.word(r) for _ in range(r.randrange(2, 6))), lambda t: "".join(w[0] for w in t.split()).upper(), "phrase",
    is_text=True)  # fmt: skip
initials = changed(["give me the initials of {x}", "write the initials of {x}", "reduce {x} to initials", "tell me the initials of {x}"], ["initials of {x}",
    "the initials of {x}"], everyday.full_name, lambda n: "".join(w[0] for w in n.split()), "name")  # fmt: skip
last_first = changed(["write {x} as Last, First", "turn {x} into 'Last, First'", "put the last name of {x} first, with a comma", "reorder {x} to Lastname, Firstname"],
    ["{x} as Last, First", "{x} in the form Lastname, Firstname"], everyday.full_name, lambda n: f"{n.split(' ', 1)[1]}, {n.split(' ', 1)[0]}", "name")  # fmt: skip
given_name = changed(["give me the first name of {x}", "keep only the first name of {x}", "extract the first name from {x}", "tell me the first name of {x}"], ["first name of {x}",
    "the first name of {x}", "given name of {x}"], everyday.full_name, lambda n: n.split()[0], "name", skill="extract")  # fmt: skip
family_name = changed(["give me the last name of {x}", "keep only the last name of {x}", "extract the surname from {x}", "tell me the surname of {x}"], ["last name of {x}",
    "the surname of {x}", "family name of {x}"], everyday.full_name, lambda n: n.split(" ", 1)[1], "name", skill="extract")  # fmt: skip
mail_domain = changed(["give me the domain of {x}", "extract the domain from {x}", "tell me the domain of {x}", "keep only the part after the @ of {x}", "show the domain of {x}"],
    ["domain of {x}", "the domain of {x}", "{x}: domain only"], values.email, lambda m: m.split("@")[1], "address", skill="extract", things="addresses")  # fmt: skip
mail_user = changed(["give me the user name of {x}", "keep only the part before the @ of {x}", "extract what stands before the @ in {x}", "show the local part of {x}"],
    ["the part of {x} before the @", "user part of {x}"], values.email, lambda m: m.split("@")[0], "e-mail address", skill="extract", things="e-mail addresses")  # fmt: skip
extension = changed(["give me the file extension of {x}", "tell me the extension of {x}", "extract the file extension from {x}", "show the extension of {x}"], ["extension of {x}",
    "the file extension of {x}", "file extension of {x}"], values.path, lambda p: p.rsplit(".", 1)[1], "file name", skill="extract")  # fmt: skip
base_name = changed(["give me the file name of {x} without the folder", "remove the folder from {x}", "strip the directory from {x}", "keep only the file name of {x}"],
    ["the file name of {x}", "file name in {x}", "{x} without the folder"], values.path, lambda p: p.rsplit("/", 1)[1], "path", skill="extract")  # fmt: skip
to_words = changed(["write {x} in words", "spell {x} out", "write {x} out in words", "turn {x} into words", "spell out {x}", "convert {x} to words"], ["{x} in words",
    "{x} spelled out", "{x} as words"], lambda r: str(r.randrange(r.choice([21, 100, 100]))), lambda n: in_words(int(n)), "number")  # fmt: skip
to_digits = changed(["write {x} in digits", "convert {x} to digits", "turn {x} into a number", "give me {x} as a number", "write {x} as a numeral"], ["{x} in digits",
    "{x} as a number", "the digits for {x}"], lambda r: in_words(r.randrange(r.choice([21, 100, 1000]))), lambda w: NUMBER_OF[w], "number word", is_number=True)  # fmt: skip
to_roman = changed(["convert {x} to a Roman numeral", "write {x} in Roman numerals", "turn {x} into Roman numerals", "give me {x} in Roman numerals"], ["{x} in Roman numerals",
    "Roman numeral for {x}", "{x} as a Roman numeral"], lambda r: str(r.randrange(1, r.choice([21, 51, 101]))), lambda n: roman(int(n)), "number")  # fmt: skip
from_roman = changed(["convert {x} to a normal number", "convert {x} to digits", "write {x} in digits", "give me {x} as an ordinary number", "tell me what number {x} is"],
    ["{x} as a number", "{x} in digits", "value of {x}"], lambda r: roman(r.randrange(1, r.choice([21, 51, 101]))), lambda n: ARABIC[n], "Roman numeral",
    is_number=True)  # fmt: skip
ordinal = changed(["write {x} as an ordinal", "turn {x} into an ordinal", "give me the ordinal of {x}", "add st, nd, rd or th to {x}"], ["{x} as an ordinal", "ordinal of {x}",
    "the ordinal of {x}"], lambda r: str(r.randrange(1, 121)), lambda n: values.ordinal(int(n)), "number")  # fmt: skip
separated = changed(["add thousands separators to {x}", "write {x} with commas", "format {x} with thousands separators", "put commas in {x}"], ["{x} with thousands separators",
    "{x} with commas"], lambda r: str(r.randrange(1000, 10 ** r.randrange(4, 8))), lambda n: f"{int(n):,}", "number")  # fmt: skip
rounded = changed(["round {x} to the nearest whole number", "round {x}", "round {x} to an integer", "round {x} to 0 decimals"], ["{x} rounded", "{x} to the nearest integer",
    "{x} rounded to a whole number"], lambda r: f"{r.randrange(0, 200)}.{r.choice('12346789')}{r.choice(['', str(r.randrange(10))])}", lambda n: int(float(n) + 0.5), "number",
    is_number=True)  # fmt: skip
as_percent = changed(["write {x} as a percentage", "convert {x} to percent", "turn {x} into a percentage", "express {x} in percent"], ["{x} as a percentage", "{x} in percent"],
    lambda r: f"0.{r.randrange(1, 100):02}", lambda n: f"{int(n[2:])}%", "decimal")  # fmt: skip
parity = changed(["tell me whether {x} is even or odd", "say if {x} is even or odd", "label {x} as even or odd", "classify {x} as odd or even", "mark {x} as even or odd"],
    ["{x}, even or odd", "even or odd: {x}"], lambda r: str(r.randrange(r.choice([20, 100, 1000]))), lambda n: "odd" if int(n) % 2 else "even", "number",
    skill="classify")  # fmt: skip
sign = changed(["tell me whether {x} is positive or negative", "say if {x} is positive or negative", "label {x} as positive or negative"], ["{x}, positive or negative",
    "sign of {x} (positive or negative)"], lambda r: str(r.choice([-1, 1]) * r.randrange(1, 100)), lambda n: "negative" if n[0] == "-" else "positive", "number",
    skill="classify")  # fmt: skip
binary = changed(["convert {x} to binary", "write {x} in binary", "give me {x} in binary"], ["{x} in binary", "binary of {x}"], lambda r: str(r.randrange(1, 17)),
    lambda n: f"{int(n):b}", "number")  # fmt: skip
no_spaces = changed(["remove the spaces from {x}", "delete all spaces in {x}", "write {x} without spaces"], ["{x} without spaces"],
    lambda r: values.phone(r) if r.random() < 0.5 else " ".join(any_word(r) for _ in range(2)), lambda t: t.replace(" ", ""), "line", is_text=True)  # fmt: skip
underscores = changed(["replace the spaces in {x} with underscores", "put underscores instead of spaces in {x}", "write {x} with underscores instead of spaces"],
    ["{x} with underscores instead of spaces"], lambda r: " ".join(any_word(r) for _ in range(r.randrange(2, 5))), lambda t: t.replace(" ", "_"), "line",
    is_text=True)  # fmt: skip
hyphens = changed(["replace the spaces in {x} with hyphens", "put hyphens instead of spaces in {x}", "slugify {x}", "turn {x} into a slug", "make a URL slug of {x}"],
    ["{x} as a slug", "slug for {x}"], lambda r: " ".join(everyday.word(r) for _ in range(r.randrange(2, 5))), lambda t: t.replace(" ", "-"), "title",
    is_text=True)  # fmt: skip
only_digits = changed(["remove everything but the digits from {x}", "keep only the digits of {x}", "strip all but digits from {x}"], ["only the digits of {x}", "{x}, digits only"],
    values.phone, lambda t: "".join(c for c in t if c.isdigit()), "phone number")  # fmt: skip
after_day = changed(["tell me the day after {x}", "give me the day after {x}", "say which day comes after {x}", "name the day after {x}"], ["the day after {x}", "day after {x}",
    "the next day after {x}"], lambda r: r.choice(DAYS), lambda d: DAYS[(DAYS.index(d) + 1) % 7], "weekday")  # fmt: skip
before_day = changed(["tell me the day before {x}", "give me the day before {x}", "say which day comes before {x}"], ["the day before {x}", "day before {x}"],
    lambda r: r.choice(DAYS), lambda d: DAYS[DAYS.index(d) - 1], "weekday")  # fmt: skip
after_month = changed(["tell me the month after {x}", "give me the month after {x}", "name the month that comes after {x}"], ["the month after {x}", "next month after {x}"],
    lambda r: r.choice(MONTHS), lambda m: MONTHS[(MONTHS.index(m) + 1) % 12], "month")  # fmt: skip
month_number = changed(["give me the number of {x}", "write {x} as a number", "convert {x} to its number", "turn {x} into a month number"], ["{x} as a number",
    "month number of {x}", "number of {x}"], lambda r: r.choice(MONTHS), lambda m: MONTHS.index(m) + 1, "month", is_number=True)  # fmt: skip
short_day = changed(["abbreviate {x} to three letters", "shorten {x} to three letters", "write {x} with three letters"], ["three-letter form of {x}", "{x} with three letters"],
    lambda r: r.choice([*DAYS, *MONTHS[:4], *MONTHS[5:]]), lambda d: d[:3], "name")  # fmt: skip
cents = changed(["convert {x} to cents", "give me {x} in cents", "tell me how many cents {x} is"], ["{x} in cents"],
    lambda r: f"{r.randrange(0, 30)}.{r.randrange(0, 100):02} euros", lambda t: f"{int(t.split()[0].replace('.', ''))} cents", "amount", skill="arithmetic")  # fmt: skip
NUMBER_OF = {in_words(n): n for n in range(1000)}
ARABIC = {roman(n): n for n in range(1, 101)}


def cased(rng):
    target = rng.choice(["snake_case", "snake_case", "camelCase", "camelCase", "kebab-case", "PascalCase", "CONSTANT_CASE"])  # fmt: skip
    name = rng.choice(CASE_NAMES[target])
    start = rng.choice([style for style in ("snake_case", "camelCase", "kebab-case", "lowercase", "lowercase", "Title Case", "PascalCase") if style != target])  # fmt: skip

    def make(r):
        parts = [everyday.word(r) if r.random() < 0.6 else values.pick(r, r.choice(["code_name", "code_thing"])) for _ in range(r.choice([2, 2, 3]))]  # fmt: skip
        return CASES[start](parts), CASES[target](parts)

    imperatives = [f"convert {{x}} to {name}", f"write {{x}} in {name}", f"turn {{x}} into {name}", f"put {{x}} in {name}", f"rename {{x}} to {name}",
        f"change {{x}} to {name}"]  # fmt: skip
    return Job(imperatives, [f"{{x}} in {name}", f"{name} of {{x}}"], rng.choice(["name", "variable name", "identifier", "name"]), make, is_text=" " in CASES[start](["a", "b"]),
        kept=(name,))  # fmt: skip


def dated(rng):
    target = rng.choice(["YYYY-MM-DD"] * 5 + ["DD.MM.YYYY", "MM/DD/YYYY", "D Month YYYY", "Month D, YYYY", "YYYYMMDD"])
    name = rng.choice(NAMES.get(target, [target]))
    sources = [style for style in ("DD.MM.YYYY", "D Month YYYY", "Month D, YYYY", "D Mon YYYY", "nth", "the nth", "YYYY-MM-DD", "nth Month",
        "D.M.YYYY") if style != target]  # fmt: skip
    source = rng.choice(sources) if rng.random() < 0.6 else None

    def make(r):
        day = values.near_day(r)
        return STYLES[source or r.choice(sources)](day), STYLES[target](day)

    imperatives = [f"convert {{x}} to {name}", f"write {{x}} as {name}", f"turn {{x}} into {name}", f"change {{x}} to {name}", f"format {{x}} as {name}",
        f"give me {{x}} in {name}", f"rewrite {{x}} as {name}", f"put {{x}} in {name}"]  # fmt: skip
    return Job(imperatives, [f"{{x}} as {name}", f"{{x}} in {name}", f"{name} of {{x}}"], "date", make)


def date_part(rng):
    which = rng.choice(["year", "month", "year"])

    def make(r):
        day = values.near_day(r)
        shown = STYLES[r.choice(["D Month YYYY", "Month D, YYYY", "YYYY-MM-DD", "DD.MM.YYYY"])](day)
        return shown, str(day.year) if which == "year" else MONTHS[day.month - 1]

    what = "year" if which == "year" else "name of the month"
    return Job([f"give me the {what} of {{x}}", f"extract the {what} from {{x}}", f"tell me the {what} of {{x}}", f"keep only the {what} of {{x}}"], [f"the {what} of {{x}}",
        f"{what} of {{x}}"], "date", make)  # fmt: skip


def clock(rng):
    to_twelve = rng.random() < 0.4

    def make(r):
        hour, minute = r.randrange(24), r.choice([0, 15, 30, 45, r.randrange(60)])
        long, short = f"{hour:02}:{minute:02}", twelve(hour, minute)
        return (long, short) if to_twelve else (short.lower() if r.random() < 0.5 else short, long)

    name = rng.choice(["12-hour time", "12-hour format", "AM/PM time", "am/pm"] if to_twelve else ["24-hour time", "24-hour format", "24h time",
        "24 hour time"])  # fmt: skip
    return Job([f"convert {{x}} to {name}", f"write {{x}} in {name}", f"change {{x}} to {name}", f"turn {{x}} into {name}"], [f"{{x}} in {name}", f"{{x}} as {name}"], "time",
        make)  # fmt: skip


UNITS = [
    ("kg", "g", 1000, ["kilograms"], ["grams"]), ("km", "m", 1000, ["kilometers"], ["meters"]), ("m", "cm", 100, ["meters"], ["centimeters"]), ("cm", "mm", 10, ["centimeters"],
    ["millimeters"]), ("l", "ml", 1000, ["liters"], ["milliliters"]),
    ("h", "min", 60, ["hours"], ["minutes"]), ("min", "s", 60, ["minutes"], ["seconds"]), ("weeks", "d", 7, ["weeks"], ["days"]), ("d", "h", 24, ["days"], ["hours"]), ("t", "kg",
    1000, ["tons"], ["kilograms"]), ("GB", "MB", 1000, ["gigabytes"], ["megabytes"]),
    ("dozen", "pieces", 12, ["dozen"], ["pieces"]), ("years", "months", 12, ["years"], ["months"]),
]  # fmt: skip


def plain(number):
    number = Fraction(number)
    return str(number) if number.denominator == 1 else f"{float(number):.6f}".rstrip("0")


def unit(rng):
    """Amounts of one unit in another, up or down."""
    big, small, ratio, big_names, small_names = rng.choice(UNITS)
    down = rng.random() < 0.7 or ratio in (7,)
    source, target = (big, small) if down else (small, big)
    names = [target, *(small_names if down else big_names)]

    def make(r):
        amount = Fraction(r.choice([r.randrange(1, 13), r.randrange(1, 50), Fraction(r.randrange(1, 20), 2)]))
        if ratio == 7:
            amount = Fraction(r.randrange(1, 13))
        shown = r.choice([source, source, (big_names if down else small_names)[0]])
        many = amount if down else amount * ratio
        return f"{plain(many)} {shown}", f"{plain(amount * ratio if down else amount)} {target}"

    name = rng.choice(names)
    return Job([f"convert {{x}} to {name}", f"turn {{x}} into {name}", f"express {{x}} in {name}", f"change {{x}} to {name}", f"give me {{x}} in {name}"], [f"{{x}} in {name}",
        f"{{x}} to {name}"], rng.choice(["amount", "value", "measurement"]), make, "arithmetic", has_unit=True)  # fmt: skip


def temperature(rng):
    to_fahrenheit = rng.random() < 0.6

    def make(r):
        celsius = r.randrange(-4, 21) * 5
        both = f"{celsius} °C", f"{celsius * 9 // 5 + 32} °F"
        return both if to_fahrenheit else both[::-1]

    name = rng.choice(["Fahrenheit", "°F", "F"] if to_fahrenheit else ["Celsius", "°C", "C"])
    return Job([f"convert {{x}} to {name}", f"change {{x}} to {name}", f"give me {{x}} in {name}"], [f"{{x}} in {name}", f"{{x}} to {name}"], "temperature", make, "arithmetic",
        has_unit=True)  # fmt: skip


SUMS = [
    (["double {x}", "multiply {x} by 2", "give me twice {x}"], ["twice {x}", "{x} times two", "double of {x}"], lambda n, k: 2 * n),
    (["add {k} to {x}", "increase {x} by {k}", "raise {x} by {k}"], ["{x} plus {k}", "{x} + {k}", "{k} more than {x}"], lambda n, k: n + k),
    (["multiply {x} by {k}", "give me {x} times {k}"], ["{x} times {k}", "{k} times {x}"], lambda n, k: n * k),
    (["subtract {k} from {x}", "take {k} from {x}", "reduce {x} by {k}"], ["{x} minus {k}", "{k} less than {x}"], lambda n, k: n - k),
    (["square {x}", "give me the square of {x}", "multiply {x} by itself"], ["the square of {x}", "{x} squared", "square of {x}"], lambda n, k: n * n),
    (["halve {x}", "divide {x} by 2", "give me half of {x}"], ["half of {x}", "{x} divided by 2", "{x} halved"], lambda n, k: Fraction(n, 2)),
    (["give me 10% of {x}", "calculate 10 percent of {x}", "take 10% of {x}"], ["10% of {x}", "10 percent of {x}"], lambda n, k: Fraction(n, 10)),
    (["triple {x}", "multiply {x} by 3"], ["three times {x}", "{x} times three", "triple of {x}"], lambda n, k: 3 * n),
    (["give me the number after {x}", "add one to {x}", "add 1 to {x}"], ["the number after {x}", "{x} plus one"], lambda n, k: n + 1),
]  # fmt: skip


def counted(rng):
    imperatives, nouns, change = rng.choice(SUMS)
    k = rng.choice([2, 3, 4, 5, 7, 10, rng.randrange(2, 20)])
    squares = imperatives[0].startswith("square")

    def make(r):
        number = r.randrange(1, 13) if squares else r.randrange(20, r.choice([50, 100, 200])) if k > 9 else r.randrange(10, r.choice([20, 50, 100]))  # fmt: skip
        return str(number), plain(change(number, k))

    return Job([p.replace("{k}", str(k)) for p in imperatives], [p.replace("{k}", str(k)) for p in nouns], "number", make, "arithmetic", is_number=True)  # fmt: skip


def calculated(rng):
    """Sums as they stand in exercises."""
    signs = rng.choice([["+"], ["+", "-"], ["*"], ["x"], ["+", "-", "*"], ["/"]])
    tight = rng.random() < 0.4

    def make(r):
        sign_ = r.choice(signs)
        a, b = (r.randrange(2, 13), r.randrange(2, 13)) if sign_ in "*x/" else sorted((r.randrange(1, 100), r.randrange(1, 100)), reverse=sign_ == "-")  # fmt: skip
        text, value = (f"{a * b} / {b}", a) if sign_ == "/" else (f"{a} {sign_} {b}", a + b if sign_ == "+" else a - b if sign_ == "-" else a * b)  # fmt: skip
        return text.replace(" ", "") if tight else text, str(value)

    imperatives = ["calculate {x}", "solve {x}", "work out {x}", "compute {x}", "give me the result of {x}", "tell me the result of {x}", "evaluate {x}"]  # fmt: skip
    return Job(imperatives, ["{x}", "the result of {x}", "{x} ="], rng.choice(["sum", "calculation", "problem", "exercise", "expression"]), make, "arithmetic",
        is_number=True)  # fmt: skip


def compared(rng):
    """The larger or the smaller of two numbers."""
    word, choose_ = rng.choice([("larger", max), ("bigger", max), ("smaller", min), ("lower", min), ("higher", max)])
    joint = rng.choice([" and ", ", ", " or ", " / "])

    def make(r):
        two = r.sample(range(1, r.choice([50, 100, 1000])), 2)
        return joint.join(map(str, two)), str(choose_(two))

    imperatives = [f"give me the {word} number of {{x}}", f"tell me the {word} number in {{x}}", f"pick the {word} number of {{x}}", f"write the {word} number of {{x}}"]  # fmt: skip
    return Job(imperatives, [f"the {word} of {{x}}", f"{word} number of {{x}}"], "pair", make, "arithmetic", is_number=True)  # fmt: skip


ADDED = [
    ("double quotes", '"', '"'), ("single quotes", "'", "'"), ("square brackets", "[", "]"), ("parentheses", "(", ")"), ("brackets", "(", ")"), ("asterisks", "*", "*"),
    ("backticks", "`", "`"), ("<b> tags", "<b>", "</b>"), ("<li> tags", "<li>", "</li>"),
]  # fmt: skip


def wrapped(rng):
    name, left, right = rng.choice(ADDED)
    source = rng.choice([any_word, line])

    def make(r):
        shown = source(r)
        return shown, left + shown + right

    return Job([f"put {name} around {{x}}", f"wrap {{x}} in {name}", f"put {{x}} in {name}", f"enclose {{x}} in {name}"], [f"{{x}} in {name}"],
        "line" if source is line else "word", make, is_text=True)  # fmt: skip


def affixed(rng):
    """Something in front or behind."""
    if rng.random() < 0.5:
        sign = rng.choice([".txt", ".com", "!", "?", ";", ",", "_old", "-2024", " kg", ".pdf", "%", " (new)", ".", "_backup"])  # fmt: skip
        imperatives, change = [f"add {sign.strip()} to the end of {{x}}" if sign[0] != " " else f'add "{sign}" to the end of {{x}}', f'append "{sign}" to {{x}}',
            f'put "{sign}" behind {{x}}'], lambda w: w + sign  # fmt: skip
    else:
        sign = rng.choice(["- ", "> ", "#", "@", "Mr. ", "Dear ", "new_", "www.", "* ", "the ", "x", "id_", "not "])
        imperatives, change = [f'put "{sign}" in front of {{x}}', f'prefix {{x}} with "{sign}"', f'prepend "{sign}" to {{x}}',
            f'start {{x}} with "{sign}"'], lambda w: sign + w  # fmt: skip

    def make(r):
        shown = any_word(r)
        return shown, change(shown)

    return Job(imperatives, [], "word", make, is_text=True, kept=(sign.strip(),))


def mailed(rng):
    """An address of the form first.last@domain for each name."""
    host = values.domain(rng)
    form, build = rng.choice([("first.last", lambda f, n: f"{f}.{n}"), ("firstlast", lambda f, n: f + n), ("f.last", lambda f, n: f"{f[0]}.{n}"), ("first_last", lambda f,
        n: f"{f}_{n}"), ("first", lambda f, n: f)])  # fmt: skip

    def make(r):
        while True:
            first, last = r.choice(everyday.KINDS["given"]), r.choice(everyday.KINDS["family"])
            if (first + last).isascii() and (first + last).isalpha():
                return f"{first} {last}", f"{build(first.lower(), last.lower())}@{host}"

    return Job([f"make an e-mail address of the form {form}@{host} for {{x}}", f"turn {{x}} into an address like {form}@{host}",
        f"write the e-mail address {form}@{host} for {{x}}"], [f"the address of {{x}} in the form {form}@{host}"], "name", make, kept=(f"{form}@{host}",))  # fmt: skip


def duration(rng):
    def make(r):
        hours, rest = r.randrange(1, 6), r.choice([5, 10, 15, 20, 30, 45, r.randrange(1, 60)])
        return f"{60 * hours + rest} min", f"{hours}:{rest:02}"

    return Job(["convert {x} to h:mm", "write {x} as h:mm", "turn {x} into hours and minutes (h:mm)", "format {x} as h:mm"], ["{x} as h:mm", "{x} in h:mm"], "duration",
        make)  # fmt: skip


JOBS = [
    (plural, 5), (singular, 2), (past, 4), (participle, 1), (gerund, 1.5), (comparative, 2), (superlative, 1.5), (opposite, 5), (american, 0.8), (british, 0.4), (contracted, 0.7),
    (upper_word, 4), (upper_line, 4), (lower_word, 2), (lower_line, 2.5), (capital, 3), (titled, 2.5), (backwards, 3), (words_back, 1), (letters, 3), (word_count, 2), (vowels,
    0.8), (first_letter, 1.2), (last_letter, 1.2),
    (no_vowels, 0.5), (spelled, 0.8), (hashtag, 0.8), (doubled_word, 0.6), (first_word, 1), (last_word, 1), (acronym, 1), (initials, 2), (last_first, 1.5), (given_name, 1.5),
    (family_name, 1.5), (mail_domain, 2), (mail_user, 1),
    (extension, 1.5), (base_name, 0.8), (to_words, 2.5), (to_digits, 2), (to_roman, 1.5), (from_roman, 1), (ordinal, 1.2), (separated, 1.2), (rounded, 2), (as_percent, 1), (parity,
    2), (sign, 0.7), (binary, 0.3), (no_spaces, 1), (underscores, 1.2),
    (hyphens, 1.2), (only_digits, 0.6), (after_day, 1), (before_day, 0.6), (after_month, 0.7), (month_number, 0.8), (short_day, 0.5), (cents, 0.7), (cased, 5), (dated, 8),
    (date_part, 1.5), (clock, 3), (unit, 6), (temperature, 1.5), (counted, 6), (wrapped, 1.5),
    (affixed, 1.5), (mailed, 0.8), (calculated, 3.5), (compared, 0.8), (duration, 0.8),
]  # fmt: skip
MAKERS, WEIGHTS = [maker for maker, _ in JOBS], [weight for _, weight in JOBS]


def job(rng):
    return rng.choices(MAKERS, WEIGHTS)[0](rng)


def several(rng, chosen, count):
    """Different things with their answers."""
    found = {}
    for _ in range(4 * count):
        shown, answer = chosen.make(rng)
        found.setdefault(shown, answer)
        if len(found) == count:
            break
    return list(found.items())

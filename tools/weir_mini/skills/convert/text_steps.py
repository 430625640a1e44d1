"""Steps that a short text is taken through: step(rng, text) -> (imperatives, others, slots, result) or None."""

import re

from ..shared import everyday

PUNCTUATION = re.compile(r"[.,;:!?'\"()\-…]")
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
SIGNS = {",": "commas", ".": "periods", "-": "hyphens", "!": "exclamation marks", "'": "apostrophes", "_": "underscores", "?": "question marks", "/": "slashes", "#": "hash signs", "*": "asterisks"}
SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
WRAPS = [("double quotes", '"', '"'), ("single quotes", "'", "'"), ("square brackets", "[", "]"), ("parentheses", "(", ")"), ("backticks", "`", "`"), ("asterisks", "*", "*"),
    ("double asterisks", "**", "**"), ("quotes", '"', '"'), ("quotation marks", '"', '"'), ("curly braces", "{", "}"), ("angle brackets", "<", ">"), ("underscores", "_", "_")]
TAGS = "b i p h1 h2 li em strong div span code title name item note td a u pre quote".split()


def removed(what):
    """The usual ways to ask for something to go away."""
    imperatives = [f"remove {what}", f"remove {what}", f"remove {what} from {{x}}", f"delete {what}", f"strip {what}", f"strip {what} from {{x}}", f"take out {what}", f"drop {what}",
        f"get rid of {what}", f"leave out {what}", f"cut {what} out of {{x}}", f"rewrite {{x}} without {what}", f"erase {what}"]
    return imperatives, [f"without {what}", f"{{x}} without {what}", f"{{x}} minus {what}"]


def changed(text, pair, result, **slots):
    return (*pair, slots, result) if result != text and result.strip() else None


def upper(rng, text):
    imperatives = ["uppercase {x}", "uppercase {x}", "upcase {x}", "capitalize all letters", "write {x} in [upper case|uppercase|capitals|capital letters|all caps|caps]",
        "convert {x} to [upper case|uppercase|capital letters|all caps|caps]", "turn {x} into [upper case|uppercase|all caps]", "make {x} [uppercase|all caps|upper case|all capitals]",
        "put {x} in [capitals|all caps|uppercase]", "change {x} to [uppercase|upper case|capitals]", "shout {x} in capital letters", "capitalize every letter"]
    return changed(text, (imperatives, ["[uppercase|upper case|all caps|in capitals|caps|UPPERCASE][| please|?]", "{x} in [uppercase|capital letters|all caps]", "in upper case", "uppercase of {x}",
        "what is {x} in [uppercase|capitals|all caps]?"]), text.upper())


def lower(rng, text):
    imperatives = ["lowercase {x}", "lowercase {x}", "downcase {x}", "write {x} in [lower case|lowercase|small letters]", "convert {x} to [lower case|lowercase|small letters]",
        "make {x} [lowercase|lower case|all lowercase]", "turn {x} into [lower case|lowercase]", "put {x} in [lowercase|small letters]", "remove the capitals from {x}",
        "change {x} to [lower case|lowercase]"]
    return changed(text, (imperatives, ["[lowercase|lower case|all lowercase|small letters only|in lowercase][| please|?]", "{x} in [lowercase|lower case|small letters]",
        "what is {x} in lowercase?"]), text.lower())


def title(rng, text):
    imperatives = ["capitalize [each|every] word[ of {x}| in {x}|]", "title case {x}", "title-case {x}", "convert {x} to title case", "write {x} in title case", "put {x} in title case",
        "make {x} title case", "start each word with a capital letter", "capitalise the first letter of [each|every] word", "turn {x} into title case"]
    result = " ".join(part[:1].upper() + part[1:] for part in text.split(" "))
    return changed(text, (imperatives, ["title case[ please|]", "Title Case", "{x} in title case", "each word capitalized"]), result)


def sentence_case(rng, text):
    """Only the first letter is large."""
    if re.search(r"\bI\b|I'", text) or not text[0].isalpha():
        return None
    shown = rng.choice([text.upper(), text.lower(), text.title() if "'" not in text else text.upper()])
    result = shown[0].upper() + shown[1:].lower()
    imperatives = ["convert {x} to sentence case", "write {x} in sentence case", "put {x} in sentence case", "sentence-case {x}", "make only the first letter a capital",
        "capitalize only the first letter, the rest in lower case"]
    return (imperatives, ["sentence case[ please|]", "{x} in sentence case"], {}, result, shown) if result != shown else None


def no_spaces(rng, text):
    what = rng.choice(["[the |all |all the |]spaces", "[the |all |]whitespace", "[the |all |]blanks"])
    return changed(text, removed(what), text.replace(" ", ""))


def no_punctuation(rng, text):
    imperatives, others = removed(rng.choice(["[the |all |all the |]punctuation", "[the |all |]punctuation marks", "[all |]punctuation"]))
    return changed(text, (imperatives, [*others, "no punctuation"]), PUNCTUATION.sub("", text)) if not re.search(r"\w[-'.:]\w", text) else None


def no_sign(rng, text):
    found = [sign for sign in SIGNS if sign in text]
    if not found:
        return None
    sign = rng.choice(found)
    return changed(text, removed("[the |all |all the |]{what}"), text.replace(sign, ""), what=SIGNS[sign])


def no_digits(rng, text):
    """Without gaps where digits stood between spaces."""
    if not re.search(r"\d", text) or re.search(r"(^|\s)\d+(\s|$|[.,!?])", text):
        return None
    imperatives, others = removed(rng.choice(["[the |all |all the |]digits", "[the |all |all the |]numbers"]))
    return changed(text, (imperatives, [*others, "no digits"]), re.sub(r"\d", "", text))


def no_vowels(rng, text):
    if re.search(r"\b[aeiouAEIOU]+\b", text) or not text.isascii():
        return None
    imperatives, others = removed("[the |all |all the |]vowels")
    return changed(text, (imperatives, [*others, "no vowels", "only the consonants and spaces"]), re.sub(r"[aeiouAEIOU]", "", text))


def no_letter(rng, text):
    letters = [sign for sign in text.lower() if sign.isalpha()]
    letter = rng.choice(letters)
    shown = rng.choice([f"the letter {letter}", f"every {letter}", f"all {letter}s", f"every letter {letter}", f"each '{letter}'"])
    result = text.replace(letter, "").replace(letter.upper(), "")
    return changed(text, removed("{what}"), result, what=shown) if "  " not in result and result == result.strip() else None


def no_word(rng, text):
    words = text.split(" ")
    if len(words) < 3 or len(set(word.lower() for word in words)) < len(words):
        return None
    at = rng.randrange(len(words))
    if not words[at].isalpha() or at == 0 and words[at][0].isupper() and rng.random() < 0.8:
        return None
    shown = rng.choice(["the word {word}", '"{word}"', "the word '{word}'", "{word}", "'{word}'"])
    return changed(text, removed(shown), " ".join(words[:at] + words[at + 1 :]), word=words[at])


def ends(rng, text):
    """Without its first or last word."""
    words = text.split(" ")
    if len(words) < 3 or not text[-1].isalpha():
        return None
    front = rng.random() < 0.5
    imperatives, others = removed(f"the {'first' if front else 'last'} word")
    return changed(text, (imperatives, others), " ".join(words[1:] if front else words[:-1]))


def dashed(rng, text):
    """Spaces become another sign."""
    sign, name = rng.choice([("_", "underscores"), ("-", "dashes"), ("-", "hyphens"), (".", "dots"), ("+", "plus signs"), ("%20", "%20"), ("/", "slashes"), ("", "nothing"), ("_", "an underscore"),
        ("-", "a dash"), ("_", "_"), ("-", "-")])
    if name == "nothing" or sign in text:
        return None
    imperatives = ["replace [the |all |all the |]spaces [with|by] {name}", "change [the |all |]spaces to {name}", "turn [the |]spaces into {name}", "use {name} instead of spaces",
        "put {name} where the spaces are", "swap [the |]spaces for {name}", "substitute {name} for [the |]spaces", "convert [the |]spaces to {name}"]
    return changed(text, (imperatives, ["{name} instead of spaces", "spaces -> {name}", "with {name} for spaces"]), text.replace(" ", sign), name=name)


def undashed(rng, text):
    if "-" in text or "_" in text or " " not in text:
        return None
    sign, name = rng.choice([("_", "underscores"), ("-", "dashes"), ("-", "hyphens"), (".", "dots")])
    if sign in text:
        return None
    imperatives = ["replace [the |all |all the |]{name} [with|by] spaces", "change [the |]{name} to spaces", "turn [the |]{name} into spaces", "use spaces instead of {name}"]
    return imperatives, ["spaces instead of {name}", "{name} -> spaces"], {"name": name}, text, text.replace(" ", sign)


def letter_for_letter(rng, text):
    letters = sorted(set(sign for sign in text if sign.isalpha() and sign.islower()))
    if not letters or not text.islower():
        return None
    old, new = rng.choice(letters), rng.choice("aeiouxyz*@0#")
    marks = rng.choice(["{}", "'{}'", '"{}"'])
    imperatives = ["replace [every|each|the letter|all] {old} [with|by] {new}", "replace {old} with {new}", "change every {old} to {new}", "swap every {old} for {new}", "turn every {old} into {new}"]
    return changed(text, (imperatives, ["{new} instead of {old}", "{old} -> {new}"]), text.replace(old, new), old=marks.format(old), new=marks.format(new))


def word_for_word(rng, text):
    words = text.split(" ")
    inner = [word for word in words if word.isalpha() and word.islower() and text.split(" ").count(word) == 1 and text.count(word) == 1]
    if len(words) < 2 or not inner:
        return None
    old, new = rng.choice(inner), everyday.word(rng)
    marks = rng.choice(["{}", "{}", "'{}'", '"{}"'])
    imperatives = ["replace {old} [with|by] {new}", "replace the word {old} [with|by] {new}", "change {old} to {new}", "swap {old} for {new}", "use {new} instead of {old}",
        "substitute {new} for {old}", "put {new} in place of {old}", "turn {old} into {new}", "write {new} where it says {old}"]
    others = ["{new} instead of {old}", "{old} -> {new}", "it should [be|say] {new}, not {old}", "{old} becomes {new}", "s/{old}/{new}/"]
    return changed(text, (imperatives, others), text.replace(old, new), old=marks.format(old), new=marks.format(new))


def backwards(rng, text):
    if len(text) > 14 or " " in text and rng.random() < 0.7:
        return None
    imperatives = ["reverse {x}", "reverse {x}", "reverse the letters of {x}", "write {x} backwards", "spell {x} backwards", "write {x} from right to left", "turn {x} around",
        "flip the letters of {x}"]
    return changed(text, (imperatives, ["backwards", "reversed", "{x} backwards", "{x} reversed", "{x} spelled backwards"]), text[::-1])


def words_backwards(rng, text):
    if text.count(" ") < 1 or not text[-1].isalnum():
        return None
    imperatives = ["reverse the word order", "reverse the order of the words", "put the words in reverse order", "write the words from last to first", "list the words backwards",
        "reverse the words in {x}, not the letters", "flip the word order of {x}"]
    return changed(text, (imperatives, ["words in reverse order", "reverse word order", "last word first"]), " ".join(text.split(" ")[::-1]))


def sorted_words(rng, text):
    words = text.split(" ")
    if len(words) < 3 or not all(word.isalpha() and word.isascii() for word in words):
        return None
    imperatives = ["sort the words alphabetically", "sort the words in {x} alphabetically", "put the words in alphabetical order", "order the words of {x} from A to Z"]
    return changed(text, (imperatives, ["words in alphabetical order", "the words from a to z"]), " ".join(sorted(words, key=str.casefold)))


def sorted_letters(rng, text):
    if not (text.isalpha() and text.islower() and text.isascii() and len(text) < 9):
        return None
    imperatives = ["sort the letters of {x}", "sort the letters of {x} alphabetically", "put the letters of {x} in alphabetical order", "order the letters of {x}"]
    return changed(text, (imperatives, ["letters of {x} in alphabetical order", "letters sorted"]), "".join(sorted(text)))


def spaced(rng, text):
    if " " in text or len(text) > 12:
        return None
    sign, name = rng.choice([("-", "dashes"), (" ", "spaces"), (", ", "commas"), (".", "dots"), ("-", "hyphens"), (" ", "a space"), ("-", "a dash")])
    imperatives = ["spell {x} with {name} between the letters", "put {name} between the letters of {x}", "write {x} letter by letter, separated by {name}",
        "split {x} into letters, separated by {name}", "separate the letters of {x} with {name}", "insert {name} between the letters of {x}"]
    return changed(text, (imperatives, ["{x} with {name} between the letters", "letter by letter with {name}"]), sign.join(text), name=name)


def one_a_line(rng, text):
    if text.count(" ") < 1 or text.count(" ") > 7:
        return None
    imperatives = ["put each word on [its own|a new|a separate] line", "write one word per line", "split {x} into words, one per line", "list the words, one per line",
        "break {x} into one word per line"]
    return imperatives, ["one word per line", "each word on its own line", "words, one per line"], {}, "\n".join(text.split(" "))


def with_commas(rng, text):
    if text.count(" ") < 1 or not text.replace(" ", "").isalnum():
        return None
    imperatives = ["put a comma between the words", "separate the words with commas", "list the words separated by commas", "split {x} into words with commas between", "put commas between the words"]
    return imperatives, ["the words separated by commas", "comma separated words"], {}, ", ".join(text.split(" "))


def as_words_array(rng, text):
    if text.count(" ") < 1 or not text.replace(" ", "").isalnum():
        return None
    imperatives = ["split {x} into a JSON array of words", "turn the words into a JSON array", "make a JSON array of the words in {x}", "return the words as a JSON array"]
    return imperatives, ["words as JSON array", "JSON array of the words"], {}, "[" + ", ".join(f'"{word}"' for word in text.split(" ")) + "]"


def wrapped(rng, text):
    name, left, right = rng.choice(WRAPS)
    if left in text or right in text:
        return None
    imperatives = ["put {x} in {name}", "wrap {x} in {name}", "put {name} around {x}", "surround {x} with {name}", "enclose {x} in {name}",
        "add {name} around {x}"] + (["quote {x}", "put quotes around {x}", "wrap {x} in quotes"] if left == '"' else [])
    return imperatives, ["in {name}", "with {name} around"], {"name": name}, left + text + right


def tagged(rng, text):
    tag = rng.choice(TAGS)
    shown = rng.choice([f"<{tag}>", f"<{tag}>", f"{tag}", f"`{tag}`", f"HTML {tag}", f"<{tag}></{tag}>"])
    imperatives = ["wrap {x} in {tag} tags", "wrap {x} in a {tag} tag", "put {x} in {tag} tags", "put {x} between {tag} tags", "surround {x} with {tag} tags", "enclose {x} in a {tag} tag",
        "add {tag} tags around {x}"]
    return imperatives, ["in {tag} tags", "with {tag} tags around"], {"tag": shown}, f"<{tag}>{text}</{tag}>"


def untagged(rng, text):
    one, other = rng.sample(TAGS, 2)
    words = text.split(" ")
    at = rng.randrange(len(words))
    shown = f"<{one}>{text}</{one}>" if rng.random() < 0.5 else " ".join([*words[:at], f"<{other}>{words[at]}</{other}>", *words[at + 1 :]])
    imperatives, others = removed("[the |all |all the |]HTML tags")
    return [*imperatives, "strip the tags", "remove the tags", "convert {x} to plain text", "keep only the text, no tags"], [*others, "no tags", "plain text without tags"], {}, text, shown


def unmarked(rng, text):
    words = text.split(" ")
    at = rng.randrange(len(words))
    sign = rng.choice(["**", "*", "`", "_", "~~"])
    shown = rng.choice([f"{sign}{text}{sign}", " ".join([*words[:at], sign + words[at] + sign, *words[at + 1 :]]), f"{rng.choice(['#', '##', '###'])} {text}"])
    imperatives, others = removed("[the |all |]Markdown[ formatting| markup|]")
    return [*imperatives, "convert {x} to plain text, no Markdown"], [*others, "no markdown"], {}, text, shown


def unquoted(rng, text):
    left, right = rng.choice(['""', "''", "“”", "()", "[]", "{}", "<>"])
    if left in text:
        return None
    name = {'"': "quotes", "'": "quotes", "“": "quotes", "(": "parentheses", "[": "brackets", "{": "braces", "<": "angle brackets"}[left]
    imperatives, others = removed("the {name}")
    return [*imperatives, "remove the {name} around {x}"], others, {"name": name}, text, left + text + right


def trimmed(rng, text):
    if text.count(" ") < 2:
        return None
    shown = "".join(word + " " * rng.choice([1, 1, 2, 3]) for word in text.split(" ")[:-1]) + "  " + text.split(" ")[-1]
    if rng.random() < 0.3:
        shown = "   " + shown + "   "
    imperatives = ["trim {x}", "remove [the |all |]extra spaces", "collapse [the |multiple |]spaces", "fix the spacing", "clean up the whitespace", "normalize the whitespace",
        "reduce {x} to single spaces", "replace double spaces with single ones", "remove the superfluous blanks", "squeeze the spaces"]
    return imperatives, ["[only |]single spaces", "without extra spaces", "too many spaces"], {}, text, shown.strip() if rng.random() < 0.5 else shown


def first_words(rng, text):
    words = text.split(" ")
    if len(words) < 3:
        return None
    n, front = rng.randrange(1, min(6, len(words))), rng.random() < 0.65
    what = f"the {'first' if front else 'last'} " + ("word" if n == 1 else f"{rng.choice([str(n), SMALL[n]])} words")
    imperatives = ["keep [only |]{what}", "return {what}", "give me {what}", "show [only |]{what}", "take {what}", "print {what}", "cut {x} to {what}", "shorten {x} to {what}", "extract {what}",
        "get {what}[ of {x}|]", "truncate {x} to {what}"]
    result = " ".join(words[:n] if front else words[-n:])
    return changed(text, (imperatives, ["{what}[| please]", "only {what}", "just {what}", "[what is|what's] {what}?" if n == 1 else "what are {what}?", "{what} of {x}"]), result, what=what)


def nth_word(rng, text):
    words = text.split(" ")
    if len(words) < 3 or not text.replace(" ", "").isalnum():
        return None
    at = rng.randrange(min(6, len(words)))
    name = ["first", "second", "third", "fourth", "fifth", "sixth"][at]
    imperatives = ["give me the {which} word", "return the {which} word", "tell me the {which} word[ of {x}|]", "extract the {which} word", "find the {which} word"]
    return imperatives, ["[what is|what's] the {which} word?", "the {which} word", "which word is {which}?", f"word number {at + 1}", f"word {at + 1}"], {"which": name}, words[at]


def first_letters(rng, text):
    """Characters from the front or the back of a word or an id."""
    if " " in text or len(text) < 4 or not text.isalnum():
        return None
    n, front = rng.randrange(1, min(5, len(text))), rng.random() < 0.6
    what = f"the {'first' if front else 'last'} " + ("letter" if n == 1 else f"{rng.choice([str(n), SMALL[n]])} " + ("letters" if text.isalpha() else "characters"))
    if n == 1 and not text.isalpha():
        return None
    result = text[:n] if front else text[-n:]
    if rng.random() < 0.3:
        imperatives, others = removed("{what}")
        return imperatives, others, {"what": what}, text[n:] if front else text[:-n]
    return ["give me {what} of {x}", "return {what} of {x}", "take {what} of {x}", "keep only {what} of {x}", "print {what} of {x}"], ["{what} of {x}",
        "what [is|are] {what} of {x}?".replace("[is|are]", "is" if n == 1 else "are")], {"what": what}, result


def acronym(rng, text):
    words = text.split(" ")
    if not 2 <= len(words) <= 6 or not text.replace(" ", "").isalpha():
        return None
    imperatives = ["make an acronym [of|from|out of] {x}", "build the acronym of {x}", "give me the acronym for {x}", "abbreviate {x} to its initials", "turn {x} into an acronym",
        "write the acronym of {x}", "shorten {x} to its initials"]
    return imperatives, ["acronym[| please|?]", "acronym [of|for] {x}", "[what is|what's] the acronym [of|for] {x}?"], {}, "".join(word[0] for word in words).upper()


def initials_of_words(rng, text):
    words = text.split(" ")
    if not 2 <= len(words) <= 7 or not text.replace(" ", "").isalpha():
        return None
    imperatives = ["take the first letter of each word", "give me the first letter of [each|every] word", "join the first letters of the words", "write the first letter of each word"]
    return imperatives, ["first letter of each word", "the first letters of the words"], {}, "".join(word[0] for word in words)


def slug(rng, text):
    bare = re.sub(r"[^a-z0-9 ]", "", text.lower())
    if not text.isascii() or "'" in text or "-" in text:
        return None
    imperatives = ["make a [URL |]slug [of|from|out of] {x}", "turn {x} into a [URL |]slug", "slugify {x}", "slugify {x}", "create a URL slug [for|from] {x}", "convert {x} to a [URL |]slug",
        "write {x} as a slug", "give me a slug for {x}"]
    return imperatives, ["slug[| please|?]", "url slug", "slug [of|for] {x}", "[as|as a] slug"], {}, "-".join(bare.split())


def coded(rng, text):
    """Words to one of the cases that programs use."""
    words = text.split(" ")
    if not 2 <= len(words) <= 6 or not (text.isascii() and text.replace(" ", "").isalnum()) or words[0][0].isdigit():
        return None
    low = [word.lower() for word in words]
    name, result = rng.choice([
        ("snake_case", "_".join(low)), ("snake case", "_".join(low)), ("camelCase", low[0] + "".join(word.capitalize() for word in low[1:])),
            ("camel case", low[0] + "".join(word.capitalize() for word in low[1:])),
        ("PascalCase", "".join(word.capitalize() for word in low)), ("kebab-case", "-".join(low)), ("kebab case", "-".join(low)), ("CONSTANT_CASE", "_".join(low).upper()),
        ("SCREAMING_SNAKE_CASE", "_".join(low).upper()), ("Pascal case", "".join(word.capitalize() for word in low)),
    ])  # fmt: skip
    imperatives = ["convert {x} to {name}", "write {x} in {name}", "turn {x} into {name}", "put {x} in {name}", "make {x} {name}", "change {x} to {name}", "rewrite {x} in {name}",
        "format {x} as {name}"]
    return imperatives, ["{name}[| please]", "in {name}", "{x} in {name}", "{name} of {x}", "what is {x} in {name}?", "to {name}"], {"name": name}, result


def truncated(rng, text):
    if len(text) < 12:
        return None
    n = rng.randrange(3, min(11, len(text)))
    result = text[:n]
    if result != result.strip() or " " in result:
        return None
    imperatives = ["cut {x} after {n} characters", "keep [only |]the first {n} characters", "truncate {x} to {n} characters", "shorten {x} to {n} characters"]
    return imperatives, ["the first {n} characters", "only the first {n} characters"], {"n": n}, result


def repeated(rng, text):
    if len(text) > 16:
        return None
    n, sign = rng.randrange(2, 6), rng.choice([" ", ", ", "-", "\n"])
    how = {" ": "separated by spaces", ", ": "separated by commas", "-": "separated by dashes", "\n": rng.choice(["one per line", "each on its own line"])}[sign]
    count = rng.choice([f"{n} times", f"{SMALL[n]} times"])
    imperatives = ["repeat {x} {count}, {how}", "write {x} {count}, {how}", "say {x} {count}, {how}", "print {x} {count}, {how}", "copy {x} {count}, {how}"]
    return imperatives, ["{x} {count}, {how}", "{count}, {how}"], {"count": count, "how": how}, sign.join([text] * n)


def added(rng, text):
    extra, front = everyday.word(rng), rng.random() < 0.4
    if text[-1] in ".!?" or text[0].isupper() and front:
        sign = rng.choice("!?.…") if text[-1].isalnum() else None
        if sign is None:
            return None
        return ["add {sign} [at the end|to the end|to {x}]", "end {x} with {sign}", "put {sign} at the end", "append {sign}"], ["with {sign} at the end"], {"sign": rng.choice([f"'{sign}'",
            f'"{sign}"', f"a {sign}"])}, text + sign
    extra_shown = rng.choice([extra, f"'{extra}'", f'"{extra}"', f"the word {extra}"])
    if front:
        return ["put {w} in front[ of {x}|]", "add {w} at the [beginning|start|front]", "start {x} with {w}", "prepend {w}"], ["with {w} in front"], {"w": extra_shown}, f"{extra} {text}"
    return ["add {w} at the end", "append {w}", "put {w} at the end[ of {x}|]", "end {x} with {w}"], ["with {w} at the end", "plus {w}"], {"w": extra_shown}, f"{text} {extra}"


def masked(rng, text):
    if not re.search(r"\d", text):
        return None
    sign = rng.choice(["*", "x", "X", "#", "*"])
    imperatives = ["mask [the |all |all the |]digits with {sign}", "replace [every|each] digit [with|by] {sign}", "hide [the |all |]digits behind {sign}", "redact [the |all |]digits with {sign}",
        "replace all digits with {sign}", "put {sign} for [every|each] digit", "change every digit to {sign}"]
    return imperatives, ["digits masked with {sign}", "{sign} for each digit"], {"sign": rng.choice([sign, f"'{sign}'", f'"{sign}"'])}, re.sub(r"\d", sign, text)


def count_words(rng, text):
    imperatives = ["count the words", "count the words in {x}", "tell me how many words {x} has", "tell me the word count[ of {x}|]", "give me the number of words[ in {x}|]"]
    return imperatives, ["how many words[ are in {x}| is that| are there| are here| does {x} have|]?", "word count[|?| of {x}| please]", "number of words[?|]",
        "how many words?"], {}, str(len(text.split()))


def count_letters(rng, text):
    if not text.isalpha() or len(text) > 14:
        return None
    imperatives = ["count the letters in {x}", "count the letters of {x}", "count the characters in {x}", "tell me how many letters {x} has", "give me the length of {x}"]
    return imperatives, ["how many [letters|characters] [are in|does] {x} [have|]?".replace("[are in|does] {x} [have|]", rng.choice(["are in {x}", "does {x} have", "has {x}"])), "length of {x}[?|]",
        "how long is {x}?", "letter count of {x}[?|]", "{x}: how many letters?"], {}, str(len(text))


def count_vowels(rng, text):
    if not (text.isalpha() and text.isascii()) or len(text) > 12 or "y" in text.lower():
        return None
    vowels = sum(sign in "aeiou" for sign in text.lower())
    if rng.random() < 0.7:
        return ["count the vowels in {x}", "count the vowels of {x}", "tell me how many vowels {x} has"], ["how many vowels [are in|has] {x}?", "vowels in {x}[?|]",
            "number of vowels in {x}[?|]"], {}, str(vowels)
    return ["count the consonants in {x}", "tell me how many consonants {x} has"], ["how many consonants are in {x}?", "consonants in {x}[?|]"], {}, str(len(text) - vowels)


def count_letter(rng, text):
    letter = rng.choice([sign for sign in text.lower() if sign.isalpha()])
    if len(text) > 40 or text.count(letter) != text.lower().count(letter):
        return None
    marks = rng.choice(["{}", "'{}'", "the letter {}", '"{}"', "the letter '{}'"])
    imperatives = ["count how [often|many times] {c} [appears|occurs] in {x}", "tell me how [often|many times] {c} [appears|occurs] in {x}", "count {c} in {x}"]
    others = ["how [often|many times] [does {c} appear|does {c} occur|is {c}] in {x}?", f"how many {rng.choice([letter + 's', letter, letter.upper() + 's', letter + chr(39) + 's'])} are in {{x}}?"]
    return imperatives, others, {"c": marks.format(letter)}, str(text.lower().count(letter))


def count_word(rng, text):
    words = text.lower().split(" ")
    if len(words) < 4 or not text.replace(" ", "").isalpha():
        return None
    word = max(words, key=words.count) if rng.random() < 0.6 else rng.choice(words)
    imperatives = ["count the word {w}", "count how [often|many times] {w} [appears|occurs]", "tell me how [often|many times] the word {w} [appears|occurs]"]
    return imperatives, ["how [often|many times] [does|is] the word {w} [appear|occur|used]?".replace("[does|is] the word {w} [appear|occur|used]",
        rng.choice(["does {w} appear", "is {w} used", "does the word {w} occur"]))], {"w": rng.choice([word, f'"{word}"', f"'{word}'"])}, str(words.count(word))


def extreme_word(rng, text):
    words = WORD.findall(text)
    lengths = [len(word) for word in words]
    if len(words) < 3 or not all(word.isalpha() for word in words) or any(sign in text for sign in "'’-_"):
        return None
    up = rng.random() < 0.65
    best = max(lengths) if up else min(lengths)
    if lengths.count(best) > 1:
        return None
    name = "longest" if up else "shortest"
    imperatives = ["find the {which} word", "give me the {which} word", "tell me the {which} word", "return the {which} word in {x}", "pick the {which} word", "extract the {which} word"]
    return imperatives, ["[what is|what's|which is] the {which} word[ in {x}| here|]?", "{which} word[| please|?]", "the {which} word",
        "which word is [the |]{which}?"], {"which": name}, words[lengths.index(best)]


def numbers_in(rng, text):
    found = re.findall(r"\d+", text)
    if not found or re.search(r"\d[.,:]\d", text):
        return None
    if len(found) == 1:
        return ["find the number in {x}", "extract the number[ from {x}|]", "give me only the number", "return just the number"], ["only the number", "[what is|what's|which is] the number[ in {x}|]?",
            "just the number please"], {}, found[0]
    imperatives = ["extract [all |]the numbers[ from {x}|], separated by commas", "list the numbers in {x}, separated by commas", "find all numbers, comma separated",
        "give me only the numbers, separated by commas"]
    return imperatives, ["only the numbers, separated by commas", "[which|what] numbers are in {x}? comma separated"], {}, ", ".join(found)


def palindrome(rng, text):
    if " " in text or not text.isalpha() or len(text) > 9:
        return None
    if rng.random() < 0.5:
        text = rng.choice("level radar civic kayak madam noon refer rotor stats racecar deed peep tenet sagas solos rotator reviver pop wow mum dad eye eve pup toot".split())
    return ["tell me if {x} is a palindrome, yes or no", "check whether {x} is a palindrome (yes/no)"], ["is {x} a palindrome?", "is {x} a palindrome? yes or no",
        "{x}: palindrome, yes or no?"], {}, "yes" if text == text[::-1] else "no", text


def first_sentence(rng, text):
    parts = re.split(r"(?<=[.!?]) ", text)
    if len(parts) < 2:
        return None
    at = rng.choice([0, 0, 0, len(parts) - 1, len(parts) - 1, rng.randrange(len(parts))])
    name = "last" if at == len(parts) - 1 else ["first", "second", "third", "fourth"][at]
    imperatives = ["give me [only |]the {which} sentence", "return the {which} sentence", "keep only the {which} sentence", "extract the {which} sentence", "print the {which} sentence",
        "show me the {which} sentence", "quote the {which} sentence"]
    return imperatives, ["[what is|what's] the {which} sentence?", "only the {which} sentence", "the {which} sentence[| please]"], {"which": name}, parts[at]


def count_sentences(rng, text):
    parts = re.split(r"(?<=[.!?]) ", text)
    imperatives = ["count the sentences", "count the sentences in {x}", "tell me how many sentences there are", "tell me the number of sentences"]
    return imperatives, ["how many sentences[ are there| are in {x}| is that|]?", "number of sentences[?|]", "sentence count"], {}, str(len(parts))


def sentence_lines(rng, text):
    parts = re.split(r"(?<=[.!?]) ", text)
    if len(parts) < 2:
        return None
    write = rng.randrange(3)
    result = ["\n".join(parts), "\n".join(f"- {part}" for part in parts), "\n".join(f"{i}. {part}" for i, part in enumerate(parts, 1))][write]
    imperatives = [
        ["put each sentence on [its own|a new|a separate] line", "split {x} into sentences, one per line", "write one sentence per line", "break {x} into lines, one sentence each"],
        ["make bullet points of the sentences", "turn each sentence into a bullet[ point|]", "write each sentence as a bullet point", "put the sentences in a bullet list"],
        ["number the sentences[, one per line|]", "make a numbered list of the sentences", "turn the sentences into a numbered list"],
    ][write]
    return imperatives, [["one sentence per line", "each sentence on its own line"], ["one bullet per sentence", "sentences as bullets"],
        ["numbered sentences, one per line", "sentences as a numbered list"]][write], {}, result


def without_sentence(rng, text):
    parts = re.split(r"(?<=[.!?]) ", text)
    if len(parts) < 2:
        return None
    front = rng.random() < 0.5
    imperatives, others = removed(f"the {'first' if front else 'last'} sentence")
    return imperatives, others, {}, " ".join(parts[1:] if front else parts[:-1])


WORD_STEPS = [(upper, 1.5), (lower, 0.8), (title, 0.7), (backwards, 3), (sorted_letters, 0.8), (spaced, 1.5), (wrapped, 0.8), (tagged, 0.8), (first_letters, 2), (no_letter, 1), (no_vowels, 1.2),
    (letter_for_letter, 1), (repeated, 1), (count_letters, 3), (count_vowels, 1.5), (count_letter, 2.5), (palindrome, 0.7)]
LINE_STEPS = [
    (upper, 3), (lower, 3), (title, 2.5), (sentence_case, 1.5), (no_spaces, 1.5), (no_punctuation, 1.5), (no_sign, 1), (no_digits, 0.7), (no_vowels, 1), (no_letter, 0.7), (no_word, 1.5), (ends, 1),
        (dashed, 2), (undashed, 1), (letter_for_letter, 0.7),
    (word_for_word, 3), (words_backwards, 1.5), (sorted_words, 1), (one_a_line, 1), (with_commas, 0.8), (as_words_array, 0.7), (wrapped, 1.2), (tagged, 1.5), (untagged, 1), (unmarked, 0.7),
    (unquoted, 0.7), (trimmed, 1.5), (first_words, 3), (nth_word, 1.5), (acronym, 1.2),
    (initials_of_words, 0.7), (slug, 2), (coded, 3), (truncated, 0.6), (added, 1), (masked, 1), (count_words, 3.5), (count_letter, 0.7), (count_word, 1), (extreme_word, 2.2), (numbers_in, 1),
    (backwards, 0.3),
]  # fmt: skip
TEXT_STEPS = [(first_sentence, 3), (count_sentences, 2), (sentence_lines, 2), (without_sentence, 1), (upper, 0.5), (lower, 0.7), (count_words, 1), (no_punctuation, 0.5), (word_for_word, 0.7),
    (no_sign, 0.4)]
# Steps that may follow others.
CHAINED = [(upper, 3), (lower, 2), (title, 2), (no_spaces, 2), (no_punctuation, 1), (no_vowels, 1), (no_letter, 0.5), (dashed, 2.5), (words_backwards, 1), (sorted_words, 0.8), (wrapped, 2),
    (tagged, 1.5), (one_a_line, 0.6), (added, 0.8), (first_words, 1), (count_words, 0.8), (masked, 0.5), (word_for_word, 1), (no_word, 0.6), (ends, 0.6)]
FINAL = frozenset((count_words, count_letters, count_vowels, count_letter, count_word, extreme_word, numbers_in, palindrome, count_sentences, as_words_array, one_a_line, slug, coded, acronym, tagged,
    sentence_lines, first_sentence))

"""Parts and small changes of addresses, paths, links, numbers of cards and phones, names of people; escapes; spelling alphabets."""

import re
import unicodedata

from ... import values
from ...task import Task
from ..shared import everyday
from .asking import asked

HELD = ["{data}", "{data}", "{data}", '"{data}"', "'{data}'", "`{data}`"]
NATO = dict(zip("abcdefghijklmnopqrstuvwxyz",
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu".split()))


def of(rng, data, noun, what, answer, held=HELD):
    """A part of something: the ways to ask for it."""
    imperatives = ["give me {w} of {x}", "return {w}", "extract {w} from {x}", "get {w} of {x}", "extract {w}", "tell me {w} of {x}", "show only {w}", "take {w} from {x}", "print {w} of {x}",
        "keep only {w}"]
    others = ["{w} of {x}", "{w} of {x}?", "what is {w} of {x}?", "what's {w}?", "just {w}", "only {w} please", "{w}?", "{w}"]
    return task(rng, data, noun, imperatives, others, {"w": rng.choice(what)}, answer, held)


def task(rng, data, noun, imperatives, others, slots, answer, held=HELD):
    nouns = ["this", f"this {noun}", f"the {noun}", f"the following {noun}", f"the {noun} below"]
    held = [*held, f"the {noun} {{data}}", f"the {noun} '{{data}}'"]
    return Task("convert", asked(rng, [(imperatives, others, slots)], data, nouns, held, [noun.capitalize(), noun, "Input", "String"]), answer)


def email(rng):
    user = rng.choice([lambda: everyday.word(rng), lambda: f"{plain_name(everyday.of_kind(rng, 'given'))}.{plain_name(everyday.of_kind(rng, 'family'))}",
        lambda: f"{plain_name(everyday.of_kind(rng, 'given'))}{rng.randrange(100)}"])()
    domain = rng.choice([values.domain(rng), f"{everyday.word(rng)}.com", f"{everyday.word(rng)}-{everyday.word(rng)}.org", "gmail.com", "example.com", "mail.example.org"])
    address = f"{user}@{domain}"
    if rng.random() < 0.5:
        return of(rng, address, rng.choice(["email", "address", "e-mail address", "email address"]), ["the domain", "the domain", "the part after the @", "the domain name", "the host"], domain)
    return of(rng, address, rng.choice(["email", "address", "e-mail address"]), ["the part before the @", "the user name", "the local part", "the username"], user)


def plain_name(name):
    """In small letters from a to z."""
    text = name.lower().translate(str.maketrans({"ł": "l", "ø": "o", "ı": "i", "ß": "ss", "'": ""}))
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if sign.isascii())


def link(rng):
    host = rng.choice([values.domain(rng), f"www.{everyday.word(rng)}.com", f"{everyday.word(rng)}.{everyday.word(rng)}.org", f"{everyday.word(rng)}.net"])
    path = "/" + "/".join(everyday.word(rng) for _ in range(rng.randrange(1, 4)))
    scheme, query = rng.choice(["https", "https", "http"]), rng.choice(["", "", f"?id={rng.randrange(1000)}", f"?q={everyday.word(rng)}&page={rng.randrange(9)}"])
    url = f"{scheme}://{host}{path}{query}"
    kind = rng.randrange(6)
    if kind == 0:
        return of(rng, url, rng.choice(["URL", "link"]), ["the host", "the host name", "the domain with all its parts", "the hostname"], host)
    if kind == 1:
        return of(rng, url, rng.choice(["URL", "link"]), ["the path", "the path, without the query", "only the path, no query"], path)
    if kind == 2:
        return of(rng, url, rng.choice(["URL", "link"]), ["the scheme", "the protocol"], scheme)
    if kind == 3 and query:
        return task(rng, url, "URL", ["remove the query [string|] from {x}", "strip the query [string|parameters]", "drop everything from the question mark on", "cut off the query string"],
            ["without the query string", "{x} without the query"], {}, url.removesuffix(query))
    if kind == 4:
        return of(rng, url, rng.choice(["URL", "link"]), ["the last part of the path", "the last path segment"], path.rsplit("/", 1)[1])
    text = everyday.word(rng)
    return task(rng, url, rng.choice(["URL", "link"]), [f"make {{x}} a Markdown link with the text {text}", f"write {{x}} as a Markdown link named {text}",
        f"turn {{x}} into a Markdown link, text {text}"], [f"as a markdown link, text {text}"], {}, f"[{text}]({url})") if rng.random() < 0.5 else \
        task(rng, url, rng.choice(["URL", "link"]), [f"make {{x}} an HTML link with the text {text}", f"write {{x}} as an <a> tag with the text {text}"], [f"as an HTML link, text {text}"], {},
            f'<a href="{url}">{text}</a>')


def file(rng):
    folders = "/".join(everyday.word(rng) for _ in range(rng.randrange(1, 4)))
    base, extension = rng.choice([everyday.word(rng), f"{everyday.word(rng)}_{rng.randrange(100)}", f"{everyday.word(rng)}-{everyday.word(rng)}"]), values.pick(rng, "file_ext")
    path = f"{rng.choice(['/', '', '/home/', './', 'C:/'])}{folders}/{base}.{extension}"
    name, kind = f"{base}.{extension}", rng.randrange(6)
    if kind == 0:
        return of(rng, rng.choice([path, name]), rng.choice(["file", "path", "file name"]), ["the extension", "the file extension", "the extension without the dot", "the file ending without the dot"],
            extension)
    if kind == 1:
        return of(rng, path, "path", ["the file name", "the filename", "the base name with extension", "the name of the file"], name)
    if kind == 2:
        return of(rng, path, "path", ["the folder", "the directory", "the directory part", "the path without the file name"], path.rsplit("/", 1)[0])
    if kind == 3:
        return task(rng, name, rng.choice(["file name", "file"]), ["remove the extension from {x}", "strip the extension", "drop the file extension", "write {x} without the extension"],
            ["without extension", "{x} without the extension"], {}, base)
    if kind == 4:
        new = rng.choice([ext for ext in ("txt", "bak", "json", "md", "csv", "pdf", "png") if ext != extension])
        return extension_changed(rng, rng.choice([name, path]), extension, new)
    return task(rng, path.replace("/", "\\"), "path", ["replace [the |]backslashes [with|by] slashes", "use slashes instead of backslashes in {x}", "convert {x} to forward slashes",
        "turn the backslashes into slashes"], ["with forward slashes", "slashes instead of backslashes"], {}, path)


def extension_changed(rng, shown, old, new):
    imperatives = ["change the extension to {e}", "change the extension of {x} to {e}", "replace the extension with {e}", "swap the file extension for {e}", "rename {x} to end in {e}"]
    return task(rng, shown, "file name", imperatives, ["{x} with the extension {e}", "same name, extension {e}"], {"e": rng.choice([new, f".{new}"])}, shown.removesuffix(old) + new)


def person(rng):
    first, last = everyday.of_kind(rng, "given"), everyday.of_kind(rng, "family")
    name, low, kind = f"{first} {last}", (plain_name(first), plain_name(last)), rng.randrange(10)
    held = ["{data}", "{data}", '"{data}"', "the name {data}", "{data}"]
    if kind == 0:
        return task(rng, name, "name", ["write {x} as last name, first name", "put the last name first, with a comma", "convert {x} to 'Last, First'", "write {x} as 'Last, First'",
            "reorder {x} to last name, first name", "turn {x} around: last name, first name"], ["{x} as 'Last, First'", "last name, first name", "as Last, First"], {}, f"{last}, {first}", held)
    if kind == 1:
        return task(rng, f"{last}, {first}", "name", ["write {x} as first name last name", "put the first name first, no comma", "convert {x} to 'First Last'",
            "reorder {x} to first name and last name"], ["{x} as 'First Last'", "first name first", "as First Last"], {}, name, held)
    if kind == 2:
        return of(rng, name, "name", ["the initials", "the initials", "the initials without dots"], first[0] + last[0], held)
    if kind == 3:
        return of(rng, name, "name", ["the initials with dots (like A.B.)", "initials in the form A.B."], f"{first[0]}.{last[0]}.", held)
    if kind == 4:
        return of(rng, name, "name", ["the last name", "the surname", "the family name"], last, held)
    if kind == 5:
        return of(rng, name, "name", ["the first name", "the given name"], first, held)
    if kind == 6:
        return task(rng, name, "name", ["abbreviate the first name of {x} (like J. Smith)", "shorten {x} to initial and last name", "write {x} with the first name as an initial",
            "write {x} like 'J. Smith'"], ["{x} like J. Smith", "first initial and last name"], {}, f"{first[0]}. {last}", held)
    if not name.isascii() or "'" in name:
        return None
    if kind == 7:
        return task(rng, name, "name", ["make a username from {x}: first initial plus last name, lower case", "turn {x} into a username, first letter of the first name and the last name, lowercase",
            "build a login like jsmith from {x}"], ["username like jsmith for {x}", "login like jsmith"], {}, low[0][0] + low[1], held)
    if kind == 8:
        domain = rng.choice([values.domain(rng), "example.com", f"{everyday.word(rng)}.org"])
        return task(rng, name, "name", ["make an email address first.last@{d} for {x}", "turn {x} into first.last@{d}", "build the address first.last@{d} from {x}, lower case",
            "write the e-mail of {x} as first.last@{d}"], ["{x} as first.last@{d}"], {"d": domain}, f"{low[0]}.{low[1]}@{domain}", held)
    title = rng.choice(["Dr.", "Prof.", "Mr.", "Ms.", "Mrs."])
    return task(rng, f"{title} {name}", "name", ["remove the title from {x}", "drop the title", "strip the title", "write {x} without the title"], ["without the title", "{x} without title"], {}, name,
        held)


def phone(rng):
    number = values.phone(rng)
    digits = re.sub(r"\D", "", number)
    kind = rng.randrange(3)
    if kind == 0 and not number.startswith("+"):
        return of(rng, number, rng.choice(["phone number", "number"]), ["only the digits", "the digits", "the digits without any signs"], digits)
    if kind == 1:
        return of(rng, number, rng.choice(["phone number", "number"]), ["the last four digits", "the last 4 digits"], digits[-4:]) if digits[-4:] in number else None
    masked = list(number)
    places = [at for at, sign in enumerate(number) if sign.isdigit()]
    for at in places[:-4]:
        masked[at] = "*"
    imperatives = ["mask all but the last four digits [of {x} |]with *", "replace all digits but the last four with *", "hide all digits except the last 4 with *",
        "mask {x} with *, keep the last four digits"]
    return task(rng, number, rng.choice(["number", "phone number"]), imperatives, ["all but the last four digits masked with *"], {}, "".join(masked))


def card(rng):
    digits = values.digits(rng, 16)
    spaced = " ".join(digits[at : at + 4] for at in range(0, 16, 4))
    kind = rng.randrange(3)
    if kind == 0:
        return task(rng, digits, "number", ["group {x} in blocks of four", "put a space after every four digits", "write {x} in groups of four digits", "split {x} into groups of 4 digits"],
            ["in groups of four", "blocks of 4 digits"], {}, spaced)
    if kind == 1:
        return task(rng, spaced, "number", ["remove the spaces from {x}", "write {x} without spaces", "join the groups of {x}"], ["without spaces", "no spaces"], {}, digits)
    return task(rng, spaced, rng.choice(["card number", "card", "number"]), ["mask all but the last four digits with *", "hide all digits but the last 4 with *",
        "replace every digit except the last four with *"], ["masked with *, last four visible"], {}, "**** **** **** " + spaced[-4:])


def escape(rng):
    a, b, c = everyday.word(rng), everyday.word(rng), everyday.word(rng)
    kind = rng.randrange(4)
    if kind == 0:
        text = rng.choice([f"{a} & {b}", f"<{a}>{b}</{a}>", f"{a} < {b}", f"<b>{a}</b> & {b}", f"{a} > {b} > {c}"])
        return task(rng, text, "text", ["escape {x} for HTML", "HTML-escape {x}", "escape the HTML special characters in {x}"], ["HTML escaped", "escaped for html"], {},
            text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), ["{data}", "`{data}`"])
    if kind == 1:
        text = rng.choice([f"{a} & {b}", f"<{a}> {b}", f"{a} < {b}", f"{a} > {b}"])
        return task(rng, text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), "text", ["unescape the HTML entities in {x}", "decode the HTML entities",
            "turn the HTML entities into characters", "HTML-unescape {x}"], ["without HTML entities", "entities decoded"], {}, text, ["{data}", "`{data}`"])
    text = f"{a} {b} {c}"[: None if rng.random() < 0.5 else len(f"{a} {b}")]
    if kind == 2:
        return task(rng, text, "text", ["URL-encode {x}, spaces as %20", "percent-encode {x}", "URL encode {x} (spaces as %20)"], ["url encoded, with %20"], {}, text.replace(" ", "%20"),
            ['"{data}"', "'{data}'"])
    return task(rng, text.replace(" ", "%20"), "text", ["URL-decode {x}", "decode the percent signs in {x}", "decode {x}"], ["url decoded", "decoded"], {}, text)


def spelled(rng):
    word = everyday.word(rng)
    if len(word) > 6:
        return None
    return task(rng, word, "word", ["spell {x} in the NATO alphabet", "spell {x} with the phonetic alphabet", "write {x} in the NATO phonetic alphabet"],
        ["{x} in the NATO alphabet", "NATO alphabet for {x}?"], {}, " ".join(NATO[sign] for sign in word))


def field(rng):
    """One of some parts between signs."""
    sign, name = rng.choice([(",", "commas"), (";", "semicolons"), ("|", "pipes"), ("-", "dashes"), ("/", "slashes"), (":", "colons"), ("_", "underscores")])
    parts = [rng.choice([everyday.word(rng), str(rng.randrange(100))]) for _ in range(rng.randrange(3, 7))]
    at = rng.randrange(len(parts))
    which = "last" if at == len(parts) - 1 and rng.random() < 0.7 else ["first", "second", "third", "fourth", "fifth", "sixth"][at]
    what = [f"the {which} field", f"the {which} part", f"the {which} value", f"the {which} of the parts between {name}"]
    return of(rng, sign.join(parts), "line", what, parts[at])


def between(rng):
    """What stands in brackets or quotes."""
    word, inner = everyday.sentence(rng), rng.choice([everyday.word(rng), everyday.of_kind(rng, "phrase"), str(rng.randrange(1, 999))])
    left, right, name = rng.choice([("(", ")", "parentheses"), ("[", "]", "square brackets"), ('"', '"', "quotes"), ("<", ">", "angle brackets"), ("{", "}", "curly braces"), ("*", "*", "asterisks")])
    text = f"{word} {left}{inner}{right} {everyday.word(rng)}"
    if text.count(left) + text.count(right) != 2 and left != right or left == right and text.count(left) != 2:
        return None
    if rng.random() < 0.6:
        return of(rng, text, "text", [f"the content of the {name}", f"the text in {name}", f"the part inside the {name}"], inner, ["{data}"]) if left != '"' else of(rng, text, "text",
            ["the text in quotes", "the part in quotes"], inner, ["{data}"])
    return task(rng, text, "text", [f"remove what is in {name}, with the {name}", f"delete the part in {name} and the {name}", f"drop the {name} and everything in them"],
        [f"without the part in {name}"], {}, " ".join((text.split(left)[0] + text.rsplit(right, 1)[1]).split()), ["{data}"])


KINDS = [(email, 1.5), (link, 2), (file, 2), (person, 4), (phone, 0.8), (card, 0.7), (escape, 0.8), (spelled, 0.5), (field, 1), (between, 1)]
MAKE, WEIGHTS = [kind for kind, _ in KINDS], [weight for _, weight in KINDS]


def make(rng):
    while True:
        found = rng.choices(MAKE, WEIGHTS)[0](rng)
        if found is not None:
            return found

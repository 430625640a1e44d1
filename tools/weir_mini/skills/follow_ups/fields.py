"""Fields of a text as JSON, and what people want next: one more, one less, another name, CSV, only the e-mail."""

from ... import values
from ...phrasing import choose, fill
from ...task import compact
from ..shared.each_lines import name, town
from ..shared.records import FIELDS, FILLER, LABELLED, SENTENCES

SAID = {
    "email": ["e-mail", "email", "mail", "e-mail address"], "phone": ["phone", "phone number", "number"], "order_id": ["order id", "order number", "order"],
    "invoice": ["invoice number", "invoice"], "ip": ["IP", "ip address"], "url": ["URL", "link"],
}  # fmt: skip
OTHER_KEYS = {
    "name": ["customer", "person", "full_name", "contact"], "email": ["mail", "e_mail", "contact"], "phone": ["tel", "telephone", "mobile"], "date": ["day", "when"], "time": ["at",
    "hour"], "city": ["town", "place", "location"], "country": ["land", "nation"], "company": ["firm", "employer", "org"], "order_id": ["id", "order", "ref"],
    "invoice": ["bill", "invoice_no"], "product": ["item", "article"], "quantity": ["qty", "count"], "price": ["total", "amount", "cost"], "address": ["street", "addr"],
    "url": ["link", "site"], "ip": ["host", "ip_address"], "version": ["release"], "job": ["role", "position"], "age": ["years"], "color": ["colour"], "department": ["team"],
    "file": ["path"], "room": ["place"],
}  # fmt: skip
FIRST = [
    "Extract {f} as JSON: {t}", "Extract {f} as JSON:\n{t}", "extract {f} as json: {t}", "Get {f} from this as JSON: {t}", "{t}\n\nExtract {f} as JSON.",
    "{t}\n\nGive me {f} as JSON", "Return {f} in JSON.\n\n{t}", "JSON with {f} please: {t}", "Please extract {f} from the text below and return JSON.\n\n{t}", "{f} as JSON: {t}",
    "Pull {f} out of this message as JSON:\n\n{t}",
    "Can you extract {f} as JSON? {t}", "I need {f} as JSON.\n{t}", "{t}\n{f} as json pls", "Put {f} into a JSON object:\n{t}", "Find {f} here, as JSON: {t}",
]  # fmt: skip
ONE = ["What is the {f}? {t}", "{t}\n\nWhat is the {f}?", "Give me the {f}: {t}", "What's the {f} in this?\n{t}", "the {f} please: {t}", "{t}\n{f}?", "Find the {f} in: {t}",
    "Extract the {f}:\n\n{t}"]  # fmt: skip
ADD = ["add the {f}[ too| as well|]", "[now |]with the {f}[ too| as well|]", "the {f} too", "also the {f}", "include the {f}[ too|]", "you forgot the {f}", "plus the {f}",
    "[the |]{f} as well", "add {f}[ too|]", "and the {f}[ too|]", "I also need the {f}", "can you add the {f}?", "put the {f} in as well"]  # fmt: skip
DROP = ["without the {f}", "drop the {f}", "remove the {f}", "leave out the {f}", "I don't need the {f}", "no {f}", "delete the {f}", "[but |]not the {f}", "skip the {f}",
    "take the {f} out"]  # fmt: skip
JUST = ["just the {f}", "only the {f}", "just the {f}, [no JSON|as plain text]", "only the {f}, nothing else", "[what's|what is] the {f}?", "the {f}?",
    "[tell|give] me [just |only |]the {f}", "I only need the {f}"]  # fmt: skip
ONLY = ["only {a} and {b}", "just {a} and {b}", "only the {a} and the {b}", "[with |]only the keys {a} and {b}"]
RENAME = ["rename the key {a} to {b}", "rename {a} to {b}", "call it {b} instead of {a}", "use {b} instead of {a} as key", "the key {a} should be {b}", "change the key {a} to {b}",
    "rename {a} into {b}"]  # fmt: skip
CSV = ["as CSV[ instead| please|]", "[now |]as CSV", "CSV instead[ of JSON|]", "in CSV[ format|]", "make it CSV", "as csv with [a |]header", "CSV please",
    "can I have CSV instead?"]  # fmt: skip
LINES = ["as key: value lines[ instead|]", "one line per field, key: value", "[not JSON, |]key: value lines[ please|]", "as lines of key: value", "as YAML[ instead|]",
    "in YAML"]  # fmt: skip
BACK = ["as JSON again", "back to JSON", "[now |]as JSON", "JSON again please"]
SHOUT = ["keys in upper case", "uppercase keys", "[with |]the keys in capitals", "make the keys uppercase"]
SET = ["change the {a} to {v}", "set {a} to {v}", "the {a} is {v} now", "set the {a} to {v}", "correct the {a}, it is {v}", "replace the {a} by {v}"]  # fmt: skip
NEW = ["add a field {a} with the value {v}", "add {a}: {v}", 'add "{a}": "{v}"', "add a key {a} with {v}", "with an extra field {a} = {v}"]  # fmt: skip
INSIDE = ["put it under the key {a}", "wrap it in an object with the key {a}", "nest it under {a}"]
ARRAY = ["[put it|wrap that] in an array", "as an array with one object", "in a list", "make it a JSON array"]
NEXT = ["[now |]the same for [this one|this|the next one]: {t}", "[and |]this one: {t}", "next: {t}", "[now|and now] for this[ one|]: {t}", "same for:\n{t}", "another one:\n\n{t}",
    "and from this[ text|]: {t}", "[do|and] the same with: {t}", "one more: {t}", "{t}"]  # fmt: skip
EXTRAS = [("status", ["open", "new", "done", "paid"]), ("source", ["mail", "web", "phone"]), ("language", ["en", "de", "fr"]), ("checked", ["yes", "no"]), ("priority", ["low",
    "high"]), ("country", ["Spain", "Italy", "Japan"]), ("type", ["order", "contact", "lead"])]  # fmt: skip
MAKERS = {field: make for field, (_, make, _) in FIELDS.items()}
MAKERS.update(name=name, city=town, phone=values.phone, order_id=lambda r: values.code(r).lstrip("#"), invoice=lambda r: values.code(r).lstrip("#"))  # fmt: skip
MORE = [
    "[Hi|Hello|Hi there], [I'm|I am|this is|my name is] {name}[ from {city}|]. [I ordered|I bought] [a |the |]{product} on {date}[, order {order_id}|]."
    " [My number is|Call me at|Phone:] {phone}[, mail {email}|].",
    "{name}, {email}, {phone}, {city}", "{name} | {job} | {city} | {phone}", "{name} ({age}), {job}, {city}[, {email}|]",
    "[Lead|New contact|Card]: {name}, {company}, {email}, {phone}",
    "{name} booked room {room} from {date} for {price}[ and arrives at {time}|]. [Contact|Reach him at]: {phone}[ / {email}|].",
    "[Invoice|Bill] {invoice}[, dated| of| from] {date}, {company}, total {price}[, due in 30 days|].", "[Appointment|Meeting|Interview]: {name}, {date}, {time}, room {room}",
    "[From|Sender]: {name} <{email}>\n[Subject: |]{product} [for|at] {price}\n[Please deliver to|Ship to] {address} by {date}.",
    "[Sold|Shipped]: {quantity} {product} to {company} in {city}, {price}, invoice {invoice}", "{date} {time} {name} {phone}",
    "[User|Customer] {name}, {age} years old, lives in {city}, {country}, works as {job}[, mail {email}|].", "{company}, {address}, {city}, {phone}, {url}",
    "[Order|Ticket] {order_id}\nCustomer: {name}\nMail: {email}\nItem: {product}\nQty: {quantity}\nPrice: {price}", "Name: {name}\nCity: {city}\nPhone: {phone}\nAge: {age}",
    "name={name}; email={email}; city={city}; date={date}", "[Our|The] {job} {name} [can be reached|answers] at {phone} or {email}[ until {date}|].",
]  # fmt: skip


def text_of(rng, pattern, is_form):
    found = {field: make(rng) for field, make in MAKERS.items() if "{" + field + "}" in pattern}
    if "name" in found and "email" in found and rng.random() < 0.7:
        plain = found["name"].replace("'", "")
        found["email"] = values.email(rng, plain) if plain.isascii() and len(plain.split()) > 1 else found["email"]
    text = fill(pattern, found)
    if not is_form and rng.random() < 0.15:
        text += " " + choose(rng, rng.choice(FILLER))
    return text, found


def pattern_of(rng):
    """A text with at least three fields, as a pattern; whether it is a form."""
    while True:
        draw = rng.random()
        if draw < 0.12:
            names = rng.sample(list(LABELLED), rng.choice([3, 4, 5]))
            return rng.choice(["\n", "\n", "; "]).join(f"{LABELLED[field]}: {{{field}}}" for field in names), True
        pattern = choose(rng, rng.choice(MORE if draw < 0.65 else SENTENCES))
        if sum("{" + field + "}" in pattern for field in FIELDS) > 2:
            return pattern, "\n" in pattern


def said_of(rng, field):
    return rng.choice(SAID[field]) if field in SAID and rng.random() < 0.6 else field.replace("_", " ")


def joined(rng, keys):
    if len(keys) == 1:
        return keys[0]
    return rng.choice([", ".join(keys[:-1]) + " and " + keys[-1], ", ".join(keys), ", ".join(keys[:-1]) + " and " + keys[-1]])  # fmt: skip


def written(state, form):
    if form == "csv":
        return ",".join(state) + "\n" + ",".join(str(value) for value in state.values())
    if form == "lines":
        return "\n".join(f"{key}: {value}" for key, value in state.items())
    return compact(state)


def said(rng, patterns, **slots):
    return fill(choose(rng, rng.choice(patterns)), slots)


def single_values(rng, pattern, is_form):
    """One value after the other, of the same text."""
    text, found = text_of(rng, pattern, is_form)
    names = rng.sample(list(found), min(len(found), rng.choice([2, 2, 3])))
    turns = [(said(rng, ONE, f=said_of(rng, names[0]), t=text), str(found[names[0]]))]
    for field in names[1:]:
        turns.append((said(rng, ["the {f}?", "[what's|what is] the {f}?", "[the |]{f}", "[what about|how about] the {f}?", "the {f} too", "{f}?", "also the {f}",
            "the {f}, please"], f=said_of(rng, field)), str(found[field])))  # fmt: skip
    return turns, False


def make(rng):
    pattern, is_form = pattern_of(rng)
    if rng.random() < 0.18:
        return single_values(rng, pattern, is_form)
    text, found = text_of(rng, pattern, is_form)
    asked = rng.sample(list(found), rng.randrange(1, len(found)) if len(found) < 4 else rng.randrange(1, 4))
    keys = [field if rng.random() < 0.7 else field.replace("_", " ") for field in asked]
    of = dict(zip(asked, [key.replace(" ", "_") for key in keys]))
    state, form, extra = {of[field]: found[field] for field in asked}, "json", False
    first = fill(choose(rng, rng.choice(FIRST)), {"f": joined(rng, keys), "t": text})
    turns, wanted = [(first[0].upper() + first[1:] if rng.random() < 0.5 else first, written(state, form))], rng.choice([2, 2, 2, 3, 3, 4])  # fmt: skip
    for _ in range(20):
        if len(turns) == wanted:
            break
        draw, after, value = rng.random(), dict(state), None
        rest = [field for field in found if field not in of]
        known = [field for field in of if of[field] in state]
        if draw < 0.24 and rest:
            field = rng.choice(rest)
            of[field] = field
            after[field] = found[field]
            words = said(rng, ADD, f=said_of(rng, field) if field not in ("order_id", "invoice", "ip", "url") else field)  # fmt: skip
        elif draw < 0.34 and len(known) > 1:
            field = rng.choice(known)
            words = said(rng, DROP, f=of[field])
            del after[of.pop(field)]
        elif draw < 0.47:
            field = rng.choice(list(found))
            words, value = said(rng, JUST, f=said_of(rng, field)), str(found[field] if of.get(field) not in state else state[of[field]])  # fmt: skip
        elif draw < 0.53 and len(known) > 2 and not extra:
            a, b = rng.sample(known, 2)
            words = said(rng, ONLY, a=of[a], b=of[b])
            after = {key: item for key, item in state.items() if key in (of[a], of[b])}
            of = {field: key for field, key in of.items() if key in after}
        elif draw < 0.64 and known:
            field = rng.choice(known)
            new = rng.choice(OTHER_KEYS[field])
            if new in after:
                continue
            words = said(rng, RENAME, a=of[field], b=new)
            after = {new if key == of[field] else key: item for key, item in state.items()}
            of[field] = new
        elif draw < 0.76:
            if form == "json" and not any("," in str(item) or "\n" in str(item) for item in after.values()) and rng.random() < 0.7:
                words, form = said(rng, CSV), "csv"
            elif form == "json":
                words, form = said(rng, LINES), "lines"
            else:
                words, form = said(rng, BACK), "json"
        elif draw < 0.79:
            words, after = said(rng, SHOUT), {key.upper(): item for key, item in state.items()}
            of = {field: key.upper() for field, key in of.items()}
            if after == state:
                continue
            turns.append((words, written(after, form)))
            state = after
            break
        elif draw < 0.83 and known:
            field = rng.choice(known)
            new = MAKERS[field](rng)
            if form == "csv" and "," in str(new):
                continue
            words, after[of[field]] = said(rng, SET, a=of[field].replace("_", " "), v=new), new
            found = {**found, field: new}
        elif draw < 0.88:
            field, choices = rng.choice(EXTRAS)
            if field in after or field in found:
                continue
            after[field], extra = rng.choice(choices), True
            words = said(rng, NEW, a=field, v=after[field])
        elif draw < 0.91 and form == "json":
            key = rng.choice(["customer", "data", "result", "record", "contact", "order"])
            turns.append((said(rng, INSIDE, a=key) if rng.random() < 0.6 else said(rng, ARRAY), ""))
            whole = {key: state} if key in turns[-1][0] else [state]
            turns[-1] = (turns[-1][0], compact(whole))
            return turns, True
        elif form == "json" and not extra and known and all(of[field] in state for field in of):
            text, found = text_of(rng, pattern, is_form)
            after = {of[field]: found[field] for field in sorted(of, key=lambda one: list(state).index(of[one]))}
            words = said(rng, NEXT, t=text)
        else:
            continue
        turns.append((words, value if value is not None else written(after, form)))
        if value is not None:
            return turns, False
        state = after
    return (turns, form == "json") if len(turns) > 1 else make(rng)

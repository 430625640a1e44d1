"""Templates with slots, and the values that fill them."""

from .. import values
from ..phrasing import choose, fill, say, slots_of
from ..task import Task, compact, user
from ..wishes import wished
from ..words import read

FORMS = [
    "Dear {name}, your {thing} is ready. Please collect it on {day}.",
    "Hello {name}, welcome to {place}!",
    "{name} ordered {count} {thing} for {money}.",
    "Meet {name} in {place} on {day}.",
    "Invoice for {name}: {count} x {thing}, total {money}.",
    "{thing}: {money}",
    "To: {name}\nSubject: {thing}\n\nYour {thing} arrives on {day}.",
    "Hi {name}, the price of the {thing} is {money}. Kind regards, {place}",
    "Ticket for {name}, {place}, {day}",
    "{name} from {place} has {count} open orders.",
    "Reminder: {thing} for {name} on {day}",
    "Thank you, {name}, for buying {count} {thing}.",
]
MAKERS = {
    "name": values.full_name,
    "thing": values.product,
    "place": values.city,
    "day": values.spoken_date,
    "money": values.money,
    "count": lambda r: r.randrange(2, 100),
    "id": lambda r: r.choice([values.code(r), str(r.randrange(10, 99999))]),
    "company": values.company,
    "email": values.email,
    "phone": values.phone,
}
GREETINGS = ["Dear", "Hello", "Hi", "Good morning", "To", "Welcome", "Thanks", "Sorry", "Hey", "For", "Attention", "Guest:", "Mr./Ms."]
FORM_PARTS = [
    "your order {id} has [shipped|arrived|been paid|been cancelled|left our house]",
    "your {thing} is [ready|on its way|out of stock|waiting for you|broken]",
    "your [appointment|table|room|seat] is [booked|confirmed|reserved] for {day}",
    "we [received|booked|refunded|need] {money}",
    "[the|your] total is {money}",
    "please [come|call|pay|answer|be there] [by|before|on] {day}",
    "we [meet|will be|are] in {place}",
    "[see you|we wait for you] in {place} on {day}",
    "you [bought|ordered|reserved|have] {count} {thing}",
    "{count} [points|credits|days|messages|tickets] are left",
    "your [code|ticket|number|reference] is {id}",
    "{company} [thanks you|says hello|is closed on {day}]",
    "[write|send it|forward this] to {email}",
    "[call|ring] us at {phone}",
    "[we hope you like|thank you for choosing|enjoy] the {thing}",
]
FORM_ENDS = [".", ".", "!", "", ". Thank you.", ". Best, {company}", ". Regards, {place} team", ".\n{company}"]
SLOT_STYLES = ["{{{}}}", "{{{{{}}}}}", "<{}>", "[{}]", "${}", "%{}%"]
OTHER_NAMES = {
    "name": ["customer", "user", "guest"], "first": ["name", "user", "person"], "last": ["surname", "name"], "thing": ["item", "product"],
    "place": ["city", "town"], "city": ["place", "town", "location"], "day": ["date"], "weekday": ["day"], "money": ["total", "price", "amount"],
    "count": ["qty", "number"], "n": ["number", "count", "x"], "k": ["hours", "value", "y"], "id": ["order", "no", "ref"], "company": ["firm"],
    "object": ["item", "thing"],
}  # fmt: skip
SENTENCES = [
    line
    for name in ("topic_sentences", "spam", "intents")
    for lines in read(name, by_line=True).values()
    for line in lines
    if 1 <= len(set(slots_of(line))) <= 4
]
FORM = [
    "[Fill|Fill in|Complete|Fill out] [this|the] [template|form|text][.|:|, please.]",
    "[Fill in|Replace|Fill] the [blanks|placeholders|variables|gaps][.|:]",
    "[Put|Insert|Write] the [values|data] into the [template|text][.|:]",
    "[Use|Take] the template[.|:]",
    "[Insert|Put in] the values[.|:]",
    "[fill it in|fill in|complete it][ for me| please|][.|:]",
    "[Fill in|Complete|Fill|Use|Render|Expand|Apply] [the|this|my] [template|form|letter|mail|message|pattern|text|sentence] with [these|the|the following|my] [values|data|details|facts][.|:]",
    "[Render|Expand|Instantiate|Apply] [the|this] template[.|:]",
    "[Substitute|Replace] [the|all] [placeholders|variables|fields|slots] [by|with] [the values|what is given|these values][.|:]",
    "[Template filling|Mail merge|Form letter][.|:]",
    "[Write out|Complete|Finish] the [text|message|letter|sentence] [with the values|from the data|for these values][.|:]",
    "[Fill in|Complete] the [template|form]. [Only the text|Nothing else|Output only the result|Return the filled text], please.",
    "[What does|How does] [the text|it] [read|look|say] with [these|the] values [filled in|put in|inserted]?",
]


def composed_form(rng):
    """A short letter of one to three statements, with at least two slots."""
    while True:
        parts = [choose(rng, part) for part in rng.sample(FORM_PARTS, rng.choice([1, 1, 2, 2, 3]))]
        form = rng.choice([" and ", ", ", ". "]).join(parts)
        if rng.random() < 0.75:
            form = f"{rng.choice(GREETINGS)} {{name}}, {form}"
        form = form.replace(". ", ".\0") + rng.choice(FORM_ENDS)
        form = "\0".join(part[0].upper() + part[1:] if part[0].isalpha() else part for part in form.split("\0")).replace("\0", " ")
        if 2 <= len(set(slots_of(form))) <= 5:
            return form


def facts_of(rng, given):
    """The values of the slots, as people give them."""
    draw = rng.random()
    if draw < 0.12:
        return compact({name: value for name, value in given})
    if draw < 0.2:
        return "\n".join(f"- {name}: {value}" for name, value in given)
    separator = rng.choice([": ", " = ", "=", " is ", ": ", "=", ":", " -> "])
    shown = [f"{name}{separator}{value}" for name, value in given]
    if draw < 0.35:
        return ", ".join(shown[:-1]) + " and " + shown[-1] if len(shown) > 1 else shown[0]
    return rng.choice(["\n", "\n", ", ", ", ", "; ", " | ", " / "]).join(shown)


def template_for(rng):
    """(a sentence with slots in braces, {slot: value})"""
    draw = rng.random()
    if draw < 0.65:
        template = composed_form(rng) if draw < 0.45 else rng.choice(FORMS)
        return template, {name: MAKERS[name](rng) for name in dict.fromkeys(slots_of(template))}
    template = rng.choice(SENTENCES)
    common = values.common_slots(rng)
    return template, {name: common[name] for name in dict.fromkeys(slots_of(template))}


def renamed(rng, template, found):
    """The slots get other names, so that none is known by heart."""
    names = {
        slot: rng.choice([slot, slot, *OTHER_NAMES.get(slot, []), values.made_word(rng, 2)]) for slot in found
    }
    if len(set(names.values())) < len(names):
        return renamed(rng, template, found)
    return fill(template, {slot: "{" + name + "}" for slot, name in names.items()}), {
        names[s]: v for s, v in found.items()
    }


IN_ORDER = [
    "[Fill in|Fill|Complete] [this|it|the template] [in |][for|with] {facts}: {text}",
    "[Fill in|Complete] [the template|the text|this]: {text} ({facts})",
    "{text}\n[For|With|Values, in this order:] {facts}[.|]",
    "[Put|Write|Insert] {facts} into[ the template|]: {text}",
    "[The values are|Values, in order:|In this order:] {facts}. [Template|Text|Fill in]: {text}",
]


def in_order(rng, template, shown, given):
    """The values without the names of their slots, in the order of these."""
    facts = ", ".join(map(str, given[:-1])) + rng.choice([" and ", ", "]) + str(given[-1])
    ask = say(rng, IN_ORDER, facts=facts, text=rng.choice(['"{}"', "{}", "{}"]).replace("{}", shown))
    return Task("compose", [user(ask)], fill(template, dict(zip(dict.fromkeys(slots_of(template)), given))))


def make(rng):
    template, found = renamed(rng, *template_for(rng))
    style = rng.choice(SLOT_STYLES)
    shown = fill(template, {name: style.format(name) for name in found})
    given = list(found.items())
    if rng.random() < 0.3:
        rng.shuffle(given)
    if 2 <= len(given) <= 4 and rng.random() < 0.12:
        return in_order(rng, template, shown, list(found.values()))
    facts = facts_of(rng, given)
    ask = wished(rng, say(rng, FORM))
    bare = ask.rstrip(".:!? ")
    quoted = rng.choice(['"{}"', "'{}'", "{}"]).format(shown)
    body = rng.choice(
        [
            f"{ask}\n\n{shown}\n\n{facts}",
            f"{ask}\nTemplate: {shown}\nValues: {facts}",
            f"{ask}\n{facts}\n\n{shown}",
            f"{ask} {quoted}\n{facts}",
            f"{quoted}\n{facts}\n\n{ask}",
            f"{quoted} {rng.choice(['|', '->', 'with', 'where', '<-', '-'])} {facts}",
            f"{bare}: {quoted} ({facts})",
            f"{bare}: {shown} {facts}",
            f"{bare}: {quoted}. {facts}",
            f"{bare}: {quoted} with {facts}",
            f"{bare}:\n{shown}\n\n{facts}",
            f"{bare}:\n\n{shown}\n---\n{facts}",
            f"{bare}:\n```\n{shown}\n```\n{facts}",
            f"{facts}\n\n{bare}: {shown}",
            f"With {facts}: {bare[0].lower()}{bare[1:]}: {quoted}",
            f"{quoted} - {bare[0].lower()}{bare[1:]}: {facts}",
            f"{rng.choice(['I have this template', 'Here is my template', 'My template is', 'This is the template'])}: {quoted}\n{ask} {facts}",
            f"<template>\n{shown}\n</template>\n<values>\n{facts}\n</values>\n{ask}",
            f"{rng.choice(['Given', 'Use', 'For', 'Let'])} {facts}\n{bare}: {shown}",
            f"{rng.choice(['Template', 'Text', 'Form'])}: {quoted}\n{rng.choice(['Values', 'Data', 'Fields'])}: {facts}",
        ]
    )
    return Task("compose", [user(body)], fill(template, found))

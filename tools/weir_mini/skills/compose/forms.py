"""Templates with slots, and the values that fill them."""

import re

from ... import values
from ...framing import addressed
from ...phrasing import SLOT, choose, fill, say, slots_of
from ...task import Task, user
from ...words import read
from .form_facts import OTHER_NAMES, facts_of, names_for, rows_of

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
    "{name}, {place}: {thing}",
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
    "first": values.first_name,
    "last": values.last_name,
    "time": values.clock,
    "num": lambda r: r.choice([r.randrange(2, 30), r.randrange(10, 1000), r.randrange(1000, 10000)]),
    "address": values.address,
    "weekday": lambda r: values.pick(r, "weekday"),
    "month": lambda r: values.pick(r, "month"),
    "job": lambda r: values.pick(r, "job"),
    "color": lambda r: values.pick(r, "color"),
    "country": lambda r: values.pick(r, "country"),
    "object": lambda r: values.pick(r, "object"),
    "adj": lambda r: values.pick(r, "adjective"),
    "word": lambda r: values.any_word(r) if r.random() < 0.6 else values.made_word(r, 2),
    "ident": values.identifier,
    "cap": lambda r: values.made_word(r).capitalize() + values.pick(r, "code_thing").capitalize(),
    "upper": lambda r: values.identifier(r).upper(),
    "path": values.path,
    "domain": values.domain,
    "url": values.url,
    "ip": values.ip,
    "version": lambda r: values.version(r).removeprefix("v"),
    "ext": lambda r: values.pick(r, "file_ext"),
    "level": lambda r: r.choice(["low", "medium", "high", "urgent", "critical", "normal", "P1", "P2"]),
}
TEMPLATES = [line.replace("\\n", "\n") for lines in read("form_templates", by_line=True).values() for line in lines]
GREETINGS = ["Dear", "Hello", "Hi", "Good morning", "To", "Welcome", "Thanks", "Sorry", "Hey", "For", "Attention", "Guest:", "Mr./Ms.", "Good evening", "Congratulations", "Happy birthday",
    "Thank you", "Welcome back", "Attn.", "Patient:", "Customer:", "Hola", "Hallo", "Bonjour", "Good afternoon"]
FORM_PARTS = read("form_parts", by_line=True)["part"]
FORM_ENDS = [".", ".", "!", "", ". Thank you.", ". Best, {company}", ". Regards, {place} team", ".\n{company}", ". Cheers, {first}", ". Yours, {name}", ". Kind regards, {company}",
    ". See you soon!", "\n\n{first}", ". Love, {first}", "...", ". - {company}"]
STYLES = [
    ("{{{}}}", 8), ("{{{{{}}}}}", 7), ("{{{{ {} }}}}", 2), ("<{}>", 4), ("[{}]", 5), ("${}", 4), ("%{}%", 2), ("${{{}}}", 3), ("__{}__", 1.5), ("#{}#", 1), ("@{}", 1.5), ("<%= {} %>", 1),
    ("({})", 1), ("«{}»", 0.6), ("[[{}]]", 1), ("<<{}>>", 1),
    ("#{{{}}}", 1), ("{{%{}%}}", 0.5), ("*{}*", 0.5), ("~{}~", 0.4), ("|{}|", 0.4), ("_{}_", 0.5), ("{{{{{{{}}}}}}}", 0.3), ("%({})s", 0.4),
]  # fmt: skip
SLOT_STYLES, STYLE_WEIGHTS = [style for style, _ in STYLES], [weight for _, weight in STYLES]
ENDLESS = re.compile(r"\}\w")
BOUNDED = {style for style in SLOT_STYLES if not style.endswith("{}")}
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
    "[Fill in|Complete|Fill|Use|Render|Expand|Apply] [the|this|my] [template|form|letter|mail|message|pattern|text|sentence] with [these|the|the following|my] "
        "[values|data|details|facts][.|:]",
    "[Render|Expand|Instantiate|Apply] [the|this] template[.|:]",
    "[Substitute|Replace] [the|all] [placeholders|variables|fields|slots] [by|with] [the values|what is given|these values][.|:]",
    "[Template filling|Mail merge|Form letter][.|:]",
    "[Write out|Complete|Finish] the [text|message|letter|sentence] [with the values|from the data|for these values][.|:]",
    "[Fill in|Complete|Fill out] [this|the|my] [letter|mail|email|message|text|form|document|snippet|line|card|note|sentence|label|contract|invoice] [template|][:|.]",
    "[Here is a template and its values|Template and values below|A template and the data for it][.|:] [Fill it in|Complete it|Give me the result|Write it out][.|:|, please.]",
    "[Make|Write|Create|Generate|Produce] the [final|finished|filled|complete|resulting] [text|message|letter|version] [from|of|out of] [the template|this template] [and the values|with "
        "the values|][.|:]", "[Merge|Combine] [the template|the text] [and|with] [the data|the values|these values][.|:]",
    "[Personalize|Personalise|Adapt] [this|the] [letter|mail|message|template|text][.|:]", "[What is|What's|Show me|Print] the [filled|final|finished|resulting] text[?|:]",
    "[placeholders|variables|blanks] -> values[:|.]", "[Replace|Swap|Exchange] each [placeholder|variable|slot] [with|by|for] its value[.|:]",
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


def filled_slots(rng, template):
    """{slot: value}, no value twice"""
    while True:
        found = {slot: MAKERS[slot.rstrip("0123456789")](rng) for slot in dict.fromkeys(slots_of(template))}
        if len(set(map(str, found.values()))) == len(found):
            return found


def template_for(rng):
    """(a sentence with slots in braces, {slot: value})"""
    draw = rng.random()
    if draw < 0.8:
        template = composed_form(rng) if draw < 0.3 else rng.choice(FORMS) if draw < 0.36 else rng.choice(TEMPLATES)
        return template, filled_slots(rng, template)
    template = choose(rng, rng.choice(SENTENCES))
    if not slots_of(template):
        return template_for(rng)
    common = values.common_slots(rng)
    return template, {name: common[name] for name in dict.fromkeys(slots_of(template))}


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


def style_for(rng, template):
    """How slots are marked: by no sign that the text has itself, and with an end where a letter follows."""
    bare = SLOT.sub("", template)
    needs_end = ENDLESS.search(template) is not None
    while True:
        style = rng.choices(SLOT_STYLES, STYLE_WEIGHTS)[0]
        if (style in BOUNDED or not needs_end) and not any(sign in bare for sign in style if sign not in "{} "):
            return style


BLANK_ASK = [
    "[Fill|Fill in|Complete] the [blanks|gaps][ in order| in this order| with|] {facts}[:|.] {text}",
    "{text}\n\n[Fill the gaps with|Fill in the blanks with|Put in, in order:|Insert, in this order:|Blanks in order:|Words:|Answers:] {facts}[.|]",
    "[Fill in the blanks|Complete|Fill the gaps][.|:]\n{text}\n({facts})",
    "[Fill in the blanks|Complete the text|Complete the sentence|Fill the gaps] ({facts}): {text}", "[Put|Insert|Write] {facts} [into|in] the [blanks|gaps] of: {text}",
    "[Gap text|Fill-in text|Text with gaps]: {text}\n[Words|Values|For the gaps]: {facts}",
]  # fmt: skip


def blanks(rng, template, found):
    """Gaps without names, filled in order; a value that stands twice has two gaps."""
    slots = slots_of(template)
    gap = rng.choice(["___", "____", "_____", "______", "...", "[...]", "[ ]", "(...)", "[blank]", "%s", "{}", "<blank>", "…", "[?]"])
    if gap in template or gap == "...":
        gap = "___"
    numbered = gap == "{}" and rng.random() < 0.5
    shown = template
    for i, slot in enumerate(slots):
        shown = shown.replace("{" + slot + "}", f"\0{i}\0" if numbered else "\0", 1)
    shown = "".join(f"{{{part}}}" if i % 2 else part for i, part in enumerate(shown.split("\0"))) if numbered else shown.replace("\0", gap)
    given = [str(found[slot]) for slot in slots]
    sign = "; " if any("," in value for value in given) else rng.choice([", ", ", ", " / ", " | ", "; "])
    facts = sign.join(given[:-1]) + (" and " if sign == ", " and rng.random() < 0.4 else sign) + given[-1]
    ask = say(rng, BLANK_ASK, facts=facts, text=rng.choice(['"{}"', "{}", "{}"]).replace("{}", shown))
    return Task("compose", [user(ask)], fill(template, found))


EACH_ROW = [
    "[Fill in|Fill|Render|Apply] the template for [each|every] [row|line|record|entry][, one line each|, one result per line|][.|:]",
    "[One line|One text|One result] [for each|per] [row|record|entry][: fill in the template|, by the template|][.|:]",
    "[Mail merge|Serial letter|Merge the list with the template][, one line each|][.|:]", "[For each|For every] [row|entry|record], [write|print|output] the template with its values[.|:]",
    "[Fill in|Complete] the template once [per|for each] [row|entry|person|record][.|:]",
]  # fmt: skip


def merged(rng):
    """The same line of text for each of some rows."""
    while True:
        template, found = template_for(rng)
        if "\n" not in template and 2 <= len(found) <= 3 and set(found) <= KINDS_OF_ROWS:
            break
    rows = [filled_slots(rng, template) for _ in range(rng.choice([2, 2, 3]))]
    names, style = names_for(rng, list(found), False), style_for(rng, template)
    shown = fill(template, {slot: style.format(name) for slot, name in zip(found, names)})
    facts = rows_of(rng, names, [list(row.values()) for row in rows])
    ask = addressed(rng, say(rng, EACH_ROW))
    body = rng.choice([f"{ask}\n\n{shown}\n\n{facts}", f"{ask}\nTemplate: {shown}\nData:\n{facts}", f"Template: {shown}\n\n{facts}\n\n{ask}", f"{facts}\n\n{ask}\n{shown}",
        f"{ask.rstrip('.:')}:\n{shown}\n\n{facts}", f"{ask} Template: \"{shown}\"\n{facts}"])
    return Task("compose", [user(body)], "\n".join(fill(template, row) for row in rows))


KINDS_OF_ROWS = set(MAKERS) | {f"{kind}2" for kind in MAKERS}
KEEP = [
    "[Leave|Keep] [placeholders|slots|fields] without a value as they are.", "[If a value is missing, leave the placeholder|Unknown placeholders stay|Don't touch the others].",
    "[Keep the others|Leave the rest] as they are.", "Only these, [leave the rest|the others stay as they are].",
]  # fmt: skip


def make(rng):
    if rng.random() < 0.06:
        return merged(rng)
    template, found = template_for(rng)
    if 2 <= len(found) <= 5 and rng.random() < 0.07:
        return blanks(rng, template, found)
    style = style_for(rng, template)
    marks = {slot: style.format(name) for slot, name in zip(found, names_for(rng, list(found), style in BOUNDED))}
    shown = fill(template, marks)
    if 2 <= len(found) <= 4 and rng.random() < 0.08:
        return in_order(rng, template, shown, list(found.values()))
    before, after = style.split("{}") if "{{" not in style else style.format("\0").split("\0")
    given = [(marks[slot].removeprefix(before).removesuffix(after), value) for slot, value in found.items()]
    mark_of = {name: mark for (name, _), mark in zip(given, marks.values())}
    ask, answer = addressed(rng, say(rng, FORM)), fill(template, found)
    draw = rng.random()
    if draw < 0.04 and len(given) > 1:
        left = rng.choice(list(found))
        given = [pair for pair, slot in zip(given, found) if slot != left]
        answer = fill(template, found | {left: marks[left]})
        ask = f"{ask.rstrip(':')}{'' if ask.endswith(('.', '?')) else '.'} {choose(rng, rng.choice(KEEP))}"
    elif draw < 0.1:
        extra = rng.choice(list(OTHER_NAMES))
        if extra not in [name.lower() for name, _ in given]:
            given.insert(rng.randrange(len(given) + 1), (extra, MAKERS.get(extra, values.made_word)(rng)))
            mark_of[extra] = style.format(extra)
    if rng.random() < 0.3:
        rng.shuffle(given)
    facts = facts_of(rng, given)
    bare = ask.rstrip(".:!? ")
    quoted = rng.choice(['"{}"', "'{}'", "{}"]).format(shown)
    layouts = [
        f"{ask}\n\n{shown}\n\n{facts}",
        f"{ask}\nTemplate: {shown}\nValues: {facts}",
        f"{ask}\n{facts}\n\n{shown}",
        f"{ask} {quoted}\n{facts}",
        f"{quoted}\n{facts}\n\n{ask}",
        f"{bare}:\n{shown}\n\n{facts}",
        f"{bare}:\n\n{shown}\n---\n{facts}",
        f"{bare}:\n```\n{shown}\n```\n{facts}",
        f"{facts}\n\n{bare}: {shown}",
        f"<template>\n{shown}\n</template>\n<values>\n{facts}\n</values>\n{ask}",
        f"{rng.choice(['Given', 'Use', 'For', 'Let', 'Values', 'Data', 'Here are the values'])}: {facts}\n{bare}: {shown}",
        f"{rng.choice(['Template', 'Text', 'Form'])}: {quoted}\n{rng.choice(['Values', 'Data', 'Fields'])}: {facts}",
        f"{ask}\n\n{rng.choice(['Template', 'Text', 'Form', '### Template', '## Template'])}:\n{shown}\n\n{rng.choice(['Values', 'Data', 'Fields', '### Values', '## Data'])}:\n{facts}",
    ]
    if "\n" not in facts:
        layouts += [
            f"{quoted} {rng.choice(['|', '->', 'with', 'where', '<-', '-'])} {facts}",
            f"{bare}: {quoted} ({facts})",
            f"{bare}: {shown} {facts}",
            f"{bare}: {quoted}. {facts}",
            f"{bare}: {quoted} with {facts}",
            f"With {facts}: {bare[0].lower()}{bare[1:]}: {quoted}",
            f"{quoted} - {bare[0].lower()}{bare[1:]}: {facts}",
            f"{rng.choice(['I have this template', 'Here is my template', 'My template is', 'This is the template'])}: {quoted}\n{ask} {facts}",
            f"{rng.choice(['In', 'in'])} {quoted}, {rng.choice(['put', 'insert', 'fill in'])} {facts}",
        ]
    if all("," not in str(value) for _, value in given) and rng.random() < 0.06:
        swaps = ", ".join(f"{mark_of[name]} {rng.choice(['by', 'with'])} {value}" for name, value in given)
        layouts = [f"Replace {swaps} in: {shown}", f"replace {swaps}:\n{shown}", f"{shown}\n\nReplace {swaps}.", f"Substitute {swaps} in {quoted}"]
    body = rng.choice(layouts)
    return Task("compose", [user(body)], answer)

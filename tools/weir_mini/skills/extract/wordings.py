"""Requests for fields as JSON, composed from parts in every order: what to do, which fields, in which form, from where."""

from ...phrasing import choose, say
from ...wishes import wished

VERBS = [
    "Extract", "Extract", "Extract", "Get", "Pull out", "Find", "Give me", "Return", "List", "Read", "Take", "Grab", "Fetch", "Parse", "Show me",
    "Write down", "Tell me", "Collect", "Isolate", "Pick out", "Output", "Identify", "Gather", "Note", "Lift", "Filter out", "Get me", "Find me",
    "Put together", "Record", "Print", "Locate", "Capture", "Detect", "Copy", "Look up", "Send me", "Provide", "Produce", "Fill in", "Hand me", "Spot",
]  # fmt: skip
FORMS = [
    "as JSON", "as JSON", "as JSON", "in JSON", "as a JSON object", "as one JSON object", "in JSON format", "formatted as JSON", "as json", "in json",
    "to JSON", "into JSON", "into a JSON object", "(JSON)", "(as JSON)", "using JSON", "in the form of JSON", "as a small JSON object", "as valid JSON",
    "as JSON data", "as plain JSON", "as structured JSON", "in a JSON object", "as a json", "in JSON please", "as JSON please", "as an object in JSON",
]  # fmt: skip
THING = (
    "[text|text|message|mail|e-mail|email|note|sentence|line|paragraph|snippet|passage|document|input|string|order|letter|record|post|entry|confirmation]"
)
PLACES = [
    f"from [the|this] {THING}", f"from the following {THING}", f"from the {THING} below", f"in [the|this] {THING}", f"out of [the|this] {THING}",
    "from this", "from it", "from what follows", "from below", f"of [this|the] {THING}", f"found in [the|this] {THING}", f"that [the|this] {THING} mentions",
    f"contained in the {THING}", f"given in [the|this] {THING}", "", "", "",
]  # fmt: skip
LEADS = [
    "", "", "", "", "", "the following: ", "only ", "just ", "these fields: ", "the following fields: ", "[two|a few|some] things: ", "the values of ",
    "the fields ", "exactly this: ", "the information on ", "the details: ", "these: ", "what it says about ",
]  # fmt: skip
ORDERS = [
    "{verb} {f} {form} {place}",
    "{verb} {f} {form} {place}",
    "{verb} {f} {place} {form}",
    "{verb} {f} {place}, {form}",
    "{verb} {f} {place} and [return|give|send|write|put|output|format] [it|them|the result|everything] {form}",
    "{Place}, {verb_low} {f} {form}",
    "{Place} {verb_low} {f} {form}",
    "{f} {place} {form}",
    "{f} {form} {place}",
    "{f} {form}, [please|pls|thanks]",
    "JSON [of|with|for|containing|having|holding] {f} {place}",
    "[A |]JSON [object|record|dict|dictionary|map] [of|with|for|containing] {f} {place}",
    "I [need|want|would like|am looking for|require] {f} {place} {form}",
    "I [need|want|would like to have] {f} {form} {place}",
    "[What|Which] are {f} {place}? [JSON|Answer in JSON|JSON, please|Reply as JSON].",
    "{f}? {Form}.",
    "[Look at|Read|Check|Take|See|Here is|There is|I have] [this|the] {thing}. {verb} {f} {form}.",
    "[Make|Build|Create|Write|Generate|Compose|Form] [a |]JSON [object|] [with|from|of|out of] {f} {place}",
    "[Turn|Convert|Transform|Parse|Change|Map|Boil down|Reduce] [this|this {thing}|the {thing}] [into|to] JSON [with|containing|holding|that has] {f}",
    "{Form}: {f} {place}",
    "{Form} {f} {place}",
    "{Form}, {f} {place}",
    "[Respond|Answer|Reply] {form}: {f}",
    "[Output|Result|Answer]: JSON. [Fields|Content|Wanted|What I need]: {f}",
    "[Fields|Wanted|Needed|Interested in|Looking for]: {f} ({form})",
    "{f} -> JSON",
    "json: {f}",
    "[Put|Store|Save|Write|Pack|Wrap] {f} {place} {form}",
    "[Someone|A customer|A colleague] [wrote|sent] this. {verb} {f} {form}",
    "[I only care about|All I need is|The only things I need are|What matters is] {f}. {Form}.",
    "[My|The|Our] [script|database|form|table|tool] [wants|needs|expects] {f}; {verb_low} [them|it] {form}",
    "[What does it say about|Anything on] {f}? {Form}, please.",
    "{verb} {form} {f} {place}",
    "{verb} {place} {f} {form}",
    "[Here is|Here's|This is|I have|I got|Below is] [a|an|some|another] {thing}[, can you|. Can you|, could you|; please|. Please|. Now] {verb_low} {f} {form}?",
    "[From|Out of|In] [this|the] {thing}[,|] I [need|want] {f} {form}",
    "{form} please - {f}",
    "[Make|Give me|Build|I want] [a |]JSON [out of|from] [this|it], [the |with the |]keys [should be|are|must be|:] {f}",
    "{verb} [every one of these|all of these|each of these]: {f}, {form}",
]  # fmt: skip


def first_up(text):
    return text[:1].upper() + text[1:]


def request(rng, fields):
    """One request; `fields` is how the fields are listed."""
    verb, form, place = rng.choice(VERBS), rng.choice(FORMS), choose(rng, rng.choice(PLACES))
    pattern = rng.choice(ORDERS)
    if "\n" in fields or fields.startswith(("{", "[")):
        pattern = rng.choice(["{verb} {f} {form}", "{Form}: {f}", "[Fields|Wanted|Needed]: {f}", "{verb} {form}: {f}", "JSON with {f}"])
    parts = {
        "verb": verb,
        "verb_low": verb.lower(),
        "f": choose(rng, rng.choice(LEADS)) + "{f}",
        "form": form,
        "Form": first_up(form.strip("()[]")),
        "place": place,
        "Place": first_up(place or "from this"),
        "thing": choose(rng, THING),
    }
    sentence = choose(rng, pattern)
    for name, part in parts.items():
        sentence = sentence.replace("{" + name + "}", part)
    sentence = " ".join(sentence.replace("((", "(").replace("))", ")").split()).replace(" ,", ",").replace(" ?", "?").replace(" .", ".").replace(" :", ":")
    if sentence[-1].isalnum() and rng.random() < 0.5:
        sentence += "."
    return say(rng, wished(rng, sentence, 0.2), f=fields)

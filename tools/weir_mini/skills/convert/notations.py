"""One record in the notations of programs: INI, env, TOML, XML, headers, Python, JSON of one line or of many, HTML lists."""

import json

from ... import values
from ...task import Task, compact
from ..shared import everyday
from ..shared.sheets import sheet
from ..shared.table_notations import key_value, plain
from .asking import asked
from .table_jobs import OTHERS, VERBS, python_literal

NOUNS = ["this", "this", "the {s}", "this {s}", "the following", "the following {s}", "it", "the {s} below", "these lines", "my {s}", "this record", "the data", "this text"]
SETTING_KEYS = (
    "host port user name path mode level debug timeout retries lang theme color size region zone cache log verbose token limit width height interval format driver schema bucket queue workers "
    "enabled backup mail title url version channel engine charset"
).split()
SECTIONS = "server database app mail cache paths logging client user network ui general proxy storage auth theme window build".split()


def setting(rng):
    return rng.choice([
        lambda: rng.randrange(1, 9000), lambda: rng.randrange(1, 100), lambda: rng.random() < 0.5, lambda: everyday.word(rng), lambda: everyday.word(rng), lambda: values.domain(rng),
            lambda: f"/{rng.choice(['var', 'etc', 'home', 'opt', 'tmp', 'srv'])}/{everyday.word(rng)}",
        lambda: rng.choice(["info", "debug", "utf-8", "en", "dark", "light", "production", "dev", "test", "json", "localhost", "admin", "root"]), lambda: values.ip(rng), lambda: values.email(rng),
    ])()  # fmt: skip


def settings(rng, count=None):
    keys = [key if rng.random() < 0.7 else f"{rng.choice(SECTIONS)}_{key}" for key in rng.sample(SETTING_KEYS, count or rng.randrange(1, 6))]
    if rng.random() < 0.15:
        keys = [everyday.word(rng) for _ in keys]
    return {key: setting(rng) for key in keys}


def record(rng):
    if rng.random() < 0.4:
        return settings(rng)
    return sheet(rng, 1, 1, 6)[0]


def request(rng, source, text, targets, answer, is_json=False):
    nouns = [noun.replace("{s}", source) for noun in NOUNS]
    others = [other.replace("{s}", source) for other in OTHERS]
    steps = [(VERBS, others, {"t": rng.choice(targets)})]
    return Task("convert", asked(rng, steps, text, nouns, heads=["Input", "Data", "Config", "Record", "Text", "input", "File", "Source"]), answer, is_json=is_json)


OBJECT = ["JSON", "JSON", "a JSON object", "json", "JSON format", "one JSON object", "valid JSON", "a json object"]


def ini_of(found):
    return "\n\n".join("\n".join([f"[{name}]", *(f"{key} = {plain(v)}" for key, v in pairs.items())]) for name, pairs in found.items())


def ini(rng):
    found = {name: settings(rng, rng.randrange(1, 4)) for name in rng.sample(SECTIONS, rng.choice([1, 1, 2, 2, 3]))}
    text = ini_of(found)
    if rng.random() < 0.55:
        text = text if rng.random() < 0.5 else text.replace(" = ", "=")
        text = text if rng.random() < 0.6 else text.replace("\n\n", "\n")
        return request(rng, rng.choice(["INI", "ini file", "config", "INI file"]), text, OBJECT + ["nested JSON", "JSON with one object per section"], compact(found), True)
    return request(rng, "JSON", compact(found) if rng.random() < 0.6 else json.dumps(found, indent=2), ["INI", "an INI file", "ini format", "INI sections"], text)


def env(rng):
    found = {key.upper(): v for key, v in settings(rng).items()}
    text = "\n".join(f"{key}={plain(v)}" for key, v in found.items())
    draw = rng.random()
    if draw < 0.45:
        shown = text if rng.random() < 0.7 else "\n".join("export " + line for line in text.split("\n"))
        return request(rng, rng.choice(["env file", ".env file", "environment variables", "env lines"]), shown, OBJECT, compact(found), True)
    if draw < 0.75:
        return request(rng, "JSON", compact(found), [".env lines", "an .env file", "KEY=value lines", "env format", "environment variables, one per line"], text)
    if draw < 0.88:
        return request(rng, rng.choice(["env file", "lines"]), text, ["export statements", "shell exports", "export lines"], "\n".join("export " + line for line in text.split("\n")))
    return request(rng, rng.choice(["env file", "lines"]), text, ["YAML", "key: value lines", "yaml"], key_value([found]))


def toml_literal(value):
    return plain(value) if isinstance(value, (bool, int, float)) else f'"{value}"'


def toml(rng):
    found = settings(rng)
    text = "\n".join(f"{key} = {toml_literal(v)}" for key, v in found.items())
    if rng.random() < 0.5:
        return request(rng, "TOML", text, OBJECT, compact(found), True)
    return request(rng, "JSON", compact(found), ["TOML", "toml", "TOML format"], text)


def xml(rng):
    row = {key: v for key, v in record(rng).items() if key.replace("_", "").replace("-", "").isalnum()}
    root = rng.choice(["person", "item", "record", "entry", "config", "order", "user", "product", "note", "row", everyday.word(rng)])
    if not row or any(sign in plain(v) for v in row.values() for sign in "<>&"):
        return None
    cells = [f"<{key}>{plain(v)}</{key}>" for key, v in row.items()]
    if rng.random() < 0.6:
        shown = rng.choice(["<{0}>{1}</{0}>".format(root, "".join(cells)), "<{0}>\n{1}\n</{0}>".format(root, "\n".join("  " + cell for cell in cells))])
        targets = rng.choice([OBJECT, ["JSON without the root element", "a flat JSON object", "a JSON object of its fields"]])
        return request(rng, "XML", shown, targets, compact(row), True)
    targets = [f"XML with the root element {root}", f"XML inside <{root}>", f"XML, root {root}", f"XML with root <{root}>, one element per line"]
    return request(rng, "JSON", compact(row), targets, "\n".join([f"<{root}>", *("  " + cell for cell in cells), f"</{root}>"]))


def python_object(row):
    return "{" + ", ".join(f"{python_literal(key)}: {python_literal(v)}" for key, v in row.items()) + "}"


def python(rng):
    row = record(rng)
    if any("'" in plain(v) or '"' in plain(v) for v in row.values()):
        return None
    draw = rng.random()
    if draw < 0.5:
        return request(rng, rng.choice(["Python dict", "dict", "python dictionary"]), python_object(row), OBJECT, compact(row), True)
    if draw < 0.8:
        return request(rng, "JSON", compact(row), ["a Python dict", "a python dictionary", "Python dict syntax", "a Python dict literal"], python_object(row))
    loose = {key: v for key, v in row.items() if key.isidentifier()}
    if not loose:
        return None
    text = "{" + ", ".join(f"{key}: " + (f"'{v}'" if isinstance(v, str) else plain(v)) for key, v in loose.items()) + "}"
    return request(rng, rng.choice(["JavaScript object", "JS object", "object literal"]), text, OBJECT, compact(loose), True)


def nested(rng):
    """JSON with an object or an array inside."""
    row = record(rng)
    inner = rng.choice([settings(rng, 2), [everyday.word(rng) for _ in range(3)], [rng.randrange(100) for _ in range(3)]])
    return {**row, rng.choice(["tags", "meta", "options", "items", "data", "address", "scores"]): inner} if rng.random() < 0.5 else row


def layout(rng):
    """The same JSON in one line or in many."""
    value = nested(rng) if rng.random() < 0.7 else [record(rng) for _ in range(rng.randrange(1, 3))]
    pretty = json.dumps(value, ensure_ascii=False, indent=2)
    if rng.random() < 0.55:
        imperatives = ["pretty-print {x}", "pretty print {x}", "format {x} with [an indent of 2|2 spaces|two spaces]", "indent {x}[ with 2 spaces| by two spaces|]", "make {x} readable",
            "beautify {x}", "pretty-print {x} with 2 spaces", "format {x} nicely", "expand {x} to several lines, indented by 2", "prettify {x}"]
        others = ["pretty print", "pretty JSON, indent 2", "indented", "formatted JSON please", "pretty"]
        shown = compact(value) if rng.random() < 0.6 else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return json_request(rng, imperatives, others, shown, pretty)
    imperatives = ["minify {x}", "minify {x}", "compress {x} to one line", "put {x} on one line without spaces", "remove the whitespace from {x}", "compact {x}", "make {x} one line, no spaces",
        "strip all unneeded whitespace from {x}"]
    shown = pretty if rng.random() < 0.7 else json.dumps(value, ensure_ascii=False, indent=4)
    return json_request(rng, imperatives, ["minified", "minified JSON", "one line, no spaces"], shown, json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def json_request(rng, imperatives, others, shown, answer):
    nouns = ["this JSON", "the JSON", "this", "it", "the following JSON", "this object", "my JSON"]
    return Task("convert", asked(rng, [(imperatives, others, {})], shown, nouns, heads=["JSON", "Input", "json", "Data"]), answer)


def pairs(rng):
    """Lines of keys and values among each other and with JSON."""
    row = {key: v for key, v in record(rng).items() if not any(sign in plain(v) for sign in "=:;,&? ")}
    if len(row) < 2:
        return None
    forms = {
        "key: value lines": key_value([row]), "key=value lines": key_value([row], "="), "key = value lines": key_value([row], " = "),
            "one line of key=value pairs, separated by commas": ", ".join(f"{key}={plain(v)}" for key, v in row.items()),
        "one line of key: value pairs, separated by semicolons": "; ".join(f"{key}: {plain(v)}" for key, v in row.items()), "JSON": compact(row), "JSON ": compact(row),
        "a query string": "&".join(f"{key}={plain(v)}" for key, v in row.items()), "HTTP header lines": "\n".join(f"{'-'.join(part.capitalize() for part in key.split('_'))}: {plain(v)}" for key,
        v in row.items()),
        "command line options": " ".join(f"--{key.replace('_', '-')}={plain(v)}" for key, v in row.items()), "a Markdown list with bold keys": "\n".join(f"- **{key}**: {plain(v)}" for key,
        v in row.items()), "a two-column Markdown table with the header key, value": "\n".join(["| key | value |", "|---|---|", *(f"| {key} | {plain(v)} |" for key, v in row.items())]),
        "two CSV columns, key and value, with that header": "\n".join(["key,value", *(f"{key},{plain(v)}" for key, v in row.items())]),
    }  # fmt: skip
    names = list(forms)
    source, target = rng.choice(names[:8]), rng.choice(names)
    if source.strip() == target.strip() or any(" " in key or "-" in key for key in row):
        return None
    if "a query string" in (source, target) and not all(plain(v).isascii() and plain(v).replace(".", "").replace("-", "").replace("_", "").isalnum() for v in row.values()):
        return None
    called = {"JSON": "JSON", "JSON ": "object", "a query string": "query string"}.get(source, rng.choice(["lines", "pairs", "text", "record"]))
    return request(rng, called, forms[source], [target.strip()], forms[target], target.strip() == "JSON")


def html_list(rng):
    kind = rng.choice(everyday.LIST_KINDS)
    items = list(dict.fromkeys(everyday.of_kind(rng, kind) for _ in range(rng.randrange(2, 7))))
    tag = rng.choice(["ul", "ul", "ol"])
    lines = [f"<li>{item}</li>" for item in items]
    text = rng.choice([f"<{tag}>\n" + "\n".join(lines) + f"\n</{tag}>", f"<{tag}>" + "".join(lines) + f"</{tag}>", f"<{tag}>\n" + "\n".join("  " + line for line in lines) + f"\n</{tag}>"])
    targets, answer = rng.choice([
        (["a Markdown list", "bullet points", "a bullet list", "markdown bullets"], "\n".join(f"- {item}" for item in items)), (["a JSON array", "a JSON list", "JSON"], compact(items)),
            (["plain text, one item per line", "lines", "one item per line"], "\n".join(items)), (["a comma separated list", "a comma-separated line"], ", ".join(items)),
    ])  # fmt: skip
    if tag == "ol" and rng.random() < 0.5:
        targets, answer = ["a numbered list", "a numbered Markdown list"], "\n".join(f"{i}. {item}" for i, item in enumerate(items, 1))
    return request(rng, rng.choice(["HTML list", "HTML", "list"]), text, targets, answer, "JSON" in targets)


KINDS = [(ini, 1.2), (env, 1.5), (toml, 0.6), (xml, 1.2), (python, 1.2), (layout, 2), (pairs, 2), (html_list, 1.2)]
MAKE, WEIGHTS = [kind for kind, _ in KINDS], [weight for _, weight in KINDS]


def make(rng):
    while True:
        task = rng.choices(MAKE, WEIGHTS)[0](rng)
        if task is not None:
            return task

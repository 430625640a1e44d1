"""Fields with types, in the notations in which people write them: [(name, type, a value)]."""

import json

from ...phrasing import choose

SHORT = {"string": ["string", "str", "text"], "integer": ["integer", "int", "number"], "number": ["number", "float", "decimal number"],
         "array": ["array of strings", "list", "list of strings", "array", "string[]"], "boolean": ["boolean", "bool", "true or false", "true/false"]}  # fmt: skip
RUST = {"string": "String", "integer": "i64", "number": "f64", "array": "Vec<String>", "boolean": "bool"}
PYTHON = {"string": "str", "integer": "int", "number": "float", "array": "list[str]", "boolean": "bool"}
SCRIPT = {"string": "string", "integer": "number", "number": "number", "array": "string[]", "boolean": "boolean"}


def typed_list(rng, fields):
    style = rng.choice(["{n} ({t})", "{n} ({t})", "{n}: {t}", "{n} as {t}", '"{n}" ({t})', "`{n}`: {t}", "{t} {n}", "{n} - {t}"])
    shown = [style.format(n=name, t=rng.choice(SHORT[kind])) for name, kind, _ in fields]
    if rng.random() < 0.5:
        mark = rng.choice(["- ", "* ", "", "• "])
        return "".join(f"\n{mark}{field}" for field in shown)
    return ", ".join(shown)


def example_of(rng, fields, written):
    example = written({name: value for name, _, value in fields})
    return rng.choice(["{}", "{}", "```json\n{}\n```", "\n{}", "`{}`"]).replace("{}", example)


def json_schema(rng, fields):
    properties = {}
    maybe = rng.random() < 0.12
    described = rng.random() < 0.12
    for name, kind, _ in fields:
        properties[name] = {"type": [kind, "null"] if maybe else kind}
        if kind == "array":
            properties[name]["items"] = {"type": "string"}
        if described:
            properties[name]["description"] = choose(rng, f"[The|] {name.replace('_', ' ')}[ in the text|]").strip()
    schema = {"type": "object", "properties": properties}
    if rng.random() < 0.5:
        schema["required"] = [name for name, _, _ in fields]
    if rng.random() < 0.15:
        schema["additionalProperties"] = False
    return json.dumps(schema, indent=2) if rng.random() < 0.15 else json.dumps(schema)


def simple_shape(rng, fields):
    blank = {"string": rng.choice(["string", "string", "...", "", "str", "<string>"])}
    blank["integer"], blank["number"] = rng.choice([("integer", "number"), ("int", "float"), (0, 0.0), ("number", "number")])
    blank["array"], blank["boolean"] = rng.choice([[], ["string"], ["..."]]), rng.choice(["boolean", "bool", True, "true/false"])
    shape = {name: blank[kind] for name, kind, _ in fields}
    return json.dumps(shape, indent=2) if rng.random() < 0.25 else json.dumps(shape)


def bare_shape(rng, fields):
    """Types without quotes."""
    types = rng.choice([SCRIPT, PYTHON])
    return "{" + ", ".join(f"{name}: {types[kind]}" for name, kind, _ in fields) + "}"


def declared(rng, fields):
    """A type of a programming language."""
    name = rng.choice(["Record", "Data", "Result", "Item", "Entry", "Output", "Extraction"])
    draw = rng.randrange(4)
    if draw == 0:
        return f"interface {name} {{ " + " ".join(f"{n}: {SCRIPT[t]};" for n, t, _ in fields) + " }"
    if draw == 1:
        return f"class {name}(BaseModel):\n" + "\n".join(f"    {n}: {PYTHON[t]}" for n, t, _ in fields)
    if draw == 2:
        return f"type {name} = {{\n" + "\n".join(f"  {n}: {SCRIPT[t]};" for n, t, _ in fields) + "\n}"
    return f"struct {name} {{ " + ", ".join(f"{n}: {RUST[t]}" for n, t, _ in fields) + " }"


def schema_of(rng, fields):
    style = rng.choices([json_schema, simple_shape, bare_shape, declared], [5, 5, 1, 1.5])[0]
    shape = style(rng, fields)
    return rng.choice(["{}", "{}", "{}", "```\n{}\n```", "\n{}"]).replace("{}", shape)

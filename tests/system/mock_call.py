"""What the mock upstreams of all dialects have in common: what is answered, in no dialect."""
import json

TEXT = "Hello from the mock upstream."
THOUGHT = "They want a greeting, so I greet."
SIGNATURE = "bW9jayBzaWduYXR1cmU="
CREATED = 1_700_000_000
CREATED_TEXT = "2023-11-14T22:13:20Z"
# Of every answer; the prompt's count has the cached tokens in it.
PROMPT_TOKENS, CACHED_TOKENS, OUTPUT_TOKENS = 11, 4, 7


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def data_frame(value):
    return f"data: {value if isinstance(value, str) else compact(value)}\n\n".encode()


def event_frame(value):
    return f"event: {value['type']}\ndata: {compact(value)}\n\n".encode()


def pieces(text):
    return [text[i:i + 9] for i in range(0, len(text), 9)] or [""]


def example_of(schema):
    """A small value that fits a JSON schema."""
    if not schema:
        return {}
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0])
    kind = schema.get("type")
    kind = (kind[0] if isinstance(kind, list) else kind or "").lower()
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {name: example_of(properties.get(name)) for name in schema.get("required", list(properties)[:1])}
    return {"array": [], "number": 1, "integer": 1, "boolean": True}.get(kind, "x")


class DialectCall:
    """One request and the parts of its normal answer. A dialect says how it asks and how it answers.

    mock-tools calls the first tool, mock-parallel the first two, mock-agent the one that it was told of, until a
    result is there; mock-thinks reasons before its text.
    """

    stream_type = "text/event-stream; charset=utf-8"
    agent_calls = {}  # of mock-agent: the name of a tool, and what to call it with

    def __init__(self, body, text, model=None, stream=None):
        self.body = body
        self.model = body.get("model", "") if model is None else model
        self.stream = self.wants_stream() if stream is None else stream
        wanted = [] if self.has_results() else self.wanted_calls()
        self.calls = [(f"call_mock{number}", name, arguments) for number, (name, arguments) in enumerate(wanted, 1)]
        self.thought = THOUGHT if self.model.startswith("mock-thinks") else ""
        schema = self.schema()
        wrong = self.model.startswith("mock-wrong")  # says its text, whatever is asked for
        self.text = text if schema is None or wrong else compact(example_of(schema) or {"ok": True})

    def wanted_calls(self):
        if self.model.startswith("mock-agent"):
            return [(name, self.agent_calls[name]) for name, _ in self.tools() if name in self.agent_calls][:1]
        count = 1 if self.model.startswith("mock-tools") else 2 if self.model.startswith("mock-parallel") else 0
        return [(name, example_of(schema)) for name, schema in self.tools()[:count]]

    def wants_stream(self):
        return bool(self.body.get("stream"))

    def tools(self):
        """[(name, schema)] of the functions that are offered."""
        raise NotImplementedError

    def has_results(self):
        raise NotImplementedError

    def schema(self):
        """The schema that the text must fit, {} for any JSON, else None."""
        raise NotImplementedError

    def completion(self):
        raise NotImplementedError

    def deltas(self):
        """The frames of a stream, up to the one before its last."""
        raise NotImplementedError

    def closing(self):
        raise NotImplementedError

    def frames(self):
        yield from self.deltas()
        yield from self.closing()

    def error(self, status, message):
        """The body of an error, as bytes."""
        raise NotImplementedError

    def error_frame(self, message):
        """An error within a stream."""
        return b"data: " + self.error(500, message) + b"\n\n"

"""Bodies and events that weir writes for OpenAI's clients, held against OpenAI's own openapi.json under WEIR_TEST_DATA."""
import json
import os
import pathlib
import urllib.error
import urllib.request

from behind import BASE, FUNCTIONS, KEY, LOCAL, MESSAGES, QUESTION, TOOLS, check, close, each

SPECIFICATION = pathlib.Path(os.environ.get("WEIR_TEST_DATA", "none")) / "specs/openai/openapi.json"
FLAT = [{"type": "function", "strict": True, **function} for function in FUNCTIONS]


# Null in OpenAI's own streams, which its document does not know.
OFTEN_NULL = ("finish_reason", "logprobs", "usage")


def plain(node):
    """As JSON Schema: of alternatives one suffices, for some of OpenAI's overlap."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {"anyOf" if key == "oneOf" else key: plain(value) for key, value in node.items() if key != "discriminator"}
    for name in OFTEN_NULL:
        if isinstance(made.get("properties"), dict) and name in made["properties"]:
            made["properties"][name] = {"anyOf": [made["properties"][name], {"type": "null"}]}
    return made


def validators():
    from jsonschema import Draft202012Validator
    document = plain(json.loads(SPECIFICATION.read_text()))
    return lambda name: Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def ask(path, body=None):
    """The status and the bytes of the answer."""
    data = None if body is None else json.dumps(body).encode()
    fields = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{BASE}/v1{path}", data, fields), timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def events_of(stream):
    frames = [frame for frame in stream.decode().split("\n\n") if frame]
    datas = [next(line[6:] for line in frame.split("\n") if line.startswith("data: ")) for frame in frames]
    return [json.loads(data) for data in datas if data != "[DONE]"]


class Held:
    def __init__(self):
        self.validator_of = validators()
        self.known = {}

    def hold(self, name, value):
        if name not in self.known:
            self.known[name] = self.validator_of(name)
        for error in self.known[name].iter_errors(value):
            deepest = max(error.context or [error], key=lambda leaf: len(leaf.absolute_path))
            raise AssertionError(f"{name}: {list(deepest.absolute_path)}: {deepest.message[:300]} in {json.dumps(value)[:300]}")

    def whole(self, name, path, body):
        status, answer = ask(path, body)
        assert status == 200, (status, answer)
        self.hold(name, json.loads(answer))

    def stream(self, name, path, body):
        status, answer = ask(path, {**body, "stream": True})
        assert status == 200, (status, answer)
        events = events_of(answer)
        assert len(events) > 2, answer
        for event in events:
            self.hold(name, event)


def main():
    held = Held()
    chat = {"messages": MESSAGES, "max_tokens": 99}
    respond = {"input": QUESTION, "max_output_tokens": 99, "store": False}
    for kind, chat_tools, flat_tools in (("normal", {}, {}), ("thinks", {}, {}),
                                         ("parallel", {"tools": TOOLS}, {"tools": FLAT})):
        each(kind, f"chat completion, {kind}", lambda _, model, more=chat_tools: held.whole(
            "CreateChatCompletionResponse", "/chat/completions", {**chat, **more, "model": model}), ["chat"])
        each(kind, f"chunks, {kind}", lambda _, model, more=chat_tools: held.stream(
            "CreateChatCompletionStreamResponse", "/chat/completions",
            {**chat, **more, "model": model, "stream_options": {"include_usage": True}}), ["chat"])
        each(kind, f"response, {kind}", lambda _, model, more=flat_tools: held.whole(
            "Response", "/responses", {**respond, **more, "model": model}), ["responses"])
        each(kind, f"events, {kind}", lambda _, model, more=flat_tools: held.stream(
            "ResponseStreamEvent", "/responses", {**respond, **more, "model": model}), ["responses"])
    each("normal", "completion", lambda _, model: held.whole(
        "CreateCompletionResponse", "/completions", {"model": model, "prompt": QUESTION, "max_tokens": 99}), ["chat"])
    each("refused", "error", lambda _, model: held.hold(
        "ErrorResponse", json.loads(ask("/chat/completions", {**chat, "model": model})[1])), ["chat"])
    check("models", lambda: held.whole("ListModelsResponse", "/models", None))
    check("embeddings", lambda: held.whole(
        "CreateEmbeddingResponse", "/embeddings", {"model": LOCAL["models"]["embedder"], "input": ["a"]}))
    check("tokens of a prompt", lambda: held.whole(
        "TokenCountsResource", "/responses/input_tokens", {"model": LOCAL["models"]["normal"], "input": QUESTION}))


if SPECIFICATION.exists():
    main()
else:
    print("skipped: WEIR_TEST_DATA has no specification of OpenAI's")
close()

"""PyPI google-genai."""
import json

from behind import (BASE, CITY, FUNCTIONS, KEY, LOCAL, QUESTION, SYSTEM, TARGETS, check, check_calls, check_city, check_usage,
                    close, each, same, thrown)
from google import genai
from google.genai import errors, types

CLIENT = genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=BASE))
FIXED = {"system_instruction": SYSTEM, "temperature": 0, "max_output_tokens": 200}
TOOLS = [{"function_declarations": [{"name": f["name"], "description": f["description"],
                                     "parameters_json_schema": f["parameters"]} for f in FUNCTIONS]}]


def asked(model, contents=QUESTION, **config):
    return {"model": model, "contents": contents, "config": {**FIXED, **config}}


def ask(*all_, **config):
    return CLIENT.models.generate_content(**asked(*all_, **config))


def stream(*all_, **config):
    return list(CLIENT.models.generate_content_stream(**asked(*all_, **config)))


def usage_of(target, usage):
    check_usage(target, usage.prompt_token_count, usage.cached_content_token_count, usage.candidates_token_count)


def text(target, model):
    answer = ask(model)
    same(answer.text, target["text"])
    usage_of(target, answer.usage_metadata)


def streamed_text(target, model):
    chunks = stream(model)
    same("".join(chunk.text or "" for chunk in chunks), target["text"])
    usage_of(target, chunks[-1].usage_metadata)


def loop(target, model):
    question = types.Content(role="user", parts=[types.Part(text=QUESTION)])
    first = ask(model, [question], tools=TOOLS)
    check_calls([(call.name, call.args) for call in first.function_calls], target, "parallel")
    results = [types.Part(function_response=types.FunctionResponse(id=call.id, name=call.name, response={"output": "sunny"}))
               for call in first.function_calls]
    history = [question, first.candidates[0].content, types.Content(role="user", parts=results)]
    same(ask(model, history, tools=TOOLS).text, target["told"])


def streamed_calls(target, model):
    calls = [call for chunk in stream(model, tools=TOOLS) for call in chunk.function_calls or ()]
    check_calls([(call.name, call.args) for call in calls], target, "parallel")


def structured(_, model):
    check_city(json.loads(ask(model, response_mime_type="application/json", response_json_schema=CITY).text))


def refused(_, model):
    for body in (ask, stream):
        same(thrown(errors.ClientError, lambda: body(model)).code, 429)


def count():
    for target in TARGETS:
        assert CLIENT.models.count_tokens(model=target["models"]["normal"], contents=QUESTION).total_tokens > 0


def embed():
    found = CLIENT.models.embed_content(model=LOCAL["models"]["embedder"], contents=["a", "b"]).embeddings
    same([len(each.values) for each in found], [64, 64])


def models():
    names = [model.name for model in CLIENT.models.list()]
    assert {"models/chat-normal", f"models/{LOCAL['models']['normal']}"} <= set(names), names


each("normal", "text", text)
each("normal", "streamed text", streamed_text)
each("parallel", "a loop of tools", loop)
each("parallel", "streamed calls", streamed_calls)
each("normal", "structured output", structured)
each("refused", "an error", refused)
each("broken", "an error in a stream", lambda _, model: thrown(errors.APIError, lambda: stream(model)))
check("count_tokens", count)
check("embed_content", embed)
check("models", models)
close()

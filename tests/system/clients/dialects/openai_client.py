"""PyPI openai: Chat Completions, Completions and Responses."""
import json
from typing import Literal

import openai
from behind import (BASE, FUNCTIONS, KEY, LOCAL, MESSAGES, QUESTION, SYSTEM, TARGETS, TOOLS, check, check_calls, check_city,
                    check_usage, close, each, same, thrown)
from pydantic import BaseModel

CLIENT = openai.OpenAI(api_key=KEY, base_url=f"{BASE}/v1", max_retries=0)
FLAT = [{"type": "function", "strict": True, **function} for function in FUNCTIONS]
ASK = {"input": QUESTION, "instructions": SYSTEM, "temperature": 0, "max_output_tokens": 200, "store": False}


class City(BaseModel):
    city: Literal["x", "Wien"]


def chat(model, **more):
    return CLIENT.chat.completions.create(**{"model": model, "messages": MESSAGES, "temperature": 0, "max_tokens": 200, **more})


def respond(model, **more):
    return CLIENT.responses.create(**{**ASK, "model": model, **more})


def chat_usage(target, usage):
    details = usage.prompt_tokens_details
    check_usage(target, usage.prompt_tokens, details and details.cached_tokens, usage.completion_tokens)


def text(target, model):
    answer = chat(model)
    same(answer.choices[0].message.content, target["text"])
    chat_usage(target, answer.usage)


def streamed_text(target, model):
    said, usage = "", None
    for chunk in chat(model, stream=True, stream_options={"include_usage": True}):
        said += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        usage = chunk.usage or usage
    same(said, target["text"])
    chat_usage(target, usage)


def loop(target, model):
    first = chat(model, tools=TOOLS).choices[0].message
    check_calls([(call.function.name, json.loads(call.function.arguments)) for call in first.tool_calls], target, "parallel")
    results = [{"role": "tool", "tool_call_id": call.id, "content": "sunny"} for call in first.tool_calls]
    second = chat(model, tools=TOOLS, messages=[*MESSAGES, first, *results])
    same(second.choices[0].message.content, target["told"])


def structured(_, model):
    answer = CLIENT.chat.completions.parse(model=model, messages=MESSAGES, max_tokens=200, response_format=City)
    check_city(answer.choices[0].message.parsed.model_dump())


def refused(_, model):
    thrown(openai.RateLimitError, lambda: chat(model))
    thrown(openai.RateLimitError, lambda: list(chat(model, stream=True)))


def completions(_, model):
    ask = {"model": model, "prompt": QUESTION, "temperature": 0, "max_tokens": 99}
    whole = CLIENT.completions.create(**ask).choices[0].text
    same("".join(chunk.choices[0].text for chunk in CLIENT.completions.create(**ask, stream=True) if chunk.choices), whole)


def response(target, model):
    answer = respond(model)
    same(answer.output_text, target["text"])
    check_usage(target, answer.usage.input_tokens, answer.usage.input_tokens_details.cached_tokens, answer.usage.output_tokens)


def streamed_response(target, model):
    with CLIENT.responses.stream(**ASK, model=model) as stream:
        said = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        same(said, target["text"])
        same(stream.get_final_response().output_text, target["text"])


def response_loop(target, model):
    question = {"role": "user", "content": QUESTION}
    first = respond(model, tools=FLAT, input=[question])
    calls = [item for item in first.output if item.type == "function_call"]
    check_calls([(call.name, json.loads(call.arguments)) for call in calls], target, "parallel")
    results = [{"type": "function_call_output", "call_id": call.call_id, "output": "sunny"} for call in calls]
    same(respond(model, tools=FLAT, input=[question, *first.output, *results]).output_text, target["told"])


def structured_response(_, model):
    check_city(CLIENT.responses.parse(**ASK, model=model, text_format=City).output_parsed.model_dump())


def input_tokens():
    for target in TARGETS:
        assert CLIENT.responses.input_tokens.count(model=target["models"]["normal"], input=QUESTION).input_tokens > 0


def embeddings():
    found = CLIENT.embeddings.create(model=LOCAL["models"]["embedder"], input=["a", "b"]).data
    same([len(each.embedding) for each in found], [64, 64])


def embeddings_of_a_provider():
    answer = CLIENT.embeddings.create(model="chat-normal", input=["a", "b"], dimensions=3)
    same([each.embedding for each in answer.data], [[0.25] * 3] * 2)
    same(answer.usage.prompt_tokens, 6)


each("normal", "text", text)
each("normal", "streamed text", streamed_text)
each("parallel", "a loop of tools", loop)
each("normal", "structured output", structured)
each("refused", "an error", refused)
each("broken", "an error in a stream", lambda _, model: thrown(openai.APIError, lambda: list(chat(model, stream=True))))
each("normal", "completions", completions)
each("normal", "a response", response)
each("normal", "a streamed response", streamed_response)
each("parallel", "a loop of tools in responses", response_loop)
each("normal", "a structured response", structured_response)
each("refused", "an error of responses", lambda _, model: thrown(openai.RateLimitError, lambda: respond(model)))
check("input_tokens", input_tokens)
check("embeddings", embeddings)
check("embeddings of a provider", embeddings_of_a_provider)
close()

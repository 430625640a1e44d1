"""PyPI anthropic."""
import anthropic
from behind import (BASE, FUNCTIONS, KEY, LOCAL, QUESTION, SYSTEM, TARGETS, check, check_calls, check_usage, close, each, same,
                    thrown)

CLIENT = anthropic.Anthropic(api_key=KEY, base_url=BASE, max_retries=0)
TOOLS = [{"name": f["name"], "description": f["description"], "input_schema": f["parameters"]} for f in FUNCTIONS]
MESSAGES = [{"role": "user", "content": QUESTION}]
ASK = {"messages": MESSAGES, "system": SYSTEM, "max_tokens": 200}


def create(model, **more):
    return CLIENT.messages.create(**{**ASK, "model": model, **more})


def said(answer):
    return "".join(block.text for block in answer.content if block.type == "text")


def final(model, **more):
    with CLIENT.messages.stream(**{**ASK, "model": model, **more}) as stream:
        return stream.get_final_message()


def usage_of(target, usage):
    cached = usage.cache_read_input_tokens or 0
    check_usage(target, usage.input_tokens + cached, cached, usage.output_tokens)


def text(target, model):
    for answer in (create(model), final(model)):
        same(said(answer), target["text"])
        usage_of(target, answer.usage)


def streamed_text(target, model):
    with CLIENT.messages.stream(**ASK, model=model) as stream:
        same("".join(stream.text_stream), target["text"])


def loop(target, model):
    for ask in (create, final):
        first = ask(model, tools=TOOLS)
        calls = [block for block in first.content if block.type == "tool_use"]
        check_calls([(call.name, call.input) for call in calls], target, "parallel")
        results = [{"type": "tool_result", "tool_use_id": call.id, "content": "sunny"} for call in calls]
        history = [*MESSAGES, {"role": "assistant", "content": first.content}, {"role": "user", "content": results}]
        same(said(ask(model, tools=TOOLS, messages=history)), target["told"])


def thinking(target, model):
    for ask in (create, final):
        first = ask(model, max_tokens=4096, thinking={"type": "enabled", "budget_tokens": 1024}).content[0]
        same((first.type, first.thinking), ("thinking", target["thought"]))


def count():
    for target in TARGETS:
        assert CLIENT.messages.count_tokens(model=target["models"]["normal"], messages=MESSAGES).input_tokens > 0


def models():
    names = [model.id for model in CLIENT.models.list()]
    assert {"chat-normal", LOCAL["models"]["normal"]} <= set(names), names
    thrown(anthropic.NotFoundError, lambda: CLIENT.models.retrieve("nobody"))


each("normal", "text", text)
each("normal", "streamed text", streamed_text)
each("parallel", "a loop of tools", loop)
each("thinks", "thinking", thinking)
each("refused", "an error", lambda _, model: thrown(anthropic.RateLimitError, lambda: create(model)))
each("broken", "an error in a stream", lambda _, model: thrown(anthropic.APIError, lambda: final(model)))
check("count_tokens", count)
check("models", models)
close()

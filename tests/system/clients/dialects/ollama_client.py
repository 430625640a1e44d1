"""PyPI ollama."""
import json

import ollama
from behind import (BASE, CITY, KEY, LOCAL, MESSAGES, QUESTION, TOOLS, check, check_calls, check_city, check_usage, close, each,
                    same, thrown)

CLIENT = ollama.Client(host=BASE, headers={"Authorization": f"Bearer {KEY}"})
OPTIONS = {"temperature": 0, "num_predict": 200}


def chat(model, **more):
    return CLIENT.chat(**{"model": model, "messages": MESSAGES, "options": OPTIONS, **more})


def usage_of(target, answer):
    """The dialect has no count of cached tokens."""
    check_usage(target, answer.prompt_eval_count, (target["usage"] or {}).get("cached"), answer.eval_count)


def text(target, model):
    answer = chat(model)
    same(answer.message.content, target["text"])
    usage_of(target, answer)


def streamed_text(target, model):
    chunks = list(chat(model, stream=True))
    same("".join(chunk.message.content for chunk in chunks), target["text"])
    usage_of(target, chunks[-1])


def loop(target, model):
    first = chat(model, tools=TOOLS).message
    check_calls([(call.function.name, dict(call.function.arguments)) for call in first.tool_calls], target, "parallel")
    results = [{"role": "tool", "tool_name": call.function.name, "content": "sunny"} for call in first.tool_calls]
    same(chat(model, tools=TOOLS, messages=[*MESSAGES, first, *results]).message.content, target["told"])


def thinking(target, model):
    same(chat(model, think=True).message.thinking, target["thought"])
    same("".join(chunk.message.thinking or "" for chunk in chat(model, think=True, stream=True)), target["thought"])


def generate(target, model):
    ask = {"model": model, "prompt": QUESTION, "options": OPTIONS}
    same(CLIENT.generate(**ask).response, target["text"])
    same("".join(chunk.response for chunk in CLIENT.generate(**ask, stream=True)), target["text"])


def refused(_, model):
    same(thrown(ollama.ResponseError, lambda: chat(model)).status_code, 429)
    same(thrown(ollama.ResponseError, lambda: list(chat(model, stream=True))).status_code, 429)


def small_answers():
    same([len(each) for each in CLIENT.embed(model=LOCAL["models"]["embedder"], input=["a", "b"]).embeddings], [64, 64])
    assert any(model.model.startswith("chat-normal") for model in CLIENT.list().models)
    assert "completion" in CLIENT.show(LOCAL["models"]["normal"]).capabilities
    assert CLIENT.ps().models is not None


each("normal", "text", text)
each("normal", "streamed text", streamed_text)
each("parallel", "a loop of tools", loop)
each("thinks", "thinking", thinking)
each("normal", "a format", lambda _, model: check_city(json.loads(chat(model, format=CITY).message.content)))
each("normal", "generate", generate)
each("refused", "an error", refused)
each("broken", "an error in a stream", lambda _, model: thrown(ollama.ResponseError, lambda: list(chat(model, stream=True))))
check("embed, list, show, ps", small_answers)
close()

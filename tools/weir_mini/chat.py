"""Renders conversations by the template that the model file carries, and by nothing else."""

import functools
import json
import pathlib

import jinja2

TEMPLATE_FILE = pathlib.Path(__file__).resolve().parent / "template.jinja"
END_OF_TURN = "<|im_end|>"


def template_text():
    return TEMPLATE_FILE.read_text(encoding="utf-8").rstrip("\n")


@functools.cache
def _template():
    environment = jinja2.Environment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    return environment.from_string(template_text())


def with_objects(message):
    """Arguments of calls as values, also where a client sent them as text."""
    if not message.get("tool_calls"):
        return message
    calls = [{**call, "function": dict(call["function"])} for call in message["tool_calls"]]
    for call in calls:
        if isinstance(call["function"]["arguments"], str):
            call["function"]["arguments"] = json.loads(call["function"]["arguments"])
    return {**message, "tool_calls": calls}


def render(messages, tools=None, add_generation_prompt=True):
    messages = [with_objects(message) for message in messages]
    return _template().render(messages=messages, tools=tools, add_generation_prompt=add_generation_prompt)


def prompt_and_answer(task):
    """What the model reads and what it is to write, its end of turn included."""
    prompt = render(task.messages, task.tools)
    whole = render([*task.messages, task.answer_message()], task.tools, add_generation_prompt=False)
    assert whole.startswith(prompt) and whole.endswith(END_OF_TURN + "\n")
    return prompt, whole[len(prompt) : -1]

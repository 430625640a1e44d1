"""One training or evaluation task: a conversation, and the one answer that is right."""

import json
from dataclasses import dataclass, field


@dataclass
class Task:
    skill: str
    messages: list  # without the answer
    answer: str = ""  # what the assistant says; empty for a tool call
    call: dict = None  # {"name", "arguments"}
    tools: list = None
    response_format: dict = None
    is_json: bool = False  # the answer is JSON and judged as such
    alternatives: list = field(default_factory=list)  # other texts that are right too

    def answer_message(self):
        if self.call is None:
            return {"role": "assistant", "content": self.answer}
        return {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"type": "function", "function": self.call}],
        }

    def expectation(self):
        if self.call is not None:
            return {"tool": self.call}
        if self.is_json:
            return {"json": json.loads(self.answer)}
        return {"text": [self.answer, *self.alternatives] if self.alternatives else self.answer}

    def as_eval_line(self):
        line = {"skill": self.skill, "messages": as_clients_send(self.messages)}
        if self.tools is not None:
            line["tools"] = self.tools
        if self.response_format is not None:
            line["response_format"] = self.response_format
        line["expect"] = self.expectation()
        return json.dumps(line, ensure_ascii=False)


def as_clients_send(messages):
    """Calls with ids and arguments as text, results with the id of their call."""
    sent, waiting = [], []
    for message in messages:
        if message.get("tool_calls"):
            calls = []
            for call in message["tool_calls"]:
                waiting.append(f"call_{len(sent)}_{len(calls)}")
                function = {**call["function"], "arguments": compact(call["function"]["arguments"])}
                calls.append({"id": waiting[-1], "type": "function", "function": function})
            message = {**message, "tool_calls": calls}
        elif message["role"] == "tool":
            message = {"role": "tool", "tool_call_id": waiting.pop(0), "content": message["content"]}
        sent.append(message)
    return sent


def user(text):
    return {"role": "user", "content": text}


def system(text):
    return {"role": "system", "content": text}


def compact(value):
    """The one way in which the model writes JSON."""
    return json.dumps(value, ensure_ascii=False)

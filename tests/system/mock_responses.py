"""The Responses API as an upstream."""
from mock_call import (CACHED_TOKENS, CREATED, OUTPUT_TOKENS, PROMPT_TOKENS, SIGNATURE, DialectCall, compact,
                       event_frame, pieces)

USAGE = {"input_tokens": PROMPT_TOKENS, "input_tokens_details": {"cached_tokens": CACHED_TOKENS},
         "output_tokens": OUTPUT_TOKENS, "output_tokens_details": {"reasoning_tokens": 0},
         "total_tokens": PROMPT_TOKENS + OUTPUT_TOKENS}


class ResponsesCall(DialectCall):
    def tools(self):
        return [(tool["name"], tool.get("parameters"))
                for tool in self.body.get("tools") or () if tool.get("type") == "function"]

    def has_results(self):
        items = self.body.get("input")
        return isinstance(items, list) and any(item.get("type") == "function_call_output" for item in items)

    def schema(self):
        form = (self.body.get("text") or {}).get("format") or {}
        if form.get("type") == "json_schema":
            return form.get("schema")
        return {} if form.get("type") == "json_object" else None

    def items(self):
        """The output as it is at its end."""
        found = []
        if self.thought:
            found.append({"type": "reasoning", "id": "rs_mock", "encrypted_content": SIGNATURE,
                          "summary": [{"type": "summary_text", "text": self.thought}]})
        for call_id, name, arguments in self.calls:
            found.append({"type": "function_call", "id": f"fc_{call_id}", "call_id": call_id, "name": name,
                          "arguments": compact(arguments), "status": "completed"})
        if not self.calls:
            text = {"type": "output_text", "text": self.text, "annotations": []}
            found.append({"type": "message", "id": "msg_mock", "role": "assistant", "status": "completed",
                          "content": [text]})
        return found

    def response(self, status, output, usage=None):
        return {"id": "resp_mock", "object": "response", "created_at": CREATED, "status": status, "error": None,
                "incomplete_details": None, "model": self.model, "output": output, "parallel_tool_calls": True,
                "tool_choice": "auto", "tools": [], "usage": usage}

    def completion(self):
        return self.response("completed", self.items(), USAGE)

    def events(self):
        yield {"type": "response.created", "response": self.response("in_progress", [])}
        yield {"type": "response.in_progress", "response": self.response("in_progress", [])}
        for index, item in enumerate(self.items()):
            where = {"output_index": index, "item_id": item["id"]}
            yield {"type": "response.output_item.added", "output_index": index, "item": begun(item)}
            yield from INSIDE[item["type"]](item, where)
            yield {"type": "response.output_item.done", "output_index": index, "item": item}

    def deltas(self):
        self.number = 0
        for event in self.events():
            yield event_frame({**event, "sequence_number": self.number})
            self.number += 1

    def closing(self):
        yield event_frame({"type": "response.completed", "response": self.completion(), "sequence_number": self.number})

    def error(self, status, message):
        return compact({"error": {"message": message, "type": "mock_error", "param": None,
                                  "code": f"mock_{status}"}}).encode()

    def error_frame(self, message):
        return event_frame({"type": "error", "code": "server_error", "message": message, "param": None,
                            "sequence_number": 99})


def begun(item):
    empty = {"reasoning": {"summary": []}, "function_call": {"arguments": "", "status": "in_progress"},
             "message": {"content": [], "status": "in_progress"}}
    return {**item, **empty[item["type"]]}


def of_reasoning(item, where):
    part = item["summary"][0]
    where = {**where, "summary_index": 0}
    yield {"type": "response.reasoning_summary_part.added", **where, "part": {**part, "text": ""}}
    for piece in pieces(part["text"]):
        yield {"type": "response.reasoning_summary_text.delta", **where, "delta": piece}
    yield {"type": "response.reasoning_summary_text.done", **where, "text": part["text"]}
    yield {"type": "response.reasoning_summary_part.done", **where, "part": part}


def of_call(item, where):
    for piece in pieces(item["arguments"]):
        yield {"type": "response.function_call_arguments.delta", **where, "delta": piece}
    yield {"type": "response.function_call_arguments.done", **where, "name": item["name"], "arguments": item["arguments"]}


def of_message(item, where):
    part = item["content"][0]
    where = {**where, "content_index": 0}
    yield {"type": "response.content_part.added", **where, "part": {**part, "text": ""}}
    for piece in pieces(part["text"]):
        yield {"type": "response.output_text.delta", **where, "delta": piece, "logprobs": []}
    yield {"type": "response.output_text.done", **where, "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", **where, "part": part}


INSIDE = {"reasoning": of_reasoning, "function_call": of_call, "message": of_message}

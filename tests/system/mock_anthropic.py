"""The Messages API as an upstream."""
from mock_call import (CACHED_TOKENS, OUTPUT_TOKENS, PROMPT_TOKENS, SIGNATURE, DialectCall, compact, event_frame, pieces)

USAGE = {"input_tokens": PROMPT_TOKENS - CACHED_TOKENS, "cache_read_input_tokens": CACHED_TOKENS,
         "cache_creation_input_tokens": 0, "output_tokens": OUTPUT_TOKENS}
KINDS = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
         413: "request_too_large", 429: "rate_limit_error", 529: "overloaded_error"}
CLOSED = {"text": {"text": ""}, "thinking": {"thinking": "", "signature": ""}, "tool_use": {"input": {}}}


class MessagesCall(DialectCall):
    def tools(self):
        return [(tool["name"], tool.get("input_schema")) for tool in self.body.get("tools") or () if "input_schema" in tool]

    def has_results(self):
        return any(block.get("type") == "tool_result" for message in self.body.get("messages") or ()
                   if isinstance(message["content"], list) for block in message["content"])

    def schema(self):
        form = (self.body.get("output_config") or {}).get("format") or {}
        return form.get("schema") if form.get("type") == "json_schema" else None

    def blocks(self):
        found = []
        if self.thought:
            found.append({"type": "thinking", "thinking": self.thought, "signature": SIGNATURE})
        if not self.calls:
            found.append({"type": "text", "text": self.text})
        for call_id, name, arguments in self.calls:
            found.append({"type": "tool_use", "id": f"toolu_{call_id}", "name": name, "input": arguments})
        return found

    def message(self, content, stop, usage):
        return {"id": "msg_mock", "type": "message", "role": "assistant", "model": self.model, "content": content,
                "stop_reason": stop, "stop_sequence": None, "usage": usage}

    def stop_reason(self):
        return "tool_use" if self.calls else "end_turn"

    def completion(self):
        return self.message(self.blocks(), self.stop_reason(), USAGE)

    def deltas(self):
        yield event_frame({"type": "message_start", "message": self.message([], None, {**USAGE, "output_tokens": 1})})
        for index, block in enumerate(self.blocks()):
            yield event_frame({"type": "content_block_start", "index": index,
                               "content_block": {**block, **CLOSED[block["type"]]}})
            yield event_frame({"type": "ping"})
            for delta in deltas_of(block):
                yield event_frame({"type": "content_block_delta", "index": index, "delta": delta})
            yield event_frame({"type": "content_block_stop", "index": index})
        yield event_frame({"type": "message_delta", "delta": {"stop_reason": self.stop_reason(), "stop_sequence": None},
                           "usage": USAGE})

    def closing(self):
        yield event_frame({"type": "message_stop"})

    def error(self, status, message):
        kind = KINDS.get(status, "api_error")
        return compact({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_mock"}).encode()

    def error_frame(self, message):
        return b"event: error\ndata: " + self.error(529, message) + b"\n\n"


def deltas_of(block):
    if block["type"] == "text":
        return [{"type": "text_delta", "text": piece} for piece in pieces(block["text"])]
    if block["type"] == "tool_use":
        return [{"type": "input_json_delta", "partial_json": piece} for piece in ["", *pieces(compact(block["input"]))]]
    thoughts = [{"type": "thinking_delta", "thinking": piece} for piece in pieces(block["thinking"])]
    return [*thoughts, {"type": "signature_delta", "signature": block["signature"]}]

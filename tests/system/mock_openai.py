"""The Chat Completions API as an upstream."""
from mock_call import CREATED, DialectCall, compact, data_frame, pieces

USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18,
         "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": 0},
         "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0}}


def error_body(message, kind="server_error", code=None):
    return compact({"error": {"message": message, "type": kind, "param": None, "code": code}}).encode()


class ChatCall(DialectCall):
    def __init__(self, body, text):
        super().__init__(body, text)
        self.wants_usage = bool((body.get("stream_options") or {}).get("include_usage"))
        self.usage = USAGE
        self.base = {"id": "chatcmpl-mock", "created": CREATED, "model": self.model,
                     "system_fingerprint": "fp_mock"}

    def tools(self):
        return [(tool["function"]["name"], tool["function"].get("parameters"))
                for tool in self.body.get("tools") or () if tool.get("type") == "function"]

    def has_results(self):
        return any(m.get("role") == "tool" for m in self.body.get("messages") or ())

    def schema(self):
        form = self.body.get("response_format") or {}
        if form.get("type") == "json_schema":
            return form["json_schema"].get("schema")
        return {} if form.get("type") == "json_object" else None

    def completion(self):
        message = {"role": "assistant", "content": None if self.calls else self.text, "refusal": None}
        if self.thought:
            message["reasoning_content"] = self.thought
        if self.calls:
            message["tool_calls"] = [{"id": call_id, "type": "function",
                                      "function": {"name": name, "arguments": compact(arguments)}}
                                     for call_id, name, arguments in self.calls]
        choice = {"index": 0, "message": message, "logprobs": None,
                  "finish_reason": "tool_calls" if self.calls else "stop"}
        answer = {**self.base, "object": "chat.completion", "choices": [choice]}
        return answer | ({"usage": self.usage} if self.usage else {})

    def delta(self, delta, finish=None):
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        chunk = {**self.base, "object": "chat.completion.chunk", "choices": [choice]}
        return data_frame(chunk | ({"usage": None} if self.wants_usage and self.usage else {}))

    def deltas(self):
        yield self.delta({"role": "assistant", "content": None if self.calls else "", "refusal": None})
        for piece in pieces(self.thought) if self.thought else ():
            yield self.delta({"reasoning_content": piece})
        yield from self.call_deltas() if self.calls else (self.delta({"content": piece}) for piece in pieces(self.text))
        yield self.delta({}, "tool_calls" if self.calls else "stop")

    def call_deltas(self):
        """The heads of all calls, then their arguments in turn: parallel calls are interleaved."""
        rest = []
        for index, (call_id, name, arguments) in enumerate(self.calls):
            head = {"index": index, "id": call_id, "type": "function", "function": {"name": name, "arguments": ""}}
            yield self.delta({"tool_calls": [head]})
            rest.append(pieces(compact(arguments)))
        for at in range(max(map(len, rest))):
            for index, parts in enumerate(rest):
                if at < len(parts):
                    yield self.delta({"tool_calls": [{"index": index, "function": {"arguments": parts[at]}}]})

    def closing(self):
        if self.wants_usage and self.usage:
            yield data_frame({**self.base, "object": "chat.completion.chunk", "choices": [],
                              "usage": self.usage})
        yield b"data: [DONE]\n\n"

    def error(self, status, message):
        return error_body(message, "rate_limit_error" if status == 429 else "mock_error", f"mock_{status}")

    def error_frame(self, message):
        return b"data: " + error_body(message) + b"\n\n"

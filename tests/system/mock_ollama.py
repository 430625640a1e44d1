"""The Ollama API as an upstream: lines of JSON in place of events, and a stream unless told otherwise."""
from mock_call import CREATED_TEXT, OUTPUT_TOKENS, PROMPT_TOKENS, DialectCall, compact, pieces

COUNTS = {"total_duration": 9_000_000, "load_duration": 1_000_000, "prompt_eval_count": PROMPT_TOKENS,
          "prompt_eval_duration": 2_000_000, "eval_count": OUTPUT_TOKENS, "eval_duration": 6_000_000}


class OllamaCall(DialectCall):
    stream_type = "application/x-ndjson"

    def wants_stream(self):
        return self.body.get("stream", True)

    def tools(self):
        return [(tool["function"]["name"], tool["function"].get("parameters")) for tool in self.body.get("tools") or ()]

    def has_results(self):
        return any(message.get("role") == "tool" for message in self.body.get("messages") or ())

    def schema(self):
        form = self.body.get("format")
        return {} if form == "json" else form or None

    def message(self, content="", **more):
        return {"model": self.model, "created_at": CREATED_TEXT,
                "message": {"role": "assistant", "content": content, **more}, "done": False}

    def tool_calls(self):
        return [{"function": {"index": index, "name": name, "arguments": arguments}}
                for index, (_, name, arguments) in enumerate(self.calls)]

    def end(self, answer):
        return {**answer, "done": True, "done_reason": "stop", **COUNTS}

    def completion(self):
        more = {"thinking": self.thought} if self.thought else {}
        more |= {"tool_calls": self.tool_calls()} if self.calls else {}
        return self.end(self.message("" if self.calls else self.text, **more))

    def deltas(self):
        for piece in pieces(self.thought) if self.thought else ():
            yield line(self.message(thinking=piece))
        for call in self.tool_calls():
            yield line(self.message(tool_calls=[call]))
        for piece in () if self.calls else pieces(self.text):
            yield line(self.message(piece))

    def closing(self):
        yield line(self.end(self.message()))

    def error(self, status, message):
        return compact({"error": message}).encode()

    def error_frame(self, message):
        return self.error(500, message) + b"\n"


def line(value):
    return compact(value).encode() + b"\n"

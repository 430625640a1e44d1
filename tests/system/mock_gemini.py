"""The Gemini API as an upstream. Model and stream stand in the path."""
from mock_call import CACHED_TOKENS, OUTPUT_TOKENS, PROMPT_TOKENS, SIGNATURE, DialectCall, compact, data_frame, pieces

USAGE = {"promptTokenCount": PROMPT_TOKENS, "cachedContentTokenCount": CACHED_TOKENS,
         "candidatesTokenCount": OUTPUT_TOKENS, "totalTokenCount": PROMPT_TOKENS + OUTPUT_TOKENS}
STATES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
          429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}


class GenerateContentCall(DialectCall):
    def tools(self):
        declared = [function for tool in self.body.get("tools") or () for function in tool.get("functionDeclarations", ())]
        schemas = ("parametersJsonSchema", "parameters_json_schema", "parameters")  # the API takes both spellings
        return [(each["name"], next((each[key] for key in schemas if key in each), None)) for each in declared]

    def has_results(self):
        return any("functionResponse" in part for content in self.body.get("contents") or () for part in content["parts"])

    def schema(self):
        config = self.body.get("generationConfig") or {}
        if config.get("responseMimeType") != "application/json":
            return None
        return config.get("responseJsonSchema") or config.get("responseSchema") or {}

    def thoughts(self):
        return [{"text": self.thought, "thought": True}] if self.thought else []

    def call_parts(self):
        """The first of parallel calls has the signature."""
        parts = [{"functionCall": {"name": name, "args": arguments}} for _, name, arguments in self.calls]
        return [{**parts[0], "thoughtSignature": SIGNATURE}, *parts[1:]] if parts else []

    def answer(self, parts, finish=None):
        candidate = {"content": {"role": "model", "parts": parts}, "index": 0}
        candidate |= {"finishReason": finish} if finish else {}
        return {"candidates": [candidate], "usageMetadata": USAGE, "modelVersion": self.model, "responseId": "mock"}

    def completion(self):
        signed = {"thoughtSignature": SIGNATURE} if self.thought else {}
        text = [] if self.calls else [{"text": self.text, **signed}]
        return self.answer([*self.thoughts(), *text, *self.call_parts()], "STOP")

    def deltas(self):
        for part in self.thoughts():
            yield data_frame(self.answer([part]))
        for piece in () if self.calls else pieces(self.text):
            yield data_frame(self.answer([{"text": piece}]))
        for part in self.call_parts():
            yield data_frame(self.answer([part]))

    def closing(self):
        last = [{"text": "", "thoughtSignature": SIGNATURE}] if self.thought else [{"text": ""}]
        yield data_frame(self.answer(last, "STOP"))

    def error(self, status, message):
        return compact({"error": {"code": status, "message": message, "status": STATES.get(status, "UNKNOWN")}}).encode()

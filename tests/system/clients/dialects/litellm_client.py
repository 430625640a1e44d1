"""PyPI litellm as a client, with each of its providers that speak to a base URL."""
import json
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it fetches one at its start

import litellm  # noqa: E402
from behind import BASE, KEY, MESSAGES, TOOLS, check_calls, check_city, check_usage, close, each, same, thrown, CITY  # noqa: E402

PROVIDERS = {"openai": f"{BASE}/v1", "anthropic": BASE}
FORM = {"type": "json_schema", "json_schema": {"name": "city", "strict": True, "schema": CITY}}
litellm.suppress_debug_info = True


def ask(provider, model, **more):
    return litellm.completion(**{"model": f"{provider}/{model}", "api_base": PROVIDERS[provider], "api_key": KEY,
                                 "messages": MESSAGES, "temperature": 0, "max_tokens": 200, "num_retries": 0, "max_retries": 0, **more})


def suite(provider):
    def text(target, model):
        answer = ask(provider, model)
        same(answer.choices[0].message.content, target["text"])
        details = answer.usage.prompt_tokens_details
        check_usage(target, answer.usage.prompt_tokens, details and details.cached_tokens, answer.usage.completion_tokens)

    def streamed_text(target, model):
        chunks = ask(provider, model, stream=True)
        same("".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices), target["text"])

    def loop(target, model):
        first = ask(provider, model, tools=TOOLS).choices[0].message
        check_calls([(c.function.name, json.loads(c.function.arguments)) for c in first.tool_calls], target, "parallel")
        results = [{"role": "tool", "tool_call_id": call.id, "content": "sunny"} for call in first.tool_calls]
        second = ask(provider, model, tools=TOOLS, messages=[*MESSAGES, first.model_dump(), *results])
        same(second.choices[0].message.content, target["told"])

    def refused(_, model):
        thrown(litellm.RateLimitError, lambda: ask(provider, model))

    each("normal", f"{provider}: text", text)
    each("normal", f"{provider}: streamed text", streamed_text)
    each("parallel", f"{provider}: a loop of tools", loop)
    each("refused", f"{provider}: an error", refused)


def structured(_, model):
    check_city(json.loads(ask("openai", model, response_format=FORM).choices[0].message.content))


for name in PROVIDERS:
    suite(name)
each("normal", "openai: structured output", structured)
close()

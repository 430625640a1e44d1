"""The openai package of PyPI against the model in the program itself. SAYS is what it answers,
where that is known."""
import os
from typing import Literal

import openai
from pydantic import BaseModel, conlist

from chat import MESSAGES, TOOL, USAGE, main, thrown

SAYS = os.environ.get("SAYS")
FIXED = {"model": "local", "messages": MESSAGES, "temperature": 0, "max_tokens": 24}
REFUSED = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "array", "uniqueItems": True}}}


class Mood(BaseModel):
    mood: Literal["good", "bad"]
    sure: bool
    marks: conlist(Literal["a", "b"], min_length=2, max_length=2)


async def create(api, **more):
    return await api.call(api.client.chat.completions.create, **{**FIXED, **more})


async def check_chat(api):
    answer = await create(api)
    choice, usage = answer.choices[0], answer.usage
    assert choice.message.content and (not SAYS or choice.message.content == SAYS), choice
    assert choice.finish_reason == ("stop" if SAYS else "length")
    assert usage.completion_tokens == (len(SAYS) + 1 if SAYS else 24), usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert answer.system_fingerprint.startswith("fp_") and answer.id.startswith("chatcmpl-")


async def check_stream_with_usage(api):
    whole = await create(api)
    text, usage, finish = "", None, None
    async for chunk in api.each(await create(api, stream=True, stream_options=USAGE)):
        usage = chunk.usage or usage
        if chunk.choices:
            text += chunk.choices[0].delta.content or ""
            finish = chunk.choices[0].finish_reason or finish
    assert (text, finish) == (whole.choices[0].message.content, whole.choices[0].finish_reason)
    assert usage == whole.usage


async def check_logprobs(api):
    options = {"logprobs": True, "top_logprobs": 3}
    answer = (await create(api, **options)).choices[0]
    told = answer.logprobs.content
    assert b"".join(bytes(token.bytes) for token in told).decode().strip() == answer.message.content.strip()
    assert all(len(token.top_logprobs) == 3 and token.logprob <= 0 for token in told)
    streamed = []
    async for chunk in api.each(await create(api, stream=True, **options)):
        if chunk.choices[0].logprobs:
            streamed += chunk.choices[0].logprobs.content
    assert streamed == told


async def check_seed(api):
    texts = {(await create(api, temperature=1.5, seed=11)).choices[0].message.content for _ in range(3)}
    assert len(texts) == 1, texts


async def check_unsupported(api):
    for field, more in (("n", {"n": 2}), ("tools", {"tools": [TOOL]}),
                        ("response_format.json_schema.schema", {"response_format": REFUSED}),
                        ("modalities", {"modalities": ["text", "audio"]}), ("mirostat", {"extra_body": {"mirostat": 2}})):
        error = await thrown(openai.BadRequestError, create(api, **more))
        assert (error.code, error.param) == ("unsupported_parameter", field), (field, error)


async def check_structured(api):
    for temperature in (0, 1.5):
        options = {**FIXED, "temperature": temperature, "max_tokens": 200, "response_format": Mood}
        message = (await api.call(api.client.chat.completions.parse, **options)).choices[0].message
        assert message.parsed.mood in ("good", "bad") and len(message.parsed.marks) == 2, message
        assert Mood.model_validate_json(message.content) == message.parsed
    text = ""
    form = {"type": "json_schema", "json_schema": {"name": "m", "strict": True, "schema": Mood.model_json_schema()}}
    async for chunk in api.each(await create(api, stream=True, max_tokens=200, response_format=form)):
        text += chunk.choices[0].delta.content or ""
    assert Mood.model_validate_json(text)


async def check_extensions(api):
    answer = await create(api, extra_body={"top_k": -1, "min_p": 0.1, "repetition_penalty": 1.2})
    assert answer.choices[0].message.content


async def check_leaving_mid_stream(api):
    stream = await create(api, stream=True, max_tokens=300)
    async for chunk in api.each(stream):
        if chunk.choices[0].delta.content:
            break
    await api.close(stream)
    assert (await create(api)).choices[0].message.content


CHECKS = [check_chat, check_stream_with_usage, check_logprobs, check_seed, check_unsupported, check_structured, check_extensions,
          check_leaving_mid_stream]

if __name__ == "__main__":
    main(CHECKS)

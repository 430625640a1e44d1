"""The openai package of PyPI as programs use it, with its sync and its async client."""
import asyncio
import json
import os
import sys
import time
import urllib.request

import openai
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

BASE, MOCK, KEY = os.environ["BASE"] + "/v1", os.environ.get("MOCK"), os.environ["KEY"]
MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say hi"}]
TEXT = "Hello from the mock upstream."
USAGE = {"include_usage": True}
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}


class City(BaseModel):
    city: str


def mock(what, method="POST"):
    with urllib.request.urlopen(urllib.request.Request(f"{MOCK}/_mock/{what}", method=method)) as answer:
        return json.load(answer)


def until(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


class Blocking:
    """The sync client behind the same awaitable calls as the async one, so that checks are written once."""

    name = "sync"

    def __init__(self, **options):
        self.client = OpenAI(base_url=BASE, **options)

    async def call(self, method, *arguments, **options):
        return method(*arguments, **options)

    async def each(self, stream):
        for chunk in stream:
            yield chunk

    async def close(self, stream=None):
        (stream or self.client).close()


class Awaiting:
    name = "async"

    def __init__(self, **options):
        self.client = AsyncOpenAI(base_url=BASE, **options)

    async def call(self, method, *arguments, **options):
        return await method(*arguments, **options)

    async def each(self, stream):
        async for chunk in stream:
            yield chunk

    async def close(self, stream=None):
        await (stream or self.client).close()


async def thrown(kind, awaitable):
    try:
        await awaitable
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


async def said(api, model, **more):
    stream = await api.call(api.client.chat.completions.create, model=model, messages=MESSAGES, stream=True, **more)
    text = ""
    async for chunk in api.each(stream):
        if chunk.choices:
            text += chunk.choices[0].delta.content or ""
    return text


async def check_chat(api):
    answer = await api.call(api.client.chat.completions.create, model="m", messages=MESSAGES)
    assert answer.choices[0].message.content == TEXT
    assert answer.usage.total_tokens == 18
    assert answer._request_id.startswith("req_")


async def check_raw_response(api):
    raw = await api.call(api.client.chat.completions.with_raw_response.create, model="m", messages=MESSAGES)
    assert raw.headers["x-weir-route"] == "cloud"
    parsed = raw.parse()
    assert parsed.choices[0].message.content == TEXT


async def check_stream_with_usage(api):
    stream = await api.call(api.client.chat.completions.create, model="m", messages=MESSAGES, stream=True,
                            stream_options=USAGE)
    text, usage = "", None
    async for chunk in api.each(stream):
        text += chunk.choices[0].delta.content or "" if chunk.choices else ""
        usage = chunk.usage or usage
    assert text == TEXT and usage.prompt_tokens_details.cached_tokens == 4


async def check_parse(api):
    answer = await api.call(api.client.chat.completions.parse, model="m", messages=MESSAGES, response_format=City)
    assert answer.choices[0].message.parsed == City(city="x")


async def check_tools(api):
    first = await api.call(api.client.chat.completions.create, model="mock-tools", messages=MESSAGES, tools=[TOOL])
    call = first.choices[0].message.tool_calls[0]
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "x"})
    history = [*MESSAGES, first.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
    second = await api.call(api.client.chat.completions.create, model="mock-tools", messages=history, tools=[TOOL])
    assert second.choices[0].message.content == TEXT


async def check_models(api):
    names = [entry.id for entry in (await api.call(api.client.models.list)).data]
    assert "m" in names and "auto" in names, names
    assert (await api.call(api.client.models.retrieve, "m")).id == "m"


async def check_retries(api):
    for model in ("mock-status-408-once", "mock-status-409-once", "mock-status-500-once", "mock-status-503-once",
                  "mock-429-retry-after-1-once"):
        mock("reset")
        answer = await api.call(api.client.chat.completions.create, model=model, messages=MESSAGES)
        assert answer.choices[0].message.content == TEXT
        assert mock("state", "GET")["requests"] == 2, model


async def check_errors(api):
    for model, kind, code in (("mock-status-400", openai.BadRequestError, "mock_400"),
                              ("mock-status-422", openai.UnprocessableEntityError, "mock_422"),
                              ("gpt-unheard-of", openai.NotFoundError, "model_not_found"),
                              ("mock-429-should-retry-false", openai.RateLimitError, None)):
        mock("reset")
        error = await thrown(kind, api.call(api.client.chat.completions.create, model=model, messages=MESSAGES))
        assert code is None or error.code == code, (model, error.code)
        assert mock("state", "GET")["requests"] <= 1, model


async def check_wrong_key(_, make):
    stranger = make(api_key="weir_Nobody01_wrong")
    await thrown(openai.AuthenticationError,
                 stranger.call(stranger.client.chat.completions.create, model="m", messages=MESSAGES))
    await stranger.close()


async def check_broken_streams(api):
    for model in ("mock-stream-error", "mock-no-done", "mock-reset-mid", "mock-bad-json", "mock-hang-mid"):
        error = await thrown(openai.APIError, said(api, model))
        assert str(error), model


async def check_odd_streams(api):
    for model in ("mock-comments", "mock-crlf", "mock-no-space", "mock-extra-fields"):
        assert await said(api, model) == TEXT, model
    assert await said(api, "mock-bytewise") == "H\u00e9 \U0001f600 " + TEXT


async def check_leaving_mid_stream(api):
    mock("reset")
    stream = await api.call(api.client.chat.completions.create, model="mock-drip-50", messages=MESSAGES, stream=True)
    async for chunk in api.each(stream):
        if chunk.choices[0].delta.content:
            break
    await api.close(stream)
    until(lambda: mock("state", "GET")["aborted"] == 1)


async def check_what_is_passed_on(api):
    client = api.client
    file = await api.call(client.files.create, file=("a.jsonl", b'{"a":1}'), purpose="batch")
    assert file.id == "file-1"
    assert (await api.call(client.files.content, "file-1")).read() == b"one\r\ntwo\0three"
    assert (await api.call(client.files.delete, "file-1")).deleted
    made = await api.call(client.images.generate, model="m", prompt="a")
    assert made.data[0].b64_json == "aW1hZ2U="
    assert not (await api.call(client.moderations.create, input="a")).results[0].flagged
    heard = await api.call(client.audio.transcriptions.create, file=("a.wav", b"abc"), model="m")
    assert heard.text.endswith(" bytes")
    error = await thrown(openai.NotFoundError, api.call(client.files.content, "file-status-404"))
    assert error.code == "scripted"


async def check_timeout(_, make):
    mock("reset")
    impatient = make(api_key=KEY, timeout=0.3, max_retries=0)
    call = impatient.call(impatient.client.chat.completions.create, model="mock-slow-head-3000", messages=MESSAGES)
    await thrown(openai.APITimeoutError, call)
    await impatient.close()
    until(lambda: mock("state", "GET")["aborted"] == 1, 2)


CHECKS = [check_chat, check_raw_response, check_stream_with_usage, check_parse, check_tools, check_models,
          check_retries, check_errors, check_wrong_key, check_broken_streams, check_odd_streams,
          check_leaving_mid_stream, check_what_is_passed_on, check_timeout]


def run(make, check):
    async def body():
        api = make(api_key=KEY)
        needs_maker = check.__code__.co_argcount == 2
        await (check(api, make) if needs_maker else check(api))
        await api.close()
    asyncio.run(asyncio.wait_for(body(), 60))


def main(checks):
    passed = failed = 0
    for make in (Blocking, Awaiting):
        for check in checks:
            name = f"{make.name} {check.__name__.removeprefix('check_').replace('_', ' ')}"
            try:
                run(make, check)
                passed += 1
                print("PASS", name)
            except Exception as error:
                failed += 1
                print("FAIL", name, type(error).__name__, str(error)[:600])
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(CHECKS)

"""The openai package of PyPI and a model in the program itself that thinks and calls tools: CALLS is what
it calls, THOUGHT and TOLD what it thinks before and says with the results."""
import json
import os

from chat import main

THOUGHT, TOLD = os.environ["THOUGHT"], os.environ["TOLD"]
CALLS = [tuple(call) for call in json.loads(os.environ["CALLS"])]
TOOLS = [{"type": "function", "function": {"name": name, "parameters": {
    "type": "object", "properties": {key: {"type": "string"} for key in arguments}}}} for name, arguments in CALLS]
ASK = {"model": "local", "messages": [{"role": "user", "content": "Wien?"}], "temperature": 0, "max_tokens": 99,
       "tools": TOOLS}


async def create(api, **more):
    return await api.call(api.client.chat.completions.create, **{**ASK, **more})


def check_message(choice):
    message = choice.message
    assert [(call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls] == CALLS, message
    assert message.content is None and message.reasoning_content == THOUGHT, message
    assert choice.finish_reason == "tool_calls"


async def check_whole(api):
    answer = await create(api)
    check_message(answer.choices[0])
    assert answer.usage.completion_tokens_details.reasoning_tokens > 0


async def check_chunks(api):
    thought, pieces, finish = "", {}, None
    async for chunk in api.each(await create(api, stream=True)):
        delta = chunk.choices[0].delta
        thought += getattr(delta, "reasoning_content", None) or ""
        for call in delta.tool_calls or ():
            pieces.setdefault(call.index, []).append(call.function)
        finish = chunk.choices[0].finish_reason or finish
    told = [(own[0].name, json.loads("".join(piece.arguments for piece in own))) for own in pieces.values()]
    assert (thought, told, finish) == (THOUGHT, CALLS, "tool_calls")


async def check_stream_helper(api):
    if api.name == "sync":
        with api.client.chat.completions.stream(**ASK) as stream:
            for _ in stream:
                pass
            check_message(stream.get_final_completion().choices[0])
        return
    async with api.client.chat.completions.stream(**ASK) as stream:
        async for _ in stream:
            pass
        check_message((await stream.get_final_completion()).choices[0])


async def check_results_lead_to_the_answer(api):
    message = (await create(api)).choices[0].message
    results = [{"role": "tool", "tool_call_id": call.id, "content": [{"type": "text", "text": "sunny"}]}
               for call in message.tool_calls]
    answer = await create(api, messages=[*ASK["messages"], message.to_dict(), *results])
    assert answer.choices[0].message.content == TOLD, answer


CHECKS = [check_whole, check_chunks, check_stream_helper, check_results_lead_to_the_answer]

if __name__ == "__main__":
    main(CHECKS)

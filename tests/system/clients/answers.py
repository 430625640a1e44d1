"""What the writers of both dialects make of reasoning and calls of tools, read by the official
packages. EXPECTED is what each answer says, REPLAY who tells it."""
import json
import os
import sys

import anthropic
import openai

PARAMETERS = {"type": "object", "properties": {}}
NAMES = ("get_weather", "get_time")
ASK = {"model": "auto", "messages": [{"role": "user", "content": "Wien?"}]}
TOOLS = [{"type": "function", "function": {"name": name, "parameters": PARAMETERS}} for name in NAMES]
ANTHROPIC_TOOLS = [{"name": name, "input_schema": PARAMETERS} for name in NAMES]
REASONS = {"tool_calls": "tool_use", "stop": "end_turn"}


def check_message(choice, want):
    message = choice.message
    assert message.content == (want["text"] or None), message
    assert choice.finish_reason == want["finish"], choice
    assert (getattr(message, "reasoning_content", None) or "") == want["reasoning"], message
    calls = [{"id": call.id, "name": call.function.name, "arguments": json.loads(call.function.arguments)}
             for call in message.tool_calls or ()]
    assert calls == want["calls"], calls
    assert all(call.type == "function" for call in message.tool_calls or ())


def check_openai_whole(openai_client, _, want):
    check_message(openai_client.chat.completions.create(**ASK, tools=TOOLS).choices[0], want)


def check_openai_stream_helper(openai_client, _, want):
    done = []
    with openai_client.chat.completions.stream(**ASK, tools=TOOLS) as stream:
        for event in stream:
            if event.type == "tool_calls.function.arguments.done":
                done.append((event.index, event.name, json.loads(event.arguments)))
        final = stream.get_final_completion()
    check_message(final.choices[0], want)
    assert done == [(i, call["name"], call["arguments"]) for i, call in enumerate(want["calls"])], done
    assert final.usage is None or final.usage.completion_tokens == 25


def check_blocks(answer, want):
    said = [block.to_dict() for block in answer.content]
    blocks = [{"type": "thinking", "thinking": want["reasoning"], "signature": ""}] if want["reasoning"] else []
    blocks += [{"type": "text", "text": want["text"]}] if want["text"] else []
    blocks += [{"type": "tool_use", "id": call["id"], "name": call["name"], "input": call["arguments"]}
               for call in want["calls"]]
    assert [{name: block[name] for name in like} for block, like in zip(said, blocks)] == blocks, said
    assert len(said) == len(blocks), said
    assert answer.stop_reason == REASONS[want["finish"]], answer
    assert answer.usage.output_tokens == 25, answer.usage


def check_anthropic_whole(_, anthropic_client, want):
    check_blocks(anthropic_client.messages.create(**ASK, max_tokens=99, tools=ANTHROPIC_TOOLS), want)


def check_anthropic_stream_helper(_, anthropic_client, want):
    thinking = ""
    with anthropic_client.messages.stream(**ASK, max_tokens=99, tools=ANTHROPIC_TOOLS) as stream:
        for event in stream:
            thinking += event.thinking if event.type == "thinking" else ""
        check_blocks(stream.get_final_message(), want)
    assert thinking == want["reasoning"], thinking


def main():
    passed = failed = 0
    checks = [check_openai_whole, check_openai_stream_helper, check_anthropic_whole, check_anthropic_stream_helper]
    with open(os.environ["EXPECTED"], encoding="utf-8") as file:
        expected = json.load(file)
    for name, want in expected.items():
        base = f"{os.environ['REPLAY']}/{name}"
        clients = openai.OpenAI(base_url=base + "/v1", api_key="x"), anthropic.Anthropic(base_url=base, api_key="x")
        for check in checks:
            title = f"{check.__name__.removeprefix('check_').replace('_', ' ')}, {name}"
            try:
                check(*clients, want)
                passed += 1
                print("PASS", title)
            except Exception as error:
                failed += 1
                print("FAIL", title, type(error).__name__, str(error)[:600])
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

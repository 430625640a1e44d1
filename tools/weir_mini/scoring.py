"""Judges an answer by a task's `expect`, as `weir eval-mini` does."""

import json
import re

CALL = re.compile(r"<tool_call>\s*(.*?)\s*</tool_call>", re.DOTALL)


def parsed(text):
    try:
        return True, json.loads(text)
    except ValueError:
        return False, None


def same_json(a, b):
    """JSON equality, where true is not 1 but 2 is 2.0."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_json(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same_json, a, b))
    return a == b


def call_of(answer):
    match = CALL.search(answer)
    ok, call = parsed(match.group(1)) if match else (False, None)
    return call if ok and isinstance(call, dict) else None


def is_right(answer, expect):
    if "text" in expect:
        texts = expect["text"] if isinstance(expect["text"], list) else [expect["text"]]
        return answer.strip() in [text.strip() for text in texts]
    if "json" in expect:
        ok, value = parsed(answer.strip())
        return ok and same_json(value, expect["json"])
    call = call_of(answer)
    return call is not None and same_json({k: call.get(k) for k in ("name", "arguments")}, expect["tool"])


def is_parsable(answer, expect):
    """Whether what should be JSON is JSON; None where none is asked for."""
    if "json" in expect:
        return parsed(answer.strip())[0]
    if "tool" in expect:
        return call_of(answer) is not None
    return None

"""Who can be behind weir, as targets.mjs has it, for the packages of PyPI."""
import json
import os
import sys

BASE, KEY, TARGETS = os.environ["BASE"], os.environ["KEY"], json.loads(os.environ["TARGETS"])
LOCAL = next(target for target in TARGETS if target["name"] == "local")
CITY = {"type": "object", "properties": {"city": {"type": "string", "enum": ["x", "Wien"]}}, "required": ["city"],
        "additionalProperties": False}
ZONE = {"type": "object", "properties": {"zone": {"type": "string"}}, "required": ["zone"], "additionalProperties": False}
FUNCTIONS = [{"name": "get_weather", "description": "The weather of a city.", "parameters": CITY},
             {"name": "get_time", "description": "The time of a zone.", "parameters": ZONE}]
TOOLS = [{"type": "function", "function": function} for function in FUNCTIONS]
SYSTEM, QUESTION = "Be brief.", "Wien?"
MESSAGES = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]

counts = {"passed": 0, "failed": 0}


def check(name, body, *arguments):
    try:
        body(*arguments)
        counts["passed"] += 1
        print("PASS", name)
    except Exception as error:
        counts["failed"] += 1
        print("FAIL", name, type(error).__name__, str(error)[:600])


def each(kind, name, body, apart=()):
    """One check for each target that has a model for it and is not apart: body(target, model)."""
    for target in TARGETS:
        if kind in target["models"] and target["name"] not in apart:
            check(f"{name}, over {target['name']}", body, target, target["models"][kind])


def check_calls(calls, target, kind):
    """`calls` are pairs of a name and its arguments."""
    assert [list(call) for call in calls] == target["calls"][kind], list(calls)


def check_usage(target, prompt, cached, output):
    told = {"prompt": prompt, "cached": cached or 0, "output": output}
    assert told == target["usage"] if target["usage"] else prompt > 0 and output > 0, told


def check_city(value):
    assert list(value) == ["city"] and isinstance(value["city"], str), value


def same(told, wanted):
    assert told == wanted, told


def thrown(kind, body):
    try:
        body()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def close():
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    sys.exit(1 if counts["failed"] else 0)

"""What is wrong with a run of an agent: a sentence each."""

import re

from house import ANSWER, WRITTEN
from weir_process import PROVIDER_KEY, TEAM_KEY, wait_until

KEY_HEADERS = ("authorization", "x-api-key", "x-goog-api-key")
PATHS = {
    "chat": "/v1/chat/completions",
    "responses": "/v1/responses",
    "anthropic": "/v1/messages",
    "gemini": "/v1beta/models/",
}
# What an error has in each dialect, beside its message.
ERROR_PARTS = {
    "chat": {"type", "param", "code"},
    "responses": {"type", "param", "code"},
    "anthropic": {"type"},
    "gemini": {"code", "status"},
}


def findings(house, code, said):
    endpoint, asked = PATHS[house.agent.dialect], house.relay.asked()
    elsewhere = {
        path for method, path in asked if method != "POST" or not path.startswith(endpoint)
    }
    if elsewhere or not asked:
        yield f"asked at {sorted(elsewhere)}"
    if not wait_until(lambda: len(house.weir.rows()) == len(house.relay.asked())):
        yield f"{len(house.weir.rows())} rows of the ledger for {len(house.relay.asked())} requests"
    yield from (over_mini if house.scenario == "local" else over_cloud)(house, code, said)


def over_cloud(house, code, said):
    if code != 0:
        yield f"not done after {house.agent.seconds} s" if code is None else f"ended with {code}"
    if ANSWER not in said:
        yield "the answer is not shown"
    if house.writes() and not (house.file.exists() and house.file.read_text().strip() == WRITTEN):
        yield "the tool did not run"
    requests = house.mock.requests()
    if len(requests) < (2 if house.writes() and house.agent.tool else 1):
        yield f"{len(requests)} requests at the mock"
    for request in requests:
        yield from at_the_mock(request, PATHS[house.upstream])
    lost = losses(house.relay.told())
    if lost != (house.agent.losses if house.scenario == "translated" else set()):
        yield f"x-weir-lossy has {sorted(lost)}"


def at_the_mock(request, path):
    header = request["header"]
    keys = [header[name].removeprefix("Bearer ") for name in KEY_HEADERS if name in header]
    if keys != [PROVIDER_KEY]:
        yield "the mock was not given the cloud's key, or not alone"
    if not request["path"].startswith(path):
        yield f"the mock was asked at {request['path']}"
    if TEAM_KEY in str(request["headers"]) or TEAM_KEY.encode() in request["body"]:
        yield "the mock has seen the key of weir"


def losses(told):
    """Names without their numbers, of all answers."""
    listed = [headers.get("x-weir-lossy", "") for _, headers, _ in told]
    return {re.sub(r"\[\d+\]", "[]", name) for each in listed for name in each.split(", ") if name}


def over_mini(house, code, said):
    agent, told = house.agent, house.relay.told()
    if code is None:
        yield f"not done after {agent.seconds} s"
    if not agent.refused:
        if (code, [status for status, _, _ in told]) != (0, [200]):
            yield f"ended with {code}, was told {[status for status, _, _ in told]}"
        return
    if code == 0 or agent.says not in said:
        yield f"ended with {code}, or did not say why"
    refused = [error for status, _, error in told if status >= 400]
    if not refused or not all(is_shaped(agent.dialect, error) for error in refused):
        yield f"its errors were {refused[:1]}"
    codes = {row["error_code"] for row in house.weir.rows() if row["error_code"]}
    if codes - {"cancelled"} != {agent.refused}:  # what it asks on the side may be left at its end
        yield f"the errors of the ledger are {sorted(codes)}"


def is_shaped(dialect, told):
    """Whether an error is one in the dialect, with a message."""
    error = (told or {}).get("error") or {}
    outer = dialect != "anthropic" or told.get("type") == "error"
    return outer and ERROR_PARTS[dialect] <= set(error) and bool(error.get("message"))

"""Who is behind weir when clients of every dialect talk to it: an upstream of each dialect, and models of its own."""
import contextlib
import json
import pathlib

import mock_call
import tiny_gguf
from weir_process import ROOT, TEAM_KEY, Mock, Weir, backend, team_key_line

# name: (dialect in the configuration, what stands behind the port, whether it tells cached tokens)
UPSTREAMS = {"chat": ("openai", "/v1", True), "responses": ("openai_responses", "/v1", True),
             "anthropic": ("anthropic", "/v1", True), "gemini": ("gemini", "/v1beta", True), "ollama": ("ollama", "", False)}
BEHAVIOURS = {"normal": "mock-normal", "tools": "mock-tools", "parallel": "mock-parallel", "thinks": "mock-thinks",
              "refused": "mock-status-429", "broken": "mock-stream-error"}
CALLS = [["get_weather", {"city": "x"}], ["get_time", {"zone": "x"}]]


def names(upstream):
    return {kind: f"{upstream}-{kind}" for kind in BEHAVIOURS}


def of_upstream(name):
    cached = mock_call.CACHED_TOKENS if UPSTREAMS[name][2] else 0
    return {"name": name, "models": names(name), "text": mock_call.TEXT, "told": mock_call.TEXT, "thought": mock_call.THOUGHT,
            "calls": {"tools": CALLS[:1], "parallel": CALLS},
            "usage": {"prompt": mock_call.PROMPT_TOKENS, "cached": cached, "output": mock_call.OUTPUT_TOKENS}}


def of_program():
    """The parrot speaks, the caller thinks and calls both tools, the embedder embeds: see tiny_gguf.py."""
    calls = [list(call) for call in tiny_gguf.CALLS]
    return {"name": "local", "text": tiny_gguf.SAYS, "told": tiny_gguf.TOLD, "thought": tiny_gguf.THOUGHT, "usage": None,
            "models": {"normal": "parrot", "tools": "caller", "parallel": "caller", "embedder": "embedder"},
            "calls": {"tools": calls, "parallel": calls}}


def configuration(mock, folder):
    root = f"http://127.0.0.1:{mock.port}"
    models = [tiny_gguf.write_model(folder / "parrot.gguf"), tiny_gguf.write_model(folder / "caller.gguf", tiny_gguf.caller()),
              ROOT / "tests/data/golden/bert/model.gguf"]
    return {"local": {"models": [{"model": str(path), "name": name}
                                 for path, name in zip(models, ("parrot", "caller", "embedder"))]},
            "team": [{"name": "clients", "keys": [team_key_line(TEAM_KEY)], "privacy": "any"}],
            "backend": [backend(mock, [{"name": model, "upstream": BEHAVIOURS[kind]} for kind, model in names(name).items()],
                                name=name, provider=name, dialect=dialect, base_url=root + path, retries=0)
                        for name, (dialect, path, _) in UPSTREAMS.items()]}


@contextlib.contextmanager
def served(folder):
    """The environment that tells a client's checks where to go and what to expect."""
    mock = Mock()
    weir = Weir(configuration(mock, pathlib.Path(folder)))
    listed = [*map(of_upstream, UPSTREAMS), of_program()]
    try:
        yield {"BASE": f"http://127.0.0.1:{weir.port}", "KEY": TEAM_KEY, "TARGETS": json.dumps(listed)}
        weir.stop()
    finally:
        weir.discard()
        mock.stop()

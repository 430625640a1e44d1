"""What it costs to hold answers to schemas: eight at once, each to its own, beside eight free ones."""
import statistics

import engine
import streams
from report import paired, row, spread

COUNT = 8
SHAPE, FORM = "qwen3-0.6b", "Q4_0"


def schema(number):
    """Records of which an answer never has enough."""
    record = {"type": "object", "additionalProperties": False, "required": [f"name_{number}", "state", "note"],
              "properties": {f"name_{number}": {"type": "string"},
                             "state": {"enum": ["open", "closed", f"state_{number}"]},
                             "note": {"type": ["string", "null"], "maxLength": 60 + number},
                             "count": {"type": "integer", "minimum": number}}}
    return {"type": "array", "items": record, "minItems": 1000}


def held(number):
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "records", "strict": True,
                                                                       "schema": schema(number)}}}


def rates(serve, sampling):
    """Tokens a second of free answers and of held ones, by the same server. A first round fills its caches."""
    free = [sampling for _ in range(COUNT)]
    bound = [sampling | held(number) for number in range(COUNT)]
    with serve as port:
        streams.together(port, COUNT, bound)
        return streams.together(port, COUNT, free), streams.together(port, COUNT, bound)


def structured(options):
    path = engine.model(options, SHAPE, FORM)
    sides = [("weir", streams.weir)]
    if options.llama_server:
        sides.append(("llama.cpp", streams.llama_server))
    for name, serve in sides:
        for temperature in (0, 0.8):
            free, bound = [], []
            for _ in range(options.rounds):
                found = rates(serve(options, path, 1024, COUNT), {"temperature": temperature})
                free.append(found[0])
                bound.append(found[1])
            ratios = paired(bound, free)
            verdict = "met" if statistics.median(ratios) >= 0.9 else "missed"
            row(f"bench/run structured --rounds {options.rounds}",
                f"{name}, {SHAPE} {FORM}: {COUNT} answers, each to a schema of its own, temperature {temperature}",
                f"free {spread(free)} tokens/s; held {spread(bound)}; **ratio {spread(ratios, 2)}**, target 0.9: "
                f"{verdict}")

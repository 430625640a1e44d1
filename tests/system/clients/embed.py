"""The openai package of PyPI and an embedding model in the program itself; VECTOR is what the tokens TOKENS have."""
import json
import math
import os

import openai

from chat import main, thrown

TOKENS, VECTOR = json.loads(os.environ["TOKENS"]), json.loads(os.environ["VECTOR"])


async def create(api, **more):
    return await api.call(api.client.embeddings.create, **{"model": "embedder", **more})


async def check_vector(api):
    answer = await create(api, input=TOKENS)
    assert (answer.object, answer.model, len(answer.data)) == ("list", "embedder", 1)
    assert math.dist(answer.data[0].embedding, VECTOR) < 1e-5
    assert (answer.usage.prompt_tokens, answer.usage.total_tokens) == (len(TOKENS), len(TOKENS))


async def check_numbers_and_base64(api):
    texts = ["the cat", "a", "the cat"]
    numbers = await create(api, input=texts, encoding_format="float")
    decoded = await create(api, input=texts)
    assert [entry.index for entry in decoded.data] == [0, 1, 2]
    for a, b in zip(numbers.data, decoded.data):
        assert math.dist(a.embedding, b.embedding) < 1e-7


async def check_lists_of_tokens(api):
    answer = await create(api, input=[TOKENS, [2, 3], TOKENS])
    assert math.dist(answer.data[2].embedding, VECTOR) < 1e-5
    assert answer.data[0].embedding == answer.data[2].embedding


async def check_dimensions(api):
    vector = (await create(api, input="the cat", dimensions=8)).data[0].embedding
    assert len(vector) == 8 and abs(math.hypot(*vector) - 1) < 1e-6


async def check_refusals(api):
    for more, param in (({"input": ["a", ""]}, "input[1]"), ({"input": "a", "dimensions": 65}, "dimensions")):
        assert (await thrown(openai.BadRequestError, create(api, **more))).param == param
    assert (await thrown(openai.NotFoundError, create(api, input="a", model="nobody"))).code == "model_not_found"


if __name__ == "__main__":
    main([check_vector, check_numbers_and_base64, check_lists_of_tokens, check_dimensions, check_refusals])

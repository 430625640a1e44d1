"""PyPI langchain-openai."""
from typing import Literal

import openai
from behind import (BASE, KEY, LOCAL, QUESTION, SYSTEM, check, check_calls, check_city, check_usage, close, each, same, thrown)
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

PROMPT = [SystemMessage(SYSTEM), HumanMessage(QUESTION)]


class City(BaseModel):
    """A city."""
    city: Literal["x", "Wien"]


@tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"sunny in {city}"


@tool
def get_time(zone: str) -> str:
    """The time of a zone."""
    return f"noon in {zone}"


def suite(dialect):
    def of(model):
        return ChatOpenAI(model=model, api_key=KEY, base_url=f"{BASE}/v1", temperature=0, max_tokens=200, max_retries=0,
                          use_responses_api=dialect == "responses", stream_usage=True)

    def usage_of(target, usage):
        check_usage(target, usage["input_tokens"], usage.get("input_token_details", {}).get("cache_read"), usage["output_tokens"])

    def text(target, model):
        answer = of(model).invoke(PROMPT)
        same(answer.text, target["text"])
        usage_of(target, answer.usage_metadata)

    def streamed_text(target, model):
        chunks = list(of(model).stream(PROMPT))
        answer = chunks[0]
        for chunk in chunks[1:]:
            answer += chunk
        same(answer.text, target["text"])
        usage_of(target, answer.usage_metadata)

    def loop(target, model):
        bound = of(model).bind_tools([get_weather, get_time])
        first = bound.invoke(PROMPT)
        check_calls([(call["name"], call["args"]) for call in first.tool_calls], target, "parallel")
        results = [ToolMessage("sunny", tool_call_id=call["id"]) for call in first.tool_calls]
        same(bound.invoke([*PROMPT, first, *results]).text, target["told"])

    def structured(_, model):
        check_city(of(model).with_structured_output(City, method="json_schema").invoke(PROMPT).model_dump())

    each("normal", f"{dialect}: text", text)
    each("normal", f"{dialect}: streamed text", streamed_text)
    each("parallel", f"{dialect}: a loop of tools", loop)
    each("normal", f"{dialect}: structured output", structured)
    each("refused", f"{dialect}: an error", lambda _, model: thrown(openai.RateLimitError, lambda: of(model).invoke(PROMPT)))


def embeddings():
    client = OpenAIEmbeddings(model=LOCAL["models"]["embedder"], api_key=KEY, base_url=f"{BASE}/v1", check_embedding_ctx_length=False)
    same([len(each) for each in client.embed_documents(["a", "b"])], [64, 64])


suite("chat")
suite("responses")
check("embeddings", embeddings)
close()

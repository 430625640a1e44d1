#!/usr/bin/env python3
"""weir through the official openai package: pip install openai; examples/chat.py ["a question"]

Only the base URL differs from talking to a provider. WEIR_URL, WEIR_KEY and WEIR_MODEL_NAME
change where, as whom and what is asked.
"""
import os
import sys

import openai

client = openai.OpenAI(base_url=os.environ.get("WEIR_URL", "http://127.0.0.1:8090") + "/v1",
                       api_key=os.environ.get("WEIR_KEY", "none"))
question = {"model": os.environ.get("WEIR_MODEL_NAME", "auto"), "max_tokens": 60,
            "messages": [{"role": "user", "content": sys.argv[1] if len(sys.argv) > 1 else "Once upon a time"}]}

raw = client.chat.completions.with_raw_response.create(**question)
answer = raw.parse()
print(answer.choices[0].message.content)
print(f"-- {raw.headers['x-weir-route']}, {raw.headers['x-weir-reason']}: {answer.usage.total_tokens} tokens, "
      f"{raw.headers.get('x-weir-cost-usd', '?')} USD, saved {raw.headers.get('x-weir-saved-usd', '?')} USD")

for chunk in client.chat.completions.create(**question, stream=True):
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
print()

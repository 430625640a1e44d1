#!/bin/sh
# weir from the shell: an answer, a stream, and why.
#   examples/chat.sh ["a question"]        WEIR_URL, WEIR_KEY and WEIR_MODEL_NAME change the rest
set -eu
url=${WEIR_URL:-http://127.0.0.1:8090}
key=${WEIR_KEY:-none}
model=${WEIR_MODEL_NAME:-auto}
question=${1:-Once upon a time}

body() {  # body true|false: the request as JSON; the question may hold anything
  MODEL=$model QUESTION=$question STREAM=$1 python3 -c '
import json, os
print(json.dumps({"model": os.environ["MODEL"], "stream": os.environ["STREAM"] == "true", "max_tokens": 60,
                  "messages": [{"role": "user", "content": os.environ["QUESTION"]}]}))'
}

ask() {
  body "$1" | curl -sS --fail-with-body -N "$2" "$url/v1/chat/completions" \
    -H "authorization: Bearer $key" -H 'content-type: application/json' --data-binary @-
}

echo '--- an answer, with where it ran and what it cost in x-weir-*'
ask false -i
echo; echo '--- the same as a stream'
ask true -s

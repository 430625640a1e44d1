"""What OpenAI and Anthropic have beside answers of models: files, batches, images, audio, moderations, vectors.

The id of a file chooses what happens to its content: "file-huge-3" has three megabytes, "file-eof" ends too early,
"file-hang" never comes, "file-status-429" is refused, "file-stale" closes a connection that was used before. So does the
model that vectors are asked of: "silent" tells no usage, "refusing" refuses, "hanging" never answers, "stale" closes too.
"""
import asyncio
import base64
import json
import re
import struct

from mock_call import CREATED, compact

SPEECH = bytes(range(256)) * 40


def file_object(name):
    return {"id": name, "object": "file", "bytes": 3, "created_at": CREATED, "filename": "a.jsonl",
            "purpose": "batch", "status": "processed"}


def listed(data):
    return {"object": "list", "data": data, "has_more": False, "first_id": None, "last_id": None}


def batch_object():
    return {"id": "batch_1", "object": "batch", "endpoint": "/v1/chat/completions", "input_file_id": "file-1",
            "completion_window": "24h", "status": "validating", "created_at": CREATED}


async def send_json(link, value):
    await link.whole(200, compact(value).encode())


async def send_content(link, name):
    """The content of the file `name`."""
    if match := re.fullmatch(r"file-status-(\d+)", name):
        error = {"error": {"message": "scripted", "type": "invalid_request_error", "param": None, "code": "scripted"}}
        await link.whole(int(match[1]), compact(error).encode(), extra=("retry-after: 7", "set-cookie: a=b"))
    elif match := re.fullmatch(r"file-huge-(\d+)", name):
        await link.stream_head("application/octet-stream")
        for _ in range(int(match[1]) * 1000):
            await link.chunk(b"z" * 1000)
        await link.last_chunk()
    elif name == "file-eof":
        await link.write(b"HTTP/1.1 200 Mock\r\ncontent-type: text/plain\r\ncontent-length: 200000\r\n\r\n" + b"z" * 90_000)
        link.close()
    elif name == "file-hang":
        await asyncio.sleep(600)
    elif name == "file-stale" and link.asked > 1:
        link.close()
    else:
        await link.whole(200, b"one\r\ntwo\0three", "application/jsonl",
                         ("content-disposition: attachment; filename=\"a.jsonl\"",))


async def send_vectors(link, asked):
    """Three tokens an input; what stands beside them is there to be mistaken for a usage."""
    if asked["model"] == "refusing":
        error = {"error": {"message": "scripted", "type": "invalid_request_error", "param": None, "code": "scripted"}}
        return await link.whole(400, compact(error).encode())
    if asked["model"] == "hanging":
        await asyncio.sleep(600)
    if asked["model"] == "stale" and link.asked > 1:
        return link.close()
    inputs = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
    vector = [0.25] * asked.get("dimensions", 4)
    if asked.get("encoding_format") == "base64":
        vector = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    vectors = [{"object": "embedding", "index": i, "usage": {"prompt_tokens": 1_000_000}, "embedding": vector}
               for i in range(len(inputs))]
    said = {"object": "list", "data": vectors, "note": "\"usage\": {\"prompt_tokens\": 2000000}", "model": asked["model"],
            "usage": {"prompt_tokens": 3 * len(inputs), "total_tokens": 3 * len(inputs)}}
    if asked["model"] == "silent":
        del said["usage"]
    await send_json(link, said)


async def answer(link, method, path, headers, body):
    """True if the path is one of these, and has been answered."""
    place = path.partition("?")[0].removeprefix("/v1")
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    if match := re.fullmatch(r"/files/([^/]+)/content", place):
        await send_content(link, match[1])
    elif match := re.fullmatch(r"/files/([^/]+)", place):
        deleted = {"id": match[1], "object": "file", "deleted": True}
        await send_json(link, deleted if method == "DELETE" else file_object(match[1]))
    elif place == "/files" and method == "POST":
        well = kind.startswith("multipart/form-data; boundary=") and b"name=\"file\"" in body
        await (send_json(link, file_object("file-1")) if well else link.whole(400, b"{}"))
    elif place == "/files":
        await send_json(link, listed([file_object("file-1")]))
    elif place == "/batches" and method == "POST":
        await send_json(link, batch_object())
    elif place in ("/batches", "/messages/batches"):
        await send_json(link, listed([batch_object()] if place == "/batches" else []))
    elif place == "/images/generations":
        await send_json(link, {"created": CREATED, "data": [{"b64_json": "aW1hZ2U="}]})
    elif place == "/embeddings":
        await send_vectors(link, json.loads(body))
    elif place == "/moderations":
        await send_json(link, {"id": "modr-1", "model": "omni-moderation-latest", "results": [
            {"flagged": False, "categories": {}, "category_scores": {}, "category_applied_input_types": {}}]})
    elif place == "/audio/speech":
        await link.whole(200, SPEECH, "audio/mpeg")
    elif place == "/audio/transcriptions":
        await send_json(link, {"text": f"{len(body)} bytes"})
    elif place == "/echo":
        await send_json(link, {"method": method, "path": path, "headers": headers,
                               "body": json.dumps(body.decode("latin-1"))})
    else:
        return False
    return True

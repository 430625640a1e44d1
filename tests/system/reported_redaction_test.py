#!/usr/bin/env python3
"""What went wrong in redaction elsewhere must not here: one test for each reported fault, over every pair of dialects,
whole and in streams.

The numbers are those of issues and pull requests of github.com/BerriAI/litellm.
"""
import json
import re

import testing
from redaction_test import (ASKS, CARD, MAIL, PARAMETERS, PHONE, TEXT, UPSTREAMS, Redacted, arguments_of,
                            pieces_of, words_of)

OTHER = "x.maria.lopez@example.com"
VAULT = 'VAULT<"q" \\b /s \t\u00e9>'  # all that JSON escapes but a line's end
LOCKED = "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0B" * 4 + "\n-----END PRIVATE KEY-----"
ALIAS = re.compile(r"PII[A-Z]*_[A-Z]+_\d+")


def unseen(text):
    """The letters of an alias, for the mock alone: see tell() there."""
    return re.sub("(?i)pii", lambda found: "~".join(found[0]), text)


def nested(value, depth):
    """A value in a text of JSON in a text of JSON."""
    for _ in range(depth):
        value = json.dumps({"p": value})
    return value


def opened(text):
    while text.startswith("{"):
        text = json.loads(text)["p"]
    return text


def call_of(client, stream, answer):
    """The arguments of the answer's call."""
    found = [each["args"] for each in members(pieces_of(answer.body), "functionCall")]
    found += members(pieces_of(answer.body), "input")
    found += [each for each in members(pieces_of(answer.body), "arguments") if isinstance(each, dict)]
    return next(filter(None, found), None) or json.loads(arguments_of(client, stream, answer))


def members(node, name):
    """What all members of this name hold, in order."""
    if isinstance(node, list):
        return [found for each in node for found in members(each, name)]
    if not isinstance(node, dict):
        return []
    return ([node[name]] if name in node else []) + [found for each in node.values() for found in members(each, name)]


class Reported(Redacted):
    @classmethod
    def config(cls):
        config = super().config()
        del config["rule"]
        config["backend"] = [{**each, "total_timeout_ms": 5000} for each in config["backend"]]
        words = ["bluebird", "John Smith", "John"]
        config["pattern"] = [{"name": "house", "pattern": "VAULT<[^>]*>", "words": words}]
        return config

    def for_each_told(self, text, meant, leaves=None):
        """The mock says `text` as it got it; the client must hear `meant`, and the mock `leaves`."""
        def check(client, ask, model, stream):
            answer = self.ask(ask(model, stream, text=text))
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(words_of(client, stream, answer), meant)
            if leaves is not None:
                self.assertIn(json.dumps(leaves)[1:-1], json.dumps(json.loads(self.sent())))

        self.for_each(check, "tell")


class Offsets(Reported):
    """#6247, #24998: places were counted in the wrong text, and "John Smi**th**" was left of a name."""

    def comes_back(self, text, leaves):
        self.for_each_told(f"TELL {text}", text, f"TELL {leaves}")

    def test_6247_nothing_of_a_value_is_left_beside_its_alias(self):
        self.comes_back(f"Dear **John Smith**, {MAIL}, John Smith's {CARD}!",
                        "Dear **[PII_TERM_1]**, [PII_EMAIL_1], [PII_TERM_1]'s [PII_CARD_1]!")

    def test_6247_many_values_of_all_lengths_keep_what_stands_between(self):
        mails = [f"{'a' * size}@{'b' * (20 - size)}.example.com" for size in range(1, 20)]
        aliases = [f"[PII_EMAIL_{number}]" for number in range(1, 20)]
        self.comes_back("; \U0001F307 ".join(mails), "; \U0001F307 ".join(aliases))

    def test_24998_values_side_by_side_and_again(self):
        self.comes_back(f"<{MAIL}><{OTHER}>{CARD}, {CARD};{MAIL}|{MAIL}\n{PHONE}\n{PHONE}",
                        "<[PII_EMAIL_1]><[PII_EMAIL_2]>[PII_CARD_1], [PII_CARD_1];[PII_EMAIL_1]|[PII_EMAIL_1]\n"
                        "[PII_PHONE_1]\n[PII_PHONE_1]")

    def test_24998_a_value_within_another_is_its_own_only_where_it_stands_alone(self):
        self.comes_back("John Smith, John, Johnny and John Smithson",
                        "[PII_TERM_1], [PII_TERM_2], Johnny and [PII_TERM_2] Smithson")
        self.comes_back(f"{OTHER} {MAIL} {OTHER}", "[PII_EMAIL_1] [PII_EMAIL_2] [PII_EMAIL_1]")

    def test_values_in_addresses_and_numbers_that_hold_more(self):
        self.comes_back(f"https://example.org/?to={MAIL}&x=1 ", "https://example.org/?to=[PII_EMAIL_1]&x=1 ")
        self.comes_back("see ftp://ann:hunter2xQ9@db.example.com/x, ok", "see [PII_LINK_1], ok")
        self.comes_back(f"{CARD} is in 94111111111111111, 4111 1111 1111 1111 not",
                        "[PII_CARD_1] is in 94111111111111111, [PII_CARD_1] not")


class Streams(Reported):
    """#14516, #8359: streams were never restored."""

    def test_14516_an_alias_is_restored_wherever_a_stream_cuts_it(self):
        # An alias and a blank are 14 bytes and a piece of the mock's 9: nine of them are cut at every place.
        text = " ".join([MAIL] * 9 + [PHONE] * 9)
        self.for_each_told(f"TELL {text}", text, f"TELL {' '.join(['[PII_EMAIL_1]'] * 9 + ['[PII_PHONE_1]'] * 9)}")

    def test_8359_what_only_begins_like_an_alias_is_told_too(self):
        text = f"{MAIL} [PIN_EMAIL_1] [P [PI [ P"
        self.for_each_told(f"TELL {text}", text)
        self.for_each_told(unseen(f"{MAIL} TELL [PII_EMAIL_7] [PII_EMA"), "[PII_EMAIL_7] [PII_EMA")


class Arguments(Reported):
    """#31950: the arguments of calls were never restored."""

    def calls(self, values, written, meant):
        """The mock calls a tool with `written`, in which aliases stand for what is in `values`."""
        def check(client, ask, model, stream):
            answer = self.ask(ask(model, stream, text=f"{values} TELL {unseen(json.dumps(written))}", tools=True))
            self.assertEqual(answer.status, 200, answer)
            call = call_of(client, stream, answer)
            for name in {"nested"} & set(call):
                call[name] = opened(call[name])
            self.assertEqual(call, meant, answer.body)

        self.for_each(check, "tell")

    def test_31950_arguments_come_back(self):
        self.calls(f"{MAIL} {CARD} {PHONE}",
                   {"to": "[PII_EMAIL_1]", "all": ["[PII_CARD_1]", {"deep": "[PII_PHONE_1]"}], "[PII_EMAIL_1]": "name"},
                   {"to": MAIL, "all": [CARD, {"deep": PHONE}], MAIL: "name"})

    def test_31950_values_are_escaped_for_the_json_that_they_come_back_into(self):
        self.calls(f"{MAIL} {VAULT} {LOCKED}",
                   {"to": "[PII_TERM_1]", "note": 'say "[PII_TERM_1]" to\n[PII_EMAIL_1]\\', "key": "[PII_SECRET_1]"},
                   {"to": VAULT, "note": f'say "{VAULT}" to\n{MAIL}\\', "key": LOCKED})

    def test_31950_also_into_texts_of_json_within_arguments(self):
        for depth in (1, 2, 3):
            self.calls(f"{VAULT} {LOCKED}",
                       {"nested": nested("[PII_TERM_1] [PII_SECRET_1]", depth), "x": "[PII_TERM_1]"},
                       {"nested": f"{VAULT} {LOCKED}", "x": VAULT})

    def test_31950_a_mangled_alias_in_arguments_comes_back(self):
        self.calls(MAIL, {"to": "a\nPII_EMAIL_1\tPII EMAIL 1", "cc": "**\\[pii\\_email\\_1\\]**"},
                   {"to": f"a\n{MAIL}\t{MAIL}", "cc": f"**{MAIL}**"})


class Mangled(Reported):
    """Models write aliases in their own way."""

    def test_an_alias_comes_back_however_a_model_writes_it(self):
        forms = {"[pii_email_1]": MAIL, "[Pii_Email_1]": MAIL, "PII_EMAIL_1": MAIL, "[PII EMAIL 1]": MAIL,
                 "PII Email 1": MAIL, "[PII-EMAIL-1]": MAIL, "[PII_EMAIL_1]s": f"{MAIL}s", "PII_EMAIL_1s": f"{MAIL}s",
                 "[PII_EMAIL_1]'s": f"{MAIL}'s", "**[PII_EMAIL_1]**": f"**{MAIL}**", "__PII_EMAIL_1__": f"__{MAIL}__",
                 "`[PII_EMAIL_1]`": f"`{MAIL}`", r"\[PII\_EMAIL\_1\]": MAIL, r"PII\_EMAIL\_1": MAIL,
                 "[PII_EMAIL_1](mailto:PII_EMAIL_1)": f"{MAIL}(mailto:{MAIL})", "<PII_EMAIL_1>": f"<{MAIL}>",
                 "[[PII_EMAIL_1]]": f"[{MAIL}]", "[PII_EMAIL_1": MAIL, "PII_EMAIL_1]": f"{MAIL}]",
                 "[PII_EMAIL_12]": "[PII_EMAIL_12]", "xPII_EMAIL_1": "xPII_EMAIL_1", "[PII_MAIL_1]": "[PII_MAIL_1]"}
        self.for_each_told(unseen(f"{MAIL} TELL {' | '.join(forms)}."), f"{' | '.join(forms.values())}.")


class Collisions(Reported):
    """A client's own text looks like an alias."""

    def test_a_clients_own_alias_stays_and_is_no_value(self):
        for own, series in (("[PII_EMAIL_1]", "PIIB"), ("pii_email_1, PIIB", "PIIC"), ("[P\u0049I EMAIL 1]", "PIIB")):
            text = f"{own} is not {MAIL}"
            self.for_each_told(f"TELL {text}", text, f"TELL {own} is not [{series}_EMAIL_1]")

    def test_a_parameter_that_is_called_like_an_alias_keeps_its_name(self):
        tool = {"type": "function", "function": {"name": "send", "parameters": {
            "type": "object", "properties": {"pii_email_1": {"type": "string"}}}}}
        written = unseen(json.dumps({"pii_email_1": "[PIIB_EMAIL_1]"}))
        body = {"model": "chat-tell", "tools": [tool],
                "messages": [{"role": "user", "content": f"{MAIL} TELL {written}"}]}
        answer = self.ask(("/v1/chat/completions", body))
        self.assertEqual(call_of("chat", False, answer), {"pii_email_1": MAIL})

    def test_a_tool_that_is_called_by_a_private_word_is_called_by_its_name(self):
        tool = {"type": "function", "function": {"name": "bluebird", "parameters": PARAMETERS}}
        for upstream in UPSTREAMS:
            for stream in (False, True):
                path, body = ASKS["chat"](f"{upstream}-echo", stream)
                answer = self.ask((path, {**body, "tools": [tool]}))
                self.assertNotIn("bluebird", self.sent())
                self.assertIn("bluebird", members(pieces_of(answer.body), "name"), answer)


def history(client, model, texts):
    """A conversation in which client and model speak in turn."""
    roles = ["user", "model" if client == "gemini" else "assistant"]
    path, body = ASKS[client](model, False)
    if client == "gemini":
        body["contents"] = [{"role": roles[at % 2], "parts": [{"text": text}]} for at, text in enumerate(texts)]
    else:
        body["input" if client == "responses" else "messages"] = [
            {"role": roles[at % 2], "content": text} for at, text in enumerate(texts)]
    return path, body


class Turns(Reported):
    def test_aliases_stay_the_same_from_turn_to_turn(self):
        texts = [TEXT, f"John Smith is {MAIL}, is he not?", f"{PHONE}, {OTHER}, John Smith", f"Yes: {CARD}", f"{MAIL}?"]
        leave = ["Write to [PII_EMAIL_1] about card [PII_CARD_1].", "[PII_TERM_1] is [PII_EMAIL_1], is he not?",
                 "[PII_PHONE_1], [PII_EMAIL_2], [PII_TERM_1]", "Yes: [PII_CARD_1]", "[PII_EMAIL_1]?"]
        for client in ASKS:
            for upstream in UPSTREAMS:
                for turn in (1, 3, 5):
                    with self.subTest(client=client, upstream=upstream, turn=turn):
                        answer = self.ask(history(client, f"{upstream}-echo", texts[:turn]))
                        self.assertEqual(answer.status, 200, answer)
                        sent = [text for text in all_texts(json.loads(self.sent())) if text in leave]
                        self.assertEqual(sent, leave[:turn], self.sent())


def all_texts(node):
    if isinstance(node, str):
        return [node]
    return [text for each in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
            for text in all_texts(each)]


def schema_of(value):
    return {"type": "object", "title": value("title"), "properties": {
        "to": {"type": "string", "description": value("description"), "enum": [value("enum"), value("choice")],
               "default": value("default")}, value("property"): {"type": "object", "properties": {
                   "id": {"type": "string", "const": value("const")}, "type": {"enum": [value("deep")]}}}}}


def full_chat(value):
    function = {"name": "send", "description": value("tool"), "parameters": schema_of(value)}
    call = {"id": "c1", "type": "function", "function": {"name": "send", "arguments": nested(value("argument"), 2)}}
    return "/v1/chat/completions", {
        "tools": [{"type": "function", "function": function}], "user": value("user"), "stop": [value("stop")],
        "metadata": {"who": value("metadata"), value("label"): "x"},
        "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": schema_of(value)}},
        "messages": [{"role": "system", "content": value("system")},
                     {"role": "developer", "content": value("developer")},
                     {"role": "user", "name": "ann", "content": [{"type": "text", "text": value("part")}]},
                     {"role": "assistant", "content": value("turn"), "tool_calls": [call]},
                     {"role": "tool", "tool_call_id": "c1", "content": nested(value("result"), 1)},
                     {"role": "user", "content": value("message")}]}


def full_responses(value):
    return "/v1/responses", {
        "instructions": value("instructions"), "user": value("user"), "metadata": {"who": value("metadata")},
        "safety_identifier": value("safety"), "prompt_cache_key": value("cache"),
        "tools": [{"type": "function", "name": "send", "description": value("tool"), "parameters": schema_of(value)}],
        "text": {"format": {"type": "json_schema", "name": "x", "schema": schema_of(value)}},
        "input": [{"role": "developer", "content": value("developer")},
                  {"type": "message", "role": "user", "content": [{"type": "input_text", "text": value("part")}]},
                  {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": value("turn")}]},
                  {"type": "function_call", "call_id": "c1", "name": "send", "arguments": nested(value("argument"), 2)},
                  {"type": "function_call_output", "call_id": "c1", "output": nested(value("result"), 1)},
                  {"role": "user", "content": value("message")}]}


def full_anthropic(value):
    return "/v1/messages", {
        "max_tokens": 99, "system": [{"type": "text", "text": value("system")}], "metadata": {"user_id": value("user")},
        "stop_sequences": [value("stop")],
        "tools": [{"name": "send", "description": value("tool"), "input_schema": schema_of(value)}],
        "messages": [{"role": "user", "content": [{"type": "text", "text": value("part")}]},
                     {"role": "assistant", "content": [
                         {"type": "text", "text": value("turn")},
                         {"type": "tool_use", "id": "c1", "name": "send",
                          "input": {"to": value("argument"), value("member"): 1, "model": value("model")}}]},
                     {"role": "user", "content": [
                         {"type": "tool_result", "tool_use_id": "c1",
                          "content": [{"type": "text", "text": nested(value("result"), 1)}]},
                         {"type": "text", "text": value("message")}]}]}


def full_gemini(value):
    function = {"name": "send", "description": value("tool"), "parameters": schema_of(value)}
    return "/v1beta/models/{}:generateContent", {
        "systemInstruction": {"parts": [{"text": value("system")}]}, "tools": [{"functionDeclarations": [function]}],
        "generationConfig": {"stopSequences": [value("stop")], "responseMimeType": "application/json",
                             "responseSchema": schema_of(value)},
        "contents": [{"role": "user", "parts": [{"text": value("part")}]},
                     {"role": "model", "parts": [{"text": value("turn")}, {"functionCall": {
                         "name": "send", "args": {"to": value("argument"), value("member"): 1}}}]},
                     {"role": "user", "parts": [{"functionResponse": {
                         "name": "send", "response": {"status": value("result"), value("named"): 1}}}]},
                     {"role": "user", "parts": [{"text": value("message")}]}]}


def full_ollama(value):
    function = {"name": "send", "description": value("tool"), "parameters": schema_of(value)}
    call = {"function": {"name": "send", "arguments": {"to": value("argument"), value("member"): 1}}}
    return "/api/chat", {
        "tools": [{"type": "function", "function": function}], "format": schema_of(value),
        "options": {"stop": [value("stop")]},
        "messages": [{"role": "system", "content": value("system")}, {"role": "user", "content": value("part")},
                     {"role": "assistant", "content": value("turn"), "tool_calls": [call]},
                     {"role": "tool", "tool_name": "send", "content": nested(value("result"), 1)},
                     {"role": "user", "content": value("message")}]}


FULL = {"chat": full_chat, "responses": full_responses, "anthropic": full_anthropic, "gemini": full_gemini,
        "ollama": full_ollama}


class Places(Reported):
    """#39621: `input` and `instructions` of /v1/responses went out as they were."""

    def ask_everywhere(self, client, upstream, stream, value_of, written=json.dumps):
        """A value of its own in every place of a request; the answer, and the values."""
        values = []

        def value(place):
            values.append(value_of(place, len(values)))
            return values[-1]

        path, body = FULL[client](value)
        path = path.format(f"{upstream}-echo")
        body |= {} if client == "gemini" else {"model": f"{upstream}-echo", "stream": stream}
        if stream:
            path = path.replace(":generateContent", ":streamGenerateContent?alt=sse")
        return self.ask((path, written(body))), values

    def for_each_place(self, value_of, left_of, written=json.dumps):
        def check(client, _, model, stream):
            upstream = model.removesuffix("-echo")
            answer, values = self.ask_everywhere(client, upstream, stream, value_of, written)
            self.assertEqual(answer.status, 200, answer)
            sent = self.sent()
            for value in values:
                for rest in left_of(value):
                    self.assertNotIn(rest, sent)
            aliases = set(ALIAS.findall(sent))
            if client == upstream:
                self.assertEqual(len(aliases), len(values), sent)
            self.assertGreater(len(aliases), 8)
            heard = json.dumps(pieces_of(answer.body), ensure_ascii=False) + json.dumps(call_of(client, stream, answer))
            self.assertFalse(ALIAS.search(heard), heard)

        self.for_each(check)

    def test_39621_no_field_of_any_dialect_leaves_as_it_is(self):
        self.for_each_place(lambda place, number: f"{place}.{number}@example.com", lambda value: [value])

    def test_39621_nor_where_values_could_be_names_of_members(self):
        def iban(_, number):
            account = f"19043{number:011}"
            return f"AT{98 - int(account + '102900') % 97:02}{account}"
        self.for_each_place(iban, lambda value: [value, value[4:]])

    def test_values_with_all_that_json_escapes_leave_nothing_behind(self):
        self.for_each_place(lambda place, number: f'VAULT<"{place}\\<{number}\t\u00e9-kept-{number}>',
                            lambda value: [re.search(r"-kept-\d+>", value)[0]])

    def test_values_that_are_written_in_escapes_leave_nothing_behind(self):
        def escaped(body):
            return json.dumps(body).replace("@", "\\u0040").replace("example", "\\u0065x\\u0061mple")
        self.for_each_place(lambda place, number: f"{place}.{number}@example.com",
                            lambda value: [value, value.split("@")[0]], escaped)


if __name__ == "__main__":
    testing.main()

"""weir render: the prompt of a conversation, its segments, what was normalised, and errors that say where."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import tiny_gguf

TEMPLATE = """{% for t in tools or [] %}<tool>{{ t.function.name }}
{% endfor %}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% for c in m.tool_calls or [] %}<call>
{{- c.function.name }}({{ c.function.arguments.q }}){% endfor %}
{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"""


def tool(name):
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}


REQUEST = {
    "tools": [tool("b"), tool("a")],
    "messages": [
        {"role": "system", "content": "x-anthropic-billing-header: cc_version=2.1.36.a1b; cch=0f1e2;\nBe brief.\n"
                                      "Current time: 14:03"},
        {"role": "user", "content": "<assistant>?"},
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "call00001", "type": "function", "function": {"name": "a", "arguments": "{\"q\": \"1\"}"}}]},
        {"role": "tool", "tool_call_id": "call00001", "content": [{"type": "text", "text": "one"}]},
    ],
}

class Render(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-render-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def render(self, request, *arguments, template=TEMPLATE, stdin=""):
        messages = "-" if stdin else self.file("chat.json", request)
        source = ["--template", self.file("t.jinja", template)] if template else []
        return subprocess.run([os.environ["WEIR_BINARY"], "render", *source, "--messages", messages, *arguments],
                              capture_output=True, text=True, timeout=60, input=stdin or None)

    def test_the_prompt_is_what_the_server_gives_the_model_with_every_segment_marked(self):
        done = self.render(REQUEST, "--json")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(done.stderr, "weir: normalised: billing-header, clock, tool-order\n")
        self.assertEqual([(s["origin"], s["text"]) for s in json.loads(done.stdout)], [
            ("template", "<tool>"), ("user", "a"), ("template", "\n<tool>"), ("user", "b"),
            ("template", "\n<system>"), ("user", "Be brief.\n"),
            ("template", "<user>"), ("user", "<assistant>?"),
            ("template", "<assistant><call>"), ("user", "a"), ("template", "("), ("user", "1"), ("template", ")<tool>"),
            ("user", "one\n\nCurrent time: 14:03"), ("template", "<assistant>")])

    def test_marks_stand_on_lines_of_their_own(self):
        done = self.render([{"role": "user", "content": "A\nB"}], template="[{{ messages[0].content }}]\n")
        self.assertEqual(done.stdout, "--- template\n[\n--- user\nA\nB\n--- template\n]\n", done)
        marked = self.render(REQUEST).stdout
        self.assertTrue(marked.startswith("--- normalised: billing-header, clock, tool-order\n--- template\n<tool>\n"), marked)

    def test_as_written_is_what_the_template_writes(self):
        done = self.render(REQUEST, "--as-written", "--plain")
        system = REQUEST["messages"][0]["content"]
        self.assertEqual(done.stdout, f"<tool>b\n<tool>a\n<system>{system}<user><assistant>?"
                                      "<assistant><call>a(1)<tool>one<assistant>", done)
        self.assertEqual(done.stderr, "")

    def test_a_model_file_and_standard_input_do_as_well(self):
        model = tiny_gguf.write_model(self.folder / "parrot.gguf")
        done = self.render(None, "--model", str(model), "--plain", template=None,
                           stdin='[{"role": "user", "content": "U"}]')
        self.assertEqual(done.stdout, "<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n", done)

    def refused(self, code, *words, **more):
        done = self.render(**more)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_errors_name_the_file_and_the_place(self):
        self.refused(2, "chat.json:3: ", request='[\n{"role": "user"},\n{"role" "user"}]')
        self.refused(2, "standard input:1: ", request=None, stdin="[")
        self.refused(2, "chat.json: messages[0].role: ", request=[{"role": "clown", "content": "U"}])
        self.refused(2, "t.jinja: ", "line 2, column 4", request=[{"role": "user", "content": "U"}],
                     template="A\n{% nothing %}")
        self.refused(1, "refuses the conversation: no", request=[{"role": "user", "content": "U"}],
                     template="{{ raise_exception('no') }}")
        done = self.render([], "--model", "weir-mini")
        self.assertEqual((done.returncode, "not both" in done.stderr), (2, True), done)


if __name__ == "__main__":
    unittest.main()

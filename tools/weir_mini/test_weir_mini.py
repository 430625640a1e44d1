#!/usr/bin/env python3
"""Tests of the generators, the template, the scorer and the export: python -m unittest weir_mini.test_weir_mini"""

import contextlib
import io
import json
import pathlib
import random
import re
import struct
import types
import unittest
from unittest import mock

import numpy as np
import torch

from . import chat, dataset, export, gguf_writer, importing, scoring
from .dataset import Stream
from .model import KvCache, Model, ModelConfig
from .optimizer import orthogonalize
from .phrasing import choose, say
from .skills import AUXILIARY, SKILLS
from .skills.compose import forms
from .skills.extract import wordings
from .skills.shared.class_sources import LANGUAGE_CODES
from .task import Task, as_clients_send, user
from .wishes import wished

MAKERS = {**SKILLS, **AUXILIARY}
HERE = pathlib.Path(__file__).resolve().parent
EVAL = HERE / "eval"
MODEL_INSIDE = HERE.parent.parent / "local_backend/mini/weir-mini.gguf"
WEATHER = {
    "type": "function",
    "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}},
}


def tasks(make, count, seed="test"):
    rng = random.Random(seed)
    return [make(rng) for _ in range(count)]


def evaluation_tasks(name):
    return [json.loads(line) for line in (EVAL / name).read_text(encoding="utf-8").splitlines()]


class Generators(unittest.TestCase):
    def test_the_same_seed_makes_the_same_tasks(self):
        for make in MAKERS.values():
            self.assertEqual(tasks(make, 20), tasks(make, 20))

    def test_every_answer_is_what_it_claims_to_be(self):
        for name, make in MAKERS.items():
            for task in tasks(make, 300):
                with self.subTest(skill=name, task=task):
                    answer = chat.prompt_and_answer(task)[1].removesuffix(chat.END_OF_TURN)
                    self.assertTrue(scoring.is_right(answer, task.expectation()))
                    if task.response_format is not None:
                        self.assertIsInstance(json.loads(task.answer), dict)

    def test_titles_have_at_most_six_words(self):
        for task in tasks(SKILLS["title"], 500):
            self.assertLessEqual(len(task.answer.split()), 6, task.answer)

    def test_a_called_tool_was_offered_with_these_parameters(self):
        for task in tasks(SKILLS["tools"], 500):
            if task.call is not None:
                functions = {tool["function"]["name"]: tool["function"] for tool in task.tools}
                properties = functions[task.call["name"]]["parameters"]["properties"]
                self.assertLessEqual(task.call["arguments"].keys(), properties.keys())

    def test_parameters_stand_in_any_order_and_arguments_follow_them(self):
        sorted_too = 0
        for task in tasks(SKILLS["tools"], 500):
            if task.call is not None:
                functions = {tool["function"]["name"]: tool["function"] for tool in task.tools}
                names = list(functions[task.call["name"]]["parameters"]["properties"])
                places = [names.index(name) for name in task.call["arguments"]]
                sorted_too += len(names) > 1 and names == sorted(names)
                self.assertEqual(places, sorted(places))
        self.assertGreater(sorted_too, 50)

    def test_a_request_for_fields_says_every_field(self):
        rng = random.Random(3)
        requests = {wordings.request(rng, "ship date and total") for _ in range(500)}
        self.assertGreater(len(requests), 490)
        for request in requests:
            self.assertIn("ship date and total", request)

    def test_values_without_names_fill_the_slots_in_order(self):
        task = forms.in_order(random.Random(1), "{a} sees {b}, {a}.", "<a> sees <b>, <a>.", ["Ann", "Bo"])
        self.assertEqual(task.answer, "Ann sees Bo, Ann.")

    def test_labels_stand_in_the_prompt_unless_it_asks_openly(self):
        """Only the language, the sentiment, yes or no and true or false are asked for without labels."""
        known = {"yes", "no", "true", "false", "positive", "negative", "neutral", *map(str.lower, LANGUAGE_CODES)}
        for task in tasks(SKILLS["classify"], 500):
            asked = " ".join(message["content"] for message in task.messages).lower()
            for label in re.split(r"\n|, ", task.answer.lower()):
                label = re.sub(r"^\d+[.):] *", "", label)
                if label not in known and not task.is_json:
                    self.assertIn(label, asked)

    def test_the_right_label_has_no_favourite_place(self):
        first = last = 0
        for task in tasks(SKILLS["classify"], 20000):
            match = re.search(r'\["([^]]*)"\]', task.messages[0]["content"])
            if match:
                labels = match.group(1).split('", "')
                first, last = first + (labels[0] == task.answer), last + (labels[-1] == task.answer)
        self.assertLess(abs(first - last), 0.35 * max(first, last))


class Phrasing(unittest.TestCase):
    def test_choices_nest_and_may_be_empty(self):
        seen = {choose(random.Random(seed), "[a[ b|]|]c") for seed in range(100)}
        self.assertEqual(seen, {"ac", "a bc", "c"})

    def test_values_are_never_altered_nor_read_as_patterns(self):
        for seed in range(300):
            self.assertIn(
                "[x|y]{z}", say(random.Random(seed), "[Please |]extract from {text}.", text="[x|y]{z}")
            )


    def test_a_wish_keeps_what_is_wished_for(self):
        wishes = {wished(random.Random(seed), "Extract the {f} as JSON.", 1.0) for seed in range(300)}
        self.assertGreater(len(wishes), 100)
        for wish in wishes:
            self.assertIn("extract the {f} as JSON", wish)

    def test_only_an_instruction_becomes_a_wish(self):
        for said in ("JSON with {f}", "{f} as JSON", "Which name is it?", "Sort"):
            self.assertEqual({wished(random.Random(seed), said, 1.0) for seed in range(20)}, {said})


class Template(unittest.TestCase):
    def test_a_plain_question(self):
        self.assertEqual(
            chat.render([{"role": "user", "content": "Hi"}]),
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
        )

    def test_tools_follow_the_system_text(self):
        said = chat.render(
            [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}], [WEATHER]
        )
        self.assertEqual(
            said,
            "<|im_start|>system\nBe brief.\n\n<tools>\n" + json.dumps(WEATHER) + "\n</tools>\n"
            'To call a tool, answer with\n<tool_call>\n{"name": NAME, "arguments": OBJECT}\n</tool_call><|im_end|>\n'
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
        )

    def test_calls_and_results_are_written_as_hermes_has_them(self):
        call = {"type": "function", "function": {"name": "get_weather", "arguments": {"city": "Bern"}}}
        turns = [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "content": "sunny"},
            {"role": "tool", "content": "warm"},
        ]
        self.assertEqual(
            chat.render(turns),
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<tool_call>\n"
            '{"name": "get_weather", "arguments": {"city": "Bern"}}\n</tool_call><|im_end|>\n'
            "<|im_start|>user\n<tool_response>\nsunny\n</tool_response>\n<tool_response>\nwarm\n</tool_response>"
            "<|im_end|>\n<|im_start|>assistant\n",
        )

    def test_calls_read_the_same_as_clients_send_them(self):
        call = {"type": "function", "function": {"name": "f", "arguments": {"x": [1, "é"]}}}
        messages = [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "", "tool_calls": [call, call]},
            {"role": "tool", "content": "1"},
            {"role": "tool", "content": "2"},
        ]
        sent = as_clients_send(messages)
        self.assertEqual(
            [call["id"] for call in sent[1]["tool_calls"]], [message["tool_call_id"] for message in sent[2:]]
        )
        self.assertEqual(chat.render(sent, [WEATHER]), chat.render(messages, [WEATHER]))

    def test_a_message_without_content_is_empty(self):
        said = chat.render([{"role": "user", "content": "Hi"}, {"role": "assistant", "content": None}])
        self.assertIn("<|im_start|>assistant\n<|im_end|>", said)


class Scoring(unittest.TestCase):
    def test_texts_are_equal_but_for_space_around_them(self):
        self.assertTrue(scoring.is_right(" spam\n", {"text": "spam"}))
        self.assertTrue(scoring.is_right("ham", {"text": ["spam", "ham"]}))
        self.assertFalse(scoring.is_right("Spam", {"text": "spam"}))

    def test_json_is_judged_by_its_value(self):
        self.assertTrue(scoring.is_right('{"b":1.0,"a":[null]}', {"json": {"a": [None], "b": 1}}))
        self.assertFalse(scoring.is_right('{"a": true}', {"json": {"a": 1}}))
        self.assertFalse(scoring.is_right('{"a": 1', {"json": {"a": 1}}))

    def test_a_call_needs_name_and_arguments(self):
        expect = {"tool": {"name": "f", "arguments": {"x": 1}}}
        self.assertTrue(
            scoring.is_right('<tool_call>\n{"name": "f", "arguments": {"x": 1}}\n</tool_call>', expect)
        )
        self.assertFalse(
            scoring.is_right('<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>', expect)
        )
        self.assertFalse(scoring.is_right('{"name": "f", "arguments": {"x": 1}}', expect))


class Batches(unittest.TestCase):
    class Tokenizer:
        """One token a byte."""

        def encode(self, text, add_special_tokens):
            return types.SimpleNamespace(ids=list(text.encode()))

    def test_a_packed_batch_is_full_and_its_documents_begin_unweighted(self):
        batch = Stream(self.Tokenizer(), 1, 8192, 1024).packed(0, 0.1)
        starts = batch.starts.tolist()
        self.assertEqual(batch.tokens.shape, (1, 8192))
        self.assertEqual((starts[0], starts[-1]), (0, 8192))
        self.assertLessEqual(max(b - a for a, b in zip(starts, starts[1:])), 1024)
        self.assertTrue(all(batch.weights[0, start] == 0 for start in starts[:-1]))
        self.assertGreater(batch.weights.sum().item(), 0)


class EvaluationSets(unittest.TestCase):
    def test_every_skill_has_25_tasks_or_more(self):
        for name in ("unseen_values.jsonl", "unseen_templates.jsonl"):
            skills = [task["skill"] for task in evaluation_tasks(name)]
            for skill in SKILLS:
                self.assertGreaterEqual(skills.count(skill), 25, (name, skill))

    def test_no_question_of_the_examination_is_trained_on(self):
        """Whatever makes one, its words in other signs: every question comes once, and another task is taken."""
        questions = [task["messages"] for task in evaluation_tasks("unseen_templates.jsonl")]
        self.assertGreater(len(questions), 240)
        for messages in questions:
            shouted = [{**message, "content": message["content"].upper() + "!"} for message in messages]
            made = iter([Task("talk", messages), Task("talk", shouted), Task("talk", [user("another")])])
            with mock.patch.dict(dataset.MAKERS, {"talk": lambda _, made=made: next(made)}):
                task = Stream(None, 1, 8192, 1024).draw(random.Random(1), {"talk": 1})
            self.assertEqual(task.messages[-1]["content"], "another")  # shows none of the others

    def test_a_task_that_cannot_be_made_is_told_and_left_out(self):
        made = iter([lambda: [][0], lambda: Task("talk", [user("another")])])
        told = io.StringIO()
        with mock.patch.dict(dataset.MAKERS, {"talk": lambda _: next(made)()}), contextlib.redirect_stderr(told):
            task = Stream(None, 1, 8192, 1024).draw(random.Random(1), {"talk": 1})
        self.assertEqual(task.messages[-1]["content"], "another")
        self.assertIn("IndexError", told.getvalue())


class Arithmetic(unittest.TestCase):
    def test_a_cached_pass_equals_a_whole_one(self):
        torch.manual_seed(0)
        model = Model(
            ModelConfig(vocabulary=64, width=32, layers=2, heads=4, kv_heads=2, head_width=8, feed_forward=48)
        )
        tokens = torch.randint(0, 64, (1, 12))
        whole, cache = model(tokens), KvCache()
        steps = [model(tokens[:, :5], cache)] + [model(tokens[:, i : i + 1], cache) for i in range(5, 12)]
        torch.testing.assert_close(torch.cat(steps, dim=1), whole, rtol=1e-4, atol=1e-5)

    def test_packed_documents_do_not_see_each_other(self):
        torch.manual_seed(0)
        model = Model(
            ModelConfig(vocabulary=64, width=32, layers=2, heads=4, kv_heads=2, head_width=8, feed_forward=48)
        )
        tokens, starts = torch.randint(0, 64, (1, 12)), torch.tensor([0, 5, 12], dtype=torch.int32)
        alone = torch.cat([model.hidden(tokens[:, :5]), model.hidden(tokens[:, 5:])], dim=1)
        torch.testing.assert_close(model.hidden(tokens, starts=starts), alone, rtol=1e-4, atol=1e-5)

    def test_orthogonalized_matrices_do_not_depend_on_their_neighbours(self):
        torch.manual_seed(0)
        matrices = torch.randn(3, 24, 16)
        together = orthogonalize(matrices)
        for matrix, direction in zip(matrices, together):
            torch.testing.assert_close(orthogonalize(matrix[None])[0], direction, rtol=0.02, atol=0.02)
            self.assertLess((direction.T @ direction - torch.eye(16)).abs().max().item(), 0.6)

    def test_q8_0_errs_by_half_a_step_at_most(self):
        weights = np.random.default_rng(0).normal(size=(4, 64)).astype(np.float32)
        data = np.frombuffer(
            gguf_writer.quantize_q8_0(weights), dtype=[("scale", "<f2"), ("quants", "i1", 32)]
        )
        back = data["scale"].astype(np.float32)[:, None] * data["quants"]
        steps = np.abs(weights.reshape(-1, 32)).max(axis=1, keepdims=True) / 127
        self.assertLess(np.max(np.abs(back - weights.reshape(-1, 32)) / steps), 0.6)

    def test_a_gguf_file_begins_with_its_counts(self):
        out = gguf_writer.GgufWriter()
        out.string("general.name", "x")
        out.tensor("t", np.zeros((2, 32), dtype=np.float32), quantize=True)
        self.assertEqual(struct.unpack("<4sIQQ", out.bytes()[:24]), (b"GGUF", 3, 1, 1))
        self.assertEqual(len(out.bytes()) % gguf_writer.ALIGNMENT, 0)

    def test_an_exported_model_is_taken_back_byte_for_byte(self):
        kept, tokenizer = importing.checkpoint_of(MODEL_INSIDE)
        model = Model(ModelConfig(**kept["config"]))
        model.load_state_dict(kept["model"])
        self.assertEqual(export.gguf_bytes(model, tokenizer, kept, quantize=True), MODEL_INSIDE.read_bytes())

    def test_a_model_with_further_layers_says_the_same_at_first(self):
        kept, _ = importing.checkpoint_of(MODEL_INSIDE)
        grown = importing.deeper(kept, kept["config"]["layers"] + 3)
        tokens, said = torch.randint(0, 4096, (1, 20), generator=torch.Generator().manual_seed(0)), []
        for each in (kept, grown):
            model = Model(ModelConfig(**each["config"]))
            model.load_state_dict(each["model"])
            said.append(model(tokens))
        torch.testing.assert_close(*said, rtol=1e-4, atol=1e-4)


if __name__ == "__main__":
    unittest.main()

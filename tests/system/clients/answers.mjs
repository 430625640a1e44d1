// What the writers of both dialects make of reasoning and calls of tools, read by the
// official packages. EXPECTED is what each answer says, REPLAY who tells it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { check, close } from './checks.mjs';

const expected = JSON.parse(fs.readFileSync(process.env.EXPECTED, 'utf8'));
const messages = [{ role: 'user', content: 'Wien?' }];
const parameters = { type: 'object', properties: {} };
const tools = ['get_weather', 'get_time'].map((name) => ({ type: 'function', function: { name, parameters } }));
const ask = { model: 'auto', messages, tools };
const askAnthropic = {
  model: 'auto', messages, max_tokens: 99, tools: tools.map((tool) => ({ name: tool.function.name, input_schema: parameters })),
};

function checkMessage(message, finish, want) {
  assert.equal(message.content, want.text || null);
  assert.equal(finish, want.finish);
  const calls = (message.tool_calls ?? []).map((call) => {
    assert.equal(call.type, 'function');
    return { id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments) };
  });
  assert.deepEqual(calls, want.calls);
}

function checkBlocks(answer, want) {
  const reasons = { tool_calls: 'tool_use', stop: 'end_turn' };
  assert.equal(answer.stop_reason, reasons[want.finish]);
  const thinking = want.reasoning ? [{ type: 'thinking', thinking: want.reasoning, signature: '' }] : [];
  const text = want.text ? [{ type: 'text', text: want.text }] : [];
  const calls = want.calls.map(({ id, name, arguments: input }) => ({ type: 'tool_use', id, name, input }));
  assert.deepEqual(JSON.parse(JSON.stringify(answer.content)), [...thinking, ...text, ...calls]);
  assert.equal(answer.usage.output_tokens, 25);
}

for (const [name, want] of Object.entries(expected)) {
  const openai = new OpenAI({ apiKey: 'x', baseURL: `${process.env.REPLAY}/${name}/v1` });
  const anthropic = new Anthropic({ apiKey: 'x', baseURL: `${process.env.REPLAY}/${name}` });

  await check(`openai, ${name}, whole`, async () => {
    const { message, finish_reason: finish } = (await openai.chat.completions.create(ask)).choices[0];
    checkMessage(message, finish, want);
    assert.equal(message.reasoning_content ?? '', want.reasoning);
  });

  await check(`openai, ${name}, chunk by chunk`, async () => {
    let reasoning = '';
    for await (const chunk of await openai.chat.completions.create({ ...ask, stream: true })) {
      for (const { delta } of chunk.choices) reasoning += delta.reasoning_content ?? '';
    }
    assert.equal(reasoning, want.reasoning);
  });

  await check(`openai, ${name}, stream helper`, async () => {
    const done = [];
    const stream = openai.chat.completions.stream(ask)
      .on('tool_calls.function.arguments.done', (call) => done.push([call.index, call.name, JSON.parse(call.arguments)]));
    const { message, finish_reason: finish } = (await stream.finalChatCompletion()).choices[0];
    checkMessage(message, finish, want);
    assert.deepEqual(done, want.calls.map((call, index) => [index, call.name, call.arguments]));
  });

  await check(`anthropic, ${name}, whole`, async () => checkBlocks(await anthropic.messages.create(askAnthropic), want));

  await check(`anthropic, ${name}, stream helper`, async () => {
    let thinking = '';
    const stream = anthropic.messages.stream(askAnthropic).on('thinking', (piece) => { thinking += piece; });
    checkBlocks(await stream.finalMessage(), want);
    assert.equal(thinking, want.reasoning);
  });
}

close();

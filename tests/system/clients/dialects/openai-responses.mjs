// npm openai: Responses.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { check, close, thrown } from '../checks.mjs';
import { base, checkCalls, checkCity, checkUsage, each, functions, key, targets } from './targets.mjs';

const client = new OpenAI({ apiKey: key, baseURL: `${base}/v1`, maxRetries: 0 });
const tools = functions.map((each) => ({ type: 'function', strict: true, ...each }));
const fixed = { input: 'Wien?', instructions: 'Be brief.', temperature: 0, max_output_tokens: 200, store: false };
const ask = (options) => client.responses.create({ ...fixed, ...options });
const callsOf = (answer) => answer.output.filter(({ type }) => type === 'function_call');
const called = (answer) => callsOf(answer).map((call) => [call.name, JSON.parse(call.arguments)]);
const counts = (usage) => ({
  prompt: usage.input_tokens, cached: usage.input_tokens_details?.cached_tokens ?? 0, output: usage.output_tokens,
});

await each('normal', 'text', async (target, model) => {
  const answer = await ask({ model });
  assert.equal(answer.output_text, target.text);
  assert.equal(answer.status, 'completed');
  checkUsage(target, counts(answer.usage));
});

await each('normal', 'streamed text', async (target, model) => {
  let said = '';
  const types = [];
  const numbers = [];
  for await (const event of await ask({ model, stream: true })) {
    types.push(event.type);
    numbers.push(event.sequence_number);
    if (event.type === 'response.output_text.delta') said += event.delta;
  }
  assert.equal(said, target.text);
  assert.equal(types[0], 'response.created');
  assert.equal(types.at(-1), 'response.completed');
  assert.deepEqual(numbers, numbers.map((_, index) => index));
});

await each('normal', 'the stream helper', async (target, model) => {
  const answer = await client.responses.stream({ ...fixed, model }).finalResponse();
  assert.equal(answer.output_text, target.text);
  checkUsage(target, counts(answer.usage));
});

for (const kind of ['tools', 'parallel']) {
  await each(kind, `calls of ${kind}`, async (target, model) => {
    checkCalls(called(await ask({ model, tools })), target, kind);
    const streamed = await client.responses.stream({ ...fixed, model, tools }).finalResponse();
    checkCalls(called(streamed), target, kind);
  });
}

await each('parallel', 'a loop of tools', async (target, model) => {
  const question = { role: 'user', content: 'Wien?' };
  const first = await ask({ model, tools, input: [question] });
  const results = callsOf(first).map((call) => ({ type: 'function_call_output', call_id: call.call_id, output: 'sunny' }));
  const second = await ask({ model, tools, input: [question, ...first.output, ...results] });
  assert.equal(second.output_text, target.told);
});

await each('thinks', 'reasoning', async (target, model) => {
  const whole = await ask({ model, include: ['reasoning.encrypted_content'], reasoning: { summary: 'auto' } });
  const streamed = await client.responses.stream({ ...fixed, model, reasoning: { summary: 'auto' } }).finalResponse();
  for (const { output } of [whole, streamed]) {
    const item = output.find(({ type }) => type === 'reasoning');
    const parts = [...(item.summary ?? []), ...(item.content ?? [])];
    assert.equal(parts.map(({ text }) => text).join(''), target.thought);
  }
});

await each('normal', 'parse with zod', async (_, model) => {
  const text = { format: zodTextFormat(z.object({ city: z.enum(['x', 'Wien']) }), 'city') };
  checkCity((await client.responses.parse({ ...fixed, model, text })).output_parsed);
});

await each('refused', 'an error', async (_, model) => {
  for (const stream of [false, true]) {
    assert.equal((await thrown(() => ask({ model, stream }))).constructor.name, 'RateLimitError');
  }
});

await each('broken', 'an error in a stream', async (_, model) => {
  const types = [];
  const error = await thrown(async () => {
    for await (const event of await ask({ model, stream: true })) types.push(event.type);
    assert.ok(types.at(-1) === 'response.failed' || types.at(-1) === 'error', types.at(-1));
    throw new OpenAI.APIError(undefined, undefined, types.at(-1));
  });
  assert.ok(error instanceof OpenAI.APIError, error.constructor.name);
});

await check('input_tokens', async () => {
  for (const { models } of targets) {
    assert.ok((await client.responses.inputTokens.count({ model: models.normal, input: 'Wien?' })).input_tokens > 0);
  }
});

close();

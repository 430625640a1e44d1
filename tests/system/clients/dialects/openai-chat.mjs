// npm openai: Chat Completions and the old Completions.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { check, close, thrown } from '../checks.mjs';
import { base, checkCalls, checkCity, checkUsage, each, functions, key, local } from './targets.mjs';

const client = new OpenAI({ apiKey: key, baseURL: `${base}/v1`, maxRetries: 0 });
const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Wien?' }];
const tools = functions.map((each) => ({ type: 'function', function: each }));
const fixed = { messages, temperature: 0, max_tokens: 200 };
const chat = (options) => client.chat.completions.create({ ...fixed, ...options });
const called = (message) => message.tool_calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)]);
const counts = (usage) => ({
  prompt: usage.prompt_tokens, cached: usage.prompt_tokens_details?.cached_tokens ?? 0, output: usage.completion_tokens,
});

await each('normal', 'text', async (target, model) => {
  const answer = await chat({ model });
  assert.equal(answer.choices[0].message.content, target.text);
  assert.equal(answer.choices[0].finish_reason, 'stop');
  checkUsage(target, counts(answer.usage));
});

await each('normal', 'streamed text', async (target, model) => {
  let said = '';
  let usage;
  for await (const chunk of await chat({ model, stream: true, stream_options: { include_usage: true } })) {
    said += chunk.choices[0]?.delta?.content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.equal(said, target.text);
  checkUsage(target, counts(usage));
});

for (const kind of ['tools', 'parallel']) {
  await each(kind, `calls of ${kind}`, async (target, model) => {
    const { message, finish_reason: finish } = (await chat({ model, tools })).choices[0];
    checkCalls(called(message), target, kind);
    assert.equal(finish, 'tool_calls');
    assert.equal(new Set(message.tool_calls.map(({ id }) => id)).size, message.tool_calls.length);
  });

  await each(kind, `streamed calls of ${kind}`, async (target, model) => {
    const stream = client.chat.completions.stream({ ...fixed, model, tools });
    const { message, finish_reason: finish } = (await stream.finalChatCompletion()).choices[0];
    checkCalls(called(message), target, kind);
    assert.equal(finish, 'tool_calls');
  });
}

for (const stream of [false, true]) {
  await each('parallel', `runTools${stream ? ', streamed' : ''}`, async (target, model) => {
    const seen = [];
    const runnable = functions.map(({ name, parameters }) => ({
      type: 'function', function: { name, parameters, parse: JSON.parse, function: async (args) => { seen.push([name, args]); return 'sunny'; } },
    }));
    const runner = client.chat.completions.runTools({ ...fixed, model, tools: runnable, stream });
    assert.equal(await runner.finalContent(), target.told);
    checkCalls(seen, target, 'parallel');
  });
}

await each('thinks', 'reasoning', async (target, model) => {
  const { message } = (await chat({ model })).choices[0];
  assert.equal(message.reasoning_content, target.thought);
  let thought = '';
  for await (const chunk of await chat({ model, stream: true })) thought += chunk.choices[0]?.delta?.reasoning_content ?? '';
  assert.equal(thought, target.thought);
});

await each('normal', 'parse with zod', async (_, model) => {
  const format = zodResponseFormat(z.object({ city: z.enum(['x', 'Wien']) }), 'city');
  const answer = await client.chat.completions.parse({ ...fixed, model, response_format: format });
  checkCity(answer.choices[0].message.parsed);
});

await each('refused', 'an error', async (_, model) => {
  for (const stream of [false, true]) {
    const error = await thrown(() => chat({ model, stream }));
    assert.equal(error.constructor.name, 'RateLimitError');
  }
});

await each('broken', 'an error in a stream', async (_, model) => {
  const error = await thrown(async () => {
    for await (const chunk of await chat({ model, stream: true })) assert.ok(chunk);
  });
  assert.ok(error instanceof OpenAI.APIError, error.constructor.name);
});

await each('normal', 'completions', async (target, model) => {
  const ask = { model, prompt: 'Wien?', temperature: 0, max_tokens: 99 };
  const answer = await client.completions.create(ask);
  assert.equal(answer.object, 'text_completion');
  if (target !== local) assert.equal(answer.choices[0].text, target.text);
  let said = '';
  for await (const chunk of await client.completions.create({ ...ask, stream: true })) said += chunk.choices[0]?.text ?? '';
  assert.equal(said, answer.choices[0].text);
});

await check('models', async () => {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert.ok(names.includes('anthropic-normal') && names.includes(local.models.normal), names.join());
  assert.equal((await client.models.retrieve('gemini-normal')).id, 'gemini-normal');
});

await check('embeddings', async () => {
  const { data } = await client.embeddings.create({ model: local.models.embedder, input: ['a', 'b'] });
  assert.deepEqual(data.map(({ embedding }) => embedding.length), [64, 64]);
});

await check('embeddings of a provider', async () => {
  const { data, usage } = await client.embeddings.create({ model: 'chat-normal', input: ['a', 'b'], dimensions: 3 });
  assert.deepEqual(data.map(({ embedding }) => [...embedding]), [[0.25, 0.25, 0.25], [0.25, 0.25, 0.25]]);
  assert.equal(usage.prompt_tokens, 6);
});

close();

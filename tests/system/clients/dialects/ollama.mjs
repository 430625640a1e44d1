// npm ollama.
import assert from 'node:assert/strict';
import { Ollama } from 'ollama';
import { check, close, thrown } from '../checks.mjs';
import { base, checkCalls, checkCity, checkUsage, citySchema, each, functions, key, local } from './targets.mjs';

const client = new Ollama({ host: base, headers: { Authorization: `Bearer ${key}` } });
const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Wien?' }];
const tools = functions.map((each) => ({ type: 'function', function: each }));
const fixed = { messages, keep_alive: '5m', options: { temperature: 0, num_predict: 200 } };
const chat = (options) => client.chat({ ...fixed, ...options });
const called = (calls) => calls.map((call) => [call.function.name, call.function.arguments]);
// The dialect has no count of cached tokens.
const counts = (target, end) => ({ prompt: end.prompt_eval_count, cached: target.usage?.cached ?? 0, output: end.eval_count });

async function streamed(options) {
  const found = { text: '', thought: '', calls: [], end: undefined };
  for await (const chunk of await chat({ ...options, stream: true })) {
    found.text += chunk.message.content;
    found.thought += chunk.message.thinking ?? '';
    found.calls.push(...(chunk.message.tool_calls ?? []));
    found.end = chunk;
  }
  return found;
}

await each('normal', 'text', async (target, model) => {
  const answer = await chat({ model });
  assert.equal(answer.message.content, target.text);
  assert.deepEqual([answer.done, answer.done_reason], [true, 'stop']);
  checkUsage(target, counts(target, answer));
});

await each('normal', 'streamed text', async (target, model) => {
  const { text, end } = await streamed({ model });
  assert.equal(text, target.text);
  assert.equal(end.done, true);
  checkUsage(target, counts(target, end));
});

for (const kind of ['tools', 'parallel']) {
  await each(kind, `calls of ${kind}`, async (target, model) => {
    checkCalls(called((await chat({ model, tools })).message.tool_calls), target, kind);
    checkCalls(called((await streamed({ model, tools })).calls), target, kind);
  });
}

await each('parallel', 'a loop of tools', async (target, model) => {
  const { message } = await chat({ model, tools });
  const results = message.tool_calls.map((call) => ({ role: 'tool', tool_name: call.function.name, content: 'sunny' }));
  const answer = await chat({ model, tools, messages: [...messages, message, ...results] });
  assert.equal(answer.message.content, target.told);
});

await each('thinks', 'thinking', async (target, model) => {
  assert.equal((await chat({ model, think: true })).message.thinking, target.thought);
  assert.equal((await streamed({ model, think: true })).thought, target.thought);
});

await each('normal', 'a format', async (_, model) => {
  checkCity(JSON.parse((await chat({ model, format: citySchema })).message.content));
});

await each('normal', 'generate', async (target, model) => {
  const ask = { model, prompt: 'Wien?', options: fixed.options };
  assert.equal((await client.generate(ask)).response, target.text);
  let said = '';
  for await (const chunk of await client.generate({ ...ask, stream: true })) said += chunk.response;
  assert.equal(said, target.text);
});

await each('refused', 'an error', async (_, model) => {
  for (const call of [() => chat({ model }), () => streamed({ model })]) {
    const error = await thrown(call);
    assert.deepEqual([error.name, error.status_code], ['ResponseError', 429]);
  }
});

await each('broken', 'an error in a stream', async (_, model) => {
  assert.ok((await thrown(() => streamed({ model }))).message);
});

await check('embed', async () => {
  const { embeddings } = await client.embed({ model: local.models.embedder, input: ['a', 'b'] });
  assert.deepEqual(embeddings.map(({ length }) => length), [64, 64]);
});

await check('list, show, ps, version', async () => {
  const names = (await client.list()).models.map(({ name }) => name);
  assert.ok(names.some((name) => name.startsWith('chat-normal')) && names.some((name) => name.startsWith(local.models.normal)), names.join());
  assert.ok((await client.show({ model: local.models.normal })).capabilities.includes('completion'));
  assert.ok(Array.isArray((await client.ps()).models));
  assert.match((await client.version()).version, /^\d+\.\d+/);
});

close();

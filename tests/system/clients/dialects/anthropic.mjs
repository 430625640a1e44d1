// npm @anthropic-ai/sdk.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { z } from 'zod';
import { check, close, thrown } from '../checks.mjs';
import { base, checkCalls, checkCity, checkUsage, each, functions, key, local, targets } from './targets.mjs';

const client = new Anthropic({ apiKey: key, baseURL: base, maxRetries: 0 });
const messages = [{ role: 'user', content: 'Wien?' }];
const tools = functions.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters }));
const fixed = { messages, max_tokens: 200, system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] };
const ask = (options) => client.messages.create({ ...fixed, ...options });
const textOf = ({ content }) => content.filter(({ type }) => type === 'text').map(({ text }) => text).join('');
const callsOf = ({ content }) => content.filter(({ type }) => type === 'tool_use');
const called = (answer) => callsOf(answer).map(({ name, input }) => [name, input]);
const counts = (usage) => ({
  prompt: usage.input_tokens + (usage.cache_read_input_tokens ?? 0), cached: usage.cache_read_input_tokens ?? 0, output: usage.output_tokens,
});

await each('normal', 'text', async (target, model) => {
  const answer = await ask({ model });
  assert.equal(textOf(answer), target.text);
  assert.equal(answer.stop_reason, 'end_turn');
  checkUsage(target, counts(answer.usage));
});

await each('normal', 'streamed text', async (target, model) => {
  const types = [];
  let said = '';
  for await (const event of await ask({ model, stream: true })) {
    types.push(event.type);
    if (event.delta?.type === 'text_delta') said += event.delta.text;
  }
  assert.equal(said, target.text);
  assert.equal(types[0], 'message_start');
  assert.equal(types.at(-1), 'message_stop');
});

await each('normal', 'the stream helper', async (target, model) => {
  const answer = await client.messages.stream({ ...fixed, model }).finalMessage();
  assert.equal(textOf(answer), target.text);
  checkUsage(target, counts(answer.usage));
});

for (const kind of ['tools', 'parallel']) {
  await each(kind, `calls of ${kind}`, async (target, model) => {
    for (const answer of [await ask({ model, tools }), await client.messages.stream({ ...fixed, model, tools }).finalMessage()]) {
      checkCalls(called(answer), target, kind);
      assert.equal(answer.stop_reason, 'tool_use');
    }
  });
}

await each('parallel', 'a loop of tools', async (target, model) => {
  const first = await ask({ model, tools });
  const results = callsOf(first).map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: [{ type: 'text', text: 'sunny' }] }));
  const history = [...messages, { role: 'assistant', content: first.content }, { role: 'user', content: results }];
  assert.equal(textOf(await ask({ model, tools, messages: history })), target.told);
});

await each('parallel', 'toolRunner', async (target, model) => {
  const seen = [];
  const runnable = functions.map(({ name, description, parameters: { required: [field] } }) => betaZodTool({
    name, description, inputSchema: z.object({ [field]: z.string() }), run: async (input) => { seen.push([name, input]); return 'sunny'; },
  }));
  const answer = await client.beta.messages.toolRunner({ model, max_tokens: 200, messages, tools: runnable });
  assert.equal(textOf(answer), target.told);
  checkCalls(seen, target, 'parallel');
});

await each('thinks', 'thinking', async (target, model) => {
  const options = { ...fixed, model, max_tokens: 4096, thinking: { type: 'enabled', budget_tokens: 1024 } };
  for (const answer of [await client.messages.create(options), await client.messages.stream(options).finalMessage()]) {
    assert.deepEqual(answer.content.slice(0, 2).map(({ type }) => type), ['thinking', 'text']);
    assert.equal(answer.content[0].thinking, target.thought);
    const history = [...messages, { role: 'assistant', content: answer.content }, { role: 'user', content: 'And now?' }];
    assert.equal(textOf(await client.messages.create({ ...options, messages: history })), target.text);
  }
});

await each('normal', 'parse with zod', async (_, model) => {
  const format = zodOutputFormat(z.object({ city: z.enum(['x', 'Wien']) }));
  checkCity((await client.messages.parse({ ...fixed, model, output_config: { format } })).parsed_output);
});

await each('refused', 'an error', async (_, model) => {
  for (const stream of [false, true]) {
    assert.equal((await thrown(() => ask({ model, stream }))).constructor.name, 'RateLimitError');
  }
});

await each('broken', 'an error in a stream', async (_, model) => {
  const error = await thrown(() => client.messages.stream({ ...fixed, model }).finalMessage());
  assert.ok(error instanceof Anthropic.APIError, error.constructor.name);
});

await check('count_tokens', async () => {
  for (const { models } of targets) {
    assert.ok((await client.messages.countTokens({ model: models.normal, messages })).input_tokens > 0);
  }
});

await check('models', async () => {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert.ok(names.includes('chat-normal') && names.includes(local.models.normal), names.join());
  assert.equal((await client.models.retrieve('gemini-normal')).id, 'gemini-normal');
  assert.equal((await thrown(() => client.models.retrieve('nobody'))).constructor.name, 'NotFoundError');
});

close();

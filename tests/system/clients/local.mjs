// The openai package against the model in the program itself. SAYS is what it answers,
// where that is known.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { check, close, thrown } from './checks.mjs';

const client = new OpenAI({ apiKey: process.env.KEY, baseURL: `${process.env.BASE}/v1` });
const model = 'local';
const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Say hi' }];
const says = process.env.SAYS;
const fixed = { model, messages, temperature: 0, max_tokens: 24 };
const create = (options) => client.chat.completions.create(options);

await check('chat', async () => {
  const { data, response } = await create(fixed).withResponse();
  assert.equal(response.headers.get('x-weir-route'), 'local');
  const { content } = data.choices[0].message;
  if (says) assert.equal(content, says);
  assert.ok(content.length > 0);
  assert.equal(data.choices[0].finish_reason, says ? 'stop' : 'length');
  assert.equal(data.object, 'chat.completion');
  assert.match(data.id, /^chatcmpl-/);
  assert.match(data.system_fingerprint, /^fp_/);
  assert.ok(Math.abs(data.created - Date.now() / 1000) < 60);
});

await check('usage adds up, in a stream as well', async () => {
  const { usage } = await create(fixed);
  assert.equal(usage.completion_tokens, says ? says.length + 1 : 24);
  assert.ok(usage.prompt_tokens > 5);
  assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  let last;
  for await (const chunk of await create({ ...fixed, stream: true, stream_options: { include_usage: true } })) last = chunk;
  assert.deepEqual(last.usage, usage);
  assert.equal(last.choices.length, 0);
});

await check('a stream says the same, piece by piece', async () => {
  const whole = (await create(fixed)).choices[0];
  let said = '';
  let finish;
  let pieces = 0;
  for await (const chunk of await create({ ...fixed, stream: true })) {
    said += chunk.choices[0].delta.content ?? '';
    finish = chunk.choices[0].finish_reason ?? finish;
    pieces += 1;
  }
  assert.equal(said, whole.message.content);
  assert.equal(finish, whole.finish_reason);
  assert.ok(pieces > 5);
});

await check('stream helper', async () => {
  const final = await client.chat.completions.stream(fixed).finalChatCompletion();
  assert.equal(final.choices[0].message.content, (await create(fixed)).choices[0].message.content);
});

await check('a seed answers again', async () => {
  const options = { ...fixed, temperature: 1.5, seed: 7 };
  const answers = await Promise.all([1, 2, 3].map(() => create(options)));
  assert.equal(new Set(answers.map((answer) => answer.choices[0].message.content)).size, 1);
});

await check('max_completion_tokens ends with length', async () => {
  const answer = await create({ model, messages, temperature: 0, max_completion_tokens: 3 });
  assert.equal(answer.choices[0].finish_reason, 'length');
  assert.equal(answer.usage.completion_tokens, 3);
});

await check('stop', async () => {
  const text = (await create(fixed)).choices[0].message.content;
  const stop = text.slice(3, 6);
  const answer = await create({ ...fixed, stop: [stop] });
  assert.equal(answer.choices[0].message.content, text.slice(0, text.indexOf(stop)));
  assert.equal(answer.choices[0].finish_reason, 'stop');
});

await check('logprobs, whole and streamed', async () => {
  const options = { ...fixed, logprobs: true, top_logprobs: 2 };
  const answer = await create(options);
  const { content } = answer.choices[0].logprobs;
  const bytes = content.flatMap((token) => token.bytes);
  assert.equal(Buffer.from(bytes).toString().trim(), answer.choices[0].message.content.trim());
  for (const token of content) {
    assert.ok(token.logprob <= 0);
    assert.equal(token.top_logprobs.length, 2);
    assert.ok(token.top_logprobs[0].logprob >= token.top_logprobs[1].logprob);
    assert.ok(Math.abs(token.top_logprobs[0].logprob - token.logprob) < 1e-6);  // greedy
  }
  const streamed = [];
  for await (const chunk of await create({ ...options, stream: true })) {
    streamed.push(...(chunk.choices[0].logprobs?.content ?? []));
  }
  assert.deepEqual(streamed, content);
});

await check('penalties and logit_bias', async () => {
  const options = { ...fixed, frequency_penalty: 1, presence_penalty: -1, logit_bias: { 100: -100 } };
  assert.ok((await create(options)).choices[0].message.content.length > 0);
  const error = await thrown(() => create({ ...fixed, logit_bias: { 99999999: 1 } }));
  assert.equal(error.param, 'logit_bias');
});

const mood = z.object({ mood: z.enum(['good', 'bad']), sure: z.boolean(), marks: z.array(z.enum(['a', 'b'])).max(3) });
await check('a schema of zod is kept to', async () => {
  for (const temperature of [0, 1.5]) {
    const { message } = (await client.chat.completions.parse({ ...fixed, temperature, max_tokens: 200,
      response_format: zodResponseFormat(mood, 'mood') })).choices[0];
    assert.deepEqual(mood.parse(JSON.parse(message.content)), message.parsed);
  }
});

const shape = { type: 'json_schema', json_schema: { name: 't', schema: { type: 'array', uniqueItems: true } } };
const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } };
const image = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }] }];
for (const [field, more] of Object.entries({
  n: { n: 2 },
  tools: { tools: [tool] },
  'response_format.json_schema.schema': { response_format: shape },
  messages: { messages: image },
  modalities: { modalities: ['text', 'audio'] },
  prediction: { prediction: { type: 'content', content: 'x' } },
  web_search_options: { web_search_options: {} },
})) {
  await check(`${field} is 400 unsupported_parameter`, async () => {
    const error = await thrown(() => create({ ...fixed, ...more }));
    assert.equal(error.constructor.name, 'BadRequestError');
    assert.equal(error.code, 'unsupported_parameter');
    assert.equal(error.param, field);
  });
}

await check('a prompt beyond the context is context_length_exceeded', async () => {
  const error = await thrown(() => create({ ...fixed, messages: [{ role: 'user', content: 'word '.repeat(20000) }] }));
  assert.equal(error.status, 400);
  assert.equal(error.code, 'context_length_exceeded');
});

await check('abort in the middle of a stream', async () => {
  const stream = await create({ model, messages, max_tokens: 300, stream: true });
  for await (const chunk of stream) if (chunk.choices[0].delta.content) stream.controller.abort();
  assert.ok((await create(fixed)).choices[0].message.content);
});

await check('many at once', async () => {
  const answers = await Promise.all(Array.from({ length: 24 }, () => create(fixed)));
  assert.equal(new Set(answers.map((answer) => answer.choices[0].message.content)).size, 1);
});

await check('models.list', async () => {
  const names = [];
  for await (const entry of client.models.list()) names.push(entry.id);
  assert.ok(names.includes('local') && names.includes('auto'), names.join());
});

close();

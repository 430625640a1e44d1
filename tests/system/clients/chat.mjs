// The openai package as programs use it: chat, streams, tools, parsing, models.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { check, close, thrown, until, upstream } from './checks.mjs';

const client = new OpenAI({ apiKey: process.env.KEY, baseURL: `${process.env.BASE}/v1` });
const model = 'm';
const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Say hi' }];
const text = 'Hello from the mock upstream.';
const weather = () => ({
  model: 'mock-tools',
  messages: [{ role: 'user', content: 'weather?' }],
  tools: [{
    type: 'function',
    function: {
      name: 'get_weather',
      parse: JSON.parse,
      function: async (args) => `sunny ${args.city}`,
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  }],
});

await check('chat', async () => {
  const answer = await client.chat.completions.create({ model, messages });
  assert.equal(answer.choices[0].message.content, text);
  assert.equal(answer.usage.total_tokens, 18);
});

await check('chat with its response', async () => {
  const { data, response, request_id } = await client.chat.completions.create({ model, messages }).withResponse();
  assert.equal(response.status, 200);
  assert.match(request_id, /^req_[0-9A-Z]{13}$/);
  assert.equal(response.headers.get('x-weir-route'), 'cloud');
  assert.equal(data._request_id, request_id);
});

await check('stream with usage', async () => {
  let said = '';
  let usage;
  const options = { model, messages, stream: true, stream_options: { include_usage: true } };
  for await (const chunk of await client.chat.completions.create(options)) {
    said += chunk.choices[0]?.delta?.content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.equal(said, text);
  assert.equal(usage.prompt_tokens_details.cached_tokens, 4);
});

await check('stream without usage has no usage chunk', async () => {
  for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
    assert.equal(chunk.choices.length, 1);
    assert.ok(!chunk.usage);
  }
});

await check('stream helper', async () => {
  const final = await client.chat.completions.stream({ model, messages }).finalChatCompletion();
  assert.equal(final.choices[0].message.content, text);
  assert.equal(final.choices[0].finish_reason, 'stop');
});

await check('parse with zod', async () => {
  const shape = z.object({ city: z.string() });
  const answer = await client.chat.completions.parse({ model, messages, response_format: zodResponseFormat(shape, 't') });
  assert.equal(answer.choices[0].message.parsed.city, 'x');
});

await check('json_object', async () => {
  const answer = await client.chat.completions.create({ model, messages, response_format: { type: 'json_object' } });
  assert.deepEqual(JSON.parse(answer.choices[0].message.content), { ok: true });
});

await check('runTools', async () => {
  assert.equal(await client.chat.completions.runTools(weather()).finalContent(), text);
});

await check('runTools, streaming', async () => {
  assert.equal(await client.chat.completions.runTools({ ...weather(), stream: true }).finalContent(), text);
});

await check('images, tool results and rare fields pass', async () => {
  await upstream.reset();
  const answer = await client.chat.completions.create({
    model,
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'what?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } }] },
      { role: 'assistant', content: null, tool_calls: [
        { id: 'call_a', type: 'function', function: { name: 'f', arguments: '{}' } },
        { id: 'call_b', type: 'function', function: { name: 'g', arguments: '{"x":1}' } }] },
      { role: 'tool', tool_call_id: 'call_a', content: 'A' },
      { role: 'tool', tool_call_id: 'call_b', content: 'B' }],
    parallel_tool_calls: true, seed: 7, logprobs: true, top_logprobs: 2, max_completion_tokens: 50,
    reasoning_effort: 'low', user: 'u1', metadata: { team: 'a' }, store: false,
  });
  assert.equal(answer.choices[0].message.content, text);
  const body = JSON.parse(Buffer.from((await upstream.requests())[0].body, 'base64'));
  assert.equal(body.reasoning_effort, 'low');
  assert.deepEqual(body.metadata, { team: 'a' });
});

await check('models.list', async () => {
  const names = [];
  for await (const entry of client.models.list()) names.push(entry.id);
  assert.ok(names.includes('m') && names.includes('auto'), names.join());
});

await check('models.retrieve', async () => {
  assert.equal((await client.models.retrieve('m')).id, 'm');
  assert.equal((await thrown(() => client.models.retrieve('nobody-has-it'))).status, 404);
});

await check('abort in the middle of a stream lets the upstream go', async () => {
  await upstream.reset();
  const stream = await client.chat.completions.create({ model: 'mock-hang-mid', messages, stream: true });
  for await (const chunk of stream) {
    if (chunk.choices[0].delta.content) stream.controller.abort();
  }
  await until(async () => (await upstream.state()).aborted === 1);
});

await check('abort before the answer lets the upstream go', async () => {
  await upstream.reset();
  const abort = new AbortController();
  const pending = client.chat.completions.create({ model: 'mock-hang-head', messages }, { signal: abort.signal });
  pending.catch(() => {});
  await until(async () => (await upstream.state()).active === 1);
  abort.abort();
  assert.equal((await thrown(() => pending)).constructor.name, 'APIUserAbortError');
  await until(async () => (await upstream.state()).aborted === 1);
});

await check('files, batches, images, moderations and sound pass', async () => {
  const file = await client.files.create({ file: new File(['{"a":1}'], 'a.jsonl'), purpose: 'batch' });
  assert.equal(file.id, 'file-1');
  assert.equal((await client.files.list()).data[0].id, 'file-1');
  assert.equal(await (await client.files.content('file-1')).text(), 'one\r\ntwo\0three');
  assert.equal((await client.files.delete('file-1')).deleted, true);
  const batch = { input_file_id: 'file-1', endpoint: '/v1/chat/completions', completion_window: '24h' };
  assert.equal((await client.batches.create(batch)).id, 'batch_1');
  assert.equal((await client.images.generate({ model: 'm', prompt: 'a' })).data[0].b64_json, 'aW1hZ2U=');
  assert.equal((await client.moderations.create({ input: 'a' })).results[0].flagged, false);
  const sound = await client.audio.speech.create({ model: 'm', voice: 'alloy', input: 'a' });
  assert.equal((await sound.arrayBuffer()).byteLength, 10_240);
  const heard = await client.audio.transcriptions.create({ file: new File(['abc'], 'a.wav'), model: 'm' });
  assert.match(heard.text, /^\d+ bytes$/);
});

await check('a file that is not there is NotFoundError', async () => {
  const error = await thrown(() => client.files.content('file-status-404'));
  assert.equal(error.constructor.name, 'NotFoundError');
  assert.equal(error.code, 'scripted');
  assert.match(error.requestID, /^req_/);
});

close();

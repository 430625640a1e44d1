// What the openai package makes of every failure that weir passes on or reports itself.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { check, close, thrown, until, upstream } from './checks.mjs';

const baseURL = `${process.env.BASE}/v1`;
const client = new OpenAI({ apiKey: process.env.KEY, baseURL });
const messages = [{ role: 'user', content: 'h' }];
const text = 'Hello from the mock upstream.';
const ask = (model, more) => client.chat.completions.create({ model, messages, max_tokens: 9, ...more });

async function listen(model) {
  let said = '';
  for await (const chunk of await ask(model, { stream: true })) said += chunk.choices[0]?.delta?.content ?? '';
  return said;
}

for (const model of ['mock-status-408-once', 'mock-status-409-once', 'mock-status-429-once', 'mock-status-500-once',
  'mock-status-503-once', 'mock-status-529-once', 'mock-429-retry-after-1-once', 'mock-429-retry-after-ms-300-once']) {
  await check(`${model} is tried again and succeeds`, async () => {
    await upstream.reset();
    const began = Date.now();
    const answer = await ask(model);
    assert.equal(answer.choices[0].message.content, text);
    assert.equal((await upstream.state()).requests, 2);
    if (model.includes('after-1-')) assert.ok(Date.now() - began >= 950, `${Date.now() - began} ms`);
    return `${Date.now() - began} ms`;
  });
}

for (const [status, kind] of [[400, 'BadRequestError'], [402, 'APIError'], [404, 'NotFoundError'], [413, 'APIError'],
  [422, 'UnprocessableEntityError']]) {
  await check(`status ${status} is not tried again`, async () => {
    await upstream.reset();
    const error = await thrown(() => ask(`mock-status-${status}`));
    assert.equal(error.status, status);
    assert.equal(error.constructor.name, kind);
    assert.equal(error.code, `mock_${status}`);
    assert.equal((await upstream.state()).requests, 1);
  });
}

await check('x-should-retry: false is obeyed', async () => {
  await upstream.reset();
  assert.equal((await thrown(() => ask('mock-429-should-retry-false'))).constructor.name, 'RateLimitError');
  assert.equal((await upstream.state()).requests, 1);
});

await check('a wrong key is AuthenticationError', async () => {
  const stranger = new OpenAI({ apiKey: 'weir_Nobody01_wrong', baseURL });
  const error = await thrown(() => stranger.chat.completions.create({ model: 'm', messages }));
  assert.equal(error.constructor.name, 'AuthenticationError');
  assert.equal(error.status, 401);
});

await check('an unknown model is NotFoundError model_not_found', async () => {
  const error = await thrown(() => ask('gpt-unheard-of'));
  assert.equal(error.constructor.name, 'NotFoundError');
  assert.equal(error.code, 'model_not_found');
});

await check('a bad request is BadRequestError and names the field', async () => {
  const error = await thrown(() => client.chat.completions.create({ model: 'm', messages: 'hi' }));
  assert.equal(error.constructor.name, 'BadRequestError');
  assert.match(error.param, /^messages/);
});

await check('what policy keeps here is refused and not tried again', async () => {
  await upstream.reset();
  const options = { headers: { 'x-weir-privacy': 'local_only' } };
  const error = await thrown(() => client.chat.completions.create({ model: 'm', messages }, options));
  assert.ok([403, 404].includes(error.status), String(error.status));
  assert.equal((await upstream.state()).requests, 0);
});

for (const [model, said] of [['mock-comments', text], ['mock-crlf', text], ['mock-no-space', text],
  ['mock-extra-fields', text], ['mock-bytewise', 'Hé 😀 ' + text]]) {
  await check(`stream of ${model}`, async () => assert.equal(await listen(model), said));
}

for (const model of ['mock-stream-error', 'mock-no-done', 'mock-reset-mid', 'mock-eof-mid', 'mock-bad-json',
  'mock-hang-mid']) {
  await check(`stream of ${model} is an error, never a short answer`, async () => {
    const error = await thrown(() => listen(model));
    assert.ok(error instanceof OpenAI.APIError, error.constructor.name);
    assert.ok(error.message);
  });
}

await check('a timeout of the client lets the upstream go', async () => {
  await upstream.reset();
  const impatient = new OpenAI({ apiKey: process.env.KEY, baseURL, timeout: 300, maxRetries: 0 });
  const error = await thrown(() => impatient.chat.completions.create({ model: 'mock-slow-head-3000', messages }));
  assert.equal(error.constructor.name, 'APIConnectionTimeoutError');
  await until(async () => (await upstream.state()).aborted === 1, 2000);
});

close();

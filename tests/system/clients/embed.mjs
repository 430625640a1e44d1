// The openai package against an embedding model in the program itself; VECTOR is what the tokens TOKENS have.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { check, close, thrown } from './checks.mjs';

const client = new OpenAI({ apiKey: process.env.KEY, baseURL: `${process.env.BASE}/v1` });
const model = 'embedder';
const tokens = JSON.parse(process.env.TOKENS);
const expected = JSON.parse(process.env.VECTOR);
const create = (options) => client.embeddings.create({ model, ...options });
const distance = (a, b) => Math.hypot(...a.map((value, i) => value - b[i]));
const length = (vector) => Math.hypot(...vector);

await check('a vector, which the package asks for in base64', async () => {
  const { data, response } = await create({ input: tokens }).withResponse();
  assert.equal(response.headers.get('x-weir-route'), 'local');
  assert.equal(data.object, 'list');
  assert.equal(data.model, model);
  assert.equal(data.data.length, 1);
  assert.ok(distance(data.data[0].embedding, expected) < 1e-5);
  assert.deepEqual(data.usage, { prompt_tokens: tokens.length, total_tokens: tokens.length });
});

await check('numbers and base64 are the same', async () => {
  const input = ['the cat', 'a', 'the cat'];
  const numbers = await create({ input, encoding_format: 'float' });
  const decoded = await create({ input });
  assert.deepEqual(decoded.data.map(({ index }) => index), [0, 1, 2]);
  numbers.data.forEach(({ embedding }, i) =>
    assert.deepEqual(embedding.map(Math.fround), Array.from(decoded.data[i].embedding)));
  const text = await create({ input: 'a', encoding_format: 'base64' });
  assert.equal(typeof text.data[0].embedding, 'string');
});

await check('lists of tokens', async () => {
  const { data } = await create({ input: [tokens, [2, 3], tokens] });
  assert.ok(distance(data[2].embedding, expected) < 1e-5);
  assert.deepEqual(data[0].embedding, data[2].embedding);
});

await check('dimensions', async () => {
  const [{ embedding }] = (await create({ input: 'the cat', dimensions: 8 })).data;
  assert.equal(embedding.length, 8);
  assert.ok(Math.abs(length(embedding) - 1) < 1e-6);
});

await check('refusals are errors of the package', async () => {
  for (const [options, param] of [[{ input: ['a', ''] }, 'input[1]'], [{ input: 'a', dimensions: 65 }, 'dimensions']]) {
    const error = await thrown(() => create(options));
    assert.equal(error.constructor.name, 'BadRequestError');
    assert.equal(error.param, param);
  }
  assert.equal((await thrown(() => create({ input: 'a', model: 'nobody' }))).code, 'model_not_found');
});

close();

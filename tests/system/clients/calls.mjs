// The openai package and a model in the program itself that thinks and calls tools: CALLS
// is what it calls, THOUGHT and TOLD what it thinks before and says with the results.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { check, close } from './checks.mjs';

const client = new OpenAI({ apiKey: process.env.KEY, baseURL: `${process.env.BASE}/v1` });
const { THOUGHT, TOLD } = process.env;
const CALLS = JSON.parse(process.env.CALLS);
const parameters = { type: 'object', properties: { city: { type: 'string' }, zone: { type: 'string' } } };
const called = [];
const runnable = CALLS.map(([name]) => ({
  type: 'function',
  function: { name, parameters, parse: JSON.parse, function: async (args) => { called.push([name, args]); return 'sunny'; } },
}));
const tools = CALLS.map(([name]) => ({ type: 'function', function: { name, parameters } }));
const ask = { model: 'local', temperature: 0, max_tokens: 99, messages: [{ role: 'user', content: 'Wien?' }] };
const calls = (message) => message.tool_calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)]);

await check('a whole answer has its calls', async () => {
  const { message, finish_reason: finish } = (await client.chat.completions.create({ ...ask, tools })).choices[0];
  assert.deepEqual(calls(message), CALLS);
  assert.equal(message.content, null);
  assert.equal(message.reasoning_content, THOUGHT);
  assert.equal(finish, 'tool_calls');
});

await check('the stream helper puts them together', async () => {
  let thought = '';
  const stream = client.chat.completions.stream({ ...ask, tools });
  stream.on('chunk', (chunk) => { thought += chunk.choices[0]?.delta?.reasoning_content ?? ''; });
  const { message, finish_reason: finish } = (await stream.finalChatCompletion()).choices[0];
  assert.deepEqual(calls(message), CALLS);
  assert.equal(message.content, null);
  assert.equal(thought, THOUGHT);
  assert.equal(finish, 'tool_calls');
});

for (const stream of [false, true]) {
  await check(`runTools calls them and gets the answer${stream ? ', streamed' : ''}`, async () => {
    called.length = 0;
    const runner = client.chat.completions.runTools({ ...ask, tools: runnable, stream });
    assert.equal(await runner.finalContent(), TOLD);
    assert.deepEqual(called, CALLS);
  });
}

await check('tool_choice none gets no call', async () => {
  const { message } = (await client.chat.completions.create({ ...ask, tools, tool_choice: 'none' })).choices[0];
  assert.equal(message.tool_calls, undefined);
});

close();

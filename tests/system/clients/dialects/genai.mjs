// npm @google/genai.
import assert from 'node:assert/strict';
import { ApiError, GoogleGenAI } from '@google/genai';
import { check, close, thrown } from '../checks.mjs';
import { base, checkCalls, checkCity, checkUsage, citySchema, each, functions, key, local, targets } from './targets.mjs';

const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: base } });
const tools = [{ functionDeclarations: functions.map(({ parameters, ...rest }) => ({ ...rest, parametersJsonSchema: parameters })) }];
const fixed = { systemInstruction: 'Be brief.', temperature: 0, maxOutputTokens: 200 };
const asked = (model, config, contents = 'Wien?') => ({ model, contents, config: { ...fixed, ...config } });
const ask = (...all) => client.models.generateContent(asked(...all));
const called = (calls) => calls.map(({ name, args }) => [name, args]);
const counts = (usage) => ({
  prompt: usage.promptTokenCount, cached: usage.cachedContentTokenCount ?? 0, output: usage.candidatesTokenCount,
});

async function streamed(...all) {
  const found = { text: '', thought: '', calls: [], usage: undefined };
  for await (const chunk of await client.models.generateContentStream(asked(...all))) {
    for (const part of chunk.candidates?.[0]?.content?.parts ?? []) {
      if (part.functionCall) found.calls.push(part.functionCall);
      found[part.thought ? 'thought' : 'text'] += part.text ?? '';
    }
    found.usage = chunk.usageMetadata ?? found.usage;
  }
  return found;
}

await each('normal', 'text', async (target, model) => {
  const answer = await ask(model);
  assert.equal(answer.text, target.text);
  assert.equal(answer.candidates[0].finishReason, 'STOP');
  checkUsage(target, counts(answer.usageMetadata));
});

await each('normal', 'streamed text', async (target, model) => {
  const { text, usage } = await streamed(model);
  assert.equal(text, target.text);
  checkUsage(target, counts(usage));
});

for (const kind of ['tools', 'parallel']) {
  await each(kind, `calls of ${kind}`, async (target, model) => {
    checkCalls(called((await ask(model, { tools })).functionCalls), target, kind);
    checkCalls(called((await streamed(model, { tools })).calls), target, kind);
  });
}

await each('parallel', 'a loop of tools', async (target, model) => {
  const question = { role: 'user', parts: [{ text: 'Wien?' }] };
  const first = await ask(model, { tools }, [question]);
  const results = first.functionCalls.map(({ id, name }) => ({ functionResponse: { id, name, response: { output: 'sunny' } } }));
  const history = [question, first.candidates[0].content, { role: 'user', parts: results }];
  assert.equal((await ask(model, { tools }, history)).text, target.told);
});

await each('thinks', 'thoughts', async (target, model) => {
  const config = { thinkingConfig: { includeThoughts: true } };
  const { parts } = (await ask(model, config)).candidates[0].content;
  assert.equal(parts.filter(({ thought }) => thought).map(({ text }) => text).join(''), target.thought);
  const found = await streamed(model, config);
  assert.deepEqual([found.thought, found.text], [target.thought, target.text]);
});

await each('normal', 'a JSON schema', async (_, model) => {
  const config = { responseMimeType: 'application/json', responseJsonSchema: citySchema };
  checkCity(JSON.parse((await ask(model, config)).text));
});

await each('normal', 'a chat of two turns', async (target, model) => {
  const chat = client.chats.create({ model, config: fixed });
  await chat.sendMessage({ message: 'a' });
  assert.equal((await chat.sendMessage({ message: 'b' })).text, target.text);
});

await each('refused', 'an error', async (_, model) => {
  for (const call of [() => ask(model), () => streamed(model)]) {
    const error = await thrown(call);
    assert.ok(error instanceof ApiError, error.constructor.name);
    assert.equal(error.status, 429);
  }
});

await each('broken', 'an error in a stream', async (_, model) => {
  const error = await thrown(() => streamed(model));
  assert.ok(error instanceof ApiError, `${error.constructor.name} ${error.message}`);
});

await check('countTokens', async () => {
  for (const { models } of targets) {
    assert.ok((await client.models.countTokens({ model: models.normal, contents: 'Wien?' })).totalTokens > 0);
  }
});

await check('embedContent', async () => {
  const { embeddings } = await client.models.embedContent({ model: local.models.embedder, contents: ['a', 'b'] });
  assert.deepEqual(embeddings.map(({ values }) => values.length), [64, 64]);
});

await check('models', async () => {
  const names = [];
  for await (const model of await client.models.list()) names.push(model.name);
  assert.ok(names.includes('models/chat-normal') && names.includes(`models/${local.models.normal}`), names.join());
  assert.equal((await client.models.get({ model: 'gemini-normal' })).name, 'models/gemini-normal');
});

close();

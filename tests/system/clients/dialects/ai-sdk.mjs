// npm ai with the providers of npm @ai-sdk: each dialect that they have.
import assert from 'node:assert/strict';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle, createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, Output, embedMany, generateText, isStepCount, streamText, tool } from 'ai';
import { z } from 'zod';
import { check, close, thrown } from '../checks.mjs';
import { base, checkCalls, checkCity, checkUsage, each, functions, key, local } from './targets.mjs';

const v1 = { apiKey: key, baseURL: `${base}/v1` };
const openai = createOpenAI(v1);
const google = (createGoogle ?? createGoogleGenerativeAI)({ apiKey: key, baseURL: `${base}/v1beta` });
const providers = {
  'openai, responses': openai,
  'openai, chat': openai.chat,
  'openai-compatible': createOpenAICompatible({ ...v1, name: 'weir', includeUsage: true, supportsStructuredOutputs: true }),
  anthropic: createAnthropic(v1),
  google,
};
const fixed = { prompt: 'Wien?', instructions: 'Be brief.', temperature: 0, maxOutputTokens: 200, maxRetries: 0 };
const counts = (usage) => ({
  prompt: usage.inputTokens, cached: usage.inputTokenDetails?.cacheReadTokens ?? usage.cachedInputTokens ?? 0, output: usage.outputTokens,
});

function toolsSeen(seen) {
  return Object.fromEntries(functions.map(({ name, description, parameters: { required: [field] } }) => [name, tool({
    description,
    inputSchema: z.object({ [field]: z.string() }),
    execute: async (input) => { seen.push([name, input]); return 'sunny'; },
  })]));
}

for (const [provider, modelOf] of Object.entries(providers)) {
  await each('normal', `${provider}: text`, async (target, model) => {
    const answer = await generateText({ ...fixed, model: modelOf(model) });
    assert.equal(answer.text, target.text);
    assert.equal(answer.finishReason, 'stop');
    checkUsage(target, counts(answer.usage));
  });

  await each('normal', `${provider}: streamed text`, async (target, model) => {
    const answer = streamText({ ...fixed, model: modelOf(model) });
    let said = '';
    for await (const piece of answer.textStream) said += piece;
    assert.equal(said, target.text);
    checkUsage(target, counts(await answer.usage));
  });

  // That provider refers to a thought instead of sending it, and nothing is kept here.
  await each('parallel', `${provider}: a loop of tools`, async (target, model) => {
    for (const run of [generateText, streamText]) {
      const seen = [];
      const answer = run({ ...fixed, model: modelOf(model), tools: toolsSeen(seen), stopWhen: isStepCount(3) });
      assert.equal(await (await answer).text, target.told);
      checkCalls(seen, target, 'parallel');
    }
  }, provider === 'openai, responses' ? ['local'] : []);

  await each('thinks', `${provider}: reasoning`, async (target, model) => {
    const answer = await generateText({ ...fixed, model: modelOf(model) });
    assert.equal(answer.text, target.text);
    if (provider !== 'openai, chat') assert.equal(answer.reasoningText, target.thought);
  });

  // The provider of anthropic asks for a call of a tool "json", which the other targets cannot be made to call.
  const forced = provider === 'anthropic';
  await each(forced ? 'tools' : 'normal', `${provider}: an object`, async (_, model) => {
    const output = Output.object({ schema: z.object({ city: z.enum(['x', 'Wien']) }) });
    checkCity((await generateText({ ...fixed, model: modelOf(model), output })).output);
  }, forced ? ['ollama', 'local'] : []);

  await each('refused', `${provider}: an error`, async (_, model) => {
    const error = await thrown(() => generateText({ ...fixed, model: modelOf(model) }));
    assert.ok(APICallError.isInstance(error), error.constructor.name);
    assert.equal(error.statusCode, 429);
  });

  await each('broken', `${provider}: an error in a stream`, async (_, model) => {
    const told = [];
    const answer = streamText({ ...fixed, model: modelOf(model), onError: ({ error }) => { told.push(error); } });
    await answer.consumeStream();
    assert.equal(told.length, 1);
  });
}

await check('embedMany', async () => {
  for (const { embedding, embeddingModel } of [openai, google]) {
    const model = (embeddingModel ?? embedding)(local.models.embedder);
    const { embeddings } = await embedMany({ model, values: ['a', 'b'], maxRetries: 0 });
    assert.deepEqual(embeddings.map(({ length }) => length), [64, 64]);
  }
});

close();

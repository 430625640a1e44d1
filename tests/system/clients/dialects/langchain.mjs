// npm @langchain/openai and @langchain/anthropic.
import assert from 'node:assert/strict';
import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { z } from 'zod';
import { check, close, thrown } from '../checks.mjs';
import { base, checkCalls, checkCity, checkUsage, each, functions, key, local } from './targets.mjs';

process.env.LANGSMITH_TRACING = 'false';
const configuration = { baseURL: `${base}/v1` };
const fixed = { apiKey: key, temperature: 0, maxTokens: 200, maxRetries: 0 };
const models = {
  chat: (model) => new ChatOpenAI({ ...fixed, model, configuration, useResponsesApi: false }),
  responses: (model) => new ChatOpenAI({ ...fixed, model, configuration, useResponsesApi: true }),
  anthropic: (model) => new ChatAnthropic({ ...fixed, model, anthropicApiUrl: base }),
};
const prompt = [new SystemMessage('Be brief.'), new HumanMessage('Wien?')];
const tools = functions.map(({ name, description, parameters: { required: [field] } }) =>
  tool(async () => 'sunny', { name, description, schema: z.object({ [field]: z.string() }) }));
const counts = (usage) => ({
  prompt: usage.input_tokens, cached: usage.input_token_details?.cache_read ?? 0, output: usage.output_tokens,
});

for (const [dialect, modelOf] of Object.entries(models)) {
  await each('normal', `${dialect}: text`, async (target, model) => {
    const answer = await modelOf(model).invoke(prompt);
    assert.equal(answer.text, target.text);
    checkUsage(target, counts(answer.usage_metadata));
  });

  await each('normal', `${dialect}: streamed text`, async (target, model) => {
    let all;
    for await (const chunk of await modelOf(model).stream(prompt)) all = all ? all.concat(chunk) : chunk;
    assert.equal(all.text, target.text);
    // The anthropic package adds up what a stream tells at its start and at its end.
    if (dialect !== 'anthropic') checkUsage(target, counts(all.usage_metadata));
  });

  await each('parallel', `${dialect}: a loop of tools`, async (target, model) => {
    const bound = modelOf(model).bindTools(tools);
    const first = await bound.invoke(prompt);
    checkCalls(first.tool_calls.map(({ name, args }) => [name, args]), target, 'parallel');
    const results = first.tool_calls.map(({ id }) => new ToolMessage({ tool_call_id: id, content: 'sunny' }));
    assert.equal((await bound.invoke([...prompt, first, ...results])).text, target.told);
  });

  await each('refused', `${dialect}: an error`, async (_, model) => {
    assert.match(String((await thrown(() => modelOf(model).invoke(prompt))).message), /429/);
  });
}

for (const dialect of ['chat', 'responses']) {
  await each('normal', `${dialect}: structured output`, async (_, model) => {
    const shape = z.object({ city: z.enum(['x', 'Wien']) });
    checkCity(await models[dialect](model).withStructuredOutput(shape, { method: 'jsonSchema' }).invoke(prompt));
  });
}

await check('embeddings', async () => {
  const embeddings = new OpenAIEmbeddings({ apiKey: key, model: local.models.embedder, configuration });
  assert.deepEqual((await embeddings.embedDocuments(['a', 'b'])).map(({ length }) => length), [64, 64]);
});

close();

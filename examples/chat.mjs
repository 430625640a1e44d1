// weir through the official openai package: npm install openai; node examples/chat.mjs ["a question"]
//
// Only the base URL differs from talking to a provider. WEIR_URL, WEIR_KEY and
// WEIR_MODEL_NAME change where, as whom and what is asked.
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: (process.env.WEIR_URL ?? "http://127.0.0.1:8090") + "/v1",
  apiKey: process.env.WEIR_KEY ?? "none",
});
const question = {
  model: process.env.WEIR_MODEL_NAME ?? "auto",
  max_tokens: 60,
  messages: [{ role: "user", content: process.argv[2] ?? "Once upon a time" }],
};

const { data, response } = await client.chat.completions.create(question).withResponse();
const told = (name) => response.headers.get(`x-weir-${name}`) ?? "?";
console.log(data.choices[0].message.content);
console.log(`-- ${told("route")}, ${told("reason")}: ${data.usage.total_tokens} tokens, ` +
  `${told("cost-usd")} USD, saved ${told("saved-usd")} USD`);

for await (const chunk of await client.chat.completions.create({ ...question, stream: true })) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}
console.log();

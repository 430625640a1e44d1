// Who can be behind weir: an upstream of each dialect, and models in the program. TARGETS says what each of them says.
import assert from 'node:assert/strict';
import { check } from '../checks.mjs';

export const base = process.env.BASE;
export const key = process.env.KEY;
export const targets = JSON.parse(process.env.TARGETS);
export const local = targets.find(({ name }) => name === 'local');

const cityOnly = { type: 'object', properties: { city: { type: 'string', enum: ['x', 'Wien'] } }, required: ['city'], additionalProperties: false };
const zoneOnly = { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'], additionalProperties: false };
export const functions = [
  { name: 'get_weather', description: 'The weather of a city.', parameters: cityOnly },
  { name: 'get_time', description: 'The time of a zone.', parameters: zoneOnly },
];
export const citySchema = cityOnly;

// One check for each target that has a model for it and is not excepted.
export async function each(kind, name, body, except = []) {
  for (const target of targets) {
    const model = target.models[kind];
    if (model && !except.includes(target.name)) await check(`${name}, over ${target.name}`, () => body(target, model));
  }
}

// `calls` are pairs of a name and its arguments.
export function checkCalls(calls, target, kind) {
  assert.deepEqual(calls, target.calls[kind]);
}

export function checkUsage(target, counts) {
  if (target.usage) assert.deepEqual(counts, target.usage);
  else assert.ok(counts.prompt > 0 && counts.output > 0, JSON.stringify(counts));
}

export function checkCity(value) {
  assert.deepEqual(Object.keys(value), ['city']);
  assert.equal(typeof value.city, 'string');
}

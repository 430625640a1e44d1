// A list of checks with their closing line. Exit code 1 if one failed.
import assert from 'node:assert/strict';

let passed = 0;
let failed = 0;

export async function check(name, body) {
  try {
    const note = await body();
    passed += 1;
    console.log(`PASS ${name}${note === undefined ? '' : ' ' + JSON.stringify(note).slice(0, 120)}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}: ${error.constructor.name}: ${String(error.message).slice(0, 600)}`);
  }
}

// What `body` throws; a failure if it does not.
export async function thrown(body) {
  try {
    await body();
  } catch (error) {
    return error;
  }
  assert.fail('nothing was thrown');
}

const mock = process.env.MOCK;

export const upstream = {
  reset: () => fetch(`${mock}/_mock/reset`, { method: 'POST' }),
  state: async () => (await fetch(`${mock}/_mock/state`)).json(),
  requests: async () => (await fetch(`${mock}/_mock/requests`)).json(),
};

export async function until(condition, ms = 5000) {
  const end = Date.now() + ms;
  for (;;) {
    if (await condition()) return;
    assert.ok(Date.now() < end, 'waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function close() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

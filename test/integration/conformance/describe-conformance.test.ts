import { describeConformance } from 'ablate-ml/testing';
import { definePlugin, z } from 'ablate-ml';
import { expect, test } from 'vitest';
import negativeRate from './bad/negative-rate.ts';

const falling = definePlugin({
  kind: 'schedule',
  name: 'falling',
  summary: 'falls',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => ({ rate: ({ epoch }) => 1 / (1 + epoch) }),
});

/** A test runner that keeps what is registered. */
function runner() {
  const groups: string[] = [];
  const tests = new Map<string, () => Promise<void>>();
  return {
    groups,
    tests,
    describe: (name: string, body: () => void) => {
      groups.push(name);
      body();
    },
    it: (name: string, body: () => Promise<void>) => void tests.set(name, body),
  };
}

test('each rule becomes a test of its own', async () => {
  const { describe, it, groups, tests } = runner();
  describeConformance(falling, { describe, it });
  expect(groups).toEqual(['schedule falling conforms']);
  expect([...tests.keys()]).toEqual([
    'every rate is finite and not negative',
    'the rate is a pure function of the progress',
  ]);
  for (const body of tests.values()) await expect(body()).resolves.toBeUndefined();
});

test('a broken rule is an error that says which rule, where and why', async () => {
  const { describe, it, tests } = runner();
  describeConformance(negativeRate, { describe, it });
  await expect(tests.get('every rate is finite and not negative')!()).rejects.toThrow(
    /^every rate is finite and not negative \(step 10\d of 200\): The rate is -.*climbs the loss/,
  );
  await expect(tests.get('the rate is a pure function of the progress')!()).resolves.toBeUndefined();
});

test('reference cases that hold none for the plugin are an error, not a pass', async () => {
  const { describe, it, tests } = runner();
  describeConformance(falling, {
    describe,
    it,
    vectors: new URL('../../reference/vectors/softmax.json', import.meta.url),
  });
  await expect(tests.get('agrees with the reference cases')!()).rejects.toThrow(/none of the schedule "falling"/);
});

import type { PluginManifest } from 'ablate-ml';
import { expect, test } from 'vitest';
import { referenceRates } from '#test/reference-rates';
import plugin from './index.ts';

referenceRates(plugin as unknown as PluginManifest<'schedule'>);

test.each([
  [{ of: [{ constant: { rate: 1 } }, { constant: { rate: 2 } }], at: [] }, 'at has one epoch for each schedule'],
  [{ of: ['a', 'b', 'c'], at: [3, 3] }, 'the epochs of at rise'],
])('%o is refused', (options, message) => {
  expect(plugin.schema.safeParse(options).error?.issues[0]?.message).toContain(message);
});

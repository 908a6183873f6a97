import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { hierarchicalContrastive, type HierarchicalContrastiveOptions } from './hierarchical-contrastive.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<HierarchicalContrastiveOptions> = {}) =>
  withParts(hierarchicalContrastive, { ...plugin.schema.parse({}), ...options });
// Two unit vectors of class 0 at cosine 0.6, and one of class 1 at cosine 0 to the first and 0.8 to the second.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

test('the mean over the levels of the weighted supervised contrastive loss', () => {
  // Classes: (ln(e^0.6 + 1) − 0.6 + ln(e^0.6 + e^0.8) − 0.6) / 2, weight 2; one group of all three, weight 1.
  const loss = make({ temperature: 1, levelWeights: [1, 2], groups: [[0, 0]] });
  expect(outcomeOf(loss, rows, labels).value).toBeCloseTo(0.985601, 5);
});

test('levels that the groups do not describe are refused', async () => {
  const options = plugin.schema.parse({ levelWeights: [1, 2] });
  await expect(async () => plugin.create(options, { classes: 2 } as never)).rejects.toThrow(
    '2 levels, of which groups describes 0',
  );
  const short = plugin.schema.parse({ levelWeights: [1, 2], groups: [[0]] });
  await expect(async () => plugin.create(short, { classes: 2 } as never)).rejects.toThrow(
    '1 numbers for 2 training classes',
  );
});

pairLossEdges(() => make());

test('a temperature of 0 is refused with the reason', () => {
  expect(plugin.schema.safeParse({ temperature: 0 }).error?.issues[0]?.message).toMatch(/temperature must be above 0/);
});

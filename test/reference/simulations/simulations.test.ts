import { readFileSync } from 'node:fs';
import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, it } from 'vitest';
import { falseFindings, neededPairs } from './comparisons.ts';
import { coverage } from './coverage.ts';

// With fewer draws than the tables of docs/concepts/comparing.md have (tables.ts), and the same seeds each time.
beforeAll(() => tf.setBackend('cpu'));

describe('three losses that are equal', () => {
  it.each([3, 10])('are called different in at most 6 % of the comparisons of %i seeds', (seeds) => {
    expect(falseFindings({ losses: 3, folds: 1, seeds, ofTraining: 0 }, 3000, 1)).toBeLessThanOrEqual(0.06);
    // On four folds as long as no more than a third of what differs comes from the training sets, which folds share.
    for (const ofTraining of [0, 0.3]) {
      expect(
        falseFindings({ losses: 3, folds: 4, seeds, ofTraining }, 3000, 1),
        `${ofTraining} of the variance`,
      ).toBeLessThanOrEqual(0.06);
    }
  });
});

describe('pairs needed', () => {
  it.each([
    { effect: 1, pairs: 5, correlation: 0 },
    { effect: 0.5, pairs: 10, correlation: 0 },
    { effect: 1.5, pairs: 12, correlation: 0.25 },
  ])('are right within a quarter: effect $effect from $pairs pairs, correlation $correlation', (difference) => {
    const { told, needed } = neededPairs(difference, 400, 1);
    expect(Math.abs(told - needed)).toBeLessThanOrEqual(Math.max(1, needed / 4));
  });
});

describe('95 % intervals over classes drawn at random', () => {
  /**
   * Over images, for the classes of a closed set are no sample; and of metrics for which other classes are references.
   */
  const narrower = ['accuracy', 'Recall@1', 'precision@1'];
  const told = readFileSync(new URL('../../../docs/concepts/comparing.md', import.meta.url), 'utf8')
    .split('## Do the intervals hold the truth')[1]!
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .flatMap(([, metrics, ...cells]) => metrics!.split(', ').map((metric) => [metric.replaceAll('`', ''), ...cells]));
  it('hold the truth about as often as they say', { timeout: 120_000 }, async () => {
    const found = await coverage({ classes: 10, images: 6 }, 40, 100);
    expect(found.length).toBeGreaterThan(15);
    const others = found.filter(({ metric }) => !narrower.includes(metric));
    for (const { metric, width } of others) expect(width, metric).toBeGreaterThan(0.8);
    const mean = others.reduce((sum, { covered }) => sum + covered, 0) / others.length;
    expect(mean).toBeGreaterThan(0.9);
    expect(mean).toBeLessThan(0.99);
    expect(new Set(told.map(([metric]) => metric))).toEqual(new Set(found.map(({ metric }) => metric)));
  });

  it('have a row of the page each, with a reason where they hold it in fewer or more draws than they say', () => {
    for (const [metric, ...cells] of told) {
      const shares = cells.slice(0, 2).map((cell) => Number.parseFloat(cell!));
      const isOutside = shares.some((share) => share < 93 || share > 97);
      expect(
        shares.every((share) => share > 80 && share <= 100),
        metric,
      ).toBe(true);
      expect(cells[2] !== '', metric).toBe(isOutside);
    }
  });
});

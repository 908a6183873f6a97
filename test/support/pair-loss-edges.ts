import { type Random, RandomStreams, tf, type Loss } from 'ablate-ml';
import { expect, test } from 'vitest';
import { outcomeOf, type Outcome } from './outcome-of.ts';

const rowsOf = (random: Random, rows: number, dim: number, scale = 1): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: dim }, () => scale * random.normal()));
const isFinite = ({ value, gradient }: Outcome): boolean => [value, ...gradient.flat()].every(Number.isFinite);
const isNothing = ({ value, gradient }: Outcome): boolean =>
  value === 0 && gradient.flat().every((number) => number === 0);

/**
 * What every loss that compares images within the batch must stand: registered as tests under the current `describe`.
 */
export function pairLossEdges(make: () => Loss): void {
  const random = (): Random => new RandomStreams(5).stream('edges');

  test('a batch of one has nothing to compare: value 0, gradient 0', () => {
    expect(outcomeOf(make(), rowsOf(random(), 1, 4), [3])).toSatisfy(isNothing);
  });

  test('one class, no positives, equal rows, rows of zeros: finite', () => {
    const loss = make();
    const rows = rowsOf(random(), 6, 4);
    expect(outcomeOf(loss, rows, [2, 2, 2, 2, 2, 2])).toSatisfy(isFinite);
    expect(outcomeOf(loss, rows, [0, 1, 2, 3, 4, 5])).toSatisfy(isFinite);
    expect(outcomeOf(loss, [rows[0]!, rows[0]!, rows[1]!, rows[1]!], [0, 0, 1, 1])).toSatisfy(isFinite);
    expect(outcomeOf(loss, [rows[0]!, rows[0]!, rows[0]!, rows[0]!], [0, 0, 1, 1])).toSatisfy(isFinite);
    expect(
      outcomeOf(
        loss,
        [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 0],
        ],
        [0, 0, 1, 1],
      ),
    ).toSatisfy(isFinite);
  });

  test.each([1e-6, 1e4])('embeddings of norm %f: finite', (norm) => {
    expect(outcomeOf(make(), rowsOf(random(), 8, 4, norm / 2), [0, 0, 1, 1, 2, 2, 3, 3])).toSatisfy(isFinite);
  });

  test('a batch of 128 in 32 classes leaves no tensor behind', () => {
    const loss = make();
    const rows = rowsOf(random(), 128, 16);
    const labels = rows.map((_, index) => index % 32);
    const before = tf.memory().numTensors;
    for (let step = 0; step < 3; step++) expect(outcomeOf(loss, rows, labels, step)).toSatisfy(isFinite);
    expect(tf.memory().numTensors).toBe(before);
  });
}

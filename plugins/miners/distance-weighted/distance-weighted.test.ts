import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenBy, minerEdges } from '#test/chosen-by';
import { distanceWeighted } from './distance-weighted.ts';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('distance-weighted', () => {
  const make = (options: object, uniform = 0) =>
    distanceWeighted(plugin.schema.parse(options), {
      streams: { stream: () => ({ uniform: () => uniform }) } as unknown as RandomStreams,
    });
  // Angles of 0, 60, 90 and 120 degrees: distances 1, √2 and √3 from the first row.
  const rows = [0, 60, 90, 120].map((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]);
  const labels = [0, 0, 1, 2];

  test('in the plane the weight is √(1 − d²/4), for any d', () => {
    // From the second row the negatives lie at 2 sin 15° = 0.517638 and 1: weights √(1 − 0.066987) and √¾.
    const { triplets } = chosenBy(make({ draw: 'expected', beyond: 2 }), rows, labels, true);
    const [near, far] = [0.965926, 0.866025].map((weight) => weight / (0.965926 + 0.866025));
    expect(triplets).toContain(`1 0 2 × ${near!.toFixed(4)}`);
    expect(triplets).toContain(`1 0 3 × ${far!.toFixed(4)}`);
  });

  test('the first negative whose running sum exceeds the draw', () => {
    expect(chosenBy(make({ beyond: 2 }, 0.5), rows, labels).triplets).toEqual(['0 1 2', '1 0 2']);
    expect(chosenBy(make({ beyond: 2 }, 0.9), rows, labels).triplets).toEqual(['0 1 3', '1 0 3']);
    expect(chosenBy(make({ beyond: 2 }, 1), rows, labels).triplets).toEqual(['0 1 3', '1 0 3']);
  });

  test('negatives beyond are not drawn', () => {
    expect(chosenBy(make({ beyond: 1.2 }, 0.9), rows, labels).triplets).toEqual(['1 0 3']);
  });

  test('every draw of a step is its own: the same again, another in the next', () => {
    const miner = distanceWeighted(plugin.schema.parse({}), { streams: new RandomStreams(1) });
    const many = Array.from({ length: 16 }, (_, index) => [Math.cos(index), Math.sin(index), Math.sin(2 * index)]);
    const classes = many.map((_, index) => index % 4);
    const at = (step: number) => chosenBy(miner, many, classes, false, step).triplets;
    expect(at(3)).toEqual(at(3));
    expect(at(4)).not.toEqual(at(3));
  });

  minerEdges(() => make({}, 0.5));
});

import { tf, type Scores } from 'ablate-ml';
import { cosineScores } from 'ablate-ml/losses';
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenBy } from '#test/chosen-by';
import { nearestClasses } from './nearest-classes.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('nearest-classes', () => {
  // Class weights at 0, 30 and 90 degrees; the batch has two rows of each class.
  const classWeights = tf.tensor2d([
    [1, 0],
    [0.866, 0.5],
    [0, 1],
  ]);
  const labels = [0, 0, 1, 1, 2, 2];
  const rows = labels.map((label) => [label, 1]);
  const scores = (): Scores => cosineScores(tf.tensor2d(rows), classWeights, tf.tensor1d(labels, 'int32'));

  test('the nearest class of each', () => {
    const { negativePairs } = chosenBy(nearestClasses({ classes: 1 }), rows, labels, false, 0, scores());
    expect(negativePairs).toEqual(['0 2', '0 3', '1 2', '1 3', '2 0', '2 1', '3 0', '3 1', '4 2', '4 3', '5 2', '5 3']);
    expect(chosenBy(nearestClasses({ classes: 2 }), rows, labels, false, 0, scores()).negativePairs).toHaveLength(24);
  });

  test('without a head it says what to write', () => {
    expect(() => chosenBy(nearestClasses({ classes: 1 }), rows, labels)).toThrow(/no class weights/);
  });
});

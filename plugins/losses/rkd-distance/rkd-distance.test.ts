import { tf, type LossInput } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { rkdDistance } from './rkd-distance.ts';

beforeAll(() => tf.setBackend('cpu'));

const inputOf = (student: number[][], teacher: number[][]): LossInput => ({
  embedding: tf.tensor2d(student),
  labels: tf.zeros([student.length], 'int32'),
  rows: tf.range(0, student.length, 1, 'int32'),
  teacher: tf.tensor2d(teacher),
  step: 0,
});

const line = [[0], [1], [3]];

test('distances are compared as shares of their mean', () => {
  // 1/2, 1, 3/2 of the student's, 1 each of the equilateral teacher's: 2 (1/8 + 1/8) / 9
  const teacher = [
    [0, 0],
    [1, 0],
    [0.5, Math.sqrt(0.75)],
  ];
  expect(rkdDistance().forward(inputOf(line, teacher)).value.dataSync()[0]).toBeCloseTo(1 / 18, 5);
});

test('a teacher of another scale and another number of columns asks for nothing', () => {
  const teacher = [
    [0, 0],
    [0, 5],
    [0, 15],
  ];
  expect(rkdDistance().forward(inputOf(line, teacher)).value.dataSync()[0]).toBeCloseTo(0, 6);
  expect(
    rkdDistance()
      .forward(inputOf([[7]], [[1, 2]]))
      .value.dataSync()[0],
  ).toBe(0);
});

import { tf, type LossInput } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { rkdAngle } from './rkd-angle.ts';

beforeAll(() => tf.setBackend('cpu'));

const inputOf = (student: number[][], teacher: number[][]): LossInput => ({
  embedding: tf.tensor2d(student),
  labels: tf.zeros([student.length], 'int32'),
  rows: tf.range(0, student.length, 1, 'int32'),
  teacher: tf.tensor2d(teacher),
  step: 0,
});

const corner = [
  [0, 0],
  [1, 0],
  [0, 1],
];

test('angles of a right triangle against those of a line', () => {
  // Cosines 0, √½, √½ against 1, −1, 1: Huber ½, 1.2071 and 0.0429, each of two triples of 27.
  const value = rkdAngle()
    .forward(inputOf(corner, [[0], [1], [2]]))
    .value.dataSync()[0];
  expect(value).toBeCloseTo(3.5 / 27, 5);
});

test('a shifted, turned and scaled teacher asks for nothing, nor does a batch of two', () => {
  expect(
    rkdAngle()
      .forward(
        inputOf(corner, [
          [5, 5],
          [5, 7],
          [3, 5],
        ]),
      )
      .value.dataSync()[0],
  ).toBeCloseTo(0, 6);
  expect(
    rkdAngle()
      .forward(
        inputOf(
          [
            [0, 0],
            [1, 2],
          ],
          [[3], [1]],
        ),
      )
      .value.dataSync()[0],
  ).toBeCloseTo(0, 6);
});

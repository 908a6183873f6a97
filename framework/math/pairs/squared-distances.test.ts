import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { euclideanDistances } from './euclidean-distances.ts';
import { squaredDistances } from './squared-distances.ts';

beforeAll(() => tf.setBackend('cpu'));

const random = new RandomStreams(3).stream('rows');
const rowsOf = (rows: number, dim: number, offset = 0): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: dim }, () => offset + random.normal()));

describe('distances', () => {
  test('of rows to other rows', () => {
    const [a, b] = [
      tf.tensor2d([
        [0, 0],
        [3, 4],
      ]),
      tf.tensor2d([
        [0, 0],
        [0, 4],
        [6, 8],
      ]),
    ];
    expect(squaredDistances(a, b).arraySync()).toEqual([
      [0, 16, 100],
      [25, 9, 25],
    ]);
    expect(euclideanDistances(a, b).arraySync()).toEqual([
      [0, 4, 10],
      [5, 3, 5],
    ]);
  });

  test('a distance of 0 has gradient 0, the others are the unit vectors between the rows', () => {
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(euclideanDistances(x as tf.Tensor2D, x as tf.Tensor2D)))(
      tf.tensor2d([
        [1, 1],
        [1, 1],
        [4, 5],
      ]),
    );
    // Each of the two equal rows: twice −(0.6, 0.8); the third: four times as much the other way
    [
      [-1.2, -1.6],
      [-1.2, -1.6],
      [2.4, 3.2],
    ].forEach((row, index) =>
      row.forEach((value, column) =>
        expect((gradient.arraySync() as number[][])[index]![column]).toBeCloseTo(value, 5),
      ),
    );
  });

  test('near neighbors far from the origin keep their digits', () => {
    const far = tf.tensor2d([
      [10000, 0],
      [10000.125, 0],
    ]);
    expect(euclideanDistances(far, far).arraySync()[0]![1]).toBeCloseTo(0.125, 6);
  });

  test('too many differences to hold: by products, with the same values and gradients', () => {
    // 600 · 250 · 120 differences are above the limit; the first 10 rows alone are below.
    const [x, y] = [tf.tensor2d(rowsOf(600, 120, 30)), tf.tensor2d(rowsOf(250, 120, 30))];
    const some = tf.slice(x, 0, 10);
    const byProducts = squaredDistances(x, y);
    const byDifferences = squaredDistances(some, y);
    expect(tf.max(tf.abs(tf.sub(tf.slice(byProducts, 0, 10), byDifferences))).dataSync()[0]).toBeLessThan(0.01);
    const weights = tf.slice(tf.sin(byProducts), 0, 10);
    const [ofX, ofY] = tf.grads((a, b) =>
      tf.sum(tf.mul(tf.slice(squaredDistances(a as tf.Tensor2D, b as tf.Tensor2D), 0, 10), weights)),
    )([x, y]);
    const [ofSome, ofSameY] = tf.grads((a, b) =>
      tf.sum(tf.mul(squaredDistances(a as tf.Tensor2D, b as tf.Tensor2D), weights)),
    )([some, y]);
    expect(tf.max(tf.abs(tf.sub(tf.slice(ofX!, 0, 10), ofSome!))).dataSync()[0]).toBeLessThan(0.01);
    expect(tf.max(tf.abs(tf.slice(ofX!, 10))).dataSync()[0]).toBe(0);
    expect(tf.max(tf.abs(tf.sub(ofY!, ofSameY!))).dataSync()[0]).toBeLessThan(0.01);
  });
});

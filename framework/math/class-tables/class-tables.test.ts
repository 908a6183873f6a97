import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useDevice, type DeviceName } from '../../devices/devices.ts';
import type { ClassTable, TableStorage } from '../../contracts/class-table.ts';
import { createClassTable } from './create-class-table.ts';
import { DenseClassTable } from './dense-class-table.ts';
import { requireRoomForAll } from './require-room.ts';

const indices = (...labels: number[]): tf.Tensor1D => tf.tensor1d(labels, 'int32');
const all = async (table: ClassTable): Promise<number[]> => [...(await table.read(0, table.classes))];

/** As on a device that has nothing better, or whatever the storage gives. */
const tableIn = (storage: TableStorage | 'variable', classes: number, dim: number, draw?: () => number): ClassTable => {
  if (storage !== 'variable') return createClassTable(storage, classes, dim, draw);
  const table = new DenseClassTable(tf.tidy(() => tf.variable(tf.zeros([classes, dim]))));
  if (draw) table.fill(0, Float32Array.from({ length: classes * dim }, draw));
  return table;
};

describe.each<[DeviceName | 'auto', TableStorage | 'variable']>([
  ['cpu', 'variable'],
  ['auto', 'variable'],
  ['cpu', 'device'],
  ['cpu', 'host'],
  ['cpu', 'file'],
  ['auto', 'device'],
  ['auto', 'host'],
  ['auto', 'file'],
])('on %s, storage %s', (device, storage) => {
  let table: ClassTable;
  beforeAll(async () => void (await useDevice(device, { threads: 1 })));
  afterEach(() => table.dispose());

  test('begins with the numbers drawn, row by row, or with zeros', async () => {
    let next = 0;
    table = tableIn(storage, 4, 2, () => next++);
    expect(await all(table)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const zeros = table.zerosLike();
    expect(await all(zeros)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    zeros.fill(1, Float32Array.of(1, 2, 3, 4));
    expect(await all(zeros)).toEqual([0, 0, 1, 2, 3, 4, 0, 0]);
    expect(await all(table)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    zeros.dispose();
  });

  test('gathers, writes and adds rows in place; a row named twice gets both', async () => {
    table = tableIn(storage, 5, 2);
    table.write(
      indices(3, 0, 4),
      tf.tensor2d([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    );
    expect(await all(table)).toEqual([3, 4, 0, 0, 0, 0, 1, 2, 5, 6]);
    table.scatterAdd(
      indices(3, 1, 3),
      tf.tensor2d([
        [10, 10],
        [0.5, 0.5],
        [100, 100],
      ]),
    );
    expect(await all(table)).toEqual([3, 4, 0.5, 0.5, 0, 0, 111, 112, 5, 6]);
    expect(table.gather(indices(4, 4, 1)).arraySync()).toEqual([
      [5, 6],
      [5, 6],
      [0.5, 0.5],
    ]);
    expect([...(await table.read(1, 2))]).toEqual([0.5, 0.5]);
  });

  test('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    table = tableIn(storage, 5, 2, () => 1);
    const made = tf.memory().numTensors;
    const [labels, rows] = [indices(0, 2), tf.ones<tf.Rank.R2>([2, 2])];
    for (let step = 0; step < 5; step++) {
      table.write(labels, rows);
      table.scatterAdd(labels, rows);
      table.gather(labels).dispose();
    }
    tf.dispose([labels, rows]);
    expect(tf.memory().numTensors).toBe(made);
    table.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test.each<[TableStorage, string]>([
  ['device', "in this machine's memory"],
  ['host', 'Use head: {sampled: {storage: file}}'],
  ['file', 'on the disk of'],
])('storage %s: what cannot fit is refused with the bytes', async (storage, words) => {
  await useDevice('auto', { threads: 1 });
  const classes = 2 ** 40;
  expect(() => createClassTable(storage, classes, 512)).toThrow(
    `A matrix of ${classes} classes × 512 numbers needs ${4 * classes * 512} bytes`,
  );
  expect(() => createClassTable(storage, classes, 512)).toThrow(/where \d+ \([\d.]+ GiB\) are free/);
  try {
    createClassTable(storage, classes, 512);
  } catch (error) {
    expect(error).toMatchObject({ code: 'TOO_LARGE', message: expect.stringContaining(words) });
  }
});

test('class weights of a head that holds all of them are counted as often as a step holds them', async () => {
  await useDevice('auto', { threads: 1 });
  expect(() => requireRoomForAll(2 ** 40, 512)).toThrow(
    `4 matrices of ${2 ** 40} classes × 512 numbers need ${16 * 2 ** 40 * 512} bytes`,
  );
  expect(() => requireRoomForAll(2 ** 40, 512)).toThrow('Use head: {sampled: {storage: device}}');
  expect(() => requireRoomForAll(1000, 512)).not.toThrow();
});

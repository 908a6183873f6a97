import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { featureStore } from './feature-store.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'ablate-features-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const numbers = Float32Array.of(0.5, -1, 3e-8);
const computing = () => vi.fn(async () => numbers.slice());
const file = () => path.join(folder, 'features', readdirSync(path.join(folder, 'features'))[0]!);

it('computes what a key names once, for those who ask at the same time too', async () => {
  const store = featureStore(folder);
  const compute = computing();
  const both = await Promise.all([store.of('net', 'train', 3, compute), store.of('net', 'train', 3, compute)]);
  expect(both).toEqual([numbers, numbers]);
  expect(await store.of('net', 'train', 3, compute)).toBe(both[0]);
  expect(compute).toHaveBeenCalledTimes(1);
});

it('finds in another process what the first has computed, to the bit, and tells groups and keys apart', async () => {
  await featureStore(folder).of('net', 'train', 3, computing());
  const compute = computing();
  expect(await featureStore(folder).of('net', 'train', 3, compute)).toEqual(numbers);
  expect(compute).not.toHaveBeenCalled();
  await featureStore(folder).of('other', 'train', 3, compute);
  await featureStore(folder).of('net', 'test', 3, compute);
  expect(compute).toHaveBeenCalledTimes(2);
});

it.each([
  ['cut off', () => truncateSync(file(), 40)],
  [
    'changed',
    () => {
      const bytes = readFileSync(file());
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(file(), bytes);
    },
  ],
])('computes anew where its file is %s, and mends it', async (_, damage) => {
  await featureStore(folder).of('net', 'train', 3, computing());
  damage();
  const [compute, later] = [computing(), computing()];
  expect(await featureStore(folder).of('net', 'train', 3, compute)).toEqual(numbers);
  expect(compute).toHaveBeenCalledTimes(1);
  await featureStore(folder).of('net', 'train', 3, later);
  expect(later).not.toHaveBeenCalled();
});

it('keeps no failure', async () => {
  const store = featureStore(folder);
  const failing = store.of('net', 'train', 3, () => Promise.reject(new Error('no image')));
  await expect(failing).rejects.toThrow('no image');
  expect(await store.of('net', 'train', 3, computing())).toEqual(numbers);
});

import { mkdtemp, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StoredTensor } from '../engine/checkpoint.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const tensors: StoredTensor[] = [
  { name: 'backbone/kernel', dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, -2, 0.5, NaN) },
  { name: 'losses/ö/labels', dtype: 'int32', shape: [3], data: Int32Array.of(7, -1, 2 ** 31 - 1) },
  { name: 'scalar', dtype: 'float32', shape: [], data: Float32Array.of(3) },
  { name: 'empty', dtype: 'float32', shape: [0, 4], data: new Float32Array(0) },
];
const position = (step: number) => ({ step, epochSums: { loss: [0.1 + 0.2, 3] as const } });

describe('checkpoints', () => {
  let directory: string;
  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'ablate-checkpoints-')), 'checkpoints');
  });

  it('come back as they were written, to the bit', async () => {
    const folder = new CheckpointFolder(directory, 3);
    await folder.write(position(5), tensors);
    const found = await folder.newest(() => undefined);
    expect(found!.position).toEqual(position(5));
    expect([...found!.tensors.values()]).toEqual(tensors);
  });

  it('keep the newest few and leave no temporary file', async () => {
    const folder = new CheckpointFolder(directory, 2);
    for (const step of [1, 10, 2000]) await folder.write(position(step), tensors);
    expect((await readdir(directory)).sort()).toEqual(['step-000000010.safetensors', 'step-000002000.safetensors']);
  });

  it.each([['max', 2], ['min', 3]] as const)('keep the best by a metric too: %s', async (mode, best) => {
    const folder = new CheckpointFolder(directory, 1, { metric: 'validation/accuracy', mode });
    const accuracies = [0.5, 0.9, 0.25, NaN, 0.9, undefined, 0.6];
    for (const [index, accuracy] of accuracies.entries()) await folder.write({ ...position(index + 1), ...(accuracy !== undefined && { metrics: { 'validation/accuracy': accuracy } }) }, tensors);
    expect((await readdir(directory)).sort()).toEqual([best, 7].map((step) => `step-00000000${step}.safetensors`));
  });

  it.each([
    ['cut short', (file: string) => truncate(file, 60), /is cut short/],
    ['empty', (file: string) => truncate(file, 0), /is cut short/],
    ['with a flipped bit', async (file: string) => { const bytes = await readFile(file); bytes[bytes.length - 1]! ^= 1; await writeFile(file, bytes); }, /does not have the checksum/],
    ['with a damaged header', async (file: string) => { const bytes = await readFile(file); bytes[8] = 0; await writeFile(file, bytes); }, /header that is not JSON/],
  ])('%s are passed over aloud for the one before', async (_, damage, message) => {
    const folder = new CheckpointFolder(directory, 3);
    await folder.write(position(1), tensors);
    await folder.write(position(2), tensors);
    await damage(join(directory, 'step-000000002.safetensors'));
    const warnings: string[] = [];
    expect((await folder.newest((warning) => warnings.push(warning)))!.position.step).toBe(1);
    expect(warnings).toEqual([expect.stringMatching(message)]);
  });

  it('are an error where none can be read, and nothing where there is none', async () => {
    const folder = new CheckpointFolder(directory, 3);
    expect(await folder.newest(() => undefined)).toBeUndefined();
    await folder.write(position(1), tensors);
    await truncate(join(directory, 'step-000000001.safetensors'), 9);
    await expect(folder.newest(() => undefined)).rejects.toThrow(/None of the 1 checkpoints/);
  });

  it('have a header that other readers of safetensors accept: aligned to 8 bytes, offsets without gaps', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'ablate-safetensors-')), 'a.safetensors');
    await writeSafetensors(file, tensors, { note: 'x' });
    const bytes = await readFile(file);
    const length = Number(bytes.readBigUInt64LE());
    expect(length % 8).toBe(0);
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, { data_offsets: [number, number] }>;
    expect(header['losses/ö/labels']).toEqual({ dtype: 'I32', shape: [3], data_offsets: [16, 28] });
    expect(8 + length + 32).toBe(bytes.length);
    expect((await readSafetensors(file)).metadata).toMatchObject({ note: 'x' });
  });
});

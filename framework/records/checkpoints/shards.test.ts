import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StoredPieces, StoredTensor } from '../../contracts/checkpoint.ts';
import { CheckpointFolder, readCheckpoint } from './checkpoint-folder.ts';
import { readSafetensors } from './safetensors.ts';
import { checkShard, shardsOf, type Shard } from './shards.ts';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'ablate-shards-'))));

const small: StoredTensor = { name: 'bias', dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) };

/**
 * Ten rows of three in pieces of `rows`, all in one buffer, which a writer that keeps pieces would mix up; numbers from
 * `first` on.
 */
function pieces(name: string, rows: number, first = 0): StoredPieces {
  return {
    name,
    dtype: 'float32',
    shape: [10, 3],
    async *pieces() {
      const buffer = new Float32Array(3 * rows);
      for (let begin = 0; begin < 10; begin += rows) {
        const piece = buffer.subarray(0, 3 * Math.min(rows, 10 - begin));
        piece.forEach((_, index) => (piece[index] = first + 3 * begin + index));
        yield piece;
      }
    },
  };
}

async function* some(...tensors: (StoredTensor | StoredPieces)[]): AsyncGenerator<StoredTensor | StoredPieces> {
  yield* tensors;
}

async function valuesOf(file: string, name: string): Promise<number[]> {
  const values: number[] = [];
  for await (const piece of (await readCheckpoint(file)).large!.get(name)!.pieces()) values.push(...piece);
  return values;
}

const position = (step: number) => ({ step, epochSums: {} });
const foldersOf = async (): Promise<string[]> =>
  (await readdir(directory)).filter((name) => name.includes('.shards')).sort();
const count = (from: number): number[] => Array.from({ length: 30 }, (_, index) => from + index);

describe('a checkpoint in shards', () => {
  it.each([
    [1, 12],
    [4, 40],
    [10, 36],
    [3, 1e6],
    [4, 1],
  ])('pieces of %i rows in files of at most %i bytes read as they were', async (rows, bytes) => {
    const { file } = await new CheckpointFolder(directory, 3, null, bytes).write(
      position(7),
      some(pieces('weights', rows), small, pieces('momentum', rows, 100)),
    );
    expect(await valuesOf(file, 'weights')).toEqual(count(0));
    expect(await valuesOf(file, 'momentum')).toEqual(count(100));
    const { tensors, large, position: read } = await readCheckpoint(file);
    expect(read.step).toBe(7);
    expect([...tensors.get('bias')!.data]).toEqual([1, 2]);
    expect(large!.get('weights')).toMatchObject({ dtype: 'float32', shape: [10, 3] });
    const files = await readdir(join(directory, (await foldersOf())[0]!));
    expect(files).toHaveLength(2 * Math.ceil(10 / Math.max(1, Math.min(10, Math.floor(bytes / 12)))));
  });

  it('each shard is a safetensors file of some rows', async () => {
    await new CheckpointFolder(directory, 3, null, 48).write(position(1), some(pieces('weights', 3)));
    const [folder] = await foldersOf();
    const { tensors, metadata } = await readSafetensors(join(directory, folder!, '00002.safetensors'));
    expect(metadata['begin']).toBe('4');
    expect(tensors.get('weights')!.shape).toEqual([4, 3]);
    expect([...tensors.get('weights')!.data]).toEqual(count(12).slice(0, 12));
  });

  it('tells the bytes of all its files', async () => {
    const { bytes } = await new CheckpointFolder(directory, 3, null, 48).write(
      position(1),
      some(pieces('weights', 3), small),
    );
    const [folder] = await foldersOf();
    const files = [
      ...(await readdir(join(directory, folder!))).map((name) => join(directory, folder!, name)),
      join(directory, 'step-000000001.safetensors'),
    ];
    const sizes = await Promise.all(files.map(async (file) => (await readFile(file)).length));
    expect(bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  it('goes with its checkpoint where only the newest and the best are kept; what a killed writer left goes too', async () => {
    const folder = new CheckpointFolder(directory, 1, { metric: 'validation/accuracy', mode: 'max' }, 48);
    await mkdir(join(directory, 'step-000000001-00000000.shards.99.tmp'));
    await mkdir(join(directory, 'step-000000001-00000000.shards'));
    for (const [step, accuracy] of [
      [1, 0.5],
      [2, 0.9],
      [3, 0.7],
      [4, 0.6],
    ] as const) {
      await folder.write(
        { ...position(step), metrics: { 'validation/accuracy': accuracy } },
        some(pieces('weights', 3, step)),
      );
    }
    expect((await foldersOf()).map((name) => name.slice(0, 14))).toEqual(['step-000000002', 'step-000000004']);
    expect(await valuesOf(join(directory, 'step-000000002.safetensors'), 'weights')).toEqual(count(2));
  });

  it.each<[string, (shard: string) => Promise<void>, string]>([
    [
      'damaged',
      async (shard) =>
        writeFile(
          shard,
          (await readFile(shard)).map((byte, index, all) => (index === all.length - 1 ? byte ^ 1 : byte)),
        ),
      'does not have the checksum',
    ],
    [
      'cut short',
      async (shard) => writeFile(shard, (await readFile(shard)).subarray(0, -4)),
      'does not have the checksum',
    ],
    ['missing', async (shard) => rm(shard), 'cannot be read'],
    [
      'another one',
      async (shard) => rename(shard, shard.replace('00002.safetensors', '00001.safetensors')),
      '00001.safetensors does not have the checksum',
    ],
  ])('is passed over for the one before where a shard is %s', async (_, harm, words) => {
    const folder = new CheckpointFolder(directory, 3, null, 48);
    await folder.write(position(1), some(pieces('weights', 3, 1)));
    await folder.write(position(2), some(pieces('weights', 3, 2)));
    await harm(join(directory, (await foldersOf())[1]!, '00002.safetensors'));
    const heard: string[] = [];
    expect((await folder.newest((message) => heard.push(message)))!.position.step).toBe(1);
    expect(heard).toEqual([expect.stringContaining(words)]);
  });

  it('stays where the file that names it cannot be read for the moment: a checkpoint that is written now harms no other', async () => {
    const folder = new CheckpointFolder(directory, 2, null, 48);
    const { file } = await folder.write(position(1), some(pieces('weights', 3, 1)));
    const whole = await readFile(file);
    for (const harmed of [
      Buffer.alloc(9),
      Buffer.from(whole.toString('latin1').replace('.shards/', '.shardx/'), 'latin1'),
    ]) {
      await writeFile(file, harmed);
      await folder.write(position(2), some(pieces('weights', 3, 2)));
      await writeFile(file, whole);
      expect(await valuesOf(file, 'weights')).toEqual(count(1));
    }
  });

  it('leaves what was there where a tensor fails half way', async () => {
    const folder = new CheckpointFolder(directory, 3, null, 24);
    await folder.write(position(1), some(pieces('weights', 3, 1)));
    const broken: StoredPieces = {
      ...pieces('weights', 3),
      async *pieces() {
        yield Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
        throw new Error('the device is gone');
      },
    };
    await expect(folder.write(position(2), some(broken))).rejects.toThrow('the device is gone');
    expect(await readdir(directory)).toHaveLength(2);
    expect((await folder.newest(() => undefined))!.position.step).toBe(1);
  });
});

describe('a shard that is none', () => {
  const shard: Shard = {
    file: 'step-000000001-0a1b2c3d.shards/00001.safetensors',
    tensor: 'weights',
    dtype: 'float32',
    shape: [1, 1],
    begin: 0,
    rows: 1,
    bytes: 9,
    sha256: createHash('sha256').update('of mine..').digest('hex'),
  };
  const metadataOf = (changes: object): Record<string, string> => ({
    shards: JSON.stringify([{ ...shard, ...changes }]),
  });

  it.each([
    '../../../home/aws',
    '/dev/zero',
    'step-000000001-0a1b2c3d.shards/../../secret.safetensors',
    '../x-0a.shards/00001.safetensors',
    'x-0a.shards/a.safetensors',
    'x-0a.shards/1.safetensors/..',
    '',
  ])('is refused by its name alone: %s', (file) => {
    expect(() => shardsOf(metadataOf({ file }))).toThrow(expect.objectContaining({ code: 'CHECKPOINT_INVALID' }));
  });

  it.each<[string, string]>([
    ['null', 'null'],
    ['nothing of a list', '{}'],
    ['cut', '[{"file":'],
    ['a number for a file', JSON.stringify([{ ...shard, file: 3 }])],
    ['a negative size', JSON.stringify([{ ...shard, rows: -1 }])],
    ['no checksum', JSON.stringify([{ ...shard, sha256: '0' }])],
  ])('is refused where the checkpoint says %s', (_, shards) => {
    expect(() => shardsOf({ shards })).toThrow(expect.objectContaining({ code: 'CHECKPOINT_INVALID' }));
  });

  it('is never read where it is a link, a device, or of another size', async () => {
    const folder = join(directory, 'step-000000001-0a1b2c3d.shards');
    const file = join(folder, '00001.safetensors');
    await writeFile(join(directory, 'mine'), 'of mine..');
    await mkdir(folder);
    await writeFile(file, 'of mine..');
    await expect(checkShard(directory, shard)).resolves.toBeUndefined();
    await expect(checkShard(directory, { ...shard, bytes: 8 })).rejects.toThrow('has 9 bytes of 8');
    for (const target of [join(directory, 'mine'), '/dev/zero']) {
      await rm(file);
      await symlink(target, file);
      await expect(checkShard(directory, shard)).rejects.toThrow("is not a file of the checkpoint's own folder");
    }
    await rm(folder, { recursive: true });
    await mkdir(join(directory, 'elsewhere'));
    await writeFile(join(directory, 'elsewhere', '00001.safetensors'), 'of mine..');
    await symlink('elsewhere', folder);
    await expect(checkShard(directory, shard)).rejects.toThrow("is not a file of the checkpoint's own folder");
  });
});

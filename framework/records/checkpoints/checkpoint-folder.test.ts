import { mkdir, mkdtemp, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StoredTensor } from '../../contracts/checkpoint.ts';
import { CheckpointFolder, readCheckpoint } from './checkpoint-folder.ts';
import { safetensorsHeader } from '../../data/files/safetensors-header.ts';
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

  it.each([
    ['max', 2],
    ['min', 3],
  ] as const)('keep the best by a metric too: %s', async (mode, best) => {
    const folder = new CheckpointFolder(directory, 1, { metric: 'validation/accuracy', mode });
    const accuracies = [0.5, 0.9, 0.25, NaN, 0.9, undefined, 0.6];
    for (const [index, accuracy] of accuracies.entries())
      await folder.write(
        { ...position(index + 1), ...(accuracy !== undefined && { metrics: { 'validation/accuracy': accuracy } }) },
        tensors,
      );
    expect((await readdir(directory)).sort()).toEqual([best, 7].map((step) => `step-00000000${step}.safetensors`));
  });

  it.each([
    ['cut short', (file: string) => truncate(file, 60), /is cut short/],
    ['empty', (file: string) => truncate(file, 0), /is cut short/],
    [
      'with a flipped bit',
      async (file: string) => {
        const bytes = await readFile(file);
        bytes[bytes.length - 1]! ^= 1;
        await writeFile(file, bytes);
      },
      /does not have the checksum/,
    ],
    [
      'with a damaged header',
      async (file: string) => {
        const bytes = await readFile(file);
        bytes[8] = 0;
        await writeFile(file, bytes);
      },
      /header that is not JSON/,
    ],
  ])('%s are skipped with a warning for the one before', async (_, damage, message) => {
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

  it('are passed over for any one bit of the file that is another', async () => {
    const folder = new CheckpointFolder(directory, 3);
    await folder.write(position(1), tensors);
    const { file } = await folder.write(position(2), tensors);
    const bytes = await readFile(file);
    // Coprime to eight: each place within a byte has its turn.
    for (let bit = 0; bit < 8 * bytes.length; bit += 31) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      await writeFile(file, flipped);
      const warnings: string[] = [];
      expect((await folder.newest((warning) => warnings.push(warning)))!.position.step, `bit ${bit}`).toBe(1);
      expect(warnings).toEqual([expect.stringMatching(/step-000000002\.safetensors .*Going back/)]);
    }
  });

  it.each([
    ['without a checksum', {}, /carries no checksum: .* before version 0\.1\.0/],
    ['with a checksum too short', { 'ablate-sha256': 'x' }, /does not begin with its checksum/],
  ])('%s are refused', async (_, checksum, message) => {
    await mkdir(directory, { recursive: true });
    const file = join(directory, 'step-000000001.safetensors');
    await writeFile(
      file,
      safetensorsHeader(
        [],
        Object.entries({
          ...checksum,
          format: 'ablate-checkpoint',
          version: '1',
          position: JSON.stringify(position(1)),
        }),
      ),
    );
    await expect(readCheckpoint(file)).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it('of which a position is no position are refused, whatever their checksum says', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'ablate-checkpoints-')), 'step-000000001.safetensors');
    for (const said of [
      '',
      'null',
      '[]',
      '{"step": 1}',
      '{"step": 1.5, "epochSums": {}}',
      '{"step": 1, "epochSums": {"loss": [1]}}',
    ]) {
      await writeSafetensors(file, tensors, { format: 'ablate-checkpoint', version: '1', position: said });
      await expect(readCheckpoint(file), said).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    }
    await writeSafetensors(file, tensors, {
      format: 'ablate-checkpoint',
      version: '2',
      position: JSON.stringify(position(1)),
      shards: '[{"file": "../../elsewhere"}]',
    });
    await expect(readCheckpoint(file)).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      message: expect.stringContaining('where its shards lie'),
    });
  });

  it('that cannot be opened are passed over as well', async () => {
    const folder = new CheckpointFolder(directory, 3);
    await folder.write(position(1), tensors);
    await mkdir(join(directory, 'step-000000002.safetensors'));
    const warnings: string[] = [];
    expect((await folder.newest((warning) => warnings.push(warning)))!.position.step).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('EISDIR')]);
  });

  const damage = async (step: number): Promise<void> =>
    truncate(join(directory, `step-0000000${step}.safetensors`), 60);
  const steps = async (): Promise<number[]> =>
    (await readdir(directory)).map((name) => Number(/\d+/.exec(name))).sort((one, other) => one - other);

  it.each([
    [
      'the one just written beside the best, though the newest was damaged',
      { keep: 1, damaged: [75, 80], write: 75, left: [20, 75] },
    ],
    ['no damaged one in the place of a good one', { keep: 2, damaged: [75, 80], write: 90, left: [20, 90] }],
    ['none of a step beyond the one gone on from', { keep: 3, damaged: [50, 75, 80], write: 21, left: [20, 21] }],
  ])('keep %s', async (_, { keep, damaged, write, left }) => {
    const scored = (step: number) => ({
      ...position(step),
      metrics: { 'validation/accuracy': step === 20 ? 0.9 : 0.5 },
    });
    const before = new CheckpointFolder(directory, 9);
    for (const step of [20, ...(damaged.includes(50) ? [50] : []), 75, 80]) await before.write(scored(step), tensors);
    for (const step of damaged) await damage(step);
    const folder = new CheckpointFolder(directory, keep, { metric: 'validation/accuracy', mode: 'max' });
    expect((await folder.newest(() => undefined))!.position.step).toBe(20);
    await folder.write(scored(write), tensors);
    expect(await steps()).toEqual(left);
    expect((await folder.newest(() => undefined))!.position.step).toBe(write);
  });

  it('stay where nothing was gone on from: the one just written is not counted by its step', async () => {
    for (const step of [50, 60]) await new CheckpointFolder(directory, 2).write(position(step), tensors);
    await new CheckpointFolder(directory, 2).write(position(5), tensors);
    expect(await steps()).toEqual([5, 60]);
  });

  it('have a header that other readers of safetensors accept: aligned to 8 bytes, offsets without gaps', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'ablate-safetensors-')), 'a.safetensors');
    await writeSafetensors(file, tensors, { note: 'x' });
    const bytes = await readFile(file);
    const length = Number(bytes.readBigUInt64LE());
    expect(length % 8).toBe(0);
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<
      string,
      { data_offsets: [number, number] }
    >;
    expect(header['losses/ö/labels']).toEqual({ dtype: 'I32', shape: [3], data_offsets: [16, 28] });
    expect(8 + length + 32).toBe(bytes.length);
    expect((await readSafetensors(file)).metadata).toMatchObject({ note: 'x' });
  });
});

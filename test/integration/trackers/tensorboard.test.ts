import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ablate } from '#test/ablate';
import { metricsOf } from '../../../framework/records/journal/metrics-of.ts';
import { readJournal } from '../../../framework/records/journal/read-journal.ts';

const python = process.env.ABLATE_PYTHON;
const required = process.env.ABLATE_REQUIRE_ONNX === '1';
const found = python !== undefined && spawnSync(python, ['-c', 'import tensorboard']).status === 0;

const spec = `name: boarded
dataset: {glyphs: {classes: 4, imagesPerClass: 12, testPerClass: 6, size: 12}}
backbone: {mlp: {embedding: 3, hidden: [8]}}
head: linear
losses: [softmax, center: {lambda: 0.01}]
train: {epochs: 2, batch: 16}
evaluate: [accuracy]
figures: [learning-curves]
tracking: [tensorboard, csv]
`;

it.skipIf(!found && !required)(
  `TensorBoard's own reader reads back every metric, the figure and the spec${found ? '' : ' (no Python with tensorboard: set ABLATE_PYTHON)'}`,
  async () => {
    expect(found, 'ABLATE_REQUIRE_ONNX is 1, and ABLATE_PYTHON has no tensorboard').toBe(true);
    const folder = await mkdtemp(join(tmpdir(), 'ablate-board-'));
    await writeFile(join(folder, 'boarded.yaml'), spec);
    const ended = await ablate(['run', join(folder, 'boarded.yaml'), '--out', join(folder, 'runs'), '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    const directory = (JSON.parse(ended.stdout) as { runs: [{ dir: string }] }).runs[0].dir;
    const read = (): Record<string, never> =>
      JSON.parse(
        execFileSync(python!, [join(import.meta.dirname, 'read-events.py'), join(directory, 'tensorboard')], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      ) as never;
    const board = read() as unknown as {
      scalars: Record<string, [number, number][]>;
      images: Record<string, [number, number, number, number][]>;
      settings: Record<string, unknown>;
      spec: string;
      status: number;
      group: string;
      embeddings: string[][];
    };
    const journalled = new Map<string, { step: number; value: number }[]>();
    for (const record of readJournal(join(directory, 'journal.jsonl')))
      for (const { name, value } of metricsOf(record))
        journalled.set(name, [
          ...(journalled.get(name) ?? []),
          { step: 'step' in record ? (record.step ?? 0) : 0, value },
        ]);
    expect(Object.keys(board.scalars).sort()).toEqual([...journalled.keys()].sort());
    for (const [name, values] of journalled)
      expect(board.scalars[name], name).toEqual(values.map(({ step, value }) => [step, Math.fround(value)]));
    expect(board.images['learning-curve-loss']).toEqual([
      [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)],
    ]);
    expect(board.settings).toMatchObject({
      'train.epochs': 2,
      'losses.1.center.lambda': 0.01,
      'dataset.glyphs.size': 12,
    });
    expect(board.spec).toContain('glyphs:');
    expect(board).toMatchObject({
      status: 1,
      group: 'softmax + center',
      embeddings: [['test', 'embeddings.tsv', 'classes.tsv']],
    });
    const rows = (name: string): Promise<string[]> =>
      readFile(join(directory, 'tensorboard', name), 'utf8').then((text) => text.trimEnd().split('\n'));
    expect(await rows('embeddings.tsv')).toHaveLength(24);
    expect((await rows('embeddings.tsv'))[0]!.split('\t')).toHaveLength(3);
    expect(new Set(await rows('classes.tsv')).size).toBe(4);
    // Lines of the other tracker: as many as the journal has metrics, the machine's aside.
    const lines = (await readFile(join(directory, 'metrics.csv'), 'utf8')).trimEnd().split('\r\n');
    const numbers = [...journalled].filter(([name]) => !name.startsWith('system/')).flatMap(([, values]) => values);
    expect(lines).toHaveLength(numbers.length + 1);
    // The same file again from the journal alone.
    const [events] = (await readdir(join(directory, 'tensorboard'))).filter((name) => name.startsWith('events.'));
    const before = await readFile(join(directory, 'tensorboard', events!));
    const synced = await ablate(['sync', directory]);
    expect(synced.code, synced.stderr).toBe(0);
    expect((await readFile(join(directory, 'tensorboard', events!))).equals(before)).toBe(true);
  },
);

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { useDevice } from '../../../framework/devices/devices.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { compose } from '../../../framework/training/engine/compose.ts';
import { DrawCounter } from '../../../framework/training/engine/draw-counter.ts';
import { requireColumns } from '../../../framework/training/engine/require-columns.ts';
import { trainingBatch } from '../../../framework/training/engine/training-batch.ts';
import { trainingStep } from '../../../framework/training/engine/training-step.ts';

const root = mkdtempSync(join(tmpdir(), 'ablate-columns-'));
afterAll(() => rmSync(root, { recursive: true }));
const catalogue = await createCatalogue({ trust: true });
const columnLoss = fileURLToPath(new URL('./column-loss.ts', import.meta.url));

const cameras = ['c2', 'c1', 'c2', 'c3', 'c1', 'c2'];
const ages = [0.5, 2, 4, 1, 3, 8];
beforeAll(async () => {
  await useDevice('cpu', { threads: 1 });
  const list = ['path,label,camera,age'];
  for (const [at, camera] of cameras.entries()) {
    const label = 'ab'[at % 2]!;
    mkdirSync(join(root, 'images', label), { recursive: true });
    const image = sharp({ create: { width: 4, height: 4, channels: 3, background: { r: 40 * at, g: 9, b: 0 } } });
    writeFileSync(join(root, 'images', label, `${at}.png`), await image.png().toBuffer());
    list.push(`${label}/${at}.png,${label},${camera},${ages[at]}`);
  }
  writeFileSync(join(root, 'list.csv'), list.join('\n'));
});

const csv = '{csv: {file: list.csv, path: images, columns: {camera: label, age: number}, split: [1, 0]}}';
async function session(losses: string, dataset = csv, more = '') {
  const file = join(root, 'spec.yaml');
  writeFileSync(
    file,
    `dataset: ${dataset}\nbackbone: {mlp: {embedding: 2, hidden: []}}\nhead: linear\nlosses: ${losses}\n` +
      `train: {batch: 6, epochs: 1}\nevaluate: [accuracy]\n${more}`,
  );
  const { spec } = (await loadPlan(file, { catalogue })).runs[0]!;
  return { spec, session: await compose(spec, { catalogue, baseDirectory: root, cacheDirectory: root }) };
}

it('weighs the cross-entropy of each image by its row of the column', async () => {
  const { session: made } = await session('[{softmax: {}, rowWeights: age}]');
  const value = tf.tidy(
    () =>
      made.losses[0]!.loss.forward({
        embedding: tf.zeros([2, 2]),
        labels: tf.tensor1d([0, 1], 'int32'),
        rows: tf.tensor1d([1, 0], 'int32'),
        scores: {
          kind: 'linear',
          values: tf.tensor2d([
            [0, 0],
            [0, Math.log(3)],
          ]),
          target: tf.tensor1d([0, 1], 'int32'),
        },
        step: 0,
      }).value.dataSync()[0],
  );
  expect(made.train.source!(1)).toBe('b/1.png');
  await made.close();
  // −ln ½ and −ln ¾ of the rows 1 and 0, b/1 and a/0, which weigh 2 and 0.5.
  expect(value).toBeCloseTo((2 * Math.log(2) + 0.5 * Math.log(4 / 3)) / 2, 6);
});

it("gives a loss the columns that it needs, each image's own, in every part of a batch", async () => {
  const { seen } = (await import('./column-loss.ts')) as typeof import('./column-loss.ts');
  const { spec, session: made } = await session(`[softmax, {${columnLoss}: {}}]`);
  const before = tf.memory().numTensors;
  const batch = await trainingBatch(made, new DrawCounter(made.sampler), 0);
  await trainingStep(made, batch, { ...spec.train, accumulate: 2 });
  expect(tf.memory().numTensors).toBe(before);
  const { names } = made.train.columns!['camera'] as { names: readonly string[] };
  expect(seen.flatMap(({ rows }) => rows)).toEqual([...batch.rows]);
  for (const { columns, rows } of seen.slice(-2)) {
    const images = rows.map((row) => Number(/\d+/.exec(made.train.source!(row))![0]));
    expect((columns['camera'] as number[]).map((camera) => names[camera])).toEqual(images.map((at) => cameras[at]));
    expect(columns['age']).toEqual(images.map((at) => ages[at]));
  }
  await made.close();
});

test('columns that only the files tell are asked for before the first step', async () => {
  const folder = '{image-folder: {path: images, split: [1, 0]}}';
  await expect(session('[softmax]', folder, 'sampler: {p-k: {imagesPerClass: 2, distinct: camera}}')).rejects.toThrow(
    'sampler: "p-k" reads the column "camera", which the data set does not have.\n  It has no columns',
  );
  const age = { kind: 'number', values: Float64Array.of(1) } as const;
  const dataset = { split: () => ({ columns: { age } }) } as never;
  const reader = (columns: object) => [{ path: 'losses.1', plugin: 'mine', columns: columns as never }];
  expect(() => requireColumns(dataset, reader({ age: 'label' }))).toThrow(
    'losses.1: "mine" reads the column "age" as label, and the data set gives it as number.',
  );
  expect(() => requireColumns(dataset, reader({ size: 'number' }))).toThrow('Its columns: age (number).');
  expect(() => requireColumns(dataset, reader({ age: 'number' }))).not.toThrow();
});

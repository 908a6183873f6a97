import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { shownImages } from '../../../framework/runs/show/shown-images.ts';
import { compose } from '../../../framework/training/engine/compose.ts';
import { DrawCounter } from '../../../framework/training/engine/draw-counter.ts';
import { trainingBatch } from '../../../framework/training/engine/training-batch.ts';
import { ablateHere } from '#test/ablate-here';

const folder = mkdtempSync(join(tmpdir(), 'ablate-show-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'shown.yaml');
writeFileSync(
  file,
  `
name: shown
dataset: {glyphs: {classes: 3, imagesPerClass: 6}}
augment:
  train: [pad-crop: {padding: 3}, rotate: {degrees: [-40, 40]}, random-erasing]
  mix: {cutmix: 1}
backbone: conv-4
head: linear
losses: [softmax]
train: {epochs: 2, batch: 6}
evaluate: [accuracy]
matrix: {seed: [4, 5]}
`,
);
const bytes = (pixels: Float32Array): number[] => Array.from(pixels, (pixel) => Math.round((pixel + 1) * 127.5));

it('prints every chosen run as a spec that resolves to the same run', async () => {
  const { stdout, code } = await ablateHere(['show', file, '--only', '*5', '--set', 'train.batch=5']);
  expect(code).toBe(0);
  expect(parse(stdout)).toMatchObject({ seed: 5, train: { batch: 5 } });
  writeFileSync(join(folder, 'resolved.yaml'), stdout);
  const catalogue = await createCatalogue();
  const [again] = (await loadPlan(join(folder, 'resolved.yaml'), { catalogue })).runs;
  const { runs } = await loadPlan(file, { catalogue, set: ['train.batch=5'] });
  expect(again!.spec).toEqual(runs[1]!.spec);
  expect((await ablateHere(['show', file])).stdout.match(/^seed: \d/gm)).toEqual(['seed: 4', 'seed: 5']);
});

it('says where each value comes from', async () => {
  writeFileSync(
    join(folder, 'child.yaml'),
    'extends: shown.yaml\nprofiles: {quick: {train: {epochs: 1}}}\nlosses: {softmax: {focal: 2}}\ntracking: {csv: {}}\n~matrix:\nmatrix: {optimizer.sgd.momentum: [0.5]}\ndescription: of ${dataset.glyphs.classes}\n',
  );
  const shown = await ablateHere(['show', join(folder, 'child.yaml'), '--profile', 'quick', '--set', 'seed=9']);
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stdout).toMatch(/^seed: 9 # --set$/m);
  const origins = Object.fromEntries(
    [...shown.stdout.replaceAll(`${folder}${sep}`, '').matchAll(/^ *(?:- )?(\w+): .*# (.*)$/gm)].map(
      ([, key, origin]) => [key, origin],
    ),
  );
  expect(origins).toMatchObject({
    epochs: 'child.yaml:2',
    focal: 'child.yaml:3',
    labelSmoothing: 'default',
    classes: 'shown.yaml:3',
    momentum: 'matrix, child.yaml:6',
    nesterov: 'default',
    system: 'default',
    description: 'child.yaml:7, of ${dataset.glyphs.classes}',
  });
});

it('draws the pixels that the steps of a run see, and what they are made of', async () => {
  const catalogue = await createCatalogue();
  const { spec } = (await loadPlan(file, { catalogue })).runs[0]!;
  const context = { catalogue, baseDirectory: folder, cacheDirectory: folder };
  const sections = await shownImages(spec, context, { images: 4, test: 2, epochs: 2 });
  expect(sections.map(({ title, columns, rows }) => [title, columns, rows.length])).toEqual([
    ['Training: what the network sees', ['as stored', 'epoch 1', 'epoch 2'], 4],
    [
      'Training, augmentation by augmentation: view 1 in epoch 1',
      ['as stored', 'pad-crop', 'rotate', 'random-erasing'],
      4,
    ],
    ['Training: the first batch, mixed', ['what the network sees'], 4],
    ['Evaluation: images for test', ['as stored', 'what the network sees'], 2],
  ]);
  const [training, steps, mixed] = sections;
  const session = await compose(spec, context);
  try {
    const [height, width] = session.dataset.imageShape;
    const size = height * width;
    const first = await trainingBatch(session, new DrawCounter(session.sampler), 0);
    const plain = await trainingBatch({ ...session, mixer: undefined }, new DrawCounter(session.sampler), 0);
    for (const [at, { tiles }] of training!.rows.entries()) {
      const seen = bytes(plain.pixels.subarray(at * size, (at + 1) * size));
      expect([...tiles[1]!.pixels]).toEqual(seen);
      expect([...tiles[2]!.pixels]).not.toEqual(seen);
      expect([...mixed!.rows[at]!.tiles[0]!.pixels]).toEqual(bytes(first.pixels.subarray(at * size, (at + 1) * size)));
      // The last stage is what the network sees, enlarged by repeating its pixels.
      const { pixels, shape } = steps!.rows[at]!.tiles.at(-1)!;
      const factor = shape[0] / height;
      const shrunk = seen.map(
        (_, pixel) => pixels[(Math.floor(pixel / width) + 0.5) * factor * shape[1] + ((pixel % width) + 0.5) * factor],
      );
      expect(shrunk).toEqual(seen);
    }
  } finally {
    await session.close();
  }
});

it('writes a sheet of the format that its name asks for, and refuses another', async () => {
  const sheet = join(folder, 'sheet.png');
  const { code, stderr } = await ablateHere(['show', file, '--only', '*4', '--images', sheet, '--count', '2']);
  expect([code, stderr]).toEqual([0, expect.stringContaining('Wrote ')]);
  expect(await sharp(sheet).metadata()).toMatchObject({
    format: 'png',
    width: 16 + (4 * 118 + 6) + 3 * 118 + 112 + 16,
  });
  expect(await ablateHere(['show', file, '--images', 'sheet.tiff'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('.webp'),
  });
});

it('has every augmentation on the page that shows them all', async () => {
  const catalogue = await createCatalogue();
  const page = join(import.meta.dirname, '../../../docs/pictures/augmentations.yaml');
  const { runs } = await loadPlan(page, { catalogue });
  expect(runs.map(({ label }) => label)).toEqual([...catalogue.names('augmentation')].sort());
});

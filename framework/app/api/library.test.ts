import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compare, embed, evaluate, openIndex, run } from 'ablate-ml';
import { ablateHere } from '#test/ablate-here';

const folder = mkdtempSync(path.join(os.tmpdir(), 'ablate-library-'));
const images = path.join(folder, 'images');
const out = path.join(folder, 'runs');
let directories: readonly string[];

beforeAll(async () => {
  for (const [name, shade] of [
    ['dark', 20],
    ['light', 220],
  ] as const) {
    mkdirSync(path.join(images, name), { recursive: true });
    for (const index of [0, 1, 2]) {
      const pixels = Buffer.alloc(28 * 28, shade + 5 * index);
      const picture = sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } });
      await picture.png().toFile(path.join(images, name, `${index}.png`));
    }
  }
  const { outcomes } = await run(path.resolve('experiments/quickstart.yaml'), {
    set: {
      'dataset.glyphs': { classes: 3, imagesPerClass: 20, testPerClass: 5 },
      backbone: { mlp: { embedding: 4, hidden: [16] } },
      device: 'cpu',
      figures: [],
      train: { epochs: 1, batch: 20 },
      'matrix.seed': [1, 2],
    },
    out,
    memoryCheck: false,
  }).report;
  directories = outcomes.map(({ dir }) => dir);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('embed gives images as the run has them, with their classes and files', async () => {
  const found = await embed(directories[0]!, images);
  expect(found).toMatchObject({ dim: 4, classNames: ['dark', 'light'], step: 3 });
  expect([...found.label]).toEqual([0, 0, 0, 1, 1, 1]);
  expect(found.names[3]).toBe(path.join('light', '0.png'));
  expect(found.embedding).toHaveLength(6 * 4);
  await expect(embed(directories[0]!, images, { device: 'abacus' })).rejects.toMatchObject({ code: 'USAGE' });
  await expect(embed(images, images)).rejects.toMatchObject({ code: 'RUN_FOLDER' });
});

test('embed takes image files in memory, with the same bits, and says which is broken', async () => {
  const ofFolder = await embed(directories[0]!, images);
  const files = ofFolder.names.map((name) => new Uint8Array(readFileSync(path.join(images, name))));
  const found = await embed(directories[0]!, files);
  expect(found.embedding).toEqual(ofFolder.embedding);
  expect(found).toMatchObject({ dim: 4, classNames: [], step: 3 });
  expect([...found.label]).toEqual(files.map(() => -1));
  expect(found.names[5]).toBe('images[5]');
  // Of one size, and under one name.
  const gray = (value: number) =>
    sharp({ create: { width: 28, height: 28, channels: 3, background: { r: value, g: value, b: value } } })
      .png({ compressionLevel: 0 })
      .toBuffer();
  const [dark, light] = [await gray(40), await gray(200)];
  expect(dark.length).toBe(light.length);
  expect((await embed(directories[0]!, [dark])).embedding).not.toEqual(
    (await embed(directories[0]!, [light])).embedding,
  );
  const broken = [files[0]!, files[1]!.subarray(0, 60), new TextEncoder().encode('no image')];
  await expect(embed(directories[0]!, broken)).rejects.toThrow(/images\[1\].*images\[2\]/s);
  const bomb = await sharp({
    create: { width: 17_000, height: 17_000, channels: 3, background: '#000' },
    limitInputPixels: false,
  })
    .png()
    .toBuffer();
  await expect(embed(directories[0]!, [files[0]!, bomb])).rejects.toThrow(/images\[1\].*pixel limit/s);
  const empty = [files[0]!, new Uint8Array()];
  await expect(embed(directories[0]!, empty)).rejects.toThrow('images[1]');
  await expect(embed(directories[0]!, [])).rejects.toMatchObject({ code: 'DATA_INVALID' });
});

test('evaluate measures embeddings in memory as it does those of a file', async () => {
  const embedding = Float32Array.of(1, 0, 0.9, 0.1, 0, 1, 0.1, 0.9);
  const given = { embedding, dim: 2, label: Int32Array.of(0, 0, 1, 1) };
  const { metrics } = await evaluate(given, ['retrieval'], { set: { 'retrieval.recallAt': [1] }, device: 'cpu' });
  expect(metrics).toMatchObject({ 'Recall@1': 1, 'MAP@R': 1 });
  await expect(evaluate({ ...given, dim: 3 }, ['retrieval'])).rejects.toThrow('8 numbers for 4 rows of 3');
  await expect(evaluate(given, ['retrieva'])).rejects.toThrow('retrieval');
  embedding[0] = NaN;
  await expect(evaluate(given, ['retrieval'])).rejects.toThrow('NaN');
});

test('openIndex searches what ablate index built', async () => {
  const index = path.join(folder, 'index');
  const built = await ablateHere(['index', 'build', directories[0]!, '--images', images, '--out', index]);
  expect(built.code, built.stderr).toBe(0);
  const { embedding, dim, names } = await embed(directories[0]!, images);
  const opened = await openIndex(index, { device: 'cpu' });
  const found: string[] = [];
  for await (const [best] of opened.search({ values: embedding, dim }, { count: 1 })) found.push(best!.name);
  opened.close();
  expect(found).toEqual(names);
});

test('compare tests which losses differ', async () => {
  const { metric, seeds, groups } = await compare(path.join(out, 'quickstart'), { metric: 'accuracy' });
  expect({ metric, seeds }).toEqual({ metric: 'accuracy', seeds: 2 });
  expect(groups.map(({ name, runs }) => [name, runs])).toEqual([
    ['softmax', 2],
    ['softmax + center', 2],
  ]);
  await expect(compare(path.join(out, 'nowhere'))).rejects.toMatchObject({ code: 'USAGE' });
});

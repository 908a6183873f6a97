import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../../../framework/data/images/decode-image.ts';
import { compose } from '../../../framework/training/engine/compose.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { RandomStreams } from '../../../framework/base/random/random-streams.ts';
import { ablateHere } from '#test/ablate-here';

const root = mkdtempSync(join(tmpdir(), 'ablate-boxes-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Photographs of noise, each alone and within a frame of other noise, with where it lies there. */
const frames = Array.from({ length: 8 }, (_, at) => ({ name: `${'ab'[at % 2]}/${at}.png`, left: at, top: 2 * at }));
const size = { width: 24, height: 20 };
beforeAll(async () => {
  const random = new RandomStreams(1).stream('noise');
  const noise = (width: number, height: number): Buffer =>
    Buffer.from(Array.from({ length: width * height * 3 }, () => random.integer(256)));
  let list = 'path,label,x1,y1,x2,y2\n';
  let boxes = 'name,left,top,right,bottom\n';
  for (const { name, left, top } of frames) {
    for (const folder of ['plain', 'framed']) mkdirSync(join(root, folder, name[0]!), { recursive: true });
    const raw = { width: size.width, height: size.height, channels: 3 } as const;
    const plain = await sharp(noise(raw.width, raw.height), { raw }).png().toBuffer();
    writeFileSync(join(root, 'plain', name), plain);
    const frame = { width: 48, height: 40, channels: 3 } as const;
    const framed = sharp(noise(frame.width, frame.height), { raw: frame }).composite([{ input: plain, left, top }]);
    writeFileSync(join(root, 'framed', name), await framed.removeAlpha().png().toBuffer());
    const box = [left, top, left + size.width, top + size.height].join();
    list += `${name},${name[0]},${box}\n`;
    boxes += `${name},${box}\n`;
  }
  writeFileSync(join(root, 'list.csv'), list);
  writeFileSync(join(root, 'boxes.csv'), boxes);
  writeFileSync(
    join(root, 'framed.yaml'),
    `
name: framed
device: cpu
dataset:
  csv:
    file: list.csv
    path: framed
    columns: {bird: {kind: box, from: [x1, y1, x2, y2]}}
    split: [0.5, 0.5]
    crop: bird
    size: null
augment: {train: [{random-resized-crop: {size: 16}}], test: [{resize: {size: [16, 16]}}]}
backbone: {mlp: {hidden: [], embedding: 3}}
head: linear
losses: [softmax]
train: {epochs: 1, batch: 4}
evaluate: [retrieval]
`,
  );
});

/** A session of the spec, whose pixels of training and test are read; closed again. */
async function pixelsOf(...set: string[]): Promise<{ train: number[]; test: number[]; digest: string }> {
  const catalogue = await createCatalogue();
  const { spec } = (await loadPlan(join(root, 'framed.yaml'), { catalogue, set })).runs[0]!;
  const session = await compose(spec, { catalogue, baseDirectory: root, cacheDirectory: root });
  try {
    const rows = Int32Array.of(0, 1, 2, 3);
    return {
      train: [...(await session.train.images(rows, 0, {}))],
      test: [...(await session.dataset.split('test')!.images(rows))],
      digest: session.dataset.provenance.digest,
    };
  } finally {
    await session.close();
  }
}

describe('boxes', () => {
  const recipe = { shape: [1, 1, 3], fit: 'fill', invert: false, otherSize: 'take' } as const;
  const csv = 'dataset.csv';
  it('are cut out before any augmentation: training and test see what lies in them alone', async () => {
    const plain = await pixelsOf(`${csv}.path=plain`, `${csv}.crop=null`);
    expect(await pixelsOf()).toMatchObject({ train: plain.train, test: plain.test });
    const kept = [`${csv}.size=16`, 'augment.train=[]', 'augment.test=[]'];
    const sized = await pixelsOf(...kept, `${csv}.path=plain`, `${csv}.crop=null`);
    expect(await pixelsOf(...kept)).toMatchObject({ train: sized.train, test: sized.test });
  });

  it('have a margin, which the borders of the image cut off', async () => {
    const { test, digest } = await pixelsOf(`${csv}.crop={"column": "bird", "padding": 10}`);
    const whole = await pixelsOf(`${csv}.crop=null`);
    expect(test).toEqual(whole.test);
    expect(digest).not.toBe(whole.digest);
  });

  it('are asked of a column that is there and holds boxes, before training', async () => {
    const refused = (crop: string) =>
      ablateHere(['validate', 'framed.yaml', '--set', `${csv}.crop=${crop}`], { cwd: root });
    expect(await refused('brid')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/crop.*the column "brid" is none of the data set[^]*bird/),
    });
  });

  it('of an image that is turned lie where they lay before it was', async () => {
    const raw = { width: 7, height: 5, channels: 3 } as const;
    const stored = Buffer.from(Array.from({ length: 105 }, (_, at) => (at * 37) % 256));
    const region = { left: 1, top: 2, width: 4, height: 2 };
    for (let orientation = 1; orientation <= 8; orientation++) {
      const turned = (image: Sharp) => image.withMetadata({ orientation }).webp({ lossless: true }).toBuffer();
      const cut = await decodeImage(await turned(sharp(stored, { raw }).extract(region)), recipe);
      const whole = await turned(sharp(stored, { raw }));
      expect(await decodeImage(whole, recipe, [1, 2, 5, 4]), `orientation ${orientation}`).toEqual(cut);
    }
  });

  it('that leave no pixel are told with their image', async () => {
    await expect(decodeImage(readFileSync(join(root, 'plain/a/0.png')), recipe, [30, 0, 40, 9])).rejects.toThrow(
      'its box [30, 0, 40, 9] leaves no pixel of its 20 × 24',
    );
  });
});

it('embed takes boxes of a file, cuts to them as the run did, and says so where there are none', async () => {
  expect(await ablateHere(['run', 'framed.yaml'], { cwd: root })).toMatchObject({ code: 0 });
  const embed = async (images: string, ...more: string[]) => {
    const { code, stderr } = await ablateHere(['embed', 'runs', '--images', images, '--out', 'e.json', ...more], {
      cwd: root,
    });
    expect(code, stderr).toBe(0);
    return { stderr, ...(JSON.parse(readFileSync(join(root, 'e.json'), 'utf8')) as { embedding: number[][] }) };
  };
  const plain = await embed('plain');
  expect(plain.stderr).toContain('these are taken whole; --boxes');
  const cut = await embed('framed', '--boxes', 'boxes.csv');
  expect(cut.embedding).toEqual(plain.embedding);
  expect(cut.stderr).not.toContain('--boxes');
  writeFileSync(join(root, 'wrong.csv'), 'name,left,top,right,bottom\na/0.png,1,2,three,4\n');
  const wrong = ['embed', 'runs', '--images', 'framed', '--out', 'e.json', '--boxes', 'wrong.csv'];
  expect(await ablateHere(wrong, { cwd: root })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('wrong.csv:2 has no box: 1, 2, three, 4.'),
  });
});

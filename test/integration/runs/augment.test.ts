import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDevice } from '../../../framework/devices/devices.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { readResolvedSpec } from '../../../framework/experiment/spec/read-resolved-spec.ts';
import { writeSpec } from '../../../framework/experiment/spec/write-spec.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { compose } from '../../../framework/training/engine/compose.ts';
import { trainingStep } from '../../../framework/training/engine/training-step.ts';

const folder = mkdtempSync(join(tmpdir(), 'ablate-augment-'));
afterAll(() => rmSync(folder, { recursive: true }));
const catalogue = await createCatalogue();
const glyphs = '{glyphs: {classes: 2, imagesPerClass: 3, testPerClass: 1, size: 12}}';
const files = () => `{image-folder: {path: ${join(folder, 'images')}, split: [0.5, 0.5]}}`;

async function planned(lines: { augment?: string; dataset?: string; backbone?: string }) {
  const { dataset = glyphs, backbone = '{mlp: {embedding: 2, hidden: []}}', augment } = lines;
  const file = join(folder, 'spec.yaml');
  const text = `dataset: ${dataset}\nbackbone: ${backbone}\nhead: linear\nlosses: [softmax]\ntrain: {batch: 2}\n`;
  writeFileSync(file, text + (augment ? `augment: ${augment}\n` : ''));
  return (await loadPlan(file, { catalogue })).runs[0]!;
}
const session = async (lines: Parameters<typeof planned>[0]) =>
  compose((await planned(lines)).spec, { catalogue, baseDirectory: folder, cacheDirectory: folder });

beforeAll(async () => {
  await useDevice('auto', { threads: 1 });
  for (const [row, label] of ['a', 'a', 'b', 'b'].entries()) {
    mkdirSync(join(folder, 'images', label), { recursive: true });
    const [height, width] = [20 + row, 30 - row];
    const data = Uint8Array.from({ length: height * width * 3 }, (_, at) => (at * (7 + row)) % 251);
    await sharp(data, { raw: { height, width, channels: 3 } })
      .png()
      .toFile(join(folder, 'images', label, `${row}.png`));
  }
});

describe('augment', () => {
  it('has images of any data set go through the list in training alone, by seed, epoch, image and repeat', async () => {
    const plain = await session({});
    const { train, close, dataset } = await session({ augment: '{train: [pad-crop: {padding: 3}]}' });
    const rows = Int32Array.of(0, 4);
    const at = async (epoch?: number, ...repeats: number[]) => [
      ...(await train.images(rows, epoch, repeats.length > 0 ? { repeats: Uint32Array.from(repeats) } : undefined)),
    ];
    expect(await at()).toEqual([...(await plain.train.images(rows))]);
    const first = await at(0);
    expect(first).not.toEqual(await at());
    expect(await at(0, 0, 0)).toEqual(first);
    const again = await at(0, 1, 0);
    expect(again.slice(0, 144)).not.toEqual(first.slice(0, 144));
    expect(again.slice(144)).toEqual(first.slice(144));
    expect(await at(1)).not.toEqual(first);
    expect([...(await train.images(rows.slice().reverse(), 0))]).toEqual([...first.slice(144), ...first.slice(0, 144)]);
    expect([...(await dataset.split('test')!.images(rows.slice(0, 1)))]).toEqual([
      ...(await plain.dataset.split('test')!.images(rows.slice(0, 1))),
    ]);
    await close();
    await plain.close();
  });

  it('starts from the full size of files, and may end with one size for training and another for test', async () => {
    const augment =
      '{train: [random-resized-crop: {size: 8}, horizontal-flip], test: [resize: {size: 16}, center-crop: {size: 12}]}';
    const made = await session({
      dataset: files(),
      backbone: '{resnet: {layers: 18, embedding: 2}}',
      augment,
    });
    expect([made.dataset.imageShape, made.dataset.trainingShape]).toEqual([
      [12, 12, 3],
      [8, 8, 3],
    ]);
    const rows = Int32Array.of(0, 1);
    expect((await made.train.images(rows)).length).toBe(2 * 12 * 12 * 3);
    const pixels = await made.train.images(rows, 0);
    expect(pixels.length).toBe(2 * 8 * 8 * 3);
    const { loss } = await trainingStep(
      made,
      { pixels, labels: Int32Array.of(0, 1), rows },
      { clipGradientNorm: null },
    );
    expect(loss).toBeGreaterThan(0);
    await made.close();
    await expect(session({ dataset: files(), augment })).rejects.toThrow(
      'augment gives images of 8 × 8 pixels for training and of 12 × 12 for test, and the backbone "mlp" takes one size alone',
    );
  });

  it('draws by the name of an entry, so that what it draws does not depend on the others', async () => {
    const images = async (train: string) => {
      const made = await session({ augment: `{train: [${train}]}` });
      const found = [...(await made.train.images(Int32Array.of(0, 1, 2, 3, 4, 5), 3))];
      await made.close();
      return found;
    };
    const flipped = await images('horizontal-flip');
    expect(await images('affine, horizontal-flip')).toEqual(flipped);
    // The second one draws for itself: two in a row are not none.
    expect(await images('horizontal-flip, horizontal-flip')).not.toEqual(await images('affine'));
  });

  it('stands in the resolved spec with its defaults, and nowhere where it was not asked for', async () => {
    const run = await planned({ augment: '{train: [grayscale]}' });
    expect(run.spec.augment).toEqual({ train: [{ plugin: 'grayscale', options: { p: 0.1 } }], test: [] });
    expect(readResolvedSpec(writeSpec(run), 'spec.yaml').augment).toEqual(run.spec.augment);
    expect('augment' in (await planned({})).spec).toBe(false);
  });

  it.each([
    ['{train: [resize: {size: 0}]}', 'augment.train.0.resize.size: found 0'],
    ['{train: [rotat: {}]}', 'Did you mean "rotate"?'],
    ['{trian: [grayscale]}', 'augment.trian: unknown key "trian"'],
    ['{train: grayscale}', 'augment.train: found "grayscale"'],
    ['[grayscale]', 'augment: found a list'],
  ])('%s is refused at its place', async (augment, message) => {
    await expect(planned({ augment })).rejects.toThrow(message);
  });

  it('refuses what leaves no pixel before training, and the old option with where it went', async () => {
    await expect(session({ augment: '{train: [affine, pad-crop: {size: 40}]}' })).rejects.toThrow(
      'augment.train.1: pad-crop cuts 40 × 40 pixels out of 20 × 20, padding and all: no place is left for it.',
    );
    await expect(session({ dataset: files(), augment: '{train: [resize: {size: 8, p: 0.5}]}' })).rejects.toThrow(
      'augment.train leaves images of several sizes',
    );
    const old = planned({ dataset: `{image-folder: {path: ${join(folder, 'images')}, augment: {flip: true}}}` });
    await expect(old).rejects.toThrow(
      /image-folder\.augment: unknown option "augment"[^]*augment: \{train: \[horizontal-flip/,
    );
  });

  it('names the image that comes out of a list in another size', async () => {
    const made = await session({ dataset: files(), augment: '{train: [grayscale], test: [grayscale: {p: 0}]}' });
    await expect(made.train.images(Int32Array.of(0, 1), 0)).rejects.toThrow(
      /images\/.*png cannot be augmented: augment\.train leaves/,
    );
    await made.close();
  });
});

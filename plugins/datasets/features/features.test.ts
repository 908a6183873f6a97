import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RandomStreams, type Dataset, type PluginManifest } from 'ablate-ml';
import { afterAll, describe, expect, it, test } from 'vitest';
import { npyFixture, npzFixture, safetensorsFixture } from '../../../framework/data/embeddings/array-fixtures.ts';
import plugin from './index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ablate-features-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, bytes: Buffer | string): string => {
  writeFileSync(path.join(folder, name), bytes);
  return name;
};
const values = Float32Array.from({ length: 24 }, (_, index) => index * 10);
const labels = Int32Array.of(0, 0, 1, 1, 2, 2, 3, 3);
const place = { baseDirectory: folder, cacheDirectory: path.join(folder, 'cache') };
const make = async (options: object): Promise<Dataset> =>
  plugin.create(plugin.schema.parse(options), { streams: new RandomStreams(1), ...place });

const whole = write(
  'whole.safetensors',
  safetensorsFixture(
    { embedding: ['F32', [8, 3], values], label: ['I32', [8], labels] },
    {
      format: 'ablate-embeddings',
      classNames: '["a","b","c","d"]',
      names: JSON.stringify([...'stuvwxyz'].map((name) => `${name}.png`)),
    },
  ),
);
const packed = write(
  'packed.npz',
  npzFixture({ embedding: npyFixture('<f4', [8, 3], values), label: npyFixture('<i4', [8], labels) }),
);
const alone = write('alone.npy', npyFixture('<f4', [8, 3], values));
write('labels.txt', [...labels].join('\n'));

const byClass = { split: { by: 'class', shares: [0.5, 0.5] }, openSet: true };

describe('features', () => {
  test.each([
    ['safetensors', { path: whole }],
    ['npz', { path: packed }],
    ['npy and labels', { path: alone, labels: 'labels.txt' }],
  ])('reads rows as they are: %s', async (_, files) => {
    const dataset = await make({ ...files, ...byClass });
    const [train, test] = [dataset.split('train')!, dataset.split('test')!];
    expect(dataset.imageShape).toEqual([1, 1, 3]);
    expect([train.length, test.length]).toEqual([4, 4]);
    expect([...(await test.images(Int32Array.of(1, 0)))]).toEqual([150, 160, 170, 120, 130, 140]);
    expect([...test.labels]).toEqual([2, 2, 3, 3]);
    expect(train.classNames).toHaveLength(2);
    expect(dataset.split('validation')).toBeUndefined();
  });

  it('goes by the names of images and classes where the file says them', async () => {
    write('test.txt', 't.png\nz.png\n');
    write('train.txt', 's.png\nu.png\n');
    const dataset = await make({ path: whole, split: { by: 'list', train: 'train.txt', test: 'test.txt' } });
    const test = dataset.split('test')!;
    expect([test.source!(0), test.source!(1)]).toEqual(['t.png', 'z.png']);
    expect(test.classNames).toEqual(['a', 'b', 'c', 'd']);
    expect([...(await test.images(Int32Array.of(1)))]).toEqual([210, 220, 230]);
  });

  it('tells files of other numbers apart', async () => {
    const other = write(
      'other.npz',
      npzFixture({
        embedding: npyFixture(
          '<f4',
          [8, 3],
          values.map((value) => value + 1),
        ),
        label: npyFixture('<i4', [8], labels),
      }),
    );
    const digests = await Promise.all(
      [packed, other].map(async (file) => (await make({ path: file })).provenance.digest),
    );
    expect(new Set(digests).size).toBe(2);
  });

  it.each([
    [{ path: alone }, 'holds one array, so the labels must come from elsewhere'],
    [{ path: whole, split: [0.5, 0.5], openSet: true }, 'Split by class'],
    [{ path: 'nowhere.npz' }, 'nowhere.npz'],
  ])('refuses %j', async (options, words) => {
    await expect(make(options)).rejects.toThrow(words);
  });

  it('is looked at before the run', async () => {
    const { inspect, schema } = plugin as unknown as PluginManifest<'dataset'>;
    const looked = (options: object) =>
      inspect!(schema.parse(options) as never, { ...place, offline: true, warn: () => undefined });
    await expect(looked({ path: alone })).rejects.toMatchObject({ given: alone });
    await expect(looked({ path: whole })).resolves.toBeUndefined();
  });
});

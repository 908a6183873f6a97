import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RandomStreams } from 'ablate-ml';
import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { listed } from '#test/layouts';
import plugin from './index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ablate-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

const gray = (level: number): Promise<Buffer> =>
  sharp({ create: { width: 4, height: 3, channels: 3, background: { r: level, g: level, b: level } } })
    .png()
    .toBuffer();

/** Writes images as Hugging Face does: a struct of bytes and path, a class label whose names stand beside. */
async function write(name: string, levels: readonly number[], labels: readonly (number | null)[]): Promise<void> {
  const images = await Promise.all(
    levels.map(async (level) => ({ bytes: new Uint8Array(await gray(level)), path: null })),
  );
  const features = { label: { names: ['cat', 'dog'], _type: 'ClassLabel' }, image: { _type: 'Image' } };
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    new Uint8Array(
      parquetWriteBuffer({
        rowGroupSize: 2,
        schema: [
          { name: 'root', num_children: 3 },
          { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
          { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
          { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
          { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
          { name: 'camera', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        ],
        columnData: [
          { name: 'image', data: images },
          { name: 'label', data: labels.map((label) => (label === null ? null : BigInt(label))) },
          { name: 'camera', data: levels.map((level) => `c${level % 2}`) },
        ],
        kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
      }),
    ),
  );
}
await write('data/train-00000-of-00002.parquet', [0, 51, 102], [0, 1, 0]);
await write('data/train-00001-of-00002.parquet', [153, 204], [1, 1]);
await write('data/test-00000-of-00001.parquet', [255], [null]);

describe('parquet', () => {
  it('reads roles of the files, names of the classes and other columns', async () => {
    const found = await listed(plugin, { path: folder, columns: { camera: 'camera' } });
    expect(found.classes).toEqual(['cat', 'dog']);
    expect(found.items.map(({ path, role, class: own, columns }) => [path, role, own, columns['camera']])).toEqual([
      ['data/train-00000-of-00002.parquet/0', 'train', 'cat', 'c0'],
      ['data/train-00000-of-00002.parquet/1', 'train', 'dog', 'c1'],
      ['data/train-00000-of-00002.parquet/2', 'train', 'cat', 'c0'],
      ['data/train-00001-of-00002.parquet/0', 'train', 'dog', 'c1'],
      ['data/train-00001-of-00002.parquet/1', 'train', 'dog', 'c0'],
      ['data/test-00000-of-00001.parquet/0', 'test', null, 'c1'],
    ]);
  });

  it('decodes the image of each row, in any order and across row groups', async () => {
    const dataset = await plugin.create(plugin.schema.parse({ path: `${folder}/data`, memory: 'never' }), {
      streams: new RandomStreams(1),
      baseDirectory: '.',
      cacheDirectory: folder,
    });
    const pixels = await dataset.split('train')!.images(Int32Array.of(4, 0, 2, 3, 1));
    const levels = [0, 1, 2, 3, 4].map((image) => Math.round((pixels[image * 36]! + 1) * 127.5));
    expect(levels).toEqual([204, 0, 102, 153, 51]);
    await dataset.close!();
  });

  it('says which columns there are, and what is no Parquet file', async () => {
    await expect(listed(plugin, { path: folder, label: 'labels' })).rejects.toThrow(
      /has no column labels\.[^]*Its columns are image, label, camera/,
    );
    writeFileSync(path.join(folder, 'broken.parquet'), 'version https://git-lfs.github.com/spec/v1');
    await expect(listed(plugin, { path: path.join(folder, 'broken.parquet') })).rejects.toThrow(
      'is not a Parquet file',
    );
    await expect(listed(plugin, { path: import.meta.dirname })).rejects.toThrow('holds no file that ends in .parquet');
  });
});

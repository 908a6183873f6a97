import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RandomStreams, type Dataset } from 'ablate-ml';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import plugin from './index.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ablate-rec-'));
afterAll(() => rmSync(root, { recursive: true }));
const make = async (options: object): Promise<Dataset> =>
  plugin.create(plugin.schema.parse({ color: 'gray', ...options }), {
    streams: new RandomStreams(1),
    baseDirectory: root,
    cacheDirectory: root,
  });
const u32 = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
const magic = 0xced7230a;
const painted = async (value: number): Promise<Buffer<ArrayBuffer>> =>
  Buffer.from(
    await sharp({ create: { width: 2, height: 2, channels: 3, background: { r: value, g: value, b: value } } })
      .png()
      .toBuffer(),
  );

/** A record as MXNet's `pack` lays it out: flag, label, two 64-bit numbers, further labels, image. */
const record = (labels: number[], image = Buffer.alloc(0)): Buffer => {
  const float = (value: number): Buffer => Buffer.from(Float32Array.of(value).buffer);
  return Buffer.concat([
    u32(labels.length > 1 ? labels.length : 0),
    float(labels.length > 1 ? 0 : labels[0]!),
    Buffer.alloc(16),
    ...(labels.length > 1 ? labels.map(float) : []),
    image,
  ]);
};
const framed = (bytes: Buffer, part = 0): Buffer =>
  Buffer.concat([u32(magic, ((part << 29) | bytes.length) >>> 0), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
const write = (name: string, records: Buffer[]): string => {
  const starts = records.map((_, index) => Buffer.concat(records.slice(0, index)).length);
  writeFileSync(path.join(root, `${name}.rec`), Buffer.concat(records));
  writeFileSync(path.join(root, `${name}.idx`), starts.map((start, key) => `${key}\t${start}\n`).join(''));
  return `${name}.rec`;
};
/** A pickle of protocol 4: a list of bytes and a list of truth values. */
const pickled = (images: Buffer[], same: boolean[]): Buffer =>
  Buffer.concat([
    Buffer.from([0x80, 4, 0x5d, 0x28]),
    ...images.flatMap((image) => [Buffer.from('B'), u32(image.length), image]),
    Buffer.from('e]('),
    Buffer.from(same.map((one) => (one ? 0x88 : 0x89))),
    Buffer.from([0x65, 0x86, 0x2e]),
  ]);
const bin = (name: string, bytes: Buffer): string => {
  writeFileSync(path.join(root, name), bytes);
  return name;
};
const images = await Promise.all([0, 51, 102, 153, 204, 255].map(painted));

describe('record-io', () => {
  it('reads a face set: labels by the records of identities, in whatever order they lie', async () => {
    const rec = write(
      'faces',
      [
        record([4, 6]),
        record([2], images[0]!),
        record([2], images[1]!),
        record([0], images[2]!),
        record([1, 3]),
        record([3, 4]),
      ].map((bytes) => framed(bytes)),
    );
    const dataset = await make({ rec, classes: 3 });
    const train = dataset.split('train')!;
    expect(Array.from(train.labels, (label) => train.classNames[label])).toEqual(['2', '2', '0']);
    expect(Array.from({ length: 3 }, (_, index) => train.source!(index))).toEqual(['faces/1', 'faces/2', 'faces/3']);
    const pixels = await train.images(Int32Array.of(2, 1));
    expect([pixels[0], pixels[4]]).toEqual([Math.fround(102 / 127.5 - 1), Math.fround(51 / 127.5 - 1)]);
    await dataset.close!();
  });

  it('reads plain records, and joins one that the writer cut at the magic number within it', async () => {
    const value = Buffer.concat([Buffer.from('P5 2 2 255\n'), u32(magic)]);
    const whole = record([1], Buffer.concat([Buffer.alloc(0), value]));
    const at = whole.length - 4;
    expect(whole.readUInt32LE(at)).toBe(magic);
    const rec = write('plain', [
      framed(record([0], images[0])),
      Buffer.concat([framed(whole.subarray(0, at), 1), framed(Buffer.alloc(0), 3)]),
    ]);
    const dataset = await make({ rec });
    expect([...dataset.split('train')!.labels]).toEqual([0, 1]);
    const pixels = await dataset.split('train')!.images(Int32Array.of(1));
    expect(Array.from(pixels, (pixel) => Math.round((pixel + 1) * 127.5))).toEqual([0x0a, 0x23, 0xd7, 0xce]);
    await dataset.close!();
  });

  it('reads a verification set: two images a pair, contiguous folds', async () => {
    const dataset = await make({ pairs: bin('lfw.bin', pickled(images, [true, false, true])), folds: 2 });
    const { left, right, same, fold, images: split } = dataset.pairs!;
    expect([[...left], [...right], [...same], [...fold]]).toEqual([
      [0, 2, 4],
      [1, 3, 5],
      [1, 0, 1],
      [0, 0, 1],
    ]);
    const pixels = await split.images(Int32Array.of(5, 0));
    expect([pixels[0], pixels[4]]).toEqual([1, -1]);
    expect(split.source!(5)).toBe('lfw/5');
    await dataset.close!();
  });

  it('trains on records and verifies on pairs at once', async () => {
    const rec = write('both', [framed(record([0], images[0])), framed(record([1], images[5]))]);
    const dataset = await make({ rec, pairs: bin('both.bin', pickled(images.slice(0, 2), [false])), openSet: true });
    expect([[...dataset.split('train')!.labels], [...dataset.pairs!.images.labels]]).toEqual([
      [0, 1],
      [-1, -1],
    ]);
    const pixels = await dataset.pairs!.images.images(dataset.pairs!.right);
    expect(pixels[0]).toBe(Math.fround(-0.6));
    await dataset.close!();
  });

  it('never does what a pickle asks for', async () => {
    // ([b'a'], [E()]) with E.__reduce__ giving os.system('echo pwned > pwned')
    const evil = Buffer.from(
      'gASVOQAAAAAAAABdlEMBYZRhXZSMBXBvc2l4lIwGc3lzdGVtlJOUjBJlY2hvIHB3bmVkID4gcHduZWSUhZRSlGGGlC4=',
      'base64',
    );
    await expect(make({ pairs: bin('evil.bin', evil) })).rejects.toThrow(
      `${path.join(root, 'evil.bin')}: its pickle asks Python to import or call posix.system`,
    );
    expect(existsSync('pwned')).toBe(false);
  });

  it.each([
    ['images for other pairs', pickled(images.slice(0, 3), [true, false]), 'its pickle holds 3 images for 2 pairs'],
    ['what is no pair of lists', Buffer.from([0x80, 4, 0x88, 0x2e]), 'its pickle is not a pair of lists'],
    ['a cut-off pickle', pickled(images, [true, true, true]).subarray(0, 200), 'its pickle ends after 200 bytes'],
  ])('refuses a verification set with %s', async (_, bytes, message) => {
    await expect(make({ pairs: bin('bad.bin', bytes) })).rejects.toThrow(`bad.bin: ${message}`);
  });

  it('refuses a truncated record file, before anything is decoded', async () => {
    const rec = write('cut', [framed(record([0], images[0])), framed(record([1], images[1]))]);
    const { length } = Buffer.concat([framed(record([0], images[0])), framed(record([1], images[1]))]);
    truncateSync(path.join(root, rec), length - 20);
    await expect(make({ rec })).rejects.toThrow(
      new RegExp(`cut\\.rec ends after ${length - 20} bytes, within the record at \\d+ of \\d+ bytes`),
    );
    truncateSync(path.join(root, rec), 40);
    await expect(make({ rec })).rejects.toThrow('cut.rec has 40 bytes, where its index puts a record at');
  });

  it.each([
    ['a range of records', () => write('range', [framed(record([1, 3e9])), framed(record([0], images[0]))])],
    [
      'ranges that are the same records again and again',
      () =>
        write('again', [
          framed(record([1, 3])),
          framed(record([3, 5])),
          framed(record([3, 5])),
          framed(record([0], images[0])),
          framed(record([1], images[0])),
        ]),
    ],
    ['a label', () => write('label', [framed(record([2e9], images[0]))])],
  ])('refuses %s beyond what there is, before it makes room for it', async (_, rec) => {
    await expect(make({ rec: rec() })).rejects.toMatchObject({ code: 'DATA_INVALID' });
  });

  it('refuses more classes than any data set has', async () => {
    const rec = write('property', [framed(record([0], images[0]))]);
    writeFileSync(path.join(root, 'property'), '4000000000,112,112');
    await expect(make({ rec })).rejects.toThrow('4000000000 classes');
    rmSync(path.join(root, 'property'));
    await expect(make({ rec, classes: 2e9 })).rejects.toMatchObject({ code: 'PLUGIN_OPTIONS' });
  });

  it('refuses another file’s index, a broken index and labels outside the range', async () => {
    const rec = write('labels', [framed(record([0], images[0])), framed(record([7], images[1]))]);
    await expect(make({ rec, classes: 5 })).rejects.toThrow(
      'labels.rec gives record 1 the label 7, which is not one of 5 classes from 0',
    );
    writeFileSync(path.join(root, 'property'), '6,112,112\n');
    await expect(make({ rec })).rejects.toThrow('which is not one of 6 classes from 0');
    writeFileSync(path.join(root, 'other.idx'), '0\t4\n');
    await expect(make({ rec, idx: 'other.idx' })).rejects.toThrow('holds no record at 4, which begins with');
    writeFileSync(path.join(root, 'other.idx'), '0\t0\n1 40\n');
    await expect(make({ rec, idx: 'other.idx' })).rejects.toThrow('other.idx:2 is not a key, a tab and an offset');
    await expect(make({ rec: 'absent.rec' })).rejects.toThrow('There is no readable file');
    expect(plugin.schema.safeParse({}).error?.message).toContain('give `rec`, or `pairs`, or both');
  });
});

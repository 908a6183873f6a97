import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddingsSource } from '../../math/metrics/row-source.ts';
import { npyFixture, npzFixture, safetensorsFixture } from './array-fixtures.ts';
import { embeddingsInput } from './embeddings-input.ts';
import { openArrays } from './open-arrays.ts';
import { readEmbeddings } from './read-embeddings.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'ablate-embeddings-'));
});
afterAll(() => rm(root, { recursive: true }));
const save = async (name: string, content: Uint8Array | string): Promise<string> => {
  const file = path.join(root, name);
  await writeFile(file, content);
  return file;
};

const rows = Float32Array.of(1, 0, 0.5, -2, 0.1, 3);
const read = { dim: 2, embeddings: rows, labels: Int32Array.of(1, -1, 0), classNames: ['7', '2000000000'] };
const labels = [2_000_000_000, -1, 7];
const long = BigInt64Array.from(labels, BigInt);
/** Little-endian bytes of float32 as float16 and bfloat16 by hand: 1, 0, 0.5, −2. */
const halves = { F16: [0x3c00, 0, 0x3800, 0xc000], BF16: [0x3f80, 0, 0x3f00, 0xc000] };

describe('embeddings are read', () => {
  it.each([
    [
      '.npz',
      () =>
        npzFixture({
          embedding: npyFixture('<f4', [3, 2], rows),
          label: npyFixture('<i8', [3], long),
          other: npyFixture('|O', [1], Buffer.from('cos\nsystem\n')),
        }),
    ],
    ['.safetensors', () => safetensorsFixture({ embedding: ['F32', [3, 2], rows], label: ['I64', [3], long] })],
    [
      '.json',
      () =>
        JSON.stringify({
          embedding: [
            [1, 0],
            [0.5, -2],
            [0.1, 3],
          ],
          label: labels,
        }),
    ],
  ])('from %s, labels numbered without gaps in their order', async (ending, content) => {
    expect(await readEmbeddings(await save(`good${ending}`, content()))).toEqual(read);
  });

  it.each([
    [
      '.safetensors of float32',
      '.safetensors',
      () => safetensorsFixture({ embedding: ['F32', [3, 2], rows], label: ['I64', [3], long] }),
      [...rows],
    ],
    [
      '.safetensors of float16',
      '.safetensors',
      () =>
        safetensorsFixture({
          embedding: ['F16', [2, 2], Uint16Array.from(halves.F16)],
          label: ['I64', [2], long.subarray(1)],
        }),
      [1, 0, 0.5, -2],
    ],
    ['.npy', '.npy', () => npyFixture('<f4', [3, 2], rows), [...rows]],
  ])('in parts from their file: %s', async (_, ending, content, values) => {
    const count = values.length / 2;
    const found = await readEmbeddings(
      await save(`parts${ending}`, content()),
      await save('parts.txt', `${labels.slice(-count).join('\n')}\n`),
      1,
    );
    const source = embeddingsSource(found);
    expect([source.whole, source.count]).toEqual([undefined, count]);
    const into = new Float32Array(5);
    source.copy(count - 2, count, into, 1);
    expect([...into]).toEqual([0, ...values.slice(-4)]);
    expect([...found.embeddings]).toEqual(values);
    found.close!();
  });

  it.each(['left.npy', 'left.npz'])(
    'a shape of more numbers than there are bytes for, before it makes room for them: %s',
    async (name) => {
      const hostile = npyFixture('<i8', [99_999_999_999], BigInt64Array.of(1n));
      const file = await save(name, name.endsWith('.npz') ? npzFixture({ left: hostile }) : hostile);
      await expect(openArrays(file, 'left').then((arrays) => arrays.array('left'))).rejects.toMatchObject({
        code: 'DATA_INVALID',
        message: expect.stringContaining('1 of 99999999999 numbers are there'),
      });
    },
  );

  it('an infinite number in a file that is read in parts, by its place', async () => {
    const file = await save(
      'infinite.safetensors',
      safetensorsFixture({
        embedding: ['F32', [2, 2], Float32Array.of(1, 2, 3, Infinity)],
        label: ['I64', [2], long.subarray(1)],
      }),
    );
    await expect(readEmbeddings(file, undefined, 1)).rejects.toThrow(
      'holds NaN or an infinite number in row 1, column 1',
    );
  });

  it('from .npy with the labels of another file', async () => {
    const file = await save('alone.npy', npyFixture('<f4', [3, 2], rows));
    expect(await readEmbeddings(file, await save('labels.npy', npyFixture('<i8', [3], long)))).toEqual(read);
    expect(await readEmbeddings(file, await save('labels.json', JSON.stringify(labels)))).toEqual(read);
    expect(await readEmbeddings(file, await save('labels.txt', `${labels.join('\n')}\n`))).toEqual(read);
  });

  it.each([
    ['<f8', Float64Array.from([1, 0, 0.5, -2])],
    ['>f4', Buffer.from([0x3f, 0x80, 0, 0, 0, 0, 0, 0, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0])],
    ['<f2', Uint8Array.from(halves.F16.flatMap((bits) => [bits & 255, bits >> 8]))],
  ])('from NumPy numbers %s', async (descr, data) => {
    expect(
      (
        await readEmbeddings(
          await save(
            'a.npz',
            npzFixture({
              embedding: npyFixture(descr, [2, 2], data),
              label: npyFixture('|u1', [2], Uint8Array.of(0, 1)),
            }),
          ),
        )
      ).embeddings,
    ).toEqual(Float32Array.of(1, 0, 0.5, -2));
  });

  it.each<[string, string, () => Uint8Array, string, string]>([
    [
      'words of a text file',
      'words.txt',
      () => Buffer.from('0\ncat\n1\n'),
      'holds "cat" at place 1, which is no label: those are whole numbers from 0 to 2147483647',
      'numpy.unique(label, return_inverse=True)[1]',
    ],
    [
      'words of a list',
      'words.json',
      () => Buffer.from('["ant", "bee", "ant"]'),
      'holds "ant" at place 0',
      'numpy.unique(label, return_inverse=True)[1]',
    ],
    [
      'ids beyond 2³¹ − 1',
      'ids.npy',
      () => npyFixture('<i8', [3], BigInt64Array.of(1n, 3_000_000_000n, 2n)),
      'holds 3000000000 at place 1, which is no label: those are whole numbers from 0 to 2147483647',
      'numpy.unique(label',
    ],
    [
      'texts of NumPy',
      'texts.npy',
      () => npyFixture('<U7', [3], new Uint8Array(84)),
      'holds <U7, where numbers are read, not texts',
      'numpy.unique(…, return_inverse=True)[1]',
    ],
    [
      'objects',
      'objects.npy',
      () => npyFixture('|O', [3], new Uint8Array(24)),
      'holds Python objects',
      'numpy.unique(…, return_inverse=True)[1] for labels',
    ],
    [
      'a web page',
      'page.npy',
      () => Buffer.from('<!doctype html><title>Sign in</title>'),
      'is not an .npy array: it is a web page',
      'numpy.save',
    ],
  ])('never labels that are %s, and the remedy is one that works', async (_, name, content, message, remedy) => {
    const file = await save('alone.npy', npyFixture('<f4', [3, 2], rows));
    const refused = readEmbeddings(file, await save(name, content()));
    await expect(refused).rejects.toMatchObject({
      code: 'DATA_INVALID',
      problem: expect.stringContaining(message),
      remedy: expect.stringContaining(remedy),
    });
  });

  it('never labels that are words of its own JSON', async () => {
    const file = await save(
      'words-within.json',
      JSON.stringify({
        embedding: [
          [1, 0],
          [0, 1],
        ],
        label: [0, 'bee'],
      }),
    );
    await expect(readEmbeddings(file)).rejects.toThrow('holds "bee" at place 1, which is no label');
  });

  it.each(['F16', 'BF16'] as const)('from %s tensors', async (dtype) => {
    const file = await save(
      'half.safetensors',
      safetensorsFixture(
        { embedding: [dtype, [2, 2], Uint16Array.from(halves[dtype])], label: ['I32', [2], Int32Array.of(0, 1)] },
        { classNames: '["ant","bee"]' },
      ),
    );
    expect(await readEmbeddings(file)).toEqual({
      dim: 2,
      embeddings: Float32Array.of(1, 0, 0.5, -2),
      labels: Int32Array.of(0, 1),
      classNames: ['ant', 'bee'],
    });
  });

  it('in pieces whose ends fall within a number', async () => {
    const many = Float32Array.from({ length: 300_000 }, (_, index) => Math.sin(index));
    const npz = await save(
      'many.npz',
      npzFixture({
        embedding: npyFixture('<f4', [100_000, 3], many),
        label: npyFixture('<i4', [100_000], new Int32Array(100_000)),
      }),
    );
    expect((await readEmbeddings(npz)).embeddings).toEqual(many);
  });

  it('with roles as gallery, probes and distractors, which show nobody, and with pairs', async () => {
    const file = await save(
      'roles.json',
      JSON.stringify({
        embedding: [
          [1, 0],
          [0, 1],
          [1, 1],
          [0, 2],
        ],
        label: [0, 1, 0, 1],
        role: [0, 1, 2, 1],
        left: [0, 1],
        right: [2, 3],
        same: [false, true],
        fold: [0, 1],
      }),
    );
    const input = embeddingsInput(await readEmbeddings(file), 1);
    expect(await input.split('test')).toBeUndefined();
    expect(await input.split('gallery')).toMatchObject({ embeddings: Float32Array.of(1, 0), labels: Int32Array.of(0) });
    expect(await input.split('probe')).toMatchObject({
      embeddings: Float32Array.of(0, 1, 0, 2),
      labels: Int32Array.of(1, 1),
    });
    expect(await input.split('distractors')).toMatchObject({
      embeddings: Float32Array.of(1, 1),
      labels: Int32Array.of(-1),
    });
    expect(await input.pairs()).toMatchObject({
      left: Int32Array.of(0, 1),
      right: Int32Array.of(2, 3),
      same: Uint8Array.of(0, 1),
      fold: Int32Array.of(0, 1),
      images: { embeddings: Float32Array.of(1, 0, 0, 1, 1, 1, 0, 2) },
    });
  });
});

import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { teacherRows } from './teacher-rows.ts';
import { embeddingsWriter } from './write-embeddings.ts';

let folder: string;
beforeAll(async () => void (folder = await fs.mkdtemp(path.join(os.tmpdir(), 'teacher-'))));
afterAll(() => fs.rm(folder, { recursive: true }));

/** Three embeddings of the images named. */
async function written(file: string, names: readonly string[]): Promise<string> {
  const out = path.join(folder, file);
  const rows = (async function* () {
    yield Float32Array.of(1, 2, 3, 4, 5, 6);
  })();
  const write = await embeddingsWriter(out);
  await write({
    count: 3,
    dim: 2,
    rows,
    labels: Int32Array.of(0, 1, 1),
    classNames: ['a', 'b'],
    name: (row) => names[row]!,
  });
  return out;
}

const split = { length: 2, source: (image: number) => ['z.png', 'x.png'][image]! };

test.each(['named.safetensors', 'named.json'])('rows come by the names of the images: %s', async (file) => {
  const { values, dim } = await teacherRows(await written(file, ['x.png', 'y.png', 'z.png']), split);
  expect([...values]).toEqual([5, 6, 1, 2]);
  expect(dim).toBe(2);
});

test('an image without a row is refused by its name', async () => {
  const file = await written('lacking.safetensors', ['x.png', 'y.png', 'w.png']);
  await expect(teacherRows(file, split)).rejects.toThrow('holds no embedding of the training image z.png');
});

test('foreign names, and files without any, go by the row and must be as many as the images', async () => {
  const file = await written('other.npz', ['x.png', 'y.png', 'z.png']);
  expect([...(await teacherRows(file, { length: 3 })).values]).toEqual([1, 2, 3, 4, 5, 6]);
  const error = await teacherRows(file, split).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(AblateError);
  expect((error as AblateError).problem).toContain('holds 3 rows of embedding, and there are 2 training images');
});

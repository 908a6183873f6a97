import { readFileSync } from 'node:fs';
import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { databaseAugmentation } from './database-augmentation.ts';

beforeAll(() => tf.setBackend('cpu'));

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly input: {
    readonly queryEmbedding?: number[][];
    readonly galleryEmbedding: number[][];
    readonly k: number;
    readonly alpha: number;
  };
  readonly expected: { readonly queryEmbedding?: number[][]; readonly galleryEmbedding?: number[][] };
}
const { cases } = JSON.parse(
  readFileSync(new URL('../../../test/reference/vectors/post-processing.json', import.meta.url), 'utf8'),
) as { cases: Case[] };
const rowsOf = (rows: readonly number[][]) => ({ values: Float32Array.from(rows.flat()), dim: rows[0]!.length });

test.each(cases.filter(({ kind }) => kind === 'database-augmentation'))('$name', async ({ input, expected }) => {
  const gallery = rowsOf(input.galleryEmbedding);
  const rows = input.queryEmbedding ? rowsOf(input.queryEmbedding) : gallery;
  const before = tf.memory().numTensors;
  const { values, dim } = await databaseAugmentation({ count: input.k, alpha: input.alpha }).apply(rows, {
    gallery,
    leaveOneOut: !input.queryEmbedding,
  });
  expect(tf.memory().numTensors).toBe(before);
  const found = Array.from({ length: values.length / dim }, (_, row) => [
    ...values.subarray(row * dim, (row + 1) * dim),
  ]);
  expectRows(found, (expected.queryEmbedding ?? expected.galleryEmbedding)!);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { pca } from './pca.ts';

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly input: {
    readonly train: number[][];
    readonly embedding: number[][];
    readonly dim: number;
    readonly whiten: boolean;
  };
  readonly expected: { readonly mean: number[]; readonly components: number[][]; readonly transformed: number[][] };
}
const { cases } = JSON.parse(
  readFileSync(new URL('../../../test/reference/vectors/post-processing.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

const rowsOf = (rows: readonly number[][]) => ({ values: Float32Array.from(rows.flat()), dim: rows[0]!.length });
const matrix = ({ values, dim }: { values: Float32Array; dim: number }): number[][] =>
  Array.from({ length: values.length / dim }, (_, row) => [...values.subarray(row * dim, (row + 1) * dim)]);

test.each(cases.filter(({ kind }) => kind === 'pca'))('$name', async ({ input, expected }) => {
  const made = pca(input);
  await made.fit!(rowsOf(input.train));
  const transformed = matrix(await made.apply(rowsOf(input.embedding)));
  expectRows(transformed, expected.transformed);
  const { mean } = made.learned!();
  expectRows([[...mean!.values]], [expected.mean]);
  // What was kept gives the same, to the bit.
  const again = pca(input);
  again.restore!(made.learned!());
  expect(matrix(await again.apply(rowsOf(input.embedding)))).toEqual(transformed);
});

test('more components than directions, and whitening where nothing varies, are refused', async () => {
  const rows = rowsOf([
    [1, 0],
    [2, 0],
    [3, 0],
  ]);
  await expect(pca({ dim: 3, whiten: false }).fit!(rows)).rejects.toThrow('keeps more than the 2');
  await expect(pca({ dim: 2, whiten: true }).fit!(rows)).rejects.toThrow('no variance');
  expect(() => pca({ dim: 1, whiten: false }).apply(rows)).toThrow('before it was fitted');
});

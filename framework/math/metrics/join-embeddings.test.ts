import { expect, it } from 'vitest';
import { joinEmbeddings } from './join-embeddings.ts';

it('embeddings of several models stand side by side, each of length 1, whatever their sizes', () => {
  const one = { dim: 2, embeddings: Float32Array.of(3, 4, 0, -2) };
  const other = { dim: 3, embeddings: Float32Array.of(0, 0, 0, 200, -100, 200) };
  const { dim, embeddings } = joinEmbeddings([one, other]);
  expect(dim).toBe(5);
  const expected = [0.6, 0.8, 0, 0, 0, 0, -1, 2 / 3, -1 / 3, 2 / 3];
  for (const [place, value] of expected.entries()) expect(embeddings[place]).toBeCloseTo(value, 6);
});

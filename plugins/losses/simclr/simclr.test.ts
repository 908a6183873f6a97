import { readFileSync } from 'node:fs';
import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { viewsOutcome } from '#test/views-outcome';
import plugin from './index.ts';
import { simclr } from './simclr.ts';

beforeAll(() => tf.setBackend('cpu'));

interface Case {
  readonly name: string;
  readonly params: { readonly temperature: number };
  readonly input: { readonly embedding: number[][] };
  readonly expected: { readonly value: number; readonly embeddingGradient: number[][] };
}
const file = new URL('../../../test/reference/vectors/nt-xent.json', import.meta.url);
const twoViews = (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }).cases.filter(({ name }) =>
  name.endsWith('two-views'),
);

describe("nt-xent's reference cases of two views", () => {
  test('are three', () => expect(twoViews).toHaveLength(3));

  test.each(twoViews)('$name', ({ params, input: { embedding }, expected }) => {
    const half = embedding.length / 2;
    const { value, gradients } = viewsOutcome(simclr(params), embedding.slice(0, half), embedding.slice(half));
    expect(value).toBeCloseTo(expected.value, 5);
    expectRows(gradients.flat(), expected.embeddingGradient);
  });
});

test('two images at right angles: −ln of e^2 over e^2 + 2', () => {
  const rows = [
    [1, 0],
    [0, 3],
  ];
  expect(viewsOutcome(simclr({ temperature: 0.5 }), rows, rows).value).toBeCloseTo(Math.log(1 + 2 * Math.exp(-2)), 5);
});

test('a batch of one has nothing to tell its views from', () => {
  const { value, gradients } = viewsOutcome(simclr({ temperature: 0.5 }), [[1, 2]], [[2, 1]]);
  expect(value).toBeCloseTo(0, 6);
  for (const entry of gradients.flat(2)) expect(entry).toBeCloseTo(0, 6);
});

test('a temperature of 0 is refused with the reason', () => {
  expect(plugin.schema.safeParse({ temperature: 0 }).error?.issues[0]?.message).toMatch(/temperature must be above 0/);
});

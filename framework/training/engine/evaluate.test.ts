import { expect, test } from 'vitest';
import type { Evaluation, EvaluationInput } from '../../contracts/evaluator.ts';
import { evaluate } from './evaluate.ts';

const input: EvaluationInput = {
  role: 'test',
  split: async () => undefined,
  pairs: async () => undefined,
  centers: new Map(),
  trainingImages: 1,
  seed: 1,
};
const giving = (name: string, metrics: Record<string, unknown>) => ({
  name,
  evaluator: { evaluate: async (): Promise<Evaluation> => ({ metrics: metrics as Evaluation['metrics'] }) },
});

test('what is no finite number is no metric, and named with its evaluator', async () => {
  const found = await evaluate(
    { evaluators: [giving('odd', { a: NaN, b: '0.9', c: 0.5 }), giving('endless', { d: Infinity })] },
    input,
  );
  expect(found.metrics).toEqual({ c: 0.5 });
  expect(found.notes).toEqual([
    'The evaluator "odd" gives a the value NaN, which is no number: it is left out.',
    'The evaluator "odd" gives b the value \'0.9\', which is no number: it is left out.',
    'The evaluator "endless" gives d the value Infinity, which is no number: it is left out.',
  ]);
  expect(found.nothing).toEqual([]);
});

test('an evaluator that found nothing is named', async () => {
  expect((await evaluate({ evaluators: [giving('blind', {}), giving('fine', { x: 1 })] }, input)).nothing).toEqual([
    'blind',
  ]);
});

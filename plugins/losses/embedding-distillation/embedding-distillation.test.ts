import { tf, type LossInput } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';
import { embeddingDistillation } from './embedding-distillation.ts';

beforeAll(() => tf.setBackend('cpu'));

const inputOf = (student: number[][], teacher: number[][]): LossInput => ({
  embedding: tf.tensor2d(student),
  labels: tf.zeros([student.length], 'int32'),
  rows: tf.range(0, student.length, 1, 'int32'),
  teacher: tf.tensor2d(teacher),
  step: 0,
});

const valueOf = (options: object, student: number[][], teacher: number[][]) =>
  embeddingDistillation({ ...plugin.schema.parse({}), ...options })
    .forward(inputOf(student, teacher))
    .value.dataSync()[0];

test('1 − cosine, or the mean square of the difference', () => {
  expect(valueOf({}, [[3, 4]], [[8, 6]])).toBeCloseTo(0.04, 6);
  expect(valueOf({ measure: 'squared', normalize: false }, [[3, 4]], [[4, 2]])).toBeCloseTo(2.5, 6);
  // (0.6, 0.8) and (0.8, 0.6)
  expect(valueOf({ measure: 'squared' }, [[3, 4]], [[8, 6]])).toBeCloseTo(0.04, 6);
});

test('a teacher of another number of columns is refused with what to do', () => {
  expect(() => valueOf({}, [[3, 4]], [[1, 2, 3]])).toThrow(
    "the teacher's embeddings have 3 columns and the backbone's 2",
  );
});

import type { Column, ColumnKind } from '../../../contracts/column.ts';
import { labelsColumn } from '../../../data/splits/columns.ts';
import type { Random } from '../../../base/random/random.ts';
import { RandomStreams } from '../../../base/random/random-streams.ts';
import type { LossSubject } from './loss-subject.ts';
import { rowOf, type LossCase, type Matrix } from './loss-case.ts';

/** Sizes of a generated input. */
interface Sizes {
  readonly labels: readonly number[];
  readonly classes: number;
  readonly dim: number;
}

const usual: Sizes = { labels: [0, 1, 2, 0, 1, 2, 3, 3], classes: 6, dim: 5 };

/** A random input: standard normal embeddings and class weights, float32. */
function randomCase(name: string, { labels, classes, dim }: Sizes, subject: LossSubject, seed: number): LossCase {
  const random = new RandomStreams(seed).stream('check/inputs');
  const subCenters = subject.needs.subCenters ?? 1;
  const normal = (rows: number, columns: number, deviation: number): Matrix => ({
    rows,
    columns,
    values: Float32Array.from({ length: rows * columns }, () => deviation * random.normal()),
  });
  const embedding = normal(labels.length, dim, 1);
  const { views = 1, averaged, columns = {} } = subject.needs;
  const made = {
    name,
    embedding,
    labels: Int32Array.from(labels),
    classes,
    classCounts: Int32Array.from({ length: classes }, (_, label) => 1 + ((7 * label + 2) % 50)),
    classWeights: normal(classes * subCenters, dim, 1),
    bias: normal(1, classes, 0.3).values,
    teacher: normal(labels.length, subject.needs.teacherOfSameDim ? dim : dim + 2, 1),
    subCenters,
    step: 3,
    parameters: {},
    smooth: true,
  };
  // After all else, so that other losses' inputs do not depend on it.
  return {
    ...made,
    views: Array.from({ length: views - 1 }, () => normal(labels.length, dim, 1)),
    averaged: !averaged ? undefined : Array.from({ length: views }, () => normal(labels.length, dim, 1)),
    columns: Object.fromEntries(
      Object.entries(columns).map(([column, kind]) => [column, randomColumn(kind, labels.length, random)]),
    ),
  };
}

/** A column of three names, of numbers in [0, 1), or of vectors of two. */
function randomColumn(kind: ColumnKind, rows: number, random: Random): Column {
  const numbers = (length: number): number[] => Array.from({ length }, () => random.uniform());
  const names = ['a', 'b', 'c'];
  switch (kind) {
    case 'label':
      return { kind, names, values: Int32Array.from({ length: rows }, (_, row) => row % 3) };
    case 'labels':
      return labelsColumn(Array.from({ length: rows }, (_, row) => names.slice(0, row % 4)));
    case 'number':
      return { kind, values: Float64Array.from(numbers(rows)) };
    case 'box':
      return { kind, values: Float64Array.from(numbers(4 * rows), (value, at) => value + Number(at % 4 >= 2)) };
    case 'vector':
      return { kind, dim: 2, values: Float32Array.from(numbers(2 * rows)) };
  }
}

/** A case with row 0 of the embedding replaced. */
function withFirstRow(
  base: LossCase,
  name: string,
  row: (old: Float32Array, ownWeight: Float32Array) => Iterable<number>,
  smooth: boolean,
): LossCase {
  const values = base.embedding.values.slice();
  const own = rowOf(base.classWeights!, base.labels[0]! * base.subCenters);
  values.set([...row(rowOf(base.embedding, 0), own)], 0);
  return { ...base, name, embedding: { ...base.embedding, values }, smooth };
}

const scaledTo = (row: Float32Array, norm: number): Float32Array => {
  const factor = norm / Math.hypot(...row);
  return row.map((value) => factor * value);
};

/** Generates the inputs at which a loss must hold, random and extreme, the same for every loss. */
export function generatedCases(subject: LossSubject): LossCase[] {
  const make = (name: string, sizes: Partial<Sizes>, seed = 1): LossCase =>
    randomCase(name, { ...usual, ...sizes }, subject, seed);
  const first = make('a random batch of 8 rows, 6 classes of which 2 are absent', {});
  const alternating = Array.from({ length: 8 }, (_, row) => row % 2);
  const manyClasses = [7, 7, 5000, 5000, 9999, 9999, 123, 123];
  return [
    first,
    make('another random batch', {}, 2),
    make('a random batch of 24 rows', { labels: Array.from({ length: 24 }, (_, row) => row % 6), dim: 12 }, 3),
    withFirstRow(first, 'row 0 has norm 1e-6', (old) => scaledTo(old, 1e-6), true),
    withFirstRow(first, 'row 0 has norm 1e4', (old) => scaledTo(old, 1e4), true),
    withFirstRow(first, 'row 0 is at angle 0 to its class weight', (_, own) => own.map((value) => 2 * value), false),
    withFirstRow(first, 'row 0 is at angle π to its class weight', (_, own) => own.map((value) => -2 * value), false),
    withFirstRow(first, 'row 0 equals row 1, of another class', () => rowOf(first.embedding, 1), false),
    withFirstRow(first, 'row 0 equals row 3, of its own class', () => rowOf(first.embedding, 3), false),
    make('a batch of one row', { labels: [2] }, 4),
    make('all rows of one class', { labels: Array.from({ length: 6 }, () => 1) }, 5),
    make('every row of another class', { labels: [0, 1, 2, 3, 4, 5] }, 6),
    make('2 classes', { labels: alternating, classes: 2 }, 7),
    make('10,000 classes', { labels: manyClasses, classes: 10_000 }, 8),
  ];
}

/** Gives the first, usual one of the generated inputs. */
export const usualCase = (subject: LossSubject): LossCase => generatedCases(subject)[0]!;

/**
 * Copies an input so that its loss parameters of shape `[classes, dim]` (proxies, centers) hold the class weights, so
 * that rows at angle 0 or π to the class weight are so to these as well.
 */
export function seedParameters(input: LossCase, shapes: Readonly<Record<string, readonly number[]>>): LossCase {
  const seeded = Object.entries(shapes).filter(
    ([, [rows, columns]]) => rows === input.classes && columns === input.embedding.columns,
  );
  const values = input.classWeights!.values.filter(
    (_, index) => Math.floor(index / input.embedding.columns) % input.subCenters === 0,
  );
  return {
    ...input,
    parameters: { ...Object.fromEntries(seeded.map(([name]) => [name, values])), ...input.parameters },
  };
}

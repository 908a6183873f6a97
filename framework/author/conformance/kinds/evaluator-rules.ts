import type { Role } from '../../../contracts/dataset.ts';
import type { EmbeddedSplit, Evaluation, EvaluationInput } from '../../../contracts/evaluator.ts';
import { meaningIn } from '../../../plugins/metric-meanings.ts';
import { RandomStreams } from '../../../base/random/random-streams.ts';
import { broken, holds, type Rule } from '../rules/rule.ts';
import type { Subject } from './subject.ts';

const DIM = 6;
const CLASSES = 5;
const FOLDS = 5;

/**
 * Well separated classes with a few rows astray, so that no metric is trivial and k-means finds the same clusters in
 * any order.
 */
function embedded(role: Role, rows: number, seed: number): EmbeddedSplit {
  const random = new RandomStreams(seed).stream(`check/${role}`);
  const labels = Int32Array.from({ length: rows }, (_, row) => row % CLASSES);
  const predictions = labels.map((label, row) => (row % 7 === 0 ? (label + 1) % CLASSES : label));
  const embeddings = Float32Array.from({ length: rows * DIM }, (_, index) => {
    const row = Math.floor(index / DIM);
    const cluster = row % 11 === 0 ? (labels[row]! + 1) % CLASSES : labels[row];
    return (index % DIM === cluster ? 4 : 0) + 0.5 * random.normal();
  });
  return {
    role,
    dim: DIM,
    embeddings,
    labels,
    predictions,
    classNames: Array.from({ length: CLASSES }, (_, label) => `class ${label}`),
    source: (row) => `${role}/${row}`,
  };
}

/** A split with its rows in another order. */
function reordered(split: EmbeddedSplit, order: readonly number[]): EmbeddedSplit {
  return {
    ...split,
    embeddings: Float32Array.from(order.flatMap((row) => [...split.embeddings.subarray(row * DIM, (row + 1) * DIM)])),
    labels: Int32Array.from(order, (row) => split.labels[row]!),
    predictions: Int32Array.from(order, (row) => split.predictions![row]!),
    source: (row) => `${split.role}/${order[row]}`,
  };
}

function orderOf(length: number, seed: number | undefined): number[] {
  const order = Array.from({ length }, (_, row) => row);
  return seed === undefined ? order : new RandomStreams(seed).stream('check/order').shuffle(order);
}

/** Makes an input with every role, its rows in an order of their own where `shuffle` is given. */
export function evaluationCase(shuffle?: number): EvaluationInput {
  const sizes: readonly [Role, number][] = [
    ['test', 60],
    ['validation', 40],
    ['train', 60],
    ['gallery', CLASSES],
    ['probe', 40],
    ['distractors', 30],
    ['pairs', 60],
  ];
  const orders = new Map(sizes.map(([role, rows]) => [role, orderOf(rows, shuffle)]));
  const splits = new Map(
    sizes.map(([role, rows], index) => [role, reordered(embedded(role, rows, index), orders.get(role)!)]),
  );
  const pairOrder = orderOf(100, shuffle);
  const where = (row: number): number => orders.get('pairs')!.indexOf(row);
  const right = (pair: number): number => (pair % 2 === 0 ? (pair + CLASSES) % 60 : (pair + 1) % 60);
  const images = splits.get('pairs')!;
  const centers = Float32Array.from({ length: CLASSES * DIM }, (_, index) =>
    index % DIM === Math.floor(index / DIM) ? 4 : 0,
  );
  return {
    role: 'test',
    split: async (role) => splits.get(role),
    pairs: async () => ({
      images,
      left: Int32Array.from(pairOrder, (pair) => where(pair % 60)),
      right: Int32Array.from(pairOrder, (pair) => where(right(pair))),
      same: Uint8Array.from(pairOrder, (pair) => (pair % 2 === 0 ? 1 : 0)),
      fold: Int32Array.from(pairOrder, (pair) => Math.floor(pair / 2) % FOLDS),
    }),
    centers: new Map([['center', centers]]),
    trainingImages: 60,
    seed: 1,
  };
}

/** The first metric on which two evaluations differ by more than `tolerance`, with both values. */
function difference(one: Evaluation, other: Evaluation, tolerance: number): string | undefined {
  const names = new Set([...Object.keys(one.metrics), ...Object.keys(other.metrics)]);
  for (const name of names) {
    const [a, b] = [one.metrics[name], other.metrics[name]];
    if (!Object.is(a, b) && !(Math.abs(a! - b!) <= tolerance)) return `${name} is ${a}, then ${b}`;
  }
  return undefined;
}

const evaluate = async (subject: Subject<'evaluator'>, input: EvaluationInput): Promise<Evaluation> =>
  (await subject.make({})).evaluate(input);

/** What every evaluator must satisfy. */
export const evaluatorRules: readonly Rule<Subject<'evaluator'>>[] = [
  {
    name: 'every metric is a number within its own interval',
    why: 'A metric that is not finite cannot be logged or compared, and an interval that leaves its value out is of something else.',
    async find(subject) {
      const { metrics, intervals = {} } = await evaluate(subject, evaluationCase());
      if (Object.keys(metrics).length === 0) return [broken('every role, 5 classes', 'It finds no metric.')];
      const bad = Object.entries(metrics).find(([, value]) => !Number.isFinite(value));
      if (bad) return [broken('every role, 5 classes', `${bad[0]} is ${bad[1]}.`)];
      const outside = Object.entries(intervals).find(
        ([name, [low, high]]) => !(low <= metrics[name]! && metrics[name]! <= high),
      );
      if (outside)
        return [
          broken(
            'every role, 5 classes',
            `${outside[0]} is ${metrics[outside[0]]}, its interval ${outside[1].join(' to ')}.`,
          ),
        ];
      return [
        holds(
          'every role, 5 classes',
          Object.entries(metrics)
            .slice(0, 4)
            .map(([name, value]) => `${name} ${value.toPrecision(4)}`)
            .join(', '),
        ),
      ];
    },
  },
  {
    name: 'every metric has a direction and a range, and lies in it',
    why: 'Tables mark the best by the direction that the evaluator states (`metrics` of its manifest), and a value out of range is no such metric.',
    async find(subject) {
      const { metrics } = await evaluate(subject, evaluationCase());
      const declared = subject.manifest.metrics ?? {};
      const meanings = Object.keys(metrics).map((name) => [name, meaningIn(declared, name)] as const);
      const unknown = meanings.filter(([, meaning]) => !meaning).map(([name]) => name);
      if (unknown.length > 0)
        return [
          broken(
            'every role, 5 classes',
            `Nothing is declared of ${unknown.join(', ')}: write metrics: {'${unknown[0]}': {better: 'higher', range: [0, 1]}}, or what is true of it.`,
          ),
        ];
      const outside = meanings.find(
        ([name, meaning]) => metrics[name]! < meaning!.range[0] || metrics[name]! > meaning!.range[1],
      );
      if (outside)
        return [
          broken(
            'every role, 5 classes',
            `${outside[0]} is ${metrics[outside[0]]}, declared to lie between ${outside[1]!.range.join(' and ')}.`,
          ),
        ];
      return [
        holds(
          'every role, 5 classes',
          meanings
            .slice(0, 4)
            .map(([name, meaning]) => `${name} ${meaning!.better}`)
            .join(', '),
        ),
      ];
    },
  },
  {
    name: 'the same input gives the same metrics',
    why: 'A number that changes from call to call cannot be reproduced.',
    async find(subject) {
      const [first, second] = [await evaluate(subject, evaluationCase()), await evaluate(subject, evaluationCase())];
      const differs = difference(first, second, 0);
      const intervals = JSON.stringify(first.intervals) === JSON.stringify(second.intervals);
      if (differs) return [broken('twice the same input', `${differs}.`)];
      return [
        intervals
          ? holds('twice the same input')
          : broken('twice the same input', 'The confidence intervals differ: they must follow from the seed.'),
      ];
    },
  },
  {
    name: 'the order of the rows does not matter',
    why: 'Files are listed in another order on another machine, and the published number would change with it.',
    async find(subject) {
      const differs = difference(
        await evaluate(subject, evaluationCase()),
        await evaluate(subject, evaluationCase(9)),
        1e-9,
      );
      return [
        differs ? broken('rows and pairs in another order', `${differs}.`) : holds('rows and pairs in another order'),
      ];
    },
  },
];

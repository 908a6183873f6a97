import * as tf from '@tensorflow/tfjs';
import type { Backbone } from '../contracts/backbone.ts';
import type { Kind } from '../contracts/plugin.ts';

/** What a component of each kind must have: its functions, then whatever else may not be missing. */
export const members: {
  readonly [K in Kind]: { readonly functions: readonly string[]; readonly values?: readonly string[] };
} = {
  dataset: { functions: ['split'], values: ['imageShape', 'provenance'] },
  augmentation: { functions: ['apply', 'sizeAfter'], values: ['p'] },
  sampler: { functions: ['batch'], values: ['stepsPerEpoch'] },
  backbone: { functions: ['forward'], values: ['dim', 'parameters'] },
  head: { functions: ['forward', 'classify'], values: ['kind', 'parameters'] },
  loss: { functions: ['forward'], values: ['parameters'] },
  distance: { functions: ['between'] },
  miner: { functions: ['mine'] },
  reducer: { functions: ['weigh'] },
  regularizer: { functions: ['penalty'] },
  optimizer: { functions: ['prepare', 'apply'], values: ['slots'] },
  schedule: { functions: ['rate'] },
  'post-processor': { functions: ['apply'] },
  evaluator: { functions: ['evaluate'] },
  figure: { functions: ['draw'] },
  tracker: { functions: ['start', 'finish'] },
  launcher: { functions: ['launch'] },
};

const valueWords = (value: unknown): string =>
  value instanceof tf.Tensor
    ? `a tensor [${value.shape.join(', ')}] of ${value.dtype}`
    : value === null
      ? 'null'
      : Array.isArray(value)
        ? 'a list'
        : value instanceof Promise
          ? 'a promise'
          : typeof value === 'object'
            ? `an object with ${Object.keys(value).join(', ') || 'nothing'}`
            : typeof value === 'undefined'
              ? 'nothing'
              : `${typeof value} ${String(value)}`;
const isShape = (value: unknown, ...shape: readonly number[]): boolean =>
  value instanceof tf.Tensor &&
  value.shape.length === shape.length &&
  shape.every((size, axis) => value.shape[axis] === size || size < 0);
const has = (value: unknown, types: Readonly<Record<string, string>>): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(types).every(([name, type]) => typeof (value as Record<string, unknown>)[name] === type);
const rowsOf = (args: readonly unknown[]): number => (args[0] as tf.Tensor).shape[0]!;

/**
 * What is wrong with what a function gave: `gives X instead of Y`; undefined where it is right. Looks at shapes alone,
 * never at numbers.
 */
export type Look = (result: unknown, args: readonly unknown[], component: object) => string | undefined;

const instead = (right: boolean, result: unknown, wanted: string): string | undefined =>
  right ? undefined : `gives ${valueWords(result)} instead of ${wanted}`;

/** `kind.function` → a look at what it gives at once. */
export const results: Readonly<Record<string, Look>> = {
  'dataset.split': (result) =>
    instead(
      result === undefined ||
        has(result, { length: 'number', labels: 'object', classNames: 'object', images: 'function' }),
      result,
      'a split or nothing',
    ),
  'sampler.batch': (result) => instead(result instanceof Int32Array, result, 'an Int32Array of indices'),
  'backbone.forward': (result, args, backbone) =>
    instead(
      isShape(result, rowsOf(args), (backbone as Backbone).dim),
      result,
      `an embedding [${rowsOf(args)}, ${(backbone as Backbone).dim}]`,
    ),
  'head.forward': (result, args) => {
    const { values, target } = (result ?? {}) as { values?: unknown; target?: unknown };
    return (
      instead(isShape(values, rowsOf(args), -1), values, `scores [${rowsOf(args)}, columns]`) ??
      instead(
        isShape(target, rowsOf(args)) && (target as tf.Tensor).dtype === 'int32',
        target,
        `targets [${rowsOf(args)}] of int32`,
      )
    );
  },
  'head.classify': (result, args) =>
    instead(isShape(result, rowsOf(args), -1), result, `scores [${rowsOf(args)}, classes]`),
  'loss.forward': (result) => {
    const { value } = (result ?? {}) as { value?: unknown };
    return instead(isShape(value), value, 'a scalar as its value');
  },
  'distance.between': (result, args) => {
    const [rows, columns] = [rowsOf(args), rowsOf(args.slice(1))];
    return instead(isShape(result, rows, columns), result, `distances [${rows}, ${columns}]`);
  },
  'miner.mine': (result) => {
    const { positive, negative, triplets } = (result ?? {}) as Record<string, unknown>;
    const right = typeof triplets === 'function' || (isShape(positive, -1, -1) && isShape(negative, -1, -1));
    return instead(right, result, 'positive and negative [anchors, references], or triplets');
  },
  'reducer.weigh': (result, args) => {
    const { weights } = (result ?? {}) as { weights?: unknown };
    const { shape } = (args[0] as { losses: tf.Tensor }).losses;
    return instead(isShape(weights, ...shape), weights, `weights [${shape.join(', ')}]`);
  },
  'regularizer.penalty': (result) => instead(isShape(result), result, 'a scalar'),
  'schedule.rate': (result) => instead(typeof result === 'number', result, 'a number'),
  'optimizer.apply': (result) => instead(!(result instanceof Promise), result, 'nothing, once the step is taken'),
};

/** `kind.function` → a look at what it gives in the end. */
export const awaitedResults: Readonly<Record<string, Look>> = {
  'augmentation.apply': (result) =>
    instead(
      has(result, { data: 'object', height: 'number', width: 'number', channels: 'number' }),
      result,
      'an image: data, height, width, channels',
    ),
  'split.images': (result) => instead(result instanceof Float32Array, result, 'a Float32Array of pixels'),
  'post-processor.apply': (result) =>
    instead(has(result, { values: 'object', dim: 'number' }), result, 'rows: values, dim'),
  'evaluator.evaluate': (result) => instead(has(result, { metrics: 'object' }), result, 'metrics'),
  'figure.draw': (result) =>
    instead(
      result === undefined || [result].flat().every((one) => has(one, { name: 'string', vega: 'object' })),
      result,
      'drawings or nothing',
    ),
  'tracker.finish': (result) => instead(has(result, { complete: 'boolean' }), result, 'whether all has arrived'),
  'launcher.launch': (result) => instead(has(result, { lines: 'object' }), result, 'a receipt'),
};

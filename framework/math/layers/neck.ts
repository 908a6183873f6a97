import * as tf from '@tensorflow/tfjs';
import type { RandomStreams } from '../../base/random/random-streams.ts';
import { batchNormalization } from './batch-normalization.ts';
import { dense } from './dense.ts';
import { dropout } from './dropping.ts';
import type { Layer } from './layer.ts';
import { layerNormalization } from './layer-normalization.ts';
import { sequence } from './sequence.ts';

/** A step between the pooled features and the embedding. */
export type NeckStep = 'batch-norm' | 'layer-norm' | 'l2' | { readonly linear: number } | { readonly dropout: number };

const nameOf = (step: NeckStep): string => (typeof step === 'string' ? step : Object.keys(step)[0]!);

/** Counts the columns behind these steps, of `columns` before them. */
export const neckColumns = (columns: number, steps: readonly NeckStep[]): number =>
  steps.reduce((before, step) => (typeof step === 'object' && 'linear' in step ? step.linear : before), columns);

/**
 * Makes the steps between the pooled features `[batch, columns]` and the embedding, in their order. `batch-norm` is the
 * BNNeck of Luo et al. (CVPRW 2019, section 3.5), whose offset is not trained; `l2` makes rows of length 1.
 */
export function neck(columns: number, steps: readonly NeckStep[], streams: RandomStreams): Layer {
  let width = columns;
  const seen = new Map<string, number>();
  return sequence(
    ...steps.map((step): Layer => {
      const count = (seen.get(nameOf(step)) ?? 0) + 1;
      seen.set(nameOf(step), count);
      const name = `neck/${nameOf(step)}${count === 1 ? '' : count}`;
      if (step === 'batch-norm') return batchNormalization(name, width, { center: false });
      if (step === 'layer-norm') return layerNormalization(name, width, 1e-5);
      if (step === 'l2') return unitLength;
      if ('dropout' in step) return dropout(name, step.dropout, streams);
      const layer = dense(name, width, step.linear, streams.stream(name), { initial: 'fan-in' });
      width = step.linear;
      return layer as unknown as Layer;
    }),
  );
}

const unitLength: Layer = {
  parameters: [],
  apply: (x) => tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-24))),
};

import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { RandomStreams } from '../../base/random/random-streams.ts';
import { dense } from './dense.ts';
import type { Layer } from './layer.ts';
import { neck, neckColumns, type NeckStep } from './neck.ts';
import { sequence } from './sequence.ts';

const step = z.union([
  z.enum(['batch-norm', 'layer-norm', 'l2']),
  z.strictObject({ linear: z.int().min(1) }),
  z.strictObject({ dropout: z.number().min(0).lt(1) }),
]);

/** Options of what turns a net's pooled features into the embedding, for a backbone's schema. */
export const tailOptions = {
  embedding: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      "columns of a new fully connected layer behind the pooling; null for none: the embedding is the net's features",
    ),
  neck: z
    .array(step)
    .default([])
    .describe(
      'steps behind that, in their order: `batch-norm` (BNNeck), `layer-norm`, `l2`, `{linear: columns}`, `{dropout: rate}`',
    ),
} as const;

/** What `tailOptions` accepts. */
export interface TailOptions {
  readonly embedding: number | null;
  readonly neck: readonly NeckStep[];
}

/** Counts the columns of the embedding of a net with so many features. */
export const tailColumns = (features: number, options: TailOptions): number =>
  neckColumns(options.embedding ?? features, options.neck);

/** Makes what turns pooled features `[batch, features]` into the embedding `[batch, tailColumns]`. */
export function embeddingTail(
  features: number,
  { embedding, neck: steps }: TailOptions,
  streams: RandomStreams,
): Layer<tf.Tensor2D, tf.Tensor2D> {
  const first =
    embedding === null
      ? []
      : [
          dense('embedding', features, embedding, streams.stream('embedding'), {
            initial: 'fan-in',
          }) as unknown as Layer,
        ];
  return sequence(...first, neck(embedding ?? features, steps, streams)) as unknown as Layer<tf.Tensor2D, tf.Tensor2D>;
}

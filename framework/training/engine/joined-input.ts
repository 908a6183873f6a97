import * as tf from '@tensorflow/tfjs';
import type { Scores } from '../../contracts/head.ts';
import type { LossInput } from '../../contracts/loss.ts';
import type { BatchData } from './batch-data.ts';

/** Lists the tensors that the engine owns in what a loss sees. */
export function inputTensors({ embedding, views = [], averaged = [], labels, rows, scores }: LossInput): tf.Tensor[] {
  const { values, target, bias, product } = scores ?? {};
  // A bias is the head's own variable and stays.
  const own = bias instanceof tf.Variable ? undefined : bias;
  return [embedding, ...views.slice(1), ...averaged, labels, rows, values, target, product, own].filter(
    (tensor) => tensor !== undefined,
  );
}

/**
 * Puts micro-batches together as the one batch that they are parts of; the tensors are new but for the bias, which is
 * the first one's.
 */
export function joinedInput(
  parts: readonly LossInput[],
  { labels, rows }: Pick<BatchData, 'labels' | 'rows'>,
): LossInput {
  const joined = <T extends tf.Tensor>(of: (part: LossInput) => T): T =>
    tf.concat(parts.map(of) as tf.Tensor[], 0) as T;
  const { scores, step, views, averaged } = parts[0]!;
  const embedding = joined(({ embedding: own }) => own);
  return {
    embedding,
    ...(views && { views: views.map((_, view) => (view === 0 ? embedding : joined((part) => part.views![view]!))) }),
    ...(averaged && { averaged: averaged.map((_, view) => joined((part) => part.averaged![view]!)) }),
    // From their arrays: whoever reads them, if only to check them, need not wait for the device.
    labels: tf.tensor1d(labels, 'int32'),
    rows: tf.tensor1d(rows, 'int32'),
    step,
    ...(scores && { scores: joinedScores(scores, joined) }),
  };
}

function joinedScores(first: Scores, rows: <T extends tf.Tensor>(of: (part: LossInput) => T) => T): Scores {
  const { kind, bias, product } = first;
  return {
    kind,
    values: rows(({ scores }) => scores!.values),
    target: rows(({ scores }) => scores!.target),
    ...(bias && { bias: bias instanceof tf.Variable ? bias : tf.clone(bias) }),
    ...(product && { product: rows(({ scores }) => scores!.product!) }),
  };
}

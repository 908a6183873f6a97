import * as tf from '@tensorflow/tfjs';
import type { ClassTable } from '../../contracts/class-table.ts';
import { adamSteps, type AdamSettings, type AdamUpdate } from './adam-steps.ts';
import { batchNorm, type BatchNorm, type BatchNormInput } from './batch-norm.ts';
import { crossEntropyOfLogits } from './cross-entropy-of-logits.ts';
import { inverseNorms, subtractScaledRows } from './matrix-rows.ts';
import { momentumSteps, type MomentumSettings, type MomentumUpdate } from './momentum-steps.ts';
import { rectify } from './rectify.ts';
import { addRows, writeRows } from './rows-in-place.ts';

/**
 * Operations that some device does faster than the plain composition. All are float32; those that return a tensor are
 * differentiable, unless they say so.
 */
export interface Ops {
  /** `x [..., channels]` + `bias [channels]`. */
  biasAdd<T extends tf.Tensor>(x: T, bias: tf.Tensor1D): T;
  /** `x` where positive, `slope [channels]` · x elsewhere (He et al., ICCV 2015, eq. 1). */
  prelu<T extends tf.Tensor>(x: T, slope: tf.Tensor1D): T;
  /** PReLU of `x + bias`, both in one pass where the device can. */
  biasPrelu<T extends tf.Tensor>(x: T, bias: tf.Tensor1D, slope: tf.Tensor1D): T;
  /** The positive part of `x`. */
  relu<T extends tf.Tensor>(x: T): T;
  /** Maximum over windows of `size` pixels, `x [batch, height, width, channels]`. */
  maxPool(x: tf.Tensor4D, size: number, stride: number, pad: 'same' | 'valid'): tf.Tensor4D;
  /** Batch normalization as training does it, of any rank. */
  batchNorm<T extends tf.Tensor>(x: T, input: BatchNormInput): BatchNorm<T>;
  /** −ln softmax(logits)[target] of each row: `[batch, columns]`, int32 `[batch]` → `[batch]`. */
  crossEntropy(logits: tf.Tensor2D, target: tf.Tensor1D): tf.Tensor1D;
  /** 1 / ‖row‖ of each row of `x [rows, dim]`, 0 for a row of zeros: `[rows]`. Not differentiable. */
  inverseNorms(x: tf.Tensor2D): tf.Tensor1D;
  /** `x − factor · y`, all `[rows, dim]` but the factor of each row, `[rows]`. Not differentiable. */
  subtractScaledRows(x: tf.Tensor2D, y: tf.Tensor2D, factor: tf.Tensor1D): tf.Tensor2D;
  /** Puts `rows [n, dim]` in place of those of `labels` int32 `[n]`, all different, of `variable [classes, dim]`. */
  writeRows(variable: tf.Variable, labels: tf.Tensor1D, rows: tf.Tensor2D): void;
  /**
   * Adds `delta [n, dim]` to the rows of `labels` int32 `[n]`, which may name one twice, of `variable [classes, dim]`.
   */
  addRows(variable: tf.Variable, labels: tf.Tensor1D, delta: tf.Tensor2D): void;
  /**
   * A table of zeros whose rows the device changes in place; undefined where it has none better than a plain variable.
   */
  classTable: ((classes: number, dim: number) => ClassTable) | undefined;
  /** A step of gradient descent with momentum for each of these; changes their variables. */
  momentumSteps(updates: readonly MomentumUpdate[], settings: MomentumSettings): void;
  /** A step of Adam for each of these; changes their variables. */
  adamSteps(updates: readonly AdamUpdate[], settings: AdamSettings): void;
}

/** Operations that are made of others of a device, where it has no version of its own of them. */
const composed = (of: Pick<Ops, 'biasAdd' | 'prelu' | 'relu'>): Pick<Ops, 'biasPrelu' | 'batchNorm'> => ({
  biasPrelu: (x, bias, slope) => of.prelu(of.biasAdd(x, bias), slope),
  batchNorm(x, { slope, ...input }) {
    const { value, ...running } = batchNorm(x, input);
    return { value: rectify(value, slope, of), ...running };
  },
});

const simple: Omit<Ops, 'biasPrelu' | 'batchNorm'> = {
  biasAdd: <T extends tf.Tensor>(x: T, bias: tf.Tensor1D) => tf.add(x as tf.Tensor, bias) as T,
  prelu: <T extends tf.Tensor>(x: T, slope: tf.Tensor1D) => tf.prelu(x as tf.Tensor, slope) as T,
  relu: (x) => tf.relu(x),
  maxPool: (x, size, stride, pad) => tf.maxPool(x, size, stride, pad),
  crossEntropy: crossEntropyOfLogits,
  inverseNorms,
  subtractScaledRows,
  writeRows,
  addRows,
  classTable: undefined,
  momentumSteps,
  adamSteps,
};
const plain: Ops = { ...simple, ...composed(simple) };

/** The operations of the device in use. Read a member where it is called: a device replaces it when it is chosen. */
export const ops: Ops = { ...plain };

/** Puts a device's own versions in place of the plain ones; what `overrides` leaves out stays plain. */
export function registerOps(overrides: Partial<Ops>): void {
  Object.assign(ops, plain, composed(ops), overrides);
}

/** The compositions of TensorFlow.js alone: the reference that a device's own versions are tested against. */
export const plainOps: Readonly<Ops> = plain;

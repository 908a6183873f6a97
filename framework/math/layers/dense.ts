import * as tf from '@tensorflow/tfjs';
import type { Random } from '../../base/random/random.ts';
import { initialBias, initialKernel, type InitialWeights } from './initializers.ts';
import type { Layer } from './layer.ts';
import { parameterOf } from './parameter-of.ts';
import { withBias } from './with-bias.ts';

/** Choices of a fully connected layer. */
export interface DenseOptions {
  readonly bias?: boolean;
  /** The initial kernel, `[inputs, outputs]`, which the layer takes over. */
  readonly kernel?: tf.Tensor2D;
  /** Rule of the initial weights; `he` unless given. */
  readonly initial?: InitialWeights;
}

/**
 * Makes the layer `x [batch, inputs]` → `xW + b [batch, outputs]`; W is `[inputs, outputs]`, drawn by `initial` unless
 * `kernel` is given.
 */
export function dense(
  name: string,
  inputs: number,
  outputs: number,
  random: Random,
  options: DenseOptions = {},
): Layer<tf.Tensor2D, tf.Tensor2D> {
  const { initial = 'he' } = options;
  const start = options.kernel ?? initialKernel(initial, [inputs, outputs], inputs, random);
  const kernel = { ...parameterOf(`${name}/kernel`, start, 'kernel'), fanIn: inputs };
  const bias =
    options.bias === false
      ? undefined
      : { ...parameterOf(`${name}/bias`, initialBias(initial, outputs, inputs, random), 'offset'), fanIn: inputs };
  const product = (x: tf.Tensor2D): tf.Tensor2D => tf.matMul(x, kernel.variable);
  return bias ? withBias(kernel, bias, product) : { parameters: [kernel], apply: product };
}

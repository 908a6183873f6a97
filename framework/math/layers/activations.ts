import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../ops/custom-gradient.ts';
import type { Layer } from './layer.ts';

/** A function of each number with a gradient that is written out, so that a step keeps nothing but its input. */
function elementwise(value: (x: tf.Tensor) => tf.Tensor, derivative: (x: tf.Tensor) => tf.Tensor): Layer {
  return {
    parameters: [],
    apply: (x) =>
      customGradient([x], (given) => ({
        value: value(given!),
        saved: [given!],
        gradient: (dy, [kept]) => tf.mul(dy, derivative(kept!)),
      })),
  };
}

/** Φ(x), the share of a standard normal below x. */
const normalBelow = (x: tf.Tensor): tf.Tensor => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);

/** Computes x · Φ(x) of each number, by the error function (Hendrycks and Gimpel, arXiv:1606.08415, section 2). */
export function gelu(): Layer {
  return elementwise(
    (x) => tf.mul(x, normalBelow(x)),
    (x) => tf.add(normalBelow(x), tf.mul(x, tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI)))),
  );
}

/** Computes x · σ(factor · x) of each number. */
function sigmoidWeighted(factor: number): Layer {
  const gate = (x: tf.Tensor): tf.Tensor => tf.sigmoid(factor === 1 ? x : tf.mul(x, factor));
  return elementwise(
    (x) => tf.mul(x, gate(x)),
    (x) => {
      const open = gate(x);
      return tf.mul(open, tf.add(tf.mul(tf.mul(x, factor), tf.sub(1, open)), 1));
    },
  );
}

/** Computes x · σ(1.702 x) of each number: CLIP's GELU (Hendrycks and Gimpel, arXiv:1606.08415, section 2). */
export function quickGelu(): Layer {
  return sigmoidWeighted(1.702);
}

/** Computes x · σ(x) of each number, also called swish (Ramachandran, Zoph and Le, arXiv:1710.05941). */
export function silu(): Layer {
  return sigmoidWeighted(1);
}

/** relu6(x + 3) / 6 (Howard et al., ICCV 2019, section 5.2). */
const hardGate = (x: tf.Tensor): tf.Tensor => tf.mul(tf.clipByValue(tf.add(x, 3), 0, 6), 1 / 6);

/** 1 where −3 < x < 3, else 0. */
const withinThree = (x: tf.Tensor): tf.Tensor => tf.cast(tf.less(tf.abs(x), 3), 'float32');

/** Computes relu6(x + 3) / 6 of each number (Howard et al., ICCV 2019, section 5.2). */
export function hardSigmoid(): Layer {
  return elementwise(hardGate, (x) => tf.mul(withinThree(x), 1 / 6));
}

/** Computes x · relu6(x + 3) / 6 of each number (Howard et al., ICCV 2019, section 5.2). */
export function hardSwish(): Layer {
  return elementwise(
    (x) => tf.mul(x, hardGate(x)),
    // (2x + 3) / 6 between the bends; 0 below them, 1 above: the gate itself.
    (x) => tf.add(hardGate(x), tf.mul(tf.mul(x, 1 / 6), withinThree(x))),
  );
}

/** Computes the logistic function of each number. */
export function sigmoid(): Layer {
  return { parameters: [], apply: (x) => tf.sigmoid(x) };
}

/** Computes min(max(x, 0), 6) of each number (Howard et al., arXiv:1704.04861). */
export function relu6(): Layer {
  return { parameters: [], apply: (x) => tf.clipByValue(x, 0, 6) };
}

/** Activations by the name that an option gives them. */
export const activations = { gelu, 'quick-gelu': quickGelu, silu, 'hard-swish': hardSwish, relu6 } as const;

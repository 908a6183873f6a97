import * as tf from '@tensorflow/tfjs';
import { registerWasmKernel } from './wasm-kernel.ts';

/**
 * Registers Einstein sums, which the backend lacks, by its other kernels: each factor is brought to the axes of all
 * letters, the factors are multiplied, and the letters that the result does not name are summed. A sum over one letter
 * of two matrices is a matrix product.
 */
export function einsum(): void {
  registerWasmKernel('Einsum', ({ inputs, attrs }) =>
    tf.tidy(() => contracted(attrs.equation as string, Object.values(inputs))),
  );
}

function contracted(equation: string, factors: readonly tf.Tensor[]): tf.Tensor {
  const [given, result] = equation.replaceAll(/\s/g, '').split('->') as [string, string];
  const terms = given.split(',');
  const [one, other] = terms;
  if (terms.length === 2 && `${one}${other}`.length === 4 && result.length === 2) {
    const summed = [...one!].find((letter) => other!.includes(letter) && !result.includes(letter));
    const [row, column] = [one!.replace(summed ?? '', ''), other!.replace(summed ?? '', '')];
    if (summed && result === row + column)
      return tf.matMul(factors[0] as tf.Tensor2D, factors[1] as tf.Tensor2D, one![0] === summed, other![1] === summed);
  }
  const letters = [...new Set(result + terms.join(''))];
  const aligned = factors.map((factor, index) => alignedTo(letters, terms[index]!, factor));
  const product = aligned.reduce((all, factor) => tf.mul(all, factor));
  const summed = letters.slice(result.length).map((_, index) => result.length + index);
  return summed.length > 0 ? tf.sum(product, summed) : product;
}

/** The factor with an axis for each letter, of length 1 where it does not name it. */
function alignedTo(letters: readonly string[], term: string, factor: tf.Tensor): tf.Tensor {
  const order = letters.filter((letter) => term.includes(letter)).map((letter) => term.indexOf(letter));
  const ordered = tf.transpose(factor, order);
  let axis = 0;
  return tf.reshape(
    ordered,
    letters.map((letter) => (term.includes(letter) ? ordered.shape[axis++]! : 1)),
  );
}

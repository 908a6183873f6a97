import * as tf from '@tensorflow/tfjs';
import type { Column, ColumnNeeds, Columns } from '../../contracts/column.ts';
import type { Loss, LossInput } from '../../contracts/loss.ts';

/** Counts the numbers in a row of a column's tensor: its names, the numbers of a vector, 4 of a box, 1. */
export function columnSize(column: Column): number {
  switch (column.kind) {
    case 'label':
    case 'labels':
      return column.names.length;
    case 'box':
      return 4;
    case 'vector':
      return column.dim;
    case 'number':
      return 1;
  }
}

/** Makes the tensor of all rows of a column, as `LossInput.columns` has it. */
export function columnTensor(column: Column): tf.Tensor {
  switch (column.kind) {
    case 'label':
      return tf.tensor1d(column.values, 'int32');
    case 'number':
      return tf.tensor1d(Float32Array.from(column.values));
    case 'box':
      return tf.tensor2d(Float32Array.from(column.values), [column.values.length / 4, 4]);
    case 'vector':
      return tf.tensor2d(column.values, [column.values.length / column.dim, column.dim]);
    case 'labels': {
      const hot = new Float32Array(column.ends.length * column.names.length);
      let at = 0;
      for (const [row, end] of column.ends.entries())
        for (; at < end; at++) hot[row * column.names.length + column.values[at]!] = 1;
      return tf.tensor2d(hot, [column.ends.length, column.names.length]);
    }
  }
}

/**
 * Gives a loss the columns that it needs, and the weight of each row where a column has it.
 *
 * @param columns of the training split
 * @returns the loss, and the tensors of all rows, which the caller disposes after the loss's last use
 */
export function withColumns(
  loss: Loss,
  columns: Columns,
  { needs = {}, rowWeights }: { readonly needs?: ColumnNeeds | undefined; readonly rowWeights?: string | undefined },
): { readonly loss: Loss; readonly tensors: readonly tf.Tensor[] } {
  const whole = Object.keys(needs).map((name): [string, tf.Tensor] => [name, columnTensor(columns[name]!)]);
  const weights = rowWeights === undefined ? undefined : (columnTensor(columns[rowWeights]!) as tf.Tensor1D);
  const seen = (input: LossInput): LossInput => ({
    ...input,
    ...(whole.length > 0 && {
      columns: Object.fromEntries(whole.map(([name, tensor]) => [name, tf.gather(tensor, input.rows!)])),
    }),
    ...(weights && { rowWeights: multiplied(tf.gather(weights, input.rows!), input.rowWeights) }),
  });
  return {
    tensors: [...whole.map(([, tensor]) => tensor), ...(weights ? [weights] : [])],
    loss: {
      parameters: loss.parameters,
      forward: (input) => loss.forward(seen(input)),
      ...(loss.logits && { logits: (input) => loss.logits!(seen(input)) }),
      ...(loss.update && { update: (input) => loss.update!(seen(input)) }),
    },
  };
}

const multiplied = (weights: tf.Tensor1D, more: tf.Tensor1D | undefined): tf.Tensor1D =>
  more ? tf.mul(weights, more) : weights;

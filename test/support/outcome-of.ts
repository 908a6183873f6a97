import { tf, type Loss } from 'ablate-ml';

/** What a loss says of a batch: its value, the gradient in the embedding, and its parts. */
export interface Outcome {
  readonly value: number;
  readonly gradient: number[][];
  readonly parts: Readonly<Record<string, number>>;
}

/** Runs a loss forward and backward on `rows [batch][dim]`. */
export function outcomeOf(loss: Loss, rows: number[][], labels: number[], step = 0): Outcome {
  return tf.tidy(() => {
    const classes = tf.tensor1d(labels, 'int32');
    const parts: Record<string, number> = {};
    const forward = (embedding: tf.Tensor): tf.Scalar => {
      const output = loss.forward({ embedding: embedding as tf.Tensor2D, labels: classes, step });
      for (const [name, part] of Object.entries(output.parts ?? {})) parts[name] = part.dataSync()[0]!;
      return output.value;
    };
    const { value, grad } = tf.valueAndGrad(forward)(tf.tensor2d(rows));
    return { value: value.dataSync()[0]!, gradient: grad.arraySync() as number[][], parts };
  });
}

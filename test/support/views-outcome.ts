import { tf, type Loss, type LossInput } from 'ablate-ml';

/** What a loss of two views says: its value, the gradient in each view, and its parts. */
export interface ViewsOutcome {
  readonly value: number;
  readonly gradients: readonly number[][][];
  readonly parts: Readonly<Record<string, number>>;
}

/** Runs a loss of two views forward and backward on `first` and `second [batch][dim]`; nothing is told of labels. */
export function viewsOutcome(
  loss: Loss,
  first: number[][],
  second: number[][],
  more: Partial<LossInput> = {},
): ViewsOutcome {
  return tf.tidy(() => {
    const variables = [first, second].map((rows) => tf.variable(tf.tensor2d(rows)));
    const views = variables as tf.Tensor[] as tf.Tensor2D[];
    const labels: tf.Tensor1D = tf.zeros([first.length], 'int32');
    const parts: Record<string, number> = {};
    const { value, grads } = tf.variableGrads(() => {
      const output = loss.forward({ embedding: views[0]!, views, labels, step: 0, ...more });
      for (const [name, part] of Object.entries(output.parts ?? {})) parts[name] = part.dataSync()[0]!;
      return output.value;
    }, variables);
    const gradients = variables.map(
      (variable) => (grads[variable.name] ?? tf.zerosLike(variable)).arraySync() as number[][],
    );
    tf.dispose(variables);
    return { value: value.dataSync()[0]!, gradients, parts };
  });
}

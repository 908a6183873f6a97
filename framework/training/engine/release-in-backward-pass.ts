import * as tf from '@tensorflow/tfjs';

type Gradients = (dys: readonly (tf.Tensor | null)[]) => Readonly<Record<string, () => tf.Tensor>>;

/** What TensorFlow.js notes of an operation, for its gradient. */
interface TapeNode {
  readonly saved?: readonly tf.Tensor[];
  gradient?: Gradients;
}

/**
 * Frees, in the backward pass of a function that gradients are taken of and that calls this last, what an operation
 * kept of the forward pass, and the gradient of what came of it, as soon as the operation before it has its turn:
 * TensorFlow.js holds all of them to the end, which is as much again as the forward pass.
 */
export function releaseInBackwardPass(): void {
  const { activeTape } = (tf.engine() as unknown as { readonly state: { readonly activeTape: readonly TapeNode[] } })
    .state;
  let done: tf.Tensor[] = [];
  for (const node of activeTape) {
    const { gradient, saved = [] } = node;
    if (!gradient) continue;
    node.gradient = (dys) => {
      tf.dispose(done);
      done = [...dys.filter((dy) => dy !== null), ...saved];
      const gradients = gradient(dys);
      // A gradient that is passed on as it came, or to two inputs, is freed once for each.
      const taken = new Set(done);
      const lasting = (of: () => tf.Tensor) => (): tf.Tensor => {
        const dx = of();
        if (taken.has(dx)) return tf.clone(dx);
        taken.add(dx);
        return dx;
      };
      return Object.fromEntries(Object.entries(gradients).map(([name, of]) => [name, lasting(of)]));
    };
  }
}

import {
  customGradient,
  differentiated,
  parameterOf,
  tf,
  z,
  type Loss,
  type LossInput,
  type Parameter,
} from 'ablate-ml';
import { DenseClassTable } from 'ablate-ml/losses';

export const options = z.strictObject({
  lambda: z
    .number()
    .min(0, 'lambda weighs a distance and cannot be negative')
    .default(0.003)
    .describe('λ: weight against the classification loss'),
  alpha: z
    .number()
    .min(0, 'alpha is the share of the way a center moves and lies in [0, 1]')
    .max(1, 'alpha is the share of the way a center moves and lies in [0, 1]')
    .default(0.5)
    .describe('α: rate of the centers, for `update: paper`'),
  reduction: z.enum(['mean', 'sum']).default('mean').describe('`mean` over the batch, or the `sum` of eq. 2'),
  update: z
    .enum(['paper', 'released-code', 'gradient', 'batch-mean'])
    .default('paper')
    .describe(
      'how the centers move: eq. 4; as in the released Caffe code; by the gradient of the loss; to the mean of the batch',
    ),
});

/** Options of center loss. */
export type CenterOptions = z.output<typeof options>;

/**
 * Makes center loss (Wen, Zhang, Li, Qiao, ECCV 2016): λ/2 · Σ‖x_i − c_{y_i}‖² (eq. 2), as a sum or as the mean over
 * the batch.
 *
 * @param classes rows of `centers [classes, dim]`, which start at 0
 */
export function center(options: CenterOptions, { classes, dim }: { classes: number; dim: number }): Loss {
  const centers = centersOf(options.update, tf.fill([classes, dim], 0));
  const table = new DenseClassTable(centers.variable);
  const offsets = ({ embedding, labels }: LossInput): tf.Tensor2D => tf.sub(embedding, table.gather(labels));
  return {
    parameters: [centers],
    forward(input) {
      const offset = options.update === 'released-code' ? releasedOffsets(input, centers.variable) : offsets(input);
      const total = tf.sum(tf.square(offset));
      const divisor = options.reduction === 'mean' ? input.labels.size : 1;
      return { value: tf.mul(options.lambda / (2 * divisor), total) };
    },
    update(input) {
      if (centers.trainable) return;
      const count = countPerLabel(input.labels);
      // eq. 4 with the step of algorithm 1; `batch-mean` goes all the way: c + Σ(x − c)/n is the mean of the x.
      const step = options.update === 'batch-mean' ? tf.div(1, count) : tf.div(options.alpha, tf.add(1, count));
      table.scatterAdd(input.labels, tf.mul(offsets(input), tf.expandDims(step, 1)));
    },
  };
}

/** n of eq. 4: for each row, how many rows of the batch are of its class. `[batch]`. */
function countPerLabel(labels: tf.Tensor1D): tf.Tensor1D {
  return tf.sum(tf.cast(tf.equal(tf.expandDims(labels, 1), tf.expandDims(labels, 0)), 'float32'), 1);
}

/**
 * x − c whose gradient in the centers is that of the released Caffe layer: Σ(c − x)/(1 + n) per class, whatever the
 * loss's weight, λ and reduction.
 */
function releasedOffsets({ embedding, labels }: LossInput, centers: tf.Variable): tf.Tensor2D {
  return customGradient([embedding, centers], (x, c) => {
    const offset: tf.Tensor2D = tf.sub(x, tf.gather(c, labels));
    return differentiated({
      value: offset,
      saved: [offset],
      gradient: (dy, [kept]) => {
        const pull = tf.neg(tf.div(kept, tf.expandDims(tf.add(1, countPerLabel(labels)), 1)));
        return [dy, tf.unsortedSegmentSum(pull, labels, centers.shape[0]!)];
      },
    });
  });
}

/** The run's own weight decay is not for centers; the released code's is what the spec's `parameters` say. */
function centersOf(update: CenterOptions['update'], initial: tf.Tensor): Parameter {
  if (update === 'released-code') return parameterOf('centers', initial, 'kernel', { rateMultiple: 1, weightDecay: 0 });
  return parameterOf('centers', initial, update === 'gradient' ? 'offset' : 'state');
}

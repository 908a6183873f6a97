import { z, type Optimizer } from 'ablate-ml';
import { adaptiveMoments } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  beta1: z.number().min(0).lt(1).default(0.9).describe('decay of the running mean of gradients'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('decay of the running mean of squared gradients'),
  epsilon: z.number().positive().default(1e-8).describe('added to the root of the second moment'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('coefficient of the weights added to their gradient; biases, slopes and normalization have none'),
});

/** Options of Adam. */
export type AdamOptions = z.output<typeof options>;

/** Makes Adam with weight decay as L2 regularization: the decay is part of the gradient and so of both moments. */
export function adam(options: AdamOptions): Optimizer {
  return adaptiveMoments(options, 'coupled');
}

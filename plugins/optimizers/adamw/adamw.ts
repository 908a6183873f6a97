import { z, type Optimizer } from 'ablate-ml';
import { adaptiveMoments } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  beta1: z.number().min(0).lt(1).default(0.9).describe('decay of the running mean of gradients'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('decay of the running mean of squared gradients'),
  epsilon: z.number().positive().default(1e-8).describe('added to the root of the second moment'),
  weightDecay: z
    .number()
    .min(0)
    .default(0.01)
    .describe('share of the weights, times the rate, taken off each step; biases, slopes and normalization have none'),
});

/** Options of AdamW. */
export type AdamwOptions = z.output<typeof options>;

/**
 * Makes Adam with decoupled weight decay: the weights shrink beside the step, and the moments see the gradient alone.
 */
export function adamw(options: AdamwOptions): Optimizer {
  return adaptiveMoments(options, 'decoupled');
}

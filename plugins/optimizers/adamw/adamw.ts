import { adaptiveMoments, type AdaptiveMomentsOptions, type Optimizer } from 'ablate-ml';

/** Adam with decoupled weight decay: the weights shrink beside the step, and the moments see the gradient alone. */
export function adamw(options: AdaptiveMomentsOptions): Optimizer {
  return adaptiveMoments(options, 'decoupled');
}
